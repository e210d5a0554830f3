//! The grammar of the strategy macros.
//!
//! ```text
//! strategy = ["in" pool ";"] [count ";"] (items | "for" pattern "in" iterable "=>" item [","])
//! items    = [item {"," item} [","]]
//! item     = path "(" arguments ")" {"." method "(" … ")"}      a call of a task function, with its options
//!          | any other expression of type `Task<T>`
//! ```
//!
//! `count` is `any!`'s and only its. A call of a path is always a call of a task function: an expression of
//! another kind that happens to be a call goes in parentheses or braces.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Expr, ExprCall, ExprClosure, ExprMethodCall, Pat, Path, Stmt, Token};

use super::Kind;
use crate::error;
use crate::task::signature::text;

pub(crate) struct Strategy {
    pub(crate) pool: Option<Expr>,
    pub(crate) count: Option<Expr>,
    pub(crate) tasks: Tasks,
}

#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub(crate) enum Tasks {
    Each(Vec<Item>),
    For {
        pattern: Pat,
        iterable: Expr,
        item: Item,
    },
}

pub(crate) enum Item {
    Call(Call),
    /// A call with methods behind: `chain` with the call cut out, to be put back as a task.
    Options {
        call: Call,
        chain: Expr,
    },
    Other(Expr),
}

/// `path(arguments)`
pub(crate) struct Call {
    pub(crate) path: Path,
    pub(crate) paren: Paren,
    pub(crate) arguments: TokenStream,
}

pub(crate) fn strategy(kind: Kind, input: ParseStream<'_>) -> syn::Result<Strategy> {
    let pool = if kind != Kind::Prepare && input.parse::<Option<Token![in]>>()?.is_some() {
        let pool = input.parse()?;
        input.parse::<Token![;]>()?;
        Some(pool)
    } else {
        None
    };
    let count = if kind == Kind::Any {
        Some(count(input)?)
    } else {
        None
    };
    let tasks = if input.peek(Token![for]) {
        each(kind, input)?
    } else {
        items(kind, input)?
    };
    Ok(Strategy { pool, count, tasks })
}

fn count(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() {
        return Err(syn::Error::new(input.span(), error::NO_COUNT.text(&[])));
    }
    if input.peek(Token![for]) {
        return Err(error::NO_COUNT.at(input.parse::<Token![for]>()?, &[]));
    }
    let count: Expr = input.parse()?;
    if input.parse::<Option<Token![;]>>()?.is_none() {
        input.parse::<TokenStream>()?;
        return Err(error::NO_COUNT.at(count, &[]));
    }
    Ok(count)
}

fn each(kind: Kind, input: ParseStream<'_>) -> syn::Result<Tasks> {
    let token = input.parse::<Token![for]>()?;
    if matches!(kind, Kind::Prepare | Kind::Spawn) {
        input.parse::<TokenStream>()?;
        return Err(error::NO_FOR.at(token, &[kind.name()]));
    }
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![in]>()?;
    let iterable = input.parse()?;
    input.parse::<Token![=>]>()?;
    let item = item(kind, input.parse()?)?;
    input.parse::<Option<Token![,]>>()?;
    Ok(Tasks::For {
        pattern,
        iterable,
        item,
    })
}

fn items(kind: Kind, input: ParseStream<'_>) -> syn::Result<Tasks> {
    let place = input.span();
    let exprs = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
    let single = matches!(kind, Kind::Prepare | Kind::Spawn);
    let problem = match exprs.len() {
        0 if single => Some(syn::Error::new(place, error::NO_TASK.text(&[kind.name()]))),
        0 if kind == Kind::Race => Some(syn::Error::new(place, error::EMPTY_RACE.text(&[]))),
        2.. if single => Some(error::ONE_TASK.at(&exprs[1], &[kind.name()])),
        13.. if matches!(kind, Kind::All | Kind::Settled) => {
            Some(error::TOO_MANY_TASKS.at(&exprs[12], &[kind.name()]))
        }
        _ => None,
    };
    let mut problems: Vec<syn::Error> = problem.into_iter().collect();
    let mut items = Vec::new();
    for expr in exprs {
        match item(kind, expr) {
            Ok(item) => items.push(item),
            Err(error) => problems.push(error),
        }
    }
    let combined = problems.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    combined.map_or(Ok(Tasks::Each(items)), Err)
}

fn item(kind: Kind, mut expr: Expr) -> syn::Result<Item> {
    if let Some(error) = is_no_task(&expr, kind) {
        return Err(error);
    }
    let mut base = &mut expr;
    while let Expr::MethodCall(call) = base {
        if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            return Err(error::METHOD.at(&call.method, &[]));
        }
        base = &mut call.receiver;
    }
    let Expr::Call(ExprCall { func, .. }) = base else {
        return Ok(Item::Other(bare(expr)));
    };
    let Expr::Path(path) = &**func else {
        return Err(error::CALLEE.at(func, &[]));
    };
    if path.qself.is_some() || is_associated(&path.path) {
        return Err(error::ASSOCIATED.at(path, &[&text(&path)]));
    }
    // Cut out of where it stands; `Expr::Verbatim` of nothing holds the place.
    let Expr::Call(call) = std::mem::replace(base, Expr::Verbatim(TokenStream::new())) else {
        return Ok(Item::Other(expr));
    };
    let Expr::Path(path) = *call.func else {
        return Ok(Item::Other(expr));
    };
    let call = Call {
        path: path.path,
        paren: call.paren_token,
        arguments: call.args.into_token_stream(),
    };
    match expr {
        Expr::Verbatim(_) => Ok(Item::Call(call)),
        chain => Ok(Item::Options { call, chain }),
    }
}

/// `Type::function`, by the case of `Type`.
fn is_associated(path: &Path) -> bool {
    let parent = path.segments.iter().rev().nth(1);
    parent.is_some_and(|parent| parent.ident.to_string().starts_with(char::is_uppercase))
}

/// Without the parentheses or braces that made it no call of a task; rustc would call them unnecessary where it ends
/// up.
fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) if paren.attrs.is_empty() => *paren.expr,
        Expr::Block(mut block) if block.attrs.is_empty() && block.label.is_none() => {
            match &mut block.block.stmts[..] {
                [Stmt::Expr(expr, None)] => std::mem::replace(expr, Expr::PLACEHOLDER),
                _ => Expr::Block(block),
            }
        }
        expr => expr,
    }
}

/// What is plainly work, and no task yet.
fn is_no_task(expr: &Expr, kind: Kind) -> Option<syn::Error> {
    match expr {
        Expr::Closure(closure) => Some(error::CLOSURE.at(bars(closure), &[kind.name()])),
        Expr::MethodCall(call) if call.method == "map" => match call.args.first() {
            Some(Expr::Closure(closure)) => {
                Some(error::ITERATOR.at(&call.method, &[&each_instead(call, closure, kind)]))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `|x|`
fn bars(closure: &ExprClosure) -> TokenStream {
    let (first, inputs, last) = (closure.inputs_begin, &closure.inputs, closure.inputs_end);
    quote!(#first #inputs #last)
}

/// What to write for `xs.map(|x| f(x))`.
fn each_instead(call: &ExprMethodCall, closure: &ExprClosure, kind: Kind) -> String {
    let iterable = match &*call.receiver {
        Expr::Paren(paren) => text(&paren.expr),
        expr => text(&expr),
    };
    let pattern = text(&closure.inputs);
    let task = match &*closure.body {
        body @ Expr::Call(_) => text(&body),
        _ => format!("f({pattern})"),
    };
    let start = match kind {
        Kind::Any => "any!(n; ".to_owned(),
        Kind::Prepare | Kind::Spawn => "all!(".to_owned(),
        kind => format!("{}!(", kind.name()),
    };
    format!("{start}for {pattern} in {iterable} => {task})")
}
