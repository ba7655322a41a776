//! The thread that makes the search index of an account, in steps between the writes of others.

use crate::engine::Engine;
use crate::model::lock::lock;
use crate::model::sync::thread::{self, JoinHandle};
use crate::model::sync::{Arc, Mutex};
use crate::model::{Error, Result};

/// The thread; none where the config says that nothing is searched.
pub(super) struct Indexer(Mutex<Option<JoinHandle<()>>>);

impl Indexer {
    /// Starts it.
    pub(super) fn start(engine: &Arc<Engine>, is_wanted: bool) -> Result<Self> {
        if !is_wanted {
            return Ok(Self(Mutex::new(None)));
        }
        let engine = Arc::clone(engine);
        let thread = thread::Builder::new()
            .name("libim-search".to_owned())
            .spawn(move || run(&engine))
            .map_err(|error| Error::internal(format!("cannot start the thread of the search index: {error}")))?;
        Ok(Self(Mutex::new(Some(thread))))
    }

    /// Ends it. What is not in the index yet is added when the account is opened again.
    pub(super) fn end(&self, engine: &Engine) {
        engine.end_indexing();
        let thread = lock(&self.0).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            log::error!("the thread of the search index ended in a panic");
        }
    }
}

fn run(engine: &Engine) {
    while engine.wait_for_index_work() {
        // A disk that is full may have room by the next time.
        if let Err(error) = engine.index_all() {
            log::warn!("the search index is not up to date: {}", error.desc);
        }
    }
}
