//! Filtered reads of the list with a search: of what a filter selects only the conversations whose names or ids have keywords.

use super::error::StoreResult;
use super::filter;
use super::list::ListKey;
use super::search_names;
use super::search_query::Keywords;
use super::search_state::is_index_damage;
use super::tag::{selected, tags};
use crate::model::{ConversationOrder, Filter};
use rusqlite::{Connection, params};

/// So many conversations are looked at one by one before the index is asked. What many names have is among them; what few
/// have costs little to find in the index, which always finds all.
const LOOKED_AT: i64 = 256;

/// A place below every row's.
const BOTTOM: ListKey = (-1, 0);

/// The places and numbers of up to `limit` conversations below a place: fewer only where there are no more.
pub(crate) fn page(
    db: &Connection,
    order: ConversationOrder,
    filter: &Filter,
    keywords: &Keywords,
    mut below: ListKey,
    limit: usize,
) -> StoreResult<Vec<(ListKey, i64)>> {
    let mut found = Vec::new();
    let mut is_readable = true;
    loop {
        let rows = filter::page(db, order, filter, below, BOTTOM, LOOKED_AT)?;
        let is_end = i64::try_from(rows.len()).is_ok_and(|rows| rows < LOOKED_AT);
        for (key, number) in rows {
            below = key;
            if found.len() < limit && keywords.are_in_words(&search_names::stored(db, number)?) {
                found.push((key, number));
            }
        }
        if is_end || found.len() == limit {
            return Ok(found);
        }
        // With an index that cannot be read the list is looked at to its end; whoever writes or searches mends it.
        if is_readable {
            let rest = limit - found.len();
            if let Some(rest) = readable(indexed_page(db, order, filter, keywords, below, rest))? {
                found.extend(rest);
                return Ok(found);
            }
            is_readable = false;
        }
    }
}

/// How many conversations there are.
pub(crate) fn count(db: &Connection, filter: &Filter, keywords: &Keywords) -> StoreResult<i64> {
    let sql = format!("SELECT count(*) {}", those(filter));
    let counted = db
        .prepare_cached(&sql)
        .and_then(|mut count| count.query_row([keywords.of_names()], |row| row.get(0)));
    if let Some(count) = readable(counted)? {
        return Ok(count);
    }
    let top = (i64::MAX, i64::MAX);
    let all = page(db, ConversationOrder::OrderKey, filter, keywords, top, usize::MAX)?;
    Ok(i64::try_from(all.len()).unwrap_or(i64::MAX))
}

fn readable<T>(read: rusqlite::Result<T>) -> StoreResult<Option<T>> {
    match read {
        Err(error) if is_index_damage(&error) => {
            log::warn!("the search index cannot be read: {error}");
            Ok(None)
        }
        read => Ok(Some(read?)),
    }
}

fn indexed_page(
    db: &Connection,
    order: ConversationOrder,
    filter: &Filter,
    keywords: &Keywords,
    below: ListKey,
    limit: usize,
) -> rusqlite::Result<Vec<(ListKey, i64)>> {
    let time = match order {
        ConversationOrder::OrderKey => "0",
        ConversationOrder::LastMessageTimestamp => "c.last_time",
    };
    let sql = format!(
        "SELECT {time}, c.orderkey, c.id {} AND ({time}, c.orderkey) < (?2, ?3) ORDER BY 1 DESC, 2 DESC LIMIT ?4",
        those(filter)
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(&sql)?
        .query_map(params![keywords.of_names(), below.0, below.1, limit], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
        })?
        .collect()
}

/// What the index finds of those that a filter selects, from the index to the list and not the other way round.
// With numbers written out, because their count differs. They are our own, never an app's text.
fn those(filter: &Filter) -> String {
    let facets: Vec<String> = selected(filter).iter().map(i64::to_string).collect();
    let tagged = tags(filter).map_or_else(String::new, |tags| {
        let tags: Vec<String> = tags.iter().map(|(group, mark)| format!("({group}, {mark})")).collect();
        format!(
            " AND EXISTS (SELECT 1 FROM (VALUES {}) AS tag JOIN conversation_tag t ON t.group_key = tag.column1 \
             AND t.mark = tag.column2 AND t.facets = c.facets AND t.orderkey = c.orderkey)",
            // A list of none is not a list to SQLite.
            if tags.is_empty() {
                "(NULL, NULL)".to_owned()
            } else {
                tags.join(", ")
            }
        )
    });
    format!(
        "FROM conversation_search s CROSS JOIN conversation c ON c.id = s.rowid WHERE s.conversation_search MATCH ?1 \
         AND c.orderkey IS NOT NULL AND +c.facets IN ({}) AND c.marks & {} = 0{tagged}",
        facets.join(", "),
        filter.without_marks.value()
    )
}
