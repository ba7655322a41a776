//! Sending: the message is stored, shown and put in the outbox in one transaction.

use super::core::Engine;
use super::json::{parse_body, to_json};
use super::recall::unknown;
use super::render;
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{AtType, ConversationId, ElemType, Error, MessageBody, MessageStatus, Result, Status};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, directory, revocation};

impl Engine {
    /// `sendMessage`: stores the message with status 1, puts it in the outbox and returns it as JSON.
    pub fn send(&self, id: &ConversationId, body: MessageBody) -> Result<String> {
        self.send_with(id, body, String::new())
    }

    /// The same, with the app's own text for this device.
    pub fn send_with(&self, id: &ConversationId, mut body: MessageBody, local_custom_data: String) -> Result<String> {
        // Made before the server sees the message: a repeated send has the same id and is recognised.
        let unique = uuid::Uuid::new_v4();
        body.random = unique.as_fields().0;
        self.send_as(unique.to_string(), id, body, local_custom_data)
    }

    /// The same for a message that has its id already.
    pub(super) fn send_as(
        &self,
        msg_id: String,
        id: &ConversationId,
        body: MessageBody,
        local_custom_data: String,
    ) -> Result<String> {
        let has_files = !body.elem.uploads().is_empty();
        let sent = self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                let row = tx.unsent_row(loaded, msg_id, &body, local_custom_data)?;
                tx.store_pending(loaded, &row)?;
                render::message(tx.db, &row, &loaded.row)
            })
        })?;
        if has_files {
            self.trim_files();
        }
        Ok(sent)
    }

    /// `reSendMessage`: a message that the server refused goes out once more, under its id, as the newest. Returns it as JSON.
    pub fn resend(&self, msg_id: &str) -> Result<String> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            if row.status != MessageStatus::Failed {
                let (msg_id, status) = (quoted(msg_id), row.status as i64);
                let desc =
                    format!("msgID {msg_id} has status {status}; only a message with status 3 can be sent again");
                return Err(Error::invalid(desc).into());
            }
            let id = tx.conversation_of(msg_id)?;
            // The server never had it: it goes out as it is by now, and is not edited. One that the disk has damaged has
            // nothing to go out with.
            if row.seq == 0
                && let Ok(body) = parse_body(&row)
                && body.modified.is_some()
            {
                row.body = to_json(&MessageBody { modified: None, ..body })?;
            }
            tx.edit(&id, |tx, loaded| {
                (row.status, row.position, row.time) = (MessageStatus::Sending, message::PENDING_POSITION, tx.now);
                // As a new row: among those that wait the later row goes out later.
                message::delete(tx.db, row.id)?;
                tx.store_pending(loaded, &row)?;
                render::message(tx.db, &row, &loaded.row)
            })
        })
    }
}

impl Transaction<'_> {
    /// A message of the user's that the server does not have yet.
    pub(super) fn unsent_row(
        &mut self,
        loaded: &mut LoadedConversation,
        msg_id: String,
        body: &MessageBody,
        local_custom_data: String,
    ) -> StoreResult<MessageRow> {
        let me = self.me();
        let profile = directory::user(self.db, &me)?.unwrap_or_default();
        Ok(MessageRow {
            id: 0,
            conversation: self.ensure_row(loaded)?,
            // The last in the history until the server has given it a place.
            position: message::PENDING_POSITION,
            seq: 0,
            time: self.now,
            status: MessageStatus::Sending,
            is_self: true,
            counts_unread: false,
            at_type: AtType::None,
            is_excluded_from_last_message: body.is_excluded_from_last_message,
            elem_type: body.elem.elem_type(),
            msg_id,
            sender: me,
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            body: to_json(body)?,
            local_custom_data,
            local_custom_int: 0,
            error_code: 0,
        })
    }

    /// Stores a message that the server does not have yet, and its command.
    pub(super) fn store_pending(&mut self, loaded: &mut LoadedConversation, row: &MessageRow) -> StoreResult<()> {
        message::insert(self.db, row)?;
        // As on the user's other devices, to which it comes as any message does.
        loaded.row.is_listed_by_message |= !loaded.row.is_listed;
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

    /// A message that goes out shows its sender as they are by then, which may be long after it was written.
    pub(super) fn sign(&mut self, row: &mut MessageRow) -> StoreResult<()> {
        match directory::user(self.db, &row.sender)? {
            Some(profile) => self.show_sender(row, &profile.nick_name, &profile.face_url),
            // As in a cache that was rebuilt: what the message showed is all there is.
            None => Ok(()),
        }
    }

    /// Makes a message of ours show what others see of its sender.
    pub(super) fn show_sender(&mut self, row: &mut MessageRow, nick_name: &str, face_url: &str) -> StoreResult<()> {
        if row.nick_name == nick_name && row.face_url == face_url {
            return Ok(());
        }
        nick_name.clone_into(&mut row.nick_name);
        face_url.clone_into(&mut row.face_url);
        message::set_sender_profile(self.db, row)?;
        match message::conversation_of(self.db, &row.msg_id)? {
            Some(id) => self.refresh(&id),
            // The disk has damaged where it belongs: it is shown nowhere.
            None => Ok(()),
        }
    }

    /// Makes a message of ours show the name by which its group knows its sender.
    pub(super) fn show_name_card(&mut self, row: &mut MessageRow, name_card: &str) -> StoreResult<()> {
        // One that the disk has damaged is shown as such.
        let Ok(mut body) = parse_body(row) else { return Ok(()) };
        if body.name_card == name_card {
            return Ok(());
        }
        name_card.clone_into(&mut body.name_card);
        row.body = to_json(&body)?;
        message::update(self.db, row)?;
        match message::conversation_of(self.db, &row.msg_id)? {
            Some(id) => self.refresh(&id),
            None => Ok(()),
        }
    }

    /// The server refused a message: it stays, with status 3, after what the conversation held by then. One that was recalled
    /// meanwhile is told when its recall has ended too.
    pub(super) fn send_refused(&mut self, id: &ConversationId, mut row: MessageRow, reason: Status) -> StoreResult<()> {
        self.drop_modifications(&row)?;
        self.drop_reactions(&row)?;
        self.edit(id, |tx, loaded| {
            if row.elem_type == ElemType::GroupTips {
                return tx.keep_untold(loaded, row);
            }
            // Not at the end, where unsent ones are: what comes from now on is newer.
            row.position = loaded.row.max_seq;
            row.error_code = i64::from(reason.code());
            let is_recalled = row.status == MessageStatus::Revoked;
            if !is_recalled {
                row.status = MessageStatus::Failed;
            }
            // As a new row: among those of one position the later row comes later.
            let recall = revocation::of(tx.db, row.id)?;
            message::delete(tx.db, row.id)?;
            row.id = message::insert(tx.db, &row)?;
            if let Some(recall) = recall.filter(|_| is_recalled) {
                revocation::save(tx.db, row.id, &recall)?;
            }
            if is_recalled {
                return Ok(());
            }
            tx.tell_message(Event::MessageStatusChanged, loaded, &row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, from_bob, message, refused};
    use crate::model::{AllowType, Change, Micros, Outbound, Outcome, Profile, Target, UserId};

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
    fn a_message_that_was_recalled_on_its_way_and_is_refused_shows_by_whom_it_was_recalled() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        assert!(fixture.command().is_some());
        fixture.try_revoke(&msg_id).unwrap();
        fixture.complete(refused());
        let last = &fixture.row(&bob())["lastMessage"];
        assert_eq!(
            (&last["status"], &last["revokerInfo"]["userID"]),
            (&6.into(), &"alice".into())
        );
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
    fn a_message_goes_out_under_the_name_of_that_moment_and_shows_what_the_server_made_of_it() {
        let fixture = Fixture::new();
        let named = |name: &str| {
            fixture.live(Change::Profile(Profile {
                user_id: UserId::trusted("alice"),
                nick_name: name.to_owned(),
                face_url: String::new(),
                allow_type: AllowType::AllowAny,
            }));
        };
        let shown = || fixture.row(&bob())["lastMessage"]["nickName"].clone();
        let msg_id = fixture.send(&bob(), "hi");
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.nick_name.is_empty()));
        named("Alice");
        fixture.told();
        assert_eq!(shown(), "", "it may be on its way");
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.nick_name == "Alice"));
        assert_eq!(shown(), "Alice");
        assert_eq!(
            fixture.told_of(Event::ConversationChanged)[0]["lastMessage"]["nickName"],
            "Alice"
        );
        let mut back = message(&bob(), "alice", 7);
        (back.msg_id, back.nick_name) = (msg_id, "Alice in Paris".to_owned());
        fixture.live(Change::Message(back));
        assert_eq!(shown(), "Alice in Paris");
    }

    #[test]
    fn a_refused_message_stays_with_status_3() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(refused());
        assert_eq!(fixture.messages(&bob()), [(msg_id, 3)]);
        assert_eq!(fixture.told_of(Event::MessageStatusChanged)["status"], 3);
    }

    #[test]
    fn a_refused_message_stays_after_what_was_there_and_the_echo_of_an_own_clear_or_delete_leaves_it() {
        for deletes in [false, true] {
            let fixture = Fixture::new();
            fixture.live(from_bob(1));
            if deletes {
                fixture.engine.delete_conversation(&bob()).unwrap();
            } else {
                fixture.engine.clear_history(&bob()).unwrap();
            }
            let Some(command) = fixture.command() else {
                panic!("the others are to hear of it")
            };
            fixture.complete(Outcome::Done);
            let msg_id = fixture.send(&bob(), "do not lose it");
            fixture.complete(refused());
            let up_to = Target::seq(1);
            fixture.live(match command {
                Outbound::DeleteConversation {
                    conversation, stamp, ..
                } => Change::ConversationDeleted {
                    conversation,
                    up_to,
                    stamp,
                },
                _ => Change::HistoryCleared {
                    conversation: bob(),
                    up_to,
                },
            });
            assert_eq!(fixture.messages(&bob()), [(msg_id.clone(), 3)], "{deletes}");
            fixture.live(from_bob(2));
            assert_eq!(fixture.messages(&bob()), [(msg_id, 3), ("m2".to_owned(), 2)]);
        }
    }

    #[test]
    fn a_refused_message_comes_after_what_came_while_it_waited() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.live(from_bob(1));
        fixture.complete(refused());
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2), (msg_id.clone(), 3)]);
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], msg_id.as_str());
    }

    #[test]
    fn a_message_recalled_before_it_is_refused_is_told_once_when_its_recall_has_ended() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.engine.revoke(&msg_id).unwrap();
        fixture.told();
        fixture.complete(refused());
        assert!(
            !fixture
                .told()
                .iter()
                .any(|(event, _)| *event == Event::MessageStatusChanged)
        );
        while fixture.command().is_some() {
            fixture.complete(refused());
        }
        assert_eq!(fixture.told_of(Event::MessageStatusChanged)["status"], 3);
    }

    #[test]
    fn a_refused_message_goes_out_again_under_its_id_as_the_newest() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.engine.set_local_custom_int(&msg_id, 7).unwrap();
        assert!(fixture.engine.resend(&msg_id).is_err(), "it is on its way");
        fixture.complete(refused());
        // bob's profile is asked for.
        fixture.complete(Outcome::Done);
        fixture.live(from_bob(1));
        fixture.set_clock(START + 60);
        let again: serde_json::Value = serde_json::from_str(&fixture.engine.resend(&msg_id).unwrap()).unwrap();
        assert_eq!(
            (&again["status"], &again["timestamp"]),
            (&1.into(), &(START + 60).into())
        );
        assert_eq!(again["localCustomInt"], 7);
        assert_eq!(fixture.row(&bob())["lastMessage"], again);
        let fixture = fixture.reopen();
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.msg_id == msg_id));
        let time = Micros((START + 61) * 1_000_000);
        fixture.complete(Outcome::Sent { seq: 2, time });
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2), (msg_id, 2)]);
        assert!(fixture.engine.resend("m1").is_err() && fixture.engine.resend("unknown").is_err());
    }
}
