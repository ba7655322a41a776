//! Sending messages to rooms. A message has arrived when the room shows it to everybody. One that a room does not show may
//! have arrived all the same, and is known by its id when it comes twice.

pub(crate) use super::join::rejoin;
pub(crate) use super::self_ping::check_room;
use super::self_ping::has_forgotten_us;
use super::state::Rooms;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::Status;
use crate::model::id::quoted;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// How long a room may take to show a message.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a room did with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Yes,
    /// It does not know that we are in it.
    Forgotten,
    /// It said nothing.
    Silent,
}

/// Sends a message to a room that the account is in.
pub(crate) fn send(rooms: &Rooms, room: &BareJid, msg_id: &str, message: Message) -> oneshot::Receiver<XmppResult<()>> {
    let shown = rooms.begin_sending(room, msg_id);
    rooms.session.send(message);
    shown
}

/// Waits until a room shows a message, or does not.
pub(crate) async fn shown(
    rooms: &Rooms,
    room: &BareJid,
    shown: oneshot::Receiver<XmppResult<()>>,
) -> XmppResult<Shown> {
    let Ok(shown) = timeout(PATIENCE, rooms.session.unless_over(shown)).await else {
        return Ok(Shown::Silent);
    };
    match shown? {
        Ok(Err(error)) if has_forgotten_us(&error) => Ok(Shown::Forgotten),
        Ok(shown) => shown.map(|()| Shown::Yes),
        Err(_) => {
            let text = format!("you ceased to be a member of groupID {}", quoted(room.as_str()));
            Err(XmppError::account(Status::NoPermission, text))
        }
    }
}

/// Waits until what a room's archive has for the account was read; also when the account is not in the room any more.
pub(crate) async fn caught_up(rooms: &Rooms, room: &BareJid) -> XmppResult<()> {
    let mut changes = rooms.changes();
    let known = async {
        while rooms.with(room, |room| room.hold.is_holding()) == Some(true) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    rooms.session.unless_over(known).await
}
