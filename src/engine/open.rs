//! Opening an account's cache, and building one in place of a damaged one.

use super::core::Engine;
use super::deliveries::Deliveries;
use super::index_bell::Indexing;
use super::options::{CacheReport, Durability, EngineOptions};
use crate::events::EventQueue;
use crate::model::Result;
use crate::model::sync::Mutex;
use crate::store::media::MediaFiles;
use crate::store::{CacheState, Opening, Rebuild, Store, outbox};

impl Engine {
    /// Opens, and makes where missing, the cache in `options.dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside and built again, with everything that no server has: the outbox, messages that were not
    /// sent, drafts. When that fails, nothing has changed, and the next open tries again.
    pub fn open(options: EngineOptions, queue: EventQueue) -> Result<(Self, CacheReport)> {
        let full = options.durability == Durability::Full;
        let (store, state) = match Store::open(&options.dir, &options.user_id, full)? {
            Opening::Ready(store, state) => (*store, state),
            Opening::Damaged(rebuild) => (build(&options, rebuild)?, CacheState::Rebuilt),
        };
        let report = match state {
            CacheState::Created => CacheReport::Created,
            CacheState::Opened => CacheReport::Opened,
            CacheState::Rebuilt => CacheReport::Rebuilt {
                salvaged: store.read(|db| Ok(outbox::count(db)?))?,
            },
        };
        let engine = Self::over(options, store, queue);
        if let Err(error) = engine.forget_wrong_clock() {
            // The list can still be read.
            log::warn!("the order of the list could not be put right: {}", error.desc);
        }
        engine.set_up_search();
        Ok((engine, report))
    }

    fn over(options: EngineOptions, store: Store, queue: EventQueue) -> Self {
        Self {
            files: MediaFiles::open(&options.dir, options.media_cache_bytes),
            downloads: Mutex::default(),
            imported: Mutex::default(),
            thumbnails: Mutex::default(),
            heard_online: Mutex::default(),
            sent_changes: Mutex::default(),
            options,
            store,
            queue,
            subscriptions: Mutex::default(),
            views: Mutex::default(),
            created: Mutex::default(),
            indexing: Indexing::default(),
            unfolded: Mutex::default(),
            deliveries: Deliveries::default(),
        }
    }
}

fn build(options: &EngineOptions, rebuild: Rebuild) -> Result<Store> {
    // Nobody listens yet: the app reads the list once it is told that it was rebuilt.
    let engine = Engine::over(options.clone(), rebuild.begin()?, EventQueue::new());
    engine.restore(rebuild.salvaged())?;
    rebuild.finish(engine.store)
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob};
    use crate::model::Outbound;

    #[test]
    fn a_damaged_cache_is_rebuilt_with_the_message_that_was_not_sent() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.engine.set_pinned(&bob(), true).unwrap();
        // A mark alone is not believed; damage that shows is.
        fixture.engine.close();
        std::fs::write(fixture.path("im.db-wal"), vec![0xa5; 8192]).unwrap();
        let fixture = fixture.reopen();
        assert!(fixture.path("im.db.damaged-1").exists());
        assert_eq!(fixture.messages(&bob()), [(msg_id, 1)]);
        assert_eq!(fixture.row(&bob())["isPinned"], true);
        assert!(matches!(
            fixture.command(),
            Some(Outbound::Send(_) | Outbound::SubscribeProfile { .. })
        ));
    }
}
