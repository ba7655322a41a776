//! A door for the fuzz targets, with the feature `fuzzing` only: the bytes of a stanza, through everything that reads them before
//! a session acts on them.

use super::connection::guard::Guard;
use super::ns;
use super::stanza::{
    archive, bookmark, bookmark_settings, chat, disco, forms, ids, invitations, message, muc, pubsub, read_mark, vcard,
};
use crate::model::{ConversationId, Message as Said, MessageBody, Micros, UserId};
use tokio::io::AsyncReadExt;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

/// Reads a stanza as a server sends it, without the stream around it. Whether anything was understood.
pub fn stanza(bytes: &[u8]) -> bool {
    let Some(text) = guarded(bytes) else { return false };
    let Ok(element) = text.parse::<Element>() else {
        return false;
    };
    match element.name() {
        "message" => Message::try_from(element).is_ok_and(|message| on_message(&message)),
        "presence" => Presence::try_from(element).is_ok_and(|presence| {
            muc::presence(&presence);
            true
        }),
        "iq" => Iq::try_from(element).is_ok_and(on_iq),
        _ => false,
    }
}

/// What the guard lets through.
fn guarded(bytes: &[u8]) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let mut text = String::new();
    // A stanza stands one level below the stream.
    let stream = [b"<stream:stream>", bytes].concat();
    let read = runtime.block_on(async { Guard::new(stream.as_slice(), "").read_to_string(&mut text).await });
    read.ok()?;
    text.strip_prefix("<stream:stream>").map(str::to_owned)
}

fn on_message(message: &Message) -> bool {
    let room: Option<BareJid> = message.from.as_ref().map(|from| from.to_bare());
    for room in [None, room.as_ref()] {
        chat::read(message, room);
        if let Some(body) = message::decode(message, room) {
            assert_arrives(body, room);
        }
    }
    message::sender_profile(message);
    invitations::read(message);
    invitations::decided(message);
    invitations::declined(message);
    muc::is_room_change(message);
    muc::archived_sender(message);
    ids::origin_id(message);
    if let Some(me) = &room {
        ids::delay(message, me, None);
        ids::fresh_id(message, me);
        for node in pubsub::events(message, me).unwrap_or_default() {
            for item in &node.items {
                bookmark::decode(item);
                item.payload.as_ref().map(note_of);
                read_mark::decode(item);
            }
        }
    }
    for payload in &message.payloads {
        archive::result(payload);
        if payload.is("result", ns::MAM) {
            // What a result holds is another message.
            let inner = payload
                .children()
                .flat_map(Element::children)
                .find(|child| child.name() == "message");
            inner
                .cloned()
                .map(Message::try_from)
                .and_then(Result::ok)
                .map(|message| on_message(&message));
        }
    }
    true
}

/// A message with this content has it when it arrives.
#[allow(clippy::expect_used)]
fn assert_arrives(body: MessageBody, room: Option<&BareJid>) {
    let said = Said {
        msg_id: "id".to_owned(),
        conversation: ConversationId::trusted("c2c_bob@im.test"),
        sender: UserId::trusted("alice@im.test"),
        nick_name: String::new(),
        face_url: String::new(),
        seq: 0,
        time: Micros(0),
        revoked: None,
        body,
    };
    let xml = String::from(&Element::from(message::encode(&said, room)));
    let element = xml.parse::<Element>().expect("what libim sends is XML");
    let arrived = Message::try_from(element).expect("what libim sends is a message");
    assert_eq!(message::decode(&arrived, room), Some(said.body), "{xml}");
}

/// What other clients say in a bookmark; shown again, it says nothing new.
fn note_of(bookmark: &Element) {
    let changed = bookmark_settings::changed_by_others(bookmark);
    let shown = bookmark_settings::show(bookmark, &changed);
    let shown = shown.as_ref().unwrap_or(bookmark);
    assert!(bookmark_settings::changed_by_others(shown).is_empty(), "{shown:?}");
}

fn on_iq(iq: Iq) -> bool {
    let Iq::Result {
        payload: Some(payload),
        from,
        ..
    } = iq
    else {
        return true;
    };
    forms::inside(&payload);
    disco::info(&payload);
    disco::items(&payload);
    muc::affiliations(&payload);
    pubsub::max_items(&payload);
    for item in pubsub::items_in(&payload) {
        bookmark::decode(&item);
        item.payload.as_ref().map(note_of);
        read_mark::decode(&item);
    }
    if let Some(from) = from {
        vcard::decode(&from.to_bare(), &payload);
    }
    archive::page(payload, Vec::new());
    true
}
