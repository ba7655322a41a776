//! The fields of requests as parameters and as members of structs, and the structs.

use super::models::{struct_name, value_type};
use super::text::Words;
use super::{DEFAULTS, Member, NESTED, NONE_WHEN_EMPTY, OMITTED, ORDER, REQUEST_OBJECTS, Struct, found};
use crate::Result;
use crate::description::{Description, Param, Type};
use crate::render::capitalized;
use serde_json::Value;
use std::collections::BTreeMap;

/// The fields of a request in the order of C++, without those that C++ does not offer.
pub fn ordered<'a>(owner: &str, params: &'a [Param]) -> Vec<&'a Param> {
    let order = found(ORDER, owner).copied().unwrap_or_default();
    let order: Vec<&str> = order.split_whitespace().collect();
    let mut list: Vec<&Param> = params
        .iter()
        .filter(|param| !OMITTED.contains(&format!("{owner}.{}", param.name).as_str()))
        .collect();
    list.sort_by_key(|param| {
        let place = order.iter().position(|name| *name == param.name);
        (param.name == "timeoutMs", place.unwrap_or(order.len()))
    });
    list
}

/// A field of a request as a member of a struct.
pub fn member_of_request(owner: &str, param: &Param, words: &Words) -> Result<Member> {
    let path = format!("{owner}.{}", param.name);
    let default = if param.required {
        None
    } else {
        Some(param.default.clone().unwrap_or_default())
    };
    member(&path, &param.said(), &param.kind, default.as_ref(), words)
}

/// A field by its path, as `sendMessage.receiver`. Without a default it has to be given.
fn member(path: &str, description: &str, kind: &Type, default: Option<&Value>, words: &Words) -> Result<Member> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let nested = found(NESTED, path).copied().unwrap_or_default();
    let mut kind = value_type(kind, nested)?;
    if NONE_WHEN_EMPTY.contains(&path) {
        kind = format!("std::optional<{kind}>");
    }
    let default = match (found(DEFAULTS, path), default) {
        (Some(default), _) => format!(" = {default}"),
        _ if kind.starts_with("std::optional") => " = std::nullopt".to_owned(),
        (None, None) => String::new(),
        (None, Some(value)) if words.constant(&kind, value).is_some() => {
            format!(" = {}", words.constant(&kind, value).unwrap_or_default())
        }
        (None, Some(Value::String(text))) if !text.is_empty() => format!(" = \"{text}\""),
        (None, Some(value @ (Value::Number(_) | Value::Bool(_)))) => format!(" = {value}"),
        _ => " = {}".to_owned(),
    };
    Ok(Member {
        name: name.to_owned(),
        doc: words.say(description),
        default,
        is_absent: false,
        is_checked: kind.starts_with("std::optional") && !is_written(&kind, words),
        write: write(name, name, &kind, words)?,
        write_from: write(name, &format!("from.{name}"), &kind, words)?,
        kind,
    })
}

/// The types that `Request` takes as they are, and its function for each.
const WRITTEN: &[(&str, &str)] = &[
    ("std::string", "text"),
    ("std::optional<std::string>", "text"),
    ("std::int64_t", "integer"),
    ("std::optional<std::int64_t>", "integer"),
    ("double", "number"),
    ("bool", "boolean"),
    ("std::optional<bool>", "boolean"),
    ("std::vector<std::string>", "texts"),
    ("Time", "time"),
    ("std::optional<Time>", "time"),
];

fn is_written(kind: &str, words: &Words) -> bool {
    words.is_set(kind) || WRITTEN.iter().any(|(known, _)| *known == kind)
}

/// The call that writes a value as a field of a request.
fn write(key: &str, value: &str, kind: &str, words: &Words) -> Result<String> {
    if words.is_set(kind) {
        return Ok(format!("value(\"{key}\", {value})"));
    }
    let listed = kind.strip_prefix("std::vector<").and_then(|of| of.strip_suffix('>'));
    if listed.is_some_and(|of| of == "std::int64_t" || words.is_set(of)) {
        return Ok(format!("values(\"{key}\", {value})"));
    }
    let known = WRITTEN.iter().find(|(known, _)| *known == kind);
    let (function, value) = match known {
        Some((_, function)) => (*function, value.to_owned()),
        None if kind.starts_with("std::optional") => ("object", format!("detail::requestOf(*{value})")),
        None if kind.starts_with("std::vector") => ("objects", format!("detail::requestOf({value})")),
        None if NESTED.iter().any(|(_, name)| *name == kind) => ("object", format!("detail::requestOf({value})")),
        None => return Err(format!("{key}: a request cannot have a {kind}").into()),
    };
    Ok(format!("{function}(\"{key}\", {value})"))
}

/// The structs that requests are made of: objects inside requests before those that have them.
pub fn requests(description: &Description, words: &Words) -> Result<Vec<Struct>> {
    let mut list: Vec<Struct> = Vec::new();
    for method in &description.methods {
        let whole = REQUEST_OBJECTS.iter().find(|(name, ..)| *name == method.name);
        let owner = whole.map_or(method.name.as_str(), |(_, name, _)| name);
        let params = ordered(&method.name, &method.params);
        for param in &params {
            let (Type::Object(fields), is_listed) = (match &param.kind {
                Type::Optional(of) => (of.as_ref(), false),
                Type::List(of) => (of.as_ref(), true),
                kind => (kind, false),
            }) else {
                continue;
            };
            let path = format!("{}.{}", method.name, param.name);
            let nested = found(NESTED, &path).ok_or_else(|| format!("NESTED has no {path}"))?;
            if list.iter().any(|other| other.name == *nested) {
                continue;
            }
            let members = ordered(&path, fields).into_iter();
            list.push(Struct {
                name: (*nested).to_owned(),
                doc: format!("An item of `{owner}::{}`.", param.name),
                method: String::new(),
                is_model: description
                    .models
                    .iter()
                    .any(|model| struct_name(&model.name) == *nested),
                is_listed,
                absent: String::new(),
                members: members
                    .map(|field| member_of_request(&path, field, words))
                    .collect::<Result<_>>()?,
            });
        }
        let Some((_, name, _)) = whole else { continue };
        let members = params.into_iter().filter(|param| param.name != "timeoutMs");
        list.push(Struct {
            name: (*name).to_owned(),
            doc: format!("The parameters of `{}`.", method.name),
            method: method.name.clone(),
            is_model: false,
            is_listed: false,
            absent: String::new(),
            members: members
                .map(|param| member_of_request(&method.name, param, words))
                .collect::<Result<_>>()?,
        });
    }
    Ok(list)
}

/// What the fields of `backend` are, by name.
pub fn servers(description: &Description, words: &Words) -> Result<BTreeMap<String, String>> {
    let config = description.models.iter().find(|model| model.name == "Config");
    let mut fields = config.ok_or("there is no Config")?.fields.iter();
    let Some(Type::Object(backend)) = fields.find(|field| field.name == "backend").map(|field| &field.kind) else {
        return Err("the config has no backend".into());
    };
    let said = backend.iter().map(|param| {
        let text = words.say(&param.description).replace(" `xmpp` needs it.", "");
        let text = text.split_once("`: ").map_or(text.as_str(), |(_, rest)| rest);
        (param.name.clone(), capitalized(text))
    });
    Ok(said.collect())
}

/// The config of a client, but for its server, which the template has.
pub fn config(description: &Description, words: &Words) -> Result<Struct> {
    let config = description.models.iter().find(|model| model.name == "Config");
    let config = config.ok_or("there is no Config")?;
    let mut members = Vec::new();
    for field in &config.fields {
        let path = format!("Config.{}", field.name);
        members.push(match (field.name.as_str(), &field.kind) {
            ("backend", _) => Member {
                name: field.name.clone(),
                doc: words.say(&field.description),
                kind: "std::variant<Embedded, Xmpp>".to_owned(),
                default: " = Embedded{}".to_owned(),
                write: String::new(),
                write_from: String::new(),
                is_absent: false,
                is_checked: false,
            },
            // Optional for other backends only.
            ("userID", _) => member(&path, &field.description, &Type::String, None, words)?,
            (_, kind) => member(&path, &field.said(), kind, field.default.as_ref(), words)?,
        });
    }
    Ok(Struct {
        name: config.name.clone(),
        doc: String::new(),
        method: String::new(),
        is_model: false,
        is_listed: false,
        absent: String::new(),
        members,
    })
}

/// How long methods wait for the server by default, in milliseconds.
pub fn timeout(description: &Description) -> Result<&Value> {
    let mut params = description.methods.iter().flat_map(|method| &method.params);
    let timeout = params.find(|param| param.name == "timeoutMs");
    Ok(timeout
        .and_then(|param| param.default.as_ref())
        .ok_or("there is no default of timeoutMs")?)
}
