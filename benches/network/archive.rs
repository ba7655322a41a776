//! What was said, written straight into the archives of a Prosody.

use crate::servers::DOMAIN;
use crate::servers::prosody::Prosody;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The archives of a server, for one transaction.
pub struct Archive(rusqlite::Connection);

impl Archive {
    /// Those of this server.
    pub fn of(server: &Prosody) -> Self {
        let db = rusqlite::Connection::open(server.dir().join("archive.sqlite")).unwrap();
        db.busy_timeout(Duration::from_secs(30)).unwrap();
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(db)
    }

    /// A user received a message from another, at this second.
    pub fn received(&self, user: &str, from: &str, number: usize, when: i64) {
        let value = format!(
            "<message to='{user}' id='m{number}' type='chat' from='{from}/phone'><body>message {number}</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='m{number}'/></message>"
        );
        let (name, _) = user.split_once('@').unwrap();
        self.insert((DOMAIN, name, "archive"), &format!("c-{number}"), when, from, &value);
    }

    /// Bob said something in a room, at this second.
    pub fn said(&self, room: &str, number: usize, when: i64) {
        let value = format!(
            "<message id='r{number}' type='groupchat' from='{room}/bob'><body>message {number}</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='r{number}'/><x xmlns='http://jabber.org/protocol/muc#user'>\
             <item role='participant' affiliation='member' jid='bob@{DOMAIN}'/></x></message>"
        );
        let (node, host) = room.split_once('@').unwrap();
        let place = (host, node, "muc_log");
        self.insert(place, &format!("r-{number}"), when, "message<groupchat", &value);
    }

    fn insert(&self, (host, user, store): (&str, &str, &str), key: &str, when: i64, with: &str, value: &str) {
        let mut insert = self
            .0
            .prepare_cached(
                "INSERT INTO prosodyarchive (host, user, store, key, \"when\", \"with\", type, value) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'xml', ?7)",
            )
            .unwrap();
        insert.execute((host, user, store, key, when, with, value)).unwrap();
    }

    /// Everything is there now.
    pub fn commit(self) {
        self.0.execute_batch("COMMIT").unwrap();
    }
}

/// The current second.
pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}
