//! What a function without a companion macro answers instead, see `task/companion.rs`.
//!
//! A companion is looked up by an import of the function under a fixed name. Around it a glob
//! import brings this macro under the same name, and the inner import comes first wherever it
//! brings a macro:
//!
//! ```text
//! { use ::threader::__private::fallback::*; { use noisy as __threader_mark_0; { __threader_mark_0!(@pure noisy); } } }
//! ```
//!
//! Three blocks: side by side the two imports are ambiguous to rustc, and an import in a block with
//! a macro call in it cannot be resolved before that call is.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Path;

use crate::error;
use crate::rules::paths;
use crate::task::signature::text;

/// How many names there are for both, to ask for that many functions in one block.
pub(crate) const NAMES: usize = 4;

/// One of them.
pub(crate) fn name(index: usize, place: Span) -> Ident {
    Ident::new(&format!("__threader_mark_{index}"), place)
}

/// The import of the macro of this module.
pub(crate) fn import() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> use ::threader::__private::fallback::*;)
}

/// `@pure path` or `@task [path] (arguments)`, of a function that is neither.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = input.into_iter().skip(1).collect();
    let [TokenTree::Ident(kind), rest @ ..] = &tokens[..] else {
        return TokenStream::new();
    };
    let path = |tokens: TokenStream| syn::parse2::<Path>(tokens);
    let error = match (kind == "task", rest) {
        (true, [TokenTree::Group(group), ..]) => {
            path(group.stream()).map(|path| error::NO_MARK_OF_TASK.at(&path, &[&text(&path)]))
        }
        _ => path(rest.iter().cloned().collect()).map(|path| unmarked(&path)),
    };
    error.unwrap_or_else(|error| error).to_compile_error()
}

fn unmarked(path: &Path) -> syn::Error {
    let name = text(path);
    let known = path.get_ident().and_then(|name| {
        let name = name.to_string();
        let (_, module, _) = paths::IMPORTED_MODULES
            .iter()
            .find(|(_, _, functions)| functions.contains(&name.as_str()))?;
        let full: Vec<String> = module
            .split("::")
            .chain([name.as_str()])
            .map(str::to_owned)
            .collect();
        Some((paths::effect_of(&full)?, full.join("::")))
    });
    match known {
        Some((effect, full)) => {
            let says = effect.says(&full);
            error::NO_MARK_BUT_KNOWN.at(path, &[&name, &says, effect.help()])
        }
        None => error::NO_MARK.at(path, &[&name, &name]),
    }
}
