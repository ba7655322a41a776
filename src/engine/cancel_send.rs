//! `cancelSendingMessage`: what the server cannot have yet is not sent. The message stays, and can be sent again.

use super::core::Engine;
use super::recall::unknown;
use crate::model::id::quoted;
use crate::model::{ElemType, Error, MessageStatus, Result, Status};
use crate::store::message;
use crate::store::outbox::{self, CommandKind};

impl Engine {
    /// Takes a message off the outbox: status 3, with 8021 as the reason. 8020 when it is not waiting, or the server may have it.
    pub fn cancel_sending(&self, msg_id: &str) -> Result<()> {
        self.write(true, |tx| {
            let row = message::by_msg_id(tx.db, msg_id)?.ok_or_else(|| unknown(msg_id))?;
            let too_late = |why: &str| {
                let desc = format!("msgID {} {why}", quoted(msg_id));
                Error::new(Status::NothingToCancel, desc)
            };
            if row.elem_type == ElemType::GroupTips {
                return Err(too_late("says what was done, and cannot be taken back").into());
            }
            if row.status != MessageStatus::Sending {
                return Err(too_late("is not being sent").into());
            }
            let id = tx.conversation_of(msg_id)?;
            let sends = outbox::of_kind(tx.db, &id, CommandKind::Send)?;
            let Some(send) = sends.into_iter().find(|send| send.msg_id == msg_id) else {
                return Err(too_late("is on its way").into());
            };
            // Handed out once its files are brought: from then on others may read it at any moment.
            if outbox::is_handed_out(tx.db, send.id)? {
                return Err(too_late("is on its way").into());
            }
            outbox::remove(tx.db, send.id)?;
            tx.send_refused(&id, row, Status::TransferCancelled)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, refused};
    use crate::events::Event;
    use crate::model::media::FileElem;
    use crate::model::{Elem, MessageBody, Micros, Outbound, Outcome, Status};
    use serde_json::Value;

    fn send_file(fixture: &Fixture) -> String {
        let file = fixture.engine.import_bytes("data", b"film").unwrap();
        let elem = Elem::File(FileElem {
            uuid: file.uuid,
            file_size: file.size,
            ..FileElem::default()
        });
        let sent = fixture.engine.send(&bob(), MessageBody::of(elem)).unwrap();
        let sent: Value = serde_json::from_str(&sent).unwrap();
        sent["msgID"].as_str().unwrap().to_owned()
    }

    fn code(fixture: &Fixture, msg_id: &str) -> Status {
        fixture.engine.cancel_sending(msg_id).unwrap_err().status
    }

    #[test]
    fn a_message_that_waits_is_not_sent_and_can_be_sent_again() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "wait");
        fixture.told();
        fixture.engine.cancel_sending(&msg_id).unwrap();
        let told = fixture.told_of(Event::MessageStatusChanged);
        assert_eq!((&told["status"], &told["errorCode"]), (&3.into(), &8021.into()));
        assert!(!matches!(fixture.command(), Some(Outbound::Send(_))));
        assert_eq!(code(&fixture, &msg_id), Status::NothingToCancel);
        fixture.complete_all();
        let fixture = fixture.reopen();
        fixture.engine.resend(&msg_id).unwrap();
        assert!(matches!(fixture.command(), Some(Outbound::Send(message)) if message.msg_id == msg_id));
        fixture.complete(Outcome::Sent {
            seq: 1,
            time: Micros(1),
        });
        assert_eq!(fixture.messages(&bob()), [(msg_id.clone(), 2)]);
        assert_eq!(code(&fixture, &msg_id), Status::NothingToCancel);
        assert_eq!(code(&fixture, "unknown"), Status::InvalidParameters);
    }

    #[test]
    fn what_the_server_may_have_is_not_cancelled() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "gone");
        assert!(fixture.command().is_some());
        assert_eq!(code(&fixture, &msg_id), Status::NothingToCancel);
        let fixture = fixture.reopen();
        assert_eq!(code(&fixture, &msg_id), Status::NothingToCancel);
        fixture.complete(refused());
        assert_eq!(
            code(&fixture, &msg_id),
            Status::NothingToCancel,
            "it has failed already"
        );
    }

    #[test]
    fn an_upload_can_be_cancelled_until_the_message_itself_goes_out_and_its_progress_ends_there() {
        let fixture = Fixture::new();
        let msg_id = send_file(&fixture);
        // Its files are brought now.
        let next = fixture.engine.next_outbound().unwrap().unwrap();
        fixture.engine.upload_progress(&msg_id, 1, 4);
        fixture.engine.cancel_sending(&msg_id).unwrap();
        fixture.told();
        fixture.engine.upload_progress(&msg_id, 4, 4);
        assert!(fixture.told().is_empty(), "it has ended");
        assert!(fixture.engine.begin_outbound(next.id).unwrap().is_none());
        // bob's profile is asked for.
        fixture.complete(Outcome::Done);
        fixture.engine.resend(&msg_id).unwrap();
        let again = fixture.engine.next_outbound().unwrap().unwrap();
        assert!(!again.is_repeated && again.id != next.id);
        fixture.engine.upload_progress(&msg_id, 4, 4);
        assert_eq!(fixture.told_of(Event::SendMessageProgress)["progress"], 100);
        assert!(fixture.engine.begin_outbound(again.id).unwrap().is_some());
        assert_eq!(code(&fixture, &msg_id), Status::NothingToCancel);
    }
}
