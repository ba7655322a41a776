//! The sizes of pictures, as they are shown. Only headers are read, so no picture is too large to be looked at.

use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::{BufReader, Cursor, Read, Seek};

/// How much of a picture is read at most, and what a decoder may allocate: the decoder of JPEG takes all that it is given.
const MOST: u64 = 4 << 20;
/// The longest side that is believed.
const MAX_SIDE: u32 = 65_535;

/// Width and height in pixels; zeros when the file is no picture of a kind that libim reads: JPEG, PNG, GIF or WebP.
pub(crate) fn image_size(file: impl Read + Seek) -> (i64, i64) {
    let (width, height) = read(file)
        .filter(|(width, height)| (1..=MAX_SIDE).contains(width) && (1..=MAX_SIDE).contains(height))
        .unwrap_or_default();
    (width.into(), height.into())
}

fn read(mut file: impl Read + Seek) -> Option<(u32, u32)> {
    let mut start = Vec::new();
    Read::by_ref(&mut file).take(MOST).read_to_end(&mut start).ok()?;
    match image::guess_format(&start).ok()? {
        ImageFormat::Jpeg => {
            let mut decoder = JpegDecoder::new(Cursor::new(start)).ok()?;
            Some(upright(&mut decoder))
        }
        format => {
            file.rewind().ok()?;
            let mut limits = Limits::default();
            limits.max_alloc = Some(MOST);
            let mut reader = ImageReader::with_format(BufReader::new(file), format);
            reader.limits(limits);
            Some(upright(&mut reader.into_decoder().ok()?))
        }
    }
}

/// Width and height as it is shown: a camera that is held upright writes a picture that lies, and says so.
fn upright(decoder: &mut impl ImageDecoder) -> (u32, u32) {
    let (width, height) = decoder.dimensions();
    let lies = matches!(
        decoder.orientation(),
        Ok(Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH)
    );
    if lies { (height, width) } else { (width, height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat};
    use std::io::Write;

    fn size(bytes: &[u8]) -> (i64, i64) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        image_size(file)
    }

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(40, 30).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn each_kind_has_its_size_and_what_is_cut_or_no_picture_has_none() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let bytes = picture(format);
            assert_eq!(size(&bytes), (40, 30), "{format:?}");
            for end in 0..bytes.len().min(64) {
                // Never a panic; a size only if it is the right one.
                assert!([(0, 0), (40, 30)].contains(&size(&bytes[..end])), "{format:?} {end}");
            }
        }
        assert_eq!(size(b"no picture"), (0, 0));
        assert_eq!(size(b""), (0, 0));
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_believed_and_costs_nothing() {
        let mut png = picture(ImageFormat::Png);
        // The width in the header; its checksum is wrong then too.
        png[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(size(&png), (0, 0));
        let mut gif = picture(ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert_eq!(size(&gif), (65_535, 65_535));
    }

    #[test]
    fn a_picture_that_was_taken_upright_is_shown_upright() {
        let jpeg = picture(ImageFormat::Jpeg);
        // Orientation 6 in an EXIF segment of one entry.
        let exif: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
        assert_eq!(size(&turned), (30, 40));
    }
}
