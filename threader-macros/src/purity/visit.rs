//! Each kind of expression: what is read in place, what is bound, and where values go.

use quote::quote;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprMethodCall, ExprPath, Item, Pat, Path, ReturnType, Type};

use super::hint::Hint;
use super::path::Verdict;
use super::walk::{Goal, Walk};
use crate::rules::Effect;
use crate::rules::methods::STATE;

impl<'a> Visit<'a> for Walk<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.toward(Goal::Unknown, expr);
    }

    fn visit_expr_path(&mut self, expr: &'a ExprPath) {
        // A function is snake case; `fdAT` is a constant that someone named so for a reason.
        let is_mixed = expr
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().contains(char::is_uppercase));
        if !(is_mixed && self.judge(&expr.path) == Verdict::Ask) {
            self.value(expr);
        }
    }

    fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
        match &*call.func {
            Expr::Path(function) => self.value(function),
            function => self.visit_expr(function),
        }
        let goal = self.hash_call(call);
        call.args
            .iter()
            .for_each(|arg| self.toward(goal.clone(), arg));
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        self.method(call);
        self.hash_method(call);
        self.place(&call.receiver, is_of_state(call));
        let (after, goal) = (self.after.clone(), self.goal.clone());
        self.after.push(call);
        self.visit_kind(&call.receiver);
        let arguments = self.hash_arguments(call, goal.clone());
        for arg in &call.args {
            self.goal = arguments.clone();
            self.after = match call.method == "chain" {
                true => after.clone(),
                false => Vec::new(),
            };
            self.visit_in_position(arg);
        }
        self.after = after;
        self.goal = goal;
    }

    fn visit_expr_reference(&mut self, expr: &'a syn::ExprReference) {
        self.place(&expr.expr, true);
        self.visit_expr(&expr.expr);
    }

    fn visit_expr_field(&mut self, expr: &'a syn::ExprField) {
        self.place(&expr.base, false);
        self.visit_expr(&expr.base);
    }

    fn visit_expr_index(&mut self, expr: &'a syn::ExprIndex) {
        self.place(&expr.expr, false);
        visit::visit_expr_index(self, expr);
    }

    fn visit_expr_unary(&mut self, expr: &'a syn::ExprUnary) {
        if matches!(expr.op, syn::UnOp::Deref(_)) {
            self.place(&expr.expr, true);
        }
        visit::visit_expr_unary(self, expr);
    }

    fn visit_expr_assign(&mut self, expr: &'a syn::ExprAssign) {
        self.place(&expr.left, false);
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_binary(&mut self, expr: &'a syn::ExprBinary) {
        use syn::BinOp::*;
        let is_assignment = matches!(
            expr.op,
            AddAssign(_)
                | SubAssign(_)
                | MulAssign(_)
                | DivAssign(_)
                | RemAssign(_)
                | BitXorAssign(_)
                | BitAndAssign(_)
                | BitOrAssign(_)
                | ShlAssign(_)
                | ShrAssign(_)
        );
        if is_assignment {
            self.place(&expr.left, false);
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_raw_addr(&mut self, expr: &'a syn::ExprRawAddr) {
        let (and, raw) = (expr.and_token, expr.raw);
        self.effect(Effect::Address, quote!(#and #raw), "&raw");
        self.visit_expr(&expr.expr);
    }

    fn visit_expr_cast(&mut self, expr: &'a syn::ExprCast) {
        if let Type::Ptr(ty) = &*expr.ty {
            let (star, mutability) = (ty.star_token, &ty.mutability);
            let item = match mutability {
                syn::PointerMutability::Const(_) => "as *const",
                syn::PointerMutability::Mut(_) => "as *mut",
            };
            self.effect(Effect::Address, quote!(#star #mutability), item);
        }
        self.visit_expr(&expr.expr);
    }

    fn visit_expr_unsafe(&mut self, expr: &'a syn::ExprUnsafe) {
        self.effect(Effect::Unsafe, expr.unsafe_token, "unsafe");
        self.unsafe_depth += 1;
        let goal = self.goal.clone();
        self.block(&expr.block, goal);
        self.unsafe_depth -= 1;
    }

    fn visit_expr_await(&mut self, expr: &'a syn::ExprAwait) {
        self.effect(Effect::Threads, expr.await_token, ".await");
        self.visit_expr(&expr.base);
    }

    fn visit_expr_macro(&mut self, expr: &'a syn::ExprMacro) {
        self.mac(&expr.mac, false);
    }

    fn visit_expr_struct(&mut self, expr: &'a syn::ExprStruct) {
        for field in &expr.fields {
            if let syn::Member::Named(name) = &field.member
                && self.hint(&field.expr) == Hint::Hash
            {
                self.hashed_fields.insert(name.to_string());
            }
            self.under(&field.attrs, |walk| walk.visit_expr(&field.expr));
        }
        if let Some(rest) = &expr.rest {
            self.place(rest, false);
            self.visit_expr(rest);
        }
    }

    fn visit_expr_closure(&mut self, expr: &'a syn::ExprClosure) {
        self.scopes.push();
        for input in &expr.inputs {
            self.scopes.bind(input, Hint::Unknown);
        }
        let goal = match &expr.output {
            ReturnType::Default => Goal::Unknown,
            ReturnType::Type(_, ty) => self.goal_of(ty),
        };
        self.toward(goal, &expr.body);
        self.scopes.pop();
    }

    fn visit_expr_let(&mut self, expr: &'a syn::ExprLet) {
        self.place(&expr.expr, false);
        self.visit_expr(&expr.expr);
        let hint = self.hint(&expr.expr);
        self.scopes.bind(&expr.pat, hint);
    }

    fn visit_expr_if(&mut self, expr: &'a syn::ExprIf) {
        let goal = self.goal.clone();
        self.scopes.push();
        self.visit_expr(&expr.cond);
        self.block(&expr.then_branch, goal.clone());
        self.scopes.pop();
        if let Some((_, branch)) = &expr.else_branch {
            self.toward(goal, branch);
        }
    }

    fn visit_expr_while(&mut self, expr: &'a syn::ExprWhile) {
        self.scopes.push();
        self.visit_expr(&expr.cond);
        self.block(&expr.body, Goal::Unknown);
        self.scopes.pop();
    }

    fn visit_expr_for_loop(&mut self, expr: &'a syn::ExprForLoop) {
        self.hash_loop(expr);
        self.visit_expr(&expr.expr);
        self.scopes.push();
        self.scopes.bind(&expr.pat, Hint::Unknown);
        self.block(&expr.body, Goal::Unknown);
        self.scopes.pop();
    }

    fn visit_expr_match(&mut self, expr: &'a syn::ExprMatch) {
        let goal = self.goal.clone();
        self.place(&expr.expr, false);
        self.visit_expr(&expr.expr);
        for arm in &expr.arms {
            self.under(&arm.attrs, |walk| {
                walk.scopes.push();
                walk.scopes.bind(&arm.pat, Hint::Unknown);
                walk.guard(&arm.pat);
                walk.toward(goal.clone(), &arm.body);
                walk.scopes.pop();
            });
        }
    }

    fn visit_block(&mut self, block: &'a Block) {
        let goal = self.goal.clone();
        self.block(block, goal);
    }

    fn visit_item(&mut self, item: &'a Item) {
        self.item(item);
    }

    fn visit_type(&mut self, _: &'a Type) {}

    fn visit_pat(&mut self, _: &'a Pat) {}

    fn visit_path(&mut self, _: &'a Path) {}

    fn visit_attribute(&mut self, _: &'a Attribute) {}
}

impl<'a> Walk<'a> {
    fn guard(&mut self, pat: &'a Pat) {
        if let Pat::Guard(pat) = pat {
            self.visit_expr(&pat.guard);
        }
    }
}

/// A method that shared state has, and few others.
fn is_of_state(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    ["fetch_", "compare_exchange"]
        .iter()
        .any(|start| name.starts_with(start))
        || STATE.contains(&name.as_str())
}
