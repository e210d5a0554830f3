//! How the entries of all crates of a program come together.
//!
//! Natively each is a constructor, which runs before `main`. On wasm every call from JavaScript would
//! pay for a constructor: the linker lets each exported function call all constructors first, unless
//! the program itself calls them. So an entry is an exported function there, which is called once.

use super::Registration;

/// The start of each such function's name.
#[cfg(target_family = "wasm")]
const EXPORT: &str = "__threader_task_";

/// Puts an entry where `entries` finds it. `$symbol` begins with `__threader_task_` and is unique in
/// the program; `$entry` is constant.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($symbol:literal, $($entry:tt)*) => {
        #[unsafe(export_name = $symbol)]
        extern "C" fn __threader_found() {
            static ENTRY: $crate::__private::Registration = $($entry)*;
            $crate::__private::found(&ENTRY);
        }
    };
}

#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($symbol:literal, $($entry:tt)*) => {
        $crate::__private::inventory::submit! { $($entry)* }
    };
}

#[cfg(not(target_family = "wasm"))]
inventory::collect!(Registration);

#[cfg(not(target_family = "wasm"))]
pub(super) fn entries() -> impl Iterator<Item = &'static Registration> {
    inventory::iter::<Registration>.into_iter()
}

#[cfg(target_family = "wasm")]
pub(super) use self::exports::entries;
#[cfg(target_family = "wasm")]
pub use self::exports::found;

#[cfg(target_family = "wasm")]
mod exports {
    use std::mem;
    use std::sync::OnceLock;

    use js_sys::{Array, Function, Object};
    use wasm_bindgen::{JsCast, JsValue};

    use super::{EXPORT, Registration};
    use crate::sync::plain::{Mutex, lock};

    static FOUND: Mutex<Vec<&'static Registration>> = Mutex::new(Vec::new());

    /// What an entry's function calls.
    pub fn found(entry: &'static Registration) {
        lock(&FOUND).push(entry);
    }

    pub(crate) fn entries() -> impl Iterator<Item = &'static Registration> {
        static ENTRIES: OnceLock<Vec<&'static Registration>> = OnceLock::new();
        ENTRIES.get_or_init(collect).iter().copied()
    }

    fn collect() -> Vec<&'static Registration> {
        let exports: Object = wasm_bindgen::exports().unchecked_into();
        for export in Object::entries(&exports) {
            let export: Array = export.unchecked_into();
            let name = export.get(0).as_string().unwrap_or_default();
            if name.starts_with(EXPORT) {
                let function: Function = export.get(1).unchecked_into();
                // It has no way to fail.
                let _ = function.call0(&JsValue::UNDEFINED);
            }
        }
        mem::take(&mut *lock(&FOUND))
    }
}
