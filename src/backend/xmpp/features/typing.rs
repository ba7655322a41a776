//! Whether the user types, told to a peer, and whether others type to the account (XEP-0085), as far as it is of this moment: what
//! a server has kept says nothing.

use super::rooms::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::DELAY;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::private;
use crate::backend::xmpp::stanza::typing::{is_typing, typing};
use crate::model::UserId;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Message, MessageType};

/// After this long somebody who has not said it again types no more.
const LASTS: Duration = Duration::from_millis(6_100);

/// Tells a peer whether the user types to them. Not behind the message that was typed.
pub(crate) fn tell(session: &Session, to: &UserId, is_typing: bool) {
    if is_typing && !session.sink.types_to(to) {
        return;
    }
    if let Ok(to) = address::jid_of(to) {
        session.send(typing(to, is_typing));
    }
}

/// A message has arrived, or a copy of one. Gives its sender, where it is something that a peer has said to the account.
pub(crate) fn on_message(session: &Rc<Session>, rooms: &Rooms, message: &Message) -> Option<UserId> {
    let from = message.from.as_ref().map(Jid::to_bare)?;
    let is_of_peer = matches!(message.type_, MessageType::Chat | MessageType::Normal) && from != session.me;
    let is_of_room = rooms.is_room(&from) || private::is_between_occupants(message);
    // Whoever it says has delayed it: a clock of somebody else's is no reason to believe that it is new.
    let is_delayed = message.payloads.iter().any(|payload| payload.is("delay", DELAY));
    if !is_of_peer || is_of_room || is_delayed {
        return None;
    }
    let peer = address::user_id(&from);
    let Some(is_typing) = is_typing(message) else {
        return Some(peer).filter(|_| !message.bodies.is_empty());
    };
    session.sink.typing(&peer, is_typing);
    if is_typing {
        let own = Rc::clone(session);
        session.spawn(async move {
            sleep(LASTS).await;
            own.sink.look_at_typing();
            Ok(())
        });
    }
    None
}

/// Who has sent a message types it no more, also while the message has to wait for an archive. Comes after the message otherwise.
pub(crate) fn has_written(session: &Session, writer: Option<UserId>) {
    if let Some(writer) = writer {
        session.sink.typing(&writer, false);
    }
}
