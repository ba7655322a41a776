//! Checks a value against a schema: the part of JSON Schema that the document uses. A keyword that is not known here fails
//! the test, so that nothing is left unchecked.

use serde_json::Value;

/// Above it a double no longer holds every integer.
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// A document with its schemas.
pub struct Checker<'a>(pub &'a Value);

impl Checker<'_> {
    /// Fails when the value is not what the schema says, or has a key that the schema does not name.
    pub fn assert(&self, what: &str, schema: &Value, value: &Value) {
        let faults = self.faults(schema, value, "$");
        assert!(faults.is_empty(), "{what}: {faults:#?}\nin {value:#}");
    }

    /// What is wrong, each with its place.
    pub fn faults(&self, schema: &Value, value: &Value, path: &str) -> Vec<String> {
        let Value::Object(schema) = schema else {
            panic!("{schema} is no schema");
        };
        let mut faults = Vec::new();
        for (keyword, rule) in schema {
            let is_right = match keyword.as_str() {
                "title" | "x-time" | "description" | "default" | "format" => true,
                // Both are dealt with together with `properties`.
                "required" | "additionalProperties" => {
                    schema.contains_key("properties") || value == &Value::Object(Default::default())
                }
                "$ref" => {
                    let target = self.0.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap());
                    faults.extend(self.faults(target.unwrap_or_else(|| panic!("{rule} leads nowhere")), value, path));
                    true
                }
                "type" => match rule {
                    Value::Array(types) => types.iter().any(|name| is_type(name, value)),
                    name => is_type(name, value),
                },
                "const" => rule == value,
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => !value.is_number() || value.as_i64() >= rule.as_i64(),
                "maximum" => !value.is_number() || value.as_i64() <= rule.as_i64(),
                "allOf" => {
                    let all = rule.as_array().unwrap().iter();
                    faults.extend(all.flat_map(|schema| self.faults(schema, value, path)));
                    true
                }
                "anyOf" | "oneOf" => {
                    let fitting = rule.as_array().unwrap().iter();
                    let fitting = fitting
                        .filter(|schema| self.faults(schema, value, path).is_empty())
                        .count();
                    fitting == 1 || (keyword == "anyOf" && fitting > 1)
                }
                "items" => {
                    let items = value.as_array().into_iter().flatten().enumerate();
                    faults.extend(items.flat_map(|(at, item)| self.faults(rule, item, &format!("{path}[{at}]"))));
                    true
                }
                "properties" => {
                    faults.extend(self.property_faults(rule, schema.get("required"), value, path));
                    true
                }
                other => panic!("the document has the keyword {other}, which this test cannot check"),
            };
            if !is_right {
                faults.push(format!("{path}: {keyword} is {rule}, not {value:.60}"));
            }
        }
        faults
    }

    fn property_faults(&self, properties: &Value, required: Option<&Value>, value: &Value, path: &str) -> Vec<String> {
        let Value::Object(object) = value else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        for name in required.and_then(Value::as_array).into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                faults.push(format!("{path}: {name} is missing"));
            }
        }
        for (name, value) in object {
            match properties.get(name) {
                Some(schema) => faults.extend(self.faults(schema, value, &format!("{path}.{name}"))),
                None => faults.push(format!("{path}: {name} is not in the schema")),
            }
        }
        faults
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value
            .as_i64()
            .is_some_and(|number| (-MAX_INTEGER..=MAX_INTEGER).contains(&number)),
        "number" => value.is_f64() || is_type(&"integer".into(), value),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the document has the type {other}, which this test cannot check"),
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    use serde_json::json;
    let document = json!({ "models": { "Row": {
        "type": "object",
        "properties": { "id": { "type": "string" }, "count": { "type": ["integer", "null"], "minimum": 1 } },
        "required": ["id", "count"],
    } } });
    let list = json!({ "type": "array", "items": { "$ref": "#/models/Row" } });
    let count = |value: Value| Checker(&document).faults(&list, &value, "$").len();
    assert_eq!(count(json!([])), 0);
    assert_eq!(
        count(json!([{ "id": "a", "count": 1 }, { "id": "b", "count": null }])),
        0
    );
    assert_eq!(count(json!({})), 1);
    assert_eq!(count(json!([{ "id": "a" }])), 1);
    assert_eq!(count(json!([{ "id": "a", "count": 1, "more": 1 }])), 1);
    assert_eq!(count(json!([{ "id": null, "count": 0 }])), 2);
    assert_eq!(count(json!([{ "id": "a", "count": MAX_INTEGER + 1 }])), 1);
}
