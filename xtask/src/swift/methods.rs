//! The methods of `Client`, and those of `Cache`: the same without `await`, for the ones that need no server.

use super::exceptions::REQUESTS;
use super::layout::{call, perform};
use super::prose::{Prose, comment, item};
use super::values::{Property, label, parameters, type_of};
use crate::Result;
use crate::description::{Description, Method};
use crate::render::capitalized;
use serde::Serialize;

/// A method as the templates want it: `client` is its declaration and its body there.
#[derive(Serialize)]
pub struct SwiftMethod {
    pub topic: String,
    needs_server: bool,
    doc: String,
    is_discardable: bool,
    client: Function,
    cache: Function,
}

/// A function in one of the two types.
#[derive(Serialize)]
struct Function {
    declaration: String,
    body: String,
}

/// All methods, in the order of the description.
pub fn methods(description: &Description, prose: &Prose) -> Result<Vec<SwiftMethod>> {
    description
        .methods
        .iter()
        .map(|one| method(one, description, prose))
        .collect()
}

fn method(method: &Method, description: &Description, prose: &Prose) -> Result<SwiftMethod> {
    let answer = type_of(&method.result, &method.name)?;
    let request = REQUESTS.iter().find(|(name, ..)| *name == method.name);
    let mut parameters = parameters(method, prose)?;
    if let Some((_, kind, name)) = request {
        parameters.retain(|parameter| parameter.kind == "Duration");
        parameters.insert(0, request_parameter(kind, name));
    }
    let declared = parameters.iter().enumerate().map(|(place, one)| {
        let is_request = request.is_some() && place == 0;
        one.declared(if is_request { "_ " } else { label(place, &one.name) })
    });
    let declared: Vec<String> = declared.collect();
    let written: Vec<String> = parameters.iter().map(Property::written).collect();
    let function = |effects: &str, marks: &str| {
        let answer = answer.as_ref().map_or(String::new(), |answer| format!(" -> {answer}"));
        let end = format!(" {effects}throws(IMError){answer} {{");
        let body = match request {
            Some((.., name)) if method.needs_server => {
                perform(marks, &method.name, &format!("{name}.request(timeout)"), None, 8)
            }
            Some((.., name)) => perform(marks, &method.name, &format!("{name}.request"), None, 8),
            None => perform(marks, &method.name, "", Some(&written), 8),
        };
        Function {
            declaration: call(&format!("public func {}", method.name), &declared, &end, 4),
            body,
        }
    };
    Ok(SwiftMethod {
        topic: method.topic.clone(),
        needs_server: method.needs_server,
        doc: documentation(method, description, &parameters, prose),
        // What was asked for is not to be dropped by mistake; what came of a change may be.
        is_discardable: answer.is_some() && !method.name.starts_with("get"),
        client: function("async ", "try await"),
        cache: function("", "try"),
    })
}

fn request_parameter(kind: &str, name: &str) -> Property {
    Property {
        key: String::new(),
        name: name.to_owned(),
        identifier: name.to_owned(),
        kind: kind.to_owned(),
        default: None,
        read: String::new(),
        doc: String::new(),
        is_absent: false,
        description: format!("See `{kind}`."),
    }
}

fn documentation(method: &Method, description: &Description, parameters: &[Property], prose: &Prose) -> String {
    let mut parts = vec![comment(&prose.method(method), 4)];
    let mut list = Vec::new();
    match parameters {
        [] => {}
        [one] => list.push(item(&format!("- Parameter {}:", one.name), &one.description, 4)),
        several => {
            list.push("    /// - Parameters:".to_owned());
            list.extend(
                several
                    .iter()
                    .map(|one| item(&format!("  - {}:", one.name), &one.description, 4)),
            );
        }
    }
    if !method.result_description.is_empty() {
        let result = capitalized(&prose.adapt(&method.result_description));
        list.push(item("- Returns:", &format!("{}.", result.trim_end_matches('.')), 4));
    }
    if !method.errors.is_empty() {
        list.push(item("- Throws:", &format!("{}.", prose.throws(method, description)), 4));
    }
    if !list.is_empty() {
        parts.push("    ///".to_owned());
        parts.extend(list);
    }
    parts.join("\n")
}
