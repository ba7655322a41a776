//! The occupants of a room, as its presences tell them.

use super::cards;
use super::state::{Entry, Rooms};
use super::tips;
use super::visit::Staying;
use crate::backend::xmpp::error::XmppError;
use crate::backend::xmpp::stanza::muc::{self, End, RoomPresence};
use crate::backend::xmpp::stanza::muc_acts;
use crate::model::id::quoted;
use crate::model::{GroupEnd, GroupRole, Status};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::presence::Presence;

/// The meaning of a presence for the account, besides the list of occupants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RoomEvent {
    Nothing,
    /// Its members have changed, or what we are in it.
    MembersChanged,
    /// We are a member no more: how it ended.
    Removed(GroupEnd),
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
                    room.nick_refused = Some(error);
                    return;
                }
                room.entry.send_replace(Entry::Refused(error));
            });
            rooms.has_changed();
            RoomEvent::Nothing
        }
        RoomPresence::Gone {
            nick,
            is_self,
            is_renamed,
            end,
        } => {
            let act = muc_acts::of_presence(presence);
            let own_end = tips::end(rooms, jid, act.as_ref());
            let new_nick = act.as_ref().and_then(|act| act.new_nick.clone());
            let new_nick = new_nick.filter(|_| is_renamed);
            let gone = rooms.with(jid, |room| {
                room.occupants.remove(&nick);
                // By the nick as well: services do not mark our own presence with status 110 in every case.
                let is_own = is_self || room.nick == nick;
                if let Some(new_nick) = new_nick.clone().filter(|_| is_own) {
                    room.nick = new_nick;
                }
                match end {
                    _ if !is_own => None,
                    // We come back at once, under the other name.
                    _ if is_renamed => Some(RoomEvent::Nothing),
                    End::OfMembership => Some(RoomEvent::Removed(own_end)),
                    // Taken, so that a room that says goodbye twice is rejoined once.
                    End::OfPresence if room.staying.take().is_some() => Some(RoomEvent::Dropped),
                    End::OfPresence | End::Unknown => Some(RoomEvent::Nothing),
                }
            });
            let user = act.as_ref().and_then(|act| act.user.clone());
            if let Some(user) = user.as_ref().filter(|_| !is_renamed) {
                // Whoever comes back comes with voice, unless the room says otherwise.
                rooms.with(jid, |room| room.muted_told.remove(user));
            }
            if gone == Some(None)
                && let Some(act) = act.filter(|act| act.is_removed)
            {
                tips::on_removed(rooms, jid, &act);
            }
            if let (Some(user), Some(new_nick)) = (user, &new_nick) {
                cards::on_renamed(rooms, jid, &user, new_nick);
                rooms.has_changed();
            }
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
            privacy,
        } => {
            let (now, now_nick) = (occupant.clone(), nick.clone());
            let changed = rooms.with(jid, |room| {
                // A room does not say so where another device of the user keeps the old name.
                let has_another = room
                    .occupants
                    .iter()
                    .any(|(name, other)| *name != nick && other.jid.is_some() && other.jid == occupant.jid);
                let is_renamed = has_another && room.is_joined() && !room.occupants.contains_key(&nick);
                let (role, is_affiliated) = (occupant.role, occupant.is_affiliated);
                let is_own = is_self || room.nick == nick;
                let own_id = occupant.id.clone();
                let before = room.occupants.insert(nick.clone(), occupant);
                let was_there = before.is_some();
                let was_owner = before.is_some_and(|before| before.role == GroupRole::Owner);
                // A group says who owns it: as somebody becomes one or ceases to be one, which are two presences, it is another.
                let is_told = !was_there || was_owner != (role == GroupRole::Owner);
                // Before we are in, the room lists who is there: that is no news.
                let is_news = room.is_joined();
                if !is_own {
                    return (is_told && is_news, (is_news, was_there), is_own, is_renamed);
                }
                let has_changed = room.is_joined() && room.role != role;
                // The nick too: a room may give another one than it was asked for (status 210).
                (room.nick, room.role, room.is_affiliated) = (nick, role, is_affiliated);
                if is_self {
                    room.own_id = own_id;
                }
                if !room.is_joined() {
                    room.privacy_told.extend(privacy);
                    room.staying = Some(Staying::default());
                    room.entry.send_replace(Entry::Entered { is_new: is_created });
                }
                (has_changed, (is_news, was_there), is_own, is_renamed)
            });
            let (has_changed, (is_news, was_there), is_own, is_renamed) = changed.unwrap_or_default();
            if let Some(user) = now.jid.as_ref().filter(|_| is_renamed) {
                cards::on_renamed(rooms, jid, user, &now_nick);
            }
            if let Some(user) = now.jid.clone().or_else(|| is_own.then(|| rooms.session.me.clone())) {
                let actor = muc_acts::of_presence(presence).map(|act| act.actor).unwrap_or_default();
                tips::on_there(rooms, jid, &user, &now, (&actor, is_news));
                // Who comes in without voice is not muted by anybody.
                tips::on_voice(rooms, jid, &user, now.is_muted, (&actor, is_news && was_there));
            }
            // Calls may wait for this one.
            rooms.has_changed();
            if has_changed {
                RoomEvent::MembersChanged
            } else {
                RoomEvent::Nothing
            }
        }
    }
}
