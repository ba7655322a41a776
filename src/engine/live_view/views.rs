//! The views of a client.

use super::super::core::Engine;
use super::super::group_names::GroupNames;
use super::super::subscription::Moved;
use super::ViewExtent;
use super::query::ViewQuery;
use super::view::{Change, View};
use crate::events::{Diff, ViewChange};
use crate::store::StoreResult;
use rusqlite::Connection;

/// What an app has done to a view: how much it shows now, and what is to be told. Nothing when there is no such view.
pub(super) type Edited = Option<(ViewExtent, Option<ViewChange>)>;

/// The views of a client.
#[derive(Default)]
pub(in crate::engine) struct Views {
    open: Vec<View>,
    last_number: i64,
}

impl Views {
    /// Whether there is none.
    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether one searches: the index may change with no conversation.
    pub(in crate::engine) fn is_any_search(&self) -> bool {
        self.open.iter().any(View::is_search)
    }

    /// What a committed transaction has changed. With the groups, if they have changed too.
    pub(in crate::engine) fn follow(
        &mut self,
        engine: &Engine,
        db: &Connection,
        moved: &[Moved],
        live: bool,
        groups: Option<&GroupNames>,
    ) -> Vec<ViewChange> {
        let changes: Vec<Change<'_>> = moved.iter().map(|moved| Change::new(moved, live)).collect();
        let mut told = Vec::new();
        for view in &mut self.open {
            match view.follow(engine, db, &changes, groups) {
                Ok(change) => told.extend(change),
                Err(error) => {
                    // The change itself is stored; with the next one all rows are read again.
                    log::warn!("a view is not up to date: {}", error.into_error().desc);
                    view.is_behind = true;
                }
            }
        }
        told
    }

    /// Opens a view; the answer is a `ConversationView`.
    pub(super) fn open(
        &mut self,
        engine: &Engine,
        db: &Connection,
        query: &ViewQuery,
        limit: usize,
    ) -> StoreResult<String> {
        let mut view = View::new(db, self.last_number + 1, query, limit)?;
        let mut rows = Vec::new();
        for diff in view.look_again(engine, db, &[])?.diffs {
            if let Diff::Insert(_, row, _) = diff {
                rows.push(row);
            }
        }
        let ViewExtent { is_finished, total } = view.extent();
        let answer = format!(
            r#"{{"viewID":{},"conversationList":[{}],"isFinished":{is_finished},"total":{total}}}"#,
            view.number,
            rows.join(","),
        );
        self.last_number = view.number;
        self.open.push(view);
        Ok(answer)
    }

    /// Lets a view show more rows.
    pub(super) fn grow(&mut self, engine: &Engine, db: &Connection, number: i64, count: usize) -> StoreResult<Edited> {
        self.edit(number, |view| view.grow(engine, db, count))
    }

    /// Gives a view another query.
    pub(super) fn set(
        &mut self,
        engine: &Engine,
        db: &Connection,
        number: i64,
        query: &ViewQuery,
    ) -> StoreResult<Edited> {
        self.edit(number, |view| view.set(engine, db, query).map(Some))
    }

    /// Works on a view; nothing when there is none of that number.
    fn edit(
        &mut self,
        number: i64,
        work: impl FnOnce(&mut View) -> StoreResult<Option<ViewChange>>,
    ) -> StoreResult<Edited> {
        let Some(view) = self.open.iter_mut().find(|view| view.number == number) else {
            return Ok(None);
        };
        let change = work(view).inspect_err(|_| view.is_behind = true)?;
        Ok(Some((view.extent(), change)))
    }

    /// Closes a view. Whether there was one.
    pub(super) fn close(&mut self, number: i64) -> bool {
        let before = self.open.len();
        self.open.retain(|view| view.number != number);
        self.open.len() < before
    }
}
