//! What a failure says, and what it leaves behind.

use threader::{Backend, ErrorKind, TaskError, all, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::failing::{
    half, panic_deep_inside, panic_with_number, panic_with_string, panic_with_text,
    read_behind_the_end, renamed_panic, unwrap_none,
};
use crate::tasks::{add, divide, places};
use crate::{Cx, Outcome};

cases![
    panic_is_reported_with_its_own_text
        .needs(Needs::Unwind)
        .smoke(),
    panic_is_reported_with_its_place
        .needs(Needs::Unwind)
        .smoke(),
    panic_is_reported_with_task_worker_and_attempts.needs(Needs::Unwind),
    panic_in_a_helper_names_the_helper_s_place.needs(Needs::Unwind),
    panic_of_the_language_keeps_its_text.needs(Needs::Unwind),
    panic_of_std_keeps_its_text_and_the_caller_s_place.needs(Needs::Unwind),
    panic_with_a_string_keeps_it.needs(Needs::Unwind),
    panic_with_another_payload_is_still_a_panic.needs(Needs::Unwind),
    panic_with_an_empty_text_is_still_a_panic.needs(Needs::Unwind),
    panic_text_of_many_lines_and_alphabets_comes_whole.needs(Needs::Unwind),
    panic_text_of_a_hundred_kilobytes_comes_whole.needs(Needs::Unwind),
    panic_of_a_task_with_a_name_of_its_own_names_that.needs(Needs::Unwind),
    panic_of_one_leaves_its_neighbours_alone.needs(Needs::Unwind),
    panic_leaves_a_whole_pool_behind
        .needs(Needs::Unwind)
        .smoke(),
    panics_in_a_row_leave_a_whole_pool_behind.needs(Needs::Unwind),
    panics_on_every_worker_leave_a_whole_pool_behind.needs(Needs::Unwind),
    panic_between_values_costs_no_value.needs(Needs::Unwind),
    error_says_everything_in_one_sentence.needs(Needs::Unwind),
    error_is_a_shareable_error,
    error_as_a_value_is_no_failure,
];

async fn panic_is_reported_with_its_own_text(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        spawn!(in pool; panic_with_text("out of cheese")).await,
        Panicked
    );
    check_eq!(error.message(), "out of cheese");
    Ok(())
}

async fn panic_is_reported_with_its_place(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; panic_with_text("x")).await, Panicked);
    check_place(&error)
}

async fn panic_is_reported_with_task_worker_and_attempts(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; panic_with_text("x")).await, Panicked);
    check!(
        error.task().ends_with("panic_with_text"),
        "the task is {}",
        error.task()
    );
    check_eq!(error.attempts(), 1);
    let worker = error.worker().ok_or("the worker is not named")?;
    match cx.backend() {
        Backend::Inline => check_eq!(worker, "inline"),
        backend => {
            let number = worker
                .strip_prefix(&format!("{backend}-"))
                .and_then(|number| number.parse::<u32>().ok());
            check!(
                number.is_some_and(|number| number >= 1),
                "the worker is {worker}"
            );
        }
    }
    Ok(())
}

async fn panic_in_a_helper_names_the_helper_s_place(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; panic_deep_inside(5)).await, Panicked);
    check_eq!(error.message(), "at the bottom");
    check_place(&error)
}

async fn panic_of_the_language_keeps_its_text(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        spawn!(in pool; read_behind_the_end([1, 2, 3])).await,
        Panicked
    );
    check_eq!(
        error.message(),
        "index out of bounds: the len is 3 but the index is 3"
    );
    check_place(&error)
}

async fn panic_of_std_keeps_its_text_and_the_caller_s_place(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; unwrap_none(None)).await, Panicked);
    check_eq!(
        error.message(),
        "called `Option::unwrap()` on a `None` value"
    );
    check_place(&error)
}

async fn panic_with_a_string_keeps_it(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        spawn!(in pool; panic_with_string("a payload".to_owned())).await,
        Panicked
    );
    check_eq!(error.message(), "a payload");
    Ok(())
}

async fn panic_with_another_payload_is_still_a_panic(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; panic_with_number(7)).await, Panicked);
    check!(!error.message().is_empty(), "it says nothing");
    check_place(&error)
}

async fn panic_with_an_empty_text_is_still_a_panic(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; panic_with_text("")).await, Panicked);
    check_eq!(error.message(), "");
    Ok(())
}

async fn panic_text_of_many_lines_and_alphabets_comes_whole(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let text = "one\ntwo\r\n\"three\" {} {0} \\ \0 ä € 漢 🦀";
    let error = check_fails!(spawn!(in pool; panic_with_text(text)).await, Panicked);
    check_eq!(error.message(), text);
    Ok(())
}

async fn panic_text_of_a_hundred_kilobytes_comes_whole(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let text = "0123456789".repeat(10_000);
    let error = check_fails!(
        spawn!(in pool; panic_with_text(text.clone())).await,
        Panicked
    );
    check!(
        error.message() == text,
        "{} bytes came",
        error.message().len()
    );
    Ok(())
}

async fn panic_of_a_task_with_a_name_of_its_own_names_that(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; renamed_panic(7)).await, Panicked);
    check_eq!(error.task(), "tests.renamed_panic");
    Ok(())
}

async fn panic_of_one_leaves_its_neighbours_alone(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (before, failed, after, last) =
        settled!(in pool; add(1, 1), panic_with_text("x"), add(2, 2), places::north::place(3))
            .await;
    check_eq!((before?, after?, last?), (2, 4, "north 3".to_owned()));
    check_fails!(failed, Panicked);
    Ok(())
}

async fn panic_leaves_a_whole_pool_behind(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_fails!(spawn!(in pool; panic_with_text("x")).await, Panicked);
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, n)).await?,
        (0..10).map(|n| 2 * n).collect::<Vec<i64>>()
    );
    Ok(())
}

async fn panics_in_a_row_leave_a_whole_pool_behind(cx: Cx) -> Outcome {
    let pool = cx.single();
    for n in 0..6 {
        let text = format!("number {n}");
        let error = check_fails!(
            spawn!(in pool; panic_with_text(text.clone())).await,
            Panicked
        );
        check_eq!(error.message(), text);
    }
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(pool.metrics().failed, 6);
    Ok(())
}

async fn panics_on_every_worker_leave_a_whole_pool_behind(cx: Cx) -> Outcome {
    let pool = cx.pool();
    for result in settled!(in pool; for n in 0..6 => half(2 * n + 1)).await {
        check_fails!(result, Panicked);
    }
    check_eq!(
        all!(in pool; for n in 0..10 => half(2 * n)).await?,
        (0..10).collect::<Vec<u32>>()
    );
    Ok(())
}

async fn panic_between_values_costs_no_value(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results =
        settled!(in pool; for n in 0..40 => half(if n % 8 == 3 { 1 } else { 2 * n })).await;
    for (n, result) in results.into_iter().enumerate() {
        if n % 8 == 3 {
            check_eq!(check_fails!(result, Panicked).message(), "1 is odd");
        } else {
            check_eq!(result?, n as u32);
        }
    }
    Ok(())
}

async fn error_says_everything_in_one_sentence(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; half(3)).await, Panicked);
    for text in [error.to_string(), format!("{error:?}")] {
        for part in [
            "half",
            "3 is odd",
            "failing.rs:",
            error.worker().unwrap_or("no worker"),
        ] {
            check!(text.contains(part), "`{part}` is not in `{text}`");
        }
    }
    check!(!error.to_string().contains('\n'), "it has several lines");
    Ok(())
}

async fn error_is_a_shareable_error(cx: Cx) -> Outcome {
    fn shareable<T: std::error::Error + Clone + Send + Sync + 'static>(
        error: T,
    ) -> Box<dyn std::error::Error + Send + Sync> {
        Box::new(error)
    }
    let pool = cx.pool();
    pool.close().await;
    let error = check_fails!(spawn!(in pool; add(1, 2)).await, Closed);
    let text = error.to_string();
    check_eq!(shareable(error.clone()).to_string(), text);
    check_eq!(error.kind(), ErrorKind::Closed);
    Ok(())
}

async fn error_as_a_value_is_no_failure(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (whole, none) = all!(in pool; divide(6, 3), divide(6, 0)).await?;
    check_eq!(whole, Ok(2));
    check_eq!(none, Err("6 cannot be divided by 0".to_owned()));
    check_eq!(pool.metrics().failed, 0);
    Ok(())
}

/// The place is in the file of the failing tasks, with line and column.
fn check_place(error: &TaskError) -> Outcome {
    let place = error.location().ok_or("there is no place")?;
    let mut parts = place.rsplitn(3, ':');
    let (column, line, file) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| {
        part.and_then(|part| part.parse::<u32>().ok())
            .is_some_and(|number| number > 0)
    };
    check!(number(column) && number(line), "the place is {place}");
    check!(
        file.is_some_and(|file| file.ends_with("failing.rs")),
        "the place is {place}"
    );
    Ok(())
}
