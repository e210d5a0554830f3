//! Whether a function is an item of an `impl` or a `trait`, which an attribute is not told.
//!
//! Beside such a function no item may stand, so what the attributes add would be errors about
//! things that the user never wrote. The source around the function tells, where there is a file of
//! it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Line and column, each from 1, in characters.
type Position = (usize, usize);

/// Whether the innermost braces around a place of a file are those of an `impl` or a `trait`.
pub(crate) fn is_in_impl(file: &Path, place: Position) -> bool {
    static LAST: Mutex<Option<(PathBuf, Vec<Braces>)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last.as_ref().is_some_and(|(path, _)| path == file);
    if !known {
        // No source, no braces.
        let text = fs::read_to_string(file).unwrap_or_default();
        *last = Some((file.to_owned(), braces(&text)));
    }
    last.as_ref()
        .is_some_and(|(_, braces)| is_innermost_impl(braces, place))
}

#[derive(Clone, Copy, Debug)]
struct Braces {
    open: Position,
    close: Position,
    is_impl: bool,
}

fn is_innermost_impl(braces: &[Braces], place: Position) -> bool {
    braces
        .iter()
        .filter(|braces| braces.open < place && place < braces.close)
        .max_by_key(|braces| braces.open)
        .is_some_and(|braces| braces.is_impl)
}

/// All braces of a source, innermost first.
fn braces(text: &str) -> Vec<Braces> {
    let mut source = Source {
        rest: text,
        place: (1, 1),
    };
    let mut found = Vec::new();
    let mut open: Vec<(Position, bool)> = Vec::new();
    // The first word of the statement or item that is not about its visibility or qualifiers.
    let mut head: Option<bool> = None;
    while let Some(token) = source.next() {
        let place = source.place;
        match token {
            Token::Word(
                "pub" | "crate" | "super" | "in" | "self" | "unsafe" | "default" | "auto",
            ) => {}
            Token::Word(word) => {
                head.get_or_insert(word == "impl" || word == "trait");
            }
            Token::Mark('{') => {
                open.push((place, head.take().unwrap_or(false)));
            }
            Token::Mark('}') => {
                head = None;
                if let Some((open, is_impl)) = open.pop() {
                    found.push(Braces {
                        open,
                        close: place,
                        is_impl,
                    });
                }
            }
            // Behind an attribute, as at its start.
            Token::Mark(';' | '#' | ']') if head != Some(true) => head = None,
            Token::Mark(_) => {}
        }
    }
    found
}

enum Token<'a> {
    Word(&'a str),
    Mark(char),
}

/// What is left of a source, with the place where that begins.
struct Source<'a> {
    rest: &'a str,
    place: Position,
}

impl<'a> Source<'a> {
    /// The next word or mark outside of comments and literals.
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let first = self.rest.chars().next()?;
            if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.comment();
            } else if let Some(hashes) = self.raw_text() {
                self.through(&format!("\"{}", "#".repeat(hashes)));
            } else if first == '"' {
                self.skip(1);
                self.literal('"');
            } else if first == '\'' {
                self.character();
            } else if first.is_alphanumeric() || first == '_' {
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
                return Some(Token::Word(self.skip(end)));
            } else {
                self.skip(first.len_utf8());
                if !first.is_whitespace() {
                    return Some(Token::Mark(first));
                }
            }
        }
    }

    fn skip(&mut self, bytes: usize) -> &'a str {
        let (skipped, rest) = self.rest.split_at(bytes);
        for c in skipped.chars() {
            self.place = match c {
                '\n' => (self.place.0 + 1, 1),
                _ => (self.place.0, self.place.1 + 1),
            };
        }
        self.rest = rest;
        skipped
    }

    fn through(&mut self, end: &str) {
        let bytes = self.rest.find(end).map(|at| at + end.len());
        self.skip(bytes.unwrap_or(self.rest.len()));
    }

    fn comment(&mut self) {
        let mut depth = 0;
        loop {
            let next = ["/*", "*/"]
                .iter()
                .filter_map(|mark| Some((self.rest.find(mark)?, *mark)))
                .min();
            let Some((at, mark)) = next else {
                self.skip(self.rest.len());
                return;
            };
            self.skip(at + 2);
            depth += if mark == "/*" { 1 } else { -1 };
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips the start of a raw text, `r##"`, and counts its marks.
    fn raw_text(&mut self) -> Option<usize> {
        let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
            let rest = self.rest.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
        })?;
        let rest = &self.rest[prefix.len()..];
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        self.skip(prefix.len() + hashes + 1);
        Some(hashes)
    }

    /// `'a'` or `'a`.
    fn character(&mut self) {
        let mut chars = self.rest.chars().skip(1);
        let (first, second) = (chars.next(), chars.next());
        self.skip(1);
        if first == Some('\\') || second == Some('\'') {
            self.literal('\'');
        }
    }

    /// The rest of a literal with escapes.
    fn literal(&mut self, end: char) {
        while let Some(at) = self.rest.find(['\\', end]) {
            let is_escape = self.rest[at..].starts_with('\\');
            self.skip(at + 1);
            if !is_escape {
                return;
            }
            let escaped = self.rest.chars().next().map_or(0, char::len_utf8);
            self.skip(escaped);
        }
        self.skip(self.rest.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the functions that are items of an `impl` or a `trait`.
    fn associated(source: &str) -> Vec<&str> {
        let braces = braces(source);
        let functions = source.match_indices("fn ").map(|(at, _)| at + 3);
        let is_associated = |at: &usize| {
            let mut before = Source {
                rest: source,
                place: (1, 1),
            };
            before.skip(*at);
            is_innermost_impl(&braces, before.place)
        };
        functions
            .filter(is_associated)
            .map(|at| {
                let end = source[at..].find(['(', '<']).unwrap_or_default();
                &source[at..at + end]
            })
            .collect()
    }

    #[test]
    fn only_items_of_an_impl_or_a_trait_are() {
        let source = r##"
            fn free(x: impl Fn()) { fn inner() {} let impl_ = S { a: '{' }; }
            mod m { fn in_a_module() {} }
            #[cfg(a)] pub(crate) unsafe impl<'a, T: Into<[u8; 2]>> S<'a, T> {
                /* } /* } */ } */ // }
                #[doc = "} \" }"] pub fn method(&self) -> char { fn nested() {} '}' }
                const TEXT: &str = r#" } "# ;
                pub const fn make<'b>() {}
            }
            pub trait T { fn required(); fn provided() { impl U { fn deep() {} } } }
            make! { fn argument() {} }
            fn last() { match x { '\'' => {} b'{' => {} } }
        "##;
        let wanted = ["method", "make", "required", "provided", "deep"];
        assert_eq!(associated(source), wanted);
    }

    #[test]
    fn what_is_not_rust_ends_all_the_same() {
        for source in [
            "",
            "{",
            "}",
            "/* {",
            "\"{",
            "r#\"{",
            "'",
            "'\\",
            "impl {{ \\",
            "é { fn f() }",
        ] {
            assert!(associated(source).is_empty(), "{source}");
        }
    }
}
