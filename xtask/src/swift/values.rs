//! Models and requests: the structs of the package, and the types of their properties.

use super::exceptions::{
    DEFAULTS, DURATIONS, IDENTITIES, INTEGERS, KEYWORDS, LAST, LEFT_OUT, OBJECTS, OPTIONAL, REQUESTS, named,
};
use super::layout::{call, dictionary, value};
use super::prose::{Prose, comment};
use crate::Result;
use crate::description::{Description, Method, Model, Param, Type};
use serde::Serialize;

/// A stored property or a parameter.
#[derive(Serialize)]
pub struct Property {
    /// The key in JSON.
    pub key: String,
    /// The name in Swift, without backticks.
    pub name: String,
    /// The name as an identifier.
    pub identifier: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub default: Option<String>,
    /// What reads it, behind `json.`.
    pub read: String,
    pub doc: String,
    /// The key may be absent.
    pub is_absent: bool,
    /// The sentences of `doc` as they were.
    #[serde(skip)]
    pub description: String,
}

impl Property {
    /// `name: Type = default`, behind a label.
    pub fn declared(&self, label: &str) -> String {
        let default = self.default.as_ref().map_or(String::new(), |text| format!(" = {text}"));
        format!("{label}{}: {}{default}", self.name, self.kind)
    }

    /// `"key": name`.
    pub fn written(&self) -> String {
        format!("\"{}\": {}", self.key, self.identifier)
    }
}

/// A struct for a model.
#[derive(Serialize)]
pub struct Struct {
    name: String,
    doc: String,
    properties: Vec<Property>,
    /// The declaration of the keys that its reader knows.
    keys: String,
    /// The property that is its id; absent when it is not `Identifiable`.
    identity: Option<&'static str>,
    /// Present when it can be made by the app.
    request: Option<Parts>,
}

/// What makes a struct and writes it as JSON.
#[derive(Serialize)]
struct Parts {
    init: String,
    dictionary: String,
}

/// A struct for a request.
#[derive(Serialize)]
pub struct Request {
    name: &'static str,
    method: String,
    needs_server: bool,
    properties: Vec<Property>,
    init: String,
    dictionary: String,
    /// Objects in it that are no models.
    inner: Vec<Struct>,
}

/// The structs of answers and events.
pub fn models(description: &Description, prose: &Prose) -> Result<Vec<Struct>> {
    let models = description.models.iter().filter_map(|model| {
        // The config and the envelope are written by hand.
        if ["Config", "Failure", "Response"].contains(&model.name.as_str()) {
            return None;
        }
        let name = model.name.trim_start_matches("V2Tim");
        Some(model_struct(model, name, description, prose))
    });
    models.collect()
}

fn model_struct(model: &Model, name: &str, description: &Description, prose: &Prose) -> Result<Struct> {
    let mut doc = prose.adapt(&model.description);
    if model.name != name && !doc.contains(&model.name) {
        doc = format!("{doc} V2TIM calls it `{}`.", model.name);
    }
    let mut properties = Vec::new();
    for field in &model.fields {
        // Elements that are always null are left out.
        if let Some(kind) = type_of(&field.kind, &field.name)? {
            let property = property(&field.name, kind, None, &prose.adapt(&field.said()), 4);
            properties.push(Property {
                is_absent: field.is_optional,
                ..property
            });
        }
    }
    let keys: Vec<String> = properties.iter().map(|one| format!("\"{}\"", one.key)).collect();
    let object = description.methods.iter().flat_map(|method| &method.params);
    let object = object.filter(|param| named(OBJECTS, &param.name) == Some(name));
    let request = object.filter_map(|param| fields_of(&param.kind)).next();
    Ok(Struct {
        name: name.to_owned(),
        doc: comment(&doc, 0),
        properties,
        keys: value("private static let keys = JSONKeys", &keys, 4),
        identity: named(IDENTITIES, name),
        request: request.map(|fields| parts(fields, prose, 4)).transpose()?,
    })
}

/// The structs that methods take.
pub fn requests(description: &Description, prose: &Prose) -> Result<Vec<Request>> {
    let mut requests = Vec::new();
    for &(name, kind, _) in REQUESTS {
        let method = description.methods.iter().find(|method| method.name == name);
        let method = method.ok_or_else(|| format!("there is no method {name}"))?;
        let mut properties = parameters(method, prose)?;
        properties.retain(|property| named(DURATIONS, &property.key).is_none());
        let declared: Vec<String> = properties.iter().map(|one| one.declared("")).collect();
        let mut written: Vec<String> = properties.iter().map(Property::written).collect();
        if method.needs_server {
            written.extend(DURATIONS.iter().map(|(key, name)| format!("\"{key}\": {name}")));
        }
        requests.push(Request {
            name: kind,
            method: method.name.clone(),
            needs_server: method.needs_server,
            properties,
            init: call("public init", &declared, " {", 4),
            dictionary: dictionary(&written, 8, 0),
            inner: inner(method, description, prose)?,
        });
    }
    Ok(requests)
}

/// The objects in a request that are no models.
fn inner(method: &Method, description: &Description, prose: &Prose) -> Result<Vec<Struct>> {
    let mut inner = Vec::new();
    for param in &method.params {
        let (Some(name), Some(fields)) = (named(OBJECTS, &param.name), fields_of(&param.kind)) else {
            continue;
        };
        if description
            .models
            .iter()
            .any(|model| model.name == format!("V2Tim{name}"))
        {
            continue;
        }
        inner.push(Struct {
            name: name.to_owned(),
            doc: comment(
                &format!(
                    "{} `{}`.",
                    if is_list(&param.kind) {
                        "One entry of"
                    } else {
                        "What stands in"
                    },
                    param.name
                ),
                4,
            ),
            properties: fields
                .iter()
                .map(|field| parameter("", field, prose, 8))
                .collect::<Result<_>>()?,
            keys: String::new(),
            identity: None,
            request: Some(parts(fields, prose, 8)?),
        });
    }
    Ok(inner)
}

fn is_list(kind: &Type) -> bool {
    match kind {
        Type::Optional(of) => is_list(of),
        kind => matches!(kind, Type::List(_)),
    }
}

/// The fields of an object that only a request has.
fn fields_of(kind: &Type) -> Option<&[Param]> {
    match kind {
        Type::Object(fields) => Some(fields),
        Type::Optional(of) | Type::List(of) => fields_of(of),
        _ => None,
    }
}

fn parts(fields: &[Param], prose: &Prose, indent: usize) -> Result<Parts> {
    let fields: Vec<Property> = fields
        .iter()
        .map(|field| parameter("", field, prose, 0))
        .collect::<Result<_>>()?;
    let fields = in_order(fields);
    let declared = fields
        .iter()
        .enumerate()
        .map(|(place, field)| field.declared(label(place, &field.name)));
    let written: Vec<String> = fields.iter().map(Property::written).collect();
    Ok(Parts {
        init: call("public init", &declared.collect::<Vec<_>>(), " {", indent),
        dictionary: dictionary(&written, indent + 4, 0),
    })
}

/// An id at the first place needs no label.
pub fn label(place: usize, name: &str) -> &'static str {
    let is_id = ["ID", "IDs", "IDList"].iter().any(|end| name.ends_with(end));
    if place == 0 && is_id { "_ " } else { "" }
}

/// The parameters of a method in Swift's order.
pub fn parameters(method: &Method, prose: &Prose) -> Result<Vec<Property>> {
    let params = method.params.iter();
    let params = params.filter(|param| !LEFT_OUT.contains(&(method.name.as_str(), param.name.as_str())));
    let params: Vec<Property> = params
        .map(|param| parameter(&method.name, param, prose, 4))
        .collect::<Result<_>>()?;
    Ok(in_order(params))
}

fn in_order(mut params: Vec<Property>) -> Vec<Property> {
    params.sort_by_key(|param| {
        (
            param.kind == "Duration",
            LAST.contains(&(param.key.as_str(), param.kind.as_str())),
        )
    });
    params
}

fn parameter(method: &str, param: &Param, prose: &Prose, indent: usize) -> Result<Property> {
    let name = param.name.as_str();
    let is = |entry: &&(&str, &str)| **entry == (method, name);
    let own = DEFAULTS
        .iter()
        .find(|(owner, field, _)| (*owner, *field) == (method, name));
    let kind = type_of(&param.kind, name)?.ok_or_else(|| format!("{method}.{name} has no type"))?;
    let (kind, default) = if named(DURATIONS, name).is_some() {
        let ms = param.default.as_ref().and_then(serde_json::Value::as_i64);
        ("Duration".to_owned(), ms.map(|ms| format!(".seconds({})", ms / 1000)))
    } else if OPTIONAL.iter().any(|entry| is(&entry)) {
        (format!("{kind}?"), Some("nil".to_owned()))
    } else {
        let default = match &param.default {
            Some(serde_json::Value::Null) => Some("nil".to_owned()),
            Some(_) if matches!(param.kind, Type::Time(true)) => Some("nil".to_owned()),
            Some(value) => Some(prose.member(&param.kind, value).unwrap_or_else(|| value.to_string())),
            None if param.required => None,
            None => Some("nil".to_owned()),
        };
        (kind, default)
    };
    let default = own.map_or(default, |(.., text)| (!text.is_empty()).then(|| (*text).to_owned()));
    Ok(property(name, kind, default, &prose.adapt(&param.said()), indent))
}

fn property(key: &str, kind: String, default: Option<String>, description: &str, indent: usize) -> Property {
    let name = named(DURATIONS, key).unwrap_or(key).to_owned();
    let identifier = if KEYWORDS.contains(&key) {
        format!("`{key}`")
    } else {
        name.clone()
    };
    Property {
        key: key.to_owned(),
        identifier,
        name,
        read: match kind.as_str() {
            "Date?" => "dateOrNil()".to_owned(),
            kind => format!("read({kind}.self)"),
        },
        kind,
        default,
        is_absent: false,
        doc: comment(description, indent),
        description: description.to_owned(),
    }
}

/// The Swift type of a value that stands under a name; nothing for one that is always null.
pub fn type_of(kind: &Type, name: &str) -> Result<Option<String>> {
    let inner = |of: &Type| -> Result<String> {
        let of = type_of(of, name)?;
        of.ok_or_else(|| format!("{name}: a value that is always null").into())
    };
    Ok(Some(match kind {
        Type::Null => return Ok(None),
        // Cursors are given as texts.
        Type::String | Type::Cursor => "String".to_owned(),
        Type::Choice(set) | Type::Number(set) => set.clone(),
        Type::Time(is_optional) => if *is_optional { "Date?" } else { "Date" }.to_owned(),
        Type::Double => "Double".to_owned(),
        Type::Integer => named(INTEGERS, name).unwrap_or("Int64").to_owned(),
        Type::Boolean => "Bool".to_owned(),
        Type::List(of) => format!("[{}]", inner(of)?),
        Type::Optional(of) => format!("{}?", inner(of)?),
        Type::Model(model) if model == "Failure" => "IMError".to_owned(),
        Type::Model(model) => model.trim_start_matches("V2Tim").to_owned(),
        Type::Object(_) => named(OBJECTS, name)
            .ok_or_else(|| format!("{name}: an object without a type"))?
            .to_owned(),
    }))
}
