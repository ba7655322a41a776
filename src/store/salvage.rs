//! What is saved from a damaged cache: what is nowhere else. The rest comes back from the server.

use super::error::{StoreError, StoreResult};
use super::message::{self, MessageRow};
use super::outbox::{self, OutboxRow};
use super::{connection, conversation, damage, message_ids};
use crate::model::{ConversationId, Error, Result, Status};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;
use std::path::Path;

/// A message, with the ids that servers which do not number messages know it by: (server's, sender's).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SalvagedMessage {
    /// Its row; the number of its conversation means nothing any more.
    pub(crate) row: MessageRow,
    /// Its ids.
    pub(crate) ids: Option<(String, String)>,
}

/// A command of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SalvagedCommand {
    /// The outbox row.
    pub(crate) entry: OutboxRow,
    /// The message it sends or recalls.
    pub(crate) message: Option<SalvagedMessage>,
}

/// A conversation's draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SalvagedDraft {
    /// The conversation.
    pub(crate) conversation_id: ConversationId,
    /// The text.
    pub(crate) text: String,
    /// When it was set, in seconds.
    pub(crate) timestamp: i64,
    /// The conversation's place in the list.
    pub(crate) activation: i64,
}

/// What could be read of a damaged cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Salvaged {
    /// The outbox, in its order.
    pub(crate) commands: Vec<SalvagedCommand>,
    /// Messages of ours that no server has and no command sends: refused ones, and those whose command is lost.
    pub(crate) unsent: Vec<(ConversationId, SalvagedMessage)>,
    /// The drafts.
    pub(crate) drafts: Vec<SalvagedDraft>,
    /// Rows that could not be read.
    lost: usize,
    /// Whether the end of each table was reached.
    is_whole: bool,
}

/// Reads what can be read. An error is one of the file system: then nothing is known to be lost.
pub(super) fn salvage(path: &Path) -> Result<Salvaged> {
    let found = read(path)?;
    if found.lost > 0 || !found.is_whole {
        // A row is given up only when the disk gives every byte and SQLite cannot read the row for a second time.
        damage::read_all(path)?;
        if read(path)? != found {
            return Err(Error::new(
                Status::IoFailed,
                "the damaged cache reads differently each time; nothing was changed",
            ));
        }
        log::warn!(
            "not all of the damaged cache can be read; {} rows could not be saved",
            found.lost
        );
    }
    Ok(found)
}

/// Whether something of a cache that was moved aside was not saved, as far as can be said.
pub(super) fn has_rest(path: &Path) -> bool {
    read(path).map_or(true, |found| found.lost > 0 || !found.is_whole)
}

fn read(path: &Path) -> Result<Salvaged> {
    let mut found = Salvaged {
        is_whole: true,
        ..Salvaged::default()
    };
    match connection::open_damaged(path) {
        Ok(db) => read_tables(&db, &mut found).map_err(StoreError::into_error)?,
        Err(error) => {
            unless_damage(error.into()).map_err(StoreError::into_error)?;
            found.is_whole = false;
        }
    }
    Ok(found)
}

/// Lets damage pass, and everything that only a damaged or foreign file can cause.
fn unless_damage(error: StoreError) -> StoreResult<()> {
    match error {
        error if error.is_damage() || error.is_unreadable() || error.is_schema() => Ok(()),
        error => Err(error),
    }
}

fn read_tables(db: &Connection, found: &mut Salvaged) -> StoreResult<()> {
    // By number, because one query over all rows would end at the first that cannot be read.
    let outbox = numbers(db, "SELECT id FROM outbox NOT INDEXED WHERE true", found)?;
    for id in outbox {
        if let Some(command) = row(found, command(db, id))?.flatten() {
            found.commands.push(command);
        }
    }
    // Where the outbox says nothing of them, these are all that is left of them.
    let unsent = numbers(
        db,
        "SELECT id FROM message NOT INDEXED WHERE seq = 0 AND (is_self OR status = 5)",
        found,
    )?;
    for id in unsent {
        let Some((conversation, message)) = row(found, unsent_message(db, id))?.flatten() else {
            continue;
        };
        let has_command = found
            .commands
            .iter()
            .any(|command| command.entry.msg_id == message.row.msg_id);
        if !has_command {
            found.unsent.push((conversation, message));
        }
    }
    let drafts = numbers(
        db,
        "SELECT id FROM conversation NOT INDEXED WHERE draft_text <> ''",
        found,
    )?;
    for id in drafts {
        if let Some(draft) = row(found, draft(db, id))?.flatten() {
            found.drafts.push(draft);
        }
    }
    Ok(())
}

/// A row; `None`, counted, when it is damaged.
fn row<T>(found: &mut Salvaged, read: StoreResult<T>) -> StoreResult<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            unless_damage(error)?;
            found.lost += 1;
            Ok(None)
        }
    }
}

/// The numbers of rows that can be reached, from both ends of the table, in their order.
fn numbers(db: &Connection, select: &str, found: &mut Salvaged) -> StoreResult<BTreeSet<i64>> {
    let mut numbers = BTreeSet::new();
    for order in ["ASC", "DESC"] {
        let mut walk = || -> StoreResult<()> {
            let mut statement = db.prepare(&format!("{select} ORDER BY id {order}"))?;
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                numbers.insert(row.get(0)?);
            }
            Ok(())
        };
        match walk() {
            Ok(()) => break,
            Err(error) => {
                unless_damage(error)?;
                found.is_whole = false;
            }
        }
    }
    Ok(numbers)
}

fn command(db: &Connection, id: i64) -> StoreResult<Option<SalvagedCommand>> {
    let Some(entry) = outbox::by_id(db, id)? else {
        return Ok(None);
    };
    let message = if entry.msg_id.is_empty() {
        None
    } else {
        message_of(db, &entry.msg_id)?
    };
    Ok(Some(SalvagedCommand { entry, message }))
}

/// Without its index a message is still found by a look at all.
fn message_of(db: &Connection, msg_id: &str) -> StoreResult<Option<SalvagedMessage>> {
    let row = match message::by_msg_id(db, msg_id) {
        Ok(Some(row)) => Some(row),
        Ok(None) => by_msg_id_without_index(db, msg_id)?,
        Err(error) => {
            unless_damage(error.into())?;
            by_msg_id_without_index(db, msg_id)?
        }
    };
    row.map(|row| with_ids(db, row)).transpose()
}

fn by_msg_id_without_index(db: &Connection, msg_id: &str) -> StoreResult<Option<MessageRow>> {
    let found = db
        .prepare("SELECT id FROM message NOT INDEXED WHERE msg_id = ?1")?
        .query_row([msg_id], |row| row.get(0))
        .optional()?;
    Ok(match found {
        Some(number) => message::by_number(db, number)?,
        None => None,
    })
}

fn with_ids(db: &Connection, row: MessageRow) -> StoreResult<SalvagedMessage> {
    let ids = match message_ids::of(db, row.id) {
        Ok(ids) => ids,
        // A recall by `msgID` may still work.
        Err(error) => unless_damage(error.into()).map(|()| None)?,
    };
    Ok(SalvagedMessage { row, ids })
}

fn unsent_message(db: &Connection, id: i64) -> StoreResult<Option<(ConversationId, SalvagedMessage)>> {
    let Some(mut row) = message::by_number(db, id)? else {
        return Ok(None);
    };
    let Some(conversation) = conversation::by_number(db, row.conversation)? else {
        return Ok(None);
    };
    // It is not sent any more, so it is not newer than what is to come. The sync brings what lay before it under higher
    // row numbers: one further it is still behind that, and before the message of that number.
    row.position = row.position.min(conversation.max_seq) + 1;
    Ok(Some((conversation.conversation_id, with_ids(db, row)?)))
}

fn draft(db: &Connection, id: i64) -> StoreResult<Option<SalvagedDraft>> {
    Ok(conversation::by_number(db, id)?.map(|row| SalvagedDraft {
        conversation_id: row.conversation_id,
        text: row.draft_text,
        timestamp: row.draft_timestamp,
        activation: row.activation,
    }))
}
