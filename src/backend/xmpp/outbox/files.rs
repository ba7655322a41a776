//! The files of messages, which are on the server before their message goes out. What was brought there is noted at once, so that
//! after a restart only the rest is brought.

use super::state::Outbox;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::{Status, WaitingCommand};
use std::cell::Cell;

impl Outbox {
    /// Whether the server does not have all files of a message.
    pub(super) fn has_files(&self, waiting: &WaitingCommand) -> XmppResult<bool> {
        Ok(self.features.session.sink.unsent_files(waiting.id)?.is_some())
    }

    /// Brings the files of a message to the server. A message that is deleted meanwhile needs none.
    pub(super) async fn bring_files(&self, waiting: &WaitingCommand) -> XmppResult<()> {
        let sink = &self.features.session.sink;
        let (mut before, mut all) = (0, None);
        let told = Cell::new(None);
        // Each percent once.
        let tell = |msg_id: &str, done: u64, total: u64| {
            let percent = done.saturating_mul(100).checked_div(total);
            if told.replace(percent) != percent {
                sink.upload_progress(msg_id, done, total);
            }
        };
        while let Some(unsent) = sink.unsent_files(waiting.id)? {
            let total = *all.get_or_insert(unsent.files.iter().map(|file| file.size).sum::<u64>());
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
            let on_its_way = |done: u64| {
                tell(&unsent.msg_id, before + done, total);
                Ok(sink.unsent_files(waiting.id)?.is_some())
            };
            let uploads = &self.features.uploads;
            let Some(url) = uploads.upload(path, &file.name, on_its_way).await? else {
                return Ok(());
            };
            before += file.size;
            sink.file_uploaded(&unsent.msg_id, &file.uuid, &url)?;
            if before >= total {
                tell(&unsent.msg_id, total, total);
            }
        }
        Ok(())
    }
}
