//! Sequences, which count from 1: `u64` in libim, and `i64` in SQLite, which has no unsigned integers.

/// A sequence as it is stored. One that no server gives, past 2^63, is the greatest there is.
pub(crate) fn to_stored(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// A stored sequence. A negative one, which nothing of libim writes, is 0: before all messages.
pub(crate) fn from_stored(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_survive_the_store_and_odd_ones_stay_in_bounds() {
        for seq in [0, 1, u64::try_from(i64::MAX).unwrap()] {
            assert_eq!(from_stored(to_stored(seq)), seq);
        }
        assert_eq!((to_stored(u64::MAX), from_stored(-1)), (i64::MAX, 0));
    }
}
