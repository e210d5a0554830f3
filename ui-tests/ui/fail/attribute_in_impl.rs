//! A function in an `impl` that has no `self` looks like a free one to the attribute; rustc finds it out.

struct Image;

impl Image {
    #[threader::task]
    fn load(name: &str) -> u8 {
        name.len() as u8
    }
}

fn main() {
    let _ = Image::load("a");
}
