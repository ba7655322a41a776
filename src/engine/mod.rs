//! The rules of the list: ordering, unread, names, drafts, pins. One lock, one transaction, one change set.

use crate::events::EventQueue;
use crate::model::{
    ConversationId, Friend, Group, Inbound, MessageBody, Micros, OutboxEntry, Outcome, RecvOpt, Result, UserId,
};
use std::path::PathBuf;
use std::sync::Arc;

/// What the list is sorted by (`conversationOrder` in the config).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConversationOrder {
    /// By `orderkey`.
    #[default]
    OrderKey,
    /// By the last message's time, as older SDKs did.
    LastMessageTimestamp,
}

/// What a commit survives (`durability` in the config).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A killed process.
    #[default]
    Normal,
    /// A power cut.
    Full,
}

/// How to open an account's cache.
#[derive(Clone)]
pub struct EngineOptions {
    /// The account's own directory; made when missing.
    pub dir: PathBuf,
    /// The account's user.
    pub user_id: UserId,
    /// The order of the list.
    pub order: ConversationOrder,
    /// How many of the newest conversations can be walked; 0 = all.
    pub conversation_limit: u64,
    /// What a commit survives.
    pub durability: Durability,
    /// The wall clock; tests make it jump.
    pub clock: Arc<dyn Fn() -> Micros + Send + Sync>,
}

/// How the cache was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheReport {
    /// There was none.
    Created,
    /// As it was left.
    Opened,
    /// It was damaged: it was moved aside, and a new one made.
    Rebuilt {
        /// How many unsent commands could be saved.
        salvaged: usize,
    },
}

/// Which conversations `cleanConversationUnreadMessageCount` works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadScope {
    /// One conversation.
    One(ConversationId),
    /// All C2C conversations.
    AllC2c,
    /// All groups.
    AllGroups,
    /// All.
    All,
}

/// Which way a history is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From newer to older.
    Older,
    /// From older to newer.
    Newer,
}

/// One account's rules over its cache. Every method may be called from any thread.
pub struct Engine {}

#[allow(unused_variables, clippy::unimplemented, missing_docs)]
impl Engine {
    /// Opens, and makes where missing, the cache in `options.dir`. 90001 when another client has it open.
    pub fn open(options: EngineOptions, queue: EventQueue) -> Result<(Self, CacheReport)> {
        unimplemented!()
    }
    /// Closes the database and gives up the lock on the directory. Later calls fail with 6013. Idempotent.
    pub fn close(&self) {
        unimplemented!()
    }

    /// `getConversationList`: a `V2TimConversationResult` as JSON. 6017 for a bad cursor or count.
    pub fn conversation_page(&self, next_seq: &str, count: i64) -> Result<String> {
        unimplemented!()
    }
    /// `getConversation`: a stored conversation, or a transient one, as JSON.
    pub fn conversation(&self, id: &ConversationId) -> Result<String> {
        unimplemented!()
    }
    /// `getConversationListByConversationIds`: a JSON array of those that are in the list, in the order asked.
    pub fn conversations(&self, ids: &[ConversationId]) -> Result<String> {
        unimplemented!()
    }
    /// `getTotalUnreadMessageCount`.
    pub fn total_unread(&self) -> Result<u64> {
        unimplemented!()
    }
    /// `getHistoryMessageList`: a JSON array of messages next to, and not including, `from` (`None`: the newest for
    /// `Older`, the oldest for `Newer`). 6017 when `from` is not a message of the conversation.
    pub fn history(&self, id: &ConversationId, from: Option<&str>, direction: Direction, count: i64) -> Result<String> {
        unimplemented!()
    }
    /// `getFriendList`, by user id.
    pub fn friends(&self) -> Result<Vec<Friend>> {
        unimplemented!()
    }
    /// `getJoinedGroupList`, by group id.
    pub fn joined_groups(&self) -> Result<Vec<Group>> {
        unimplemented!()
    }

    /// `setConversationDraft`: an empty text cancels.
    pub fn set_draft(&self, id: &ConversationId, text: &str) -> Result<()> {
        unimplemented!()
    }
    /// `pinConversation`. Pinning a conversation that is not in the list lists it; unpinning it changes nothing.
    pub fn set_pinned(&self, id: &ConversationId, pinned: bool) -> Result<()> {
        unimplemented!()
    }
    /// `deleteConversation`. Nothing happens when it is not in the list.
    pub fn delete_conversation(&self, id: &ConversationId) -> Result<()> {
        unimplemented!()
    }
    /// `clearC2CHistoryMessage`, `clearGroupHistoryMessage`: the row stays, with its key.
    pub fn clear_history(&self, id: &ConversationId) -> Result<()> {
        unimplemented!()
    }
    /// `cleanConversationUnreadMessageCount`: `timestamp` (s) bounds C2C, `sequence` groups; 0 = everything.
    pub fn clean_unread(&self, scope: &UnreadScope, timestamp: i64, sequence: u64) -> Result<()> {
        unimplemented!()
    }
    /// `sendMessage`: stores the message with status 1, puts it in the outbox and returns it as JSON.
    pub fn send(&self, id: &ConversationId, body: MessageBody) -> Result<String> {
        unimplemented!()
    }
    /// `revokeMessage`. 6017 when there is no such message.
    pub fn revoke(&self, msg_id: &str) -> Result<()> {
        unimplemented!()
    }
    /// `deleteMessages`. 6017, and nothing is deleted, when one does not exist.
    pub fn delete_messages(&self, msg_ids: &[String]) -> Result<()> {
        unimplemented!()
    }
    /// `setC2CReceiveMessageOpt`, `setGroupReceiveMessageOpt`.
    pub fn set_recv_opt(&self, ids: &[ConversationId], opt: RecvOpt) -> Result<()> {
        unimplemented!()
    }

    /// The cursor stored with the last batch; `None` when this account was never synced.
    pub fn cursor(&self) -> Result<Option<String>> {
        unimplemented!()
    }
    /// Applies what the server says.
    pub fn apply(&self, batch: Inbound) -> Result<()> {
        unimplemented!()
    }
    /// The oldest command in the outbox.
    pub fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        unimplemented!()
    }
    /// Ends a command.
    pub fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        unimplemented!()
    }
}
