//! Arguments of the attribute.

#[threader::task(nam = "a", name = "b")]
fn unknown() {}

#[threader::task(name = "a", name = "b")]
fn twice() {}

#[threader::task(name)]
fn without_a_value() {}

#[threader::task(name = 1)]
fn not_a_text() {}

#[threader::task(name = "")]
fn empty() {}

#[threader::task(name("a"))]
fn a_list() {}

#[threader::task("a")]
fn no_key() {}

#[threader::task(a::b)]
fn a_path() {}

fn main() {}
