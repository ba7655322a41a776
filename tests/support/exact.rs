//! What JavaScript and Dart for the web can read: JSON whose integers are exact there.

use serde_json::Value;

/// Whether a value holds an integer of 2^53 or more.
pub fn too_great(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            !number.is_f64() && number.as_i64().is_none_or(|number| number.unsigned_abs() >= 1 << 53)
        }
        Value::Array(list) => list.iter().any(too_great),
        Value::Object(map) => map.values().any(too_great),
        _ => false,
    }
}

/// Parses a response or the payload of an event.
pub fn parse(what: &str, json: &str) -> Result<Value, String> {
    let value = serde_json::from_str(json).map_err(|error| format!("{what} is no JSON: {error}"))?;
    if too_great(&value) {
        return Err(format!("{what} has a number that is not exact: {json}"));
    }
    Ok(value)
}
