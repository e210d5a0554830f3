//! Every form of every strategy macro.
#![deny(warnings)]

use futures_util::StreamExt;
use threader::{Config, Pool, Task, TaskError, all, any, block_on, fire, prepare, race, settled, spawn, stream};

#[threader::task]
fn double(x: u32) -> u32 {
    x * 2
}

#[threader::task]
fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[threader::task]
fn nothing() {}

fn make(x: u32) -> Task<u32> {
    prepare!(double(x))
}

struct Maker;

impl Maker {
    fn make(&self, x: u32) -> Task<u32> {
        prepare!(double(x))
    }

    async fn run(&self) -> Result<(u32, u32), TaskError> {
        all!((self.make(1)), { self.make(2) })
            .await
    }
}

async fn run() -> Result<(), TaskError> {
    let pool = Pool::new(Config::new().max_workers(1));
    let tasks = || vec![make(1), make(2)];

    // Tuples of any length up to twelve, each item with its own type.
    let () = all!().await?;
    let (a,) = all!(double(1)).await?;
    let (b, c, ()) = all!(double(1), shout("a"), nothing(),).await?;
    assert_eq!((a, b, c.as_str()), (2, 2, "A"));
    let twelve = all!(
        double(1), double(2), double(3), double(4), double(5), double(6),
        double(7), double(8), double(9), double(10), double(11), double(12),
    )
    .await?;
    assert_eq!(twelve.11, 24);
    assert_eq!(all!(in pool; double(3), shout("b")).await?, (6, "B".to_owned()));
    let (d, e) = settled!(double(4), shout("c")).await;
    assert_eq!((d?, e?.as_str()), (8, "C"));
    let (f,) = settled!(in &pool; double(5)).await;
    assert_eq!(f?, 10);

    // Other expressions.
    let held = make(1);
    let mut list = tasks();
    let array = [Some(make(7))];
    let [seven] = array;
    let result = all!(
        held,
        list.remove(0),
        prepare!(double(3)),
        double(4).label("four"),
        make_in_place!(5),
        (make(6)),
        { make(6) },
        seven.unwrap(),
        prepare!(double(8)).label("eight"),
        if list.is_empty() { make(0) } else { list.swap_remove(0) },
        match 1 { _ => make(9) },
    )
    .await?;
    assert_eq!(result, (2, 2, 6, 8, 10, 12, 12, 14, 16, 4, 18));
    assert_eq!(Maker.run().await?, (2, 4));

    // One task per element.
    let each = all!(for x in 0..4 => double(x)).await?;
    assert_eq!(each, [0, 2, 4, 6]);
    let words = all!(in pool; for (index, word) in ["a", "b"].iter().enumerate() => shout(format!("{word}{index}")).label(*word),).await?;
    assert_eq!(words, ["A0", "B1"]);
    let options = all!(for Ok(x) | Err(x) in [Ok(1), Err(2)] => double(x)).await?;
    assert_eq!(options, [2, 4]);
    let settled = settled!(in pool; for task in tasks() => task).await;
    assert_eq!(settled.len(), 2);
    let none = all!(for x in Vec::new() => double(x)).await?;
    assert!(none.is_empty());

    // The rest.
    let mut results: Vec<(usize, u32)> = Vec::new();
    let mut stream_of = stream!(double(1), double(2).label("two"), prepare!(double(3)));
    while let Some((index, result)) = stream_of.next().await {
        results.push((index, result?));
    }
    results.sort();
    assert_eq!(results, [(0, 2), (1, 4), (2, 6)]);
    assert_eq!(stream!(in pool; for x in 0..3 => double(x)).count().await, 3);

    let (index, value) = race!(double(1), double(2)).await?;
    assert_eq!(value, (index as u32 + 1) * 2);
    let (_, value) = race!(in pool; for x in [5] => double(x)).await?;
    assert_eq!(value, 10);

    assert_eq!(any!(1; double(1), double(1)).await.unwrap().len(), 1);
    let n = 2;
    assert_eq!(any!(in pool; n; double(1), double(2)).await.unwrap().len(), 2);
    assert_eq!(any!(n - 1; for x in 0..3 => double(x)).await.unwrap().len(), 1);
    assert_eq!(any!(in pool; 0; for x in 0..3 => double(x)).await.unwrap(), []);

    fire!();
    fire!(double(1), shout("x"), nothing());
    fire!(in pool; double(1));
    fire!(in pool; for x in 0..2 => double(x));

    assert_eq!(spawn!(double(1)).await?, 2);
    assert_eq!(spawn!(in pool; double(1).label("x")).await?, 2);
    assert_eq!(spawn!(in Pool::global(); prepare!(double(1))).await?, 2);
    assert_eq!(spawn!(prepare!(double(1).label("x"))).await?, 2);
    Ok(())
}

#[macro_export]
macro_rules! make_in_place {
    ($x:expr) => {
        make($x)
    };
}

fn main() {
    block_on(run()).unwrap();
}
