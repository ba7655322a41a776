//! An app that only listens: it keeps the list that the events tell, and objects to what the rules forbid.

use im::events::{Dispatcher, Event, Listener};
use im::model::RecvOpt;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, mpsc};

#[derive(Default)]
pub struct Heard {
    /// The list as the app knows it; it outlives restarts.
    pub list: BTreeMap<String, Value>,
    pub total: Option<u64>,
    /// The names of the conversation groups.
    pub folders: BTreeSet<String>,
    /// The last count of each filter that was subscribed to.
    pub counts: BTreeMap<String, i64>,
    /// The changes of views since the last look.
    pub views: Vec<Value>,
    /// The receive option of all conversations, and for how long.
    pub all_recv_opt: (RecvOpt, i64),
    /// How many callbacks came since the last look, and the message events among them.
    pub callbacks: usize,
    pub messages: Vec<(Event, Value)>,
    pub objections: Vec<String>,
}

impl Heard {
    fn hear_of_folders(&mut self, event: Event, payload: &Value) {
        let name = |key: &str| payload[key].as_str().unwrap().to_owned();
        let is_expected = match event {
            Event::ConversationGroupCreated => self.folders.insert(name("groupName")),
            Event::ConversationGroupDeleted => self.folders.remove(payload.as_str().unwrap()),
            Event::ConversationGroupNameChanged => {
                self.folders.remove(&name("oldName")) && self.folders.insert(name("newName"))
            }
            _ => self.folders.contains(&name("groupName")),
        };
        if !is_expected {
            let objection = format!("{event:?} {payload} with the groups {:?}", self.folders);
            self.objections.push(objection);
        }
    }
}

#[derive(Clone, Default)]
pub struct Witness(pub Arc<Mutex<Heard>>);

impl Listener for Witness {
    fn on_event(&self, event: Event, payload: &str) {
        let mut heard = self.0.lock().unwrap();
        heard.callbacks += 1;
        let payload: Value = serde_json::from_str(payload).unwrap();
        match event {
            Event::NewConversation | Event::ConversationChanged => {
                for conversation in payload.as_array().unwrap() {
                    let id = conversation["conversationID"].as_str().unwrap().to_owned();
                    let before = heard.list.insert(id.clone(), conversation.clone());
                    let objection = match (event, before) {
                        (Event::NewConversation, Some(_)) => Some(format!("{id} was told as new, but is known")),
                        (Event::ConversationChanged, None) => {
                            Some(format!("{id} was told as changed, but is not known"))
                        }
                        (_, Some(before)) if before == *conversation => Some(format!("{id} was told, but is the same")),
                        _ => None,
                    };
                    heard.objections.extend(objection);
                }
            }
            Event::ConversationDeleted => {
                for id in payload.as_array().unwrap() {
                    if heard.list.remove(id.as_str().unwrap()).is_none() {
                        heard
                            .objections
                            .push(format!("{id} was told as deleted, but is not known"));
                    }
                }
            }
            Event::TotalUnreadMessageCountChanged => {
                let total = payload.as_u64();
                if heard.total == total {
                    heard
                        .objections
                        .push(format!("the total was told, but is still {total:?}"));
                }
                heard.total = total;
            }
            Event::UnreadMessageCountChangedByFilter => {
                let count = payload["totalUnreadCount"].as_i64().unwrap();
                let filter = payload["filter"].to_string();
                if heard.counts.insert(filter.clone(), count) == Some(count) {
                    let objection = format!("the count of {filter} was told, but is still {count}");
                    heard.objections.push(objection);
                }
            }
            Event::SearchIndexProgress => {}
            Event::ConversationViewChanged => heard.views.push(payload),
            Event::AllReceiveMessageOptChanged => {
                let opt = RecvOpt::try_from(payload["allReceiveMessageOpt"].as_i64().unwrap()).unwrap();
                heard.all_recv_opt = (opt, payload["duration"].as_i64().unwrap());
            }
            Event::ConversationGroupCreated
            | Event::ConversationGroupDeleted
            | Event::ConversationGroupNameChanged
            | Event::ConversationsAddedToGroup
            | Event::ConversationsDeletedFromGroup => heard.hear_of_folders(event, &payload),
            _ => heard.messages.push((event, payload)),
        }
    }
}

/// Waits until everything pushed before has been told.
pub fn settle(dispatcher: &Dispatcher) {
    let (sender, receiver) = mpsc::channel();
    dispatcher
        .queue()
        .push_completion(Box::new(move || sender.send(()).unwrap()));
    receiver.recv().unwrap();
}
