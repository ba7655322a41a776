//! Small pictures that an address has in itself (RFC 2397), as some clients send them with a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest address of this kind: it is a part of the message, and of each page of the list that shows it.
const MAX_LENGTH: usize = 16 << 10;

/// The bytes of a picture that an address has in itself; `None` when it is another address, is too long or is damaged.
pub(crate) fn picture_in(url: &str) -> Option<Vec<u8>> {
    if url.len() > MAX_LENGTH {
        return None;
    }
    let (media_type, data) = url.strip_prefix("data:image/")?.split_once(',')?;
    media_type.strip_suffix(";base64")?;
    STANDARD.decode(data).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_are_whole_and_small_are_read() {
        assert_eq!(picture_in("data:image/png;base64,YWJj").as_deref(), Some(&b"abc"[..]));
        let long = format!("data:image/png;base64,{}", "YWJj".repeat(MAX_LENGTH / 4));
        for other in [
            "data:image/png,abc",
            "data:image/png;base64,YW",
            "data:image/png;base64,",
            "data:text/html;base64,YWJj",
            "https://up.example/a.png",
            "",
            long.as_str(),
        ] {
            assert_eq!(picture_in(other), None, "{other}");
        }
    }
}
