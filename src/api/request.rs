//! Strict requests: what is wrong is refused with a sentence that names the field and the value.

use crate::model::strict::Object;
use crate::model::{Error, Result, Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
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

fn explain(what: &str, path: &str, error: &serde_json::Error) -> Error {
    let status = match error.classify() {
        Category::Data => Status::InvalidParameters,
        Category::Syntax | Category::Eof | Category::Io => Status::InvalidJson,
    };
    let sentence = cut(&without_value(&error.to_string()));
    match (status, path) {
        (Status::InvalidJson, _) => Error::new(status, format!("the {what} is not JSON: {sentence}")),
        (_, ".") => Error::new(status, format!("the {what} is wrong: {sentence}")),
        (_, path) => Error::new(status, format!("{path} is wrong: {sentence}")),
    }
}

/// serde's sentence about a wrong type without the value that it quotes: that may be a text or a password which was
/// given where something else belongs, of whatever type.
fn without_value(sentence: &str) -> String {
    let wrong = ["invalid type: ", "invalid value: string "].iter().find_map(|start| {
        let (given, expected) = sentence.strip_prefix(start)?.rsplit_once(", expected ")?;
        // The kind comes first, as in `string "secret"` or `integer `12``.
        let kind = given.split(['"', '`']).next().unwrap_or_default().trim();
        let kind = if kind.is_empty() { "string" } else { kind };
        Some(format!("invalid type: {kind}, expected {expected}"))
    });
    wrong.unwrap_or_else(|| sentence.to_owned())
}

/// What serde quotes may be long.
fn cut(sentence: &str) -> String {
    match sentence.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", sentence.get(..end).unwrap_or_default()),
        None => sentence.to_owned(),
    }
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
            Err(format!("{millis} is not between 1 and {MAX_TIMEOUT_MS}"))
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
                !error.desc.contains("90210") && error.desc.contains("expected"),
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
        for (text, status, part) in [
            ("{", Status::InvalidJson, "line 1"),
            ("{} x", Status::InvalidParameters, "count"),
            (r#"{"count":1} x"#, Status::InvalidJson, "trailing"),
            (
                r#"{"count":"many"}"#,
                Status::InvalidParameters,
                "count is wrong: invalid type: string, expected",
            ),
            (r#"{"count":-1}"#, Status::InvalidParameters, "count is wrong"),
            (
                r#"{"count":1.5}"#,
                Status::InvalidParameters,
                "floating point, expected",
            ),
            (r#"{"count":1,"cuont":1}"#, Status::InvalidParameters, "cuont"),
            (
                r#"{"count":1,"count":2}"#,
                Status::InvalidParameters,
                "duplicate field `count`",
            ),
            (r#"{"count":1,"list":["a",7]}"#, Status::InvalidParameters, "list[1]"),
            (r#"{"count":1,"nextSeq":1.5}"#, Status::InvalidParameters, "nextSeq"),
            (r#"{"count":1,"nextSeq":true}"#, Status::InvalidParameters, "nextSeq"),
            (r#"{"count":1,"timeoutMs":0}"#, Status::InvalidParameters, "timeoutMs"),
            (
                r#"{"count":1,"list":["a","b\u0000c"]}"#,
                Status::InvalidParameters,
                "list[1] holds the character U+0000",
            ),
            ("[]", Status::InvalidParameters, "request"),
            ("null", Status::InvalidParameters, "request"),
            ("{}", Status::InvalidParameters, "count"),
            ("", Status::InvalidJson, "EOF"),
        ] {
            let error = fault(text);
            assert_eq!(error.status, status, "{text}: {}", error.desc);
            assert!(error.desc.contains(part), "{text}: {}", error.desc);
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
