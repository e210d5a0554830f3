//! Calls that are being typed.

use proc_macro2::{Group, TokenStream, TokenTree};

/// The tokens without dots that nothing follows.
///
/// While `all!(render(tile.` is typed, the editor asks which fields `tile` has. A macro that gives back only an error leaves
/// nothing to ask about; with the dot gone the rest is a call like any other, and `tile` has its type.
pub(super) fn without_dangling_dots(tokens: TokenStream) -> TokenStream {
    let is = |token: &TokenTree, wanted: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted);
    let mut tokens = tokens.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(token) = tokens.next() {
        let ends = tokens
            .peek()
            .is_none_or(|next| is(next, ',') || is(next, ';'));
        match token {
            token if ends && is(&token, '.') => {}
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), without_dangling_dots(group.stream()));
                inner.set_span(group.span());
                kept.push(TokenTree::Group(inner));
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn only_dots_that_end_an_argument_go() {
        let typed = quote!(in pool; render(tile., a.b), render(c.d(e.)).timeout(x); 0..9, 1.);
        let kept = quote!(in pool; render(tile, a.b), render(c.d(e)).timeout(x); 0..9, 1.);
        assert_eq!(without_dangling_dots(typed).to_string(), kept.to_string());
    }
}
