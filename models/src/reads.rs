//! Reading beside a listener: two threads write, an app reads conversations at their place among the events and hears of the
//! changes. What it reads is never older than what it was told before, and at the end its list is the one in the cache.

use crate::client::{Call, Client};
use crate::events::Event;
use crate::model::ConversationId;
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex, thread};
use crate::server::{Calls, Faults, Mood, open};
use serde_json::Value;
use std::collections::BTreeMap;

const USERS: [&str; 2] = ["bob", "carol"];

/// The app's list: the `orderkey` of each row, which grows with every change that this model makes.
type List = Arc<Mutex<BTreeMap<String, u64>>>;

fn number(row: &Value) -> u64 {
    row["orderkey"].as_u64().unwrap()
}

fn id(user: &str) -> ConversationId {
    ConversationId::trusted(format!("c2c_{user}"))
}

fn put(list: &List, rows: &Value) {
    for row in rows.as_array().unwrap() {
        lock(list).insert(row["conversationID"].as_str().unwrap().to_owned(), number(row));
    }
}

fn page(client: &Call<'_>) -> Value {
    let page = client.read(|engine| engine.conversation_page("0", 10)).unwrap();
    serde_json::from_str::<Value>(&page).unwrap()["conversationList"].clone()
}

/// Reads the list at its place.
fn ask(client: &Arc<Client>, list: &List, faults: &Faults, answered: shuttle::sync::mpsc::Sender<()>) {
    let (list, faults) = (Arc::clone(list), faults.clone());
    let done = move |rows: Value| {
        for row in rows.as_array().unwrap() {
            let told = lock(&list).get(row["conversationID"].as_str().unwrap()).copied();
            faults.check(told <= Some(number(row)), || {
                format!("told {told:?} before, then read {row}")
            });
        }
        put(&list, &rows);
        answered.send(()).unwrap();
    };
    client.run_in_place(|call| page(call.unwrap()), done).unwrap();
}

pub fn play() {
    let (_dir, client, _) = open(Mood::Kind);
    let (list, faults) = (List::default(), Faults::default());
    let own = Arc::clone(&list);
    let listener = Calls(move |event, payload: &str| match event {
        Event::NewConversation | Event::ConversationChanged => put(&own, &serde_json::from_str(payload).unwrap()),
        Event::ConversationDeleted => {
            for id in serde_json::from_str::<Vec<String>>(payload).unwrap() {
                lock(&own).remove(&id);
            }
        }
        _ => {}
    });
    client.add_listener(0, Arc::new(listener)).unwrap();
    let writers: Vec<_> = [10, 20]
        .into_iter()
        .map(|first| {
            let client = Arc::clone(&client);
            thread::spawn(move || {
                for step in 0..3 {
                    let user = id(USERS[step % 2]);
                    client
                        .local(|engine| engine.set_draft(&user, &(first + step).to_string()))
                        .unwrap();
                }
                client
                    .local(|engine| engine.delete_conversation(&id(USERS[1])))
                    .unwrap();
            })
        })
        .collect();
    let (answered, answers) = shuttle::sync::mpsc::channel();
    for _ in 0..2 {
        ask(&client, &list, &faults, answered.clone());
    }
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    ask(&client, &list, &faults, answered);
    (0..3).for_each(|_| answers.recv().unwrap());
    let cache = page(&Call::now(&client));
    let cache: BTreeMap<String, u64> = cache
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["conversationID"].as_str().unwrap().to_owned(), number(row)))
        .collect();
    faults.check(*lock(&list) == cache, || format!("{list:?} and not {cache:?}"));
    client.close().unwrap();
    faults.assert_none();
}
