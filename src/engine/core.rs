//! The engine of one account: its cache, its lock, and the way that every write takes.

use super::deliveries::Deliveries;
use super::index_bell::Indexing;
use super::live_view::Views;
use super::memory::{Created, HeardOnline, Imported, SentChanges, Unfolded};
use super::options::EngineOptions;
use super::subscription::Subscriptions;
use super::transaction::{Finished, Transaction};
use super::wanted_file::Download;
use crate::events::EventQueue;
use crate::model::Result;
use crate::model::lock::lock;
use crate::model::sync::Mutex;
use crate::store::media::MediaFiles;
use crate::store::{Store, StoreResult, search, search_build};
use rusqlite::Connection;
use std::collections::HashMap;

/// One account's rules over its cache. Every method may be called from any thread.
pub struct Engine {
    pub(super) options: EngineOptions,
    pub(super) store: Store,
    pub(super) queue: EventQueue,
    pub(super) deliveries: Deliveries,
    /// Changed under the writer's lock only.
    pub(super) subscriptions: Mutex<Subscriptions>,
    /// The same.
    pub(super) views: Mutex<Views>,
    pub(super) files: MediaFiles,
    /// The downloads that are under way, by their keys.
    pub(super) downloads: Mutex<HashMap<String, Download>>,
    /// Held while a small picture is made.
    pub(super) thumbnails: Mutex<()>,
    /// These are held for a moment, with no other lock taken meanwhile.
    pub(super) created: Mutex<Created>,
    pub(super) unfolded: Mutex<Unfolded>,
    pub(super) imported: Mutex<Imported>,
    pub(super) heard_online: Mutex<HeardOnline>,
    pub(super) sent_changes: Mutex<SentChanges>,
    pub(super) indexing: Indexing,
}

impl Engine {
    /// Closes the database and gives up the lock on the directory. Later calls fail with 6013. Idempotent.
    pub fn close(&self) {
        self.store.close();
    }

    /// Runs one transaction: all of `work` or nothing. `live`: what it does happens now, and is not history.
    pub(super) fn write<T>(&self, live: bool, work: impl FnOnce(&mut Transaction<'_>) -> StoreResult<T>) -> Result<T> {
        self.try_write(live, work).map_err(|error| self.store.failed(error))
    }

    /// [`Engine::write`], for a caller to whom it matters whether a row was at fault or the disk.
    pub(super) fn try_write<T>(
        &self,
        live: bool,
        work: impl FnOnce(&mut Transaction<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        let committed = self.commit(live, work);
        if let Err(error) = &committed {
            self.store.make_room_after(error);
        }
        let (value, lost_files) = committed?;
        self.remove_lost_files(&lost_files);
        Ok(value)
    }

    /// The value, and the files that messages have lost.
    fn commit<T>(
        &self,
        live: bool,
        work: impl FnOnce(&mut Transaction<'_>) -> StoreResult<T>,
    ) -> StoreResult<(T, Vec<String>)> {
        let mut guard = self.store.writer();
        let writer = guard.get()?;
        // Read under the lock, so that writers who wait for each other have times in the order of their commits.
        let now = (self.options.clock)();
        let attempt = || -> StoreResult<_> {
            let (transaction, before) = writer.begin()?;
            let mut tx = Transaction::new(&transaction, before.clone(), now, live);
            let value = work(&mut tx)?;
            let (removes_text, settled) = (tx.removes_text, std::mem::take(&mut tx.settled));
            let lost_files = std::mem::take(&mut tx.lost_files);
            let finished = tx.finish(before, self.options.changed_fields)?;
            search::settle(&transaction)?;
            transaction.commit()?;
            Ok(((value, lost_files), finished, removes_text, settled))
        };
        let (value, finished, removes_text, settled) = attempt()?;
        let Finished {
            account,
            mut changes,
            moved,
            groups,
        } = finished;
        writer.has_removed_text |= removes_text;
        // Not before the commit: after a failure the next transaction starts from what is stored.
        writer.account = account;
        if self.options.search && search_build::has_enough(writer.db()).unwrap_or_default() {
            self.indexing.bell.ring();
        }
        let mut subscriptions = lock(&self.subscriptions);
        if !subscriptions.is_empty() && (!moved.is_empty() || groups.is_some()) {
            match subscriptions.follow(writer.db(), &moved, groups.as_ref()) {
                Ok(payloads) => changes.filtered_unread = payloads,
                // The change itself is stored; the next one that these filters select counts again.
                Err(error) => log::warn!("filtered counts are not known: {}", error.into_error().desc),
            }
        }
        drop(subscriptions);
        let mut views = lock(&self.views);
        if !views.is_empty() && (!moved.is_empty() || groups.is_some() || views.is_any_search()) {
            changes.views = views.follow(self, writer.db(), &moved, live, groups.as_ref());
        }
        drop(views);
        // Still under the lock: the app hears of commits in their order.
        if !changes.is_empty() {
            self.queue.push_changes(changes);
        }
        self.deliveries.wake(&settled);
        if removes_text {
            // A message that somebody waits for may be among what is gone.
            self.deliveries.wake_all();
        }
        Ok(value)
    }

    /// Changes the subscriptions, with no commit meanwhile.
    pub(super) fn with_subscriptions<T>(
        &self,
        work: impl FnOnce(&Connection, &mut Subscriptions) -> StoreResult<T>,
    ) -> Result<T> {
        let mut guard = self.store.writer();
        let writer = guard.get()?;
        work(writer.db(), &mut lock(&self.subscriptions)).map_err(|error| self.store.failed(error))
    }
}
