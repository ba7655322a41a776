//! One user's settings of a conversation: pin, receive option, read position. A change is told to the user's other
//! devices; reading is told to the peer too.

use super::change::{Kind, Tx};
use super::conversations;
use super::fault::{Fault, Step};
use super::inbox::unsigned;
use super::users::{self, Me};
use crate::model::id::quoted;
use crate::model::{Change, ConversationId, Micros, ReadPosition, RecvOpt, Target};
use rusqlite::{Connection, OptionalExtension};

/// The conversation whose setting is changed. One can set something for a C2C conversation before the first message,
/// and for groups one is or was a member of.
fn own(tx: &mut Tx<'_>, me: &Me, id: &ConversationId) -> Step<i64> {
    if let Some(conversation) = conversations::find_own(tx.db, me, id)? {
        return Ok(conversation);
    }
    let Some(peer) = id.user_id() else {
        return Err(Fault::no_permission(format!(
            "you are not a member of conversationID {}",
            quoted(id.as_str())
        )));
    };
    let peer = users::ensure(tx, &peer)?;
    let conversation = conversations::ensure_pair(tx, me.id, peer)?;
    conversations::enter(tx, me.id, conversation)?;
    Ok(conversation)
}

/// Pins or unpins.
pub(super) fn pin(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, pinned: bool) -> Step<()> {
    let conversation = own(tx, me, id)?;
    let changed = tx.execute(
        "UPDATE setting SET is_pinned = ?3, pin_time = ?4 WHERE user = ?1 AND conversation = ?2 AND is_pinned <> ?3",
        (me.id, conversation, pinned, tx.now.0),
    )?;
    told(tx, me, conversation, changed)
}

/// Sets the receive option. The service obeys 1 (no messages); the others are the client's.
pub(super) fn set_recv_opt(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, opt: RecvOpt) -> Step<()> {
    let conversation = own(tx, me, id)?;
    let changed = tx.execute(
        "UPDATE setting SET recv_opt = ?3 WHERE user = ?1 AND conversation = ?2 AND recv_opt <> ?3",
        (me.id, conversation, opt as i64),
    )?;
    told(tx, me, conversation, changed)
}

/// Moves the read position forward. What is not there cannot have been read: the last message bounds it.
pub(super) fn read(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, position: ReadPosition) -> Step<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    let seq = i64::try_from(position.seq).unwrap_or(i64::MAX);
    let changed = tx.execute(
        "UPDATE setting SET read_seq = min(?3, c.last_seq), read_time = max(?4, read_time) FROM conversation c \
         WHERE user = ?1 AND conversation = ?2 AND c.id = ?2 AND read_seq < min(?3, c.last_seq)",
        (me.id, conversation, seq, position.timestamp),
    )?;
    if changed > 0
        && let Some(peer) = conversations::peer(tx.db, me.id, conversation)?.filter(|peer| *peer != me.id)
    {
        tx.tell(peer, Kind::PeerRead, conversation)?;
    }
    told(tx, me, conversation, changed)
}

fn told(tx: &mut Tx<'_>, me: &Me, conversation: i64, changed: usize) -> Step<()> {
    if changed > 0 {
        tx.tell(me.id, Kind::Settings, conversation)?;
    }
    Ok(())
}

/// The settings of a conversation as they are now, all of them: the service knows a read position for every
/// conversation, if only 0.
pub(super) fn load(db: &Connection, user: i64, conversation: i64) -> Step<Vec<Change>> {
    let Some(name) = conversations::name(db, user, conversation)? else {
        return Ok(Vec::new());
    };
    let mut statement = db.prepare_cached(
        "SELECT is_pinned, recv_opt, read_seq, read_time, pin_time FROM setting WHERE user = ?1 AND conversation = ?2",
    )?;
    let settings = statement.query_row((user, conversation), |row| {
        let read = Change::Read {
            conversation: name.clone(),
            up_to: Target::Seq(ReadPosition {
                seq: unsigned(row.get(2)?),
                timestamp: row.get(3)?,
            }),
        };
        let settings = Change::Settings {
            conversation: name,
            pinned: Some(row.get(0)?),
            recv_opt: Some(RecvOpt::try_from(row.get::<_, i64>(1)?).unwrap_or_default()),
            time: Micros(row.get(4)?),
        };
        Ok(vec![read, settings])
    });
    Ok(settings.optional()?.unwrap_or_default())
}

/// How far a user has read a conversation.
pub(super) fn position(db: &Connection, user: i64, conversation: i64) -> Step<Option<ReadPosition>> {
    let mut statement =
        db.prepare_cached("SELECT read_seq, read_time FROM setting WHERE user = ?1 AND conversation = ?2")?;
    let position = statement.query_row((user, conversation), |row| {
        Ok(ReadPosition {
            seq: unsigned(row.get(0)?),
            timestamp: row.get(1)?,
        })
    });
    Ok(position.optional()?)
}

/// The conversations that concern a user, next after `after`.
pub(super) fn conversations_of(db: &Connection, user: i64, after: i64, limit: i64) -> Step<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT conversation FROM setting WHERE user = ?1 AND conversation > ?2 ORDER BY conversation LIMIT ?3",
    )?;
    let rows = statement.query_map((user, after, limit), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
