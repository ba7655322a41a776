//! Sentences of the description as comments of Swift.

use super::exceptions::WORDS;
use crate::description::{Description, Method};
use crate::render::wrap;

/// Lines have at most so many characters.
pub const WIDTH: usize = 120;

/// Paragraphs of a method that its declaration says.
const SAID_ELSEWHERE: &[&str] = &["Request:", "Data:", "Events:", "Errors:", "libim's own:"];

/// Turns what is described for JSON and C into what it is in Swift.
pub struct Prose {
    /// C's name of each method, and V2TIM's.
    names: Vec<(String, String)>,
}

impl Prose {
    /// Knows the names that the description uses.
    pub fn new(description: &Description) -> Self {
        let names = description.methods.iter();
        let mut names: Vec<_> = names.map(|one| (one.c_name.clone(), one.name.clone())).collect();
        // A name that begins with another one is to be found first.
        names.sort_by_key(|(c_name, _)| std::cmp::Reverse(c_name.len()));
        Self { names }
    }

    /// A sentence in Swift's words.
    pub fn adapt(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (word, other) in WORDS {
            text = text.replace(word, other);
        }
        for (c_name, name) in &self.names {
            text = text.replace(c_name, name);
        }
        text
    }

    /// The paragraphs about a method, and whether it waits.
    pub fn method(&self, method: &Method) -> String {
        let paragraphs = method.description.split("\n\n");
        let mut kept: Vec<String> = paragraphs
            .filter(|text| !SAID_ELSEWHERE.iter().any(|start| text.starts_with(start)))
            .map(|text| self.adapt(text))
            .collect();
        if method.needs_server {
            kept.push("Waits for the server.".to_owned());
        }
        kept.join("\n\n")
    }

    /// The sentences about an event, without those about its JSON where the Swift type says the same.
    pub fn event(&self, text: &str, payload_is_plain: bool) -> String {
        let text = match text.split_once("Payload: ") {
            Some((before, after)) if !payload_is_plain => {
                let rest = after.split_once(". ").map_or("", |(_, rest)| rest);
                format!("{before}{rest}")
            }
            _ => text.to_owned(),
        };
        self.adapt(text.trim_end())
    }
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
