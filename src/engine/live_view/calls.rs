//! The calls on views.

use super::super::core::Engine;
use super::ViewExtent;
use super::query::{self, ViewQuery};
use super::views::{Edited, Views};
use crate::events::ChangeSet;
use crate::model::lock::lock;
use crate::model::{Error, Result};
use crate::store::StoreResult;
use rusqlite::Connection;

impl Engine {
    /// `openConversationView`: a `ConversationView` as JSON. 6017 for a bad limit; 7013 for a search without an index.
    pub fn open_view(&self, query: &ViewQuery, limit: i64) -> Result<String> {
        let limit = checked("limit", limit)?;
        self.check_query(query)?;
        self.with_views(|db, views| views.open(self, db, query, limit))
    }

    /// `growConversationView`. What comes in is told as a change of the view.
    pub fn grow_view(&self, number: i64, count: i64) -> Result<ViewExtent> {
        let count = checked("count", count)?;
        self.change_view(number, |db, views| views.grow(self, db, number, count))
    }

    /// `setConversationView`. What changes is told as a change of the view. 7013 for a search without an index.
    pub fn set_view(&self, number: i64, query: &ViewQuery) -> Result<ViewExtent> {
        self.check_query(query)?;
        self.change_view(number, |db, views| views.set(self, db, number, query))
    }

    fn check_query(&self, query: &ViewQuery) -> Result<()> {
        let search = query.search.as_deref();
        search.map_or(Ok(()), |text| self.check_search(query::keywords(text).as_ref()))
    }

    /// `closeConversationView`.
    pub fn close_view(&self, number: i64) -> Result<()> {
        self.with_views(|_, views| Ok(views.close(number)))?
            .then_some(())
            .ok_or_else(|| not_open(number))
    }

    fn change_view(
        &self,
        number: i64,
        work: impl FnOnce(&Connection, &mut Views) -> StoreResult<Edited>,
    ) -> Result<ViewExtent> {
        let extent = self.with_views(|db, views| {
            let Some((extent, change)) = work(db, views)? else {
                return Ok(None);
            };
            // Still under the writer's lock: the steps of a later commit follow these.
            if let Some(change) = change {
                self.queue.push_changes(ChangeSet {
                    views: vec![change],
                    ..ChangeSet::default()
                });
            }
            Ok(Some(extent))
        })?;
        extent.ok_or_else(|| not_open(number))
    }

    /// Works on the views, with no commit meanwhile.
    fn with_views<T>(&self, work: impl FnOnce(&Connection, &mut Views) -> StoreResult<T>) -> Result<T> {
        let mut guard = self.store.writer();
        let writer = guard.get()?;
        work(writer.db(), &mut lock(&self.views)).map_err(|error| self.store.failed(error))
    }
}

fn checked(field: &str, number: i64) -> Result<usize> {
    match usize::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Error::invalid(format!("{field} {number} is below 1"))),
    }
}

fn not_open(number: i64) -> Error {
    Error::invalid(format!("viewID {number} is not open"))
}
