//! What the names of members in a room say: their `nameCard` in the group.

use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::model::Change;
use crate::model::tips::MUTED_FOR_GOOD;
use xmpp_parsers::jid::BareJid;

/// What a name in a room says of somebody: nothing where it is the one that clients choose by themselves.
pub(super) fn card(nick: &str, user: &BareJid) -> String {
    let is_given = user.node().is_some_and(|node| node.as_str() == nick);
    if is_given { String::new() } else { nick.to_owned() }
}

/// The `nameCard` of somebody who is in a room; empty when there is none. Always the same of several.
pub(super) fn of(rooms: &Rooms, room: &BareJid, user: &BareJid) -> String {
    let card = rooms.with(room, |room| {
        let own = room
            .occupants
            .iter()
            .filter(|(_, occupant)| occupant.jid.as_ref() == Some(user));
        own.map(|(nick, _)| card(nick, user)).max()
    });
    card.flatten().unwrap_or_default()
}

/// Somebody has another name in a room by now.
pub(super) fn on_renamed(rooms: &Rooms, room: &BareJid, user: &BareJid, nick: &str) {
    let is_muted = rooms.with(room, |room| room.muted_told.contains(user)) == Some(true);
    let change = Change::MemberRenamed {
        group_id: address::group_id(room),
        user_id: address::user_id(user),
        name_card: card(nick, user),
        mute_time: if is_muted { MUTED_FOR_GOOD } else { 0 },
    };

    // A failed store ends the session by itself.
    let _ = rooms.session.apply(true, vec![change]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_clients_choose_by_themselves_is_no_card() {
        let bob = BareJid::new("bob@im.test").unwrap();
        assert_eq!(
            (card("bob", &bob).as_str(), card("Captain", &bob).as_str()),
            ("", "Captain")
        );
    }
}
