//! Conversation rows: those of the list, and those that only remember a setting.

use super::columns::{number_of, order_time, text};
use crate::model::order::PIN_BIT;
use crate::model::{ConversationId, ConversationType, GroupKeys, Marks, OrderKey, Place, RecvOpt, UserId, exact};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// One row. Fields are what the columns of the same name mean in docs/schema.sql.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) struct ConversationRow {
    /// 0 for a row that is not stored yet.
    pub(crate) id: i64,
    pub(crate) conversation_id: ConversationId,
    pub(crate) is_listed: bool,
    pub(crate) last_time: i64,
    pub(crate) activation: i64,
    pub(crate) is_pinned: bool,
    pub(crate) is_deleted: bool,
    pub(crate) is_listed_by_message: bool,
    pub(crate) recv_opt: RecvOpt,
    pub(crate) unread_count: i64,
    pub(crate) is_read_known: bool,
    pub(crate) read_seq: i64,
    pub(crate) read_time: i64,
    pub(crate) peer_read_seq: i64,
    pub(crate) delivered_seq: i64,
    pub(crate) max_seq: i64,
    pub(crate) cleared_seq: i64,
    pub(crate) draft_timestamp: i64,
    pub(crate) draft_text: String,
    pub(crate) last_sender: String,
    pub(crate) hidden_spans: String,
    pub(crate) marks: Marks,
    pub(crate) custom_data: String,
    pub(crate) group_keys: GroupKeys,
    pub(crate) facets: i64,
    /// `out_until` and `out_after`.
    pub(crate) out: Place,
    pub(crate) json: String,
}

impl ConversationRow {
    /// A row that remembers nothing yet.
    pub(crate) fn new(id: &ConversationId) -> Self {
        Self {
            id: 0,
            conversation_id: id.clone(),
            is_listed: false,
            // Below every time, so that in the older order conversations without a last message come last.
            last_time: -1,
            activation: 0,
            is_pinned: false,
            is_deleted: false,
            is_listed_by_message: false,
            recv_opt: RecvOpt::Receive,
            unread_count: 0,
            is_read_known: false,
            read_seq: 0,
            read_time: 0,
            peer_read_seq: 0,
            delivered_seq: 0,
            max_seq: 0,
            cleared_seq: 0,
            draft_timestamp: 0,
            draft_text: String::new(),
            last_sender: String::new(),
            hidden_spans: String::new(),
            marks: Marks::default(),
            custom_data: String::new(),
            group_keys: GroupKeys::default(),
            facets: 0,
            out: Place::default(),
            json: String::new(),
        }
    }

    /// The order key; `None` while the conversation is not in the list.
    pub(crate) fn orderkey(&self) -> Option<i64> {
        self.is_listed.then(|| OrderKey::new(self.activation, self.is_pinned).0)
    }
}

// The order key is written for its index and never read into a row: activation and pin give it.
const COLUMNS: &str = "id, conversation_id, orderkey IS NOT NULL, last_time, activation, is_pinned, is_deleted, recv_opt, \
    unread_count, is_read_known, read_seq, read_time, peer_read_seq, max_seq, cleared_seq, draft_timestamp, draft_text, \
    last_sender, json, hidden_spans, marks, custom_data, group_keys, facets, out_until, \
    out_after, delivered_seq, out_apart, is_listed_by_message";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    Ok(ConversationRow {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        is_listed: row.get(2)?,
        last_time: row.get::<_, i64>(3)?.clamp(-1, exact::MAX),
        activation: order_time(row, 4)?,
        is_pinned: row.get(5)?,
        is_deleted: row.get(6)?,
        recv_opt: row.get(7)?,
        unread_count: number_of(row, 8)?,
        is_read_known: row.get(9)?,
        read_seq: number_of(row, 10)?,
        read_time: number_of(row, 11)?,
        peer_read_seq: number_of(row, 12)?,
        max_seq: number_of(row, 13)?,
        cleared_seq: number_of(row, 14)?,
        draft_timestamp: number_of(row, 15)?,
        draft_text: text(row, 16)?,
        last_sender: text(row, 17)?,
        json: text(row, 18)?,
        hidden_spans: text(row, 19)?,
        marks: Marks::from_stored(row.get(20)?),
        custom_data: text(row, 21)?,
        group_keys: GroupKeys::from_stored(&text(row, 22)?),
        facets: row.get(23)?,
        out: Place {
            time: row.get(24)?,
            id: text(row, 25)?,
            // One that cannot be read is none: then times and places alone decide.
            apart: serde_json::from_str(&text(row, 27)?).unwrap_or_default(),
            ..Place::default()
        },
        delivered_seq: number_of(row, 26)?,
        is_listed_by_message: row.get(28)?,
    })
}

/// The row of a conversation.
pub(crate) fn load(db: &Connection, id: &ConversationId) -> rusqlite::Result<Option<ConversationRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM conversation WHERE conversation_id = ?1"
    ))?
    .query_row([id], from_row)
    .optional()
    // The index has found it by the right id, whatever has become of the one in the row.
    .map(|row| {
        row.map(|row| ConversationRow {
            conversation_id: id.clone(),
            ..row
        })
    })
}

/// The row with that number.
pub(crate) fn by_number(db: &Connection, number: i64) -> rusqlite::Result<Option<ConversationRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM conversation WHERE id = ?1"))?
        .query_row([number], from_row)
        .optional()
}

/// Stores a new row and returns its number.
pub(crate) fn insert(db: &Connection, row: &ConversationRow) -> rusqlite::Result<i64> {
    // Messages need the number at once; the rest is written at the end of the transaction.
    db.prepare_cached("INSERT INTO conversation (conversation_id) VALUES (?1)")?
        .insert([&row.conversation_id])
}

/// Writes a stored row back.
pub(crate) fn update(db: &Connection, row: &ConversationRow) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE conversation SET orderkey = ?2, last_time = ?3, activation = ?4, is_pinned = ?5, is_deleted = ?6, \
         recv_opt = ?7, unread_count = ?8, is_read_known = ?9, read_seq = ?10, read_time = ?11, peer_read_seq = ?12, \
         max_seq = ?13, cleared_seq = ?14, draft_timestamp = ?15, draft_text = ?16, last_sender = ?17, json = ?18, hidden_spans = ?19, \
         marks = ?20, custom_data = ?21, group_keys = ?22, facets = ?23, out_until = ?24, out_after = ?25, \
         delivered_seq = ?26, out_apart = ?27, is_listed_by_message = ?28 WHERE id = ?1",
    )?
    .execute(params![
        row.id,
        row.orderkey(),
        row.last_time,
        row.activation,
        row.is_pinned,
        row.is_deleted,
        row.recv_opt,
        row.unread_count,
        row.is_read_known,
        row.read_seq,
        row.read_time,
        row.peer_read_seq,
        row.max_seq,
        row.cleared_seq,
        row.draft_timestamp,
        row.draft_text,
        row.last_sender,
        row.json,
        row.hidden_spans,
        row.marks.value().cast_signed(),
        row.custom_data,
        row.group_keys.to_stored(),
        row.facets,
        row.out.time,
        row.out.id,
        row.delivered_seq,
        as_list(&row.out.apart),
        row.is_listed_by_message,
    ])?;
    Ok(())
}

/// Ids as they are stored: a JSON array, or nothing.
pub(crate) fn as_list(ids: &[String]) -> String {
    if ids.is_empty() {
        String::new()
    } else {
        serde_json::json!(ids).to_string()
    }
}

/// Whether a conversation of the list, pinned or not, has this activation.
pub(crate) fn activation_taken(db: &Connection, activation: i64) -> rusqlite::Result<bool> {
    // The index is on order keys, so both keys of the activation are looked up. Pinning a conversation must not collide.
    db.prepare_cached("SELECT 1 FROM conversation WHERE orderkey IN (?1, ?2)")?
        .exists([activation, activation + PIN_BIT])
}

/// The listed conversations with an activation after this one, in the order of their activations.
pub(crate) fn activated_after(db: &Connection, activation: i64) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare(
        "SELECT conversation_id FROM conversation WHERE orderkey IS NOT NULL AND activation > ?1 ORDER BY activation",
    )?
    .query_map([activation], |row| row.get(0))?
    .collect()
}

/// The listed conversations whose last message this user sent.
pub(crate) fn with_last_sender(db: &Connection, user: &UserId) -> rusqlite::Result<Vec<ConversationId>> {
    // The second condition is that of the partial index, which SQLite does not use without it.
    db.prepare_cached("SELECT conversation_id FROM conversation WHERE last_sender = ?1 AND last_sender <> ''")?
        .query_map([user], |row| row.get(0))?
        .collect()
}

/// The listed conversations that hold messages after their read position: all, or those of one type.
pub(crate) fn with_unread(
    db: &Connection,
    kind: Option<ConversationType>,
) -> rusqlite::Result<Vec<(ConversationId, i64)>> {
    // Not LIKE, for which the `_` of a prefix stands for any character.
    let prefix = kind.map_or("", ConversationType::prefix);
    db.prepare_cached(
        "SELECT conversation_id, max_seq FROM conversation WHERE orderkey IS NOT NULL AND read_seq < max_seq \
         AND substr(conversation_id, 1, length(?1)) = ?1",
    )?
    .query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// All conversations, also those that are not in the list.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare_cached("SELECT conversation_id FROM conversation ORDER BY id")?
        .query_map((), |row| row.get(0))?
        .collect()
}

/// The number and the rendered JSON of a listed conversation.
pub(crate) fn json(db: &Connection, id: &ConversationId) -> rusqlite::Result<Option<(i64, String)>> {
    db.prepare_cached("SELECT id, json FROM conversation WHERE conversation_id = ?1 AND orderkey IS NOT NULL")?
        .query_row([id], |row| Ok((row.get(0)?, text(row, 1)?)))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::store::fixture::{conversation, database};

    fn id(id: &str) -> ConversationId {
        ConversationId::trusted(id)
    }

    #[test]
    fn a_row_is_loaded_as_it_was_written() {
        let db = database();
        let mut row = ConversationRow::new(&id("c2c_bob"));
        row.id = insert(&db, &row).unwrap();
        assert_eq!(
            load(&db, &row.conversation_id).unwrap().as_ref(),
            Some(&row),
            "a new row"
        );
        row = ConversationRow {
            is_listed: true,
            last_time: 1,
            activation: 2,
            is_pinned: true,
            is_deleted: true,
            is_listed_by_message: true,
            recv_opt: RecvOpt::NotNotify,
            unread_count: 3,
            is_read_known: true,
            read_seq: 4,
            read_time: 5,
            peer_read_seq: 6,
            delivered_seq: 7,
            max_seq: 7,
            cleared_seq: 8,
            draft_timestamp: 9,
            draft_text: "draft".to_owned(),
            last_sender: "bob".to_owned(),
            hidden_spans: "[]".to_owned(),
            marks: Marks::from_stored(5),
            custom_data: "data".to_owned(),
            group_keys: GroupKeys::from_stored("3,7"),
            facets: 10,
            out: Place {
                time: Micros(11),
                id: "m".to_owned(),
                apart: vec!["n".to_owned()],
                ..Place::default()
            },
            json: "{}".to_owned(),
            ..row
        };
        update(&db, &row).unwrap();
        assert_eq!(load(&db, &row.conversation_id).unwrap(), Some(row));
        assert_eq!(load(&db, &id("c2c_unknown")).unwrap(), None);
    }

    #[test]
    fn an_activation_is_taken_by_a_listed_conversation_pinned_or_not() {
        let db = database();
        conversation(&db, "c2c_a", |row| (row.is_listed, row.activation) = (true, 5));
        conversation(&db, "c2c_b", |row| {
            (row.is_listed, row.is_pinned, row.activation) = (true, true, 6);
        });
        conversation(&db, "c2c_c", |row| row.activation = 7);
        let taken = |activation| activation_taken(&db, activation).unwrap();
        assert_eq!([5, 6, 7, 8].map(taken), [true, true, false, false]);
    }

    #[test]
    fn conversations_with_unread_messages_are_listed_and_have_messages_after_the_read_position() {
        let db = database();
        for (name, is_listed, read_seq) in [
            ("c2c_a", true, 1),
            ("c2c_b", true, 2),
            ("c2c_c", false, 1),
            ("group_g", true, 0),
        ] {
            conversation(&db, name, |row| {
                (row.is_listed, row.activation) = (is_listed, row.id);
                (row.read_seq, row.max_seq) = (read_seq, 2);
            });
        }
        let (a, g) = ((id("c2c_a"), 2), (id("group_g"), 2));
        assert_eq!(
            with_unread(&db, Some(ConversationType::C2c)).unwrap(),
            std::slice::from_ref(&a)
        );
        assert_eq!(
            with_unread(&db, Some(ConversationType::Group)).unwrap(),
            std::slice::from_ref(&g)
        );
        assert_eq!(with_unread(&db, None).unwrap(), [a, g]);
    }

    #[test]
    fn only_a_listed_conversation_has_json_to_show() {
        let db = database();
        conversation(&db, "c2c_a", |row| (row.is_listed, row.json) = (true, "{}".to_owned()));
        conversation(&db, "c2c_b", |row| row.json = "{}".to_owned());
        assert_eq!(json(&db, &id("c2c_a")).unwrap().unwrap().1, "{}");
        assert_eq!(json(&db, &id("c2c_b")).unwrap(), None);
    }

    #[test]
    fn a_sender_is_found_by_the_conversations_whose_last_message_they_sent() {
        let db = database();
        conversation(&db, "group_g", |row| row.last_sender = "bob".to_owned());
        conversation(&db, "group_h", |_| {});
        assert_eq!(with_last_sender(&db, &UserId::trusted("bob")).unwrap(), [id("group_g")]);
        assert_eq!(with_last_sender(&db, &UserId::trusted("")).unwrap(), []);
    }
}
