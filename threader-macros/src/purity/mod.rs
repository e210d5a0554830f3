//! Purity: whether a function is one of its arguments alone.
//!
//! `rules` says what has an effect, the walk finds it, and what only the compiler can tell becomes questions in the
//! function's body: whether a function is marked ([`findings`]), whether a static can change. `docs/purity.md` says what
//! that catches and what it misses.

pub(crate) mod args;
mod attribute;
mod findings;
mod hash;
mod hint;
mod mac;
mod path;
mod scope;
mod walk;

use proc_macro2::TokenStream;
use syn::{Block, Generics, Ident, Signature};

use self::args::Permits;
pub(crate) use self::attribute::expand;
use self::hint::Hint;

/// The statements that report or ask about everything in the body that is not pure.
///
/// `owner`: the parameters of the `impl` or `trait` that the function is in.
pub(crate) fn check(sig: &Signature, block: &Block, owner: Option<&Generics>, permits: &Permits) -> TokenStream {
    // The compiler has proved it already.
    if sig.constness.is_some() {
        return TokenStream::new();
    }
    let is_lone_method = owner.is_none() && sig.receiver().is_some();
    let mut walk = walk::Walk::new(permits, is_lone_method);
    if owner.is_none() {
        // It may call itself.
        walk.scopes.add(name(&sig.ident), Hint::Item);
    }
    if let Some(generics) = owner {
        walk.scopes.generics(generics);
    }
    walk.function(sig, block);
    walk.findings.to_statements()
}

fn name(ident: &Ident) -> String {
    ident.to_string()
}
