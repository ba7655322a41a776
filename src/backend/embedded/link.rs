//! A [`Link`] is an open service with a user on it: it hands the user's inbox to the account, and the account's commands
//! to the service. There is one behind one lock, so the worker and requests take turns and the order is never in doubt.

use super::commands;
use super::fault::{Fault, Step};
use super::inbox;
use super::service::Service;
use super::settings;
use super::users::{self, Me};
use crate::backend::Sink;
use crate::model::id::quoted;
use crate::model::{Change, Error, Inbound, Outcome};
use std::path::Path;
use std::sync::Arc;

/// How many conversations' settings a batch has at most.
const SETTINGS_BATCH: i64 = 500;

/// An open service with a user on it.
pub(super) struct Link {
    pub(super) service: Service,
    pub(super) me: Me,
    sink: Arc<dyn Sink>,
    /// The last change that was handed over.
    at: i64,
    /// Whether the account has nothing of this service yet, so that its settings go first.
    is_first: bool,
    /// The last change there was when the sync began: up to there it is history.
    sync_head: i64,
    /// What [`Service::version`] was when the inbox was last read.
    version: Option<i64>,
}

impl Link {
    /// Opens the service, and the user on it. The cursor decides which service it has to be: an account that never saw
    /// one takes, or makes, what is there; any other waits for its own to come back.
    pub(super) fn open(path: &Path, sink: Arc<dyn Sink>) -> Step<Self> {
        let cursor = sink.cursor().map_err(Fault::Account)?;
        let known = match &cursor {
            Some(cursor) => Some(parse(cursor).ok_or_else(|| {
                Fault::invalid(format!(
                    "the account's cache belongs to another backend: its cursor is {}",
                    quoted(cursor)
                ))
            })?),
            None => None,
        };
        let mut service = match Service::open(path, known.is_none()) {
            // Whatever is at the path now, the account's own service may come back.
            Err(Fault::Refused(error)) if known.is_some() => return Err(Fault::Unreachable(error.desc)),
            other => other?,
        };
        if let Some((id, _)) = &known
            && *id != service.id
        {
            return Err(Fault::Unreachable(format!(
                "the service at {} is another one than this account's",
                path.display()
            )));
        }
        let user_id = sink.user_id().clone();
        let id = match service.read(|db| users::find_active(db, &user_id))? {
            Some(id) => id,
            None => service.write(|tx| users::log_in(tx, &user_id))?,
        };
        let sync_head = service.read(Service::head)?;
        // A service that was put back from a copy may have fewer changes than were seen: then all are read again.
        let seen = known.map(|(_, at)| at).filter(|at| *at <= sync_head);
        Ok(Self {
            me: Me { id, user_id },
            sink,
            at: seen.unwrap_or_default(),
            is_first: seen.is_none(),
            sync_head,
            version: None,
            service,
        })
    }

    /// Whether history is left to read.
    pub(super) fn is_syncing(&self) -> bool {
        self.is_first || self.at < self.sync_head
    }

    /// Hands over all there is, if another connection may have written since the last time. False when there was nothing.
    pub(super) fn pull_news(&mut self, goes_on: impl Fn() -> bool) -> Step<bool> {
        self.service.check_place()?;
        // Read before the inbox: what is written in between shows next time.
        let version = Some(self.service.version()?);
        if self.version == version {
            return Ok(false);
        }
        let has_pulled = self.pull(goes_on)?;
        self.version = version;
        Ok(has_pulled)
    }

    /// Hands over all there is, as long as `goes_on`. False when there was nothing.
    pub(super) fn pull(&mut self, goes_on: impl Fn() -> bool) -> Step<bool> {
        // Until it has worked, the worker takes it that there is more.
        self.version = None;
        let mut has_pulled = false;
        while goes_on() && self.pull_batch()? {
            has_pulled = true;
        }
        Ok(has_pulled)
    }

    /// Hands over the next part of the inbox. False when there is nothing more.
    pub(super) fn pull_batch(&mut self) -> Step<bool> {
        if self.is_first {
            self.hand_over_settings()?;
            self.is_first = false;
        }
        let live = !self.is_syncing();
        let up_to = if live { i64::MAX } else { self.sync_head };
        let page = self.service.read(|db| inbox::page(db, &self.me, self.at, up_to))?;
        let (last, more) = match page.last {
            Some(last) => (last, true),
            None if live => return Ok(false),
            // The end of the history; the next look is for what is new.
            None => (self.sync_head, true),
        };
        self.apply(Inbound {
            live,
            cursor: Some(format!("{}:{last}", self.service.id)),
            changes: page.changes,
            ..Inbound::default()
        })?;
        self.at = last;
        Ok(more)
    }

    /// First of all, how far everything was read, and what is muted: messages are judged by it. Pins wait for their place
    /// in the inbox, so that a pinned conversation gets its place in the list from its messages, as on the device that
    /// pinned it. No cursor goes with it, so that a sync that breaks here starts over.
    fn hand_over_settings(&mut self) -> Step<()> {
        let mut after = 0;
        loop {
            let (changes, last) = self.service.read(|db| {
                let mut changes = Vec::new();
                let conversations = settings::conversations_of(db, self.me.id, after, SETTINGS_BATCH)?;
                for conversation in &conversations {
                    changes.extend(settings::load(db, self.me.id, *conversation)?);
                }
                for change in &mut changes {
                    if let Change::Settings { pinned, .. } = change {
                        *pinned = None;
                    }
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
        // An account that is new to an empty service is bound to it all the same.
        if self.at >= self.sync_head {
            self.apply(Inbound {
                live: false,
                cursor: Some(format!("{}:{}", self.service.id, self.at)),
                changes: Vec::new(),
                ..Inbound::default()
            })?;
        }
        Ok(())
    }

    fn apply(&self, batch: Inbound) -> Step<()> {
        self.sink.apply(batch).map_err(Fault::Account)
    }

    /// Carries out the oldest command of the outbox. False when there is none. When it breaks off between the service
    /// and the account, the command comes again, and changes nothing the second time.
    pub(super) fn carry_out_next(&mut self) -> Step<bool> {
        let Some(entry) = self.sink.next_outbound().map_err(Fault::Account)? else {
            return Ok(false);
        };
        let outcome = match self
            .service
            .write(|tx| commands::carry_out(tx, &self.me, &entry.command))
        {
            Ok(outcome) => outcome,
            Err(Fault::Refused(error)) => Outcome::Refused(error),
            Err(Fault::Broken(text)) => {
                log::error!("command {} of the outbox was given up: {text}", entry.id);
                Outcome::Refused(Error::internal("the service could not carry the command out"))
            }
            Err(fault) => return Err(fault),
        };
        self.sink.complete_outbound(entry.id, outcome).map_err(Fault::Account)?;
        Ok(true)
    }
}

/// A cursor is `<service id>:<change id>`.
fn parse(cursor: &str) -> Option<(String, i64)> {
    let (id, at) = cursor.split_once(':')?;
    Some((id.to_owned(), at.parse().ok()?))
}
