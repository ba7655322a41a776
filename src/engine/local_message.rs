//! What only this device has of messages: the app's own data about them, and messages that the app inserts.

use super::core::Engine;
use super::json::to_json;
use super::recall::unknown;
use super::render;
use crate::model::{AtType, ConversationId, MessageBody, MessageStatus, Result, UserId};
use crate::store::directory;
use crate::store::message::{self, MessageRow};

impl Engine {
    /// `setLocalCustomData`.
    pub fn set_local_custom_data(&self, msg_id: &str, data: &str) -> Result<()> {
        self.edit_local(msg_id, |row| data.clone_into(&mut row.local_custom_data))
    }

    /// `setLocalCustomInt`.
    pub fn set_local_custom_int(&self, msg_id: &str, number: i64) -> Result<()> {
        self.edit_local(msg_id, |row| row.local_custom_int = number)
    }

    fn edit_local(&self, msg_id: &str, edit: impl FnOnce(&mut MessageRow)) -> Result<()> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let id = tx.conversation_of(msg_id)?;
            edit(&mut row);
            message::set_local(tx.db, &row)?;
            // It may be the last message, which shows it.
            tx.refresh(&id)
        })
    }

    /// `insertC2CMessageToLocalStorage`, `insertGroupMessageToLocalStorage`: a message that nobody sends and no other device
    /// has, as the newest one that is here. Returns it as JSON.
    pub fn insert_local(&self, id: &ConversationId, sender: &UserId, body: &MessageBody) -> Result<String> {
        self.write(true, |tx| {
            let profile = directory::user(tx.db, sender)?.unwrap_or_default();
            let is_self = *sender == tx.me();
            tx.edit(id, |tx, loaded| {
                let mut row = MessageRow {
                    id: 0,
                    conversation: tx.ensure_row(loaded)?,
                    // After what is here, and before what comes.
                    position: loaded.row.max_seq,
                    seq: 0,
                    time: tx.now,
                    status: MessageStatus::LocalImported,
                    is_self,
                    counts_unread: false,
                    at_type: AtType::None,
                    is_excluded_from_last_message: body.is_excluded_from_last_message,
                    elem_type: body.elem.elem_type(),
                    msg_id: uuid::Uuid::new_v4().to_string(),
                    sender: sender.clone(),
                    nick_name: profile.nick_name,
                    face_url: profile.face_url,
                    body: to_json(body)?,
                    local_custom_data: String::new(),
                    local_custom_int: 0,
                    error_code: 0,
                };
                row.id = message::insert(tx.db, &row)?;
                if row.is_excluded_from_last_message {
                    tx.ensure_listed(loaded, tx.now);
                } else {
                    tx.activate(loaded, tx.now);
                }
                tx.subscribe_profile(loaded)?;
                render::message(tx.db, &row, &loaded.row)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, body, from_bob, team};
    use crate::events::Event;
    use serde_json::Value;

    fn note(fixture: &Fixture, id: &ConversationId, edit: impl FnOnce(&mut MessageBody)) -> Value {
        let mut body = body("note");
        edit(&mut body);
        let json = fixture.engine.insert_local(id, &UserId::trusted("bob"), &body).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn an_inserted_message_is_the_last_one_is_read_and_goes_nowhere() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.set_clock(START + 9);
        let note = note(&fixture, &bob(), |_| {});
        assert_eq!(
            (&note["status"], &note["isRead"], &note["isSelf"]),
            (&5.into(), &true.into(), &false.into())
        );
        let row = fixture.row(&bob());
        assert_eq!((&row["lastMessage"], &row["unreadCount"]), (&note, &1.into()));
        assert_eq!(fixture.command(), None);
        let fixture = fixture.reopen();
        fixture.live(from_bob(2));
        let shown: Vec<i64> = fixture.messages(&bob()).into_iter().map(|(_, status)| status).collect();
        assert_eq!(shown, [2, 5, 2], "what comes is newer");
    }

    #[test]
    fn one_that_is_excluded_moves_nothing_and_lists_what_was_not_there() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let key = fixture.row(&bob())["orderkey"].clone();
        note(&fixture, &bob(), |body| body.is_excluded_from_last_message = true);
        assert_eq!(fixture.row(&bob())["orderkey"], key);
        fixture.told();
        note(&fixture, &team(), |body| body.is_excluded_from_last_message = true);
        assert_eq!(fixture.told_of(Event::NewConversation)[0]["lastMessage"], Value::Null);
    }

    #[test]
    fn what_the_app_keeps_about_a_message_is_shown_everywhere_and_moves_nothing() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let key = fixture.row(&bob())["orderkey"].clone();
        fixture.told();
        fixture.engine.set_local_custom_data("m1", "translated").unwrap();
        let told = fixture.told_of(Event::ConversationChanged);
        assert_eq!(told[0]["lastMessage"]["localCustomData"], "translated");
        fixture.engine.set_local_custom_int("m1", 7).unwrap();
        let fixture = fixture.reopen();
        let row = fixture.row(&bob());
        let last = &row["lastMessage"];
        assert_eq!(
            (&last["localCustomData"], &last["localCustomInt"]),
            (&"translated".into(), &7.into())
        );
        assert_eq!(row["orderkey"], key);
        fixture.told();
        fixture.engine.set_local_custom_int("m1", 7).unwrap();
        assert!(fixture.told().is_empty(), "nothing changed");
    }
}
