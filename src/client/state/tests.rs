//! The state of the login, whatever a backend reports.

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
        assert!(
            login.state.connection_status().is_over(),
            "why is told, whether the event has an argument"
        );
        assert_eq!(login.events.last(), Some(&event));
        assert_eq!(login.state.status(), LoginStatus::LoggedOut);
        login.take(LinkState::Connecting);
        assert_eq!(login.events.last(), Some(&event), "nothing more is told");
    }
}
