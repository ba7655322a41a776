//! Filtered reads of the list. A filter selects some values of the facets, and perhaps some tags; each of these together is a
//! list of its own with an index, in the order of the list, and a page is read from all of them side by side: nothing is
//! stepped over, but conversations with a mark that they must not have.

use super::columns::number_of;
use super::error::StoreResult;
use super::list::ListKey;
use super::tag::{HAS_MARK, selected, sum, tags};
use crate::model::{ConversationOrder, Filter, GroupFilter, GroupKey, Marks};
use rusqlite::{Connection, params};
use std::collections::HashSet;

fn list(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    numbers.join(",")
}

/// How many lists one statement reads: SQLite joins 500.
const LISTS_AT_ONCE: usize = 400;

/// The lists that a filter selects from, each as a query of its own.
// Written out with their numbers, because their count differs. They are our own, never an app's text.
fn lists(order: ConversationOrder, filter: &Filter) -> Vec<String> {
    let (columns, below) = match order {
        ConversationOrder::OrderKey => ("0 AS last_time", "orderkey < ?2 AND orderkey >= ?4 AND ?1 >= ?3"),
        ConversationOrder::LastMessageTimestamp => (
            "last_time",
            "(last_time, orderkey) < (?1, ?2) AND (last_time, orderkey) >= (?3, ?4)",
        ),
    };
    let facets = selected(filter);
    let without = filter.without_marks.value();
    let is_bounded = |facets: i64| without != 0 && facets & HAS_MARK != 0;
    let Some(tags) = tags(filter) else {
        let of = |facets: &i64| {
            let marks = if is_bounded(*facets) {
                format!(" AND marks & {without} = 0")
            } else {
                String::new()
            };
            format!(
                "SELECT {columns}, orderkey, id FROM conversation WHERE facets = {facets} AND orderkey IS NOT NULL AND {below}{marks}"
            )
        };
        return facets.iter().map(of).collect();
    };
    let of = |(group, mark): (i64, i64), facets: i64| {
        let marks = if is_bounded(facets) {
            format!(
                " AND (SELECT marks FROM conversation c WHERE c.id = conversation_tag.conversation) & {without} = 0"
            )
        } else {
            String::new()
        };
        format!(
            "SELECT {columns}, orderkey, conversation AS id FROM conversation_tag WHERE group_key = {group} AND mark = {mark} \
             AND facets = {facets} AND {below}{marks}"
        )
    };
    tags.into_iter()
        .flat_map(|tag| facets.iter().map(move |facets| of(tag, *facets)))
        .collect()
}

/// The statement for a page of some lists: last message's time, order key, number of the conversation.
fn page_sql(order: ConversationOrder, lists: &[String]) -> String {
    let by = match order {
        ConversationOrder::OrderKey => "orderkey DESC",
        ConversationOrder::LastMessageTimestamp => "last_time DESC, orderkey DESC",
    };
    // UNION, because a conversation with two of the marks stands in two of the lists.
    format!("{} ORDER BY {by} LIMIT ?5", lists.join(" UNION "))
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
    let mut page = Vec::new();
    for lists in lists(order, filter).chunks(LISTS_AT_ONCE) {
        let mut statement = db.prepare_cached(&page_sql(order, lists))?;
        let rows = statement.query_map(params![cursor.0, cursor.1, floor.0, floor.1, limit], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
        })?;
        for row in rows {
            page.push(row?);
        }
    }
    page.sort_unstable_by(|one: &(ListKey, i64), other| other.cmp(one));
    page.dedup();
    page.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(page)
}

/// How many conversations a filter selects.
pub(crate) fn count(db: &Connection, filter: &Filter) -> StoreResult<i64> {
    let all = lists(ConversationOrder::OrderKey, filter);
    let is_apart = tags(filter).is_none_or(|tags| tags.len() <= 1);
    let (mut count, mut seen) = (0, HashSet::new());
    for lists in all.chunks(LISTS_AT_ONCE) {
        // A conversation with two of the marks stands in two of the lists; the facets are never two at once.
        if is_apart {
            let sql = format!("SELECT count(*) FROM ({})", lists.join(" UNION ALL "));
            count += db.prepare_cached(&sql)?.query_row(WHOLE, |row| row.get::<_, i64>(0))?;
        } else {
            let mut statement = db.prepare_cached(&lists.join(" UNION "))?;
            let rows = statement.query_map(WHOLE, |row| row.get::<_, i64>(2))?;
            for row in rows {
                seen.insert(row?);
            }
        }
    }
    Ok(count + i64::try_from(seen.len()).unwrap_or(i64::MAX))
}

/// Between these places lies the whole list.
const WHOLE: [i64; 4] = [i64::MAX, i64::MAX, -1, 0];

/// The unread messages of the selected conversations with `recvOpt` 0.
pub(crate) fn unread(db: &Connection, filter: &Filter) -> StoreResult<i64> {
    let facets = list(&selected(filter));
    let (marks, without) = (filter.marks.unwrap_or_default(), filter.without_marks);
    let group = match &filter.group {
        None | Some(GroupFilter::None) => None,
        Some(GroupFilter::Any(keys)) => match keys.as_slice() {
            [] => return Ok(0),
            [key] => Some(*key),
            // Groups of one name, until the devices that made them agree: a conversation in several of them is counted once.
            keys => return unread_of_any(db, keys, &facets, marks, without),
        },
    };
    Ok(sum(db, group, &facets, marks, without)?)
}

fn unread_of_any(db: &Connection, keys: &[GroupKey], facets: &str, marks: Marks, without: Marks) -> StoreResult<i64> {
    let keys: Vec<i64> = keys.iter().map(|key| key.value()).collect();
    let sql = format!(
        "SELECT CAST(total(unread_count) AS INTEGER) FROM conversation WHERE recv_opt = 0 AND unread_count > 0 \
         AND (?1 = 0 OR marks & ?1 <> 0) AND marks & ?2 = 0 \
         AND id IN (SELECT conversation FROM conversation_tag WHERE group_key IN ({}) AND mark = -1 AND facets IN ({facets}))",
        list(&keys)
    );
    Ok(db
        .prepare_cached(&sql)?
        .query_row([marks.value().cast_signed(), without.value().cast_signed()], |row| {
            number_of(row, 0)
        })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ConversationType;
    use crate::model::Facts;
    use crate::store::fixture::database;
    use crate::store::tag::{Entry, Sums, replace};

    /// Every combination of conditions.
    fn filters() -> Vec<Filter> {
        let keys = |count: i64| GroupFilter::Any((1..=count).map(|key| GroupKey::from_stored(key << 10)).collect());
        let marks = |bits: i64| Some(Marks::from_stored(bits));
        let mut filters = Vec::new();
        for conversation_type in [None, Some(ConversationType::C2c), Some(ConversationType::Group)] {
            for group in [None, Some(GroupFilter::None), Some(keys(1)), Some(keys(2))] {
                for (marks, without) in [(None, 0), (marks(0), 0), (marks(1), 0), (marks(5), 8), (None, 12)] {
                    let without_marks = Marks::from_stored(without);
                    for has_unread in [None, Some(false), Some(true)] {
                        for has_at in [None, Some(true)] {
                            filters.push(Filter {
                                conversation_type,
                                group: group.clone(),
                                marks,
                                without_marks,
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
                let lists = lists(order, &filter);
                assert!(lists.len() <= LISTS_AT_ONCE);
                if lists.is_empty() {
                    continue;
                }
                for line in plan(&db, &page_sql(order, &lists), &[0; 5]) {
                    let is_search = line.starts_with("SEARCH")
                        && line.contains("facets=?")
                        && (line.contains("orderkey<?") || line.contains("orderkey)<("));
                    // The rows of a list are unique by their keys: what is left to sort is one row at a time.
                    let is_merge = [
                        "MERGE",
                        "LEFT",
                        "RIGHT",
                        "USE TEMP B-TREE FOR RIGHT",
                        "USE TEMP B-TREE FOR LAST",
                        "SCAN CONSTANT ROW",
                        // The marks of the row that is looked at.
                        "CORRELATED SCALAR SUBQUERY",
                        "SEARCH c USING INTEGER PRIMARY KEY",
                    ]
                    .iter()
                    .any(|start| line.starts_with(start));
                    assert!(is_search || is_merge, "{filter:?}: {line}");
                }
            }
        }
    }

    /// A group of many and a mark of many others, with few in both: what is not selected is not stepped over.
    #[test]
    fn a_group_and_a_mark_cost_what_is_shown_however_long_both_lists_are() {
        const MANY: i64 = 20_000;
        let key = GroupKey::from_stored(1 << 20);
        let filter = Filter {
            group: Some(GroupFilter::Any(vec![key])),
            marks: Some(Marks::from_stored(1)),
            ..Filter::default()
        };
        let db = database();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let mut sums = Sums::default();
        for row in 1..=MANY {
            let is_both = row % 5_000 == 0;
            let facts = Facts {
                conversation_type: ConversationType::C2c,
                groups: if is_both || row % 2 == 0 { &[key] } else { &[] },
                marks: Marks::from_stored(i64::from(is_both || row % 2 == 1)),
                has_unread: true,
                has_at: false,
            };
            replace(&db, &mut sums, row, None, Some(&Entry::new(row, row, &facts, 3))).unwrap();
        }
        sums.save(&db).unwrap();
        for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
            let mut page = db.prepare(&page_sql(order, &lists(order, &filter))).unwrap();
            let found = page.query_map([i64::MAX, i64::MAX, 0, 0, 100], |row| row.get(2));
            let found: Vec<i64> = found.unwrap().map(Result::unwrap).collect();
            assert_eq!(found, [20_000, 15_000, 10_000, 5_000]);
            let steps = page.get_status(rusqlite::StatementStatus::VmStep);
            assert!(steps < 2_000, "{steps} steps");
        }
        assert_eq!(unread(&db, &filter).unwrap(), 4 * 3);
        let two_of_one_name = Filter {
            group: Some(GroupFilter::Any(vec![key, GroupKey::from_stored(2 << 20)])),
            ..filter
        };
        let top = (i64::MAX, i64::MAX);
        let found = page(&db, ConversationOrder::OrderKey, &two_of_one_name, top, (0, 0), 3).unwrap();
        assert_eq!(Vec::from_iter(found.iter().map(|row| row.1)), [20_000, 15_000, 10_000]);
    }

    /// More lists than one statement can join: groups of one name that many devices made, and any mark.
    #[test]
    fn a_page_of_many_lists_is_read_in_parts() {
        let db = database();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let keys: Vec<GroupKey> = (1..=60).map(|key| GroupKey::from_stored(key << 20)).collect();
        let marks = Marks::from_stored(i64::MAX);
        let mut sums = Sums::default();
        for row in 1..=60 {
            let facts = Facts {
                conversation_type: ConversationType::Group,
                // Each in two of the groups, so that it stands in several of the lists.
                groups: &[keys[row as usize - 1], keys[row as usize % 60]],
                marks,
                has_unread: false,
                has_at: false,
            };
            replace(&db, &mut sums, row, None, Some(&Entry::new(row, row, &facts, 0))).unwrap();
        }
        let filter = Filter {
            group: Some(GroupFilter::Any(keys)),
            marks: Some(marks),
            ..Filter::default()
        };
        for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
            assert!(lists(order, &filter).len() > 500);
            let found = page(&db, order, &filter, (31, 31), (5, 5), 20).unwrap();
            assert_eq!(
                Vec::from_iter(found.iter().map(|row| row.1)),
                Vec::from_iter((11..31).rev())
            );
        }
    }

    #[test]
    fn sums_of_which_nothing_is_left_are_gone() {
        let db = database();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let entry = |marks: i64, unread: i64| {
            let facts = Facts {
                conversation_type: ConversationType::C2c,
                groups: &[],
                marks: Marks::from_stored(marks),
                has_unread: unread > 0,
                has_at: false,
            };
            Entry::new(1, 1, &facts, unread)
        };
        let mut before = None;
        for marks in [1, 2, 3, 0] {
            let mut sums = Sums::default();
            let now = Some(entry(marks, 5));
            replace(&db, &mut sums, 1, before.as_ref(), now.as_ref()).unwrap();
            sums.save(&db).unwrap();
            let rows: i64 = db
                .query_row("SELECT count(*) FROM unread_sum", (), |row| row.get(0))
                .unwrap();
            assert_eq!(rows, 1, "{marks}");
            before = now;
        }
    }
}
