//! Nothing here: `tests/ui.rs` compiles the programs under `ui/`.
