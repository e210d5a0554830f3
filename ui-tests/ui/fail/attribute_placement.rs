//! The attribute on something else than a free function.

#[threader::task]
struct Image;

#[threader::task]
impl Image {
    fn size(&self) -> u8 {
        1
    }
}

trait Shape {
    #[threader::task]
    fn area(x: u8) -> u8;
}

#[threader::task]
mod tasks {}

#[threader::task]
const LIMIT: u8 = 1;

#[threader::task]
fn still_here(x: u8) -> u8 {
    x
}

fn main() {
    let _ = (Image.size(), LIMIT, threader::prepare!(still_here(1)));
}
