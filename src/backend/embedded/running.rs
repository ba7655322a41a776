//! What there is from `start` to `stop`: the mailbox, the signals to the worker, and requests, which run on their caller's
//! thread.

use super::bell::{Bell, Watch};
use super::change::Tx;
use super::ephemeral::Fleeting;
use super::error::{ServiceError, ServiceResult};
use super::mailbox::Mailbox;
use super::turns::{Turn, Turns};
use super::users::Me;
use crate::backend::{Deadline, Sink};
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex, MutexGuard};
use crate::model::{Error, Result, Status};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// From `start` to `stop`.
pub(super) struct Running {
    pub(super) path: PathBuf,
    /// Whether a commit is to outlive a power cut.
    pub(super) is_durable: bool,
    pub(super) sink: Arc<dyn Sink>,
    signal: Mutex<Signal>,
    bell: Bell,
    mailbox: Turns<Option<Mailbox>>,
}

#[derive(Default)]
struct Signal {
    stop: bool,
    outbox: bool,
    /// What others are to be told if they are there.
    fleeting: VecDeque<Fleeting>,
}

/// How much that is of this moment waits for the service.
const MOST_FLEETING: usize = 100;

impl Running {
    pub(super) fn new(path: PathBuf, is_durable: bool, sink: Arc<dyn Sink>) -> Self {
        Self {
            path,
            is_durable,
            sink,
            signal: Mutex::default(),
            bell: Bell::new(),
            mailbox: Turns::new(None),
        }
    }

    fn signal(&self) -> MutexGuard<'_, Signal> {
        lock(&self.signal)
    }

    /// The mailbox, while the service is reachable. Taken for a batch or a command at a time, as long as others wait.
    pub(super) fn mailbox(&self) -> Turn<'_, Option<Mailbox>> {
        self.mailbox.take()
    }

    /// Whether whoever has the mailbox may go on with it for now.
    pub(super) fn goes_on(&self) -> bool {
        !self.is_stopped() && !self.mailbox.is_wanted()
    }

    /// Closes the service file. Waits for whoever uses the mailbox.
    pub(super) fn close(&self) {
        *self.mailbox() = None;
    }

    pub(super) fn stop(&self) {
        self.signal().stop = true;
        self.bell.ring();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.signal().stop
    }

    pub(super) fn outbox_changed(&self) {
        self.signal().outbox = true;
        self.bell.ring();
    }

    /// Takes what others are to be told if they are there. False: too much of it waits.
    pub(super) fn tell_online(&self, said: Fleeting) -> bool {
        let mut signal = self.signal();
        let has_room = signal.fleeting.len() < MOST_FLEETING;
        if has_room {
            signal.fleeting.push_back(said);
        }
        drop(signal);
        self.bell.ring();
        has_room
    }

    /// The oldest of what others are to be told.
    pub(super) fn next_fleeting(&self) -> Option<Fleeting> {
        self.signal().fleeting.front().cloned()
    }

    /// The oldest was told.
    pub(super) fn has_told(&self) {
        self.signal().fleeting.pop_front();
    }

    /// What was to be told before a connection was made is of a moment that is over.
    pub(super) fn forget_fleeting(&self) {
        self.signal().fleeting.clear();
    }

    /// Whether the outbox was said to have changed since the last time this was asked.
    pub(super) fn take_outbox_signal(&self) -> bool {
        std::mem::take(&mut self.signal().outbox)
    }

    /// Waits, at most so long, for a stop, a command, or a write to the service that is watched. True for the latter.
    pub(super) fn wait(&self, watch: Option<&Watch>, at_most: Duration) -> bool {
        let is_idle = {
            let signal = self.signal();
            !signal.stop && !signal.outbox && signal.fleeting.is_empty()
        };
        is_idle && self.bell.wait(watch, at_most)
    }

    /// Waits, at most so long, for a stop.
    pub(super) fn wait_for_stop(&self, at_most: Duration) {
        let until = Instant::now() + at_most;
        while !self.is_stopped() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.bell.wait(None, left);
        }
    }

    /// A request that writes. Its effects on the account have been handed over when it returns.
    pub(super) fn write<T>(
        &self,
        deadline: &Deadline,
        write: impl Fn(&mut Tx<'_>, &Me) -> ServiceResult<T>,
    ) -> Result<T> {
        let goes_on = || self.goes_on() && deadline.left().is_ok();
        let (value, last, pulled) = self.request(deadline, |mailbox| {
            let me = mailbox.me.clone();
            let value = mailbox.service.write(|tx| write(tx, &me))?;
            let last = mailbox.service.known().change;
            // At once, so that commands which the worker carries out next come after it here too.
            Ok((value, last, mailbox.pull_up_to(last, goes_on)))
        })?;
        let handed_over = match pulled {
            Ok(false) => self.hand_over(deadline, last),
            Ok(true) => Ok(()),
            Err(fault) => Err(fault.into_error()),
        };
        // The service has carried it out, so it has not failed, even if the account cannot take its effects now: the
        // worker hands over what is left.
        if let Err(error) = handed_over {
            log::warn!("the effects of a request will reach the cache later: {error}");
        }
        Ok(value)
    }

    /// Hands over what the service has, up to a change. Others who wait for the mailbox have their turn in between.
    fn hand_over(&self, deadline: &Deadline, last: i64) -> Result<()> {
        loop {
            let is_there = self.request(deadline, |mailbox| {
                mailbox.pull_up_to(last, || self.goes_on() && deadline.left().is_ok())
            })?;
            if is_there {
                return Ok(());
            }
        }
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
        loop {
            let left = deadline.left()?;
            let Some(mut mailbox) = self.mailbox.take_until(Instant::now() + left) else {
                continue;
            };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::{Account, TestService};

    #[test]
    fn a_request_that_does_not_get_the_mailbox_in_time_gives_up() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let account = Arc::new(Account::new(&alice));
        let running = Running::new(service.path.clone(), false, account.clone());
        *running.mailbox() = Some(Mailbox::open(&service.path, false, account).unwrap());
        let ask = |millis| {
            let deadline = Deadline::new(Duration::from_millis(millis), Arc::default());
            running.read(&deadline, |_, _| Ok(()))
        };
        // As a sync that goes on does.
        let turn = running.mailbox();
        assert_eq!(ask(20).unwrap_err().status, Status::Timeout);
        drop(turn);
        ask(60_000).unwrap();
    }
}
