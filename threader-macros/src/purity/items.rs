//! Items inside a function's body: functions are walked with it, statics judged by their types' names.

use syn::visit::{self, Visit};
use syn::{Item, ItemFn, Type};

use super::hint::{self, Hint};
use super::walk::Walk;
use crate::rules::Effect;

impl<'a> Walk<'a> {
    pub(super) fn item(&mut self, item: &'a Item) {
        match item {
            Item::Fn(item) => self.under(&item.attrs, |walk| walk.nested_function(item)),
            Item::Impl(item) => self.under(&item.attrs, |walk| {
                if let Some(token) = &item.unsafety {
                    walk.effect(Effect::Unsafe, token, "unsafe impl");
                }
                walk.scopes.push();
                walk.scopes.generics(&item.generics);
                for item in &item.items {
                    if let syn::ImplItem::Fn(item) = item {
                        walk.nested(&item.sig, &item.block);
                    }
                }
                walk.scopes.pop();
            }),
            Item::Trait(item) => self.under(&item.attrs, |walk| {
                walk.scopes.push();
                walk.scopes.generics(&item.generics);
                for item in &item.items {
                    if let syn::TraitItem::Fn(item) = item
                        && let Some(block) = &item.default
                    {
                        walk.nested(&item.sig, block);
                    }
                }
                walk.scopes.pop();
            }),
            // Names mean something else in there.
            Item::Mod(item) => self.under(&item.attrs, |walk| {
                for item in item.content.iter().flat_map(|(_, items)| items) {
                    walk.foreign(|walk| walk.item(item));
                }
            }),
            Item::Static(item) => self.under(&item.attrs, |walk| walk.local_static(item)),
            Item::Struct(item) => {
                for field in &item.fields {
                    if let Some(name) = &field.ident
                        && hint::of_type(&field.ty) == Hint::Hash
                    {
                        self.hashed_fields.insert(name.to_string());
                    }
                }
            }
            Item::ForeignMod(item) => {
                self.under(&item.attrs, |walk| {
                    walk.effect(Effect::Ffi, &item.abi, "extern")
                });
            }
            Item::Macro(item) => self.under(&item.attrs, |walk| match item.ident {
                Some(_) => walk.scan(item.mac.tokens.clone()),
                None => walk.mac(&item.mac, true),
            }),
            // A constant is computed by the compiler.
            _ => {}
        }
    }

    fn nested_function(&mut self, item: &'a ItemFn) {
        let is_checked = item
            .attrs
            .iter()
            .filter_map(|attr| attr.path().segments.last())
            .any(|last| last.ident == "pure" || last.ident == "task");
        if !is_checked && item.sig.constness.is_none() {
            self.nested(&item.sig, &item.block);
        }
    }

    /// One in an inner block is out of the reach of questions, so its type's name has to tell.
    fn local_static(&mut self, item: &'a syn::ItemStatic) {
        let name = item.ident.to_string();
        let is_mutable = matches!(item.mutability, syn::StaticMutability::Mut(_));
        if is_mutable || is_interior(&item.ty) {
            self.effect(Effect::Global, &item.ident, &name);
            self.scopes.add(name, Hint::Item);
        }
    }
}

fn is_interior(ty: &Type) -> bool {
    struct Names(bool);
    impl Visit<'_> for Names {
        fn visit_path_segment(&mut self, segment: &syn::PathSegment) {
            let name = segment.ident.to_string();
            let is = name.starts_with("Atomic")
                || [
                    "Cell",
                    "LazyLock",
                    "Mutex",
                    "OnceLock",
                    "RefCell",
                    "RwLock",
                    "UnsafeCell",
                ]
                .contains(&name.as_str());
            self.0 |= is;
            visit::visit_path_segment(self, segment);
        }
    }
    let mut names = Names(false);
    names.visit_type(ty);
    names.0
}
