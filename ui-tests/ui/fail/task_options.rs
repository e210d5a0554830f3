//! Options in the attribute that mean nothing, each at its own tokens.

#[threader::task(timeout = 10, deadline = "10 seconds")]
fn times(x: u32) -> u32 {
    x
}

#[threader::task(timeout = "0s", deadline = "99999999999h")]
fn extremes(x: u32) -> u32 {
    x
}

#[threader::task(deadline = "10s", timeout = "1m")]
fn never_counts(x: u32) -> u32 {
    x
}

#[threader::task(retries = -1, priority = "urgent")]
fn numbers(x: u32) -> u32 {
    x
}

#[threader::task(retries, priority = high, timeouts = "1s")]
fn words(x: u32) -> u32 {
    x
}

fn main() {
    // They are tasks all the same.
    let _ = threader::all!(times(1), extremes(2), never_counts(3), numbers(4), words(5));
    // A method of an item is checked like any other.
    let _ = threader::all!(times(1).timeout("10s"), times(1).retries(1u64), times(1).urgent());
}
