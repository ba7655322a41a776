//! Messages forwarded together (XEP-0297), with what V2TIM shows of them in a JSON container (XEP-0335), and a body for
//! clients that know neither. Whoever forwards a message can write anything into it.

use super::ids::{origin_id, payload};
use super::lenient;
use super::xml;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{DEFAULT_NS, DELAY, FORWARD, JSON};
use crate::backend::xmpp::time::{parse_stamp, stamp};
use crate::model::elem::{MAX_ABSTRACT_CHARS, MAX_ABSTRACTS, MAX_MERGED, Merged, Merger};
use crate::model::{Elem, Micros};
use serde::{Deserialize, Serialize};
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::minidom::Element;

/// What a forwarded message says.
pub(super) struct Content {
    pub(super) elem: Elem,
    pub(super) cloud_custom_data: String,
    pub(super) nick_name: String,
    pub(super) face_url: String,
}

/// What a merger is called, in its container.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Container {
    merger_elem: Head,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Head {
    title: String,
    abstract_list: Vec<String>,
    compatible_text: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_layers_over_limit: bool,
}

/// The body and the elements of a merger; `inner` makes the stanza of each message.
pub(super) fn encode(merger: &Merger, inner: impl Fn(&Merged) -> Message) -> (String, Vec<Element>) {
    let body = if merger.compatible_text.is_empty() {
        let lines = std::iter::once(&merger.title).chain(&merger.abstract_list);
        let lines: Vec<&str> = lines.map(String::as_str).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    } else {
        merger.compatible_text.clone()
    };
    let container = Container {
        merger_elem: Head {
            title: merger.title.clone(),
            abstract_list: merger.abstract_list.clone(),
            compatible_text: merger.compatible_text.clone(),
            is_layers_over_limit: merger.is_layers_over_limit,
        },
    };
    let mut elements = vec![xml::text("json", JSON, xml::to_json(&container))];
    for merged in &merger.messages {
        let delay = xml::element("delay", DELAY, &[("stamp", &stamp(merged.time))], Vec::new());
        let mut message = Element::from(inner(merged));
        // As it stands in the cache: what is no address is left to the reader.
        xml::attribute(&mut message, "from", &xml::readable(&merged.sender));
        elements.push(xml::element("forwarded", FORWARD, &[], vec![delay, message]));
    }
    (body, elements)
}

/// The merger that a message is; `content` reads what each message says.
pub(super) fn decode(
    message: &Message,
    body: Option<&str>,
    content: impl Fn(&Message) -> Option<Content>,
) -> Option<Merger> {
    let head = payload(message, "json", JSON).and_then(|json| serde_json::from_str::<Container>(&json.text()).ok());
    let mut forwarded = message
        .payloads
        .iter()
        .filter(|element| element.is("forwarded", FORWARD));
    let mut messages = Vec::new();
    for element in forwarded.by_ref().take(MAX_MERGED) {
        messages.extend(merged(element, &content));
    }
    let Some(Container { merger_elem: head }) = head else {
        // A body of its own beside what another client forwards is what it is about.
        return (!messages.is_empty()).then(|| Merger {
            title: body.unwrap_or_default().to_owned(),
            abstract_list: messages.iter().take(MAX_ABSTRACTS).map(line).collect(),
            messages,
            ..Merger::default()
        });
    };
    Some(Merger {
        title: head.title,
        abstract_list: head.abstract_list,
        compatible_text: head.compatible_text,
        messages,
        is_layers_over_limit: head.is_layers_over_limit,
    })
}

fn merged(element: &Element, content: &impl Fn(&Message) -> Option<Content>) -> Option<Merged> {
    let delay = element.get_child("delay", DELAY);
    let time = delay.and_then(|delay| parse_stamp(delay.attr("stamp")?));
    let inner = element.get_child("message", DEFAULT_NS)?;
    let message = lenient::message(inner.clone())?;
    let Content {
        elem,
        cloud_custom_data,
        nick_name,
        face_url,
    } = content(&message)?;
    let from = message.from.as_ref();
    // In a room the resource says who it was.
    let is_occupant = message.type_ == MessageType::Groupchat;
    let sender = match from {
        Some(jid) if is_occupant => jid.to_string(),
        Some(jid) => address::user_id(&jid.to_bare()).to_string(),
        None => String::new(),
    };
    let (id, _) = origin_id(&message);
    Some(Merged {
        msg_id: id,
        sender,
        nick_name: match from.and_then(Jid::resource) {
            Some(resource) if is_occupant && nick_name.is_empty() => address::nick(resource),
            _ => nick_name,
        },
        face_url,
        time: time.unwrap_or(Micros(0)),
        cloud_custom_data,
        elem,
    })
}

/// A message in one line.
fn line(merged: &Merged) -> String {
    let who = if merged.nick_name.is_empty() {
        &merged.sender
    } else {
        &merged.nick_name
    };
    let what = match &merged.elem {
        Elem::Text { text } => text.as_str(),
        Elem::Custom { desc, .. } => desc,
        Elem::Location(place) => &place.desc,
        Elem::File(file) => &file.file_name,
        Elem::Merger(merger) => &merger.title,
        _ => "",
    };
    let line: Vec<&str> = what.split_whitespace().collect();
    let line = format!("{who}: {}", line.join(" "));
    line.chars().take(MAX_ABSTRACT_CHARS).collect()
}
