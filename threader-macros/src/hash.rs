//! The one hash of this crate: FNV-1a, 64 bit, over a canonical walk of tokens.
//!
//! Ids travel between programs built on different machines, so nothing here depends on how a compiler spaces or
//! wraps the tokens it prints.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// FNV-1a, 64 bit (Fowler, Noll and Vo; draft-eastlake-fnv).
#[derive(Clone)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    /// Adds one part; its end is marked, so `("ab", "c")` and `("a", "bc")` differ.
    pub(crate) fn part(mut self, text: &str) -> Self {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(END); // no UTF-8 text contains it
        self
    }

    /// Adds tokens, without regard to spacing, spans and invisible groups.
    pub(crate) fn tokens(mut self, tokens: TokenStream) -> Self {
        for token in tokens {
            self = match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => {
                            self = self.tokens(group.stream());
                            continue;
                        }
                    };
                    self.part(open).tokens(group.stream()).part(close)
                }
                TokenTree::Punct(punct) => self.part(punct.as_char().encode_utf8(&mut [0; 4])),
                token => self.part(&token.to_string()),
            };
        }
        self
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
}

const END: u8 = 0xff;
