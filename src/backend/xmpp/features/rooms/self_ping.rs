//! Staying in rooms (XEP-0410): a room that has forgotten us, because its server was restarted or a node of a cluster went
//! away, does not say so. It is asked now and then, and entered again.

use super::join::rejoin;
use super::state::Rooms;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::ping::Ping;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How often a room is asked whether we are in it.
const INTERVAL: Duration = Duration::from_secs(180);

/// Whether a room says that we are not in it.
pub(crate) fn has_forgotten_us(error: &XmppError) -> bool {
    error.is(&DefinedCondition::NotAcceptable)
}

/// Asks the rooms as long as the session lasts.
pub(crate) async fn self_ping_rooms(rooms: Rc<Rooms>) {
    while rooms.session.unless_over(sleep(INTERVAL)).await.is_ok() {
        for room in rooms.joined() {
            if let Err(error) = check_room(&rooms, &room).await {
                log::info!("the room {room} could not be rejoined: {error}");
            }
        }
    }
}

/// Asks a room whether we are in it, and enters it again when not.
pub(crate) async fn check_room(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    let Some(nick) = rooms.with(room, |room| room.nick.clone()) else {
        return Ok(());
    };
    let Ok(own) = room.with_resource_str(&nick) else {
        return Ok(());
    };
    match rooms.session.get(Some(Jid::from(own)), Ping).await {
        Err(error) if has_forgotten_us(&error) => rejoin(rooms, room).await,
        Err(error) if error.is_transient() => Err(error),
        // Every other answer comes from somebody in the room, which is us.
        _ => Ok(()),
    }
}
