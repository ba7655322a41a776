//! A stanza's own tag, read without a parser: the stanza may be one that no parser reads.

/// How much of a tag is looked at.
const LONGEST: usize = 16 * 1024;

/// The beginning of a stanza, with its own tag.
pub(super) fn stanza_tag(stanza: &[u8]) -> Vec<u8> {
    let end = stanza.iter().position(|byte| *byte == b'>').unwrap_or(stanza.len());
    let tag = stanza.get(..end.min(LONGEST)).unwrap_or_default();
    let tag = tag.strip_suffix(b"/").unwrap_or(tag);
    tag.trim_ascii_start().to_vec()
}

/// The value of an attribute as it is written in a tag.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, mut rest) = tag.split_once(|char: char| char.is_whitespace())?;
    loop {
        let (found, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next()?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        if found.trim() == name {
            return Some(value);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_as_they_are_written() {
        let tag = String::from_utf8(stanza_tag(b" <iq id='a=\"b' from = \"x\"/><iq type='get'/>")).unwrap();
        assert_eq!(tag, "<iq id='a=\"b' from = \"x\"");
        assert_eq!(
            (attribute(&tag, "id"), attribute(&tag, "from")),
            (Some("a=\"b"), Some("x"))
        );
        assert_eq!(attribute(&tag, "type"), None);
        for broken in ["<iq", "<iq id", "<iq id=", "<iq id='", "<iq id=é", "<iq id=1 "] {
            assert_eq!(attribute(broken, "id"), None, "{broken}");
        }
    }
}
