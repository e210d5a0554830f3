//! Interior mutability and shared ownership that stay inside.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

#[threader::task]
pub fn fibonacci(n: u32) -> u64 {
    struct Memo(RefCell<HashMap<u32, u64>>);

    #[threader::pure]
    impl Memo {
        fn at(&self, n: u32) -> u64 {
            if n < 2 {
                return n.into();
            }
            if let Some(known) = self.0.borrow().get(&n) {
                return *known;
            }
            let value = self.at(n - 1) + self.at(n - 2);
            self.0.borrow_mut().insert(n, value);
            value
        }
    }

    Memo(RefCell::new(HashMap::new())).at(n)
}

#[threader::task]
pub fn comparisons(mut values: Vec<i32>) -> (Vec<i32>, usize) {
    let count = Cell::new(0);
    values.sort_by(|a, b| {
        count.set(count.get() + 1);
        a.cmp(b)
    });
    (values, count.get())
}

#[threader::pure]
pub fn count_evens(values: &[u32]) -> usize {
    let counter = AtomicUsize::new(0);
    values
        .iter()
        .filter(|&&value| value % 2 == 0)
        .for_each(|_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
    counter.into_inner()
}

#[threader::pure]
pub fn collect_locked(words: &[&str]) -> Vec<String> {
    let collected = Arc::new(Mutex::new(Vec::new()));
    for word in words {
        let collected = Arc::clone(&collected);
        collected.lock().unwrap().push(word.to_uppercase());
    }
    let guard = collected.lock().unwrap();
    guard.clone()
}

#[threader::pure]
pub fn last_written(values: &[i64]) -> i64 {
    let slot = RwLock::new(0);
    for value in values {
        *slot.write().unwrap() = *value;
    }
    *slot.read().unwrap()
}

#[threader::pure]
pub fn lazily(values: &[f64], wanted: bool) -> Option<f64> {
    let mean = OnceCell::new();
    let mean_of = || *mean.get_or_init(|| values.iter().sum::<f64>() / values.len() as f64);
    wanted.then(|| mean_of() + mean_of())
}

pub struct Node {
    name: String,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

#[threader::pure]
impl Node {
    pub fn new(name: &str) -> Rc<Node> {
        Rc::new(Node {
            name: name.to_string(),
            parent: RefCell::default(),
            children: RefCell::new(vec![]),
        })
    }

    pub fn path(&self) -> String {
        match self.parent.borrow().upgrade() {
            Some(parent) => format!("{}/{}", parent.path(), self.name),
            None => self.name.clone(),
        }
    }

    pub fn adopt(self: &Rc<Self>, child: &Rc<Node>) {
        *child.parent.borrow_mut() = Rc::downgrade(self);
        self.children.borrow_mut().push(Rc::clone(child));
    }
}

#[threader::task]
pub fn path_of(names: &[String]) -> Option<String> {
    let nodes: Vec<Rc<Node>> = names.iter().map(|name| Node::new(name)).collect();
    for pair in nodes.windows(2) {
        pair[0].adopt(&pair[1]);
    }
    nodes.last().map(|node| node.path())
}

#[threader::pure]
pub fn counter() -> impl FnMut() -> u32 {
    let mut count = 0;
    move || {
        count += 1;
        count
    }
}

#[threader::pure]
pub fn numbered(lines: &[&str]) -> Vec<String> {
    let mut next = counter();
    lines
        .iter()
        .map(|line| format!("{}: {line}", next()))
        .collect()
}

#[threader::pure]
pub fn buckets(values: &[u32]) -> BTreeMap<u32, u32> {
    let buckets = RefCell::new(BTreeMap::new());
    let add = |value: u32| *buckets.borrow_mut().entry(value / 10).or_insert(0) += 1;
    values.iter().copied().for_each(add);
    buckets.into_inner()
}
