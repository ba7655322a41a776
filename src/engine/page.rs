//! Paging: a keyset cursor over the list (`getConversationList`).
//!
//! The cursor is the last row's key: its order key, or in the older SDKs' order the last message's time and the order
//! key. A page reads the rows below the cursor and one more, so that it is never short before the end and knows exactly
//! whether it is the last.

use super::core::Engine;
use super::filter::ConversationFilter;
use super::group_names::GroupNames;
use super::repair;
use crate::model::id::quoted;
use crate::model::{ConversationOrder, Error, Result};
use crate::store::list::{self, ListKey};
use crate::store::{StoreResult, filter};
use rusqlite::Connection;
use std::fmt::Write;
use std::ops::ControlFlow;

/// A key above every row's.
const TOP: ListKey = (i64::MAX, i64::MAX);

/// A key below every row's.
const BOTTOM: ListKey = (-1, 0);

/// Reads a cursor. `None` starts at the top.
fn parse_cursor(order: ConversationOrder, next_seq: &str) -> Result<Option<ListKey>> {
    if matches!(next_seq, "" | "0") {
        return Ok(None);
    }
    let key = match order {
        ConversationOrder::OrderKey => number(next_seq).map(|orderkey| (0, orderkey)),
        ConversationOrder::LastMessageTimestamp => next_seq.split_once(':').and_then(|(time, orderkey)| {
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
        None => Err(Error::invalid(format!("nextSeq {} is not a cursor", quoted(next_seq)))),
    }
}

/// A key as a cursor.
fn cursor_text(order: ConversationOrder, (time, orderkey): ListKey) -> String {
    match order {
        ConversationOrder::OrderKey => orderkey.to_string(),
        ConversationOrder::LastMessageTimestamp => format!("{time}:{orderkey}"),
    }
}

/// A positive number in its one spelling.
fn number(text: &str) -> Option<i64> {
    // "+7" and "007" are numbers too, but no page has returned them.
    text.parse()
        .ok()
        .filter(|number: &i64| *number > 0 && number.to_string() == text)
}

impl Engine {
    /// `getConversationList`: a `V2TimConversationResult` as JSON. 6017 for a bad cursor or count.
    pub fn conversation_page(&self, next_seq: &str, count: i64) -> Result<String> {
        let order = self.options.order;
        let cursor = parse_cursor(order, next_seq)?;
        let count = checked_count(count)?;
        let limit = self.limit();
        self.store.read_with(|reader| match cursor {
            // From the top, the limit is only a number of rows.
            None => self.page(&reader.db, TOP, None, count.min(limit), count >= limit),
            // In one snapshot: a commit between the two reads could move the floor above or below what the page shows.
            Some(key) => {
                let snapshot = reader.snapshot()?;
                // Finding it steps over as many rows as the limit allows, which is more work than the page itself.
                let floor = reader.remembered(|db| floor(db, order, limit))?;
                self.page(&snapshot, key, floor, count, false)
            }
        })
    }

    /// `getConversationListByFilter`: the same for the conversations that a filter selects.
    pub fn filtered_page(&self, filter: &ConversationFilter, next_seq: &str, count: i64) -> Result<String> {
        let order = self.options.order;
        let cursor = parse_cursor(order, next_seq)?.unwrap_or(TOP);
        let count = checked_count(count)?;
        let limit = self.limit();
        self.store.read_with(|reader| {
            let snapshot = reader.snapshot()?;
            // The limit is one of the whole list: what a filter shows is in the list too.
            let floor = reader.remembered(|db| floor(db, order, limit))?.unwrap_or(BOTTOM);
            let selection = filter.selection(&GroupNames::load(&snapshot)?);
            self.rendered_page(&snapshot, cursor, count, false, |wanted, each| {
                for (key, number) in filter::page(&snapshot, order, &selection, cursor, floor, wanted)? {
                    if list::with_json(&snapshot, number, |json| each(key, number, json))?.is_break() {
                        break;
                    }
                }
                Ok(())
            })
        })
    }

    fn limit(&self) -> usize {
        match usize::try_from(self.options.conversation_limit) {
            Ok(0) | Err(_) => usize::MAX,
            Ok(limit) => limit,
        }
    }

    /// Up to `count` rows below `cursor` and not below `floor`. `is_last` says that no page follows whatever is below.
    fn page(
        &self,
        db: &Connection,
        cursor: ListKey,
        floor: Option<ListKey>,
        count: usize,
        is_last: bool,
    ) -> StoreResult<String> {
        let (order, floor) = (self.options.order, floor.unwrap_or(BOTTOM));
        self.rendered_page(db, cursor, count, is_last, |wanted, each| {
            list::page(db, order, cursor, floor, wanted, each)
        })
    }

    /// Renders the rows that `read` hands over, and one more to see whether there is another page.
    fn rendered_page(
        &self,
        db: &Connection,
        cursor: ListKey,
        count: usize,
        is_last: bool,
        read: impl FnOnce(i64, &mut dyn FnMut(ListKey, i64, Option<&str>) -> ControlFlow<()>) -> StoreResult<()>,
    ) -> StoreResult<String> {
        let order = self.options.order;
        let wanted = i64::try_from(count)
            .unwrap_or(i64::MAX)
            .saturating_add(if is_last { 0 } else { 1 });
        let mut rows = String::new();
        let mut last = None;
        let mut taken = 0;
        let mut is_finished = true;
        let mut failed = None;
        read(wanted, &mut |key, number, json| {
            if taken == count {
                is_finished = false;
                return ControlFlow::Break(());
            }
            if !rows.is_empty() {
                rows.push(',');
            }
            match json.filter(|json| self.store.checked.is_json(number, json)) {
                Some(json) => rows.push_str(json),
                None => match repair::rendered_by_number(db, number) {
                    Ok(Some(json)) => rows.push_str(&json),
                    // Left out. It still has its place, so that the walk goes on behind it.
                    Ok(None) if rows.ends_with(',') => drop(rows.pop()),
                    Ok(None) => {}
                    Err(error) => {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                },
            }
            last = Some(key);
            taken += 1;
            ControlFlow::Continue(())
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let next_seq = match (last, cursor) {
            (Some(key), _) => cursor_text(order, key),
            (None, TOP) => "0".to_owned(),
            // Not "0": an app that reads on from an empty page would start over.
            (None, key) => cursor_text(order, key),
        };
        let mut result = String::with_capacity(rows.len() + 96);
        // Writing to a string cannot fail.
        let _ = write!(
            result,
            r#"{{"nextSeq":"{next_seq}","isFinished":{is_finished},"conversationList":[{rows}]}}"#
        );
        Ok(result)
    }
}

/// 6017 unless the size of a page is 1 or more.
fn checked_count(count: i64) -> Result<usize> {
    let size = usize::try_from(count).ok().filter(|count| *count > 0);
    size.ok_or_else(|| Error::invalid(format!("count {count} is not 1 or more")))
}

/// The key of the last conversation within the limit; `None` when all are.
fn floor(db: &Connection, order: ConversationOrder, limit: usize) -> StoreResult<Option<ListKey>> {
    let Ok(offset) = i64::try_from(limit.saturating_sub(1)) else {
        return Ok(None);
    };
    Ok(list::nth_key(db, order, offset)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, c2c, message};
    use crate::model::{Change, Status};
    use serde_json::Value;

    fn page(fixture: &Fixture, next_seq: &str, count: i64) -> (Vec<String>, String, bool) {
        let page: Value = serde_json::from_str(&fixture.engine.conversation_page(next_seq, count).unwrap()).unwrap();
        let ids = page["conversationList"].as_array().unwrap().iter();
        (
            ids.map(|row| row["conversationID"].as_str().unwrap().to_owned())
                .collect(),
            page["nextSeq"].as_str().unwrap().to_owned(),
            page["isFinished"].as_bool().unwrap(),
        )
    }

    fn three(limit: u64) -> Fixture {
        let fixture = Fixture::with(|options| options.conversation_limit = limit);
        for (seq, user) in [(1, "a"), (2, "b"), (3, "c")] {
            fixture.live(Change::Message(message(&c2c(user), user, seq)));
        }
        fixture
    }

    #[test]
    fn a_page_is_full_unless_it_is_the_last_and_the_last_one_says_so() {
        let fixture = three(0);
        let (first, next, is_finished) = page(&fixture, "0", 2);
        assert_eq!((first.join(" ").as_str(), is_finished), ("c2c_c c2c_b", false));
        let (second, next, is_finished) = page(&fixture, &next, 2);
        assert_eq!((second.join(" ").as_str(), is_finished), ("c2c_a", true));
        assert_eq!(page(&fixture, &next, 2), (Vec::new(), next.clone(), true));
        assert!(page(&fixture, "0", 3).2, "the end is known on the page that holds it");
    }

    #[test]
    fn the_limit_ends_the_walk_wherever_the_pages_begin() {
        let fixture = three(2);
        assert_eq!(page(&fixture, "0", 9).0, ["c2c_c", "c2c_b"]);
        let (_, next, _) = page(&fixture, "0", 1);
        let (rest, _, is_finished) = page(&fixture, &next, 9);
        assert_eq!((rest.join(" ").as_str(), is_finished), ("c2c_b", true));
    }

    #[test]
    fn a_text_that_no_page_has_returned_is_no_cursor() {
        let fixture = three(0);
        for cursor in ["x", "-5", "007", "1:2", " 1"] {
            let error = fixture.engine.conversation_page(cursor, 1).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters, "{cursor}");
        }
        assert!(fixture.engine.conversation_page("0", 0).is_err());
    }

    #[test]
    fn a_cursor_of_the_older_order_has_a_time_and_a_key() {
        let order = ConversationOrder::LastMessageTimestamp;
        for key in [(-1, 5), (0, 5), (7, 5)] {
            assert_eq!(parse_cursor(order, &cursor_text(order, key)).unwrap(), Some(key));
        }
        for text in ["5", "-2:5", "7:0", "7:", ":5"] {
            assert!(parse_cursor(order, text).is_err(), "{text}");
        }
    }
}
