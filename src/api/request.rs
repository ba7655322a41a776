//! Strict requests: what is wrong is refused with a sentence that names the field and the value.

use super::sentence::explain;
use crate::model::strict::Object;
use crate::model::{Error, Result, Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The longest request, in bytes.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Parses a request, or the config. 6027 when it is not JSON, 6017 when it is not what is asked for.
pub(super) fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    if text.len() > MAX_BYTES {
        return Err(Error::invalid(format!(
            "the {what} has {} bytes; the most is {MAX_BYTES}",
            text.len()
        )));
    }
    // Nesting deeper than 128 levels ends in an error of serde_json's own.
    let mut json = serde_json::Deserializer::from_str(text);
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        explain(what, &path, error.inner())
    })?;
    json.end().map_err(|error| explain(what, ".", &error))?;
    // NUL ends a string in C: an id or a text that holds one would be cut by whoever reads it there.
    if text.contains("\\u0000")
        && let Some(path) = serde_json::from_str(text)
            .ok()
            .and_then(|value| find_nul(&value, String::new()))
    {
        return Err(Error::invalid(format!("{path} holds the character U+0000")));
    }
    Ok(value)
}

/// The path of the first string, or key, with a NUL.
fn find_nul(value: &serde_json::Value, path: String) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => Some(if path.is_empty() {
            "the request".to_owned()
        } else {
            path
        }),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(index, value)| find_nul(value, format!("{path}[{index}]"))),
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            let dot = if path.is_empty() { "" } else { "." };
            find_nul(value, format!("{path}{dot}{key}"))
        }),
        _ => None,
    }
}

/// A cursor: text, or the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NextSeq(pub(super) String);

impl Default for NextSeq {
    fn default() -> Self {
        Self("0".to_owned())
    }
}

impl<'de> Deserialize<'de> for NextSeq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = NextSeq;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an integer")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<NextSeq, E> {
                Ok(NextSeq(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> std::result::Result<NextSeq, E> {
                Ok(NextSeq(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> std::result::Result<NextSeq, E> {
                Ok(NextSeq(number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for NextSeq {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NextSeq".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "default": Self::default().0 })
    }
}

/// `timeoutMs`: how long a method waits for the server.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct Timeout(pub(super) std::time::Duration);

const DEFAULT_TIMEOUT_MS: u64 = 30_000;
const MAX_TIMEOUT_MS: u64 = 600_000;

impl Default for Timeout {
    fn default() -> Self {
        Self(std::time::Duration::from_millis(DEFAULT_TIMEOUT_MS))
    }
}

impl TryFrom<u64> for Timeout {
    type Error = String;

    fn try_from(millis: u64) -> std::result::Result<Self, String> {
        if (1..=MAX_TIMEOUT_MS).contains(&millis) {
            Ok(Self(std::time::Duration::from_millis(millis)))
        } else {
            Err(format!("{millis} is not between 1 and {MAX_TIMEOUT_MS} milliseconds"))
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timeout {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timeout".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_TIMEOUT_MS,
            "default": DEFAULT_TIMEOUT_MS,
            "description": "How long to wait for the server, in milliseconds.",
        })
    }
}

/// Refuses an empty list, and one that is too long.
pub(super) fn check_list<T>(field: &str, list: &[T], most: usize, too_many: Status) -> Result<()> {
    if list.is_empty() {
        Err(Error::invalid(format!("{field} is empty")))
    } else if list.len() > most {
        Err(Error::new(
            too_many,
            format!("{field} has {} entries; the most is {most}", list.len()),
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_wrong_type_is_not_quoted() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Request {
            #[allow(dead_code)]
            text: Option<String>,
            #[allow(dead_code)]
            elem: Option<Vec<i64>>,
        }
        for request in [
            r#"{"text":90210}"#,
            r#"{"text":90210.5}"#,
            r#"{"elem":"my 90210, expected \"it\""}"#,
            r#"{"elem":["90210"]}"#,
        ] {
            let error = parse::<Request>("request", request).unwrap_err();
            assert!(
                !error.desc.contains("90210") && error.desc.contains("must be"),
                "{}",
                error.desc
            );
            assert!(
                error.desc.starts_with("text") || error.desc.starts_with("elem"),
                "{}",
                error.desc
            );
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    #[allow(dead_code)]
    struct Sample {
        count: u32,
        #[serde(default)]
        next_seq: NextSeq,
        #[serde(default)]
        list: Vec<String>,
        #[serde(default)]
        timeout_ms: Timeout,
    }

    fn fault(text: &str) -> Error {
        parse::<Sample>("request", text).unwrap_err()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let unusable = Status::InvalidParameters;
        for (text, status, part) in [
            (
                "{",
                Status::InvalidJson,
                "the request is not JSON: it ends too early (line 1, column 1)",
            ),
            ("{} x", unusable, "count is missing"),
            (r#"{"count":1} x"#, Status::InvalidJson, "something follows its end"),
            (
                r#"{"count":"many"}"#,
                unusable,
                "count is a string, but must be an integer from 0 to 4294967295",
            ),
            (
                r#"{"count":-1}"#,
                unusable,
                "count -1 is not an integer from 0 to 4294967295",
            ),
            (
                r#"{"count":1.5}"#,
                unusable,
                "count is a number with a fraction, or too large, but must be",
            ),
            (r#"{"count":1e400}"#, unusable, "count is a number that is out of range"),
            (
                r#"{"count":1,"list":["\ud800"]}"#,
                unusable,
                "list[0] has half of a surrogate pair",
            ),
            (
                r#"{"count":1,"list":["\ud800x"]}"#,
                unusable,
                "list[0] has half of a surrogate pair",
            ),
            (
                r#"{"count":1,"cuont":1}"#,
                unusable,
                "cuont is not a field of the request; they are count, nextSeq, list and timeoutMs",
            ),
            (
                r#"{"count":1,"a secret":1}"#,
                unusable,
                "the request has an unknown field; they are count",
            ),
            (r#"{"count":1,"count":2}"#, unusable, "count is given twice"),
            (
                r#"{"count":1,"timeoutMs":700000}"#,
                unusable,
                "timeoutMs 700000 is not between 1 and 600000 milliseconds",
            ),
            (r#"{"count":1,"list":["a",7]}"#, Status::InvalidParameters, "list[1]"),
            (
                r#"{"count":1,"nextSeq":1.5}"#,
                unusable,
                "nextSeq is a number with a fraction, or too large, but must be a string or an integer",
            ),
            (r#"{"count":1,"nextSeq":true}"#, Status::InvalidParameters, "nextSeq"),
            (r#"{"count":1,"timeoutMs":0}"#, Status::InvalidParameters, "timeoutMs"),
            (
                r#"{"count":1,"list":["a","b\u0000c"]}"#,
                Status::InvalidParameters,
                "list[1] holds the character U+0000",
            ),
            ("[]", unusable, "the request is a list, but must be an object"),
            ("null", unusable, "the request is null, but must be an object"),
            ("{}", unusable, "count is missing"),
            ("", Status::InvalidJson, "ends too early"),
        ] {
            let error = fault(text);
            assert_eq!(error.status, status, "{text}: {}", error.desc);
            assert!(error.desc.contains(part), "{text}: {}", error.desc);
            assert!(
                !error.desc.contains("secret") && !error.desc.contains('`'),
                "{}",
                error.desc
            );
        }
    }

    #[test]
    fn deep_and_long_requests_are_refused() {
        let bomb = format!(
            r#"{{"count":1,"list":{}1{}}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!(matches!(
            fault(&bomb).status,
            Status::InvalidJson | Status::InvalidParameters
        ));
        let long = format!(r#"{{"count":1,"list":["{}"]}}"#, "x".repeat(MAX_BYTES));
        assert!(fault(&long).desc.contains("bytes"));
        let wrong = format!(r#"{{"count":"{}"}}"#, "x".repeat(10_000));
        assert!(fault(&wrong).desc.len() < 500);
    }

    #[test]
    fn a_cursor_may_be_text_or_a_number() {
        for text in [r#"{"count":1,"nextSeq":"17"}"#, r#"{"count":1,"nextSeq":17}"#] {
            assert_eq!(
                parse::<Sample>("request", text).unwrap().next_seq,
                NextSeq("17".to_owned())
            );
        }
    }
}
