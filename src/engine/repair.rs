//! Rows that the disk has damaged, where SQLite cannot see it: they are shown as far as they can be read, and a command
//! that cannot be read is given up.

use super::core::Engine;
use super::group_names::GroupNames;
use super::render::{self, Parts};
use super::transaction::Transaction;
use crate::model::{ConversationId, Error, MessageStatus, Status};
use crate::store::conversation::ConversationRow;
use crate::store::message::MessageRow;
use crate::store::{StoreResult, conversation, directory, last_message, list, message, outbox};
use rusqlite::Connection;

impl Engine {
    /// The rendered JSON of a listed conversation, made again from the other columns if it is damaged.
    pub(super) fn shown(&self, db: &Connection, id: &ConversationId) -> StoreResult<Option<String>> {
        Ok(match conversation::json(db, id)? {
            Some((number, json)) if self.store.checked.is_json(number, &json) => Some(json),
            Some(_) => conversation::load(db, id)?.map(|row| rendered(db, &row)).transpose()?,
            None => None,
        })
    }
}

impl Engine {
    /// The same by its number.
    pub(super) fn shown_by_number(&self, db: &Connection, number: i64) -> StoreResult<Option<String>> {
        let read = |json: Option<&str>| {
            let json = json.filter(|json| self.store.checked.is_json(number, json));
            json.map(str::to_owned)
        };
        match list::with_json(db, number, read)? {
            Some(json) => Ok(Some(json)),
            None => rendered_by_number(db, number),
        }
    }
}

impl Transaction<'_> {
    /// Takes off a command that the disk has damaged. What it would have told the server is undone where that can be seen:
    /// its message failed to be sent, or is recalled no more.
    pub(super) fn give_up(&mut self, id: i64) -> StoreResult<()> {
        log::error!("outbox command {id} is damaged and was given up");
        let msg_id = outbox::msg_id(self.db, id)?.unwrap_or_default();
        let undo = outbox::undo(self.db, id)?;
        let outline = outbox::outline(self.db, id)?;
        outbox::remove(self.db, id)?;
        if let Some(row) = message::by_msg_id(self.db, &msg_id)?
            && let Some(conversation) = self.readable_conversation(&row)?
        {
            if row.status == MessageStatus::Revoked {
                self.recall_refused(&conversation, row, MessageStatus::Sent)?;
            } else {
                self.reactions_lost(&conversation, &row, &undo)?;
                self.modification_lost(&conversation, row, &undo)?;
            }
        }
        // Should not even its id be readable, the message is one that no command sends.
        for mut row in message::without_command(self.db)? {
            match self.readable_conversation(&row)? {
                Some(conversation) => self.send_refused(&conversation, row, Status::DatabaseFailed)?,
                None => {
                    row.status = MessageStatus::Failed;
                    row.error_code = i64::from(Status::DatabaseFailed.code());
                    message::update(self.db, &row)?;
                }
            }
        }
        let error = Error::new(
            Status::DatabaseFailed,
            "the disk has damaged it before the server had it",
        );
        outline.map_or(Ok(()), |row| self.tell_failure(&row, &error))
    }

    /// The conversation of a message, if its row can be read.
    fn readable_conversation(&self, row: &MessageRow) -> StoreResult<Option<ConversationId>> {
        let found = conversation::by_number(self.db, row.conversation)?;
        Ok(found
            .map(|found| found.conversation_id)
            .filter(|id| ConversationId::parse("conversation_id", id.as_str()).is_ok()))
    }
}

/// The JSON of a row of the list; `None` when not even its id can be read, so that nothing can be done with it.
pub(super) fn rendered_by_number(db: &Connection, number: i64) -> StoreResult<Option<String>> {
    let row = conversation::by_number(db, number)?;
    let row = row.filter(|row| ConversationId::parse("conversation_id", row.conversation_id.as_str()).is_ok());
    row.map(|row| rendered(db, &row)).transpose()
}

fn rendered(db: &Connection, row: &ConversationRow) -> StoreResult<String> {
    let group = match row.conversation_id.group_id() {
        Some(group) => directory::group(db, &group)?,
        None => None,
    };
    let last = last_message::find(db, row.id)?;
    let groups = GroupNames::load(db)?;
    let parts = Parts {
        group: group.as_ref(),
        last: last.as_ref(),
        ats: render::ats(db, row)?,
        groups: groups.names(&groups.now(&row.group_keys)),
    };
    render::conversation(db, row, parts)
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message};
    use crate::events::Event;
    use crate::model::{AllowType, Change, Inbound, Outbound, Outcome, Profile, UserId};
    use serde_json::Value;

    #[test]
    fn a_row_whose_json_is_damaged_is_shown_from_its_columns() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_draft(&c2c("carol"), "later").unwrap();
        let whole = fixture.row(&bob());
        for damage in [
            "replace(json, ':1,', '#1,')",
            "CAST(x'ff22' || substr(json, 3) AS TEXT)",
            "''",
        ] {
            let json = format!("json = {damage}");
            fixture.damage("conversation", &json, "conversation_id = 'c2c_bob'");
            let fixture = fixture.look_again();
            assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
            assert_eq!(fixture.row(&bob()), whole, "{damage}");
            let some: Value = serde_json::from_str(&fixture.engine.conversations(&[bob()]).unwrap()).unwrap();
            assert_eq!(some[0], whole);
        }
    }

    #[test]
    fn a_row_with_no_readable_id_and_no_json_is_left_out_and_the_others_are_listed() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_draft(&c2c("carol"), "later").unwrap();
        fixture.damage(
            "conversation",
            "json = 'x', conversation_id = 'nonsense'",
            "draft_text <> ''",
        );
        assert_eq!(fixture.look_again().list(), ["c2c_bob"]);
    }

    #[test]
    fn a_damaged_command_fails_its_message_and_the_queue_goes_on() {
        for damage in [
            "kind = 'nonsense'",
            "kind = CAST(x'73656eff' AS TEXT), msg_id = 'x'",
            "conversation_id = ''",
        ] {
            let fixture = Fixture::new();
            let lost = fixture.send(&bob(), "one");
            let kept = fixture.send(&bob(), "two");
            fixture.damage("outbox", damage, &format!("msg_id = '{lost}'"));
            fixture.told();
            let sent = std::iter::from_fn(|| {
                let command = fixture.command()?;
                fixture.complete(Outcome::Done);
                Some(command)
            });
            let sent: Vec<String> = sent
                .filter_map(|command| match command {
                    Outbound::Send(message) => Some(message.msg_id),
                    _ => None,
                })
                .collect();
            assert_eq!(sent, [kept.as_str()], "{damage}");
            assert_eq!(fixture.messages(&bob()), [(lost, 3), (kept, 1)]);
            let told = fixture.told_of(Event::MessageStatusChanged);
            assert_eq!(told["status"], 3);
        }
    }

    #[test]
    fn a_message_whose_id_is_damaged_fails_when_its_command_is_given_up_and_the_queue_goes_on() {
        let fixture = Fixture::new();
        let lost = fixture.send(&bob(), "one");
        let kept = fixture.send(&bob(), "two");
        let this = format!("msg_id = '{lost}'");
        fixture.damage("message", "msg_id = CAST(x'6162ff6364' AS TEXT)", &this);
        fixture.damage("outbox", "kind = 'nonsense'", &this);
        let sent = std::iter::from_fn(|| {
            let command = fixture.command()?;
            fixture.complete(Outcome::Done);
            Some(command)
        });
        let is_kept = |command: &Outbound| matches!(command, Outbound::Send(message) if message.msg_id == kept);
        assert_eq!(sent.filter(is_kept).count(), 1);
        let states: Vec<i64> = fixture.messages(&bob()).into_iter().map(|(_, status)| status).collect();
        assert_eq!(states, [3, 1]);
    }

    #[test]
    fn a_message_whose_body_is_damaged_fails_and_the_queue_goes_on() {
        let fixture = Fixture::new();
        let lost = fixture.send(&bob(), "one");
        let kept = fixture.send(&bob(), "two");
        fixture.damage("message", "body = '{'", &format!("msg_id = '{lost}'"));
        assert!(matches!(fixture.command(), Some(Outbound::SubscribeProfile { .. })));
        fixture.complete(Outcome::Done);
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.msg_id == kept));
        assert_eq!(fixture.messages(&bob()), [(lost, 3), (kept, 1)]);
    }

    #[test]
    fn a_damaged_command_of_an_edit_gives_the_message_its_former_content_back() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&bob(), "alice", 1)));
        let new = crate::model::NewContent {
            text: Some("new".to_owned()),
            ..Default::default()
        };
        fixture.engine.modify("m1", &new).unwrap();
        fixture.damage("outbox", "value = 'nonsense'", "msg_id = 'm1'");
        fixture.told();
        assert_eq!(fixture.command(), None);
        assert_eq!(fixture.row(&bob())["lastMessage"]["textElem"]["text"], "hi");
        assert_eq!(fixture.told_of(Event::RecvMessageModified)["textElem"]["text"], "hi");
    }

    #[test]
    fn a_damaged_command_of_a_recall_shows_the_message_again() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&bob(), "alice", 1)));
        fixture.engine.revoke("m1").unwrap();
        fixture.damage("outbox", "kind = 'revokf'", "kind = 'revoke'");
        fixture.told();
        fixture.complete_all();
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2)]);
        assert_eq!(fixture.told_of(Event::MessageStatusChanged)["textElem"]["text"], "hi");
    }

    #[test]
    fn a_message_that_is_in_no_conversation_comes_back_into_its_own_when_the_server_has_it_again() {
        let fixture = Fixture::new();
        let whole = [from_bob(1), from_bob(2), from_bob(3)];
        whole.iter().for_each(|change| fixture.live(change.clone()));
        fixture.damage("message", "conversation = -1", "msg_id = 'm2'");
        whole.iter().for_each(|change| fixture.live(change.clone()));
        let ids = fixture.messages(&bob());
        assert_eq!(
            ids.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
            ["m1", "m2", "m3"]
        );
        assert_eq!(fixture.row(&bob())["unreadCount"], 3);
    }

    #[test]
    fn a_profile_that_unsent_messages_of_no_conversation_would_show_stops_nothing() {
        let fixture = Fixture::new();
        let lost = fixture.send(&bob(), "one");
        fixture.damage("message", "conversation = -1", &format!("msg_id = '{lost}'"));
        fixture.live(Change::Profile(Profile {
            user_id: UserId::trusted("alice"),
            nick_name: "Alice".to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        }));
        let kept = fixture.send(&bob(), "two");
        fixture.live(from_bob(1));
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
        let sent = std::iter::from_fn(|| {
            let command = fixture.command()?;
            fixture.complete(Outcome::Done);
            Some(command)
        });
        let sent: Vec<_> = sent.filter(|command| matches!(command, Outbound::Send(_))).collect();
        assert!(
            matches!(&sent[..], [Outbound::Send(message)] if message.msg_id == kept),
            "{sent:?}"
        );
    }

    #[test]
    fn a_change_that_a_damaged_row_refuses_stops_none_of_its_batch() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.damage("message", "status = 77, is_self = -5", "msg_id = 'm1'");
        fixture
            .engine
            .apply(Inbound {
                live: true,
                cursor: Some("7".to_owned()),
                changes: vec![from_bob(1), from_bob(2), from_bob(3)],
                ..Inbound::default()
            })
            .unwrap();
        assert_eq!(fixture.engine.cursor().unwrap().as_deref(), Some("7"));
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], "m3");
    }

    #[test]
    fn a_damaged_setting_is_in_nobodys_way() {
        let fixture = Fixture::new();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.damage("outbox", "value = 'tr', undo = CAST(x'ff' AS TEXT)", "kind = 'pin'");
        fixture.engine.set_pinned(&bob(), false).unwrap();
        fixture.engine.set_draft(&bob(), "x").unwrap();
        fixture.complete_all();
        assert_eq!(fixture.row(&bob())["isPinned"], false);
    }

    #[test]
    fn a_text_of_a_row_that_is_not_utf_8_is_shown_with_a_mark_for_what_is_damaged() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_draft(&bob(), "later").unwrap();
        fixture.damage(
            "conversation",
            "json = '', draft_text = CAST(x'6cff72' AS TEXT)",
            "conversation_id = 'c2c_bob'",
        );
        assert_eq!(fixture.look_again().row(&bob())["draftText"], "l\u{fffd}r");
    }

    #[test]
    fn the_server_is_read_from_the_start_when_how_far_it_was_read_is_damaged() {
        let fixture = Fixture::new();
        let batch = || Inbound {
            cursor: Some("17".to_owned()),
            changes: vec![from_bob(1)],
            ..Inbound::default()
        };
        fixture.engine.apply(batch()).unwrap();
        let before = (fixture.row(&bob()), fixture.messages(&bob()));
        fixture.damage(
            "account",
            "cursor = substr(cursor, 1, length(cursor) - 1) || 'x'",
            "id = 1",
        );
        let fixture = fixture.reopen();
        assert_eq!(fixture.engine.cursor().unwrap(), None);
        fixture.told();
        fixture.engine.apply(batch()).unwrap();
        assert_eq!((fixture.row(&bob()), fixture.messages(&bob())), before);
        assert!(fixture.told().is_empty(), "what is known is recognised");
    }
}
