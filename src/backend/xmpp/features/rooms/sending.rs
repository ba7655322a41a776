//! Sending messages to rooms. A message has arrived when the room shows it to everybody. One that a room does not show may
//! have arrived all the same, and is known by its id when it comes twice.

use super::catch_up;
pub(crate) use super::join::rejoin;
pub(crate) use super::self_ping::check_room;
use super::self_ping::has_forgotten_us;
use super::state::Rooms;
use super::visit::Visit;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::Status;
use crate::model::id::quoted;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How long a room may show nothing of ours while it has some of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a room did with a message.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    Yes,
    /// It returned the message, as it does with all of ours until it is entered again.
    Returned(XmppError),
    /// It takes none just now: there were too many in a short time, say.
    NotNow(XmppError),
    /// The visit ended before.
    VisitOver,
    /// It said nothing.
    Silent,
}

/// A message on its way to a room.
pub(crate) struct Sent {
    shown: oneshot::Receiver<XmppResult<()>>,
    delivery: oneshot::Receiver<()>,
    visit: Visit,
}

/// Whether a room that returns a message like this takes none of ours until it is entered again.
pub(crate) fn puts_us_out(error: &XmppError) -> bool {
    // The second where the service for rooms is gone for a while.
    has_forgotten_us(error) || error.is(&DefinedCondition::ServiceUnavailable)
}

/// Why a room has returned a message.
pub(crate) fn refusal(rooms: &Rooms, room: &BareJid, error: XmppError) -> XmppError {
    if error.is_denied() && rooms.is_muted(room) {
        let text = format!("you are muted in groupID {}", quoted(room.as_str()));
        return XmppError::account(Status::Muted, text);
    }
    error
}

/// Sends a message to a room that the account is in.
pub(crate) fn send(rooms: &Rooms, room: &BareJid, visit: Visit, msg_id: &str, message: Message) -> Sent {
    Sent {
        shown: rooms.begin_sending(room, msg_id),
        delivery: rooms.session.begin_delivery(message),
        visit,
    }
}

/// Waits until a room shows a message, or does not.
pub(crate) async fn shown(rooms: &Rooms, room: &BareJid, msg_id: &str, sent: Sent) -> XmppResult<Shown> {
    let Sent { shown, delivery, visit } = sent;
    let shown = async {
        tokio::select! {
            // What is known goes first.
            biased;
            shown = shown => match shown {
                Ok(Err(error)) if puts_us_out(&error) => Ok(Shown::Returned(error)),
                Ok(Err(error)) if error.is_for_now() => Ok(Shown::NotNow(error)),
                Ok(shown) => shown.map(|()| Shown::Yes),
                Err(_) => {
                    let text = format!("you ceased to be a member of groupID {}", quoted(room.as_str()));
                    Err(XmppError::account(Status::NoPermission, text))
                }
            },
            () = visit.end() => Ok(Shown::VisitOver),
            () = silence(rooms, room, delivery) => Ok(Shown::Silent),
        }
    };
    let shown = rooms.session.unless_over(shown).await?;
    rooms.stop_sending(room, msg_id);
    shown
}

/// Waits until a room that has a message of ours has shown none of ours for a long time.
async fn silence(rooms: &Rooms, room: &BareJid, delivery: oneshot::Receiver<()>) {
    // While there is no connection, the room has nothing to show. Without stream management that is not known.
    let _ = delivery.await;
    let mut since = Instant::now();
    loop {
        sleep_until(since + PATIENCE).await;
        let Some((shown, is_holding)) = rooms.with(room, |room| (room.shown, room.hold.is_holding())) else {
            return;
        };
        let now = Instant::now();
        since = match shown.filter(|shown| now < *shown + PATIENCE) {
            // It shows one after the other.
            Some(shown) => shown,
            // What it has shown counts when what came before was read.
            None if is_holding => now,
            None => return,
        };
    }
}

/// Waits until what a room's archive has for the account was read; also when the account is not in the room any more.
pub(crate) async fn caught_up(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    let mut changes = rooms.changes();
    let known = async {
        while rooms.with(room, |room| room.hold.is_holding()) == Some(true) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    rooms.session.unless_over(known).await?;
    match catch_up::look_back(rooms, room).await {
        Err(XmppError::Refused { .. } | XmppError::Unreadable(_)) => Ok(()),
        looked => looked,
    }
}

/// Looks for messages of ours in the archive of a room that has not shown them.
pub(crate) async fn look_for(rooms: &Rc<Rooms>, room: &BareJid, ids: &HashSet<&str>) -> XmppResult<()> {
    match catch_up::look_for(rooms, room, ids).await {
        // A room without an archive says nothing.
        Err(XmppError::Refused { .. } | XmppError::Unreadable(_)) => Ok(()),
        looked => looked,
    }
}
