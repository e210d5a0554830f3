//! The compiler's messages for code that the macros reject, pinned to the toolchain.

use anyhow::Result;

use super::{Tally, native::cargo_test};
use crate::tools::Workspace;

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    cargo_test(workspace, "ui", &["--package", "ui-tests"], tally)
}
