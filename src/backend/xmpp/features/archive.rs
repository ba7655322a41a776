//! Reading archives (XEP-0313), the account's own and those of rooms, and how far each has been read. Results count only
//! from the archive that was asked, for a question of ours.

mod announced;
pub(crate) mod edits;
mod position;
mod query;
pub(crate) mod reactions;
mod silence;

use crate::backend::Sink;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::archive::{Entry, Page, Part};
use crate::model::{Change, Micros};
use announced::Announced;
pub(crate) use position::Position;
use query::{Queries, Question};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::archive::tests::entry;

    #[test]
    fn an_old_page_is_told_from_its_newest_message_down() {
        let entries = [entry("a", 1, "x"), entry("b", 2, "y")];
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
