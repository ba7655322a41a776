//! Questions to archives: each is asked once, and what comes is collected.

use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::archive::{self, Entry, Page, Part};
use crate::model::Micros;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::mam::Query;
use xmpp_parsers::message::Message;

/// What an archive is asked for.
#[derive(Clone, Debug)]
pub(super) struct Question<'a> {
    pub(super) archive: &'a BareJid,
    pub(super) with: Option<&'a BareJid>,
    pub(super) part: Part,
    pub(super) max: usize,
    /// Whether the newest of the page is to come first.
    pub(super) is_flipped: bool,
}

impl Question<'_> {
    pub(super) fn with_part(&self, part: Part, max: usize) -> Self {
        Self {
            part,
            max,
            ..self.clone()
        }
    }
}

/// What has come.
pub(super) enum Asked {
    Page(Page),
    /// No answer; some results may have come all the same.
    Silence(Vec<Entry>),
}

/// What is known of an archive that was silent.
#[derive(Debug, Default)]
pub(super) struct Silent {
    /// The last message before the silence, on the way to the new end.
    pub(super) last: Option<(String, Micros)>,
}

/// The questions of a session.
pub(super) struct Queries {
    pub(super) session: Rc<Session>,
    /// Those under way: whom was asked, and what has come so far.
    queries: RefCell<HashMap<String, (BareJid, Vec<Entry>)>>,
    /// The archives that were silent, in this session.
    silent: RefCell<HashMap<BareJid, Silent>>,
}

impl Queries {
    pub(super) fn new(session: &Rc<Session>) -> Self {
        Self {
            session: Rc::clone(session),
            queries: RefCell::default(),
            silent: RefCell::default(),
        }
    }

    /// Asks once.
    pub(super) async fn ask(&self, question: &Question<'_>, patience: Duration) -> XmppResult<Asked> {
        let id = uuid::Uuid::new_v4().to_string();
        let archive = question.archive;
        let from = match &question.part {
            Part::After(id) | Part::Before(id) => Some(id.clone()),
            Part::Newest | Part::Since(_) | Part::Until(_) => None,
        };
        let query = archive::query(&id, question.with, question.part.clone(), question.max);
        let query = Query {
            flip_page: question.is_flipped,
            ..query
        };
        // The results come as messages before the answer; the query's id brings them together.
        let collected = (archive.clone(), Vec::new());
        self.queries.borrow_mut().insert(id.clone(), collected);
        let _collecting = Collecting(self, &id);
        let to = (*archive != self.session.me).then(|| Jid::from(archive.clone()));
        // Once: what a page holds would come twice under one id. Whoever wants the page asks again, under another.
        let answer = self.session.within(patience, self.session.set_once(to, query)).await;
        // Before the answer is looked at: a query that failed must not collect any further.
        let (_, entries) = self.queries.borrow_mut().remove(&id).ok_or(XmppError::Lost)?;
        let answer = match answer {
            None | Some(Err(XmppError::Timeout(_))) => return Ok(Asked::Silence(entries)),
            Some(answer) => answer?,
        };
        let page = answer.and_then(|answer| archive::page(answer, entries));
        let mut page = page.ok_or(XmppError::Unreadable("the archive's answer could not be parsed"))?;
        // An archive that goes on from a message with that very message would do so for ever.
        page.is_last |= page.ends.as_ref().is_some_and(|(first, last)| {
            let from = from.as_ref();
            from == Some(first) || from == Some(last)
        });
        Ok(Asked::Page(page))
    }

    /// Whether an archive was silent in this session.
    pub(super) fn is_silent(&self, archive: &BareJid) -> bool {
        self.silent.borrow().contains_key(archive)
    }

    /// Looks at what is known of a silent archive, or changes it.
    pub(super) fn silent<T>(&self, archive: &BareJid, look: impl FnOnce(&mut Silent) -> T) -> T {
        look(self.silent.borrow_mut().entry(archive.clone()).or_default())
    }

    /// Takes a message that is the result of a question of ours. Gives back any other.
    pub(super) fn take_result(&self, mut message: Message) -> Option<Message> {
        let Some(place) = message.payloads.iter().position(archive::is_result) else {
            return Some(message);
        };
        let from = message.from.as_ref().map(Jid::to_bare);
        let result = archive::result(&message.payloads.swap_remove(place));
        let mut queries = self.queries.borrow_mut();
        let query = result.and_then(|(id, entry)| Some((queries.get_mut(&id)?, entry)));
        match query {
            // A stanza without a sender is the account's own server speaking (RFC 6120, 8.1.2.1).
            Some(((archive, entries), entry)) if from.as_ref().unwrap_or(&self.session.me) == archive => {
                entries.push(entry);
            }
            // Not given back: what claims to be a result is nobody's message, whoever sent it.
            _ => log::warn!("ignored an archive result that was not requested or cannot be read"),
        }
        None
    }
}

/// A question that is under way. It may be given up at any moment.
struct Collecting<'a>(&'a Queries, &'a str);

impl Drop for Collecting<'_> {
    fn drop(&mut self) {
        self.0.queries.borrow_mut().remove(self.1);
    }
}
