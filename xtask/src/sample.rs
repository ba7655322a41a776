//! A result as an example: what the schema says, with values that a reader knows.

use crate::Result;
use serde_json::{Map, Value, json};

/// The value of a key that has one worth showing: all is about the group team, where bob has said hi.
fn known(key: &str, schema: &Value) -> Option<Value> {
    Some(match key {
        "groupID" => json!("team"),
        // A conversation is one of a user or one of a group.
        "userID" if schema["type"].is_array() => json!(null),
        "userID" | "sender" | "memberID" => json!("bob"),
        "conversationID" => json!("group_team"),
        "showName" | "groupName" => json!("Team"),
        "nickName" => json!("Bob"),
        "elemType" | "result" => json!(1),
        "type" | "status" | "memberCount" => json!(2),
        "orderkey" => json!(1_700_000_000_000_000_i64),
        "nextSeq" => json!("1700000000000000"),
        "timestamp" | "createTime" | "joinTime" => json!(1_700_000_000),
        "msgID" | "id" => json!("0b1c4d8e-0000-4000-8000-000000000000"),
        "seq" => json!("1"),
        "customElem" => json!(null),
        "groupAtInfoList" => json!([]),
        "textElem" => json!({ "text": "hi" }),
        "role" => json!(200),
        "isFinished" => json!(true),
        _ => return None,
    })
}

/// A value of the schema. Lists have one entry, or none where an entry would be a bare text or number of its own.
pub fn sample(models: &Map<String, Value>, schema: &Value) -> Result<Value> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let name = target.rsplit('/').next().unwrap_or(target);
        let model = models.get(name).ok_or_else(|| format!("{target} leads nowhere"))?;
        return sample(models, model);
    }
    if let Some(choice) = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|key| schema.get(key)) {
        return sample(models, &choice[0]);
    }
    if let Some(value) = schema.get("const").or(schema.get("default")) {
        return Ok(value.clone());
    }
    let name = match &schema["type"] {
        // What may be null is null; the last type is null then.
        Value::Array(types) => types.last().unwrap_or(&Value::Null),
        name => name,
    };
    Ok(match name.as_str() {
        Some("boolean") => json!(false),
        Some("integer") => json!(0),
        Some("number") => json!(0.0),
        Some("string") => json!(""),
        Some("array") if schema["items"].get("$ref").is_some() => json!([sample(models, &schema["items"])?]),
        Some("array") => json!([]),
        Some("object") => {
            let mut object = Map::new();
            let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
            for (key, schema) in schema["properties"].as_object().ok_or("an object without properties")? {
                if !required.iter().any(|name| name == key) {
                    continue;
                }
                let value = match known(key, schema) {
                    Some(value) => value,
                    None => sample(models, schema)?,
                };
                object.insert(key.clone(), value);
            }
            Value::Object(object)
        }
        _ => json!(null),
    })
}
