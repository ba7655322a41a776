//! Messages that are encrypted. What they say cannot be read here; that it was said is shown all the same.

use super::xml::to_json;
use crate::backend::xmpp::ns::{EME, OMEMO, OPENPGP, OTR, PGP};
use serde::Serialize;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// The longest name of a method that is shown.
const MAX_NAME: usize = 64;

/// What stands in place of the text.
#[derive(Serialize)]
struct Encrypted<'a> {
    r#type: &'static str,
    method: &'a str,
}

/// The data of a custom element in place of what is encrypted.
pub(super) fn shown(method: &str) -> String {
    to_json(&Encrypted {
        r#type: "encrypted",
        method,
    })
}

/// How a message is encrypted; `None` for one that is not, and for keys alone.
pub(super) fn method(message: &Message, text: Option<&str>) -> Option<String> {
    let known = message.payloads.iter().find_map(known);
    // What says only that the rest cannot be read belongs to a text. Beside keys it says nothing.
    let told = || {
        message
            .payloads
            .iter()
            .find_map(told)
            .filter(|_| text.is_some() && !has_keys(message))
    };
    known.map(str::to_owned).or_else(told)
}

fn known(payload: &Element) -> Option<&'static str> {
    let is_omemo = |namespace| payload.is("encrypted", namespace) && payload.has_child("payload", namespace);
    // Both forms: XEP-0027 and XEP-0373.
    let is_pgp = payload.is("x", PGP) || payload.is("openpgp", OPENPGP);
    if OMEMO.into_iter().any(is_omemo) {
        Some("OMEMO")
    } else {
        is_pgp.then_some("OpenPGP")
    }
}

fn has_keys(message: &Message) -> bool {
    let mut payloads = message.payloads.iter();
    payloads.any(|payload| OMEMO.into_iter().any(|namespace| payload.is("encrypted", namespace)))
}

/// The method that XEP-0380 names, by its known name, the name that the sender gives it, or its namespace.
fn told(payload: &Element) -> Option<String> {
    if !payload.is("encryption", EME) {
        return None;
    }
    let namespace = payload.attr("namespace").filter(|namespace| !namespace.is_empty())?;
    let method = match namespace {
        OTR => "OTR",
        PGP | OPENPGP => "OpenPGP",
        _ if OMEMO.contains(&namespace) => "OMEMO",
        _ => payload
            .attr("name")
            .filter(|name| !name.is_empty())
            .unwrap_or(namespace),
    };
    Some(method.chars().take(MAX_NAME).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inner: &str) -> Option<String> {
        let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
        let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        let text = message.get_best_body(Vec::new()).map(|(_, text)| text.clone());
        method(&message, text.as_deref())
    }

    #[test]
    fn a_text_that_only_says_how_it_is_encrypted_is_encrypted() {
        let told = |attributes: &str| format!("<body>?</body><encryption xmlns='urn:xmpp:eme:0' {attributes}/>");
        for (inner, expected) in [
            (told("namespace='urn:xmpp:otr:0'"), Some("OTR")),
            (told("namespace='urn:xmpp:omemo:1' name='x'"), Some("OMEMO")),
            (told("namespace='urn:new' name='New \"kind\"'"), Some("New \"kind\"")),
            (told("namespace='urn:new'"), Some("urn:new")),
            (told(""), None),
            (
                "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:new'/>".to_owned(),
                None,
            ),
            // Keys alone.
            (
                told("namespace='urn:xmpp:omemo:2'") + "<encrypted xmlns='urn:xmpp:omemo:2'><header/></encrypted>",
                None,
            ),
            (
                "<encrypted xmlns='urn:xmpp:omemo:1'><header/><payload>A=</payload></encrypted>".to_owned(),
                Some("OMEMO"),
            ),
        ] {
            assert_eq!(of(&inner).as_deref(), expected, "{inner}");
        }
        let long = of(&told(&format!("namespace='urn:new' name='{}'", "n".repeat(1000)))).unwrap();
        assert_eq!(long.len(), MAX_NAME);
    }

    #[test]
    fn what_is_shown_is_json_whatever_the_name_is() {
        let shown: serde_json::Value = serde_json::from_str(&shown("a\"}\\")).unwrap();
        assert_eq!(shown["method"], "a\"}\\");
    }
}
