//! Alice's engine over a cache in a folder of its own, for the tests of the rules: what comes from the server goes in,
//! what the app sees and is told comes out as JSON.

use super::{Direction, Durability, Engine, EngineOptions, HistoryQuery};
use crate::events::{Dispatcher, Event, Listener};
use crate::model::{
    Change, ConversationId, ConversationOrder, Elem, Group, GroupAddOpt, GroupId, GroupRole, GroupType, Inbound,
    Message, MessageBody, Micros, Outbound, OutboxEntry, Outcome, ReadPosition, Result, Setting, Stamp, StampedSetting,
    Target, UnnumberedMessage, UserId,
};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

/// The clock's time at the start of a test, in seconds.
pub(super) const START: i64 = 1_700_000_000;

pub(super) struct Fixture {
    pub(super) engine: Engine,
    clock: Arc<AtomicI64>,
    dispatcher: Dispatcher,
    told: Told,
    options: EngineOptions,
    _dir: tempfile::TempDir,
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(Event, Value)>>>);

impl Listener for Told {
    fn on_event(&self, event: Event, payload: &str) {
        let payload = serde_json::from_str(payload).unwrap();
        self.0.lock().unwrap().push((event, payload));
    }
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(edit: impl FnOnce(&mut EngineOptions)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(START));
        let mut options = EngineOptions {
            dir: dir.path().join("alice"),
            user_id: UserId::trusted("alice"),
            order: ConversationOrder::OrderKey,
            conversation_limit: 0,
            durability: Durability::Normal,
            media_cache_bytes: 1 << 30,
            search: true,
            changed_fields: false,
            clock: {
                let clock = Arc::clone(&clock);
                Arc::new(move || Micros(clock.load(Ordering::SeqCst) * 1_000_000))
            },
        };
        edit(&mut options);
        let (dispatcher, told) = (Dispatcher::start().unwrap(), Told::default());
        dispatcher.add_listener(0, Arc::new(told.clone()));
        let (engine, _) = Engine::open(options.clone(), dispatcher.queue()).unwrap();
        Self {
            engine,
            clock,
            dispatcher,
            told,
            options,
            _dir: dir,
        }
    }

    /// A file in the account's directory.
    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.options.dir.join(name)
    }

    /// Closes the cache and opens it again, as a restart does.
    pub(super) fn reopen(mut self) -> Self {
        self.engine.close();
        (self.engine, _) = Engine::open(self.options.clone(), self.dispatcher.queue()).unwrap();
        self
    }

    /// The same with other options.
    pub(super) fn reopen_with(mut self, edit: impl FnOnce(&mut EngineOptions)) -> Self {
        edit(&mut self.options);
        self.reopen()
    }

    pub(super) fn set_clock(&self, seconds: i64) {
        self.clock.store(seconds, Ordering::SeqCst);
    }

    /// Applies a change that happens now.
    pub(super) fn live(&self, change: Change) {
        self.apply(true, vec![change]);
    }

    /// Applies a change that a sync brings, of an account that has been in use for ever.
    pub(super) fn history(&self, change: Change) {
        self.apply(false, vec![change]);
    }

    /// The same of several changes, in one batch.
    pub(super) fn histories(&self, changes: Vec<Change>) {
        self.apply(false, changes);
    }

    fn apply(&self, live: bool, changes: Vec<Change>) {
        self.engine
            .apply(Inbound {
                live,
                in_use_since: Some(Micros(0)),
                changes,
                ..Inbound::default()
            })
            .unwrap();
    }

    /// Alice sends a text; its `msgID`.
    pub(super) fn send(&self, id: &ConversationId, text: &str) -> String {
        let message: Value = serde_json::from_str(&self.engine.send(id, body(text)).unwrap()).unwrap();
        message["msgID"].as_str().unwrap().to_owned()
    }

    /// The conversation as the app gets it.
    pub(super) fn row(&self, id: &ConversationId) -> Value {
        serde_json::from_str(&self.engine.conversation(id).unwrap()).unwrap()
    }

    /// The ids of the list, from the top.
    pub(super) fn list(&self) -> Vec<String> {
        let page: Value = serde_json::from_str(&self.engine.conversation_page("0", 100).unwrap()).unwrap();
        let rows = page["conversationList"].as_array().unwrap();
        rows.iter()
            .map(|row| row["conversationID"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The messages of a conversation, oldest first: id and status.
    pub(super) fn messages(&self, id: &ConversationId) -> Vec<(String, i64)> {
        let (messages, _) = self
            .engine
            .history(id, &HistoryQuery::new(Direction::Newer, 1000))
            .unwrap();
        let messages: Vec<Value> = serde_json::from_str(&messages).unwrap();
        let shown = |message: &Value| {
            let id = message["msgID"].as_str().unwrap().to_owned();
            (id, message["status"].as_i64().unwrap())
        };
        messages.iter().map(shown).collect()
    }

    /// What was told since the last call.
    pub(super) fn told(&self) -> Vec<(Event, Value)> {
        let (done, wait) = mpsc::channel();
        self.dispatcher
            .queue()
            .push_completion(Box::new(move || done.send(()).unwrap()));
        wait.recv().unwrap();
        std::mem::take(&mut self.told.0.lock().unwrap())
    }

    /// The payload of the one event of this kind that was told since the last call of [`Fixture::told`]; null if none.
    pub(super) fn told_of(&self, event: Event) -> Value {
        let mut payloads = self.told().into_iter().filter(|(told, _)| *told == event);
        let payload = payloads.next().map_or(Value::Null, |(_, payload)| payload);
        assert!(payloads.next().is_none(), "told once");
        payload
    }

    /// The command that the backend gets next.
    pub(super) fn command(&self) -> Option<Outbound> {
        self.engine.next_outbound().unwrap().map(|entry| entry.command)
    }

    /// Ends the oldest command.
    pub(super) fn complete(&self, outcome: Outcome) {
        let OutboxEntry { id, .. } = self.engine.next_outbound().unwrap().unwrap();
        self.engine.complete_outbound(id, outcome).unwrap();
    }

    /// Changes columns of rows behind the cache's back, as a failing disk does.
    pub(super) fn damage(&self, table: &str, columns: &str, rows: &str) {
        crate::store::fixture::damage_rows(&self.path("im.db"), table, columns, rows);
    }

    /// Forgets which rows were looked at, as a restart does.
    pub(super) fn look_again(&self) -> &Self {
        self.engine.store.checked.forget();
        self
    }

    /// The server takes every command there is.
    pub(super) fn complete_all(&self) {
        while let Some(entry) = self.engine.next_outbound().unwrap() {
            self.engine.complete_outbound(entry.id, Outcome::Done).unwrap();
        }
    }

    pub(super) fn try_revoke(&self, msg_id: &str) -> Result<()> {
        self.engine.revoke(msg_id)
    }
}

pub(super) fn bob() -> ConversationId {
    ConversationId::trusted("c2c_bob")
}

pub(super) fn c2c(user: &str) -> ConversationId {
    ConversationId::trusted(format!("c2c_{user}"))
}

pub(super) fn team() -> ConversationId {
    ConversationId::trusted("group_team")
}

pub(super) fn body(text: &str) -> MessageBody {
    MessageBody::of(Elem::Text { text: text.to_owned() })
}

/// Message `m<seq>` that a user sent to a conversation `seq` seconds after the start.
pub(super) fn message(id: &ConversationId, sender: &str, seq: u64) -> Message {
    Message {
        msg_id: format!("m{seq}"),
        conversation: id.clone(),
        sender: UserId::trusted(sender),
        nick_name: String::new(),
        face_url: String::new(),
        seq,
        time: Micros((START + i64::try_from(seq).unwrap()) * 1_000_000),
        revoked: None,
        body: body("hi"),
    }
}

/// The same from bob to alice, as a change.
pub(super) fn from_bob(seq: u64) -> Change {
    Change::Message(message(&bob(), "bob", seq))
}

/// A message of the conversation with bob on a server that does not number them, sent so many seconds after the start.
pub(super) fn unnumbered(msg_id: &str, sender: &str, seconds: i64, older: bool) -> Change {
    Change::UnnumberedMessage(Box::new(UnnumberedMessage {
        message: Message {
            msg_id: msg_id.to_owned(),
            time: Micros((START + seconds) * 1_000_000),
            ..message(&bob(), sender, 0)
        },
        own_id: format!("{sender}/{msg_id}"),
        server_id: format!("server-{msg_id}"),
        origin_id: msg_id.to_owned(),
        is_origin_unique: true,
        older,
        is_ahead: false,
        is_late: false,
    }))
}

pub(super) fn at(seq: u64) -> Target {
    Target::Seq(ReadPosition { seq, timestamp: START })
}

/// The group `team`, of which alice is a member with this role.
pub(super) fn team_with(role: GroupRole) -> Change {
    Change::Group {
        group: Group {
            group_id: GroupId::trusted("team"),
            group_type: GroupType::Work,
            group_name: "Team".to_owned(),
            face_url: String::new(),
            introduction: String::new(),
            notification: None,
            owner: None,
            create_time: START,
            member_count: 2,
            role,
            is_all_muted: false,
            add_opt: GroupAddOpt::Any,
            approve_opt: GroupAddOpt::Forbid,
        },
        time: Micros(START * 1_000_000),
    }
}

/// Another device changed a setting of the conversation with bob, at a time in µs.
pub(super) fn set_at(setting: Setting, time: i64, device: &str) -> Change {
    Change::Settings {
        conversation: bob(),
        settings: vec![StampedSetting {
            setting,
            stamp: Stamp {
                time: Micros(time),
                device: device.to_owned(),
            },
        }],
    }
}

/// The same for the pin.
pub(super) fn pinned_at(pinned: bool, time: i64, device: &str) -> Change {
    set_at(Setting::Pinned(pinned), time, device)
}

pub(super) fn refused() -> Outcome {
    Outcome::Refused(crate::model::Error::no_permission("no"))
}
