//! Strings: cases, ciphers, encodings, distances.

use std::fmt::Write;

#[threader::task]
pub fn reverse_words(text: &str) -> String {
    text.split_whitespace().rev().collect::<Vec<_>>().join(" ")
}

#[threader::task]
pub fn is_palindrome(text: &str) -> bool {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    letters.iter().eq(letters.iter().rev())
}

#[threader::pure]
fn rotate(c: char, by: u8) -> char {
    match c {
        'a'..='z' => (b'a' + (c as u8 - b'a' + by) % 26) as char,
        'A'..='Z' => (b'A' + (c as u8 - b'A' + by) % 26) as char,
        other => other,
    }
}

#[threader::task]
pub fn caesar(text: &str, by: u8) -> String {
    text.chars().map(|c| rotate(c, by % 26)).collect()
}

#[threader::pure]
pub fn rot13(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().map(|c| rotate(c, 13)));
    out
}

#[threader::pure]
pub fn title_case(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let mut chars = word.chars();
            match chars.next() {
                Some(first) => first.to_uppercase().chain(chars).collect::<String>(),
                None => String::new(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[threader::task]
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    for c in title.trim().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[threader::pure]
pub fn run_length(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut count = 1;
        while chars.next_if_eq(&c).is_some() {
            count += 1;
        }
        write!(out, "{count}{c}").unwrap();
    }
    out
}

#[threader::pure]
pub fn expand_runs(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut count = 0usize;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            count = count.checked_mul(10)?.checked_add(digit as usize)?;
        } else {
            out.extend(std::iter::repeat_n(c, count));
            count = 0;
        }
    }
    Some(out)
}

#[threader::task]
pub fn hex_dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, chunk) in bytes.chunks(16).enumerate() {
        let _ = write!(&mut out, "{:08x} ", row * 16);
        for byte in chunk {
            let _ = write!(out, " {byte:02x}");
        }
        let text: String = chunk
            .iter()
            .map(|&b| if b.is_ascii_graphic() { b as char } else { '.' })
            .collect();
        let _ = writeln!(out, "  |{text}|");
    }
    out
}

#[threader::pure]
pub fn from_hex(text: &str) -> Result<Vec<u8>, std::num::ParseIntError> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16))
        .collect()
}

#[threader::task]
pub fn levenshtein(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut current = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let substitution = previous[j] + usize::from(ca != *cb);
            current.push(substitution.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous[b.len()]
}

#[threader::pure]
pub fn common_prefix<'a>(words: &[&'a str]) -> &'a str {
    let Some((first, rest)) = words.split_first() else {
        return "";
    };
    let mut end = first.len();
    for word in rest {
        end = first
            .char_indices()
            .zip(word.chars())
            .take_while(|&((i, a), b)| i < end && a == b)
            .map(|((i, a), _)| i + a.len_utf8())
            .last()
            .unwrap_or(0);
    }
    &first[..end]
}

#[threader::pure]
pub fn snake_case(name: &str) -> String {
    name.char_indices().fold(String::new(), |mut out, (i, c)| {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        out
    })
}

#[threader::task]
pub fn to_roman(mut number: u32) -> String {
    let digits = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut roman = String::new();
    for (value, letters) in digits {
        while number >= value {
            roman += letters;
            number -= value;
        }
    }
    roman
}

#[threader::pure]
pub fn escape_html(text: &str) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    if !text.contains(['<', '>', '&', '"']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[threader::pure]
pub fn join_with(items: &[u32], separator: &str) -> String {
    items
        .iter()
        .map(u32::to_string)
        .collect::<Vec<String>>()
        .join(separator)
}
