//! `threader::__private::unit!`: from a call of a task function to a `Task`.
//!
//! Written by companion macros only:
//!
//! ```text
//! unit! { generic [borrowed "tile: &Tile", owned "limit: u32",] { id: …, … } [render::mandelbrot::<f64>] (tile, 256) }
//! ```
//!
//! with `plain` instead of `generic` for a function without type parameters.
//!
//! The signature comes from the function's attribute, path and arguments from the call. The function's types are fixed
//! by a statement of their own, before the arguments are checked: they are then what each argument is expected to be,
//! and an argument that is not is reported itself.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, LitStr, Path, Token, bracketed};

use crate::error;
use crate::task::signature::Passing;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match syn::parse2::<Unit>(input) {
        Ok(Unit {
            known: Known::Task(signature),
            call,
        }) => task(&signature, &call),
        Ok(Unit {
            known: Known::Pure,
            call,
        }) => {
            let name = call
                .path
                .segments
                .last()
                .map(|last| last.ident.to_string())
                .unwrap_or_default();
            error::NOT_A_TASK
                .at(&call.path, &[&name])
                .to_compile_error()
        }
        Ok(Unit {
            known: Known::Broken(shape),
            call,
        }) => broken(shape, &call),
        Err(error) => error.to_compile_error(),
    }
}

/// What the closure that calls the function names its parameters.
pub(crate) fn argument_names(count: usize, place: Span) -> Vec<Ident> {
    (0..count)
        .map(|index| Ident::new(&format!("__threader_{index}"), place))
        .collect()
}

/// The owned argument `name` as the function takes it.
pub(crate) fn pass(passing: Passing, name: &Ident) -> TokenStream {
    match passing {
        Passing::Owned => quote!(#name),
        Passing::Borrowed | Passing::Slice | Passing::Text => quote_spanned!(name.span()=> &#name),
    }
}

/// A tuple; one of tuples where there are more parts than serde's 16.
pub(crate) fn nested<T: ToTokens>(parts: &[T], place: Span) -> TokenStream {
    if parts.len() <= SERDE_TUPLE {
        return quote_spanned!(place=> (#(#parts,)*));
    }
    let parts: Vec<TokenStream> = parts
        .chunks(SERDE_TUPLE)
        .map(|part| nested(part, place))
        .collect();
    nested(&parts, place)
}

const SERDE_TUPLE: usize = 16;

struct Unit {
    known: Known,
    call: Call,
}

/// What the function's attribute knows.
enum Known {
    Task(Signature),
    /// It is marked pure, and nothing else.
    Pure,
    /// The signature has errors, which are reported there. What it yields, from how many parameters; `None`: not even its
    /// result can be used.
    Broken(Option<(Ident, usize)>),
}

struct Signature {
    is_generic: bool,
    /// And each as written.
    parameters: Vec<(Passing, String)>,
    /// The fields of `Info`.
    info: TokenStream,
}

/// What the call says.
struct Call {
    path: Path,
    list: Group,
    arguments: Punctuated<Expr, Token![,]>,
}

fn task(
    Signature {
        is_generic,
        parameters,
        info,
    }: &Signature,
    call: &Call,
) -> TokenStream {
    if let Some(error) = wrong_count(parameters, call) {
        return error.to_compile_error();
    }
    let path = &call.path;
    // All of it in the place of the call, not of the attribute that it came from.
    let place = Span::mixed_site().located_at(path.span());
    let names = argument_names(parameters.len(), place);
    let passed = parameters
        .iter()
        .zip(&names)
        .map(|((passing, _), name)| pass(*passing, name));
    let transit = parameters.iter().map(|(passing, _)| passing.transit(place));
    let arguments = parameters
        .iter()
        .zip(&call.arguments)
        .map(|((passing, _), expr)| owned(*passing, expr));
    let pattern = nested(&names, place);
    let transit = nested(&transit.collect::<Vec<_>>(), place);
    let arguments = nested(&arguments.collect::<Vec<_>>(), place);
    let [local, bound] =
        ["__threader_function", "__threader_bound"].map(|name| Ident::new(name, place));
    // Naming a generic function twice would leave two instances to infer; the closure copies one zero-sized value. Any
    // other is named twice, because one value of it would have one lifetime for all calls.
    let (once, function, captures) = match is_generic {
        true => (
            quote_spanned!(place=> let #local = #path;),
            local.to_token_stream(),
            quote_spanned!(place=> move),
        ),
        false => (
            TokenStream::new(),
            path.to_token_stream(),
            TokenStream::new(),
        ),
    };
    quote_spanned! {place=>
        {
            #once
            let #bound = ::threader::__private::bind(#captures |#pattern: #transit| #function(#(#passed),*));
            #bound.task(#arguments, &#function, &::threader::__private::Info { #info })
        }
    }
}

/// A task of the right type that no program gets to run, because its function does not compile.
fn broken(shape: Option<(Ident, usize)>, call: &Call) -> TokenStream {
    let never = quote!(::core::unreachable!());
    let Some((yields, parameters)) = shape else {
        return in_closure("broken", never, call);
    };
    let path = &call.path;
    let nevers = (0..parameters).map(|_| &never);
    let value = quote!(#path(#(#nevers),*));
    let (broken, value) = match yields.to_string().as_str() {
        "future" => ("broken_async", value),
        // Its error cannot be sent; a text is the next that can be shown.
        "fallible" => (
            "broken",
            quote!(#value.map_err(|_| -> ::std::string::String { #never })),
        ),
        _ => ("broken", value),
    };
    in_closure(broken, value, call)
}

fn in_closure(broken: &str, value: TokenStream, call: &Call) -> TokenStream {
    let broken = Ident::new(broken, Span::mixed_site());
    // A variable that is an argument and nothing else is not unused.
    let used = call.arguments.iter().filter_map(root);
    quote! {
        ::threader::__private::#broken(#[allow(unreachable_code)] || {
            #(let _ = &#used;)*
            #value
        })
    }
}

/// The name that an argument begins with.
fn root(argument: &Expr) -> Option<&ExprPath> {
    match argument {
        Expr::Path(path) => Some(path),
        Expr::Reference(expr) => root(&expr.expr),
        Expr::MethodCall(expr) => root(&expr.receiver),
        Expr::Field(expr) => root(&expr.base),
        Expr::Paren(expr) => root(&expr.expr),
        _ => None,
    }
}

fn wrong_count(parameters: &[(Passing, String)], call: &Call) -> Option<syn::Error> {
    let (wanted, given) = (parameters.len(), call.arguments.len());
    if wanted == given {
        return None;
    }
    let name = call
        .path
        .segments
        .last()
        .map_or_else(String::new, |segment| segment.ident.to_string());
    let wanted_text = match wanted {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let given_text = match given {
        0 => "none were".to_owned(),
        1 => "1 was".to_owned(),
        count => format!("{count} were"),
    };
    let written: Vec<&str> = parameters
        .iter()
        .map(|(_, written)| written.as_str())
        .collect();
    let written = written.join(", ");
    let details = [&name, &wanted_text, &given_text, &written].map(String::as_str);
    Some(match call.arguments.iter().nth(wanted) {
        Some(surplus) => error::ARGUMENT_COUNT.at(surplus, &details),
        None => error::ARGUMENT_COUNT.at(&call.list, &details),
    })
}

/// An argument as it travels. What is written around it has its place, so that errors are reported there.
fn owned(passing: Passing, expr: &Expr) -> TokenStream {
    let (convert, target) = match passing {
        Passing::Owned | Passing::Borrowed => return expr.to_token_stream(),
        Passing::Slice => (format_ident!("items"), quote!(::std::vec::Vec<_>)),
        Passing::Text => (format_ident!("text"), quote!(::std::string::String)),
    };
    let tokens: Vec<TokenTree> = expr.to_token_stream().into_iter().collect();
    let place = |token: Option<&TokenTree>| match token {
        Some(token) => Span::mixed_site().located_at(token.span()),
        None => Span::mixed_site(),
    };
    let convert = match is_open(expr) {
        true => quote_spanned!(place(tokens.first())=> ::core::convert::identity::<#target>),
        false => quote_spanned!(place(tokens.first())=> ::threader::__private::#convert),
    };
    let mut argument = Group::new(Delimiter::Parenthesis, tokens.iter().cloned().collect());
    argument.set_span(place(tokens.last()));
    quote!(#convert #argument)
}

/// Whether the expression takes its type from where it is put: then it is put where the travelling type is, not
/// where anything that converts is allowed and nothing is known.
pub(crate) fn is_open(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            call.turbofish.is_none()
                && call.args.is_empty()
                && (call.method == "collect" || call.method == "into")
        }
        Expr::Call(call) => matches!(&*call.func, Expr::Path(ExprPath { qself: None, path, .. })
            if path.segments.iter().rev().map(|segment| segment.ident.to_string()).take(2).eq(["default", "Default"])),
        Expr::Group(group) => is_open(&group.expr),
        Expr::Paren(paren) => is_open(&paren.expr),
        _ => false,
    }
}

impl Parse for Unit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Unit {
            known: input.parse()?,
            call: input.parse()?,
        })
    }
}

impl Parse for Known {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.parse::<Option<Token![@]>>()?.is_some() {
            if input.parse::<Ident>()? == "pure" {
                return Ok(Known::Pure);
            }
            // `value [_ _]` for two parameters; the call's own path comes in brackets.
            if !input.peek(syn::Ident) {
                return Ok(Known::Broken(None));
            }
            let yields = input.parse()?;
            let blanks: Group = input.parse()?;
            let count = blanks.stream().into_iter().count();
            return Ok(Known::Broken(Some((yields, count))));
        }
        let is_generic = input.parse::<Ident>()? == "generic";
        let list;
        bracketed!(list in input);
        let mut parameters = Vec::new();
        while !list.is_empty() {
            let keyword: Ident = list.parse()?;
            let passing = [
                Passing::Owned,
                Passing::Borrowed,
                Passing::Slice,
                Passing::Text,
            ]
            .into_iter()
            .find(|passing| keyword == passing.keyword())
            .ok_or_else(|| syn::Error::new(keyword.span(), "no way of passing an argument"))?;
            parameters.push((passing, list.parse::<LitStr>()?.value()));
            list.parse::<Token![,]>()?;
        }
        let info = input.parse::<Group>()?.stream();
        Ok(Known::Task(Signature {
            is_generic,
            parameters,
            info,
        }))
    }
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path;
        bracketed!(path in input);
        let list: Group = input.parse()?;
        Ok(Call {
            path: path.parse::<ExprPath>()?.path,
            arguments: syn::parse::Parser::parse2(Punctuated::parse_terminated, list.stream())?,
            list,
        })
    }
}
