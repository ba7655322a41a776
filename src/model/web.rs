//! Addresses on the web, and names of files, as peers write them. A name is shown and is never a path; an address is one on the web or
//! none.

use sha2::{Digest, Sha256};

/// The longest address.
const MAX_URL: usize = 4096;
/// The longest name of a file, in bytes, as file systems have it.
const MAX_NAME: usize = 255;

/// Whether a text is an address on the web, which is all that can be fetched.
pub(crate) fn is_address(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']));
    has_host && text.len() <= MAX_URL && !text.contains(|char: char| char.is_whitespace() || char.is_control())
}

/// A file's name as somebody wrote it, without what could make a path of it.
pub(crate) fn file_name(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.trim().is_empty())
        .unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|char| !char.is_control() && !turns(*char))
        .collect();
    let plain = plain.trim();
    let end = (0..=MAX_NAME.min(plain.len()))
        .rev()
        .find(|end| plain.is_char_boundary(*end));
    let plain = plain.get(..end.unwrap_or_default()).unwrap_or_default();
    if plain.chars().all(|char| char == '.') {
        String::new()
    } else {
        plain.to_owned()
    }
}

/// Whether a character changes the direction in which others are shown: `fdp.exe` would look like `exe.pdf`.
fn turns(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name that an address ends with.
pub(crate) fn name_in(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (_, path) = path.split_once("://").unwrap_or_default();
    let (_, last) = path.rsplit_once('/').unwrap_or_default();
    file_name(&percent_decoded(last))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The name of a content of which only the address is known.
pub(crate) fn name_of_address(url: &str) -> String {
    hex(&Sha256::digest(url.as_bytes()))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        for (name, shown) in [
            ("cat.jpg", "cat.jpg"),
            ("../../.bashrc", ".bashrc"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("/etc/passwd/", "passwd"),
            ("..", ""),
            ("", ""),
            (" a\u{0}b\n ", "ab"),
            ("naïve 日本.pdf", "naïve 日本.pdf"),
            ("\u{200f}photo\u{202e}gpj\u{2067}.exe\u{2069}", "photogpj.exe"),
            ("\u{202e}.\u{2066}.", ""),
        ] {
            assert_eq!(file_name(name), shown);
        }
        assert_eq!(name_in("https://up.example/photo%E2%80%AEgpj.exe"), "photogpj.exe");
        let long = file_name(&"é".repeat(200));
        assert_eq!((long.len(), long.chars().count()), (254, 127));
        assert_eq!(name_in("https://up.example/x/My%20file%2F..%2Fa.txt?k=1#f"), "a.txt");
        assert_eq!(name_in("https://up.example"), "");
    }

    #[test]
    fn an_address_is_one_on_the_web() {
        for url in ["https://example.org/a", "HTTP://[::1]:80/a b".trim_end_matches(" b")] {
            assert!(is_address(url), "{url}");
        }
        let long = format!("https://example.org/{}", "x".repeat(MAX_URL));
        for text in [
            "",
            "https://",
            "https:///a",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:,x",
            "cid:a",
            "ftp://x/y",
            "https://example.org/a b",
            "https://example.org/\u{1}",
            "aesgcm://x/y#z",
            &long,
        ] {
            assert!(!is_address(text), "{text:.60}");
        }
    }
}
