//! Tasks of one name in several modules, and one deep down.

/// Up there.
pub mod north {
    /// Where this is.
    #[threader::task]
    pub fn place(n: u32) -> String {
        format!("north {n}")
    }
}

/// Down there.
pub mod south {
    /// Where this is.
    #[threader::task]
    pub fn place(n: u32) -> String {
        format!("south {n}")
    }
}

/// A module that holds one.
pub mod deep {
    /// A module in a module.
    pub mod deeper {
        /// Where this is.
        #[threader::task]
        pub fn deepest() -> String {
            "deepest".to_owned()
        }
    }
}

/// A function named as its module, re-exported from it: the pattern `mod norm; pub use norm::norm;`.
pub mod norm {
    /// The sum of squares.
    #[threader::task]
    pub fn norm(values: &[i64]) -> i64 {
        values.iter().map(|value| value * value).sum()
    }
}
pub use norm::norm;
