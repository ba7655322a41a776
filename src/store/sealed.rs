//! Texts that only a backend understands, and that send it somewhere else for good when one letter of them changes: they
//! are stored with a checksum. One that was damaged is none, and what it stood for is fetched again.

use super::columns::readable_text;
use rusqlite::Row;

/// What stands between a text and the eight digits of its checksum.
const MARK: char = '#';

/// The text as it is stored.
pub(super) fn seal(text: &str) -> String {
    format!("{text}{MARK}{:08x}", checksum(text))
}

/// A stored text; `None` when there is none, or a damaged one. Versions before the checksum stored the text alone.
pub(super) fn sealed_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    let stored = readable_text(row, column)?;
    if stored.is_none() && row.get_ref(column)? != rusqlite::types::ValueRef::Null {
        log::warn!("a stored place of the sync is damaged; the sync starts over");
    }
    Ok(stored.and_then(|stored| unseal(&stored).map(str::to_owned)))
}

fn unseal(stored: &str) -> Option<&str> {
    let Some((text, digits)) = stored.rsplit_once(MARK) else {
        return Some(stored);
    };
    match u32::from_str_radix(digits, 16) {
        Ok(number) if digits.len() == 8 && number == checksum(text) => Some(text),
        _ => {
            log::warn!("a stored place of the sync is damaged; the sync starts over");
            None
        }
    }
}

/// FNV-1a.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_was_and_a_changed_one_does_not() {
        for text in ["", "a1b2:17", "a#b", "é"] {
            let stored = seal(text);
            assert_eq!(unseal(&stored), Some(text));
            for (at, _) in stored.char_indices().filter(|(_, char)| *char != MARK) {
                let mut changed = stored.clone();
                changed.replace_range(at..at + stored[at..].chars().next().unwrap().len_utf8(), "~");
                assert_eq!(unseal(&changed), None, "{changed}");
            }
        }
        assert_eq!(unseal("a1b2:17"), Some("a1b2:17"), "of an older version");
    }
}
