//! Messages that were created and not sent yet, V2TIM's first step of two. They live in memory only, and become messages
//! of a conversation when they are sent.

use super::core::Engine;
use super::json::{shown_json, to_json};
use super::render;
use super::view::MsgCreateInfoResult;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::{AtType, ConversationId, Error, MessageBody, MessageStatus, Micros, Result, UserId};
use crate::store::conversation::ConversationRow;
use crate::store::directory;
use crate::store::message::MessageRow;

impl Engine {
    /// Keeps a message for [`Engine::send_created`]; its id and the message as JSON.
    pub fn create(&self, mut body: MessageBody) -> Result<String> {
        // The id is the msgID that the message will have, so that events before and after the sending name one id.
        let unique = uuid::Uuid::new_v4();
        body.random = unique.as_fields().0;
        let id = unique.to_string();
        let json = self.store.snapshot(|db| {
            let me = self.options.user_id.clone();
            let profile = directory::user(db, &me)?.unwrap_or_default();
            let row = MessageRow {
                id: 0,
                conversation: 0,
                position: 0,
                seq: 0,
                time: Micros(0),
                status: MessageStatus::Sending,
                is_self: true,
                counts_unread: false,
                at_type: AtType::None,
                is_excluded_from_last_message: false,
                msg_id: String::new(),
                sender: me,
                nick_name: profile.nick_name,
                face_url: profile.face_url,
                body: to_json(&body)?,
                elem_type: body.elem.elem_type(),
                local_custom_data: String::new(),
                local_custom_int: 0,
                error_code: 0,
            };
            let of_nobody = ConversationRow::new(&ConversationId::trusted("c2c_"));
            let mut message = render::view(db, &row, &of_nobody)?;
            message.user_id = None;
            message.id = &id;
            shown_json(&MsgCreateInfoResult {
                id: &id,
                message_info: message,
            })
        })?;
        lock(&self.created).keep(id, body);
        Ok(json)
    }

    /// Sends a created message, as `finish` completes it; its id is free then. When that fails it stays created.
    pub fn send_created(
        &self,
        id: &str,
        conversation: &ConversationId,
        local_custom_data: String,
        finish: impl FnOnce(MessageBody) -> Result<MessageBody>,
    ) -> Result<String> {
        self.with_created("id", id, |id, body| {
            self.send_as(id, conversation, finish(body)?, local_custom_data)
        })
    }

    /// Inserts a created message on this device, as `finish` completes it; its id is free then.
    pub fn insert_created(
        &self,
        id: &str,
        conversation: &ConversationId,
        sender: &UserId,
        finish: impl FnOnce(MessageBody) -> MessageBody,
    ) -> Result<String> {
        self.with_created("createdMsgID", id, |_, body| {
            self.insert_local(conversation, sender, &finish(body))
        })
    }

    /// Does something with a created message, which stays created when that fails; `field` had its id.
    fn with_created(
        &self,
        field: &str,
        id: &str,
        act: impl FnOnce(String, MessageBody) -> Result<String>,
    ) -> Result<String> {
        // Taken out first: of two calls with one id only one does it.
        let Some((id, body)) = lock(&self.created).take(id) else {
            return Err(Error::invalid(format!(
                "{field} {} is not a created message",
                quoted(id)
            )));
        };
        let done = act(id.clone(), body.clone());
        if done.is_err() {
            lock(&self.created).keep(id, body);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, body};
    use crate::engine::memory::MAX_CREATED;
    use serde_json::Value;

    fn created(fixture: &Fixture, text: &str) -> Value {
        serde_json::from_str(&fixture.engine.create(body(text)).unwrap()).unwrap()
    }

    #[test]
    fn a_created_message_is_nowhere_until_it_is_sent_under_its_id() {
        let fixture = Fixture::new();
        let made = created(&fixture, "hi");
        let info = &made["messageInfo"];
        assert_eq!((&info["msgID"], &info["id"]), (&"".into(), &made["id"]));
        assert_eq!((&info["userID"], &info["groupID"]), (&Value::Null, &Value::Null));
        assert_eq!((&info["textElem"]["text"], &info["status"]), (&"hi".into(), &1.into()));
        assert!(fixture.messages(&bob()).is_empty());
        let id = made["id"].as_str().unwrap();
        let sent = fixture.engine.send_created(id, &bob(), String::new(), Ok).unwrap();
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!((&sent["msgID"], &sent["random"]), (&made["id"], &info["random"]));
        assert_eq!(fixture.messages(&bob()), [(id.to_owned(), 1)]);
    }

    #[test]
    fn one_is_sent_once_and_stays_when_sending_fails() {
        let fixture = Fixture::new();
        let made = created(&fixture, "hi");
        let id = made["id"].as_str().unwrap();
        let refuse = |_| Err(Error::invalid("no"));
        assert!(fixture.engine.send_created(id, &bob(), String::new(), refuse).is_err());
        assert!(fixture.engine.send_created(id, &bob(), String::new(), Ok).is_ok());
        let error = fixture.engine.send_created(id, &bob(), String::new(), Ok).unwrap_err();
        assert!(error.desc.contains(id), "{error}");
    }

    #[test]
    fn one_can_stay_on_this_device() {
        let fixture = Fixture::new();
        let made = created(&fixture, "a note");
        let id = made["id"].as_str().unwrap();
        let excluded = |body| MessageBody {
            cloud_custom_data: "mine".to_owned(),
            ..body
        };
        let from = UserId::trusted("bob");
        let insert = || fixture.engine.insert_created(id, &bob(), &from, excluded);
        let inserted: Value = serde_json::from_str(&insert().unwrap()).unwrap();
        assert_eq!(inserted["textElem"]["text"], "a note");
        assert_eq!(inserted["cloudCustomData"], "mine");
        assert_eq!((&inserted["status"], &inserted["sender"]), (&5.into(), &"bob".into()));
        assert_eq!(
            fixture
                .messages(&bob())
                .iter()
                .map(|(_, status)| *status)
                .collect::<Vec<_>>(),
            [5]
        );
        // The id is free.
        assert!(insert().unwrap_err().desc.contains("createdMsgID"));
    }

    #[test]
    fn the_oldest_give_way() {
        let fixture = Fixture::new();
        let first = created(&fixture, "first");
        (0..MAX_CREATED).for_each(|_| drop(created(&fixture, "more")));
        let first = first["id"].as_str().unwrap();
        assert!(fixture.engine.send_created(first, &bob(), String::new(), Ok).is_err());
    }
}
