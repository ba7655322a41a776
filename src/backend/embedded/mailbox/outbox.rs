//! Carrying out the commands of the account: one at a time, in their order, each with its files before it.

use super::Mailbox;
use crate::backend::embedded::commands;
use crate::backend::embedded::error::{ServiceError, ServiceResult};
use crate::model::{Error, Outbound, Outcome};
use std::time::Duration;

/// Between two parts of a command: longer than those who wait for the file wait between two looks.
const BETWEEN_PARTS: Duration = Duration::from_millis(2);

impl Mailbox {
    /// Carries out the oldest command of the outbox. False when there is none. When it breaks off between the service
    /// and the account, the command comes again, and changes nothing the second time.
    pub(in crate::backend::embedded) fn carry_out_next(&mut self) -> ServiceResult<bool> {
        let Some(mut entry) = self.sink.next_outbound().map_err(ServiceError::Account)? else {
            // The message of a file that was half brought may have been deleted or cancelled.
            self.files.give_up();
            return Ok(false);
        };
        let brought = self.files.bring(&entry.command, &mut self.service, self.sink.as_ref());
        if matches!(brought, Ok(true))
            && let Outbound::Send(message) = &entry.command
            && let Some(total) = message.body.elem.device_bytes()
        {
            let msg_id = message.msg_id.clone();
            // Until here it could be deleted or cancelled, from here on the service may have it.
            match self.sink.begin_outbound(entry.id).map_err(ServiceError::Account)? {
                Some(begun) => entry = begun,
                None => return Ok(true),
            }
            if !entry.is_repeated {
                self.sink.upload_progress(&msg_id, total, total);
            }
        }
        let carried_out = match brought {
            Ok(true) => self.service.write(|tx| {
                // One of its files may have gone with the last message that had it.
                if !self.files.are_there(&entry.command) {
                    return Ok(None);
                }
                commands::carry_out(tx, &self.me, &entry.command)
            }),
            // The message goes once its files are there. Whoever waits for the mailbox has it meanwhile.
            Ok(false) => return Ok(true),
            Err(fault) => Err(fault),
        };
        let outcome = match carried_out {
            Ok(Some(outcome)) => outcome,
            Ok(None) => {
                self.files.forget_announced();
                // It stays the oldest command. Others who wait for the file get it meanwhile.
                std::thread::sleep(BETWEEN_PARTS);
                return Ok(true);
            }
            Err(ServiceError::Refused(error)) => Outcome::Refused(error),
            // It would fail again and again, and everything behind it would wait.
            Err(ServiceError::Broken(text)) => {
                log::error!("gave up command {} of the outbox: {text}", entry.id);
                Outcome::Refused(Error::internal("the service could not carry the command out"))
            }
            Err(fault) => return Err(fault),
        };
        self.written = Some(self.service.known());
        // What others have written before comes first, as on every other device: the message comes back among it, and one that
        // is refused after it. Cheap when nobody has written. A history that is still being read comes behind the message: it
        // would hold it up for as long as it is.
        let waits = matches!(entry.command, Outbound::Send(_)) && !self.is_history();
        if waits && self.version != Some(self.service.version()?) {
            self.pull(|| true)?;
        }
        // With the number that the service gave goes the moment at which it did, or a copy from before it that is put back
        // now would not be recognised.
        self.sink
            .complete_outbound_at(entry.id, outcome, self.cursor(self.seen))
            .map_err(ServiceError::Account)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sync;
    use super::*;
    use crate::backend::embedded::messages;
    use crate::backend::embedded::testing::{Account, TestService, text};
    use std::sync::Arc;

    #[test]
    fn what_others_have_written_before_a_message_comes_before_it_on_the_device_that_sent_it() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let mine = Outbound::Send(Box::new(text(&alice, "bob", "mine")));
        let account = Arc::new(Account::new(&alice));
        let mut mailbox = Mailbox::open(&service.path, false, account.clone()).unwrap();
        while mailbox.sync() == Sync::Behind {
            mailbox.pull_batch().unwrap();
        }
        service.write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "theirs")));
        *account.waiting.lock().unwrap() = Some(mine);
        assert!(mailbox.carry_out_next().unwrap());
        assert_eq!(*account.told.lock().unwrap(), ["theirs", "mine", "sent"]);
    }
}
