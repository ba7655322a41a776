//! Incoming messages applied, beside rusqlite writing the same rows in transactions of the same size.

use crate::fixture;
use crate::support::{self, Table, WARM_UP, in_turns};
use im::engine::Engine;
use im::events::{Dispatcher, Event, Listener};
use im::model::order::PIN_BIT;
use im::model::{Change, Message, Micros};
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Conversations that the messages are spread over.
const CONVERSATIONS: usize = 500;
/// Rounds that are counted.
const ROUNDS: usize = 61;
const SCHEMA: &str = include_str!("../../docs/schema.sql");

/// An app that hears everything and does nothing.
struct Deaf;

impl Listener for Deaf {
    fn on_event(&self, _event: Event, payload: &str) {
        std::hint::black_box(payload);
    }
}

pub fn run(table: &mut Table, dir: &Path) {
    for (batch, batches) in [(1, 200), (1_000, 1)] {
        let data_dir = dir.join(format!("apply-{batch}"));
        fixture::make(&data_dir, CONVERSATIONS);
        let mut raw = Raw::copy_of(&data_dir, &dir.join(format!("raw-{batch}.db")));
        let dispatcher = Dispatcher::start().expect("a thread");
        dispatcher.add_listener(0, Arc::new(Deaf));
        let engine = support::engine(&data_dir, dispatcher.queue());
        let (mut for_libim, mut for_raw) = (prepared(batch, batches), prepared(batch, batches));
        let times = in_turns(
            ROUNDS,
            &mut [
                &mut || next(&mut for_libim).for_each(|batch| fixture::apply(&engine, batch)),
                &mut || next(&mut for_raw).for_each(|batch| raw.apply(batch)),
            ],
        );
        raw.check(&engine);
        let rate = |time: std::time::Duration| (batch * batches) as f64 / time.as_secs_f64();
        let ratio = rate(times[0]) / rate(times[1]);
        let text = |time| format!("{:.0}/s", rate(time));
        let name = format!("messages applied, {batch} in a transaction");
        table.compare(&name, text(times[0]), text(times[1]), ratio, ">= 0.5", ratio >= 0.5);
        engine.close();
    }
}

/// A piece of work: the changes of each of its transactions.
type Work = Vec<Vec<Change>>;

/// The work of all rounds: messages to random conversations, the same for both sides.
fn prepared(batch: usize, batches: usize) -> Vec<Work> {
    let mut rng = fastrand::Rng::with_seed(2);
    // Above what the fixture has given.
    let mut seq = 10;
    let mut message = || {
        seq += 1;
        fixture::message(rng.usize(0..CONVERSATIONS), seq)
    };
    let mut transaction = || (0..batch).map(|_| message()).collect();
    (0..ROUNDS + WARM_UP)
        .map(|_| (0..batches).map(|_| transaction()).collect())
        .collect()
}

fn next(work: &mut Vec<Work>) -> impl Iterator<Item = Vec<Change>> + use<> {
    work.pop().expect("one for each round").into_iter()
}

/// What an app would write by hand: the rows alone, with every decision already taken.
struct Raw {
    db: Connection,
    /// By conversationID: (row number, unread, JSON).
    conversations: BTreeMap<String, (i64, i64, String)>,
    last_activation: i64,
    total_unread: i64,
}

impl Raw {
    fn copy_of(data_dir: &Path, path: &Path) -> Self {
        let db = Connection::open(path).expect("the file opens");
        db.set_prepared_statement_cache_capacity(128);
        for (name, value) in [
            ("journal_mode", "WAL"),
            ("synchronous", "NORMAL"),
            ("foreign_keys", "ON"),
            ("secure_delete", "FAST"),
        ] {
            db.pragma_update(None, name, value).expect("a pragma");
        }
        db.execute_batch(SCHEMA).expect("the schema");
        let original = data_dir.join(support::ME).join("im.db");
        db.execute("ATTACH ?1 AS original", [original.to_str()])
            .expect("attached");
        for table in ["account", "conversation", "message"] {
            db.execute(&format!("INSERT INTO main.{table} SELECT * FROM original.{table}"), ())
                .expect("copied");
        }
        db.execute("DETACH original", ()).expect("detached");
        let conversations = db
            .prepare("SELECT conversation_id, id, unread_count, json FROM conversation")
            .and_then(|mut statement| {
                statement
                    .query_map((), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?
                    .collect()
            })
            .expect("the rows");
        let (last_activation, total_unread) = db
            .query_row("SELECT last_activation, total_unread FROM account", (), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .expect("the account");
        Self {
            db,
            conversations,
            last_activation,
            total_unread,
        }
    }

    /// Each message a row; each conversation once, at the end of the transaction; the account once.
    fn apply(&mut self, changes: Vec<Change>) {
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .expect("a transaction");
        let mut touched: BTreeMap<String, (i64, Message)> = BTreeMap::new();
        for change in changes {
            let Change::Message(message) = change else { continue };
            let id = message.conversation.as_str().to_owned();
            let conversation = self.conversations.get_mut(&id).expect("a known conversation");
            conversation.1 += 1;
            self.total_unread += 1;
            self.last_activation = (self.last_activation + 1).max(message.time.0);
            insert_message(&transaction, conversation.0, &message);
            touched.insert(id, (self.last_activation, message));
        }
        for (id, (activation, message)) in touched {
            update_conversation(&transaction, &self.conversations[&id], activation, &message);
        }
        transaction
            .prepare_cached(
                "UPDATE account SET last_activation = ?1, total_unread = ?2, first_sync_time = ?3, cursor = ?4",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    self.last_activation,
                    self.total_unread,
                    self.last_activation,
                    None::<String>
                ])
            })
            .expect("the account");
        transaction.commit().expect("committed");
    }

    /// Both sides must have written as much.
    fn check(&self, engine: &Engine) {
        let total: i64 = self
            .db
            .query_row("SELECT count(*) FROM message WHERE counts_unread = 1", (), |row| {
                row.get(0)
            })
            .expect("a count");
        assert_eq!(total, self.total_unread);
        assert_eq!(engine.total_unread().expect("the total"), self.total_unread as u64);
    }
}

fn insert_message(db: &Connection, conversation: i64, message: &Message) {
    let body = serde_json::to_string(&message.body).expect("JSON");
    db.prepare_cached(
        "INSERT INTO message (conversation, position, seq, time, status, is_self, counts_unread, at_type, \
         is_excluded_from_last_message, msg_id, sender, nick_name, face_url, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )
    .and_then(|mut statement| {
        statement.execute(params![
            conversation,
            message.seq as i64,
            message.seq as i64,
            message.time.0,
            2,
            false,
            true,
            0,
            false,
            message.msg_id,
            message.sender.as_str(),
            message.nick_name,
            message.face_url,
            body,
        ])
    })
    .expect("a message");
}

fn update_conversation(db: &Connection, row: &(i64, i64, String), activation: i64, message: &Message) {
    debug_assert!(activation < PIN_BIT);
    let is_group = message.conversation.group_id().is_some();
    db.prepare_cached(
        "UPDATE conversation SET orderkey = ?2, last_time = ?3, activation = ?4, is_pinned = ?5, is_deleted = ?6, \
         recv_opt = ?7, unread_count = ?8, is_read_known = ?9, read_seq = ?10, read_time = ?11, peer_read_seq = ?12, \
         max_seq = ?13, cleared_seq = ?14, draft_timestamp = ?15, draft_text = ?16, last_sender = ?17, json = ?18 \
         WHERE id = ?1",
    )
    .and_then(|mut statement| {
        statement.execute(params![
            row.0,
            activation,
            Micros(message.time.0).seconds(),
            activation,
            false,
            false,
            0,
            row.1,
            false,
            0,
            0,
            0,
            message.seq as i64,
            0,
            0,
            "",
            if is_group { message.sender.as_str() } else { "" },
            row.2,
        ])
    })
    .expect("a conversation");
}
