//! What the receive option 1 hides, on a server that delivers messages all the same (XMPP): what others said while it was on,
//! on every device the same.
//!
//! The user's devices tell each other the places in the history where the option was set and taken back. A message that lies
//! between is stored and not shown: where it lies may be known only later, when the message that names a place comes. Until
//! then times decide. The embedded service delivers nothing meanwhile, and needs none of this.

use super::json::to_json;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::{ConversationId, Micros, Place, Span};
use crate::store::hidden::{self, Edge};
use crate::store::{StoreResult, deleted, last_message, message};
use serde::{Deserialize, Serialize};

/// How long a message may be on its way, seconds.
const ON_ITS_WAY: i64 = 10;

/// A place with its position here, once that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownPlace {
    #[serde(flatten)]
    place: Place,
    position: Option<i64>,
}

/// A stretch as it is stored in the conversation's row. Without an end it is still going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownSpan {
    from: KnownPlace,
    to: Option<KnownPlace>,
}

impl KnownPlace {
    fn edge(&self) -> Edge {
        let second = |seconds: i64| Edge::Time(Micros(seconds.saturating_mul(1_000_000)));
        let seconds = self.place.time.seconds();
        match self.position {
            Some(position) => Edge::Position(position),
            // The device that was there had no message, so what had been said just then was on its way to it, and lies behind.
            // By the time at which that arrived alone, devices would differ.
            None if self.place.id.is_empty() => second(seconds.saturating_sub(ON_ITS_WAY)),
            // Some archives have whole seconds, and the message itself does not lie after its place.
            None => second(seconds.saturating_add(1)),
        }
    }
}

impl KnownSpan {
    fn hides(&self, position: i64, time: Micros) -> bool {
        let is_over = |to: &KnownPlace| to.edge().is_before(position, time);
        self.from.edge().is_before(position, time) && !self.to.as_ref().is_some_and(is_over)
    }
}

fn spans_of(loaded: &LoadedConversation) -> Vec<KnownSpan> {
    if loaded.row.hidden_spans.is_empty() {
        return Vec::new();
    }
    // A row that cannot be read hides nothing; the next change of the settings writes it again.
    serde_json::from_str(&loaded.row.hidden_spans).unwrap_or_default()
}

impl Transaction<'_> {
    /// Whether a message of somebody else at this position is hidden.
    pub(super) fn hides(&self, loaded: &LoadedConversation, position: i64, time: Micros) -> bool {
        spans_of(loaded).iter().any(|span| span.hides(position, time))
    }

    /// The stretches that are hidden, as the user's devices agree on them.
    pub(super) fn hide_spans(&mut self, id: &ConversationId, spans: &[Span]) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            tx.ensure_row(loaded)?;
            let known = spans_of(loaded);
            let mut now = Vec::new();
            // A stretch whose end is a time that has not come would hide what is still to be said.
            let is_over = |to: &Place| tx.believed(to.time) == to.time;
            for span in spans.iter().filter(|span| span.to.as_ref().is_none_or(is_over)) {
                now.push(KnownSpan {
                    from: tx.known_place(loaded, &known, &span.from)?,
                    to: span
                        .to
                        .as_ref()
                        .map(|to| tx.known_place(loaded, &known, to))
                        .transpose()?,
                });
            }
            tx.set_spans(loaded, &known, now)
        })
    }

    fn known_place(&self, loaded: &LoadedConversation, known: &[KnownSpan], place: &Place) -> StoreResult<KnownPlace> {
        let places = known
            .iter()
            .flat_map(|span| [Some(&span.from), span.to.as_ref()])
            .flatten();
        let mut position = places
            .filter(|known| known.place == *place)
            .find_map(|known| known.position);
        if position.is_none() && !place.id.is_empty() {
            let stored = message::by_msg_id(self.db, &place.id)?;
            let stored = stored.filter(|row| row.conversation == loaded.row.id && row.seq > 0);
            position = match stored {
                Some(row) => Some(row.position),
                None => deleted::by_msg_id(self.db, loaded.row.id, &place.id)?
                    .map(|place| i64::try_from(place.seq).unwrap_or(i64::MAX)),
            };
        }
        let place = place.clone();
        Ok(KnownPlace { place, position })
    }

    /// A message has come, or got its position, or another: it may be one that names a place.
    pub(super) fn locate(&mut self, loaded: &mut LoadedConversation, msg_id: &str, position: i64) -> StoreResult<()> {
        let known = spans_of(loaded);
        let mut now = known.clone();
        for span in &mut now {
            for place in [Some(&mut span.from), span.to.as_mut()].into_iter().flatten() {
                if place.place.id == msg_id {
                    place.position = Some(position);
                }
            }
        }
        self.set_spans(loaded, &known, now)
    }

    fn set_spans(
        &mut self,
        loaded: &mut LoadedConversation,
        known: &[KnownSpan],
        now: Vec<KnownSpan>,
    ) -> StoreResult<()> {
        if now == known {
            return Ok(());
        }
        loaded.row.hidden_spans = if now.is_empty() { String::new() } else { to_json(&now)? };
        let conversation = loaded.row.id;
        let before = last_message::find(self.db, conversation)?.map(|row| row.id);
        hidden::show_all(self.db, conversation)?;
        for span in &now {
            let to = span.to.as_ref().map(KnownPlace::edge);
            hidden::hide_between(self.db, conversation, span.from.edge(), to)?;
        }
        loaded.recount = true;
        let last = last_message::find(self.db, conversation)?;
        if last.as_ref().map(|row| row.id) == before {
            return Ok(());
        }
        // The conversation has the place that it would have had without what is hidden.
        match last {
            Some(last) => {
                if !loaded.row.is_listed {
                    if self.lists_as(loaded, &last, false)? {
                        self.ensure_listed(loaded, last.time);
                        loaded.row.is_listed_by_message = true;
                    }
                } else if hidden::newest(self.db, conversation)?.is_some_and(|newest| newest > last.position) {
                    loaded.row.activation = 0;
                }
                self.activate_at(loaded, last.time);
                self.unlist_again(loaded, &last)?;
            }
            // A message that moves nothing lists it all the same.
            None if message::any(self.db, conversation)? => {}
            // Nothing else has listed it, as far as this device knows: whoever tells of the stretch tells that too.
            None if loaded.row.draft_text.is_empty() && !loaded.row.is_pinned && loaded.row.is_listed_by_message => {
                loaded.row.is_listed = false;
                loaded.row.is_listed_by_message = false;
            }
            None => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, set_at, unnumbered};
    use crate::model::{Change, Setting, Stamp, Target};

    fn place(id: &str, seconds: i64) -> Place {
        Place {
            time: Micros((START + seconds) * 1_000_000),
            id: id.to_owned(),
            ..Place::default()
        }
    }

    fn hidden(from: Place, to: Option<Place>) -> Change {
        Change::Hidden {
            conversation: bob(),
            spans: vec![Span { from, to }],
        }
    }

    fn ids(fixture: &Fixture) -> Vec<String> {
        fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn what_is_said_while_it_is_on_is_not_shown_nor_counted_and_one_hears_oneself() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("m1", "bob", 1, false));
        fixture.live(hidden(place("m1", 1), None));
        fixture.told();
        let key = fixture.row(&bob())["orderkey"].clone();
        // All of one second: times could not tell them apart.
        fixture.live(unnumbered("m2", "bob", 1, false));
        assert!(fixture.told().is_empty());
        assert_eq!(fixture.row(&bob())["orderkey"], key);
        fixture.live(unnumbered("m3", "alice", 1, false));
        fixture.live(hidden(place("m1", 1), Some(place("m3", 1))));
        fixture.live(unnumbered("m4", "bob", 1, false));
        assert_eq!(ids(&fixture), ["m1", "m3", "m4"]);
        assert_eq!(fixture.row(&bob())["unreadCount"], 2);
        assert_eq!(ids(&fixture.reopen()), ["m1", "m3", "m4"]);
    }

    #[test]
    fn a_device_that_comes_later_hides_the_same_whichever_way_it_reads_the_archive() {
        for older in [false, true] {
            let fixture = Fixture::new();
            fixture.history(hidden(place("m2", 1), Some(place("m4", 1))));
            let mut messages = vec!["m1", "m2", "m3", "m4", "m5"];
            if older {
                messages.reverse();
            }
            for id in messages {
                fixture.history(unnumbered(id, "bob", 1, older));
            }
            assert_eq!(ids(&fixture), ["m1", "m2", "m5"], "older {older}");
        }
    }

    #[test]
    fn what_came_before_the_news_is_hidden_and_what_was_taken_back_is_shown_again() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        for (id, seconds) in [("m1", 1), ("m2", 2), ("m3", 3)] {
            fixture.live(unnumbered(id, "bob", seconds, false));
        }
        fixture.live(hidden(place("m1", 1), None));
        assert_eq!(ids(&fixture), ["m1"]);
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
        assert_eq!(fixture.row(&bob())["orderkey"], (START + 1) * 1_000_000);
        fixture.live(hidden(place("m1", 1), Some(place("m2", 2))));
        assert_eq!(ids(&fixture), ["m1", "m3"]);
        fixture.live(Change::Hidden {
            conversation: bob(),
            spans: Vec::new(),
        });
        assert_eq!(ids(&fixture), ["m1", "m2", "m3"]);
    }

    #[test]
    fn a_message_that_moves_nothing_keeps_the_conversation_when_the_others_are_hidden() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        let Change::UnnumberedMessage(mut silent) = unnumbered("m1", "alice", 1, false) else {
            panic!()
        };
        silent.message.body.is_excluded_from_last_message = true;
        fixture.live(Change::UnnumberedMessage(silent));
        fixture.live(unnumbered("m2", "bob", 2, false));
        fixture.live(hidden(place("m1", 1), None));
        assert_eq!((ids(&fixture).len(), fixture.list().len()), (1, 1));
    }

    /// Before the option is on for all devices, a message lists a conversation that was deleted. Clearing keeps one that is listed.
    #[test]
    fn a_message_that_is_hidden_later_keeps_a_conversation_that_was_deleted_out_of_the_list_and_a_cleared_one_in_it() {
        for is_deleted in [true, false] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 10);
            fixture.live(unnumbered("m1", "bob", 1, false));
            if is_deleted {
                fixture.engine.delete_conversation(&bob()).unwrap();
            }
            fixture.engine.clear_history(&bob()).unwrap();
            let fixture = fixture.reopen();
            fixture.live(unnumbered("m2", "bob", 2, false));
            assert_eq!((ids(&fixture).len(), fixture.list().len()), (1, 1));
            fixture.live(hidden(place("m1", 1), None));
            assert_eq!(
                (ids(&fixture).len(), fixture.list().len()),
                (0, usize::from(!is_deleted))
            );
        }
    }

    /// Another device has deleted it up to a message before the one that is hidden later.
    #[test]
    fn what_another_device_has_deleted_is_not_kept_in_the_list_by_a_message_that_is_hidden_later() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(unnumbered("m1", "bob", 1, false));
        fixture.live(unnumbered("m2", "bob", 2, false));
        fixture.live(Change::ConversationDeleted {
            conversation: bob(),
            up_to: Target::MsgId("m1".to_owned()),
            stamp: Stamp {
                time: Micros((START + 3) * 1_000_000),
                device: "other".to_owned(),
            },
        });
        assert_eq!((ids(&fixture), fixture.list().len()), (vec!["m2".to_owned()], 1));
        fixture.live(hidden(place("m1", 1), None));
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn what_was_taken_out_of_the_list_stays_out_when_hidden_messages_of_before_are_shown_again() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(unnumbered("m1", "bob", 1, false));
        fixture.live(hidden(place("m1", 1), None));
        fixture.live(unnumbered("m2", "bob", 2, false));
        fixture.set_clock(START + 20);
        fixture.engine.delete_conversations(&[bob()], false).unwrap();
        fixture.live(Change::Hidden {
            conversation: bob(),
            spans: Vec::new(),
        });
        assert_eq!((ids(&fixture).len(), fixture.list().len()), (2, 0));
    }

    #[test]
    fn what_is_hidden_keeps_no_conversation_in_the_list_that_was_taken_out_before_it_was_said() {
        let out = set_at(Setting::OutOfList(place("m1", 1)), (START + 1) * 1_000_000, "other");
        let news = [out, hidden(place("m1", 1), None), unnumbered("m2", "bob", 2, false)];
        // In whatever order this device hears of it.
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 10);
            fixture.live(unnumbered("m1", "bob", 1, false));
            order.iter().for_each(|number| fixture.live(news[*number].clone()));
            assert!(fixture.list().is_empty(), "{order:?}");
            fixture.live(hidden(place("m1", 1), Some(place("m2", 2))));
            fixture.live(unnumbered("m3", "bob", 3, false));
            assert_eq!(fixture.list(), ["c2c_bob"], "{order:?}");
        }
    }

    #[test]
    fn what_was_on_its_way_to_an_empty_history_is_hidden_on_every_device_whenever_it_arrives() {
        // It was said right before the second in which the option was set, and came to that device in that second.
        for arrives in [99, 100, 101] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 200);
            fixture.live(unnumbered("before", "bob", 50, false));
            fixture.live(hidden(place("", 100), Some(place("m2", 150))));
            fixture.live(unnumbered("m1", "bob", arrives, false));
            fixture.live(unnumbered("m2", "bob", 150, false));
            fixture.live(unnumbered("m3", "bob", 151, false));
            assert_eq!(ids(&fixture), ["before", "m3"], "{arrives}");
        }
    }

    #[test]
    fn a_stretch_that_ends_at_a_time_that_has_not_come_hides_nothing() {
        let fixture = Fixture::new();
        fixture.set_clock(1_800_000_000);
        let end = Place {
            time: Micros(i64::MAX),
            id: "never".to_owned(),
            ..Place::default()
        };
        fixture.live(hidden(place("m0", 0), Some(end)));
        fixture.live(unnumbered("m1", "bob", 1, false));
        assert_eq!(ids(&fixture), ["m1"]);
    }

    #[test]
    fn a_place_that_a_deleted_message_names_holds() {
        let fixture = Fixture::new();
        for id in ["m1", "m2", "m3"] {
            fixture.live(unnumbered(id, "bob", 1, false));
        }
        fixture.engine.delete_messages(&["m2".to_owned()]).unwrap();
        fixture.live(hidden(place("m2", 1), None));
        assert_eq!(ids(&fixture), ["m1"]);
    }
}
