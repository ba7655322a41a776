//! Messages for those who are online (`onlineUserOnly`): told, and kept by nobody. They change nothing of the list.

use super::core::Engine;
use super::json::to_json;
use super::render;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::{AtType, ConversationId, Error, Message, MessageBody, MessageStatus, RecvOpt, Result, Status};
use crate::store::conversation::{self, ConversationRow};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, directory};

impl Engine {
    /// Makes such a message, for the backend, and as JSON for the app.
    pub fn compose_online(
        &self,
        id: &ConversationId,
        body: MessageBody,
        local_custom_data: String,
    ) -> Result<(Message, String)> {
        let unique = uuid::Uuid::new_v4();
        let random = unique.as_fields().0;
        self.compose_as(
            unique.to_string(),
            id,
            MessageBody { random, ..body },
            local_custom_data,
        )
    }

    /// The same of a created message, as `finish` completes it, and handed to `send`. When that fails it stays created.
    pub fn compose_created(
        &self,
        created: &str,
        id: &ConversationId,
        local_custom_data: String,
        finish: impl FnOnce(MessageBody) -> Result<MessageBody>,
        send: impl FnOnce(Message) -> Result<()>,
    ) -> Result<String> {
        let Some((msg_id, body)) = lock(&self.created).take(created) else {
            return Err(Error::invalid(format!(
                "id {} is not a created message",
                quoted(created)
            )));
        };
        let sent = finish(body.clone())
            .and_then(|body| self.compose_as(msg_id.clone(), id, body, local_custom_data))
            .and_then(|(message, json)| send(message).map(|()| json));
        if sent.is_err() {
            lock(&self.created).keep(msg_id, body);
        }
        sent
    }

    fn compose_as(
        &self,
        msg_id: String,
        id: &ConversationId,
        body: MessageBody,
        local_custom_data: String,
    ) -> Result<(Message, String)> {
        // Their bringing may take long, and go on after a restart.
        if !body.elem.uploads().is_empty() {
            let desc = "a message with onlineUserOnly cannot bring files from this device";
            return Err(Error::new(Status::NotSupported, desc));
        }
        let body = MessageBody {
            is_online_only: true,
            need_read_receipt: false,
            ..body
        };
        let time = (self.options.clock)();
        self.store.snapshot(|db| {
            let group = id.group_id();
            if let Some(group) = &group
                && !directory::joined_groups(db)?
                    .iter()
                    .any(|joined| joined.group_id == *group)
            {
                let desc = format!("you are not a member of groupID {}", quoted(group.as_str()));
                return Err(Error::new(Status::NoPermission, desc).into());
            }
            let sender = self.options.user_id.clone();
            let profile = directory::user(db, &sender)?.unwrap_or_default();
            let message = Message {
                msg_id,
                conversation: id.clone(),
                sender,
                nick_name: profile.nick_name,
                face_url: profile.face_url,
                seq: 0,
                time,
                revoked: None,
                body,
            };
            let row = row(&message, true, local_custom_data)?;
            let conversation = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            let json = render::message(db, &row, &conversation)?;
            Ok((message, json))
        })
    }

    /// Such a message has come: it is told once, unless nothing is to be received.
    pub fn receive_online(&self, message: &Message) -> Result<()> {
        if lock(&self.heard_online).has(message) {
            return Ok(());
        }
        self.write(true, |tx| tx.hear_online(message))?;
        lock(&self.heard_online).note(message);
        Ok(())
    }
}

impl Transaction<'_> {
    fn hear_online(&mut self, message: &Message) -> StoreResult<()> {
        if message.sender == self.account.user_id {
            return Ok(());
        }
        self.edit(&message.conversation, |tx, loaded| {
            if loaded.row.recv_opt == RecvOpt::NotReceive {
                return Ok(());
            }
            let mut message = message.clone();
            message.body.is_online_only = true;
            let row = row(&message, false, String::new())?;
            tx.tell_message(Event::RecvNewMessage, loaded, &row)
        })
    }
}

/// The message as a row that is never stored, only rendered.
fn row(message: &Message, is_self: bool, local_custom_data: String) -> StoreResult<MessageRow> {
    Ok(MessageRow {
        id: 0,
        conversation: 0,
        position: 0,
        seq: 0,
        time: message.time,
        status: MessageStatus::Sent,
        error_code: 0,
        is_self,
        counts_unread: false,
        at_type: AtType::None,
        is_excluded_from_last_message: true,
        elem_type: message.body.elem.elem_type(),
        msg_id: message.msg_id.clone(),
        sender: message.sender.clone(),
        nick_name: message.nick_name.clone(),
        face_url: message.face_url.clone(),
        body: to_json(&message.body)?,
        local_custom_data,
        local_custom_int: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, body, c2c, from_bob, message, set_at, team, team_with};
    use crate::model::{Change, GroupRole, Setting};
    use serde_json::Value;

    #[test]
    fn what_is_for_those_online_is_told_and_changes_nothing() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let before = fixture.row(&bob());
        fixture.told();
        for from in ["bob", "carol"] {
            fixture.engine.receive_online(&message(&c2c(from), from, 7)).unwrap();
            let told = fixture.told();
            let [(Event::RecvNewMessage, told)] = told.as_slice() else {
                panic!("{told:?}");
            };
            assert_eq!((&told["userID"], &told["isOnlineOnly"]), (&from.into(), &true.into()));
            assert_eq!((&told["status"], &told["seq"]), (&2.into(), &"0".into()));
            fixture.engine.receive_online(&message(&c2c(from), from, 7)).unwrap();
            assert!(fixture.told().is_empty(), "the server has brought it twice");
        }
        assert_eq!((fixture.row(&bob()), fixture.list().len()), (before, 1));
        assert_eq!(fixture.messages(&bob()).len(), 1);
        fixture.live(set_at(Setting::RecvOpt(RecvOpt::NotReceive), 1, "other"));
        fixture.told();
        fixture.engine.receive_online(&message(&bob(), "bob", 8)).unwrap();
        assert!(fixture.told().is_empty());
    }

    #[test]
    fn the_senders_own_is_returned_and_not_kept() {
        let fixture = Fixture::new();
        let mut asks = body("hi");
        asks.need_read_receipt = true;
        let (message, json) = fixture.engine.compose_online(&bob(), asks, "mine".to_owned()).unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&json["msgID"], &json["status"]),
            (&message.msg_id.as_str().into(), &2.into())
        );
        assert_eq!(
            (&json["isOnlineOnly"], &json["needReadReceipt"]),
            (&true.into(), &false.into())
        );
        assert_eq!(json["localCustomData"], "mine");
        assert!(fixture.list().is_empty() && fixture.told().is_empty() && fixture.command().is_none());
    }

    #[test]
    fn a_group_that_one_is_not_in_is_refused_and_a_created_message_stays_created_then() {
        let fixture = Fixture::new();
        let created: Value = serde_json::from_str(&fixture.engine.create(body("hi")).unwrap()).unwrap();
        let id = created["id"].as_str().unwrap();
        let compose = || {
            fixture
                .engine
                .compose_created(id, &team(), String::new(), Ok, |_| Ok(()))
        };
        assert_eq!(compose().unwrap_err().status, Status::NoPermission);
        fixture.live(team_with(GroupRole::Member));
        let sent: Value = serde_json::from_str(&compose().unwrap()).unwrap();
        assert_eq!((&sent["msgID"], &sent["groupID"]), (&id.into(), &"team".into()));
        assert_eq!(compose().unwrap_err().status, Status::InvalidParameters);
        fixture.live(Change::Message(message(&team(), "bob", 1)));
    }
}
