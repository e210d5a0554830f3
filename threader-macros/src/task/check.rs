//! The rules of a task's signature, one function each. The messages are in [`crate::error`].

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericParam, ItemFn, Lifetime, PatType, ReturnType, Safety, Type, TypeParamBound,
    TypePath,
};

use super::bounds;
use super::names;
use super::signature::{borrow, inner_types, is_generic, peel, result_types, text};
use crate::error::{self, Errors, Problem};

pub(crate) fn check(item: &ItemFn, errors: &mut Errors) {
    qualifiers(item, errors);
    std_macro_name(item, errors);
    lifetime_bounds(item, errors);
    bounds::check(item, errors);
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                errors.push(error::SELF_PARAMETER.at(receiver.self_token, &[]));
            }
            FnArg::Typed(input) => {
                conditional(input, errors);
                parameter(&input.ty, errors);
            }
        }
    }
    if let Some(variadic) = &item.sig.variadic {
        errors.push(error::VARIADIC.at(variadic.dots, &[]));
    }
    if let ReturnType::Type(_, ty) = &item.sig.output {
        Walk::new(&RESULT, ty, errors).visit_type(ty);
    }
}

/// What a call of the function yields, so that calls can be type-checked in spite of errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Yields {
    /// A value that a task could have.
    Value,
    /// A future of one.
    Future,
    /// A `Result` of one, with an error that cannot be sent.
    Fallible,
    Nothing,
}

pub(crate) fn yields(item: &ItemFn) -> Yields {
    let is_unsafe = matches!(item.sig.safety, Safety::Unsafe(_));
    let mut is_impl = false;
    for input in &item.sig.inputs {
        if let FnArg::Typed(input) = input {
            is_impl |= has(&input.ty, |ty| matches!(ty, Type::ImplTrait(_)));
        }
    }
    if is_generic(item) || is_unsafe || is_impl || item.sig.variadic.is_some() {
        return Yields::Nothing;
    }
    let is_local =
        |ty: &Type| matches!(ty, Type::TraitObject(_) | Type::Ptr(_) | Type::ImplTrait(_));
    let is_sent = |ty: &Type| !has(ty, is_local);
    match &item.sig.output {
        _ if item.sig.asyncness.is_some() => Yields::Future,
        ReturnType::Type(_, ty) if !is_sent(ty) => match result_types(ty) {
            Some([value, _]) if is_sent(value) => Yields::Fallible,
            _ => Yields::Nothing,
        },
        _ => Yields::Value,
    }
}

/// Whether a type, or one inside it, is such a one.
fn has(ty: &Type, is: impl Fn(&Type) -> bool) -> bool {
    struct Search<F>(F, bool);
    impl<F: Fn(&Type) -> bool> Visit<'_> for Search<F> {
        fn visit_type(&mut self, ty: &Type) {
            self.1 |= (self.0)(ty);
            visit::visit_type(self, ty);
        }
    }
    let mut search = Search(is, false);
    search.visit_type(ty);
    search.1
}

fn qualifiers(item: &ItemFn, errors: &mut Errors) {
    if let Some(token) = &item.sig.asyncness {
        errors.push(error::ASYNC_FN.at(token, &[]));
    }
    if let Safety::Unsafe(token) = &item.sig.safety {
        errors.push(error::UNSAFE_FN.at(token, &[]));
    }
    if let Some(abi) = &item.sig.abi {
        errors.push(error::EXTERN_FN.at(abi, &[]));
    }
}

fn std_macro_name(item: &ItemFn, errors: &mut Errors) {
    let name = item.sig.ident.to_string();
    if names::is_taken(&name) {
        errors.push(error::STD_MACRO_NAME.at(&item.sig.ident, &[&name]));
    }
}

/// A bound fixes a lifetime with the function's instance, and a generic call has one instance for all its borrows.
fn lifetime_bounds(item: &ItemFn, errors: &mut Errors) {
    if is_generic(item) {
        let mut bounds = Bounds(errors);
        for param in &item.sig.generics.params {
            match param {
                GenericParam::Lifetime(param) => param
                    .bounds
                    .iter()
                    .for_each(|bound| bounds.visit_lifetime(bound)),
                GenericParam::Type(param) => param
                    .bounds
                    .iter()
                    .for_each(|bound| bounds.visit_type_param_bound(bound)),
                GenericParam::Const(_) => {}
            }
        }
        if let Some(clause) = &item.sig.generics.where_clause {
            bounds.visit_where_clause(clause);
        }
    }
}

struct Bounds<'a>(&'a mut Errors);

impl<'ast> Visit<'ast> for Bounds<'_> {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            self.0
                .push(error::LIFETIME_BOUND.at(lifetime, &[&lifetime.to_string()]));
        }
    }

    // `for<'a>` brings its own.
    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }

    fn visit_predicate_type(&mut self, predicate: &'ast syn::PredicateType) {
        if predicate.lifetimes.is_none() {
            visit::visit_predicate_type(self, predicate);
        }
    }
}

/// The companion macro has one arm for all builds, so the count of parameters cannot depend on the build.
fn conditional(input: &PatType, errors: &mut Errors) {
    for attr in &input.attrs {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            let name = format!("#[{}]", text(attr.path()));
            errors.push(error::CONDITIONAL_PARAMETER.at(attr, &[&name]));
        }
    }
}

/// The outermost borrow of a parameter is fine: the argument is owned in transit.
fn parameter(ty: &Type, errors: &mut Errors) {
    let Some(reference) = borrow(ty) else {
        return Walk::new(&PARAMETER, ty, errors).visit_type(ty);
    };
    if let Some(token) = &reference.mutability {
        let and = reference.and_token;
        errors.push(error::MUT_BORROW.at(quote!(#and #token), &[]));
    }
    if let Some(lifetime) = reference
        .lifetime
        .as_ref()
        .filter(|lifetime| lifetime.ident == "static")
    {
        errors.push(error::STATIC_BORROW.at(lifetime, &[]));
    }
    Walk::new(&PARAMETER, ty, errors).visit_type(&reference.elem);
}

/// What to say about a type that cannot travel, by the direction it would travel in.
struct Texts {
    borrow: &'static Problem,
    mut_borrow: &'static Problem,
    lifetime: &'static Problem,
    closure: &'static Problem,
    impl_trait: &'static Problem,
    dyn_trait: &'static Problem,
    shared: &'static Problem,
    fn_pointer: &'static Problem,
    raw_pointer: &'static Problem,
}

static PARAMETER: Texts = Texts {
    borrow: &error::NESTED_BORROW,
    mut_borrow: &error::MUT_BORROW,
    lifetime: &error::LIFETIME,
    closure: &error::CLOSURE_PARAMETER,
    impl_trait: &error::IMPL_PARAMETER,
    dyn_trait: &error::DYN_PARAMETER,
    shared: &error::SHARED_PARAMETER,
    fn_pointer: &error::FN_POINTER_PARAMETER,
    raw_pointer: &error::RAW_POINTER_PARAMETER,
};

static RESULT: Texts = Texts {
    borrow: &error::BORROW_RESULT,
    mut_borrow: &error::BORROW_RESULT,
    lifetime: &error::LIFETIME_RESULT,
    closure: &error::CLOSURE_RESULT,
    impl_trait: &error::IMPL_RESULT,
    dyn_trait: &error::DYN_RESULT,
    shared: &error::SHARED_RESULT,
    fn_pointer: &error::FN_POINTER_RESULT,
    raw_pointer: &error::RAW_POINTER_RESULT,
};

pub(super) fn is_closure<'a>(bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> bool {
    bounds.into_iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
            ["Fn", "FnMut", "FnOnce"]
                .iter()
                .any(|name| last.ident == name)
        }),
        _ => false,
    })
}

/// `Arc<Mutex<T>>` and its like. With serde's feature `rc` it could be serialised, but as a copy that is not shared.
fn is_shared_state(ty: &TypePath) -> bool {
    let Some(last) = ty.path.segments.last() else {
        return false;
    };
    let state = [
        "Cell", "LazyLock", "Mutex", "OnceCell", "OnceLock", "RefCell", "RwLock",
    ];
    let is_state = |name: &Ident| {
        state.iter().any(|state| name == state) || name.to_string().starts_with("Atomic")
    };
    (last.ident == "Arc" || last.ident == "Rc")
        && inner_types(last).any(|inner| match peel(inner) {
            Type::Path(inner) => {
                let last = inner.path.segments.last();
                last.is_some_and(|last| is_state(&last.ident))
            }
            _ => false,
        })
}

/// Walks a type and reports each part that cannot travel, but nothing inside such a part.
struct Walk<'a> {
    texts: &'static Texts,
    whole: &'a Type,
    errors: &'a mut Errors,
}

impl<'a> Walk<'a> {
    fn new(texts: &'static Texts, whole: &'a Type, errors: &'a mut Errors) -> Self {
        Walk {
            texts,
            whole,
            errors,
        }
    }

    fn report(&mut self, problem: &Problem, place: impl ToTokens, details: &[&str]) {
        self.errors.push(problem.at(place, details));
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        let texts = self.texts;
        match ty {
            Type::Reference(reference) => match &reference.mutability {
                Some(token) => {
                    let and = reference.and_token;
                    self.report(texts.mut_borrow, quote!(#and #token), &[]);
                }
                None => {
                    let whole = text(self.whole);
                    self.report(texts.borrow, reference.and_token, &[&whole]);
                }
            },
            Type::ImplTrait(ty) if is_closure(&ty.bounds) => {
                let bounds = text(&ty.bounds);
                self.report(texts.closure, ty.impl_token, &[&bounds]);
            }
            Type::TraitObject(ty) if is_closure(&ty.bounds) => {
                let bounds = text(&ty.bounds);
                let place = ty
                    .dyn_token
                    .map_or_else(|| ty.to_token_stream(), ToTokens::into_token_stream);
                self.report(texts.closure, place, &[&bounds]);
            }
            Type::ImplTrait(ty) => {
                let bounds = text(&ty.bounds);
                self.report(texts.impl_trait, ty.impl_token, &[&bounds]);
            }
            Type::TraitObject(ty) => {
                let bounds = text(&ty.bounds);
                let place = ty
                    .dyn_token
                    .map_or_else(|| ty.to_token_stream(), ToTokens::into_token_stream);
                self.report(texts.dyn_trait, place, &[&bounds]);
            }
            Type::Path(path) if is_shared_state(path) => {
                let place = path.path.segments.last().map(|last| &last.ident);
                let whole = text(path);
                self.report(texts.shared, place, &[&whole]);
            }
            Type::FnPtr(ty) => self.report(texts.fn_pointer, ty.fn_token, &[]),
            Type::Ptr(ty) => {
                let (star, mutability) = (ty.star_token, &ty.mutability);
                self.report(texts.raw_pointer, quote!(#star #mutability), &[]);
            }
            ty => visit::visit_type(self, ty),
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            let (name, whole) = (lifetime.to_string(), text(self.whole));
            self.report(self.texts.lifetime, lifetime, &[&name, &whole]);
        }
    }

    // A block in an array's length is no part of the type.
    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
}

/// Attributes that decide whether the function exists; everything generated beside it has them too.
pub(crate) fn conditions(item: &ItemFn) -> TokenStream {
    item.attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .map(ToTokens::to_token_stream)
        .collect()
}
