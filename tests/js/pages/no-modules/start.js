// The classic script before this one defined the global function.
wasm_bindgen();
