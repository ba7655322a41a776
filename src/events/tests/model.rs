//! Random change sets against a naive model: whatever was merged, every listener's list must end as the model's, also
//! when its app reads the list in between, at its place among the events.

use super::*;
use std::collections::BTreeMap;

/// How many conversations there are at most.
const IDS: usize = 8;

type List = BTreeMap<usize, u64>;

/// A listener that keeps its own list, as an app does.
#[derive(Default)]
struct Replica {
    list: List,
    total: u64,
    messages: Vec<u64>,
    in_sync: bool,
    /// Whether it also reads the list. Then what an event tells may be in its list already.
    reads: bool,
    /// What it had when a Finish came, and the number of that Finish.
    finishes: Vec<(usize, List)>,
    /// What no listener should hear.
    faults: Vec<String>,
}

impl Replica {
    fn hear(&mut self, event: Event, payload: &str) {
        let json = |payload| serde_json::from_str::<Vec<(usize, u64)>>(payload).unwrap();
        match event {
            Event::NewConversation => {
                // One that was deleted and is back is told as new alone.
                for (n, version) in json(payload) {
                    if self.list.insert(n, version).is_some_and(|before| before >= version) && !self.reads {
                        self.faults.push(format!("{n} is new, but was there"));
                    }
                }
            }
            Event::ConversationChanged => {
                for (n, version) in json(payload) {
                    if self.list.insert(n, version).is_none_or(|before| before >= version) && !self.reads {
                        self.faults.push(format!("{n} changed, but was not there or newer"));
                    }
                }
            }
            Event::ConversationDeleted => {
                for id in serde_json::from_str::<Vec<ConversationId>>(payload).unwrap() {
                    self.list.remove(&id.target().parse().unwrap());
                }
            }
            Event::TotalUnreadMessageCountChanged => self.total = payload.parse().unwrap(),
            Event::RecvNewMessage => self.messages.push(payload.parse().unwrap()),
            Event::SyncServerStart | Event::SyncServerFinish => {
                if self.in_sync == (event == Event::SyncServerStart) {
                    self.faults.push(format!("{event:?} out of turn"));
                }
                self.in_sync = !self.in_sync;
                if event == Event::SyncServerFinish {
                    self.finishes.push((payload.parse().unwrap(), self.list.clone()));
                }
            }
            _ => self.faults.push(format!("{event:?}")),
        }
    }

    /// Reads some of the list.
    fn read(&mut self, cache: &List, page: std::ops::Range<usize>) {
        for n in page {
            match (cache.get(&n), self.list.get(&n)) {
                (Some(version), Some(told)) if told > version => {
                    self.faults.push(format!("{n} was read older than it was told before"));
                }
                (Some(version), _) => {
                    self.list.insert(n, *version);
                }
                // A page does not say what is not in it: the event does.
                (None, _) => {}
            }
        }
    }
}

/// The service: what every list must end as.
#[derive(Default)]
struct Model {
    random: fastrand::Rng,
    list: List,
    version: u64,
    total: u64,
    messages: u64,
    in_sync: bool,
    /// The list after each push.
    history: Vec<List>,
    /// The list as it can be read at any moment.
    cache: Arc<Mutex<List>>,
}

impl Model {
    fn changes(&mut self) -> ChangeSet {
        let mut changes = ChangeSet::default();
        for n in 0..IDS {
            if self.random.u8(..) < 180 {
                continue;
            }
            self.version += 1;
            let json = format!("[{n},{}]", self.version);
            let change = match self.list.contains_key(&n) {
                false => ConversationChange::New(json),
                true if self.random.u8(..3) == 0 => ConversationChange::Deleted,
                true => ConversationChange::Changed(json, None),
            };
            match change {
                ConversationChange::Deleted => self.list.remove(&n),
                _ => self.list.insert(n, self.version),
            };
            changes.conversations.push((id(n), change));
        }
        *self.cache.lock().unwrap() = self.list.clone();
        if self.random.bool() {
            self.total += 1;
            changes.total_unread = Some(self.total);
        }
        if self.random.bool() {
            changes.messages = message(0, self.messages.to_string()).messages;
            self.messages += 1;
        }
        changes
    }

    /// A listener that is added now has just read the list.
    fn replica(&self) -> Replica {
        Replica {
            list: self.list.clone(),
            total: self.total,
            in_sync: self.in_sync,
            ..Replica::default()
        }
    }

    /// At a Finish each conversation must be as it was when the Finish was pushed, or newer.
    fn check_finish(&self, number: usize, told: &List) {
        for n in 0..IDS {
            let from_then_on = self.history[number..].iter().map(|list| list.get(&n));
            assert!(
                from_then_on.into_iter().any(|then| then == told.get(&n)),
                "{n} is stale at Finish {number}"
            );
        }
    }
}

struct Added {
    id: u64,
    replica: Arc<Mutex<Replica>>,
    first_message: u64,
}

/// Adds a listener; when it has a gate, each of its callbacks waits for a permit.
fn add(dispatcher: &Dispatcher, model: &Model, gate: Option<Receiver<()>>) -> Added {
    let replica = Arc::new(Mutex::new(model.replica()));
    let (hearing, gate) = (replica.clone(), Mutex::new(gate));
    let id = dispatcher.add_listener(
        0,
        Arc::new(Calls(move |event, payload: &str| {
            if let Some(gate) = &*gate.lock().unwrap() {
                let _ = gate.recv();
            }
            hearing.lock().unwrap().hear(event, payload);
        })),
    );
    Added {
        id,
        replica,
        first_message: model.messages,
    }
}

fn play(seed: u64) {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let mut model = Model {
        random: fastrand::Rng::with_seed(seed),
        ..Model::default()
    };
    let (permit, gate) = channel();
    let first = add(&dispatcher, &model, Some(gate));
    first.replica.lock().unwrap().reads = true;
    let mut late: Vec<Added> = Vec::new();
    for _ in 0..300 {
        match model.random.u8(..20) {
            0..=9 => {
                let changes = model.changes();
                queue.push_changes(changes);
            }
            10..=13 => permit.send(()).unwrap(),
            14 => {
                let (replica, cache) = (first.replica.clone(), model.cache.clone());
                let from = model.random.usize(..IDS);
                let page = from..model.random.usize(from..=IDS);
                queue.push_completion(Box::new(move || {
                    let cache = cache.lock().unwrap().clone();
                    replica.lock().unwrap().read(&cache, page);
                }));
            }
            15..=16 => {
                model.in_sync = !model.in_sync;
                let event = if model.in_sync {
                    Event::SyncServerStart
                } else {
                    Event::SyncServerFinish
                };
                queue.push_event(event, model.history.len().to_string());
            }
            17 if late.len() < 4 => late.push(add(&dispatcher, &model, None)),
            18 if !late.is_empty() => {
                let gone = late.swap_remove(model.random.usize(..late.len()));
                assert!(dispatcher.remove_listener(gone.id));
                assert_eq!(gone.replica.lock().unwrap().faults, [""; 0], "seed {seed}");
            }
            _ => {}
        }
        model.history.push(model.list.clone());
        assert!(
            size(&queue).conversations <= IDS * (1 + late.len()),
            "seed {seed}: {:?}",
            size(&queue)
        );
    }
    drop(permit);
    settle(&queue);
    for added in late.iter().chain([&first]) {
        let replica = added.replica.lock().unwrap();
        assert_eq!(replica.faults, [""; 0], "seed {seed}");
        assert_eq!(replica.list, model.list, "seed {seed}");
        assert_eq!(
            (replica.total, replica.in_sync),
            (model.total, model.in_sync),
            "seed {seed}"
        );
        assert_eq!(
            replica.messages,
            Vec::from_iter(added.first_message..model.messages),
            "seed {seed}"
        );
        for (number, told) in &replica.finishes {
            model.check_finish(*number, told);
        }
    }
}

#[test]
fn every_listener_ends_with_the_list_of_the_service() {
    (0..200).for_each(play);
}
