//! From a plan in which a promise is broken to a smaller one in which the same promise is.

use super::plan::{Fate, Outcome, Plan, Pool, Run, Start, Task, Timers};

/// How many steps of simulations the search may cost: enough for any plan seen but those that go in circles.
const MOST_STEPS: usize = 5_000_000;

/// `fails` says whether the promise is broken in it, and how many steps it took to know.
pub(super) fn shrink(plan: Plan, fails: impl Fn(&Plan) -> (bool, usize)) -> Plan {
    let mut search = Search {
        plan,
        fails,
        cost: 0,
    };
    loop {
        let before = search.plan.clone();
        search.fewer_tasks();
        search.fewer_faults();
        search.simpler_tasks();
        search.simpler_pool();
        if search.plan == before || search.cost >= MOST_STEPS {
            return search.plan;
        }
    }
}

struct Search<F> {
    plan: Plan,
    fails: F,
    cost: usize,
}

impl<F: Fn(&Plan) -> (bool, usize)> Search<F> {
    /// Keeps the change if the promise is still broken.
    fn attempt(&mut self, change: impl FnOnce(&mut Plan)) -> bool {
        let mut smaller = self.plan.clone();
        change(&mut smaller);
        if smaller == self.plan || self.cost >= MOST_STEPS {
            return false;
        }
        let (fails, steps) = (self.fails)(&smaller);
        self.cost += steps;
        if fails {
            self.plan = smaller;
        }
        fails
    }

    fn fewer_tasks(&mut self) {
        let mut size = self.plan.tasks.len();
        while size > 0 {
            let mut from = 0;
            while from < self.plan.tasks.len() {
                let to = (from + size).min(self.plan.tasks.len());
                if !self.attempt(|plan| drop(plan.tasks.drain(from..to))) {
                    from = to;
                }
            }
            size /= 2;
        }
    }

    fn fewer_faults(&mut self) {
        self.attempt(|plan| plan.blocked.clear());
        self.attempt(|plan| plan.timers = Timers::default());
        self.attempt(|plan| plan.timers.early = 0);
        self.attempt(|plan| plan.timers.late = 0);
        self.attempt(|plan| plan.late_messages = false);
        self.attempt(|plan| plan.lost_messages = 0);
        self.attempt(|plan| plan.death_overtakes = false);
        self.attempt(|plan| plan.close_at = None);
        self.attempt(|plan| plan.workers.clear());
        for index in 0..self.plan.workers.len() {
            self.attempt(|plan| plan.workers[index] = Fate::default());
            self.attempt(|plan| plan.workers[index].death = None);
            self.attempt(|plan| plan.workers[index].latency = 0);
            self.attempt(|plan| plan.workers[index].start = Start::Ready(1_000));
        }
        while self.plan.workers.len() > 1
            && self.attempt(|plan| plan.workers.truncate(plan.workers.len() - 1))
        {}
    }

    fn simpler_tasks(&mut self) {
        for index in 0..self.plan.tasks.len() {
            let mut task =
                |change: &dyn Fn(&mut Task)| self.attempt(|plan| change(&mut plan.tasks[index]));
            let simple = |task: &Task| Task {
                key: task.key,
                level: 1,
                ..Task::default()
            };
            task(&|task| *task = simple(task));
            task(&|task| task.at = 0);
            task(&|task| task.level = 1);
            task(&|task| task.cancel = None);
            task(&|task| task.timeout = None);
            task(&|task| task.deadline = None);
            task(&|task| task.retries = 0);
            task(&|task| task.retries = task.retries.min(1));
            task(&|task| task.unsendable = false);
            task(&|task| task.runs.clear());
            task(&|task| task.runs.truncate(1));
            for run in 0..self.plan.tasks[index].runs.len() {
                let mut task = |change: &dyn Fn(&mut Run)| {
                    self.attempt(|plan| change(&mut plan.tasks[index].runs[run]));
                };
                task(&|run| *run = Run::default());
                task(&|run| run.end = Outcome::Value);
                task(&|run| run.memory = 0);
                task(&|run| run.took = 1_000);
            }
        }
    }

    fn simpler_pool(&mut self) {
        let max = self.plan.pool.max;
        self.attempt(|plan| {
            plan.pool = Pool {
                max,
                ..Pool::default()
            }
        });
        for max in 1..max {
            self.attempt(|plan| {
                plan.pool.max = max;
                plan.pool.min = plan.pool.min.min(max);
            });
        }
        self.attempt(|plan| plan.pool.min = 0);
        self.attempt(|plan| plan.pool.prewarm = false);
        self.attempt(|plan| plan.pool.keep_alive = None);
        self.attempt(|plan| plan.pool.heartbeat = None);
        self.attempt(|plan| plan.pool.memory_limit = None);
        let usual = Pool::default();
        self.attempt(|plan| plan.pool.start_timeout = usual.start_timeout);
        self.attempt(|plan| plan.pool.cancel_grace = usual.cancel_grace);
        self.attempt(|plan| plan.pool.aging = usual.aging);
        self.attempt(|plan| plan.pool.behind = usual.behind);
    }
}
