//! What there is from `start` to `stop`: the mailbox, the signals to the worker, and requests, which run on their caller's
//! thread.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::mailbox::Mailbox;
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
pub(super) struct Running {
    pub(super) path: PathBuf,
    pub(super) sink: Arc<dyn Sink>,
    signal: Mutex<Signal>,
    wake: Condvar,
    mailbox: Mutex<Option<Mailbox>>,
    /// How many requests are under way: the worker lets them go first.
    requests: AtomicUsize,
}

#[derive(Default)]
struct Signal {
    stop: bool,
    outbox: bool,
}

impl Running {
    pub(super) fn new(path: PathBuf, sink: Arc<dyn Sink>) -> Self {
        Self {
            path,
            sink,
            signal: Mutex::default(),
            wake: Condvar::new(),
            mailbox: Mutex::new(None),
            requests: AtomicUsize::new(0),
        }
    }

    fn signal(&self) -> MutexGuard<'_, Signal> {
        lock(&self.signal)
    }

    /// The mailbox, while the service is reachable. The lock is held for a batch or a command at a time.
    pub(super) fn mailbox(&self) -> MutexGuard<'_, Option<Mailbox>> {
        lock(&self.mailbox)
    }

    /// Closes the service file. Waits for whoever uses the mailbox.
    pub(super) fn close(&self) {
        *self.mailbox() = None;
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

    /// Lets requests have the mailbox first. Mutexes are not fair: a worker that drains a long outbox takes the lock again
    /// before a request, which somebody waits for, wakes up.
    pub(super) fn yield_to_requests(&self) {
        for _ in 0..10 {
            if self.requests.load(Ordering::Acquire) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// A request that writes. Its effects on the account have been handed over when it returns.
    pub(super) fn write<T>(
        &self,
        deadline: &Deadline,
        write: impl Fn(&mut Tx<'_>, &Me) -> ServiceResult<T>,
    ) -> Result<T> {
        self.request(deadline, |mailbox| {
            let me = mailbox.me.clone();
            let value = mailbox.service.write(|tx| write(tx, &me))?;
            // The service has carried it out, so it has not failed, even if the account cannot take its effects now: the
            // worker hands over what is left.
            if let Err(fault) = mailbox.pull(|| !self.is_stopped()) {
                log::warn!(
                    "the effects of a request will reach the cache later: {}",
                    fault.into_error()
                );
            }
            Ok(value)
        })
    }

    /// A request that only reads.
    pub(super) fn read<T>(
        &self,
        deadline: &Deadline,
        read: impl Fn(&Connection, &Me) -> ServiceResult<T>,
    ) -> Result<T> {
        self.request(deadline, |mailbox| mailbox.service.read(|db| read(db, &mailbox.me)))
    }

    fn request<T>(&self, deadline: &Deadline, mut run: impl FnMut(&mut Mailbox) -> ServiceResult<T>) -> Result<T> {
        let _turn = Turn::new(&self.requests);
        loop {
            let mut mailbox = self.mailbox();
            // Under the mailbox's lock, which `close` waits for: no request begins after it.
            if self.is_stopped() {
                return Err(Error::new(
                    Status::Cancelled,
                    "the account was logged out while the call was waiting",
                ));
            }
            deadline.left()?;
            let Some(mailbox) = mailbox.as_mut() else {
                return Err(Error::disconnected("the service cannot be reached now"));
            };
            match run(mailbox) {
                Ok(value) => return Ok(value),
                // Another process is writing. Until the next attempt the mailbox is free for others.
                Err(ServiceError::Busy) => {}
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
