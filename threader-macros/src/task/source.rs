//! The user's own tokens, given back with errors in them.
//!
//! An error inside the function's body leaves the rest of the module as it is; as an item beside the function it would
//! make rustc drop later errors of that module.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Item, TraitItemFn};

use crate::error::{self, Errors};

/// The function with the errors as the first statements of its body.
pub(crate) fn with_errors(item: TokenStream, errors: &Errors) -> TokenStream {
    in_body(item, errors.to_statements())
}

/// The function with `first` in front of its statements, but behind inner attributes.
pub(crate) fn in_body(item: TokenStream, first: TokenStream) -> TokenStream {
    if first.is_empty() {
        return item;
    }
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut()
        && body.delimiter() == Delimiter::Brace
    {
        let (inner, statements) = split_inner_attributes(body.stream());
        let mut with = Group::new(Delimiter::Brace, quote!(#inner #first #statements));
        with.set_span(body.span());
        *body = with;
    }
    tokens.into_iter().collect()
}

/// The item with a further paragraph behind its own documentation.
pub(crate) fn documented(item: TokenStream, paragraph: Option<TokenStream>) -> TokenStream {
    let Some(paragraph) = paragraph else {
        return item;
    };
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let is_attribute = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
    let mut at = 0;
    while is_attribute(at) {
        at += 2;
    }
    let (attributes, rest) = tokens.split_at(at.min(tokens.len()));
    let [attributes, rest] =
        [attributes, rest].map(|part| part.iter().cloned().collect::<TokenStream>());
    quote!(#attributes #paragraph #rest)
}

/// What the attribute was on instead of a function: the same tokens, and the reason.
pub(crate) fn not_a_function(item: TokenStream, error: syn::Error) -> TokenStream {
    let error = match (syn::parse2::<TraitItemFn>(item.clone()), kind(&item)) {
        (Ok(function), _) => {
            let name = &function.sig.ident;
            error::NO_BODY.at(name, &[&name.to_string()])
        }
        (_, Some((place, kind))) => error::NOT_A_FUNCTION.at(place, &[kind]),
        // Not even an item yet: someone is typing. The tokens stay, so that an editor can go on with them.
        (_, None) => error,
    };
    beside(item, &error)
}

/// An item that has no body to put the error into, and the error.
pub(crate) fn beside(item: TokenStream, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#item #error)
}

/// The keyword of an item that is no function, and what it is called.
pub(crate) fn kind(item: &TokenStream) -> Option<(TokenStream, &'static str)> {
    Some(match syn::parse2::<Item>(item.clone()).ok()? {
        Item::Const(item) => (item.const_token.into_token_stream(), "a constant"),
        Item::Enum(item) => (item.enum_token.into_token_stream(), "an enum"),
        Item::Impl(item) => (item.impl_token.into_token_stream(), "an `impl`"),
        Item::Mod(item) => (item.mod_token.into_token_stream(), "a module"),
        Item::Static(item) => (item.static_token.into_token_stream(), "a static"),
        Item::Struct(item) => (item.struct_token.into_token_stream(), "a struct"),
        Item::Trait(item) => (item.trait_token.into_token_stream(), "a trait"),
        Item::Type(item) => (item.type_token.into_token_stream(), "a type alias"),
        Item::Use(item) => (item.use_token.into_token_stream(), "an import"),
        Item::Verbatim(_) => return None,
        item => (item.into_token_stream(), "another item"),
    })
}

fn split_inner_attributes(body: TokenStream) -> (TokenStream, TokenStream) {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let is = |at: usize, char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == char);
    let mut at = 0;
    while is(at, '#') && is(at + 1, '!') {
        at += 3;
    }
    let (inner, statements) = tokens.split_at(at.min(tokens.len()));
    (
        inner.iter().cloned().collect(),
        statements.iter().cloned().collect(),
    )
}
