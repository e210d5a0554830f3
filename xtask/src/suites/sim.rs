//! The scheduler in worlds made of chance, see docs/simulation.md.

use anyhow::Result;

use super::Tally;
use crate::{
    proc,
    sim::{self, Selection},
    tools::Workspace,
};

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let seeds = Selection::default();
    let name = format!("sim::{}_seeds", seeds.count());
    match proc::run(&mut sim::command(workspace, &seeds)) {
        Ok(()) => tally.pass(&name),
        Err(error) => tally.fail(&name, &format!("{error:#}")),
    }
    Ok(())
}
