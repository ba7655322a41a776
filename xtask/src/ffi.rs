//! `src/ffi/methods`, `src/ffi/constants.rs` and `src/ffi/event_constants.rs`: the C functions and constants, with the text of the header.

use crate::Result;
use crate::description::{Description, Method, Param, Type};
use crate::docs::between;
use crate::outputs::Outputs;
use crate::render::{render, wrap};
use crate::words::{field_in_words, type_in_words};
use minijinja::context;

/// The length of a line.
const WIDTH: usize = 120;

/// The topics in the order of the header, each with what its file is about.
pub const TOPICS: [(&str, &str); 13] = [
    ("account", "Logging in and out, and people's profiles"),
    ("conversation", "The conversation list"),
    ("view", "Views of the list that follow it"),
    ("search", "Searching the cache"),
    (
        "label",
        "Marks, receive options, custom data and groups of conversations",
    ),
    (
        "create",
        "Messages that are created first and sent then, and those inside of mergers",
    ),
    ("message", "Sending messages, and what they carry"),
    ("history", "Histories, and what only this device has of messages"),
    ("change", "What becomes of messages: edits, recalls, deletions"),
    ("receipt", "Who has read messages"),
    ("friend", "Friends"),
    ("group", "Groups"),
    ("member", "The members of groups"),
];

/// The files of the methods, in the order of the header.
pub fn method_files() -> Vec<String> {
    TOPICS
        .iter()
        .map(|(topic, _)| format!("src/ffi/methods/{topic}.rs"))
        .collect()
}

/// Adds the files.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    for ((topic, about), path) in TOPICS.iter().zip(method_files()) {
        let methods: Vec<_> = description
            .methods
            .iter()
            .filter(|method| method.topic == *topic)
            .map(|method| context! { name => method.name, c_name => method.c_name, comment => comment(method) })
            .collect();
        let template = include_str!("../templates/methods.rs.j2");
        outputs.add(path, render("methods.rs", template, context! { about, methods })?);
    }
    open(description, outputs)?;
    let files = [
        (
            "constants",
            statuses(description),
            include_str!("../templates/constants.rs.j2"),
        ),
        (
            "event_constants",
            events(description),
            include_str!("../templates/event_constants.rs.j2"),
        ),
    ];
    for (name, constants, template) in files {
        let text = render(&format!("{name}.rs"), template, context! { constants })?;
        outputs.add(format!("src/ffi/{name}.rs"), text);
    }
    Ok(())
}

/// The config and the answer of `im_client_open`, in the comment of a function that is written by hand.
fn open(description: &Description, outputs: &mut Outputs) -> Result<()> {
    let path = "src/ffi/client.rs";
    let opened = description.models.iter().find(|model| model.name == "Opened");
    let opened = opened.ok_or("there is no model Opened")?.fields.iter().map(|field| {
        let kind = type_in_words(&field.kind);
        item(&format!("`{}` ({kind}): {}", field.name, field.description), 0)
    });
    let config = fields(&description.config, 0);
    let opened = opened.collect::<Vec<_>>().join("\n");
    let mut text = outputs.current(path)?;
    for (name, list) in [("config", config), ("opened", opened)] {
        let start = format!("// generated: {name}\n");
        text = between(&text, &start, "// /generated\n", &format!("{list}\n"))
            .ok_or_else(|| format!("{path} has no place for {name}"))?;
    }
    outputs.add(path, text);
    Ok(())
}

fn statuses(description: &Description) -> Vec<minijinja::Value> {
    let statuses = description.statuses.iter().map(|status| {
        let text = [status.description.as_str(), status.advice.as_str()].join("\n\n");
        let comment = wrap(text.trim(), "/// ", WIDTH);
        context! { name => status.constant, number => status.code, comment, gap => status.code == 0 }
    });
    statuses.collect()
}

fn events(description: &Description) -> Vec<minijinja::Value> {
    let events = description.events.iter().map(|event| {
        let payload = with_words(&type_in_words(&event.payload), &event.payload_description);
        let text = format!("`{}`: {}\n\nPayload: {payload}.", event.name, event.description);
        context! { name => event.constant, number => event.number, comment => wrap(&text, "/// ", WIDTH) }
    });
    events.collect()
}

/// The documentation of a C function, with the sections that each has.
fn comment(method: &Method) -> String {
    let mut parts = vec![wrap(&method.description, "/// ", WIDTH)];
    parts.push(if method.params.is_empty() {
        "/// Request: no fields.".to_owned()
    } else {
        format!("/// Request:\n{}", fields(&method.params, 0))
    });
    parts.push(wrap(&data(method), "/// ", WIDTH));
    if !method.events.is_empty() {
        let events = method.events.iter().map(|event| with_reason(&event.name, &event.when));
        parts.push(list("Events", events));
    }
    if !method.errors.is_empty() {
        let errors = method
            .errors
            .iter()
            .map(|error| with_reason(&error.constant, &error.reason));
        parts.push(list("Errors", errors));
    }
    let source = if method.is_own { "libim's own" } else { "V2TIM" };
    let threads = if method.needs_server {
        "Any thread; waits for the server, so not inside callbacks (there: `im_call_async`)."
    } else {
        "Any thread, also inside callbacks; does not wait for the server."
    };
    parts.push(wrap(&format!("{source}: `{}`. {threads}", method.name), "/// ", WIDTH));
    parts.join("\n///\n")
}

fn data(method: &Method) -> String {
    let kind = type_in_words(&method.result);
    format!("Data: {}.", with_words(&kind, &method.result_description))
}

/// A type and what it leaves open.
fn with_words(kind: &str, words: &str) -> String {
    match words {
        "" => kind.to_owned(),
        words => format!("{kind}: {words}"),
    }
}

fn with_reason(name: &str, reason: &str) -> String {
    match reason {
        "" => format!("`{name}`"),
        reason => format!("`{name}` ({reason})"),
    }
}

fn list(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    wrap(&format!("{title}: {}.", entries.join(", ")), "/// ", WIDTH)
}

/// Fields as a list, and below each one of an object the fields of that.
fn fields(params: &[Param], depth: usize) -> String {
    let items = params.iter().map(|param| {
        let text = format!("`{}` ({}): {}", param.name, field_in_words(param), param.description);
        match inner(&param.kind) {
            Some(params) => format!("{}\n{}", item(&text, depth), fields(params, depth + 1)),
            None => item(&text, depth),
        }
    });
    items.collect::<Vec<_>>().join("\n")
}

/// The fields of an object, or of the objects in a list.
fn inner(kind: &Type) -> Option<&[Param]> {
    match kind {
        Type::Object(fields) => Some(fields),
        Type::List(of) | Type::Optional(of) => inner(of),
        _ => None,
    }
}

/// An item of a list, its further lines indented.
fn item(text: &str, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let prefix = format!("/// {indent}  ");
    wrap(text, &prefix, WIDTH).replacen(&prefix, &format!("/// {indent}- "), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_indented() {
        let text = "word ".repeat(30);
        let lines: Vec<String> = item(&text, 0).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("/// - word"));
        assert!(lines[1].starts_with("///   word"));
        assert!(item("a", 1).starts_with("///   - a"));
    }
}
