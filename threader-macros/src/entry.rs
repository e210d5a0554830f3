//! `#[threader::main]`: an entry point that returns at once inside a worker.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, ReturnType, Type};

use crate::error::{self, Errors};
use crate::task::source;

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = match source::kind(&item) {
                Some((place, _)) => error::MAIN_NOT_A_FUNCTION.at(place, &[]),
                None => error,
            };
            return source::beside(item, &error);
        }
    };
    let mut errors = Errors::default();
    check(args, &function, &mut errors);
    if !errors.is_empty() {
        return source::with_errors(item, &errors);
    }
    if function.sig.asyncness.take().is_none() {
        return source::in_body(item, guard(&function.sig.output));
    }

    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = &function;
    let output = &sig.output;
    let [inner, run] =
        ["__threader_main", "__threader_run"].map(|name| Ident::new(name, Span::mixed_site()));
    let place = Span::mixed_site().located_at(match output {
        ReturnType::Default => Span::call_site(),
        ReturnType::Type(_, ty) => ty.span(),
    });
    // The guard asks for the same trait as `run_main`; asked once, in the place of the result, it is reported once.
    let there = Ident::new("__threader_run", place);
    let call = quote_spanned!(place=> #there(#inner()));
    quote! {
        #(#attrs)*
        #vis #sig {
            // A function of its own keeps the body as it is, `?` and `return` included.
            async fn #inner() #output #block
            fn #run<R: ::threader::__private::MainResult>(
                main: impl ::core::future::Future<Output = R> + 'static,
            ) -> R {
                if ::threader::__private::main_is_guarded() {
                    return R::started();
                }
                ::threader::__private::run_main(main)
            }
            #call
        }
    }
}

fn check(args: TokenStream, function: &ItemFn, errors: &mut Errors) {
    let name = function.sig.ident.to_string();
    if !args.is_empty() {
        errors.push(error::MAIN_ARGUMENT.at(args, &[]));
    }
    if let Some(parameter) = function.sig.inputs.first() {
        errors.push(error::MAIN_PARAMETER.at(parameter, &[&name]));
    }
    if let Some(parameter) = function.sig.generics.params.first() {
        errors.push(error::MAIN_GENERIC.at(parameter, &[&name]));
    }
    if let ReturnType::Type(_, ty) = &function.sig.output
        && let Type::Never(never) = &**ty
    {
        errors.push(error::MAIN_NEVER.at(never, &[]));
    }
}

/// Leaves the function inside a worker, with the value that means success.
fn guard(output: &ReturnType) -> TokenStream {
    let value = match output {
        ReturnType::Default => TokenStream::new(),
        ReturnType::Type(_, ty) => {
            quote_spanned!(ty.span()=> ::threader::__private::MainResult::started())
        }
    };
    quote!(if ::threader::__private::main_is_guarded() { return #value; })
}
