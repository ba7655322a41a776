//! A chat service under test: what the scenarios need to know of it, and nothing else.

use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Somebody who can log in on the service.
#[derive(Clone, Debug)]
pub struct User {
    /// The userID: any name on the embedded service, a bare JID on XMPP.
    pub id: String,
}

/// Where services may differ, each within what the documentation allows. Keep it short: everything else is the same on all.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// A message to a userID that nobody has waits for whoever takes the name (status 2); else it is refused (status 3).
    pub unknown_users_are_mailboxes: bool,
    /// The service knows where each conversation was never read, so that a first sync shows old messages as unread;
    /// else what is older than the first login counts as read.
    pub knows_what_was_never_read: bool,
    /// The service says who exists; else a user that does not exist is one who shows nothing.
    pub tells_who_exists: bool,
    /// Whoever owns or administrates a group can recall what others said there; else that is refused (7013) and undone.
    pub administrators_recall: bool,
    /// Own messages and those of others that cross on the way have one order on all devices; else only the messages of
    /// each side keep theirs.
    pub crossing_messages_have_one_order: bool,
    /// A device that comes later has what was said in a group before its user left and came back.
    pub histories_survive_leaving: bool,
    /// The service signs each message with the sender's name; else a device does, which may not have learned yet that
    /// another one has changed it.
    pub signs_messages: bool,
    /// Files have addresses on the web, which libim fetches, and the service limits how large they are (10 MiB).
    pub files_have_addresses: bool,
    /// Messages for those who are online can go to groups; else that is refused (7013).
    pub online_messages_in_groups: bool,
    /// Users choose who may add them as friends; else whoever is to have somebody as a friend too is always asked, and the one
    /// who asks has them in the list meanwhile.
    pub users_choose_who_adds_them: bool,
    /// Those who lead a group can decide who joins it and whom its members bring in; else that is refused (7013), and whoever a
    /// member invites into an open group decides.
    pub leaders_decide_who_joins: bool,
    /// Members of a group can be muted; else that is refused (7013).
    pub mutes_members: bool,
    /// A whole group can be muted; else that is refused (7013).
    pub mutes_whole_groups: bool,
}

/// A running service. It is used by several threads, stands as long as the value, and is gone after it.
pub trait Service: Sync {
    /// How it differs.
    fn traits(&self) -> Traits;

    /// A user whom nobody else has. The prefix is lower-case letters.
    fn new_user(&self, prefix: &str) -> User;

    /// A userID that can never log in, since nobody made it.
    fn unknown_user(&self) -> User;

    /// The groupID of a group that is not there yet, different each time. The name is lower-case letters.
    fn group_id(&self, name: &str) -> String;

    /// What a device of the user is opened with; `device_dir` becomes its `dataDir`.
    fn config(&self, user: &User, device_dir: &Path) -> Value;
}

/// Names that are given once.
#[derive(Default)]
pub struct Names(AtomicU64);

impl Names {
    /// The prefix and a number that was not given before.
    pub fn next(&self, prefix: &str) -> String {
        format!("{prefix}-{}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// The embedded service: one file.
pub struct Embedded {
    dir: tempfile::TempDir,
    names: Names,
}

impl Embedded {
    /// An empty service.
    pub fn start() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            names: Names::default(),
        }
    }
}

impl Service for Embedded {
    fn traits(&self) -> Traits {
        Traits {
            unknown_users_are_mailboxes: true,
            knows_what_was_never_read: true,
            tells_who_exists: true,
            administrators_recall: true,
            crossing_messages_have_one_order: true,
            histories_survive_leaving: true,
            signs_messages: true,
            files_have_addresses: false,
            online_messages_in_groups: true,
            users_choose_who_adds_them: true,
            leaders_decide_who_joins: true,
            mutes_members: true,
            mutes_whole_groups: true,
        }
    }

    fn new_user(&self, prefix: &str) -> User {
        User {
            id: self.names.next(prefix),
        }
    }

    fn unknown_user(&self) -> User {
        self.new_user("nobody")
    }

    fn group_id(&self, name: &str) -> String {
        self.names.next(name)
    }

    fn config(&self, user: &User, device_dir: &Path) -> Value {
        json!({
            "dataDir": device_dir,
            "userID": user.id,
            "backend": { "kind": "embedded", "path": self.dir.path().join("service.db") },
        })
    }
}
