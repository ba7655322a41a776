//! What the names of members in a room say: their `nameCard` in the group.

use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::model::Change;
use xmpp_parsers::jid::BareJid;

/// What a name in a room says of somebody: nothing where it is the one that clients choose by themselves.
pub(super) fn card(nick: &str, user: &BareJid) -> String {
    let is_given = user.node().is_some_and(|node| node.as_str() == nick);
    if is_given { String::new() } else { nick.to_owned() }
}

/// Somebody has another name in a room by now.
pub(super) fn on_renamed(rooms: &Rooms, room: &BareJid, user: &BareJid, nick: &str) {
    let change = Change::MemberRenamed {
        group_id: address::group_id(room),
        user_id: address::user_id(user),
        name_card: card(nick, user),
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
