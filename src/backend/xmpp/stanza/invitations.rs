//! Invitations to rooms, direct (XEP-0249) and through the room (XEP-0045, 7.8), and what becomes of them.

use super::chat::{notice, store};
use super::ids::payload;
use super::xml::{element, text};
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{BLOCKING, BOOKMARK, DIRECT_INVITE, INVITATION, MUC_USER};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::minidom::Element;

/// The longest reason that is kept, in characters.
const MAX_REASON: usize = 500;
/// The longest password, and id of a message, in bytes: as long as a part of an address.
const MAX_PART: usize = 1023;

/// An invitation to a room.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// Who has sent the message: of one through the room, the room; `None` if nobody is named.
    pub(crate) sender: Option<BareJid>,
    /// Who invites; the sender where nobody else is named.
    pub(crate) inviter: Option<BareJid>,
    /// `None`: its address cannot be read.
    pub(crate) room: Option<BareJid>,
    /// What the inviter says.
    pub(crate) reason: String,
    /// What the room is entered with.
    pub(crate) password: Option<String>,
    /// The last message before it, by the id of the room's archive, if the inviting client says so.
    pub(crate) after: Option<String>,
    /// Whether it came through the room, which passes on a refusal.
    pub(crate) is_mediated: bool,
}

/// Reads an invitation.
pub(crate) fn read(message: &Message) -> Option<Invitation> {
    let sender = message.from.as_ref().map(Jid::to_bare);
    let short = |text: &str| text.chars().take(MAX_REASON).collect();
    let part = |text: String| (!text.is_empty() && text.len() <= MAX_PART).then_some(text);
    let x = payload(message, "x", MUC_USER);
    // First, because rooms add the other for clients that know only that.
    if let Some((x, invite)) = x.and_then(|x| Some((x, x.get_child("invite", MUC_USER)?))) {
        return Some(Invitation {
            // The room itself speaks.
            inviter: address::attr(invite, "from").or_else(|| sender.clone()),
            room: sender.clone(),
            sender,
            reason: short(&said(invite)),
            password: x.get_child("password", MUC_USER).map(Element::text).and_then(part),
            after: None,
            is_mediated: true,
        });
    }
    let direct = payload(message, "x", DIRECT_INVITE)?;
    Some(Invitation {
        inviter: sender.clone(),
        sender,
        room: address::attr(direct, "jid"),
        reason: short(direct.attr("reason").unwrap_or_default()),
        password: direct.attr("password").map(str::to_owned).and_then(part),
        after: payload(message, "invited", BOOKMARK)
            .and_then(|it| it.attr("after").map(str::to_owned))
            .and_then(part),
        is_mediated: false,
    })
}

fn said(element: &Element) -> String {
    let reason = element.get_child("reason", MUC_USER);
    reason.map(Element::text).unwrap_or_default()
}

/// Whether a message is an invitation through the room.
pub(crate) fn is_mediated(message: &Message) -> bool {
    payload(message, "x", MUC_USER).is_some_and(|x| x.has_child("invite", MUC_USER))
}

/// Invites a user to a room.
pub(crate) fn invite(user: BareJid, room: &BareJid, after: Option<&str>) -> Message {
    let x = element("x", DIRECT_INVITE, &[("jid", room.as_str())], Vec::new());
    let invited = after.map(|after| element("invited", BOOKMARK, &[("after", after)], Vec::new()));
    notice(user, [x, store()].into_iter().chain(invited).collect())
}

/// Asks a room to invite a user.
pub(crate) fn invite_through(room: BareJid, user: &BareJid) -> Message {
    through(room, element("invite", MUC_USER, &[("to", user.as_str())], Vec::new()))
}

/// Asks a room to tell the inviter that the account does not come.
pub(crate) fn decline(room: BareJid, inviter: &BareJid, reason: &str) -> Message {
    let reason = (!reason.is_empty()).then(|| text("reason", MUC_USER, reason));
    let children = reason.into_iter().collect();
    through(
        room,
        element("decline", MUC_USER, &[("to", inviter.as_str())], children),
    )
}

fn through(room: BareJid, act: Element) -> Message {
    let mut message = notice(room, vec![element("x", MUC_USER, &[], vec![act])]);
    message.type_ = MessageType::Normal;
    message
}

/// Who does not come, and what they say. Whether a room has sent it is for the caller to know.
pub(crate) fn declined(message: &Message) -> Option<(BareJid, String)> {
    let decline = payload(message, "x", MUC_USER)?.get_child("decline", MUC_USER)?;
    let reason = said(decline).chars().take(MAX_REASON).collect();
    Some((address::attr(decline, "from")?, reason))
}

/// Tells the account's devices, those that come later too, that what invited the account to a room was decided.
pub(crate) fn decision(me: BareJid, room: &BareJid) -> Message {
    let decided = element("decided", INVITATION, &[("room", room.as_str())], Vec::new());
    let mut message = notice(me, vec![decided, store()]);
    message.type_ = MessageType::Chat;
    message
}

/// The room that a device of the account has decided about. Whether the account has sent it is for the caller to know.
pub(crate) fn decided(message: &Message) -> Option<BareJid> {
    address::attr(payload(message, "decided", INVITATION)?, "room")
}

/// Asks whom the account does not hear.
pub(crate) fn block_list() -> Element {
    element("blocklist", BLOCKING, &[], Vec::new())
}

/// Whether a list of those has a user, or the server that the user is on.
pub(crate) fn is_blocked(list: &Element, user: &BareJid) -> bool {
    let items = list.children().filter(|item| item.is("item", BLOCKING));
    let mut blocked = items.filter_map(|item| address::attr(item, "jid"));
    blocked.any(|blocked| blocked == *user || (blocked.node().is_none() && blocked.domain() == user.domain()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jid(text: &str) -> BareJid {
        BareJid::new(text).unwrap()
    }

    fn from_room(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' from='team@rooms.example'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn what_libim_sends_is_read_again() {
        let (bob, team) = (jid("bob@example.org"), jid("team@rooms.example"));
        for after in [None, Some("7")] {
            let invited = read(&invite(bob.clone(), &team, after)).unwrap();
            assert_eq!(
                (invited.room.as_ref(), invited.after.as_deref(), invited.is_mediated),
                (Some(&team), after, false)
            );
        }
        assert_eq!(decided(&decision(bob, &team)), Some(team));
    }

    #[test]
    fn an_invitation_through_a_room_names_the_room_by_its_sender_and_who_invites() {
        let x = |inner: &str| format!("<x xmlns='http://jabber.org/protocol/muc#user'>{inner}</x>");
        let team = jid("team@rooms.example");
        let invited = read(&from_room(&x(
            "<invite from='Bob@example.org/desk'><reason>Come</reason></invite>\
             <password>sesame</password>",
        )))
        .unwrap();
        assert_eq!(
            (invited.sender.as_ref(), invited.room.as_ref()),
            (Some(&team), Some(&team))
        );
        assert_eq!(
            (invited.inviter, invited.reason.as_str(), invited.password.as_deref()),
            (Some(jid("bob@example.org")), "Come", Some("sesame"))
        );
        assert!(invited.is_mediated);
        let both = x("<invite from='bob@example.org'/>") + "<x xmlns='jabber:x:conference' jid='team@rooms.example'/>";
        assert_eq!(read(&from_room(&both)).unwrap().inviter, Some(jid("bob@example.org")));
        // Of somebody who is hidden, or not named, the room says it itself.
        for invite in ["<invite from='team@rooms.example/bob'/>", "<invite/>"] {
            assert_eq!(read(&from_room(&x(invite))).unwrap().inviter.as_ref(), Some(&team));
        }
        assert!(read(&from_room("<body>hi</body>")).is_none());
        let declined = declined(&from_room(&x(
            "<decline from='carol@example.org'><reason>No</reason></decline>",
        )));
        assert_eq!(declined, Some((jid("carol@example.org"), "No".to_owned())));
    }

    #[test]
    fn what_is_longer_than_it_may_be_is_cut_or_left_out() {
        let long = "x".repeat(2_000);
        let xml = format!(
            "<x xmlns='jabber:x:conference' jid='club@rooms.example' reason='{long}' password='{long}'/>\
             <invited xmlns='urn:libim:bookmark:0' after='{long}'/>"
        );
        let invited = read(&from_room(&xml)).unwrap();
        assert_eq!(invited.room, Some(jid("club@rooms.example")));
        assert_eq!(invited.reason.len(), MAX_REASON);
        assert!(invited.password.is_none() && invited.after.is_none());
    }

    #[test]
    fn a_blocked_server_blocks_all_its_users() {
        let list =
            "<blocklist xmlns='urn:xmpp:blocking'><item jid='bob@example.org'/><item jid='evil.test'/></blocklist>";
        let list: Element = list.parse().unwrap();
        let is_blocked = |user| is_blocked(&list, &jid(user));
        assert!(is_blocked("bob@example.org") && is_blocked("mallory@evil.test"));
        assert!(!is_blocked("carol@example.org"));
    }
}
