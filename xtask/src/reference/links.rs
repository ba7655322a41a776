//! What a page of the reference can lead to: methods, events, models and sets, by their names.

use crate::description::{Description, Type};
use crate::words::type_in_words;
use std::collections::BTreeMap;

/// Each name with the page that describes it, as seen from a page of the reference.
#[derive(Default)]
pub struct Links(BTreeMap<String, String>);

impl Links {
    /// All that is described.
    pub fn new(description: &Description) -> Self {
        let page = |name: &str, page: &str| (name.to_owned(), format!("{page}.md#{}", name.to_lowercase()));
        let methods = description
            .methods
            .iter()
            .map(|method| page(&method.name, &method.topic));
        let events = description.events.iter().map(|event| page(&event.name, "events"));
        // The config has a page of its own.
        let models = description.models.iter().filter(|model| model.name != "Config");
        let models = models.map(|model| page(&model.name, "../json"));
        let sets = description.choices.iter().map(|set| page(&set.name, "../json"));
        Self(methods.chain(events).chain(models).chain(sets).collect())
    }

    /// A name, as a link where it is described.
    pub fn name(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(target) => format!("[`{name}`]({target})"),
            None => format!("`{name}`"),
        }
    }

    /// A text in which names in code are links; not `this`, which the reader is looking at.
    pub fn prose(&self, text: &str, this: &str) -> String {
        let parts = text.split('`').enumerate().map(|(place, part)| match part {
            part if place % 2 == 0 => part.to_owned(),
            part if part == this => format!("`{part}`"),
            part => self.name(part),
        });
        // The parts between an odd and an even backtick are code.
        parts.collect()
    }

    /// A type in words, in which models and sets are links.
    pub fn kind(&self, kind: &Type) -> String {
        let words = type_in_words(kind);
        match named(kind) {
            Some((name, true)) => words.replace(name, &self.name(name)),
            Some((name, false)) => format!("{words} ({})", self.name(name)),
            None => words,
        }
    }

    /// The set that a type is one of.
    pub fn set(&self, kind: &Type) -> Option<String> {
        named(kind).map(|(name, _)| self.name(name))
    }
}

/// The model or set that a type is made of, and whether its words have that name.
fn named(kind: &Type) -> Option<(&str, bool)> {
    match kind {
        Type::Model(name) => Some((name, true)),
        Type::Choice(name) | Type::Number(name) => Some((name, false)),
        Type::List(of) | Type::Optional(of) => named(of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        let entry = |name: &str, target: &str| (name.to_owned(), target.to_owned());
        Links([entry("login", "account.md#login"), entry("Row", "../json.md#row")].into())
    }

    #[test]
    fn names_in_code_are_links() {
        assert_eq!(
            links().prose("As `login` does, not login, `count` or `1`.", "logout"),
            "As [`login`](account.md#login) does, not login, `count` or `1`."
        );
        assert_eq!(links().prose("`login` logs in.", "login"), "`login` logs in.");
    }

    #[test]
    fn types_lead_to_what_they_are_made_of() {
        let rows = Type::List(Box::new(Type::Model("Row".to_owned())));
        assert_eq!(links().kind(&rows), "array of [`Row`](../json.md#row)");
        let other = Type::Optional(Box::new(Type::Number("Row".to_owned())));
        assert_eq!(links().kind(&other), "integer or null ([`Row`](../json.md#row))");
        assert_eq!(links().kind(&Type::String), "string");
    }
}
