//! The account's own row: there is one.

use super::columns::{number_of, optional_text, order_time, readable_text};
use super::sealed::{seal, sealed_text};
use crate::model::{AllRecvOpt, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The account's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Whose cache this is.
    pub(crate) user_id: UserId,
    /// The highest activation ever given to a conversation.
    // Not the maximum of the rows: a deleted conversation has left the list and still had its activation.
    pub(crate) last_activation: i64,
    /// The time of the newest message that the server is known to have, or of what else gives all devices the same order. Not
    /// stored: what is older comes as history after the next start.
    pub(crate) newest_known: Micros,
    /// The sum of unread messages over the conversations that notify.
    pub(crate) total_unread: i64,
    /// When the first batch from the server was stored.
    pub(crate) first_sync_time: Option<Micros>,
    /// Where the next sync starts; the backend's own text.
    pub(crate) cursor: Option<String>,
    /// What tells this device from the user's others in stamps.
    pub(crate) device_id: String,
    /// The highest time of any stamp seen.
    pub(crate) last_stamp: Micros,
    /// The receive option of all conversations together.
    pub(crate) all_recv_opt: AllRecvOpt,
}

/// The row; `None` when it was never made.
pub(crate) fn load(db: &Connection) -> rusqlite::Result<Option<Account>> {
    db.query_row(
        "SELECT user_id, last_activation, total_unread, first_sync_time, cursor, device_id, last_stamp, \
         all_recv_opt FROM account WHERE id = 1",
        (),
        |row| {
            Ok(Account {
                user_id: row.get(0)?,
                last_activation: order_time(row, 1)?,
                newest_known: Micros::default(),
                total_unread: number_of(row, 2)?,
                first_sync_time: row.get(3)?,
                cursor: sealed_text(row, 4)?,
                device_id: readable_text(row, 5)?.unwrap_or_default(),
                last_stamp: row.get(6)?,
                all_recv_opt: stored_opt(row, 7)?,
            })
        },
    )
    .optional()
}

/// The row, made for `user` when it is missing.
pub(crate) fn load_or_create(db: &Connection, user: &UserId) -> rusqlite::Result<Account> {
    if let Some(account) = load(db)? {
        return Ok(account);
    }
    // Of an empty cache these are 0. Of one whose row was lost they are what the row said.
    let (last_activation, total_unread, last_stamp) = db.query_row(
        "SELECT coalesce(max(activation), 0), \
         CAST(total(iif(orderkey IS NOT NULL AND recv_opt = 0, unread_count, 0)) AS INTEGER), \
         (SELECT coalesce(max(time), 0) FROM setting_stamp) FROM conversation",
        (),
        |row| Ok((order_time(row, 0)?, number_of(row, 1)?, row.get(2)?)),
    )?;
    // An id of the cache, not of the machine: a folder that was copied is one device, which no stamp could tell apart.
    let device_id: String = db.query_row("SELECT lower(hex(randomblob(8)))", (), |row| row.get(0))?;
    // Not with RETURNING: of a row that it gives nobody learns whether it could be committed.
    db.execute(
        "INSERT INTO account (id, user_id, last_activation, total_unread, last_stamp, device_id) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        params![user, last_activation, total_unread, last_stamp, device_id],
    )?;
    Ok(Account {
        user_id: user.clone(),
        last_activation,
        newest_known: Micros::default(),
        total_unread,
        first_sync_time: None,
        cursor: None,
        device_id,
        last_stamp,
        all_recv_opt: AllRecvOpt::default(),
    })
}

/// A number higher than all that were given before, for an edit that is told.
pub(crate) fn next_edit_number(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("UPDATE account SET edits_told = edits_told + 1 WHERE id = 1")?
        .execute(())?;
    db.prepare_cached("SELECT edits_told FROM account WHERE id = 1")?
        .query_row((), |row| number_of(row, 0))
}

/// Writes the row back.
pub(crate) fn save(db: &Connection, account: &Account) -> rusqlite::Result<()> {
    db.prepare_cached(
        // Never the user id: a cache does not change hands.
        "UPDATE account SET last_activation = ?1, total_unread = ?2, first_sync_time = ?3, cursor = ?4, last_stamp = ?5, \
         all_recv_opt = ?6 WHERE id = 1",
    )?
    .execute(params![
        account.last_activation,
        account.total_unread,
        account.first_sync_time,
        account.cursor.as_deref().map(seal),
        account.last_stamp,
        serde_json::to_string(&account.all_recv_opt).ok(),
    ])?;
    Ok(())
}

/// The receive option of all conversations, in a column. One that the disk has damaged is as good as none: what another
/// device sets next replaces it.
fn stored_opt(row: &Row<'_>, column: usize) -> rusqlite::Result<AllRecvOpt> {
    let json = optional_text(row, column)?;
    Ok(json
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

/// The receive option of all conversations, as committed.
pub(crate) fn all_recv_opt(db: &Connection) -> rusqlite::Result<AllRecvOpt> {
    db.prepare_cached("SELECT all_recv_opt FROM account WHERE id = 1")?
        .query_row((), |row| stored_opt(row, 0))
}

/// The total as committed.
pub(crate) fn total_unread(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT total_unread FROM account WHERE id = 1")?
        .query_row((), |row| number_of(row, 0))
}

/// The cursor as committed.
pub(crate) fn cursor(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT cursor FROM account WHERE id = 1")?
        .query_row((), |row| sealed_text(row, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::database;

    #[test]
    fn the_account_is_made_once_and_comes_back_as_it_was_saved() {
        let db = database();
        let mut account = load_or_create(&db, &UserId::trusted("alice")).unwrap();
        assert_eq!((account.total_unread, account.first_sync_time), (0, None));
        let other = load_or_create(&database(), &UserId::trusted("alice")).unwrap();
        assert_ne!(account.device_id, other.device_id, "each cache is a device");
        account.last_activation = 5;
        account.total_unread = 7;
        account.first_sync_time = Some(Micros(9));
        account.cursor = Some("at".to_owned());
        account.last_stamp = Micros(11);
        account.all_recv_opt = AllRecvOpt::from_moment(crate::model::RecvOpt::NotNotify, 7, 8).unwrap();
        save(&db, &account).unwrap();
        assert_eq!(
            load_or_create(&db, &UserId::trusted("bob")).unwrap(),
            account,
            "it is alice's"
        );
        assert_eq!(total_unread(&db).unwrap(), 7);
        assert_eq!(cursor(&db).unwrap().as_deref(), Some("at"));
    }

    /// As on a full disk: the row is written, and lost when it is to be committed.
    #[test]
    fn a_row_that_could_not_be_committed_is_none() {
        let db = database();
        db.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE room (id INTEGER PRIMARY KEY); \
             CREATE TABLE taken (id INTEGER REFERENCES room (id) DEFERRABLE INITIALLY DEFERRED); \
             CREATE TRIGGER full AFTER INSERT ON account BEGIN INSERT INTO taken VALUES (1); END",
        )
        .unwrap();
        assert!(load_or_create(&db, &UserId::trusted("alice")).is_err());
        assert!(load(&db).unwrap().is_none());
    }
}
