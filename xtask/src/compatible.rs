//! Whether programs that were written for a released interface still work with this one: `schema/released.json` against
//! `schema/openrpc.json`. docs/versions.md has the promise.
//!
//! What the two documents say is compared, type by type: what libim takes may only grow, and so may what it gives, but what
//! it gives stays of the type that was promised. What a method does is not in the documents.

mod types;

use crate::Result;
use serde_json::Value;
use types::{Comparison, Direction};

/// Fails, naming each difference that breaks a program, unless the versions say that there may be some.
pub fn check(released: &Value, now: &Value) -> Result<()> {
    let version = |document: &Value| document["info"]["version"].as_str().unwrap_or_default().to_owned();
    let (old, new) = (version(released), version(now));
    if range(&old) != range(&new) {
        return Ok(());
    }
    let breaks = breaks(released, now);
    if breaks.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{new} breaks programs that were written for {old}: undo that, or raise the version (docs/versions.md):\n    {}",
        breaks.join("\n    ")
    )
    .into())
}

/// What all versions that only add to each other have in common: the first number, and while that is 0 also the second.
fn range(version: &str) -> (&str, &str) {
    let mut numbers = version.split('.');
    match (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()) {
        ("0", minor) => ("0", minor),
        (major, _) => (major, ""),
    }
}

/// Every difference that breaks a program, each with its place.
pub fn breaks(released: &Value, now: &Value) -> Vec<String> {
    let mut comparison = Comparison::new(released, now);
    methods(&mut comparison, released, now);
    for (place, key, direction) in [
        ("the config", "config", Direction::Taken),
        ("what opening returns", "result", Direction::Given),
    ] {
        comparison.compare(place, direction, &released["x-open"][key], &now["x-open"][key]);
    }
    events(&mut comparison, released, now);
    for status in entries(&released["x-statusCodes"]) {
        let name = text(status, "name");
        match find(&now["x-statusCodes"], "name", name) {
            None => comparison.tell(name, "is gone"),
            Some(other) if other["code"] != status["code"] => {
                comparison.tell(name, &format!("is {}, was {}", other["code"], status["code"]));
            }
            Some(_) => {}
        }
    }
    comparison.named();
    comparison.breaks
}

fn methods<'a>(comparison: &mut Comparison<'a>, released: &'a Value, now: &'a Value) {
    for method in entries(&released["methods"]) {
        let name = text(method, "name");
        let Some(other) = find(&now["methods"], "name", name) else {
            comparison.tell(name, "is gone");
            continue;
        };
        if method["x-cName"] != other["x-cName"] {
            comparison.tell(
                name,
                &format!("is {} in C, was {}", other["x-cName"], method["x-cName"]),
            );
        }
        // Inside a callback such a method fails.
        if method["x-needsServer"] == false && other["x-needsServer"] == true {
            comparison.tell(name, "waits for the server, and did not");
        }
        for param in entries(&method["params"]) {
            let place = format!("{name}.{}", text(param, "name"));
            match find(&other["params"], "name", text(param, "name")) {
                None => comparison.tell(&place, "is gone"),
                Some(new) => {
                    if param["required"] == false && new["required"] == true {
                        comparison.tell(&place, "is required, and was not");
                    }
                    comparison.compare(&place, Direction::Taken, &param["schema"], &new["schema"]);
                }
            }
        }
        for param in entries(&other["params"]) {
            let known = find(&method["params"], "name", text(param, "name"));
            if known.is_none() && param["required"] == true {
                comparison.tell(&format!("{name}.{}", text(param, "name")), "is new and required");
            }
        }
        let (result, new) = (&method["result"]["schema"], &other["result"]["schema"]);
        comparison.compare(&format!("the data of {name}"), Direction::Given, result, new);
    }
}

fn events<'a>(comparison: &mut Comparison<'a>, released: &'a Value, now: &'a Value) {
    for event in entries(&released["x-events"]) {
        let name = text(event, "name");
        let Some(other) = find(&now["x-events"], "name", name) else {
            comparison.tell(name, "is gone");
            continue;
        };
        if event["number"] != other["number"] {
            comparison.tell(name, &format!("is {}, was {}", other["number"], event["number"]));
        }
        let place = format!("the payload of {name}");
        comparison.compare(&place, Direction::Given, &event["payload"], &other["payload"]);
    }
}

fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn find<'a>(list: &'a Value, key: &str, value: &str) -> Option<&'a Value> {
    entries(list).find(|entry| entry[key] == value)
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests;
