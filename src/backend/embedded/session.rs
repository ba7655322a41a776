//! One connected account: the service file, the user in it, and how far its inbox has been handed on.

use super::inbox;
use super::service::{OpenFault, Service, failed};
use super::{messages, people, settings};
use crate::backend::Sink;
use crate::model::{Change, ConversationId, Error, Inbound, Micros, Outbound, Outcome, Result};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;

/// How many entries go into one batch.
const BATCH: i64 = 500;

/// A connected account.
pub(super) struct Session {
    pub(super) service: Service,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) user: i64,
    /// The last inbox entry that the account has.
    cursor: i64,
    /// The account has never been synced.
    is_first: bool,
}

impl Session {
    /// Opens the service and finds the user in it, who is made on first use.
    pub(super) fn open(
        path: &Path,
        sink: Arc<dyn Sink>,
        may_wait: impl FnMut() -> bool,
    ) -> std::result::Result<Self, OpenFault> {
        let stored = sink.cursor().map_err(OpenFault::Unreachable)?;
        let known = stored.as_deref().and_then(|cursor| cursor.split_once(':'));
        let service = Service::open(path, known.map(|(service_id, _)| service_id))?;
        let me = sink.user_id().as_str();
        let user = match people::find(&service.db, me).map_err(|error| OpenFault::Unreachable(failed(&error)))? {
            Some(user) => user,
            None => service
                .write(may_wait, |db| {
                    people::find_or_create(db, me).map_err(|error| failed(&error))
                })
                .map_err(OpenFault::Unreachable)?,
        };
        let cursor = known.and_then(|(_, change)| change.parse().ok()).unwrap_or(0);
        Ok(Self {
            service,
            sink,
            user,
            cursor,
            is_first: known.is_none(),
        })
    }

    /// Hands on everything up to now as history.
    pub(super) fn sync(&mut self, may_go_on: impl Fn() -> bool) -> Result<()> {
        let head = inbox::head(&self.service.db, self.user).map_err(|error| failed(&error))?;
        if self.is_first {
            // Read positions come before the messages that they are about. Pins wait for their place in the inbox, so
            // that a pinned conversation gets its place from its messages and not from the moment it was pinned.
            let mut changes = Vec::new();
            for chat in settings::chats(&self.service.db, self.user).map_err(|error| failed(&error))? {
                changes.push(self.settings_of(chat).map_err(|error| failed(&error))?);
            }
            self.apply(false, 0, changes)?;
            self.is_first = false;
        }
        while may_go_on() && self.pull_batch(false, head)? {}
        Ok(())
    }

    /// Hands on what happened since.
    pub(super) fn pull(&mut self) -> Result<()> {
        while self.pull_batch(true, i64::MAX)? {}
        Ok(())
    }

    fn pull_batch(&mut self, live: bool, up_to: i64) -> Result<bool> {
        let Some((last, changes)) = inbox::read(&self.service.db, self.user, self.cursor, up_to, BATCH)? else {
            return Ok(false);
        };
        self.apply(live, last, changes)?;
        Ok(true)
    }

    fn apply(&mut self, live: bool, last: i64, changes: Vec<Change>) -> Result<()> {
        let cursor = Some(format!("{}:{last}", self.service.service_id));
        self.sink.apply(Inbound { live, cursor, changes })?;
        self.cursor = last;
        Ok(())
    }

    fn settings_of(&self, chat: i64) -> rusqlite::Result<Change> {
        let setting = settings::load(&self.service.db, self.user, chat)?;
        Ok(Change::Settings {
            conversation: messages::conversation(&self.service.db, self.user, chat)?,
            pinned: None,
            recv_opt: setting.recv_opt(),
            read: Some(setting.read),
            time: Micros(setting.pin_time),
        })
    }

    /// Carries out what waits in the outbox. Stops at the first command that has to wait.
    pub(super) fn drain(&self, may_wait: impl Fn() -> bool) -> Result<bool> {
        let mut did_any = false;
        while may_wait()
            && let Some(entry) = self.sink.next_outbound()?
        {
            let outcome = self
                .service
                .write(&may_wait, |db| carry_out(db, self.user, &entry.command))?;
            self.sink.complete_outbound(entry.id, outcome)?;
            did_any = true;
        }
        Ok(did_any)
    }
}

fn carry_out(db: &Connection, user: i64, command: &Outbound) -> Result<Outcome> {
    if let Outbound::Send(message) = command {
        return messages::send(db, user, message);
    }
    let run = || -> rusqlite::Result<Outcome> {
        let chat = |id: &ConversationId| messages::chat(db, user, id);
        let with_chat = |id: &ConversationId, work: &dyn Fn(i64) -> rusqlite::Result<()>| match chat(id)? {
            Some(chat) => work(chat).map(|()| Outcome::Done),
            None => Ok(Outcome::Refused(Error::invalid(format!(
                "{id} is not known to the service"
            )))),
        };
        match command {
            Outbound::Send(_) => Ok(Outcome::Done),
            Outbound::Revoke { msg_id, .. } => messages::revoke(db, user, msg_id),
            Outbound::DeleteMessages { msg_ids, .. } => messages::delete(db, user, msg_ids).map(|()| Outcome::Done),
            Outbound::ClearHistory { conversation, up_to } => {
                with_chat(conversation, &|chat| messages::clear(db, user, chat, *up_to, false))
            }
            Outbound::DeleteConversation { conversation, up_to } => {
                with_chat(conversation, &|chat| messages::clear(db, user, chat, *up_to, true))
            }
            Outbound::Pin { conversation, pinned } => with_chat(conversation, &|chat| {
                settings::set_pinned(db, user, chat, *pinned, Micros::now().0)
            }),
            Outbound::RecvOpt { conversation, opt } => {
                with_chat(conversation, &|chat| settings::set_recv_opt(db, user, chat, *opt))
            }
            Outbound::Read { conversation, position } => {
                with_chat(conversation, &|chat| settings::set_read(db, user, chat, *position))
            }
            Outbound::Watch { conversation } => match conversation.user_id() {
                Some(peer) => {
                    let peer = people::find_or_create(db, peer.as_str())?;
                    people::watch(db, user, peer).map(|()| Outcome::Done)
                }
                None => Ok(Outcome::Done),
            },
        }
    };
    run().map_err(|error| failed(&error))
}
