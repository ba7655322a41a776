//! Handing the commands of the outbox to the backend. From then on the server may have a command, which counts when the
//! message that it sends is deleted, and when the command is handed out again.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Message, MessageBody, Outbound, OutboxEntry, Result, WaitingCommand};
use crate::store::message::MessageRow;
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreError, StoreResult};

impl Engine {
    /// The oldest command in the outbox. It counts as on its way from here on, except a message whose files are still to be
    /// brought: that one does from [`Self::begin_outbound`] on, and can be cancelled until then.
    pub fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        // Backends ask often; an empty outbox should cost them no transaction.
        if self.store.read(|db| Ok(outbox::number_after(db, 0)?))?.is_none() {
            return Ok(None);
        }
        self.write(true, |tx| {
            // By number, because `command` may remove the row it is given and append another.
            let mut after = 0;
            while let Some(id) = outbox::number_after(tx.db, after)? {
                after = id;
                if let Some(entry) = tx.hand_out(id, Files::Missing)? {
                    return Ok(Some(entry));
                }
            }
            Ok(None)
        })
    }

    /// The first command after a number, for a backend that has several on their way. It stays where it is.
    pub fn waiting_outbound(&self, mut after: i64) -> Result<Option<WaitingCommand>> {
        while let Some(id) = self.store.read(|db| Ok(outbox::number_after(db, after)?))? {
            after = id;
            let row = self
                .store
                .read(|db| match outbox::by_id(db, id).map_err(StoreError::from) {
                    Err(error) if error.is_unreadable() => Ok(None),
                    row => row.map(Some),
                })?;
            match row {
                Some(Some(row)) => {
                    return Ok(Some(WaitingCommand {
                        id,
                        conversation: row.conversation_id,
                        is_message: matches!(row.kind, CommandKind::Send | CommandKind::Modify | CommandKind::React),
                        builds_on_others: row.kind == CommandKind::React,
                        is_aside: matches!(
                            row.kind,
                            CommandKind::Read | CommandKind::ReadReceipts | CommandKind::SubscribeProfile
                        ),
                    }));
                }
                // It has ended meanwhile.
                Some(None) => {}
                None => self.write(true, |tx| tx.give_up(id))?,
            }
        }
        Ok(None)
    }

    /// The command of that number, which counts as on its way from here on. `None` when there is nothing to do for it.
    pub fn begin_outbound(&self, id: i64) -> Result<Option<OutboxEntry>> {
        self.write(true, |tx| tx.hand_out(id, Files::Brought))
    }
}

/// Whether the server has the files of a message that is handed out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Files {
    Brought,
    Missing,
}

impl Transaction<'_> {
    /// Hands a command to the backend: from here on the server may have it. `None` when there is nothing left to do, and
    /// the row is gone.
    fn hand_out(&mut self, id: i64, files: Files) -> StoreResult<Option<OutboxEntry>> {
        match self.numbered(id) {
            Ok(Some(command)) => {
                let is_repeated = if files == Files::Missing && has_files(&command) {
                    outbox::is_handed_out(self.db, id)?
                } else {
                    // In the file, because a process that ends now does not take back what the server has.
                    outbox::hand_out(self.db, id)?
                };
                Ok(Some(OutboxEntry {
                    id,
                    command,
                    is_repeated,
                }))
            }
            Ok(None) => Ok(None),
            Err(error) if error.is_unreadable() => self.give_up(id).map(|()| None),
            Err(error) => Err(error),
        }
    }
}

fn has_files(command: &Outbound) -> bool {
    matches!(command, Outbound::Send(message) if !message.body.elem.uploads().is_empty())
}

/// A message of ours as it goes out.
pub(super) fn outgoing(conversation: ConversationId, row: MessageRow, body: MessageBody) -> Message {
    Message {
        body,
        msg_id: row.msg_id,
        conversation,
        sender: row.sender,
        nick_name: row.nick_name,
        face_url: row.face_url,
        seq: 0,
        time: row.time,
        revoked: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob};
    use crate::model::{Outbound, Outcome};

    #[test]
    fn a_command_waits_where_it_is_until_it_is_begun_and_comes_again_as_repeated() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        let waiting = fixture.engine.waiting_outbound(0).unwrap().unwrap();
        assert!(waiting.is_message && waiting.conversation == bob());
        assert_eq!(fixture.engine.waiting_outbound(0).unwrap(), Some(waiting.clone()));
        let begun = fixture.engine.begin_outbound(waiting.id).unwrap().unwrap();
        assert!(!begun.is_repeated && matches!(begun.command, Outbound::Send(message) if message.msg_id == msg_id));
        // Also after a restart: the file says that the server may have it.
        let fixture = fixture.reopen();
        assert!(fixture.engine.begin_outbound(waiting.id).unwrap().unwrap().is_repeated);
        fixture.engine.complete_outbound(waiting.id, Outcome::Done).unwrap();
        assert_eq!(fixture.engine.begin_outbound(waiting.id).unwrap(), None);
    }

    #[test]
    fn a_message_that_is_deleted_before_it_is_handed_out_is_not_sent() {
        let fixture = Fixture::new();
        let (first, second) = (fixture.send(&bob(), "one"), fixture.send(&bob(), "two"));
        let begun = fixture.engine.waiting_outbound(0).unwrap().unwrap();
        fixture.engine.begin_outbound(begun.id).unwrap();
        let fixture = fixture.reopen();
        fixture.engine.delete_messages(&[first, second]).unwrap();
        let sends = std::iter::successors(fixture.engine.waiting_outbound(0).unwrap(), |last| {
            fixture.engine.waiting_outbound(last.id).unwrap()
        });
        // The server may have the first, so it is deleted there once that is known.
        assert_eq!(sends.filter(|waiting| waiting.is_message).count(), 1);
    }
}
