//! Messages on their way: `TIMMsgSendMessage` answers when the server has the message or has refused it.
//!
//! Without a connection that takes as long as it takes: libim keeps the message, and sends it when it can.

use crate::call::{Answer, Call, Refusal};
use crate::keys::{field, list, message, number, text};
use crate::sdk::{CANCELLED, Session, lock, outcome};
use im::api;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

/// A message that has not been sent yet has this status, and one that was refused this one.
const SENDING: i64 = 1;
const REFUSED: i64 = 3;
/// The codes of a message that was refused without a reason, and of one that was cancelled or deleted before it was sent.
const REFUSED_CODE: i32 = 90004;
const DELETED_CODE: i32 = 8021;

/// How many messages are looked up in one call: libim takes no more.
const AT_ONCE: usize = 100;

/// Answers that wait for messages, by msgID.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<String, Waiting>>);

struct Waiting {
    conversation: String,
    answer: Answer,
}

impl Session {
    /// Sends a message, and gives its msgID; empty when libim has refused it, which the answer says.
    pub(crate) fn send(&self, request: &Value, answer: Answer) -> Result<String, Refusal> {
        let sent = outcome(&api::call(&self.client, "sendMessage", &request.to_string()));
        let (id, call) = match sent {
            Ok(sent) => {
                let id = text(&sent, "msgID").to_owned();
                if number(&sent, "status") == SENDING {
                    let conversation = match text(&sent, "groupID") {
                        "" => format!("c2c_{}", text(&sent, "userID")),
                        group => format!("group_{group}"),
                    };
                    let waiting = Waiting { conversation, answer };
                    lock(&self.pending.0).insert(id.clone(), waiting);
                    return self.check(&id).map(|()| id);
                }
                let call = Call::new("getLoginStatus", json!({}));
                (id, call.answering(move |_, ids| message::message(&sent, ids)))
            }
            Err((code, desc)) => (String::new(), Call::failing(code, desc)),
        };
        self.run(call, answer).map(|()| id)
    }

    /// Tells the msgID of a message that was sent, and lets its answer go. An empty id is that of a message that libim has refused:
    /// then both are told why.
    pub(crate) fn tell_id(&self, id: String, told: Answer, held: Held) -> Result<(), Refusal> {
        let fields = json!({ "message_msg_id": id });
        let (is_sent, opened) = (!id.is_empty(), held.clone());
        let tell: Answer = Arc::new(move |code, desc, json| {
            match opened.waiting().filter(|_| !is_sent) {
                Some((code, desc, _)) => told(code, &desc, ""),
                None => told(code, desc, json),
            }
            opened.open();
        });
        let call = Call::new("getLoginStatus", json!({})).answering(move |_, _| fields);
        self.run(call, tell).inspect_err(|_| {
            // The app is told by the return value.
            self.pending.take(&id);
        })
    }

    /// The id of libim's copy of a message that the app forwards, files included, if libim knows the message.
    fn forwarded(&self, theirs: &Value) -> Option<Value> {
        let source = text(theirs, "message_msg_id");
        if source.is_empty() || field(theirs, "message_is_forward_message") != true {
            return None;
        }
        let request = json!({ "msgID": source }).to_string();
        let made = outcome(&api::call(&self.client, "createForwardMessage", &request)).ok()?;
        Some(field(&made, "id").clone()).filter(Value::is_string)
    }

    /// The server may have had a message, or the client may have been closed, before somebody waited for it.
    fn check(&self, id: &str) -> Result<(), Refusal> {
        let is_sending = |there: Value| list(&there).iter().any(|own| number(own, "status") == SENDING);
        let request = json!({ "messageIDList": [id] }).to_string();
        if outcome(&api::call(&self.client, "findMessages", &request)).is_ok_and(is_sending) {
            return Ok(());
        }
        let (session, wanted) = (self.clone(), id.to_owned());
        // At its place among the callbacks.
        let done = move |response: api::Response| {
            if let Ok(there) = outcome(&response) {
                session.settle(&[wanted], &there, true);
            }
        };
        if api::call_async(&self.client, "findMessages", request, Box::new(done)).is_ok() {
            return Ok(());
        }
        // Closing the client has answered it already.
        match lock(&self.pending.0).remove(id) {
            None => Ok(()),
            Some(_) => Err(Refusal::NotLoggedIn),
        }
    }

    /// A message has another status.
    pub(crate) fn on_status(&self, own: &Value) {
        if number(own, "status") == SENDING {
            return;
        }
        if let Some(answer) = self.pending.take(text(own, "msgID")) {
            self.end(own, &answer);
        }
    }

    fn end(&self, own: &Value, answer: &Answer) {
        let json = message::message(own, &self.ids).to_string();
        if number(own, "status") == REFUSED {
            let code = i32::try_from(number(own, "errorCode")).ok().filter(|code| *code != 0);
            let desc = match code {
                Some(DELETED_CODE) => "sending was cancelled",
                _ => "the server has refused the message",
            };
            answer(code.unwrap_or(REFUSED_CODE), desc, &json);
        } else {
            answer(0, "", &json);
        }
    }

    /// Messages were deleted, perhaps such that were on their way.
    pub(crate) fn on_deleted(&self) {
        self.look_up(self.pending.ids(|_| true), false);
    }

    /// Conversations changed, perhaps because messages were deleted elsewhere. One whose last message is on its way has changed by
    /// that, and changes again when it is sent: with many messages on their way this would look for all of them each time.
    pub(crate) fn on_changed(&self, own: &Value) {
        let changed: HashSet<&str> = list(own)
            .iter()
            .filter(|conversation| !self.pending.has(text(field(conversation, "lastMessage"), "msgID")))
            .map(|conversation| text(conversation, "conversationID"))
            .collect();
        self.look_up(self.pending.ids(|conversation| changed.contains(conversation)), false);
    }

    /// Events of messages were dropped: ends may be among them.
    pub(crate) fn on_missed(&self) {
        self.look_up(self.pending.ids(|_| true), true);
    }

    fn look_up(&self, ids: Vec<String>, is_missed: bool) {
        for some in ids.chunks(AT_ONCE) {
            let request = json!({ "messageIDList": some }).to_string();
            let Ok(there) = outcome(&api::call(&self.client, "findMessages", &request)) else {
                return;
            };
            self.settle(some, &there, is_missed);
        }
    }

    /// Answers for messages of which these are still there; an event says how one has ended, unless it was missed.
    fn settle(&self, ids: &[String], there: &Value, is_missed: bool) {
        for id in ids {
            match list(there).iter().find(|own| text(own, "msgID") == id) {
                Some(own) if is_missed => self.on_status(own),
                Some(_) => {}
                None => {
                    if let Some(answer) = self.pending.take(id) {
                        answer(DELETED_CODE, "the message was deleted before it was sent", "");
                    }
                }
            }
        }
    }
}

impl Pending {
    /// The answer that waits for a message. Nothing is locked when it runs, because the app may send in it.
    fn take(&self, id: &str) -> Option<Answer> {
        lock(&self.0).remove(id).map(|waiting| waiting.answer)
    }

    fn has(&self, id: &str) -> bool {
        lock(&self.0).contains_key(id)
    }

    /// The messages in some conversations.
    fn ids(&self, is_in: impl Fn(&str) -> bool) -> Vec<String> {
        let all = lock(&self.0);
        let some = all.iter().filter(|(_, waiting)| is_in(&waiting.conversation));
        some.map(|(id, _)| id.clone()).collect()
    }

    /// The client is closed: it sends them after the next login.
    pub(crate) fn cancel(&self) {
        let waiting = std::mem::take(&mut *lock(&self.0));
        for Waiting { answer, .. } in waiting.into_values() {
            answer(CANCELLED, "logged out before the message was sent", "");
        }
    }
}

/// An answer that waits until something else was told.
#[derive(Clone)]
pub(crate) struct Held(Arc<(Mutex<Gate>, Answer)>);

#[derive(Default)]
struct Gate {
    is_open: bool,
    waiting: Option<(i32, String, String)>,
}

impl Held {
    pub(crate) fn new(answer: Answer) -> Self {
        Self(Arc::new((Mutex::default(), answer)))
    }

    /// The answer, as the caller of libim has it.
    pub(crate) fn answer(&self) -> Answer {
        let held = self.clone();
        Arc::new(move |code, desc, json| {
            {
                let mut gate = lock(&held.0.0);
                if !gate.is_open {
                    gate.waiting = Some((code, desc.to_owned(), json.to_owned()));
                    return;
                }
            }
            (held.0.1)(code, desc, json);
        })
    }

    fn waiting(&self) -> Option<(i32, String, String)> {
        lock(&self.0.0).waiting.clone()
    }

    /// From now on the answer does not wait.
    fn open(&self) {
        let waiting = {
            let mut gate = lock(&self.0.0);
            gate.is_open = true;
            gate.waiting.take()
        };
        if let Some((code, desc, json)) = waiting {
            (self.0.1)(code, &desc, &json);
        }
    }
}

/// A request of `sendMessage` for a conversation.
pub(crate) fn request(
    session: &Session,
    id: &str,
    kind: i32,
    theirs: &Value,
) -> Result<Result<Value, &'static str>, Refusal> {
    let conversation = session.ids.conversation(id, kind)?;
    if !field(theirs, "message_elem_array").is_array() {
        return Err(Refusal::Json);
    }
    let own = match session.forwarded(theirs) {
        Some(created) => {
            let mut own = message::sent_of_created(theirs, &session.ids);
            own.insert("id".into(), created);
            Ok(own)
        }
        None => message::sent(theirs, &session.ids),
    };
    Ok(own.map(|mut fields| {
        fields.insert("conversationID".into(), conversation.into());
        Value::Object(fields)
    }))
}
