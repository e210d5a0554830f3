//! What a task may ask for, in the attribute and at the call.

use std::time::Duration;

use threader::{Priority, all, any, fire, prepare, race, settled, spawn, stream};

#[threader::task(
    name = "ui.options",
    timeout = "1h",
    deadline = "2h",
    retries = 3,
    priority = "high",
)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[threader::task(timeout = "500ms", priority = "low")]
fn identity<T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static>(value: T) -> T {
    value
}

fn main() {
    let hour = Duration::from_secs(3600);
    let task = prepare!(add(1, 2))
        .timeout(hour)
        .deadline(2 * hour)
        .retries(1)
        .priority(Priority::Low)
        .label("three");
    threader::block_on(async move {
        assert_eq!(spawn!((task)).await.unwrap(), 3);
        let items = all!(add(1, 1).timeout(hour), identity("x".to_owned()).priority(Priority::High));
        assert_eq!(items.await.unwrap(), (2, "x".to_owned()));
        let each = all!(for n in 0..3 => add(n, n).retries(2).deadline(hour));
        assert_eq!(each.await.unwrap(), [0, 2, 4]);
        let (done,) = settled!(add(2, 2).label("four")).await;
        assert_eq!(done.unwrap(), 4);
        assert_eq!(race!(add(2, 3).timeout(hour)).await.unwrap(), (0, 5));
        assert_eq!(any!(1; add(3, 3).retries(1)).await.unwrap(), [(0, 6)]);
        drop(stream!(for n in 0..2 => add(n, 1).priority(Priority::Normal)));
        fire!(add(1, 2).deadline(hour));
    });
}
