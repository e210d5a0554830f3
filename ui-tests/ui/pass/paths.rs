//! Every way to reach a task by a path.
#![deny(warnings)]

use threader::prepare;

macro_rules! run {
    ($($task:tt)*) => { threader::block_on(threader::spawn!($($task)*)).unwrap() };
}

mod norm;
pub use norm::norm;

mod shapes {
    #[threader::task]
    pub fn area(width: u32, height: u32) -> u32 {
        width * height
    }

    #[threader::task]
    pub(crate) fn edge(width: u32, height: u32) -> u32 {
        2 * (width + height)
    }

    pub mod inner {
        // Reaches the parent's private task and everything else.
        use super::*;

        #[threader::task]
        pub(in crate::shapes) fn restricted(x: u32) -> u32 {
            x + 1
        }

        #[threader::task]
        pub(super) fn to_parent(x: u32) -> u32 {
            x + 2
        }

        pub fn both() -> u32 {
            run!(area(1, 2)) + run!(private(3)) + run!(super::private(3))
        }

        use crate::{run_unit, *};
        pub fn from_root() -> f64 {
            run!(norm(-1.0)) + run!(crate::norm::norm(-1.0)) + run_unit()
        }
    }

    #[threader::task]
    fn private(x: u32) -> u32 {
        x
    }

    pub fn restricted() -> u32 {
        run!(inner::restricted(1)) + run!(self::inner::to_parent(1))
    }
}

pub fn run_unit() -> f64 {
    0.0
}

// Two tasks of one name and signature, in inline modules of one file.
mod first {
    #[threader::task]
    pub fn twin(x: u8) -> u8 {
        x + 1
    }
}
mod second {
    #[threader::task]
    pub fn twin(x: u8) -> u8 {
        x + 2
    }
}

mod re_exports {
    pub use super::shapes::*;
    pub mod deeper {
        pub use super::area as surface;
    }
}

// Several from one `macro_rules`, all at one place.
macro_rules! constant {
    ($($module:ident: $name:ident = $value:literal;)*) => {$(
        mod $module {
            #[threader::task]
            pub fn $name() -> u32 { $value }
        }
    )*};
}
constant! {
    one: number = 1;
    two: number = 2;
}

use helper_crate::text::*;
use shapes::area as surface_of;

fn main() {
    assert_eq!(run!(norm(-1.5)), 1.5);
    assert_eq!(run!(self::norm::norm(-1.5)), 1.5);
    assert_eq!(run!(shapes::area(2, 3)), 6);
    assert_eq!(run!(crate::shapes::edge(2, 3)), 10);
    assert_eq!(run!(surface_of(2, 3)), 6);
    assert_eq!(run!(re_exports::area(2, 3)), 6);
    assert_eq!(run!(re_exports::deeper::surface(2, 3)), 6);
    assert_eq!(shapes::inner::both(), 8);
    assert_eq!(shapes::inner::from_root(), 2.0);
    assert_eq!(shapes::restricted(), 5);
    assert_eq!(run!(first::twin(1)), 2);
    assert_eq!(run!(second::twin(1)), 3);
    assert_eq!((run!(one::number()), run!(two::number())), (1, 2));

    // Nested in a function, used before and after it, beside a local import.
    assert_eq!(run!(nested(4)), 16);
    #[threader::task]
    fn nested(x: u32) -> u32 {
        x * x
    }
    assert_eq!(run!(nested(5)), 25);
    {
        use shapes::edge as local;
        assert_eq!(run!(local(1, 1)), 4);
        #[threader::task]
        pub fn public_in_a_block(x: u32) -> u32 {
            x
        }
        assert_eq!(run!(public_in_a_block(1)), 1);
    }

    // A raw name.
    #[threader::task]
    fn r#match(x: u32) -> u32 {
        x
    }
    assert_eq!(run!(r#match(7)), 7);

    // Another crate's.
    assert_eq!(run!(helper_crate::norm(-2.0)), 2.0);
    assert_eq!(run!(weigh("a b")), 2);
    assert_eq!(run!(helper_crate::weigh(1)), 2);
    assert_eq!(run!(::helper_crate::text::weigh("a")), 1);
    assert_eq!(run!(helper_crate::largest(vec![1, 3, 2])), Some(3));
    assert_eq!(run!((helper_crate::shouting("ab"))), "AB");
    assert_eq!(run!(helper_crate::weighing!("abc")), 3);
    assert_eq!(run!(prepare!(norm(1.0))), 1.0);

    // The functions are still functions.
    assert_eq!(norm(-3.0), 3.0);
    assert_eq!(shapes::area(1, 1), 1);
}
