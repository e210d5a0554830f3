//! Tasks of different types side by side: tuples of up to twelve.

use std::sync::Arc;

use crate::error::TaskError;
use crate::job::AnyJob;
use crate::pool::Pool;
use crate::strategies::{All, Batch, Settled, read};
use crate::task::Task;

/// A tuple of up to twelve tasks, each with a result type of its own. Implemented for exactly these.
pub trait TaskTuple {
    /// The tuple of their values.
    type Values;
    /// The tuple of their results.
    type Results;
    /// `all` over the tuple.
    fn all(self, pool: &Pool) -> All<Self::Values>;
    /// `settled` over the tuple.
    fn settled(self, pool: &Pool) -> Settled<Self::Results>;
}

/// `all!` with items: the same as [`all`](crate::all) where every task may have its own type.
pub fn all_items<B: TaskTuple>(pool: &Pool, tasks: B) -> All<B::Values> {
    tasks.all(pool)
}

/// `settled!` with items: the same as [`settled`](crate::settled) where every task may have its own type.
pub fn settled_items<B: TaskTuple>(pool: &Pool, tasks: B) -> Settled<B::Results> {
    tasks.settled(pool)
}

macro_rules! tuples {
    ($(($($T:ident)*))*) => {$(
        #[allow(non_snake_case, clippy::unused_unit, reason = "one pattern for all arities, the empty one included")]
        impl<$($T: Send + 'static),*> TaskTuple for ($(Task<$T>,)*) {
            type Values = ($($T,)*);
            type Results = ($(Result<$T, TaskError>,)*);

            fn all(self, pool: &Pool) -> All<Self::Values> {
                let ($($T,)*) = self;
                $(let $T = $T.into_job();)*
                let jobs: Vec<Arc<dyn AnyJob>> = vec![$(Arc::clone(&$T) as _),*];
                let batch = Batch::start(pool, jobs);
                All::new(batch, move || Ok(($(read(&$T)?,)*)))
            }

            fn settled(self, pool: &Pool) -> Settled<Self::Results> {
                let ($($T,)*) = self;
                $(let $T = $T.into_job();)*
                let jobs: Vec<Arc<dyn AnyJob>> = vec![$(Arc::clone(&$T) as _),*];
                let batch = Batch::start(pool, jobs);
                Settled::new(batch, move || ($(read(&$T),)*))
            }
        }
    )*};
}

tuples! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
