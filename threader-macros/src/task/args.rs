//! The attribute's own arguments: `name = "…"`, the options, `allow(…)` and `trust(…)`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Meta, Token};

use super::options::Options;
use crate::error::{self, Errors};
use crate::purity::args::Permits;

#[derive(Default)]
pub(crate) struct Args {
    pub(crate) name: Option<String>,
    pub(crate) options: Options,
    pub(crate) permits: Permits,
}

pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args::default();
    let metas = match Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(metas) => metas,
        Err(error) => {
            errors.push(error);
            return args;
        }
    };
    let mut seen: Vec<&Ident> = Vec::new();
    for meta in &metas {
        if args.permits.read(meta, errors) {
            continue;
        }
        let known = |key: &&Ident| *key == "name" || Options::has(&key.to_string());
        let Some(key) = meta.path().get_ident().filter(known) else {
            let key = crate::task::signature::text(meta.path());
            errors.push(error::UNKNOWN_ARGUMENT.at(meta.path(), &[&key]));
            continue;
        };
        if seen.contains(&key) {
            errors.push(error::DUPLICATE_ARGUMENT.at(key, &[&key.to_string()]));
            continue;
        }
        seen.push(key);
        match key.to_string().as_str() {
            "name" => args.name = name(meta, errors),
            option => args.options.read(option, meta, errors),
        }
    }
    args.options.check(errors);
    args
}

fn name(meta: &Meta, errors: &mut Errors) -> Option<String> {
    let Meta::NameValue(pair) = meta else {
        errors.push(error::NAME_IS_NO_TEXT.at(meta, &[]));
        return None;
    };
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text),
        ..
    }) = &pair.value
    else {
        errors.push(error::NAME_IS_NO_TEXT.at(&pair.value, &[]));
        return None;
    };
    if text.value().is_empty() {
        errors.push(error::NAME_IS_EMPTY.at(text, &[]));
        return None;
    }
    Some(text.value())
}
