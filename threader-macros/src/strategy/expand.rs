//! What the strategy macros stand for: calls of `threader::Pool`'s methods.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, PathArguments};

use super::Kind;
use super::parse::{Call, Item, Strategy, Tasks};
use crate::fallback;
use crate::unit;

pub(crate) fn expand(kind: Kind, Strategy { pool, count, tasks }: Strategy) -> TokenStream {
    let is_global = pool.is_none();
    let pool = match pool {
        Some(pool) => reference(&pool),
        None => quote!(&::threader::Pool::global()),
    };
    let place = pool
        .clone()
        .into_iter()
        .next()
        .map_or_else(Span::mixed_site, |token| token.span());
    let start = Ident::new("pool", Span::mixed_site());
    // With its type in the place of the expression, so that another type is reported there.
    let start_with_pool = quote_spanned!(place=> let #start: &::threader::Pool = #pool;);
    let method = format_ident!("{}", kind.name());
    let count = count.map(|count| quote!(#count,));
    let items = match tasks {
        Tasks::Each(items) => items.into_iter().map(task).collect::<Vec<_>>(),
        Tasks::For {
            pattern,
            iterable,
            item,
        } => {
            let task = task(item);
            let tasks = Ident::new("tasks", Span::mixed_site());
            // A loop, not a closure: the item is evaluated in the caller's context, with its `?` and `.await`.
            return quote! {
                {
                    #start_with_pool
                    let mut #tasks = ::std::vec::Vec::new();
                    for #pattern in #iterable {
                        #tasks.push(#task);
                    }
                    ::threader::Pool::#method(#start, #count #tasks)
                }
            };
        }
    };
    match kind {
        Kind::Prepare => items.into_iter().collect(),
        Kind::Spawn => quote!(::threader::Pool::spawn(#pool, #(#items)*)),
        Kind::All => quote!(::threader::__private::all_items(#pool, (#(#items,)*))),
        Kind::Settled => quote!(::threader::__private::settled_items(#pool, (#(#items,)*))),
        Kind::Stream | Kind::Race | Kind::Any => {
            quote!(::threader::Pool::#method(#pool, #count [#(#items),*]))
        }
        Kind::Fire if items.is_empty() && is_global => quote!({}),
        Kind::Fire => {
            // One by one: what is not waited for may have different types.
            quote!({ #start_with_pool #(::threader::Pool::fire(#start, [#items]);)* })
        }
    }
}

/// An item as an expression of type `Task`.
fn task(item: Item) -> TokenStream {
    match item {
        Item::Call(call) => self::call(&call),
        Item::Options { call, mut chain } => {
            let mut base = &mut chain;
            while let Expr::MethodCall(method) = base {
                base = &mut method.receiver;
            }
            *base = Expr::Verbatim(self::call(&call));
            typed(&chain)
        }
        Item::Other(expr) => typed(&expr),
    }
}

/// Calls the function's companion macro, see `task/companion.rs`.
///
/// A function that is no task has none, and [`fallback`] answers.
fn call(
    Call {
        path,
        paren,
        arguments,
    }: &Call,
) -> TokenStream {
    let mut import = path.clone();
    let Some(last) = import.segments.last_mut() else {
        return TokenStream::new();
    };
    last.arguments = PathArguments::None;
    let mark = fallback::name(0, last.ident.span());
    let mut list = TokenStream::new();
    paren.surround(&mut list, |inner| arguments.to_tokens(inner));
    let [place, _] = ends(quote!(#path #list));
    let place = Span::mixed_site().located_at(place);
    let question = quote_spanned!(place=> #[allow(unused_imports)] use #import as #mark; { #mark!(@task [#path] #list) });
    let fallback = fallback::import();
    quote_spanned!(place=> { #fallback { #question } })
}

/// An expression that has to be a `Task`, with an error at itself if it is not.
fn typed(expr: &Expr) -> TokenStream {
    let [first, last] = ends(expr.to_token_stream());
    if !matches!(expr, Expr::Macro(_)) && !unit::is_open(expr) {
        let mut argument = Group::new(Delimiter::Parenthesis, expr.to_token_stream());
        argument.set_span(Span::mixed_site().located_at(last));
        return quote_spanned!(Span::mixed_site().located_at(first)=> ::threader::__private::item #argument);
    }
    // What takes its type from where it is put, such as `todo!()`.
    let task = Ident::new("task", Span::mixed_site().located_at(first));
    let body = quote_spanned!(Span::mixed_site().located_at(first)=> let #task: ::threader::Task<_> = #expr; #task);
    let mut block = Group::new(Delimiter::Brace, body);
    block.set_span(Span::mixed_site().located_at(last));
    block.into_token_stream()
}

/// `&(expr)`, in the place of the expression.
fn reference(expr: &Expr) -> TokenStream {
    let [first, last] = ends(expr.to_token_stream());
    let mut inner = Group::new(Delimiter::Parenthesis, expr.to_token_stream());
    inner.set_span(Span::mixed_site().located_at(last));
    quote_spanned!(Span::mixed_site().located_at(first)=> & #inner)
}

fn ends(tokens: TokenStream) -> [Span; 2] {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let span = |token: Option<&TokenTree>| token.map_or_else(Span::mixed_site, TokenTree::span);
    [span(tokens.first()), span(tokens.last())]
}
