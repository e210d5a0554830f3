//! Data for foreign functions, and foreign functions that were agreed to.
#![allow(unused)]

use std::ffi::{CStr, CString, OsStr, OsString, c_int};

#[threader::task]
fn ends_with_nul(text: &str) -> Vec<u8> {
    CString::new(text).map_or(vec![], CString::into_bytes_with_nul)
}

#[threader::pure]
fn until_nul(bytes: &[u8]) -> Option<String> {
    let text = CStr::from_bytes_until_nul(bytes).ok()?;
    Some(text.to_string_lossy().into_owned())
}

#[threader::pure]
fn literal() -> usize {
    c"text".count_bytes()
}

#[threader::pure]
fn number(x: c_int) -> std::ffi::c_long {
    x.into()
}

#[threader::pure]
fn of_the_system(text: &OsStr) -> OsString {
    let mut out = OsString::from(text);
    out.push(".txt");
    out
}

mod libc {
    pub fn abs(x: i32) -> i32 {
        x.abs()
    }
}

#[threader::pure(allow(ffi))]
fn agreed(x: i32) -> i32 {
    libc::abs(x)
}

#[threader::pure(trust(libc::abs))]
fn trusted(x: i32) -> i32 {
    libc::abs(x)
}

unsafe extern "C" {
    safe fn labs(x: std::ffi::c_long) -> std::ffi::c_long;
}

#[threader::pure(trust(labs))]
fn answered_for(x: i32) -> bool {
    labs(x.into()) >= 0
}

#[threader::pure]
extern "C" fn for_others(x: i32) -> i32 {
    x + 1
}

fn main() {
    assert_eq!(until_nul(b"ab\0c").as_deref(), Some("ab"));
    assert!(answered_for(-1));
}
