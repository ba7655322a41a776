//! Numbered migrations. `PRAGMA user_version` is the number of the last one applied.

use super::fault::Fallible;
use crate::model::{Error, Status};
use rusqlite::{Connection, TransactionBehavior};

/// Each migration once, in order; a released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_archives.sql"),
];

/// Brings the schema up to date. Says whether the database was empty before.
pub(super) fn migrate(db: &mut Connection) -> Fallible<bool> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored: u32 = transaction.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    let version = usize::try_from(stored).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        return Err(Error::new(
            Status::DatabaseFailed,
            format!(
                "the cache has schema {version}; this libim knows up to {}: it was made by a newer one",
                MIGRATIONS.len()
            ),
        )
        .into());
    }
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(
            None,
            "user_version",
            u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX),
        )?;
    }
    transaction.commit()?;
    Ok(version == 0)
}
