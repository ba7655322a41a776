//! Filtered reads of the list. A filter selects some values of the facets, and perhaps some tags; each pair of these is a
//! list of its own with an index, in the order of the list, and a page is read from all of them side by side.

use super::error::StoreResult;
use super::list::ListKey;
use super::tag::{ALL, selected, tags};
use crate::model::{ConversationOrder, Filter};
use rusqlite::{Connection, params};
use std::fmt::Write;

fn list(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    numbers.join(",")
}

/// Of a row of `t`, that it has one of each of these rows of tags.
fn having(others: &[Vec<i64>]) -> String {
    let mut also = String::new();
    for tags in others {
        // Writing to a string cannot fail.
        let _ = write!(
            also,
            " AND EXISTS (SELECT 1 FROM conversation_tag o WHERE o.tag IN ({}) AND o.facets = t.facets AND o.orderkey = t.orderkey)",
            list(tags)
        );
    }
    also
}

/// The rows of tags that a filter asks for, first the one that fewest conversations have: that list is read, and each
/// conversation of it looked up in the others.
// Counted side by side until one of them ends, so that this costs no more than a few times the shorter list.
fn narrowest_first(db: &Connection, filter: &Filter) -> StoreResult<Vec<Vec<i64>>> {
    let mut rows = tags(filter);
    if rows.len() < 2 {
        return Ok(rows);
    }
    let facets = list(&selected(filter));
    let mut enough = 64_i64;
    loop {
        for place in 0..rows.len() {
            let tags = rows.get(place).map(|tags| list(tags)).unwrap_or_default();
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM conversation_tag WHERE tag IN ({tags}) AND facets IN ({facets}) LIMIT ?1)"
            );
            let count: i64 = db.prepare_cached(&sql)?.query_row([enough], |row| row.get(0))?;
            if count < enough {
                rows.swap(0, place);
                return Ok(rows);
            }
        }
        enough = enough.saturating_mul(4);
    }
}

/// The statement for a page: last message's time, order key, number of the conversation.
// Written out with its numbers, because their count differs. They are our own, never an app's text.
fn page_sql(order: ConversationOrder, filter: &Filter, tags: &[Vec<i64>]) -> String {
    let (columns, below, by) = match order {
        ConversationOrder::OrderKey => (
            "0 AS last_time",
            "orderkey < ?2 AND orderkey >= ?4 AND ?1 >= ?3",
            "orderkey DESC",
        ),
        ConversationOrder::LastMessageTimestamp => (
            "last_time",
            "(last_time, orderkey) < (?1, ?2) AND (last_time, orderkey) >= (?3, ?4)",
            "last_time DESC, orderkey DESC",
        ),
    };
    let facets = selected(filter);
    let mut arms = Vec::new();
    match tags {
        [] => {
            for facets in &facets {
                arms.push(format!(
                    "SELECT {columns}, orderkey, id FROM conversation WHERE facets = {facets} AND orderkey IS NOT NULL AND {below}"
                ));
            }
        }
        [first, others @ ..] => {
            let also = having(others);
            for tag in first {
                for facets in &facets {
                    arms.push(format!(
                        "SELECT {columns}, orderkey, conversation AS id FROM conversation_tag t WHERE tag = {tag} \
                         AND facets = {facets} AND {below}{also}"
                    ));
                }
            }
        }
    }
    if arms.is_empty() {
        return "SELECT 0, 0, 0 WHERE ?1 + ?2 + ?3 + ?4 + ?5 IS NULL".to_owned();
    }
    // UNION, because a conversation with two of the marks stands in two of the lists.
    format!("{} ORDER BY {by} LIMIT ?5", arms.join(" UNION "))
}

/// The places and numbers of up to `limit` selected conversations below `cursor` and not below `floor`.
pub(crate) fn page(
    db: &Connection,
    order: ConversationOrder,
    filter: &Filter,
    cursor: ListKey,
    floor: ListKey,
    limit: i64,
) -> StoreResult<Vec<(ListKey, i64)>> {
    let tags = narrowest_first(db, filter)?;
    let mut statement = db.prepare_cached(&page_sql(order, filter, &tags))?;
    let rows = statement.query_map(params![cursor.0, cursor.1, floor.0, floor.1, limit], |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The unread messages of the selected conversations with `recvOpt` 0.
pub(crate) fn unread(db: &Connection, filter: &Filter) -> StoreResult<i64> {
    let facets = list(&selected(filter));
    let sql = match narrowest_first(db, filter)?.as_slice() {
        [] => sums_sql(ALL, &facets),
        // One tag: its conversations are counted once.
        [tags] if tags.len() == 1 => sums_sql(tags.first().copied().unwrap_or(ALL), &facets),
        [first, others @ ..] => format!(
            "SELECT coalesce(sum(unread_count), 0) FROM conversation WHERE recv_opt = 0 AND unread_count > 0 AND id IN \
             (SELECT conversation FROM conversation_tag t WHERE tag IN ({}) AND facets IN ({facets}){})",
            list(first),
            having(others)
        ),
    };
    Ok(db.prepare_cached(&sql)?.query_row((), |row| row.get(0))?)
}

fn sums_sql(tag: i64, facets: &str) -> String {
    format!("SELECT coalesce(sum(unread), 0) FROM unread_sum WHERE tag = {tag} AND facets IN ({facets})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationType, GroupFilter, GroupKey, Marks};
    use crate::store::fixture::database;

    /// Every combination of conditions.
    fn filters() -> Vec<Filter> {
        let keys = |count: i64| GroupFilter::Any((1..=count).map(|key| GroupKey::from_stored(key << 10)).collect());
        let marks = |bits: i64| Some(Marks::from_stored(bits));
        let mut filters = Vec::new();
        for conversation_type in [None, Some(ConversationType::C2c), Some(ConversationType::Group)] {
            for group in [None, Some(GroupFilter::None), Some(keys(1)), Some(keys(2))] {
                for marks in [None, marks(0), marks(1), marks(5)] {
                    for has_unread in [None, Some(false), Some(true)] {
                        for has_at in [None, Some(true)] {
                            filters.push(Filter {
                                conversation_type,
                                group: group.clone(),
                                marks,
                                has_unread,
                                has_at,
                            });
                        }
                    }
                }
            }
        }
        filters
    }

    fn plan(db: &Connection, sql: &str, parameters: &[i64]) -> Vec<String> {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3));
        lines.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn a_page_reads_lists_in_their_order_side_by_side() {
        let db = database();
        for filter in filters() {
            for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
                for line in plan(&db, &page_sql(order, &filter, &tags(&filter)), &[0; 5]) {
                    let is_search = line.starts_with("SEARCH")
                        && line.contains("facets=?")
                        && (line.contains("orderkey<?") || line.contains("orderkey)<(") || line.contains("orderkey=?"));
                    // The rows of a list are unique by their keys: what is left to sort is one row at a time.
                    let is_merge = [
                        "MERGE",
                        "LEFT",
                        "RIGHT",
                        "CORRELATED",
                        "USE TEMP B-TREE FOR RIGHT",
                        "USE TEMP B-TREE FOR LAST",
                        "SCAN CONSTANT ROW",
                    ]
                    .iter()
                    .any(|start| line.starts_with(start));
                    assert!(is_search || is_merge, "{filter:?}: {line}");
                }
            }
        }
    }

    /// A group of many, a few marked ones apart from it, and the other way round: what is not selected is not stepped over.
    #[test]
    fn a_group_and_a_mark_cost_what_the_narrower_of_the_two_has() {
        const MANY: i64 = 20_000;
        let key = GroupKey::from_stored(1 << 20);
        let filter = Filter {
            group: Some(GroupFilter::Any(vec![key])),
            marks: Some(Marks::from_stored(1)),
            ..Filter::default()
        };
        for (many, few) in [(key.value(), 0), (0, key.value())] {
            let db = database();
            db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
            // Conversations with both a mark and a group, the facets 2 and 4; three of them have these two.
            let mut insert = db
                .prepare("INSERT INTO conversation_tag VALUES (?1, 6, ?2, 1, ?2)")
                .unwrap();
            let rows = (1..=MANY).map(|row| (many, row));
            for row in rows.chain((MANY - 2..MANY + 3).map(|row| (few, row))) {
                insert.execute(row).unwrap();
            }
            for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
                let rows = narrowest_first(&db, &filter).unwrap();
                assert_eq!(rows[0], [few]);
                let mut page = db.prepare(&page_sql(order, &filter, &rows)).unwrap();
                let found = page
                    .query_map([i64::MAX, i64::MAX, 0, 0, 100], |row| row.get::<_, i64>(1))
                    .unwrap();
                let found: Vec<i64> = found.map(Result::unwrap).collect();
                assert_eq!(found, [MANY, MANY - 1, MANY - 2]);
                let steps = page.get_status(rusqlite::StatementStatus::VmStep);
                assert!(steps < 2_000, "{steps} steps");
            }
        }
    }
}
