//! Opening an account's cache.

use super::core::Engine;
use super::options::{CacheReport, Durability, EngineOptions};
use crate::events::EventQueue;
use crate::model::Result;
use crate::store::{CacheState, Store};
use std::sync::atomic::AtomicI64;

impl Engine {
    /// Opens, and makes where missing, the cache in `options.dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside and built again; commands that were not sent yet are kept as far as they can be read.
    pub fn open(options: EngineOptions, queue: EventQueue) -> Result<(Self, CacheReport)> {
        let full = options.durability == Durability::Full;
        let (store, state, salvaged) = Store::open(&options.dir, &options.user_id, full)?;
        let engine = Self {
            options,
            store,
            queue,
            in_flight: AtomicI64::new(0),
        };
        let report = match state {
            CacheState::Created => CacheReport::Created,
            CacheState::Opened => CacheReport::Opened,
            CacheState::Rebuilt => {
                let mut kept = 0;
                for saved in salvaged {
                    // One command that cannot be read must not lose the others.
                    match engine.write(true, |tx| tx.restore(saved)) {
                        Ok(true) => kept += 1,
                        Ok(false) => {}
                        Err(error) => log::warn!("an unsent command could not be kept: {}", error.desc),
                    }
                }
                CacheReport::Rebuilt { salvaged: kept }
            }
        };
        Ok((engine, report))
    }
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
        std::fs::write(fixture.engine.options.dir.join("damaged"), "").unwrap();
        let fixture = fixture.reopen();
        assert_eq!(fixture.messages(&bob()), [(msg_id, 1)]);
        assert_eq!(fixture.row(&bob())["isPinned"], true);
        assert!(matches!(
            fixture.command(),
            Some(Outbound::Send(_) | Outbound::SubscribeProfile { .. })
        ));
    }
}
