//! How a function's parameters travel.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, GenericParam, ItemFn, Type, TypeReference};

/// How an argument gets from the caller, who owns it, to the function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passing {
    /// `T`: moved.
    Owned,
    /// `&T`: a `T` in transit.
    Borrowed,
    /// `&[T]`: a `Vec<T>` in transit, made from anything that converts.
    Slice,
    /// `&str`: a `String` in transit, made from anything that converts.
    Text,
}

impl Passing {
    /// The keyword that tells `unit!`.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Passing::Owned => "owned",
            Passing::Borrowed => "borrowed",
            Passing::Slice => "slice",
            Passing::Text => "text",
        }
    }
}

pub(crate) struct Parameter<'a> {
    pub(crate) passing: Passing,
    /// The parameter as written, for messages.
    pub(crate) written: String,
    /// The type that travels.
    pub(crate) transit: TokenStream,
    pub(crate) ty: &'a Type,
}

/// The parameters, but a receiver.
pub(crate) fn parameters(item: &ItemFn) -> Vec<Parameter<'_>> {
    item.sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(input) => {
                let (passing, transit) = passing(&input.ty);
                let written = format!("{}: {}", text(&input.pat), text(&input.ty));
                Some(Parameter { passing, written, transit, ty: &input.ty })
            }
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// Whether the function is one of many instances; lifetimes do not make any.
pub(crate) fn is_generic(item: &ItemFn) -> bool {
    item.sig.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)))
}

/// The borrow that a parameter's type is, if it is one.
pub(crate) fn borrow(ty: &Type) -> Option<&TypeReference> {
    match peel(ty) {
        Type::Reference(reference) => Some(reference),
        _ => None,
    }
}

fn passing(ty: &Type) -> (Passing, TokenStream) {
    let Some(reference) = borrow(ty) else {
        return (Passing::Owned, ty.to_token_stream());
    };
    match peel(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => {
            (Passing::Text, quote!(::std::string::String))
        }
        Type::Slice(slice) => {
            let elem = &slice.elem;
            (Passing::Slice, quote!(::std::vec::Vec<#elem>))
        }
        elem => (Passing::Borrowed, elem.to_token_stream()),
    }
}

/// The type without parentheses and the invisible groups that `macro_rules` leaves.
fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

/// Tokens as one would write them: what `TokenStream` prints has a space around every one.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (loose, tight) in [
        (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&"), (" :: ", "::"), (":: ", "::"), ("< ", "<"),
        ("[ ", "["), (" ]", "]"), ("( ", "("), (" )", ")"), (" ;", ";"), ("* ", "*"), (" ! ", "!"), (" (", "("),
    ] {
        text = text.replace(loose, tight);
    }
    text
}
