//! WebP. The frames of one that is more than a bare picture (RFC 9649, 2.7) say for themselves how large they are, and the decoder
//! believes them before it compares them with the whole.

/// The chunks of a list of them: their names and contents.
fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let (name, rest) = bytes.split_at_checked(4)?;
        let (length, rest) = rest.split_at_checked(4)?;
        let length = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
        let content = rest.get(..length.min(rest.len()))?;
        // They begin at even places.
        bytes = rest.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((name, content))
    })
}

/// Whether no frame is larger than the whole picture. `file` is all of it.
pub(super) fn frames_fit(file: &[u8], width: u32, height: u32) -> bool {
    /// The size of the file's header, and of that of a frame of an animation.
    const HEADERS: (usize, usize) = (12, 16);
    chunks(file.get(HEADERS.0..).unwrap_or_default()).all(|(name, content)| match name {
        b"VP8 " => fits(content, width, height),
        b"ANMF" => chunks(content.get(HEADERS.1..).unwrap_or_default())
            .all(|(name, content)| name != b"VP8 " || fits(content, width, height)),
        _ => true,
    })
}

/// Whether it has several frames, or what one can see through beside its pixels: both are put together in memory.
pub(super) fn is_layered(file: &[u8]) -> bool {
    const HEADER: usize = 12;
    chunks(file.get(HEADER..).unwrap_or_default()).any(|(name, _)| matches!(name, b"ALPH" | b"ANMF"))
}

/// Whether a lossy frame (RFC 6386, 9.1) is no larger than that.
fn fits(frame: &[u8], width: u32, height: u32) -> bool {
    let side = |place: usize| {
        let side: [u8; 2] = frame.get(place..place + 2)?.try_into().ok()?;
        Some(u32::from(u16::from_le_bytes(side) & 0x3fff))
    };
    side(6)
        .zip(side(8))
        .is_none_or(|(wide, high)| wide <= width && high <= height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [name, &length, content, &padding].concat()
    }

    fn frame(side: u16) -> Vec<u8> {
        let side = side.to_le_bytes();
        chunk(
            b"VP8 ",
            &[&[0x10, 0, 0, 0x9d, 1, 0x2a], &side[..], &side, &[0]].concat(),
        )
    }

    #[test]
    fn a_frame_that_is_larger_than_the_picture_is_found_wherever_it_is() {
        let header = chunk(b"VP8X", &[0; 10]);
        let animated = |side: u16| chunk(b"ANMF", &[&[0; 16], &frame(side)[..]].concat());
        for (frames, is_fitting) in [
            (frame(500), true),
            (frame(501), false),
            ([chunk(b"ALPH", b"odd"), frame(16383)].concat(), false),
            ([animated(500), animated(20)].concat(), true),
            ([animated(500), animated(16383)].concat(), false),
            (frame(500)[..10].to_vec(), true),
            (Vec::new(), true),
        ] {
            let file = [&chunk(b"RIFF", b"WEBP")[..], &header, &frames].concat();
            assert_eq!(frames_fit(&file, 500, 500), is_fitting, "{frames:?}");
        }
    }
}
