//! Macros: which have an effect, and which have arguments that are expressions.

use super::Effect::{self, *};

/// Macros with an effect, by name.
pub(crate) static EFFECTS: &[(&str, Effect)] = &[
    ("print", Console),
    ("println", Console),
    ("eprint", Console),
    ("eprintln", Console),
    ("dbg", Console),
    ("console_log", Console),
    ("console_error", Console),
    ("console_warn", Console),
    ("thread_local", Global),
    ("lazy_static", Global),
    ("asm", Unsafe),
    ("global_asm", Unsafe),
    ("naked_asm", Unsafe),
    ("addr_of", Address),
    ("addr_of_mut", Address),
    ("par_for_each", Threads),
    ("nanoid", Random),
];

/// Macros of logging crates. Other crates have macros of these names that make values, so a bare one counts only as
/// a statement.
pub(crate) static LOGGING: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// Macros with an effect, by path.
pub(crate) static PATHS: &[(&str, Effect)] = &[
    ("log", Console),
    ("tracing", Console),
    ("defmt", Console),
    ("gloo_console", Console),
    ("gloo", Js),
    ("tokio", Threads),
    ("futures", Threads),
    ("futures_util", Threads),
    ("rand::random", Random),
    ("threader", Threads),
    ("sqlx", Net),
    ("cortex_m", Unsafe),
];

/// Macros whose arguments are expressions, separated by commas.
pub(crate) static EXPRESSIONS: &[&str] = &[
    "addr_of", "addr_of_mut", "anyhow", "assert", "assert_eq", "assert_ne", "bail", "btreemap", "btreeset", "dbg",
    "debug", "debug_assert", "debug_assert_eq", "debug_assert_ne", "ensure", "eprint", "eprintln", "error", "format",
    "format_args", "info", "panic", "print", "println", "todo", "trace", "try", "unimplemented", "unreachable", "vec",
    "warn", "write", "writeln", "smallvec", "arrayvec", "array_vec", "izip", "chain", "iproduct",
    "assert_relative_eq", "assert_abs_diff_eq", "relative_eq", "abs_diff_eq", "black_box", "approx_eq",
];

/// Those of them that format, and so may have `{:p}` in their text.
pub(crate) static FORMATTING: &[&str] = &[
    "anyhow", "assert", "assert_eq", "assert_ne", "bail", "debug", "debug_assert", "debug_assert_eq",
    "debug_assert_ne", "ensure", "eprint", "eprintln", "error", "format", "format_args", "info", "panic", "print",
    "println", "todo", "trace", "unimplemented", "unreachable", "warn", "write", "writeln",
];

/// Macros whose arguments do not run, or only when compiling.
pub(crate) static INERT: &[&str] = &[
    "cfg", "column", "compile_error", "concat", "const_format", "env", "file", "include_bytes", "include_str", "line",
    "module_path", "offset_of", "option_env", "parse_quote", "parse_quote_spanned", "quote", "quote_spanned",
    "stringify",
];
