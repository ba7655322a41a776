//! The login of an account: starting and stopping the backend, and what its connection tells.

use crate::backend::{Backend, Deadline, LinkState, Sink};
use crate::engine::Engine;
use crate::events::{Event, EventQueue};
use crate::model::lock::{lock, wait_timeout};
use crate::model::{
    ConversationId, Error, Friend, Group, Inbound, OutboxEntry, Outcome, Result, Status, StoredMessage, UserId,
};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// V2TIM's login status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum LoginStatus {
    /// The account is usable on the server, or was and will be again without asking the user.
    LoggedIn = 1,
    /// A login is under way.
    LoggingIn = 2,
    /// Nobody is logged in.
    LoggedOut = 3,
}

/// Where a login stands.
#[derive(Default)]
struct State {
    status: Option<LoginStatus>,
    is_connected: bool,
    is_syncing: bool,
    /// Why the backend has stopped by itself.
    ended: Option<Error>,
    /// Why it is not connected.
    failure: Option<Error>,
}

/// What the backend's thread and the callers share.
struct Link {
    user_id: UserId,
    engine: Arc<Engine>,
    queue: EventQueue,
    state: Mutex<State>,
    changed: Condvar,
}

/// The login of an account.
pub(super) struct Session {
    link: Arc<Link>,
    backend: Box<dyn Backend>,
    cancelled: Arc<AtomicBool>,
    /// Held while the backend is started or stopped.
    turning: Mutex<()>,
}

impl Link {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Tells a sync's end if one is under way: each start has exactly one.
    fn break_sync(&self, state: &mut State, error: &Error) {
        if std::mem::take(&mut state.is_syncing) {
            self.queue.push_event(Event::SyncServerFailed, failure(error));
        }
    }
}

/// A failure that no call waits for: the payload of `onSyncServerFailed` and `onConnectFailed`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Failure<'a> {
    /// A status code.
    code: i32,
    /// One English sentence for a developer.
    desc: &'a str,
}

fn failure(error: &Error) -> String {
    let (code, desc) = (error.status.code(), error.desc.as_str());
    // Two plain fields always serialize; null is the least wrong payload should that ever change.
    serde_json::to_string(&Failure { code, desc }).unwrap_or_else(|_| "null".into())
}

impl Sink for Link {
    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn cursor(&self) -> Result<Option<String>> {
        self.engine.cursor()
    }

    fn apply(&self, batch: Inbound) -> Result<()> {
        self.engine.apply(batch)
    }

    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        self.engine.next_outbound()
    }

    fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        self.engine.complete_outbound(id, outcome)
    }

    fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        self.engine.archive_position(archive)
    }

    fn stored_message(&self, msg_id: &str) -> Result<Option<StoredMessage>> {
        self.engine.stored_message(msg_id)
    }

    fn newest_received(&self, conversation: &ConversationId, up_to: u64) -> Result<Option<StoredMessage>> {
        self.engine.newest_received(conversation, up_to)
    }

    fn oldest_stored(&self, conversation: &ConversationId) -> Result<Option<StoredMessage>> {
        self.engine.oldest_stored(conversation)
    }

    fn friends(&self) -> Result<Vec<Friend>> {
        self.engine.friends()
    }

    fn joined_groups(&self) -> Result<Vec<Group>> {
        self.engine.joined_groups()
    }

    fn report(&self, change: LinkState) {
        let mut state = self.lock();
        let none = || "null".to_owned();
        match change {
            LinkState::Connecting => self.queue.push_event(Event::Connecting, none()),
            LinkState::Connected => {
                state.is_connected = true;
                state.failure = None;
                state.status = Some(LoginStatus::LoggedIn);
                self.queue.push_event(Event::ConnectSuccess, none());
            }
            LinkState::Failed(error) => {
                self.break_sync(&mut state, &error);
                state.is_connected = false;
                self.queue.push_event(Event::ConnectFailed, failure(&error));
                state.failure = Some(error);
            }
            LinkState::Refused(error) => {
                self.break_sync(&mut state, &error);
                self.queue.push_event(Event::ConnectFailed, failure(&error));
                state.end(error);
            }
            LinkState::KickedOffline => {
                let error = Error::new(Status::NotLoggedIn, "another device took this session's place");
                self.break_sync(&mut state, &error);
                self.queue.push_event(Event::KickedOffline, none());
                state.end(error);
            }
            LinkState::UserSigExpired => {
                let error = Error::new(Status::NotLoggedIn, "the credentials have expired");
                self.break_sync(&mut state, &error);
                self.queue.push_event(Event::UserSigExpired, none());
                state.end(error);
            }
            LinkState::SyncStarted => {
                state.is_syncing = true;
                self.queue.push_event(Event::SyncServerStart, none());
            }
            LinkState::SyncFinished => {
                // One that was told as failed, because the connection was lost, may come to its end all the same.
                if !std::mem::take(&mut state.is_syncing) {
                    self.queue.push_event(Event::SyncServerStart, none());
                }
                self.queue.push_event(Event::SyncServerFinish, none());
            }
            LinkState::SyncFailed(error) => self.break_sync(&mut state, &error),
        }
        self.changed.notify_all();
    }
}

impl State {
    fn end(&mut self, error: Error) {
        self.is_connected = false;
        self.status = None;
        self.ended = Some(error);
    }

    fn status(&self) -> LoginStatus {
        self.status.unwrap_or(LoginStatus::LoggedOut)
    }
}

impl Session {
    pub(super) fn new(
        user_id: UserId,
        engine: Arc<Engine>,
        queue: EventQueue,
        backend: Box<dyn Backend>,
        cancelled: Arc<AtomicBool>,
    ) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        let link = Arc::new(Link {
            user_id,
            engine,
            queue,
            state,
            changed,
        });
        Self {
            link,
            backend,
            cancelled,
            turning: Mutex::new(()),
        }
    }

    pub(super) fn user_id(&self) -> &UserId {
        &self.link.user_id
    }

    pub(super) fn status(&self) -> LoginStatus {
        self.link.lock().status()
    }

    /// The backend, for a request. Waits while the connection is being made; 6014 when nobody is logged in, 9508 when
    /// the last attempt to connect has failed.
    pub(super) fn connected_backend(&self, deadline: &Deadline) -> Result<&dyn Backend> {
        let mut state = self.link.lock();
        loop {
            if let Some(error) = deadline.cancelled() {
                return Err(error);
            }
            match (state.status(), &state.ended) {
                (LoginStatus::LoggedIn, _) => {}
                (_, Some(error)) => return Err(error.clone()),
                (LoginStatus::LoggingIn, None) => {
                    return Err(Error::new(Status::NotLoggedIn, "the login is still under way"));
                }
                (LoginStatus::LoggedOut, None) => {
                    return Err(Error::new(Status::NotLoggedIn, "nobody is logged in: call login first"));
                }
            }
            if state.is_connected {
                return Ok(&*self.backend);
            }
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            let left = deadline.left()?;
            state = wait_timeout(&self.link.changed, state, left);
        }
    }

    /// Something may have been added to the outbox.
    pub(super) fn outbox_changed(&self) {
        self.backend.outbox_changed();
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
        let own = &self.link.user_id;
        if let Some(user) = user
            && user != own
        {
            let (user, own) = (user.as_str(), own.as_str());
            return Err(Error::invalid(format!(
                "userID {user:?} is not {own:?}, whose client this is"
            )));
        }
        let is_known = self.link.engine.cursor()?.is_some();
        {
            let _turning = lock(&self.turning);
            let mut state = self.link.lock();
            match state.status() {
                LoginStatus::LoggedIn => return Ok(()),
                LoginStatus::LoggingIn => return Err(Error::new(Status::InProgress, "a login is under way already")),
                LoginStatus::LoggedOut => {}
            }
            *state = State {
                status: Some(LoginStatus::LoggingIn),
                ..State::default()
            };
            drop(state);
            // One that ended by itself has left its thread to be joined.
            self.backend.stop();
            if self.cancelled.load(Ordering::Acquire) {
                self.link.lock().status = None;
                return Err(cancelled());
            }
            if let Err(error) = self.backend.start(Arc::clone(&self.link) as Arc<dyn Sink>) {
                self.link.lock().status = None;
                return Err(error);
            }
        }
        if is_known {
            let mut state = self.link.lock();
            return match &state.ended {
                Some(error) => Err(error.clone()),
                None => {
                    state.status = Some(LoginStatus::LoggedIn);
                    Ok(())
                }
            };
        }
        let outcome = self.wait_until_usable(timeout);
        if outcome.is_err() {
            self.logout();
        }
        outcome
    }

    /// The first login of an account needs the server.
    fn wait_until_usable(&self, timeout: Duration) -> Result<()> {
        let until = Instant::now().checked_add(timeout);
        let mut state = self.link.lock();
        loop {
            if self.cancelled.load(Ordering::Acquire) {
                return Err(cancelled());
            }
            if let Some(error) = &state.ended {
                return Err(error.clone());
            }
            match state.status() {
                LoginStatus::LoggedIn => return Ok(()),
                LoginStatus::LoggedOut => return Err(Error::new(Status::Cancelled, "logged out while logging in")),
                LoginStatus::LoggingIn => {}
            }
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                let timed_out = Error::new(Status::Timeout, "the server did not answer the login within timeoutMs");
                return Err(state.failure.take().unwrap_or(timed_out));
            }
            state = wait_timeout(&self.link.changed, state, left);
        }
    }

    pub(super) fn logout(&self) {
        let _turning = lock(&self.turning);
        self.backend.stop();
        let mut state = self.link.lock();
        self.link
            .break_sync(&mut state, &Error::new(Status::Cancelled, "the account was logged out"));
        *state = State::default();
        self.link.changed.notify_all();
    }

    /// Wakes a login that waits; the client's flag says why.
    pub(super) fn cancel(&self) {
        // The lock makes sure that the waiter is either before its look at the flag or in its wait.
        drop(self.link.lock());
        self.link.changed.notify_all();
    }

    /// The client is being closed.
    pub(super) fn shut(&self) {
        self.logout();
    }
}

fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the client was closed while the login was waiting for the server",
    )
}
