//! The thread `libim-embedded`: connects, syncs, drains the outbox, and looks for what other processes write.
//!
//! SQLite tells nobody of another process's commit, so the worker asks: `PRAGMA data_version` costs about 2 µs, and with a
//! `stat` of the path a look is a few microseconds. It looks every 5 ms while something has happened in the last second, and
//! every 30 ms otherwise, so a message from another process arrives well within a tenth of a second. Own commands do not
//! wait for a look.

use super::fault::{Fault, Step};
use super::link::Link;
use super::session::Session;
use crate::backend::LinkState;
use crate::backend::backoff::Backoff;
use crate::model::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two looks while something happens, and how long after it.
const BUSY_POLL: Duration = Duration::from_millis(5);
const BUSY_FOR: Duration = Duration::from_secs(1);
/// Between two looks otherwise.
const IDLE_POLL: Duration = Duration::from_millis(30);
/// How long another process may hold the lock before the service counts as unreachable.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LAST_BACKOFF: Duration = Duration::from_secs(1);
/// How many commands are carried out before the inbox is looked at.
const COMMANDS_AT_ONCE: usize = 32;

/// The worker's state.
struct Worker {
    session: Arc<Session>,
    backoff: Backoff,
    /// Whether the failure was told; once until it works again.
    has_told: bool,
    /// Since when the service has been locked by another process.
    locked_since: Option<Instant>,
    /// Whether a sync was begun and not ended.
    is_syncing: bool,
    last_activity: Instant,
    /// Whether the outbox may have commands.
    outbox: bool,
}

/// Runs until the session is stopped or the service refuses the user.
pub(super) fn run(session: Arc<Session>) {
    let _closing = Closing(Arc::clone(&session));
    let mut worker = Worker {
        session,
        backoff: Backoff::new(FIRST_BACKOFF, LAST_BACKOFF),
        has_told: false,
        locked_since: None,
        is_syncing: false,
        last_activity: Instant::now(),
        outbox: true,
    };
    worker.report(LinkState::Connecting);
    while !worker.session.is_stopped() {
        let step = worker.step();
        if !worker.go_on(step) {
            break;
        }
    }
}

/// Closes the service file when the thread ends, also by a panic: then no request finds a link that nobody serves.
struct Closing(Arc<Session>);

impl Drop for Closing {
    fn drop(&mut self) {
        *self.0.link() = None;
    }
}

impl Worker {
    fn report(&self, state: LinkState) {
        self.session.sink.report(state);
    }

    /// One piece of work, with the link held.
    fn step(&mut self) -> Step<()> {
        self.session.yield_to_requests();
        let session = self.session.clone();
        let mut place = session.link();
        let link = match place.as_mut() {
            Some(link) => link,
            None => {
                let link = Link::open(&session.path, session.sink.clone())?;
                // A request that comes next finds the sync begun.
                self.connected();
                place.insert(link)
            }
        };
        if self.is_syncing {
            if link.is_syncing() {
                link.pull_batch()?;
            }
            self.last_activity = Instant::now();
            if !link.is_syncing() {
                self.is_syncing = false;
                self.report(LinkState::SyncFinished);
            }
            return Ok(());
        }
        let is_active = self.serve(link)?;
        drop(place);
        if is_active {
            self.last_activity = Instant::now();
        } else if self.last_activity.elapsed() < BUSY_FOR {
            session.wait(BUSY_POLL);
        } else {
            session.wait(IDLE_POLL);
        }
        Ok(())
    }

    fn connected(&mut self) {
        if std::mem::take(&mut self.has_told) {
            self.report(LinkState::Connecting);
        }
        self.report(LinkState::Connected);
        self.report(LinkState::SyncStarted);
        self.is_syncing = true;
        self.outbox = true;
    }

    /// Drains some of the outbox and some of the inbox. False when there was nothing to do.
    fn serve(&mut self, link: &mut Link) -> Step<bool> {
        self.outbox |= self.session.take_outbox_signal();
        let mut carried_out = 0;
        while self.outbox && carried_out < COMMANDS_AT_ONCE {
            if self.session.is_stopped() {
                return Ok(true);
            }
            self.outbox = link.carry_out_next()?;
            carried_out += usize::from(self.outbox);
        }
        let goes_on = || !self.session.is_stopped();
        let has_pulled = if carried_out > 0 {
            link.pull(goes_on)?
        } else {
            link.pull_news(goes_on)?
        };
        // What came in may have made the account want something.
        self.outbox |= has_pulled;
        Ok(carried_out > 0 || has_pulled)
    }

    /// Decides what follows on a step. False: the end.
    fn go_on(&mut self, step: Step<()>) -> bool {
        let fault = match step {
            Ok(()) => {
                self.backoff.reset();
                self.locked_since = None;
                return true;
            }
            Err(fault) => fault,
        };
        if fault.is_closed() {
            return false;
        }
        match fault {
            Fault::Busy if self.locked_since.get_or_insert_with(Instant::now).elapsed() < LOCK_PATIENCE => {
                self.session.wait_for_stop(BUSY_POLL);
                true
            }
            Fault::Account(error) => {
                log::warn!("the account could not take what the service told: {error}");
                self.wait_longer();
                true
            }
            Fault::Refused(error) => {
                self.report(LinkState::Refused(error));
                false
            }
            fault => {
                self.lost(fault.into_error());
                self.wait_longer();
                true
            }
        }
    }

    /// The service cannot be used: the link goes, and whoever listens is told once.
    fn lost(&mut self, error: Error) {
        *self.session.link() = None;
        let error = Error::disconnected(error.desc);
        if std::mem::take(&mut self.is_syncing) {
            self.report(LinkState::SyncFailed(error.clone()));
        }
        log::info!("{error}");
        if !std::mem::replace(&mut self.has_told, true) {
            self.report(LinkState::Failed(error));
        }
    }

    fn wait_longer(&mut self) {
        self.session.wait_for_stop(self.backoff.next());
    }
}
