//! What lives from `start` to `stop`: the link, the signals to the worker, and requests, which run on their caller's thread.

use super::change::Tx;
use super::fault::{Fault, Step};
use super::link::Link;
use super::users::Me;
use crate::backend::{Deadline, Sink};
use crate::model::lock::lock;
use crate::model::{Error, Result, Status};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// From `start` to `stop`.
pub(super) struct Session {
    pub(super) path: PathBuf,
    pub(super) sink: Arc<dyn Sink>,
    signal: Mutex<Signal>,
    wake: Condvar,
    link: Mutex<Option<Link>>,
    /// How many requests are under way: the worker lets them go first.
    requests: AtomicUsize,
}

#[derive(Default)]
struct Signal {
    stop: bool,
    outbox: bool,
}

impl Session {
    pub(super) fn new(path: PathBuf, sink: Arc<dyn Sink>) -> Self {
        Self {
            path,
            sink,
            signal: Mutex::default(),
            wake: Condvar::new(),
            link: Mutex::new(None),
            requests: AtomicUsize::new(0),
        }
    }

    fn signal(&self) -> MutexGuard<'_, Signal> {
        lock(&self.signal)
    }

    /// The link, while the service is reachable. Held for a batch or a command at a time.
    pub(super) fn link(&self) -> MutexGuard<'_, Option<Link>> {
        lock(&self.link)
    }

    pub(super) fn stop(&self) {
        self.signal().stop = true;
        self.wake.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.signal().stop
    }

    pub(super) fn outbox_changed(&self) {
        self.signal().outbox = true;
        self.wake.notify_all();
    }

    /// Whether the outbox was said to have changed since the last time this was asked.
    pub(super) fn take_outbox_signal(&self) -> bool {
        std::mem::take(&mut self.signal().outbox)
    }

    /// Waits, at most so long, for a stop or a command.
    pub(super) fn wait(&self, at_most: Duration) {
        let signal = self.signal();
        let idle = |signal: &mut Signal| !signal.stop && !signal.outbox;
        drop(self.wake.wait_timeout_while(signal, at_most, idle));
    }

    /// Waits, at most so long, for a stop.
    pub(super) fn wait_for_stop(&self, at_most: Duration) {
        drop(
            self.wake
                .wait_timeout_while(self.signal(), at_most, |signal| !signal.stop),
        );
    }

    /// Lets requests have the link first.
    pub(super) fn yield_to_requests(&self) {
        for _ in 0..10 {
            if self.requests.load(Ordering::Acquire) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// A request that writes. What it changes for the account has been handed over when it returns.
    pub(super) fn write<T>(&self, deadline: &Deadline, write: impl Fn(&mut Tx<'_>, &Me) -> Step<T>) -> Result<T> {
        self.request(deadline, |link| {
            let me = link.me.clone();
            let value = link.service.write(|tx| write(tx, &me))?;
            // It is done, whatever happens to the telling: the worker tells what is left.
            if let Err(fault) = link.pull(|| !self.is_stopped()) {
                log::warn!("a request's effects will be told later: {}", fault.into_error());
            }
            Ok(value)
        })
    }

    /// A request that only reads.
    pub(super) fn read<T>(&self, deadline: &Deadline, read: impl Fn(&Connection, &Me) -> Step<T>) -> Result<T> {
        self.request(deadline, |link| link.service.read(|db| read(db, &link.me)))
    }

    fn request<T>(&self, deadline: &Deadline, mut run: impl FnMut(&mut Link) -> Step<T>) -> Result<T> {
        let _turn = Turn::new(&self.requests);
        loop {
            let mut link = self.link();
            if self.is_stopped() {
                return Err(Error::new(
                    Status::Cancelled,
                    "the client was logged out while the call was waiting",
                ));
            }
            deadline.left()?;
            let Some(link) = link.as_mut() else {
                return Err(Error::disconnected("the service cannot be reached now"));
            };
            match run(link) {
                Ok(value) => return Ok(value),
                // The lock is free for the others until the next look.
                Err(Fault::Busy) => {}
                Err(fault) => return Err(fault.into_error()),
            }
        }
    }
}

/// Counts a request for as long as it runs, however it ends.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn new(requests: &'a AtomicUsize) -> Self {
        requests.fetch_add(1, Ordering::AcqRel);
        Self(requests)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
