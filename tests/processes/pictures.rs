//! Pictures as large as a small one is made of, of every kind: what that takes of memory.

use crate::files::grown;
use crate::program;
use crate::support::app::App;
use crate::support::temp_dir;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// What docs/media.md says of those that are read in parts, and of the others.
const IN_PARTS_KIB: i64 = 12 << 10;
const WHOLE_KIB: i64 = 32 << 10;

/// A photograph, all grey: each square of 8 by 8 pixels is two codes a channel (ITU-T T.81, K.3), or one where only the mean of
/// each square is there, as at the beginning of a progressive one.
fn photograph(width: u16, height: u16, is_progressive: bool) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let grey = image::RgbImage::from_pixel(8, 8, image::Rgb([128; 3]));
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 90);
    grey.write_with_encoder(encoder).unwrap();
    let after = |marker: u8| jpeg.windows(2).position(|bytes| bytes == [0xff, marker]).unwrap() + 2;
    let (frame, scan) = (after(0xc0), after(0xda));
    let length = usize::from(u16::from_be_bytes([jpeg[scan], jpeg[scan + 1]]));
    jpeg.truncate(scan + length);
    jpeg[frame + 3..frame + 7].copy_from_slice(&[height.to_be_bytes(), width.to_be_bytes()].concat());
    let squares = usize::from(width / 8) * usize::from(height / 8);
    if is_progressive {
        jpeg[frame - 1] = 0xc2;
        // Of each square the mean only.
        jpeg[scan + length - 2] = 0;
        jpeg.extend(vec![0; squares * 6 / 8]);
    } else {
        // No difference to the square before, and nothing else: brightness, then two of colour.
        let square = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let bits: Vec<u8> = square.repeat(8);
        let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
        let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
        jpeg.extend(bytes.repeat(squares / 8));
    }
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

fn png_chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
    let named = [name, content].concat();
    let length = u32::try_from(content.len()).unwrap();
    [&length.to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A PNG in which one can see through everything. Interlaced, its rows come in seven passes (RFC 2083, 2.6).
fn png(side: u32, depth: u8, is_interlaced: bool) -> Vec<u8> {
    let bytes = 4 * u32::from(depth) / 8;
    let pass = |x: u32, y: u32, right: u32, down: u32| {
        let (wide, high) = ((side - x).div_ceil(right), (side - y).div_ceil(down));
        high * (1 + wide * bytes)
    };
    let length = if is_interlaced {
        [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]
        .iter()
        .map(|(x, y, right, down)| pass(*x, *y, *right, *down))
        .sum()
    } else {
        pass(0, 0, 1, 1)
    };
    // As many zeros, compressed: a picture of one row, whose filter is a zero too.
    let mut row = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut row, CompressionType::Fast, FilterType::NoFilter);
    encoder
        .write_image(&vec![0; length as usize - 1], length - 1, 1, ExtendedColorType::L8)
        .unwrap();
    let rest = [depth, 6, 0, 0, u8::from(is_interlaced)];
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &rest].concat();
    // Behind the signature and the header of the row: its data and its end.
    [&row[..8], &png_chunk(b"IHDR", &header), &row[33..]].concat()
}

/// A GIF whose picture leaves out the last row and column.
fn gif(side: u16) -> Vec<u8> {
    let mut gif = b"GIF89a".to_vec();
    let sides = |side: u16| [side.to_le_bytes(), side.to_le_bytes()].concat();
    gif.extend([&sides(side)[..], &[0xf7, 0, 0]].concat());
    gif.extend([0; 768]);
    gif.push(b',');
    gif.extend([&[0; 4][..], &sides(side - 1), &[0, 2]].concat());
    // Codes of three bits, as long as the table is forgotten before it grows: clear, black, black.
    let eight = (0..8).fold(0_u128, |bits, place| bits | 4 << (9 * place)).to_le_bytes();
    let pixels = usize::from(side) * usize::from(side);
    for part in eight[..9].repeat(pixels / 16).chunks(255) {
        gif.push(u8::try_from(part.len()).unwrap());
        gif.extend(part);
    }
    gif.extend([0, b';']);
    gif
}

fn riff(name: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [name, &length, content, &vec![0; content.len() % 2]].concat()
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff(b"RIFF", &[b"WEBP".as_slice(), &chunks.concat()].concat())
}

/// A frame without loss (RFC 9649, 3): each channel has one code only, which takes no bit for a pixel.
fn lossless(side: u32) -> Vec<u8> {
    let (mut bits, mut count) = (0_u128, 0);
    let mut put = |value: u32, length: u32| {
        bits |= u128::from(value) << count;
        count += length;
    };
    for (value, length) in [(0x2f, 8), (side - 1, 14), (side - 1, 14), (1, 1), (0, 3), (0, 3)] {
        put(value, length);
    }
    for code in [128, 128, 128, 100, 0] {
        for (value, length) in [(1, 1), (0, 1), (1, 1), (code, 8)] {
            put(value, length);
        }
    }
    [&bits.to_le_bytes()[..], &[0; 8]].concat()
}

fn animation(side: u32) -> Vec<u8> {
    let less = (side - 1).to_le_bytes();
    let sides = [&less[..3], &less[..3]].concat();
    let header = riff(b"VP8X", &[&[0x12, 0, 0, 0][..], &sides].concat());
    let place = [&[0; 6][..], &sides, &[100, 0, 0, 0]].concat();
    let frame = riff(b"ANMF", &[place, riff(b"VP8L", &lossless(side))].concat());
    webp(&[header, riff(b"ANIM", &[0; 6]), frame.clone(), frame])
}

/// Sends a picture in a program of its own: by how much its memory grows, and how wide the small one is.
fn sent(program: &Path, dir: &Path, name: &str, bytes: &[u8]) -> (i64, i64) {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    let user = name.replace('.', "-");
    let args: [&OsStr; 5] = [
        dir.as_os_str(),
        user.as_ref(),
        "pictures".as_ref(),
        "bob".as_ref(),
        path.as_os_str(),
    ];
    let grown = grown(program, &args);
    let forms = &App::open(dir, &user).history("c2c_bob")[0]["imageElem"]["imageList"];
    assert_ne!(forms[0]["width"], json!(0), "{name}");
    (grown, forms[1]["width"].as_i64().unwrap())
}

#[test]
fn a_small_picture_takes_no_more_memory_than_is_said_whatever_it_is_made_of() {
    let dir = temp_dir();
    let program = program("files", dir.path());
    let cases: [(&str, Vec<u8>, i64); 8] = [
        ("photograph.jpg", photograph(6000, 4000, false), IN_PARTS_KIB),
        ("plain.png", png(9000, 8, false), IN_PARTS_KIB),
        ("progressive.jpg", photograph(1768, 1768, true), WHOLE_KIB),
        ("interlaced.png", png(1890, 8, true), WHOLE_KIB),
        ("deep.png", png(1390, 16, true), WHOLE_KIB),
        ("a.gif", gif(1670), WHOLE_KIB),
        ("still.webp", webp(&[riff(b"VP8L", &lossless(1890))]), WHOLE_KIB),
        ("animated.webp", animation(1440), WHOLE_KIB),
    ];
    for (name, bytes, most) in &cases {
        let (grown, width) = sent(&program, dir.path(), name, bytes);
        println!("{name} took {grown} KiB");
        assert_eq!(width, 400, "{name} has a small one");
        assert!(grown < *most, "{name} took {grown} KiB");
    }
    // One step larger it is sent as it is, without a small one.
    for (name, bytes) in [
        ("large.jpg", photograph(1776, 1776, true)),
        ("large.png", png(1900, 8, true)),
        ("large.gif", gif(1680)),
        ("large.webp", animation(1456)),
    ] {
        let (grown, width) = sent(&program, dir.path(), name, &bytes);
        println!("{name} took {grown} KiB");
        assert!(width > 400, "{name}");
        assert!(grown < IN_PARTS_KIB, "{name} took {grown} KiB");
    }
}
