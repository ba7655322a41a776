//! Pictures, read at a fraction of their size.

use super::webp::{frames_fit, is_layered};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use jpeg_decoder::{CodingProcess, PixelFormat};
use png::Transformations;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::time::{Duration, Instant};

/// The longest side of a small picture, in pixels.
pub(super) const SIDE: u32 = 400;
/// A picture that is no longer than this on both sides, and has at most so many bytes, is small itself.
pub(super) const SMALL_BYTES: u64 = 64 << 10;
/// How many pixels are looked at: more take seconds.
const MAX_PIXELS: u64 = 100_000_000;
/// What a picture may take of memory that cannot be read in parts: what it is unpacked to, and all that its decoder needs.
const MAX_WHOLE: u64 = 24 << 20;
/// How much of a photograph's file is read: its decoder keeps what cameras write beside the picture.
const MAX_JPEG_BYTES: u64 = 32 << 20;
/// How many bytes of its rest a decoder of PNG may keep.
const MAX_PNG_CHUNKS: usize = 1 << 20;
/// How long a photograph may take. Of a scan with nothing in it the decoder looks at every pixel, and a file may have thousands.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of what cameras write beside a photograph is read: its decoder keeps colour profiles of any length.
const MAX_BESIDE: usize = 4 << 20;
/// What a progressive photograph has in memory for each pixel, at most: three channels of 16 bits, and some of them twice on their
/// way from one of its decoder's threads to another.
const PROGRESSIVE: u64 = 8;

/// A picture on its way to a small one.
pub(super) struct Shrunk {
    pub(super) image: DynamicImage,
    pub(super) orientation: Orientation,
    /// Whether the whole is no longer than a small one.
    pub(super) was_short: bool,
    /// What its colours mean; empty when it does not say.
    pub(super) profile: Vec<u8>,
}

/// What is known of a picture before it is read.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) bytes: u64,
}

impl Source {
    /// Whether a picture of these sides is to be made smaller, and can be.
    fn is_wanted(self, width: u32, height: u32) -> bool {
        let pixels = u64::from(width) * u64::from(height);
        let is_small = is_short(width, height) && self.bytes <= SMALL_BYTES;
        (1..=MAX_PIXELS).contains(&pixels) && !is_small
    }
}

pub(super) fn is_short(width: u32, height: u32) -> bool {
    width.max(height) <= SIDE
}

/// A photograph. It is read at an eighth of its size, or a quarter or half of it, which takes neither the time nor the memory of
/// the whole.
pub(super) fn jpeg(file: impl Read + Seek, source: Source) -> Option<Shrunk> {
    let mut decoder = jpeg_decoder::Decoder::new(Impatient::new(BufReader::new(file.take(MAX_JPEG_BYTES))));
    decoder.set_max_decoding_buffer_size(usize::try_from(MAX_WHOLE).ok()?);
    decoder.read_info().ok()?;
    let info = decoder.info()?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let is_in_parts = match info.coding_process {
        CodingProcess::DctSequential => true,
        CodingProcess::DctProgressive => u64::from(width) * u64::from(height) * PROGRESSIVE <= MAX_WHOLE,
        CodingProcess::Lossless => false,
    };
    if !source.is_wanted(width, height) || !is_in_parts {
        return None;
    }
    let was_short = is_short(width, height);
    // The longer side decides: the decoder goes by either.
    let wanted = u16::try_from(SIDE.min(width.max(height))).ok()?;
    let (wanted_width, wanted_height) = if width < height {
        (u16::MAX, wanted)
    } else {
        (wanted, u16::MAX)
    };
    let (width, height) = decoder.scale(wanted_width, wanted_height).ok()?;
    let pixels = decoder.decode().ok()?;
    let (width, height) = (width.into(), height.into());
    let image = match decoder.info()?.pixel_format {
        PixelFormat::L8 => DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, pixels)?),
        PixelFormat::RGB24 => DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, pixels)?),
        // For printers, or for more than screens show.
        PixelFormat::CMYK32 | PixelFormat::L16 => return None,
    };
    Some(Shrunk {
        image,
        was_short,
        orientation: decoder
            .exif_data()
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms),
        profile: decoder.icc_profile().unwrap_or_default(),
    })
}

/// A PNG, row by row: each square of pixels becomes one.
pub(super) fn png(mut file: impl Read + Seek, source: Source) -> Option<Shrunk> {
    let limits = png::Limits { bytes: MAX_PNG_CHUNKS };
    let mut decoder = png::Decoder::new_with_limits(BufReader::new(&mut file), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if !source.is_wanted(width, height) {
        return None;
    }
    if reader.info().interlaced {
        // Its rows come in another order.
        drop(reader);
        file.rewind().ok()?;
        return whole(BufReader::new(file), ImageFormat::Png, source);
    }
    let profile = reader.info().icc_profile.as_deref().unwrap_or_default().to_vec();
    let exif = reader.info().exif_metadata.as_deref();
    let orientation = exif
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms);
    let samples = reader.output_color_type().0.samples();
    // Twice the side at most, for the last step to have enough to choose from.
    let factor = usize::try_from((width.max(height) / SIDE).max(1)).ok()?;
    let mut squares = Squares::new(factor, samples, width);
    while let Some(row) = reader.next_row().ok()? {
        squares.add(row.data());
    }
    Some(Shrunk {
        image: DynamicImage::ImageRgba8(squares.image()?),
        was_short: is_short(width, height),
        orientation,
        profile,
    })
}

/// Any other picture, if that does not take much memory. Of an animation the first frame.
pub(super) fn whole(mut file: impl BufRead + Seek, format: ImageFormat, source: Source) -> Option<Shrunk> {
    if format == ImageFormat::WebP {
        // Its decoder keeps what it reads, so that the file is there twice.
        if source.bytes > MAX_WHOLE / 4 {
            return None;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        return unpacked(io::Cursor::new(&bytes), format, source, Some(&bytes));
    }
    unpacked(file, format, source, None)
}

/// `webp`: the whole file.
fn unpacked(file: impl BufRead + Seek, format: ImageFormat, source: Source, webp: Option<&[u8]>) -> Option<Shrunk> {
    let mut reader = ImageReader::with_format(file, format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_WHOLE);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // As measured, in bytes for each pixel. Their own buffers are the larger part.
    let cost = match webp {
        Some(file) if is_layered(file) => 12,
        Some(_) => 7,
        None if format == ImageFormat::Gif => 9,
        None => u64::from(decoder.color_type().bytes_per_pixel()) * 3 / 2 + 1,
    };
    let pixels = u64::from(width) * u64::from(height);
    let kept = webp.map_or(0, |_| source.bytes * 2);
    if !source.is_wanted(width, height) || pixels.saturating_mul(cost).saturating_add(kept) > MAX_WHOLE {
        return None;
    }
    if webp.is_some_and(|file| !frames_fit(file, width, height)) {
        return None;
    }
    let image = DynamicImage::from_decoder(decoder).ok()?;
    // A first look at one that is many times as large as it is to be.
    let coarse = 4 * SIDE;
    let is_large = image.width().max(image.height()) > coarse;
    Some(Shrunk {
        image: if is_large {
            image.thumbnail(coarse, coarse)
        } else {
            image
        },
        was_short: is_short(width, height),
        orientation,
        profile: Vec::new(),
    })
}

/// What is read until there is no more time for it.
struct Impatient<R> {
    inner: R,
    until: Instant,
    reads: u32,
    /// How much was read that is not of the picture itself: that comes in single bytes.
    beside: usize,
}

impl<R> Impatient<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            until: Instant::now() + PATIENCE,
            reads: 0,
            beside: 0,
        }
    }
}

impl<R: Read> Read for Impatient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads = self.reads.wrapping_add(1);
        // Single bytes are read: the clock is not looked at for each.
        if self.reads.is_multiple_of(64) && Instant::now() > self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let read = self.inner.read(buffer)?;
        if buffer.len() > 2 {
            self.beside = self.beside.saturating_add(read);
            if self.beside > MAX_BESIDE {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
        }
        Ok(read)
    }
}

/// The mean of each square of pixels. What one can see through counts less for the colour.
struct Squares {
    factor: usize,
    samples: usize,
    width: u32,
    /// Of the squares that are being read: the sums of red, green and blue, each weighed with how opaque it is, of the latter, and
    /// how many pixels they are of.
    sums: Vec<[u64; 5]>,
    rows: usize,
    pixels: Vec<u8>,
}

impl Squares {
    fn new(factor: usize, samples: usize, width: u32) -> Self {
        let width = width.div_ceil(u32::try_from(factor).unwrap_or(u32::MAX));
        Self {
            factor,
            samples,
            width,
            sums: vec![[0; 5]; width as usize],
            rows: 0,
            pixels: Vec::new(),
        }
    }

    fn add(&mut self, row: &[u8]) {
        for (square, sums) in row.chunks(self.samples * self.factor).zip(&mut self.sums) {
            for pixel in square.chunks_exact(self.samples) {
                let (red, green, blue, opaque) = match *pixel {
                    [grey] => (grey, grey, grey, u8::MAX),
                    [grey, opaque] => (grey, grey, grey, opaque),
                    [red, green, blue] => (red, green, blue, u8::MAX),
                    [red, green, blue, opaque, ..] => (red, green, blue, opaque),
                    [] => continue,
                };
                let weight = u64::from(opaque);
                let [reds, greens, blues, weights, count] = sums;
                *reds += u64::from(red) * weight;
                *greens += u64::from(green) * weight;
                *blues += u64::from(blue) * weight;
                *weights += weight;
                *count += 1;
            }
        }
        self.rows += 1;
        if self.rows.is_multiple_of(self.factor) {
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        for sums in &mut self.sums {
            let [reds, greens, blues, weights, count] = std::mem::take(sums);
            let mean = |sum: u64, of: u64| u8::try_from(sum.checked_div(of).unwrap_or_default()).unwrap_or(u8::MAX);
            let pixel = [
                mean(reds, weights),
                mean(greens, weights),
                mean(blues, weights),
                mean(weights, count),
            ];
            self.pixels.extend(pixel);
        }
    }

    fn image(mut self) -> Option<RgbaImage> {
        if !self.rows.is_multiple_of(self.factor) {
            self.end_row();
        }
        let height = self.rows.div_ceil(self.factor);
        RgbaImage::from_raw(self.width, u32::try_from(height).ok()?, self.pixels)
    }
}
