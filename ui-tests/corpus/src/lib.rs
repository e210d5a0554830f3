//! Ordinary pure code, written without a thought for the checker: all of it must be accepted as it is.
//!
//! A false error here is a bug of the checker; the code stays.
#![forbid(unsafe_code)]
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "the names say what the functions do, and few are called from outside"
)]
#![allow(clippy::all, reason = "users write code in every style")]

pub mod bits;
pub mod cells;
pub mod containers;
pub mod control;
pub mod dates;
pub mod dynamic;
pub mod games;
pub mod generics;
pub mod graphs;
pub mod idioms;
pub mod iterators;
pub mod lookups;
pub mod macros;
pub mod matrix;
pub mod modules;
pub mod numerics;
pub mod parsing;
pub mod patterns;
pub mod records;
pub mod sampling;
pub mod shadow;
pub mod shapes;
pub mod sorting;
pub mod strings;
pub mod tables;
pub mod text;
