//! Macros in the body: those of known grammar are walked, the tokens of others scanned.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitStr, Macro, Pat, Path, Token};

use super::hint::Hint;
use super::path::Verdict;
use super::syntax::{names, text};
use super::walk::{Goal, Walk};
use crate::rules::Effect;
use crate::rules::macros::{EFFECTS, EXPRESSIONS, FORMATTING, INERT, LOGGING, PATHS};
use crate::rules::methods::{METHODS, Receiver};

impl<'a> Walk<'a> {
    /// `is_statement`: nobody uses its value.
    pub(super) fn mac(&mut self, mac: &'a Macro, is_statement: bool) {
        let written = names(&mac.path);
        let path = self
            .scopes
            .resolve(&written)
            .unwrap_or_else(|| written.clone());
        if self.permits.trusts(&path) || self.permits.trusts(&written) {
            return;
        }
        let (name, effect) = kind(&path, is_statement);
        if let Some(effect) = effect {
            self.effect(effect, &mac.path, &format!("{}!", text(&mac.path)));
            if effect != Effect::Console && effect != Effect::Address {
                return;
            }
        }
        if INERT.contains(&name) {
            return;
        }
        match name {
            "matches" | "assert_matches" | "debug_assert_matches" => {
                let Ok(matches) = syn::parse2::<Matches>(mac.tokens.clone()) else {
                    return self.unknown(mac, is_statement);
                };
                self.owned(&matches.expr, true);
                self.scopes.push();
                self.scopes.bind(&matches.pat, Hint::Unknown);
                if let Some(guard) = &matches.guard {
                    self.owned(guard, false);
                }
                self.scopes.pop();
            }
            _ if EXPRESSIONS.contains(&name) => match arguments(&mac.tokens) {
                Some(arguments) => self.arguments(name, &arguments),
                None => self.unknown(mac, is_statement),
            },
            _ => self.unknown(mac, is_statement),
        }
    }

    fn arguments(&mut self, name: &str, arguments: &[Expr]) {
        let is_formatting = FORMATTING.contains(&name);
        let mut is_text_seen = false;
        for argument in arguments {
            // `name = value`
            let argument = match argument {
                Expr::Assign(assign) if is_formatting => &*assign.right,
                argument => argument,
            };
            match argument {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) if is_formatting && !is_text_seen => {
                    is_text_seen = true;
                    self.format_text(text);
                }
                argument => {
                    if is_formatting && is_text_seen && self.hint(argument) == Hint::Hash {
                        let item = quote::ToTokens::to_token_stream(argument).to_string();
                        self.effect(Effect::HashOrder, argument, &item);
                    }
                    self.owned(argument, is_formatting);
                }
            }
        }
    }

    /// Walks an expression that lives no longer than this call.
    fn owned(&mut self, expr: &Expr, is_place: bool) {
        let permits = self.permits;
        let mut walk = self.inside(permits);
        self.swap(&mut walk);
        if is_place {
            walk.place(expr, true);
        }
        walk.toward(Goal::Unknown, expr);
        self.swap(&mut walk);
    }

    /// `{:p}`, and constants and maps named inside the text.
    fn format_text(&mut self, literal: &LitStr) {
        let text = literal.value().replace("{{", "").replace("}}", "");
        for part in text.split('{').skip(1) {
            let Some((inside, _)) = part.split_once('}') else {
                continue;
            };
            let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
            if format.ends_with('p') {
                self.effect(Effect::Address, literal, &format!("{{{inside}}}"));
            }
            let Ok(name) = syn::parse_str::<Ident>(name) else {
                continue;
            };
            if self.scopes.hint(&name.to_string()) == Some(&Hint::Hash) {
                self.effect(Effect::HashOrder, literal, &format!("{{{inside}}}"));
            }
            let name = Ident::new(&name.to_string(), literal.span());
            self.global(&Path::from(name), true);
        }
    }

    fn unknown(&mut self, mac: &Macro, is_statement: bool) {
        self.scan(mac.tokens.clone());
        if is_statement {
            // It may bind what it names.
            self.scopes.every_name(mac.tokens.clone());
        }
    }

    /// Looks for effects in tokens of which nobody knows what they become.
    pub(super) fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(ident)
                    if ident == "unsafe" && is_group(tokens.get(at + 1), Delimiter::Brace) =>
                {
                    self.effect(Effect::Unsafe, ident, "unsafe");
                }
                TokenTree::Ident(_) => {
                    let end = path_end(&tokens, at);
                    let is_macro = is_punct(tokens.get(end), '!')
                        && matches!(tokens.get(end + 1), Some(TokenTree::Group(_)));
                    let is_method = at > 0 && is_punct(tokens.get(at - 1), '.') && end == at + 1;
                    self.scanned(&tokens[at..end], is_macro, is_method, tokens.get(end));
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn scanned(
        &mut self,
        tokens: &[TokenTree],
        is_macro: bool,
        is_method: bool,
        next: Option<&TokenTree>,
    ) {
        let place: TokenStream = tokens.iter().cloned().collect();
        let Ok(path) = Path::parse_mod_style.parse2(place.clone()) else {
            return;
        };
        let name = text(&path);
        if is_method {
            let is_empty =
                matches!(next, Some(TokenTree::Group(group)) if group.stream().is_empty());
            let found = METHODS.iter().find(|(method, count, receiver, _)| {
                *method == name && *receiver == Receiver::Any && (*count == Some(0)) == is_empty
            });
            if let (Some((_, _, _, effect)), true) = (found, is_group(next, Delimiter::Parenthesis))
            {
                self.effect(*effect, &path, &format!(".{name}()"));
            }
            return;
        }
        let full = names(&path);
        let full = self.scopes.resolve(&full).unwrap_or(full);
        if self.permits.trusts(&full) {
            return;
        }
        if is_macro {
            if let (_, Some(effect)) = kind(&full, false) {
                self.effect(effect, &path, &format!("{name}!"));
            }
        } else if let Verdict::Effect(effect) = self.judge(&path)
            && path.segments.len() > 1
        {
            self.effect(effect, &path, &name);
        }
    }
}

/// The name of a macro, and its effect.
fn kind(path: &[String], is_statement: bool) -> (&str, Option<Effect>) {
    let (owner, name) = match path {
        [] => return ("", None),
        [name] => (None, name.as_str()),
        [owner, .., name] => (Some(owner.as_str()), name.as_str()),
    };
    let by_name = || {
        EFFECTS
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, effect)| *effect)
    };
    let effect = match owner {
        None if LOGGING.contains(&name) => is_statement.then_some(Effect::Console),
        None | Some("std" | "core" | "alloc") => by_name(),
        Some(owner) => PATHS
            .iter()
            .find(|(other, _)| other.split("::").next() == Some(owner))
            .map(|(_, effect)| *effect),
    };
    (name, effect)
}

/// Expressions separated by commas, or `[value; count]`.
fn arguments(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(list) = list.parse2(tokens.clone()) {
        return Some(list.into_iter().collect());
    }
    let repeat = |input: ParseStream<'_>| {
        let value = input.parse::<Expr>()?;
        input.parse::<Token![;]>()?;
        Ok(vec![value, input.parse::<Expr>()?])
    };
    if let Ok(list) = repeat.parse2(tokens.clone()) {
        return Some(list);
    }
    // `key => value`
    let pair = |input: ParseStream<'_>| {
        let mut list = Vec::new();
        while !input.is_empty() {
            list.push(input.parse::<Expr>()?);
            if input.parse::<Option<Token![=>]>>()?.is_none() {
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(list)
    };
    pair.parse2(tokens.clone()).ok()
}

/// The arguments of `matches!`.
struct Matches {
    expr: Expr,
    pat: Pat,
    guard: Option<Expr>,
}

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            // The message of an assertion.
            input.parse::<TokenStream>()?;
        }
        Ok(Matches { expr, pat, guard })
    }
}

/// Behind the last segment of the path that begins at `at`.
fn path_end(tokens: &[TokenTree], at: usize) -> usize {
    let mut end = at + 1;
    while is_punct(tokens.get(end), ':')
        && is_punct(tokens.get(end + 1), ':')
        && matches!(tokens.get(end + 2), Some(TokenTree::Ident(_)))
    {
        end += 3;
    }
    end
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}
