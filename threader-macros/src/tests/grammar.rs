//! The strategy macros' grammar: what they expand to, and what they say about the rest.

use expect_test::{Expect, expect};

use super::{pretty_expression, tokens};
use crate::strategy::{Kind, expand};

#[track_caller]
fn check(kind: Kind, source: &str, expect: Expect) {
    expect.assert_eq(&pretty_expression(expand(kind, tokens(source))));
}

/// The errors, each behind the tokens it is at.
#[track_caller]
fn check_errors(kind: Kind, source: &str, expect: Expect) {
    let expression = expand(kind, tokens(source));
    expect.assert_eq(&super::check::errors(
        quote::quote!(fn expansion() { #expression }),
    ));
}

#[test]
fn a_call() {
    check(
        Kind::Prepare,
        "f(1, b)",
        expect![[r#"
            fn expansion() {
                {
                    use ::threader::__private::fallback::*;
                    {
                        #[allow(unused_imports)]
                        use f as __threader_mark_0;
                        { __threader_mark_0!(@ task[f] (1, b)) }
                    }
                }
            }
        "#]],
    );
    check(
        Kind::Prepare,
        "render::tiles::f::<u8>(x.y(), z?,)",
        expect![[r#"
            fn expansion() {
                {
                    use ::threader::__private::fallback::*;
                    {
                        #[allow(unused_imports)]
                        use render::tiles::f as __threader_mark_0;
                        { __threader_mark_0!(@ task[render::tiles::f:: < u8 >] (x.y(), z ?,)) }
                    }
                }
            }
        "#]],
    );
    check(
        Kind::Spawn,
        "r#match()",
        expect![[r#"
            fn expansion() {
                ::threader::Pool::spawn(
                    &::threader::Pool::global(),
                    {
                        use ::threader::__private::fallback::*;
                        {
                            #[allow(unused_imports)]
                            use r#match as __threader_mark_0;
                            { __threader_mark_0!(@ task[r#match] ()) }
                        }
                    },
                )
            }
        "#]],
    );
}

#[test]
fn options_behind_a_call() {
    check(
        Kind::Spawn,
        "in self.pool; f(1).label(\"a\").label(g(2))",
        expect![[r#"
            fn expansion() {
                ::threader::Pool::spawn(
                    &(self.pool),
                    ::threader::__private::item(
                        {
                            use ::threader::__private::fallback::*;
                            {
                                #[allow(unused_imports)]
                                use f as __threader_mark_0;
                                { __threader_mark_0!(@ task[f] (1)) }
                            }
                        }
                            .label("a")
                            .label(g(2)),
                    ),
                )
            }
        "#]],
    );
}

#[test]
fn other_expressions() {
    check(
        Kind::All,
        "task, tasks[0], tasks.remove(0), prepare!(f(1)), (make(1)), { make(2) }, make(3)?, t.label(\"x\")",
        expect![[r#"
            fn expansion() {
                ::threader::__private::all_items(
                    &::threader::Pool::global(),
                    (
                        ::threader::__private::item(task),
                        ::threader::__private::item(tasks[0]),
                        ::threader::__private::item(tasks.remove(0)),
                        {
                            let task: ::threader::Task<_> = prepare!(f(1));
                            task
                        },
                        ::threader::__private::item(make(1)),
                        ::threader::__private::item(make(2)),
                        ::threader::__private::item(make(3)?),
                        ::threader::__private::item(t.label("x")),
                    ),
                )
            }
        "#]],
    );
}

#[test]
fn all_and_settled_take_a_tuple() {
    check(
        Kind::All,
        "",
        expect![[r#"
        fn expansion() {
            ::threader::__private::all_items(&::threader::Pool::global(), ())
        }
    "#]],
    );
    check(
        Kind::Settled,
        "in pool; a, b,",
        expect![[r#"
            fn expansion() {
                ::threader::__private::settled_items(
                    &(pool),
                    (::threader::__private::item(a), ::threader::__private::item(b)),
                )
            }
        "#]],
    );
}

#[test]
fn stream_race_and_any_take_an_array() {
    check(
        Kind::Stream,
        "a, b",
        expect![[r#"
            fn expansion() {
                ::threader::Pool::stream(
                    &::threader::Pool::global(),
                    [::threader::__private::item(a), ::threader::__private::item(b)],
                )
            }
        "#]],
    );
    check(
        Kind::Race,
        "in &pool; a",
        expect![[r#"
            fn expansion() {
                ::threader::Pool::race(&(&pool), [::threader::__private::item(a)])
            }
        "#]],
    );
    check(
        Kind::Any,
        "in pool; n + 1; a",
        expect![[r#"
            fn expansion() {
                ::threader::Pool::any(&(pool), n + 1, [::threader::__private::item(a)])
            }
        "#]],
    );
    check(
        Kind::Any,
        "2;",
        expect![[r#"
        fn expansion() {
            ::threader::Pool::any(&::threader::Pool::global(), 2, [])
        }
    "#]],
    );
}

#[test]
fn fire_takes_them_one_by_one() {
    check(
        Kind::Fire,
        "",
        expect![[r#"
        fn expansion() {
            {}
        }
    "#]],
    );
    check(
        Kind::Fire,
        "in pool; a, b",
        expect![[r#"
            fn expansion() {
                {
                    let pool: &::threader::Pool = &(pool);
                    ::threader::Pool::fire(pool, [::threader::__private::item(a)]);
                    ::threader::Pool::fire(pool, [::threader::__private::item(b)]);
                }
            }
        "#]],
    );
}

#[test]
fn one_per_element() {
    check(
        Kind::All,
        "for (i, x) in xs.iter().enumerate() => f(x, i).label(\"a\"),",
        expect![[r#"
            fn expansion() {
                {
                    let pool: &::threader::Pool = &::threader::Pool::global();
                    let mut tasks = ::std::vec::Vec::new();
                    for (i, x) in xs.iter().enumerate() {
                        tasks
                            .push(
                                ::threader::__private::item(
                                    {
                                        use ::threader::__private::fallback::*;
                                        {
                                            #[allow(unused_imports)]
                                            use f as __threader_mark_0;
                                            { __threader_mark_0!(@ task[f] (x, i)) }
                                        }
                                    }
                                        .label("a"),
                                ),
                            );
                    }
                    ::threader::Pool::all(pool, tasks)
                }
            }
        "#]],
    );
    check(
        Kind::Any,
        "in pool; 1; for Ok(x) | Err(x) in xs => f(x)",
        expect![[r#"
            fn expansion() {
                {
                    let pool: &::threader::Pool = &(pool);
                    let mut tasks = ::std::vec::Vec::new();
                    for Ok(x) | Err(x) in xs {
                        tasks
                            .push({
                                use ::threader::__private::fallback::*;
                                {
                                    #[allow(unused_imports)]
                                    use f as __threader_mark_0;
                                    { __threader_mark_0!(@ task[f] (x)) }
                                }
                            });
                    }
                    ::threader::Pool::any(pool, 1, tasks)
                }
            }
        "#]],
    );
}

#[test]
fn too_few_and_too_many() {
    for kind in [Kind::Prepare, Kind::Spawn] {
        assert!(
            expand(kind, tokens(""))
                .to_string()
                .contains("needs a task")
        );
        assert!(
            expand(kind, tokens("f(1), f(2)"))
                .to_string()
                .contains("takes one task")
        );
        assert!(
            expand(kind, tokens("for x in xs => f(x)"))
                .to_string()
                .contains("not a `for`")
        );
    }
    check_errors(
        Kind::Spawn,
        "in pool; f(1), g(2), h(3)",
        expect![[r#"
        g(2): `spawn!` takes one task
        help: for several, see `threader::all!`, `settled!`, `stream!`, `race!`, `any!` and `fire!`
    "#]],
    );
    check_errors(
        Kind::All,
        "a, b, c, d, e, f, g, h, i, j, k, l, f(13), n",
        expect![[r#"
        f(13): `all!` takes at most 12 tasks one by one
        help: write `all!(for x in xs => f(x))`, or collect them: `threader::all(tasks)`
    "#]],
    );
    assert!(
        !expand(
            Kind::Race,
            tokens("a, b, c, d, e, f, g, h, i, j, k, l, m, n")
        )
        .to_string()
        .contains("compile_error")
    );
    assert!(
        expand(Kind::Race, tokens("in pool;"))
            .to_string()
            .contains("never ends")
    );
}

#[test]
fn any_without_its_number() {
    check_errors(
        Kind::Any,
        "f(1), f(2)",
        expect![[r#"
        f(1): `any!` needs to know how many tasks must succeed
        help: write the number in front: `any!(1; …)`
    "#]],
    );
    check_errors(
        Kind::Any,
        "for x in xs => f(x)",
        expect![[r#"
        for: `any!` needs to know how many tasks must succeed
        help: write the number in front: `any!(1; …)`
    "#]],
    );
    assert!(
        expand(Kind::Any, tokens(""))
            .to_string()
            .contains("how many")
    );
}

#[test]
fn calls_of_no_task() {
    check_errors(
        Kind::All,
        "self.f(1), self.f(1).label(\"x\"), (f)(1), f(1)(2), Type::new(1), a::Type::<u8>::new(1), <T as X>::f(1), self.a.f(1)",
        expect![[r#"
            f: a method of `self` is not a task function
            help: call a free function that has `#[threader::task]`; if this returns a `Task`, put it in parentheses
            f: a method of `self` is not a task function
            help: call a free function that has `#[threader::task]`; if this returns a `Task`, put it in parentheses
            (f): this call does not name a task function
            help: call a function that has `#[threader::task]` by its path; if this returns a `Task`, put it in braces
            f(1): this call does not name a task function
            help: call a function that has `#[threader::task]` by its path; if this returns a `Task`, put it in braces
            Type::new: `Type::new` does not name a task function
            help: a task is a free function, called by its path: `module::f(x)`
            a::Type::<u8>::new: `a::Type::<u8>::new` does not name a task function
            help: a task is a free function, called by its path: `module::f(x)`
            <T as X>::f: `<T as X>::f` does not name a task function
            help: a task is a free function, called by its path: `module::f(x)`
        "#]],
    );
}

#[test]
fn tokens_that_do_not_belong() {
    check_errors(
        Kind::All,
        "f(1) g(2)",
        expect![[r#"
        g: expected `,`
    "#]],
    );
    check_errors(
        Kind::All,
        "in pool, f(1)",
        expect![[r#"
        ,: expected `;`
    "#]],
    );
    check_errors(
        Kind::All,
        "for x in xs, f(x)",
        expect![[r#"
        ,: expected `=>`
    "#]],
    );
    check_errors(
        Kind::All,
        "for x in xs => f(x), f(x)",
        expect![[r#"
        f: unexpected token
    "#]],
    );
}
