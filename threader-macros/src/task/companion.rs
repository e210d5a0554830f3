//! The companion macro: what a call of a task needs to know about the function, under the function's own name.
//!
//! It lives in the macro namespace, so every path and import that reaches the function reaches it, and a module of the
//! same name does not clash. An arm of `macro_rules` resolves names where it is called and therefore cannot name the
//! function: the calling macro passes the path that it was given, and the arm adds what the signature tells.
//!
//! The other arm, `@pure`, is all that a function with `#[threader::pure]` has: that it is there is the answer. Of a
//! function that has no companion `crate::fallback` tells what is missing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{ItemFn, Visibility};

use super::check::{self, Yields};
use super::identity::{Identity, Site};
use super::signature::{is_generic, parameters};

pub(crate) fn companion(item: &ItemFn, identity: &Identity, info: &TokenStream) -> TokenStream {
    let parameters = parameters(item);
    let passing = parameters
        .iter()
        .map(|parameter| format_ident!("{}", parameter.passing.keyword()));
    let written = parameters.iter().map(|parameter| &parameter.written);
    let kind = format_ident!("{}", if is_generic(item) { "generic" } else { "plain" });
    macro_of(
        item,
        &identity.companion,
        &quote!(#kind [#(#passing #written,)*] { #info }),
    )
}

/// For a function with errors: calls of it type-check as far as they can, so that they add no errors of their own.
pub(crate) fn of_broken(item: &ItemFn, identity: &Identity) -> TokenStream {
    let kind = match check::yields(item) {
        Yields::Nothing => return macro_of(item, &identity.companion, &quote!(@broken)),
        Yields::Value => quote!(value),
        Yields::Future => quote!(future),
        Yields::Fallible => quote!(fallible),
    };
    let blanks = item.sig.inputs.iter().map(|_| format_ident!("_"));
    macro_of(
        item,
        &identity.companion,
        &quote!(@broken #kind [#(#blanks)*]),
    )
}

/// For a function that is marked pure and no task: it says that it is, and nothing else.
pub(crate) fn of_pure(item: &ItemFn, site: &Site) -> TokenStream {
    macro_of(item, &Identity::companion_of(item, site), &quote!(@pure))
}

fn macro_of(item: &ItemFn, companion: &str, known: &TokenStream) -> TokenStream {
    let conditions = check::conditions(item);
    let (vis, name) = (&item.vis, &item.sig.ident);
    let hidden = Ident::new(companion, Span::mixed_site());
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(unused_macros, non_local_definitions)]
        #export
        macro_rules! #hidden {
            (@pure $($path:tt)*) => {};
            (@task $($call:tt)*) => { ::threader::__private::unit! { #known $($call)* } };
        }
        #conditions
        #[doc(hidden)]
        #[allow(unused_imports, unreachable_pub)]
        #vis use #hidden as #name;
    }
}
