//! The occupants of a room, as its presences tell them.

use super::state::{Entry, Rooms};
use super::visit::Staying;
use crate::backend::xmpp::error::XmppError;
use crate::backend::xmpp::stanza::muc::{self, End, RoomPresence};
use crate::model::Status;
use crate::model::id::quoted;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::presence::Presence;

/// The meaning of a presence for the account, besides the list of occupants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomEvent {
    Nothing,
    /// Its members have changed, or what we are in it.
    MembersChanged,
    /// We are a member no more.
    Removed,
    /// We are out of it, though still a member.
    Dropped,
}

/// A room says that somebody is there or is gone.
pub(crate) fn presence(rooms: &Rooms, jid: &BareJid, presence: &Presence) -> RoomEvent {
    match muc::presence(presence) {
        RoomPresence::Nothing => RoomEvent::Nothing,
        RoomPresence::Refused(error) => {
            let error = error.map_or_else(
                || XmppError::account(Status::Refused, format!("groupID {} refused", quoted(jid.as_str()))),
                |error| XmppError::from(*error),
            );
            rooms.with(jid, |room| {
                // A refusal of something else than entering changes nothing.
                if matches!(*room.entry.borrow(), Entry::Entered { .. }) {
                    return;
                }
                room.entry.send_replace(Entry::Refused(error));
            });
            RoomEvent::Nothing
        }
        RoomPresence::Gone {
            nick,
            is_self,
            is_renamed,
            end,
        } => {
            let gone = rooms.with(jid, |room| {
                room.occupants.remove(&nick);
                // By the nick as well: services do not mark our own presence with status 110 in every case.
                let is_own = is_self || room.nick == nick;
                match end {
                    _ if !is_own => None,
                    End::OfMembership => Some(RoomEvent::Removed),
                    // Taken, so that a room that says goodbye twice is rejoined once.
                    End::OfPresence if room.staying.take().is_some() => Some(RoomEvent::Dropped),
                    End::OfPresence | End::Unknown => Some(RoomEvent::Nothing),
                }
            });
            match gone {
                Some(Some(own)) => own,
                _ if is_renamed => RoomEvent::Nothing,
                _ => RoomEvent::MembersChanged,
            }
        }
        RoomPresence::Present {
            nick,
            occupant,
            is_self,
            is_created,
        } => {
            let has_changed = rooms.with(jid, |room| {
                let (role, is_affiliated) = (occupant.role, occupant.is_affiliated);
                let is_own = is_self || room.nick == nick;
                let own_id = occupant.id.clone();
                let is_news = room.occupants.insert(nick.clone(), occupant).is_none();
                // Before we are in, the room lists who is there: that is no news.
                if !is_own {
                    return is_news && room.is_joined();
                }
                let has_changed = room.is_joined() && room.role != role;
                // The nick too: a room may give another one than it was asked for (status 210).
                (room.nick, room.role, room.is_affiliated) = (nick, role, is_affiliated);
                if is_self {
                    room.own_id = own_id;
                }
                if !room.is_joined() {
                    room.staying = Some(Staying::default());
                    room.entry.send_replace(Entry::Entered { is_new: is_created });
                }
                has_changed
            });
            // Calls may wait for this one.
            rooms.has_changed();
            if has_changed == Some(true) {
                RoomEvent::MembersChanged
            } else {
                RoomEvent::Nothing
            }
        }
    }
}
