//! A [`Mailbox`] is an open service with a user on it: it hands the user's inbox to the account, and the account's commands
//! to the service. There is one, behind one lock, so the worker and requests take turns, and changes reach the account in
//! the order of the service.

mod outbox;

use super::ephemeral::{self, Fleeting};
use super::error::{ServiceError, ServiceResult};
use super::files::Files;
use super::inbox;
use super::moment::{self, Cursor, Moment};
use super::place;
use super::receipts;
use super::restored;
use super::row::readable;
use super::service::Service;
use super::settings;
use super::users::{self, Me};
use crate::backend::Sink;
use crate::model::path::shown;
use crate::model::{Change, Inbound, Status};
use std::path::Path;
use std::sync::Arc;

/// How many conversations' settings a batch has at most.
const SETTINGS_BATCH: i64 = 500;

/// How far the sync of a mailbox is. A request may bring it to its end, as well as the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// History is left to read.
    Behind,
    /// It has come to its end since the last look.
    Complete,
    /// It came to its end before.
    Over,
}

/// An open service with a user on it.
pub(super) struct Mailbox {
    pub(super) service: Service,
    pub(super) me: Me,
    sink: Arc<dyn Sink>,
    pub(super) files: Files,
    /// The last change that was handed over.
    seen: Moment,
    /// The last own write.
    written: Option<Moment>,
    /// Whether the account has nothing of this service yet, so that its settings go first.
    is_first: bool,
    /// The last change there was when the mailbox was opened: up to there it is history.
    sync_head: i64,
    /// Whether the end of the sync has been asked for and seen.
    is_synced: bool,
    /// Whether somebody's message was handed over that its sender does not know to have arrived.
    has_news: bool,
    /// The last row of those that are kept for nobody.
    heard: i64,
    /// What [`Service::version`] was when the inbox was last read.
    version: Option<i64>,
}

impl Mailbox {
    /// Opens the service, and the user on it. The cursor decides which service it has to be: an account without one
    /// takes the service at the path, or creates it; any other waits for its own service to come back.
    pub(super) fn open(path: &Path, is_durable: bool, sink: Arc<dyn Sink>) -> ServiceResult<Self> {
        let cursor = sink.cursor().map_err(ServiceError::Account)?;
        let cursor = cursor.map(|text| Cursor::of_account(&text)).transpose()?;
        let mut service = match Service::open(path, cursor.is_none(), is_durable) {
            // Whatever is at the path now, the account's own service may come back: keep looking.
            Err(ServiceError::Refused(error)) if cursor.is_some() => return Err(ServiceError::Unreachable(error.desc)),
            other => other?,
        };
        if cursor.as_ref().is_some_and(|cursor| cursor.service != service.id) {
            return Err(ServiceError::Unreachable(format!(
                "the service at {} is not the one that this account has used",
                shown(path)
            )));
        }
        let user_id = sink.user_id().clone();
        // Asked in a reading transaction first: a login that changes nothing need not wait for the lock.
        let id = match service.read(|db| users::find_active(db, &user_id))? {
            Some(id) => id,
            None => (service.write(|tx| users::log_in(tx, &user_id)))
                .map_err(|error| place::explain_login(path, error, cursor.is_none()))?,
        };
        let (sync_head, is_restored, heard) = service.read(|db| {
            let is_in = cursor.as_ref().map_or(Ok(true), |cursor| cursor.is_in(db))?;
            Ok((moment::head(db)?, !is_in, ephemeral::last(db)?))
        })?;
        let is_new = cursor.is_none();
        let seen = match &cursor {
            Some(cursor) if !is_restored => cursor.seen,
            _ => Moment::START,
        };
        let mailbox = Self {
            me: Me { id, user_id },
            sink,
            files: Files::beside(path),
            seen,
            is_first: seen.change == 0,
            is_synced: false,
            sync_head,
            // An earlier session may have ended before it told.
            has_news: true,
            heard,
            version: None,
            written: cursor.and_then(|cursor| cursor.written).filter(|_| !is_restored),
            service,
        };
        if is_restored {
            mailbox.start_over()?;
        } else if is_new {
            // From here on this is the account's service: it waits for it when it is gone before its first sync has ended.
            mailbox.apply(Inbound {
                live: false,
                cursor: Some(mailbox.cursor(Moment::START)),
                ..Inbound::default()
            })?;
        }
        Ok(mailbox)
    }

    /// The file is another life of the service than the one that the account has seen: what that one numbered is void, and
    /// everything is read again. The cursor goes with it, so that a sync that breaks here goes on with this life.
    fn start_over(&self) -> ServiceResult<()> {
        log::warn!("the service file was put back from a copy; everything is read again");
        let changes = self
            .service
            .read(|db| restored::changes(db, &self.me, self.sink.as_ref()))?;
        self.apply(Inbound {
            live: false,
            cursor: Some(self.cursor(Moment::START)),
            changes,
            ..Inbound::default()
        })
    }

    fn cursor(&self, seen: Moment) -> String {
        let cursor = Cursor {
            service: self.service.id.clone(),
            seen,
            written: self.written.filter(|written| written.change > seen.change),
        };
        cursor.to_text()
    }

    /// How far the sync is. [`Sync::Complete`] is returned once.
    pub(super) fn sync(&mut self) -> Sync {
        if self.is_history() {
            Sync::Behind
        } else if std::mem::replace(&mut self.is_synced, true) {
            Sync::Over
        } else {
            Sync::Complete
        }
    }

    /// Whether what comes next from the inbox is history.
    fn is_history(&self) -> bool {
        self.is_first || self.seen.change < self.sync_head
    }

    /// Hands over all there is, if another connection may have written since the last time. False when there was nothing
    /// to hand over.
    pub(super) fn pull_news(&mut self, goes_on: impl Fn() -> bool) -> ServiceResult<bool> {
        self.service.check_place()?;
        if self.version == Some(self.service.version()?) {
            return Ok(false);
        }
        self.pull(goes_on)
    }

    /// Hands over all there is, as long as `goes_on`. False when there was nothing; true also when there may be more.
    pub(super) fn pull(&mut self, goes_on: impl Fn() -> bool) -> ServiceResult<bool> {
        // If this fails, the next look must not believe that it has seen everything.
        self.version = None;
        // Read before the inbox, so that a commit in between shows at the next look.
        let version = self.service.version()?;
        let mut has_pulled = false;
        loop {
            if !goes_on() {
                return Ok(true);
            }
            if !self.pull_batch()? {
                break;
            }
            has_pulled = true;
        }
        // After the messages, which end the typing before them.
        self.heard = ephemeral::hear(&self.service, &self.me, self.heard, &*self.sink)?;
        self.version = Some(version);
        Ok(has_pulled)
    }

    /// Tells those who are there.
    pub(super) fn tell_online(&mut self, said: &Fleeting) -> ServiceResult<()> {
        self.service.write(|tx| ephemeral::tell(tx, &self.me, said))
    }

    /// Hands over what there is up to a change, as long as `goes_on`. True when it is handed over.
    pub(super) fn pull_up_to(&mut self, last: i64, goes_on: impl Fn() -> bool) -> ServiceResult<bool> {
        self.version = None;
        while self.seen.change < last {
            if !self.pull_batch()? {
                break;
            }
            if !goes_on() {
                return Ok(self.seen.change >= last);
            }
        }
        Ok(true)
    }

    /// Hands over the next part of the inbox. False when there is nothing more.
    pub(super) fn pull_batch(&mut self) -> ServiceResult<bool> {
        if self.is_first {
            self.hand_over_settings()?;
            self.is_first = false;
        }
        let live = !self.is_history();
        let up_to = if live { i64::MAX } else { self.sync_head };
        let (page, last) = self.service.read(|db| {
            let page = inbox::page(db, &self.me, self.seen.change, up_to)?;
            let last = match page.last {
                None if live => None,
                // Without a row it is the end of the history; the next look reads new changes.
                last => Some(Moment::of(db, last.unwrap_or(self.sync_head))?),
            };
            Ok((page, last))
        })?;
        let Some(last) = last else {
            return Ok(false);
        };
        let is_news = |change: &Change| matches!(change, Change::Message(message) if message.sender != self.me.user_id);
        let has_news = page.changes.iter().any(is_news);
        // In one transaction of the account: after a crash there are no changes without their cursor, nor one without them.
        self.apply(Inbound {
            live,
            cursor: Some(self.cursor(last)),
            changes: page.changes,
            ..Inbound::default()
        })?;
        self.seen = last;
        self.service.saw(last);
        self.has_news |= has_news;
        Ok(true)
    }

    /// Tells those who have written to the user what has arrived, if it is not told yet.
    pub(super) fn tell_fetched(&mut self) -> ServiceResult<()> {
        if self.has_news {
            self.service
                .write(|tx| receipts::fetched(tx, &self.me, self.seen.change))?;
            self.has_news = false;
        }
        Ok(())
    }

    /// Hands over how far each conversation was read and which ones are muted, before any message: whether a message
    /// counts depends on it. Pins wait for their place in the inbox, so that a pinned conversation gets its place in the
    /// list from its messages, as on the device that pinned it. No cursor goes with it, so that a sync that breaks here
    /// starts over.
    fn hand_over_settings(&mut self) -> ServiceResult<()> {
        let mut after = 0;
        loop {
            let (changes, last) = self.service.read(|db| {
                let mut changes = Vec::new();
                let conversations = settings::conversations_of(db, self.me.id, after, SETTINGS_BATCH)?;
                for conversation in &conversations {
                    let settings = settings::without_pin(db, self.me.id, *conversation);
                    changes.extend(readable("a setting", settings)?.into_iter().flatten());
                }
                Ok((changes, conversations.last().copied()))
            })?;
            let Some(last) = last else {
                break;
            };
            after = last;
            self.apply(Inbound {
                live: false,
                changes,
                ..Inbound::default()
            })?;
        }
        Ok(())
    }

    fn apply(&self, batch: Inbound) -> ServiceResult<()> {
        match self.sink.apply(batch.clone()) {
            // Something in it that the account cannot take, now or later: what it can take is not held up.
            Err(error) if error.status == Status::Internal => self.apply_one_by_one(batch),
            outcome => outcome.map_err(ServiceError::Account),
        }
    }

    fn apply_one_by_one(&self, batch: Inbound) -> ServiceResult<()> {
        let alone = |changes| Inbound {
            live: batch.live,
            changes,
            ..Inbound::default()
        };
        for change in batch.changes {
            match self.sink.apply(alone(vec![change])) {
                Err(error) if error.status == Status::Internal => {
                    log::error!("a change of the service was skipped: {error}");
                }
                outcome => outcome.map_err(ServiceError::Account)?,
            }
        }
        let end = Inbound {
            cursor: batch.cursor,
            ..alone(Vec::new())
        };
        self.sink.apply(end).map_err(ServiceError::Account)
    }
}
