//! The stamps of what a user's devices share: of two changes the newer counts, whichever reaches the service last.

use super::change::Tx;
use super::error::ServiceResult;
use super::row::Name;
use crate::model::{Micros, Stamp};
use rusqlite::{Connection, OptionalExtension};

/// What a stamp is of: a setting, by the name of its kind, or that the conversation was deleted.
pub(super) const DELETED: &str = "deleted";

/// The stamp of what the service has.
pub(super) fn of(db: &Connection, user: i64, conversation: i64, kind: &str) -> ServiceResult<Stamp> {
    let mut statement = db
        .prepare_cached("SELECT time, device FROM setting_stamp WHERE user = ?1 AND conversation = ?2 AND kind = ?3")?;
    let stamp = statement.query_row((user, conversation, kind), |row| {
        Ok(Stamp {
            time: Micros(row.get(0)?),
            device: row.get::<_, Name>(1)?.0,
        })
    });
    Ok(stamp.optional()?.map_or_else(Stamp::default, Stamp::believed))
}

/// Takes a change's stamp. False, and nothing is stored, when the service has this change already, or a newer one.
pub(super) fn advance(tx: &Tx<'_>, user: i64, conversation: i64, kind: &str, stamp: &Stamp) -> ServiceResult<bool> {
    if *stamp <= of(tx.db, user, conversation, kind)? {
        return Ok(false);
    }
    tx.execute(
        "INSERT OR REPLACE INTO setting_stamp (user, conversation, kind, time, device) VALUES (?1, ?2, ?3, ?4, ?5)",
        (user, conversation, kind, stamp.time.0, &stamp.device),
    )?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::settings;
    use crate::backend::embedded::testing::{TestService, pinned};
    use crate::model::{ConversationId, SettingKind, UserId};

    #[test]
    fn a_stamp_that_nothing_could_follow_is_none() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let chat = ConversationId::c2c(&UserId::trusted("bob"));
        service.write(|tx| settings::set(tx, &alice, &chat, &pinned(true, 5)));
        service.write(|tx| tx.execute("UPDATE setting_stamp SET time = ?1", [i64::MAX]));
        service.write(|tx| settings::set(tx, &alice, &chat, &pinned(false, 7)));
        let stored = service.read(|db| of(db, alice.id, 1, &SettingKind::Pinned.name()));
        assert_eq!(stored.time, Micros(7));
    }
}
