//! Tasks that take a time, not an amount of work: what they measure is who gives them their turn.

use crate::host::engine;

/// Busy for so many milliseconds; gives when it began and when it ended, in milliseconds since 1970.
#[threader::task(trust(engine::now))]
pub fn busy_for(milliseconds: f64) -> (f64, f64) {
    let began = engine::now();
    loop {
        let now = engine::now();
        if now >= began + milliseconds {
            return (began, now);
        }
    }
}
