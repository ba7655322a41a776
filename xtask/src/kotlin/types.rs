//! Types of the description in Kotlin, and how their values are read, written and defaulted.

use super::exceptions::INTS;
use crate::Result;
use crate::description::{Description, Param, Type};
use serde_json::Value;

/// `V2TimConversation` is `Conversation`.
pub fn model_name(name: &str) -> String {
    name.trim_start_matches("V2Tim").to_owned()
}

/// The first letter as a small one.
pub fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A name as it may stand in Kotlin.
pub fn escaped(name: &str) -> String {
    let keywords = [
        "as",
        "in",
        "is",
        "object",
        "typealias",
        "typeof",
        "val",
        "var",
        "when",
        "null",
        "fun",
        "class",
    ];
    if keywords.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// The type of a value; its name tells which integers are Ints.
pub fn kotlin_type(name: &str, kind: &Type) -> String {
    match kind {
        Type::Null => "Nothing?".to_owned(),
        Type::String | Type::Cursor => "String".to_owned(),
        Type::Choice(of) | Type::Number(of) => of.clone(),
        Type::Time(is_optional) => if *is_optional { "Instant?" } else { "Instant" }.to_owned(),
        Type::Integer if INTS.contains(&name) => "Int".to_owned(),
        Type::Integer => "Long".to_owned(),
        Type::Double => "Double".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::List(of) => format!("List<{}>", kotlin_type("", of)),
        Type::Optional(of) => format!("{}?", kotlin_type(name, of)),
        Type::Model(of) => model_name(of),
        Type::Object(_) => "Any".to_owned(), // has a class of its own, see `nested`
    }
}

/// The type of a parameter whose objects have a class.
pub fn nested(kind: &Type, class: &str) -> String {
    match kind {
        Type::List(_) => format!("List<{class}>"),
        Type::Optional(_) => format!("{class}?"),
        _ => class.to_owned(),
    }
}

/// The fields of such a parameter.
pub fn fields(kind: &Type) -> Option<&[Param]> {
    match kind {
        Type::Object(fields) => Some(fields),
        Type::List(of) | Type::Optional(of) => fields(of),
        _ => None,
    }
}

/// The expression that reads the value at which a parser stands.
pub fn reader(name: &str, kind: &Type, from: &str) -> String {
    match kind {
        Type::Null => String::new(),
        Type::String | Type::Cursor => format!("{from}.text()"),
        Type::Choice(of) => format!("{of}.of({from}.text())"),
        Type::Number(of) => format!("{of}.of({from}.long())"),
        Type::Time(is_optional) => format!("{from}.{}()", if *is_optional { "timeOrNone" } else { "time" }),
        Type::Integer if INTS.contains(&name) => format!("{from}.int()"),
        Type::Integer => format!("{from}.long()"),
        Type::Double => format!("{from}.double()"),
        Type::Boolean => format!("{from}.boolean()"),
        Type::List(of) => format!("{from}.list {{ {} }}", reader("", of, from)),
        Type::Optional(of) => format!("{from}.orNull {{ {} }}", reader(name, of, from)),
        Type::Model(of) => format!("ModelReader.{}({from})", lower(&model_name(of))),
        Type::Object(_) => format!("{from}.any()"),
    }
}

/// The function that reads an answer.
pub fn answer_reader(kind: &Type) -> String {
    match kind {
        Type::Null => "nothing".to_owned(),
        Type::Model(of) => format!("ModelReader::{}", lower(&model_name(of))),
        kind => format!("{{ {} }}", reader("", kind, "it")),
    }
}

/// The local variable that a field is read into before the model can be made.
pub fn variable(name: &str, kind: &str) -> String {
    let name = escaped(name);
    match kind {
        "String" => format!("var {name} = \"\""),
        "Long" => format!("var {name} = 0L"),
        "Int" => format!("var {name} = 0"),
        "Double" => format!("var {name} = 0.0"),
        "Boolean" => format!("var {name} = false"),
        kind if kind.ends_with('?') => format!("var {name}: {kind} = null"),
        kind if kind.starts_with("List") => format!("var {name}: {kind} = emptyList()"),
        kind => format!("lateinit var {name}: {kind}"),
    }
}

/// The function of `Request` that writes a value of that type.
pub fn writer(kind: &Type) -> Result<&'static str> {
    Ok(match kind {
        Type::String | Type::Choice(_) | Type::Cursor => "text",
        Type::Integer | Type::Number(_) | Type::Time(_) => "integer",
        Type::Double => "double",
        Type::Boolean => "boolean",
        Type::List(of) if matches!(of.as_ref(), Type::String | Type::Choice(_)) => "texts",
        Type::List(of) if matches!(of.as_ref(), Type::Integer | Type::Number(_)) => "integers",
        Type::Optional(of) => writer(of)?,
        kind => return Err(format!("Request cannot write {kind:?}").into()),
    })
}

/// What [`writer`] writes of a parameter of that name.
pub fn written(name: &str, kind: &Type, is_null_allowed: bool) -> String {
    let name = escaped(name);
    match kind {
        Type::Optional(of) => written(&name, of, true),
        Type::Choice(_) | Type::Number(_) if is_null_allowed => format!("{name}?.value"),
        Type::Choice(_) | Type::Number(_) => format!("{name}.value"),
        Type::List(of) if matches!(of.as_ref(), Type::Number(_)) => {
            let mark = if is_null_allowed { "?" } else { "" };
            format!("{name}{mark}.map {{ it.value }}")
        }
        Type::Time(is_optional) if *is_optional || is_null_allowed => format!("{name}?.epochSecond"),
        Type::Time(_) => format!("{name}.epochSecond"),
        _ => name,
    }
}

/// A value as Kotlin writes it.
pub fn literal(kind: &Type, value: &Value, description: &Description) -> Result<String> {
    match kind {
        Type::Optional(of) if !value.is_null() => literal(of, value, description),
        Type::Choice(name) | Type::Number(name) => Ok(format!("{name}.{}", description.choice(name)?.constant(value)?)),
        _ => Ok(value.to_string()),
    }
}

/// The default of a parameter, if it may be left out.
pub fn default(param: &Param, description: &Description) -> Result<Option<String>> {
    if matches!(param.kind, Type::Time(true)) {
        return Ok(Some("null".to_owned()));
    }
    if let (Type::Choice(_) | Type::Number(_), Some(value)) = (&param.kind, &param.default) {
        return literal(&param.kind, value, description).map(Some);
    }
    Ok(plain_default(param))
}

fn plain_default(param: &Param) -> Option<String> {
    if param.name == "timeoutMs" {
        return Some("DEFAULT_TIMEOUT_MS".to_owned());
    }
    match &param.default {
        Some(Value::Null) => Some("null".to_owned()),
        Some(Value::Array(list)) if list.is_empty() => Some("emptyList()".to_owned()),
        Some(value) => Some(value.to_string()),
        None if matches!(param.kind, Type::Optional(_)) => Some("null".to_owned()),
        None => None,
    }
}
