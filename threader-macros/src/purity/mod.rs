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
mod items;
mod mac;
mod path;
mod scope;
mod syntax;
mod visit;
mod walk;

use proc_macro2::TokenStream;
use syn::{Block, Generics, Signature, Stmt};

use self::args::Permits;
pub(crate) use self::attribute::expand;
use self::hint::Hint;

/// The statements that report or ask about everything in a function that is not pure.
///
/// `owner`: the parameters of the `impl` or `trait` that the function is in.
pub(crate) fn check(
    sig: &Signature,
    block: &Block,
    owner: Option<&Generics>,
    permits: &Permits,
) -> TokenStream {
    walk(sig, block, owner, permits, walk::Walk::qualifiers)
}

/// The same for a task, whose signature has rules of its own.
pub(crate) fn check_task(sig: &Signature, block: &Block, permits: &Permits) -> TokenStream {
    walk(sig, block, None, permits, |_, _| ())
}

fn walk<'a>(
    sig: &'a Signature,
    block: &'a Block,
    owner: Option<&Generics>,
    permits: &'a Permits,
    before: impl FnOnce(&mut walk::Walk<'a>, &'a Signature),
) -> TokenStream {
    // The compiler has proved it already.
    if sig.constness.is_some() {
        return TokenStream::new();
    }
    let is_lone_method = owner.is_none() && sig.receiver().is_some();
    let mut walk = walk::Walk::new(permits, is_lone_method);
    match owner {
        Some(generics) => walk.scopes.generics(generics),
        // It may call itself.
        None => walk.scopes.add(sig.ident.to_string(), Hint::Item),
    }
    before(&mut walk, sig);
    walk.function(sig, block);
    let before_items = block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_)));
    walk.findings.to_statements(before_items)
}
