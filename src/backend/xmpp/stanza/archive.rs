//! Pages of an archive (XEP-0313): the question, its results one by one, and how it ends.

use super::lenient;
use crate::backend::xmpp::ns::MAM;
use crate::backend::xmpp::time::{parse_stamp, stamp};
use crate::model::Micros;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::mam::{Fin, Query, QueryId};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::rsm::SetQuery;

/// One message of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its id there.
    pub(crate) id: String,
    /// When the archive got it.
    pub(crate) time: Micros,
    pub(crate) message: Message,
}

/// A part of an archive, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// The id of the oldest and the newest; `None` when the page is empty.
    pub(crate) ends: Option<(String, String)>,
    /// Whether there is nothing beyond it in the direction that was asked.
    pub(crate) is_last: bool,
}

impl Page {
    /// Leaves out the newest entries as far as they have arrived by themselves too: those are news, and come after.
    pub(crate) fn without(mut self, arrived: &[String]) -> Self {
        while self.entries.last().is_some_and(|entry| arrived.contains(&entry.id)) {
            self.entries.pop();
            let newest = self.entries.last().map(|entry| entry.id.clone());
            self.ends = self.ends.take().map(|(first, _)| first).zip(newest);
        }
        self
    }

    /// The archive's ids of its messages, in their order.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.entries.iter().map(|entry| entry.id.clone()).collect()
    }

    /// Leaves out a message and all that is older. False when it is not on this page.
    pub(crate) fn cut_after(&mut self, id: &str) -> bool {
        let Some(place) = self.entries.iter().position(|entry| entry.id == id) else {
            return false;
        };
        self.entries.drain(..=place);
        self.is_last = true;
        true
    }

    /// Leaves out what was said from a time on. True when there was something: the page is not the last then.
    pub(crate) fn cut_from(&mut self, time: Micros) -> bool {
        let Some(place) = self.entries.iter().position(|entry| entry.time >= time) else {
            return false;
        };
        self.entries.truncate(place);
        let newest = self.entries.last().map(|entry| entry.id.clone());
        self.ends = self.ends.take().map(|(first, _)| first).zip(newest);
        self.is_last = false;
        true
    }

    /// Leaves out what was said before a time, and with it all that is older.
    pub(crate) fn cut_before(&mut self, time: Micros) {
        let all = self.entries.len();
        self.entries.retain(|entry| entry.time >= time);
        self.is_last |= self.entries.len() < all;
    }
}

/// Which part of an archive.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// The newest messages.
    Newest,
    /// The messages before this id.
    Before(String),
    /// The messages after this id.
    After(String),
    /// The messages from this time on.
    Since(Micros),
    /// The newest messages up to this time.
    Until(Micros),
}

impl Part {
    /// Whether its messages are asked for from the old end to the new one.
    pub(crate) fn is_forward(&self) -> bool {
        matches!(self, Self::After(_) | Self::Since(_))
    }
}

/// Asks for at most `max` messages of a part; `with` asks for one user's only.
pub(crate) fn query(id: &str, with: Option<&BareJid>, part: Part, max: usize) -> Query {
    let mut fields = Vec::new();
    if let Some(with) = with {
        fields.push(Field::text_single("with", with.as_str()));
    }
    if let Part::Since(time) = &part {
        fields.push(Field::text_single("start", &stamp(*time)));
    }
    if let Part::Until(time) = &part {
        fields.push(Field::text_single("end", &stamp(*time)));
    }
    let (after, before) = match part {
        Part::Newest | Part::Until(_) => (None, Some(String::new())),
        Part::Before(id) => (None, Some(id)),
        Part::After(id) => (Some(id), None),
        Part::Since(_) => (None, None),
    };
    Query {
        queryid: Some(QueryId(id.to_owned())),
        node: None,
        form: (!fields.is_empty()).then(|| DataForm::new(DataFormType::Submit, MAM, fields)),
        set: Some(SetQuery {
            max: Some(max),
            after,
            before,
            index: None,
        }),
        flip_page: false,
    }
}

/// Whether an element is a result, of whichever question.
pub(crate) fn is_result(element: &Element) -> bool {
    element.is("result", MAM)
}

/// A result, with the id of the question. `None`: it says nothing that can be read, and the page goes on after it.
pub(crate) fn result(element: &Element) -> Option<(String, Entry)> {
    let (message, stamp) = lenient::forwarded(element)?;
    let entry = Entry {
        id: element.attr("id")?.to_owned(),
        time: stamp.and_then(|stamp| parse_stamp(&stamp)).unwrap_or_else(Micros::now),
        message,
    };
    // Without the id of a query it is the answer to none of ours.
    Some((element.attr("queryid")?.to_owned(), entry))
}

/// A whole page, when its results have come and this is what the question was answered with.
pub(crate) fn page(answer: Element, entries: Vec<Entry>) -> Option<Page> {
    let fin = Fin::try_from(answer).ok()?;
    let ends = fin.set.first.map(|first| first.item).zip(fin.set.last);
    // A server may say that there is more when there is not; an empty page is the end.
    let is_last = fin.complete || ends.is_none();
    Some(Page { entries, ends, is_last })
}

/// Where the message with an id lies among others; behind all when it is not one of them.
pub(crate) fn place_in(order: &[String], id: Option<String>) -> usize {
    let place = id.and_then(|id| order.iter().position(|known| *known == id));
    place.unwrap_or(usize::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A result as a server sends it.
    pub(crate) fn entry(id: &str, second: i64, body: &str) -> Entry {
        let stamp = stamp(Micros(second * 1_000_000));
        let xml = format!(
            "<result xmlns='urn:xmpp:mam:2' queryid='q' id='{id}'><forwarded xmlns='urn:xmpp:forward:0'>\
             <delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>\
             <message xmlns='jabber:client' type='chat' id='m-{id}' from='bob@example.org/x' to='alice@example.org'>\
             <body>{body}</body></message></forwarded></result>"
        );
        let (query, entry) = result(&xml.parse().unwrap()).unwrap();
        assert_eq!(query, "q");
        entry
    }

    fn fin(complete: &str, set: &str) -> Element {
        let set = format!("<set xmlns='http://jabber.org/protocol/rsm'>{set}</set>");
        format!("<fin xmlns='urn:xmpp:mam:2' {complete}>{set}</fin>")
            .parse()
            .unwrap()
    }

    #[test]
    fn a_result_has_the_archives_id_and_time() {
        let entry = entry("a1", 7, "hi");
        assert_eq!((entry.id.as_str(), entry.time), ("a1", Micros(7_000_000)));
        assert_eq!(entry.message.id.unwrap().0, "m-a1");
        assert!(result(&"<result xmlns='urn:xmpp:mam:2'/>".parse().unwrap()).is_none());
    }

    #[test]
    fn a_question_names_its_part_and_its_length() {
        let asked = |with: Option<&BareJid>, part| String::from(&Element::from(query("q", with, part, 50)));
        assert!(asked(None, Part::Newest).contains("<before"));
        assert!(asked(None, Part::Before("a".into())).contains("<before>a</before>"));
        let after = asked(None, Part::After("a".into()));
        assert!(
            after.contains("<after>a</after>") && after.contains("<max>50</max>"),
            "{after}"
        );
        let bob = BareJid::new("bob@example.org").unwrap();
        let since = asked(Some(&bob), Part::Since(Micros(0)));
        assert!(
            since.contains("bob@example.org") && since.contains("1970-01-01T00:00:00.000000Z"),
            "{since}"
        );
    }

    #[test]
    fn the_last_page_is_known() {
        let ends = "<first>a</first><last>b</last>";
        let entries = || vec![entry("a", 1, "x"), entry("b", 2, "y")];
        assert!(!page(fin("", ends), entries()).unwrap().is_last);
        assert!(page(fin("complete='true'", ends), entries()).unwrap().is_last);
        let empty = page(fin("", ""), Vec::new()).unwrap();
        assert!(empty.is_last && empty.ends.is_none());
        assert!(page("<other xmlns='urn:xmpp:mam:2'/>".parse().unwrap(), Vec::new()).is_none());
    }

    #[test]
    fn what_has_arrived_too_is_left_out_at_the_end_only() {
        let whole = Page {
            entries: vec![entry("a", 1, "x"), entry("b", 2, "y"), entry("c", 3, "z")],
            ends: Some(("a".into(), "c".into())),
            is_last: false,
        };
        let ids = |page: &Page| page.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
        let page = whole.clone().without(&["a".into(), "c".into(), "b".into()]);
        assert!(page.entries.is_empty() && page.ends.is_none());
        let page = whole.clone().without(&["a".into(), "c".into()]);
        assert_eq!(
            (ids(&page), page.ends),
            (vec!["a".to_owned(), "b".to_owned()], Some(("a".into(), "b".into())))
        );
        let mut page = whole;
        page.cut_before(Micros(2_000_000));
        assert!(page.is_last);
        assert_eq!(ids(&page), ["b", "c"]);
        page.is_last = false;
        assert!(!page.cut_after("a") && !page.is_last);
        assert!(page.cut_after("b") && page.is_last);
        assert_eq!(ids(&page), ["c"]);
    }
}
