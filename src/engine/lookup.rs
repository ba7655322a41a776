//! Look-ups for backends: how far archives were read, and stored messages with their ids.

use super::core::Engine;
use super::history_end::HistoryEnd;
use crate::model::{ConversationId, GroupId, Micros, Place, Profile, ReadPosition, Result, StoredMessage, UserId};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, account, archive, conversation, deleted, directory, list, message, message_ids};
use rusqlite::Connection;

impl Engine {
    /// How far an archive has been read; `None` when it never was.
    pub fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        self.store.read(|db| Ok(archive::position(db, archive)?))
    }

    /// Since when the account has been in use; `None` before the first sync.
    pub fn in_use_since(&self) -> Result<Option<Micros>> {
        self.store
            .read(|db| Ok(account::load(db)?.and_then(|account| account.first_sync_time)))
    }

    /// A stored message with its ids.
    pub fn stored_message(&self, msg_id: &str) -> Result<Option<StoredMessage>> {
        self.store.snapshot(|db| with_ids(db, message::by_msg_id(db, msg_id)?))
    }

    /// The newest message that others sent to a conversation and the server has, up to a sequence.
    pub fn newest_received(&self, id: &ConversationId, up_to: u64) -> Result<Option<StoredMessage>> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => with_ids(db, message::newest_received(db, row.id, up_to)?),
            None => Ok(None),
        })
    }

    /// The server's id of the newest message that others sent to a conversation, up to a sequence: what has no such id (a tip,
    /// an inserted message, a request) says nothing to other devices.
    pub fn newest_received_id(&self, id: &ConversationId, up_to: u64) -> Result<Option<String>> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        self.store.read(|db| match conversation::load(db, id)? {
            Some(row) => Ok(message_ids::newest_received(db, row.id, up_to)?),
            None => Ok(None),
        })
    }

    /// Whether an id can be that of somebody in a group: there is such a group, or a conversation with that id.
    pub fn knows_occupant(&self, occupant: &UserId, group: &GroupId) -> Result<bool> {
        self.store.read(|db| {
            let has_group = directory::group(db, group)?.is_some();
            Ok(has_group || conversation::load(db, &ConversationId::c2c(occupant))?.is_some())
        })
    }

    /// The place of a conversation in the list; `None` when it is not listed.
    pub fn listed_place(&self, id: &ConversationId) -> Result<Option<Micros>> {
        self.store.read(|db| {
            let row = conversation::load(db, id)?.filter(|row| row.is_listed);
            Ok(row.map(|row| Micros(row.activation)))
        })
    }

    /// Whether a message was here before, by its id in the server's archive: it is stored, was deleted, or by its time was
    /// cleared.
    pub fn was_archived(&self, id: &ConversationId, server_id: &str, time: Micros) -> Result<bool> {
        self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => Ok(time.0 <= row.cleared_seq
                || message_ids::by_server_id(db, row.id, server_id)?.is_some()
                || deleted::by_server_id(db, row.id, server_id)?.is_some()),
            None => Ok(false),
        })
    }

    /// The profile of a user and when it was told last; `None` when it never was.
    pub fn stored_profile(&self, user: &UserId) -> Result<Option<(Profile, Micros)>> {
        self.store.read(|db| Ok(directory::profile(db, user)?))
    }

    /// The conversations at the top of the list.
    pub fn recent_conversations(&self, count: usize) -> Result<Vec<ConversationId>> {
        self.store.read(|db| Ok(list::top(db, count)?))
    }

    /// Where a conversation's history ends for all devices, or, where none can say, now. Without the archive's id: a stretch goes
    /// with its message, wherever that is moved.
    pub fn newest_place(&self, id: &ConversationId) -> Result<Place> {
        let last = self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => Ok(HistoryEnd::of(db, row.id)?.last),
            None => Ok(None),
        })?;
        let (time, id) = last.map_or_else(|| ((self.options.clock)(), String::new()), |last| (last.time, last.id));
        Ok(Place {
            time,
            id,
            ..Place::default()
        })
    }

    /// How far a conversation was read, on whichever device; `None` when nobody has said.
    pub fn read_position(&self, id: &ConversationId) -> Result<Option<ReadPosition>> {
        self.store.read(|db| {
            let row = conversation::load(db, id)?.filter(|row| row.is_read_known);
            Ok(row.map(|row| ReadPosition {
                seq: u64::try_from(row.read_seq).unwrap_or_default(),
                timestamp: row.read_time,
            }))
        })
    }

    /// The oldest message of a conversation that the server has.
    pub fn oldest_stored(&self, id: &ConversationId) -> Result<Option<StoredMessage>> {
        self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => with_ids(db, message::oldest(db, row.id)?),
            None => Ok(None),
        })
    }
}

fn with_ids(db: &Connection, row: Option<MessageRow>) -> StoreResult<Option<StoredMessage>> {
    let Some(row) = row else { return Ok(None) };
    let (server_id, origin_id) = message_ids::of(db, row.id)?.unwrap_or_default();
    let conversation = message::conversation_of(db, &row.msg_id)?;
    Ok(conversation.map(|conversation| StoredMessage {
        msg_id: row.msg_id,
        conversation,
        sender: row.sender,
        time: row.time,
        server_id,
        origin_id,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, body, c2c, from_bob, message};
    use crate::model::{Change, Inbound, Message, UnnumberedMessage};

    fn id(found: Result<Option<StoredMessage>>) -> Option<String> {
        found.unwrap().map(|found| found.msg_id)
    }

    #[test]
    fn the_newest_received_message_is_anothers_and_not_past_the_bound() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.live(Change::Message(message(&bob(), "alice", 3)));
        let newest = |up_to| id(fixture.engine.newest_received(&bob(), up_to));
        assert_eq!(newest(u64::MAX).as_deref(), Some("m2"));
        assert_eq!(newest(1).as_deref(), Some("m1"));
        assert_eq!(newest(0), None);
    }

    #[test]
    fn what_only_this_device_has_is_not_received() {
        let fixture = Fixture::new();
        let unnumbered = |id: &str, server_id: &str, time| {
            Change::UnnumberedMessage(Box::new(UnnumberedMessage {
                message: Message {
                    msg_id: id.to_owned(),
                    time: Micros(time),
                    ..message(&bob(), "bob", 0)
                },
                own_id: format!("bob/{id}"),
                server_id: server_id.to_owned(),
                origin_id: String::new(),
                is_origin_unique: false,
                older: false,
                is_ahead: false,
                is_late: false,
            }))
        };
        fixture.live(unnumbered("a", "of the archive", 1));
        fixture.live(unnumbered("request", "", 2));
        let body = body("inserted");
        fixture
            .engine
            .insert_local(&bob(), &UserId::trusted("bob"), &body)
            .unwrap();
        let newest = id(fixture.engine.newest_received(&bob(), u64::MAX));
        assert_eq!(newest.as_deref(), Some("request"));
        let of_archive = fixture.engine.newest_received_id(&bob(), u64::MAX).unwrap();
        assert_eq!(of_archive.as_deref(), Some("of the archive"));
    }

    #[test]
    fn the_oldest_message_is_one_that_the_server_has() {
        let fixture = Fixture::new();
        fixture.send(&bob(), "hi");
        assert_eq!(id(fixture.engine.oldest_stored(&bob())), None);
        fixture.live(from_bob(5));
        assert_eq!(id(fixture.engine.oldest_stored(&bob())).as_deref(), Some("m5"));
        assert_eq!(id(fixture.engine.oldest_stored(&c2c("carol"))), None);
        assert_eq!(id(fixture.engine.stored_message("unknown")), None);
    }

    #[test]
    fn the_position_of_an_archive_is_stored_with_what_was_read() {
        let fixture = Fixture::new();
        assert_eq!(fixture.engine.archive_position("own").unwrap(), None);
        fixture
            .engine
            .apply(Inbound {
                positions: vec![("own".to_owned(), "7".to_owned())],
                ..Inbound::default()
            })
            .unwrap();
        assert_eq!(fixture.engine.archive_position("own").unwrap().as_deref(), Some("7"));
    }
}
