//! Edits and reactions of ours that come back although the server had taken them: they reached nobody, and are undone like those
//! that it refuses at once.
//!
//! What they go back to is in memory only, because what was edited away must not stay in the file. A server returns something
//! during the session in which it was sent, or never.

use super::core::Engine;
use super::transaction::Transaction;
use super::{modify, reaction_outbox};
use crate::model::lock::lock;
use crate::model::{Change, ConversationId, Error, MessageStatus, Result, Stamp, Status};
use crate::store::message;
use crate::store::outbox::{CommandKind, OutboxRow};
use crate::store::{StoreResult, refused};

/// The id under which something went out that can be undone.
fn sent_as(entry: &OutboxRow) -> Option<String> {
    match entry.kind {
        CommandKind::Modify => modify::sent_as(entry),
        CommandKind::React => reaction_outbox::sent_as(entry),
        _ => None,
    }
}

/// Whether something was made of what another had made.
fn goes_back_to(later: &OutboxRow, earlier: &OutboxRow) -> bool {
    match earlier.kind {
        CommandKind::Modify => modify::goes_back_to(later, earlier),
        _ => reaction_outbox::goes_back_to(later, earlier),
    }
}

impl Engine {
    /// The server has taken something.
    pub(super) fn note_sent(&self, entry: OutboxRow) {
        if let Some(id) = sent_as(&entry) {
            lock(&self.sent_changes).note(id, entry);
        }
    }

    /// Undoes the edits and reactions among what the server has returned.
    pub(super) fn undo_returned(&self, changes: &[Change]) -> Result<()> {
        for change in changes {
            let Change::SendFailed {
                conversation,
                msg_id,
                reason,
            } = change
            else {
                continue;
            };
            let Some(entry) = lock(&self.sent_changes).take(conversation, msg_id, goes_back_to) else {
                continue;
            };
            let error = Error::new(*reason, "it came back, and has reached nobody");
            self.write(true, |tx| {
                match entry.kind {
                    CommandKind::Modify => tx.modification_refused(conversation, &entry),
                    _ => tx.reactions_refused(conversation, &entry),
                }?;
                tx.tell_failure(&entry, &error)
            })?;
        }
        Ok(())
    }
}

impl Transaction<'_> {
    /// Whether a message of ours was returned by the server before it counted as sent. The account's own archive may have it
    /// all the same, as below; a room's has what the room has passed on. What was given up here without the server's word may
    /// have arrived.
    pub(super) fn was_returned(&self, id: &ConversationId, msg_id: &str) -> StoreResult<bool> {
        let Some(row) = message::by_msg_id(self.db, msg_id)?.filter(|_| id.group_id().is_none()) else {
            return Ok(false);
        };
        let given_up = [Status::TransferCancelled, Status::DatabaseFailed].map(|status| i64::from(status.code()));
        let is_unsent = row.is_self && row.status == MessageStatus::Failed && row.seq == 0;
        Ok(is_unsent && !given_up.contains(&row.error_code))
    }

    /// A change of ours was refused. The account's own archive may have it all the same, since servers archive what they are
    /// given before they pass it on. What a group shows in spite of a refusal counts.
    pub(super) fn remember_refused(&self, id: &ConversationId, stamp: &Stamp) -> StoreResult<()> {
        if id.group_id().is_none() {
            refused::mark(self.db, stamp)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, bob, c2c, message, refused, unnumbered};
    use crate::model::elem::Elem;
    use crate::model::{
        Change, ConversationId, Modification, NewContent, Outbound, Outcome, Reacted, Status, Target, UserId,
    };
    use serde_json::Value;

    fn with_message() -> Fixture {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&bob(), "alice", 1)));
        fixture.told();
        fixture
    }

    /// The id under which what comes next goes out, and what another device would be told of it; the server takes it.
    fn take(fixture: &Fixture) -> (String, Change) {
        let (id, change) = match fixture.command() {
            Some(Outbound::Modify(edited)) => {
                let mut modification = Modification::of(&edited.body).unwrap();
                let id = edited.body.modified.as_ref().unwrap().edit_id(&edited.msg_id);
                modification.origin_id.clone_from(&id);
                modification.server_id = format!("archived-{id}");
                let change = Change::Modified {
                    conversation: bob(),
                    message: Target::MsgId(edited.msg_id),
                    modification: Box::new(modification),
                };
                (id, change)
            }
            Some(Outbound::React(set)) => {
                let id = set.stamp.reactions_id();
                let change = Change::Reacted {
                    conversation: bob(),
                    message: Target::MsgId(set.msg_id),
                    reacted: Box::new(Reacted {
                        user: UserId::trusted("alice"),
                        nick_name: String::new(),
                        face_url: String::new(),
                        reactions: set.reactions,
                        stamp: set.stamp,
                        older: false,
                    }),
                };
                (id, change)
            }
            other => panic!("{other:?}"),
        };
        let time = crate::model::Micros(1);
        fixture.complete(Outcome::Accepted { time });
        (id, change)
    }

    fn returned(by: &ConversationId, id: &str) -> Change {
        Change::SendFailed {
            conversation: by.clone(),
            msg_id: id.to_owned(),
            reason: Status::Refused,
        }
    }

    fn edit(fixture: &Fixture, text: &str) {
        let text = Some(text.to_owned());
        let new = NewContent {
            text,
            ..NewContent::default()
        };
        fixture.engine.modify("m1", &new).unwrap();
    }

    fn text(fixture: &Fixture) -> String {
        let Value::String(text) = fixture.row(&bob())["lastMessage"]["textElem"]["text"].take() else {
            panic!("no text");
        };
        text
    }

    fn reactions(fixture: &Fixture) -> Vec<String> {
        let results = fixture.engine.reactions(&["m1".to_owned()], 10).unwrap();
        let results: Value = serde_json::from_str(&results).unwrap();
        let list = results[0]["reactionList"].as_array().unwrap();
        list.iter()
            .map(|one| one["reactionID"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn an_edit_that_comes_back_is_undone_and_the_archive_does_not_bring_it_again() {
        let fixture = with_message();
        edit(&fixture, "new");
        let (id, archived) = take(&fixture);
        fixture.live(returned(&c2c("mallory"), &id));
        assert_eq!(text(&fixture), "new", "only whoever it was sent to can return it");
        fixture.told();
        fixture.live(returned(&bob(), &id));
        assert_eq!(text(&fixture), "hi");
        let told = fixture.told();
        let told_of = |event| told.iter().find(|(told, _)| *told == event).map(|(_, payload)| payload);
        let modified = told_of(crate::events::Event::RecvMessageModified).unwrap();
        assert_eq!(modified["textElem"]["text"], "hi");
        let failure = told_of(crate::events::Event::LocalChangeFailed).unwrap();
        assert_eq!(
            (&failure["method"], &failure["code"]),
            (&"modifyMessage".into(), &90004.into())
        );
        fixture.history(archived.clone());
        let fixture = fixture.reopen();
        fixture.history(archived);
        assert_eq!(text(&fixture), "hi");
        edit(&fixture, "newer");
        fixture.history(take(&fixture).1);
        assert_eq!(text(&fixture), "newer");
    }

    #[test]
    fn of_several_edits_that_come_back_in_any_order_nothing_is_left() {
        for order in [[0, 1], [1, 0]] {
            let fixture = with_message();
            let sent = ["one", "two"].map(|text| {
                edit(&fixture, text);
                take(&fixture).0
            });
            fixture.live(returned(&bob(), &sent[order[0]]));
            assert_eq!(text(&fixture), ["two", "one"][order[0]]);
            fixture.live(returned(&bob(), &sent[order[1]]));
            assert_eq!(text(&fixture), "hi");
        }
    }

    #[test]
    fn a_newer_edit_by_another_device_stays() {
        let fixture = with_message();
        edit(&fixture, "one");
        let (id, archived) = take(&fixture);
        let Change::Modified {
            conversation,
            message,
            mut modification,
        } = archived
        else {
            panic!("no edit");
        };
        modification.elem = Elem::Text { text: "two".to_owned() };
        modification.stamp.time.0 += 1;
        modification.stamp.device = "tablet".to_owned();
        (modification.origin_id, modification.server_id) = ("o".to_owned(), "s".to_owned());
        fixture.live(Change::Modified {
            conversation,
            message,
            modification,
        });
        fixture.live(returned(&bob(), &id));
        assert_eq!(text(&fixture), "two");
    }

    #[test]
    fn reactions_that_come_back_are_undone_and_the_archive_does_not_bring_them_again() {
        let fixture = with_message();
        fixture.engine.react("m1", "a", true).unwrap();
        take(&fixture);
        fixture.engine.react("m1", "b", true).unwrap();
        let (second, archived) = take(&fixture);
        fixture.engine.react("m1", "c", true).unwrap();
        let (third, _) = take(&fixture);
        fixture.live(returned(&bob(), &second));
        assert_eq!(reactions(&fixture), ["a", "b", "c"], "the last set has it too");
        fixture.live(returned(&bob(), &third));
        assert_eq!(reactions(&fixture), ["a"]);
        let fixture = fixture.reopen();
        fixture.history(archived);
        assert_eq!(reactions(&fixture), ["a"]);
    }

    #[test]
    fn a_message_that_was_returned_has_failed_whatever_the_archive_has_and_can_be_sent_again() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(refused());
        let fixture = fixture.reopen();
        fixture.history(unnumbered(&msg_id, "alice", 1, false));
        fixture.history(unnumbered("later", "bob", 2, false));
        let failed = (msg_id.clone(), 3);
        assert_eq!(fixture.messages(&bob()), [failed, ("later".to_owned(), 2)]);
        fixture.engine.resend(&msg_id).unwrap();
        let mut sent = Vec::new();
        while let Some(command) = fixture.command() {
            sent.extend(matches!(command, Outbound::Send(_)).then_some(()));
            fixture.complete(Outcome::Accepted {
                time: crate::model::Micros((START + 3) * 1_000_000),
            });
        }
        assert_eq!(sent.len(), 1);
        assert_eq!(fixture.messages(&bob()), [("later".to_owned(), 2), (msg_id, 2)]);
    }

    #[test]
    fn a_message_that_was_given_up_here_was_sent_when_the_archive_has_it() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.engine.cancel_sending(&msg_id).unwrap();
        assert_eq!(fixture.messages(&bob()), [(msg_id.clone(), 3)]);
        fixture.history(unnumbered(&msg_id, "alice", 1, false));
        assert_eq!(fixture.messages(&bob()), [(msg_id, 2)]);
    }
}
