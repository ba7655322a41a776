//! A write transaction of the service, and the inbox entries for the users whom its changes concern (fan-out on write).
//! Runs on the thread that holds the connection.

use super::error::ServiceResult;
use crate::model::Micros;
use rusqlite::{CachedStatement, Connection, Params};

/// The kinds of inbox rows, with the numbers of `inbox.kind`; docs/service-schema.sql says what `ref` means for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Kind {
    Message = 1,
    Revoked = 2,
    MessageDeleted = 3,
    HistoryCleared = 4,
    ConversationDeleted = 5,
    Settings = 6,
    PeerRead = 7,
    Profile = 8,
    Friend = 9,
    Group = 10,
    GroupLeft = 11,
    Entered = 12,
    Modified = 13,
    Reacted = 14,
    Delivered = 15,
    ReadReceipt = 16,
    MemberRenamed = 17,
    FriendApplication = 18,
    FriendApplicationsRead = 19,
    GroupApplication = 20,
    GroupApplicationDecided = 21,
    GroupApplicationsRead = 22,
}

impl Kind {
    pub(super) fn from_code(code: i64) -> Option<Self> {
        [
            Self::Message,
            Self::Revoked,
            Self::MessageDeleted,
            Self::HistoryCleared,
            Self::ConversationDeleted,
            Self::Settings,
            Self::PeerRead,
            Self::Profile,
            Self::Friend,
            Self::Group,
            Self::GroupLeft,
            Self::Entered,
            Self::Modified,
            Self::Reacted,
            Self::Delivered,
            Self::ReadReceipt,
            Self::MemberRenamed,
            Self::FriendApplication,
            Self::FriendApplicationsRead,
            Self::GroupApplication,
            Self::GroupApplicationDecided,
            Self::GroupApplicationsRead,
        ]
        .into_iter()
        .find(|kind| *kind as i64 == code)
    }
}

/// The users to tell, as SQL. `?3` is the row that the inbox entry refers to.
const MEMBERS: &str = "SELECT user FROM member WHERE conversation = ?3";
const FELLOWS: &str = "SELECT o.user FROM member m JOIN member o ON o.conversation = m.conversation WHERE m.id = ?3";
// A user has a message as long as the row that told it is in their inbox.
const HOLDERS: &str = "SELECT user FROM inbox WHERE kind = 1 AND ref = ?3";
const KNOWING: &str =
    "SELECT ?3 AS user UNION SELECT user FROM watch WHERE target = ?3 UNION SELECT user FROM friend WHERE friend = ?3";
/// The members of a message's conversation, except those who do not receive its messages (`recvOpt` 1). The sender's
/// other devices always receive it.
const RECIPIENTS: &str = "SELECT s.user FROM message m JOIN member g ON g.conversation = m.conversation \
     JOIN setting s ON s.user = g.user AND s.conversation = m.conversation \
     WHERE m.id = ?3 AND (s.recv_opt <> 1 OR s.user = m.sender) \
     UNION ALL SELECT s.user FROM message m JOIN conversation c ON c.id = m.conversation AND c.user_low IS NOT NULL \
     JOIN setting s ON s.user IN (c.user_low, c.user_high) AND s.conversation = m.conversation \
     WHERE m.id = ?3 AND (s.recv_opt <> 1 OR s.user = m.sender)";

/// A write transaction.
pub(super) struct Tx<'a> {
    pub(super) db: &'a Connection,
    /// The service's clock at the start of the transaction.
    pub(super) now: Micros,
    last_change: i64,
    has_wiped: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(db: &'a Connection, head: i64, now: Micros) -> Self {
        Self {
            db,
            now,
            last_change: head,
            has_wiped: false,
        }
    }

    /// The number of the last change, up to now.
    pub(super) fn last_change(&self) -> i64 {
        self.last_change
    }

    /// Text was taken out of the file.
    pub(super) fn wiped(&mut self) {
        self.has_wiped = true;
    }

    /// Whether text was taken out of the file.
    pub(super) fn has_wiped(&self) -> bool {
        self.has_wiped
    }

    /// Counts as a change although nobody is told: a copy from before it does not have this moment.
    pub(super) fn count_change(&mut self) {
        self.last_change += 1;
    }

    /// A prepared statement; the text must be constant.
    pub(super) fn prepare(&self, sql: &str) -> ServiceResult<CachedStatement<'a>> {
        Ok(self.db.prepare_cached(sql)?)
    }

    /// Executes a constant statement and says how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> ServiceResult<usize> {
        Ok(self.prepare(sql)?.execute(params)?)
    }

    /// The first row's first column, if there is a row.
    pub(super) fn find<T: rusqlite::types::FromSql>(&self, sql: &str, params: impl Params) -> ServiceResult<Option<T>> {
        use rusqlite::OptionalExtension;
        Ok(self.prepare(sql)?.query_row(params, |row| row.get(0)).optional()?)
    }

    /// Tells one user. An older entry of the same kind about the same row gives way.
    pub(super) fn tell(&mut self, user: i64, kind: Kind, about: i64) -> ServiceResult<()> {
        self.last_change += 1;
        self.execute(
            "INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) VALUES (?1, ?2, ?3, ?4)",
            (user, self.last_change, kind as i64, about),
        )?;
        Ok(())
    }

    /// Tells all members of a group how it is now.
    pub(super) fn tell_members(&mut self, conversation: i64) -> ServiceResult<()> {
        self.tell_all(MEMBERS, Kind::Group, conversation)
    }

    /// Tells all members of a group that one of them has another name in it.
    pub(super) fn tell_renamed(&mut self, member: i64) -> ServiceResult<()> {
        self.tell_all(FELLOWS, Kind::MemberRenamed, member)
    }

    /// Tells everyone who has a message what has become of it.
    pub(super) fn tell_holders(&mut self, kind: Kind, message: i64) -> ServiceResult<()> {
        self.tell_all(HOLDERS, kind, message)
    }

    /// Tells everyone who shows a user, and the user's own devices, the user's profile.
    pub(super) fn tell_profile(&mut self, user: i64) -> ServiceResult<()> {
        self.tell_all(KNOWING, Kind::Profile, user)
    }

    /// Delivers a message.
    pub(super) fn deliver(&mut self, message: i64) -> ServiceResult<()> {
        self.tell_all(RECIPIENTS, Kind::Message, message)
    }

    fn tell_all(&mut self, audience: &'static str, kind: Kind, about: i64) -> ServiceResult<()> {
        // One number for all: each reader has an inbox of their own, and asks for what comes after a number.
        self.last_change += 1;
        self.execute(
            &format!(
                "INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) SELECT user, ?1, ?2, ?3 FROM ({audience})"
            ),
            (self.last_change, kind as i64, about),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;

    #[test]
    fn a_newer_entry_about_the_same_row_takes_the_place_of_the_older() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let head = service.head();
        service.write(|tx| {
            tx.tell(alice.id, Kind::Profile, alice.id)?;
            tx.tell(alice.id, Kind::Friend, alice.id)?;
            tx.tell(alice.id, Kind::Profile, alice.id)
        });
        let kinds = service.read(|db| {
            let mut statement = db.prepare("SELECT kind FROM inbox WHERE change_id > ?1 ORDER BY change_id")?;
            let kinds = statement.query_map([head], |row| row.get(0))?;
            Ok(kinds.collect::<rusqlite::Result<Vec<i64>>>()?)
        });
        assert_eq!(kinds, [Kind::Friend as i64, Kind::Profile as i64]);
        assert_eq!(service.head(), head + 3, "a number is never given twice");
    }

    #[test]
    fn every_kind_has_the_number_that_the_table_knows() {
        for code in 1..=22 {
            assert_eq!(Kind::from_code(code).map(|kind| kind as i64), Some(code));
        }
        assert_eq!((Kind::from_code(0), Kind::from_code(23)), (None, None));
    }
}
