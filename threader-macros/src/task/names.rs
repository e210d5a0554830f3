//! Function names that a companion macro must not have.
//!
//! A companion called like a macro of the standard prelude makes that macro ambiguous wherever the task's module is
//! imported by a glob, and one called like a standard attribute takes the attribute's place.

/// Whether `name` is a macro or an attribute of the standard prelude.
pub(crate) fn is_taken(name: &str) -> bool {
    let name = name.strip_prefix("r#").unwrap_or(name);
    STD.contains(&name)
}

static STD: &[&str] = &[
    // Macros of std, stable and unstable: both are in scope everywhere.
    "assert",
    "assert_eq",
    "assert_matches",
    "assert_ne",
    "cfg",
    "cfg_select",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "concat_idents",
    "const_format_args",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_matches",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "format_args_nl",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "line",
    "log_syntax",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "pattern_type",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "trace_macros",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    // Attributes and derives that are macros.
    "alloc_error_handler",
    "bench",
    "cfg_accessible",
    "cfg_eval",
    "derive",
    "derive_const",
    "global_allocator",
    "test",
    "test_case",
];

/// Whether this is what `#[wasm_bindgen]` puts beside a function: it repeats there the attributes that stand below it.
pub(crate) fn is_bindgen_shim(name: &str) -> bool {
    name.starts_with("__wasm_bindgen_generated_")
}
