//! How an engine is opened, and the small words its calls use.

use crate::model::{ConversationId, ConversationOrder, Micros, UserId};
use std::path::PathBuf;
use std::sync::Arc;

/// The failures that a commit survives (`durability` in the config).
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
    /// The failures that a commit survives.
    pub durability: Durability,
    /// How many bytes the files of messages may have together.
    pub media_cache_bytes: u64,
    /// Whether there is a search index.
    pub search: bool,
    /// Whether the app is told which keys of a conversation have changed.
    pub changed_fields: bool,
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
