//! The files of messages, which are on the server before their message goes out. What was brought there is noted at once, so that
//! after a restart only the rest is brought.

use super::state::Outbox;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::{Outbound, OutboxEntry, Status, WaitingCommand};
use std::cell::Cell;

impl Outbox {
    /// Whether the server does not have all files of a message.
    pub(super) fn has_files(&self, waiting: &WaitingCommand) -> XmppResult<bool> {
        Ok(self.features.session.sink.unsent_files(waiting.id)?.is_some())
    }

    /// Brings the files of a message to the server. A message that is deleted or cancelled meanwhile needs none.
    pub(super) async fn bring_files(&self, waiting: &WaitingCommand) -> XmppResult<()> {
        let sink = &self.features.session.sink;
        let told = Cell::new(None);
        while let Some(unsent) = sink.unsent_files(waiting.id)? {
            let Some(file) = unsent.files.first() else {
                return Ok(());
            };
            let gone = || {
                XmppError::account(
                    Status::FileNotFound,
                    "a file of the message is not on this device any more",
                )
            };
            let path = file.path.as_ref().ok_or_else(gone)?;
            let missing: u64 = unsent.files.iter().map(|file| file.size).sum();
            let on_its_way = |done: Option<u64>| {
                if let Some(done) = done {
                    let done = (unsent.total.saturating_sub(missing)).saturating_add(done);
                    // Each percent once; the last one is told when the message itself goes out.
                    let percent = done.saturating_mul(100).checked_div(unsent.total);
                    if percent < Some(100) && told.replace(percent) != percent {
                        sink.upload_progress(&unsent.msg_id, done, unsent.total);
                    }
                }
                Ok(sink.unsent_files(waiting.id)?.is_some())
            };
            let uploads = &self.features.uploads;
            let Some(url) = uploads.upload(path, &file.name, on_its_way).await? else {
                return Ok(());
            };
            sink.file_uploaded(&unsent.msg_id, &file.uuid, &url)?;
        }
        Ok(())
    }
    /// A message goes out: its files are there, also those that it has from another one or from an earlier attempt.
    pub(super) fn tell_brought(&self, entry: &OutboxEntry) {
        if let Outbound::Send(message) = &entry.command
            && let Some(total) = message.body.elem.device_bytes()
        {
            self.features
                .session
                .sink
                .upload_progress(&message.msg_id, total, total);
        }
    }
}
