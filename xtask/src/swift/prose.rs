//! Sentences of the description as comments of Swift.

use super::exceptions::WORDS;
use super::status_name;
use crate::description::{ChoiceValue, Description, Event, Method, Type};
use crate::render::{capitalized, wrap};
use serde_json::Value;

/// Lines have at most so many characters.
pub const WIDTH: usize = 120;

/// Puts into Swift's words what is described for JSON and C.
pub struct Prose {
    /// Names of C, and what stands for them here; a name that begins with another one comes before it.
    names: Vec<(String, String)>,
    /// The members of sets: the set, the value, the name.
    members: Vec<(String, Value, String)>,
}

impl Prose {
    /// Knows the names that the description uses.
    pub fn new(description: &Description) -> Self {
        let methods = description
            .methods
            .iter()
            .map(|one| (one.c_name.clone(), one.name.clone()));
        let events = description
            .events
            .iter()
            .map(|one| (one.constant.clone(), one.name.clone()));
        let statuses = description
            .statuses
            .iter()
            .map(|one| (one.constant.clone(), format!(".{}", status_name(one))));
        let mut names: Vec<_> = methods.chain(events).chain(statuses).collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let members = description.choices.iter().flat_map(|set| {
            let values = set.values.iter();
            values.map(|one| (set.name.clone(), one.value.clone(), member_name(one)))
        });
        Self {
            names,
            members: members.collect(),
        }
    }

    /// The member of a set that has a value, as `.localOlder`; nothing where the type is no set.
    pub fn member(&self, kind: &Type, value: &Value) -> Option<String> {
        let (Type::Choice(set) | Type::Number(set)) = kind else {
            return None;
        };
        let found = self
            .members
            .iter()
            .find(|(name, known, _)| name == set && known == value);
        found.map(|(.., name)| format!(".{name}"))
    }

    /// A text in Swift's words.
    pub fn adapt(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (word, other) in WORDS {
            text = text.replace(word, other);
        }
        for (name, other) in &self.names {
            text = text.replace(name, other);
        }
        text
    }

    /// The paragraphs about a method: what it does, whether it waits, and the events that it causes.
    pub fn method(&self, method: &Method) -> String {
        let mut paragraphs = vec![method.description.clone()];
        if method.is_own {
            paragraphs.push("V2TIM has no such method.".to_owned());
        }
        if method.needs_server {
            paragraphs.push("Waits for the server.".to_owned());
        }
        let events = method.events.iter().map(|event| match event.when.as_str() {
            "" => format!("`{}`", event.name),
            when => format!("`{}` ({when})", event.name),
        });
        let events: Vec<String> = events.collect();
        if !events.is_empty() {
            paragraphs.push(format!("Events: {}.", events.join(", ")));
        }
        self.adapt(&paragraphs.join("\n\n"))
    }

    /// The sentences about an event and what it carries.
    pub fn event(&self, event: &Event) -> String {
        match event.payload_description.as_str() {
            "" => self.adapt(&event.description),
            // The type says what it is.
            _ if matches!(event.payload, Type::Model(_)) => self.adapt(&event.description),
            payload => self.adapt(&format!(
                "{} The value: {}.",
                event.description,
                payload.trim_end_matches('.')
            )),
        }
    }

    /// The list of statuses that a method ends with.
    pub fn throws(&self, method: &Method, description: &Description) -> String {
        let statuses = method.errors.iter().filter_map(|error| {
            let status = description.statuses.iter().find(|status| status.code == error.code)?;
            let reason = if error.reason.is_empty() {
                String::new()
            } else {
                format!(" ({})", error.reason)
            };
            Some(format!("`.{}`{reason}", status_name(status)))
        });
        self.adapt(&statuses.collect::<Vec<_>>().join(", "))
    }
}

/// `localOlder`.
pub fn member_name(value: &ChoiceValue) -> String {
    let words = value.words.iter().enumerate();
    let words = words.map(|(place, word)| if place > 0 { capitalized(word) } else { word.clone() });
    words.collect()
}

/// Documentation at a depth of indentation.
pub fn comment(text: &str, indent: usize) -> String {
    wrap(text, &format!("{:indent$}/// ", ""), WIDTH)
}

/// An entry of a list in documentation, whose further lines are set in: `- Parameter x: ...`.
pub fn item(start: &str, text: &str, indent: usize) -> String {
    let depth = start.len() - start.trim_start().len() + 2;
    let prefix = format!("{:indent$}/// {:depth$}", "", "");
    let lines = wrap(&format!("{} {text}", start.trim_start()), &prefix, WIDTH);
    // The first line begins with the dash, which hangs two columns to the left.
    lines.replacen(&prefix, &prefix[..prefix.len() - 2], 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_list_hang() {
        let text = "word ".repeat(30);
        let lines = item("  - name:", text.trim(), 4);
        let lines: Vec<&str> = lines.lines().collect();
        assert!(lines[0].starts_with("    ///   - name: word word"), "{}", lines[0]);
        assert!(lines[1].starts_with("    ///     word"), "{}", lines[1]);
        assert_eq!(item("- Throws:", "`.x`.", 4), "    /// - Throws: `.x`.");
    }
}
