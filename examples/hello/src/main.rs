//! Counts primes on all cores. The same source runs natively, in Node and in a page.

/// How many primes there are from `from` up to, not including, `to`.
#[threader::task]
fn count_primes(from: u32, to: u32) -> usize {
    (from.max(2)..to)
        .filter(|n| (2..=n.isqrt()).all(|d| n % d != 0))
        .count()
}

#[threader::main]
async fn main() -> Result<(), threader::TaskError> {
    let parts = (0..8).map(|i| (i * 250_000, (i + 1) * 250_000));
    let counts = threader::all!(for (from, to) in parts => count_primes(from, to)).await?;
    let total: usize = counts.iter().sum();
    say(&format!("{total} primes below 2 million"));
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
fn say(text: &str) {
    println!("{text}");
}

// A wasm module has no standard output.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn say(text: &str);
}
