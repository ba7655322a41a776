//! The tables of `docs/json.md` against the models of the document: the same keys, types and nulls.

use crate::document;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const JSON_MD: &str = include_str!("../../docs/json.md");

/// The keys of a model as the page gives them, each with its type in words.
fn table(model: &str) -> BTreeMap<String, String> {
    // The table follows the first line that names the model in a heading, in bold or in brackets.
    let titles = [format!("# {model}"), format!("**{model}**"), format!("({model})")];
    let mut lines = JSON_MD
        .lines()
        .skip_while(|line| !titles.iter().any(|title| line.contains(title)));
    assert!(lines.next().is_some(), "docs/json.md has no table of {model}");
    let mut keys = BTreeMap::new();
    let rows = lines
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    for row in rows.skip(2) {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let (names, kind) = (cells.next().unwrap(), cells.next().unwrap());
        keys.extend(
            names
                .split(", ")
                .map(|name| (name.trim_matches('`').to_owned(), kind.to_owned())),
        );
    }
    keys
}

/// The types that a schema allows, in the page's words.
fn types(schema: &Value) -> BTreeSet<String> {
    if let Some(choice) = schema.get("anyOf").or(schema.get("allOf")) {
        return choice.as_array().unwrap().iter().flat_map(types).collect();
    }
    if let Some(target) = schema.get("$ref") {
        return match target.as_str().unwrap().rsplit('/').next().unwrap() {
            "GroupType" => ["string".to_owned()].into(),
            "V2TimTextElem" | "V2TimCustomElem" => ["object".to_owned()].into(),
            name => [name.to_owned()].into(),
        };
    }
    match &schema["type"] {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        name => [name.as_str().unwrap().to_owned()].into(),
    }
}

#[test]
fn the_tables_of_the_docs_have_the_same_keys_types_and_nulls() {
    let document = document();
    let models = document["components"]["schemas"].as_object().unwrap();
    let in_elems = ["V2TimTextElem", "V2TimCustomElem"];
    for (model, schema) in models
        .iter()
        .filter(|(name, _)| name.starts_with("V2Tim") && !in_elems.contains(&name.as_str()))
    {
        let documented: BTreeMap<String, BTreeSet<String>> = table(model)
            .into_iter()
            .map(|(key, kind)| {
                // As in "integer, s" and "array of string".
                let kinds = kind
                    .split(" or ")
                    .map(|kind| kind.split([',', ' ']).next().unwrap().to_owned());
                (key, kinds.collect())
            })
            .collect();
        let properties = schema["properties"].as_object().unwrap().iter();
        let described = properties.map(|(key, schema)| (key.clone(), types(schema))).collect();
        assert_eq!(documented, described, "{model}");
        let required = schema["required"].as_array().unwrap();
        assert_eq!(required.len(), documented.len(), "{model}: every key is always present");
    }
}
