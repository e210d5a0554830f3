//! Nothing here: `tests/ui.rs` compiles the programs under `ui/`, and `tests/cases.rs` counts them.
