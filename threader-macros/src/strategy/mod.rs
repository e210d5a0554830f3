//! The macros that take calls of tasks: `prepare! all! settled! stream! race! any! fire! spawn!`.

mod expand;
mod parse;
mod typing;

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
    let parse = |tokens| {
        Parser::parse2(
            |input: syn::parse::ParseStream<'_>| parse::strategy(kind, input),
            tokens,
        )
    };
    let error = match parse(tokens.clone()) {
        Ok(strategy) => return expand::expand(kind, strategy),
        Err(error) => Errors::from(error).to_expression(),
    };
    match parse(typing::without_dangling_dots(tokens)) {
        // Both: the error for the compiler, the expansion for the editor, which completes in it.
        Ok(strategy) => {
            let expansion = expand::expand(kind, strategy);
            quote::quote!((#expansion, #error).0)
        }
        Err(_) => error,
    }
}
