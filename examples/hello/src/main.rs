//! Counts primes on all cores. The same source runs natively, in Node and in a page.

/// How many primes there are in this range.
#[threader::task]
fn primes(from: u32, to: u32) -> usize {
    let is_prime = |n: &u32| (2..).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    (from.max(2)..to).filter(is_prime).count()
}

#[threader::main]
async fn main() -> Result<(), threader::TaskError> {
    let counts = threader::all!(for i in 0..8 => primes(i * 250_000, (i + 1) * 250_000)).await?;
    say(&format!(
        "{} primes below 2 million",
        counts.iter().sum::<usize>()
    ));
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
