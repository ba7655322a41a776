//! The comments of the C++ binding: the sentences of the description in the words of C++.

use crate::description::{Description, Event, Method, Model, Type};
use crate::render::{capitalized, wrap};
use serde_json::Value;

const PREFIX: &str = "    /// ";

/// Words for JSON, and what C++ calls the same.
const IN_CPP: &[(&str, &str)] = &[
    ("Absent, null or empty", "None or empty"),
    ("Absent or null", "None"),
    ("absent or null", "none"),
    ("Absent:", "None:"),
    ("`null`", "none"),
    (" null", " none"),
    ("Null ", "None "),
    ("`__kImSDK_MesssageAtALL__`", "`AT_ALL`"),
    ("`V2Tim", "`"),
];

/// Knows which names of C and V2TIM have another one in C++.
pub struct Words {
    /// Functions of C and the methods that they are.
    functions: Vec<(String, String)>,
    /// The constants of sets: the set, the value, the constant.
    constants: Vec<(String, Value, String)>,
}

impl Words {
    pub fn new(description: &Description) -> Self {
        let mut functions: Vec<(String, String)> = description
            .methods
            .iter()
            .map(|method| (format!("`{}`", method.c_name), format!("`{}`", method.name)))
            .collect();
        functions.push(("`im_client_open`".to_owned(), "`Client::open`".to_owned()));
        let constants = description.choices.iter().flat_map(|set| {
            let values = set.values.iter();
            values.map(|one| {
                (
                    set.name.clone(),
                    one.value.clone(),
                    format!("{}::{}", set.name, one.constant()),
                )
            })
        });
        Self {
            functions,
            constants: constants.collect(),
        }
    }

    /// The constant of a value of a set; none where the type is no set.
    pub fn constant(&self, set: &str, value: &Value) -> Option<&str> {
        let found = self
            .constants
            .iter()
            .find(|(name, known, _)| name == set && known == value);
        found.map(|(.., constant)| constant.as_str())
    }

    /// Whether a type is a set, or one that may be absent.
    pub fn is_set(&self, kind: &str) -> bool {
        let kind = kind
            .strip_prefix("std::optional<")
            .map_or(kind, |rest| rest.trim_end_matches('>'));
        self.constants.iter().any(|(name, ..)| name == kind)
    }

    /// A text of the description in the words of C++.
    pub fn say(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in IN_CPP {
            text = text.replace(from, to);
        }
        for (from, to) in &self.functions {
            text = text.replace(from, to);
        }
        text
    }

    /// The same of a number of milliseconds, which C++ has a type for.
    pub fn duration(&self, text: &str) -> String {
        self.say(text)
            .replace(", in milliseconds", "")
            .replace(" Milliseconds.", "")
    }

    /// The comment of a model, with V2TIM's name for it.
    pub fn model(&self, model: &Model) -> String {
        if !model.name.starts_with("V2Tim") {
            return self.say(&model.description);
        }
        let text = model.description.replace(&format!(" (`{}`)", model.name), "");
        let text = self.say(&text);
        let (first, rest) = text.split_once('.').unwrap_or((&text, ""));
        format!("{first} ({}).{rest}", model.name)
    }

    /// The comment of an event. A failure is an `Error`, which needs no words.
    pub fn event(&self, event: &Event) -> String {
        let text = self.say(&event.description);
        let payload = self.say(&event.payload_description);
        if payload.is_empty() || matches!(event.payload, Type::Model(_)) {
            return text;
        }
        format!("{text} Payload: {payload}.")
    }

    /// The lines of a method's comment: what it does, the events that it can cause, its parameters and its result.
    pub fn method(&self, method: &Method, parameters: &[(String, String)]) -> String {
        let mut text = self.say(&method.description);
        if method.needs_server {
            let end = text.find("\n\n").unwrap_or(text.len());
            text.insert_str(end, " Waits for the server.");
        }
        let events = method.events.iter().map(|event| match event.when.as_str() {
            "" => format!("`{}`", event.name),
            when => format!("`{}` ({})", event.name, self.say(when)),
        });
        let events: Vec<String> = events.collect();
        if !events.is_empty() {
            text += &format!("\n\nEvents: {}.", events.join(", "));
        }
        let mut tags: Vec<String> = parameters
            .iter()
            .map(|(name, text)| format!("@param {name} {text}"))
            .collect();
        if !method.result_description.is_empty() {
            let text = capitalized(&self.say(&method.result_description));
            tags.push(format!("@return {text}."));
        }
        let mut comment = wrap(&text, PREFIX, super::WIDTH);
        if !tags.is_empty() {
            comment += &format!("\n{}", PREFIX.trim_end());
        }
        for tag in tags {
            comment += &format!("\n{}", wrap(&tag, PREFIX, super::WIDTH));
        }
        comment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_in_the_words_of_cpp() {
        let words = Words {
            functions: vec![("`im_login`".to_owned(), "`login`".to_owned())],
            constants: Vec::new(),
        };
        assert_eq!(
            words.say("As for `im_login`. Absent, null or empty: `null`, a `V2TimMessage` or null."),
            "As for `login`. None or empty: none, a `Message` or none."
        );
        assert_eq!(words.duration("The time, in milliseconds."), "The time.");
    }
}
