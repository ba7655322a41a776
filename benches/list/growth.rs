//! What grows with a conversation: its unread messages counted again, beside plain rusqlite asking the same of the same index;
//! and a message that comes behind many that are unread and excluded from the last message, beside one that comes behind few.

use crate::fixture;
use crate::support::{self, Table, in_turns, millis, ratio};
use im::engine::Engine;
use im::events::EventQueue;
use im::model::{Change, ReadPosition, Target};
use std::path::Path;

/// Messages of the conversation.
const MANY: u64 = 50_000;
/// Messages in a transaction while it is filled.
const BATCH: u64 = 5_000;
/// Rounds that are counted.
const ROUNDS: usize = 31;

pub fn run(table: &mut Table, dir: &Path) {
    let data_dir = dir.join("growth");
    fixture::make(&data_dir, 3);
    let engine = support::engine(&data_dir, EventQueue::new());
    let (unread, excluded, short) = (0, 1, 2);
    fill(&engine, unread, false);
    fill(&engine, excluded, true);
    let raw = support::raw_reader(&data_dir);
    let number: i64 = raw
        .query_row(
            "SELECT id FROM conversation WHERE conversation_id = ?1",
            [fixture::conversation(unread).as_str()],
            |row| row.get(0),
        )
        .expect("the conversation");

    let (mut up_to, mut from) = (10, 10_i64);
    let times = in_turns(
        ROUNDS,
        &mut [
            &mut || {
                up_to += 1;
                read(&engine, unread, up_to);
            },
            &mut || {
                from += 1;
                raw.prepare_cached(
                    "SELECT count(*) FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position > ?2 \
                     AND counts_unread = 1",
                )
                .and_then(|mut statement| statement.query_row([number, from], |row| row.get::<_, i64>(0)))
                .expect("a count");
            },
        ],
    );
    compare(table, "50,000 unread messages counted again", &times);

    let (mut seq, mut of_short) = (2 * MANY, 10);
    let times = in_turns(
        ROUNDS,
        &mut [
            &mut || {
                seq += 1;
                fixture::apply(&engine, vec![message(excluded, seq, true)]);
            },
            &mut || {
                of_short += 1;
                fixture::apply(&engine, vec![message(short, of_short, true)]);
            },
        ],
    );
    compare(table, "a message behind 50,000 that are excluded, beside few", &times);
    engine.close();
}

fn compare(table: &mut Table, what: &str, times: &[std::time::Duration]) {
    let ratio = ratio(times[0], times[1]);
    table.compare(what, millis(times[0]), millis(times[1]), ratio, "<= 2", ratio <= 2.0);
}

fn message(conversation: usize, seq: u64, is_excluded: bool) -> Change {
    let Change::Message(mut message) = fixture::message(conversation, seq) else {
        unreachable!("the fixture makes messages");
    };
    message.body.is_excluded_from_last_message = is_excluded;
    Change::Message(message)
}

fn fill(engine: &Engine, conversation: usize, is_excluded: bool) {
    for first in (10..MANY).step_by(BATCH as usize) {
        let changes = (first..first + BATCH).map(|seq| message(conversation, seq, is_excluded));
        fixture::apply(engine, changes.collect());
    }
}

fn read(engine: &Engine, conversation: usize, seq: u64) {
    let up_to = Target::Seq(ReadPosition { seq, timestamp: 0 });
    let conversation = fixture::conversation(conversation);
    fixture::apply(engine, vec![Change::Read { conversation, up_to }]);
}
