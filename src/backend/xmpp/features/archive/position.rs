//! How far an archive has been read.
//!
//! A server that runs several processes for an account (ejabberd) archives what each of them handles and sends it on, so of two
//! messages of one moment the later one may arrive first. A device that goes offline before the other has arrived would pass it
//! over for good if it went on after what it had seen last. It goes on a little before that, and leaves out what it has.

use crate::backend::Sink;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::stanza::archive::{Page, Part};
use crate::model::Micros;
use serde::{Deserialize, Serialize};

/// How long after another one a message may arrive that the archive has before it, µs.
const OVERTAKING: i64 = 10_000_000;
/// How many of those that came last are remembered.
const RECENT: usize = 64;

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
    /// What came last, with its time: others that the archive has before it may not have arrived. Of the account's own archive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) recent: Vec<(String, i64)>,
    /// The id of the newest message before these; `None` when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) settled: Option<String>,
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

    /// A message of the account's archive has arrived by itself.
    pub(crate) fn arrived(&mut self, id: &str, time: Micros) {
        self.begin_recent();
        self.recent.push((id.to_owned(), time.0));
        self.advance(id, time);
        self.settle(self.time);
    }

    /// A page at the new end of the account's archive was stored.
    pub(crate) fn read_on(&mut self, page: &Page, now: Micros) {
        self.begin_recent();
        let new = page.entries.iter().map(|entry| (entry.id.clone(), entry.time.0));
        self.recent.extend(new);
        self.follow(page);
        if page.is_last {
            self.settle(now.0);
        } else {
            self.recent.clear();
        }
    }

    fn begin_recent(&mut self) {
        if self.recent.is_empty() {
            self.settled.clone_from(&self.newest);
        }
    }

    /// Whatever the archive has before what came so long ago has arrived too.
    fn settle(&mut self, now: i64) {
        let excess = self.recent.len().saturating_sub(RECENT);
        let is_old = |(_, time): &&(String, i64)| time.saturating_add(OVERTAKING) < now;
        let old = self.recent.iter().take_while(is_old).count().max(excess);
        if let Some((id, _)) = self.recent.drain(..old).next_back() {
            self.settled = Some(id);
        }
    }

    /// The part of the account's archive that is to be read next. What came last is in it once more.
    pub(crate) fn next(&self) -> Part {
        match (self.recent.first(), &self.settled, &self.newest) {
            (Some(_), Some(id), _) | (None, _, Some(id)) => Part::After(id.clone()),
            (Some((_, time)), None, _) => Part::Since(Micros(time.saturating_sub(OVERTAKING))),
            (None, _, None) => Part::Since(Micros(self.time)),
        }
    }

    /// Leaves out of that part what has come already.
    pub(crate) fn leave_out_recent(&self, page: &mut Page) {
        page.entries
            .retain(|entry| self.recent.iter().all(|(id, _)| *id != entry.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::archive::tests::entry;

    fn page(entries: &[(&str, i64)], is_last: bool) -> Page {
        let id = |entry: Option<&(&str, i64)>| entry.unwrap().0.to_owned();
        Page {
            entries: entries.iter().map(|(id, seconds)| entry(id, *seconds, "x")).collect(),
            ends: Some((id(entries.first()), id(entries.last()))),
            is_last,
        }
    }

    fn seconds(seconds: i64) -> Micros {
        Micros(seconds * 1_000_000)
    }

    #[test]
    fn a_position_grows_at_both_ends() {
        let mut position = Position::default();
        position.extend(&page(&[("c", 3), ("d", 4)], false));
        assert_eq!(
            (position.oldest.as_deref(), position.newest.as_deref()),
            (Some("c"), Some("d"))
        );
        assert_eq!(position.time, 4_000_000);
        position.follow(&page(&[("e", 5), ("f", 6)], true));
        assert_eq!((position.newest.as_deref(), position.time), (Some("f"), 6_000_000));
        assert!(
            !position.is_complete,
            "the end at the new side is not the beginning of the archive"
        );
        position.extend(&page(&[("a", 1), ("b", 2)], true));
        assert_eq!(
            (position.oldest.as_deref(), position.newest.as_deref()),
            (Some("a"), Some("f"))
        );
        assert!(position.is_complete);
        position.advance("g", Micros(1));
        assert_eq!(position.time, 6_000_000, "a time never goes back");
    }

    fn is_after(part: &Part, id: &str) -> bool {
        matches!(part, Part::After(after) if after == id)
    }

    #[test]
    fn what_was_overtaken_by_a_message_that_arrived_is_read_and_that_message_not_again() {
        let mut position = Position::default();
        position.extend(&page(&[("a", 1)], true));
        // `b` comes before `c` in the archive, and has not arrived when the device goes.
        position.arrived("c", seconds(100));
        let stored = serde_json::to_string(&position).unwrap();
        let mut position: Position = serde_json::from_str(&stored).unwrap();
        assert!(is_after(&position.next(), "a"), "{:?}", position.next());
        let mut found = page(&[("b", 100), ("c", 100), ("d", 101)], true);
        position.leave_out_recent(&mut found);
        assert_eq!(found.ids(), ["b", "d"]);
        position.read_on(&found, seconds(102));
        assert!(is_after(&position.next(), "a"), "still just now");
        position.read_on(&page(&[("e", 200)], true), seconds(200));
        assert!(is_after(&position.next(), "d"), "{:?}", position.next());
    }

    #[test]
    fn what_came_long_ago_is_not_read_again() {
        let mut position = Position::default();
        position.arrived("a", seconds(100));
        assert!(matches!(position.next(), Part::Since(Micros(90_000_000))));
        position.arrived("b", seconds(120));
        assert!(is_after(&position.next(), "a"));
        position.read_on(&page(&[("c", 121)], true), seconds(1000));
        assert!(is_after(&position.next(), "c"));
        for number in 0..200 {
            position.arrived(&number.to_string(), seconds(1001));
        }
        assert!(is_after(&position.next(), "135"), "no more than some are remembered");
        position.read_on(&page(&[("d", 1001)], false), seconds(1002));
        assert!(is_after(&position.next(), "d"), "more follows");
    }
}
