//! What `#[threader::task]` and `unit!` make, readable.

use expect_test::{Expect, expect};

use super::{pretty_expression, pretty_items, site, tokens};

#[track_caller]
fn check_task(attribute: &str, source: &str, expect: Expect) {
    expect.assert_eq(&pretty_items(crate::task::expand(
        tokens(attribute),
        tokens(source),
        &site,
    )));
}

#[track_caller]
fn check_unit(source: &str, expect: Expect) {
    expect.assert_eq(&pretty_expression(crate::unit::expand(tokens(source))));
}

#[test]
fn a_public_task() {
    check_task(
        "",
        "/// Docs.\n pub fn mandelbrot(tile: &Tile, words: &[String], sep: &str, limit: u32) -> Vec<u16> { BODY }",
        expect![[r#"
            /// Docs.
            pub fn mandelbrot(tile: &Tile, words: &[String], sep: &str, limit: u32) -> Vec<u16> {
                BODY
            }
            #[doc(hidden)]
            #[allow(deprecated)]
            const _: () = {
                const fn __threader_register<F, Argument0, Argument1, Argument2, Argument3, R>(
                    call: F,
                ) -> ::threader::__private::Registration
                where
                    F: ::core::ops::Fn((Argument0, Argument1, Argument2, Argument3)) -> R
                        + ::core::marker::Copy + ::core::marker::Send + 'static,
                    Argument0: ::threader::__private::Argument,
                    Argument1: ::threader::__private::Argument,
                    Argument2: ::threader::__private::Argument,
                    Argument3: ::threader::__private::Argument,
                    R: ::threader::__private::Returned,
                {
                    ::threader::__private::registration(
                        call,
                        &::threader::__private::Info {
                            id: 17587653007009530439u64,
                            name: ::core::option::Option::None,
                            function: "mandelbrot",
                            source: 14806200647524953189u64,
                            package: "package",
                            file: "src/lib.rs",
                            line: 7u32,
                            wishes: ::threader::__private::Wishes::NONE,
                        },
                        ::core::module_path!(),
                    )
                }
                ::threader::__private::register! {
                    "__threader_task_f413e539fba24247_689f5a574c99e399", __threader_register:: < _,
                    _, ::std::vec::Vec < _ >, ::std::string::String, _, _ > (| (__threader_0,
                    __threader_1, __threader_2, __threader_3,) | mandelbrot(& __threader_0, &
                    __threader_1, & __threader_2, __threader_3))
                }
            };
            #[doc(hidden)]
            #[allow(unused_macros, non_local_definitions)]
            #[macro_export]
            macro_rules! __threader_mandelbrot_459e17be009f7a23 {
                (@ pure $($path:tt)*) => {};
                (@ task $($call:tt)*) => {
                    ::threader::__private::unit! { plain[borrowed "tile: &Tile", slice
                    "words: &[String]", text "sep: &str", owned "limit: u32",] { id :
                    17587653007009530439u64, name : ::core::option::Option::None, function :
                    "mandelbrot", source : 14806200647524953189u64, package : "package", file :
                    "src/lib.rs", line : 7u32, wishes : ::threader::__private::Wishes::NONE }
                    $($call)* }
                };
            }
            #[doc(hidden)]
            #[allow(unused_imports, unreachable_pub)]
            pub use __threader_mandelbrot_459e17be009f7a23 as mandelbrot;
        "#]],
    );
}

#[test]
fn a_private_task_with_a_name_and_a_condition() {
    check_task(
        "name = \"app/tick\"",
        "#[cfg(unix)] #[inline] fn tick() { BODY }",
        expect![[r##"
            #[cfg(unix)]
            #[inline]
            fn tick() {
                BODY
            }
            #[cfg(unix)]
            #[doc(hidden)]
            #[allow(deprecated)]
            const _: () = {
                const fn __threader_register<F, R>(call: F) -> ::threader::__private::Registration
                where
                    F: ::core::ops::Fn(()) -> R + ::core::marker::Copy + ::core::marker::Send
                        + 'static,
                    R: ::threader::__private::Returned,
                {
                    ::threader::__private::registration(
                        call,
                        &::threader::__private::Info {
                            id: 12631062128471095551u64,
                            name: ::core::option::Option::Some("app/tick"),
                            function: "tick",
                            source: 13562941256419092299u64,
                            package: "package",
                            file: "src/lib.rs",
                            line: 7u32,
                            wishes: ::threader::__private::Wishes::NONE,
                        },
                        ::core::module_path!(),
                    )
                }
                ::threader::__private::register! {
                    "__threader_task_af4a8c156768b8ff_027c6ef43a88ff79", __threader_register:: < _,
                    () > (| () | tick())
                }
            };
            #[cfg(unix)]
            #[doc(hidden)]
            #[allow(unused_macros, non_local_definitions)]
            macro_rules! __threader_tick_2637bd69a0f97d5b {
                (@ pure $($path:tt)*) => {};
                (@ task $($call:tt)*) => {
                    ::threader::__private::unit! { plain[] { id : 12631062128471095551u64, name :
                    ::core::option::Option::Some("app/tick"), function : "tick", source :
                    13562941256419092299u64, package : "package", file : "src/lib.rs", line : 7u32,
                    wishes : ::threader::__private::Wishes::NONE } $($call)* }
                };
            }
            #[cfg(unix)]
            #[doc(hidden)]
            #[allow(unused_imports, unreachable_pub)]
            use __threader_tick_2637bd69a0f97d5b as tick;
        "##]],
    );
}

#[test]
fn a_generic_task() {
    check_task(
        "",
        "pub(crate) fn total<'a, T: Sum + Serialize + DeserializeOwned + Send + 'static, const N: usize>(values: &'a [T; N]) -> T where T: Copy { BODY }",
        expect![[r#"
            pub(crate) fn total<
                'a,
                T: Sum + Serialize + DeserializeOwned + Send + 'static,
                const N: usize,
            >(values: &'a [T; N]) -> T
            where
                T: Copy,
            {
                BODY
            }
            #[doc(hidden)]
            #[allow(deprecated)]
            const _: () = {
                fn __threader_register<F, Argument0, R>(_: F)
                where
                    F: ::core::ops::Fn((Argument0,)) -> R + ::core::marker::Copy
                        + ::core::marker::Send + 'static,
                    Argument0: ::threader::__private::Argument,
                    R: ::threader::__private::Returned,
                {}
                #[allow(dead_code)]
                fn __threader_check<
                    'a,
                    T: Sum + Serialize + DeserializeOwned + Send + 'static,
                    const N: usize,
                >()
                where
                    T: Copy,
                {
                    __threader_register::<_, _, _>(|(__threader_0,)| total::<T, N>(&__threader_0))
                }
            };
            #[doc(hidden)]
            #[allow(unused_macros, non_local_definitions)]
            macro_rules! __threader_total_40294fc109fa41a0 {
                (@ pure $($path:tt)*) => {};
                (@ task $($call:tt)*) => {
                    ::threader::__private::unit! { generic[borrowed "values: &'a [T; N]",] { id :
                    6012010080492473944u64, name : ::core::option::Option::None, function : "total",
                    source : 1258113199558313552u64, package : "package", file : "src/lib.rs", line :
                    7u32, wishes : ::threader::__private::Wishes::NONE } $($call)* }
                };
            }
            #[doc(hidden)]
            #[allow(unused_imports, unreachable_pub)]
            pub(crate) use __threader_total_40294fc109fa41a0 as total;
        "#]],
    );
}

#[test]
fn a_task_with_errors_keeps_its_calls_quiet() {
    check_task(
        "",
        "fn broken(a: &mut u8, b: u8) -> u8 { #![allow(unused)] body }",
        expect![[r#"
            fn broken(a: &mut u8, b: u8) -> u8 {
                #![allow(unused)]
                ::core::compile_error! {
                    "a task cannot take `&mut`: a worker cannot change the caller's value\nhelp: take the value itself and return the changed one"
                }
                #[allow(deprecated, unused_imports)]
                {
                    use ::threader::__private::fallback::*;
                    {
                        use body as __threader_mark_0;
                        {
                            __threader_mark_0!(@ pure body);
                        }
                    }
                }
                body
            }
            #[doc(hidden)]
            #[allow(unused_macros, non_local_definitions)]
            macro_rules! __threader_broken_88621eeebe979904 {
                (@ pure $($path:tt)*) => {};
                (@ task $($call:tt)*) => {
                    ::threader::__private::unit! { @ broken value[_ _] $($call)* }
                };
            }
            #[doc(hidden)]
            #[allow(unused_imports, unreachable_pub)]
            use __threader_broken_88621eeebe979904 as broken;
        "#]],
    );
    check_task(
        "",
        "fn broken_result(a: u8) -> impl Copy { BODY }",
        expect![[r#"
            fn broken_result(a: u8) -> impl Copy {
                ::core::compile_error! {
                    "a task cannot return `impl Copy`: a result that travels has one known type\nhelp: name the type; collect an iterator into a `Vec`"
                }
                BODY
            }
            #[doc(hidden)]
            #[allow(unused_macros, non_local_definitions)]
            macro_rules! __threader_broken_result_92ea3e5c8cf4ae77 {
                (@ pure $($path:tt)*) => {};
                (@ task $($call:tt)*) => {
                    ::threader::__private::unit! { @ broken $($call)* }
                };
            }
            #[doc(hidden)]
            #[allow(unused_imports, unreachable_pub)]
            use __threader_broken_result_92ea3e5c8cf4ae77 as broken_result;
        "#]],
    );
}

#[test]
fn more_parameters_than_a_tuple_of_serde_holds() {
    let parameters: Vec<String> = (0..18).map(|index| format!("a{index}: u8")).collect();
    let source = format!("fn many({}) {{ BODY }}", parameters.join(", "));
    let expansion = pretty_items(crate::task::expand(tokens(""), tokens(&source), &site));
    let call = expansion.find("register!").expect("it is registered");
    expect![[r#"
        register! {
                "__threader_task_1bd25fb7198226ba_e5e53dce3b8145b0", __threader_register:: < _,
                _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, () > (| ((__threader_0,
                __threader_1, __threader_2, __threader_3, __threader_4, __threader_5,
                __threader_6, __threader_7, __threader_8, __threader_9, __threader_10,
                __threader_11, __threader_12, __threader_13, __threader_14, __threader_15,),
                (__threader_16, __threader_17,),) | many(__threader_0, __threader_1,
                __threader_2, __threader_3, __threader_4, __threader_5, __threader_6,
                __threader_7, __threader_8, __threader_9, __threader_10, __threader_11,
                __threader_12, __threader_13, __threader_14, __threader_15, __threader_16,
                __threader_17))
            }
        };
        #[doc(hidden)]
        #[allow(unused_macros, non_local_definitions)]
    "#]]
    .assert_eq(&expansion[call..expansion.find("macro_rules").unwrap()]);
}

#[test]
fn a_unit() {
    check_unit(
        r#"plain [borrowed "a: &A", slice "b: &[u8]", text "c: &str", owned "d: u32",] { id: 1 } [render::f] (a, [1, 2], "c", x?)"#,
        expect![[r#"
            fn expansion() {
                {
                    let __threader_bound = ::threader::__private::bind(|
                        (
                            __threader_0,
                            __threader_1,
                            __threader_2,
                            __threader_3,
                        ): (_, ::std::vec::Vec<_>, ::std::string::String, _)|
                    render::f(&__threader_0, &__threader_1, &__threader_2, __threader_3));
                    __threader_bound
                        .task(
                            (
                                a,
                                ::threader::__private::items([1, 2]),
                                ::threader::__private::text("c"),
                                x?,
                            ),
                            &render::f,
                            &::threader::__private::Info {
                                id: 1,
                            },
                        )
                }
            }
        "#]],
    );
}

#[test]
fn a_generic_unit() {
    check_unit(
        r#"generic [owned "a: T",] { id: 1 } [f::<u8>] (1)"#,
        expect![[r#"
        fn expansion() {
            {
                let __threader_function = f::<u8>;
                let __threader_bound = ::threader::__private::bind(move |(__threader_0,): (_,)| __threader_function(
                    __threader_0,
                ));
                __threader_bound
                    .task(
                        (1,),
                        &__threader_function,
                        &::threader::__private::Info {
                            id: 1,
                        },
                    )
            }
        }
    "#]],
    );
}

#[test]
fn an_argument_that_takes_its_type_from_its_place() {
    check_unit(
        r#"plain [slice "a: &[u8]", text "b: &str", slice "c: &[u8]", owned "d: Vec<u8>",] { id: 1 }
           [f] (xs.iter().collect(), (x.into()), Default::default(), xs.iter().collect())"#,
        expect![[r#"
            fn expansion() {
                {
                    let __threader_bound = ::threader::__private::bind(|
                        (
                            __threader_0,
                            __threader_1,
                            __threader_2,
                            __threader_3,
                        ): (::std::vec::Vec<_>, ::std::string::String, ::std::vec::Vec<_>, _)|
                    f(&__threader_0, &__threader_1, &__threader_2, __threader_3));
                    __threader_bound
                        .task(
                            (
                                ::core::convert::identity::<::std::vec::Vec<_>>(xs.iter().collect()),
                                ::core::convert::identity::<::std::string::String>((x.into())),
                                ::core::convert::identity::<::std::vec::Vec<_>>(Default::default()),
                                xs.iter().collect(),
                            ),
                            &f,
                            &::threader::__private::Info {
                                id: 1,
                            },
                        )
                }
            }
        "#]],
    );
}

#[test]
fn a_unit_of_a_broken_task() {
    check_unit(
        "@broken value [_ _] [f] (1, 2)",
        expect![[r#"
            fn expansion() {
                ::threader::__private::broken(
                    #[allow(unreachable_code)]
                    || { f(::core::unreachable!(), ::core::unreachable!()) },
                )
            }
        "#]],
    );
    check_unit(
        "@broken [f] (1, 2)",
        expect![[r#"
            fn expansion() {
                ::threader::__private::broken(
                    #[allow(unreachable_code)]
                    || { ::core::unreachable!() },
                )
            }
        "#]],
    );
}

#[test]
fn a_wrong_count() {
    let one = r#"plain [owned "a: u32",] { id: 1 } [render::f::<u8>]"#;
    check_unit(
        &format!("{one} ()"),
        expect![[r#"
        fn expansion() {
            ::core::compile_error! {
                "`f` takes 1 argument, but none were given\nhelp: its parameters are `(a: u32)`"
            }
        }
    "#]],
    );
    check_unit(
        &format!("{one} (1, 2 + 3, 4)"),
        expect![[r#"
        fn expansion() {
            ::core::compile_error! {
                "`f` takes 1 argument, but 3 were given\nhelp: its parameters are `(a: u32)`"
            }
        }
    "#]],
    );
    check_unit(
        "plain [] { id: 1 } [f] (1)",
        expect![[r#"
        fn expansion() {
            ::core::compile_error! {
                "`f` takes no arguments, but 1 was given\nhelp: its parameters are `()`"
            }
        }
    "#]],
    );
}
