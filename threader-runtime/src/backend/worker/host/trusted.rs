//! Trusted Types: a page that requires them lets no plain text name a script, only what one of its
//! policies has made.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::backend::worker::js::{call, get, object, words};

/// The name of our policy, which such a page has to allow. The worker's script makes one of the
/// same name for itself.
const NAME: &str = "threader";

thread_local! {
    static POLICY: Result<JsValue, String> = policy();
}

/// `undefined` where the engine has no such thing. A realm makes the policy once: a second of its
/// name may be refused.
fn policy() -> Result<JsValue, String> {
    let made = get(&super::boot(), "policy");
    let factory = get(&js_sys::global(), "trustedTypes");
    if !made.is_undefined() || !get(&factory, "createPolicy").is_function() {
        return Ok(made);
    }
    let same = get(&js_sys::global(), "String");
    let rules = object(&[("createScriptURL", &same)]);
    let create: Function = get(&factory, "createPolicy").unchecked_into();
    let policy = create.call2(&factory, &NAME.into(), &rules);
    policy.map_err(|error| {
        let why = words(&error);
        format!("where the page requires Trusted Types it has to allow the policy `{NAME}` (`trusted-types {NAME}`): {why}")
    })
}

/// The URL as the platform takes it, and if it will not, what to change.
pub(super) fn url(url: &str) -> (JsValue, Option<String>) {
    POLICY.with(|policy| match policy {
        Ok(policy) => {
            let trusted = call(policy, "createScriptURL", &[url.into()]);
            (trusted.unwrap_or_else(|| url.into()), None)
        }
        Err(why) => (url.into(), Some(why.clone())),
    })
}
