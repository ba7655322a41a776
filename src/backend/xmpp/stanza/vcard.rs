//! A user's name and picture in a vCard (RFC 6351, XEP-0292).

use super::xml::{self, element};
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::VCARD4;
use crate::model::{AllowType, Profile};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::minidom::Element;

/// The profile of somebody who shows nothing. A server always asks before it grants a subscription.
pub(crate) fn empty(jid: &BareJid) -> Profile {
    Profile {
        user_id: address::user_id(jid),
        nick_name: String::new(),
        face_url: String::new(),
        allow_type: AllowType::NeedConfirm,
    }
}

/// Whether an element is a vCard.
pub(crate) fn is_card(element: &Element) -> bool {
    element.is("vcard", VCARD4)
}

/// A vCard's nickname, or else its formatted name, and its picture if that is an address.
pub(crate) fn decode(jid: &BareJid, card: &Element) -> Profile {
    let text = |name: &str, inner: &str| {
        let child = card.get_child(name, VCARD4);
        let inner = child.and_then(|child| child.get_child(inner, VCARD4));
        inner.map(Element::text).unwrap_or_default()
    };
    let nick_name = text("nickname", "text");
    Profile {
        user_id: address::user_id(jid),
        nick_name: if nick_name.is_empty() {
            text("fn", "text")
        } else {
            nick_name
        },
        face_url: text("photo", "uri"),
        allow_type: AllowType::NeedConfirm,
    }
}

/// A vCard with this name and picture. What other apps have put into `old` stays.
pub(crate) fn encode(old: Option<&Element>, profile: &Profile) -> Element {
    let others = old.into_iter().flat_map(Element::children);
    let others = others.filter(|field| !field.is("nickname", VCARD4) && !field.is("photo", VCARD4));
    let mut fields: Vec<Element> = others.cloned().collect();
    let mut add = |name: &str, inner: &str, value: &str| {
        if !value.is_empty() {
            fields.push(element(name, VCARD4, &[], vec![xml::text(inner, VCARD4, value)]));
        }
    };
    add("nickname", "text", &profile.nick_name);
    add("photo", "uri", &profile.face_url);
    element("vcard", VCARD4, &[], fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_picture_change_and_the_rest_of_a_card_stays() {
        let jid = BareJid::new("alice@example.org").unwrap();
        let old: Element = "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Alice A.</text></fn>\
            <nickname><text>Al</text></nickname><photo><uri>x</uri></photo><tel><uri>tel:1</uri></tel></vcard>"
            .parse()
            .unwrap();
        assert_eq!(decode(&jid, &old).nick_name, "Al");
        assert_eq!(decode(&jid, &old).allow_type, AllowType::NeedConfirm);
        let mut profile = empty(&jid);
        profile.nick_name = "Lissy".into();
        let card = encode(Some(&old), &profile);
        assert_eq!(decode(&jid, &card), profile);
        assert!(card.has_child("tel", VCARD4));
        profile.nick_name = String::new();
        profile.face_url = "https://example.org/a.png".into();
        let card = encode(Some(&card), &profile);
        let read = decode(&jid, &card);
        assert_eq!(
            (read.nick_name.as_str(), read.face_url),
            ("Alice A.", profile.face_url.clone())
        );
        assert_eq!(decode(&jid, &encode(None, &profile)), profile);
    }
}
