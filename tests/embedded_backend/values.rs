//! Ids, messages and stamps of the tests.

use im::model::*;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) fn user(id: &str) -> UserId {
    UserId::trusted(id)
}

pub(crate) fn c2c(id: &str) -> ConversationId {
    ConversationId::c2c(&user(id))
}

pub(crate) fn group(id: &str) -> ConversationId {
    ConversationId::group(&GroupId::trusted(id))
}

pub(crate) fn uuid() -> String {
    format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}

pub(crate) fn message(sender: &str, id: &ConversationId, text: &str) -> Message {
    Message {
        msg_id: uuid(),
        conversation: id.clone(),
        sender: user(sender),
        nick_name: String::new(),
        face_url: String::new(),
        seq: 0,
        time: Micros(1),
        revoked: None,
        body: MessageBody {
            elem: Elem::Text { text: text.to_owned() },
            cloud_custom_data: "cloud".to_owned(),
            group_at_user_list: Vec::new(),
            is_excluded_from_unread_count: false,
            is_excluded_from_last_message: false,
            need_read_receipt: false,
            is_online_only: false,
            priority: 0,
            random: 0,
            modified: None,
            reply: None,
            name_card: String::new(),
        },
    }
}

/// The stamp of a change that is made now: later than all before.
pub(crate) fn stamp() -> Stamp {
    static LAST: AtomicI64 = AtomicI64::new(1);
    Stamp {
        time: Micros(LAST.fetch_add(1, Ordering::Relaxed)),
        device: "test".to_owned(),
    }
}

/// A setting that is changed now.
pub(crate) fn now(setting: Setting) -> StampedSetting {
    let stamp = stamp();
    StampedSetting { setting, stamp }
}

/// A service file in a directory of its own.
pub(crate) fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("service.db");
    (dir, path)
}
