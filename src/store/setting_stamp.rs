//! When, and on which device, each shared setting of a conversation got its value.

use super::columns::readable_text;
use crate::model::{ConversationId, Stamp};
use rusqlite::{Connection, OptionalExtension, params};

/// What a stamp is of: a setting, by the name of its kind, or that the conversation was deleted.
pub(crate) const DELETED: &str = "deleted";

/// The stamp; the oldest there is when none is stored.
pub(crate) fn of(db: &Connection, conversation: &ConversationId, kind: &str) -> rusqlite::Result<Stamp> {
    let stamp = db
        .prepare_cached("SELECT time, device FROM setting_stamp WHERE conversation_id = ?1 AND kind = ?2")?
        .query_row(params![conversation, kind], |row| {
            Ok(Stamp {
                time: row.get(0)?,
                device: readable_text(row, 1)?.unwrap_or_default(),
            })
        })
        .optional()?;
    Ok(stamp.unwrap_or_default())
}

/// Stores a stamp in place of the one before.
pub(crate) fn save(db: &Connection, conversation: &ConversationId, kind: &str, stamp: &Stamp) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO setting_stamp (conversation_id, kind, time, device) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![conversation, kind, stamp.time, stamp.device])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::store::fixture::database;

    #[test]
    fn each_setting_of_a_conversation_has_a_stamp_of_its_own() {
        let db = database();
        let (bob, carol) = (ConversationId::trusted("c2c_bob"), ConversationId::trusted("c2c_carol"));
        let stamp = |time| Stamp {
            time: Micros(time),
            device: "d".to_owned(),
        };
        for (conversation, kind, time) in [
            (&bob, "pin", 1),
            (&bob, DELETED, 2),
            (&carol, "pin", 3),
            (&bob, "pin", 4),
        ] {
            save(&db, conversation, kind, &stamp(time)).unwrap();
        }
        assert_eq!(of(&db, &bob, "pin").unwrap(), stamp(4));
        assert_eq!(of(&db, &bob, DELETED).unwrap(), stamp(2));
        assert_eq!(of(&db, &carol, DELETED).unwrap(), Stamp::default());
    }
}
