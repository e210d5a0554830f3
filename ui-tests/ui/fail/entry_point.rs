//! `#[threader::main]` where it cannot work.

#[threader::main]
fn with_parameters(x: u8, y: u8) {}

#[threader::main]
async fn generic<T>() {}

#[threader::main]
fn never() -> ! {
    loop {}
}

#[threader::main(flavor = "fast")]
fn with_arguments() {}

#[threader::main]
struct Main;

#[threader::main]
fn number() -> u8 {
    0
}

#[threader::main]
async fn later() -> u8 {
    0
}

fn main() {}
