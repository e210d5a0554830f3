//! Tasks that take more with them than themselves; the worker, where there is one.

/// Panics.
#[threader::task]
pub fn panic_out_of_cheese() -> u64 {
    panic!("out of cheese")
}

/// Runs a script, which does some harm to the worker that it runs on, and returns if it still can.
#[threader::task(trust(crate::host::evaluate))]
pub fn sabotage(script: &str) -> u64 {
    crate::host::evaluate(script);
    1
}

/// Ends the program, or the worker where that is a program of its own.
#[threader::task(trust(crate::host::exit))]
pub fn exit(code: u32) -> u64 {
    crate::host::exit(code);
    1
}

/// Traps without a word where that ends no more than the worker; natively it ends the program.
#[threader::task(trust(crate::host::trap))]
pub fn trap() -> u64 {
    crate::host::trap();
    1
}
