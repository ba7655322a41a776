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
mod tests;
