//! A task is a free function: one in an `impl` or a `trait` is told so, and its neighbours are left alone.

struct Image(u8);

impl Image {
    #[threader::task]
    fn load(name: &str) -> u8 {
        name.len() as u8
    }

    #[threader::task]
    pub fn make(width: u8) -> Self {
        Image(width)
    }

    #[threader::task]
    fn area(&self) -> u8 {
        self.0
    }

    fn neighbour(&self) -> u8 {
        Image::load("a") + Image::make(1).area()
    }
}

trait Shape {
    #[threader::task]
    fn corners(sides: u8) -> u8 {
        sides
    }
}

fn main() {
    let _ = threader::spawn!(Image::load("a"));
}
