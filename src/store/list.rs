//! The list in pages: keyset reads over the conversations that are in it.
//!
//! A key is the place of a row: its order key alone, or in the older SDKs' order the last message's time before it. Both
//! orders have an index that holds them, so a page costs as many steps as it has rows.

use super::error::StoreResult;
use crate::model::{ConversationId, ConversationOrder};
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::ControlFlow;

/// The place of a row: (last message's time in seconds, order key). The time is 0 in the default order.
pub(crate) type ListKey = (i64, i64);

// Each names the condition of its partial index, `orderkey IS NOT NULL`; a comparison of `orderkey` alone implies it.
// `?1 >= ?3` is always true: it lets both statements take the same parameters.
fn page_sql(order: ConversationOrder) -> &'static str {
    match order {
        ConversationOrder::OrderKey => {
            "SELECT 0, orderkey, id, json FROM conversation WHERE orderkey < ?2 AND orderkey >= ?4 AND ?1 >= ?3 \
             ORDER BY orderkey DESC LIMIT ?5"
        }
        ConversationOrder::LastMessageTimestamp => {
            "SELECT last_time, orderkey, id, json FROM conversation WHERE orderkey IS NOT NULL \
             AND (last_time, orderkey) < (?1, ?2) AND (last_time, orderkey) >= (?3, ?4) \
             ORDER BY last_time DESC, orderkey DESC LIMIT ?5"
        }
    }
}

fn nth_key_sql(order: ConversationOrder) -> &'static str {
    match order {
        ConversationOrder::OrderKey => {
            "SELECT 0, orderkey FROM conversation WHERE orderkey IS NOT NULL ORDER BY orderkey DESC LIMIT 1 OFFSET ?1"
        }
        ConversationOrder::LastMessageTimestamp => {
            "SELECT last_time, orderkey FROM conversation WHERE orderkey IS NOT NULL \
             ORDER BY last_time DESC, orderkey DESC LIMIT 1 OFFSET ?1"
        }
    }
}

/// Hands `each` up to `limit` rows below `cursor` and not below `floor`, in the order of the list: the key, the
/// row's number and the rendered JSON, which is lent because a copy of every row is what a page mostly costs. `None` when
/// it is no text any more.
pub(crate) fn page(
    db: &Connection,
    order: ConversationOrder,
    cursor: ListKey,
    floor: ListKey,
    limit: i64,
    mut each: impl FnMut(ListKey, i64, Option<&str>) -> ControlFlow<()>,
) -> StoreResult<()> {
    let mut statement = db.prepare_cached(page_sql(order))?;
    let mut rows = statement.query(params![cursor.0, cursor.1, floor.0, floor.1, limit])?;
    while let Some(row) = rows.next()? {
        let json = row.get_ref(3)?.as_str().ok();
        if each((row.get(0)?, row.get(1)?), row.get(2)?, json).is_break() {
            break;
        }
    }
    Ok(())
}

/// Hands the rendered JSON of a conversation of the list over; `None` when it is no text any more.
pub(crate) fn with_json<T>(db: &Connection, number: i64, each: impl FnOnce(Option<&str>) -> T) -> StoreResult<T> {
    let mut statement = db.prepare_cached("SELECT json FROM conversation WHERE id = ?1")?;
    let mut rows = statement.query([number])?;
    Ok(match rows.next()? {
        Some(row) => each(row.get_ref(0)?.as_str().ok()),
        None => each(None),
    })
}

/// The conversations at the top of the list.
pub(crate) fn top(db: &Connection, count: usize) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare_cached(
        "SELECT conversation_id FROM conversation WHERE orderkey IS NOT NULL ORDER BY orderkey DESC LIMIT ?1",
    )?
    .query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| row.get(0))?
    .collect()
}

/// The key of the row after `offset` others; `None` when there are not so many.
pub(crate) fn nth_key(db: &Connection, order: ConversationOrder, offset: i64) -> rusqlite::Result<Option<ListKey>> {
    db.prepare_cached(nth_key_sql(order))?
        .query_row([offset], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database};

    const TOP: ListKey = (i64::MAX, i64::MAX);
    const BOTTOM: ListKey = (-1, 0);

    /// Three conversations whose last messages are in another order than their activations, and one that is not listed.
    fn list() -> Connection {
        let db = database();
        for (id, activation, last_time) in [("c2c_a", 30, 1), ("c2c_b", 20, 3), ("c2c_c", 10, 2)] {
            conversation(&db, id, |row| {
                (row.is_listed, row.activation, row.last_time) = (true, activation, last_time);
                row.json = id.to_owned();
            });
        }
        conversation(&db, "c2c_hidden", |row| row.activation = 40);
        db
    }

    fn walk(db: &Connection, order: ConversationOrder, cursor: ListKey, floor: ListKey, limit: i64) -> Vec<String> {
        let mut found = Vec::new();
        page(db, order, cursor, floor, limit, |_, _, json| {
            found.push(json.unwrap().to_owned());
            ControlFlow::Continue(())
        })
        .unwrap();
        found
    }

    #[test]
    fn a_page_has_the_listed_conversations_in_their_order() {
        use ConversationOrder::{LastMessageTimestamp, OrderKey};
        let db = list();
        assert_eq!(walk(&db, OrderKey, TOP, BOTTOM, 9), ["c2c_a", "c2c_b", "c2c_c"]);
        assert_eq!(
            walk(&db, LastMessageTimestamp, TOP, BOTTOM, 9),
            ["c2c_b", "c2c_c", "c2c_a"]
        );
    }

    #[test]
    fn a_page_begins_below_the_cursor_and_ends_with_the_floor() {
        let db = list();
        assert_eq!(walk(&db, ConversationOrder::OrderKey, (0, 30), BOTTOM, 1), ["c2c_b"]);
        assert_eq!(
            walk(&db, ConversationOrder::OrderKey, TOP, (0, 20), 9),
            ["c2c_a", "c2c_b"]
        );
    }

    #[test]
    fn the_nth_key_is_that_of_the_row_after_n_others() {
        let db = list();
        assert_eq!(nth_key(&db, ConversationOrder::OrderKey, 1).unwrap(), Some((0, 20)));
        assert_eq!(
            nth_key(&db, ConversationOrder::LastMessageTimestamp, 2).unwrap(),
            Some((1, 30))
        );
        assert_eq!(nth_key(&db, ConversationOrder::OrderKey, 3).unwrap(), None);
    }
}
