//! The thread `libim-embedded`: connects, syncs, drains the outbox, and looks for commits of other processes.
//!
//! SQLite does not notify one process of another's commit, so the worker looks: every 5 ms while something has happened in
//! the last second, and otherwise when the system tells of a write to the file (`bell`), or every 30 ms where it does not
//! (docs/decisions/polling-the-service-file.md). Own commands do not wait for a look.

use super::bell::Watch;
use super::ephemeral::{self, Fleeting};
use super::error::{ServiceError, ServiceResult};
use super::mailbox::{Mailbox, Sync};
use super::running::Running;
use crate::backend::backoff::Backoff;
use crate::backend::{LinkState, Sink};
use crate::model::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two looks while something happens, and how long after it.
const BUSY_POLL: Duration = Duration::from_millis(5);
const BUSY_FOR: Duration = Duration::from_secs(1);
/// Between two looks otherwise, where writes are not told.
const IDLE_POLL: Duration = Duration::from_millis(30);
/// Between two looks for what is to go from the file.
const BETWEEN_TRIMS: Duration = Duration::from_secs(10);
/// The first and the longest wait for the commit that a write belongs to.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_secs(2);
/// How long another process may hold the lock before the service counts as unreachable.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// How long the account may fail to store a change before the app hears of it.
const FAULT_PATIENCE: Duration = Duration::from_secs(1);
/// Between two attempts.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LAST_BACKOFF: Duration = Duration::from_secs(1);
/// How many commands are carried out before the inbox is looked at.
const COMMANDS_AT_ONCE: usize = 32;

/// The worker's state.
struct Worker {
    running: Arc<Running>,
    backoff: Backoff,
    /// Whether the failure was reported: once, until it works again.
    has_told: bool,
    /// Since when the service has been locked by another process.
    locked_since: Option<Instant>,
    /// Since when the account has not taken what the service has, and whether the app was told.
    failing_since: Option<Instant>,
    has_told_fault: bool,
    /// Whether the end of a sync was not reported yet.
    is_syncing: bool,
    last_activity: Instant,
    /// When it was looked last for what is to go from the file.
    last_trim: Instant,
    /// The watch over the open service.
    watch: Option<Watch>,
    /// The wait before the next look, when writes are told.
    next_look: Duration,
    /// Whether the outbox may have commands.
    outbox: bool,
    /// Whether own commands were carried out since the inbox was read.
    has_written: bool,
}

/// Runs until the backend is stopped or the service refuses the user.
pub(super) fn run(running: Arc<Running>) {
    let _closing = Closing(Arc::clone(&running));
    let mut worker = Worker {
        running,
        backoff: Backoff::new(FIRST_BACKOFF, LAST_BACKOFF),
        has_told: false,
        locked_since: None,
        failing_since: None,
        has_told_fault: false,
        is_syncing: false,
        last_activity: Instant::now(),
        last_trim: Instant::now(),
        watch: None,
        next_look: FIRST_LOOK,
        outbox: true,
        has_written: false,
    };
    worker.report(LinkState::Connecting);
    while !worker.running.is_stopped() {
        let step = worker.step();
        if !worker.go_on(step) {
            break;
        }
    }
}

/// Closes the service file when the thread ends, also by a panic: then no request finds a mailbox that nobody serves.
struct Closing(Arc<Running>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Whether what was to be told is not true any more: the user has sent the message that they were typing, and it is in the
/// outbox or with the service.
fn is_over(sink: &dyn Sink, said: &Fleeting) -> bool {
    matches!(said, Fleeting::Typing { user, is_typing: true } if !sink.types_to(user))
}

impl Worker {
    fn report(&self, state: LinkState) {
        self.running.sink.report(state);
    }

    /// One piece of work, with the mailbox locked.
    fn step(&mut self) -> ServiceResult<()> {
        let running = Arc::clone(&self.running);
        let mut place = running.mailbox();
        let mailbox = match place.as_mut() {
            Some(mailbox) => mailbox,
            None => {
                let mailbox = Mailbox::open(&running.path, running.is_durable, Arc::clone(&running.sink))?;
                self.watch = Some(Watch::over(&running.path));
                // Under the lock, so that a request that comes next finds the sync begun.
                self.connected();
                place.insert(mailbox)
            }
        };
        let is_active = match mailbox.sync() {
            // One batch for each look, so that requests and a stop do not wait for the whole history.
            Sync::Behind => {
                mailbox.pull_batch()?;
                // What the user writes meanwhile does not wait for the end of a long history. After the batch, because the
                // first one brings what decides how messages count.
                self.carry_out(mailbox)?;
                if mailbox.sync() == Sync::Complete {
                    self.synced();
                }
                true
            }
            // A request has read the rest of the history.
            Sync::Complete => {
                self.synced();
                true
            }
            Sync::Over => self.serve(mailbox)?,
        };
        drop(place);
        if is_active {
            self.last_activity = Instant::now();
        } else {
            self.pause();
        }
        Ok(())
    }

    /// Waits before the next look, since the last one has found nothing.
    fn pause(&mut self) {
        let watch = self.watch.as_ref().filter(|watch| watch.works());
        if self.last_activity.elapsed() < BUSY_FOR {
            self.running.wait(None, BUSY_POLL);
        } else if watch.is_none() {
            self.running.wait(None, IDLE_POLL);
        } else if self.running.wait(watch, self.next_look) {
            // The write comes before its commit, by as long as the disk takes.
            self.next_look = FIRST_LOOK;
        } else {
            self.next_look = (self.next_look * 2).min(LAST_LOOK);
        }
    }

    fn connected(&mut self) {
        self.running.forget_fleeting();
        if std::mem::take(&mut self.has_told) {
            self.report(LinkState::Connecting);
        }
        self.report(LinkState::Connected);
        self.report(LinkState::SyncStarted);
        self.outbox = true;
        (self.is_syncing, self.has_told_fault) = (true, false);
    }

    fn synced(&mut self) {
        self.report(LinkState::SyncFinished);
        (self.is_syncing, self.has_told_fault) = (false, false);
    }

    /// The account cannot take what the service has. That is told once it lasts, as a sync that fails: the list is not what
    /// it should be.
    fn account_failed(&mut self, error: Error) {
        log::warn!("the cache could not take a change of the service; trying again: {error}");
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= FAULT_PATIENCE && !std::mem::replace(&mut self.has_told_fault, true) {
            if !self.is_syncing {
                self.report(LinkState::SyncStarted);
            }
            self.report(LinkState::SyncFailed(error));
        }
        self.wait_longer();
    }

    /// What had failed works again.
    fn recovered(&mut self) {
        self.backoff.reset();
        (self.locked_since, self.failing_since) = (None, None);
        if std::mem::take(&mut self.has_told_fault) {
            self.report(LinkState::SyncStarted);
            if !self.is_syncing {
                self.report(LinkState::SyncFinished);
            }
        }
    }

    /// Drains some of the outbox. `None` when somebody else is to have the mailbox first, else how many commands were carried
    /// out.
    fn carry_out(&mut self, mailbox: &mut Mailbox) -> ServiceResult<Option<usize>> {
        self.outbox |= self.running.take_outbox_signal();
        let mut carried_out = 0;
        while self.outbox && carried_out < COMMANDS_AT_ONCE {
            if !self.running.goes_on() {
                return Ok(None);
            }
            self.outbox = mailbox.carry_out_next()?;
            carried_out += usize::from(self.outbox);
            self.has_written |= self.outbox;
        }
        Ok(Some(carried_out))
    }

    /// Drains some of the outbox and some of the inbox. False when there was nothing to do.
    fn serve(&mut self, mailbox: &mut Mailbox) -> ServiceResult<bool> {
        let Some(carried_out) = self.carry_out(mailbox)? else {
            return Ok(true);
        };
        let mut told = 0;
        // Some at a time: an app that says such things without end must not keep what others say from it.
        while told < COMMANDS_AT_ONCE
            && self.running.goes_on()
            && let Some(said) = self.running.next_fleeting()
        {
            if !is_over(&*self.running.sink, &said) {
                mailbox.tell_online(&said)?;
            }
            self.running.has_told();
            told += 1;
        }
        self.running.sink.look_at_typing();
        let goes_on = || self.running.goes_on();
        // `data_version` shows the commits of others only: after own commands the inbox is read in any case.
        let has_pulled = if std::mem::take(&mut self.has_written) {
            mailbox.pull(goes_on)?
        } else {
            mailbox.pull_news(goes_on)?
        };
        // When the app has it: what others are told does not hold up what the user hears and does.
        if carried_out == 0 {
            mailbox.tell_fetched()?;
        }
        if carried_out == 0 && !has_pulled {
            mailbox.files.remove_unused(&mut mailbox.service)?;
            if self.last_trim.elapsed() >= BETWEEN_TRIMS {
                self.last_trim = Instant::now();
                ephemeral::clear_old(&mut mailbox.service)?;
            }
            mailbox.service.empty_log()?;
        }
        // A change that came in may have made the engine add a command, such as the wish for a profile.
        self.outbox |= has_pulled;
        Ok(carried_out > 0 || has_pulled || told == COMMANDS_AT_ONCE)
    }

    /// Decides what comes after a step. False: the end.
    fn go_on(&mut self, step: ServiceResult<()>) -> bool {
        let fault = match step {
            Ok(()) => {
                self.recovered();
                return true;
            }
            Err(fault) => fault,
        };
        if fault.is_closed() {
            return false;
        }
        match fault {
            ServiceError::Busy if self.locked_since.get_or_insert_with(Instant::now).elapsed() < LOCK_PATIENCE => {
                self.running.wait_for_stop(BUSY_POLL);
                true
            }
            ServiceError::Restored => {
                self.running.close();
                true
            }
            // The file is well, so the mailbox stays open and the app is told of no lost connection.
            ServiceError::Account(error) => {
                self.account_failed(error);
                true
            }
            ServiceError::Refused(error) => {
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

    /// The service cannot be used: the mailbox goes, and the account is told once.
    fn lost(&mut self, error: Error) {
        self.running.close();
        self.watch = None;
        let error = Error::disconnected(error.desc);
        log::info!("{error}");
        if !std::mem::replace(&mut self.has_told, true) {
            self.report(LinkState::Failed(error));
        }
    }

    fn wait_longer(&mut self) {
        self.running.wait_for_stop(self.backoff.next());
    }
}
