//! Times as XMPP writes them (XEP-0082) and as the account counts them, in microseconds since 1970.

use crate::model::Micros;
use std::str::FromStr;
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
}
