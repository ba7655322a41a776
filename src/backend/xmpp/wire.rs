//! What a message says, as XMPP carries it: text is a body, custom data a JSON container (XEP-0335), an @ is a reference
//! (XEP-0372). What XMPP has no element for travels in one of libim's own.

use super::archive::parse_stamp;
use super::ns::{HINTS, JSON, MARKERS, META, REFERENCE};
use super::session::Session;
use super::stanza::xml;
use crate::model::conversation::AT_ALL;
use crate::model::{Elem, Message as Said, MessageBody, Micros};
use serde::{Deserialize, Serialize};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::{Id, Lang, Message, MessageType};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;

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

/// A message to `room` or to a user, ready to be addressed. What its sender shows goes with it, for those who know no more.
pub(super) fn write(said: &Said, room: Option<&BareJid>) -> Message {
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
    let shown = match &body.elem {
        Elem::Text { text } => {
            if !text.chars().all(is_faithful) {
                meta.text = Some(text.clone());
            }
            text
        }
        Elem::Custom { data, desc, extension } => {
            let (data, desc, extension) = (data.clone(), desc.clone(), extension.clone());
            let custom = Custom { data, desc, extension };
            message.payloads.push(xml::text("json", JSON, to_json(&custom)));
            // Without a body some servers would not keep it.
            message.payloads.push(Element::builder("store", HINTS).build());
            &custom_desc(&body.elem)
        }
    };
    if !shown.is_empty() || matches!(body.elem, Elem::Text { .. }) {
        let shown = shown
            .chars()
            .map(|char| if is_faithful(char) { char } else { '\u{FFFD}' });
        message.bodies.insert(Lang::new(), shown.collect());
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
        message
            .payloads
            .push(xml::text("nick", ns::NICK, said.nick_name.as_str()));
    }
    if meta != Meta::default() {
        message.payloads.push(xml::text("meta", META, to_json(&meta)));
    }
    let origin = xmpp_parsers::stanza_id::OriginId { id: msg_id.to_owned() };
    message.payloads.push(origin.into());
    message.payloads.push(Element::builder("markable", MARKERS).build());
    message
}

fn custom_desc(elem: &Elem) -> String {
    match elem {
        Elem::Custom { desc, .. } => desc.clone(),
        Elem::Text { text } => text.clone(),
    }
}

/// What a message says; `None` when it says nothing that a conversation shows.
pub(super) fn read(message: &Message, room: Option<&BareJid>) -> Option<MessageBody> {
    let meta: Meta = payload(message, "meta", META)
        .and_then(|element| serde_json::from_str(&element.text()).ok())
        .unwrap_or_default();
    let text = message.get_best_body(Vec::new()).map(|(_, body)| body.clone());
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
        .map(|target| match room {
            Some(room) if room.as_str() == target => AT_ALL.to_owned(),
            _ => target.to_owned(),
        });
    Some(MessageBody {
        elem,
        cloud_custom_data: meta.cloud_custom_data,
        group_at_user_list: if room.is_some() {
            group_at_user_list.collect()
        } else {
            Vec::new()
        },
        is_excluded_from_unread_count: meta.is_excluded_from_unread_count,
        is_excluded_from_last_message: meta.is_excluded_from_last_message,
        need_read_receipt: meta.need_read_receipt,
        priority: meta.priority.clamp(0, 3),
        random: meta.random,
    })
}

/// What a message's sender showed when it was sent: name and picture, each empty when the message does not say.
pub(super) fn shown(message: &Message) -> (String, String) {
    let nick = payload(message, "nick", ns::NICK)
        .map(|nick| nick.text())
        .unwrap_or_default();
    let meta: Option<Meta> = payload(message, "meta", META).and_then(|meta| serde_json::from_str(&meta.text()).ok());
    (nick, meta.map(|meta| meta.face_url).unwrap_or_default())
}

/// The first payload of that name.
pub(super) fn payload<'a>(message: &'a Message, name: &str, namespace: &str) -> Option<&'a Element> {
    message.payloads.iter().find(|element| element.is(name, namespace))
}

/// The id that an archive gave a message, if that archive is the one asked for: anybody can write the ids of others. The
/// archive adds its own at the end; what claims to be it before was written by the sender.
pub(super) fn stanza_id(message: &Message, archive: &BareJid) -> Option<String> {
    message
        .payloads
        .iter()
        .filter(|element| element.is("stanza-id", ns::SID))
        .rfind(|element| element.attr("by") == Some(archive.as_str()))
        .and_then(|element| element.attr("id"))
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// The id in an archive of a message that arrived by itself just now: not one that was kept until we came.
pub(super) fn fresh_id(message: &Message, archive: &BareJid) -> Option<String> {
    stanza_id(message, archive).filter(|_| !is_kept(message))
}

/// Whether a message was kept until we came.
pub(super) fn is_kept(message: &Message) -> bool {
    message.payloads.iter().any(|payload| payload.is("delay", ns::DELAY))
}

/// When a message was sent that was kept for us (XEP-0203), if our own server says so.
pub(super) fn delay(message: &Message, session: &Session) -> Option<Micros> {
    message
        .payloads
        .iter()
        .filter(|element| element.is("delay", ns::DELAY))
        .find(|element| {
            element
                .attr("from")
                .is_none_or(|from| from == session.me.domain().as_str() || from == session.me.as_str())
        })
        .and_then(|element| parse_stamp(element.attr("stamp")?))
}

/// The id that the sender gave a message, and whether the sender promises not to give it again.
pub(super) fn origin_id(message: &Message) -> (String, bool) {
    let origin = payload(message, "origin-id", ns::SID).and_then(|element| element.attr("id"));
    let id = message.id.as_ref().map(|id| id.0.as_str());
    match (id, origin) {
        (Some(id), Some(origin)) => (id.to_owned(), id == origin && !id.is_empty()),
        (Some(id), None) => (id.to_owned(), false),
        (None, Some(origin)) => (origin.to_owned(), !origin.is_empty()),
        (None, None) => (String::new(), false),
    }
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
            time: Micros(0),
            revoked: false,
            body: body.clone(),
        };
        let stanza = write(&said, room);
        let xml = String::from(&Element::from(stanza));
        let stanza = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        assert_eq!(read(&stanza, room).as_ref(), Some(body), "{xml}");
        assert_eq!(shown(&stanza), (said.nick_name, said.face_url));
        assert_eq!(origin_id(&stanza), ("id-1".to_owned(), true));
    }

    fn body(elem: Elem) -> MessageBody {
        MessageBody {
            elem,
            cloud_custom_data: String::new(),
            group_at_user_list: Vec::new(),
            is_excluded_from_unread_count: false,
            is_excluded_from_last_message: false,
            need_read_receipt: false,
            priority: 0,
            random: 7,
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
        assert_eq!(read(&typing, None), None);
        let json = parse("<message xmlns='jabber:client'><json xmlns='urn:xmpp:json:0'>[1]</json></message>");
        assert!(matches!(read(&json, None).unwrap().elem, Elem::Custom { data, .. } if data == "[1]"));
        let broken = parse(
            "<message xmlns='jabber:client'><body>hi</body><meta xmlns='urn:libim:message:0'>{\"priority\":\"x\"</meta></message>",
        );
        assert!(matches!(read(&broken, None).unwrap().elem, Elem::Text { text } if text == "hi"));
    }

    #[test]
    fn only_the_archive_that_is_asked_names_messages() {
        let xml = "<message xmlns='jabber:client'><stanza-id xmlns='urn:xmpp:sid:0' by='mallory@evil.example' id='1'/>\
                   <stanza-id xmlns='urn:xmpp:sid:0' by='alice@example.org' id='2'/></message>";
        let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        let alice = BareJid::new("alice@example.org").unwrap();
        assert_eq!(stanza_id(&message, &alice), Some("2".to_owned()));
        assert_eq!(stanza_id(&message, &BareJid::new("bob@example.org").unwrap()), None);
    }
}
