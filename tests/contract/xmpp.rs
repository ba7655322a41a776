//! The contract's service on a real XMPP server.

use super::servers::{DOMAIN, Server};
use super::service::{Names, Service, Traits, User};
use serde_json::{Value, json};
use std::path::Path;

/// An XMPP server.
pub struct Xmpp {
    server: &'static dyn Server,
    names: Names,
}

impl Xmpp {
    /// The service on a server.
    pub fn on(server: &'static dyn Server) -> Self {
        Self {
            server,
            names: Names::default(),
        }
    }
}

impl Service for Xmpp {
    fn traits(&self) -> Traits {
        Traits {
            unknown_users_are_mailboxes: false,
            knows_what_was_never_read: false,
            tells_who_exists: false,
            administrators_recall: false,
            crossing_messages_have_one_order: false,
            histories_survive_leaving: false,
            signs_messages: false,
            files_have_addresses: true,
            online_messages_in_groups: true,
            users_choose_who_adds_them: false,
            leaders_decide_who_joins: false,
            mutes_members: self.server.kind() == "prosody",
            mutes_whole_groups: false,
        }
    }

    fn new_user(&self, prefix: &str) -> User {
        let name = self.names.next(prefix);
        self.server.add_user(&name);
        User {
            id: format!("{name}@{DOMAIN}"),
        }
    }

    fn unknown_user(&self) -> User {
        User {
            id: format!("{}@{DOMAIN}", self.names.next("nobody")),
        }
    }

    fn group_id(&self, name: &str) -> String {
        format!("{}@conference.{DOMAIN}", self.names.next(name))
    }

    fn config(&self, user: &User, device_dir: &Path) -> Value {
        json!({ "dataDir": device_dir, "backend": self.server.backend(&user.id) })
    }
}
