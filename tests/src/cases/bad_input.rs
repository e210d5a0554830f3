//! Input that cannot work, or hardly: each ends in a typed error or in a value, and the pool goes on.

use threader::{ErrorKind, Pool, all, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::runner::cases;
use crate::tasks::types::{
    Unreadable, Unwritable, give_unreadable, give_unwritable, take_unreadable, take_unwritable,
};
use crate::tasks::{add, length, repeat};
use crate::{Cx, Outcome};

cases![
    bad_input_of_300_megabytes_is_a_value_or_a_typed_error,
    bad_output_of_300_megabytes_is_a_value_or_a_typed_error,
    bad_input_that_cannot_be_written_is_a_codec_error,
    bad_input_that_cannot_be_read_is_a_codec_error,
    bad_output_that_cannot_be_written_is_a_codec_error,
    bad_output_that_cannot_be_read_is_a_codec_error,
    bad_input_of_ten_thousand_tasks_is_no_trouble,
];

const LARGE: u64 = 300_000_000;

async fn bad_input_of_300_megabytes_is_a_value_or_a_typed_error(cx: Cx) -> Outcome {
    let pool = cx.single();
    // A text: bytes of a `Vec<u8>` would go through the codec one by one, for a minute.
    match spawn!(in pool; length("0123456789".repeat(LARGE as usize / 10))).await {
        Ok(length) => check_eq!(length, LARGE),
        Err(error) => check_eq!(error.kind(), ErrorKind::Codec, "{error}"),
    }
    check_whole(&pool).await
}

async fn bad_output_of_300_megabytes_is_a_value_or_a_typed_error(cx: Cx) -> Outcome {
    let pool = cx.single();
    match spawn!(in pool; repeat("0123456789", LARGE / 10)).await {
        Ok(text) => check_eq!(text.len() as u64, LARGE),
        // The worker may run out of memory inside the function, where nobody can answer for it.
        Err(error) => check!(
            matches!(error.kind(), ErrorKind::Codec | ErrorKind::Crashed),
            "{error}"
        ),
    }
    check_whole(&pool).await
}

async fn bad_input_that_cannot_be_written_is_a_codec_error(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(true));
    let error = check_fails!(spawn!(in pool; take_unwritable(Unwritable)).await, Codec);
    check!(
        error.message().contains("this one stays here"),
        "it says {}",
        error.message()
    );
    check_whole(&pool).await
}

async fn bad_input_that_cannot_be_read_is_a_codec_error(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(true));
    let error = check_fails!(spawn!(in pool; take_unreadable(Unreadable)).await, Codec);
    check!(
        error.message().contains("this one cannot be read"),
        "it says {}",
        error.message()
    );
    check_whole(&pool).await
}

async fn bad_output_that_cannot_be_written_is_a_codec_error(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(true));
    let error = check_fails!(spawn!(in pool; give_unwritable()).await, Codec);
    check!(
        error.message().contains("this one stays here"),
        "it says {}",
        error.message()
    );
    check_whole(&pool).await
}

async fn bad_output_that_cannot_be_read_is_a_codec_error(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.validation(true));
    let error = check_fails!(spawn!(in pool; give_unreadable()).await, Codec);
    check!(
        error.message().contains("this one cannot be read"),
        "it says {}",
        error.message()
    );
    check_whole(&pool).await
}

async fn bad_input_of_ten_thousand_tasks_is_no_trouble(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let values = all!(in pool; for n in 0..10_000 => add(n, 1)).await?;
    check_eq!(values.len(), 10_000);
    check_eq!(values.last(), Some(&10_000));
    Ok(())
}

async fn check_whole(pool: &Pool) -> Outcome {
    check_eq!(
        all!(in pool; for n in 0..4 => add(n, 1)).await?,
        vec![1, 2, 3, 4]
    );
    Ok(())
}
