//! Where a function stands: a mark in an `impl`, tasks in bodies and modules, which are indented as well.
#![deny(warnings)]

struct Tile(u32);

impl Tile {
    #[threader::pure]
    fn half(width: u32) -> u32 {
        width / 2
    }

    fn area(&self) -> u32 {
        #[threader::task]
        fn square(x: u32) -> u32 {
            x * x
        }
        let square = threader::spawn!(square(self.0));
        threader::block_on(square).unwrap()
    }
}

trait Shape {
    #[threader::pure]
    fn corners(sides: u32) -> u32 {
        sides
    }
}

impl Shape for Tile {}

mod tasks {
    #[threader::task]
    pub(crate) fn twice(x: u32) -> u32 {
        x * 2
    }
}

fn main() {
    assert_eq!((Tile::half(4), Tile::corners(4), Tile(3).area()), (2, 4, 9));
    let twice = threader::block_on(threader::spawn!(tasks::twice(3)));
    assert_eq!(twice.unwrap(), 6);
}
