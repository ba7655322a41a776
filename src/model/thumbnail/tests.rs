//! Small pictures show what the large ones do, and nothing that a picture claims costs much.

use super::shrink::SMALL_BYTES;
use super::*;
use crate::model::image_size::image_size;
use image::{ImageReader, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

const RED: [u8; 3] = [220, 30, 30];
const BLUE: [u8; 3] = [20, 40, 200];

/// The left half red, the right half blue, with a little noise, as in a photograph.
fn halves(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let noise = u8::try_from((x * 7 + y * 13) % 11).unwrap();
        let colour = if x < width / 2 { RED } else { BLUE };
        Rgb(colour.map(|part| part + noise))
    }))
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn small(bytes: &[u8]) -> Option<(DynamicImage, ImageFormat)> {
    let small = thumbnail(Cursor::new(bytes))?;
    let reader = ImageReader::new(Cursor::new(&small.bytes))
        .with_guessed_format()
        .unwrap();
    let format = reader.format().unwrap();
    let image = reader.decode().unwrap();
    assert_eq!(
        (small.width, small.height),
        (image.width().into(), image.height().into())
    );
    Some((image, format))
}

#[track_caller]
fn assert_near(image: &DynamicImage, (x, y): (u32, u32), colour: [u8; 3]) {
    let pixel = image.to_rgb8().get_pixel(x, y).0;
    let is_near = pixel.iter().zip(colour).all(|(is, wanted)| is.abs_diff(wanted) < 25);
    assert!(is_near, "{pixel:?} is not {colour:?}");
}

#[test]
fn each_kind_of_picture_has_a_small_one_of_the_same_shape_and_colours() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        for (width, height, wanted) in [(820, 410, (400, 200)), (110, 440, (100, 400)), (2000, 3, (400, 1))] {
            let (image, kind) = small(&written(&halves(width, height), format)).unwrap();
            assert_eq!((image.width(), image.height()), wanted, "{format:?}");
            assert_eq!(kind, ImageFormat::Jpeg);
            assert_near(&image, (wanted.0 / 4, wanted.1 / 2), RED);
            assert_near(&image, (wanted.0 * 3 / 4, wanted.1 / 2), BLUE);
        }
    }
}

#[test]
fn every_kind_of_png_is_read() {
    let colours = halves(800, 400);
    for image in [
        DynamicImage::ImageLuma8(colours.to_luma8()),
        DynamicImage::ImageLumaA8(colours.to_luma_alpha8()),
        DynamicImage::ImageRgba8(colours.to_rgba8()),
        DynamicImage::ImageRgb16(colours.to_rgb16()),
        DynamicImage::ImageRgba16(colours.to_rgba16()),
    ] {
        let (shown, _) = small(&written(&image, ImageFormat::Png)).unwrap();
        assert_eq!((shown.width(), shown.height()), (400, 200));
        let wanted = image.to_rgb8();
        assert_near(&shown, (100, 100), wanted.get_pixel(200, 200).0);
        assert_near(&shown, (300, 100), wanted.get_pixel(600, 200).0);
    }
}

#[test]
fn what_one_can_see_through_stays_so() {
    let hole = RgbaImage::from_fn(800, 800, |x, _| {
        let [red, green, blue] = if x < 400 { RED } else { BLUE };
        Rgba([red, green, blue, if x < 400 { 255 } else { 0 }])
    });
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let (image, kind) = small(&written(&DynamicImage::ImageRgba8(hole.clone()), format)).unwrap();
        assert_eq!(kind, ImageFormat::Png);
        let pixels = image.to_rgba8();
        assert_eq!(
            (pixels.get_pixel(100, 200).0[3], pixels.get_pixel(300, 200).0[3]),
            (255, 0)
        );
        assert_near(&image, (100, 200), RED);
    }
}

#[test]
fn a_photograph_that_was_taken_upright_is_upright_and_says_nothing_else() {
    let jpeg = written(&halves(1000, 750), ImageFormat::Jpeg);
    // Orientation 6 in an EXIF segment of one entry: to be turned clockwise.
    let exif: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    let (image, _) = small(&turned).unwrap();
    assert_eq!((image.width(), image.height()), (300, 400));
    assert_near(&image, (150, 100), RED);
    assert_near(&image, (150, 300), BLUE);
    let bytes = thumbnail(Cursor::new(&turned)).unwrap().bytes;
    assert!(!bytes.windows(4).any(|part| part == b"Exif"), "where it was taken, say");
}

/// The other kinds say it in a chunk of their own.
#[test]
fn a_picture_of_another_kind_that_lies_on_its_side_is_upright_too() {
    let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    let picture = halves(1000, 750);
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(exif.clone()).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    let mut webp = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(exif).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    for bytes in [png, webp] {
        assert_eq!(image_size(Cursor::new(&bytes)), (750, 1000));
        let (image, _) = small(&bytes).unwrap();
        assert_eq!((image.width(), image.height()), (300, 400));
        assert_near(&image, (150, 100), RED);
        assert_near(&image, (150, 300), BLUE);
    }
}

#[test]
fn the_meaning_of_colours_goes_along_unless_it_is_long_or_of_other_channels() {
    for (space, length, goes) in [(b"RGB ", 500, true), (b"RGB ", 5000, false), (b"GRAY", 500, false)] {
        let mut profile = vec![7; length];
        profile[16..20].copy_from_slice(space);
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_icc_profile(profile.clone()).unwrap();
        halves(500, 250).write_with_encoder(encoder).unwrap();
        let bytes = thumbnail(Cursor::new(&bytes)).unwrap().bytes;
        let found = bytes.windows(profile.len()).any(|part| part == profile);
        assert_eq!(found, goes, "{length}");
    }
}

#[test]
fn a_small_picture_is_its_own_and_one_of_many_bytes_is_not() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        assert!(small(&written(&halves(120, 90), format)).is_none(), "{format:?}");
    }
    let plain = DynamicImage::new_rgb8(800, 600);
    let plain = written(&plain, ImageFormat::Png);
    assert!(small(&plain).is_some(), "it has few bytes, but is large on a screen");
    let mut random = fastrand::Rng::with_seed(1);
    let noise = RgbImage::from_fn(300, 300, |_, _| Rgb([random.u8(..), random.u8(..), random.u8(..)]));
    let noise = written(&DynamicImage::ImageRgb8(noise), ImageFormat::Png);
    assert!(noise.len() as u64 > SMALL_BYTES);
    let made = thumbnail(Cursor::new(&noise)).unwrap();
    assert!((made.width, made.height) == (300, 300) && made.bytes.len() < noise.len() / 2);
}

#[test]
fn what_is_cut_or_damaged_or_no_picture_never_does_harm() {
    assert!(small(b"no picture").is_none() && small(b"").is_none());
    let mut random = fastrand::Rng::with_seed(2);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = written(&halves(500, 40), format);
        for _ in 0..60 {
            let mut bytes = whole.clone();
            bytes.truncate(random.usize(1..=whole.len()));
            let place = random.usize(..bytes.len());
            bytes[place] ^= random.u8(1..);
            let _ = thumbnail(Cursor::new(bytes));
        }
    }
}

#[test]
fn a_picture_that_claims_to_be_huge_is_not_unpacked() {
    let started = std::time::Instant::now();
    let mut png = written(&halves(900, 4), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut gif = written(&halves(900, 4), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    let mut jpeg = written(&halves(900, 4), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    // The same with its pixels spread over the whole file, of a size that would be looked at otherwise.
    let mut progressive = jpeg.clone();
    progressive[frame + 1] = 0xc2;
    progressive[frame + 5..frame + 9].copy_from_slice(&[0x1f, 0xff, 0x1f, 0xff]);
    for picture in [png, gif, jpeg, progressive] {
        assert!(thumbnail(Cursor::new(picture)).is_none());
    }
    assert!(started.elapsed().as_secs() < 5);
}

/// Each of its scans says nothing, and makes the decoder look at a hundred million pixels.
#[test]
fn a_photograph_that_takes_long_has_no_small_one() {
    let side = 10_000_u16.to_be_bytes();
    let mut jpeg = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    jpeg.extend([1; 64]);
    jpeg.extend([0xff, 0xc0, 0, 11, 8]);
    jpeg.extend([side, side].concat());
    jpeg.extend([1, 1, 0x11, 0]);
    for class in [0, 0x10] {
        jpeg.extend([0xff, 0xc4, 0, 20, class, 1]);
        jpeg.extend([0; 16]);
    }
    for _ in 0..20_000 {
        jpeg.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    }
    jpeg.extend([0xff, 0xd9]);
    assert!(small(&jpeg).is_none());
}

/// What a camera writes beside a photograph: the decoder keeps all of it.
#[test]
fn a_photograph_with_more_beside_it_than_cameras_write_has_no_small_one() {
    let jpeg = written(&halves(900, 4), ImageFormat::Jpeg);
    let mut profile = vec![0xff, 0xe2, 0xff, 0xff];
    profile.extend(b"ICC_PROFILE\0");
    profile.resize(65_537, 1);
    let with = |count: usize| [&jpeg[..2], &profile.repeat(count), &jpeg[2..]].concat();
    assert!(small(&with(8)).is_some());
    assert!(small(&with(80)).is_none());
}
