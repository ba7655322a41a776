//! Recall: the message stays as a place in the history with status 6, its content is gone.

use super::core::Engine;
use super::json::{shown_body, shown_json, to_json};
use super::outbox::undo;
use super::receive::unread_flags;
use super::revoker;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{
    AllowType, AtType, ConversationId, ConversationType, ElemType, Error, GroupRole, MessageStatus, Profile, Recall,
    Result, UserId,
};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreError, StoreResult, directory, hidden, revocation};
use serde::Serialize;

/// That a message was recalled.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MessageRevocation")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageRevocation<'a> {
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: &'a str,
    /// Its conversation.
    #[serde(rename = "conversationID")]
    conversation_id: &'a str,
    /// Who has recalled it: its author, or the owner or an administrator of its group. The `userID` is empty where that is not
    /// known: some XMPP servers do not tell it, nor does the embedded service of a recall by an earlier version.
    operate_user: Profile,
    /// Why, as an XMPP server may tell it; empty when nothing is said.
    reason: &'a str,
}

impl Engine {
    /// `revokeMessage`: our own message, or any message of a group that we own or administrate. 6017 when there is no
    /// such message, 10007 when it is not ours to recall.
    pub fn revoke(&self, msg_id: &str) -> Result<()> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let id = tx.conversation_of(msg_id)?;
            tx.may_recall(&id, &row)?;
            if row.elem_type == ElemType::GroupTips {
                return Err(is_tip(msg_id).into());
            }
            if row.status == MessageStatus::Revoked {
                return Ok(());
            }
            if matches!(row.status, MessageStatus::Failed | MessageStatus::LocalImported) {
                return Err(
                    Error::invalid(format!("msgID {} was never sent; delete it instead", quoted(msg_id))).into(),
                );
            }
            tx.append(CommandKind::Revoke, &id, msg_id, &(), &row.status)?;
            let by_us = Recall {
                by: Some(tx.me()),
                reason: String::new(),
            };
            tx.keep_revoker(&id, &row, &by_us, false)?;
            // The content stays in the row until the server has agreed; it is not shown any more.
            tx.hide(&id, &mut row)
        })
    }
}

/// 6017: no such message.
pub(super) fn unknown(msg_id: &str) -> Error {
    Error::invalid(format!("msgID {} is not a stored message", quoted(msg_id)))
}

/// 6017: nobody has written what a group tells.
pub(super) fn is_tip(msg_id: &str) -> Error {
    Error::invalid(format!("msgID {} is a group tip", quoted(msg_id)))
}

impl Transaction<'_> {
    /// The conversation of a stored message.
    pub(super) fn conversation_of(&self, msg_id: &str) -> StoreResult<ConversationId> {
        match message::conversation_of(self.db, msg_id)? {
            Some(id) => Ok(id),
            // Where it belongs is damaged, if the message itself is there.
            None => Err(StoreError::Unreadable(unknown(msg_id))),
        }
    }

    fn may_recall(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<()> {
        let role = match id.group_id() {
            Some(group) => directory::group(self.db, &group)?.map_or(GroupRole::None, |group| group.role),
            None => GroupRole::None,
        };
        if row.is_self || role >= GroupRole::Admin {
            return Ok(());
        }
        Err(Error::no_permission(format!(
            "message {} of {} is not yours to recall",
            quoted(&row.msg_id),
            quoted(row.sender.as_str())
        ))
        .into())
    }

    fn hide(&mut self, id: &ConversationId, row: &mut MessageRow) -> StoreResult<()> {
        row.status = MessageStatus::Revoked;
        // The count and the list of @s are read from these columns and not from the status.
        row.counts_unread = false;
        row.at_type = AtType::None;
        message::update(self.db, row)?;
        self.edit(id, |_, loaded| {
            loaded.recount = true;
            Ok(())
        })
    }

    /// Whether a message has its content: it is not recalled, or by us, and the server has not agreed yet.
    pub(super) fn has_content(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<bool> {
        if row.status != MessageStatus::Revoked {
            return Ok(true);
        }
        let recalls = outbox::of_kind(self.db, id, CommandKind::Revoke)?;
        let ours = recalls.iter().find(|entry| entry.msg_id == row.msg_id);
        Ok(ours.is_some_and(|entry| !matches!(undo(entry), Ok(MessageStatus::Revoked) | Err(_))))
    }

    /// Removes the content for good.
    pub(super) fn wipe(&mut self, mut row: MessageRow) -> StoreResult<()> {
        self.removes_text = true;
        self.lose_files(&row);
        row.body = to_json(&shown_body(&row).wiped())?;
        message::update(self.db, &row)?;
        self.drop_reactions(&row)?;
        self.drop_modifications(&row)
    }

    /// The server says that a message was recalled.
    pub(super) fn recalled(&mut self, id: &ConversationId, msg_id: &str, recall: &Recall) -> StoreResult<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        // What has happened has, whoever takes back that it did.
        if row.elem_type == ElemType::GroupTips || message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) {
            return Ok(());
        }
        // Should the server refuse our own recall of it, the message stays recalled.
        let mut is_ours = false;
        for entry in outbox::of_kind(self.db, id, CommandKind::Revoke)? {
            if entry.msg_id == msg_id {
                is_ours = true;
                outbox::set_undo(self.db, entry.id, &to_json(&MessageStatus::Revoked)?)?;
            }
        }
        let is_news = self.keep_revoker(id, &row, recall, is_ours)?;
        if row.status == MessageStatus::Revoked {
            if is_news {
                self.refresh(id)?;
            }
        } else {
            self.hide(id, &mut row)?;
            // Nobody here has seen what the receive option hides.
            if !hidden::contains(self.db, row.id)? {
                self.tell(Event::RecvMessageRevoked, id.clone(), shown_json(&msg_id)?);
                let (revoker_info, revoke_reason) = revoker::of(self.db, &row)?;
                let payload = shown_json(&MessageRevocation {
                    msg_id,
                    conversation_id: id.as_str(),
                    operate_user: revoker_info.unwrap_or_else(|| Profile {
                        user_id: UserId::trusted(""),
                        nick_name: String::new(),
                        face_url: String::new(),
                        allow_type: AllowType::default(),
                    }),
                    reason: &revoke_reason,
                })?;
                self.tell(Event::RecvMessageRevokedWithInfo, id.clone(), payload);
            }
        }
        self.stop_sending(id, &row)?;
        self.wipe(row)
    }

    /// The server refused a recall: the message is shown again.
    pub(super) fn recall_refused(
        &mut self,
        id: &ConversationId,
        mut row: MessageRow,
        status: MessageStatus,
    ) -> StoreResult<()> {
        // Meanwhile the server has told of the recall itself (see `recalled`).
        if status == MessageStatus::Revoked {
            return Ok(());
        }
        revocation::forget(self.db, row.id)?;
        let is_unsent = row.seq == 0;
        row.status = match status {
            // The outbox is in order, so its send has ended before, without success.
            _ if is_unsent => MessageStatus::Failed,
            // It was on its way when it was recalled, and has arrived since.
            MessageStatus::Sending => MessageStatus::Sent,
            status => status,
        };
        let is_group = id.kind() == ConversationType::Group;
        (row.counts_unread, row.at_type) = unread_flags(&shown_body(&row), row.is_self, is_group, &self.me());
        message::update(self.db, &row)?;
        self.edit(id, |tx, loaded| {
            loaded.recount = true;
            tx.tell_message(Event::MessageStatusChanged, loaded, &row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, from_bob, message, refused, team, team_with};
    use crate::model::{Change, Outbound, Outcome, Status, Target};

    #[test]
    fn a_recalled_message_keeps_its_place_and_loses_its_content() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.told();
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId("m2".to_owned()),
            recall: crate::model::Recall::default(),
        });
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2), ("m2".to_owned(), 6)]);
        let row = fixture.row(&bob());
        assert_eq!(row["lastMessage"]["textElem"], serde_json::Value::Null);
        assert_eq!(row["unreadCount"], 1, "a recalled message is not unread");
        assert_eq!(fixture.told_of(Event::RecvMessageRevoked), "m2");
    }

    #[test]
    fn a_recall_is_told_with_who_has_made_it_as_far_as_known() {
        let fixture = Fixture::new();
        fixture.live(Change::Profile(Profile {
            user_id: UserId::trusted("bob"),
            nick_name: "Bob".to_owned(),
            face_url: "https://example.org/bob".to_owned(),
            allow_type: AllowType::AllowAny,
        }));
        fixture.live(from_bob(1));
        for seq in 2..5 {
            fixture.live(Change::Message(message(&team(), "bob", seq)));
        }
        let told = |id: ConversationId, msg_id: &str, by: Option<&str>, reason: &str| {
            fixture.told();
            fixture.live(Change::Revoked {
                conversation: id.clone(),
                message: Target::MsgId(msg_id.to_owned()),
                recall: Recall {
                    by: by.map(UserId::trusted),
                    reason: reason.to_owned(),
                },
            });
            let told = fixture.told_of(Event::RecvMessageRevokedWithInfo);
            assert_eq!(
                (&told["msgID"], &told["conversationID"]),
                (&msg_id.into(), &id.as_str().into())
            );
            told
        };
        // In a C2C conversation nobody else can.
        let by_bob = serde_json::json!({
            "userID": "bob", "nickName": "Bob", "faceUrl": "https://example.org/bob", "allowType": 0
        });
        let info = told(bob(), "m1", None, "");
        assert_eq!((&info["operateUser"], &info["reason"]), (&by_bob, &"".into()));
        assert_eq!(told(team(), "m2", Some("bob"), "")["operateUser"], by_bob);
        let info = told(team(), "m3", Some("carol"), "rude");
        let (by, reason) = (&info["operateUser"], &info["reason"]);
        assert_eq!(
            (&by["userID"], &by["nickName"], reason),
            (&"carol".into(), &"".into(), &"rude".into())
        );
        assert_eq!(told(team(), "m4", None, "")["operateUser"]["userID"], "");
        // A message says who wrote it, also where nothing else is known of them.
        fixture.live(Change::Message(crate::model::Message {
            nick_name: "Dave".to_owned(),
            ..message(&team(), "dave", 5)
        }));
        let by = &told(team(), "m5", Some("dave"), "")["operateUser"];
        assert_eq!((&by["userID"], &by["nickName"]), (&"dave".into(), &"Dave".into()));
        // Ours is no news here.
        fixture.live(Change::Message(message(&bob(), "alice", 9)));
        fixture.try_revoke("m9").unwrap();
        fixture.told();
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId("m9".to_owned()),
            recall: Recall::default(),
        });
        let told = fixture.told();
        assert!(
            !told
                .iter()
                .any(|(event, _)| *event == Event::RecvMessageRevokedWithInfo),
            "{told:?}"
        );
    }

    #[test]
    fn one_recalls_ones_own_messages_and_as_administrator_those_of_others() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert_eq!(fixture.try_revoke("m1").unwrap_err().status, Status::NoPermission);
        assert_eq!(fixture.try_revoke("no").unwrap_err().status, Status::InvalidParameters);
        fixture.live(Change::Message(message(&team(), "bob", 2)));
        for (role, may) in [(GroupRole::Member, false), (GroupRole::Admin, true)] {
            fixture.live(team_with(role));
            assert_eq!(fixture.try_revoke("m2").is_ok(), may, "{role:?}");
        }
    }

    #[test]
    fn a_refused_recall_shows_the_message_again_as_unread() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.try_revoke("m1").unwrap();
        assert_eq!(fixture.row(&team())["unreadCount"], 0);
        fixture.complete(refused());
        assert_eq!(fixture.messages(&team()), [("m1".to_owned(), 2)]);
        assert_eq!(fixture.row(&team())["unreadCount"], 1);
        assert_eq!(fixture.row(&team())["lastMessage"]["textElem"]["text"], "hi");
    }

    #[test]
    fn a_recall_that_the_server_refuses_although_another_recalled_the_message_stays_a_recall() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.try_revoke("m1").unwrap();
        fixture.live(Change::Revoked {
            conversation: team(),
            message: Target::MsgId("m1".to_owned()),
            recall: crate::model::Recall::default(),
        });
        fixture.complete(refused());
        assert_eq!(fixture.messages(&team()), [("m1".to_owned(), 6)]);
    }

    #[test]
    fn a_recalled_message_that_the_server_refuses_to_send_has_failed_when_the_recall_is_refused_too() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.try_revoke(&msg_id).unwrap();
        fixture.complete(refused());
        fixture.complete(Outcome::Done);
        fixture.complete(refused());
        assert_eq!(fixture.messages(&bob()), [(msg_id, 3)]);
    }

    #[test]
    fn a_message_that_was_never_sent_is_not_recalled_but_deleted() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(refused());
        let error = fixture.try_revoke(&msg_id).unwrap_err();
        assert_eq!(error.status, Status::InvalidParameters);
        assert!(error.desc.contains("delete it instead"), "{error}");
        fixture.engine.delete_messages(&[msg_id]).unwrap();
        assert!(fixture.messages(&bob()).is_empty());
    }

    #[test]
    fn a_message_recalled_before_it_is_sent_is_sent_and_recalled_right_after_that() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.try_revoke(&msg_id).unwrap();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        let mut kinds = Vec::new();
        while let Some(command) = fixture.command() {
            kinds.push(match command {
                Outbound::Send(message) if message.msg_id == msg_id => "send",
                Outbound::Revoke { msg_id: recalled, .. } if recalled == msg_id => "recall",
                Outbound::Set { .. } => "pin",
                _ => "",
            });
            fixture.complete(Outcome::Done);
        }
        kinds.retain(|kind| !kind.is_empty());
        assert_eq!(kinds, ["send", "recall", "pin"]);
    }
}
