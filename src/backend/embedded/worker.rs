//! The backend's thread: connects, syncs, drains the outbox and looks for news, until it is stopped.
//!
//! Other processes announce themselves only through the file: SQLite keeps a counter of commits that costs about two
//! microseconds to read. It is read every 5 ms while something goes on and every 30 ms when nothing does, which keeps
//! delivery far below 100 ms without a socket or a file watcher that would have to work on every system.

use super::service::OpenFault;
use super::session::Session;
use super::{Shared, lock};
use crate::backend::{LinkState, Sink};
use crate::model::{Error, Result, Status};
use std::sync::Arc;
use std::time::{Duration, Instant};

const BUSY_TICK: Duration = Duration::from_millis(5);
const IDLE_TICK: Duration = Duration::from_millis(30);
/// How long after the last change the short tick goes on.
const BUSY_TIME: Duration = Duration::from_secs(1);
/// How long a writer waits for the service file before it tries again later.
const WRITE_WAIT: Duration = Duration::from_secs(2);
const FIRST_RETRY: Duration = Duration::from_millis(50);
const LAST_RETRY: Duration = Duration::from_secs(1);

/// Runs until stopped.
pub(super) fn run(shared: &Shared, sink: &Arc<dyn Sink>) {
    let mut retry = FIRST_RETRY;
    while !shared.is_stopped() {
        sink.report(LinkState::Connecting);
        let error = match connect(shared, sink) {
            Ok(()) => {
                retry = FIRST_RETRY;
                stay(shared, sink)
            }
            Err(OpenFault::Refused(error)) => {
                sink.report(LinkState::Refused(error));
                return;
            }
            Err(OpenFault::Unreachable(error)) => error,
        };
        lock(&shared.session).take();
        if shared.is_stopped() || error.status == Status::NotInitialized {
            return;
        }
        sink.report(LinkState::Failed(Error::disconnected(error.desc)));
        shared.wait(retry);
        retry = (retry * 2).min(LAST_RETRY);
    }
}

fn connect(shared: &Shared, sink: &Arc<dyn Sink>) -> std::result::Result<(), OpenFault> {
    let until = Instant::now() + WRITE_WAIT;
    let session = Session::open(&shared.path, Arc::clone(sink), || {
        !shared.is_stopped() && Instant::now() < until
    })?;
    *lock(&shared.session) = Some(session);
    sink.report(LinkState::Connected);
    Ok(())
}

/// Syncs and stays connected. Returns why it ended.
fn stay(shared: &Shared, sink: &Arc<dyn Sink>) -> Error {
    sink.report(LinkState::SyncStarted);
    let synced = shared.with_session(|session| session.sync(|| !shared.is_stopped()));
    match synced {
        Ok(()) if !shared.is_stopped() => sink.report(LinkState::SyncFinished),
        Ok(()) => {
            sink.report(LinkState::SyncFailed(stopped()));
            return stopped();
        }
        Err(error) => {
            sink.report(LinkState::SyncFailed(error.clone()));
            return error;
        }
    }
    let mut seen = None;
    let mut active = Instant::now();
    while !shared.is_stopped() {
        match step(shared, &mut seen) {
            Ok(true) => active = Instant::now(),
            Ok(false) => {}
            Err(error) => return error,
        }
        shared.wait(if active.elapsed() < BUSY_TIME {
            BUSY_TICK
        } else {
            IDLE_TICK
        });
    }
    stopped()
}

/// Drains the outbox and looks for news once. Says whether there was anything.
fn step(shared: &Shared, seen: &mut Option<i64>) -> Result<bool> {
    shared.with_session(|session| {
        if !session.service.is_in_place() {
            return Err(Error::disconnected("the service file was moved or removed"));
        }
        let until = Instant::now() + WRITE_WAIT;
        let drained = match session.drain(|| !shared.is_stopped() && Instant::now() < until) {
            // Locked by another process: the outbox keeps what it has.
            Err(error) if error.status == Status::Timeout => false,
            other => other?,
        };
        let version = session
            .service
            .data_version()
            .map_err(|error| super::service::failed(&error))?;
        // Our own commits do not change the number that we see.
        let is_news = drained || *seen != Some(version);
        if is_news {
            session.pull()?;
            *seen = Some(version);
        }
        Ok(is_news)
    })
}

fn stopped() -> Error {
    Error::new(Status::Cancelled, "the account was logged out")
}
