//! `photo-cli [--json FILE] [--out DIR]`: develops the photographs of `examples/data` on native threads.
//!
//! `--out` writes `sequential/NAME.png` and `parallel/NAME.png`, `--json` the figures that are also printed.

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> cli::Result<()> {
    threader::block_on(cli::run(cli::Options::parse(std::env::args().skip(1))?))
}

/// In Node and in browsers the library is the program.
#[cfg(target_arch = "wasm32")]
fn main() {}
