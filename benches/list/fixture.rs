//! Lists to measure with: made through the engine, as a server would fill them.

use crate::support;
use im::engine::Engine;
use im::events::EventQueue;
use im::model::{Change, ConversationId, Elem, Inbound, Message, MessageBody, Micros, UserId};
use std::path::{Path, PathBuf};

/// Changes in a transaction while a list is made.
const BATCH: usize = 5_000;

/// Conversations that get a second message, at random: the top of the list then lies scattered in the file, as it does
/// for an account that is in use.
const ACTIVE: usize = 2_000;

/// A list on disk.
pub struct Fixture {
    pub data_dir: PathBuf,
    pub size: usize,
}

/// Makes a list of `size` conversations, every other one of a group.
pub fn make(data_dir: &Path, size: usize) -> Fixture {
    let engine = support::engine(data_dir, EventQueue::new());
    let mut rng = fastrand::Rng::with_seed(1);
    let mut batch = Vec::with_capacity(BATCH);
    let first = (0..size).map(|number| (number, 1));
    let mut again: Vec<usize> = (0..size).collect();
    rng.shuffle(&mut again);
    for (number, seq) in first.chain(again.into_iter().take(ACTIVE).map(|number| (number, 2))) {
        batch.push(message(number, seq));
        if batch.len() == BATCH {
            apply(&engine, std::mem::take(&mut batch));
        }
    }
    apply(&engine, batch);
    engine.close();
    Fixture {
        data_dir: data_dir.to_path_buf(),
        size,
    }
}

/// One transaction of messages that arrive now.
pub fn apply(engine: &Engine, changes: Vec<Change>) {
    let batch = Inbound {
        live: true,
        changes,
        ..Inbound::default()
    };
    engine.apply(batch).expect("the batch is applied");
}

/// The id of a conversation.
pub fn conversation(number: usize) -> ConversationId {
    if number.is_multiple_of(2) {
        ConversationId::trusted(format!("c2c_user-{number:07}"))
    } else {
        ConversationId::trusted(format!("group_group-{number:07}"))
    }
}

/// The message with that sequence in a conversation, from somebody else.
pub fn message(number: usize, seq: u64) -> Change {
    Change::Message(Message {
        msg_id: format!("{number:07}-{seq:010}-4b0f-9c57"),
        conversation: conversation(number),
        sender: UserId::trusted(format!("user-{number:07}")),
        nick_name: format!("User number {number}"),
        face_url: format!("https://example.org/avatars/{number}.png"),
        seq,
        time: Micros::now(),
        revoked: None,
        body: MessageBody {
            elem: Elem::Text {
                text: format!("Message {seq} of conversation {number}: see you at the usual place, bring the maps."),
            },
            cloud_custom_data: String::new(),
            group_at_user_list: Vec::new(),
            is_excluded_from_unread_count: false,
            is_excluded_from_last_message: false,
            need_read_receipt: false,
            is_online_only: false,
            priority: 0,
            random: 7,
            modified: None,
            reply: None,
            name_card: String::new(),
        },
    })
}
