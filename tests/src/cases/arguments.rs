//! Arguments and results on their way, and all the ways to name a task function.

use std::collections::{BTreeMap, HashMap};

use threader::{all, prepare, spawn};

use crate::check::{check, check_eq};
use crate::runner::{Needs, cases};
use crate::tasks::types::{
    Shape, Unreadable, Unwritable, give_unreadable, give_unwritable, take_unreadable,
    take_unwritable,
};
use crate::tasks::{
    self, Tile, add, describe, echo, fill, identity, size, swap, twelve, weigh, words,
};
use crate::{Cx, Outcome};

cases![
    arguments_borrowed_in_the_body_are_owned_on_the_way.smoke(),
    arguments_of_borrowed_types_take_what_can_become_them,
    arguments_of_twelve_types_arrive.smoke(),
    arguments_may_be_none_at_all,
    arguments_may_be_patterns,
    arguments_of_every_kind_of_type_come_back,
    arguments_of_enums_and_maps_come_back,
    arguments_at_the_edge_of_numbers_come_back,
    arguments_of_all_alphabets_come_back,
    arguments_of_no_bytes_and_of_a_megabyte_come_back.smoke(),
    arguments_are_evaluated_once_and_before_the_start,
    arguments_that_cannot_be_written_are_moved.needs(Needs::Threads),
    functions_that_are_generic_run_in_every_instance.smoke(),
    functions_generic_over_what_no_argument_shows_take_a_turbofish,
    functions_of_one_name_in_two_modules_are_two,
    functions_re_exported_and_renamed_are_the_same,
    functions_inside_functions_are_tasks,
    functions_in_modules_of_their_own_name_are_tasks,
    functions_with_a_stable_name_run,
    functions_with_a_stable_name_are_found_by_it.smoke(),
    functions_stay_functions,
];

fn tile() -> Tile {
    Tile {
        x: 0.25,
        y: -1e300,
        width: 640,
        height: 480,
    }
}

async fn arguments_borrowed_in_the_body_are_owned_on_the_way(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tags = vec!["a".to_owned(), String::new(), "c d".to_owned()];
    let direct = describe(&tile(), &tags, "name", 7);
    check_eq!(
        spawn!(in pool; describe(tile(), tags, "name".to_owned(), 7)).await?,
        direct
    );
    Ok(())
}

async fn arguments_of_borrowed_types_take_what_can_become_them(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (a, b, c, d) = all!(in pool; weigh(vec![1, 2, 3]), weigh([1, 2, 3]), weigh(&[1, 2, 3]), weigh(&[1_u8, 2, 3][..])).await?;
    check_eq!([a, b, c, d], [(3, 6); 4]);
    let (a, b, c) = all!(in pool; words("x y"), words(String::from("x y")), words(std::borrow::Cow::Borrowed("x y"))).await?;
    check!(a == b && b == c && a.len() == 2, "{a:?} {b:?} {c:?}");
    Ok(())
}

async fn arguments_of_twelve_types_arrive(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let text = spawn!(in pool; twelve(1, 2, 3, 4, -5, -6, -7, -8, 9.5, -10.25, true, 'ß')).await?;
    check_eq!(text, "1 2 3 4 -5 -6 -7 -8 9.5 -10.25 true ß");
    Ok(())
}

async fn arguments_may_be_none_at_all(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        all!(in pool; tasks::nothing(), tasks::seven()).await?,
        ((), 7)
    );
    Ok(())
}

async fn arguments_may_be_patterns(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        spawn!(in pool; swap((1, "x".to_owned()), [2, 3])).await?,
        ("x".to_owned(), 1, [3, 2])
    );
    Ok(())
}

async fn arguments_of_every_kind_of_type_come_back(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(spawn!(in pool; identity(tile())).await?, tile());
    check_eq!(
        spawn!(in pool; identity(Some(Box::new(tile())))).await?,
        Some(Box::new(tile()))
    );
    check_eq!(spawn!(in pool; identity(Ok::<u8, String>(1))).await?, Ok(1));
    check_eq!(
        spawn!(in pool; identity(((), (1_u8,), [(2_u16, 'x')]))).await?,
        ((), (1,), [(2, 'x')])
    );
    check_eq!(
        spawn!(in pool; identity(vec![vec![Some(1_u8)], vec![], vec![None]])).await?,
        vec![vec![Some(1)], vec![], vec![None]]
    );
    check_eq!(
        spawn!(in pool; identity(std::time::Duration::new(1, 2))).await?,
        std::time::Duration::new(1, 2)
    );
    check_eq!(spawn!(in pool; identity(0_usize..10)).await?, 0..10);
    Ok(())
}

async fn arguments_of_enums_and_maps_come_back(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let grid = Shape::Grid {
        cells: vec![0, 255],
        inside: vec![
            Shape::Dot,
            Shape::Line(-1, None),
            Shape::Line(i64::MIN, Some("x".to_owned())),
        ],
    };
    check_eq!(spawn!(in pool; identity(grid.clone())).await?, grid);
    let map: HashMap<String, BTreeMap<u8, char>> = [
        ("a".to_owned(), [(1, 'x')].into()),
        (String::new(), BTreeMap::new()),
    ]
    .into();
    check_eq!(spawn!(in pool; identity(map.clone())).await?, map);
    check_eq!(
        spawn!(in pool; words("b a b")).await?,
        [("a".to_owned(), 1), ("b".to_owned(), 2)].into()
    );
    Ok(())
}

async fn arguments_at_the_edge_of_numbers_come_back(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let integers = (u64::MAX, i64::MIN, u128::MAX, i128::MIN, u8::MAX, i8::MIN);
    check_eq!(spawn!(in pool; identity(integers)).await?, integers);
    let floats = vec![
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        f64::MIN_POSITIVE,
        f64::from_bits(0x7ff8_0000_dead_beef),
        f64::MAX,
    ];
    let back = spawn!(in pool; identity(floats.clone())).await?;
    let bits = |floats: &[f64]| {
        floats
            .iter()
            .map(|float| float.to_bits())
            .collect::<Vec<u64>>()
    };
    check_eq!(bits(&back), bits(&floats));
    check_eq!(
        spawn!(in pool; identity([char::MAX, '\0'])).await?,
        [char::MAX, '\0']
    );
    Ok(())
}

async fn arguments_of_all_alphabets_come_back(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let text = "\0 \u{feff} ä € 漢字 🦀 \u{10ffff} e\u{301} \r\n\t\\\"'`${}".to_owned();
    check_eq!(spawn!(in pool; identity(text.clone())).await?, text);
    Ok(())
}

async fn arguments_of_no_bytes_and_of_a_megabyte_come_back(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(spawn!(in pool; echo(Vec::new())).await?, Vec::<u8>::new());
    let bytes: Vec<u8> = (0..1 << 20).map(|n: u32| (n * 7 / 3) as u8).collect();
    let (back, weight, filled) =
        all!(in pool; echo(bytes.clone()), weigh(bytes.clone()), fill(1 << 20, 9)).await?;
    check!(back == bytes, "other bytes came back");
    check_eq!(weight.0, 1 << 20);
    check!(filled == vec![9; 1 << 20], "other bytes were made");
    Ok(())
}

async fn arguments_are_evaluated_once_and_before_the_start(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut order = Vec::new();
    let mut note = |n: i64| {
        order.push(n);
        n
    };
    let made = prepare!(add(note(1), note(2)));
    check_eq!(order, vec![1, 2]);
    check_eq!(pool.spawn(made).await?, 3);
    Ok(())
}

/// Arguments and results of native threads are moved: a type that refuses to be written does not notice.
async fn arguments_that_cannot_be_written_are_moved(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(false));
    check!(
        spawn!(in pool; take_unwritable(Unwritable)).await?,
        "it is another"
    );
    check_eq!(spawn!(in pool; give_unwritable()).await?, Unwritable);
    check!(
        spawn!(in pool; take_unreadable(Unreadable)).await?,
        "it is another"
    );
    check_eq!(spawn!(in pool; give_unreadable()).await?, Unreadable);
    Ok(())
}

async fn functions_that_are_generic_run_in_every_instance(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let values = all!(in pool; identity(1_u8), identity::<u64>(2), identity("x".to_owned()), identity(tile())).await?;
    check_eq!(values, (1, 2, "x".to_owned(), tile()));
    Ok(())
}

async fn functions_generic_over_what_no_argument_shows_take_a_turbofish(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        all!(in pool; size::<u8>(3), size::<u64>(3), tasks::size::<Tile>(1)).await?,
        (3, 24, 24)
    );
    Ok(())
}

async fn functions_of_one_name_in_two_modules_are_two(cx: Cx) -> Outcome {
    use tasks::places::{north, south};
    let pool = cx.pool();
    let both = all!(in pool; north::place(1), south::place(2), tasks::places::north::place(3), crate::tasks::places::south::place(4));
    check_eq!(
        both.await?,
        (
            "north 1".to_owned(),
            "south 2".to_owned(),
            "north 3".to_owned(),
            "south 4".to_owned()
        )
    );
    Ok(())
}

async fn functions_re_exported_and_renamed_are_the_same(cx: Cx) -> Outcome {
    use tasks::lowest as underground;
    use tasks::places::deep::deeper::*;
    let pool = cx.pool();
    let values = all!(in pool; tasks::deepest(), tasks::lowest(), underground(), deepest()).await?;
    let same = || "deepest".to_owned();
    check_eq!(values, (same(), same(), same(), same()));
    Ok(())
}

async fn functions_inside_functions_are_tasks(cx: Cx) -> Outcome {
    #[threader::task]
    fn inner(n: u32) -> u32 {
        n * 2
    }
    let pool = cx.pool();
    check_eq!(
        all!(in pool; for n in 0..3 => inner(n)).await?,
        vec![0, 2, 4]
    );
    Ok(())
}

async fn functions_in_modules_of_their_own_name_are_tasks(cx: Cx) -> Outcome {
    use tasks::places::norm;
    let pool = cx.pool();
    check_eq!(
        all!(in pool; norm([3, 4]), norm::norm([1, 2])).await?,
        (25, 5)
    );
    Ok(())
}

async fn functions_with_a_stable_name_run(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(spawn!(in pool; tasks::renamed(1)).await?, 2);
    Ok(())
}

async fn functions_with_a_stable_name_are_found_by_it(cx: Cx) -> Outcome {
    // FNV-1a over the word `name` and the name, each with a byte behind it that no text contains.
    let id = b"name\xfftests.renamed\xff"
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let (argument, result) = ([41, 0, 0, 0], Ok(vec![42, 0, 0, 0]));
    check_eq!(tasks::run_by_id(id, &argument), result);
    let pool = cx.pool();
    check_eq!(
        spawn!(in pool; tasks::run_by_id(id, argument)).await?,
        result
    );
    let unknown = spawn!(in pool; tasks::run_by_id(id ^ 1, argument)).await?;
    check!(unknown.is_err(), "found {unknown:?}");
    Ok(())
}

async fn functions_stay_functions(_cx: Cx) -> Outcome {
    let bytes = [1, 2, 3];
    check_eq!(weigh(&bytes), (3, 6));
    check_eq!([1, 2].map(|n| add(n, n)), [2, 4]);
    let pointer: fn(i64, i64) -> i64 = add;
    check_eq!(pointer(1, 2), 3);
    Ok(())
}
