//! Which rows have been looked at since the cache was opened.
//!
//! A page copies the rendered JSON of its rows without reading it, which is what makes it fast. What this process has
//! written is JSON; what was on the disk before may have been damaged since. So each row is parsed once, when it is first
//! shown, and remembered in a bit.

use crate::model::exact;
use crate::model::lock::lock;
use crate::model::sync::Mutex;
use std::collections::HashSet;

/// Rows beyond this number are looked at each time: the bits must not take more memory than a row.
const MAX_BITS: usize = 1 << 24;

/// The rows, by their number.
#[derive(Default)]
pub(crate) struct CheckedRows(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    sound: Vec<u64>,
    damaged: HashSet<i64>,
}

impl CheckedRows {
    /// Looks at every row again.
    #[cfg(test)]
    pub(crate) fn forget(&self) {
        *lock(&self.0) = Rows::default();
    }

    /// Whether what a row holds is a JSON object with exact numbers. The log is told once of each that is not.
    pub(crate) fn is_json(&self, row: i64, json: &str) -> bool {
        let mut rows = lock(&self.0);
        let bit = usize::try_from(row).ok().filter(|bit| *bit < MAX_BITS);
        let (word, mask) = (bit.map(|bit| bit / 64), 1 << bit.map_or(0, |bit| bit % 64));
        if let Some(word) = word
            && rows.sound.get(word).is_some_and(|bits| bits & mask != 0)
        {
            return true;
        }
        if exact::is_exact_object(json) {
            if let Some(word) = word {
                if rows.sound.len() <= word {
                    rows.sound.resize(word + 1, 0);
                }
                if let Some(bits) = rows.sound.get_mut(word) {
                    *bits |= mask;
                }
            }
            return true;
        }
        if rows.damaged.insert(row) {
            log::warn!("row {row} of the list is damaged; it is rendered from its other columns");
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_looked_at_until_it_is_json() {
        let rows = CheckedRows::default();
        for damaged in ["", "{", "[]", "{:1}", r#"{"a":9007199254740992}"#] {
            assert!(!rows.is_json(70, damaged));
        }
        assert!(rows.is_json(70, "{}"));
        assert!(rows.is_json(70, "not looked at any more"));
        assert!(!rows.is_json(71, "x"));
        assert!(rows.is_json(i64::MAX, "{}") && !rows.is_json(i64::MAX, "x"));
    }
}
