//! Sending messages to rooms.

use super::join::{rejoin, require_joined};
use super::self_ping::{check_room, has_forgotten_us};
use super::state::Rooms;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::Status;
use crate::model::id::quoted;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::timeout;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// How long a room may take to show a message, and how often it is sent.
const PATIENCE: Duration = Duration::from_secs(10);
const ATTEMPTS: usize = 3;

/// Sends a message to a room until the room shows it to everybody. A room that has forgotten us is entered again; one that
/// says nothing may have, and the message is known by its id when it comes twice.
pub(crate) async fn send_until_shown(
    rooms: &Rc<Rooms>,
    room: &BareJid,
    msg_id: &str,
    message: &Message,
) -> XmppResult<()> {
    for _ in 0..ATTEMPTS {
        require_joined(rooms, room).await?;
        let shown = rooms.begin_sending(room, msg_id);
        rooms.session.send(message.clone());
        match timeout(PATIENCE, rooms.session.unless_over(shown)).await {
            Ok(shown) => match shown? {
                Ok(Err(error)) if has_forgotten_us(&error) => rejoin(rooms, room).await?,
                Ok(shown) => return shown,
                Err(_) => {
                    let text = format!("you ceased to be a member of groupID {}", quoted(room.as_str()));
                    return Err(XmppError::account(Status::NoPermission, text));
                }
            },
            Err(_) => check_room(rooms, room).await?,
        }
    }
    let text = format!("the room {room} does not show what it is sent");
    Err(XmppError::Timeout(text))
}
