//! Hole: a function that arrives as data is not known, and neither is a closure that an unmarked method makes.
#![allow(unused)]

struct Rule {
    apply: fn(u32) -> u32,
    all: Vec<Box<dyn Fn(u32) -> u32>>,
}

fn noisy(x: u32) -> u32 {
    println!("{x}");
    x
}

impl Rule {
    fn function(&self) -> impl Fn(u32) -> u32 {
        noisy
    }
}

impl Default for Rule {
    fn default() -> Self {
        Rule { apply: noisy, all: vec![Box::new(noisy)] }
    }
}

#[threader::pure]
fn of_a_field(rule: &Rule, x: u32) -> u32 {
    (rule.apply)(x)
}

#[threader::pure]
fn of_a_list(rule: &Rule, x: u32) -> u32 {
    rule.all.iter().fold(x, |x, f| f(x)) + rule.all[0](x)
}

#[threader::pure]
fn of_a_parameter(f: fn(u32) -> u32, x: u32) -> u32 {
    f(x)
}

#[threader::pure]
fn of_a_method(rule: &Rule, x: u32) -> u32 {
    let f = rule.function();
    f(x)
}

#[threader::task]
fn by_a_default(x: u32) -> u32 {
    let rule = Rule::default();
    (rule.apply)(x)
}

fn main() {
    assert_eq!(by_a_default(1), 1);
}
