//! What safe code does instead, and what was agreed to.
#![allow(unused)]

#[threader::task]
fn reads_bytes(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes)
}

#[threader::pure]
fn reads_bits(x: f32) -> u32 {
    x.to_bits() ^ f32::from_bits(7).to_bits()
}

#[threader::pure]
fn decodes(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[threader::pure]
fn says_unsafe(is_unsafe: bool) -> &'static str {
    // unsafe { }
    if is_unsafe { "unsafe { }" } else { stringify!(unsafe) }
}

#[threader::pure]
fn copies(from: &[u8], to: &mut [u8]) {
    to[..from.len()].copy_from_slice(from);
}

#[threader::task(allow(unsafe))]
fn agreed(items: &[u8]) -> u8 {
    // SAFETY: there is a first one.
    if items.is_empty() { 0 } else { unsafe { *items.get_unchecked(0) } }
}

struct Text(Vec<u8>);

#[threader::pure(allow(unsafe))]
impl Text {
    fn get(&self) -> &str {
        // SAFETY: nothing else is ever put in.
        unsafe { str::from_utf8_unchecked(&self.0) }
    }
}

#[threader::pure]
fn makes(text: &str) -> usize {
    let text = Text(text.as_bytes().to_vec());
    text.get().len()
}

fn main() {
    assert_eq!(agreed(&[7]), 7);
}
