//! How the connection and the sync stand, as their events have told it: whoever listens late reads here what they would know.
//! Plain data, guarded by the lock of the login.

use crate::events::Event;
use crate::model::Error;
use serde::Serialize;

/// The connection to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum ConnectionState {
    /// There is none, and none is being made at this moment. While somebody is logged in, libim tries again soon.
    #[default]
    Disconnected,
    /// It is being made (`onConnecting`).
    Connecting,
    /// There is one (`onConnectSuccess`).
    Connected,
}

/// The last sync of the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum SyncState {
    /// None has begun since the login.
    #[default]
    NotStarted,
    /// It is in progress (`onSyncServerStart`).
    Syncing,
    /// It is complete (`onSyncServerFinish`).
    Finished,
    /// It has failed (`onSyncServerFailed`). The next connection syncs again.
    Failed,
}

/// A failure that no call waits for: the payload of `onSyncServerFailed` and `onConnectFailed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Failure {
    /// A status code.
    code: i32,
    /// One English sentence for a developer.
    desc: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            code: error.status.code(),
            desc: error.desc.clone(),
        }
    }
}

/// How the connection and the sync stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionStatus {
    /// The connection.
    connection: ConnectionState,
    /// Why the last connection was lost or not made, or why the server has ended the login; null while there is one, and
    /// when the app has logged out.
    connection_failure: Option<Failure>,
    /// The last sync.
    sync: SyncState,
    /// Why it has failed; null when it has not.
    sync_failure: Option<Failure>,
}

impl ConnectionStatus {
    /// A login begins: what was before says nothing of it.
    pub(super) fn begin(&mut self) {
        *self = Self {
            connection: ConnectionState::Connecting,
            ..Self::default()
        };
    }

    /// The app has logged out.
    pub(super) fn log_out(&mut self) {
        self.connection = ConnectionState::Disconnected;
        self.connection_failure = None;
    }

    /// An event is told. `why` is known also of those whose callbacks have no argument.
    pub(super) fn hear(&mut self, event: Event, why: Option<&Error>) {
        match event {
            // The last failure stands until there is a connection.
            Event::Connecting => self.connection = ConnectionState::Connecting,
            Event::ConnectSuccess => {
                self.connection = ConnectionState::Connected;
                self.connection_failure = None;
            }
            Event::ConnectFailed | Event::KickedOffline | Event::UserSigExpired => {
                self.connection = ConnectionState::Disconnected;
                self.connection_failure = why.map(Failure::from);
            }
            Event::SyncServerStart => self.set_sync(SyncState::Syncing, None),
            Event::SyncServerFinish => self.set_sync(SyncState::Finished, None),
            Event::SyncServerFailed => self.set_sync(SyncState::Failed, why),
            _ => {}
        }
    }

    fn set_sync(&mut self, sync: SyncState, why: Option<&Error>) {
        self.sync = sync;
        self.sync_failure = why.map(Failure::from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl ConnectionStatus {
        /// Whether there is no connection, with the reason.
        pub(in super::super) fn is_over(&self) -> bool {
            self.connection == ConnectionState::Disconnected && self.connection_failure.is_some()
        }
    }

    /// What the events say, as JSON: the connection and the sync, and whether there are reasons.
    fn after(events: &[Event]) -> (String, bool, bool) {
        let lost = Error::disconnected("lost");
        let mut status = ConnectionStatus::default();
        status.begin();
        events.iter().for_each(|event| {
            let failed = matches!(event, Event::ConnectFailed | Event::SyncServerFailed);
            status.hear(*event, failed.then_some(&lost));
        });
        let json = serde_json::to_value(&status).unwrap();
        let words = format!("{} {}", json["connection"], json["sync"]).replace('"', "");
        let has_why = |key: &str| json[key]["code"] == lost.status.code() && json[key]["desc"] == "lost";
        (words, has_why("connectionFailure"), has_why("syncFailure"))
    }

    #[test]
    fn the_last_events_of_the_connection_and_of_the_sync_say_how_they_stand() {
        use Event::{
            ConnectFailed, ConnectSuccess, Connecting, SyncServerFailed, SyncServerFinish, SyncServerStart,
            TotalUnreadMessageCountChanged,
        };
        let of = |events: &[Event]| after(events).0;
        assert_eq!(of(&[]), "connecting notStarted");
        assert_eq!(of(&[ConnectSuccess, SyncServerStart]), "connected syncing");
        let all = [
            ConnectSuccess,
            SyncServerStart,
            SyncServerFinish,
            TotalUnreadMessageCountChanged,
        ];
        assert_eq!(of(&all), "connected finished");
        let lost = [ConnectSuccess, SyncServerStart, SyncServerFailed, ConnectFailed];
        assert_eq!(after(&lost), ("disconnected failed".to_owned(), true, true));
        let again = [&lost[..], &[Connecting]].concat();
        assert_eq!(after(&again), ("connecting failed".to_owned(), true, true));
        let back = [&again[..], &[ConnectSuccess, SyncServerStart]].concat();
        assert_eq!(after(&back), ("connected syncing".to_owned(), false, false));
    }

    #[test]
    fn a_logout_leaves_no_connection_and_a_login_no_sync() {
        let mut status = ConnectionStatus::default();
        status.begin();
        status.hear(Event::ConnectSuccess, None);
        status.hear(Event::SyncServerStart, None);
        status.hear(Event::SyncServerFailed, Some(&Error::disconnected("logged out")));
        status.log_out();
        let json = serde_json::to_value(&status).unwrap();
        assert_eq!(
            (&json["connection"], &json["sync"]),
            (&"disconnected".into(), &"failed".into())
        );
        assert!(json["connectionFailure"].is_null());
        status.begin();
        let json = serde_json::to_value(&status).unwrap();
        assert_eq!(
            (&json["sync"], &json["syncFailure"]),
            (&"notStarted".into(), &serde_json::Value::Null)
        );
    }
}
