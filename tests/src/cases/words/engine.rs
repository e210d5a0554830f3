//! The half of these cases that needs an engine of JavaScript.

use js_sys::{Object, Reflect};
use threader::{Config, Pool, any, prepare, spawn};
use wasm_bindgen::{JsCast, JsValue};

use super::KINDS;
use crate::check::{check, check_eq, check_fails};
use crate::host::engine::Caught;
use crate::host::{evaluate, text, until};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::failing::{half, panic_with_text, renamed_panic};
use crate::tasks::faulty::sabotage;
use crate::tasks::words::{ask, panic_of};
use crate::{Cx, Outcome};

cases![
    words_of_an_error_are_properties_in_javascript.needs(Needs::Isolation),
    words_of_a_panic_in_a_worker_reach_the_console_once.needs(Needs::Isolation),
    worker_is_called_the_same_by_developer_tools.needs(Needs::Isolation),
    profile_puts_tasks_on_the_worker_s_timeline.needs(Needs::Isolation),
];

async fn words_of_an_error_are_properties_in_javascript(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; half(3)).await, Panicked);
    let value = JsValue::from(error.clone());
    check!(value.is_instance_of::<js_sys::Error>(), "it is {value:?}");
    let property = |name: &str| -> Result<String, String> {
        let value = Reflect::get(&value, &name.into()).unwrap_or_default();
        let text = value.as_string();
        text.ok_or_else(|| format!("`{name}` is {value:?}"))
    };
    check_eq!(property("name")?, "TaskError");
    check_eq!(property("message")?, error.to_string());
    check_eq!(property("reason")?, "3 is odd");
    check_eq!(property("kind")?, "Panicked");
    check_eq!(property("task")?, error.task());
    check_eq!(Some(&*property("location")?), error.location());
    check_eq!(Some(&*property("worker")?), error.worker());
    let attempts = Reflect::get(&value, &"attempts".into()).unwrap_or_default();
    check_eq!(attempts.as_f64(), Some(1.0));
    check_eq!(Object::keys(value.unchecked_ref::<Object>()).length(), 7);

    let task = spawn!(in pool; half(2));
    task.control().cancel();
    let cancelled = JsValue::from(check_fails!(task.await, Cancelled));
    let name = js_sys::Error::from(cancelled).name();
    check_eq!(String::from(name), "AbortError");

    let Err(both) = any!(in pool; 1; half(3), half(5)).await else {
        return Err("both are odd".into());
    };
    let errors = Reflect::get(&JsValue::from(both), &"errors".into()).unwrap_or_default();
    let errors = js_sys::Array::from(&errors);
    check_eq!(errors.length(), 2);
    let index = Reflect::get(&errors.get(1), &"index".into()).unwrap_or_default();
    check_eq!(index.as_f64(), Some(1.0));
    Ok(())
}

/// The line is the error's own text, whatever the task is called by: its path, its own name,
/// its label, its types.
async fn words_of_a_panic_in_a_worker_reach_the_console_once(cx: Cx) -> Outcome {
    let console = Console::begin();
    for kind in KINDS {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let tasks = [
            prepare!(half(3)),
            prepare!(renamed_panic(7)),
            prepare!(panic_with_text("under a label")).label("a label"),
            prepare!(panic_of(8_u8)),
        ];
        for task in tasks {
            spawn!(in pool; sabotage(Console::REDIRECT)).await?;
            let error = check_fails!(pool.spawn(task).await, Panicked);
            until(&format!("with {kind:?} it is written: {error}"), || {
                !console.is_empty()
            })
            .await?;
            // A second line would have come before this.
            spawn!(in pool; add(1, 2)).await?;
            check_eq!(console.take()?, error.to_string());
        }
    }
    Ok(())
}

async fn worker_is_called_the_same_by_developer_tools(cx: Cx) -> Outcome {
    for kind in KINDS {
        let caught = Caught::begin();
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        // Node's worker knows its name since version 24.6.
        let own = "typeof process === 'object' ? process.getBuiltinModule('node:worker_threads').threadName ?? '' : self.name";
        let name = spawn!(in pool; ask(own)).await?;
        let expected = format!("threader {}", pool.metrics().workers[0].name);
        check!(
            name == expected || name.is_empty() && cx.backend() == threader::Backend::Node,
            "the worker is called `{name}`, not `{expected}`"
        );
        let first = caught.name(0);
        check!(
            first == expected
                || kind == threader::Coordinator::Worker && first == "threader coordinator",
            "the first worker is called `{first}`"
        );
        check_eq!(
            caught.count(),
            1,
            "this thread started another worker than the one that it was asked for"
        );
    }
    Ok(())
}

async fn profile_puts_tasks_on_the_worker_s_timeline(cx: Cx) -> Outcome {
    let entries = "performance.getEntriesByType('measure').map((entry) => entry.name).join()";
    for kind in KINDS {
        for profile in [true, false] {
            let pool =
                cx.pool_with(|config| config.max_workers(1).coordinator(kind).profile(profile));
            spawn!(in pool; add(1, 2)).await?;
            spawn!(in pool; add(1, 2).label("a label")).await?;
            let names = spawn!(in pool; ask(entries)).await?;
            let expected = if profile {
                "threader_tests::tasks::add,a label"
            } else {
                ""
            };
            check_eq!(names, expected, "with {kind:?}");
        }
    }
    // The environment's default is what a program gets that asks for nothing.
    let pool = Pool::new(Config::new().max_workers(1));
    spawn!(in pool; add(1, 2)).await?;
    check_eq!(spawn!(in pool; ask(entries)).await?, "");
    pool.shutdown();
    Ok(())
}

/// What workers write on their consoles, once they were told to pass it on.
struct Console;

impl Console {
    /// For a worker to run.
    const REDIRECT: &str = "
        const channel = new BroadcastChannel('words');
        channel.unref?.();
        console.error = (text) => channel.postMessage(text);";

    fn begin() -> Self {
        evaluate(
            "globalThis.wordsOfWorkers = { lines: [], channel: new BroadcastChannel('words') };
            wordsOfWorkers.channel.onmessage = ({ data }) => wordsOfWorkers.lines.push(data);",
        );
        Console
    }

    fn is_empty(&self) -> bool {
        text("String(wordsOfWorkers.lines.length)").is_ok_and(|count| count == "0")
    }

    fn take(&self) -> Result<String, String> {
        text("wordsOfWorkers.lines.splice(0).join('\\n')")
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        evaluate("wordsOfWorkers.channel.close(); delete globalThis.wordsOfWorkers");
    }
}
