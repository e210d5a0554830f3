//! Small readings of syntax.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Path};

/// The segments of a path, without arguments.
pub(super) fn names(path: &Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

/// A path as one would write it, without arguments.
pub(super) fn text(path: &Path) -> String {
    names(path).join("::")
}

/// The tokens of a path that an error is at: arguments are no part of the name.
pub(super) fn path_tokens(path: &Path) -> TokenStream {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    path.to_token_stream()
}

/// The attributes in front of an expression.
pub(super) fn attributes(expr: &Expr) -> &[Attribute] {
    macro_rules! attributes {
        ($($kind:ident)*) => { match expr { $(Expr::$kind(expr) => &expr.attrs,)* _ => &[] } };
    }
    attributes!(
        Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Infer
        Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock Tuple
        Unary Unsafe While Yield
    )
}
