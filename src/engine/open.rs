//! Opening an account's cache.

use super::core::Engine;
use super::options::{CacheReport, Durability, EngineOptions};
use crate::events::EventQueue;
use crate::model::Result;
use crate::store::{CacheState, Store};
use std::sync::atomic::AtomicI64;

impl Engine {
    /// Opens, and makes where missing, the cache in `options.dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside and built anew; commands that were not sent yet are kept as far as they can be read.
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
