//! The entry in the program's table of tasks, and the check that every type can travel.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, ItemFn, ReturnType, Type};

use super::args::Args;
use super::check;
use super::identity::{Identity, Site};
use super::signature::{Parameter, is_generic, parameters, result_types};
use crate::unit;

/// The fields of `threader::__private::Info`, all literals: an arm of the companion repeats them elsewhere.
pub(crate) fn info(item: &ItemFn, identity: &Identity, args: &Args, site: &Site) -> TokenStream {
    let Identity { id, source, .. } = identity;
    let Site {
        package,
        file,
        line,
        ..
    } = site;
    let function = item.sig.ident.to_string();
    let line = u32::try_from(*line).unwrap_or(u32::MAX);
    let options = &args.options;
    let name = match &args.name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        id: #id, name: #name, function: #function, source: #source, package: #package, file: #file, line: #line,
        wishes: #options
    }
}

/// Registers the function; of a generic one there is no one instance to register, and only its types are checked.
///
/// Each type is a type argument of `register` and nothing else, so one that cannot travel is reported once. They are
/// inferred from the function, in the place where its signature names them: written out, a misspelt type would be
/// reported twice.
pub(crate) fn registration(item: &ItemFn, identity: &Identity, info: &TokenStream) -> TokenStream {
    let parameters = parameters(item);
    let types: Vec<Ident> = (0..parameters.len())
        .map(|index| format_ident!("Argument{index}"))
        .collect();
    let tuple = unit::nested(&types, Span::mixed_site());
    let [register, check] = ["__threader_register", "__threader_check"]
        .map(|name| Ident::new(name, Span::mixed_site()));
    // The error of a `Result` has a message of its own.
    let (result, results, error) = match written(&item.sig.output) {
        Written::Result(_) => (
            quote!(::core::result::Result<R, E>),
            quote!(R: ::threader::__private::Returned, E: ::threader::__private::ReturnedError,),
            Some(quote!(, E)),
        ),
        Written::Other(_) => (quote!(R), quote!(R: ::threader::__private::Returned,), None),
    };
    let bounds = quote! {
        F: ::core::ops::Fn(#tuple) -> #result + ::core::marker::Copy + ::core::marker::Send + 'static,
        #(#types: ::threader::__private::Argument,)*
        #results
    };
    let call = call(item, &parameters);
    let symbol = &identity.symbol;
    let content = if is_generic(item) {
        let (generics, _, clause) = item.sig.generics.split_for_impl();
        quote! {
            fn #register<F, #(#types,)* R #error>(_: F) where #bounds {}
            #[allow(dead_code)]
            fn #check #generics () #clause {
                #register #call
            }
        }
    } else {
        quote! {
            const fn #register<F, #(#types,)* R #error>(call: F) -> ::threader::__private::Registration where #bounds {
                ::threader::__private::registration(
                    call,
                    &::threader::__private::Info { #info },
                    ::core::module_path!(),
                )
            }
            ::threader::__private::register! { #symbol, #register #call }
        }
    };
    let conditions = check::conditions(item);
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(deprecated)]
        const _: () = { #content };
    }
}

/// `::<_, _, …>(|(a, …)| function(&a, …))`
fn call(item: &ItemFn, parameters: &[Parameter]) -> TokenStream {
    let function = &item.sig.ident;
    let instance = instance(item);
    let names = unit::argument_names(parameters.len(), Span::mixed_site());
    let passed = parameters
        .iter()
        .zip(&names)
        .map(|(parameter, name)| unit::pass(parameter.passing, name));
    let pattern = unit::nested(&names, Span::mixed_site());
    let transit = parameters.iter().map(|parameter| &parameter.transit);
    let result = match written(&item.sig.output) {
        Written::Result(types) => {
            let [value, error] = types.map(inferred);
            quote!(#value, #error)
        }
        Written::Other(None) => quote!(()),
        Written::Other(Some(ty)) => inferred(ty),
    };
    quote!(::<_, #(#transit,)* #result>(|#pattern| #function #instance (#(#passed),*)))
}

/// What a function returns.
enum Written<'a> {
    /// `Result` of a value and an error.
    Result([&'a Type; 2]),
    Other(Option<&'a Type>),
}

fn written(output: &ReturnType) -> Written<'_> {
    match output {
        ReturnType::Default => Written::Other(None),
        ReturnType::Type(_, ty) => match result_types(ty) {
            Some(types) => Written::Result(types),
            None => Written::Other(Some(&**ty)),
        },
    }
}

/// `_` in the place of a type.
fn inferred(ty: impl Spanned) -> TokenStream {
    quote_spanned!(Span::mixed_site().located_at(ty.span())=> _)
}

/// A generic function's own parameters, as arguments.
fn instance(item: &ItemFn) -> Option<TokenStream> {
    let names = item
        .sig
        .generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
        });
    is_generic(item).then(|| quote!(::<#(#names),*>))
}
