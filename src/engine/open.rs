//! Opening an account's cache.

use super::{CacheReport, Durability, Engine, EngineOptions};
use crate::events::EventQueue;
use crate::model::Result;
use crate::store::{Found, Store};
use std::sync::atomic::AtomicI64;

impl Engine {
    /// Opens, and makes where missing, the cache in `options.dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside and built anew; commands that were not sent yet are kept as far as they can be read.
    pub fn open(options: EngineOptions, queue: EventQueue) -> Result<(Self, CacheReport)> {
        let full = options.durability == Durability::Full;
        let (store, found, salvaged) = Store::open(&options.dir, &options.user_id, full)?;
        let engine = Self {
            options,
            store,
            queue,
            in_flight: AtomicI64::new(0),
        };
        let report = match found {
            Found::Created => CacheReport::Created,
            Found::Opened => CacheReport::Opened,
            Found::Rebuilt => {
                let mut kept = 0;
                for saved in salvaged {
                    // One command that cannot be read must not lose the others.
                    match engine.write(true, |session| session.restore(saved)) {
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
