//! Every rule of a task's signature: its message, and the tokens it is at.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use syn::visit::Visit;

use super::{site, tokens};

#[track_caller]
fn check(source: &str, expect: Expect) {
    check_attribute("", source, expect);
}

/// Lists what is wrong as `tokens: message`, and checks that the function is given back.
#[track_caller]
fn check_attribute(attribute: &str, source: &str, expect: Expect) {
    let expansion = crate::task::expand(tokens(attribute), tokens(source), &site);
    expect.assert_eq(&errors(expansion));
}

/// The texts of all `compile_error!`s, each behind the tokens it is at.
pub(super) fn errors(expansion: TokenStream) -> String {
    struct Errors(String);
    impl Visit<'_> for Errors {
        fn visit_macro(&mut self, mac: &syn::Macro) {
            if mac
                .path
                .segments
                .last()
                .is_some_and(|name| name.ident == "compile_error")
            {
                let text: syn::LitStr = mac.parse_body().expect("`compile_error!` has a text");
                let first = mac.path.segments[0].ident.span();
                let last = mac.delimiter.span().close();
                let place = first.join(last).and_then(|span| span.source_text());
                self.0 += &format!("{}: {}\n", place.unwrap_or_default(), text.value());
            }
        }
    }
    let mut errors = Errors(String::new());
    errors.visit_file(&syn::parse2(expansion).expect("an expansion is items"));
    errors.0
}

#[test]
fn what_travels_is_accepted() {
    for source in [
        "fn f() {}",
        "pub(crate) const fn f(a: u8, mut b: Vec<u8>, (c, _): (u8, [u16; 2])) -> u8 { a }",
        "fn f(a: &str, b: &[u8], c: &Vec<u8>, d: &[u8; 2], e: &(u8,)) -> Option<u8> { None }",
        "fn f<'a, 'b: 'a>(a: &'a str, b: &'b [u8]) {}",
        "fn f(a: Cow<'static, str>) -> Cow<'static, str> { a }",
        "fn f<T: Data, const N: usize>(a: T, b: &[T; N]) -> [T; N] where T: Clone, for<'a> &'a T: Add { a }",
        "fn f(a: [u8; { const fn g(x: &u8) {} 1 }]) {}",
    ] {
        check(source, expect![""]);
    }
}

#[test]
fn borrows() {
    check(
        "fn f(a: &mut u8, b: &'a mut u8, c: &'static u8, d: &[&str], e: Option<&'static mut u8>) {}",
        expect![[r#"
            &mut: a task cannot take `&mut`: a worker cannot change the caller's value
            help: take the value itself and return the changed one
            &'a mut: a task cannot take `&mut`: a worker cannot change the caller's value
            help: take the value itself and return the changed one
            'static: a task cannot borrow for `'static`: the argument lives as long as the call
            help: remove `'static`: a borrowed parameter is owned in transit
            &: a task cannot take a borrow inside `&[&str]`
            help: own what is inside: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`
            &'static mut: a task cannot take `&mut`: a worker cannot change the caller's value
            help: take the value itself and return the changed one
        "#]],
    );
}

#[test]
fn types_that_mean_nothing_elsewhere() {
    check(
        "fn f(a: impl Fn(&u8) + Send, b: &dyn Any, c: Vec<Box<dyn Fn(&u8)>>, d: fn(&u8), e: *const u8, g: [*mut &u8; 1]) {}",
        expect![[r#"
            impl: a task cannot take a closure (`Fn(&u8) + Send`): code cannot travel to a worker
            help: take an enum that says what to do, and match on it in the task; or put what the closure does into a task of its own
            dyn: a task cannot take `dyn Any`: a trait object cannot travel to a worker
            help: take an enum of the possible types, or make the function generic
            dyn: a task cannot take a closure (`Fn(&u8)`): code cannot travel to a worker
            help: take an enum that says what to do, and match on it in the task; or put what the closure does into a task of its own
            fn: a task cannot take a function pointer: it means nothing in another program image
            help: take an enum that says what to do, and match on it in the task
            *const: a task cannot take a raw pointer: a worker may have another memory
            help: take the data: `&T`, `&[T]` or an owned type
            *mut: a task cannot take a raw pointer: a worker may have another memory
            help: take the data: `&T`, `&[T]` or an owned type
        "#]],
    );
}

#[test]
fn lifetimes() {
    check(
        "fn f<'a, T: 'a>(a: Cow<'a, str>, b: &Cow<'_, str>, c: &'a T) where T: Into<&'a u8> {}",
        expect![[r#"
            'a: a generic task cannot have a bound with the lifetime `'a`
            help: remove the bound: whatever a task borrows is `'static` in transit
            'a: a generic task cannot have a bound with the lifetime `'a`
            help: remove the bound: whatever a task borrows is `'static` in transit
            T: `T` cannot travel: it is not known to be `Serialize + DeserializeOwned + Send + 'static`
            help: write `T: 'a + Serialize + DeserializeOwned + Send + 'static`, with `serde::Serialize` and `serde::de::DeserializeOwned`
            'a: a task cannot take the lifetime `'a` inside `Cow<'a, str>`
            help: take a type that owns its data, or `'static` where the type allows it
            '_: a task cannot take the lifetime `'_` inside `&Cow<'_, str>`
            help: take a type that owns its data, or `'static` where the type allows it
        "#]],
    );
}

#[test]
fn results() {
    check(
        "fn f(a: &str) -> &str { a }",
        expect![[r#"
        &: a task cannot return a borrow: its arguments end with the call
        help: return an owned type: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`
    "#]],
    );
    check(
        "fn f(a: &str) -> Option<&'static mut u8> { a }",
        expect![[r#"
        &'static mut: a task cannot return a borrow: its arguments end with the call
        help: return an owned type: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`
    "#]],
    );
    check(
        "fn f<'a>(a: &'a str) -> (Cow<'a, str>, Cow<'_, str>) { a }",
        expect![[r#"
        'a: a task cannot return a type with the lifetime `'a`: its arguments end with the call
        help: return a type that owns its data, or `'static` where the type allows it
        '_: a task cannot return a type with the lifetime `'_`: its arguments end with the call
        help: return a type that owns its data, or `'static` where the type allows it
    "#]],
    );
    check(
        "fn f() -> (impl Iterator<Item = &'static u8>, Box<dyn Error>, fn(&u8) -> &u8, *const u8) { a }",
        expect![[r#"
            impl: a task cannot return `impl Iterator<Item = &'static u8>`: a result that travels has one known type
            help: name the type; collect an iterator into a `Vec`
            dyn: a task cannot return `dyn Error`: a trait object cannot travel back
            help: return an enum of the possible types; `String` for an error
            fn: a task cannot return a function pointer: it means nothing in another program image
            help: return an enum that says what to do
            *const: a task cannot return a raw pointer: the caller may have another memory
            help: return the data
        "#]],
    );
}

#[test]
fn qualifiers() {
    check(
        r#"async unsafe extern "C" fn f(a: u8, ...) {}"#,
        expect![[r#"
            async: a task cannot be `async`: it runs to its end on a worker
            help: remove `async`, and pass what it awaits as an argument; the task is awaited by its caller: `threader::spawn!(f(x)).await`
            unsafe: a task cannot be `unsafe`: the worker that calls it cannot uphold its safety contract
            help: make it safe and put the `unsafe` block inside
            extern "C": a task cannot be `extern`: it is called by Rust only
            help: remove `extern`, or call the `extern` function from a task
            ...: a task cannot take `...`
            help: take a slice, such as `values: &[i32]`
        "#]],
    );
    check(
        "extern fn f() {}",
        expect![[r#"
        extern: a task cannot be `extern`: it is called by Rust only
        help: remove `extern`, or call the `extern` function from a task
    "#]],
    );
}

#[test]
fn receivers() {
    check(
        "fn f(self) {}",
        expect![[r#"
        self: a task cannot take `self`: it is a free function
        help: move it out of the `impl` and take the value as a parameter, such as `value: &Type`
    "#]],
    );
    check(
        "fn f(&mut self, a: &mut u8) {}",
        expect![[r#"
        self: a task cannot take `self`: it is a free function
        help: move it out of the `impl` and take the value as a parameter, such as `value: &Type`
        &mut: a task cannot take `&mut`: a worker cannot change the caller's value
        help: take the value itself and return the changed one
    "#]],
    );
    check(
        "fn f(self: Box<Self>) {}",
        expect![[r#"
        self: a task cannot take `self`: it is a free function
        help: move it out of the `impl` and take the value as a parameter, such as `value: &Type`
    "#]],
    );
}

#[test]
fn names_of_standard_macros() {
    check(
        "fn line() {}",
        expect![[r#"
        line: a task cannot be called `line`, like the standard macro or attribute
        help: choose another name, such as `line_task`
    "#]],
    );
    check(
        "pub fn r#try() {}",
        expect![[r#"
        r#try: a task cannot be called `r#try`, like the standard macro or attribute
        help: choose another name, such as `r#try_task`
    "#]],
    );
}

#[test]
fn conditional_parameters() {
    check(
        "fn f(#[cfg(unix)] a: u8, #[allow(unused)] b: u8) {}",
        expect![[r#"
        #[cfg(unix)]: a parameter of a task cannot be under `#[cfg]`
        help: put `#[cfg(…)]` on the whole function, once for each signature
    "#]],
    );
}

#[test]
fn arguments_of_the_attribute() {
    let function = "fn f() {}";
    check_attribute("name = \"a\"", function, expect![""]);
    check_attribute("name = \"a\",", function, expect![""]);
    check_attribute(
        "retry = 3, name = \"\", name = 1, other",
        function,
        expect![[r#"
            retry: unknown argument `retry`
            help: `#[threader::task]` takes `name`, `timeout`, `deadline`, `retries`, `priority`, `allow(effect, …)` and `trust(path, …)`
            "": `name` is empty
            help: give a name that no other task of the program has, or leave the argument out
            name: `name` is given twice
            help: keep one of them
            other: unknown argument `other`
            help: `#[threader::task]` takes `name`, `timeout`, `deadline`, `retries`, `priority`, `allow(effect, …)` and `trust(path, …)`
        "#]],
    );
    check_attribute(
        "name",
        function,
        expect![[r#"
        name: `name` takes a text
        help: write `name = "…"`, the same in every build that shares the task
    "#]],
    );
    check_attribute(
        "name = a + b",
        function,
        expect![[r#"
        a + b: `name` takes a text
        help: write `name = "…"`, the same in every build that shares the task
    "#]],
    );
    check_attribute(
        "=",
        function,
        expect![[r#"
        =: expected identifier
    "#]],
    );
}

#[test]
fn items_that_are_no_functions() {
    for source in [
        "struct S;",
        "pub enum E {}",
        "impl S { fn f() {} }",
        "trait T {}",
        "mod m;",
        "static X: u8 = 1;",
        "use a::b;",
        "macro_rules! m { () => {} }",
    ] {
        check_item(source);
    }
    check(
        "fn f(a: u8);",
        expect![[r#"
        f: `f` has no body, so it cannot be a task
        help: put `#[threader::task]` on a free function with a body
    "#]],
    );
}

/// The item itself is given back, in front of one error.
#[track_caller]
fn check_item(source: &str) {
    let expansion = crate::task::expand(tokens(""), tokens(source), &site);
    assert!(
        expansion
            .to_string()
            .starts_with(&tokens(source).to_string()),
        "{expansion}"
    );
    let errors = errors(expansion);
    assert!(
        errors.contains("is for free functions, and this is a"),
        "{errors}"
    );
}

#[test]
fn what_cannot_be_parsed_is_given_back() {
    let source = "fn f(a: ) { a. }";
    let expansion = crate::task::expand(tokens(""), tokens(source), &site);
    assert!(
        expansion
            .to_string()
            .starts_with(&tokens(source).to_string()),
        "{expansion}"
    );
    assert!(
        expansion.to_string().contains("compile_error"),
        "{expansion}"
    );
}
