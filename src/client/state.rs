//! Where a login stands: the one place that knows it. Backends report facts; this decides what they mean for the app.
//! Plain data, guarded by the lock of [`super::account_sink::AccountSink`].

use super::connection::ConnectionStatus;
use super::sync_events::{SyncEvents, Tell};
use crate::backend::LinkState;
use crate::events::Event;
use crate::model::{Error, LoginStatus, Result, Status};

/// The login.
#[derive(Debug)]
enum State {
    /// Nobody is logged in. `why` the backend has ended the last login; `None` when the app has.
    LoggedOut { why: Option<Error> },
    /// The first login of an account: it is usable once the server has confirmed it.
    LoggingIn(Connection),
    /// The account is usable, with or without a connection.
    LoggedIn(Connection),
}

/// The connection of a login.
#[derive(Debug)]
enum Connection {
    /// The first attempt is under way.
    Opening,
    Up,
    /// It failed or was lost. The backend keeps trying.
    Down(Error),
}

/// What a request that needs the server finds.
#[derive(Debug)]
pub(super) enum Readiness {
    /// There is a connection.
    Connected,
    /// The first attempt to connect is still under way.
    Opening,
}

/// Where a login stands.
#[derive(Debug)]
pub(super) struct LoginState {
    state: State,
    /// Beside the state, not in it, so that no change of the state can forget a sync that is under way.
    sync: SyncEvents,
    /// Counts the logins, so that one that waits does not take the next one for its own.
    number: u64,
    /// The last login that the backend has ended, and why: whoever waits for it may look when the next one has begun.
    last_end: Option<(u64, Error)>,
    /// What the events have told.
    told: ConnectionStatus,
}

impl LoginState {
    /// Nobody is logged in.
    pub(super) fn new() -> Self {
        Self {
            state: State::LoggedOut { why: None },
            sync: SyncEvents::default(),
            number: 0,
            last_end: None,
            told: ConnectionStatus::default(),
        }
    }

    /// The answer of `getLoginStatus`.
    pub(super) fn status(&self) -> LoginStatus {
        match self.state {
            State::LoggedOut { .. } => LoginStatus::LoggedOut,
            State::LoggingIn(_) => LoginStatus::LoggingIn,
            State::LoggedIn(_) => LoginStatus::LoggedIn,
        }
    }

    /// The answer of `getConnectionStatus`.
    pub(super) fn connection_status(&self) -> ConnectionStatus {
        self.told.clone()
    }

    /// Why the backend has ended the login.
    pub(super) fn ended_because(&self) -> Option<&Error> {
        match &self.state {
            State::LoggedOut { why } => why.as_ref(),
            State::LoggingIn(_) | State::LoggedIn(_) => None,
        }
    }

    /// Whether nobody is logged in because the app wants it so.
    pub(super) fn is_logged_out_by_app(&self) -> bool {
        matches!(self.state, State::LoggedOut { why: None })
    }

    /// Why there is no connection, although a login is under way.
    pub(super) fn disconnected_because(&self) -> Option<&Error> {
        match &self.state {
            State::LoggingIn(Connection::Down(error)) | State::LoggedIn(Connection::Down(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether a request can be sent; the error says why it cannot and will not soon.
    pub(super) fn readiness(&self) -> Result<Readiness> {
        match &self.state {
            State::LoggedIn(Connection::Up) => Ok(Readiness::Connected),
            // The server has still to let a first login in, and a request made meanwhile comes after it.
            State::LoggedIn(Connection::Opening) | State::LoggingIn(Connection::Opening | Connection::Up) => {
                Ok(Readiness::Opening)
            }
            State::LoggedIn(Connection::Down(error))
            | State::LoggingIn(Connection::Down(error))
            | State::LoggedOut { why: Some(error) } => Err(error.clone()),
            State::LoggedOut { why: None } => {
                Err(Error::new(Status::NotLoggedIn, "nobody is logged in; call login first"))
            }
        }
    }

    /// A login begins.
    pub(super) fn begin(&mut self) {
        self.state = State::LoggingIn(Connection::Opening);
        self.number += 1;
        self.told.begin();
    }

    /// The number of the last login that began.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Why the backend has ended the login with that number; `None` when it has not.
    pub(super) fn end_of(&self, number: u64) -> Option<&Error> {
        self.last_end
            .as_ref()
            .filter(|(ended, _)| *ended == number)
            .map(|(_, why)| why)
    }

    /// The cache knows the account, which is usable without the server therefore.
    pub(super) fn is_known(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::LoggedOut { why: None }) {
            State::LoggingIn(connection) => State::LoggedIn(connection),
            // The server may have been faster.
            other => other,
        };
    }

    /// The app, or the end of the client, has ended the login. `why` concerns a sync that is under way.
    pub(super) fn log_out(&mut self, why: &Error, tell: &mut Tell<'_>) {
        // A new session knows nothing of a sync that an old one began.
        self.noting(tell, |login, tell| login.sync.abandon(why, tell));
        self.told.log_out();
        self.state = State::LoggedOut { why: None };
    }

    /// Takes a fact from the backend.
    pub(super) fn take(&mut self, fact: LinkState, tell: &mut Tell<'_>) {
        self.noting(tell, |login, tell| login.hear(fact, tell));
    }

    /// Notes what a change tells.
    fn noting(&mut self, tell: &mut Tell<'_>, change: impl FnOnce(&mut Self, &mut Tell<'_>)) {
        let mut told = std::mem::take(&mut self.told);
        change(self, &mut |event, why| {
            told.hear(event, why);
            tell(event, why);
        });
        self.told = told;
    }

    fn hear(&mut self, fact: LinkState, tell: &mut Tell<'_>) {
        // A backend that has ended the login is not part of the next one yet.
        if let State::LoggedOut { .. } = self.state {
            return;
        }
        match fact {
            // An earlier failure stands until there is a connection: requests fail at once instead of waiting.
            LinkState::Connecting => tell(Event::Connecting, None),
            LinkState::Connected => {
                self.sync.abandon(
                    &Error::disconnected("a new connection took the place of the old one"),
                    tell,
                );
                self.state = State::LoggedIn(Connection::Up);
                tell(Event::ConnectSuccess, None);
            }
            LinkState::Resumed => {
                self.state = State::LoggedIn(Connection::Up);
                tell(Event::ConnectSuccess, None);
                self.sync.resume(tell);
            }
            LinkState::Failed(error) => {
                // Not given up: it goes on if the session is resumed, and is told again then.
                self.sync.interrupt(&error, tell);
                tell(Event::ConnectFailed, Some(&error));
                if let State::LoggingIn(connection) | State::LoggedIn(connection) = &mut self.state {
                    *connection = Connection::Down(error);
                }
            }
            LinkState::Refused(error) => self.end(error, Event::ConnectFailed, tell),
            LinkState::KickedOffline => {
                let error = Error::new(Status::NotLoggedIn, "another device took this session's place");
                self.end(error, Event::KickedOffline, tell);
            }
            LinkState::UserSigExpired => {
                let error = Error::new(Status::NotLoggedIn, "the credentials have expired");
                self.end(error, Event::UserSigExpired, tell);
            }
            LinkState::SyncStarted => self.sync.start(tell),
            LinkState::SyncFinished => self.sync.finish(tell),
            LinkState::SyncFailed(error) => self.sync.abandon(&error, tell),
        }
    }

    /// The backend has ended the login.
    fn end(&mut self, why: Error, event: Event, tell: &mut Tell<'_>) {
        self.sync.abandon(&why, tell);
        tell(event, Some(&why));
        self.last_end = Some((self.number, why.clone()));
        self.state = State::LoggedOut { why: Some(why) };
    }
}

#[cfg(test)]
mod tests;
