//! The wasm run: every case of the selection on the backend that is there, then on `inline`.

use threader::{Backend, Config, Pool};

use crate::host::{engine, exit_with_failure, option, print};
use crate::{Selection, cases};

/// Runs what was asked for, and says so on the console. In Node `THREADER_SUITE` is the selection
/// and `THREADER_CASE` a part of the names to run; in a page the parameters `only` and `case` are.
/// With `THREADER_LIST`, or `list`, nothing runs: what does not apply is said. `soak<N>` is no
/// selection but the long run of N tasks.
pub async fn run() {
    let name = option("THREADER_SUITE", "only").unwrap_or_else(|| "all".to_owned());
    if let Some(tasks) = name
        .strip_prefix("soak")
        .and_then(|tasks| tasks.parse().ok())
    {
        if !crate::soak::program(Pool::new(Config::new().max_workers(2)), tasks).await {
            exit_with_failure();
        }
        return;
    }
    let part = option("THREADER_CASE", "case").unwrap_or_default();
    let only_list = option("THREADER_LIST", "list").is_some_and(|list| !list.is_empty());
    let Some(selection) = Selection::named(&name) else {
        print(&format!("there is no selection `{name}`"));
        print("suite finished: 0 passed, 1 failed, 0 not applicable");
        return exit_with_failure();
    };

    // Where there are none, or none may be started, there is nothing to replace; and where no text
    // may be evaluated it cannot be.
    let evaluates = !matches!(selection, Selection::Csp | Selection::Trusted);
    if evaluates && selection != Selection::NoWorkers {
        engine::replace_worker();
    }
    let here = Pool::new(Config::new()).backend();
    let mut backends = vec![here];
    if selection == Selection::All && here != Backend::Inline {
        backends.push(Backend::Inline);
    }

    let (mut passed, mut failed, mut not_applicable) = (0, 0, 0);
    for backend in backends {
        for case in cases::every() {
            let name = format!("{backend}::{}", case.name());
            if !case.is_in(selection) || !name.contains(&part) {
                continue;
            }
            if let Some(reason) = case.not_applicable(backend) {
                not_applicable += 1;
                print(&format!("test {name} ... not applicable ({reason})"));
                continue;
            }
            if only_list {
                continue;
            }
            print(&format!("run {name}"));
            match case.run(backend).await {
                Ok(()) => {
                    passed += 1;
                    print(&format!("test {name} ... ok"));
                }
                Err(message) => {
                    failed += 1;
                    // One line per case, whatever the message holds.
                    print(&format!(
                        "test {name} ... FAILED: {}",
                        message.replace('\n', "\\n")
                    ));
                }
            }
        }
    }
    if failed > 0 {
        exit_with_failure();
    }
    if only_list {
        passed = 1;
        print(&format!("test {here}::cases_are_listed ... ok"));
    }
    print(&format!(
        "suite finished: {passed} passed, {failed} failed, {not_applicable} not applicable"
    ));
}

/// The entry point of the program `unguarded`. Only the owner's own run says how the test ended: inside a worker the same
/// code is told that it must not be there, and is silent.
pub fn run_unguarded() {
    wasm_bindgen_futures::spawn_local(async {
        if option("THREADER_FAILS", "fails").is_some() {
            return crate::fails::run_unguarded().await;
        }
        let Err(error) = threader::spawn!(crate::tasks::add(1, 2)).await else {
            return print("a task ran, though the entry point runs in the worker");
        };
        let text = error.message();
        if text.starts_with("a worker could not start") {
            let named = error.kind() == threader::ErrorKind::Unavailable
                && text.contains("put `#[threader::main]` on it");
            let outcome = if named {
                "ok".to_owned()
            } else {
                format!("FAILED: {error}")
            };
            print(&format!(
                "test node::unguarded_entry_point_is_named ... {outcome}"
            ));
            let (passed, failed) = if named { (1, 0) } else { (0, 1) };
            print(&format!(
                "suite finished: {passed} passed, {failed} failed, 0 not applicable"
            ));
        }
    });
}
