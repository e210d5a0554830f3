//! The bounds of a generic task's type parameters.
//!
//! rustc would ask for the bound that the expansion has, on a trait that is not to be named. Where
//! all bounds are well-known and the parameter certainly travels, what is missing is plain.

use syn::visit::{self, Visit};
use syn::{
    GenericParam, Ident, ItemFn, ReturnType, Type, TypeParam, TypeParamBound, WherePredicate,
};

use super::check::is_closure;
use super::signature::{inner_types, peel, text};
use crate::error::{self, Errors};

/// Traits that imply none of what a task asks for.
const KNOWN: &[&str] = &[
    "Add",
    "AddAssign",
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "DeserializeOwned",
    "Display",
    "Div",
    "DivAssign",
    "Eq",
    "From",
    "FromStr",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "Mul",
    "MulAssign",
    "Neg",
    "Not",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Product",
    "Rem",
    "Send",
    "Serialize",
    "Sized",
    "Sub",
    "SubAssign",
    "Sum",
    "Sync",
    "ToString",
    "TryFrom",
    "TryInto",
];

/// Types whose values hold some of each type argument.
const HOLDERS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Box",
    "HashMap",
    "HashSet",
    "LinkedList",
    "Option",
    "Range",
    "RangeInclusive",
    "Result",
    "Reverse",
    "Vec",
    "VecDeque",
    "Wrapping",
];

pub(super) fn check(item: &ItemFn, errors: &mut Errors) {
    for param in &item.sig.generics.params {
        if let GenericParam::Type(param) = param {
            parameter(item, param, errors);
        }
    }
}

fn parameter(item: &ItemFn, param: &TypeParam, errors: &mut Errors) {
    if !travels(item, &param.ident) {
        return;
    }
    let Some(bounds) = bounds(item, param) else {
        return;
    };
    if let Some(closure) = bounds.iter().find(|bound| is_closure([**bound])) {
        errors.push(error::CLOSURE_PARAMETER.at(closure, &[&text(closure)]));
        return;
    }
    let Some(present) = bounds
        .iter()
        .map(|bound| known(bound))
        .collect::<Option<Vec<String>>>()
    else {
        return;
    };
    let missing: Vec<&str> = ["Serialize", "DeserializeOwned", "Send", "'static"]
        .into_iter()
        .filter(|wanted| !present.iter().any(|name| name == wanted))
        .collect();
    if missing.is_empty() {
        return;
    }
    let name = param.ident.to_string();
    let written = param.bounds.iter().map(text);
    let all: Vec<String> = written
        .chain(missing.iter().map(|name| (*name).to_owned()))
        .collect();
    let instead = format!("{name}: {}", all.join(" + "));
    let missing = format!("`{}`", missing.join(" + "));
    errors.push(error::MISSING_BOUNDS.at(&param.ident, &[&name, &missing, &instead]));
}

/// All bounds of a parameter; `None` if there may be others, behind a type with the parameter
/// inside.
fn bounds<'a>(item: &'a ItemFn, param: &'a TypeParam) -> Option<Vec<&'a TypeParamBound>> {
    let mut bounds: Vec<&TypeParamBound> = param.bounds.iter().collect();
    let predicates = item.sig.generics.where_clause.iter();
    for predicate in predicates.flat_map(|clause| &clause.predicates) {
        let WherePredicate::Type(predicate) = predicate else {
            continue;
        };
        match peel(&predicate.bounded_ty) {
            Type::Path(path) if path.path.is_ident(&param.ident) => {
                bounds.extend(&predicate.bounds);
            }
            ty if names(ty, &param.ident) => return None,
            _ => {}
        }
    }
    Some(bounds)
}

/// The name of a bound that is known to imply nothing else.
fn known(bound: &TypeParamBound) -> Option<String> {
    match bound {
        TypeParamBound::Lifetime(lifetime) => Some(lifetime.to_string()),
        TypeParamBound::Trait(bound) => {
            let name = bound.path.segments.last()?.ident.to_string();
            if name == "Deserialize" && bound.lifetimes.is_some() {
                return Some("DeserializeOwned".to_owned());
            }
            KNOWN.contains(&name.as_str()).then_some(name)
        }
        _ => None,
    }
}

fn travels(item: &ItemFn, param: &Ident) -> bool {
    let inputs = item.sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(input) => Some(&*input.ty),
        syn::FnArg::Receiver(_) => None,
    });
    let output = match &item.sig.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    inputs.chain(output).any(|ty| holds(ty, param))
}

/// Whether a value of the type certainly holds some of the parameter's.
fn holds(ty: &Type, param: &Ident) -> bool {
    match peel(ty) {
        Type::Reference(ty) => holds(&ty.elem, param),
        Type::Slice(ty) => holds(&ty.elem, param),
        Type::Array(ty) => holds(&ty.elem, param),
        Type::Tuple(ty) => ty.elems.iter().any(|ty| holds(ty, param)),
        Type::Path(ty) if ty.qself.is_none() => {
            let is_param = ty.path.is_ident(param);
            let last = ty.path.segments.last();
            is_param
                || last.is_some_and(|last| {
                    HOLDERS.iter().any(|name| last.ident == name)
                        && inner_types(last).any(|ty| holds(ty, param))
                })
        }
        _ => false,
    }
}

/// Whether the parameter is anywhere in the type.
fn names(ty: &Type, param: &Ident) -> bool {
    struct Names<'a>(&'a Ident, bool);
    impl Visit<'_> for Names<'_> {
        fn visit_ident(&mut self, ident: &Ident) {
            self.1 |= ident == self.0;
            visit::visit_ident(self, ident);
        }
    }
    let mut names = Names(param, false);
    names.visit_type(ty);
    names.1
}
