//! What a room says that was done to somebody (XEP-0045): who was removed, who was put on its lists, and by whom.

use super::ids::payload;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{MUC_USER, status};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::{Presence, Type};

/// Who did something, as far as the room says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) jid: Option<BareJid>,
    /// The name in the room.
    pub(crate) nick: Option<String>,
}

/// What was done to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    /// To whom; `None` where the room hides who people are.
    pub(crate) user: Option<BareJid>,
    pub(crate) actor: Actor,
    /// The affiliation by now.
    pub(crate) affiliation: String,
    /// The other name in the room, where that was changed.
    pub(crate) new_nick: Option<String>,
    /// Whether somebody who was there was put out for it.
    pub(crate) is_removed: bool,
    /// The room was destroyed.
    pub(crate) is_destroyed: bool,
}

/// What a presence says of it.
pub(crate) fn of_presence(presence: &Presence) -> Option<Act> {
    let user = presence.payloads.iter().find(|payload| payload.is("x", MUC_USER))?;
    let has = |code: &str| user.children().any(|child| is_status(child, code));
    let removed = [
        status::BANNED,
        status::KICKED,
        status::NO_LONGER_AFFILIATED,
        status::MEMBERS_ONLY_NOW,
    ];
    // A service that shuts down and a broken connection are told as kicks too.
    let is_technical = has(status::TECHNICAL) || has(status::SERVICE_SHUTS_DOWN);
    let is_gone = presence.type_ == Type::Unavailable;
    Some(Act {
        is_removed: is_gone && !is_technical && removed.into_iter().any(has),
        is_destroyed: is_gone && user.has_child("destroy", MUC_USER),
        ..of_item(user.get_child("item", MUC_USER)?)
    })
}

/// What a message says of the affiliation of a user who is not there. Whether a room has sent it is for the caller to know.
pub(crate) fn of_message(message: &Message) -> Option<Act> {
    let user = payload(message, "x", MUC_USER)?;
    // An invitation is another thing, also one that names somebody.
    if user.has_child("invite", MUC_USER) || user.has_child("decline", MUC_USER) {
        return None;
    }
    let act = of_item(user.get_child("item", MUC_USER)?);
    let is_said = message.bodies.is_empty() && !act.affiliation.is_empty();
    (is_said && act.user.is_some()).then_some(act)
}

fn of_item(item: &Element) -> Act {
    let actor = item.get_child("actor", MUC_USER);
    Act {
        user: address::attr(item, "jid"),
        actor: Actor {
            jid: actor.and_then(|actor| address::attr(actor, "jid")),
            nick: actor.and_then(|actor| actor.attr("nick")).map(str::to_owned),
        },
        affiliation: item.attr("affiliation").unwrap_or_default().to_owned(),
        new_nick: item.attr("nick").map(str::to_owned),
        is_removed: false,
        is_destroyed: false,
    }
}

fn is_status(child: &Element, code: &str) -> bool {
    child.is("status", MUC_USER) && child.attr("code") == Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(inner: &str) -> String {
        format!("<x xmlns='http://jabber.org/protocol/muc#user'>{inner}</x>")
    }

    fn gone(inner: &str) -> Option<Act> {
        let xml = format!(
            "<presence xmlns='jabber:client' from='team@rooms.example/bob' type='unavailable'>{}</presence>",
            x(inner)
        );
        of_presence(&Presence::try_from(xml.parse::<Element>().unwrap()).unwrap())
    }

    fn said(inner: &str) -> Option<Act> {
        let xml = format!("<message xmlns='jabber:client' from='team@rooms.example'>{inner}</message>");
        of_message(&Message::try_from(xml.parse::<Element>().unwrap()).unwrap())
    }

    #[test]
    fn a_removal_names_who_was_removed_and_by_whom() {
        let item = "<item jid='Bob@example.org/phone' affiliation='none' role='none'><actor nick='alice'/></item>";
        let act = gone(&format!("{item}<status code='321'/>")).unwrap();
        assert_eq!(act.user, address::parse("bob@example.org"));
        assert_eq!((act.actor.nick.as_deref(), act.is_removed), (Some("alice"), true));
        for codes in ["", "<status code='332'/>", "<status code='307'/><status code='333'/>"] {
            assert!(!gone(&format!("{item}{codes}")).unwrap().is_removed, "{codes}");
        }
    }

    #[test]
    fn an_affiliation_of_somebody_absent_is_read_from_a_message_without_words_or_invitation() {
        let item = "<item jid='bob@example.org' affiliation='member'/>";
        let act = said(&x(item)).unwrap();
        assert_eq!(
            (act.user, act.affiliation.as_str()),
            (address::parse("bob@example.org"), "member")
        );
        assert_eq!(said(&x(&format!("{item}<invite from='a@example.org'/>"))), None);
        assert_eq!(said(&format!("{}<body>hi</body>", x(item))), None);
        assert_eq!(said(&x("<item affiliation='member'/>")), None);
        assert_eq!(said(&x("<status code='104'/>")), None);
    }
}
