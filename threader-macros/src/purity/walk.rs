//! The walk over a function's body: every path, method and macro with what the scopes say about it.
//!
//! What a path means is in [`super::path`], what a macro holds in [`super::mac`], and the order of hash containers in
//! [`super::hash`]. Types and patterns are not walked: nothing runs in them.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprMethodCall, ExprPath, FnArg, Local, Pat, Path, ReturnType, Safety,
    Signature, Stmt, Type,
};

use super::args::Permits;
use super::findings::{self, Findings, Place, Question};
use super::hint::{self, Hint};
use super::path::{self, Verdict};
use super::scope::Scopes;
use super::syntax::{attributes, names, path_tokens, text};
use crate::rules::Effect;
use crate::rules::methods::{METHODS, PATH_WORDS, Receiver, THREAD_LOCAL};

pub(super) struct Walk<'a> {
    pub(super) permits: &'a Permits,
    pub(super) findings: Findings,
    pub(super) scopes: Scopes,
    /// The `#[cfg]`s around the current place.
    pub(super) conditions: Vec<TokenStream>,
    /// Fields that were given a hash container in this body.
    pub(super) hashed_fields: HashSet<String>,
    /// Methods called on what the current expression yields, nearest last, with where that goes in the end.
    pub(super) after: Vec<&'a ExprMethodCall>,
    pub(super) goal: Goal,
    /// Inside `unsafe`, and inside items where questions cannot be asked.
    pub(super) unsafe_depth: usize,
    foreign_depth: usize,
    is_method: bool,
}

/// Where a value goes, as far as the order of its items is concerned.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) enum Goal {
    #[default]
    Unknown,
    /// Into a value of this type.
    Type(Hint),
    /// Somewhere the order is lost, or sorted.
    Orderless,
}

impl<'a> Walk<'a> {
    pub(super) fn new(permits: &'a Permits, is_method: bool) -> Self {
        let mut scopes = Scopes::default();
        scopes.push();
        scopes.add("self", Hint::Item);
        Walk {
            permits,
            findings: Findings::default(),
            scopes,
            conditions: Vec::new(),
            hashed_fields: HashSet::new(),
            after: Vec::new(),
            goal: Goal::default(),
            unsafe_depth: 0,
            foreign_depth: 0,
            is_method,
        }
    }

    /// A walk over an expression that this one's macro held, at the same place; [`Walk::swap`] lends it what there is.
    pub(super) fn inside<'b>(&self, permits: &'b Permits) -> Walk<'b> {
        let mut walk = Walk::new(permits, self.is_method);
        (walk.unsafe_depth, walk.foreign_depth) = (self.unsafe_depth, self.foreign_depth);
        walk
    }

    pub(super) fn swap(&mut self, other: &mut Walk<'_>) {
        std::mem::swap(&mut self.findings, &mut other.findings);
        std::mem::swap(&mut self.scopes, &mut other.scopes);
        std::mem::swap(&mut self.conditions, &mut other.conditions);
        std::mem::swap(&mut self.hashed_fields, &mut other.hashed_fields);
    }

    /// The function itself.
    pub(super) fn function(&mut self, sig: &'a Signature, block: &'a Block) {
        self.scopes.push();
        self.parameters(sig);
        self.scopes.push();
        self.scopes.items(block, true);
        let goal = self.result(sig);
        self.statements(block, goal);
        self.scopes.pop();
        self.scopes.pop();
    }

    pub(super) fn qualifiers(&mut self, sig: &'a Signature) {
        if let Safety::Unsafe(token) = &sig.safety {
            self.effect(Effect::Unsafe, token, "unsafe fn");
        }
        if let Some(token) = &sig.asyncness {
            self.effect(Effect::Threads, token, "async fn");
        }
    }

    fn parameters(&mut self, sig: &'a Signature) {
        self.scopes.generics(&sig.generics);
        for input in &sig.inputs {
            if let FnArg::Typed(input) = input {
                let hint = self.scopes.of_type(&input.ty);
                self.scopes.bind(&input.pat, hint);
            }
        }
    }

    fn result(&self, sig: &Signature) -> Goal {
        match &sig.output {
            ReturnType::Default => Goal::Unknown,
            ReturnType::Type(_, ty) => self.goal_of(ty),
        }
    }

    pub(super) fn goal_of(&self, ty: &Type) -> Goal {
        Goal::Type(self.scopes.of_type(ty))
    }

    fn statements(&mut self, block: &'a Block, goal: Goal) {
        for (at, stmt) in block.stmts.iter().enumerate() {
            let next = block.stmts.get(at + 1);
            match stmt {
                Stmt::Local(local) => self.under(&local.attrs, |walk| walk.local(local, next)),
                Stmt::Item(item) => self.visit_item(item),
                Stmt::Expr(expr, semi) => {
                    let goal = match semi {
                        None if next.is_none() => goal.clone(),
                        _ => Goal::Unknown,
                    };
                    match expr {
                        Expr::Macro(expr) => {
                            self.under(&expr.attrs, |walk| walk.mac(&expr.mac, semi.is_some()))
                        }
                        expr => self.toward(goal, expr),
                    }
                }
                Stmt::Macro(stmt) => self.under(&stmt.attrs, |walk| walk.mac(&stmt.mac, true)),
            }
        }
    }

    fn local(&mut self, local: &'a Local, next: Option<&Stmt>) {
        let mut hint = Hint::Unknown;
        if let Some(init) = &local.init {
            self.place(&init.expr, false);
            hint = self.hint(&init.expr);
            let goal = match &local.pat {
                _ if super::hash::sorts(next, &local.pat) => Goal::Orderless,
                Pat::Type(pat) => self.goal_of(&pat.ty),
                _ => Goal::Unknown,
            };
            self.toward(goal, &init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.scopes.bind(&local.pat, hint);
    }

    /// Walks an expression whose value goes somewhere known.
    pub(super) fn toward(&mut self, goal: Goal, expr: &'a Expr) {
        let goal = std::mem::replace(&mut self.goal, goal);
        let after = std::mem::take(&mut self.after);
        self.visit_in_position(expr);
        self.goal = goal;
        self.after = after;
    }

    /// Where the value of the expression is the value of one inside it, the goal is the same.
    pub(super) fn visit_in_position(&mut self, expr: &'a Expr) {
        match expr {
            Expr::MethodCall(_)
            | Expr::Block(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Paren(_)
            | Expr::Group(_)
            | Expr::Try(_)
            | Expr::Unsafe(_) => self.visit_kind(expr),
            // `Ok(map.into_iter().collect())`
            Expr::Call(call) if is_wrapper(call) => {
                let goal = match self.goal.clone() {
                    Goal::Type(Hint::Named(_)) => Goal::Unknown,
                    goal => goal,
                };
                call.args
                    .iter()
                    .for_each(|arg| self.toward(goal.clone(), arg));
            }
            _ => {
                self.goal = Goal::Unknown;
                self.visit_kind(expr);
            }
        }
    }

    pub(super) fn visit_kind(&mut self, expr: &'a Expr) {
        self.under(attributes(expr), |walk| visit::visit_expr(walk, expr));
    }

    pub(super) fn under(&mut self, attrs: &[Attribute], inside: impl FnOnce(&mut Self)) {
        let depth = self.conditions.len();
        self.conditions.extend(
            attrs
                .iter()
                .filter(|attr| attr.path().is_ident("cfg"))
                .map(ToTokens::to_token_stream),
        );
        inside(self);
        self.conditions.truncate(depth);
    }

    pub(super) fn hint(&self, expr: &Expr) -> Hint {
        self.scopes.unaliased(hint::of_expr(
            expr,
            &|name| self.scopes.hint(name).cloned().unwrap_or_default(),
            &|name| match self.hashed_fields.contains(name) {
                true => Hint::Hash,
                false => Hint::Unknown,
            },
        ))
    }

    /// Reports an effect of `item`, unless the attribute allows it.
    pub(super) fn effect(&mut self, effect: Effect, place: impl ToTokens, item: &str) {
        if !self.permits.allows(effect) {
            let error = syn::Error::new_spanned(place, findings::effect(effect, item));
            self.findings.error(&self.conditions, error);
        }
    }

    fn ask(&mut self, question: Question<'_>, path: &Path) {
        if self.foreign_depth == 0 {
            let place = Place {
                conditions: &self.conditions,
                imports: &self.scopes.uses(),
            };
            self.findings.ask(question, path, place);
        }
    }

    pub(super) fn value(&mut self, expr: &ExprPath) {
        if expr.qself.is_some() {
            return;
        }
        let path = &expr.path;
        match self.judge(path) {
            Verdict::Fine => {}
            // A `static mut` is read by value, too.
            Verdict::Global if self.unsafe_depth > 0 => self.global(path, false),
            Verdict::Global => {}
            Verdict::Effect(effect) => self.effect(effect, path_tokens(path), &text(path)),
            Verdict::Ask if self.is_allowed_host(path) => {}
            Verdict::Ask => self.ask(Question::Marked, path),
            Verdict::Confirm(effect) => {
                if !self.permits.allows(effect) {
                    let mut owner = path.clone();
                    owner.segments.pop();
                    owner.segments.pop_punct();
                    let message = findings::effect(effect, &text(path));
                    self.ask(Question::OtherType(&message), &owner);
                }
            }
        }
    }

    /// `read_chunk::call` is how a host function is called.
    fn is_allowed_host(&self, path: &Path) -> bool {
        self.permits.allows(Effect::Host)
            && path.segments.len() > 1
            && path
                .segments
                .last()
                .is_some_and(|last| last.ident == "call")
    }

    pub(super) fn judge(&self, path: &Path) -> Verdict {
        let written: Vec<String> = names(path);
        let has_colon = path.leading_colon.is_some();
        if let [name] = &written[..]
            && !has_colon
            && self.scopes.hint(name).is_some()
        {
            return Verdict::Fine;
        }
        let resolved = if has_colon {
            None
        } else {
            self.scopes.resolve(&written)
        };
        let is_certain = has_colon || resolved.is_some();
        let full = resolved.as_ref().unwrap_or(&written);
        if self.permits.trusts(&written) || self.permits.trusts(full) {
            return Verdict::Fine;
        }
        // Below a module of the function's own, or an associated function of a type of its own.
        if let [first, _, ..] = &full[..]
            && resolved.is_none()
            && !has_colon
            && self.scopes.hint(first).is_some()
        {
            return Verdict::Fine;
        }
        path::judge(full, is_certain)
    }

    /// What is read in place, not moved or copied out: only here can memory that others change be reached.
    ///
    /// `is_state`: the way it is used is that of an atomic, a lock and the like.
    pub(super) fn place(&mut self, expr: &Expr, is_state: bool) {
        match expr {
            Expr::Paren(expr) => self.place(&expr.expr, is_state),
            Expr::Group(expr) => self.place(&expr.expr, is_state),
            Expr::Path(expr) if expr.qself.is_none() => self.global(&expr.path, is_state),
            _ => {}
        }
    }

    pub(super) fn global(&mut self, path: &Path, is_state: bool) {
        let is_asked = self.judge(path) == Verdict::Global && !self.permits.allows(Effect::Global);
        // A parameter of the `impl` around a lone method, which a constant cannot name.
        let is_parameter = self.is_method
            && path
                .get_ident()
                .is_some_and(|name| name.to_string().len() == 1);
        let is_unsafe = self.unsafe_depth > 0;
        // An error already.
        let is_reported = is_unsafe && !self.permits.allows(Effect::Unsafe);
        if is_asked && !is_parameter && !is_reported {
            let question = Question::Immutable {
                is_unsafe,
                is_state,
            };
            self.ask(question, path);
        }
    }

    pub(super) fn method(&mut self, call: &'a ExprMethodCall) {
        let name = call.method.to_string();
        let found = METHODS.iter().find(|(method, count, ..)| {
            *method == name && count.is_none_or(|count| count == call.args.len())
        });
        if let Some((_, _, receiver, effect)) = found
            && self.is_receiver(*receiver, &call.receiver)
        {
            self.effect(*effect, &call.method, &format!(".{name}()"));
        }
        let is_thread_local = |(method, count, takes_closure): &&(&str, usize, bool)| {
            *method == name
                && call.args.len() == *count
                && (!takes_closure || call.args.iter().any(|arg| matches!(arg, Expr::Closure(_))))
        };
        if let Expr::Path(receiver) = &*call.receiver
            && receiver
                .path
                .segments
                .last()
                .is_some_and(|last| path::is_constant(&last.ident.to_string()))
            && self.judge(&receiver.path) == Verdict::Global
            && THREAD_LOCAL.iter().any(|rule| is_thread_local(&rule))
        {
            let item = format!("{}.{name}()", text(&receiver.path));
            self.effect(Effect::Global, &receiver.path, &item);
        }
    }

    fn is_receiver(&self, wanted: Receiver, receiver: &Expr) -> bool {
        let hint = self.hint(receiver);
        match wanted {
            Receiver::Any => true,
            Receiver::Perhaps(types) => match hint {
                Hint::Named(name) => types.contains(&name.as_str()),
                Hint::Hash | Hint::Item => false,
                Hint::Unknown => true,
            },
            Receiver::Surely(types) => match hint {
                Hint::Named(name) => types.contains(&name.as_str()),
                Hint::Hash | Hint::Item => false,
                Hint::Unknown => is_called_path(receiver),
            },
        }
    }

    pub(super) fn nested(&mut self, sig: &'a Signature, block: &'a Block) {
        self.qualifiers(sig);
        self.scopes.push();
        self.parameters(sig);
        let goal = self.result(sig);
        self.block(block, goal);
        self.scopes.pop();
    }

    pub(super) fn block(&mut self, block: &'a Block, goal: Goal) {
        self.scopes.push();
        self.scopes.items(block, false);
        self.statements(block, goal);
        self.scopes.pop();
    }

    pub(super) fn foreign(&mut self, inside: impl FnOnce(&mut Self)) {
        self.foreign_depth += 1;
        inside(self);
        self.foreign_depth -= 1;
    }
}

fn is_wrapper(call: &syn::ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Ok" || last.ident == "Some"))
}

/// A receiver whose name says that it is a path.
fn is_called_path(receiver: &Expr) -> bool {
    let name = match receiver {
        Expr::Paren(expr) => return is_called_path(&expr.expr),
        Expr::Reference(expr) => return is_called_path(&expr.expr),
        Expr::Path(expr) => expr.path.get_ident().map(ToString::to_string),
        Expr::Field(expr) => match &expr.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        Expr::MethodCall(call) => Some(call.method.to_string()),
        _ => None,
    };
    name.is_some_and(|name| {
        PATH_WORDS
            .iter()
            .any(|word| name == *word || name.ends_with(&format!("_{word}")))
    })
}
