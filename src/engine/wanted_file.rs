//! A file that is to be downloaded, and a download that is under way.

use crate::model::sync::Arc;
use crate::model::sync::atomic::AtomicBool;
use crate::model::web::name_of_address;
use crate::model::{FilePart, MessageFile};

/// A file that the app wants.
#[derive(Clone)]
pub(crate) struct WantedFile {
    pub(super) msg_id: String,
    pub(super) file: MessageFile,
}

impl WantedFile {
    pub(super) fn new(msg_id: &str, file: MessageFile) -> Self {
        Self {
            msg_id: msg_id.to_owned(),
            file,
        }
    }

    /// Its name in the account's folder.
    pub(super) fn name(&self) -> &str {
        &self.file.uuid
    }

    /// Whether the name says what the file contains. Of some only the address is known: their name is that of the address.
    pub(super) fn is_content(&self) -> bool {
        let file = &self.file;
        file.url.is_empty() || file.uuid != name_of_address(&file.url)
    }

    /// What the app tells downloads apart by.
    pub(super) fn key(&self) -> String {
        key(&self.msg_id, self.file.part)
    }
}

/// The same for a part of a message.
pub(super) fn key(msg_id: &str, part: FilePart) -> String {
    let FilePart {
        image_type,
        is_snapshot,
    } = part;
    format!("{msg_id} {image_type} {is_snapshot}")
}

/// A download that is under way.
pub(super) struct Download {
    pub(super) wanted: WantedFile,
    /// The app does not want it any more, or there is nothing any more that it would be for.
    pub(super) is_cancelled: Arc<AtomicBool>,
}
