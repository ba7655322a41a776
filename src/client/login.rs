//! Logging in and out: starting and stopping the backend, and waiting for what it reports. Runs on the callers'
//! threads.

use super::account_sink::AccountSink;
use super::connection::ConnectionStatus;
use super::state::Readiness;
use crate::backend::{Backend, Deadline, Sink};
use crate::engine::Engine;
use crate::events::EventQueue;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::sync::atomic::{AtomicBool, Ordering};
use crate::model::sync::{Arc, Mutex};
use crate::model::{ConversationId, Error, GroupId, LoginStatus, Result, Status, UserId};
use std::time::Duration;

/// How long a server that does not take its leave may delay a logout.
pub(super) const GOODBYE: Duration = Duration::from_secs(2);

/// A login that has begun.
pub(super) enum Begun {
    /// The account is usable already.
    Before,
    /// The first one of the account, with its number: it needs the server.
    First(u64),
}

/// The login of an account.
pub(super) struct Login {
    pub(super) account: Arc<AccountSink>,
    pub(super) backend: Box<dyn Backend>,
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

    pub(super) fn connection_status(&self) -> ConnectionStatus {
        self.account.lock().connection_status()
    }

    /// An id of a user or group as the server writes it; `None` when it is written so already.
    pub(super) fn prepared(&self, id: &str) -> Option<String> {
        self.backend.prepared(id)
    }

    /// Where an id is that of somebody in a group: the id as the server writes it, and the group's.
    pub(super) fn occupant(&self, id: &str) -> Option<(UserId, GroupId)> {
        self.backend.occupant(id)
    }

    /// Whether the server can know a user with that id.
    pub(super) fn is_user_id(&self, id: &str) -> bool {
        self.backend.is_user_id(id)
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

    /// 6014, or why the server has ended the login, when nobody is logged in.
    pub(super) fn check_logged_in(&self) -> Result<()> {
        let state = self.account.lock();
        match state.status() {
            LoginStatus::LoggedOut => state.readiness().map(drop),
            LoginStatus::LoggingIn | LoginStatus::LoggedIn => Ok(()),
        }
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

    /// Begins a login, or joins the one that is under way: there is one connection and one sync, whoever asks.
    pub(super) fn begin(&self, user: Option<&UserId>) -> Result<Begun> {
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
        let _start_stop = lock(&self.start_stop);
        let state = self.account.lock();
        match state.status() {
            LoginStatus::LoggedIn => return Ok(Begun::Before),
            LoginStatus::LoggingIn => return Ok(Begun::First(state.number())),
            LoginStatus::LoggedOut => drop(state),
        }
        // A backend that has ended the last login by itself has left its thread to be joined.
        self.backend.stop(Duration::ZERO);
        // Under the lock that the logout of `close` takes: a backend started after it would never be stopped.
        if self.cancelled.load(Ordering::Acquire) {
            return Err(cancelled());
        }
        // Before the backend starts: facts that find no login are dropped.
        let number = self.account.change(|state, _| {
            state.begin();
            state.number()
        });
        if let Err(error) = self.backend.start(Arc::clone(&self.account) as Arc<dyn Sink>) {
            self.account.change(|state, tell| state.log_out(&error, tell));
            return Err(error);
        }
        if !is_known {
            return Ok(Begun::First(number));
        }
        // Still under the lock: a logout comes before all of this or after it.
        self.account.change(|state, _| match state.ended_because() {
            Some(error) => Err(error.clone()),
            None => {
                state.is_known();
                Ok(Begun::Before)
            }
        })
    }

    /// Waits until the login that has begun is one. If the network is the reason that it is not, the backend goes on
    /// trying: another call can wait for it, and `onConnectSuccess` says when it is there.
    pub(super) fn complete(&self, begun: Begun, deadline: &Deadline) -> Result<()> {
        let Begun::First(number) = begun else {
            return Ok(());
        };
        let mut state = self.account.lock();
        loop {
            if self.cancelled.load(Ordering::Acquire) {
                return Err(cancelled());
            }
            // A later login means that this one has ended.
            match state.status() {
                _ if state.number() != number => return Err(state.end_of(number).cloned().unwrap_or_else(logged_out)),
                LoginStatus::LoggedIn => return Ok(()),
                LoginStatus::LoggedOut => return Err(state.ended_because().cloned().unwrap_or_else(logged_out)),
                LoginStatus::LoggingIn => {}
            }
            state = match deadline.left() {
                Ok(left) => self.account.wait(state, left),
                // Why it could not be reached says more than that it did not answer.
                Err(error) => return Err(state.disconnected_because().cloned().unwrap_or(error)),
            };
        }
    }

    /// Logs out. A server that does not take its leave is waited for as long as `patience`, and 2 seconds at most.
    pub(super) fn logout(&self, patience: Duration) {
        let _start_stop = lock(&self.start_stop);
        // First, so that the state changes when no more facts can come.
        self.backend.stop(patience.min(GOODBYE));
        let why = Error::new(Status::Cancelled, "the account was logged out");
        self.account.end_typing();
        self.account.change(|state, tell| state.log_out(&why, tell));
    }

    /// Wakes a login or a request that waits; the client's flag tells it why.
    pub(super) fn cancel(&self) {
        self.account.wake();
        self.account.engine().wake_deliveries();
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

/// Why a login ended that the app did not want any more.
fn logged_out() -> Error {
    Error::new(
        Status::Cancelled,
        "the account was logged out while the login was in progress",
    )
}

fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the client was closed while the login was waiting for the server",
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Script;
    use super::super::{Call, Client};
    use super::*;
    use crate::backend::LinkState;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    fn login(client: &Client, timeout: Duration) -> Result<()> {
        Call::now(client).login(None, timeout)
    }

    /// Calls without waiting, as the app does with `im_call_async`.
    fn later(client: &Arc<Client>, run: fn(&Call<'_>) -> Result<()>) -> mpsc::Receiver<Result<()>> {
        let (sender, outcome) = mpsc::channel();
        client
            .run_on_thread(
                move |call| call.map(run),
                move |answer| sender.send(answer.unwrap()).unwrap(),
            )
            .unwrap();
        outcome
    }

    #[test]
    fn a_first_login_that_the_network_fails_goes_on_and_another_call_waits_for_it() {
        let server = Script::default();
        server.go_down();
        let (_dir, client) = server.open();
        for _ in 0..2 {
            assert_eq!(login(&client, SHORT).unwrap_err().status, Status::Disconnected);
            assert_eq!(client.login_status().unwrap(), LoginStatus::LoggingIn);
            assert!(server.is_started());
        }
        let waits = later(&client, |call| call.login(None, LONG));
        server.sink().report(LinkState::Connected);
        waits.recv_timeout(LONG).unwrap().unwrap();
        assert_eq!(client.login_status().unwrap(), LoginStatus::LoggedIn);
        login(&client, SHORT).unwrap();
    }

    /// Calls that all wait for the login that is under way.
    fn waiting(client: &Arc<Client>) -> Vec<mpsc::Receiver<Result<()>>> {
        let calls = (0..3).map(|_| later(client, |call| call.login(None, LONG))).collect();
        // Calls begin in their order, so the others have begun when this one gives up.
        let last = later(client, |call| call.login(None, SHORT));
        assert_eq!(last.recv_timeout(LONG).unwrap().unwrap_err().status, Status::Timeout);
        calls
    }

    #[test]
    fn all_calls_wait_for_one_login_and_end_as_it_does() {
        let server = Script::default();
        server.stay_silent();
        let (_dir, client) = server.open();
        let calls = waiting(&client);
        let mallory = UserId::trusted("mallory");
        let refused = Call::now(&client).login(Some(&mallory), LONG).unwrap_err();
        assert_eq!(refused.status, Status::InvalidParameters);
        assert!(refused.desc.contains("mallory") && refused.desc.contains("alice"));
        let why = Error::new(Status::Refused, "go away");
        server.sink().report(LinkState::Refused(why.clone()));
        for call in calls {
            assert_eq!(call.recv_timeout(LONG).unwrap().unwrap_err(), why);
        }
        assert_eq!(client.login_status().unwrap(), LoginStatus::LoggedOut);

        let calls = waiting(&client);
        server.sink().report(LinkState::Connected);
        for call in calls {
            call.recv_timeout(LONG).unwrap().unwrap();
        }
    }

    #[test]
    fn calls_that_do_not_wait_for_each_other_begin_in_their_order() {
        let server = Script::default();
        server.go_down();
        let (_dir, client) = server.open();
        for _ in 0..50 {
            let first = later(&client, |call| call.login(None, LONG));
            let end = later(&client, |call| call.logout(LONG));
            end.recv_timeout(LONG).unwrap().unwrap();
            assert_eq!(first.recv_timeout(LONG).unwrap().unwrap_err().status, Status::Cancelled);
            assert!(!server.is_started());
        }
        let (end, last) = (
            later(&client, |call| call.logout(LONG)),
            later(&client, |call| call.login(None, LONG)),
        );
        end.recv_timeout(LONG).unwrap().unwrap();
        while !server.is_started() {
            std::thread::yield_now();
        }
        server.sink().report(LinkState::Connected);
        last.recv_timeout(LONG).unwrap().unwrap();
    }

    #[test]
    fn whoever_logs_in_and_out_at_once_the_status_tells_whether_the_backend_runs() {
        for known in [false, true] {
            let server = Script::default();
            let (_dir, client) = if known { server.client() } else { server.open() };
            for round in 0..300 {
                std::thread::scope(|scope| {
                    for number in 0..4 {
                        let client = &client;
                        scope.spawn(move || match number % 2 {
                            0 => drop(login(client, SHORT)),
                            _ => Call::now(client).logout(LONG).unwrap(),
                        });
                    }
                });
                let is_in = client.login_status().unwrap() != LoginStatus::LoggedOut;
                assert_eq!(is_in, server.is_started(), "round {round}");
            }
        }
    }
}
