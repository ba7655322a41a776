//! The sources of the Swift package against `schema/openrpc.json`, name by name and type by type.

use crate::support::document::document;
use serde_json::Value;
use std::collections::BTreeMap;

const SOURCES: &str = "bindings/swift/Sources/LibIM";

fn schema() -> Value {
    serde_json::from_str(&document("schema/openrpc.json")).unwrap()
}

fn source(name: &str) -> String {
    document(&format!("{SOURCES}/{name}.swift"))
}

/// The Swift type of a schema; nothing for one that is always null.
fn type_of(schema: &Value) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return Some(match name {
            "GroupType" => "String".to_owned(), // later versions may have more of them
            "Failure" => "IMError".to_owned(),
            name => name.trim_start_matches("V2Tim").to_owned(),
        });
    }
    if let Some(all) = schema["allOf"].as_array() {
        return type_of(&all[0]);
    }
    if schema["oneOf"].is_array() {
        return Some("String".to_owned());
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let types: Vec<String> = any.iter().filter_map(type_of).collect();
        assert_eq!((types.len(), any.len()), (1, 2), "{schema}");
        return Some(format!("{}?", types[0]));
    }
    if let Some(types) = schema["type"].as_array() {
        if types.iter().any(|name| name == "integer") {
            assert_eq!(types[0], "string", "{schema}"); // cursors, which are given as strings
            return Some("String".to_owned());
        }
        assert!(types.len() == 2 && types[1] == "null", "{schema}");
        let mut other = schema.clone();
        other["type"] = types[0].clone();
        return type_of(&other).map(|name| format!("{name}?"));
    }
    match schema["type"].as_str().unwrap_or_else(|| panic!("{schema}")) {
        "null" => None,
        "string" => Some("String".to_owned()),
        "boolean" => Some("Bool".to_owned()),
        "array" => type_of(&schema["items"]).map(|name| format!("[{name}]")),
        "integer" => Some(
            match schema["format"].as_str() {
                Some("int32") => "Int32",
                Some("uint32") => "UInt32",
                Some("uint64" | "uint") => "UInt64",
                _ => "Int64",
            }
            .to_owned(),
        ),
        other => panic!("there is no type for {other}"),
    }
}

/// The stored properties of each struct in a source, with their types.
fn structs(source: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let blocks = source.replace("\npublic struct ", "\nstruct ");
    let blocks = blocks.split("\nstruct ").skip(1);
    blocks
        .map(|block| {
            let name = block.split(':').next().unwrap().to_owned();
            let body = block.split("\n}").next().unwrap();
            let properties = body.lines().filter_map(|line| {
                let line = line.trim().trim_start_matches("public ");
                let (name, kind) = line.strip_prefix("var ")?.split_once(": ")?;
                (!kind.contains('{')).then(|| (name.trim_matches('`').to_owned(), kind.to_owned()))
            });
            (name, properties.collect())
        })
        .collect()
}

#[test]
fn the_models_have_every_key_with_its_type() {
    let schema = schema();
    let mut found = BTreeMap::new();
    for file in ["Conversation", "People", "Config", "Response"] {
        found.extend(structs(&source(file)));
    }
    let mut checked = 0;
    for (name, model) in schema["components"]["schemas"].as_object().unwrap() {
        let name = match name.strip_prefix("V2Tim") {
            Some(name) => name,
            None if ["Opened", "Failure"].contains(&name.as_str()) => name,
            None => continue,
        };
        let properties = model["properties"].as_object().unwrap();
        let expected: BTreeMap<String, String> = properties
            .iter()
            .filter_map(|(key, schema)| Some((key.clone(), type_of(schema)?)))
            .collect();
        assert_eq!(found[name], expected, "{name}");
        checked += 1;
    }
    assert!(checked >= 16, "only {checked} models");
}

/// `INVALID_USER_ID` is `invalidUserID`.
fn camel_case(name: &str) -> String {
    let words = name.split('_').enumerate().map(|(place, word)| match word {
        "ID" | "JSON" if place > 0 => word.to_owned(),
        word if place > 0 => format!("{}{}", &word[..1], word[1..].to_lowercase()),
        word => word.to_lowercase(),
    });
    words.collect()
}

#[test]
fn every_status_is_there() {
    let text = source("IMError");
    let real: Vec<(String, i64)> = text
        .lines()
        .filter_map(|line| {
            let (name, code) = line.trim().strip_prefix("case ")?.split_once(" = ")?;
            Some((name.to_owned(), code.parse().unwrap()))
        })
        .collect();
    let schema = schema();
    let statuses = schema["x-statusCodes"].as_array().unwrap().iter();
    let expected: Vec<(String, i64)> = statuses
        .map(|status| {
            (
                camel_case(status["name"].as_str().unwrap()),
                status["code"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(real, expected);
}

#[test]
fn every_event_is_there_with_its_payload() {
    let text = source("Event");
    let (cases, kinds) = text.split_once("public enum Kind").unwrap();
    let kinds: Vec<&str> = kinds
        .split("\n    }")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("case "))
        .collect();
    let schema = schema();
    for (number, event) in schema["x-events"].as_array().unwrap().iter().enumerate() {
        assert_eq!(event["number"], number);
        let name = event["name"].as_str().unwrap();
        let payload = type_of(&event["payload"]).map_or(String::new(), |kind| format!("({kind})"));
        let case = format!("\n    case {name}{payload}\n");
        assert!(cases.contains(&case), "no {case}");
        assert_eq!(kinds[number], name);
    }
    assert_eq!(kinds.len(), schema["x-events"].as_array().unwrap().len());
}

/// A method as it stands in a source.
struct Method {
    comment: String,
    /// Name, type and default of each parameter.
    parameters: Vec<(String, String, Option<String>)>,
    answer: Option<String>,
    /// The keys of its request.
    keys: Vec<String>,
}

fn methods(source: &str) -> BTreeMap<String, Method> {
    let mut found = BTreeMap::new();
    for call in source.split("perform(").skip(1) {
        let Some((name, after)) = call
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
        else {
            continue; // where `perform` is declared
        };
        let declaration = format!("public func {name}(");
        let (before, declared) = source
            .split_once(&declaration)
            .unwrap_or_else(|| panic!("no {declaration}"));
        let (signature, _) = declared.split_once(" {\n").unwrap();
        let end = signature
            .find(") async throws(IMError)")
            .or_else(|| signature.find(") throws(IMError)"));
        let (parameters, effects) = signature.split_at(end.unwrap_or_else(|| panic!("{signature}")));
        let parameters = parameters.trim().split(", ").filter(|parameter| !parameter.is_empty());
        let parameters = parameters.map(|parameter| {
            let (name, rest) = parameter.trim().split_once(": ").unwrap();
            let (kind, default) = rest
                .split_once(" = ")
                .map_or((rest, None), |(kind, default)| (kind, Some(default)));
            let name = name.rsplit(' ').next().unwrap();
            (name.to_owned(), kind.to_owned(), default.map(str::to_owned))
        });
        let request = after.split(")\n").next().unwrap();
        let keys = request.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        let comment = before.rsplit("\n\n").next().unwrap().replace("\n    /// ", " ");
        let method = Method {
            comment,
            parameters: parameters.collect(),
            answer: effects.split_once(" -> ").map(|(_, answer)| answer.to_owned()),
            keys,
        };
        assert!(
            found.insert(name.to_owned(), method).is_none(),
            "{name} stands there twice"
        );
    }
    found
}

/// A default as Swift writes it.
fn default_of(parameter: &Value) -> Option<String> {
    if parameter["name"] == "timeoutMs" {
        assert_eq!(parameter["schema"]["default"], 30_000);
        return Some(".seconds(30)".to_owned());
    }
    match parameter["schema"].get("default") {
        Some(Value::Null) => Some("nil".to_owned()),
        None if parameter["required"] != true => Some("nil".to_owned()), // stays as it is
        None => None,
        Some(default) => Some(default.to_string()),
    }
}

/// The keys that a request of Parameters.swift or Config.swift writes: those after which a value comes.
fn keys_written(name: &str, file: &str) -> Vec<String> {
    let text = source(file);
    let block = text.split(name).nth(1).unwrap_or_else(|| panic!("no {name}"));
    let request = block.split("-> Request {").nth(1).filter(|_| name.contains("NewGroup"));
    let request = request.unwrap_or_else(|| block.split("var request: Request {").nth(1).unwrap());
    let request = request.split("\n    }\n").next().unwrap();
    let quoted = request.split('"').skip(1).step_by(2);
    let mut keys: Vec<String> = quoted.map(str::to_owned).collect();
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn every_method_is_there_with_its_parameters_and_its_answer() {
    let schema = schema();
    let waiting = methods(&format!("{}{}", source("AccountMethods"), source("ListMethods")));
    let cached = methods(&source("Cache"));
    let mut local = 0;
    for method in schema["methods"].as_array().unwrap() {
        let name = method["name"].as_str().unwrap();
        let needs_server = method["x-needsServer"].as_bool().unwrap();
        local += usize::from(!needs_server);
        assert_eq!(cached.contains_key(name), !needs_server, "{name}");
        for found in [waiting.get(name), cached.get(name)].into_iter().flatten() {
            assert_eq!(found.answer, type_of(&method["result"]["schema"]), "{name}");
            assert_eq!(found.comment.contains("Waits for the server."), needs_server, "{name}");
            let mut expected: Vec<&Value> = method["params"].as_array().unwrap().iter().collect();
            if ["sendMessage", "getHistoryMessageList", "createGroup"].contains(&name) {
                assert!(found.keys.is_empty(), "{name}: see the next test");
                continue;
            }
            let by_name = |name: &str| {
                if name == "timeout" {
                    "timeoutMs".to_owned()
                } else {
                    name.to_owned()
                }
            };
            expected.sort_by_key(|parameter| found.keys.iter().position(|key| parameter["name"] == **key));
            let names: Vec<&str> = expected.iter().map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(found.keys, names, "{name}: the keys of its request");
            let real: Vec<String> = found.parameters.iter().map(|(name, ..)| by_name(name)).collect();
            assert_eq!(real, names, "{name}: its parameters");
            for ((parameter, kind, default), expected) in found.parameters.iter().zip(expected) {
                if parameter == "timeout" {
                    assert_eq!(kind, "Duration", "{name}");
                } else {
                    assert_eq!(Some(kind), type_of(&expected["schema"]).as_ref(), "{name}.{parameter}");
                }
                // A draft of nil is a request of its own, which nobody should make by leaving something out.
                if (name, parameter.as_str()) != ("setConversationDraft", "draftText") {
                    assert_eq!(*default, default_of(expected), "{name}.{parameter}");
                }
            }
        }
        assert!(waiting.contains_key(name), "{name}");
    }
    assert_eq!(waiting.len(), schema["methods"].as_array().unwrap().len());
    assert_eq!(cached.len(), local);
}

#[test]
fn the_larger_requests_have_every_key() {
    let schema = schema();
    let parameters = |name: &str| -> Vec<String> {
        let methods = schema["methods"].as_array().unwrap();
        let method = methods.iter().find(|method| method["name"] == name).unwrap();
        let names = method["params"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap());
        names.map(str::to_owned).collect()
    };
    // Beside their own keys the objects in them have some; and the kind of element follows from which one is given.
    for (method, name, inner, left_out) in [
        (
            "sendMessage",
            "struct NewMessage",
            &["text", "data", "desc", "extension"][..],
            &["elemType"][..],
        ),
        ("getHistoryMessageList", "struct HistoryQuery", &[], &[]),
        ("createGroup", "struct NewGroup", &["userID", "role"], &[]),
    ] {
        let mut expected = parameters(method);
        expected.retain(|key| !left_out.contains(&key.as_str()));
        expected.extend(inner.iter().map(|key| (*key).to_owned()));
        expected.sort();
        assert_eq!(keys_written(name, "Parameters"), expected, "{method}");
    }
    let config = &schema["components"]["schemas"]["Config"]["properties"];
    let keys = |object: &Value| -> Vec<String> { object.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys_written("struct Config", "Config"), keys(config));
    let mut backend = keys_written("extension Config.Backend", "Config");
    backend.retain(|word| !["embedded", "xmpp"].contains(&word.as_str()));
    assert_eq!(backend, keys(&config["backend"]["properties"]));
}

/// The public declarations, and the cases, that have no comment.
fn undocumented(source: &str) -> Vec<&str> {
    let mut before = "";
    let mut bare = Vec::new();
    for line in source.lines() {
        let text = line.trim();
        let is_case =
            text.starts_with("case ") && !text.ends_with(':') && !text.contains(": ") && !text.contains("let ");
        if (text.starts_with("public ") || is_case) && !before.starts_with("///") {
            bare.push(line);
        }
        if !text.starts_with('@') {
            before = text;
        }
    }
    bare
}

#[test]
fn every_public_name_is_documented() {
    let mut names = 0;
    for entry in std::fs::read_dir(crate::support::root().join(SOURCES)).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(undocumented(&text), Vec::<&str>::new(), "{}", path.display());
        // Without its comments it has names to miss.
        let stripped: Vec<&str> = text.lines().filter(|line| !line.trim().starts_with("///")).collect();
        names += undocumented(&stripped.join("\n")).len();
    }
    assert!(names > 250, "only {names} public names");
}
