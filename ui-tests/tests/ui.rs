//! Compiles every program under `ui/`: those called `pass`, or in `pass`, must compile and run, those called
//! `fail`, or in `fail`, must end in exactly the errors beside them.
//!
//! After a change of wording: `TRYBUILD=overwrite cargo test -p ui-tests`, then read the difference. The texts are
//! those of the compiler in `rust-toolchain.toml`.

#[test]
fn accepted_programs_run_and_rejected_ones_say_why() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.pass("ui/effects/*/pass*.rs");
    // What the checker does not see, and says so in `docs/purity.md`. A hole that is closed fails here: it moves to `effects`.
    cases.pass("ui/holes/pass_*.rs");
    cases.compile_fail("ui/fail/*.rs");
    cases.compile_fail("ui/effects/*/fail*.rs");
    // What it rejects without a reason. Once accepted, it moves to the corpus.
    cases.compile_fail("ui/holes/fail_*.rs");
}
