//! Traits, enums and dynamic dispatch.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::f64::consts;

pub trait Shape {
    fn area(&self) -> f64;
    fn name(&self) -> String {
        String::from("shape")
    }
}

pub struct Circle {
    pub radius: f64,
}

pub struct Rectangle {
    pub width: f64,
    pub height: f64,
}

#[threader::pure]
impl Shape for Circle {
    fn area(&self) -> f64 {
        consts::PI * self.radius.powi(2)
    }

    fn name(&self) -> String {
        "circle".into()
    }
}

#[threader::pure]
impl Shape for Rectangle {
    fn area(&self) -> f64 {
        self.width * self.height
    }
}

#[threader::pure]
pub fn total_area(shapes: &[Box<dyn Shape>]) -> f64 {
    shapes.iter().map(|shape| shape.area()).sum()
}

#[threader::pure]
pub fn largest<'a>(shapes: &'a [&'a dyn Shape]) -> Option<&'a dyn Shape> {
    shapes
        .iter()
        .copied()
        .max_by(|a, b| a.area().total_cmp(&b.area()))
}

#[threader::task]
pub fn floor_plan(rooms: &[(f64, f64)], pond: Option<f64>) -> f64 {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for &(width, height) in rooms {
        shapes.push(Box::new(Rectangle { width, height }));
    }
    if let Some(radius) = pond {
        shapes.push(Box::new(Circle { radius }));
    }
    total_area(&shapes)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    Number(f64),
    Variable(String),
    Negate(Box<Expr>),
    Binary(Box<Expr>, Operator, Box<Expr>),
    Let {
        name: String,
        value: Box<Expr>,
        body: Box<Expr>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

use Expr::*;

#[threader::pure]
pub fn evaluate(expr: &Expr, scope: &BTreeMap<String, f64>) -> Result<f64, String> {
    Ok(match expr {
        Number(n) => *n,
        Variable(name) => *scope.get(name).ok_or_else(|| format!("no `{name}`"))?,
        Negate(inner) => -evaluate(inner, scope)?,
        Binary(left, operator, right) => {
            let (a, b) = (evaluate(left, scope)?, evaluate(right, scope)?);
            match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide if b == 0.0 => return Err("division by zero".to_owned()),
                Operator::Divide => a / b,
            }
        }
        Let { name, value, body } => {
            let mut inner = scope.clone();
            inner.insert(name.clone(), evaluate(value, scope)?);
            evaluate(body, &inner)?
        }
    })
}

#[threader::pure]
pub fn simplify(expr: Expr) -> Expr {
    match expr {
        Binary(left, operator, right) => match (simplify(*left), operator, simplify(*right)) {
            (Number(a), Operator::Add, Number(b)) => Number(a + b),
            (zero @ Number(0.0), Operator::Multiply, _)
            | (_, Operator::Multiply, zero @ Number(0.0)) => zero,
            (other, Operator::Multiply, Number(1.0)) | (Number(1.0), Operator::Multiply, other) => {
                other
            }
            (left, operator, right) => Binary(Box::new(left), operator, Box::new(right)),
        },
        Negate(inner) => match simplify(*inner) {
            Negate(inner) => *inner,
            Number(n) => Number(-n),
            other => Negate(Box::new(other)),
        },
        other => other,
    }
}

#[threader::pure]
impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let symbol = match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        };
        write!(f, "{}", symbol)
    }
}

#[threader::task]
pub fn show(expr: &Expr) -> String {
    match expr {
        Number(n) => n.to_string(),
        Variable(name) => name.clone(),
        Negate(inner) => format!("-{}", show(inner)),
        Binary(a, operator, b) => format!("({} {operator} {})", show(a), show(b)),
        Let { name, value, body } => format!("let {name} = {} in {}", show(value), show(body)),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Light {
    Red,
    Green,
    Yellow,
}

#[threader::pure]
impl Light {
    pub const CYCLE: [Light; 3] = [Light::Red, Light::Green, Light::Yellow];

    #[must_use]
    pub fn next(self) -> Self {
        use Light::{Green, Red, Yellow};
        match self {
            Red => Green,
            Green => Yellow,
            Yellow => Red,
        }
    }

    pub fn seconds(self) -> u32 {
        match self {
            Light::Yellow => 3,
            _ => 30,
        }
    }
}

#[threader::task]
pub fn light_after(mut light: Light, mut seconds: u32) -> Light {
    seconds %= Light::CYCLE.iter().map(|l| l.seconds()).sum::<u32>();
    while seconds >= light.seconds() {
        seconds -= light.seconds();
        light = light.next();
    }
    light
}

pub trait Visitor {
    fn number(&mut self, value: f64);
    fn variable(&mut self, name: &str);
}

#[derive(Default)]
struct Names(Vec<String>);

#[threader::pure]
impl Visitor for Names {
    fn number(&mut self, _: f64) {}

    fn variable(&mut self, name: &str) {
        self.0.push(name.to_string());
    }
}

#[threader::pure]
pub fn walk(expr: &Expr, visitor: &mut dyn Visitor) {
    match expr {
        Number(value) => visitor.number(*value),
        Variable(name) => visitor.variable(name),
        Negate(inner) => walk(inner, visitor),
        Binary(a, _, b) => [a, b].into_iter().for_each(|side| walk(side, visitor)),
        Let { value, body, .. } => {
            walk(value, visitor);
            walk(body, visitor);
        }
    }
}

#[threader::task]
pub fn variables(expr: &Expr) -> Vec<String> {
    let mut names = Names::default();
    walk(expr, &mut names);
    names.0.sort();
    names.0.dedup();
    names.0
}
