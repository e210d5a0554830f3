#[threader::pure]
pub fn norm(x: f64) -> f64 {
    x.abs()
}

#[threader::pure]
pub fn squared(x: f64) -> f64 {
    norm(x).powi(2)
}
