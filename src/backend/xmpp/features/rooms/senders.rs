//! Who has sent a message of a room, where the room does not name them, and whom it mentions.

use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::stanza::{ids, muc};
use crate::model::{MessageBody, UserId};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// The longest id of an occupant that is part of a userID.
const MAX_OCCUPANT_ID: usize = 100;

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

/// Who is mentioned by the name in the room, where that is known.
pub(super) fn name_mentioned(rooms: &Rooms, room: &BareJid, body: &mut MessageBody) {
    for target in &mut body.group_at_user_list {
        let Some(nick) = target
            .strip_prefix(room.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        let nick = nick.replace("%20", " ");
        let jid = rooms.with(room, |state| {
            let own = (state.nick == nick).then(|| rooms.session.me.clone());
            own.or_else(|| state.occupants.get(&nick).and_then(|occupant| occupant.jid.clone()))
        });
        if let Some(jid) = jid.flatten() {
            jid.as_str().clone_into(target);
        }
    }
}
