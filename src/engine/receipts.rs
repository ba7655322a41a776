//! Receipts: that a message has reached a device of the peer, and that somebody has read it.
//!
//! A message that asks for it (`needReadReceipt`) is confirmed by itself, by each reader once; whoever reads a whole
//! conversation has read the messages in it. A receipt counts for the account's own messages only, and moves nothing.

use super::core::Engine;
use super::json::{parse_body, shown_json};
use super::known_peer::is_known;
use super::recall::unknown;
use super::transaction::{LoadedConversation, Transaction};
use super::view::Receipt;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{
    ConversationId, ConversationType, Error, GroupMember, MessageStatus, Micros, ReadPosition, Result, Target, UserId,
};
use crate::store::conversation::ConversationRow;
use crate::store::message::{self, MessageRow};
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, conversation, directory, read_receipt};
use rusqlite::Connection;

/// How many messages one marker confirms that reaches back: those behind were confirmed before, or are old.
const MOST_AT_ONCE: i64 = 100;

/// Somebody has read a message.
pub(super) struct ReadBy {
    pub(super) reader: UserId,
    pub(super) time: Micros,
    /// And what was said before it.
    pub(super) reaches_back: bool,
}

/// Who has read a message of ours.
pub(crate) struct Readers {
    /// The group.
    pub(crate) conversation: ConversationId,
    /// When it was sent, in seconds: who joined later has not got it.
    pub(crate) sent: i64,
    /// Those who have read it, the first first.
    pub(crate) users: Vec<UserId>,
}

/// Whether a device of the peer has got a message of ours.
pub(super) fn is_delivered(row: &MessageRow, of: &ConversationRow) -> bool {
    is_ours_to_a_peer(row, of) && row.seq <= of.delivered_seq
}

/// Whether the peer has read a message of ours, or everything up to it.
pub(super) fn is_peer_read(
    db: &Connection,
    row: &MessageRow,
    of: &ConversationRow,
    is_asked: bool,
) -> StoreResult<bool> {
    Ok(match of.conversation_id.user_id() {
        Some(_) if is_ours_to_a_peer(row, of) && row.seq <= of.peer_read_seq => true,
        // Only where it may be: this is asked of every message that is shown.
        Some(peer) if is_asked && row.is_self => read_receipt::find(db, row, &peer)?.is_some(),
        _ => false,
    })
}

fn is_ours_to_a_peer(row: &MessageRow, of: &ConversationRow) -> bool {
    row.is_self && row.seq > 0 && of.conversation_id.kind() == ConversationType::C2c
}

fn needs_receipt(row: &MessageRow) -> bool {
    parse_body(row).is_ok_and(|body| body.need_read_receipt)
}

/// The messages of a call, which are of one conversation.
fn of_one_conversation(db: &Connection, msg_ids: &[String]) -> StoreResult<(ConversationRow, Vec<MessageRow>)> {
    let mut rows = Vec::with_capacity(msg_ids.len());
    let mut found: Option<ConversationRow> = None;
    for msg_id in msg_ids {
        let Some(row) = message::by_msg_id(db, msg_id)? else {
            return Err(unknown(msg_id).into());
        };
        match &found {
            Some(first) if first.id != row.conversation => {
                let first = quoted(first.conversation_id.as_str());
                let sentence = format!("messageIDList has msgID {}, which is not in {first}", quoted(msg_id));
                return Err(Error::invalid(sentence).into());
            }
            Some(_) => {}
            None => found = conversation::by_number(db, row.conversation)?,
        }
        rows.push(row);
    }
    match found {
        Some(found) => Ok((found, rows)),
        None => Err(Error::invalid("messageIDList is empty").into()),
    }
}

/// The messages of a call that asks who has read them.
fn asked_about(db: &Connection, msg_ids: &[String]) -> StoreResult<(ConversationRow, Vec<MessageRow>)> {
    let (of, rows) = of_one_conversation(db, msg_ids)?;
    for row in &rows {
        let msg_id = quoted(&row.msg_id);
        if !row.is_self {
            let sender = quoted(row.sender.as_str());
            return Err(Error::invalid(format!("msgID {msg_id} was sent by {sender} and not by you")).into());
        }
        if !needs_receipt(row) {
            return Err(Error::invalid(format!("msgID {msg_id} was sent without needReadReceipt")).into());
        }
    }
    Ok((of, rows))
}

impl Engine {
    /// `sendMessageReadReceipts`: confirms messages of others, each once, as far as they ask for it.
    pub fn send_read_receipts(&self, msg_ids: &[String]) -> Result<()> {
        self.write(true, |tx| {
            let (of, rows) = of_one_conversation(tx.db, msg_ids)?;
            if let Some(own) = rows.iter().find(|row| row.is_self) {
                let sentence = format!("msgID {} is your own message", quoted(&own.msg_id));
                return Err(Error::invalid(sentence).into());
            }
            // Never to strangers, who would learn that somebody is there.
            if !is_known(tx.db, &of)? {
                return Ok(());
            }
            let (me, now) = (tx.me(), tx.now);
            let mut confirmed = Vec::new();
            for row in rows {
                let asks = row.status == MessageStatus::Sent && row.seq > 0 && needs_receipt(&row);
                if asks && read_receipt::keep(tx.db, &row, &me, now)? {
                    confirmed.push(row.msg_id);
                }
            }
            if !confirmed.is_empty() {
                let value = (confirmed, now);
                tx.append(CommandKind::ReadReceipts, &of.conversation_id, "", &value, &())?;
            }
            Ok(())
        })
    }

    /// The conversation of messages of ours that ask for receipts. 6017 when they are not such.
    pub(crate) fn receipts_conversation(&self, msg_ids: &[String]) -> Result<ConversationId> {
        self.store
            .snapshot(|db| Ok(asked_about(db, msg_ids)?.0.conversation_id))
    }

    /// `getMessageReadReceipts`: one for each message, in the order asked. `members` are those of the group.
    pub(crate) fn read_receipts(&self, msg_ids: &[String], members: &[GroupMember]) -> Result<String> {
        self.store.snapshot(|db| {
            let (of, rows) = asked_about(db, msg_ids)?;
            let id = &of.conversation_id;
            let mut receipts = Vec::with_capacity(rows.len());
            for row in &rows {
                let Some(peer) = id.user_id() else {
                    let readers = read_receipt::readers(db, row)?;
                    let has_read = |user: &UserId| readers.iter().any(|(reader, _)| reader == user);
                    let unread = members
                        .iter()
                        .filter(|member| got(member, row) && !has_read(&member.user_id));
                    receipts.push(Receipt {
                        user_id: "",
                        timestamp: readers.last().map_or(0, |(_, time)| time.seconds()),
                        group_id: Some(id.target()),
                        msg_id: Some(&row.msg_id),
                        read_count: i64::try_from(readers.len()).unwrap_or(i64::MAX),
                        unread_count: i64::try_from(unread.count()).unwrap_or(i64::MAX),
                        is_peer_read: false,
                    });
                    continue;
                };
                let time = read_receipt::find(db, row, &peer)?.map_or(0, Micros::seconds);
                let is_peer_read = is_peer_read(db, row, &of, true)?;
                receipts.push(Receipt::of_peer(id, time, Some(&row.msg_id), is_peer_read));
            }
            shown_json(&receipts)
        })
    }

    /// Who has read a message of ours.
    pub(crate) fn readers(&self, msg_id: &str) -> Result<Readers> {
        self.store.snapshot(|db| {
            let (of, rows) = asked_about(db, &[msg_id.to_owned()])?;
            let mut readers = Readers {
                conversation: of.conversation_id,
                sent: 0,
                users: Vec::new(),
            };
            for row in &rows {
                readers.sent = row.time.seconds();
                let users = read_receipt::readers(db, row)?;
                readers.users = users.into_iter().map(|(user, _)| user).collect();
            }
            Ok(readers)
        })
    }
}

/// Whether a member has got a message of ours: not who joined later, nor ourselves.
fn got(member: &GroupMember, row: &MessageRow) -> bool {
    member.user_id != row.sender && member.join_time <= row.time.seconds()
}

impl Transaction<'_> {
    /// A device of the peer has got our messages up to here.
    pub(super) fn delivered(&mut self, id: &ConversationId, position: ReadPosition) -> StoreResult<()> {
        let seq = i64::try_from(position.seq).unwrap_or_default();
        self.edit(id, |tx, loaded| {
            let before = loaded.row.delivered_seq;
            if seq <= before {
                return Ok(());
            }
            loaded.row.delivered_seq = seq;
            if !tx.live || !loaded.row.is_listed {
                return Ok(());
            }
            // What the peer has read, the app knows to have arrived.
            let bounds = (before.max(loaded.row.peer_read_seq), seq);
            if let Some(last) = read_receipt::own_messages(tx.db, loaded.row.id, bounds, 1)?.first() {
                let receipt = Receipt::of_peer(id, last.time.seconds(), Some(&last.msg_id), false);
                tx.tell(Event::RecvC2CDeliveryReceipt, id.clone(), shown_json(&[receipt])?);
            }
            Ok(())
        })
    }

    /// The peer has read the conversation further than `before`: so the messages in it that ask are confirmed.
    pub(super) fn read_by_peer(&mut self, loaded: &LoadedConversation, before: i64) -> StoreResult<()> {
        let id = &loaded.row.conversation_id;
        let Some(reader) = id.user_id() else { return Ok(()) };
        let bounds = (before, loaded.row.peer_read_seq);
        let mut rows = read_receipt::own_messages(self.db, loaded.row.id, bounds, MOST_AT_ONCE)?;
        rows.reverse();
        let receipt = ReadBy {
            reader,
            time: self.now,
            reaches_back: false,
        };
        let confirmed = self.confirmed(rows, &receipt)?;
        self.tell_confirmed(id, &confirmed, self.now)
    }

    /// Somebody says that they have read a message.
    pub(super) fn read_receipt(&mut self, id: &ConversationId, target: &Target, receipt: &ReadBy) -> StoreResult<()> {
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        let found = match target {
            Target::MsgId(msg_id) => message::by_msg_id(self.db, msg_id)?,
            Target::Id(target) => match self.find_message(conversation, target)? {
                Some(row) => Some(row),
                // Whoever has read an edit has read the message.
                None => match self.find_edited(conversation, target)? {
                    Some((row, _)) => Some(row),
                    None => return self.await_read_receipt(id, conversation, target, receipt),
                },
            },
            // It is of a message and not of a place.
            Target::Seq(_) | Target::Place(_) => None,
        };
        match found {
            Some(row) => self.read_by(id, row, receipt),
            None => Ok(()),
        }
    }

    /// Somebody has read a stored message.
    pub(super) fn read_by(&mut self, id: &ConversationId, row: MessageRow, receipt: &ReadBy) -> StoreResult<()> {
        let is_of_peer = id.user_id().is_none_or(|peer| peer == receipt.reader);
        if !is_of_peer || receipt.reader == self.me() || self.conversation_of(&row.msg_id)? != *id {
            return Ok(());
        }
        let rows = if receipt.reaches_back {
            let bounds = (0, row.position);
            let mut before = read_receipt::own_messages(self.db, row.conversation, bounds, MOST_AT_ONCE)?;
            // Behind one that the reader has confirmed, all are.
            let mut known = 0;
            for row in &before {
                if read_receipt::find(self.db, row, &receipt.reader)?.is_some() {
                    break;
                }
                known += 1;
            }
            before.truncate(known);
            before.reverse();
            before
        } else {
            vec![row]
        };
        let confirmed = self.confirmed(rows, receipt)?;
        if confirmed.is_empty() {
            return Ok(());
        }
        // The last message may show it.
        self.refresh(id)?;
        self.tell_confirmed(id, &confirmed, receipt.time)
    }

    /// Keeps that messages were read. Says of which that is new.
    fn confirmed(&mut self, rows: Vec<MessageRow>, receipt: &ReadBy) -> StoreResult<Vec<MessageRow>> {
        let mut confirmed = Vec::new();
        for row in rows {
            let counts = row.is_self && matches!(row.status, MessageStatus::Sending | MessageStatus::Sent);
            if counts && needs_receipt(&row) && read_receipt::keep(self.db, &row, &receipt.reader, receipt.time)? {
                confirmed.push(row);
            }
        }
        Ok(confirmed)
    }

    fn tell_confirmed(&mut self, id: &ConversationId, rows: &[MessageRow], time: Micros) -> StoreResult<()> {
        // Those of a sync are old news; `getMessageReadReceipts` has them.
        if !self.live || rows.is_empty() {
            return Ok(());
        }
        let group = match id.group_id() {
            Some(group) => directory::group(self.db, &group)?,
            None => None,
        };
        let members = group.map_or(0, |group| group.member_count);
        let mut receipts = Vec::with_capacity(rows.len());
        for row in rows {
            receipts.push(if id.user_id().is_some() {
                Receipt::of_peer(id, time.seconds(), Some(&row.msg_id), true)
            } else {
                let read_count = read_receipt::count(self.db, row)?;
                Receipt {
                    user_id: "",
                    timestamp: time.seconds(),
                    group_id: Some(id.target()),
                    msg_id: Some(&row.msg_id),
                    read_count,
                    unread_count: (members - 1 - read_count).max(0),
                    is_peer_read: false,
                }
            });
        }
        let payload = shown_json(&receipts)?;
        self.tell(Event::RecvMessageReadReceipts, id.clone(), payload);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
