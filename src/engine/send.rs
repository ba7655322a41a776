//! Sending: the message is stored, shown and put in the outbox in one transaction.

use super::core::Engine;
use super::json::to_json;
use super::render;
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::{AtType, ConversationId, MessageBody, MessageStatus, Result};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, directory};

impl Engine {
    /// `sendMessage`: stores the message with status 1, puts it in the outbox and returns it as JSON.
    pub fn send(&self, id: &ConversationId, mut body: MessageBody) -> Result<String> {
        self.write(true, |tx| {
            let me = tx.me();
            let profile = directory::user(tx.db, &me)?.unwrap_or_default();
            // Made before the server sees the message: a repeated send has the same id and is recognised.
            let unique = uuid::Uuid::new_v4();
            body.random = unique.as_fields().0;
            tx.edit(id, |tx, loaded| {
                let row = MessageRow {
                    id: 0,
                    conversation: tx.ensure_row(loaded)?,
                    // The last in the history until the server has given it a place.
                    position: message::PENDING_POSITION,
                    seq: 0,
                    time: tx.now,
                    status: MessageStatus::Sending,
                    is_self: true,
                    counts_unread: false,
                    at_type: AtType::None,
                    is_excluded_from_last_message: body.is_excluded_from_last_message,
                    msg_id: unique.to_string(),
                    sender: me,
                    nick_name: profile.nick_name,
                    face_url: profile.face_url,
                    body: to_json(&body)?,
                };
                tx.store_pending(loaded, &row)?;
                render::message(tx.db, &row, &loaded.row)
            })
        })
    }
}

impl Transaction<'_> {
    /// Stores a message that the server does not have yet, and its command.
    pub(super) fn store_pending(&mut self, loaded: &mut LoadedConversation, row: &MessageRow) -> StoreResult<()> {
        message::insert(self.db, row)?;
        if row.is_excluded_from_last_message {
            self.ensure_listed(loaded, self.now);
        } else {
            self.activate(loaded, self.now);
        }
        self.append(
            CommandKind::Send,
            &loaded.row.conversation_id.clone(),
            &row.msg_id,
            &(),
            &(),
        )?;
        self.subscribe_profile(loaded)
    }

    /// The server refused a message: it stays, with status 3, after what the conversation held by then.
    pub(super) fn send_refused(&mut self, id: &ConversationId, mut row: MessageRow) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            // Not at the end, where unsent ones are: what comes from now on is newer.
            row.position = loaded.row.max_seq;
            if row.status == MessageStatus::Sending {
                row.status = MessageStatus::Failed;
            }
            message::update(tx.db, &row)?;
            tx.tell_message(Event::MessageStatusChanged, loaded, &row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, from_bob, refused};
    use crate::model::{Micros, Outbound, Outcome};

    #[test]
    fn a_message_is_shown_at_once_with_status_1_and_confirmed_with_the_servers_time_and_sequence() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        assert_eq!(fixture.messages(&bob()), [(msg_id.clone(), 1)]);
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.msg_id == msg_id));
        fixture.told();
        fixture.complete(Outcome::Sent {
            seq: 7,
            time: Micros((START + 5) * 1_000_000),
        });
        let told = fixture.told_of(Event::MessageStatusChanged);
        assert_eq!((&told["status"], &told["seq"]), (&2.into(), &"7".into()));
        assert_eq!(told["timestamp"], START + 5);
    }

    #[test]
    fn an_unsent_message_is_the_newest_until_the_server_gives_it_its_place() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.live(from_bob(8));
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], msg_id.as_str());
        fixture.complete(Outcome::Sent {
            seq: 7,
            time: Micros(START * 1_000_000),
        });
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], "m8");
    }

    #[test]
    fn a_refused_message_stays_with_status_3() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(refused());
        assert_eq!(fixture.messages(&bob()), [(msg_id, 3)]);
        assert_eq!(fixture.told_of(Event::MessageStatusChanged)["status"], 3);
    }
}
