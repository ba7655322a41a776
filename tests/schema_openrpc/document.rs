//! Makes the document: the schemas from the Rust types, the words from the header's documentation.

use crate::sample::sample;
use crate::support::header::{self, Doc};
use im::api::schema::{MethodSchema, Schemas, schemas};
use im::api::{METHODS, Method};
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
pub fn document() -> Value {
    let Schemas {
        methods,
        events,
        config,
        opened,
        mut models,
    } = schemas();
    assert!(
        METHODS
            .iter()
            .map(|method| method.name)
            .eq(methods.iter().map(|it| it.name)),
        "src/api/schema.rs and METHODS differ"
    );
    models.insert("Config".to_owned(), without_title(config.to_value()));
    models.insert("Response".to_owned(), response());
    let docs = header::functions();
    let methods: Vec<Value> = METHODS
        .iter()
        .zip(&methods)
        .map(|(method, schema)| method_object(method, schema, &docs[method.c_name], &models))
        .collect();
    json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "libim",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": env!("CARGO_PKG_LICENSE") },
        },
        "methods": methods,
        "components": { "schemas": models },
        "x-open": {
            "cName": "im_client_open",
            "config": { "$ref": "#/components/schemas/Config" },
            "result": opened,
        },
        "x-events": events.into_iter().map(|(event, payload)| event_object(event, &payload.to_value())).collect::<Value>(),
        "x-statusCodes": Status::ALL.iter().map(|status| status_object(*status)).collect::<Value>(),
    })
}

fn method_object(method: &Method, schema: &MethodSchema, doc: &Doc, models: &Map<String, Value>) -> Value {
    let example: Map<String, Value> = serde_json::from_str(method.example).unwrap();
    let values = example
        .into_iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    let words: Vec<&str> = doc
        .iter()
        .map(String::as_str)
        .filter(|paragraph| !paragraph.starts_with("Errors: ") && !paragraph.starts_with("V2TIM: "))
        .collect();
    let result = match method.example_status {
        Status::Ok => sample(models, schema.data.as_value()),
        _ => Value::Null,
    };
    json!({
        "name": method.name,
        "summary": method.summary,
        "description": words.join("\n\n"),
        "paramStructure": "by-name",
        "params": params(&schema.request),
        "result": { "name": "data", "required": true, "schema": schema.data },
        "errors": errors(doc),
        "examples": [{
            "name": method.name,
            "params": values.collect::<Value>(),
            "result": { "name": "data", "value": result },
        }],
        "x-cName": method.c_name,
        "x-needsServer": method.needs_server,
    })
}

/// The fields of a request: those that are required, then the others, in the order in which the type declares them.
fn params(request: &schemars::Schema) -> Value {
    let request = request.as_object().unwrap();
    for key in request.keys() {
        let known = [
            "type",
            "title",
            "description",
            "properties",
            "required",
            "additionalProperties",
        ];
        assert!(known.contains(&key.as_str()), "the schema of a request has {key}");
    }
    assert_eq!(request["additionalProperties"], false, "{request:?}");
    let properties = request
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let is_required = |name: &str| {
        let list = request.get("required").and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|it| it == name))
    };
    let mut params: Vec<(bool, Value)> = properties
        .into_iter()
        .map(|(name, mut schema)| {
            let description = schema.as_object_mut().unwrap().remove("description");
            let description = description.unwrap_or_else(|| panic!("the field {name} has no doc comment"));
            let required = is_required(&name);
            let param = json!({ "name": name, "description": description, "required": required, "schema": schema });
            (required, param)
        })
        .collect();
    params.sort_by_key(|(required, _)| !required);
    params.into_iter().map(|(_, param)| param).collect()
}

/// What stands after `Errors:`, as in "`IM_STATUS_REFUSED` (the id is taken), `IM_STATUS_TIMEOUT`."
fn errors(doc: &Doc) -> Value {
    let statuses = header::constants("STATUS_");
    let paragraph = doc.iter().find(|paragraph| paragraph.starts_with("Errors: "));
    let parts = paragraph.map_or("", String::as_str).split("`IM_STATUS_").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once('`').unwrap();
            let (code, meaning) = &statuses[name];
            let detail = rest.trim().strip_prefix('(').and_then(|rest| rest.rsplit_once(')'));
            let detail = detail.map_or_else(|| meaning.join(" "), |(detail, _)| detail.to_owned());
            json!({ "code": code, "message": format!("{name}: {detail}") })
        })
        .collect()
}

fn event_object(event: Event, payload: &Value) -> Value {
    let (name, doc) = constant("EVENT_", event.code());
    // The header's sentence begins with the callback's name and ends with the payload in words.
    let words = doc.strip_prefix(&format!("{}: ", event.name())).unwrap();
    let (first, rest) = words.split_at(1);
    json!({
        "number": event.code(),
        "name": event.name(),
        "constant": format!("IM_EVENT_{name}"),
        "description": first.to_uppercase() + rest,
        "payload": payload,
    })
}

fn status_object(status: Status) -> Value {
    let (name, doc) = constant("STATUS_", status.code());
    json!({
        "code": status.code(),
        "name": status.name(),
        "constant": format!("IM_STATUS_{name}"),
        "description": doc,
    })
}

/// The name and the documentation of the constant with that number.
fn constant(prefix: &str, number: i32) -> (String, String) {
    let mut constants = header::constants(prefix).into_iter();
    let (name, (_, doc)) = constants.find(|(_, (it, _))| *it == number).unwrap();
    (name, doc.join(" "))
}

/// The envelope around every answer.
fn response() -> Value {
    json!({
        "description": "What every call answers.",
        "type": "object",
        "properties": {
            "code": { "description": "A status: 0, or why the call failed.", "type": "integer", "format": "int32" },
            "desc": { "description": "Empty, or one English sentence for a developer.", "type": "string" },
            "data": { "description": "The method's result; null on failure." },
        },
        "required": ["code", "desc", "data"],
    })
}

/// The name of the Rust type tells nothing.
fn without_title(mut schema: Value) -> Value {
    schema.as_object_mut().unwrap().remove("title");
    schema
}
