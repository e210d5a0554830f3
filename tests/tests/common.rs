//! Every case on the two native backends.

use libtest_mimic::{Arguments, Trial};
use threader::Backend;
use threader_tests::{Selection, cases};

fn main() {
    if let Ok(fault) = std::env::var(threader_tests::CHILD) {
        return threader_tests::perish(&fault);
    }
    threader_tests::silence_expected_panics();
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for backend in [Backend::Inline, Backend::Threads] {
        for case in cases::every() {
            if !case.is_in(Selection::All) {
                continue;
            }
            let name = format!("{backend}::{}", case.name());
            match case.not_applicable(backend) {
                None => trials.push(Trial::test(name, move || {
                    Ok(threader::block_on(case.run(backend))?)
                })),
                // `--list` is read by tools, which want nothing else there.
                Some(reason) if !arguments.list => {
                    println!("test {name} ... not applicable ({reason})")
                }
                Some(_) => {}
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
