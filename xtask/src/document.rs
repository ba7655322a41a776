//! `schema/openrpc.json`: the schemas from the Rust types, and the words from their doc comments and from the tables of
//! methods, events and statuses.

use crate::Result;
use crate::render::snake;
use crate::sample::sample;
use im::api::schema::{MethodSchema, Schemas, schemas};
use im::api::{Method, Topic};
use im::events::Event;
use im::model::Status;
use serde_json::{Map, Value, json};

const DESCRIPTION: &str = "The requests, answers, events and status codes of libim. The methods are called through its \
C functions: a method by `x-cName`, or by its name with im_call and im_call_async. There is no server that speaks \
JSON-RPC. A request is one object with the params as its fields; an unknown field or a wrong type fails. The result is \
the `data` of the response (components.schemas.Response). Every key of a result is always present; later versions may \
add keys. Every integer is below 2^53. Beside the errors that a method lists it can fail with any code in \
x-statusCodes.";

/// The whole document.
///
/// Version and licence are those of the package.
pub fn document(manifest: &str) -> Result<Value> {
    let Schemas {
        methods,
        events,
        config,
        opened,
        mut models,
    } = schemas();
    models.insert("Config".to_owned(), without_title(config.to_value()));
    models.insert("Response".to_owned(), response());
    for schema in models.values_mut() {
        tidy(schema);
    }
    let methods = methods
        .iter()
        .map(|(method, schema)| method_object(method, schema, &models))
        .collect::<Result<Value>>()?;
    Ok(json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "libim",
            "version": package(manifest, "version")?,
            "description": DESCRIPTION,
            "license": { "name": package(manifest, "license")? },
        },
        "methods": methods,
        "components": { "schemas": models },
        "x-open": {
            "cName": "im_client_open",
            "config": { "$ref": "#/components/schemas/Config" },
            "result": opened,
        },
        "x-events": events.iter().map(|(event, payload)| event_object(*event, payload.as_value())).collect::<Value>(),
        "x-statusCodes": Status::ALL.iter().map(|status| status_object(*status)).collect::<Value>(),
    }))
}

/// The value of a line `key = "value"` of a Cargo.toml.
fn package<'a>(manifest: &'a str, key: &str) -> Result<&'a str> {
    let value = manifest
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
    Ok(value.ok_or_else(|| format!("Cargo.toml has no {key}"))?)
}

fn method_object(method: &Method, schema: &MethodSchema, models: &Map<String, Value>) -> Result<Value> {
    let mut request = schema.request.clone().to_value();
    tidy(&mut request);
    let description = request["description"]
        .as_str()
        .ok_or_else(|| format!("the request of {} has no doc comment", method.name))?;
    let example: Map<String, Value> = serde_json::from_str(method.example)?;
    let values = example
        .into_iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    let result = match method.example_status {
        Status::Ok => sample(models, schema.data.as_value())?,
        _ => Value::Null,
    };
    let events = method
        .events
        .iter()
        .map(|(event, when)| json!({ "name": event.name(), "when": when }));
    let mut described = json!({
        "name": method.name,
        "summary": first_sentence(description),
        "description": description,
        "paramStructure": "by-name",
        "params": params(&request)?,
        "result": { "name": "data", "required": true, "schema": schema.data },
        "errors": errors(method),
        "examples": [{
            "name": method.name,
            "params": values.collect::<Value>(),
            "result": { "name": "data", "value": result },
        }],
        "x-cName": method.c_name,
        "x-events": events.collect::<Value>(),
        "x-isOwn": method.is_own,
        "x-needsServer": method.needs_server,
        "x-topic": topic(method.topic),
    });
    if !method.answer.is_empty() {
        described["result"]["description"] = json!(method.answer);
    }
    Ok(described)
}

fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Account => "account",
        Topic::Friend => "friend",
        Topic::Group => "group",
        Topic::Member => "member",
        Topic::Create => "create",
        Topic::History => "history",
        Topic::Message => "message",
        Topic::Change => "change",
        Topic::Receipt => "receipt",
        Topic::Conversation => "conversation",
        Topic::View => "view",
        Topic::Search => "search",
        Topic::Label => "label",
    }
}

/// Without the full stop: `Reads one conversation`.
fn first_sentence(text: &str) -> &str {
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let sentence = paragraph.split(". ").next().unwrap_or(paragraph);
    sentence.trim_end_matches('.')
}

/// The fields of a request: those that are required, then the others; both in the order of the Rust type.
fn params(request: &Value) -> Result<Value> {
    let request = request.as_object().ok_or("the schema of a request is no object")?;
    for key in request.keys() {
        let known = [
            "type",
            "title",
            "description",
            "properties",
            "required",
            "additionalProperties",
        ];
        if !known.contains(&key.as_str()) {
            return Err(format!("the schema of a request has {key}").into());
        }
    }
    if request["additionalProperties"] != false {
        return Err(format!("a request takes unknown fields: {request:?}").into());
    }
    let properties = request.get("properties").and_then(Value::as_object);
    let mut params = Vec::new();
    for (name, schema) in properties.into_iter().flatten() {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let description = description.ok_or_else(|| format!("the field {name} has no doc comment"))?;
        let required = request.get("required").and_then(Value::as_array);
        let required = required.is_some_and(|list| list.iter().any(|it| it == name));
        let param = json!({ "name": name, "description": description, "required": required, "schema": schema });
        params.push((required, param));
    }
    params.sort_by_key(|(required, _)| !required);
    Ok(params.into_iter().map(|(_, param)| param).collect())
}

fn errors(method: &Method) -> Value {
    let errors = method.errors.iter().chain(method.server_errors);
    errors
        .map(|(status, reason)| {
            let meaning = match *reason {
                "" => first_sentence(&prose(status.doc())).to_owned(),
                reason => reason.to_owned(),
            };
            let message = format!("{}: {meaning}", status.name());
            json!({ "code": status.code(), "message": message, "x-reason": reason })
        })
        .collect()
}

fn event_object(event: Event, payload: &Value) -> Value {
    let name = event.name();
    let text = prose(event.doc());
    let (when, payload_words) = text.split_once("\n\n").unwrap_or((&text, ""));
    let constant = snake(name.strip_prefix("on").unwrap_or(name)).to_uppercase();
    json!({
        "number": event.code(),
        "name": name,
        "constant": format!("IM_EVENT_{constant}"),
        "description": when,
        "payload": payload,
        "payloadDescription": payload_words.trim_end_matches('.'),
    })
}

fn status_object(status: Status) -> Value {
    let text = prose(status.doc());
    let (when, advice) = text.split_once("\n\n").unwrap_or((&text, ""));
    json!({
        "code": status.code(),
        "name": status.name(),
        "constant": format!("IM_STATUS_{}", status.name()),
        "description": when,
        "advice": advice,
    })
}

/// The envelope around every answer.
fn response() -> Value {
    json!({
        "description": "The response of every call.",
        "type": "object",
        "properties": {
            "code": { "description": "A status code: 0, or why the call failed.", "type": "integer", "format": "int32" },
            "desc": {
                "description": "Empty, or one English sentence for a developer, which names the field and the value.",
                "type": "string",
            },
            "data": { "description": "The result of the method; null on failure." },
        },
        "required": ["code", "desc", "data"],
    })
}

/// The name of the Rust type tells nothing.
fn without_title(mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("title");
    }
    schema
}

/// A doc comment as paragraphs, each in one line, with an empty line between two.
fn prose(comment: &str) -> String {
    let paragraphs = comment.trim().split("\n\n");
    let lines = paragraphs.map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n\n")
}

/// Makes each description in a schema prose.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "description" => *text = prose(text),
                    value => tidy(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_paragraphs() {
        assert_eq!(prose(" One\n two.\n\n Three.\n"), "One two.\n\nThree.");
        assert_eq!(first_sentence("Leaves a group. Its rest.\n\nMore."), "Leaves a group");
        assert_eq!(first_sentence("Logs out: ends `a.b`."), "Logs out: ends `a.b`");
    }

    #[test]
    fn the_c_names_follow_the_rule() {
        for method in im::api::METHODS {
            assert_eq!(method.c_name, format!("im_{}", snake(method.name)));
        }
    }

    #[test]
    fn a_field_without_words_is_refused() {
        let mut request = json!({
            "type": "object", "additionalProperties": false,
            "properties": { "a": { "type": "string", "description": "An a." }, "b": { "type": "string" } },
        });
        assert!(params(&request).is_err());
        request["properties"]["b"]["description"] = json!("A b.");
        assert!(params(&request).is_ok());
    }
}
