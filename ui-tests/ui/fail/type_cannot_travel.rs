//! Types without `Serialize`, `Deserialize` or `Send`, at the parameter and at the result.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

struct Plain(u8);

#[derive(Serialize)]
struct OneWay(u8);

#[derive(Serialize, Deserialize)]
struct NotSend(std::marker::PhantomData<*const u8>);

#[threader::task]
fn plain(_: u8, tile: &Plain) -> u8 {
    tile.0
}

#[threader::task]
fn one_way(values: &[OneWay], _: (u8, OneWay)) -> u8 {
    values[0].0
}

#[threader::task]
fn not_send(_: NotSend) {}

#[threader::task]
fn shared(_: Arc<Mutex<u8>>, _: &Rc<RefCell<u8>>) {}

#[threader::task]
fn result(x: u8) -> Result<u8, Plain> {
    Ok(x)
}

#[threader::task]
fn generic<T: Clone>(value: &T) -> Vec<T> {
    vec![value.clone()]
}

#[threader::task]
fn misspelt(value: Tille) -> Vec<Tille> {
    vec![value]
}

fn main() {}
