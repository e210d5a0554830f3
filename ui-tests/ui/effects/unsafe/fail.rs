//! Unsafe code.
#![allow(unused)]

#[threader::task]
fn unchecked(items: &[u8]) -> u8 {
    unsafe { *items.get_unchecked(0) }
}

#[threader::pure]
unsafe fn as_a_whole(x: u8) -> u8 {
    x
}

#[threader::pure]
fn in_a_closure(texts: &[Vec<u8>]) -> usize {
    texts.iter().map(|text| unsafe { str::from_utf8_unchecked(text) }.len()).sum()
}

#[threader::pure]
fn in_an_argument(x: u32) -> Option<char> {
    Some(unsafe { char::from_u32_unchecked(x) })
}

#[threader::pure]
fn in_a_macro(x: u32) -> Vec<char> {
    vec![unsafe { char::from_u32_unchecked(x) }]
}

#[threader::pure]
fn in_a_nested_function(x: u32) -> f32 {
    fn convert(x: u32) -> f32 {
        unsafe { std::num::NonZeroU32::new_unchecked(x) }.get() as f32
    }
    convert(x)
}

#[threader::pure]
fn an_implementation(x: u32) -> u32 {
    struct Shared(u32);
    unsafe impl Sync for Shared {}
    Shared(x).0
}

struct Bytes(Vec<u8>);

#[threader::pure]
impl Bytes {
    fn text(&self) -> &str {
        unsafe { str::from_utf8_unchecked(&self.0) }
    }
}

fn main() {}
