//! Pictures, read at a fraction of their size.

use super::webp::frames_fit;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use jpeg_decoder::{CodingProcess, PixelFormat};
use png::Transformations;
use std::io::{self, BufReader, Read, Seek};
use std::time::{Duration, Instant};

/// The longest side of a small picture, in pixels.
pub(super) const SIDE: u32 = 400;
/// A picture that is no longer than this on both sides, and has at most so many bytes, is small itself.
pub(super) const SMALL_BYTES: u64 = 64 << 10;
/// How many pixels are looked at: more take seconds.
const MAX_PIXELS: u64 = 100_000_000;
/// What a picture may have in memory that cannot be read in parts.
const MAX_WHOLE: u64 = 16 << 20;
/// How much of a photograph's file is read: its decoder keeps what cameras write beside the picture.
const MAX_JPEG_BYTES: u64 = 32 << 20;
/// How many bytes of its rest a decoder of PNG may keep.
const MAX_PNG_CHUNKS: usize = 1 << 20;
/// How long a photograph may take. Of a scan with nothing in it the decoder looks at every pixel, and a file may have thousands.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many bytes a picture has at most that is read whole: the decoders of some keep them all.
const MAX_WHOLE_BYTES: u64 = 8 << 20;
/// What a progressive photograph has in memory for each pixel, at most: three channels of 16 bits.
const PROGRESSIVE: u64 = 6;

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
        return whole(file, ImageFormat::Png, source);
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
pub(super) fn whole(mut file: impl Read + Seek, format: ImageFormat, source: Source) -> Option<Shrunk> {
    if source.bytes > MAX_WHOLE_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let mut reader = ImageReader::with_format(io::Cursor::new(&bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_WHOLE);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if !source.is_wanted(width, height) || decoder.total_bytes() > MAX_WHOLE {
        return None;
    }
    if format == ImageFormat::WebP && !frames_fit(&bytes, width, height) {
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
}

impl<R> Impatient<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            until: Instant::now() + PATIENCE,
            reads: 0,
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
        self.inner.read(buffer)
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
