//! One random program: what it does, and what is asked of it in the end.

mod deeds;
mod dice;
mod program;
mod watch;

pub(crate) use deeds::forgotten;
pub(crate) use program::Program;
pub(crate) use watch::{Watch, ends, give_up};
