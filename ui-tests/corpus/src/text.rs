//! Text: wrapping, search, templates, trees of words.

use std::collections::{BTreeMap, BTreeSet};

#[threader::task]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().unwrap();
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= width {
            *line += " ";
            *line += word;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[threader::pure]
pub fn justify(words: &[&str], width: usize) -> String {
    let letters: usize = words.iter().map(|word| word.len()).sum();
    let gaps = words.len().saturating_sub(1).max(1);
    let spaces = width.saturating_sub(letters);
    words
        .iter()
        .enumerate()
        .map(|(i, word)| {
            let pad = spaces / gaps + usize::from(i < spaces % gaps);
            let pad = if i + 1 < words.len() { pad } else { 0 };
            format!("{word}{}", " ".repeat(pad))
        })
        .collect()
}

#[threader::task]
pub fn headings(markdown: &str) -> Vec<(usize, String)> {
    markdown
        .lines()
        .filter_map(|line| {
            let level = line.bytes().take_while(|&byte| byte == b'#').count();
            let title = line[level..].strip_prefix(' ')?;
            (1..=6)
                .contains(&level)
                .then(|| (level, title.trim().to_string()))
        })
        .collect()
}

#[threader::pure]
pub fn render(template: &str, values: &BTreeMap<&str, String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, after) = rest.split_at(start);
        let end = after.find("}}").ok_or("unclosed")?;
        let name = after[2..end].trim();
        out.push_str(before);
        out.push_str(values.get(name).ok_or_else(|| format!("no {name}"))?);
        rest = &after[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

#[threader::pure]
fn code(c: char) -> Option<char> {
    Some(match c.to_ascii_lowercase() {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        _ => return None,
    })
}

#[threader::task]
pub fn soundex(name: &str) -> String {
    let mut out: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    let mut previous = name.chars().next().and_then(code);
    for c in name.chars().skip(1) {
        let digit = code(c);
        if let Some(digit) = digit.filter(|_| digit != previous) {
            out.push(digit);
        }
        if !matches!(c, 'h' | 'w') {
            previous = digit;
        }
    }
    format!("{out:0<4.4}")
}

#[derive(Default, Debug)]
pub struct Trie {
    children: BTreeMap<char, Trie>,
    end: bool,
}

#[threader::pure]
impl Trie {
    pub fn insert(&mut self, word: &str) {
        let mut node = self;
        for c in word.chars() {
            node = node.children.entry(c).or_default();
        }
        node.end = true;
    }

    pub fn completions(&self, prefix: &str) -> Vec<String> {
        let mut node = self;
        for c in prefix.chars() {
            match node.children.get(&c) {
                Some(child) => node = child,
                None => return Vec::new(),
            }
        }
        let mut out = Vec::new();
        node.collect(&mut prefix.to_string(), &mut out);
        out
    }

    fn collect(&self, word: &mut String, out: &mut Vec<String>) {
        if self.end {
            out.push(word.clone());
        }
        for (c, child) in &self.children {
            word.push(*c);
            child.collect(word, out);
            word.pop();
        }
    }
}

#[threader::task]
pub fn complete(words: &[String], prefix: &str) -> Vec<String> {
    let mut trie = Trie::default();
    words.iter().for_each(|word| trie.insert(word));
    trie.completions(prefix)
}

#[threader::task]
pub fn search_index(documents: &[String]) -> BTreeMap<String, BTreeSet<usize>> {
    let mut index: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (id, document) in documents.iter().enumerate() {
        for word in document
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            index.entry(word.to_lowercase()).or_default().insert(id);
        }
    }
    index
}

#[threader::task]
pub fn term_weights(documents: &[Vec<String>]) -> Vec<BTreeMap<String, f64>> {
    let count = documents.len() as f64;
    let holding = |term: &String| {
        documents
            .iter()
            .filter(|document| document.contains(term))
            .count() as f64
    };
    documents
        .iter()
        .map(|document| {
            let mut weights = BTreeMap::new();
            for term in document {
                *weights.entry(term.clone()).or_insert(0.0) += 1.0 / document.len() as f64;
            }
            weights
                .iter_mut()
                .for_each(|(term, weight)| *weight *= (count / holding(term)).ln());
            weights
        })
        .collect()
}

#[threader::pure]
pub fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            _ => write!(out, "%{byte:02X}").unwrap(),
        }
        out
    })
}

#[threader::pure]
fn failure_table(pattern: &[u8]) -> Vec<usize> {
    let mut table = vec![0; pattern.len()];
    let mut k = 0;
    for i in 1..pattern.len() {
        while k > 0 && pattern[k] != pattern[i] {
            k = table[k - 1];
        }
        k += usize::from(pattern[k] == pattern[i]);
        table[i] = k;
    }
    table
}

#[threader::task]
pub fn find_all(text: &str, pattern: &str) -> Vec<usize> {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let table = failure_table(pattern);
    let mut found = vec![];
    let mut k = 0;
    for (i, byte) in text.iter().enumerate() {
        while k > 0 && (k == pattern.len() || pattern[k] != *byte) {
            k = table[k - 1];
        }
        if pattern.get(k) == Some(byte) {
            k += 1;
        }
        if k == pattern.len() && k > 0 {
            found.push(i + 1 - k);
        }
    }
    found
}

#[threader::pure]
pub fn indent(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines()
        .map(|line| pad.clone() + line)
        .collect::<Vec<_>>()
        .join("\n")
}
