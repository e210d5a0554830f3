//! Every message of this crate, in one table, and the list that collects them.
//!
//! A message is one sentence, lower case, with the item in backticks; its second line says what to write instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// A message with `{}` for its details, in order.
pub(crate) struct Problem {
    message: &'static str,
    help: &'static str,
}

macro_rules! problems {
    ($($name:ident: $message:literal, help: $help:literal;)*) => {
        $(pub(crate) static $name: Problem = Problem { message: $message, help: $help };)*
    };
}

problems! {
    // The attribute and what it is on.
    NOT_A_FUNCTION: "`#[threader::task]` is for free functions, and this is {}",
        help: "put it on the function that does the work, outside of any `impl` or `trait`";
    NO_BODY: "`{}` has no body, so it cannot be a task",
        help: "put `#[threader::task]` on a free function with a body";
    UNKNOWN_ARGUMENT: "unknown argument `{}`",
        help: "`#[threader::task]` takes `name`, `timeout`, `deadline`, `retries`, `priority`, `allow(effect, …)` and `trust(path, …)`";
    DUPLICATE_ARGUMENT: "`{}` is given twice",
        help: "keep one of them";
    NAME_IS_NO_TEXT: "`name` takes a text",
        help: "write `name = \"…\"`, the same in every build that shares the task";
    NAME_IS_EMPTY: "`name` is empty",
        help: "give a name that no other task of the program has, or leave the argument out";
    NO_TIME: "`{}` takes a time as a text",
        help: "write a whole number and its unit: `{} = \"10s\"`";
    UNREADABLE_TIME: "`{}` is not a valid duration",
        help: "write a whole number and its unit, `ms`, `s`, `m` or `h`: `{} = \"10s\"`";
    ZERO_TIME: "`{}` is not longer than zero",
        help: "write a longer time, such as `{} = \"10s\"`";
    ENDLESS_TIME: "`{}` overflows: the maximum is about 584 years",
        help: "leave `{}` out";
    TIMEOUT_AFTER_DEADLINE: "`timeout` (`{}`) is longer than `deadline` (`{}`) and can never fire",
        help: "`timeout` counts from the start, `deadline` from submission: make `timeout` the shorter one, or leave it out";
    NO_RETRIES: "`retries` takes a whole number",
        help: "write how often the task may be started again when its worker dies: `retries = 3`";
    NO_PRIORITY: "`{}` takes a text",
        help: "write `priority = \"high\"`, `\"normal\"` or `\"low\"`";
    UNKNOWN_PRIORITY: "unknown priority `{}`",
        help: "write `priority = \"high\"`, `\"normal\"` or `\"low\"`";
    STD_MACRO_NAME: "a task cannot be called `{}`, like the standard macro or attribute",
        help: "choose another name, such as `{}_task`";

    // Purity. What an effect is called and what to write instead is in `crate::rules`.
    HAS_EFFECT: "{}",
        help: "{}";
    NOT_PURE_ITEM: "`#[threader::pure]` is for functions, `impl` blocks and traits, and this is {}",
        help: "put it on the function that computes something";
    UNKNOWN_PURE_ARGUMENT: "unknown argument `{}`",
        help: "`#[threader::pure]` takes `allow(effect, …)` and `trust(path, …)`";
    UNKNOWN_EFFECT: "unknown effect `{}`",
        help: "the effects are `{}`";
    ALLOW_IS_A_LIST: "`allow` takes effects",
        help: "write `allow(console)`; docs/effects.md lists them";
    TRUST_IS_A_LIST: "`trust` takes paths",
        help: "write `trust(module::function)`, as the function is called";
    NOT_A_TASK: "`{}` is marked `#[threader::pure]`, but is not a task",
        help: "put `#[threader::task]` on it, which implies `#[threader::pure]`";

    NO_MARK: "`{}` is not known to be pure",
        help: "put `#[threader::pure]` on the function, or accept it unchecked with `trust({})` in the attribute of the caller";
    NO_MARK_BUT_KNOWN: "`{}` is not known to be pure; if it is std's, {}",
        help: "{}";
    NO_MARK_OF_TASK: "`{}` is not a task",
        help: "put `#[threader::task]` on the function; a call that returns a `Task` goes in parentheses: `(f(x))`";

    // The signature.
    IN_IMPL: "a task is a free function, and `{}` is in an `impl` or a `trait`",
        help: "move it out, beside the `impl`, with the type's name for `Self`; the associated function may then call it";
    SELF_PARAMETER: "a task cannot take `self`: it is a free function",
        help: "move it out of the `impl` and take the value as a parameter, such as `value: &Type`";
    UNSAFE_FN: "a task cannot be `unsafe`: the worker that calls it cannot uphold its safety contract",
        help: "make it safe and put the `unsafe` block inside";
    EXTERN_FN: "a task cannot be `extern`: it is called by Rust only",
        help: "remove `extern`, or call the `extern` function from a task";
    ASYNC_FN: "a task cannot be `async`: it runs to its end on a worker",
        help: "remove `async`, and pass what it awaits as an argument; the task is awaited by its caller: `threader::spawn!(f(x)).await`";
    VARIADIC: "a task cannot take `...`",
        help: "take a slice, such as `values: &[i32]`";
    CONDITIONAL_PARAMETER: "a parameter of a task cannot be under `{}`",
        help: "put `#[cfg(…)]` on the whole function, once for each signature";

    // Parameters.
    MUT_BORROW: "a task cannot take `&mut`: a worker cannot change the caller's value",
        help: "take the value itself and return the changed one";
    STATIC_BORROW: "a task cannot borrow for `'static`: the argument lives as long as the call",
        help: "remove `'static`: a borrowed parameter is owned in transit";
    NESTED_BORROW: "a task cannot take a borrow inside `{}`",
        help: "own what is inside: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`";
    LIFETIME: "a task cannot take the lifetime `{}` inside `{}`",
        help: "take a type that owns its data, or `'static` where the type allows it";
    CLOSURE_PARAMETER: "a task cannot take a closure (`{}`): code cannot travel to a worker",
        help: "take an enum that says what to do, and match on it in the task; or put what the closure does into a task of its own";
    IMPL_PARAMETER: "a task cannot take `impl {}`: an argument that travels has one known type",
        help: "name the type, or make the function generic: `fn f<T: Serialize + DeserializeOwned + Send + 'static>(value: T)`";
    DYN_PARAMETER: "a task cannot take `dyn {}`: a trait object cannot travel to a worker",
        help: "take an enum of the possible types, or make the function generic";
    SHARED_PARAMETER: "a task cannot take `{}`: what is shared does not travel to a worker",
        help: "take what is inside and return the changed value; results are put together where the tasks are awaited";
    FN_POINTER_PARAMETER: "a task cannot take a function pointer: it means nothing in another program image",
        help: "take an enum that says what to do, and match on it in the task";
    RAW_POINTER_PARAMETER: "a task cannot take a raw pointer: a worker may have another memory",
        help: "take the data: `&T`, `&[T]` or an owned type";

    MISSING_BOUNDS: "`{}` cannot travel: it is not known to be {}",
        help: "write `{}`, with `serde::Serialize` and `serde::de::DeserializeOwned`";
    LIFETIME_BOUND: "a generic task cannot have a bound with the lifetime `{}`",
        help: "remove the bound: whatever a task borrows is `'static` in transit";

    // The result.
    BORROW_RESULT: "a task cannot return a borrow: its arguments end with the call",
        help: "return an owned type: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`";
    LIFETIME_RESULT: "a task cannot return a type with the lifetime `{}`: its arguments end with the call",
        help: "return a type that owns its data, or `'static` where the type allows it";
    CLOSURE_RESULT: "a task cannot return a closure (`{}`): code cannot travel back",
        help: "return the values that it would capture, or an enum that says what to do";
    IMPL_RESULT: "a task cannot return `impl {}`: a result that travels has one known type",
        help: "name the type; collect an iterator into a `Vec`";
    DYN_RESULT: "a task cannot return `dyn {}`: a trait object cannot travel back",
        help: "return an enum of the possible types; `String` for an error";
    SHARED_RESULT: "a task cannot return `{}`: what is shared does not travel back",
        help: "return what is inside";
    FN_POINTER_RESULT: "a task cannot return a function pointer: it means nothing in another program image",
        help: "return an enum that says what to do";
    RAW_POINTER_RESULT: "a task cannot return a raw pointer: the caller may have another memory",
        help: "return the data";

    // Calls of a task.
    ARGUMENT_COUNT: "`{}` takes {}, but {} given",
        help: "its parameters are `({})`";

    // Strategies.
    NO_TASK: "`{}!` needs a task",
        help: "write the call of a task function: `{}!(f(x))`";
    ONE_TASK: "`{}!` takes one task",
        help: "for several, see `threader::all!`, `settled!`, `stream!`, `race!`, `any!` and `fire!`";
    TOO_MANY_TASKS: "`{}!` takes at most 12 tasks one by one",
        help: "write `{}!(for x in xs => f(x))`, or collect them: `threader::{}(tasks)`";
    NO_FOR: "`{}!` takes one task, not a `for`",
        help: "for several, see `threader::all!`, `settled!`, `stream!`, `race!`, `any!` and `fire!`";
    EMPTY_RACE: "`race!` of nothing never ends",
        help: "write at least one task: `race!(f(x), g(y))`";
    NO_COUNT: "`any!` needs to know how many tasks must succeed",
        help: "write the number in front: `any!(1; …)`";
    CLOSURE: "a closure is not a task: it cannot travel to a worker",
        help: "put the work into a function with `#[threader::task]` and write its call: `{}!(f(x))`";
    ITERATOR: "an iterator is not a task",
        help: "write `{}`, which makes one task for each item";
    METHOD: "a method of `self` is not a task function",
        help: "call a free function that has `#[threader::task]`; if this returns a `Task`, put it in parentheses";
    CALLEE: "this call does not name a task function",
        help: "call a function that has `#[threader::task]` by its path; if this returns a `Task`, put it in braces";
    ASSOCIATED: "`{}` does not name a task function",
        help: "a task is a free function, called by its path: `module::f(x)`";

    // The entry point.
    MAIN_NOT_A_FUNCTION: "`#[threader::main]` is for the function that the program starts with",
        help: "put it on `fn main() { … }` or `async fn main() { … }`";
    MAIN_ARGUMENT: "`#[threader::main]` takes no arguments",
        help: "write `#[threader::main]`, and call `threader::configure` in the function";
    MAIN_PARAMETER: "the function that a program starts with takes no parameters",
        help: "write `fn {}()`";
    MAIN_GENERIC: "the function that a program starts with is not generic",
        help: "write `fn {}()`";
    MAIN_NEVER: "a guarded entry point must be able to return",
        help: "return `()` or `Result<(), E>`";
}

impl Problem {
    /// The message at `place`, its details filled in.
    pub(crate) fn at(&self, place: impl ToTokens, details: &[&str]) -> syn::Error {
        syn::Error::new_spanned(place, self.text(details))
    }

    pub(crate) fn text(&self, details: &[&str]) -> String {
        let text = format!("{}\nhelp: {}", self.message, self.help);
        let mut parts = text.split("{}");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        // The help may repeat the last detail.
        let repeat = details.last().into_iter().cycle();
        for (part, detail) in parts.zip(details.iter().chain(repeat)) {
            filled.push_str(detail);
            filled.push_str(part);
        }
        filled
    }
}

/// All that is wrong with one item, reported together.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl From<syn::Error> for Errors {
    fn from(error: syn::Error) -> Self {
        Errors(error.into_iter().collect())
    }
}

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.extend(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As items or statements.
    pub(crate) fn to_statements(&self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }

    /// As one expression, which rustc takes to be of any type.
    pub(crate) fn to_expression(&self) -> TokenStream {
        match &self.0[..] {
            [error] => error.to_compile_error(),
            errors => {
                let errors = errors.iter().map(syn::Error::to_compile_error);
                quote!((#(#errors,)*))
            }
        }
    }
}
