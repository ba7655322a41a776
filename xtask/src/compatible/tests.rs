//! Each kind of difference, by an example: a small interface, an edit of it, and what is said of that.

use super::*;
use serde_json::json;

/// An interface with something of each kind.
fn released() -> Value {
    let colours = json!([
        { "type": "integer", "const": 1, "title": "Red" },
        { "type": "integer", "const": 2, "title": "Blue" },
    ]);
    json!({
        "info": { "version": "1.2.3" },
        "methods": [{
            "name": "paint",
            "x-cName": "im_paint",
            "x-needsServer": false,
            "params": [
                { "name": "wall", "required": true, "schema": { "type": "string" } },
                { "name": "count", "required": false, "schema": {
                    "type": ["integer", "null"], "minimum": 1, "maximum": 10, "default": 5,
                } },
                { "name": "colour", "required": false, "schema": { "oneOf": colours } },
                { "name": "filter", "required": false, "schema": {
                    "type": "object", "additionalProperties": false, "properties": { "by": { "type": "string" } },
                } },
            ],
            "result": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Wall" } } },
        }],
        "components": { "schemas": {
            "Config": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "kind": { "type": "string", "enum": ["a", "b"], "default": "a" },
                    "path": { "type": "string" },
                },
                "required": ["path"],
            },
            "Wall": {
                "type": "object",
                "properties": {
                    "name": { "type": "string" },
                    "colour": { "allOf": [{ "$ref": "#/components/schemas/Colour" }], "description": "Its colour." },
                    "size": { "type": "integer", "minimum": 0 },
                    "painted": { "type": "integer", "x-time": "always" },
                    "behind": { "anyOf": [{ "$ref": "#/components/schemas/Wall" }, { "type": "null" }] },
                },
                "required": ["name", "colour", "size", "painted", "behind"],
            },
            "Colour": { "oneOf": colours },
        } },
        "x-open": { "config": { "$ref": "#/components/schemas/Config" }, "result": { "type": "null" } },
        "x-events": [{ "number": 3, "name": "onPainted", "payload": { "$ref": "#/components/schemas/Wall" } }],
        "x-statusCodes": [{ "code": 7, "name": "WET" }],
    })
}

/// What is said after an edit: a value is put at each place, or what is there is removed.
fn after(edits: &[(&str, Option<Value>)]) -> Vec<String> {
    let mut now = released();
    for (place, value) in edits {
        let (parent, key) = place.rsplit_once('/').unwrap();
        match (now.pointer_mut(parent).unwrap(), value) {
            (Value::Object(object), Some(value)) => _ = object.insert(key.to_owned(), value.clone()),
            (Value::Object(object), None) => _ = object.remove(key).unwrap(),
            (Value::Array(list), Some(value)) if key == "-" => list.push(value.clone()),
            (Value::Array(list), Some(value)) => list[key.parse::<usize>().unwrap()] = value.clone(),
            (Value::Array(list), None) => _ = list.remove(key.parse().unwrap()),
            (other, _) => panic!("{place} leads into {other}"),
        }
    }
    assert_ne!(now, released(), "{edits:?} changes nothing");
    breaks(&released(), &now)
}

const COUNT: &str = "/methods/0/params/1";
const WALL: &str = "/components/schemas/Wall";
const COLOURS: &str = "/components/schemas/Colour/oneOf";

/// One edit, and the one thing said of it.
#[test]
fn what_breaks_a_program_is_named() {
    let text = || json!({ "type": "string" });
    for (place, value, said) in [
        ("/methods/0", None, "paint: is gone"),
        (
            "/methods/0/x-cName",
            Some(json!("im_p")),
            r#"paint: is "im_p" in C, was "im_paint""#,
        ),
        (
            "/methods/0/x-needsServer",
            Some(json!(true)),
            "paint: waits for the server, and did not",
        ),
        ("/methods/0/params/1", None, "paint.count: is gone"),
        (
            &format!("{COUNT}/required"),
            Some(json!(true)),
            "paint.count: is required, and was not",
        ),
        (
            "/methods/0/params/-",
            Some(json!({ "name": "tool", "required": true, "schema": text() })),
            "paint.tool: is new and required",
        ),
        (
            &format!("{COUNT}/schema/type"),
            Some(json!("integer")),
            "paint.count: null is not taken any more",
        ),
        (
            &format!("{COUNT}/schema/minimum"),
            Some(json!(2)),
            "paint.count: the minimum is 2, was 1",
        ),
        (
            &format!("{COUNT}/schema/maximum"),
            Some(json!(9)),
            "paint.count: the maximum is 9, was 10",
        ),
        (
            &format!("{COUNT}/schema/default"),
            Some(json!(6)),
            "paint.count: the default is 6, was 5",
        ),
        (
            &format!("{COUNT}/schema/default"),
            None,
            "paint.count: the default is none, was 5",
        ),
        (
            "/methods/0/params/0/schema",
            Some(json!({ "type": "integer" })),
            "paint.wall: string is not taken any more",
        ),
        ("/methods/0/params/2/schema/oneOf/0", None, "paint.colour: 1 is gone"),
        (
            "/methods/0/params/3/schema/properties/by",
            None,
            "paint.filter.by: is gone",
        ),
        (
            "/methods/0/params/3/schema/required",
            Some(json!(["by"])),
            "paint.filter.by: is required, and was not",
        ),
        (
            "/methods/0/result/schema",
            Some(json!({ "type": "null" })),
            "the data of paint: null is given, and was not",
        ),
        (
            "/methods/0/result/schema/items",
            Some(text()),
            "the data of paint[]: string is given, and was not",
        ),
        (
            "/components/schemas/Config/properties/path",
            None,
            "Config.path: is gone",
        ),
        (
            "/components/schemas/Config/required",
            Some(json!(["path", "kind"])),
            "Config.kind: is required, and was not",
        ),
        (
            "/components/schemas/Config/properties/kind/enum",
            Some(json!(["a"])),
            r#"Config.kind: "b" is gone"#,
        ),
        (&format!("{WALL}/properties/name"), None, "Wall.name: is gone"),
        (
            &format!("{WALL}/required/0"),
            None,
            "Wall.name: may be absent, and was always there",
        ),
        (
            &format!("{WALL}/properties/name/type"),
            Some(json!(["string", "null"])),
            "Wall.name: null is given, and was not",
        ),
        (
            &format!("{WALL}/properties/size/type"),
            Some(json!("number")),
            "Wall.size: number is given, and was not",
        ),
        (
            &format!("{WALL}/properties/size/minimum"),
            Some(json!(-1)),
            "Wall.size: the minimum is -1, was 0",
        ),
        (
            &format!("{WALL}/properties/size/minimum"),
            None,
            "Wall.size: the minimum is none, was 0",
        ),
        (
            &format!("{WALL}/properties/painted/x-time"),
            None,
            "Wall.painted: is a time in one version only, or another kind of time",
        ),
        (
            &format!("{WALL}/properties/colour"),
            Some(json!({ "type": "integer" })),
            "Wall.colour: integer is given, and was not",
        ),
        (&format!("{COLOURS}/1"), None, "Colour: 2 is gone"),
        (
            &format!("{COLOURS}/1/title"),
            Some(json!("Sky")),
            r#"Colour: 2 is called "Sky", was "Blue""#,
        ),
        (
            "/x-open/result",
            Some(text()),
            "what opening returns: string is given, and was not",
        ),
        ("/x-events/0", None, "onPainted: is gone"),
        ("/x-events/0/number", Some(json!(4)), "onPainted: is 4, was 3"),
        (
            "/x-events/0/payload",
            Some(json!({ "type": "null" })),
            "the payload of onPainted: null is given, and was not",
        ),
        ("/x-statusCodes/0", None, "WET: is gone"),
        ("/x-statusCodes/0/code", Some(json!(8)), "WET: is 8, was 7"),
    ] {
        assert_eq!(after(&[(place, value)]), [said], "{place}");
    }
}

#[test]
fn a_model_that_goes_away_is_named_with_its_place() {
    let inline = json!({ "type": "object", "properties": {}, "required": [] });
    let said = after(&[
        ("/x-events/0/payload", Some(inline)),
        ("/components/schemas/Colour", None),
    ]);
    assert!(
        said.contains(&"the payload of onPainted.name: is gone".to_owned()),
        "{said:?}"
    );
    assert!(said.contains(&"Colour: is gone".to_owned()), "{said:?}");
}

#[test]
fn what_is_added_breaks_nothing() {
    let text = || json!({ "type": "string" });
    let colour = || json!({ "type": "integer", "const": 3, "title": "Green" });
    for edits in [
        vec![("/methods/-", Some(json!({ "name": "clean", "params": [] })))],
        vec![
            ("/methods/0/x-needsServer", Some(json!(false))),
            ("/methods/0/summary", Some(json!("Paints."))),
        ],
        vec![(
            "/methods/0/params/-",
            Some(json!({ "name": "tool", "required": false, "schema": text() })),
        )],
        vec![("/methods/0/params/0/required", Some(json!(false)))],
        vec![(
            &format!("{COUNT}/schema/type"),
            Some(json!(["integer", "null", "string"])),
        )],
        vec![(&format!("{COUNT}/schema/minimum"), Some(json!(0)))],
        vec![(&format!("{COUNT}/schema/minimum"), None)],
        vec![(&format!("{COUNT}/schema/maximum"), Some(json!(11)))],
        vec![("/methods/0/params/2/schema/oneOf/-", Some(colour()))],
        vec![("/methods/0/params/2/schema", Some(json!({ "type": "integer" })))],
        vec![("/methods/0/params/3/schema/properties/at", Some(text()))],
        vec![("/components/schemas/Config/properties/mode", Some(text()))],
        vec![("/components/schemas/Config/required", Some(json!([])))],
        vec![(
            "/components/schemas/Config/properties/kind/enum",
            Some(json!(["a", "b", "c"])),
        )],
        vec![
            (&format!("{WALL}/properties/more"), Some(text())),
            (&format!("{WALL}/required/-"), Some(json!("more"))),
        ],
        vec![(
            &format!("{WALL}/properties/behind"),
            Some(json!({ "$ref": "#/components/schemas/Wall" })),
        )],
        vec![(&format!("{WALL}/properties/size/minimum"), Some(json!(1)))],
        vec![(&format!("{COLOURS}/-"), Some(colour()))],
        vec![("/components/schemas/Door", Some(text()))],
        vec![(
            "/x-events/-",
            Some(json!({ "number": 4, "name": "onDried", "payload": text() })),
        )],
        vec![("/x-statusCodes/-", Some(json!({ "code": 8, "name": "DRY" })))],
    ] {
        assert_eq!(after(&edits), [""; 0], "{edits:?}");
    }
}

#[test]
fn only_a_version_that_says_so_may_break() {
    let broken = |version: &str| {
        let mut now = released();
        now["info"]["version"] = json!(version);
        now["methods"] = json!([]);
        now
    };
    for (version, may) in [("1.2.3", false), ("1.9.0", false), ("2.0.0", true)] {
        assert_eq!(check(&released(), &broken(version)).is_ok(), may, "{version}");
    }
    let error = check(&released(), &broken("1.3.0")).unwrap_err().to_string();
    assert!(
        error.contains("1.3.0 breaks") && error.contains("paint: is gone"),
        "{error}"
    );
    // Before 1.0 the second number says it.
    assert_ne!(range("0.1.9"), range("0.2.0"));
    assert_eq!(range("0.1.0"), range("0.1.9"));
}
