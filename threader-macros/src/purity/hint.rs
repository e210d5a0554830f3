//! What a type or an initialiser tells of a value, by the names in it.

use syn::{Expr, GenericArgument, PathArguments, Type, TypeParamBound};

use crate::rules::methods::HASHED;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) enum Hint {
    #[default]
    Unknown,
    /// A hash container whose order differs from run to run.
    Hash,
    /// A value of the type with this name.
    Named(String),
    /// An item of the function.
    Item,
}

/// Looks through borrows and smart pointers.
pub(super) fn of_type(ty: &Type) -> Hint {
    match ty {
        Type::Group(ty) => of_type(&ty.elem),
        Type::Paren(ty) => of_type(&ty.elem),
        Type::Reference(ty) => of_type(&ty.elem),
        Type::ImplTrait(ty) => ty.bounds.iter().find_map(of_bound).unwrap_or_default(),
        Type::Path(ty) => {
            let Some(last) = ty.path.segments.last() else {
                return Hint::Unknown;
            };
            let name = last.ident.to_string();
            let arguments: Vec<&Type> = match &last.arguments {
                PathArguments::AngleBracketed(list) => list
                    .args
                    .iter()
                    .filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            if ["Box", "Rc", "Arc", "Cow", "RefCell", "Cell"].contains(&name.as_str())
                && let [inner] = arguments[..]
            {
                return of_type(inner);
            }
            of_name(&name, arguments.len())
        }
        Type::Array(_) | Type::Slice(_) => Hint::Named("[]".to_owned()),
        Type::Tuple(_) => Hint::Named("()".to_owned()),
        _ => Hint::Unknown,
    }
}

/// `arguments`: how many type arguments stand behind the name; a hash container with a hasher has one more.
pub(super) fn of_name(name: &str, arguments: usize) -> Hint {
    match HASHED.iter().find(|(hashed, _)| *hashed == name) {
        Some((_, with_hasher)) if arguments < *with_hasher => Hint::Hash,
        _ => Hint::Named(name.to_owned()),
    }
}

/// `AsRef<Path>` and the like.
pub(super) fn of_bound(bound: &TypeParamBound) -> Option<Hint> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound.path.segments.last()?;
    if !["AsRef", "Borrow", "Into", "Deref"].contains(&last.ident.to_string().as_str()) {
        return None;
    }
    let PathArguments::AngleBracketed(list) = &last.arguments else {
        return None;
    };
    match list.args.first()? {
        GenericArgument::Type(ty) => Some(of_type(ty)),
        _ => None,
    }
}

/// `known` tells of the function's own names, `fields` of fields.
pub(super) fn of_expr(
    expr: &Expr,
    known: &dyn Fn(&str) -> Hint,
    fields: &dyn Fn(&str) -> Hint,
) -> Hint {
    let again = |expr| of_expr(expr, known, fields);
    match expr {
        Expr::Group(expr) => again(&expr.expr),
        Expr::Paren(expr) => again(&expr.expr),
        Expr::Reference(expr) => again(&expr.expr),
        Expr::Try(expr) => again(&expr.expr),
        Expr::Unary(expr) if matches!(expr.op, syn::UnOp::Deref(_)) => again(&expr.expr),
        Expr::Path(expr) => expr
            .path
            .get_ident()
            .map(|ident| known(&ident.to_string()))
            .unwrap_or_default(),
        Expr::Field(expr) => match &expr.member {
            syn::Member::Named(name) => fields(&name.to_string()),
            syn::Member::Unnamed(_) => Hint::Unknown,
        },
        Expr::Struct(expr) => match expr.path.segments.last() {
            Some(last) => Hint::Named(last.ident.to_string()),
            None => Hint::Unknown,
        },
        Expr::Lit(_) => Hint::Named("literal".to_owned()),
        Expr::Array(_) | Expr::Repeat(_) => Hint::Named("[]".to_owned()),
        Expr::Macro(expr) => match expr.mac.path.segments.last() {
            Some(last) if last.ident == "vec" => Hint::Named("Vec".to_owned()),
            Some(last) if last.ident == "format" => Hint::Named("String".to_owned()),
            Some(last) if last.ident == "hashmap" || last.ident == "hashset" => Hint::Hash,
            _ => Hint::Unknown,
        },
        Expr::Call(call) => of_call(call),
        Expr::MethodCall(call) => {
            let receiver = || again(&call.receiver);
            match call.method.to_string().as_str() {
                "collect" => match call.turbofish.as_ref().and_then(|list| list.args.first()) {
                    Some(GenericArgument::Type(ty)) => of_type(ty),
                    _ => Hint::Unknown,
                },
                "clone" | "to_owned" | "borrow" | "borrow_mut" | "as_ref" | "as_mut" | "unwrap"
                | "deref" | "by_ref" => receiver(),
                "to_path_buf" | "as_path" | "with_extension" | "with_file_name" => {
                    Hint::Named("PathBuf".to_owned())
                }
                "join" if is_path(&receiver()) => Hint::Named("PathBuf".to_owned()),
                _ => Hint::Unknown,
            }
        }
        _ => Hint::Unknown,
    }
}

fn of_call(call: &syn::ExprCall) -> Hint {
    let Expr::Path(function) = &*call.func else {
        return Hint::Unknown;
    };
    let mut segments = function.path.segments.iter().rev();
    let (Some(function), Some(owner)) = (segments.next(), segments.next()) else {
        return Hint::Unknown;
    };
    let name = owner.ident.to_string();
    let makes = [
        "new",
        "from",
        "from_iter",
        "with_capacity",
        "default",
        "now",
        "open",
    ];
    if !name.starts_with(char::is_uppercase)
        || !makes.contains(&function.ident.to_string().as_str())
    {
        return Hint::Unknown;
    }
    let arguments = match &owner.arguments {
        PathArguments::AngleBracketed(list) => list.args.len(),
        _ => 0,
    };
    of_name(&name, arguments)
}

pub(super) fn is_path(hint: &Hint) -> bool {
    matches!(hint, Hint::Named(name) if crate::rules::methods::PATHS.contains(&name.as_str()))
}
