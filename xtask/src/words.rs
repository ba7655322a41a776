//! Types and defaults in words, for the header and the documents.

use crate::description::{Param, Type};
use serde_json::Value;

/// `array of strings`.
pub fn type_in_words(kind: &Type) -> String {
    match kind {
        Type::Null => "null".to_owned(),
        Type::String | Type::Choice(_) => "string".to_owned(),
        Type::Integer | Type::Number(_) | Type::Time(_) => "integer".to_owned(),
        Type::Double => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Cursor => "string or integer".to_owned(),
        Type::List(of) => format!("array of {}", plural(of)),
        Type::Optional(of) => format!("{} or null", type_in_words(of)),
        Type::Model(name) => name.clone(),
        Type::Object(_) => "object".to_owned(),
    }
}

fn plural(kind: &Type) -> String {
    match kind {
        Type::String | Type::Choice(_) => "strings".to_owned(),
        Type::Integer | Type::Number(_) | Type::Time(_) => "integers".to_owned(),
        Type::Double => "numbers".to_owned(),
        Type::Boolean => "booleans".to_owned(),
        Type::Object(_) => "objects".to_owned(),
        kind => type_in_words(kind),
    }
}

/// `0, 1, 2 or 3`.
fn alternatives(values: &[String]) -> String {
    match values.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => values.concat(),
    }
}

/// What stands in brackets behind the name of a field: `string, default "0"`.
pub fn field_in_words(param: &Param) -> String {
    let mut words = type_in_words(&param.kind);
    if !param.values.is_empty() {
        let values: Vec<String> = param.values.iter().map(|value| format!("{value:?}")).collect();
        words = alternatives(&values);
    }
    match (param.minimum, param.maximum) {
        (Some(least), Some(most)) => words.push_str(&format!(", {least} to {most}")),
        // A type without negative numbers goes without saying.
        (Some(least), None) if least > 0 => words.push_str(&format!(", from {least}")),
        _ => {}
    }
    match &param.default {
        _ if param.required => words.push_str(", required"),
        None | Some(Value::Null) => words.push_str(", optional"),
        Some(default) => words.push_str(&format!(", default {default}")),
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn param(kind: Type, required: bool, default: Option<Value>) -> Param {
        Param {
            name: "it".to_owned(),
            description: String::new(),
            required,
            kind,
            default,
            minimum: None,
            maximum: None,
            values: Vec::new(),
        }
    }

    #[test]
    fn fields_in_words() {
        let list = Type::List(Box::new(Type::String));
        assert_eq!(field_in_words(&param(list, true, None)), "array of strings, required");
        let mut count = param(Type::Integer, false, Some(json!(100)));
        count.minimum = Some(1);
        assert_eq!(field_in_words(&count), "integer, from 1, default 100");
        let text = Type::Optional(Box::new(Type::String));
        assert_eq!(
            field_in_words(&param(text, false, Some(Value::Null))),
            "string or null, optional"
        );
        let mut order = param(Type::String, false, Some(json!("b")));
        order.values = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(field_in_words(&order), r#""a" or "b", default "b""#);
    }
}
