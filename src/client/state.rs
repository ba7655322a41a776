//! Where a login stands: the one place that knows it. Backends report facts; this decides what they mean for the app.
//! Plain data, guarded by the lock of [`super::account_sink::AccountSink`].

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
    /// Whether a call waits for the end of a first login.
    is_awaited: bool,
}

impl LoginState {
    /// Nobody is logged in.
    pub(super) fn new() -> Self {
        Self {
            state: State::LoggedOut { why: None },
            sync: SyncEvents::default(),
            number: 0,
            is_awaited: false,
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

    /// A login begins, and a call waits for it.
    pub(super) fn begin(&mut self) {
        self.state = State::LoggingIn(Connection::Opening);
        self.number += 1;
        self.is_awaited = true;
    }

    /// The number of the last login that began.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// A call wants to wait for the login that is under way. False when another one does already.
    pub(super) fn wait_along(&mut self) -> bool {
        !std::mem::replace(&mut self.is_awaited, true)
    }

    /// The call that waited for a login has ended.
    pub(super) fn wait_over(&mut self, number: u64) {
        if self.number == number {
            self.is_awaited = false;
        }
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
        self.sync.abandon(why, tell);
        self.state = State::LoggedOut { why: None };
    }

    /// Takes a fact from the backend.
    pub(super) fn take(&mut self, fact: LinkState, tell: &mut Tell<'_>) {
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
        // V2TIM's callbacks for the two other ends have no argument.
        tell(event, (event == Event::ConnectFailed).then_some(&why));
        self.state = State::LoggedOut { why: Some(why) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: usize = 10;

    fn lost() -> Error {
        Error::disconnected("the connection was lost")
    }

    fn fact(number: usize) -> LinkState {
        match number {
            0 => LinkState::Connecting,
            1 => LinkState::Connected,
            2 => LinkState::Resumed,
            3 => LinkState::Failed(lost()),
            4 => LinkState::SyncStarted,
            5 => LinkState::SyncFinished,
            6 => LinkState::SyncFailed(lost()),
            7 => LinkState::Refused(lost()),
            8 => LinkState::KickedOffline,
            _ => LinkState::UserSigExpired,
        }
    }

    /// A login that notes what it tells.
    struct Watched {
        state: LoginState,
        events: Vec<Event>,
    }

    impl Watched {
        fn new() -> Self {
            Self {
                state: LoginState::new(),
                events: Vec::new(),
            }
        }

        fn logged_in(facts: impl IntoIterator<Item = LinkState>) -> Self {
            let mut login = Self::new();
            login.state.begin();
            for fact in facts {
                login.take(fact);
            }
            login
        }

        fn take(&mut self, fact: LinkState) {
            self.state.take(fact, &mut |event, _| self.events.push(event));
        }

        fn log_out(&mut self) {
            self.state.log_out(&lost(), &mut |event, _| self.events.push(event));
        }

        /// Whether a Start has no end yet. Panics when the syncs told so far are no pairs.
        fn is_syncing(&self) -> bool {
            let mut is_syncing = false;
            for event in &self.events {
                match event {
                    Event::SyncServerStart => assert!(!std::mem::replace(&mut is_syncing, true), "{:?}", self.events),
                    Event::SyncServerFinish | Event::SyncServerFailed => {
                        assert!(std::mem::replace(&mut is_syncing, false), "{:?}", self.events);
                    }
                    _ => {}
                }
            }
            is_syncing
        }
    }

    #[test]
    fn whatever_a_backend_reports_each_start_has_one_end() {
        for seed in 0..500 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut login = Watched::new();
            for _ in 0..60 {
                let told = login.events.len();
                let was = login.state.status();
                match random.usize(..FACTS + 3) {
                    number if number < FACTS => {
                        login.take(fact(number));
                        let is_up = matches!(login.state.readiness(), Ok(Readiness::Connected));
                        match fact(number) {
                            _ if was == LoginStatus::LoggedOut => assert_eq!(login.events.len(), told),
                            LinkState::Connected | LinkState::Resumed => assert!(is_up),
                            LinkState::SyncStarted => assert!(login.is_syncing()),
                            LinkState::SyncFinished => {
                                assert_eq!(login.events.last(), Some(&Event::SyncServerFinish));
                            }
                            LinkState::SyncFailed(_) => assert!(!login.is_syncing()),
                            LinkState::Failed(error) => {
                                assert!(!login.is_syncing() && !is_up);
                                assert_eq!(login.state.disconnected_because(), Some(&error));
                            }
                            LinkState::Connecting => assert_eq!(login.events.len(), told + 1),
                            LinkState::Refused(_) | LinkState::KickedOffline | LinkState::UserSigExpired => {
                                assert!(!login.is_syncing());
                                assert_eq!(login.state.status(), LoginStatus::LoggedOut);
                                assert!(login.state.ended_because().is_some());
                            }
                        }
                    }
                    number if number == FACTS => {
                        login.log_out();
                        assert!(!login.is_syncing());
                        assert_eq!(login.state.status(), LoginStatus::LoggedOut);
                        assert!(login.state.ended_because().is_none());
                    }
                    _ if was == LoginStatus::LoggedOut => {
                        login.state.begin();
                        if random.bool() {
                            login.state.is_known();
                            assert_eq!(login.state.status(), LoginStatus::LoggedIn);
                        }
                    }
                    _ => {}
                }
                login.is_syncing();
            }
        }
    }

    #[test]
    fn a_first_login_is_one_once_the_server_has_confirmed_it() {
        let mut login = Watched::logged_in([LinkState::Connecting, LinkState::Failed(lost())]);
        assert_eq!(login.state.status(), LoginStatus::LoggingIn);
        login.take(LinkState::Connected);
        assert_eq!(login.state.status(), LoginStatus::LoggedIn);
        login.take(LinkState::Failed(lost()));
        assert_eq!(login.state.status(), LoginStatus::LoggedIn, "libim goes on trying");
    }

    #[test]
    fn a_sync_goes_on_with_its_session_and_not_with_the_next_one() {
        use LinkState::{Connected, Failed, Resumed, SyncStarted};
        let starts = |login: &Watched| {
            let starts = login.events.iter().filter(|event| **event == Event::SyncServerStart);
            starts.count()
        };
        let broken = || [Connected, SyncStarted, Failed(lost())];
        let mut login = Watched::logged_in(broken());
        login.take(Resumed);
        assert!(login.is_syncing() && starts(&login) == 2);

        let mut login = Watched::logged_in(broken());
        login.take(Connected);
        assert!(!login.is_syncing() && starts(&login) == 1);
        login.take(Failed(lost()));
        login.take(Resumed);
        assert!(
            !login.is_syncing() && starts(&login) == 1,
            "the old session's sync is gone"
        );
    }

    #[test]
    fn a_login_that_the_server_has_ended_says_why_until_the_next_one() {
        let mut login = Watched::logged_in([LinkState::Connected, LinkState::KickedOffline]);
        let why = login.state.ended_because().cloned();
        assert_eq!(login.state.readiness().unwrap_err(), why.unwrap());
        login.state.begin();
        assert!(login.state.ended_because().is_none());
    }

    #[test]
    fn each_end_of_a_login_by_the_server_has_its_event() {
        for (fact, event) in [
            (LinkState::Refused(lost()), Event::ConnectFailed),
            (LinkState::KickedOffline, Event::KickedOffline),
            (LinkState::UserSigExpired, Event::UserSigExpired),
        ] {
            let mut login = Watched::logged_in([LinkState::Connected, fact]);
            assert_eq!(login.events.last(), Some(&event));
            assert_eq!(login.state.status(), LoginStatus::LoggedOut);
            login.take(LinkState::Connecting);
            assert_eq!(login.events.last(), Some(&event), "nothing more is told");
        }
    }
}
