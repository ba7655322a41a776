//! A message is sent as it was written, however often: whoever gets it twice must not take it for two, and its edits follow it.
//!
//! It may change before it is sent again. Our own edits keep in the outbox what it was before. Those of the user's other
//! devices, which have it from the server, do not: the sending keeps that itself.

use super::json::{parse_body, to_json};
use super::outbox::undo;
use super::transaction::Transaction;
use crate::model::{ConversationId, MessageBody};
use crate::store::StoreResult;
use crate::store::message::MessageRow;
use crate::store::outbox::{self, CommandKind, OutboxRow};

impl Transaction<'_> {
    /// The body of a message that goes out, for the first time or once more.
    pub(super) fn body_to_send(&self, sending: &OutboxRow, row: &MessageRow) -> StoreResult<MessageBody> {
        // Where it belongs may be damaged, and then so is what it is.
        let id = self.conversation_of(&row.msg_id)?;
        let edits = self.pending_modifications(&id, &row.msg_id)?;
        let body: MessageBody = match (undo::<Option<MessageBody>>(sending)?, edits.first()) {
            (Some(written), _) => written,
            (None, Some(first)) => undo(first)?,
            (None, None) => parse_body(row)?,
        };
        Ok(MessageBody {
            modified: None,
            // Where a file is on this device is nobody else's affair.
            elem: body.elem.of_another_sender(),
            ..body
        })
    }

    /// Another device has edited a message: if it is still to be sent, it goes out without that.
    pub(super) fn keep_as_written(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<()> {
        for sending in self.sendings(id, row)? {
            // Before it is handed out nobody has it, and it goes out as it is by then.
            if outbox::is_handed_out(self.db, sending.id)? {
                let written = self.body_to_send(&sending, row)?;
                outbox::set_undo(self.db, sending.id, &to_json(&Some(written))?)?;
            }
        }
        Ok(())
    }

    /// Another device has recalled a message: what the server has of it by now is enough, and of its content nothing is left to
    /// send.
    pub(super) fn stop_sending(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<()> {
        // Without a number it is not known where it lies: the answer to the sending says it.
        if row.seq > 0 {
            for sending in self.sendings(id, row)? {
                outbox::remove(self.db, sending.id)?;
            }
        }
        Ok(())
    }

    fn sendings(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<Vec<OutboxRow>> {
        if !row.is_self {
            return Ok(Vec::new());
        }
        let mut sendings = outbox::of_kind(self.db, id, CommandKind::Send)?;
        sendings.retain(|entry| entry.msg_id == row.msg_id);
        Ok(sendings)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, body, unnumbered};
    use crate::model::{
        Change, Elem, IdKind, MessageId, Micros, Modification, NewContent, Outbound, Outcome, Stamp, Target, UserId,
    };

    fn meant(msg_id: &str) -> Target {
        Target::Id(MessageId {
            kind: IdKind::Origin,
            id: msg_id.to_owned(),
            sender: Some(UserId::trusted("alice")),
            not_after: None,
        })
    }

    /// The edit of another device.
    fn edited(msg_id: &str, text: &str, seconds: i64) -> Change {
        Change::Modified {
            conversation: bob(),
            message: meant(msg_id),
            modification: Box::new(Modification {
                elem: Elem::Text { text: text.to_owned() },
                cloud_custom_data: None,
                stamp: Stamp {
                    time: Micros(seconds * 1_000_000),
                    device: "other".to_owned(),
                },
                time: Micros(seconds * 1_000_000),
                server_id: format!("s-{text}"),
                origin_id: format!("o-{text}"),
                older: false,
                rank: 0,
                alone: None,
            }),
        }
    }

    /// A message that was on its way when its device ended, and that the archive has.
    fn sent_and_cut_off() -> (Fixture, String) {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.command();
        let fixture = fixture.reopen();
        fixture.live(unnumbered(&msg_id, "alice", 1, false));
        (fixture, msg_id)
    }

    #[test]
    fn a_message_that_another_device_has_edited_is_sent_again_as_it_was_written() {
        for edits_here in [false, true] {
            let (fixture, msg_id) = sent_and_cut_off();
            fixture.live(edited(&msg_id, "first", 2));
            if edits_here {
                let text = Some("here".to_owned());
                let new = NewContent {
                    text,
                    ..NewContent::default()
                };
                fixture.engine.modify(&msg_id, &new).unwrap();
            }
            fixture.live(edited(&msg_id, "second", 3));
            let fixture = fixture.reopen();
            let Some(Outbound::Send(sent)) = fixture.command() else {
                panic!("it is sent again")
            };
            assert_eq!(sent.body.elem, body("hi").elem, "edited here too: {edits_here}");
            assert_eq!(sent.body.modified, None);
        }
    }

    #[test]
    fn a_message_that_another_device_has_recalled_is_not_sent_again() {
        let (fixture, msg_id) = sent_and_cut_off();
        let begun = fixture.engine.next_outbound().unwrap().unwrap();
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: meant(&msg_id),
            recall: crate::model::Recall::default(),
        });
        let next = fixture.command();
        assert!(!matches!(next, Some(Outbound::Send(_))), "{next:?}");
        fixture.engine.complete_outbound(begun.id, Outcome::Done).unwrap();
        assert_eq!(fixture.messages(&bob()), [(msg_id, 6)]);
    }
}
