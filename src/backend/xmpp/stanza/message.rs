//! The content of a message as XMPP carries it: text is a body, custom data a JSON container (XEP-0335), an @ is a reference
//! (XEP-0372). What XMPP has no element for travels in one of libim's own.

use super::ids::payload;
use super::xml;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{HINTS, JSON, MARKERS, META, NICK, OMEMO, REFERENCE, REPLACE};
use crate::model::conversation::AT_ALL;
use crate::model::{Elem, Message as Said, MessageBody};
use serde::{Deserialize, Serialize};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::{Id, Lang, Message, MessageType};
use xmpp_parsers::minidom::Element;

/// The parts that XMPP has no element for.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Meta {
    /// The text, when XML cannot carry it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    cloud_custom_data: String,
    #[serde(skip_serializing_if = "is_default")]
    is_excluded_from_unread_count: bool,
    #[serde(skip_serializing_if = "is_default")]
    is_excluded_from_last_message: bool,
    #[serde(skip_serializing_if = "is_default")]
    need_read_receipt: bool,
    #[serde(skip_serializing_if = "is_default")]
    priority: i64,
    #[serde(skip_serializing_if = "is_default")]
    random: u32,
    /// The address of the sender's picture.
    #[serde(skip_serializing_if = "String::is_empty")]
    face_url: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A custom element in its container.
#[derive(Serialize, Deserialize)]
struct Custom {
    data: String,
    #[serde(default)]
    desc: String,
    #[serde(default)]
    extension: String,
}

/// Whether XML 1.0 can carry a character, and brings it back as it was: a carriage return becomes a line feed.
fn is_faithful(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// JSON that XML can carry: what XML cannot is escaped, which is possible because it only stands inside of strings.
fn to_json(value: &impl Serialize) -> String {
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

/// A message to `room` or to a user, ready to be addressed. The sender's name and picture go with it, for receivers who
/// have not read the profile.
pub(crate) fn encode(said: &Said, room: Option<&BareJid>) -> Message {
    let (body, msg_id) = (&said.body, said.msg_id.as_str());
    let mut message = Message::new(None);
    message.type_ = if room.is_some() {
        MessageType::Groupchat
    } else {
        MessageType::Chat
    };
    message.id = Some(Id(msg_id.to_owned()));
    let mut meta = Meta {
        cloud_custom_data: body.cloud_custom_data.clone(),
        is_excluded_from_unread_count: body.is_excluded_from_unread_count,
        is_excluded_from_last_message: body.is_excluded_from_last_message,
        need_read_receipt: body.need_read_receipt,
        priority: body.priority,
        random: body.random,
        text: None,
        face_url: said.face_url.clone(),
    };
    let visible = match &body.elem {
        Elem::Text { text } => {
            // An empty body says nothing: other clients send one with what is no message.
            if text.is_empty() || !text.chars().all(is_faithful) {
                meta.text = Some(text.clone());
            }
            text
        }
        Elem::Custom { data, desc, extension } => {
            let custom = Custom {
                data: data.clone(),
                desc: desc.clone(),
                extension: extension.clone(),
            };
            message.payloads.push(xml::text("json", JSON, to_json(&custom)));
            // Without a body some servers would not keep it.
            message.payloads.push(Element::builder("store", HINTS).build());
            desc
        }
    };
    if !visible.is_empty() || matches!(body.elem, Elem::Text { .. }) {
        // For other clients: libim itself reads what XML cannot carry from its own elements.
        let visible = visible
            .chars()
            .map(|char| if is_faithful(char) { char } else { '\u{FFFD}' });
        message.bodies.insert(Lang::new(), visible.collect());
    }
    for user in &body.group_at_user_list {
        let target = match room {
            Some(room) if user == AT_ALL => room.as_str(),
            _ => user.as_str(),
        };
        let uri = format!("xmpp:{target}");
        let attrs = [("type", "mention"), ("uri", uri.as_str())];
        message
            .payloads
            .push(xml::element("reference", REFERENCE, &attrs, Vec::new()));
    }
    if !said.nick_name.is_empty() {
        message.payloads.push(xml::text("nick", NICK, said.nick_name.as_str()));
    }
    if meta != Meta::default() {
        message.payloads.push(xml::text("meta", META, to_json(&meta)));
    }
    let origin = xmpp_parsers::stanza_id::OriginId { id: msg_id.to_owned() };
    message.payloads.push(origin.into());
    // Clients send markers only for messages that ask for them (XEP-0333).
    message.payloads.push(Element::builder("markable", MARKERS).build());
    message
}

/// The content of a message; `None` when it has nothing that a conversation shows.
pub(crate) fn decode(message: &Message, room: Option<&BareJid>) -> Option<MessageBody> {
    // A meta element that cannot be read costs only what is in it.
    let meta: Meta = payload(message, "meta", META)
        .and_then(|element| serde_json::from_str(&element.text()).ok())
        .unwrap_or_default();
    let text = message.get_best_body(Vec::new()).map(|(_, body)| body.clone());
    let text = text.filter(|text| !text.is_empty());
    let encrypted = message.payloads.iter().find(|payload| is_encrypted(payload));
    let elem = match payload(message, "json", JSON) {
        Some(json) => {
            let json = json.text();
            match serde_json::from_str::<Custom>(&json) {
                Ok(Custom { data, desc, extension }) => Elem::Custom { data, desc, extension },
                // Another app's container: its content is the data.
                Err(_) => Elem::Custom {
                    data: json,
                    desc: text.unwrap_or_default(),
                    extension: String::new(),
                },
            }
        }
        // What it says cannot be read here. That it was said is shown all the same.
        None if encrypted.is_some() => Elem::Custom {
            data: r#"{"type":"encrypted","method":"OMEMO"}"#.to_owned(),
            desc: text.unwrap_or_default(),
            extension: String::new(),
        },
        None => Elem::Text {
            text: meta.text.or(text)?,
        },
    };
    let mentions = message
        .payloads
        .iter()
        .filter(|element| element.is("reference", REFERENCE));
    let group_at_user_list = mentions
        .filter(|element| element.attr("type") == Some("mention"))
        .filter_map(|element| element.attr("uri")?.strip_prefix("xmpp:"))
        .map(|target| match (room, address::prepared(target)) {
            (Some(room), target) if room.as_str() == target => AT_ALL.to_owned(),
            (_, target) => target,
        });
    let is_correction = payload(message, "replace", REPLACE).is_some();
    Some(MessageBody {
        elem,
        cloud_custom_data: meta.cloud_custom_data,
        // An @ means something in a group only.
        group_at_user_list: if room.is_some() {
            group_at_user_list.collect()
        } else {
            Vec::new()
        },
        // A correction is no more news than what it corrects, which may be any message.
        is_excluded_from_unread_count: meta.is_excluded_from_unread_count || is_correction,
        is_excluded_from_last_message: meta.is_excluded_from_last_message || is_correction,
        need_read_receipt: meta.need_read_receipt,
        // A peer can write any number; V2TIM knows four.
        priority: meta.priority.clamp(0, 3),
        random: meta.random,
    })
}

/// Whether a payload is an encrypted message, and not only keys.
fn is_encrypted(payload: &Element) -> bool {
    payload.name() == "encrypted"
        && OMEMO
            .iter()
            .any(|namespace| payload.has_ns(*namespace) && payload.has_child("payload", *namespace))
}

/// Whether the sender wants to know when a message was read (XEP-0333).
pub(crate) fn is_markable(message: &Message) -> bool {
    payload(message, "markable", MARKERS).is_some()
}

/// The name and picture that the sender had when it was sent, each empty when the message does not say.
pub(crate) fn sender_profile(message: &Message) -> (String, String) {
    let nick = payload(message, "nick", NICK)
        .map(|nick| nick.text())
        .unwrap_or_default();
    let meta: Option<Meta> = payload(message, "meta", META).and_then(|meta| serde_json::from_str(&meta.text()).ok());
    (nick, meta.map(|meta| meta.face_url).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(body: &MessageBody, room: Option<&BareJid>) {
        let said = Said {
            msg_id: "id-1".into(),
            conversation: crate::model::ConversationId::trusted("c2c_bob"),
            sender: crate::model::UserId::trusted("alice"),
            nick_name: "Alice & co".into(),
            face_url: "https://example.org/a?b&c".into(),
            seq: 0,
            time: crate::model::Micros(0),
            revoked: false,
            body: body.clone(),
        };
        let stanza = encode(&said, room);
        let xml = String::from(&Element::from(stanza));
        let stanza = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        assert_eq!(decode(&stanza, room).as_ref(), Some(body), "{xml}");
        assert_eq!(sender_profile(&stanza), (said.nick_name, said.face_url));
        assert_eq!(
            crate::backend::xmpp::stanza::ids::origin_id(&stanza),
            ("id-1".to_owned(), true)
        );
    }

    fn body(elem: Elem) -> MessageBody {
        MessageBody {
            random: 7,
            ..MessageBody::of(elem)
        }
    }

    #[test]
    fn whatever_a_message_says_arrives_as_it_was() {
        let room = BareJid::new("team@rooms.example").unwrap();
        for text in [
            "hi",
            "",
            "  two  ",
            "<b>&amp;</b> \"'",
            "line\nline\r\nline\ttab",
            "\u{1}\u{b}\u{FFFF}",
            "🎉 שלום",
            "]]>",
        ] {
            there_and_back(&body(Elem::Text { text: text.into() }), None);
            let custom = Elem::Custom {
                data: text.into(),
                desc: text.into(),
                extension: text.into(),
            };
            there_and_back(&body(custom), Some(&room));
        }
        let full = MessageBody {
            cloud_custom_data: "{\"a\":\"\u{0}\"}".into(),
            group_at_user_list: vec!["bob@example.org".into(), AT_ALL.into()],
            is_excluded_from_unread_count: true,
            is_excluded_from_last_message: true,
            need_read_receipt: true,
            priority: 2,
            ..body(Elem::Text { text: "all".into() })
        };
        there_and_back(&full, Some(&room));
    }

    #[test]
    fn what_other_apps_send_is_understood_as_far_as_it_goes() {
        let parse = |xml: &str| Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        let typing = parse(
            "<message xmlns='jabber:client' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
        );
        assert_eq!(decode(&typing, None), None);
        let json = parse("<message xmlns='jabber:client'><json xmlns='urn:xmpp:json:0'>[1]</json></message>");
        assert!(matches!(decode(&json, None).unwrap().elem, Elem::Custom { data, .. } if data == "[1]"));
        let broken = parse(
            "<message xmlns='jabber:client'><body>hi</body><meta xmlns='urn:libim:message:0'>{\"priority\":\"x\"</meta></message>",
        );
        assert!(matches!(decode(&broken, None).unwrap().elem, Elem::Text { text } if text == "hi"));
    }

    #[test]
    fn what_is_no_message_is_none_whatever_its_body_says() {
        let read = |inner: &str| {
            let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
            let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
            crate::backend::xmpp::stanza::chat::read(&message, None)
        };
        use crate::backend::xmpp::stanza::chat::ChatEvent;
        for inner in [
            "<body/>",
            "<body></body><active xmlns='http://jabber.org/protocol/chatstates'/>",
            "<body/><received xmlns='urn:xmpp:receipts' id='x'/>",
            "<body>&gt; hi +1</body><reactions xmlns='urn:xmpp:reactions:0' id='x'/>",
            "<encrypted xmlns='urn:xmpp:omemo:2'><header/></encrypted>",
        ] {
            assert_eq!(read(inner), ChatEvent::Nothing, "{inner}");
        }
        let said = |inner: &str| match read(inner) {
            ChatEvent::Said(body) => *body,
            other => panic!("{other:?}"),
        };
        let encrypted = said(
            "<body>no OMEMO here</body><encrypted xmlns='eu.siacs.conversations.axolotl'><header/><payload>A=</payload></encrypted>",
        );
        assert!(matches!(encrypted.elem, Elem::Custom { data, .. } if data.contains("encrypted")));
        let corrected = said("<body>hello</body><replace xmlns='urn:xmpp:message-correct:0' id='x'/>");
        assert!(corrected.is_excluded_from_unread_count && corrected.is_excluded_from_last_message);
    }

    #[test]
    fn a_mention_is_of_the_same_user_however_the_address_is_written() {
        let room = BareJid::new("team@rooms.example").unwrap();
        let mention = |uri: &str| {
            let xml = format!(
                "<message xmlns='jabber:client'><body>hi</body>\
                 <reference xmlns='urn:xmpp:reference:0' type='mention' uri='{uri}'/></message>"
            );
            let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
            decode(&message, Some(&room)).unwrap().group_at_user_list
        };
        assert_eq!(mention("xmpp:Bob@Example.org"), ["bob@example.org"]);
        assert_eq!(mention("xmpp:Team@rooms.example"), [AT_ALL]);
        assert!(mention("https://example.org").is_empty());
    }
}
