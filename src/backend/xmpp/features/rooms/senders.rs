//! Who has sent a message of a room, where the room does not name them, and whom it mentions.

use super::state::{Room, Rooms};
use crate::backend::xmpp::address;
use crate::backend::xmpp::stanza::muc::Occupant;
use crate::backend::xmpp::stanza::recall::Moderator;
use crate::backend::xmpp::stanza::{ids, mention, muc};
use crate::model::{MessageBody, UserId};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;

/// The longest id of an occupant that is part of a userID.
const MAX_OCCUPANT_ID: usize = 100;

/// Who has an address in a room just now.
pub(super) fn occupant(rooms: &Rooms, room: &BareJid, address: &Jid) -> Option<BareJid> {
    let nick = address.resource()?.to_string();
    let found = rooms.with(room, |room| {
        // Nobody else has our name while we have it, also where the room hides who people are.
        let own = (room.nick == nick).then(|| rooms.session.me.clone());
        let occupant = room.occupants.get(&nick);
        occupant.and_then(|occupant| occupant.jid.clone()).or(own)
    });
    found.flatten()
}

/// Whom a room has recalled a message for. By the time at which an archive is read the name may be another's, but not the
/// room's own id.
pub(super) fn recaller(rooms: &Rooms, room: &BareJid, by: &Moderator, is_now: bool) -> Option<UserId> {
    let by_id = by.id.as_ref().and_then(|id| {
        let found = rooms.with(room, |state| {
            let own = state.own_id.as_ref()?;
            if own == id {
                return Some(rooms.session.me.clone());
            }
            let mut others = state.occupants.values();
            others.find(|other| other.id.as_ref() == Some(id))?.jid.clone()
        });
        found.flatten()
    });
    let by_name = || {
        let address = by.address.as_ref().filter(|by| is_now && by.to_bare() == *room)?;
        occupant(rooms, room, address)
    };
    by_id.or_else(by_name).map(|by| address::user_id(&by))
}

/// Ourselves, when an archive that hides who people are holds a message that is known as ours.
pub(super) fn own_of(rooms: &Rooms, message: &Message) -> Option<BareJid> {
    let (origin_id, _) = ids::origin_id(message);
    let me = &rooms.session.me;
    let known = rooms.session.sink.stored_message(&origin_id).ok().flatten()?;
    (known.sender == address::user_id(me)).then(|| me.clone())
}

/// Ourselves, when the room's own id of the sender is ours.
pub(super) fn own_by_id(rooms: &Rooms, room: &BareJid, message: &Message) -> Option<BareJid> {
    let own = rooms.with(room, |room| room.own_id.clone()).flatten()?;
    (muc::occupant_id(&message.payloads)? == own).then(|| rooms.session.me.clone())
}

/// Somebody whom the room hides: by the room's own id, which stays when the name changes and is given to nobody else, or
/// else by the name.
pub(super) fn hidden_sender(rooms: &Rooms, room: &BareJid, message: &Message) -> UserId {
    let gives_ids = rooms.with(room, |room| room.own_id.is_some()) == Some(true);
    let id = muc::occupant_id(&message.payloads).filter(|_| gives_ids);
    UserId::trusted(match id {
        Some(id) if id.len() <= MAX_OCCUPANT_ID => format!("{room}/{id}"),
        _ => message.from.as_ref().map(ToString::to_string).unwrap_or_default(),
    })
}

/// Who is mentioned by the name or the id in the room, where it is known whose it is; and ourselves where a text of somebody
/// else has our name.
pub(super) fn name_mentioned(rooms: &Rooms, room: &BareJid, message: &Message, is_self: bool, body: &mut MessageBody) {
    for target in &mut body.group_at_user_list {
        let Some(name) = target
            .strip_prefix(room.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        let name = name.replace("%20", " ");
        if let Some(jid) = rooms
            .with(room, |state| named(state, &rooms.session.me, &name))
            .flatten()
        {
            jid.as_str().clone_into(target);
        }
    }
    let has_own_name = |state: &mut Room| mention::names(message, body, &state.nick);
    if !is_self && rooms.with(room, has_own_name) == Some(true) {
        body.group_at_user_list.push(rooms.session.me.to_string());
    }
}

/// Whose a name in a room is, or an id that the room has given.
fn named(state: &Room, me: &BareJid, name: &str) -> Option<BareJid> {
    if state.nick == name || state.own_id.as_deref() == Some(name) {
        return Some(me.clone());
    }
    let has_id = |occupant: &&Occupant| occupant.id.as_deref() == Some(name);
    let occupant = state
        .occupants
        .get(name)
        .or_else(|| state.occupants.values().find(has_id))?;
    occupant.jid.clone()
}
