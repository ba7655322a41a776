//! The open clients by their handles. Any thread.
//!
//! A handle is a number, so that a stale one is an error and not a crash. The registry's lock is held only for the
//! look-up: a call works on its own `Arc`, and a client that is closed meanwhile ends it in its own way.

use super::process;
use super::types::im_client;
use crate::client::Client;
use crate::model::lock::{lock, read, wait, write};
use crate::model::{Error, Result, Status};
use once_cell::sync::Lazy;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};

// Each call only reads it: calls on different clients do not wait for each other.
static CLIENTS: Lazy<RwLock<HashMap<im_client, Arc<OpenClient>>>> = Lazy::new(RwLock::default);
static NEXT_HANDLE: AtomicU64 = AtomicU64::new(1);

/// A client that is open, or was when it was looked up.
pub(super) struct OpenClient {
    /// The client.
    pub(super) client: Arc<Client>,
    adds: Adds,
    _in_use: process::Use,
}

impl OpenClient {
    /// Marks that a listener is being added, until the result is dropped.
    pub(super) fn begin_add(&self) -> Adding<'_> {
        self.adds.begin()
    }

    /// Waits until no add is under way: one that lost the race against the close still holds its listener, whose
    /// `destroy` must run before the close returns.
    pub(super) fn wait_for_adds(&self) {
        self.adds.wait_until_none();
    }
}

/// How many listeners are being added now.
#[derive(Default)]
struct Adds {
    count: Mutex<usize>,
    none: Condvar,
}

impl Adds {
    fn begin(&self) -> Adding<'_> {
        *self.count() += 1;
        Adding { adds: self }
    }

    fn wait_until_none(&self) {
        let mut count = self.count();
        while *count > 0 {
            count = wait(&self.none, count);
        }
    }

    fn count(&self) -> MutexGuard<'_, usize> {
        lock(&self.count)
    }
}

/// An add under way. A count and not a lock, so that a `destroy` may add a listener itself.
pub(super) struct Adding<'a> {
    adds: &'a Adds,
}

impl Drop for Adding<'_> {
    fn drop(&mut self) {
        let mut count = self.adds.count();
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.adds.none.notify_all();
        }
    }
}

/// Gives a client its handle.
pub(super) fn insert(client: Arc<Client>, in_use: process::Use) -> im_client {
    let handle = NEXT_HANDLE.fetch_add(1, Ordering::Relaxed);
    let open = Arc::new(OpenClient {
        client,
        adds: Adds::default(),
        _in_use: in_use,
    });
    write(&CLIENTS).insert(handle, open);
    handle
}

/// The client of a handle; 6013 when it is unknown or closed.
pub(super) fn get(handle: im_client) -> Result<Arc<OpenClient>> {
    read(&CLIENTS)
        .get(&handle)
        .cloned()
        .ok_or_else(|| Error::new(Status::NotInitialized, format!("client {handle} is not open")))
}

/// The handles of all clients.
pub(super) fn handles() -> Vec<im_client> {
    read(&CLIENTS).keys().copied().collect()
}

/// Forgets a closed client.
pub(super) fn remove(handle: im_client) {
    // Bound to a name so that the client is dropped after the lock is released.
    let _removed = write(&CLIENTS).remove(&handle);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_that_was_never_given_is_not_initialized() {
        for handle in [0, u64::MAX] {
            let error = get(handle).err().unwrap();
            assert_eq!(error.status, Status::NotInitialized);
            assert!(error.desc.contains(&handle.to_string()), "{}", error.desc);
        }
    }

    #[test]
    fn waiting_for_adds_ends_with_the_last_of_them() {
        let adds = Adds::default();
        adds.wait_until_none();
        let (first, second) = (adds.begin(), adds.begin());
        let ended = AtomicU64::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                adds.wait_until_none();
                assert_eq!(ended.load(Ordering::SeqCst), 2, "an add is still under way");
            });
            for add in [first, second] {
                ended.fetch_add(1, Ordering::SeqCst);
                drop(add);
            }
        });
    }
}
