//! Types that the format cannot carry: refused everywhere, by name, and never another value. And
//! its limits.

use std::collections::HashMap;

use threader::{Pool, TaskError, all, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::attributes::*;
use crate::{Cx, Outcome};

cases![
    serde_untagged_and_tagged_enums_are_refused_by_name.smoke(),
    serde_flatten_is_refused_by_name,
    serde_fields_that_are_left_out_are_refused_by_name.smoke(),
    serde_fields_that_are_left_out_are_refused_without_validation_too.needs(Needs::Isolation),
    serde_fields_of_tuples_that_are_left_out_are_refused_by_length,
    serde_fields_that_are_only_read_are_refused,
    serde_attributes_without_validation_do_not_matter_where_values_are_moved.needs(Needs::Threads),
    serde_attributes_of_other_kinds_are_carried,
    serde_nesting_has_a_limit_on_both_sides,
    serde_nesting_without_validation_is_a_codec_error_and_no_trap.needs(Needs::Isolation),
    serde_elements_without_bytes_have_a_limit_on_both_sides,
];

fn validating(cx: &Cx) -> Pool {
    cx.pool_with(|config| config.validation(true))
}

/// Its message has all of these parts, and the pool goes on.
async fn names(error: TaskError, parts: &[&str], pool: &Pool) -> Outcome {
    for part in parts {
        check!(
            error.message().contains(part),
            "it does not name `{part}`: {error}"
        );
    }
    check_eq!(
        all!(in pool; for n in 0..4 => add(n, 1)).await?,
        vec![1, 2, 3, 4]
    );
    Ok(())
}

async fn serde_untagged_and_tagged_enums_are_refused_by_name(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let instead = "#[serde(into = \"…\", from = \"…\")]";

    let untagged = ["`#[serde(untagged)]`", "attributes::Untagged", instead];
    let taken = spawn!(in pool; take_untagged(Untagged::Number(1))).await;
    names(check_fails!(taken, Codec), &untagged, &pool).await?;
    let given = spawn!(in pool; give_untagged()).await;
    names(check_fails!(given, Codec), &untagged, &pool).await?;

    let taken = spawn!(in pool; take_internal(Internal::Number { n: 1 })).await;
    let internal = [
        "`#[serde(tag)]`",
        "internally tagged enum Internal",
        instead,
    ];
    names(check_fails!(taken, Codec), &internal, &pool).await?;
    let taken = spawn!(in pool; take_adjacent(Adjacent::Number(1))).await;
    let adjacent = ["`#[serde(tag, content)]`", "attributes::Adjacent", instead];
    names(check_fails!(taken, Codec), &adjacent, &pool).await
}

async fn serde_flatten_is_refused_by_name(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let flat = Flat {
        n: 1,
        inner: HashMap::new(),
    };
    let parts = ["`#[serde(flatten)]`", "attributes::Flat"];
    let taken = spawn!(in pool; take_flat(flat)).await;
    names(check_fails!(taken, Codec), &parts, &pool).await?;
    let given = spawn!(in pool; give_flat(1)).await;
    names(check_fails!(given, Codec), &parts, &pool).await
}

const LEFT_OUT: [&str; 2] = [
    "the field `n` of `Sparse` was left out",
    "`#[serde(skip_serializing_if)]`",
];

async fn serde_fields_that_are_left_out_are_refused_by_name(cx: Cx) -> Outcome {
    refuse_left_out_fields(&validating(&cx)).await
}

async fn serde_fields_that_are_left_out_are_refused_without_validation_too(cx: Cx) -> Outcome {
    refuse_left_out_fields(&cx.pool_with(|config| config.validation(false))).await
}

async fn refuse_left_out_fields(pool: &Pool) -> Outcome {
    // Without the field these are the bytes of `n: 1` and no bytes.
    let sparse = |n| Sparse { n, bytes: vec![0] };
    check_eq!(
        spawn!(in pool; take_sparse(sparse(3), vec![1])).await?,
        (3, 2)
    );
    let taken = spawn!(in pool; take_sparse(sparse(0), vec![1])).await;
    names(check_fails!(taken, Codec), &LEFT_OUT, pool).await?;
    let given = spawn!(in pool; give_sparse(0, vec![0])).await;
    names(check_fails!(given, Codec), &LEFT_OUT, pool).await
}

async fn serde_fields_of_tuples_that_are_left_out_are_refused_by_length(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    check_eq!(
        spawn!(in pool; give_sparse_tuple(2, vec![0])).await?,
        SparseTuple(2, vec![0])
    );
    let given = spawn!(in pool; give_sparse_tuple(0, vec![0])).await;
    let parts = [
        "`SparseTuple` reads other fields than the 1 that it writes",
        "`#[serde(skip_serializing_if)]`",
    ];
    names(check_fails!(given, Codec), &parts, &pool).await
}

async fn serde_fields_that_are_only_read_are_refused(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let taken = spawn!(in pool; take_unwritten(Unwritten { n: 1, m: 2 })).await;
    let parts = [
        "`Unwritten` reads other fields than the 1 that it writes",
        "`#[serde(skip_serializing)]`",
    ];
    names(check_fails!(taken, Codec), &parts, &pool).await
}

async fn serde_attributes_without_validation_do_not_matter_where_values_are_moved(
    cx: Cx,
) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(false));
    check!(
        spawn!(in pool; take_untagged(Untagged::Number(1))).await?,
        "it is another"
    );
    check_eq!(spawn!(in pool; give_flat(3)).await?.n, 3);
    check_eq!(
        spawn!(in pool; give_sparse(0, vec![0])).await?,
        Sparse {
            n: 0,
            bytes: vec![0]
        }
    );
    check_eq!(spawn!(in pool; give_nested(1000)).await?.nodes(), 1000);
    Ok(())
}

async fn serde_attributes_of_other_kinds_are_carried(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let plain = Plain {
        long_name: 7,
        defaulted: None,
        skipped: 0,
        into: Converted(9),
        map: (0..50).map(|n| (n, n.to_string())).collect(),
    };
    check_eq!(
        spawn!(in pool; same_plain(plain.clone())).await?,
        plain.clone()
    );
    check_eq!(spawn!(in pool; same_plain(plain.clone())).await?, plain);
    Ok(())
}

async fn serde_nesting_has_a_limit_on_both_sides(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let (taken, given) = all!(in pool; take_nested(Nested::of(120)), give_nested(120)).await?;
    check_eq!((taken, given.nodes()), (120, 120));
    let parts = ["it is nested more than 256 levels deep", "Nested"];
    let taken = spawn!(in pool; take_nested(Nested::of(1000))).await;
    names(check_fails!(taken, Codec), &parts, &pool).await?;
    let given = spawn!(in pool; give_nested(1000)).await;
    names(check_fails!(given, Codec), &parts, &pool).await
}

async fn serde_nesting_without_validation_is_a_codec_error_and_no_trap(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(false));
    let parts = ["it is nested more than 256 levels deep"];
    let taken = spawn!(in pool; take_nested(Nested::of(5000))).await;
    names(check_fails!(taken, Codec), &parts, &pool).await?;
    let given = spawn!(in pool; give_nested(5000)).await;
    names(check_fails!(given, Codec), &parts, &pool).await
}

async fn serde_elements_without_bytes_have_a_limit_on_both_sides(cx: Cx) -> Outcome {
    let pool = validating(&cx);
    let (taken, given) = all!(in pool; take_units(vec![(); 65_536]), give_units(65_536)).await?;
    check_eq!((taken, given.len()), (65_536, 65_536));
    let parts = ["more than 65536 elements that take no bytes"];
    let taken = spawn!(in pool; take_units(vec![(); usize::MAX])).await;
    names(check_fails!(taken, Codec), &parts, &pool).await?;
    let given = spawn!(in pool; give_units(1 << 30)).await;
    names(check_fails!(given, Codec), &parts, &pool).await
}
