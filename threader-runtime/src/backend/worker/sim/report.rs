//! What a person gets to see of a failure: the promise, the smallest plan that breaks it, what happened step by step, and
//! the commands that show it again.

use std::fmt::Write;

use super::oracle::Broken;
use super::plan::Plan;
use super::run;
use super::shrink::shrink;
use super::world::{Run, Step};

/// Of a trace only the last steps are printed: a scheduler that goes in circles makes many.
const LONGEST: usize = 200;

pub(super) fn explain(plan: &Plan, broken: &Broken) {
    let fails = |plan: &Plan| {
        let run = run(plan);
        let same = run.broken.is_some_and(|other| other.rule == broken.rule);
        (same, run.steps.len())
    };
    let small = shrink(plan.clone(), fails);
    let run = run(&small);
    println!("seed {} broke a promise: {}", plan.seed, broken.rule);
    println!("  there: {}", broken.text);
    print!("{}", trace(&run));
    println!("  all of it:  cargo xtask sim --seed {}", plan.seed);
    println!("  just this:  cargo xtask sim --plan '{}'", small.to_json());
}

pub(super) fn replay(plan: &Plan) {
    let run = run(plan);
    print!("{}", trace(&run));
    if let Some(broken) = run.broken {
        panic!("{}: {}", broken.rule, broken.text);
    }
}

/// One line for each event, with what the scheduler said to it, and last what is wrong with that.
pub(super) fn trace(run: &Run) -> String {
    let mut text = String::new();
    let left_out = run.steps.len().saturating_sub(LONGEST);
    if left_out > 0 {
        let _ = writeln!(text, "  ({left_out} steps before that are left out)");
    }
    for Step {
        now,
        event,
        actions,
    } in &run.steps[left_out..]
    {
        let time = format!("{}.{:03} ms", now / 1_000, now % 1_000);
        let _ = writeln!(text, "  {time:>14}  {event:?}");
        for action in actions {
            let _ = writeln!(text, "{:>20}→ {action:?}", "");
        }
    }
    if let Some(broken) = &run.broken {
        let _ = writeln!(text, "  broken: {}: {}", broken.rule, broken.text);
    }
    text
}
