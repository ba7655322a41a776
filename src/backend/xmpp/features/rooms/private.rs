//! Conversations with those who are in a room, through the room (XEP-0045, 7.5). Each is with one name in one room: whoever it
//! is, and even where the room tells that, an answer is to go the same way. The conversation shows the room's name too.

use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::stanza::message as content;
use crate::model::{AllowType, Change, Group, Profile, UserId};
use std::collections::{HashMap, HashSet};
use xmpp_parsers::jid::{BareJid, FullJid, Jid};
use xmpp_parsers::message::Message;

/// Looks at who in each room the account has conversations with, or notes one more.
fn with_known<T>(rooms: &Rooms, look: impl FnOnce(&mut HashMap<BareJid, HashSet<FullJid>>) -> T) -> T {
    let mut known = rooms.private.borrow_mut();
    look(known.get_or_insert_with(|| {
        let mut found: HashMap<BareJid, HashSet<FullJid>> = HashMap::new();
        let stored = rooms.session.sink.stored_conversations().unwrap_or_default();
        let users = stored.into_iter().filter_map(|id| id.user_id());
        for occupant in users.filter_map(|user| address::occupant_of(user.as_str())) {
            found.entry(occupant.to_bare()).or_default().insert(occupant);
        }
        found
    }))
}

/// Somebody in a room, other than the account itself; `None` when the address is none of a room's, as far as that is known.
pub(crate) fn occupant(rooms: &Rooms, jid: &Jid) -> Option<FullJid> {
    let occupant = jid.clone().try_into_full().ok()?;
    let room = occupant.to_bare();
    let is_me = || rooms.with(&room, |state| state.nick == occupant.resource().as_str()) == Some(true);
    (rooms.is_room(&room) && !is_me()).then_some(occupant)
}

/// The name and picture of the sender of a message.
pub(crate) fn sender_profile(message: &Message, occupant: &FullJid) -> (String, String) {
    let (_, face_url) = content::sender_profile(message);
    // The name in the room: others may be lies.
    (address::nick(occupant.resource()), face_url)
}

/// What the conversation with somebody in a room is called, where that is news.
pub(crate) fn named(rooms: &Rooms, occupant: &FullJid) -> Option<Change> {
    let room = occupant.to_bare();
    with_known(rooms, |known| {
        known.entry(room.clone()).or_default().insert(occupant.clone());
    });
    let group_id = address::group_id(&room);
    let groups = rooms.session.sink.joined_groups().unwrap_or_default();
    let group = groups.into_iter().find(|group| group.group_id == group_id);
    profile(
        rooms,
        occupant,
        &group.map(|group| group.group_name).unwrap_or_default(),
    )
}

/// The names of the conversations with those in a room, which is told what it is called by now.
pub(super) fn renamed(rooms: &Rooms, group: &Group) -> Vec<Change> {
    let Ok(room) = address::room_of(&group.group_id, None) else {
        return Vec::new();
    };
    let occupants = with_known(rooms, |known| known.get(&room).cloned().unwrap_or_default());
    let names = occupants
        .iter()
        .filter_map(|occupant| profile(rooms, occupant, &group.group_name));
    names.collect()
}

/// `nick (room)`, unless that is known.
fn profile(rooms: &Rooms, occupant: &FullJid, name: &str) -> Option<Change> {
    let room = occupant.to_bare();
    let name = if name.is_empty() { room.as_str() } else { name };
    let user_id: UserId = address::occupant_id(occupant);
    let nick_name = format!("{} ({name})", address::nick(occupant.resource()));
    let known = rooms.session.sink.stored_profile(&user_id).ok().flatten();
    let is_known = known.is_some_and(|(known, _)| known.nick_name == nick_name);
    (!is_known).then_some(Change::Profile(Profile {
        user_id,
        nick_name,
        face_url: String::new(),
        allow_type: AllowType::NeedConfirm,
    }))
}
