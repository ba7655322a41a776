//! The keys of the two JSONs, as tables: each row has a key of the C API, libim's key, and the form of its value.
//!
//! [`outward`] makes an object of the C API from one of libim's. It has every key of its table, and never null: Tencent's own
//! readers take both for granted. [`inward`] makes the fields of a request from what the app has given, and leaves out what it
//! has not.

pub(crate) mod conversation;
pub(crate) mod element;
pub(crate) mod friend;
pub(crate) mod group;
pub(crate) mod message;
pub(crate) mod receipt;
pub(crate) mod report;
pub(crate) mod tips;
pub(crate) mod user;

use crate::ids::Ids;
use serde_json::{Map, Value, json};

/// A row.
pub(crate) struct Key {
    /// The key of the C API.
    pub(crate) theirs: &'static str,
    /// libim's; empty where it has none.
    pub(crate) ours: &'static str,
    pub(crate) form: Form,
}

/// The form of a value.
pub(crate) enum Form {
    Text,
    Number,
    Flag,
    /// A number that libim writes as a text, because it may be larger than 2^53.
    Digits,
    /// A number with a fraction, written with a point also where it has none.
    Fraction,
    Texts,
    /// A userID.
    User,
    Users,
    /// A number of a closed set: theirs, and libim's.
    Choice(&'static [(i64, i64)]),
    /// The same, where libim has words.
    Word(&'static [(i64, &'static str)]),
    /// An object; null becomes one with all its keys.
    Part(&'static [Key]),
    /// A list of objects.
    Parts(&'static [Key]),
    /// Values that are no table, such as messages.
    Made(fn(&Value, &Ids) -> Value),
    /// Keys that libim has no value for: these stand for none.
    Zero,
    Empty,
    No,
    Nothing,
    NoObject,
}

/// A row, for the tables.
pub(crate) const fn key(theirs: &'static str, ours: &'static str, form: Form) -> Key {
    Key { theirs, ours, form }
}

/// A row of a key that libim does not have.
pub(crate) const fn lacking(theirs: &'static str, form: Form) -> Key {
    Key { theirs, ours: "", form }
}

/// An object of libim's with the keys of the C API.
pub(crate) fn outward(keys: &[Key], own: &Value, ids: &Ids) -> Value {
    let field = |key: &Key| (key.theirs.to_owned(), value(&key.form, field(own, key.ours), ids));
    Value::Object(keys.iter().map(field).collect())
}

/// A list of them.
pub(crate) fn outward_all(keys: &[Key], own: &Value, ids: &Ids) -> Value {
    list(own).iter().map(|entry| outward(keys, entry, ids)).collect()
}

/// Whether a field asks for something: it is there, and more than a default.
pub(crate) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is_on) => *is_on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// A field; null where there is none.
pub(crate) fn field<'a>(object: &'a Value, key: &str) -> &'a Value {
    object.get(key).unwrap_or(&Value::Null)
}

/// The text of a field.
pub(crate) fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    field(object, key).as_str().unwrap_or_default()
}

/// The number of a field.
pub(crate) fn number(object: &Value, key: &str) -> i64 {
    field(object, key).as_i64().unwrap_or_default()
}

/// The entries of a list; none where it is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn value(form: &Form, own: &Value, ids: &Ids) -> Value {
    let user = |user: &Value| ids.outward(user.as_str().unwrap_or_default()).into();
    match form {
        Form::Text => own.as_str().unwrap_or_default().into(),
        Form::Number if own.is_number() => own.clone(),
        Form::Number | Form::Zero => 0.into(),
        Form::Flag => own.as_bool().unwrap_or_default().into(),
        Form::Digits => own
            .as_str()
            .map_or(own.as_u64(), |text| text.parse().ok())
            .unwrap_or(0)
            .into(),
        Form::Fraction => own.as_f64().unwrap_or_default().into(),
        Form::Texts => list(own).iter().filter(|text| text.is_string()).cloned().collect(),
        Form::User => user(own),
        Form::Users => list(own).iter().map(user).collect(),
        Form::Choice(pairs) => {
            let found = pairs.iter().find(|(_, ours)| own.as_i64() == Some(*ours));
            found.map_or(0, |(theirs, _)| *theirs).into()
        }
        Form::Word(pairs) => {
            let found = pairs.iter().find(|(_, ours)| own.as_str() == Some(*ours));
            found.map_or(0, |(theirs, _)| *theirs).into()
        }
        Form::Part(keys) => outward(keys, own, ids),
        Form::Parts(keys) => outward_all(keys, own, ids),
        Form::Made(make) => make(own, ids),
        Form::Empty => "".into(),
        Form::No => false.into(),
        Form::Nothing => json!([]),
        Form::NoObject => json!({}),
    }
}

/// The fields of a request, from those that the app has given.
pub(crate) fn inward(keys: &[Key], theirs: &Value, ids: &Ids) -> Map<String, Value> {
    let mut own = Map::new();
    for key in keys.iter().filter(|key| !key.ours.is_empty()) {
        match field(theirs, key.theirs) {
            Value::Null => {}
            given => {
                own.insert(key.ours.to_owned(), own_value(&key.form, given, ids));
            }
        }
    }
    own
}

fn own_value(form: &Form, given: &Value, ids: &Ids) -> Value {
    let user = |user: &Value| {
        user.as_str()
            .map_or_else(|| user.clone(), |user| ids.inward(user).into())
    };
    match form {
        Form::User => user(given),
        Form::Users => list(given).iter().map(user).collect(),
        Form::Digits => given
            .as_u64()
            .map_or_else(|| given.clone(), |number| number.to_string().into()),
        Form::Choice(pairs) => {
            let found = pairs.iter().find(|(theirs, _)| given.as_i64() == Some(*theirs));
            found.map_or_else(|| given.clone(), |(_, ours)| (*ours).into())
        }
        Form::Word(pairs) => {
            let found = pairs.iter().find(|(theirs, _)| given.as_i64() == Some(*theirs));
            found.map_or_else(|| given.clone(), |(_, ours)| (*ours).into())
        }
        Form::Part(keys) => Value::Object(inward(keys, given, ids)),
        Form::Parts(keys) => list(given)
            .iter()
            .map(|entry| Value::Object(inward(keys, entry, ids)))
            .collect(),
        // libim refuses another type, and names the field.
        _ => given.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[Key] = &[
        key("c_text", "text", Form::Text),
        key("c_seq", "seq", Form::Digits),
        key("c_users", "users", Form::Users),
        key("c_kind", "kind", Form::Choice(&[(7, 1), (8, 2)])),
        key("c_part", "part", Form::Part(&[key("c_flag", "flag", Form::Flag)])),
        lacking("c_other", Form::Empty),
    ];

    #[test]
    fn every_key_is_there_and_never_null() {
        let all = json!({
            "c_text": "", "c_seq": 0, "c_users": [], "c_kind": 0, "c_part": { "c_flag": false }, "c_other": "",
        });
        for nothing in [
            json!({}),
            json!(null),
            json!({ "text": null, "seq": null, "part": null, "kind": 9 }),
        ] {
            assert_eq!(outward(KEYS, &nothing, &Ids::default()), all);
        }
    }

    #[test]
    fn there_and_back() {
        let ids = Ids {
            domain: Some("example.org".to_owned()),
        };
        let own = json!({
            "text": "hi", "seq": "18446744073709551615", "users": ["bob@example.org"], "kind": 2, "part": { "flag": true },
        });
        let theirs = outward(KEYS, &own, &ids);
        assert_eq!(theirs["c_seq"], u64::MAX);
        assert_eq!(theirs["c_users"], json!(["bob"]));
        assert_eq!(theirs["c_kind"], 8);
        assert_eq!(Value::Object(inward(KEYS, &theirs, &ids)), own);
        assert_eq!(
            inward(KEYS, &json!({ "c_kind": 8 }), &ids).len(),
            1,
            "what is not given is left out"
        );
    }
}
