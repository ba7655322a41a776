//! Building elements that the parsers' crate has no type for.

use serde::Serialize;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::minidom::rxml::{Namespace, NcName};

/// An element with attributes and children.
pub(crate) fn element(name: &str, namespace: &str, attrs: &[(&str, &str)], children: Vec<Element>) -> Element {
    let mut element = Element::builder(name, namespace).append_all(children).build();
    for (name, value) in attrs {
        attribute(&mut element, name, value);
    }
    element
}

/// Sets an attribute.
pub(crate) fn attribute(element: &mut Element, name: &str, value: &str) {
    // The names are ours, and are names.
    if let Ok(name) = NcName::try_from(name) {
        element.set_attr(Namespace::NONE, name, value);
    }
}

/// The language that an element says it is in.
pub(crate) fn lang(element: &Element) -> Option<&str> {
    element.attr_ns("http://www.w3.org/XML/1998/namespace", "lang")
}

/// An element with a text in it.
pub(crate) fn text(name: &str, namespace: &str, text: impl Into<String>) -> Element {
    Element::builder(name, namespace).append(text.into()).build()
}

/// Whether XML 1.0 can carry a character, and brings it back as it was: a carriage return becomes a line feed.
pub(crate) fn is_faithful(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// JSON that XML can carry: what XML cannot is escaped, which is possible because it only stands inside of strings.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    if json.chars().all(is_faithful) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        if is_faithful(char) {
            escaped.push(char);
        } else {
            escaped.push_str(&format!("\\u{:04x}", u32::from(char)));
        }
    }
    escaped
}

/// A text as XML can carry it: what it cannot is replaced.
pub(crate) fn readable(text: &str) -> String {
    text.chars()
        .map(|char| if is_faithful(char) { char } else { '\u{FFFD}' })
        .collect()
}
