//! Small pictures for lists, made of large ones.
//!
//! A photograph has a hundred times the bytes of its file in memory, so it is never unpacked whole: `shrink` reads it in parts. What
//! cannot be read so has a limit.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageEncoder, ImageFormat};
use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

mod shrink;
mod webp;
use shrink::{SIDE, Shrunk, Source, is_short};

/// The quality of JPEG, of 100.
const QUALITY: u8 = 80;
/// The longest colour profile that goes along. Those of screens and cameras are much shorter.
const MAX_PROFILE: usize = 4096;

/// A small picture.
pub(crate) struct Thumbnail {
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// A small one of a picture: JPEG, or PNG where one can see through it. `None` when the picture is small itself, and when it cannot be
/// read, or only with more memory than it is worth.
pub(crate) fn thumbnail(mut file: impl Read + Seek) -> Option<Thumbnail> {
    let bytes = file.seek(std::io::SeekFrom::End(0)).ok()?;
    file.rewind().ok()?;
    // The picture may be made to do harm: whatever a decoder makes of it, it is sent as it is.
    let made = catch_unwind(AssertUnwindSafe(|| made(file, Source { bytes })));
    made.ok().flatten()
}

fn made(mut file: impl Read + Seek, source: Source) -> Option<Thumbnail> {
    let mut start = Vec::new();
    Read::by_ref(&mut file).take(32).read_to_end(&mut start).ok()?;
    let format = image::guess_format(&start).ok()?;
    file.rewind().ok()?;
    let Shrunk {
        mut image,
        orientation,
        was_short,
        profile,
    } = match format {
        ImageFormat::Jpeg => shrink::jpeg(file, source)?,
        ImageFormat::Png => shrink::png(file, source)?,
        ImageFormat::Gif | ImageFormat::WebP => shrink::whole(BufReader::new(file), format, source)?,
        _ => return None,
    };
    if !is_short(image.width(), image.height()) {
        image = image.resize(SIDE, SIDE, FilterType::Triangle);
    }
    image.apply_orientation(orientation);
    let encoded = encoded(&image, profile)?;
    // One that has many bytes but few pixels, an animation say, may be as small as it can be.
    if was_short && encoded.len() as u64 >= source.bytes {
        return None;
    }
    Some(Thumbnail {
        bytes: encoded,
        width: image.width().into(),
        height: image.height().into(),
    })
}

fn encoded(image: &DynamicImage, profile: Vec<u8>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_opaque = !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    // A profile describes the channels that the picture has (ICC.1, 7.2.8).
    let is_fitting = image.color().has_color() && profile.get(16..20) == Some(b"RGB ") && profile.len() <= MAX_PROFILE;
    let profile = if is_fitting { profile } else { Vec::new() };
    if is_opaque {
        let image = match image {
            DynamicImage::ImageLuma8(_) => image.clone(),
            _ => DynamicImage::ImageRgb8(image.to_rgb8()),
        };
        write(&image, JpegEncoder::new_with_quality(&mut bytes, QUALITY), profile)?;
    } else {
        let image = DynamicImage::ImageRgba8(image.to_rgba8());
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, PngFilter::Adaptive);
        write(&image, encoder, profile)?;
    }
    Some(bytes)
}

fn write(image: &DynamicImage, mut encoder: impl ImageEncoder, profile: Vec<u8>) -> Option<()> {
    if !profile.is_empty() {
        encoder.set_icc_profile(profile).ok()?;
    }
    image.write_with_encoder(encoder).ok()
}

#[cfg(test)]
mod tests;
