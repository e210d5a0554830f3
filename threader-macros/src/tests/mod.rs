//! Tests over tokens, without a compiler. What rustc makes of the expansions is in `ui-tests`.

mod check;
mod entry;
mod expansion;
mod grammar;
mod identity;
mod options;
mod ordinary;
mod purity;

use proc_macro2::TokenStream;
use quote::quote;

use crate::task::Site;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the source of a test is tokens")
}

/// A place that is no compiler's.
fn site(_: &syn::ItemFn) -> Site {
    Site {
        package: "package".to_owned(),
        version: "1.2.3".to_owned(),
        file: "src/lib.rs".to_owned(),
        line: 7,
        column: 4,
        is_associated: false,
    }
}

/// Items as one would write them.
fn pretty_items(items: TokenStream) -> String {
    let text = items.to_string();
    prettyplease::unparse(&syn::parse2(items).unwrap_or_else(|error| panic!("{error} in {text}")))
}

/// An expression as one would write it.
fn pretty_expression(expression: TokenStream) -> String {
    pretty_items(quote!(fn expansion() { #expression }))
}
