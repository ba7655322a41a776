//! Unread: counted from the messages after the read position. The position only moves forward.

use super::Engine;
use super::options::UnreadScope;
use super::outbox::Kind;
use super::session::{Session, Touched, to_json};
use crate::events::Event;
use crate::model::{ConversationId, ConversationType, ReadPosition, Result};
use crate::store::message::{self, MessageRow};
use crate::store::{Fallible, conversation};
use serde::Serialize;

/// How far a peer has read.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReceipt")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt<'a> {
    /// The peer who has read the messages.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// The time of the last message the peer has read, in seconds since 1970.
    timestamp: i64,
    /// Always null: receipts are for C2C conversations.
    #[serde(rename = "groupID")]
    group_id: Option<&'a str>,
    /// Always null: not supported yet.
    #[serde(rename = "msgID")]
    msg_id: Option<&'a str>,
    /// Always 0: not supported yet.
    read_count: i64,
    /// Always 0: not supported yet.
    unread_count: i64,
}

impl Engine {
    /// `cleanConversationUnreadMessageCount`: `timestamp` (s) bounds C2C, `sequence` groups; 0 = everything.
    pub fn clean_unread(&self, scope: &UnreadScope, timestamp: i64, sequence: u64) -> Result<()> {
        self.write(true, |session| {
            let ids = match scope {
                UnreadScope::One(id) => vec![id.as_str().to_owned()],
                UnreadScope::AllC2c => conversation::behind(session.db, "c2c_")?,
                UnreadScope::AllGroups => conversation::behind(session.db, "group_")?,
                UnreadScope::All => conversation::behind(session.db, "")?,
            };
            for id in ids {
                session.read_to(&ConversationId::trusted(id), timestamp, sequence)?;
            }
            Ok(())
        })
    }
}

impl Session<'_> {
    /// Marks a conversation as read up to the newest stored message within the bound.
    fn read_to(&mut self, id: &ConversationId, timestamp: i64, sequence: u64) -> Fallible<()> {
        let is_group = id.kind() == ConversationType::Group;
        let before = if is_group || timestamp <= 0 {
            i64::MAX
        } else {
            timestamp.saturating_add(1).saturating_mul(1_000_000)
        };
        let up_to = match i64::try_from(sequence) {
            Ok(sequence) if is_group && sequence > 0 => sequence.min(message::PENDING_POSITION),
            _ => message::PENDING_POSITION,
        };
        self.edit(id, |session, touched| {
            if let Some((seq, time)) = message::newest_before(session.db, touched.row.id, before, up_to)?
                && seq > touched.row.read_seq
            {
                let position = ReadPosition {
                    seq: seq.unsigned_abs(),
                    timestamp: time.div_euclid(1_000_000),
                };
                session.move_read(touched, position);
                session.append(Kind::Read, id, "", &position, &())?;
            }
            Ok(())
        })
    }

    /// Another device has read up to here.
    pub(super) fn read_elsewhere(&mut self, touched: &mut Touched, position: ReadPosition) {
        let seq = i64::try_from(position.seq).unwrap_or_default();
        // What was only taken for read, because nothing was known, gives way to what is known.
        if seq > touched.row.read_seq || !touched.row.is_read_known {
            self.move_read(touched, position);
        }
    }

    fn move_read(&mut self, touched: &mut Touched, position: ReadPosition) {
        touched.row.read_seq = i64::try_from(position.seq).unwrap_or_default();
        touched.row.read_time = position.timestamp;
        touched.row.is_read_known = true;
        touched.recount = true;
    }

    /// Carries the count on for a message that was just stored. When an account is first synced, a conversation that
    /// has no read position counts as read up to the login that found it.
    pub(super) fn count_new(&mut self, touched: &mut Touched, row: &MessageRow) {
        let is_archive = !self.live && self.account.first_sync_time.is_some_and(|first| row.time <= first.0);
        if is_archive && !touched.row.is_read_known && row.seq > touched.row.read_seq {
            touched.row.read_seq = row.seq;
            touched.row.read_time = row.time.div_euclid(1_000_000);
            touched.recount = true;
        } else if row.counts_unread && row.seq > touched.row.read_seq {
            touched.row.unread_count += 1;
        }
    }

    /// The peer has read our messages up to here (V2TIM: `onRecvC2CReadReceipt`).
    pub(super) fn peer_read(&mut self, id: &ConversationId, position: ReadPosition) -> Fallible<()> {
        let seq = i64::try_from(position.seq).unwrap_or_default();
        self.edit(id, |session, touched| {
            if seq <= touched.row.peer_read_seq {
                return Ok(());
            }
            touched.row.peer_read_seq = seq;
            if session.live && touched.row.is_listed {
                let payload = to_json(&[Receipt {
                    user_id: id.target(),
                    timestamp: position.timestamp,
                    group_id: None,
                    msg_id: None,
                    read_count: 0,
                    unread_count: 0,
                }])?;
                session.tell(Event::RecvC2CReadReceipt, id.clone(), payload);
            }
            Ok(())
        })
    }
}
