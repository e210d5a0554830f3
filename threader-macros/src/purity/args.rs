//! `allow(effect, …)` and `trust(path, …)`, which both attributes take.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Meta, Path, Token};

use super::syntax;
use crate::error::{self, Errors};
use crate::rules::Effect;

/// What the user answers for.
#[derive(Default)]
pub(crate) struct Permits {
    allowed: Vec<Effect>,
    trusted: Vec<Vec<String>>,
}

impl Permits {
    pub(crate) fn allows(&self, effect: Effect) -> bool {
        self.allowed.contains(&effect)
    }

    /// Whether one of the trusted paths is this one, the end of this one, or a module or type it is in; `trust(a::f)` also
    /// covers a call of `f` that is imported.
    pub(crate) fn trusts(&self, path: &[String]) -> bool {
        let path = match path {
            [first, rest @ ..]
                if ["self", "crate", "$crate", "super"].contains(&first.as_str())
                    && !rest.is_empty() =>
            {
                rest
            }
            path => path,
        };
        self.trusted.iter().any(|trusted| {
            trusted.ends_with(path) || path.ends_with(trusted) || path.starts_with(trusted)
        })
    }

    /// A line for the function's documentation, so that a reader sees what a reviewer saw.
    pub(crate) fn documentation(&self) -> Option<TokenStream> {
        let list = |items: Vec<String>| items.join(", ");
        let mut lines = Vec::new();
        if !self.allowed.is_empty() {
            let effects = self.allowed.iter().map(|effect| effect.name().to_owned());
            lines.push(format!("May: {}.", list(effects.collect())));
        }
        if !self.trusted.is_empty() {
            let paths = self
                .trusted
                .iter()
                .map(|path| format!("`{}`", path.join("::")));
            lines.push(format!("Trusts: {}.", list(paths.collect())));
        }
        // The empty line in front ends the last paragraph of what the user wrote.
        let line = format!(" {}", lines.join(" "));
        (!lines.is_empty()).then(|| quote!(#[doc = ""] #[doc = #line]))
    }

    /// Reads one argument, if it is one of these two.
    pub(crate) fn read(&mut self, meta: &Meta, errors: &mut Errors) -> bool {
        let path = meta.path();
        if path.is_ident("allow") {
            self.read_allow(meta, errors);
        } else if path.is_ident("trust") {
            self.read_trust(meta, errors);
        } else {
            return false;
        }
        true
    }

    fn read_allow(&mut self, meta: &Meta, errors: &mut Errors) {
        // `unsafe` is a keyword.
        let list = |input: ParseStream<'_>| {
            Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
        };
        let Some(effects) = arguments(meta, list).filter(|effects| !effects.is_empty()) else {
            return errors.push(error::ALLOW_IS_A_LIST.at(meta, &[]));
        };
        for name in effects {
            match Effect::named(&name.to_string()) {
                Some(effect) if self.allows(effect) => {
                    errors.push(error::DUPLICATE_ARGUMENT.at(&name, &[&name.to_string()]))
                }
                Some(effect) => self.allowed.push(effect),
                None => {
                    let all: Vec<&str> = Effect::names().collect();
                    errors.push(
                        error::UNKNOWN_EFFECT.at(&name, &[&name.to_string(), &all.join("`, `")]),
                    );
                }
            }
        }
    }

    fn read_trust(&mut self, meta: &Meta, errors: &mut Errors) {
        let list = |input: ParseStream<'_>| {
            Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style)
        };
        let Some(paths) = arguments(meta, list).filter(|paths| !paths.is_empty()) else {
            return errors.push(error::TRUST_IS_A_LIST.at(meta, &[]));
        };
        for path in &paths {
            let names = syntax::names(path);
            let names = match &names[..] {
                [first, rest @ ..] if ["self", "crate", "super"].contains(&first.as_str()) => {
                    rest.to_vec()
                }
                _ => names,
            };
            if names.is_empty() {
                errors.push(error::TRUST_IS_A_LIST.at(path, &[]));
            } else {
                self.trusted.push(names);
            }
        }
    }
}

fn arguments<T>(
    meta: &Meta,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<Punctuated<T, Token![,]>>,
) -> Option<Punctuated<T, Token![,]>> {
    let Meta::List(list) = meta else {
        return None;
    };
    parser.parse2(list.tokens.clone()).ok()
}
