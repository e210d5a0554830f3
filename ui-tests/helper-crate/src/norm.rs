/// The absolute value.
#[threader::task]
pub fn norm(x: f64) -> f64 {
    x.abs()
}
