//! Reading archives (XEP-0313), the account's own and those of rooms, and how far each has been read. Results count only
//! from the archive that was asked, for a question of ours.

mod announced;
pub(crate) mod edits;
mod query;
pub(crate) mod reactions;
mod silence;

use crate::backend::Sink;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::archive::{Entry, Page, Part};
use crate::model::{Change, Micros};
use announced::Announced;
use query::{Queries, Question};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many messages are read at once.
pub(crate) const PAGE: usize = 200;

/// Access to archives.
pub(crate) struct Archive {
    queries: Queries,
    /// The files that are announced, in archives and live.
    pub(crate) announced: Announced,
}

impl Archive {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            queries: Queries::new(session),
            announced: Announced::default(),
        })
    }

    /// Reads a part of an archive, the account's own or a room's; `with` asks for one user's messages only.
    pub(crate) async fn page(
        &self,
        archive: &BareJid,
        with: Option<&BareJid>,
        part: Part,
        max: usize,
    ) -> XmppResult<Page> {
        let question = Question {
            archive,
            with,
            part,
            max,
            is_flipped: false,
        };
        loop {
            // Reading again changes nothing.
            tokio::select! {
                page = silence::page(&self.queries, &question) => {
                    let page = page?;
                    // Before any of it is read: at the old end a page is read backwards.
                    page.entries.iter().for_each(|entry| self.announced.note(&entry.message));
                    return Ok(page);
                }
                () = self.queries.session.hand_over.forgotten() => {}
            }
        }
    }

    /// Takes a message that is the result of a question of ours. Gives back any other.
    pub(crate) fn take_result(&self, message: Message) -> Option<Message> {
        self.queries.take_result(message)
    }
}

/// Whether an archive does not know the message that it was asked to go on from.
pub(crate) fn is_forgotten(error: &XmppError) -> bool {
    error.is(&DefinedCondition::ItemNotFound)
}

/// Where a message was found.
pub(crate) struct Found {
    pub(crate) time: Micros,
    /// Its id in the archive; empty when not known.
    pub(crate) server_id: String,
    /// Whether it is older than what is known of its conversation.
    pub(crate) older: bool,
    /// Whether others that are not known yet may come before it.
    pub(crate) is_ahead: bool,
    /// Whether the server kept it for the account, and its archive, which was read, does not hold it.
    pub(crate) is_late: bool,
}

/// Which end of an archive a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Old,
    New,
    /// The newest messages, beyond others that were not read yet.
    Ahead,
}

/// The changes of a page: at the old end the messages newest first, so that each is older than all that are known, and
/// then what is said of messages; at the new end everything as it happened.
pub(crate) fn page_changes(entries: &[Entry], end: End, read: impl Fn(&Entry, &Found) -> Vec<Change>) -> Vec<Change> {
    let changes = |entry: &Entry| {
        let found = Found {
            time: entry.time,
            server_id: entry.id.clone(),
            older: end == End::Old,
            is_ahead: end == End::Ahead,
            is_late: false,
        };
        read(entry, &found)
    };
    if end != End::Old {
        return entries.iter().flat_map(changes).collect();
    }
    // Read backwards, a recall would come before its message. What is said of messages therefore follows the page's
    // messages, in its own order: only of edits and reactions the newest comes first, as on the way from page to page.
    let (messages, others): (Vec<Change>, Vec<Change>) = entries
        .iter()
        .rev()
        .flat_map(changes)
        .partition(|change| matches!(change, Change::UnnumberedMessage(_)));
    let (edits, mut others): (Vec<Change>, Vec<Change>) = others
        .into_iter()
        .partition(|change| matches!(change, Change::Modified { .. } | Change::Reacted { .. }));
    others.reverse();
    messages.into_iter().chain(edits).chain(others).collect()
}

/// Of the changes of a page that came ahead those messages that are newer than all that were stored of their conversation.
/// The others lie in a gap that an earlier session has left, and come when it is closed; or they were cleared.
pub(crate) fn newer_than_stored(sink: &dyn Sink, changes: Vec<Change>) -> XmppResult<Vec<Change>> {
    let mut reached = HashSet::new();
    let mut newer = Vec::with_capacity(changes.len());
    for change in changes.into_iter().rev() {
        if let Change::UnnumberedMessage(message) = &change {
            let conversation = &message.message.conversation;
            if reached.contains(conversation) {
                continue;
            }
            if sink.was_archived(conversation, &message.server_id, message.message.time)? {
                reached.insert(conversation.clone());
            }
        }
        newer.push(change);
    }
    newer.reverse();
    Ok(newer)
}

/// How far an archive has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The id of the newest message that was stored.
    pub(crate) newest: Option<String>,
    /// Its time, µs: where to go on when the server does not know the id any more.
    #[serde(default)]
    pub(crate) time: i64,
    /// The id of the oldest message that was stored.
    pub(crate) oldest: Option<String>,
    /// Whether everything before that was stored too.
    #[serde(default)]
    pub(crate) is_complete: bool,
    /// Whether the account is no member since: what was said from then until it comes back is not for it.
    #[serde(default)]
    pub(crate) is_left: bool,
}

impl Position {
    /// As the account stores it.
    pub(crate) fn load(sink: &dyn Sink, name: &str) -> XmppResult<Option<Self>> {
        let stored = sink.archive_position(name)?;
        // An unreadable position is none: the archive is read again, and stored messages are recognised by their ids.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// For a batch.
    pub(crate) fn stored(&self, name: &str) -> Vec<(String, String)> {
        serde_json::to_string(self)
            .map(|text| vec![(name.to_owned(), text)])
            .unwrap_or_default()
    }

    /// The account goes on reading after a message, or from a time on where that is not known.
    pub(crate) fn moved(self, newest: Option<String>, time: Micros) -> Self {
        Self {
            newest,
            time: self.time.max(time.0),
            is_left: false,
            ..self
        }
    }

    /// The same archive, read on from another position at its new end.
    pub(crate) fn going_on_from(self, from: &Self) -> Self {
        Self {
            newest: from.newest.clone(),
            time: from.time,
            is_left: from.is_left,
            ..self
        }
    }

    /// A newer message was stored.
    pub(crate) fn advance(&mut self, id: &str, time: Micros) {
        self.newest = Some(id.to_owned());
        // Never back: live messages bring this device's time, pages the server's.
        self.time = self.time.max(time.0);
        if self.oldest.is_none() {
            self.oldest = Some(id.to_owned());
        }
    }

    /// A page at the old end was stored.
    pub(crate) fn extend(&mut self, page: &Page) {
        if let Some((first, last)) = &page.ends {
            self.oldest = Some(first.clone());
            // The first page of all is also where the new end goes on from.
            if self.newest.is_none() {
                self.newest = Some(last.clone());
                self.time = page.entries.last().map_or(0, |entry| entry.time.0);
            }
        }
        self.is_complete |= page.is_last;
    }

    /// A page at the new end was stored.
    pub(crate) fn follow(&mut self, page: &Page) {
        if let Some((_, last)) = &page.ends {
            let time = page.entries.last().map_or(self.time, |entry| entry.time.0);
            self.advance(last, Micros(time));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::archive::tests::entry;

    fn page(ids: [&str; 2], seconds: [i64; 2], is_last: bool) -> Page {
        Page {
            entries: vec![entry(ids[0], seconds[0], "x"), entry(ids[1], seconds[1], "y")],
            ends: Some((ids[0].to_owned(), ids[1].to_owned())),
            is_last,
        }
    }

    #[test]
    fn a_position_grows_at_both_ends() {
        let mut position = Position::default();
        position.extend(&page(["c", "d"], [3, 4], false));
        assert_eq!(
            (position.oldest.as_deref(), position.newest.as_deref()),
            (Some("c"), Some("d"))
        );
        assert_eq!(position.time, 4_000_000);
        position.follow(&page(["e", "f"], [5, 6], true));
        assert_eq!((position.newest.as_deref(), position.time), (Some("f"), 6_000_000));
        assert!(
            !position.is_complete,
            "the end at the new side is not the beginning of the archive"
        );
        position.extend(&page(["a", "b"], [1, 2], true));
        assert_eq!(
            (position.oldest.as_deref(), position.newest.as_deref()),
            (Some("a"), Some("f"))
        );
        assert!(position.is_complete);
        position.advance("g", Micros(1));
        assert_eq!(position.time, 6_000_000, "a time never goes back");
    }

    #[test]
    fn an_old_page_is_told_from_its_newest_message_down() {
        let entries = page(["a", "b"], [1, 2], false).entries;
        let order = |end| {
            let seen = std::cell::RefCell::new(Vec::new());
            page_changes(&entries, end, |entry, found| {
                seen.borrow_mut().push((entry.id.clone(), found.older));
                Vec::new()
            });
            seen.into_inner()
        };
        assert_eq!(order(End::Old), [("b".to_owned(), true), ("a".to_owned(), true)]);
        assert_eq!(order(End::New), [("a".to_owned(), false), ("b".to_owned(), false)]);
    }
}
