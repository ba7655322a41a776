//! Times as XMPP writes them (XEP-0082) and as the account counts them, in microseconds since 1970.

use crate::model::Micros;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use xmpp_parsers::date::DateTime;

/// A time as XEP-0082 writes it.
pub(crate) fn stamp(time: Micros) -> String {
    chrono::DateTime::from_timestamp_micros(time.0)
        .unwrap_or_default()
        .format("%Y-%m-%dT%H:%M:%S%.6fZ")
        .to_string()
}

/// A parsed time.
pub(crate) fn micros(time: &DateTime) -> Micros {
    Micros(time.0.timestamp_micros())
}

/// A time that somebody wrote.
pub(crate) fn parse_stamp(text: &str) -> Option<Micros> {
    DateTime::from_str(text).ok().map(|time| micros(&time))
}

/// The second in which a time lies: some archives know whole seconds only.
pub(crate) fn whole_second(time: Micros) -> Micros {
    Micros(time.0 - time.0.rem_euclid(1_000_000))
}

/// How well the server's clock is known from an answer at once, µs: servers tell whole seconds.
const ACCURACY: i64 = 2_000_000;

/// The server's clock, as far as it is known. Others may read how far it is ahead of this device's.
#[derive(Clone, Default)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Tells `offset` how far it is ahead, µs.
    pub(crate) fn new(offset: Arc<AtomicI64>) -> Self {
        Self(offset)
    }

    /// Now.
    pub(crate) fn now(&self) -> Micros {
        Micros(Micros::now().0 + self.0.load(Ordering::Relaxed))
    }

    /// The server has said what time it is, between two moments of this device's clock.
    pub(crate) fn learn(&self, server: Micros, asked: Micros, answered: Micros) {
        let half = (answered.0 - asked.0).max(0) / 2;
        let offset = server.0 - (asked.0 + half);
        // It may have looked at its clock at any moment until it answered.
        let offset = if offset.abs() < ACCURACY + half { 0 } else { offset };
        self.0.store(offset, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_being_written() {
        for micros in [0, 1, 951_782_400_000_000, 1_709_210_096_123_456, 4_102_444_799_999_999] {
            assert_eq!(parse_stamp(&stamp(Micros(micros))), Some(Micros(micros)));
        }
        assert_eq!(stamp(Micros(1_709_210_096_123_456)), "2024-02-29T12:34:56.123456Z");
    }

    #[test]
    fn other_clocks_and_zones_are_understood() {
        let expected = Some(Micros(1_709_210_096_000_000));
        for text in [
            "2024-02-29T12:34:56Z",
            "2024-02-29T13:34:56+01:00",
            "2024-02-29T12:34:56.000Z",
        ] {
            assert_eq!(parse_stamp(text), expected, "{text}");
        }
        assert_eq!(parse_stamp("yesterday"), None);
        assert_eq!(whole_second(Micros(1_999_999)), Micros(1_000_000));
        assert_eq!(whole_second(Micros(-1)), Micros(-1_000_000));
    }

    #[test]
    fn the_servers_clock_is_known_as_well_as_it_tells() {
        let (offset, second) = (Arc::<AtomicI64>::default(), 1_000_000);
        let clock = Clock::new(Arc::clone(&offset));
        let learned = |server: i64| {
            clock.learn(Micros(server), Micros(100 * second), Micros(102 * second));
            offset.load(Ordering::Relaxed)
        };
        assert_eq!(learned(700 * second), 599 * second);
        assert_eq!(learned(40 * second), -61 * second);
        assert_eq!(learned(102 * second), 0, "that is within what it tells");
        clock.learn(Micros(110 * second), Micros(100 * second), Micros(111 * second));
        let late = offset.load(Ordering::Relaxed);
        assert_eq!(late, 0, "it has looked at its clock when it answered at last");
        assert!((clock.now().0 - Micros::now().0).abs() < second);
    }
}
