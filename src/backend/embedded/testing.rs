//! A service in a temporary directory, for the tests that stand beside its rules. What two devices see of each other is
//! tested from outside, in `tests/embedded_backend`.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::inbox;
use super::moment;
use super::service::Service;
use super::users::{self, Me};
use crate::backend::{LinkState, Sink};
use crate::model::{
    Change, ConversationId, Elem, Error, GroupId, Inbound, Message, MessageBody, Micros, Outbound, OutboxEntry,
    Outcome, Result, Setting, Stamp, StampedSetting, UserId,
};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Mutex;

/// A service, and the directory that goes with it.
pub(super) struct TestService {
    service: Service,
    pub(super) path: PathBuf,
    _dir: tempfile::TempDir,
}

impl TestService {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service.db");
        Self {
            service: Service::open(&path, true, false).unwrap(),
            path,
            _dir: dir,
        }
    }

    /// Somebody who has logged in.
    pub(super) fn user(&mut self, id: &str) -> Me {
        let user_id = UserId::trusted(id);
        let id = self.write(|tx| users::log_in(tx, &user_id));
        Me { id, user_id }
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> ServiceResult<T>) -> T {
        self.service.read(read).unwrap()
    }

    pub(super) fn write<T>(&mut self, write: impl FnOnce(&mut Tx<'_>) -> ServiceResult<T>) -> T {
        self.service.write(write).unwrap()
    }

    /// The connection itself.
    pub(super) fn with<T>(&mut self, work: impl FnOnce(&mut Service) -> ServiceResult<T>) -> T {
        work(&mut self.service).unwrap()
    }

    /// Writes what a rule refuses.
    pub(super) fn refused<T: std::fmt::Debug>(&mut self, write: impl FnOnce(&mut Tx<'_>) -> ServiceResult<T>) -> Error {
        match self.service.write(write) {
            Err(ServiceError::Refused(error)) => error,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The number of the last change.
    pub(super) fn head(&self) -> i64 {
        self.read(moment::head)
    }

    /// What a user is told after a change.
    pub(super) fn told(&self, me: &Me, after: i64) -> Vec<Change> {
        self.read(|db| inbox::page(db, me, after, i64::MAX)).changes
    }
}

/// The stamp of a device at a time.
pub(super) fn stamp(time: i64) -> Stamp {
    Stamp {
        time: Micros(time),
        device: "d".to_owned(),
    }
}

/// A pin that was set or taken off at a time.
pub(super) fn pinned(pinned: bool, time: i64) -> StampedSetting {
    StampedSetting {
        setting: Setting::Pinned(pinned),
        stamp: stamp(time),
    }
}

/// A text to a C2C conversation.
pub(super) fn text(from: &Me, to: &str, msg_id: &str) -> Message {
    Message {
        msg_id: msg_id.to_owned(),
        conversation: ConversationId::c2c(&UserId::trusted(to)),
        sender: from.user_id.clone(),
        nick_name: String::new(),
        face_url: String::new(),
        seq: 0,
        time: Micros(0),
        revoked: None,
        body: MessageBody::of(Elem::Text {
            text: "hello".to_owned(),
        }),
    }
}

/// A text to a group.
pub(super) fn text_to_group(from: &Me, group: &str, msg_id: &str) -> Message {
    Message {
        conversation: ConversationId::group(&GroupId::trusted(group)),
        ..text(from, group, msg_id)
    }
}

/// An account that wants to send one message, and notes what it is told.
pub(super) struct Account {
    user_id: UserId,
    pub(super) waiting: Mutex<Option<Outbound>>,
    pub(super) told: Mutex<Vec<String>>,
}

impl Account {
    pub(super) fn new(me: &Me) -> Self {
        Self {
            user_id: me.user_id.clone(),
            waiting: Mutex::default(),
            told: Mutex::default(),
        }
    }
}

impl Sink for Account {
    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn cursor(&self) -> Result<Option<String>> {
        Ok(None)
    }

    fn apply(&self, batch: Inbound) -> Result<()> {
        let messages = batch.changes.into_iter().filter_map(|change| match change {
            Change::Message(message) => Some(message.msg_id),
            _ => None,
        });
        self.told.lock().unwrap().extend(messages);
        Ok(())
    }

    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        let waiting = self.waiting.lock().unwrap().clone();
        Ok(waiting.map(|command| OutboxEntry {
            id: 1,
            command,
            is_repeated: false,
        }))
    }

    fn complete_outbound(&self, _id: i64, _outcome: Outcome) -> Result<()> {
        *self.waiting.lock().unwrap() = None;
        self.told.lock().unwrap().push("sent".to_owned());
        Ok(())
    }

    fn report(&self, _fact: LinkState) {}
}
