//! Messages of a server that does not number them (XMPP): the engine numbers them by their time, and keeps what is said
//! of a message until the message itself comes.
//!
//! What is stored of a conversation is always the whole end of its history: a message that comes is newer than all that
//! are stored, or older than all of them. So its number needs no more than its time and its neighbour's number.

use super::Engine;
use super::session::{Session, Touched};
use crate::events::Event;
use crate::model::{
    ConversationId, IdKind, Message, MessageId, MessageStatus, Micros, ReadPosition, Result, StoredMessage, Target,
    UnnumberedMessage, UserId,
};
use crate::store::message::{self, MessageRow};
use crate::store::name::{self, Mark};
use crate::store::{Fallible, conversation};

impl Engine {
    /// How far an archive has been read; `None` when it never was.
    pub fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        self.store.read(|db| Ok(name::archive_position(db, archive)?))
    }

    /// A stored message with its names.
    pub fn stored_message(&self, msg_id: &str) -> Result<Option<StoredMessage>> {
        self.store.read(|db| match message::by_msg_id(db, msg_id)? {
            Some(row) => stored(db, row),
            None => Ok(None),
        })
    }

    /// The newest message that others sent to a conversation, up to a sequence.
    pub fn newest_received(&self, id: &ConversationId, up_to: u64) -> Result<Option<StoredMessage>> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        self.store.read(|db| {
            let Some(conversation) = conversation::load(db, id.as_str())? else {
                return Ok(None);
            };
            match message::newest_received(db, conversation.id, up_to)? {
                Some(row) => stored(db, row),
                None => Ok(None),
            }
        })
    }

    /// The oldest message of a conversation that the server has.
    pub fn oldest_stored(&self, id: &ConversationId) -> Result<Option<StoredMessage>> {
        self.store.read(|db| {
            let Some(conversation) = conversation::load(db, id.as_str())? else {
                return Ok(None);
            };
            match message::oldest(db, conversation.id)? {
                Some(row) => stored(db, row),
                None => Ok(None),
            }
        })
    }
}

fn stored(db: &rusqlite::Connection, row: MessageRow) -> Fallible<Option<StoredMessage>> {
    let (server_id, origin_id) = name::of(db, row.id)?.unwrap_or_default();
    Ok(
        message::conversation_of(db, &row.msg_id)?.map(|conversation| StoredMessage {
            msg_id: row.msg_id,
            conversation: ConversationId::trusted(conversation),
            sender: UserId::trusted(row.sender),
            time: Micros(row.time),
            server_id,
            origin_id,
        }),
    )
}

/// The next free number of a conversation for a message of that time.
fn number_after(touched: &Touched, time: Micros) -> i64 {
    time.0.max(touched.row.max_seq + 1)
}

impl Session<'_> {
    /// Stores a message of a server that does not number them, or learns more of one that is stored.
    pub(super) fn receive_unnumbered(&mut self, unnumbered: &UnnumberedMessage) -> Fallible<()> {
        let mut incoming = unnumbered.message.clone();
        let id = incoming.conversation.clone();
        if let Some(known) = self.find_again(unnumbered)? {
            incoming.msg_id = known;
        } else if self.is_taken(&incoming)? {
            incoming.msg_id.clone_from(&unnumbered.own_id);
        }
        incoming.seq = self.edit(&id, |session, touched| {
            let seq = match unnumbered.older {
                false => number_after(touched, incoming.time),
                true => match message::lowest_seq(session.db, touched.row.id)? {
                    Some(lowest) => incoming.time.0.min(lowest - 1),
                    None => incoming.time.0,
                },
            };
            Ok(seq.max(1).unsigned_abs())
        })?;
        self.receive(&incoming)?;
        let Some(row) = message::by_msg_id(self.db, &incoming.msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, &row.msg_id)?.as_deref() != Some(id.as_str()) {
            return Ok(());
        }
        let names = (unnumbered.server_id.as_str(), unnumbered.origin_id.as_str());
        name::save(self.db, &row, names.0, names.1)?;
        for mark in name::take_awaited(self.db, id.as_str(), &row, names)? {
            self.apply_mark(&id, &row, mark)?;
        }
        Ok(())
    }

    /// The `msgID` under which a message is stored that comes under another name: its server repeats it under a new
    /// archive id, or its sender sent it twice because a connection broke.
    fn find_again(&mut self, unnumbered: &UnnumberedMessage) -> Fallible<Option<String>> {
        let message = &unnumbered.message;
        let conversation = self.edit(&message.conversation, |_, touched| Ok(touched.row.id))?;
        if let Some(known) = name::by_server_id(self.db, conversation, &unnumbered.server_id)? {
            return Ok(Some(known));
        }
        if unnumbered.is_origin_unique {
            return Ok(name::by_origin_id(
                self.db,
                conversation,
                &unnumbered.origin_id,
                message.sender.as_str(),
            )?);
        }
        Ok(None)
    }

    /// Whether another message has this one's `msgID`: by accident, or because somebody wants to keep this one out.
    fn is_taken(&self, incoming: &Message) -> Fallible<bool> {
        let Some(known) = message::by_msg_id(self.db, &incoming.msg_id)? else {
            return Ok(false);
        };
        let conversation = message::conversation_of(self.db, &incoming.msg_id)?;
        Ok(known.sender != incoming.sender.as_str() || conversation.as_deref() != Some(incoming.conversation.as_str()))
    }

    /// The server has a message of ours and does not number it.
    pub(super) fn accept_unnumbered(&mut self, id: &ConversationId, row: MessageRow, time: Micros) -> Fallible<()> {
        self.edit(id, |session, touched| {
            let seq = number_after(touched, time);
            session.accept(touched, row, seq, time)
        })
    }

    /// Something happens to a message or up to it, now or, where the target can wait, as soon as the message comes.
    pub(super) fn mark_when_known(&mut self, id: &ConversationId, target: &Target, mark: Mark) -> Fallible<()> {
        match target {
            Target::Seq(position) if mark.is_position() => self.apply_position(id, *position, mark),
            Target::Seq(position) => {
                let seq = i64::try_from(position.seq).unwrap_or(i64::MAX);
                let conversation = self.edit(id, |_, touched| Ok(touched.row.id))?;
                match message::by_seq(self.db, conversation, seq)? {
                    Some(row) => self.apply_mark(id, &row, mark),
                    None => Ok(()),
                }
            }
            Target::MsgId(msg_id) => {
                let conversation = self.edit(id, |_, touched| Ok(touched.row.id))?;
                match message::by_msg_id(self.db, msg_id)? {
                    Some(row) if row.conversation == conversation => self.apply_mark(id, &row, mark),
                    _ => Ok(()),
                }
            }
            Target::Id(target) => self.mark_or_wait(id, target, mark),
        }
    }

    fn mark_or_wait(&mut self, id: &ConversationId, target: &MessageId, mark: Mark) -> Fallible<()> {
        let found = self.find(id, target)?;
        if mark.is_position() {
            name::cancel_awaited(self.db, id.as_str(), mark)?;
        }
        if let Some(row) = found {
            return self.apply_mark(id, &row, mark);
        }
        name::await_message(self.db, id.as_str(), target, mark)?;
        if mark == Mark::Read {
            // What a first sync brings before the message that was read last is unread: it comes newest first.
            self.edit(id, |session, touched| {
                if !touched.row.is_read_known && !message::any(session.db, touched.row.id)? {
                    session.read_elsewhere(touched, ReadPosition::default());
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn find(&mut self, id: &ConversationId, target: &MessageId) -> Fallible<Option<MessageRow>> {
        let conversation = self.edit(id, |_, touched| Ok(touched.row.id))?;
        let sender = target.sender.as_ref().map_or("", UserId::as_str);
        let msg_id = match target.kind {
            IdKind::MsgId => Some(target.id.clone()),
            IdKind::Server => name::by_server_id(self.db, conversation, &target.id)?,
            // Our own messages go out under their `msgID`.
            IdKind::Origin => {
                name::by_origin_id(self.db, conversation, &target.id, sender)?.or_else(|| Some(target.id.clone()))
            }
        };
        let Some(msg_id) = msg_id else {
            return Ok(None);
        };
        let row = message::by_msg_id(self.db, &msg_id)?;
        Ok(row.filter(|row| row.conversation == conversation && (sender.is_empty() || row.sender == sender)))
    }

    fn apply_mark(&mut self, id: &ConversationId, row: &MessageRow, mark: Mark) -> Fallible<()> {
        if mark == Mark::Revoked {
            return self.recalled(id, &row.msg_id);
        }
        let position = ReadPosition {
            seq: row.position.unsigned_abs(),
            timestamp: Micros(row.time).seconds(),
        };
        self.apply_position(id, position, mark)
    }

    /// A mark that reaches back from a place, which is all it needs.
    fn apply_position(&mut self, id: &ConversationId, position: ReadPosition, mark: Mark) -> Fallible<()> {
        match mark {
            Mark::Read => self.edit(id, |session, touched| {
                session.read_elsewhere(touched, position);
                Ok(())
            }),
            Mark::PeerRead => self.peer_read(id, position),
            Mark::Cleared => self.history_cleared(id, position.seq),
            Mark::Deleted => self.conversation_deleted(id, position.seq),
            // A recall is of a message, not of what lies before it.
            Mark::Revoked => Ok(()),
        }
    }

    /// The server returned a message of ours after it had taken it.
    pub(super) fn send_failed(&mut self, id: &ConversationId, msg_id: &str) -> Fallible<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        let is_here = message::conversation_of(self.db, msg_id)?.as_deref() == Some(id.as_str());
        if !row.is_self || row.status != MessageStatus::Sent as i64 || !is_here {
            return Ok(());
        }
        row.status = MessageStatus::Failed as i64;
        message::update(self.db, &row)?;
        self.edit(id, |session, touched| {
            session.tell_message(Event::MessageStatusChanged, touched, &row)
        })
    }
}
