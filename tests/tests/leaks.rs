//! The leak gate: one case after the other, in a process that does nothing else and counts its memory.

use libtest_mimic::{Arguments, Trial};
use threader::Backend;
use threader_tests::{Selection, cases, held};

#[global_allocator]
static COUNTING: held::Counting = held::Counting;

fn main() {
    threader_tests::silence_expected_panics();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let mut trials = Vec::new();
    for backend in [Backend::Inline, Backend::Threads] {
        for case in cases::every() {
            if !case.is_in(Selection::Leaks) {
                continue;
            }
            let name = format!("{backend}::{}", case.name());
            match case.not_applicable(backend) {
                None => trials.push(Trial::test(name, move || {
                    Ok(threader::block_on(case.run(backend))?)
                })),
                Some(reason) if !arguments.list => {
                    println!("test {name} ... not applicable ({reason})")
                }
                Some(_) => {}
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
