//! Where a pool's scheduler lives: [`Coordinator`].

use std::str::FromStr;

/// Who gives the workers of a pool their tasks, in browsers and in Node; see
/// [`Config::coordinator`](crate::Config::coordinator).
///
/// ```
/// use threader::{Config, Coordinator, Pool};
///
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = Pool::new(Config::new().coordinator(Coordinator::Worker));
/// assert_eq!(threader::block_on(threader::spawn!(in &pool; square(3))).unwrap(), 9);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coordinator {
    /// What is better on the whole: [`Coordinator::Worker`], but in Firefox, WebKit and Deno [`Coordinator::MainThread`].
    /// The first two have no workers inside of workers that can be relied on, and in WebKit the page's thread passes on
    /// what workers say to each other, so that a coordinator has nothing to give. In Deno each worker that another one
    /// starts comes up half a second late.
    ///
    /// `cargo xtask bench coordinator`, on a machine with two cores, with the coordinator in a worker and on the main
    /// thread: of the 197 tasks of 5 ms that two workers could do in 500 ms they did, while the main thread was blocked,
    /// 198 and 197 in Node, 200 and 200 in Chromium. A task that does nothing came back after 0.66 and 0.36 ms in Node,
    /// 0.6 and 0.3 ms in Chromium.
    #[default]
    Auto,
    /// A worker of its own, which starts the others and runs no task itself. The workers never wait for the thread that
    /// owns the pool, however long that is busy, and timeouts are kept meanwhile. It costs one more worker, and a task
    /// that does nothing takes longer to come back.
    Worker,
    /// The thread that owns the pool. While it is busy each worker goes on with what it has been given, and then waits:
    /// half a second to a second of work, at most 256 tasks, once it is known how long tasks take. No timeout is kept
    /// and no worker is replaced meanwhile.
    MainThread,
}

impl FromStr for Coordinator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Coordinator::Auto),
            "worker" => Ok(Coordinator::Worker),
            "main-thread" => Ok(Coordinator::MainThread),
            _ => Err("neither `auto`, `worker` nor `main-thread`".to_owned()),
        }
    }
}
