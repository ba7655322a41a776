//! What is said in rooms: as it happens, and from the room's archive.

use super::archive::{Entry, Page, Part};
use super::bookmarks::group_id;
use super::chat::{Found, is_moderation, msg_id, own_id, recalled_id};
use super::membership::Since;
use super::own_archive::{End, Position, page_changes};
use super::session::{Session, now};
use super::wire;
use crate::model::{
    Change, ConversationId, Error, IdKind, Message as Said, MessageId, Micros, Result, Status, Target,
    UnnumberedMessage, UserId,
};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::ns;

/// How many messages are read from an archive at once.
pub(super) const PAGE: usize = 200;
/// How many of a room's messages are read before the list is shown; the others come later.
const FIRST_PAGE: usize = 50;

/// Who sent a message, as the room's archive says: the room adds who it was, and only one such word is believed, because
/// the sender could have written another.
fn archived_sender(message: &Message) -> Option<BareJid> {
    let mut words = message
        .payloads
        .iter()
        .filter(|payload| payload.is("x", ns::MUC_USER))
        .filter_map(|x| x.get_child("item", ns::MUC_USER));
    let item = words.next()?;
    if words.next().is_some() {
        return None;
    }
    Some(item.attr("jid")?.parse::<Jid>().ok()?.to_bare())
}

impl Session {
    /// A message that a room sends.
    pub(super) fn handle_room_message(&self, message: Message) {
        let Some(room) = message.from.as_ref().map(Jid::to_bare) else {
            return;
        };
        if !self.rooms.contains(&room) {
            log::warn!("a message of a room that we are not in was ignored");
            return;
        }
        let kept = self.rooms.with(&room, |state| state.hold.keep(message));
        if let Some(Some(message)) = kept
            && let Err(error) = self.apply_room_live(&room, &message)
        {
            log::warn!("a message of a room could not be stored: {error}");
        }
    }

    fn apply_room_live(&self, room: &BareJid, message: &Message) -> Result<()> {
        let is_config = wire::payload(message, "x", ns::MUC_USER)
            .is_some_and(|x| x.children().any(|child| child.is("status", ns::MUC_USER)));
        let from_room = message.from.as_ref().is_some_and(|from| from.resource().is_none());
        if is_config && from_room {
            self.refresh_room(room);
        }
        let found = Found {
            time: wire::delay(message, self).unwrap_or_else(now),
            server_id: wire::stanza_id(message, room).unwrap_or_default(),
            older: false,
        };
        let nick = message
            .from
            .as_ref()
            .and_then(|from| from.resource().map(ToString::to_string));
        let sender = nick.and_then(|nick| {
            let sender = self.rooms.with(room, |room| {
                // Nobody else has our name while we have it, also where the room hides who people are.
                let own = (room.nick == nick).then(|| self.me.clone());
                room.occupants
                    .get(&nick)
                    .and_then(|occupant| occupant.jid.clone())
                    .or(own)
            });
            sender.flatten()
        });
        let changes = self.read_room(room, message, sender, &found);
        let positions = self.rooms.with(room, |state| match state.position.as_mut() {
            Some(position) if !found.server_id.is_empty() => {
                position.advance(&found.server_id, found.time);
                position.stored(room.as_str())
            }
            _ => Vec::new(),
        });
        self.apply_at(true, changes, positions.unwrap_or_default())?;
        if let Some(id) = &message.id {
            self.rooms.seen(room, &id.0);
        }
        Ok(())
    }

    fn read_entry(&self, room: &BareJid, entry: &Entry, found: &Found) -> Vec<Change> {
        // The archive holds what the room sent.
        if entry.message.from.as_ref().map(Jid::to_bare).as_ref() != Some(room) {
            return Vec::new();
        }
        let sender = archived_sender(&entry.message).or_else(|| self.own_of(&entry.message));
        self.read_room(room, &entry.message, sender, found)
    }

    /// Ourselves, when an archive that hides who people are holds a message that is known as ours.
    fn own_of(&self, message: &Message) -> Option<BareJid> {
        let (origin_id, _) = wire::origin_id(message);
        let known = self.sink.stored_message(&origin_id).ok().flatten()?;
        (known.sender.as_str() == self.me.as_str()).then(|| self.me.clone())
    }

    /// What a message of a room changes. `sender` is who sent it, where that is known.
    fn read_room(&self, room: &BareJid, message: &Message, sender: Option<BareJid>, found: &Found) -> Vec<Change> {
        let conversation = ConversationId::group(&group_id(room));
        let nick = message.from.as_ref().and_then(|from| from.resource());
        if let Some(id) = recalled_id(message) {
            let by_room = nick.is_none() && is_moderation(message);
            let Some(by) = sender.map(|sender| UserId::trusted(sender.as_str())) else {
                // Only the room itself recalls what others said.
                return if by_room {
                    vec![recall(conversation, id, None)]
                } else {
                    Vec::new()
                };
            };
            return vec![recall(conversation, id, Some(by))];
        }
        let Some(nick) = nick else { return Vec::new() };
        let Some(body) = wire::read(message, Some(room)) else {
            return Vec::new();
        };
        let (origin_id, is_unique) = wire::origin_id(message);
        let is_self = sender.as_ref() == Some(&self.me);
        // Where the room hides who it was, the name in the room is all there is.
        let sender_id = sender.as_ref().map_or_else(
            || message.from.as_ref().map(ToString::to_string).unwrap_or_default(),
            |sender| sender.as_str().to_owned(),
        );
        let (mut nick_name, face_url) = match &sender {
            Some(sender) => self.shown_by(message, sender),
            None => wire::shown(message),
        };
        if nick_name.is_empty() {
            nick.as_str().clone_into(&mut nick_name);
        }
        let own_id = own_id(&origin_id, &found.server_id, room.as_str());
        vec![Change::UnnumberedMessage(Box::new(UnnumberedMessage {
            message: Said {
                msg_id: msg_id(is_self || is_unique, &origin_id, &own_id),
                conversation,
                sender: UserId::trusted(sender_id),
                nick_name,
                face_url,
                seq: 0,
                time: found.time,
                revoked: false,
                body,
            },
            own_id,
            server_id: found.server_id.clone(),
            origin_id,
            is_origin_unique: is_unique && sender.is_some(),
            older: found.older,
        }))]
    }

    /// Reads what a room's archive has for the account, and then lets in what arrived meanwhile.
    pub(super) async fn catch_up_room(&self, room: &BareJid, since: Since) -> Result<()> {
        let known = self.rooms.with(room, |room| room.position.clone()).flatten();
        let result = match (since, known) {
            (_, Some(position)) => self.follow_room(room, position).await,
            (Since::Now, None) => match self.end_of_room(room).await {
                Ok(position) => self.store_room_page(room, &[], End::New, position),
                Err(error) => Err(error),
            },
            (Since::Time(time), None) => {
                let position = Position {
                    time: time.0,
                    is_complete: true,
                    ..Position::default()
                };
                self.follow_room(room, position).await
            }
            (Since::Known, None) => self.open_room(room).await,
        };
        match result {
            // A room without an archive has no past.
            Err(error)
                if matches!(
                    error.status,
                    Status::NotSupported | Status::Refused | Status::NoPermission
                ) =>
            {
                log::info!("the archive of a room cannot be read: {error}");
            }
            other => other?,
        }
        let held = self.rooms.with(room, |room| room.hold.release()).unwrap_or_default();
        held.iter().try_for_each(|message| self.apply_room_live(room, message))
    }

    /// The newest messages of a room that this device has never read.
    async fn open_room(&self, room: &BareJid) -> Result<()> {
        let page = self.archive_page(room, None, Part::Newest, FIRST_PAGE).await?;
        let mut page = page.without(&self.arrived_in(room));
        self.cut_at_joining(room, &mut page);
        let mut position = Position::default();
        position.extend(&page);
        self.store_room_page(room, &page.entries, End::Old, position)
    }

    /// Everything after a position.
    async fn follow_room(&self, room: &BareJid, mut position: Position) -> Result<()> {
        loop {
            let part = match &position.newest {
                Some(id) => Part::After(id.clone()),
                None => Part::Since(Micros(position.time)),
            };
            let page = match self.archive_page(room, None, part, PAGE).await {
                // The room has forgotten that message: its time is still good.
                Err(error) if is_gone(&error) && position.newest.is_some() => {
                    position.newest = None;
                    continue;
                }
                page => page?,
            };
            let (is_last, page) = (page.is_last, page.without(&self.arrived_in(room)));
            position.follow(&page);
            self.store_room_page(room, &page.entries, End::New, position.clone())?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// The archive's ids of the messages that are held.
    fn arrived_in(&self, room: &BareJid) -> Vec<String> {
        let arrived = self
            .rooms
            .with(room, |state| state.hold.look(|message| wire::fresh_id(message, room)));
        arrived.unwrap_or_default()
    }

    /// Takes off a page what was said before the account became a member: it is not for it, nor is anything older.
    fn cut_at_joining(&self, room: &BareJid, page: &mut Page) {
        let joined = self.known_rooms.borrow().get(room).copied().flatten();
        if let Some(joined) = joined {
            let all = page.entries.len();
            page.entries.retain(|entry| entry.time >= joined);
            page.is_last |= page.entries.len() < all;
        }
    }

    /// The next older part of a room's archive. False when there is nothing older.
    pub(super) async fn deepen_room(&self, room: &BareJid) -> Result<bool> {
        let position = self.rooms.with(room, |room| room.position.clone()).flatten();
        let Some((mut position, oldest)) = position.and_then(|position| {
            let oldest = position.oldest.clone().filter(|_| !position.is_complete)?;
            Some((position, oldest))
        }) else {
            return Ok(false);
        };
        let mut page = self.archive_page(room, None, Part::Before(oldest), PAGE).await?;
        self.cut_at_joining(room, &mut page);
        position.extend(&page);
        self.store_room_page(room, &page.entries, End::Old, position)?;
        Ok(!page.is_last)
    }

    fn store_room_page(&self, room: &BareJid, entries: &[Entry], end: End, position: Position) -> Result<()> {
        let changes = page_changes(entries, end, |entry, found| self.read_entry(room, entry, found));
        self.apply_at(false, changes, position.stored(room.as_str()))?;
        for entry in entries {
            if let Some(id) = &entry.message.id {
                self.rooms.seen(room, &id.0);
            }
        }
        self.rooms.with(room, |room| room.position = Some(position));
        Ok(())
    }
}

/// Whether an archive does not know the message that it was asked to go on from.
pub(super) fn is_gone(error: &Error) -> bool {
    error.desc.contains("item-not-found")
}

fn recall(conversation: ConversationId, id: &str, sender: Option<UserId>) -> Change {
    Change::Revoked {
        conversation,
        message: Target::Id(MessageId {
            kind: IdKind::Server,
            id: id.to_owned(),
            sender,
        }),
    }
}
