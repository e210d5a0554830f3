//! Who a task is: its stable id, and names for what is generated beside it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, ItemFn, Visibility};

use super::enclosing;
use crate::hash::Fnv;

/// Where a function is written.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) package: String,
    pub(crate) version: String,
    /// Within the package, with `/`: the same on every machine.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// In an `impl` or a `trait`, as far as the source is at hand.
    pub(crate) is_associated: bool,
}

impl Site {
    /// The place of a function of the crate that is being compiled.
    pub(crate) fn of(function: &ItemFn) -> Site {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let span = function.sig.ident.span().unwrap();
        let (file, place) = (span.local_file(), (span.line(), span.column()));
        // Nothing is around what begins a line.
        let is_indented = start(function).unwrap().column() > 1;
        let is_associated = is_indented
            && file
                .as_ref()
                .is_some_and(|file| enclosing::is_in_impl(file, place));
        let path = file.unwrap_or_else(|| PathBuf::from(span.file()));
        let directory = std::env::current_dir().unwrap_or_default();
        let roots = ["CARGO_MANIFEST_DIR", "OUT_DIR"].map(|name| PathBuf::from(variable(name)));
        Site {
            package: variable("CARGO_PKG_NAME"),
            version: variable("CARGO_PKG_VERSION"),
            file: within(&path, &directory, &roots),
            line: place.0,
            column: place.1,
            is_associated,
        }
    }
}

/// Where a function begins.
fn start(function: &ItemFn) -> Span {
    match (function.attrs.first(), &function.vis) {
        (Some(attr), _) => attr.pound_token.span,
        (None, Visibility::Public(token)) => token.span,
        (None, Visibility::Restricted(vis)) => vis.pub_token.span,
        (None, Visibility::Inherited) => function.sig.fn_token.span,
    }
}

/// `path` from the first of `roots` that holds it; its file name if none does.
pub(crate) fn within(path: &Path, directory: &Path, roots: &[PathBuf]) -> String {
    let path = directory.join(path);
    let inner = roots
        .iter()
        .filter(|root| !root.as_os_str().is_empty())
        .find_map(|root| path.strip_prefix(root).ok())
        .or_else(|| path.file_name().map(Path::new))
        .unwrap_or(&path);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// What identifies one task function.
pub(crate) struct Identity {
    /// On the wire.
    pub(crate) id: u64,
    /// A hash of the whole function.
    pub(crate) source: u64,
    /// Of the companion macro, unique in the crate: exported macros share its root.
    pub(crate) companion: String,
    /// Of the entry in the program's table of tasks, unique in the program, also beside a task with
    /// the same id: that is an error which the table reports, with both places.
    pub(crate) symbol: String,
}

impl Identity {
    pub(crate) fn of(
        item: &ItemFn,
        tokens: &TokenStream,
        name: Option<&str>,
        site: &Site,
    ) -> Identity {
        let function = item.sig.ident.to_string();
        let source = Fnv::new().tokens(tokens.clone()).finish();
        let id = match name {
            // Chosen to be the same in different programs, so nothing of this one may be in it.
            Some(name) => Fnv::new().part("name").part(name).finish(),
            None => numbered(
                Fnv::new()
                    .part(&site.package)
                    .part(&site.version)
                    .part(&site.file)
                    .part(&function)
                    .tokens(types(item)),
            ),
        };
        let companion = companion(&function, source, site);
        let place = Fnv::new()
            .part(&site.package)
            .part(&site.version)
            .part(&companion);
        Identity {
            id,
            source,
            symbol: format!("__threader_task_{id:016x}_{:016x}", place.finish()),
            companion,
        }
    }

    /// The companion macro's name alone, for which the place is enough.
    pub(crate) fn companion_of(item: &ItemFn, site: &Site) -> String {
        companion(&item.sig.ident.to_string(), 0, site)
    }
}

fn companion(function: &str, source: u64, site: &Site) -> String {
    let place = Fnv::new()
        .part(&site.file)
        .part(&format!("{}:{}", site.line, site.column))
        .part(function)
        .part(&source.to_string());
    let function = function.strip_prefix("r#").unwrap_or(function);
    format!("__threader_{function}_{:016x}", numbered(place))
}

/// The types of a signature; parameters may be renamed without becoming another task.
fn types(item: &ItemFn) -> TokenStream {
    let inputs = item.sig.inputs.iter().map(|input| match input {
        FnArg::Typed(input) => input.ty.to_token_stream(),
        FnArg::Receiver(receiver) => receiver.to_token_stream(),
    });
    let (generics, output) = (&item.sig.generics, &item.sig.output);
    let bounds = &generics.where_clause;
    quote!(#generics (#(#inputs,)*) #output #bounds)
}

/// The hash, and for the second and later function with the same one a hash of it and a number.
///
/// Two functions with one name and signature in one file (in two inline modules, or made by one `macro_rules`) differ
/// in nothing that is stable but their order. The compiler expands attributes in the order of the source, once each, so
/// the number is the same in every build of the same source; a build that leaves one of them out by `#[cfg]`
/// numbers the others differently, which `name = "…"` avoids.
fn numbered(hash: Fnv) -> u64 {
    static SEEN: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);
    let plain = hash.clone().finish();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = seen.entry(plain).or_insert(0);
    *count += 1;
    match *count {
        1 => plain,
        count => hash.part(&count.to_string()).finish(),
    }
}
