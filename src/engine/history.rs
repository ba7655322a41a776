//! Reading messages: pages of a history, and single ones by their ids. Never waits for a writer.

use super::core::Engine;
use super::options::Direction;
use super::render;
use crate::model::id::quoted;
use crate::model::{ConversationId, ElemType, Error, Micros, Result};
use crate::store::conversation::{self, ConversationRow};
use crate::store::history::{self, Range};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, hidden, message};

/// Which part of a history is read, and in which direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The message to go on from, which is not part of the answer.
    pub from: Option<String>,
    /// The sequence to begin with, unless a message is given.
    pub from_seq: Option<i64>,
    /// The direction.
    pub direction: Direction,
    /// The first second of a window of time.
    pub from_time: Option<i64>,
    /// Its last second.
    pub to_time: Option<i64>,
    /// The kinds of messages; empty = all.
    pub kinds: Vec<ElemType>,
    /// How many messages at most.
    pub count: i64,
}

impl HistoryQuery {
    /// So many messages from the end that the direction comes from.
    pub fn new(direction: Direction, count: i64) -> Self {
        Self {
            from: None,
            from_seq: None,
            direction,
            from_time: None,
            to_time: None,
            kinds: Vec::new(),
            count,
        }
    }
}

impl Engine {
    /// `getHistoryMessageList`: a JSON array of messages. 6017 when the message to go on from is not one of the conversation.
    /// Also says whether the answer ends where the stored history ends, on its older side.
    pub fn history(&self, id: &ConversationId, query: &HistoryQuery) -> Result<(String, bool)> {
        if query.count < 1 {
            return Err(Error::invalid(format!("count {} is not 1 or more", query.count)));
        }
        let is_older = query.direction == Direction::Older;
        self.store.snapshot(|db| {
            let row = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            let mut range = Range::whole();
            range.kinds.clone_from(&query.kinds);
            if let Some(second) = query.from_time {
                range.from = Micros(second.saturating_mul(1_000_000));
            }
            if let Some(second) = query.to_time {
                range.to = Micros(second.saturating_mul(1_000_000).saturating_add(999_999));
            }
            match (&query.from, query.from_seq) {
                (Some(msg_id), _) => {
                    let from = message::by_msg_id(db, msg_id)?.filter(|from| from.conversation == row.id);
                    let Some(from) = from else {
                        let (msg_id, id) = (quoted(msg_id), quoted(id.as_str()));
                        return Err(Error::invalid(format!("lastMsgID {msg_id} is not a message of {id}")).into());
                    };
                    let place = (from.position, from.id);
                    *(if is_older { &mut range.before } else { &mut range.after }) = place;
                }
                // The message itself is part of the answer, and what was refused after it is newer than it.
                (None, Some(seq)) if is_older => {
                    let place = message::by_seq(db, row.id, seq)?.map_or((seq, 0), |from| (seq, from.id + 1));
                    range.before = place;
                }
                (None, Some(seq)) => range.after = (seq, 0),
                (None, None) => {}
            }
            let found = history::page(db, row.id, &range, is_older, query.count)?;
            let list = found.iter().map(|message| render::message(db, message, &row));
            let list = list.collect::<StoreResult<Vec<String>>>()?;
            // Only of the older ones: what is stored always reaches to the newest end of the history.
            let is_end = is_older
                && i64::try_from(list.len()).unwrap_or(i64::MAX) < query.count
                && message::oldest(db, row.id)?.is_none_or(|oldest| oldest.time >= range.from);
            Ok((format!("[{}]", list.join(",")), is_end))
        })
    }

    /// `getHistoryMessageList` with sequences: a JSON array of the messages that have them, in the order of the direction. Of the
    /// query its kinds count as well.
    pub fn messages_at(&self, id: &ConversationId, seqs: &[i64], query: &HistoryQuery) -> Result<String> {
        let mut seqs: Vec<i64> = seqs.to_vec();
        seqs.sort_unstable();
        seqs.dedup();
        if query.direction == Direction::Older {
            seqs.reverse();
        }
        self.store.snapshot(|db| {
            let row = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            let mut list = Vec::new();
            for seq in &seqs {
                let is_wanted =
                    |message: &MessageRow| query.kinds.is_empty() || query.kinds.contains(&message.elem_type);
                if let Some(message) = message::by_seq(db, row.id, *seq)?.filter(is_wanted) {
                    list.push(render::message(db, &message, &row)?);
                }
            }
            Ok(format!("[{}]", list.join(",")))
        })
    }

    /// `findMessages`: a JSON array of those that are stored, or in a merger that was read, in the order asked.
    pub fn find_messages(&self, msg_ids: &[String]) -> Result<String> {
        self.store.snapshot(|db| {
            let mut list = Vec::new();
            for msg_id in msg_ids {
                let Some(row) = message::by_msg_id(db, msg_id)? else {
                    if let Some(unfolded) = self.unfolded(db, msg_id)? {
                        list.push(self.render_merged(db, &unfolded.message, &unfolded.conversation)?);
                    }
                    continue;
                };
                // What the receive option hides is shown nowhere.
                if hidden::contains(db, row.id)? {
                    continue;
                }
                // The disk has damaged where it belongs: it is shown nowhere, and keeps no other from being found.
                let Some(of) = conversation::by_number(db, row.conversation)? else {
                    continue;
                };
                list.push(render::message(db, &row, &of)?);
            }
            Ok(format!("[{}]", list.join(",")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, body, c2c, from_bob, refused, team};
    use crate::model::{Change, Elem, Status};
    use serde_json::Value;

    fn ids(fixture: &Fixture, query: &HistoryQuery) -> (Vec<String>, bool) {
        let (json, is_end) = fixture.engine.history(&bob(), query).unwrap();
        (msg_ids(&json), is_end)
    }

    fn msg_ids(json: &str) -> Vec<String> {
        let messages: Vec<Value> = serde_json::from_str(json).unwrap();
        let ids = messages
            .iter()
            .map(|message| message["msgID"].as_str().unwrap().to_owned());
        ids.collect()
    }

    fn older(count: i64) -> HistoryQuery {
        HistoryQuery::new(Direction::Older, count)
    }

    fn after(msg_id: &str, direction: Direction, count: i64) -> HistoryQuery {
        let mut query = HistoryQuery::new(direction, count);
        query.from = Some(msg_id.to_owned());
        query
    }

    fn three() -> Fixture {
        let fixture = Fixture::new();
        (1..=3).for_each(|seq| fixture.live(from_bob(seq)));
        fixture
    }

    #[test]
    fn a_history_goes_on_next_to_a_message_and_without_it() {
        let fixture = three();
        assert_eq!(ids(&fixture, &older(2)).0, ["m3", "m2"]);
        assert_eq!(ids(&fixture, &after("m2", Direction::Older, 2)).0, ["m1"]);
        assert_eq!(ids(&fixture, &after("m2", Direction::Newer, 2)).0, ["m3"]);
    }

    #[test]
    fn it_begins_with_the_message_of_a_sequence_unless_a_message_is_given() {
        let fixture = three();
        let mut query = older(9);
        query.from_seq = Some(2);
        assert_eq!(ids(&fixture, &query).0, ["m2", "m1"]);
        query.direction = Direction::Newer;
        assert_eq!(ids(&fixture, &query).0, ["m2", "m3"]);
        query.from = Some("m2".to_owned());
        assert_eq!(ids(&fixture, &query).0, ["m3"]);
        fixture.engine.delete_messages(&["m2".to_owned()]).unwrap();
        query.from = None;
        assert_eq!(ids(&fixture, &query).0, ["m3"], "the next one, where that is deleted");
        query.direction = Direction::Older;
        assert_eq!(ids(&fixture, &query).0, ["m1"]);
    }

    #[test]
    fn messages_are_found_by_their_sequences_once_in_the_order_of_reading() {
        let fixture = three();
        let mut query = HistoryQuery::new(Direction::Older, 1);
        let at =
            |seqs: &[i64], query: &HistoryQuery| msg_ids(&fixture.engine.messages_at(&bob(), seqs, query).unwrap());
        assert_eq!(at(&[1, 3, 9, 1], &query), ["m3", "m1"]);
        assert!(at(&[7], &query).is_empty());
        query.direction = Direction::Newer;
        assert_eq!(at(&[3, 1], &query), ["m1", "m3"]);
        query.kinds = vec![ElemType::Custom];
        assert!(at(&[3, 1], &query).is_empty());
        query.kinds.push(ElemType::Text);
        assert_eq!(at(&[3, 1], &query), ["m1", "m3"]);
    }

    #[test]
    fn a_refused_message_is_newer_than_the_one_whose_sequence_it_has() {
        let fixture = three();
        fixture.send(&bob(), "no");
        fixture.complete(refused());
        let mut query = older(9);
        query.from_seq = Some(3);
        assert_eq!(ids(&fixture, &query).0, ["m3", "m2", "m1"]);
    }

    #[test]
    fn a_window_of_time_has_both_of_its_ends() {
        let fixture = three();
        let mut query = older(9);
        (query.from_time, query.to_time) = (Some(START + 2), Some(START + 3));
        assert_eq!(ids(&fixture, &query), (vec!["m3".to_owned(), "m2".to_owned()], false));
        query.from = Some("m3".to_owned());
        assert_eq!(ids(&fixture, &query).0, ["m2"], "and a message to go on from");
        (query.from_time, query.to_time) = (Some(START + 1), None);
        assert_eq!(ids(&fixture, &query).0, ["m2", "m1"]);
    }

    #[test]
    fn kinds_are_picked_and_the_page_is_full() {
        let fixture = Fixture::new();
        for seq in 1..=9 {
            let Change::Message(mut message) = from_bob(seq) else {
                panic!()
            };
            if seq % 3 == 0 {
                message.body.elem = Elem::Custom {
                    data: "data".to_owned(),
                    desc: String::new(),
                    extension: String::new(),
                };
            }
            fixture.live(Change::Message(message));
        }
        let mut query = older(2);
        query.kinds = vec![ElemType::Custom];
        assert_eq!(ids(&fixture, &query), (vec!["m9".to_owned(), "m6".to_owned()], false));
        query.from = Some("m6".to_owned());
        assert_eq!(ids(&fixture, &query), (vec!["m3".to_owned()], true));
        query.kinds = vec![ElemType::Text];
        assert_eq!(ids(&fixture, &query).0, ["m5", "m4"]);
    }

    #[test]
    fn the_end_is_reached_when_fewer_messages_are_left_than_asked_for() {
        let fixture = three();
        assert!(!ids(&fixture, &older(3)).1);
        assert!(ids(&fixture, &older(4)).1);
        let mut query = older(4);
        query.from_time = Some(START + 2);
        assert!(
            !ids(&fixture, &query).1,
            "older ones may be fetched by then, and none is asked for"
        );
    }

    #[test]
    fn a_history_begins_at_a_message_of_its_own_conversation_only() {
        let fixture = three();
        for (id, msg_id) in [(bob(), "unknown"), (c2c("carol"), "m1")] {
            let error = fixture.engine.history(&id, &after(msg_id, Direction::Older, 1));
            assert_eq!(error.unwrap_err().status, Status::InvalidParameters);
        }
    }

    #[test]
    fn messages_are_found_in_any_conversation_recalled_ones_too_and_none_that_is_deleted() {
        let fixture = three();
        let mine: Value = serde_json::from_str(&fixture.engine.send(&team(), body("hi")).unwrap()).unwrap();
        let mine = mine["msgID"].as_str().unwrap().to_owned();
        fixture.engine.revoke(&mine).unwrap();
        fixture.engine.delete_messages(&["m2".to_owned()]).unwrap();
        let asked = [
            "m3".to_owned(),
            mine.clone(),
            "m2".to_owned(),
            "unknown".to_owned(),
            "m1".to_owned(),
        ];
        let found = fixture.engine.find_messages(&asked).unwrap();
        assert_eq!(msg_ids(&found), ["m3".to_owned(), mine, "m1".to_owned()]);
    }
}
