//! Reads the OpenRPC document into the description.

use super::{
    Choice, ChoiceValue, Description, Event, Field, Method, MethodError, MethodEvent, Model, Param, Status, Type,
};
use crate::Result;
use serde_json::{Map, Value};

impl Description {
    /// Reads an OpenRPC document.
    pub fn read(document: &Value) -> Result<Self> {
        let schemas = document["components"]["schemas"].as_object().ok_or("no schemas")?;
        let reader = Reader { schemas };
        let mut models = Vec::new();
        let mut choices = Vec::new();
        for (name, schema) in schemas {
            match schema.get("oneOf") {
                Some(values) => choices.push(choice(name, schema, values)?),
                None => models.push(reader.model(name, schema)?),
            }
        }
        Ok(Self {
            version: string(&document["info"], "version")?,
            methods: each(&document["methods"], |method| reader.method(method))?,
            models,
            choices,
            events: each(&document["x-events"], |event| reader.event(event))?,
            statuses: each(&document["x-statusCodes"], status)?,
            config: reader.fields(&schemas["Config"])?,
        })
    }
}

fn each<T>(list: &Value, read: impl Fn(&Value) -> Result<T>) -> Result<Vec<T>> {
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

/// Turns parts of the document into data; knows the named schemas.
struct Reader<'a> {
    schemas: &'a Map<String, Value>,
}

impl Reader<'_> {
    fn method(&self, value: &Value) -> Result<Method> {
        Ok(Method {
            name: string(value, "name")?,
            c_name: string(value, "x-cName")?,
            topic: string(value, "x-topic")?,
            needs_server: value["x-needsServer"] == true,
            is_own: value["x-isOwn"] == true,
            summary: string(value, "summary")?,
            description: string(value, "description")?,
            params: each(&value["params"], |param| {
                self.param(
                    &string(param, "name")?,
                    &string(param, "description")?,
                    param["required"] == true,
                    &param["schema"],
                )
            })?,
            result: self.kind(&value["result"]["schema"])?,
            result_description: string(&value["result"], "description").unwrap_or_default(),
            events: each(&value["x-events"], |event| {
                Ok(MethodEvent {
                    name: string(event, "name")?,
                    when: string(event, "when")?,
                })
            })?,
            errors: each(&value["errors"], method_error)?,
        })
    }

    fn param(&self, name: &str, description: &str, required: bool, schema: &Value) -> Result<Param> {
        Ok(Param {
            name: name.to_owned(),
            description: description.to_owned(),
            required,
            kind: self.kind(schema)?,
            default: schema.get("default").cloned(),
            minimum: schema.get("minimum").and_then(Value::as_i64),
            maximum: schema.get("maximum").and_then(Value::as_i64),
            values: texts(schema),
        })
    }

    /// The fields of an object in a request or in the config.
    fn fields(&self, schema: &Value) -> Result<Vec<Param>> {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let fields = properties(schema)?.iter().map(|(key, schema)| {
            let required = required.iter().any(|name| name == key);
            self.param(key, &string(schema, "description")?, required, schema)
        });
        fields.collect()
    }

    fn model(&self, name: &str, schema: &Value) -> Result<Model> {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let fields = properties(schema)?.iter().map(|(key, schema)| {
            // `data` of the response around every answer has the type of the method's result.
            let kind = if name == "Response" && key == "data" {
                Type::Null
            } else {
                self.kind(schema)?
            };
            Ok(Field {
                name: key.clone(),
                description: string(schema, "description")?,
                kind,
                is_optional: !required.iter().any(|name| name == key),
                default: schema.get("default").cloned(),
            })
        });
        Ok(Model {
            name: name.to_owned(),
            description: string(schema, "description")?,
            fields: fields.collect::<Result<_>>()?,
        })
    }

    fn event(&self, value: &Value) -> Result<Event> {
        Ok(Event {
            number: number(value, "number")?,
            name: string(value, "name")?,
            constant: string(value, "constant")?,
            description: string(value, "description")?,
            payload: self.kind(&value["payload"])?,
            payload_description: string(value, "payloadDescription")?,
        })
    }

    fn kind(&self, schema: &Value) -> Result<Type> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let name = target.rsplit('/').next().unwrap_or(target).to_owned();
            let named = self
                .schemas
                .get(&name)
                .ok_or_else(|| format!("{target} leads nowhere"))?;
            return Ok(match named.get("oneOf") {
                Some(values) => set(name, values),
                None => Type::Model(name),
            });
        }
        if let Some(list) = schema.get("allOf").and_then(Value::as_array) {
            return self.kind(list.first().ok_or("an empty allOf")?);
        }
        if let Some(list) = schema.get("anyOf").and_then(Value::as_array) {
            let parts: Vec<&Value> = list.iter().filter(|part| part["type"] != "null").collect();
            return match parts.as_slice() {
                [one] => Ok(Type::Optional(Box::new(self.kind(one)?))),
                _ => Err(format!("a choice of types: {schema}").into()),
            };
        }
        if let Some(values) = schema.get("oneOf") {
            // A set that a request holds inline has its name where an answer has it too.
            let same = |named: &Value| named.get("oneOf") == Some(values);
            let named = self.schemas.iter().find(|(_, named)| same(named));
            let (name, _) = named.ok_or_else(|| format!("a set of texts that no answer has: {schema}"))?;
            return Ok(set(name.clone(), values));
        }
        if let Some(none) = schema.get("x-time") {
            return Ok(Type::Time(none == "none is 0"));
        }
        let names: Vec<&str> = match &schema["type"] {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            name => name.as_str().into_iter().collect(),
        };
        match names.as_slice() {
            ["string", "integer"] => Ok(Type::Cursor),
            [name, "null"] | ["null", name] => Ok(Type::Optional(Box::new(self.plain(name, schema)?))),
            [name] => self.plain(name, schema),
            _ => Err(format!("an unknown type: {schema}").into()),
        }
    }

    fn plain(&self, name: &str, schema: &Value) -> Result<Type> {
        Ok(match name {
            "null" => Type::Null,
            "string" => Type::String,
            "boolean" => Type::Boolean,
            "integer" => Type::Integer,
            "number" => Type::Double,
            "array" => Type::List(Box::new(self.kind(&schema["items"])?)),
            "object" => Type::Object(self.fields(schema)?),
            _ => return Err(format!("an unknown type: {schema}").into()),
        })
    }
}

fn properties(schema: &Value) -> Result<&Map<String, Value>> {
    let properties = schema["properties"].as_object();
    Ok(properties.ok_or_else(|| format!("no properties: {schema}"))?)
}

/// The texts of a set.
fn texts(schema: &Value) -> Vec<String> {
    let parts = schema.get("anyOf").and_then(Value::as_array);
    let schemas = std::iter::once(schema).chain(parts.into_iter().flatten());
    let values = schemas.filter_map(|schema| schema.get("enum").or(schema.get("oneOf"))?.as_array());
    let values = values.flatten().map(|value| value.get("const").unwrap_or(value));
    values.filter_map(|value| Some(value.as_str()?.to_owned())).collect()
}

fn method_error(value: &Value) -> Result<MethodError> {
    let message = string(value, "message")?;
    let status = message.split(':').next().unwrap_or_default();
    Ok(MethodError {
        code: number(value, "code")?,
        constant: format!("IM_STATUS_{status}"),
        reason: string(value, "x-reason")?,
        message,
    })
}

/// The type of the values of a set.
fn set(name: String, values: &Value) -> Type {
    if is_number(values) {
        Type::Number(name)
    } else {
        Type::Choice(name)
    }
}

fn is_number(values: &Value) -> bool {
    values.get(0).is_some_and(|value| value["type"] == "integer")
}

/// `AVChatRoom` is `av`, `chat` and `room`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (place, letter) in letters.iter().enumerate() {
        let is_small = |at: usize| letters.get(at).is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase() && (is_small(place.wrapping_sub(1)) || is_small(place + 1));
        match words.last_mut() {
            Some(word) if !begins => word.push(letter.to_ascii_lowercase()),
            _ => words.push(letter.to_ascii_lowercase().to_string()),
        }
    }
    words
}

fn choice(name: &str, schema: &Value, values: &Value) -> Result<Choice> {
    Ok(Choice {
        name: name.to_owned(),
        description: string(schema, "description")?,
        is_number: is_number(values),
        values: each(values, |value| {
            // Where the value is a text it is its name as well.
            let name = value.get("title").or(value.get("const")).and_then(Value::as_str);
            Ok(ChoiceValue {
                words: words(name.ok_or_else(|| format!("a value of {name:?} without a name"))?),
                value: value["const"].clone(),
                description: string(value, "description")?,
            })
        })?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_taken_apart() {
        for (name, parts) in [
            ("AVChatRoom", "av chat room"),
            ("NotNotifyExceptAt", "not notify except at"),
            ("C2c", "c2c"),
            ("orderkey", "orderkey"),
            ("lastMessageTimestamp", "last message timestamp"),
        ] {
            assert_eq!(words(name).join(" "), parts);
        }
    }

    #[test]
    fn schemas_become_types() {
        let colours = json!([{ "const": "red", "description": "Red." }]);
        let numbers = json!([{ "type": "integer", "const": 1, "title": "One", "description": "1." }]);
        let schemas =
            json!({ "Row": { "type": "object" }, "Colour": { "oneOf": colours }, "Digit": { "oneOf": numbers } });
        let schemas = schemas.as_object().unwrap();
        let reader = Reader { schemas };
        for (schema, kind) in [
            (json!({ "type": "string" }), json!({ "kind": "string" })),
            (json!({ "type": "number" }), json!({ "kind": "double" })),
            (json!({ "type": ["string", "integer"] }), json!({ "kind": "cursor" })),
            (
                json!({ "type": ["integer", "null"] }),
                json!({ "kind": "optional", "of": { "kind": "integer" } }),
            ),
            (json!({ "oneOf": numbers }), json!({ "kind": "number", "of": "Digit" })),
            (
                json!({ "type": "integer", "x-time": "always" }),
                json!({ "kind": "time", "of": false }),
            ),
            (
                json!({ "type": "integer", "x-time": "none is 0" }),
                json!({ "kind": "time", "of": true }),
            ),
            (
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/Row" } }),
                json!({ "kind": "list", "of": { "kind": "model", "of": "Row" } }),
            ),
            (
                json!({ "anyOf": [{ "$ref": "#/components/schemas/Colour" }, { "type": "null" }] }),
                json!({ "kind": "optional", "of": { "kind": "choice", "of": "Colour" } }),
            ),
            (json!({ "oneOf": colours }), json!({ "kind": "choice", "of": "Colour" })),
        ] {
            let found = reader.kind(&schema).unwrap();
            assert_eq!(serde_json::to_value(found).unwrap(), kind, "{schema}");
        }
        for unknown in [
            json!({ "$ref": "#/components/schemas/None" }),
            json!({ "oneOf": [] }),
            json!({ "type": ["string", "boolean"] }),
        ] {
            assert!(reader.kind(&unknown).is_err(), "{unknown}");
        }
    }
}
