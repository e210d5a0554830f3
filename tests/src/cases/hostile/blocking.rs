//! Waiting where waiting is dangerous: `block_on` inside of tasks and of itself, the end of one's own pool, a thread that unwinds.

use std::sync::{Arc, Mutex};

use threader::{Backend, Pool, spawn};

use super::{check_closes, check_whole, lock};
use crate::check::{check, check_eq, check_fails};
use crate::host::within;
use crate::runner::{Needs, cases};
use crate::tasks::hostile::{Act, perform};
use crate::tasks::{add, begin_and_spin};
use crate::{Cx, Outcome};

cases![
    block_on_works_inside_a_task.needs(Needs::Native),
    block_on_works_inside_block_on.needs(Needs::Native),
    close_of_its_own_pool_inside_a_task_is_not_waited_for.needs(Needs::Native),
    room_of_its_own_pool_inside_a_task_is_not_waited_for.needs(Needs::Native),
    close_of_another_pool_inside_a_task_ends.needs(Needs::Threads),
    pool_may_be_made_while_a_panic_unwinds.needs(Needs::Native),
];

async fn block_on_works_inside_a_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let came = Arc::new(Mutex::new(Vec::new()));
    let deed = {
        let (came, pool) = (Arc::clone(&came), pool.clone());
        move || {
            let end = threader::block_on(async {
                let inner = threader::block_on(spawn!(in pool; add(1, 1)));
                (inner, spawn!(in pool; add(2, 2)).await)
            });
            lock(&came).extend([end.0.ok(), end.1.ok()]);
        }
    };
    let outer = spawn!(in pool; perform(Act::new(deed)));
    check_eq!(within(30, "the outer task", outer).await??, 1);
    check_eq!(*lock(&came), [Some(2), Some(4)]);
    check_whole(&pool).await
}

/// The case itself is run by one.
async fn block_on_works_inside_block_on(cx: Cx) -> Outcome {
    let pool = cx.single();
    let sum = threader::block_on(async {
        let two = threader::block_on(spawn!(in pool; add(1, 1)))?;
        let four = threader::block_on(async { spawn!(in pool; add(2, 2)).await })?;
        Ok::<_, threader::TaskError>(two + four)
    });
    check_eq!(sum?, 6);
    check_whole(&pool).await
}

/// The task would wait for itself.
async fn close_of_its_own_pool_inside_a_task_is_not_waited_for(cx: Cx) -> Outcome {
    let pool = cx.single();
    let own = pool.clone();
    let deed = Act::new(move || threader::block_on(own.close()));
    let end = within(30, "the task", spawn!(in pool; perform(deed))).await?;
    check!(
        end.as_ref().is_ok_and(|value| *value == 1) || end.is_err(),
        "{end:?}"
    );
    check_fails!(spawn!(in pool; add(1, 2)).await, Closed);
    check_closes(&pool).await
}

async fn room_of_its_own_pool_inside_a_task_is_not_waited_for(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let own = pool.clone();
    let deed = Act::new(move || threader::block_on(own.room()));
    // Either end will do; that it ends is what counts.
    let _ = within(30, "the task", spawn!(in pool; perform(deed))).await?;
    check_closes(&pool).await
}

async fn close_of_another_pool_inside_a_task_ends(cx: Cx) -> Outcome {
    let (pool, other) = (cx.single(), cx.single());
    spawn!(in other; begin_and_spin(1_000)).detach();
    let own = other.clone();
    let deed = Act::new(move || threader::block_on(own.close()));
    let end = within(30, "the task", spawn!(in pool; perform(deed))).await?;
    check_eq!(end?, 1);
    check_closes(&other).await?;
    check_whole(&pool).await
}

/// The first pool of a program sees to its panics, which it cannot while one unwinds: a child has no pool yet.
async fn pool_may_be_made_while_a_panic_unwinds(cx: Cx) -> Outcome {
    super::child::survives("unwinding", cx.backend())
}

/// A destructor makes the pool and waits for a task of it.
pub(super) async fn first_pool_while_unwinding(cx: Cx) -> Outcome {
    struct Unwound(usize, Arc<Mutex<Option<Result<i64, threader::TaskError>>>>);
    impl Drop for Unwound {
        fn drop(&mut self) {
            let pool = Pool::new(threader::Config::new().max_workers(self.0));
            *lock(&self.1) = Some(threader::block_on(spawn!(in pool; add(1, 2))));
        }
    }
    let came = Arc::new(Mutex::new(None));
    let workers = usize::from(cx.backend() == Backend::Threads);
    let unwound = Unwound(workers, Arc::clone(&came));
    let panicked = std::thread::spawn(move || {
        let _unwound = unwound;
        panic!("unwinds");
    })
    .join();
    check!(panicked.is_err(), "nothing unwound");
    let sum = lock(&came).take().ok_or("the destructor did not run")?;
    check_eq!(sum?, 3);
    // And the next pool sees to its panics.
    let pool = cx.single();
    let end = spawn!(in pool; crate::tasks::failing::panic_with_text("later")).await;
    let error = check_fails!(end, Panicked);
    check!(error.location().is_some(), "no place is known of {error:?}");
    check_whole(&pool).await
}
