//! Integers that every reader of JSON has exactly: JavaScript and Dart for the web hold numbers as doubles. No number that
//! libim makes is larger; one that is comes from a damaged disk.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use serde_json::ser::Formatter;
use std::fmt;
use std::io::{self, Write};

/// The greatest such integer.
pub(crate) const MAX: i64 = (1 << 53) - 1;

/// A value as JSON, with the nearest exact number in place of one that is not.
pub(crate) fn to_string<T: Serialize>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::with_capacity(128);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Exact))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// Whether a text is a JSON object whose integers are all exact.
pub(crate) fn is_exact_object(json: &str) -> bool {
    json.starts_with('{') && serde_json::from_str::<Checked>(json).is_ok()
}

struct Exact;

impl Formatter for Exact {
    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        write!(writer, "{}", value.clamp(-MAX, MAX))
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        write!(writer, "{}", value.min(MAX.unsigned_abs()))
    }
}

/// Any value whose integers are exact.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("integers below 2^53")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Checked, E> {
        self.visit_u64(value.unsigned_abs())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Checked, E> {
        if value > MAX.unsigned_abs() {
            return Err(E::custom("an integer that is not exact"));
        }
        Ok(Checked)
    }

    fn visit_f64<E: Error>(self, _value: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E: Error>(self, _value: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E: Error>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Checked, A::Error> {
        while list.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Checked, A::Error> {
        while object.next_entry::<IgnoredAny, Checked>()?.is_some() {}
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_exact() {
        let value = json!([
            1,
            -1,
            MAX,
            -MAX,
            1_u64 << 53,
            u64::MAX,
            i64::MIN,
            1.5,
            "9007199254740993"
        ]);
        let written = to_string(&value).unwrap();
        assert_eq!(
            written,
            format!("[1,-1,{MAX},-{MAX},{MAX},{MAX},-{MAX},1.5,\"9007199254740993\"]")
        );
        assert!(is_exact_object(&format!("{{\"a\":{written}}}")));
    }

    #[test]
    fn an_object_with_an_integer_that_is_not_exact_is_noticed() {
        for sound in ["{}", r#"{"a":{"b":[9007199254740991,null,true,"x",2.5e40]}}"#] {
            assert!(is_exact_object(sound), "{sound}");
        }
        for wrong in [
            "",
            "[]",
            "{",
            r#"{"a":9007199254740992}"#,
            r#"{"a":[{"b":-9007199254740992}]}"#,
        ] {
            assert!(!is_exact_object(wrong), "{wrong}");
        }
    }
}
