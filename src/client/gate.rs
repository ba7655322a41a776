//! Counts the calls that are inside a client, so that close can wait for them.

use crate::model::lock::{lock, wait};
use crate::model::sync::{Condvar, Mutex, MutexGuard};
use crate::model::{Error, Result, Status};

#[derive(Default)]
struct State {
    // A count and not a lock that calls share: close refuses new calls first and waits for the others much later.
    calls: usize,
    is_shut: bool,
}

/// The gate of a client.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

/// A call that is inside. Dropping this is leaving.
pub(super) struct Call<'a>(&'a Gate);

impl Gate {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// How many calls are inside.
    #[cfg(test)]
    pub(super) fn calls(&self) -> usize {
        self.lock().calls
    }

    /// Enters. 6013 once shut.
    pub(super) fn enter(&self) -> Result<Call<'_>> {
        let mut state = self.lock();
        if state.is_shut {
            return Err(closed());
        }
        state.calls += 1;
        Ok(Call(self))
    }

    /// 6013 once shut.
    pub(super) fn check(&self) -> Result<()> {
        if self.lock().is_shut { Err(closed()) } else { Ok(()) }
    }

    /// Refuses calls from now on. 6013 if it was shut before.
    pub(super) fn shut(&self) -> Result<()> {
        let mut state = self.lock();
        if std::mem::replace(&mut state.is_shut, true) {
            Err(closed())
        } else {
            Ok(())
        }
    }

    /// Waits until the calls that are inside have left.
    pub(super) fn wait_until_empty(&self) {
        let mut state = self.lock();
        while state.calls > 0 {
            state = wait(&self.left, state);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.calls -= 1;
        if state.calls == 0 {
            self.0.left.notify_all();
        }
    }
}

/// 6013.
pub(super) fn closed() -> Error {
    Error::new(Status::NotInitialized, "the client is closed")
}
