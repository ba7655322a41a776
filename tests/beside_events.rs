//! Reading beside a listener, as docs/events.md tells an app to: the list through `im_call_async`, whose pages come at their
//! place among the events while others write all the time; and the histories of what a slow listener has missed.

mod support;

use im::api;
use im::client::Client;
use im::engine::Engine;
use im::events::{Event, Listener};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use support::app::{App, Heard};
use support::engine::{START, apply, message};
use support::temp_dir;

const CONVERSATIONS: usize = 60;
const PAGE: usize = 7;
const PATIENCE: Duration = Duration::from_secs(60);

/// An app's list. Only the dispatcher thread changes it.
#[derive(Clone, Default)]
struct Rows(Arc<Mutex<BTreeMap<String, Value>>>);

impl Rows {
    fn put(&self, conversations: &Value) {
        let mut rows = self.0.lock().unwrap();
        for conversation in conversations.as_array().unwrap() {
            let id = conversation["conversationID"].as_str().unwrap();
            rows.insert(id.to_owned(), conversation.clone());
        }
    }

    fn draft(&self, id: &str) -> Option<u64> {
        draft(self.0.lock().unwrap().get(id)?)
    }
}

/// The number in a conversation's draft.
fn draft(conversation: &Value) -> Option<u64> {
    conversation["draftText"].as_str()?.parse().ok()
}

impl Listener for Rows {
    fn on_event(&self, event: Event, payload: &str) {
        let payload: Value = serde_json::from_str(payload).unwrap();
        match event {
            Event::NewConversation | Event::ConversationChanged => self.put(&payload),
            Event::ConversationDeleted => {
                for id in payload.as_array().unwrap() {
                    self.0.lock().unwrap().remove(id.as_str().unwrap());
                }
            }
            _ => {}
        }
    }
}

fn ask(client: &Arc<Client>, method: &str, request: &Value, done: impl FnOnce(Value) + Send + 'static) {
    let done = Box::new(move |response: api::Response| {
        let mut envelope: Value = serde_json::from_str(&response.json).unwrap();
        assert_eq!(envelope["code"], 0, "{envelope}");
        done(envelope["data"].take());
    });
    api::call_async(client, method, request.to_string(), done).unwrap();
}

/// Reads the list page by page; each next page is asked for inside the callback of the one before.
fn read_pages(client: Arc<Client>, rows: Rows, next_seq: &str, older: mpsc::Sender<String>, end: mpsc::Sender<()>) {
    let (own, request) = (Arc::clone(&client), json!({ "nextSeq": next_seq, "count": PAGE }));
    ask(&client, "getConversationList", &request, move |page| {
        for row in page["conversationList"].as_array().unwrap() {
            let id = row["conversationID"].as_str().unwrap();
            if rows.draft(id) > draft(row) {
                let _ = older.send(format!(
                    "{id} was told with {:?}, then read with {:?}",
                    rows.draft(id),
                    draft(row)
                ));
            }
        }
        rows.put(&page["conversationList"]);
        match page["isFinished"].as_bool() {
            Some(true) => end.send(()).unwrap(),
            _ => read_pages(own, rows, page["nextSeq"].as_str().unwrap(), older, end),
        }
    });
}

/// Sets drafts that grow, and now and then deletes a conversation.
fn write(app: &App, seed: u64, stop: &AtomicBool) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut number = 1_000;
    while !stop.load(Ordering::Acquire) {
        number += 1;
        let id = format!("c2c_user{}", random.usize(..CONVERSATIONS));
        if random.u8(..8) == 0 {
            app.ok("deleteConversation", json!({ "conversationID": id }));
        } else {
            let draft = json!({ "conversationID": id, "draftText": number.to_string() });
            app.ok("setConversationDraft", draft);
        }
    }
}

#[test]
fn a_list_read_beside_a_listener_is_never_stale_however_much_is_written_meanwhile() {
    let dir = temp_dir();
    let app = App::open(dir.path(), "alice");
    for round in 0..12 {
        for number in 0..CONVERSATIONS {
            let draft = json!({ "conversationID": format!("c2c_user{number}"), "draftText": "1" });
            app.ok("setConversationDraft", draft);
        }
        let (rows, stop) = (Rows::default(), AtomicBool::new(false));
        let (older, told_older) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| write(&app, round, &stop));
            // First the listener, then the pages.
            app.client.add_listener(0, Arc::new(rows.clone())).unwrap();
            let (end, ended) = mpsc::channel();
            read_pages(Arc::clone(&app.client), rows.clone(), "0", older, end);
            ended.recv_timeout(PATIENCE).unwrap();
            stop.store(true, Ordering::Release);
        });
        // What was told before is told when this is answered.
        let (answered, answer) = mpsc::channel();
        ask(&app.client, "getLoginStatus", &json!({}), move |_| {
            answered.send(()).unwrap()
        });
        answer.recv_timeout(PATIENCE).unwrap();
        assert_eq!(told_older.try_iter().next(), None, "seed {round}");
        let cache: BTreeMap<String, Value> = app
            .list()
            .into_iter()
            .map(|row| (row["conversationID"].as_str().unwrap().to_owned(), row))
            .collect();
        assert_eq!(*rows.0.lock().unwrap(), cache, "seed {round}");
    }
}

#[test]
fn the_answer_of_a_write_comes_before_the_events_that_it_causes() {
    let dir = temp_dir();
    let app = App::login(dir.path(), "alice");
    let heard = app.heard.clone();
    let (answered, answers) = mpsc::channel();
    for number in 0..200 {
        let (heard, answered) = (heard.clone(), answered.clone());
        let text = json!({ "receiver": "bob", "elemType": 1, "textElem": { "text": number.to_string() } });
        ask(&app.client, "sendMessage", &text, move |message| {
            let is_told = heard
                .all()
                .iter()
                .any(|(event, payload)| *event == Event::MessageStatusChanged && payload["msgID"] == message["msgID"]);
            answered.send((message["status"].clone(), is_told)).unwrap();
        });
    }
    for _ in 0..200 {
        assert_eq!(answers.recv_timeout(PATIENCE).unwrap(), (json!(1), false));
    }
    app.wait("all are sent", |_| heard.count(Event::MessageStatusChanged) == 200);
}

/// Waits in its first callback until it is let go, and notes everything.
struct Slow {
    begun: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
    heard: Heard,
}

impl Listener for Slow {
    fn on_event(&self, event: Event, payload: &str) {
        let _ = self.begun.send(());
        let _ = self.go_on.lock().unwrap().recv();
        self.heard.on_event(event, payload);
    }
}

#[test]
fn the_messages_that_a_slow_listener_misses_are_in_the_histories() {
    const COUNT: u64 = 2_200;
    let dir = temp_dir();
    let app = App::open(dir.path(), "alice");
    let ((begun, begins), (hold, go_on), heard) = (mpsc::channel(), mpsc::channel(), Heard::default());
    let slow = Slow {
        begun,
        go_on: Mutex::new(go_on),
        heard: heard.clone(),
    };
    app.client.add_listener(0, Arc::new(slow)).unwrap();
    let arrive = |user: &str| {
        for seqs in Vec::from_iter(1..=COUNT).chunks(500) {
            let changes = seqs.iter().map(|seq| message(user, *seq, START)).collect();
            let arrive = |engine: &Engine| {
                apply(engine, true, changes);
                Ok(())
            };
            app.client.local(arrive).unwrap();
        }
    };
    arrive("early");
    begins.recv_timeout(PATIENCE).unwrap();
    arrive("gone");
    arrive("bob");
    app.ok("deleteConversation", json!({ "conversationID": "c2c_gone" }));
    drop(hold);
    let (answered, answer) = mpsc::channel();
    ask(&app.client, "getLoginStatus", &json!({}), move |_| {
        answered.send(()).unwrap()
    });
    answer.recv_timeout(PATIENCE).unwrap();
    let of = |event: Event| heard.all().into_iter().filter(move |(heard, _)| *heard == event);
    let mut missed: Vec<Value> = of(Event::MessagesMissed)
        .flat_map(|(_, ids)| ids.as_array().unwrap().clone())
        .collect();
    missed.sort_by_key(Value::to_string);
    missed.dedup();
    assert!(
        missed.contains(&json!("c2c_early")) && missed.contains(&json!("c2c_gone")),
        "{missed:?}"
    );
    assert!(of(Event::RecvNewMessage).count() < 3 * usize::try_from(COUNT).unwrap());
    for (user, count) in [("early", COUNT), ("gone", 0), ("bob", COUNT)] {
        let history = app.history(&format!("c2c_{user}"));
        assert_eq!(history.len() as u64, count, "{user}");
    }
}
