//! A short soak; the long one is `cargo xtask soak`. What it holds is looked at where nothing runs
//! beside it, see `leaks`.

use crate::check::check;
use crate::runner::{Needs, cases};
use crate::{Cx, Outcome, soak};

cases![soak_of_two_thousand_tasks_settles_each_as_it_should.needs(Needs::Parallel)];

async fn soak_of_two_thousand_tasks_settles_each_as_it_should(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let report = soak::run(&pool, 2000, async || None).await?;
    let complaint = report.complaint();
    check!(complaint.is_none(), "{complaint:?}\n{report}");
    Ok(())
}
