//! Recalling what others have said in a room (XEP-0425), as its moderators may.

use super::config;
use super::state::Rooms;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::Status;
use crate::model::id::quoted;
use xmpp_parsers::jid::{BareJid, Jid};

/// Asks the room to recall the message to which its archive has given this id. The room tells everybody, us too.
pub(crate) async fn recall(rooms: &Rooms, room: &BareJid, server_id: &str) -> XmppResult<()> {
    let Some(moderation) = config::info(rooms, room).await?.and_then(|info| info.moderation) else {
        let text = format!(
            "groupID {} has no means to recall what others have said",
            quoted(room.as_str())
        );
        return Err(XmppError::account(Status::NotSupported, text));
    };
    let request = moderation.request(server_id);
    rooms.session.set(Some(Jid::from(room.clone())), request).await?;
    Ok(())
}
