//! Generics and traits of one's own.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::{Add, Deref, Mul};

#[threader::pure]
pub fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |x| g(f(x))
}

#[threader::pure]
pub fn twice<T>(f: &dyn Fn(T) -> T, x: T) -> T {
    f(f(x))
}

#[threader::pure]
fn increment(x: i32) -> i32 {
    x + 1
}

#[threader::task]
pub fn plus_four(x: i32) -> i32 {
    let add_two = compose(increment, increment);
    twice(&add_two, x)
}

#[threader::task]
pub fn largest<T>(items: &[T]) -> Option<T>
where
    T: Ord + Clone + Send + Serialize + DeserializeOwned + 'static,
{
    items.iter().max().cloned()
}

pub trait Monoid {
    fn empty() -> Self;
    fn join(self, other: Self) -> Self;
}

#[threader::pure]
impl Monoid for String {
    fn empty() -> Self {
        String::new()
    }

    fn join(mut self, other: Self) -> Self {
        self += &other;
        self
    }
}

#[threader::pure]
impl<T> Monoid for Vec<T> {
    fn empty() -> Self {
        vec![]
    }

    fn join(mut self, mut other: Self) -> Self {
        self.append(&mut other);
        self
    }
}

#[threader::pure]
pub fn join_all<M: Monoid>(items: impl IntoIterator<Item = M>) -> M {
    items.into_iter().fold(M::empty(), M::join)
}

#[threader::pure]
pub fn flattened() -> (String, Vec<u8>) {
    (
        join_all(["a".to_string(), "b".to_string()]),
        join_all(vec![vec![1], vec![2, 3]]),
    )
}

#[derive(Debug, Clone, Default)]
pub struct Stack<T> {
    items: Vec<T>,
}

#[threader::pure]
impl<T: Clone + Debug> Stack<T> {
    pub fn push(&mut self, item: T) -> &mut Self {
        self.items.push(item);
        self
    }

    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    pub fn peek(&self) -> Option<&T> {
        self.items.last()
    }
}

#[threader::pure]
impl<T> Deref for Stack<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

#[threader::task]
pub fn reversed(items: Vec<i64>) -> Vec<i64> {
    let mut stack = Stack::default();
    for item in items {
        stack.push(item);
    }
    let mut out = Vec::with_capacity(stack.len());
    while let Some(item) = stack.pop() {
        out.push(item);
    }
    out
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Tree<T> {
    Leaf,
    Node(Box<Tree<T>>, T, Box<Tree<T>>),
}

#[threader::pure]
impl<T: Ord> Tree<T> {
    pub fn insert(self, value: T) -> Self {
        match self {
            Tree::Leaf => Tree::Node(Box::new(Tree::Leaf), value, Box::new(Tree::Leaf)),
            Tree::Node(left, here, right) if value < here => {
                Tree::Node(Box::new(left.insert(value)), here, right)
            }
            Tree::Node(left, here, right) => Tree::Node(left, here, Box::new(right.insert(value))),
        }
    }

    pub fn depth(&self) -> usize {
        match self {
            Self::Leaf => 0,
            Self::Node(left, _, right) => 1 + left.depth().max(right.depth()),
        }
    }

    pub fn into_sorted(self) -> Vec<T> {
        let Tree::Node(left, value, right) = self else {
            return Vec::new();
        };
        let mut sorted = left.into_sorted();
        sorted.push(value);
        sorted.extend(right.into_sorted());
        sorted
    }
}

#[threader::task]
pub fn tree_sort(values: Vec<i32>) -> Vec<i32> {
    values
        .into_iter()
        .fold(Tree::Leaf, Tree::insert)
        .into_sorted()
}

pub struct Metres;
pub struct Seconds;

#[derive(Debug)]
pub struct Quantity<U> {
    value: f64,
    unit: PhantomData<U>,
}

#[threader::pure]
impl<U> Quantity<U> {
    pub fn new(value: f64) -> Self {
        Quantity {
            value,
            unit: PhantomData,
        }
    }
}

#[threader::pure]
impl<U> Add for Quantity<U> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.value + other.value)
    }
}

#[threader::pure]
pub fn speed(way: &Quantity<Metres>, time: &Quantity<Seconds>) -> f64 {
    way.value / time.value
}

#[threader::task]
pub fn lap_speed(metres: &[f64], seconds: f64) -> f64 {
    let way = metres
        .iter()
        .map(|&m| Quantity::<Metres>::new(m))
        .fold(Quantity::new(0.0), |a, b| a + b);
    speed(&way, &Quantity::new(seconds))
}

#[threader::pure]
pub fn scale<T, const N: usize>(vector: [T; N], by: T) -> [T; N]
where
    T: Mul<Output = T> + Copy,
{
    vector.map(|x| x * by)
}

pub trait Median {
    type Item;
    fn median(self) -> Option<Self::Item>;
}

#[threader::pure]
impl<I> Median for I
where
    I: Iterator<Item: Ord>,
{
    type Item = I::Item;

    fn median(self) -> Option<I::Item> {
        let mut items = Vec::from_iter(self);
        items.sort();
        let middle = items.len() / 2;
        items.into_iter().nth(middle)
    }
}

#[threader::task]
pub fn middle_word(text: &str) -> Option<String> {
    text.split(' ').median().map(ToOwned::to_owned)
}

#[threader::pure]
pub fn defaults<T: Default, U>() -> (T, Option<U>, u8) {
    (T::default(), Default::default(), <u8 as Default>::default())
}

#[threader::pure]
pub fn parse_all<T: std::str::FromStr>(texts: &[&str]) -> Result<Vec<T>, T::Err> {
    texts.iter().map(|text| T::from_str(text)).collect()
}

#[threader::pure]
pub fn convert<A: Into<B>, B>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(Into::into).collect()
}

#[threader::pure]
pub fn widen(bytes: Vec<u8>) -> Vec<u64> {
    convert::<u8, u64>(bytes)
}
