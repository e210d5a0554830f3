//! `timeout = "10s"`, `deadline = "1m"`, `retries = 3` and `priority = "high"`: what a task asks for by default.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ExprLit, Lit, LitStr, Meta};

use crate::error::{self, Errors, Problem};

/// What is given, checked.
#[derive(Default)]
pub(crate) struct Options {
    timeout: Option<Time>,
    deadline: Option<Time>,
    retries: Option<u32>,
    priority: Option<&'static str>,
}

struct Time {
    nanoseconds: u64,
    written: LitStr,
}

/// As written, and the variant of `threader::Priority`.
const PRIORITIES: [(&str, &str); 3] = [("low", "Low"), ("normal", "Normal"), ("high", "High")];

/// The units of a time, in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Options {
    /// Whether this is the name of one of the options.
    pub(crate) fn has(name: &str) -> bool {
        ["timeout", "deadline", "retries", "priority"].contains(&name)
    }

    /// Reads the option of this name.
    pub(crate) fn read(&mut self, name: &str, meta: &Meta, errors: &mut Errors) {
        match name {
            "timeout" => self.timeout = time(name, meta, errors),
            "deadline" => self.deadline = time(name, meta, errors),
            "retries" => self.retries = retries(meta, errors),
            _ => self.priority = priority(meta, errors),
        }
    }

    /// What can only be said of all of them together.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let (Some(timeout), Some(deadline)) = (&self.timeout, &self.deadline)
            && timeout.nanoseconds > deadline.nanoseconds
        {
            let [at, other] = [timeout, deadline].map(|time| time.written.value());
            errors.push(error::TIMEOUT_AFTER_DEADLINE.at(&timeout.written, &[&at, &other]));
        }
    }
}

/// `threader::__private::Wishes`, a constant.
impl ToTokens for Options {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Options {
            timeout,
            deadline,
            retries,
            priority,
        } = self;
        let wishes = quote!(::threader::__private::Wishes);
        if timeout.is_none() && deadline.is_none() && retries.is_none() && priority.is_none() {
            tokens.extend(quote!(#wishes::NONE));
            return;
        }
        let timeout = option(timeout.as_ref().map(|time| time.nanoseconds));
        let deadline = option(deadline.as_ref().map(|time| time.nanoseconds));
        let retries = option(retries.as_ref());
        let priority = option(priority.map(|variant| {
            let variant = format_ident!("{variant}");
            quote!(::threader::__private::Priority::#variant)
        }));
        tokens.extend(quote! {
            #wishes { timeout: #timeout, deadline: #deadline, retries: #retries, priority: #priority }
        });
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn time(name: &str, meta: &Meta, errors: &mut Errors) -> Option<Time> {
    let written = text(meta, &error::NO_TIME, name, errors)?;
    let problem = match nanoseconds(&written.value()) {
        Ok(0) => &error::ZERO_TIME,
        Ok(nanoseconds) => {
            return Some(Time {
                nanoseconds,
                written,
            });
        }
        Err(problem) => problem,
    };
    errors.push(problem.at(&written, &[&written.value(), name]));
    None
}

fn nanoseconds(text: &str) -> Result<u64, &'static Problem> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, unit) = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .filter(|_| !number.is_empty())
        .ok_or(&error::UNREADABLE_TIME)?;
    // All digits: what does not fit is too large.
    let number: Option<u64> = number.parse().ok();
    number
        .and_then(|number| number.checked_mul(*unit))
        .ok_or(&error::ENDLESS_TIME)
}

fn retries(meta: &Meta, errors: &mut Errors) -> Option<u32> {
    if let Meta::NameValue(pair) = meta
        && let Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) = &pair.value
        && let Ok(number) = number.base10_parse()
    {
        return Some(number);
    }
    errors.push(error::NO_RETRIES.at(value(meta), &[]));
    None
}

fn priority(meta: &Meta, errors: &mut Errors) -> Option<&'static str> {
    let written = text(meta, &error::NO_PRIORITY, "priority", errors)?;
    let known = PRIORITIES.iter().find(|(name, _)| *name == written.value());
    if known.is_none() {
        errors.push(error::UNKNOWN_PRIORITY.at(&written, &[&written.value()]));
    }
    known.map(|(_, variant)| *variant)
}

/// The text behind the `=`.
fn text(meta: &Meta, problem: &Problem, name: &str, errors: &mut Errors) -> Option<LitStr> {
    if let Meta::NameValue(pair) = meta
        && let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = &pair.value
    {
        return Some(text.clone());
    }
    errors.push(problem.at(value(meta), &[name]));
    None
}

/// The smallest tokens to blame: the value where there is one.
fn value(meta: &Meta) -> TokenStream {
    match meta {
        Meta::NameValue(pair) => pair.value.to_token_stream(),
        other => other.to_token_stream(),
    }
}
