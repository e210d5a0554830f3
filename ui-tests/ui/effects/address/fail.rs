//! Where things lie, and how they were built.
#![allow(unused)]

use std::any::{TypeId, type_name};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

#[threader::task]
fn casts(x: u32) -> usize {
    &x as *const u32 as usize
}

#[threader::pure]
fn of_a_list(items: &[u8]) -> bool {
    items.as_ptr().is_aligned()
}

#[threader::pure]
fn to_change(items: &mut Vec<u8>) -> bool {
    items.as_mut_ptr().is_null()
}

#[threader::pure]
fn formats(x: &u32) -> String {
    format!("{x:p}")
}

#[threader::pure]
fn formats_an_argument(x: &u32) -> String {
    format!("{:>20} {:#p}", "at", x)
}

#[threader::pure]
fn compares(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b)
}

#[threader::pure]
fn compares_shared(a: &Rc<u8>, b: &Rc<u8>) -> bool {
    Rc::ptr_eq(a, b)
}

#[threader::pure]
fn compares_shared_otherwise(a: &Arc<u8>, b: &Arc<u8>) -> bool {
    Arc::ptr_eq(a, b)
}

#[threader::pure]
fn names_a_type<T>() -> usize {
    type_name::<T>().len()
}

#[threader::pure]
fn names_a_type_by_path<T>() -> String {
    std::any::type_name::<T>().to_owned()
}

#[threader::pure]
fn identifies<T: 'static>() -> TypeId {
    TypeId::of::<T>()
}

#[threader::pure]
fn where_it_was_called() -> u32 {
    Location::caller().line()
}

#[threader::pure]
fn how_it_got_here() -> String {
    std::backtrace::Backtrace::capture().to_string()
}

#[threader::pure]
fn borrows_raw(x: u32) -> bool {
    let place = &raw const x;
    place.is_null()
}

fn main() {}
