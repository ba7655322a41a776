//! Reading an archive (XEP-0313), page by page. Results are believed only from the archive that was asked, for a question
//! of ours.

use super::session::{Session, over};
use crate::model::{Error, Micros, Result, Status};
use std::cell::RefCell;
use std::collections::HashMap;
use std::str::FromStr;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::date::DateTime;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::mam::{Fin, Query, QueryId, Result_};
use xmpp_parsers::message::Message;
use xmpp_parsers::ns;
use xmpp_parsers::rsm::SetQuery;

/// The questions under way: whom was asked, and what has come so far.
#[derive(Default)]
pub(super) struct Queries(RefCell<HashMap<String, (BareJid, Vec<Entry>)>>);

impl Queries {
    pub(super) fn end(&self) {
        self.0.borrow_mut().clear();
    }
}

/// One message of an archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its id there.
    pub(super) id: String,
    /// When the archive got it.
    pub(super) time: Micros,
    /// The message.
    pub(super) message: Message,
}

/// A part of an archive, oldest first.
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// The id of the oldest and the newest; `None` when the page is empty.
    pub(super) ends: Option<(String, String)>,
    /// Whether there is nothing beyond it in the direction that was asked.
    pub(super) is_last: bool,
}

impl Page {
    /// Leaves out the newest entries as far as they have arrived by themselves too: those are news, and come after.
    pub(super) fn without(mut self, arrived: &[String]) -> Self {
        while self.entries.last().is_some_and(|entry| arrived.contains(&entry.id)) {
            self.entries.pop();
            let newest = self.entries.last().map(|entry| entry.id.clone());
            self.ends = self.ends.take().map(|(first, _)| first).zip(newest);
        }
        self
    }
}

/// Which part of an archive.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The newest.
    Newest,
    /// What comes before this id.
    Before(String),
    /// What comes after this id.
    After(String),
    /// From this time on.
    Since(Micros),
}

impl Session {
    /// Reads a part of an archive: the account's own, or a room's.
    pub(super) async fn archive_page(
        &self,
        archive: &BareJid,
        with: Option<&BareJid>,
        part: Part,
        max: usize,
    ) -> Result<Page> {
        let queryid = uuid::Uuid::new_v4().to_string();
        let mut fields = Vec::new();
        if let Some(with) = with {
            fields.push(Field::text_single("with", with.as_str()));
        }
        if let Part::Since(time) = &part {
            fields.push(Field::text_single("start", &stamp(*time)));
        }
        let (after, before) = match part {
            Part::Newest => (None, Some(String::new())),
            Part::Before(id) => (None, Some(id)),
            Part::After(id) => (Some(id), None),
            Part::Since(_) => (None, None),
        };
        let query = Query {
            queryid: Some(QueryId(queryid.clone())),
            node: None,
            form: (!fields.is_empty()).then(|| DataForm::new(DataFormType::Submit, ns::MAM, fields)),
            set: Some(SetQuery {
                max: Some(max),
                after,
                before,
                index: None,
            }),
            flip_page: false,
        };
        self.queries
            .0
            .borrow_mut()
            .insert(queryid.clone(), (archive.clone(), Vec::new()));
        let to = (*archive != self.me).then(|| Jid::from(archive.clone()));
        let answer = self.iq_set(to, query).await;
        let collected = self.queries.0.borrow_mut().remove(&queryid);
        let (_, entries) = collected.ok_or_else(over)?;
        let fin = answer?.ok_or_else(unreadable)?;
        let fin = Fin::try_from(fin).map_err(|_| unreadable())?;
        let ends = fin.set.first.map(|first| first.item).zip(fin.set.last);
        // A server may say that there is more when there is not; an empty page is the end.
        let is_last = fin.complete || ends.is_none();
        Ok(Page { entries, ends, is_last })
    }

    /// Takes a message that is the result of a question of ours. Gives back any other.
    pub(super) fn take_result(&self, message: Message) -> Option<Message> {
        let Some(place) = message
            .payloads
            .iter()
            .position(|payload| payload.is("result", ns::MAM))
        else {
            return Some(message);
        };
        let from = message.from.as_ref().map(Jid::to_bare);
        let Message { mut payloads, .. } = message;
        if let Ok(result) = Result_::try_from(payloads.swap_remove(place)) {
            let mut queries = self.queries.0.borrow_mut();
            let query = result.queryid.as_ref().and_then(|id| queries.get_mut(&id.0));
            match query {
                Some((archive, entries)) if from.as_ref().unwrap_or(&self.me) == archive => {
                    let time = result
                        .forwarded
                        .delay
                        .map_or_else(super::session::now, |delay| micros(&delay.stamp));
                    entries.push(Entry {
                        id: result.id,
                        time,
                        message: result.forwarded.message,
                    });
                }
                _ => log::warn!("a result of an archive that was not asked was ignored"),
            }
        }
        None
    }
}

fn unreadable() -> Error {
    Error::new(Status::Refused, "the archive's answer could not be understood")
}

/// A time as XEP-0082 writes it.
pub(super) fn stamp(time: Micros) -> String {
    chrono::DateTime::from_timestamp_micros(time.0)
        .unwrap_or_default()
        .format("%Y-%m-%dT%H:%M:%S%.6fZ")
        .to_string()
}

/// Microseconds since 1970.
pub(super) fn micros(time: &DateTime) -> Micros {
    Micros(time.0.timestamp_micros())
}

/// A time that somebody wrote as XEP-0082 says.
pub(super) fn parse_stamp(text: &str) -> Option<Micros> {
    DateTime::from_str(text).ok().map(|time| micros(&time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_being_written() {
        for micros in [0, 1, 951_782_400_000_000, 1_709_210_096_123_456, 4_102_444_799_999_999] {
            assert_eq!(parse_stamp(&stamp(Micros(micros))), Some(Micros(micros)));
        }
        assert_eq!(stamp(Micros(1_709_210_096_123_456)), "2024-02-29T12:34:56.123456Z");
    }
}
