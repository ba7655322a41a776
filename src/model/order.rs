//! Times, the order key, and the order of the list.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// The pin bit of an order key. Below it is a time in microseconds, which reaches it in the year 2112.
// Not higher: a pinned key must stay below 2^53, up to which JavaScript's numbers are exact.
pub const PIN_BIT: i64 = 1 << 52;

/// Microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// The wall clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(PIN_BIT - 1))
    }

    /// Whole seconds, as V2TIM's timestamps are.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

/// `orderkey`: the activation, plus [`PIN_BIT`] while pinned. Sorting by it, descending, gives the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey(pub i64);

impl OrderKey {
    /// The key of a conversation.
    pub fn new(activation: i64, pinned: bool) -> Self {
        Self(activation + if pinned { PIN_BIT } else { 0 })
    }
}

/// The order of the list (`conversationOrder` in the config).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConversationOrder {
    /// By `orderkey`.
    #[default]
    OrderKey,
    /// By the last message's time, as older SDKs did.
    LastMessageTimestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_sorts_above_every_unpinned_and_stays_exact_in_a_double() {
        let newest = OrderKey::new(PIN_BIT - 1, false);
        let oldest_pinned = OrderKey::new(0, true);
        assert!(oldest_pinned > newest);
        assert!(OrderKey::new(PIN_BIT - 1, true).0 < 1 << 53);
    }
}
