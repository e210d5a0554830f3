//! Tasks that do not come to a value.

use std::hint::black_box;

/// Panics with this text.
#[threader::task]
pub fn panic_with_text(text: &str) -> u32 {
    panic!("{text}")
}

/// Panics with a `String` as payload, not a formatted message.
#[threader::task]
pub fn panic_with_string(text: String) -> u32 {
    std::panic::panic_any(text)
}

/// Panics with a payload that is no text.
#[threader::task]
pub fn panic_with_number(number: u32) -> u32 {
    std::panic::panic_any(number)
}

/// Panics on odd numbers.
#[threader::task]
pub fn half(n: u32) -> u32 {
    assert!(n.is_multiple_of(2), "{n} is odd");
    n / 2
}

/// Works for so many iterations, then panics.
#[threader::task]
pub fn spin_and_panic(iterations: u64, text: &str) -> u32 {
    super::turns(iterations);
    panic!("{text}")
}

/// Reads behind the end of its argument.
#[threader::task]
pub fn read_behind_the_end(values: &[u8]) -> u8 {
    values[values.len()]
}

/// Unwraps nothing.
#[threader::task]
pub fn unwrap_none(value: Option<u32>) -> u32 {
    value.unwrap()
}

/// Panics two calls down.
#[threader::task]
pub fn panic_deep_inside(depth: u32) -> u32 {
    sink(depth)
}

#[threader::pure]
#[inline(never)]
fn sink(depth: u32) -> u32 {
    if depth == 0 {
        panic!("at the bottom")
    } else {
        black_box(sink(depth - 1))
    }
}

/// Recurses without end.
#[threader::task]
pub fn overflow_the_stack(step: u64) -> u64 {
    descend(step)
}

#[threader::pure]
#[inline(never)]
fn descend(step: u64) -> u64 {
    let frame = black_box([step; 64]);
    if black_box(step) == u64::MAX {
        0
    } else {
        descend(step + 1) + frame[(step % 64) as usize]
    }
}

/// Takes memory until there is none left. It is only reserved: to write four gigabytes would take long. Blocks should be large: WebKit
/// copies what there is each time (see docs/engines.md).
#[threader::task]
pub fn exhaust_memory(block: u64) -> u64 {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    loop {
        blocks.push(black_box(Vec::with_capacity(block as usize)));
        if blocks.len() as u64 == u64::MAX {
            return blocks.len() as u64;
        }
    }
}

/// Traps without a word. Only wasm has such a thing that ends no more than the worker.
#[threader::task(trust(core::arch::wasm32::unreachable))]
pub fn trap(n: u32) -> u32 {
    #[cfg(target_arch = "wasm32")]
    if black_box(n) < u32::MAX {
        core::arch::wasm32::unreachable()
    }
    n
}

/// Panics under a stable name.
#[threader::task(name = "tests.renamed_panic")]
pub fn renamed_panic(n: u32) -> u32 {
    panic!("{n}")
}

/// Traps without a word, on every worker that is tried.
#[threader::task(retries = 2, trust(trap))]
pub fn trap_thrice(n: u32) -> u32 {
    trap(n)
}
