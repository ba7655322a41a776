//! Building elements that the parsers' crate has no type for.

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

/// An element with a text in it.
pub(crate) fn text(name: &str, namespace: &str, text: impl Into<String>) -> Element {
    Element::builder(name, namespace).append(text.into()).build()
}
