//! The order of hash containers: looking things up is fine, visiting them one after another shows an order that no
//! second run repeats.

use syn::{Expr, ExprCall, ExprForLoop, ExprMethodCall, GenericArgument, Pat, Stmt};

use super::hint::Hint;
use super::walk::{Goal, Walk};
use crate::rules::Effect;
use crate::rules::methods::{ITERATION, ORDERLESS, ORDERLESS_SUMS, UNORDERED};

/// Methods of iterators behind which the items are still the same, or each its own.
static ADAPTORS: &[&str] = &[
    "as_ref",
    "by_ref",
    "chain",
    "cloned",
    "copied",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "fuse",
    "inspect",
    "into_iter",
    "iter",
    "map",
    "peekable",
    "rev",
    "unwrap",
];

impl<'a> Walk<'a> {
    /// `map.iter()`, `other.extend(map)`.
    pub(super) fn hash_method(&mut self, call: &'a ExprMethodCall) {
        let name = call.method.to_string();
        if ITERATION.contains(&name.as_str())
            && self.hint(&call.receiver) == Hint::Hash
            && !self.is_orderless()
        {
            self.effect(Effect::HashOrder, &call.method, &format!(".{name}()"));
        }
        if name == "extend"
            && let Hint::Named(receiver) = self.hint(&call.receiver)
            && !UNORDERED.contains(&receiver.as_str())
            && let Some(argument) = call.args.first()
            && self.hint(argument) == Hint::Hash
        {
            self.effect(Effect::HashOrder, &call.method, ".extend()");
        }
    }

    /// Where the arguments of a method go.
    pub(super) fn hash_arguments(&self, call: &ExprMethodCall, goal: Goal) -> Goal {
        match call.method.to_string().as_str() {
            "extend" => match self.hint(&call.receiver) {
                Hint::Named(name) if !UNORDERED.contains(&name.as_str()) => Goal::Unknown,
                _ => Goal::Orderless,
            },
            "chain" => goal,
            _ => Goal::Unknown,
        }
    }

    /// Where the arguments of a call go; `Vec::from_iter(map)` is an error itself.
    pub(super) fn hash_call(&mut self, call: &'a ExprCall) -> Goal {
        let Expr::Path(function) = &*call.func else {
            return Goal::Unknown;
        };
        let mut segments = function
            .path
            .segments
            .iter()
            .rev()
            .map(|segment| segment.ident.to_string());
        let (Some(name), Some(owner)) = (segments.next(), segments.next()) else {
            return Goal::Unknown;
        };
        if name != "from_iter" {
            return Goal::Unknown;
        }
        if UNORDERED.contains(&owner.as_str()) {
            return Goal::Orderless;
        }
        if let Some(argument) = call.args.first()
            && self.hint(argument) == Hint::Hash
        {
            self.effect(Effect::HashOrder, argument, "from_iter");
        }
        Goal::Unknown
    }

    /// `for … in &map`
    pub(super) fn hash_loop(&mut self, expr: &'a ExprForLoop) {
        if self.hint(&expr.expr) == Hint::Hash {
            let item = format!("for … in {}", crate::task::signature::text(&expr.expr));
            self.effect(Effect::HashOrder, &expr.expr, &item);
        }
    }

    /// Whether what is done to the items next does not depend on their order.
    fn is_orderless(&self) -> bool {
        for call in self.after.iter().rev() {
            let name = call.method.to_string();
            let name = name.as_str();
            if ORDERLESS.contains(&name) {
                return true;
            }
            if ORDERLESS_SUMS.contains(&name) {
                return !self.is_float(call);
            }
            if name == "collect" {
                return self.is_collected_orderless(call);
            }
            if !ADAPTORS.contains(&name) {
                return false;
            }
        }
        self.goal == Goal::Orderless
    }

    fn is_collected_orderless(&self, collect: &ExprMethodCall) -> bool {
        let is_unordered = |hint: &Hint| match hint {
            Hint::Hash => true,
            Hint::Named(name) => UNORDERED.contains(&name.as_str()),
            _ => false,
        };
        let outer = self
            .after
            .iter()
            .position(|call| std::ptr::eq(*call, collect));
        let next = outer
            .and_then(|at| at.checked_sub(1))
            .map(|at| self.after[at].method.to_string());
        if next.is_some_and(|next| ORDERLESS.contains(&next.as_str())) {
            return true;
        }
        match turbofish(collect) {
            Some(ty) if is_unordered(&self.scopes.of_type(ty)) => true,
            Some(_) => self.goal == Goal::Orderless,
            None => match &self.goal {
                Goal::Orderless => true,
                Goal::Type(hint) => is_unordered(hint),
                Goal::Unknown => false,
            },
        }
    }

    fn is_float(&self, call: &ExprMethodCall) -> bool {
        let is = |hint: &Hint| matches!(hint, Hint::Named(name) if name == "f32" || name == "f64");
        match turbofish(call) {
            Some(ty) => is(&self.scopes.of_type(ty)),
            None => matches!(&self.goal, Goal::Type(hint) if is(hint)),
        }
    }
}

/// Whether the next statement sorts what the pattern binds.
pub(super) fn sorts(next: Option<&Stmt>, pat: &Pat) -> bool {
    let name = match pat {
        Pat::Ident(pat) => &pat.ident,
        Pat::Type(pat) => match &*pat.pat {
            Pat::Ident(pat) => &pat.ident,
            _ => return false,
        },
        _ => return false,
    };
    let Some(Stmt::Expr(Expr::MethodCall(call), _)) = next else {
        return false;
    };
    call.method.to_string().starts_with("sort")
        && matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(name))
}

fn turbofish(call: &ExprMethodCall) -> Option<&syn::Type> {
    match call.turbofish.as_ref()?.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
