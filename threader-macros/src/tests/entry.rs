//! `#[threader::main]`.

use expect_test::{Expect, expect};

use super::{pretty_items, tokens};

#[track_caller]
fn check(source: &str, expect: Expect) {
    expect.assert_eq(&pretty_items(crate::entry::expand(
        tokens(""),
        tokens(source),
    )));
}

#[test]
fn a_synchronous_main_keeps_its_body() {
    check(
        "fn main() { body(); }",
        expect![[r#"
        fn main() {
            if ::threader::__private::main_is_guarded() {
                return;
            }
            body();
        }
    "#]],
    );
    check(
        "pub fn start() -> Result<(), E> { #![allow(unused)] body()?; Ok(()) }",
        expect![[r#"
        pub fn start() -> Result<(), E> {
            #![allow(unused)]
            if ::threader::__private::main_is_guarded() {
                return ::threader::__private::MainResult::started();
            }
            body()?;
            Ok(())
        }
    "#]],
    );
}

#[test]
fn an_async_main_becomes_a_function_of_its_own() {
    check(
        "#[wasm_bindgen(start)] pub async fn start() -> Result<(), E> { body().await?; Ok(()) }",
        expect![[r#"
            #[wasm_bindgen(start)]
            pub fn start() -> Result<(), E> {
                async fn __threader_main() -> Result<(), E> {
                    body().await?;
                    Ok(())
                }
                fn __threader_run<R: ::threader::__private::MainResult>(
                    main: impl ::core::future::Future<Output = R> + 'static,
                ) -> R {
                    if ::threader::__private::main_is_guarded() {
                        return R::started();
                    }
                    ::threader::__private::run_main(main)
                }
                __threader_run(__threader_main())
            }
        "#]],
    );
}

#[test]
fn what_cannot_be_an_entry_point() {
    let errors =
        |args, source| super::check::errors(crate::entry::expand(tokens(args), tokens(source)));
    expect![[r#"
        a, b: `#[threader::main]` takes no arguments
        help: write `#[threader::main]`, and call `threader::configure` in the function
        x: u8: the function that a program starts with takes no parameters
        help: write `fn f()`
        T: the function that a program starts with is not generic
        help: write `fn f()`
        !: a guarded entry point must be able to return
        help: return `()` or `Result<(), E>`
    "#]]
    .assert_eq(&errors("a, b", "fn f<T>(x: u8) -> ! { }"));
    expect![[r#"
        struct: `#[threader::main]` is for the function that the program starts with
        help: put it on `fn main() { … }` or `async fn main() { … }`
    "#]]
    .assert_eq(&errors("", "struct S;"));
}
