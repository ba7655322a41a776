//! Messages from one occupant of a room to another (XEP-0045, 7.5).

use super::ids::payload;
use super::invitations::is_mediated;
use crate::backend::xmpp::ns::MUC_USER;
use xmpp_parsers::message::Message;

/// Whether a message is from one occupant of a room to another, also in a room that nobody here knows: rooms mark those. libim
/// leaves the mark to them, because some servers (Prosody) copy nothing that has it to the account's other devices.
pub(crate) fn is_between_occupants(message: &Message) -> bool {
    payload(message, "x", MUC_USER).is_some() && !is_mediated(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp_parsers::minidom::Element;

    fn parse(children: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' from='team@rooms.example/bob'>{children}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn what_is_between_occupants_says_so_and_an_invitation_does_not() {
        let with = |inner: &str| {
            let xml = format!("<body>hi</body><x xmlns='http://jabber.org/protocol/muc#user'>{inner}</x>");
            is_between_occupants(&parse(&xml))
        };
        assert!(with(""));
        assert!(!with("<invite from='bob@example.org'/>"));
        assert!(!is_between_occupants(&parse("<body>hi</body>")));
    }
}
