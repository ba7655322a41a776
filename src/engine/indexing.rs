//! Making the search index in the background: when there is something to do, and one step of it.

use super::core::Engine;
use super::json::shown_json;
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::Result;
use crate::model::lock::lock;
use crate::store::StoreResult;
use crate::store::search_build::{self, Progress};
use crate::store::search_names::{self, NameWords};
use std::time::{Duration, Instant};

/// How far the search index of an existing cache is.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct IndexingProgress {
    /// How many messages can be found.
    indexed_count: i64,
    /// How many messages the cache has.
    total_count: i64,
    /// Whether all can be found.
    is_finished: bool,
}

impl Transaction<'_> {
    /// The search index follows what a conversation is called, and whether it is in the list.
    pub(super) fn keep_names(&self, loaded: &mut LoadedConversation) -> StoreResult<NameWords> {
        if loaded.row.is_listed {
            self.ensure_row(loaded)?;
        }
        let row = &loaded.row;
        Ok(search_names::keep(
            self.db,
            row.id,
            &row.conversation_id,
            row.is_listed,
        )?)
    }
}

impl Engine {
    /// Waits until there is something to add to the search index; false when it is to end.
    pub(crate) fn wait_for_index_work(&self) -> bool {
        self.indexing.bell.wait()
    }

    /// Adds to the search index until nothing is left, or until [`Engine::end_indexing`].
    pub(crate) fn index_all(&self) -> Result<()> {
        loop {
            let begun = Instant::now();
            if self.index_some()? {
                return Ok(());
            }
            // The writers of the app come first: as long as the step has taken, the lock is theirs.
            let pause = begun
                .elapsed()
                .clamp(Duration::from_millis(1), Duration::from_millis(20));
            if !self.indexing.bell.pause(pause) {
                return Ok(());
            }
        }
    }

    /// Adds some messages or names to the search index. Says whether nothing is left to do.
    pub fn index_some(&self) -> Result<bool> {
        let progress = self.write(false, |tx| Ok(search_build::step(tx.db)?))?;
        if progress.is_build {
            self.tell_index_progress(progress)?;
        }
        Ok(progress.is_done)
    }

    /// Ends the waiting and the work.
    pub(crate) fn end_indexing(&self) {
        self.indexing.bell.end();
    }

    /// Begins the search index, or removes it, as the options say. What is stored already is added once somebody listens or
    /// searches.
    pub(super) fn set_up_search(&self) {
        let wanted = self.options.search;
        if let Err(error) = self.write(false, |tx| Ok(search_build::prepare(tx.db, wanted)?)) {
            // The list can still be read.
            log::warn!("the search index could not be prepared: {}", error.desc);
        }
    }

    /// Has what is missing in the search index added.
    pub(crate) fn go_on_indexing(&self) {
        let is_due = self.options.search && self.store.read(|db| Ok(search_build::is_due(db)?)).unwrap_or_default();
        if is_due {
            self.indexing.bell.ring();
        }
    }

    fn tell_index_progress(&self, progress: Progress) -> Result<()> {
        let (indexed, total) = self.store.read(|db| Ok(search_build::counts(db, progress.floor)?))?;
        let percent = if progress.is_complete {
            100
        } else {
            indexed * 99 / total.max(1)
        };
        let mut told = lock(&self.indexing.told);
        // Once for each percent, and at the end.
        if *told == Some(percent) {
            return Ok(());
        }
        *told = (!progress.is_complete).then_some(percent);
        let payload = shown_json(&IndexingProgress {
            indexed_count: indexed,
            total_count: total,
            is_finished: progress.is_complete,
        })
        .map_err(crate::store::StoreError::into_error)?;
        self.queue.push_event(Event::SearchIndexProgress, payload);
        Ok(())
    }
}
