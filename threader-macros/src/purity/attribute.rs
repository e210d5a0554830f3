//! `#[threader::pure]`: on a function, an `impl` block or a `trait`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Block, Generics, ImplItem, Item, ItemFn, Meta, Signature, Stmt, Token, TraitItem};

use super::args::Permits;
use crate::error::{self, Errors};
use crate::task::{Site, companion, names, signature, source};

/// `locate` is [`Site::of`], or a stand-in in tests.
pub(crate) fn expand(
    args: TokenStream,
    item: TokenStream,
    locate: &dyn Fn(&ItemFn) -> Site,
) -> TokenStream {
    let mut errors = Errors::default();
    let permits = permits(args, &mut errors);
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => of_function(&function, item, &permits, &errors, locate),
        Err(error) => match syn::parse2(item.clone()) {
            Ok(Item::Impl(mut block)) => {
                for item in &mut block.items {
                    if let ImplItem::Fn(function) = item {
                        in_block(
                            &function.sig,
                            &mut function.block,
                            &block.generics,
                            &permits,
                        );
                    }
                }
                let documentation = permits.documentation();
                let errors = in_constant(&errors);
                quote!(#documentation #block #errors)
            }
            Ok(Item::Trait(mut block)) => {
                for item in &mut block.items {
                    if let TraitItem::Fn(function) = item
                        && let Some(body) = &mut function.default
                    {
                        in_block(&function.sig, body, &block.generics, &permits);
                    }
                }
                let documentation = permits.documentation();
                let errors = in_constant(&errors);
                quote!(#documentation #block #errors)
            }
            Ok(_) => match source::kind(&item) {
                Some((place, kind)) => {
                    source::beside(item, &error::NOT_PURE_ITEM.at(place, &[kind]))
                }
                None => source::beside(item, &error),
            },
            Err(_) => source::beside(item, &error),
        },
    }
}

fn permits(args: TokenStream, errors: &mut Errors) -> Permits {
    let mut permits = Permits::default();
    match Punctuated::<Meta, Token![,]>::parse_terminated.parse2(args) {
        Ok(metas) => {
            for meta in &metas {
                if !permits.read(meta, errors) {
                    let key = signature::text(meta.path());
                    errors.push(error::UNKNOWN_PURE_ARGUMENT.at(meta.path(), &[&key]));
                }
            }
        }
        Err(error) => errors.push(error),
    }
    permits
}

fn of_function(
    function: &ItemFn,
    item: TokenStream,
    permits: &Permits,
    errors: &Errors,
    locate: &dyn Fn(&ItemFn) -> Site,
) -> TokenStream {
    if names::is_bindgen_shim(&function.sig.ident.to_string()) {
        return item;
    }
    let mut statements = errors.to_statements();
    statements.extend(super::check(&function.sig, &function.block, None, permits));
    let output = source::documented(source::in_body(item, statements), permits.documentation());
    let site = locate(function);
    // Inside an `impl` no item may follow a function.
    let is_method = function.sig.receiver().is_some()
        || site.is_associated
        || signature::names_self(&function.sig);
    if is_method || names::is_taken(&function.sig.ident.to_string()) {
        return output;
    }
    let companion = companion::of_pure(function, &site);
    quote!(#output #companion)
}

fn in_block(sig: &Signature, block: &mut Block, generics: &Generics, permits: &Permits) {
    let statements = super::check(sig, block, Some(generics), permits);
    if !statements.is_empty() {
        block
            .stmts
            .insert(0, Stmt::Item(Item::Verbatim(statements)));
    }
}

fn in_constant(errors: &Errors) -> Option<TokenStream> {
    let statements = errors.to_statements();
    (!errors.is_empty()).then(|| quote!(const _: () = { #statements };))
}
