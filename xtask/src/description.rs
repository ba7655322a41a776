//! The description in the form that templates want: the OpenRPC document with its JSON Schemas turned into [`Type`]s.

use crate::Result;
use serde::Serialize;
use serde_json::Value;

/// Everything that is described. The order of each list is the document's.
#[derive(Debug, Serialize)]
pub struct Description {
    pub version: String,
    pub methods: Vec<Method>,
    pub models: Vec<Model>,
    pub choices: Vec<Choice>,
    pub events: Vec<Event>,
    pub statuses: Vec<Status>,
    /// The fields of the config of `im_client_open`.
    pub config: Vec<Param>,
}

/// A method of the interface.
#[derive(Debug, Serialize)]
pub struct Method {
    /// V2TIM's name, as `getConversationList`.
    pub name: String,
    pub c_name: String,
    /// The kind of method: `account`, `friend`, `group`, `message` or `conversation`.
    pub topic: String,
    pub needs_server: bool,
    /// Whether V2TIM has no such method.
    pub is_own: bool,
    /// The first sentence of the description, without its full stop.
    pub summary: String,
    /// Prose only: paragraphs, separated by empty lines.
    pub description: String,
    /// Those that are required come first.
    pub params: Vec<Param>,
    pub result: Type,
    /// What the type of the result leaves open; may be empty.
    pub result_description: String,
    /// The events that the method can cause.
    pub events: Vec<MethodEvent>,
    pub errors: Vec<MethodError>,
}

/// A code that a method documents.
#[derive(Debug, Serialize)]
pub struct MethodError {
    pub code: i64,
    /// The status as a constant of C: `IM_STATUS_NO_PERMISSION`.
    pub constant: String,
    /// The status and the reason, or else the status's meaning: `NO_PERMISSION: not the owner`.
    pub message: String,
    /// The method's reason alone; empty where the status says it all.
    pub reason: String,
}

/// An event that a method can cause.
#[derive(Debug, Serialize)]
pub struct MethodEvent {
    /// V2TIM's name, as `onConversationChanged`.
    pub name: String,
    /// When; empty where the name says it all.
    pub when: String,
}

/// A field of a request.
#[derive(Debug, Serialize)]
pub struct Param {
    pub name: String,
    pub description: String,
    pub required: bool,
    #[serde(rename = "type")]
    pub kind: Type,
    /// Absent when the field has no default of its own: leaving it out then means something.
    pub default: Option<Value>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    /// The texts that are allowed; empty where any is.
    pub values: Vec<String>,
}

/// An object of answers, events or requests.
#[derive(Debug, Serialize)]
pub struct Model {
    /// As in the document: `V2TimConversation`.
    pub name: String,
    pub description: String,
    pub fields: Vec<Field>,
}

/// A key of a model.
#[derive(Debug, Serialize)]
pub struct Field {
    pub name: String,
    pub description: String,
    #[serde(rename = "type")]
    pub kind: Type,
    /// Of a field of the config that may be left out.
    pub default: Option<Value>,
}

/// A closed set of texts.
#[derive(Debug, Serialize)]
pub struct Choice {
    pub name: String,
    pub description: String,
    pub values: Vec<ChoiceValue>,
}

/// One text of a set.
#[derive(Debug, Serialize)]
pub struct ChoiceValue {
    pub value: String,
    pub description: String,
}

/// An event and its payload.
#[derive(Debug, Serialize)]
pub struct Event {
    pub number: i64,
    pub name: String,
    pub constant: String,
    pub description: String,
    pub payload: Type,
    /// What the type of the payload leaves open; may be empty.
    pub payload_description: String,
}

/// A status code.
#[derive(Debug, Serialize)]
pub struct Status {
    pub code: i64,
    pub name: String,
    pub constant: String,
    /// When a call ends with it.
    pub description: String,
    /// What to do then; may be empty.
    pub advice: String,
}

/// The type of a value, as `{"kind": "list", "of": {"kind": "string"}}` in a template.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "camelCase")]
pub enum Type {
    Null,
    String,
    Integer,
    Boolean,
    /// A text, or the same as a number.
    Cursor,
    List(Box<Type>),
    Optional(Box<Type>),
    /// One of [`Description::models`], by name.
    Model(String),
    /// One of [`Description::choices`], by name.
    Choice(String),
    /// One of some integers.
    Integers(Vec<i64>),
    /// An object that only this request has.
    Object(Vec<Param>),
}

impl Description {
    /// Reads an OpenRPC document.
    pub fn read(document: &Value) -> Result<Self> {
        let mut models = Vec::new();
        let mut choices = Vec::new();
        for (name, schema) in document["components"]["schemas"].as_object().ok_or("no schemas")? {
            match schema.get("oneOf") {
                Some(values) => choices.push(choice(name, schema, values)?),
                None => models.push(model(name, schema)?),
            }
        }
        Ok(Self {
            version: string(&document["info"], "version")?,
            methods: each(&document["methods"], method)?,
            models,
            choices,
            events: each(&document["x-events"], event)?,
            statuses: each(&document["x-statusCodes"], status)?,
            config: fields(&document["components"]["schemas"]["Config"])?,
        })
    }
}

fn each<T>(list: &Value, read: fn(&Value) -> Result<T>) -> Result<Vec<T>> {
    list.as_array().ok_or("not a list")?.iter().map(read).collect()
}

fn string(object: &Value, key: &str) -> Result<String> {
    let text = object.get(key).and_then(Value::as_str);
    Ok(text.ok_or_else(|| format!("no text {key} in {object}"))?.to_owned())
}

fn number(object: &Value, key: &str) -> Result<i64> {
    Ok(object
        .get(key)
        .and_then(Value::as_i64)
        .ok_or_else(|| format!("no number {key} in {object}"))?)
}

fn method(value: &Value) -> Result<Method> {
    Ok(Method {
        name: string(value, "name")?,
        c_name: string(value, "x-cName")?,
        topic: string(value, "x-topic")?,
        needs_server: value["x-needsServer"] == true,
        is_own: value["x-isOwn"] == true,
        summary: string(value, "summary")?,
        description: string(value, "description")?,
        params: each(&value["params"], |param| {
            named(
                &string(param, "name")?,
                &string(param, "description")?,
                param["required"] == true,
                &param["schema"],
            )
        })?,
        result: kind(&value["result"]["schema"])?,
        result_description: string(&value["result"], "description").unwrap_or_default(),
        events: each(&value["x-events"], |event| {
            Ok(MethodEvent {
                name: string(event, "name")?,
                when: string(event, "when")?,
            })
        })?,
        errors: each(&value["errors"], |error| {
            let message = string(error, "message")?;
            let status = message.split(':').next().unwrap_or_default();
            Ok(MethodError {
                code: number(error, "code")?,
                constant: format!("IM_STATUS_{status}"),
                reason: string(error, "x-reason")?,
                message,
            })
        })?,
    })
}

fn named(name: &str, description: &str, required: bool, schema: &Value) -> Result<Param> {
    Ok(Param {
        name: name.to_owned(),
        description: description.to_owned(),
        required,
        kind: kind(schema)?,
        default: schema.get("default").cloned(),
        minimum: schema.get("minimum").and_then(Value::as_i64),
        maximum: schema.get("maximum").and_then(Value::as_i64),
        values: texts(schema),
    })
}

/// The texts of an `enum`.
fn texts(schema: &Value) -> Vec<String> {
    let parts = schema.get("anyOf").and_then(Value::as_array);
    let schemas = std::iter::once(schema).chain(parts.into_iter().flatten());
    let values = schemas.filter_map(|schema| schema.get("enum")?.as_array()).flatten();
    values.filter_map(|value| Some(value.as_str()?.to_owned())).collect()
}

/// The fields of an object in a request or in the config.
fn fields(schema: &Value) -> Result<Vec<Param>> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let fields = schema["properties"]
        .as_object()
        .ok_or_else(|| format!("no properties: {schema}"))?;
    let fields = fields.iter().map(|(key, schema)| {
        let required = required.iter().any(|name| name == key);
        named(key, &string(schema, "description")?, required, schema)
    });
    fields.collect()
}

fn model(name: &str, schema: &Value) -> Result<Model> {
    let fields = schema["properties"]
        .as_object()
        .ok_or_else(|| format!("{name} has no properties"))?;
    let fields = fields.iter().map(|(key, schema)| {
        // `data` of the response around every answer has the type of the method's result.
        let kind = if name == "Response" && key == "data" {
            Type::Null
        } else {
            kind(schema)?
        };
        Ok(Field {
            name: key.clone(),
            description: string(schema, "description")?,
            kind,
            default: schema.get("default").cloned(),
        })
    });
    Ok(Model {
        name: name.to_owned(),
        description: string(schema, "description")?,
        fields: fields.collect::<Result<_>>()?,
    })
}

fn choice(name: &str, schema: &Value, values: &Value) -> Result<Choice> {
    Ok(Choice {
        name: name.to_owned(),
        description: string(schema, "description")?,
        values: each(values, |value| {
            Ok(ChoiceValue {
                value: string(value, "const")?,
                description: string(value, "description")?,
            })
        })?,
    })
}

fn event(value: &Value) -> Result<Event> {
    Ok(Event {
        number: number(value, "number")?,
        name: string(value, "name")?,
        constant: string(value, "constant")?,
        description: string(value, "description")?,
        payload: kind(&value["payload"])?,
        payload_description: string(value, "payloadDescription")?,
    })
}

fn status(value: &Value) -> Result<Status> {
    Ok(Status {
        code: number(value, "code")?,
        name: string(value, "name")?,
        constant: string(value, "constant")?,
        description: string(value, "description")?,
        advice: string(value, "advice")?,
    })
}

fn kind(schema: &Value) -> Result<Type> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let name = target.rsplit('/').next().unwrap_or(target).to_owned();
        // Named sets of texts are the only named types that are no objects.
        return Ok(
            if name.starts_with("V2Tim") || ["Failure", "Opened"].contains(&name.as_str()) {
                Type::Model(name)
            } else {
                Type::Choice(name)
            },
        );
    }
    if let Some(list) = schema.get("allOf").and_then(Value::as_array) {
        return kind(list.first().ok_or("an empty allOf")?);
    }
    if let Some(list) = schema.get("anyOf").and_then(Value::as_array) {
        let parts: Vec<&Value> = list.iter().filter(|part| part["type"] != "null").collect();
        return match parts.as_slice() {
            [one] => Ok(Type::Optional(Box::new(kind(one)?))),
            _ => Err(format!("a choice of types: {schema}").into()),
        };
    }
    if schema.get("oneOf").is_some() {
        // A set that a request holds inline: GroupType is the only one.
        return Ok(Type::Choice("GroupType".to_owned()));
    }
    let names: Vec<&str> = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    };
    match names.as_slice() {
        ["string", "integer"] => Ok(Type::Cursor),
        [name, "null"] | ["null", name] => Ok(Type::Optional(Box::new(plain(name, schema)?))),
        [name] => plain(name, schema),
        _ => Err(format!("an unknown type: {schema}").into()),
    }
}

fn plain(name: &str, schema: &Value) -> Result<Type> {
    Ok(match name {
        "null" => Type::Null,
        "string" => Type::String,
        "boolean" => Type::Boolean,
        "integer" => match schema.get("enum").and_then(Value::as_array) {
            Some(values) => Type::Integers(values.iter().filter_map(Value::as_i64).collect()),
            None => Type::Integer,
        },
        "array" => Type::List(Box::new(kind(&schema["items"])?)),
        "object" => Type::Object(fields(schema)?),
        _ => return Err(format!("an unknown type: {schema}").into()),
    })
}
