//! Which names are the function's own, and what is known of them.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, GenericParam, Generics, Item, ItemUse, Pat, Stmt, Type, UseTree};

use super::hint::{self, Hint};

#[derive(Default)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
}

#[derive(Default)]
struct Scope {
    names: HashMap<String, Hint>,
    /// What a name imported in this block stands for.
    imports: HashMap<String, Vec<String>>,
    /// The imports of an inner block, as written.
    uses: TokenStream,
}

impl Scopes {
    pub(super) fn push(&mut self) {
        self.scopes.push(Scope::default());
    }

    pub(super) fn pop(&mut self) {
        self.scopes.pop();
    }

    pub(super) fn add(&mut self, name: impl Into<String>, hint: Hint) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name.into(), hint);
        }
    }

    /// What is known of a name, if it is the function's own.
    pub(super) fn hint(&self, name: &str) -> Option<&Hint> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.names.get(name))
    }

    /// What a path stands for, after the imports inside the function.
    pub(super) fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let import = self
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.imports.get(first))?;
        Some(import.iter().chain(rest).cloned().collect())
    }

    /// What inner blocks import, outermost first.
    pub(super) fn uses(&self) -> Vec<TokenStream> {
        self.scopes
            .iter()
            .filter(|scope| !scope.uses.is_empty())
            .map(|scope| scope.uses.clone())
            .collect()
    }

    pub(super) fn generics(&mut self, generics: &Generics) {
        for param in &generics.params {
            match param {
                GenericParam::Type(param) => {
                    // `P: AsRef<Path>` is as good as a path.
                    let hint = param
                        .bounds
                        .iter()
                        .find_map(hint::of_bound)
                        .unwrap_or_default();
                    self.add(param.ident.to_string(), hint);
                }
                GenericParam::Const(param) => self.add(param.ident.to_string(), Hint::Unknown),
                GenericParam::Lifetime(_) => {}
            }
        }
    }

    /// The items of a block, which are in scope in all of it. `is_root`: the function's own block, whose items are in
    /// scope where questions are asked.
    pub(super) fn items(&mut self, block: &Block, is_root: bool) {
        for stmt in &block.stmts {
            let Stmt::Item(item) = stmt else { continue };
            let ident = match item {
                Item::Const(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Fn(item) => &item.sig.ident,
                Item::Mod(item) => &item.ident,
                Item::Static(item) if !is_root => &item.ident,
                Item::Struct(item) => &item.ident,
                Item::Trait(item) => &item.ident,
                Item::Type(item) => &item.ident,
                Item::Union(item) => &item.ident,
                Item::Use(item) => {
                    self.import(item, is_root);
                    continue;
                }
                Item::ForeignMod(item) => {
                    for item in &item.items {
                        if let syn::ForeignItem::Fn(item) = item {
                            self.add(item.sig.ident.to_string(), Hint::Unknown);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            self.add(ident.to_string(), Hint::Item);
        }
    }

    fn import(&mut self, item: &ItemUse, is_root: bool) {
        let mut found = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut found);
        // An import of what an inner block defines cannot be repeated elsewhere.
        let is_own = match &item.tree {
            UseTree::Path(path) => self.is_item(&path.ident.to_string()),
            UseTree::Name(name) => self.is_item(&name.ident.to_string()),
            UseTree::Rename(rename) => self.is_item(&rename.ident.to_string()),
            UseTree::Glob(_) | UseTree::Group(_) => false,
        };
        if let Some(scope) = self.scopes.last_mut() {
            for (name, path) in found {
                // Chains of imports inside one function: one step is enough.
                scope.imports.insert(name, path);
            }
            if !is_root && !is_own {
                item.to_tokens(&mut scope.uses);
            }
        }
    }

    fn is_item(&self, name: &str) -> bool {
        matches!(self.hint(name), Some(Hint::Item))
    }

    /// The names that a pattern binds.
    pub(super) fn bind(&mut self, pat: &Pat, hint: Hint) {
        match pat {
            Pat::Ident(pat) => {
                self.add(pat.ident.to_string(), hint);
                if let Some((_, pat)) = &pat.subpat {
                    self.bind(pat, Hint::Unknown);
                }
            }
            Pat::Type(pat) => {
                let hint = self.of_type(&pat.ty);
                self.bind(&pat.pat, hint);
            }
            Pat::Reference(pat) => self.bind(&pat.pat, hint),
            Pat::Paren(pat) => self.bind(&pat.pat, hint),
            Pat::Guard(pat) => self.bind(&pat.pat, hint),
            Pat::Or(pat) => pat
                .cases
                .iter()
                .for_each(|pat| self.bind(pat, Hint::Unknown)),
            Pat::Tuple(pat) => pat
                .elems
                .iter()
                .for_each(|pat| self.bind(pat, Hint::Unknown)),
            Pat::TupleStruct(pat) => pat
                .elems
                .iter()
                .for_each(|pat| self.bind(pat, Hint::Unknown)),
            Pat::Slice(pat) => pat
                .elems
                .iter()
                .for_each(|pat| self.bind(pat, Hint::Unknown)),
            Pat::Struct(pat) => pat
                .fields
                .iter()
                .for_each(|field| self.bind(&field.pat, Hint::Unknown)),
            Pat::Macro(pat) => self.every_name(pat.mac.tokens.clone()),
            Pat::Verbatim(tokens) => self.every_name(tokens.clone()),
            _ => {}
        }
    }

    /// What is known of a value of this type.
    pub(super) fn of_type(&self, ty: &Type) -> Hint {
        self.unaliased(hint::of_type(ty))
    }

    /// The hint for a type's own name, if it goes by another here: a parameter's bound, or an import's `as`.
    pub(super) fn unaliased(&self, hint: Hint) -> Hint {
        let Hint::Named(name) = &hint else {
            return hint;
        };
        if let Some(bound @ Hint::Named(_)) = self.hint(name) {
            return bound.clone();
        }
        match self.resolve(std::slice::from_ref(name)).as_deref() {
            Some([.., last]) if last != name => hint::of_name(last, 0),
            _ => hint,
        }
    }

    /// Every identifier in tokens that may bind any of them.
    pub(super) fn every_name(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    if self.hint(&name).is_none() {
                        self.add(name, Hint::Unknown);
                    }
                }
                proc_macro2::TokenTree::Group(group) => self.every_name(group.stream()),
                _ => {}
            }
        }
    }
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<(String, Vec<String>)>) {
    let with = |path: &[String], last: &str| {
        let mut full = path.to_vec();
        if last != "self" {
            full.push(last.to_owned());
        }
        full
    };
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            flatten(&tree.tree, path, found);
            path.pop();
        }
        UseTree::Name(tree) => {
            let full = with(path, &tree.ident.to_string());
            if let Some(name) = full.last() {
                // `use name;` says nothing new, and would be its own meaning for ever.
                if full.len() > 1 {
                    found.push((name.clone(), full));
                }
            }
        }
        UseTree::Rename(tree) => {
            found.push((tree.rename.to_string(), with(path, &tree.ident.to_string())));
        }
        UseTree::Group(tree) => tree
            .items
            .iter()
            .for_each(|tree| flatten(tree, path, found)),
        UseTree::Glob(_) => {}
    }
}
