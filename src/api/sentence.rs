//! Plain English for what serde says about a request. serde's sentences speak of Rust's types, and quote values: a text or
//! a password may have been given where something else belongs, so no value is repeated here but a number out of range.

use crate::model::id::QUOTED_CHARS;
use crate::model::{Error, Status};
use serde_json::error::Category;

/// The longest sentence of a check of ours that is passed on, in characters.
const MAX_CHARS: usize = 300;

/// The error for a request, or the config, that serde cannot read. `path` is where, as serde_path_to_error says it.
pub(super) fn explain(what: &str, path: &str, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let (sentence, place) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    let field = Field { what, path };
    match error.classify() {
        Category::Data => Error::invalid(data(&field, sentence)),
        _ => match syntax(sentence) {
            // JSON by its grammar, but more than can be held.
            Syntax::Unusable(fault) => Error::invalid(format!("{} {fault}", field.name())),
            Syntax::Wrong(fault) => {
                let place = place.replace(" column ", ", column ");
                Error::new(
                    Status::InvalidJson,
                    format!("the {what} is not JSON: {fault} (line {place})"),
                )
            }
        },
    }
}

/// The place of a fault.
struct Field<'a> {
    what: &'a str,
    path: &'a str,
}

impl Field<'_> {
    fn name(&self) -> String {
        if self.path == "." {
            format!("the {}", self.what)
        } else {
            self.path.to_owned()
        }
    }

    /// A field of the object at the path, which may end with the field already.
    fn below(&self, name: &str) -> String {
        let parent = self.path.strip_suffix(name).unwrap_or(self.path).trim_matches('.');
        if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        }
    }
}

enum Syntax {
    Wrong(String),
    Unusable(&'static str),
}

fn syntax(sentence: &str) -> Syntax {
    Syntax::Wrong(match sentence {
        "number out of range" => return Syntax::Unusable("is a number that is out of range"),
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
            return Syntax::Unusable("has half of a surrogate pair, which is no character");
        }
        "recursion limit exceeded" => return Syntax::Unusable("is nested too deeply"),
        "trailing characters" => "something follows its end".to_owned(),
        "expected value" | "expected ident" => "there is no value".to_owned(),
        sentence if sentence.starts_with("EOF while parsing") => "it ends too early".to_owned(),
        // The rest is English: "trailing comma", "key must be a string", "expected `:`".
        sentence => sentence.replace('`', "\""),
    })
}

fn data(field: &Field<'_>, sentence: &str) -> String {
    let name = field.name();
    if let Some(missing) = sentence.strip_prefix("missing field `") {
        return format!("{} is missing", field.below(missing.trim_end_matches('`')));
    }
    if let Some(twice) = sentence.strip_prefix("duplicate field `") {
        return format!("{} is given twice", field.below(twice.trim_end_matches('`')));
    }
    if let Some(unknown) = sentence.strip_prefix("unknown field `") {
        return unknown_field(field, unknown);
    }
    if let Some((given, expected)) = parts(sentence, "invalid type: ") {
        return format!("{name} is {}, but must be {}", kind(given), english(expected));
    }
    if let Some((given, expected)) = parts(sentence, "invalid value: ") {
        return match given.strip_prefix("integer `") {
            Some(number) => format!("{name} {} is not {}", number.trim_end_matches('`'), english(expected)),
            None => format!("{name} is not {}", english(expected)),
        };
    }
    // A sentence of one of our own checks, which begins with the value or the field.
    let last = field.path.rsplit('.').next().unwrap_or_default();
    let sentence = match sentence.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", sentence.get(..end).unwrap_or_default()),
        None => sentence.to_owned(),
    };
    match sentence.strip_prefix(last).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) => format!("{name} {rest}"),
        None => format!("{name} {sentence}"),
    }
}

/// What was given and what was expected.
fn parts<'a>(sentence: &'a str, start: &str) -> Option<(&'a str, &'a str)> {
    sentence.strip_prefix(start)?.rsplit_once(", expected ")
}

fn unknown_field(field: &Field<'_>, rest: &str) -> String {
    let (name, known) = rest
        .rsplit_once("`, expected ")
        .or_else(|| rest.rsplit_once("`, there are "))
        .unwrap_or((rest, ""));
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let fields = match known.as_slice() {
        [] => "there are none".to_owned(),
        [one] => format!("the only one is {one}"),
        [first @ .., last] => format!("they are {} and {last}", first.join(", ")),
    };
    // A key may be a text that slipped out of its place.
    let is_name = name.len() <= QUOTED_CHARS && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let object = match field.path.strip_suffix(name).unwrap_or_default().trim_matches('.') {
        "" => format!("the {}", field.what),
        parent => parent.to_owned(),
    };
    if is_name && !name.is_empty() {
        format!("{} is not a field of {object}; {fields}", field.below(name))
    } else {
        format!("{object} has an unknown field; {fields}")
    }
}

/// The kind of a value, without the value.
fn kind(given: &str) -> &'static str {
    match given.split(['"', '`']).next().unwrap_or_default().trim() {
        "string" => "a string",
        "integer" => "an integer",
        "floating point" => "a number with a fraction, or too large",
        "boolean" => "a boolean",
        "map" => "an object",
        "sequence" => "a list",
        "null" | "unit value" => "null",
        _ => "something else",
    }
}

/// Rust's names of what was expected.
fn english(expected: &str) -> &str {
    match expected {
        "u16" => "an integer from 0 to 65535",
        "u32" => "an integer from 0 to 4294967295",
        "u64" | "usize" => "an integer of 0 or more",
        "i64" | "i32" => "an integer",
        "a sequence" => "a list",
        "a map" => "an object",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected,
    }
}
