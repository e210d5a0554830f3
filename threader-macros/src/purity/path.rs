//! What a path in the place of a value means.

use crate::rules::Effect;
use crate::rules::paths::{self, begins_with};
use crate::rules::pure;
use crate::task::names;

/// What to do about a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Fine,
    Effect(Effect),
    /// The compiler knows whether the function is marked.
    Ask,
    /// The compiler knows whether the type is the one of std.
    Confirm(Effect),
    /// A static or a constant.
    Global,
}

/// `is_certain`: the path is what the function's own import or a leading `::` says, and its first segment is a crate.
pub(super) fn judge(path: &[String], is_certain: bool) -> Verdict {
    let [first, ..] = path else {
        return Verdict::Fine;
    };
    let path: Vec<String> = match first.as_str() {
        "core" | "alloc" if path.len() > 1 => std::iter::once("std".to_owned())
            .chain(path[1..].iter().cloned())
            .collect(),
        _ => path.to_vec(),
    };
    match &path[..] {
        [] => Verdict::Fine,
        [name] => bare(name),
        [first, ..] if first == "std" => of_std(&path),
        [first, .., last] => {
            of_crate(first, &path, is_certain).unwrap_or_else(|| relative(&path, last))
        }
    }
}

fn bare(name: &str) -> Verdict {
    if is_type(name) {
        let is_value =
            |(ty, functions, _): &&(&str, &[&str], Effect)| *ty == name && functions.is_empty();
        return match paths::BARE_TYPES.iter().find(is_value) {
            Some((_, _, effect)) => Verdict::Effect(*effect),
            None if is_constant(name) => Verdict::Global,
            None => Verdict::Fine,
        };
    }
    if let Some((_, effect)) = paths::BARE_FUNCTIONS.iter().find(|(bare, _)| *bare == name) {
        return Verdict::Effect(*effect);
    }
    match pure::BARE.contains(&name) || pure::is_intrinsic(name) || names::is_taken(name) {
        true => Verdict::Fine,
        false => Verdict::Ask,
    }
}

fn of_std(path: &[String]) -> Verdict {
    if let Some(effect) = paths::effect_of(path) {
        return Verdict::Effect(effect);
    }
    match pure::STD.iter().any(|prefix| begins_with(path, prefix)) {
        true => Verdict::Fine,
        false => match path {
            [.., owner, _] if is_type(owner) => Verdict::Fine,
            [.., last] if is_type(last) => Verdict::Fine,
            _ => Verdict::Ask,
        },
    }
}

/// A path that begins with the name of a known crate.
fn of_crate(first: &str, path: &[String], is_certain: bool) -> Option<Verdict> {
    let is_crate = |rule: &&(&str, Option<Effect>)| rule.0.split("::").next() == Some(first);
    if paths::CRATES.iter().any(|rule| is_crate(&rule)) {
        let is_function = match path {
            [.., owner, last] => !is_type(owner) && !is_type(last),
            _ => true,
        };
        let is_ordinary = !is_certain && paths::ORDINARY_NAMES.contains(&first);
        let is_whole = paths::CRATES.iter().any(|(rule, _)| *rule == first);
        return match paths::effect_of(path) {
            Some(_) if is_ordinary && is_function => None,
            Some(_) if is_ordinary && is_whole => None,
            Some(effect) => Some(Verdict::Effect(effect)),
            None if first == "threader" => Some(Verdict::Fine),
            // The part of such a crate that has no entry.
            None if is_function && !is_ordinary => Some(Verdict::Fine),
            None => None,
        };
    }
    pure::CRATES.contains(&first).then_some(Verdict::Fine)
}

fn relative(path: &[String], last: &str) -> Verdict {
    let [.., owner, _] = path else {
        return Verdict::Ask;
    };
    if is_type(last) {
        return match is_constant(last)
            && !is_type(owner)
            && !path.iter().any(|name| is_primitive(name))
        {
            true => Verdict::Global,
            false => Verdict::Fine,
        };
    }
    if is_type(owner) {
        return associated(path, owner, last);
    }
    if let [module, function] = path {
        let (module, function) = (module.as_str(), function.as_str());
        let imported = paths::IMPORTED_MODULES
            .iter()
            .find(|(name, _, functions)| *name == module && functions.contains(&function));
        if let Some((_, full, _)) = imported {
            let full: Vec<String> = full
                .split("::")
                .chain([function])
                .map(str::to_owned)
                .collect();
            return of_std(&full);
        }
        let is_pure = pure::IMPORTED
            .iter()
            .any(|(name, functions)| *name == module && functions.contains(&function));
        if is_pure {
            return Verdict::Fine;
        }
    }
    match names::is_taken(last) {
        true => Verdict::Fine,
        false => Verdict::Ask,
    }
}

/// `Type::function`.
fn associated(path: &[String], owner: &str, last: &str) -> Verdict {
    if let [.., module, _, _] = path
        && let Some((_, full, _)) = paths::IMPORTED_TYPES
            .iter()
            .find(|(name, _, types)| name == module && types.contains(&owner))
    {
        let full: Vec<String> = full
            .split("::")
            .chain([owner, last])
            .map(str::to_owned)
            .collect();
        return of_std(&full);
    }
    let has = |functions: &[&str]| functions.is_empty() || functions.contains(&last);
    if let Some((_, _, effect)) = paths::BARE_TYPES
        .iter()
        .find(|(name, functions, _)| *name == owner && has(functions))
    {
        return Verdict::Effect(*effect);
    }
    if let Some((_, effect)) = paths::ANY_TYPE.iter().find(|(name, _)| *name == last) {
        return Verdict::Effect(*effect);
    }
    if path.len() == 2
        && let Some((_, _, effect)) = paths::CONFIRMED_TYPES
            .iter()
            .find(|(name, functions, _)| *name == owner && has(functions))
    {
        return Verdict::Confirm(*effect);
    }
    Verdict::Fine
}

/// Whether a name is a type's, a variant's or a constant's by its first letter.
fn is_type(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    name.starts_with(char::is_uppercase) || is_primitive(name)
}

/// `SCREAMING_CASE`.
pub(super) fn is_constant(name: &str) -> bool {
    name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}

fn is_primitive(name: &str) -> bool {
    [
        "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128",
        "u16", "u32", "u64", "u8", "usize",
    ]
    .contains(&name)
}
