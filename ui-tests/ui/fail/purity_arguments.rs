//! Arguments of `#[threader::pure]` and those of `#[threader::task]` about purity.

#[threader::pure(allow(consol))]
fn a_misspelt_effect() {}

#[threader::task(allow(console, disk))]
fn another() {}

#[threader::pure(allow)]
fn allows_nothing() {}

#[threader::pure(allow())]
fn allows_an_empty_list() {}

#[threader::pure(allow("console"))]
fn allows_a_text() {}

#[threader::pure(trust("std::fs::read"))]
fn trusts_a_text() {}

#[threader::pure(trust)]
fn trusts_nothing() {}

#[threader::pure(name = "x")]
fn has_a_name() {}

#[threader::pure(allow(fs), allow(fs))]
fn twice() {}

#[threader::pure]
struct NotAFunction;

#[threader::pure]
async fn waits() {}

#[threader::pure]
mod inner {}

trait Trait {
    #[threader::pure]
    fn without_a_body();
}

fn main() {}
