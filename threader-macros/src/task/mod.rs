//! `#[threader::task]`: parse, check, expand.

mod args;
mod bounds;
mod check;
pub(crate) mod companion;
mod enclosing;
pub(crate) mod identity;
pub(crate) mod names;
mod options;
mod registration;
pub(crate) mod signature;
pub(crate) mod source;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

use self::identity::Identity;
pub(crate) use self::identity::Site;
use crate::error::{self, Errors};
use crate::purity;

/// The user's function, unchanged, and beside it what makes a task of it.
///
/// `locate` is [`Site::of`], or a stand-in in tests, where spans know no file.
pub(crate) fn expand(
    args: TokenStream,
    item: TokenStream,
    locate: &dyn Fn(&ItemFn) -> Site,
) -> TokenStream {
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return source::not_a_function(item, error),
    };
    if names::is_bindgen_shim(&function.sig.ident.to_string()) {
        return item;
    }
    let mut errors = Errors::default();
    let args = args::parse(args, &mut errors);
    check::check(&function, &mut errors);
    let name = &function.sig.ident;
    let site = locate(&function);
    let is_method = function.sig.receiver().is_some();
    let is_associated = site.is_associated || signature::names_self(&function.sig);
    if is_associated && !is_method {
        errors.push(error::IN_IMPL.at(name, &[&name.to_string()]));
    }
    if is_method || is_associated || names::is_taken(&name.to_string()) {
        // Inside an `impl` no item may follow; and a companion of that name would break more than it helps.
        return source::with_errors(item, &errors);
    }
    let purity = purity::check_task(&function.sig, &function.block, &args.permits);
    let documentation = args.permits.documentation();

    let identity = Identity::of(&function, &item, args.name.as_deref(), &site);
    let info = registration::info(&function, &identity, &args, &site);
    if !errors.is_empty() {
        let mut statements = errors.to_statements();
        statements.extend(purity);
        let item = source::documented(source::in_body(item, statements), documentation);
        let companion = companion::of_broken(&function, &identity);
        return quote!(#item #companion);
    }
    let registration = registration::registration(&function, &identity, &info);
    let item = source::documented(source::in_body(item, purity), documentation);
    // Last, so that editors colour the name as a function.
    let companion = companion::companion(&function, &identity, &info);
    quote!(#item #registration #companion)
}
