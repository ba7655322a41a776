//! Whether somebody types (XEP-0085).

use super::chat::notice;
use super::xml::element;
use crate::backend::xmpp::ns::{CHAT_STATES, HINTS};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// Tells a peer that the user types, or does no more. Nobody is to keep it.
pub(crate) fn typing(peer: BareJid, is_typing: bool) -> Message {
    let state = if is_typing { "composing" } else { "paused" };
    let payloads = vec![
        element(state, CHAT_STATES, &[], Vec::new()),
        element("no-store", HINTS, &[], Vec::new()),
    ];
    notice(peer, payloads)
}

/// Whether the sender types: `None` where the message does not say so, or says more than that.
pub(crate) fn is_typing(message: &Message) -> Option<bool> {
    let state = message.payloads.iter().find(|payload| payload.has_ns(CHAT_STATES))?;
    if !message.bodies.is_empty() {
        return None;
    }
    match state.name() {
        "composing" => Some(true),
        "active" | "paused" | "inactive" | "gone" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::chat::{ChatEvent, read};
    use xmpp_parsers::minidom::Element;

    fn parse(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' type='chat'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn typing_is_read_as_it_was_written_and_is_nothing_that_is_said() {
        for is_it in [true, false] {
            let message = typing(BareJid::new("bob@example.org").unwrap(), is_it);
            assert_eq!(
                (is_typing(&message), read(&message, None)),
                (Some(is_it), ChatEvent::Nothing)
            );
        }
    }

    #[test]
    fn every_other_state_ends_it_and_what_says_more_is_none() {
        let state = |name: &str| format!("<{name} xmlns='http://jabber.org/protocol/chatstates'/>");
        for (inner, expected) in [
            (state("active"), Some(false)),
            (state("inactive"), Some(false)),
            (state("gone"), Some(false)),
            (state("sings"), None),
            (format!("<body>hi</body>{}", state("composing")), None),
            (String::new(), None),
        ] {
            assert_eq!(is_typing(&parse(&inner)), expected, "{inner}");
        }
    }
}
