//! `timeout`, `deadline`, `retries` and `priority`: what they become, and each mistake at its tokens.

use expect_test::{Expect, expect};
use syn::visit::Visit;

use super::check::errors;
use super::{site, tokens};

#[track_caller]
fn check_errors(attribute: &str, expect: Expect) {
    let expansion = crate::task::expand(tokens(attribute), tokens("fn f() {}"), &site);
    expect.assert_eq(&errors(expansion));
}

/// The `wishes` of the registration.
#[track_caller]
fn check_wishes(attribute: &str, expect: Expect) {
    struct Wishes(String);
    impl Visit<'_> for Wishes {
        fn visit_field_value(&mut self, field: &syn::FieldValue) {
            if matches!(&field.member, syn::Member::Named(name) if name == "wishes") {
                let value = &field.expr;
                self.0 = quote::quote!(#value)
                    .to_string()
                    .replace(' ', "")
                    .replace("::threader::__private::", "")
                    .replace("::core::option::Option::", "");
            }
            syn::visit::visit_field_value(self, field);
        }
    }
    let expansion = crate::task::expand(tokens(attribute), tokens("fn f() {}"), &site);
    let mut wishes = Wishes(String::new());
    wishes.visit_file(&syn::parse2(expansion).expect("an expansion is items"));
    expect.assert_eq(&wishes.0);
}

#[test]
fn options_become_constants() {
    check_wishes("", expect!["Wishes::NONE"]);
    check_wishes("name = \"a\"", expect!["Wishes::NONE"]);
    check_wishes(
        "timeout = \"10s\", deadline = \"1m\", retries = 3, priority = \"high\"",
        expect![
            "Wishes{timeout:Some(10000000000u64),deadline:Some(60000000000u64),retries:Some(3u32),priority:Some(Priority::High)}"
        ],
    );
    check_wishes(
        "priority = \"normal\", retries = 0",
        expect![
            "Wishes{timeout:None,deadline:None,retries:Some(0u32),priority:Some(Priority::Normal)}"
        ],
    );
    check_wishes(
        "timeout = \"250ms\"",
        expect!["Wishes{timeout:Some(250000000u64),deadline:None,retries:None,priority:None}"],
    );
}

#[test]
fn every_unit_is_read() {
    for (time, nanoseconds) in [
        ("7ns", 7),
        ("7us", 7_000),
        ("7ms", 7_000_000),
        ("7s", 7_000_000_000),
        ("7m", 420_000_000_000),
        ("7h", 25_200_000_000_000_u64),
    ] {
        let attribute = format!("timeout = \"{time}\"");
        let expansion = crate::task::expand(tokens(&attribute), tokens("fn f() {}"), &site);
        assert!(
            expansion.to_string().contains(&format!("{nanoseconds}u64")),
            "{time}"
        );
    }
}

#[test]
fn times_that_are_none() {
    check_errors(
        "timeout = 10, deadline = \"10 seconds\"",
        expect![[r#"
            10: `timeout` takes a time as a text
            help: write a whole number and its unit: `timeout = "10s"`
            "10 seconds": `10 seconds` is not a valid duration
            help: write a whole number and its unit, `ms`, `s`, `m` or `h`: `deadline = "10s"`
        "#]],
    );
    check_errors(
        "timeout = \"10\", deadline",
        expect![[r#"
            "10": `10` is not a valid duration
            help: write a whole number and its unit, `ms`, `s`, `m` or `h`: `timeout = "10s"`
            deadline: `deadline` takes a time as a text
            help: write a whole number and its unit: `deadline = "10s"`
        "#]],
    );
    check_errors(
        "timeout = \"\", deadline = \"s\"",
        expect![[r#"
            "": `` is not a valid duration
            help: write a whole number and its unit, `ms`, `s`, `m` or `h`: `timeout = "10s"`
            "s": `s` is not a valid duration
            help: write a whole number and its unit, `ms`, `s`, `m` or `h`: `deadline = "10s"`
        "#]],
    );
    check_errors(
        "timeout = \"1.5s\", deadline = \"0ms\"",
        expect![[r#"
            "1.5s": `1.5s` is not a valid duration
            help: write a whole number and its unit, `ms`, `s`, `m` or `h`: `timeout = "10s"`
            "0ms": `0ms` is not longer than zero
            help: write a longer time, such as `deadline = "10s"`
        "#]],
    );
    check_errors(
        "timeout = \"99999999999h\"",
        expect![[r#"
            "99999999999h": `99999999999h` overflows: the maximum is about 584 years
            help: leave `timeout` out
        "#]],
    );
    check_errors(
        "deadline = \"18446744073709551616ns\"",
        expect![[r#"
            "18446744073709551616ns": `18446744073709551616ns` overflows: the maximum is about 584 years
            help: leave `deadline` out
        "#]],
    );
}

#[test]
fn a_timeout_longer_than_the_deadline_is_at_the_timeout() {
    check_errors(
        "deadline = \"10s\", timeout = \"1m\"",
        expect![[r#"
            "1m": `timeout` (`1m`) is longer than `deadline` (`10s`) and can never fire
            help: `timeout` counts from the start, `deadline` from submission: make `timeout` the shorter one, or leave it out
        "#]],
    );
    check_errors("deadline = \"60s\", timeout = \"1m\"", expect![""]);
}

#[test]
fn retries_and_priorities_that_are_none() {
    check_errors(
        "retries = \"3\"",
        expect![[r#"
        "3": `retries` takes a whole number
        help: write how often the task may be started again when its worker dies: `retries = 3`
    "#]],
    );
    check_errors(
        "retries = -1, priority = high",
        expect![[r#"
        -1: `retries` takes a whole number
        help: write how often the task may be started again when its worker dies: `retries = 3`
        high: `priority` takes a text
        help: write `priority = "high"`, `"normal"` or `"low"`
    "#]],
    );
    check_errors(
        "retries = 5000000000, priority = \"urgent\"",
        expect![[r#"
            5000000000: `retries` takes a whole number
            help: write how often the task may be started again when its worker dies: `retries = 3`
            "urgent": unknown priority `urgent`
            help: write `priority = "high"`, `"normal"` or `"low"`
        "#]],
    );
    check_errors(
        "retries(3), priority",
        expect![[r#"
        retries(3): `retries` takes a whole number
        help: write how often the task may be started again when its worker dies: `retries = 3`
        priority: `priority` takes a text
        help: write `priority = "high"`, `"normal"` or `"low"`
    "#]],
    );
    check_errors(
        "retries = 1, retries = 2",
        expect![[r#"
        retries: `retries` is given twice
        help: keep one of them
    "#]],
    );
}
