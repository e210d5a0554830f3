//! The entry in the program's table of tasks, and the check that every type can travel.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, ReturnType};

use super::check;
use super::identity::{Identity, Site};
use super::signature::{is_generic, parameters};
use crate::unit;

/// The fields of `threader::__private::Info`, all literals: an arm of the companion repeats them elsewhere.
pub(crate) fn info(item: &ItemFn, identity: &Identity, name: Option<&str>, site: &Site) -> TokenStream {
    let Identity { id, source, .. } = identity;
    let Site { package, file, line, .. } = site;
    let function = item.sig.ident.to_string();
    let line = u32::try_from(*line).unwrap_or(u32::MAX);
    let name = match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        id: #id, name: #name, function: #function, source: #source, package: #package, file: #file, line: #line
    }
}

pub(crate) fn registration(item: &ItemFn, info: &TokenStream) -> TokenStream {
    let content = if is_generic(item) { assertions(item) } else { submission(item, info) };
    let conditions = check::conditions(item);
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(deprecated)]
        const _: () = { #content };
    }
}

/// Registers the function. Each type is a type argument of `register` and nothing else, so one that cannot travel is
/// reported once, where the signature names it.
fn submission(item: &ItemFn, info: &TokenStream) -> TokenStream {
    let function = &item.sig.ident;
    let parameters = parameters(item);
    let transit = parameters.iter().map(|parameter| &parameter.transit);
    let result = result(item);
    let arguments: Vec<Ident> = unit::argument_names(parameters.len());
    let passed = parameters.iter().zip(&arguments).map(|(parameter, name)| unit::pass(parameter.passing, name));
    let types: Vec<Ident> = (0..parameters.len()).map(|index| format_ident!("Argument{index}")).collect();
    let (pattern, tuple) = (unit::nested(&arguments), unit::nested(&types));
    let register = Ident::new("__threader_register", Span::mixed_site());
    quote! {
        const fn #register<F, #(#types,)* R>(call: F) -> ::threader::__private::Registration
        where
            F: ::core::ops::Fn(#tuple) -> R + ::core::marker::Copy + ::core::marker::Send + 'static,
            #(#types: ::threader::__private::Argument,)*
            R: ::threader::__private::Returned,
        {
            ::threader::__private::registration(
                call,
                &::threader::__private::Info { #info },
                ::core::module_path!(),
            )
        }
        ::threader::__private::inventory::submit! {
            #register::<_, #(#transit,)* #result>(|#pattern| #function(#(#passed),*))
        }
    }
}

/// A generic function has no one instance to register, but its types can be checked.
fn assertions(item: &ItemFn) -> TokenStream {
    let (generics, _, bounds) = item.sig.generics.split_for_impl();
    let arguments = parameters(item).into_iter().map(|parameter| {
        let transit = parameter.transit;
        quote_spanned!(parameter.ty.span()=> ::threader::__private::assert_argument::<#transit>();)
    });
    let result = result(item);
    let result = quote_spanned!(result.span()=> ::threader::__private::assert_result::<#result>(););
    let assertions = Ident::new("__threader_assertions", Span::mixed_site());
    quote! {
        #[allow(dead_code, clippy::extra_unused_lifetimes, clippy::extra_unused_type_parameters)]
        fn #assertions #generics () #bounds {
            #(#arguments)*
            #result
        }
    }
}

fn result(item: &ItemFn) -> TokenStream {
    match &item.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    }
}
