//! Messages on their way: `TIMMsgSendMessage` answers when the server has the message or has refused it.
//!
//! Without a connection that takes as long as it takes: libim keeps the message, and sends it when it can.

use crate::call::{Answer, Call, Refusal};
use crate::keys::{field, list, message, number, text};
use crate::sdk::{CANCELLED, Session, lock, outcome};
use im::api;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Mutex;

/// A message that has not been sent yet has this status, and one that was refused this one.
const SENDING: i64 = 1;
const REFUSED: i64 = 3;
/// The codes of a message that was refused without a reason, and of one that was deleted before it was sent.
const REFUSED_CODE: i32 = 90004;
const DELETED_CODE: i32 = 8021;

/// Those who wait for messages, by msgID.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<String, Answer>>);

impl Session {
    /// Sends a message, and gives its msgID; empty when libim has refused it, which the answer says.
    pub(crate) fn send(&self, request: &Value, answer: Answer) -> Result<String, Refusal> {
        // Held meanwhile: the server may have the message before its id is known here.
        let mut waiting = lock(&self.pending.0);
        let sent = outcome(&api::call(&self.client, "sendMessage", &request.to_string()));
        let (id, call) = match sent {
            Ok(sent) => {
                let id = text(&sent, "msgID").to_owned();
                if number(&sent, "status") == SENDING {
                    waiting.insert(id.clone(), answer);
                    return Ok(id);
                }
                let call = Call::new("getLoginStatus", json!({}));
                (id, call.answering(move |_, ids| message::message(&sent, ids)))
            }
            Err((code, desc)) => (String::new(), Call::failing(code, desc)),
        };
        drop(waiting);
        self.run(call, answer).map(|()| id)
    }

    /// A message has another status.
    pub(crate) fn on_status(&self, own: &Value) {
        if number(own, "status") != SENDING
            && let Some(answer) = lock(&self.pending.0).remove(text(own, "msgID"))
        {
            self.end(own, &answer);
        }
    }

    fn end(&self, own: &Value, answer: &Answer) {
        let json = message::message(own, &self.ids).to_string();
        if number(own, "status") == REFUSED {
            let code = i32::try_from(number(own, "errorCode")).ok().filter(|code| *code != 0);
            answer(
                code.unwrap_or(REFUSED_CODE),
                "the server has refused the message",
                &json,
            );
        } else {
            answer(0, "", &json);
        }
    }

    /// Messages were deleted, perhaps such that were on their way.
    pub(crate) fn on_deleted(&self) {
        let ids: Vec<String> = lock(&self.pending.0).keys().cloned().collect();
        if ids.is_empty() {
            return;
        }
        let request = json!({ "messageIDList": ids }).to_string();
        let Ok(there) = outcome(&api::call(&self.client, "findMessages", &request)) else {
            return;
        };
        for id in ids {
            let found = list(&there).iter().find(|own| text(own, "msgID") == id);
            if found.is_none()
                && let Some(answer) = lock(&self.pending.0).remove(&id)
            {
                answer(DELETED_CODE, "the message was deleted before it was sent", "");
            }
        }
    }
}

impl Pending {
    /// The client is closed: it sends them after the next login.
    pub(crate) fn cancel(&self) {
        let waiting = std::mem::take(&mut *lock(&self.0));
        for answer in waiting.into_values() {
            answer(CANCELLED, "logged out before the message was sent", "");
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
    Ok(message::sent(theirs, &session.ids).map(|mut fields| {
        fields.insert("conversationID".into(), conversation.into());
        Value::Object(fields)
    }))
}
