//! The outbox: commands that the server has not confirmed yet.

use super::columns::text;
use super::error::is_unreadable;
use crate::model::{ConversationId, SettingKind};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::borrow::Cow;

/// The kinds of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandKind {
    /// Send a message.
    Send,
    /// Edit a message.
    Modify,
    /// React to a message.
    React,
    /// Recall a message.
    Revoke,
    /// Delete messages.
    DeleteMessages,
    /// Clear the history of a conversation.
    ClearHistory,
    /// Delete a conversation.
    DeleteConversation,
    /// Change a setting.
    Setting(SettingKind),
    /// Move the read position.
    Read,
    /// Tell the senders of messages that they were read.
    ReadReceipts,
    /// Ask for the profile of a conversation's user.
    SubscribeProfile,
}

impl CommandKind {
    /// Those that are no setting.
    const OTHERS: [Self; 10] = [
        Self::Send,
        Self::Modify,
        Self::React,
        Self::Revoke,
        Self::DeleteMessages,
        Self::ClearHistory,
        Self::DeleteConversation,
        Self::Read,
        Self::ReadReceipts,
        Self::SubscribeProfile,
    ];

    /// The name in the database and the log.
    pub(crate) fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Send => "send",
            Self::Modify => "modify",
            Self::React => "react",
            Self::Revoke => "revoke",
            Self::DeleteMessages => "deleteMessages",
            Self::ClearHistory => "clearHistory",
            Self::DeleteConversation => "deleteConversation",
            Self::Setting(kind) => return kind.name(),
            Self::Read => "read",
            Self::ReadReceipts => "readReceipts",
            // The name of the first versions, which released caches hold.
            Self::SubscribeProfile => "watch",
        })
    }

    fn parse(name: &str) -> Option<Self> {
        let other = Self::OTHERS.into_iter().find(|kind| kind.name() == name);
        other.or_else(|| SettingKind::parse(name).map(Self::Setting))
    }
}

impl ToSql for CommandKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.name() {
            Cow::Borrowed(name) => name.into(),
            Cow::Owned(name) => name.into(),
        })
    }
}

impl FromSql for CommandKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(&String::from_utf8_lossy(value.as_bytes()?)).ok_or(FromSqlError::InvalidType)
    }
}

/// One command. `value` and `undo` are JSON; what they mean depends on `kind` and is the engine's to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutboxRow {
    /// Its number; 0 for a row that is not stored yet.
    pub(crate) id: i64,
    /// The kind of command.
    pub(crate) kind: CommandKind,
    /// The conversation it concerns.
    pub(crate) conversation_id: ConversationId,
    /// The message it concerns; empty when none.
    pub(crate) msg_id: String,
    /// The argument.
    pub(crate) value: String,
    /// The value to go back to when the server refuses.
    pub(crate) undo: String,
}

/// A command for a conversation that cannot be is one that cannot be read.
fn conversation_id(row: &Row<'_>) -> rusqlite::Result<ConversationId> {
    ConversationId::parse("conversation_id", row.get::<_, String>(2)?)
        .map_err(|_| rusqlite::Error::InvalidColumnType(2, "conversation_id".to_owned(), Type::Text))
}

const COLUMNS: &str = "id, kind, conversation_id, msg_id, value, undo";

fn from_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        conversation_id: conversation_id(row)?,
        msg_id: row.get(3)?,
        value: row.get(4)?,
        undo: row.get(5)?,
    })
}

/// What can be said of a command that may not be readable as a whole; `None` when that is not even what kind it is, and of which
/// conversation.
pub(crate) fn outline(db: &Connection, id: i64) -> rusqlite::Result<Option<OutboxRow>> {
    let read = |row: &Row<'_>| {
        Ok(OutboxRow {
            id,
            kind: row.get(1)?,
            conversation_id: conversation_id(row)?,
            msg_id: text(row, 3)?,
            value: text(row, 4)?,
            undo: text(row, 5)?,
        })
    };
    let found = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?
        .query_row([id], read);
    match found.optional() {
        Err(error) if is_unreadable(&error) => Ok(None),
        found => found,
    }
}

/// Appends a command and returns its number.
pub(crate) fn append(db: &Connection, row: &OutboxRow) -> rusqlite::Result<i64> {
    // The table is AUTOINCREMENT: no number is given twice, so a late outcome cannot end another command.
    db.prepare_cached("INSERT INTO outbox (kind, conversation_id, msg_id, value, undo) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .insert(params![row.kind, row.conversation_id, row.msg_id, row.value, row.undo])
}

/// The number of the first command after a number, whether or not the command can be read.
pub(crate) fn number_after(db: &Connection, id: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM outbox WHERE id > ?1 ORDER BY id LIMIT 1")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// The command with that number.
pub(crate) fn by_id(db: &Connection, id: i64) -> rusqlite::Result<Option<OutboxRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// Whether a command was handed to the backend, so that the server may have it.
pub(crate) fn is_handed_out(db: &Connection, id: i64) -> rusqlite::Result<bool> {
    let handed_out = db
        .prepare_cached("SELECT handed_out FROM outbox WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(handed_out.unwrap_or_default())
}

/// Notes that a command is handed to the backend. Says whether it was before.
pub(crate) fn hand_out(db: &Connection, id: i64) -> rusqlite::Result<bool> {
    let changed = db
        .prepare_cached("UPDATE outbox SET handed_out = 1 WHERE id = ?1 AND handed_out = 0")?
        .execute([id])?;
    Ok(changed == 0)
}

/// Notes the same of all commands.
pub(crate) fn hand_out_all(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE outbox SET handed_out = 1", [])?;
    Ok(())
}

/// The message of a command that may not be readable as a whole.
pub(crate) fn msg_id(db: &Connection, id: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT msg_id FROM outbox WHERE id = ?1")?
        .query_row([id], |row| text(row, 0))
        .optional()
}

/// What a command goes back to, which may be readable although the command is not.
pub(crate) fn undo(db: &Connection, id: i64) -> rusqlite::Result<String> {
    let undo = db
        .prepare_cached("SELECT undo FROM outbox WHERE id = ?1")?
        .query_row([id], |row| text(row, 0))
        .optional()?;
    Ok(undo.unwrap_or_default())
}

/// The commands of a kind for a conversation, oldest first.
pub(crate) fn of_kind(
    db: &Connection,
    conversation_id: &ConversationId,
    kind: CommandKind,
) -> rusqlite::Result<Vec<OutboxRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE conversation_id = ?1 AND kind = ?2 ORDER BY id"
    ))?
    .query_map(params![conversation_id, kind], from_row)?
    // One that cannot be read is dealt with when its turn comes, and must not be in the way of others until then.
    .filter(|row| !row.as_ref().is_err_and(is_unreadable))
    .collect()
}

/// How many commands there are.
pub(crate) fn count(db: &Connection) -> rusqlite::Result<usize> {
    let count: i64 = db.query_row("SELECT count(*) FROM outbox", (), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// The first and the last number of a conversation's commands.
pub(crate) fn bounds(db: &Connection, conversation_id: &ConversationId) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut statement = db.prepare_cached("SELECT min(id), max(id) FROM outbox WHERE conversation_id = ?1")?;
    let bounds = statement.query_row([conversation_id], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
    })?;
    Ok(bounds.0.zip(bounds.1))
}

/// Replaces the value that a command goes back to.
pub(crate) fn set_undo(db: &Connection, id: i64, undo: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE outbox SET undo = ?2 WHERE id = ?1")?
        .execute(params![id, undo])?;
    Ok(())
}

/// Replaces the argument of a command.
pub(crate) fn set_value(db: &Connection, id: i64, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE outbox SET value = ?2 WHERE id = ?1")?
        .execute(params![id, value])?;
    Ok(())
}

/// Takes a command off.
pub(crate) fn remove(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::database;

    const PIN: CommandKind = CommandKind::Setting(SettingKind::Pinned);

    fn command(kind: CommandKind, id: &str) -> OutboxRow {
        OutboxRow {
            id: 0,
            kind,
            conversation_id: ConversationId::trusted(id),
            msg_id: "m".to_owned(),
            value: "true".to_owned(),
            undo: "false".to_owned(),
        }
    }

    #[test]
    fn commands_come_out_in_the_order_they_went_in_until_they_are_removed() {
        let db = database();
        let first = append(&db, &command(PIN, "c2c_a")).unwrap();
        let second = append(&db, &command(CommandKind::Send, "c2c_b")).unwrap();
        assert_eq!(number_after(&db, 0).unwrap(), Some(first));
        assert_eq!(number_after(&db, first).unwrap(), Some(second));
        remove(&db, first).unwrap();
        assert_eq!(number_after(&db, 0).unwrap(), Some(second));
        assert_eq!(number_after(&db, second).unwrap(), None);
    }

    #[test]
    fn a_command_is_handed_out_once_and_known_as_such_after_that() {
        let db = database();
        let id = append(&db, &command(PIN, "c2c_a")).unwrap();
        assert!(!is_handed_out(&db, id).unwrap());
        assert!(!hand_out(&db, id).unwrap());
        assert!(is_handed_out(&db, id).unwrap() && hand_out(&db, id).unwrap());
    }

    #[test]
    fn a_number_is_not_used_again_so_that_a_late_outcome_cannot_end_another_command() {
        let db = database();
        let first = append(&db, &command(PIN, "c2c_a")).unwrap();
        remove(&db, first).unwrap();
        assert!(append(&db, &command(PIN, "c2c_a")).unwrap() > first);
    }

    #[test]
    fn every_kind_is_read_back_with_its_arguments() {
        let db = database();
        let settings = [SettingKind::Pinned, SettingKind::RecvOpt, SettingKind::CustomData].map(CommandKind::Setting);
        for kind in CommandKind::OTHERS.into_iter().chain(settings) {
            let id = append(&db, &command(kind, "c2c_a")).unwrap();
            assert_eq!(
                by_id(&db, id).unwrap(),
                Some(OutboxRow {
                    id,
                    ..command(kind, "c2c_a")
                })
            );
        }
    }

    #[test]
    fn the_commands_of_a_kind_are_those_of_one_conversation_oldest_first() {
        let db = database();
        let first = append(&db, &command(PIN, "c2c_a")).unwrap();
        append(&db, &command(PIN, "c2c_b")).unwrap();
        append(&db, &command(CommandKind::Read, "c2c_a")).unwrap();
        let last = append(&db, &command(PIN, "c2c_a")).unwrap();
        let found = of_kind(&db, &ConversationId::trusted("c2c_a"), PIN).unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [first, last]);
    }

    #[test]
    fn the_bounds_are_those_of_one_conversation() {
        let db = database();
        let id = ConversationId::trusted("c2c_a");
        assert_eq!(bounds(&db, &id).unwrap(), None);
        append(&db, &command(PIN, "c2c_b")).unwrap();
        let first = append(&db, &command(PIN, "c2c_a")).unwrap();
        let last = append(&db, &command(CommandKind::Send, "c2c_a")).unwrap();
        append(&db, &command(PIN, "c2c_b")).unwrap();
        assert_eq!(bounds(&db, &id).unwrap(), Some((first, last)));
        remove(&db, first).unwrap();
        assert_eq!(bounds(&db, &id).unwrap(), Some((last, last)));
    }

    #[test]
    fn a_refusal_goes_back_to_what_was_set_last() {
        let db = database();
        let id = append(&db, &command(PIN, "c2c_a")).unwrap();
        set_undo(&db, id, "true").unwrap();
        assert_eq!(by_id(&db, id).unwrap().unwrap().undo, "true");
    }
}
