//! Paging: a keyset cursor over the list (`getConversationList`).
//!
//! The cursor is the last row's key: its order key, or in the older SDKs' order the last message's time and the order
//! key. A page reads the rows below the cursor and one more, so that it is never short before the end and knows exactly
//! whether it is the last.

use super::{ConversationOrder, Engine};
use crate::model::id::quoted;
use crate::model::{Error, Result};
use crate::store::Fallible;
use rusqlite::{Connection, OptionalExtension, params};
use std::fmt::Write;

/// The key of a row: (last message's time, order key); the time is 0 in the default order.
type Key = (i64, i64);

/// A key above every row's.
const TOP: Key = (i64::MAX, i64::MAX);

/// A key below every row's.
const BOTTOM: Key = (-1, 0);

impl ConversationOrder {
    /// Reads a cursor. `None` starts at the top.
    fn parse(self, next_seq: &str) -> Result<Option<Key>> {
        if matches!(next_seq, "" | "0") {
            return Ok(None);
        }
        let key = match self {
            Self::OrderKey => number(next_seq).map(|orderkey| (0, orderkey)),
            Self::LastMessageTimestamp => next_seq.split_once(':').and_then(|(time, orderkey)| {
                let time = if time == "-1" {
                    -1
                } else if time == "0" {
                    0
                } else {
                    number(time)?
                };
                Some((time, number(orderkey)?))
            }),
        };
        match key {
            Some(key) => Ok(Some(key)),
            None => Err(Error::invalid(format!(
                "nextSeq {} is not a cursor that a page returned",
                quoted(next_seq)
            ))),
        }
    }

    fn text(self, (time, orderkey): Key) -> String {
        match self {
            Self::OrderKey => orderkey.to_string(),
            Self::LastMessageTimestamp => format!("{time}:{orderkey}"),
        }
    }

    fn page_sql(self) -> &'static str {
        match self {
            Self::OrderKey => {
                "SELECT 0, orderkey, json FROM conversation WHERE orderkey < ?2 AND orderkey >= ?4 AND ?1 >= ?3 \
                 ORDER BY orderkey DESC LIMIT ?5"
            }
            Self::LastMessageTimestamp => {
                "SELECT last_time, orderkey, json FROM conversation WHERE orderkey IS NOT NULL \
                 AND (last_time, orderkey) < (?1, ?2) AND (last_time, orderkey) >= (?3, ?4) \
                 ORDER BY last_time DESC, orderkey DESC LIMIT ?5"
            }
        }
    }

    fn nth_sql(self) -> &'static str {
        match self {
            Self::OrderKey => {
                "SELECT 0, orderkey FROM conversation WHERE orderkey IS NOT NULL ORDER BY orderkey DESC LIMIT 1 OFFSET ?1"
            }
            Self::LastMessageTimestamp => {
                "SELECT last_time, orderkey FROM conversation WHERE orderkey IS NOT NULL \
                 ORDER BY last_time DESC, orderkey DESC LIMIT 1 OFFSET ?1"
            }
        }
    }
}

/// A positive number in its one spelling.
fn number(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .filter(|number: &i64| *number > 0 && number.to_string() == text)
}

impl Engine {
    /// `getConversationList`: a `V2TimConversationResult` as JSON. 6017 for a bad cursor or count.
    pub fn conversation_page(&self, next_seq: &str, count: i64) -> Result<String> {
        let order = self.options.order;
        let cursor = order.parse(next_seq)?;
        let Some(count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
            return Err(Error::invalid(format!("count {count} is not 1 or more")));
        };
        let limit = match usize::try_from(self.options.conversation_limit) {
            Ok(0) | Err(_) => usize::MAX,
            Ok(limit) => limit,
        };
        self.store.read_with(|reader| match cursor {
            // From the top, the limit is only a number of rows.
            None => page(&reader.db, order, TOP, None, count.min(limit), count >= limit),
            Some(key) => {
                let snapshot = reader.db.unchecked_transaction()?;
                // Finding it steps over as many rows as the limit allows, which is more work than the page itself.
                let floor = reader.remembered(|db| floor(db, order, limit))?;
                page(&snapshot, order, key, floor, count, false)
            }
        })
    }
}

/// The key of the last conversation within the limit; `None` when all are.
fn floor(db: &Connection, order: ConversationOrder, limit: usize) -> Fallible<Option<Key>> {
    let Ok(offset) = i64::try_from(limit.saturating_sub(1)) else {
        return Ok(None);
    };
    Ok(db
        .prepare_cached(order.nth_sql())?
        .query_row([offset], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Up to `count` rows below `cursor` and not below `floor`. `is_last` says that no page follows whatever is below.
fn page(
    db: &Connection,
    order: ConversationOrder,
    cursor: Key,
    floor: Option<Key>,
    count: usize,
    is_last: bool,
) -> Fallible<String> {
    let floor = floor.unwrap_or(BOTTOM);
    let wanted = i64::try_from(count)
        .unwrap_or(i64::MAX)
        .saturating_add(if is_last { 0 } else { 1 });
    let mut statement = db.prepare_cached(order.page_sql())?;
    let mut rows = statement.query(params![cursor.0, cursor.1, floor.0, floor.1, wanted])?;
    let mut list = String::new();
    let mut last = None;
    let mut taken = 0;
    let mut is_finished = true;
    while let Some(row) = rows.next()? {
        if taken == count {
            is_finished = false;
            break;
        }
        if taken > 0 {
            list.push(',');
        }
        list.push_str(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?);
        last = Some((row.get(0)?, row.get(1)?));
        taken += 1;
    }
    let next_seq = match (last, cursor) {
        (Some(key), _) => order.text(key),
        (None, TOP) => "0".to_owned(),
        (None, key) => order.text(key),
    };
    let mut result = String::with_capacity(list.len() + 96);
    // Writing to a string cannot fail.
    let _ = write!(
        result,
        r#"{{"nextSeq":"{next_seq}","isFinished":{is_finished},"conversationList":[{list}]}}"#
    );
    Ok(result)
}
