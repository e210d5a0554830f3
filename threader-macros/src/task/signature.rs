//! How a function's parameters travel.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, GenericParam, ItemFn, PathArguments, PathSegment, Type, TypeReference,
};

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
    /// The type that travels, as far as the function does not tell.
    pub(crate) fn transit(self, place: Span) -> TokenStream {
        match self {
            Passing::Owned | Passing::Borrowed => quote_spanned!(place=> _),
            Passing::Slice => quote_spanned!(place=> ::std::vec::Vec<_>),
            Passing::Text => quote_spanned!(place=> ::std::string::String),
        }
    }

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

pub(crate) struct Parameter {
    pub(crate) passing: Passing,
    /// The parameter as written, for messages.
    pub(crate) written: String,
    /// The type that travels, in the place of the written one.
    pub(crate) transit: TokenStream,
}

/// The parameters, but a receiver.
pub(crate) fn parameters(item: &ItemFn) -> Vec<Parameter> {
    item.sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(input) => {
                let (passing, transit) = passing(&input.ty);
                let written = format!("{}: {}", text(&input.pat), text(&input.ty));
                Some(Parameter {
                    passing,
                    written,
                    transit,
                })
            }
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// Whether the function is one of many instances; lifetimes do not make any.
pub(crate) fn is_generic(item: &ItemFn) -> bool {
    item.sig
        .generics
        .params
        .iter()
        .any(|param| !matches!(param, GenericParam::Lifetime(_)))
}

/// The borrow that a parameter's type is, if it is one.
pub(crate) fn borrow(ty: &Type) -> Option<&TypeReference> {
    match peel(ty) {
        Type::Reference(reference) => Some(reference),
        _ => None,
    }
}

fn passing(ty: &Type) -> (Passing, TokenStream) {
    let (passing, place) = match borrow(ty).map(|reference| peel(&reference.elem)) {
        None => (Passing::Owned, ty.span()),
        Some(Type::Path(path)) if path.path.is_ident("str") => (Passing::Text, path.span()),
        Some(Type::Slice(slice)) => (Passing::Slice, slice.bracket_token.span.join()),
        Some(elem) => (Passing::Borrowed, elem.span()),
    };
    (
        passing,
        passing.transit(Span::mixed_site().located_at(place)),
    )
}

/// Whether a signature has `Self`, which only an `impl` or a `trait` has a meaning for.
pub(crate) fn names_self(sig: &syn::Signature) -> bool {
    struct Names(bool);
    impl syn::visit::Visit<'_> for Names {
        fn visit_ident(&mut self, ident: &syn::Ident) {
            self.0 |= ident == "Self";
        }
    }
    let mut names = Names(false);
    syn::visit::Visit::visit_signature(&mut names, sig);
    names.0
}

/// The type without parentheses and the invisible groups that `macro_rules` leaves.
pub(super) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

/// The type arguments of `Vec<T>` and its like.
pub(super) fn inner_types(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let list = match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    };
    list.into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

/// Value and error of `Result<T, E>`.
pub(super) fn result_types(ty: &Type) -> Option<[&Type; 2]> {
    let Type::Path(path) = peel(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let types: Vec<&Type> = inner_types(last).collect();
    (last.ident == "Result")
        .then_some(types)
        .and_then(|types| types.try_into().ok())
}

/// Tokens as one would write them: what `TokenStream` prints has a space around every one.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (loose, tight) in [
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" :: ", "::"),
        (":: ", "::"),
        ("< ", "<"),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" ;", ";"),
        ("* ", "*"),
        (" ! ", "!"),
        (" (", "("),
        (" ::", "::"),
        (" .. ", ".."),
    ] {
        text = text.replace(loose, tight);
    }
    text
}
