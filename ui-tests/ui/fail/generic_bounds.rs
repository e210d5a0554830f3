//! Type parameters whose bounds do not let them travel.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[threader::task]
fn none<T>(values: Vec<T>) -> Option<T> {
    values.into_iter().next()
}

#[threader::task]
fn some<T: Clone + Debug>(values: &[T]) -> T
where
    T: Send,
{
    values[0].clone()
}

#[threader::task]
fn only_static<K: Serialize + DeserializeOwned + Send, V>(entry: (K, u8), _: PhantomData<V>) -> K
where
    V: Send + 'static,
{
    entry.0
}

#[threader::task]
fn closure<F: FnOnce(u32) -> u32>(f: F) -> u32 {
    f(1)
}

#[threader::task]
fn where_closure<F>(f: F) -> u32
where
    F: Fn(u32) -> u32 + Send,
{
    f(1)
}

trait Shape {
    fn area(&self) -> f64;
}

// What a trait of one's own implies only rustc knows.
#[threader::task]
fn own_trait<T: Shape>(shape: T) -> f64 {
    shape.area()
}

#[threader::task]
fn one_way<T: for<'de> Deserialize<'de> + Into<f64> + Send + 'static>(value: T) -> f64 {
    value.into()
}

fn main() {}
