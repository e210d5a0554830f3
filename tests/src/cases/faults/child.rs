//! Natively tasks share the program's fate. What ends the program is shown with a child process: this test binary once more.

use threader::{Backend, Config, Pool, block_on, spawn};

use crate::host::end_of_child;
use crate::tasks::failing::{exhaust_memory, overflow_the_stack};
use crate::tasks::faulty::{exit, trap};

/// The faults that end the program, and what it says last.
const ENDS: [(&str, &str, &str); 4] = [
    ("trap", "signal 6", ""),
    ("stack_overflow", "signal 6", "has overflowed its stack"),
    ("exhausted_memory", "signal 6", "memory allocation of"),
    ("exit", "exit code 7", ""),
];

/// How the program ends of this fault, if it does.
pub(super) fn end_of_the_program(backend: Backend, fault: &str) -> Result<Option<String>, String> {
    let Some((_, expected, last)) = ENDS.iter().find(|(name, ..)| *name == fault) else {
        return Ok(None);
    };
    let end = end_of_child(fault, backend)?;
    let (how, said) = end.split_once("; ").unwrap_or((&end, ""));
    if how != *expected || !said.contains(last) {
        return Err(format!("the child ended with {end}"));
    }
    Ok(Some(match *last {
        "" => format!("ends the program: {how}"),
        last => format!("ends the program: {how}, `… {last} …`"),
    }))
}

/// In a child: runs the fault, which should be its end. `what` is `<fault> <backend>`.
pub fn perish(what: &str) {
    if crate::cases::hostile::child::perish(what) {
        return;
    }
    let (fault, backend) = what.split_once(' ').unwrap_or((what, ""));
    let workers = if backend == "inline" { 0 } else { 2 };
    let pool = Pool::new(Config::new().max_workers(workers));
    let end = match fault {
        "trap" => block_on(spawn!(in pool; trap())),
        "stack_overflow" => block_on(spawn!(in pool; overflow_the_stack(0))),
        // More than any address space has, so that it does not take long.
        "exhausted_memory" => block_on(spawn!(in pool; exhaust_memory(1 << 46))),
        "exit" => block_on(spawn!(in pool; exit(7))),
        _ => return println!("there is no fault `{fault}`"),
    };
    println!("it lives, and came to {end:?}");
}
