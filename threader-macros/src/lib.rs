//! The attributes and macros of `threader`, which re-exports them. Use `threader`, not this crate.
//!
//! Thin entry points only: each macro is a function over `proc_macro2` tokens in a module of its own, so that it runs
//! in unit tests without a compiler. No module knows a backend.

mod entry;
mod error;
mod fallback;
mod hash;
mod purity;
mod rules;
mod strategy;
mod task;
mod unit;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::strategy::Kind;

/// Makes a free function a task: work that a strategy can run on a worker.
///
/// The function stays the ordinary function that it is. Beside it the attribute puts what the strategy macros need to
/// make a [`Task`] from a call of it, so a task is named by any path that reaches the function: through `use`,
/// `use … as …`, globs and re-exports, and from other crates.
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Tile { width: u32 }
///
/// #[threader::task]
/// pub fn columns(tile: &Tile, step: u32) -> Vec<u32> {
///     (0..tile.width).step_by(step as usize).collect()
/// }
///
/// # threader::block_on(async {
/// let tile = Tile { width: 10 };
/// let here = columns(&tile, 4);
/// let elsewhere = threader::spawn!(columns(tile, 4)).await?;
/// assert_eq!(here, elsewhere);
/// # Ok::<(), threader::TaskError>(()) }).unwrap();
/// ```
///
/// # Parameters and result
///
/// Any number of parameters. A strategy macro takes each argument owned:
///
/// | parameter | argument |
/// |---|---|
/// | `T` | a `T` |
/// | `&T` | a `T` |
/// | `&str` | anything that is `Into<String>` |
/// | `&[T]` | anything that is `Into<Vec<T>>` |
///
/// Every type that travels, the result's included, is `Serialize + DeserializeOwned + Send + 'static`; one that is not
/// is an error at the parameter. `self`, `&mut`, `impl Trait`, `dyn`, function pointers, raw pointers, borrows inside a
/// type, and borrowed results are errors that say what to write instead, as are `async`, `unsafe` and `extern`
/// functions, and names of the standard macros (`line`, `write`, …): the attribute adds a macro of the function's name.
///
/// Generic functions work where caller and worker run the same program, which is where every backend runs them. A type
/// parameter that travels has the bounds `T: Serialize + DeserializeOwned + Send + 'static`.
///
/// With `#[wasm_bindgen]` on the same function the order of the two attributes does not matter.
///
/// # Arguments
///
/// `name = "…"` is the task's name in errors and, alone, its identity on the wire. Without it the identity is made of
/// package, version, file, function name and the types of the signature.
///
/// What every task made from a call of the function asks for, unless a method of [`Task`] says otherwise:
///
/// | argument | is | the method |
/// |---|---|---|
/// | `timeout = "10s"` | how long one run may take, from its start | `.timeout(…)` |
/// | `deadline = "1m"` | how long the task has from its submission to its end | `.deadline(…)` |
/// | `retries = 3` | how often it may be started again when its worker dies or it overruns its timeout | `.retries(…)` |
/// | `priority = "high"` | how urgent it is: `high`, `normal` or `low` | `.priority(…)` |
///
/// A time is a whole number and a unit: `ns`, `us`, `ms`, `s`, `m` or `h`.
///
/// ```
/// use std::time::Duration;
///
/// #[threader::task(timeout = "10s", retries = 3, priority = "low")]
/// fn square(x: u64) -> u64 { x * x }
///
/// let fast = threader::spawn!(square(8).timeout(Duration::from_secs(1)));
/// assert_eq!(threader::block_on(fast).unwrap(), 64);
/// ```
///
/// `allow(effect, …)` and `trust(path, …)` relax the check of the body, see [`pure`](macro@pure), which a task implies.
///
/// [`Task`]: https://docs.rs/threader/latest/threader/struct.Task.html
#[proc_macro_attribute]
pub fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    self::task::expand(args.into(), item.into(), &self::task::Site::of).into()
}

/// Marks a function that a task may call: its result depends on its arguments alone, and it does nothing else.
///
/// The attribute checks the body as [`task`](macro@task) does. What the function calls must be marked too, be a pure
/// function of the standard library, or be trusted by name:
///
/// ```
/// #[threader::pure]
/// fn square(x: f64) -> f64 { x * x }
///
/// #[threader::pure]
/// fn normalise(values: &mut [f64]) {
///     let length = values.iter().copied().map(square).sum::<f64>().sqrt();
///     values.iter_mut().for_each(|value| *value /= length);
/// }
///
/// #[threader::task]
/// fn unit_vector(mut values: Vec<f64>) -> Vec<f64> {
///     normalise(&mut values);
///     values
/// }
/// # assert_eq!(unit_vector(vec![3.0, 4.0]), [0.6, 0.8]);
/// ```
///
/// Unlike a task it may take `&mut`, closures, `impl Trait`, borrows of any lifetime and `self`: it can only touch what
/// its caller owns. On an `impl` block or a `trait` the attribute checks every function with a body in there. A `const fn`
/// is pure as it is; the mark only makes it known.
///
/// # Arguments
///
/// `allow(effect, …)` lets the function have an effect, and `trust(path, …)` lets it call what is not marked, such as
/// functions of other crates. Both are shown in the function's documentation. The effects are `console`, `fs`, `net`,
/// `process`, `env`, `threads`, `time`, `random`, `hash_order`, `global`, `address`, `unsafe`, `ffi`, `js` and `host`.
///
/// ```
/// #[threader::pure(allow(console), trust(std::env::var))]
/// fn shout(text: &str) -> String {
///     eprintln!("shouting {text}");
///     std::env::var(text).unwrap_or_default()
/// }
/// ```
#[proc_macro_attribute]
pub fn pure(args: TokenStream, item: TokenStream) -> TokenStream {
    purity::expand(args.into(), item.into(), &self::task::Site::of).into()
}

/// Keeps an application's entry point from running inside its own workers, and lets it be `async`.
///
/// A worker loads the same program as the page or the Node process that started it, so the program's entry point runs
/// there too. With this attribute it returns at once. Natively workers are threads, and it changes nothing.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// #[threader::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let (a, b) = threader::all!(square(3), square(4)).await?;
///     println!("{}", a + b);
///     Ok(())
/// }
/// ```
///
/// The function may have any name, for `#[wasm_bindgen(start)]`; put this attribute above that one.
/// It returns `()` or `Result<(), E>` with `E: Debug`. An `async` one natively runs to its end with
/// `threader::block_on`, and what it returns is returned: an error ends the program as it does in
/// any `main`. In a browser and in Node it runs from the event loop. An error is written to the
/// console there, with its `Debug` text, as natively. Then it ends the program as an error that
/// nothing catches: in Node with exit code 1, in a page with an event `error` on `window`.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(args.into(), item.into()).into()
}

macro_rules! strategies {
    ($($(#[$doc:meta])* $name:ident: $kind:ident;)*) => {$(
        $(#[$doc])*
        #[proc_macro]
        pub fn $name(tokens: TokenStream) -> TokenStream {
            strategy::expand(Kind::$kind, tokens.into()).into()
        }
    )*};
}
strategies! {
    /// Makes a task from a call of a task function, without starting it: `prepare!(f(x))` is a `Task<T>`.
    ///
    /// The arguments are evaluated here and now; the call is what waits. Options go behind: `prepare!(f(x).label("first"))`.
    ///
    /// `f` is the path of a function with `#[threader::task]`, `f::<T>` one with type arguments. For what each argument may be
    /// see [the attribute](macro@task).
    ///
    /// ```
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let tasks = (1..4).map(|x| threader::prepare!(square(x)));
    /// assert_eq!(threader::block_on(threader::all(tasks)).unwrap(), [1, 4, 9]);
    /// ```
    ///
    /// It would be called `task!`, had Rust not one namespace for attributes and macros.
    prepare: Prepare;

    /// Starts tasks and waits until all have succeeded: their results in the order written, or the first failure in time.
    ///
    /// ```
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    /// #[threader::task]
    /// fn shout(text: &str) -> String { text.to_uppercase() }
    ///
    /// # threader::block_on(async {
    /// // Up to 12 tasks, each with its own type.
    /// let (a, b) = threader::all!(square(3), shout("hi")).await?;
    /// assert_eq!((a, b.as_str()), (9, "HI"));
    /// // One task per element.
    /// let squares = threader::all!(for x in 1..4 => square(x)).await?;
    /// assert_eq!(squares, [1, 4, 9]);
    /// // On a pool of your own.
    /// let pool = threader::Pool::new(threader::Config::new().max_workers(1));
    /// let (c,) = threader::all!(in pool; square(5).label("five")).await?;
    /// assert_eq!(c, 25);
    /// # Ok::<(), threader::TaskError>(()) }).unwrap();
    /// ```
    ///
    /// Each item is a call of a task function, the same with options behind it (`f(x).label("first")`), or another
    /// expression of type `Task<T>`; one that is itself a call goes in parentheses. In the `for` form the item is evaluated in a
    /// loop, where it may use `?` and `.await`. One item gives a tuple of one, `(T,)`; for a single task there is
    /// [`spawn!`](macro@spawn), which gives the value itself.
    all: All;

    /// Starts tasks and waits until every one has settled: the `Result` of each, in the order written.
    ///
    /// Takes what [`all!`](macro@all) takes.
    settled: Settled;

    /// Starts tasks and yields `(index, Result<T, TaskError>)` as they settle, as a `Stream`.
    ///
    /// Takes what [`all!`](macro@all) takes, but tasks of one type, and any number of them.
    ///
    /// ```
    /// use futures_util::StreamExt;
    ///
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// # threader::block_on(async {
    /// let mut squares = threader::stream!(for x in 0..8 => square(x));
    /// while let Some((index, square)) = squares.next().await {
    ///     assert_eq!(square?, (index * index) as u64);
    /// }
    /// # Ok::<(), threader::TaskError>(()) }).unwrap();
    /// ```
    stream: Stream;

    /// Starts tasks and waits for the first to settle: `(index, result)`, or the error of that one.
    ///
    /// Takes what [`stream!`](macro@stream) takes, and at least one task.
    race: Race;

    /// Starts tasks and waits for the first `n` to succeed: `any!(n; f(x), f(y), f(z))`.
    ///
    /// Behind `n;` it takes what [`stream!`](macro@stream) takes; a pool comes first: `any!(in pool; 2; for x in xs => f(x))`.
    ///
    /// ```
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let two = threader::block_on(threader::any!(2; for x in 0..8 => square(x))).unwrap();
    /// assert_eq!(two.len(), 2);
    /// ```
    any: Any;

    /// Starts tasks that nobody waits for. Their failures go to the pool's error hook.
    ///
    /// Takes what [`all!`](macro@all) takes, and any number of tasks.
    fire: Fire;

    /// Starts one task: `spawn!(f(x))` is a `TaskHandle<T>`, `spawn!(in pool; f(x))` on a pool of your own.
    spawn: Spawn;
}

#[doc(hidden)]
#[proc_macro]
pub fn unmarked(input: TokenStream) -> TokenStream {
    fallback::expand(input.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn unit(input: TokenStream) -> TokenStream {
    self::unit::expand(input.into()).into()
}
