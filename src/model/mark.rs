//! Marks of conversations, and the keys of conversation groups. Plain data.

use super::status::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A set of marks, as V2TIM's `markType`: each mark is one bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(u64);

/// One mark, by the number of its bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(u8);

/// V2TIM's own marks: star, unread, fold, hide.
const NAMED: std::ops::Range<u8> = 0..4;

/// Those that mean what the app wants. V2TIM goes on to bit 63, but above 2^53 a number is not exact in JSON.
const CUSTOM: std::ops::Range<u8> = 32..53;

/// Those that stand for V2TIM's bits 53 to 63, which compat/timsdk has: each is 32 bits lower. Apps of this library have no
/// need of them.
const STAND_INS: std::ops::Range<u8> = 21..32;

impl Mark {
    /// Every mark, in ascending order.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMED.chain(STAND_INS).chain(CUSTOM).map(Self)
    }

    /// The number of the bit.
    pub fn bit(self) -> u8 {
        self.0
    }

    /// The mark with that bit.
    pub fn from_bit(bit: u8) -> Option<Self> {
        Self::all().find(|mark| mark.0 == bit)
    }

    /// The value, as `markType` and `markList` have it.
    pub fn value(self) -> u64 {
        1 << self.0
    }
}

impl Marks {
    /// Checks a `markType` that came from outside: 0, or any of the marks together.
    pub fn parse(field: &str, value: u64) -> Result<Self> {
        let all = Mark::all().fold(0, |all, mark| all | mark.value());
        if value & !all == 0 {
            Ok(Self(value))
        } else {
            Err(Error::invalid(format!(
                "{field} {value} has a bit that is no mark; marks are 1, 2, 4, 8 and 1<<21 to 1<<52"
            )))
        }
    }

    /// A set that was checked before, as read back from our own database.
    pub fn from_stored(value: i64) -> Self {
        let known = Mark::all().filter(|mark| value.cast_unsigned() & mark.value() != 0);
        known.fold(Self::default(), |marks, mark| marks.with(mark, true))
    }

    /// The set as a number.
    pub fn value(self) -> u64 {
        self.0
    }

    /// The marks in the set, ascending.
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        Mark::all().filter(move |mark| self.has(*mark))
    }

    /// Whether a mark is in the set.
    pub fn has(self, mark: Mark) -> bool {
        self.0 & mark.value() != 0
    }

    /// The set with a mark, or without it.
    #[must_use]
    pub fn with(self, mark: Mark, is_set: bool) -> Self {
        if is_set {
            Self(self.0 | mark.value())
        } else {
            Self(self.0 & !mark.value())
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether two sets have a mark in common.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A conversation group's key. Groups are renamed, on several devices at once even; the key stays, so what one device puts
/// into a group that another renames is in the renamed one. Keys rise in the order in which the groups were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey(i64);

/// The lowest bits of a key are random, so that two devices that make groups in the same microsecond make two.
const RANDOM_BITS: u32 = 10;

impl GroupKey {
    /// The key of a group that is made now, at a stamp's time.
    pub fn new(time: super::order::Micros, random: u64) -> Self {
        let random = i64::try_from(random % (1 << RANDOM_BITS)).unwrap_or_default();
        // Times of the next centuries have 52 bits or less.
        Self((time.0.clamp(1, i64::MAX >> RANDOM_BITS) << RANDOM_BITS) | random)
    }

    /// A key from our own database.
    pub const fn from_stored(key: i64) -> Self {
        Self(key)
    }

    /// The key as a number.
    pub fn value(self) -> i64 {
        self.0
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let key = i64::from_str_radix(text, 16).ok().filter(|key| *key > 0).map(Self)?;
        // In its one spelling: the key is part of a name.
        (key.to_string() == text).then_some(key)
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The groups that a conversation was put into, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupKeys(Vec<GroupKey>);

impl GroupKeys {
    /// Whether a group is among them.
    pub fn has(&self, key: GroupKey) -> bool {
        self.0.binary_search(&key).is_ok()
    }

    /// Adds a group or takes it out.
    pub fn set(&mut self, key: GroupKey, is_in: bool) {
        match self.0.binary_search(&key) {
            Ok(place) if !is_in => drop(self.0.remove(place)),
            Err(place) if is_in => self.0.insert(place, key),
            _ => {}
        }
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = GroupKey> + '_ {
        self.0.iter().copied()
    }

    /// Reads what [`Self::to_stored`] writes. What is no key is left out.
    pub fn from_stored(text: &str) -> Self {
        let mut keys: Vec<GroupKey> = text
            .split(',')
            .filter_map(|key| key.parse().ok().map(GroupKey))
            .collect();
        keys.sort_unstable();
        Self(keys)
    }

    /// The keys as text, with commas.
    pub fn to_stored(&self) -> String {
        let keys: Vec<String> = self.0.iter().map(|key| key.0.to_string()).collect();
        keys.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;

    #[test]
    fn marks_are_single_bits_that_json_has_exactly() {
        let values: Vec<u64> = Mark::all().map(Mark::value).collect();
        assert_eq!(values.len(), 36);
        assert_eq!((values[0], values[3], values[4], values[15]), (1, 8, 1 << 21, 1 << 32));
        assert!(values.iter().all(|value| *value < 1 << 53));
        for wrong in [16, 1 << 20, 1 << 53, u64::MAX] {
            let error = Marks::parse("markType", wrong).unwrap_err();
            assert!(error.desc.contains(&format!("markType {wrong} ")), "{}", error.desc);
        }
    }

    #[test]
    fn a_set_has_the_marks_that_were_put_into_it() {
        let marks = Marks::parse("markType", 1 | 1 << 40).unwrap();
        let values: Vec<u64> = marks.iter().map(Mark::value).collect();
        assert_eq!(values, [1, 1 << 40]);
        let star = Mark::from_bit(0).unwrap();
        assert!(marks.has(star) && !marks.with(star, false).has(star));
        assert_eq!(Marks::from_stored(-1).iter().count(), 36, "other bits are dropped");
    }

    #[test]
    fn keys_rise_with_the_time_and_are_read_as_written() {
        let (first, second) = (
            GroupKey::new(Micros(1_700_000_000_000_000), 5),
            GroupKey::new(Micros(1_700_000_000_000_001), 0),
        );
        assert!(first < second);
        assert_eq!(GroupKey::parse(&first.to_string()), Some(first));
        assert_eq!(
            [
                GroupKey::parse("5"),
                GroupKey::parse("-000000000000005"),
                GroupKey::parse("x")
            ],
            [None; 3]
        );
        assert!(GroupKey::new(Micros(i64::MAX), u64::MAX).value() > 0);
    }
}
