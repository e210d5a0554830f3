//! One random program: what it does, and what is asked of it in the end.

mod deeds;
mod dice;
mod program;
mod watch;

pub use deeds::forgotten;
pub use program::Program;
pub use watch::{Watch, give_up};
