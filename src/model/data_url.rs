//! Small pictures that an address has in itself (RFC 2397), as some clients send them with a file.

use super::image_size::image_size;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Cursor;

/// The longest address of this kind: it is a part of the message, and of each page of the list that shows it.
const MAX_LENGTH: usize = 16 << 10;

/// The longest side of such a picture, in pixels: whoever shows it has to hold all of it.
const MAX_SIDE: i64 = 1024;

/// The bytes of a picture that an address has in itself; `None` when it is another address, is too long or too large, or holds no
/// picture of a kind that libim reads.
pub(crate) fn picture_in(url: &str) -> Option<Vec<u8>> {
    if url.len() > MAX_LENGTH {
        return None;
    }
    let (media_type, data) = url.strip_prefix("data:image/")?.split_once(',')?;
    media_type.strip_suffix(";base64")?;
    let bytes = STANDARD.decode(data).ok()?;
    let (width, height) = image_size(Cursor::new(&bytes));
    (1..=MAX_SIDE).contains(&width).then_some(())?;
    (1..=MAX_SIDE).contains(&height).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat};

    #[test]
    fn only_pictures_that_are_whole_and_small_are_read() {
        let png = |side: u32| {
            let mut bytes = Cursor::new(Vec::new());
            let picture = DynamicImage::new_luma8(side, 1);
            picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
            let bytes = bytes.into_inner();
            (format!("data:image/png;base64,{}", STANDARD.encode(&bytes)), bytes)
        };
        let (small, bytes) = png(1024);
        assert_eq!(picture_in(&small), Some(bytes));
        let (large, _) = png(1025);
        let long = small.replace(',', &format!(",{}", "AAAA".repeat(MAX_LENGTH / 4)));
        let program = format!(
            "data:image/svg+xml;base64,{}",
            STANDARD.encode("<svg onload='alert(1)'/>")
        );
        for other in [
            "data:image/png,abc",
            "data:image/png;base64,YWJj",
            "data:image/png;base64,YW",
            "data:image/png;base64,",
            "data:text/html;base64,YWJj",
            "https://up.example/a.png",
            "",
            long.as_str(),
            large.as_str(),
            program.as_str(),
        ] {
            assert_eq!(picture_in(other), None, "{other}");
        }
    }
}
