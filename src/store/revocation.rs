//! Who has recalled messages, and why.

use super::columns::text;
use crate::model::{ConversationId, Recall, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// Keeps by whom a message was recalled, in place of what was known of that.
pub(crate) fn save(db: &Connection, message: i64, recall: &Recall) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO revocation (message, revoker, reason) VALUES (?1, ?2, ?3)")?
        .execute(params![message, revoker(recall), recall.reason])?;
    Ok(())
}

/// By whom a message was recalled; `None` when it was not, or when nobody says it.
pub(crate) fn of(db: &Connection, message: i64) -> rusqlite::Result<Option<Recall>> {
    db.prepare_cached("SELECT revoker, reason FROM revocation WHERE message = ?1")?
        .query_row([message], |row| Ok(recall(text(row, 0)?, text(row, 1)?)))
        .optional()
}

/// The message is not recalled after all.
pub(crate) fn forget(db: &Connection, message: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM revocation WHERE message = ?1")?
        .execute([message])?;
    Ok(())
}

/// The conversations with messages that a user has recalled.
pub(crate) fn conversations_of(db: &Connection, user: &UserId) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare_cached(
        "SELECT DISTINCT c.conversation_id FROM revocation r JOIN message m ON m.id = r.message \
         JOIN conversation c ON c.id = m.conversation WHERE r.revoker = ?1",
    )?
    .query_map([user], |row| row.get(0))?
    .collect()
}

/// The user in a column: empty where it is not known who it was.
pub(super) fn revoker(recall: &Recall) -> &str {
    recall.by.as_ref().map_or("", UserId::as_str)
}

/// What two columns say.
pub(super) fn recall(revoker: String, reason: String) -> Recall {
    Recall {
        by: (!revoker.is_empty()).then(|| UserId::trusted(revoker)),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn a_recall_is_kept_as_long_as_its_message() {
        let db = database();
        let row = message(&db, conversation(&db, "group_team", |_| {}), 1, |_| {});
        let by_carol = Recall {
            by: Some(UserId::trusted("carol")),
            reason: "rude".to_owned(),
        };
        assert_eq!(of(&db, row.id).unwrap(), None);
        save(&db, row.id, &Recall::default()).unwrap();
        assert_eq!(of(&db, row.id).unwrap(), Some(Recall::default()));
        save(&db, row.id, &by_carol).unwrap();
        assert_eq!(of(&db, row.id).unwrap(), Some(by_carol.clone()));
        let group = [ConversationId::trusted("group_team")];
        assert_eq!(conversations_of(&db, &UserId::trusted("carol")).unwrap(), group);
        forget(&db, row.id).unwrap();
        assert_eq!(of(&db, row.id).unwrap(), None);
        db.pragma_update(None, "foreign_keys", true).unwrap();
        save(&db, row.id, &by_carol).unwrap();
        crate::store::message::delete(&db, row.id).unwrap();
        assert_eq!(of(&db, row.id).unwrap(), None);
    }
}
