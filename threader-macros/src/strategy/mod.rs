//! The macros that take calls of tasks: `prepare! all! settled! stream! race! any! fire! spawn!`.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::parse::Parser;

use crate::error::Errors;

/// Which macro.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Makes the task, and starts nothing. `task!` would be the name, but an attribute and a macro cannot share one.
    Prepare,
    All,
    Settled,
    Stream,
    Race,
    Any,
    Fire,
    Spawn,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::Prepare => "prepare",
            Kind::All => "all",
            Kind::Settled => "settled",
            Kind::Stream => "stream",
            Kind::Race => "race",
            Kind::Any => "any",
            Kind::Fire => "fire",
            Kind::Spawn => "spawn",
        }
    }
}

/// What the macro `kind` of these tokens stands for.
pub(crate) fn expand(kind: Kind, tokens: TokenStream) -> TokenStream {
    match Parser::parse2(
        |input: syn::parse::ParseStream<'_>| parse::strategy(kind, input),
        tokens,
    ) {
        Ok(strategy) => expand::expand(kind, strategy),
        Err(error) => Errors::from(error).to_expression(),
    }
}
