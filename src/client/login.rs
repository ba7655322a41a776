//! Logging in and out: starting and stopping the backend, and waiting for what it reports. Runs on the callers'
//! threads.

use super::account_sink::AccountSink;
use super::state::{LoginStatus, Readiness};
use crate::backend::{Backend, Deadline, Sink};
use crate::engine::Engine;
use crate::events::EventQueue;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::{ConversationId, Error, Result, Status, UserId};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The login of an account.
pub(super) struct Login {
    account: Arc<AccountSink>,
    backend: Box<dyn Backend>,
    /// Becomes true when the client is being closed.
    cancelled: Arc<AtomicBool>,
    /// Held while the backend is started or stopped.
    // Not the lock of the state: the backend reports facts, which take that one, until its threads have ended.
    start_stop: Mutex<()>,
}

impl Login {
    pub(super) fn new(
        user_id: UserId,
        engine: Arc<Engine>,
        queue: EventQueue,
        backend: Box<dyn Backend>,
        cancelled: Arc<AtomicBool>,
    ) -> Self {
        Self {
            account: Arc::new(AccountSink::new(user_id, engine, queue)),
            backend,
            cancelled,
            start_stop: Mutex::new(()),
        }
    }

    pub(super) fn user_id(&self) -> &UserId {
        self.account.user_id()
    }

    pub(super) fn status(&self) -> LoginStatus {
        self.account.status()
    }

    /// An id of a user or group as the server writes it; `None` when it is written so already.
    pub(super) fn prepared(&self, id: &str) -> Option<String> {
        self.backend.prepared(id)
    }

    /// The backend, for a request that concerns these conversations. Waits while the first connection is being made, and
    /// until the commands of the conversations that are in the outbox now have ended: what the user did comes to the
    /// server in the order in which they did it. 6014 when nobody is logged in, 9508 when the last attempt to connect has
    /// failed, 7009 when the app logs out meanwhile.
    pub(super) fn backend_for(&self, conversations: &[ConversationId], deadline: &Deadline) -> Result<&dyn Backend> {
        let mut earlier = self.earlier_commands(conversations)?;
        let mut has_waited = false;
        let mut state = self.account.lock();
        loop {
            if let Some(error) = deadline.cancelled() {
                return Err(error);
            }
            let readiness = match state.readiness() {
                Err(_) if has_waited && state.is_logged_out_by_app() => {
                    let desc = "the account was logged out while the call was waiting";
                    return Err(Error::new(Status::Cancelled, desc));
                }
                readiness => readiness?,
            };
            // Under the lock that `AccountSink::wake` takes after each command that ends, so that none is missed.
            while let Some((id, last)) = earlier.last()
                && self
                    .account
                    .engine()
                    .pending_commands(id)?
                    .is_none_or(|(first, _)| first > *last)
            {
                earlier.pop();
            }
            let left = match (readiness, earlier.last()) {
                (Readiness::Connected, None) => return Ok(&*self.backend),
                (Readiness::Connected, Some((id, _))) => deadline.left().map_err(|error| still_waits_for(id, error))?,
                (Readiness::Opening, _) => deadline.left()?,
            };
            state = self.account.wait(state, left);
            has_waited = true;
        }
    }

    /// The conversations with commands in the outbox, each with the number of its last one. What is added later, by
    /// another thread, comes after the request that waits.
    fn earlier_commands(&self, conversations: &[ConversationId]) -> Result<Vec<(ConversationId, i64)>> {
        let mut earlier = Vec::new();
        for id in conversations {
            if let Some((_, last)) = self.account.engine().pending_commands(id)? {
                earlier.push((id.clone(), last));
            }
        }
        Ok(earlier)
    }

    /// Something may have been added to the outbox, or taken off it.
    pub(super) fn outbox_changed(&self) {
        self.backend.outbox_changed();
        self.account.wake();
    }

    /// More of a conversation's history is wanted than is stored.
    pub(super) fn history_ended(&self, conversation: &ConversationId) {
        self.backend.history_wanted(conversation);
    }

    /// The device's network may have changed.
    pub(super) fn network_changed(&self) {
        self.backend.network_changed();
    }

    pub(super) fn login(&self, user: Option<&UserId>, timeout: Duration) -> Result<()> {
        let own = self.user_id();
        if let Some(user) = user
            && user != own
        {
            return Err(Error::invalid(format!(
                "userID {} is not the user of this client, {}",
                quoted(user.as_str()),
                quoted(own.as_str())
            )));
        }
        // A cursor comes with the first batch, so an account with a cursor was confirmed by the server once.
        let is_known = self.account.engine().cursor()?.is_some();
        {
            let _start_stop = lock(&self.start_stop);
            match self.status() {
                LoginStatus::LoggedIn => return Ok(()),
                LoginStatus::LoggingIn => return Err(Error::new(Status::InProgress, "a login is already in progress")),
                LoginStatus::LoggedOut => {}
            }
            // A backend that has ended the last login by itself has left its thread to be joined.
            self.backend.stop();
            // Under the lock that the logout of `close` takes: a backend started after it would never be stopped.
            if self.cancelled.load(Ordering::Acquire) {
                return Err(cancelled());
            }
            // Before the backend starts: facts that find no login are dropped.
            self.account.change(|state, _| state.begin());
            if let Err(error) = self.backend.start(Arc::clone(&self.account) as Arc<dyn Sink>) {
                self.account.change(|state, tell| state.log_out(&error, tell));
                return Err(error);
            }
        }
        if is_known {
            return self.account.change(|state, _| match state.ended_because() {
                Some(error) => Err(error.clone()),
                None => {
                    state.is_known();
                    Ok(())
                }
            });
        }
        let outcome = self.wait_until_usable(timeout);
        // The backend would keep trying otherwise, and the next login would find one in progress.
        if outcome.is_err() {
            self.logout();
        }
        outcome
    }

    /// The first login of an account needs the server.
    fn wait_until_usable(&self, timeout: Duration) -> Result<()> {
        let until = Instant::now().checked_add(timeout);
        let mut state = self.account.lock();
        loop {
            if self.cancelled.load(Ordering::Acquire) {
                return Err(cancelled());
            }
            if let Some(error) = state.ended_because() {
                return Err(error.clone());
            }
            match state.status() {
                LoginStatus::LoggedIn => return Ok(()),
                LoginStatus::LoggedOut => {
                    return Err(Error::new(
                        Status::Cancelled,
                        "the account was logged out while the login was in progress",
                    ));
                }
                LoginStatus::LoggingIn => {}
            }
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                let timed_out = || Error::new(Status::Timeout, "the server did not answer the login within timeoutMs");
                // Why it could not be reached says more than that it did not answer.
                return Err(state.disconnected_because().cloned().unwrap_or_else(timed_out));
            }
            state = self.account.wait(state, left);
        }
    }

    pub(super) fn logout(&self) {
        let _start_stop = lock(&self.start_stop);
        // First, so that the state changes when no more facts can come.
        self.backend.stop();
        let why = Error::new(Status::Cancelled, "the account was logged out");
        self.account.change(|state, tell| state.log_out(&why, tell));
    }

    /// Wakes a login or a request that waits; the client's flag tells it why.
    pub(super) fn cancel(&self) {
        self.account.wake();
    }
}

/// Why a request did not begin within its time.
fn still_waits_for(id: &ConversationId, error: Error) -> Error {
    if error.status != Status::Timeout {
        return error;
    }
    let id = quoted(id.as_str());
    Error::new(
        Status::Timeout,
        format!("nothing was done: what was done in {id} before had not reached the server within timeoutMs"),
    )
}

fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the client was closed while the login was waiting for the server",
    )
}
