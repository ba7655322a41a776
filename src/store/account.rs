//! The one row that belongs to the account as a whole.

use crate::model::{Micros, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// The account's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose cache this is.
    pub user_id: UserId,
    /// The highest activation ever given to a conversation.
    pub last_activation: i64,
    /// The sum of unread messages over the conversations that notify.
    pub total_unread: i64,
    /// When the first batch from the server was stored.
    pub first_sync_time: Option<Micros>,
    /// Where the next sync starts; the backend's own text.
    pub cursor: Option<String>,
}

/// The row, made for `user` when it is missing.
pub fn load_or_create(db: &Connection, user: &UserId) -> rusqlite::Result<Account> {
    let found = db
        .query_row(
            "SELECT user_id, last_activation, total_unread, first_sync_time, cursor FROM account WHERE id = 1",
            (),
            |row| {
                Ok(Account {
                    user_id: UserId::trusted(row.get::<_, String>(0)?),
                    last_activation: row.get(1)?,
                    total_unread: row.get(2)?,
                    first_sync_time: row.get::<_, Option<i64>>(3)?.map(Micros),
                    cursor: row.get(4)?,
                })
            },
        )
        .optional()?;
    if let Some(account) = found {
        return Ok(account);
    }
    db.execute(
        "INSERT INTO account (id, user_id) VALUES (1, ?1)",
        params![user.as_str()],
    )?;
    Ok(Account {
        user_id: user.clone(),
        last_activation: 0,
        total_unread: 0,
        first_sync_time: None,
        cursor: None,
    })
}

/// Writes the row back.
pub fn save(db: &Connection, account: &Account) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE account SET last_activation = ?1, total_unread = ?2, first_sync_time = ?3, cursor = ?4 WHERE id = 1",
    )?
    .execute(params![
        account.last_activation,
        account.total_unread,
        account.first_sync_time.map(|time| time.0),
        account.cursor
    ])?;
    Ok(())
}

/// The total as committed.
pub fn total_unread(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT total_unread FROM account WHERE id = 1")?
        .query_row((), |row| row.get(0))
}

/// The cursor as committed.
pub fn cursor(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT cursor FROM account WHERE id = 1")?
        .query_row((), |row| row.get(0))
}
