//! The content of a message as XMPP carries it: text is a body, custom data a JSON container (XEP-0335), an @ is a reference
//! (XEP-0372). What XMPP has no element for travels in one of libim's own.

use super::ids::payload;
use super::thumb::{self, Thumb};
use super::{encryption, files, mention, merger, place, recall, reply, xml};
use crate::backend::xmpp::ns::{FORWARD, GEOLOC, HINTS, JSON, MARKERS, META, NICK, REPLACE, TIPS};
use crate::model::elem::{FaceElem, LocationElem, MAX_LAYERS, Merged, Merger};
use crate::model::tips::{GroupMemberInfo, GroupTipsElem, GroupTipsType};
use crate::model::{ConversationId, Elem, Message as Said, MessageBody, Stamp, UserId};
use serde::{Deserialize, Serialize};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::{Id, Lang, Message, MessageType};
use xmpp_parsers::minidom::Element;

/// How many bytes a group tip may have.
const MAX_TIPS: usize = 32 * 1024;

/// The parts that XMPP has no element for.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Meta {
    /// The text, when XML cannot carry it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// V2TIM's elemType of a file, which its name need not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    elem_type: Option<i64>,
    /// Of the small picture beside a file: what a thumbnail of XEP-0264 does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb: Option<Thumb>,
    #[serde(skip_serializing_if = "String::is_empty")]
    cloud_custom_data: String,
    #[serde(skip_serializing_if = "is_default")]
    is_excluded_from_unread_count: bool,
    #[serde(skip_serializing_if = "is_default")]
    is_excluded_from_last_message: bool,
    #[serde(skip_serializing_if = "is_default")]
    need_read_receipt: bool,
    #[serde(skip_serializing_if = "is_default")]
    is_online_only: bool,
    #[serde(skip_serializing_if = "is_default")]
    priority: i64,
    #[serde(skip_serializing_if = "is_default")]
    random: u32,
    /// The address of the sender's picture.
    #[serde(skip_serializing_if = "String::is_empty")]
    face_url: String,
    /// Of an edit: when and where it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<Stamp>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A face in its container.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Face {
    face_elem: FaceElem,
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
        is_online_only: body.is_online_only,
        priority: body.priority,
        random: body.random,
        text: None,
        elem_type: None,
        thumb: None,
        face_url: said.face_url.clone(),
        modified: body.modified.clone(),
    };
    let (visible, exact, elements) = match &body.elem {
        Elem::Text { text } => {
            // An empty body says nothing: other clients send one with what is no message.
            let is_mistaken = text.is_empty() || !text.chars().all(xml::is_faithful) || place::is_uri(text);
            (text.clone(), is_mistaken.then(|| text.clone()), Vec::new())
        }
        Elem::Custom { data, desc, extension } => {
            let custom = Custom {
                data: data.clone(),
                desc: desc.clone(),
                extension: extension.clone(),
            };
            let json = xml::text("json", JSON, xml::to_json(&custom));
            (desc.clone(), None, vec![json])
        }
        Elem::Location(place) => {
            let is_exact = place.desc.chars().all(xml::is_faithful);
            let (body, element) = place::encode(place);
            (body, (!is_exact).then(|| place.desc.clone()), vec![element])
        }
        Elem::Face(face) => {
            let json = xml::to_json(&Face {
                face_elem: face.clone(),
            });
            (face.data.clone(), None, vec![xml::text("json", JSON, json)])
        }
        Elem::Merger(merger) => {
            let (body, elements) = merger::encode(merger, |merged| encode(&inner(merged), None));
            (body, None, elements)
        }
        Elem::Image(_) | Elem::Sound(_) | Elem::Video(_) | Elem::File(_) => {
            meta.elem_type = Some(body.elem.elem_type() as i64);
            meta.thumb = files::thumb(&body.elem).and_then(thumb::named);
            let (url, elements) = files::encode(&body.elem).unwrap_or_default();
            (url, None, elements)
        }
        Elem::GroupTips(tips) => {
            let json = xml::to_json(&anonymous(tips));
            (String::new(), None, vec![xml::text("tips", TIPS, json)])
        }
    };
    meta.text = exact;
    let has_elements = !elements.is_empty();
    message.payloads.extend(elements);
    if body.is_online_only {
        for hint in ["no-store", "no-permanent-store"] {
            message.payloads.push(Element::builder(hint, HINTS).build());
        }
    } else if has_elements {
        // Without a body some servers would not keep it.
        message.payloads.push(Element::builder("store", HINTS).build());
    }
    if !visible.is_empty() || matches!(body.elem, Elem::Text { .. }) {
        // For other clients: libim itself reads what XML cannot carry from its own elements.
        message.bodies.insert(Lang::new(), xml::readable(&visible));
    }
    message.payloads.extend(mention::encode(&body.group_at_user_list, room));
    if !said.nick_name.is_empty() {
        message.payloads.push(xml::text("nick", NICK, said.nick_name.as_str()));
    }
    // Also when it is empty: without it the message is another client's, whose marker below would ask for a receipt.
    message.payloads.push(xml::text("meta", META, xml::to_json(&meta)));
    let origin = xmpp_parsers::stanza_id::OriginId { id: msg_id.to_owned() };
    message.payloads.push(origin.into());
    // Clients send markers only for messages that ask for them (XEP-0333), and none for what they are to forget or nobody wrote.
    if !body.is_online_only && !matches!(body.elem, Elem::GroupTips(_)) {
        message.payloads.push(Element::builder("markable", MARKERS).build());
    }
    message
}

/// An edit, by another id, of the message to which its sender gave the id `original` (XEP-0308): the whole message once more.
pub(crate) fn encode_edit(said: &Said, room: Option<&BareJid>, original: &str, id: &str) -> Message {
    let said = Said {
        msg_id: id.to_owned(),
        ..said.clone()
    };
    let mut message = encode(&said, room);
    let replace = xml::element("replace", REPLACE, &[("id", original)], Vec::new());
    message.payloads.push(replace);
    message
}

/// The id of the message that this one is to replace, and, where libim has sent it, the stamp of the edit.
pub(crate) fn edit(message: &Message) -> Option<(String, Option<Stamp>)> {
    let id = payload(message, "replace", REPLACE)?
        .attr("id")
        .filter(|id| !id.is_empty())?;
    Some((id.to_owned(), meta(message).modified.map(Stamp::believed)))
}

/// Whether the id that its sender gave a message names it for everybody: libim's do, and in place of one that was recalled
/// nothing else may be left.
pub(crate) fn is_named_by_sender(message: &Message) -> bool {
    payload(message, "meta", META).is_some() || recall::is_tombstone(message)
}

fn meta(message: &Message) -> Meta {
    // A meta element that cannot be read costs only what is in it.
    payload(message, "meta", META)
        .and_then(|element| serde_json::from_str(&element.text()).ok())
        .unwrap_or_default()
}

/// A message inside of a merger, as one that is sent by itself.
fn inner(merged: &Merged) -> Said {
    Said {
        msg_id: merged.msg_id.clone(),
        conversation: ConversationId::trusted("c2c_"),
        sender: UserId::trusted(&merged.sender),
        nick_name: merged.nick_name.clone(),
        face_url: merged.face_url.clone(),
        seq: 0,
        time: merged.time,
        revoked: None,
        body: MessageBody {
            cloud_custom_data: merged.cloud_custom_data.clone(),
            ..MessageBody::of(merged.elem.clone())
        },
    }
}

/// The content of a message; `None` when it has nothing that a conversation shows.
pub(crate) fn decode(message: &Message, room: Option<&BareJid>) -> Option<MessageBody> {
    decode_layer(message, room, 1)
}

/// The content of a message that lies in `layer` - 1 mergers.
fn decode_layer(message: &Message, room: Option<&BareJid>, layer: usize) -> Option<MessageBody> {
    let meta = meta(message);
    let text = message.get_best_body(Vec::new());
    let text = text.map(|(_, body)| reply::without_quote(message, body));
    let text = text.filter(|text| !text.is_empty());
    let encryption = encryption::method(message, text.as_deref());
    let merger = || {
        let inner = |message: &Message| {
            let body = decode_layer(message, None, layer + 1)?;
            let (nick_name, face_url) = sender_profile(message);
            Some(merger::Content {
                elem: body.elem,
                cloud_custom_data: body.cloud_custom_data,
                nick_name,
                face_url,
            })
        };
        let is_merger = message.payloads.iter().any(|payload| payload.is("forwarded", FORWARD));
        if is_merger && layer > MAX_LAYERS {
            return Some(Merger {
                is_layers_over_limit: true,
                ..Merger::default()
            });
        }
        merger::decode(message, text.as_deref(), inner)
    };
    let elem = if let Some(method) = encryption.filter(|_| payload(message, "json", JSON).is_none()) {
        // What it says cannot be read here. That it was said is shown all the same.
        Elem::Custom {
            data: encryption::shown(&method),
            desc: text.unwrap_or_default(),
            extension: String::new(),
        }
    } else if let Some(merger) = merger() {
        Elem::Merger(merger)
    } else if let Some(tips) = tips(message).filter(|_| room.is_some() && text.is_none()) {
        Elem::GroupTips(tips)
    } else if let Some(json) = payload(message, "json", JSON) {
        contained(&json.text(), text)
    } else if let Some(file) = files::decode(message, text.as_deref(), (meta.elem_type, meta.thumb.as_ref())) {
        file
    } else if files::is_sticker(message) {
        // Its picture is in a pack that libim does not read.
        Elem::Face(FaceElem {
            index: 0,
            data: text.unwrap_or_default(),
        })
    } else if text.as_deref().is_some_and(|text| text.starts_with("aesgcm://")) {
        // The address has the key in it, which is nothing for a list.
        Elem::Custom {
            data: encryption::shown("aesgcm"),
            desc: String::new(),
            extension: String::new(),
        }
    } else if let Some(place) = place::decode(message, text.as_deref()).filter(|_| !is_said_text(message, &meta)) {
        Elem::Location(LocationElem {
            desc: meta.text.unwrap_or(place.desc),
            ..place
        })
    } else {
        Elem::Text {
            text: meta.text.or(text).or_else(|| files::several(message))?,
        }
    };
    Some(MessageBody {
        elem,
        cloud_custom_data: meta.cloud_custom_data,
        // An @ means something in a group only.
        group_at_user_list: room.map(|room| mention::decode(message, room)).unwrap_or_default(),
        is_excluded_from_unread_count: meta.is_excluded_from_unread_count,
        is_excluded_from_last_message: meta.is_excluded_from_last_message,
        // Whose client is not libim asks by the marker alone.
        need_read_receipt: meta.need_read_receipt || (is_markable(message) && payload(message, "meta", META).is_none()),
        is_online_only: meta.is_online_only,
        // A peer can write any number; V2TIM knows four.
        priority: meta.priority.clamp(0, 3),
        random: meta.random,
        modified: None,
        reply: reply::read(message, room.is_some()),
        name_card: String::new(),
    })
}

/// What is said of a group, by ids alone: who says it did it, and names are those that the receivers know.
fn anonymous(tips: &GroupTipsElem) -> GroupTipsElem {
    let named = |member: &GroupMemberInfo| GroupMemberInfo {
        user_id: member.user_id.clone(),
        ..GroupMemberInfo::default()
    };
    let is_join = tips.r#type == GroupTipsType::Join as i64;
    let members = tips.member_list.iter().filter(|_| !is_join);
    GroupTipsElem {
        op_member: GroupMemberInfo::default(),
        member_list: members.map(named).collect(),
        ..tips.clone()
    }
}

/// What a member says to have done in a room.
fn tips(message: &Message) -> Option<Box<GroupTipsElem>> {
    let said = payload(message, "tips", TIPS)?.text();
    // Nobody who does something has so much to say of it.
    let said = Some(said).filter(|said| said.len() <= MAX_TIPS)?;
    serde_json::from_str(&said).ok()
}

/// Whether libim has sent a text that only looks like a place.
fn is_said_text(message: &Message, meta: &Meta) -> bool {
    meta.text.is_some() && payload(message, "geoloc", GEOLOC).is_none()
}

/// What a JSON container holds; `text` is the body beside it.
fn contained(json: &str, text: Option<String>) -> Elem {
    if let Ok(Face { face_elem }) = serde_json::from_str(json) {
        return Elem::Face(face_elem);
    }
    match serde_json::from_str(json) {
        Ok(Custom { data, desc, extension }) => Elem::Custom { data, desc, extension },
        // Another app's container: its content is the data.
        Err(_) => Elem::Custom {
            data: json.to_owned(),
            desc: text.unwrap_or_default(),
            extension: String::new(),
        },
    }
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
mod tests;
