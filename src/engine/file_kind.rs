//! What a file is by how it begins: receivers and servers tell kinds apart by the ends of names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The end of the name of such a file; `None` when it begins like none that is known here.
pub(super) fn extension(path: &Path) -> Option<&'static str> {
    let mut start = Vec::new();
    File::open(path).ok()?.take(16).read_to_end(&mut start).ok()?;
    known(&start)
}

fn known(start: &[u8]) -> Option<&'static str> {
    let part = |from: usize, length: usize| start.get(from..from + length).unwrap_or_default();
    Some(match (part(0, 4), part(4, 4), part(8, 4)) {
        (b"\x89PNG", ..) => "png",
        (b"GIF8", ..) => "gif",
        (b"RIFF", _, b"WEBP") => "webp",
        (b"RIFF", _, b"WAVE") => "wav",
        (_, b"ftyp", b"heic" | b"heix" | b"mif1" | b"msf1") => "heic",
        (_, b"ftyp", b"avif" | b"avis") => "avif",
        (_, b"ftyp", b"M4A " | b"M4B ") => "m4a",
        (_, b"ftyp", b"qt  ") => "mov",
        (_, b"ftyp", [b'3', b'g', ..]) => "3gp",
        (_, b"ftyp", _) => "mp4",
        (b"OggS", ..) => "ogg",
        (b"fLaC", ..) => "flac",
        (b"#!AM", ..) => "amr",
        (b"%PDF", ..) => "pdf",
        (b"\x1a\x45\xdf\xa3", ..) => "webm",
        ([0xff, 0xd8, 0xff, _], ..) => "jpg",
        ([b'I', b'D', b'3', _] | [0xff, 0xfa | 0xfb | 0xf2 | 0xf3, ..], ..) => "mp3",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_beginning_and_what_is_cut_is_none() {
        for (start, kind) in [
            (&b"\x89PNG\r\n\x1a\n"[..], Some("png")),
            (b"\xff\xd8\xff\xe0", Some("jpg")),
            (b"RIFF\0\0\0\0WEBP", Some("webp")),
            (b"\0\0\0\x18ftypisom", Some("mp4")),
            (b"\0\0\0\x18ftypM4A ", Some("m4a")),
            (b"\0\0\0\x18ftypheic", Some("heic")),
            (b"ID3\x04", Some("mp3")),
            (b"RIFF\0\0\0\0", None),
            (b"hello", None),
            (b"", None),
        ] {
            assert_eq!(known(start), kind, "{start:?}");
        }
    }
}
