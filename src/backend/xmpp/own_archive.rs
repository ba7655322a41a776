//! How far the account's own archive has been read: at its new end, and, while the first sync goes on, at its old end.
//! The position is stored in the transaction that stores the messages.

use super::archive::{Entry, Page};
use super::chat::Found;
use super::session::Session;
use super::wire;
use crate::backend::Sink;
use crate::model::{Change, Micros, Result};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use xmpp_parsers::message::Message;

/// The archive's name in the account.
const NAME: &str = "";

/// How far an archive has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The id of the newest message that was stored.
    pub(super) newest: Option<String>,
    /// Its time, µs: where to go on when the server does not know the id any more.
    #[serde(default)]
    pub(super) time: i64,
    /// The id of the oldest message that was stored.
    pub(super) oldest: Option<String>,
    /// Whether everything before that was stored too.
    #[serde(default)]
    pub(super) is_complete: bool,
}

impl Position {
    /// As the account stores it.
    pub(super) fn load(sink: &dyn Sink, name: &str) -> Result<Option<Self>> {
        Ok(sink
            .archive_position(name)?
            .and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// For a batch.
    pub(super) fn stored(&self, name: &str) -> Vec<(String, String)> {
        serde_json::to_string(self)
            .map(|text| vec![(name.to_owned(), text)])
            .unwrap_or_default()
    }

    /// A newer message was stored.
    pub(super) fn advance(&mut self, id: &str, time: Micros) {
        self.newest = Some(id.to_owned());
        self.time = self.time.max(time.0);
        if self.oldest.is_none() {
            self.oldest = Some(id.to_owned());
        }
    }

    /// A page at the old end was stored.
    pub(super) fn extend(&mut self, page: &Page) {
        if let Some((first, last)) = &page.ends {
            self.oldest = Some(first.clone());
            if self.newest.is_none() {
                self.newest = Some(last.clone());
                self.time = page.entries.last().map_or(0, |entry| entry.time.0);
            }
        }
        self.is_complete |= page.is_last;
    }

    /// A page at the new end was stored.
    pub(super) fn follow(&mut self, page: &Page) {
        if let Some((_, last)) = &page.ends {
            let time = page.entries.last().map_or(self.time, |entry| entry.time.0);
            self.advance(last, Micros(time));
        }
    }
}

/// The account's own archive.
pub(super) struct OwnArchive(RefCell<Option<Position>>);

impl OwnArchive {
    pub(super) fn load(sink: &dyn Sink) -> Result<Self> {
        Ok(Self(RefCell::new(Position::load(sink, NAME)?)))
    }

    /// How far it has been read; `None` when never.
    pub(super) fn position(&self) -> Option<Position> {
        self.0.borrow().clone()
    }
}

/// Which end of an archive a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Old,
    New,
}

/// The changes of a page: at the old end the messages newest first, so that each is older than all that are known, and
/// then what is said of messages; at the new end everything as it happened.
pub(super) fn page_changes(entries: &[Entry], end: End, read: impl Fn(&Entry, &Found) -> Vec<Change>) -> Vec<Change> {
    let changes = |entry: &Entry| {
        let found = Found {
            time: entry.time,
            server_id: entry.id.clone(),
            older: end == End::Old,
        };
        read(entry, &found)
    };
    if end == End::New {
        return entries.iter().flat_map(changes).collect();
    }
    let (messages, mut others): (Vec<Change>, Vec<Change>) = entries
        .iter()
        .rev()
        .flat_map(changes)
        .partition(|change| matches!(change, Change::UnnumberedMessage(_)));
    others.reverse();
    messages.into_iter().chain(others).collect()
}

impl Session {
    /// Stores a page of the own archive, with how far that goes.
    pub(super) fn apply_own_page(&self, page: &Page, end: End) -> Result<()> {
        let mut position = self.own.position().unwrap_or_default();
        match end {
            End::Old => position.extend(page),
            End::New => position.follow(page),
        }
        let changes = page_changes(&page.entries, end, |entry, found| self.read_chat(&entry.message, found));
        self.apply_at(false, changes, position.stored(NAME))?;
        *self.own.0.borrow_mut() = Some(position);
        Ok(())
    }

    /// Stores what one conversation has at its old end, beside the position of the archive.
    pub(super) fn apply_own_extract(&self, page: &Page) -> Result<()> {
        let changes = page_changes(&page.entries, End::Old, |entry, found| {
            self.read_chat(&entry.message, found)
        });
        self.apply(false, changes)
    }

    /// Stores a message that arrived just now.
    pub(super) fn apply_live(&self, message: &Message) -> Result<()> {
        let server_id = if self.abilities.borrow().has_archive {
            wire::stanza_id(message, &self.me).unwrap_or_default()
        } else {
            String::new()
        };
        let found = Found {
            time: wire::delay(message, self).unwrap_or_else(super::session::now),
            server_id,
            older: false,
        };
        // What was kept for us the archive has too, in its place: while the archive is still being read, that brings it.
        let is_kept = wire::is_kept(message) && !found.server_id.is_empty();
        if is_kept && self.own.position().is_none_or(|position| !position.is_complete) {
            return Ok(());
        }
        let changes = self.read_chat(message, &found);
        let mut positions = Vec::new();
        // Before the first page the archive has no position that this could continue.
        if !found.server_id.is_empty()
            && !is_kept
            && let Some(position) = self.own.0.borrow_mut().as_mut()
        {
            position.advance(&found.server_id, found.time);
            positions = position.stored(NAME);
        }
        self.apply_at(true, changes, positions)
    }
}
