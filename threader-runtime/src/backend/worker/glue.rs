//! Where the JavaScript of this program is, read off the stack of an `Error`.
//!
//! wasm-bindgen's output constructs the `Error`, so the topmost frame that names a file names that output. Works for every
//! output format, where `import.meta` breaks the classic ones. The text of stacks is not standardised; these are the forms of
//! the three engines:
//!
//! ```text
//! V8       "Error\n    at imports.wbg.__wbg_new (https://host/pkg/app.js:10:20)\n    at https://host/…"
//! Gecko    "__wbg_new@https://host/pkg/app.js:10:20\n…"
//! WebKit   "__wbg_new@https://host/pkg/app.js:10:20\n…"
//! ```

/// The file of the topmost frame that names one.
pub(crate) fn first_file(stack: &str) -> Option<&str> {
    stack.lines().find_map(file_of_frame)
}

/// Whether Node loads this file as a module. Its stacks give such a file as a URL, and others as a
/// path.
pub(crate) fn is_module(file: &str) -> bool {
    file.starts_with("file:") || file.ends_with(".mjs")
}

fn file_of_frame(line: &str) -> Option<&str> {
    let line = line.trim();
    let inner = line.strip_suffix(')');
    let place = without_number(without_number(inner.unwrap_or(line))?)?;
    // V8: in parentheses, or behind `at ` where the frame has no function. Gecko and WebKit: behind `@`. A URL may hold
    // any of these too, a function's name may not: the first counts.
    let file = match (place.strip_prefix("at "), inner) {
        (Some(frame), Some(_)) => frame.split_once(" (")?.1,
        (Some(frame), None) => frame.trim_start_matches("async "),
        (None, _) => place.split_once('@')?.1,
    };
    let is_url = file.contains("://") && !file.starts_with("wasm://");
    let is_path = file.starts_with('/') || file.get(1..3) == Some(":\\");
    (is_url || is_path).then_some(file)
}

fn without_number(text: &str) -> Option<&str> {
    let (rest, number) = text.rsplit_once(':')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(stack: &str, file: &str) {
        assert_eq!(first_file(stack), Some(file), "{stack}");
    }

    #[test]
    fn frames_of_v8() {
        check(
            "Error\n    at imports.wbg.__wbg_new_1 (http://localhost:8000/pkg/app.js?v=1:10:20)\n    at wasm://wasm/0012:wasm-function[3]:0x12",
            "http://localhost:8000/pkg/app.js?v=1",
        );
        check("Error: \n    at https://host/a.js:1:2", "https://host/a.js");
        check(
            "Error\n    at exports.__wbg_new (/srv/my app (1)/pkg/app.js:10:20)",
            "/srv/my app (1)/pkg/app.js",
        );
        check(
            "Error\n    at Object.__wbg_new (C:\\app\\pkg\\app.js:10:20)",
            "C:\\app\\pkg\\app.js",
        );
        check(
            "Error\n    at __wbg_new (file:///srv/app.js:3:4)",
            "file:///srv/app.js",
        );
        check(
            "Error\n    at async https://host/a.js:1:2",
            "https://host/a.js",
        );
    }

    #[test]
    fn frames_of_gecko_and_webkit() {
        check(
            "imports.wbg.__wbg_new@http://localhost:8000/pkg/app.js:10:20\n@http://localhost:8000/other.js:1:1",
            "http://localhost:8000/pkg/app.js",
        );
        check(
            "@https://host/npm/@scope/app.js:1:1\n",
            "https://host/npm/@scope/app.js",
        );
    }

    #[test]
    fn frames_inside_wasm_are_passed_over() {
        check(
            "Error\n    at wasm://wasm/00aa11bb:wasm-function[12]:0x1f\n    at f (https://host/a.js:1:2)",
            "https://host/a.js",
        );
    }

    #[test]
    fn modules_of_node_have_urls() {
        for (file, expected) in [
            ("file:///srv/app.js", true),
            ("/srv/app.mjs", true),
            ("/srv/app.js", false),
            ("C:\\app\\pkg\\app.js", false),
        ] {
            assert_eq!(is_module(file), expected, "{file}");
        }
    }

    #[test]
    fn no_file_is_no_file() {
        for stack in [
            "",
            "Error",
            "Error\n    at <anonymous>:1:2",
            "Error\n    at native",
            "a@b",
        ] {
            assert_eq!(first_file(stack), None, "{stack}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>()) {
            let _ = first_file(&text);
            let _ = first_file(&format!("Error\n    at {text}:1:2\n{text}@{text}:3:4"));
        }
    }
}
