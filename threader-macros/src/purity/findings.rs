//! What the walk of one function has found: errors, and questions that only the compiler can answer.
//!
//! All of it becomes statements at the start of the function's body. An error beside the function would make rustc drop
//! later errors of the module, and a name is looked up where the function's own imports are in scope.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, PathArguments};

use crate::error::{self, Problem};
use crate::fallback;

#[derive(Default)]
pub(crate) struct Findings {
    errors: Vec<(TokenStream, syn::Error)>,
    /// Whether these are marked, asked side by side.
    marked: Vec<(Path, Span)>,
    /// And those for which conditions or imports of inner blocks count, in a block each.
    marks: TokenStream,
    /// Of values and types: a constant each, because the first that fails ends the evaluation.
    probes: TokenStream,
    asked: HashSet<String>,
}

/// What to ask the compiler about a path.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    /// Is there a companion of this name, which a task and a pure function have?
    Marked,
    /// Does the memory behind it never change? `is_state`: what the type is called is worth a question of its own, whose
    /// answer reads better.
    Immutable { is_unsafe: bool, is_state: bool },
    /// Is it not the type of std with this message?
    OtherType(&'a str),
}

/// Where a path is: under which conditions, and what inner blocks import around it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) conditions: &'a [TokenStream],
    pub(super) imports: &'a [TokenStream],
}

impl Findings {
    pub(super) fn error(&mut self, conditions: &[TokenStream], error: syn::Error) {
        self.errors.push((quote!(#(#conditions)*), error));
    }

    /// Asks once for each path; the first use is where a bad answer is reported.
    pub(super) fn ask(&mut self, question: Question<'_>, path: &Path, place: Place<'_>) {
        let Place {
            conditions,
            imports,
        } = place;
        let kind = match question {
            Question::Marked => 0,
            Question::Immutable { .. } => 1,
            Question::OtherType(_) => 2,
        };
        // Turning tokens into text is slow inside a compiler, and there are seldom any but the names.
        let mut key = format!("{kind} {}", super::syntax::names(path).join("::"));
        for tokens in conditions.iter().chain(imports) {
            key += &tokens.to_string();
        }
        if !self.asked.insert(key) {
            return;
        }
        let path = without_arguments(path);
        let Some(last) = path.segments.last().map(|segment| &segment.ident) else {
            return;
        };
        let here = Span::mixed_site().located_at(last.span());
        let name = last.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        if matches!(question, Question::Marked) && conditions.is_empty() && imports.is_empty() {
            self.marked.push((path, here));
            return;
        }
        let asked = match question {
            Question::Marked => marks(&[(path, here)]),
            Question::Immutable {
                is_unsafe,
                is_state,
            } => {
                let constant = Ident::new(&format!("{name}_is_state_that_can_change"), here);
                let borrow = match is_unsafe {
                    true => quote_spanned!(here=> unsafe { &#path }),
                    false => quote_spanned!(here=> &#path),
                };
                let type_check = is_state.then(|| {
                    quote_spanned!(here=> let _ = || ::threader::__private::Static(#borrow).check();)
                });
                quote_spanned! {here=>
                    #type_check
                    const #constant: &dyn ::threader::__private::Anything = #borrow;
                    ::threader::__private::state_that_can_change_needs_allow_global(#constant)
                }
            }
            Question::OtherType(message) => quote_spanned! {here=>
                use ::threader::__private::OtherType as _;
                if ::threader::__private::Type::<#path>::IS_IMPURE {
                    ::core::panic!(#message)
                }
            },
        };
        // Blocks in blocks, because an inner import shadows an outer one.
        let asked = imports.iter().rev().fold(
            quote!({ #asked }),
            |inner, imports| quote!({ #imports #inner }),
        );
        match question {
            Question::Marked => self.marks.extend(quote!(#(#conditions)* #asked)),
            Question::Immutable { .. } | Question::OtherType(_) => {
                let constant = constant(asked);
                self.probes.extend(quote!(#(#conditions)* #constant));
            }
        }
    }

    /// `before_items`: what follows begins with items, before which clippy wants no statement.
    pub(crate) fn to_statements(&self, before_items: bool) -> TokenStream {
        let errors = self.errors.iter().map(|(conditions, error)| {
            error
                .clone()
                .into_iter()
                .map(|error| {
                    let error = error.to_compile_error();
                    quote!(#conditions #error)
                })
                .collect::<TokenStream>()
        });
        let fallback = fallback::import();
        let mut blocks: Vec<TokenStream> = self
            .marked
            .chunks(fallback::NAMES)
            .map(|paths| {
                let marks = marks(paths);
                quote!({ #fallback { #marks } })
            })
            .collect();
        if !self.marks.is_empty() {
            let marks = &self.marks;
            blocks.push(quote!({ #fallback #marks }));
        }
        // A block is a third of the work for the compiler that a constant is.
        let marks = blocks.into_iter().map(|block| match before_items {
            true => constant(block),
            false => quote! {
                #[allow(deprecated, unused_imports)]
                #block
            },
        });
        let probes = &self.probes;
        quote!(#(#errors)* #(#marks)* #probes)
    }
}

/// Imports each function's mark under a name of its own, and asks it.
fn marks(paths: &[(Path, Span)]) -> TokenStream {
    let (imports, questions): (TokenStream, TokenStream) = paths
        .iter()
        .enumerate()
        .map(|(index, (path, place))| {
            let mark = fallback::name(index, *place);
            (
                quote_spanned!(*place=> use #path as #mark;),
                quote_spanned!(*place=> #mark!(@pure #path);),
            )
        })
        .unzip();
    quote!(#imports { #questions })
}

fn constant(block: TokenStream) -> TokenStream {
    quote! {
        #[allow(clippy::all, deprecated, non_upper_case_globals, static_mut_refs, unused_imports, unused_unsafe)]
        const _: () = #block;
    }
}

/// The message about `item`, which has `effect`.
pub(super) fn effect(effect: crate::rules::Effect, item: &str) -> String {
    Problem::text(&error::HAS_EFFECT, &[&effect.says(item), effect.help()])
}

fn without_arguments(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        segment.arguments = PathArguments::None;
    }
    path
}
