//! Calls of what is no task.

use threader::{Task, all, prepare, spawn};

mod tools {
    pub fn helper(x: u32) -> u32 {
        x
    }
}

struct Maker(Vec<Task<u32>>);

impl Maker {
    fn make(&self, x: u32) -> Task<u32> {
        prepare!(task(x))
    }

    fn associated(x: u32) -> u32 {
        x
    }

    async fn run(mut self) {
        let _ = all!(self.make(1), self.make(2).label("x")).await;
        let _ = spawn!(self.0.remove(0)).await;
    }
}

#[threader::task]
fn task(x: u32) -> u32 {
    x
}

fn helper(x: u32) -> u32 {
    x
}

async fn run() {
    let closure = |x: u32| x;
    let _ = prepare!(helper(1));
    let _ = all!(task(1), tools::helper(1), helper(2).label("x")).await;
    let _ = spawn!(closure(1)).await;
    let _ = spawn!(missing(1)).await;
    let _ = spawn!((closure)(1)).await;
    let _ = spawn!(Maker::associated(1)).await;
    let _ = spawn!(<Maker>::associated(1)).await;
    let _ = spawn!(1 + 1).await;
    let _ = spawn!(task).await;
    let _ = spawn!(task(1).control()).await;
    let _ = all!(for x in 0..2 => { x }).await;
    let _ = all!(task(1), helper).await;
}

fn main() {}
