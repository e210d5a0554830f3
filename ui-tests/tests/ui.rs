//! Compiles every program under `ui/`: those in `pass` must compile and run, those in `fail` must end in exactly the errors beside them.
//!
//! After a change of wording: `TRYBUILD=overwrite cargo test -p ui-tests`, then read the difference. The texts are
//! those of the compiler in `rust-toolchain.toml`.

#[test]
fn accepted_programs_run_and_rejected_ones_say_why() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
