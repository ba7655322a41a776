//! The rules of the list: ordering, unread, names, drafts, pins. One lock, one transaction, one change set.
//!
//! Every write, whether an app's call or a batch from the server, runs in a `Transaction`: it loads the
//! conversations it touches, applies the rules to them, and at the end writes them back with their rendered JSON and
//! works out what to tell. The change set goes into the event queue while the lock is held, so that event order is
//! commit order. Reads run beside it on connections of their own. Each rule has a file of its own name, with its local
//! side, its inbound side and its undoing together.

mod all_recv_opt;
mod arrived_files;
mod as_written;
mod awaited;
mod awaited_changes;
mod batch;
mod cancel_send;
mod candidate;
mod changed_fields;
mod clock;
mod conversation_group;
mod core;
mod created;
mod custom_data;
mod deliveries;
mod display_names;
mod done_in_group;
mod download;
mod download_progress;
mod draft;
mod elements;
mod file_kind;
mod files;
mod filter;
mod filtered_unread;
#[cfg(test)]
mod fixture;
mod friend_application;
mod friend_news;
mod group_application;
mod group_event;
mod group_names;
mod group_news;
mod hand_out;
mod hidden;
mod highlight;
mod history;
mod history_end;
mod inbound;
mod index_bell;
mod indexing;
mod json;
mod known_peer;
mod late;
mod live_view;
mod local_change_failure;
mod local_message;
mod lone_edit;
mod lookup;
mod lost;
mod lost_files;
mod mark;
mod media;
mod memory;
mod merger;
mod modify;
mod online;
mod open;
mod options;
mod order;
mod out_of_list;
mod outbox;
mod page;
mod pin;
mod placing;
mod reaction;
mod reaction_list;
mod reaction_outbox;
mod read;
mod recall;
mod receipts;
mod receive;
mod recv_opt;
mod recv_opt_view;
mod removal;
mod render;
mod renumbered;
mod repair;
mod repeated;
mod reply;
mod restore;
mod returned;
mod revoker;
mod search;
mod seen_in_group;
mod send;
mod setting;
mod subscription;
mod thumbnail;
mod transaction;
mod typing;
mod unlist;
mod unnumbered;
mod unread;
mod upload;
mod view;
mod wanted_file;

pub use crate::model::ConversationOrder;
pub use batch::Results;
pub use core::Engine;
#[cfg(feature = "schema")]
pub(crate) use download_progress::MessageDownloadProgress;
pub use files::ImportedFile;
#[cfg(feature = "schema")]
pub(crate) use files::SendMessageProgress;
pub use filter::ConversationFilter;
pub use friend_application::FriendApplicationResult;
pub use group_application::GroupApplicationResult;
#[cfg(feature = "schema")]
pub(crate) use group_application::{ApplicationProcessed, JoinApplication};
#[cfg(feature = "schema")]
pub(crate) use group_event::payload::{GroupConversations, GroupNameChange};
pub(crate) use group_names::check_name as check_conversation_group_name;
#[cfg(feature = "schema")]
pub(crate) use group_news::{
    Dismissed, EntryFailure, InfoChanged, MemberInfoChanged, MemberLeft, MembersChanged, MembersEntered,
};
pub use history::HistoryQuery;
#[cfg(feature = "schema")]
pub(crate) use indexing::IndexingProgress;
#[cfg(feature = "schema")]
pub(crate) use live_view::ConversationViewChange;
pub(crate) use live_view::OpenedView;
pub use live_view::{ViewExtent, ViewQuery};
#[cfg(feature = "schema")]
pub(crate) use local_change_failure::LocalChangeFailure;
pub use options::{CacheReport, Direction, Durability, EngineOptions, UnreadScope};
#[cfg(feature = "schema")]
pub(crate) use reaction_list::MessageReactionChangeInfo;
pub(crate) use reaction_list::{MessageReactionResult, MessageReactionUserResult};
#[cfg(feature = "schema")]
pub(crate) use recall::MessageRevocation;
pub(crate) use recv_opt_view::ReceiveMessageOptInfo;
pub use search::MessageSearch;
pub(crate) use search::{ConversationSearchResult, MessageSearchResult};
#[cfg(feature = "schema")]
pub(crate) use subscription::UnreadByFilter;
pub(crate) use view::{
    Conversation, ConversationResult, Message, MessageChangeInfo, MessageOnlineUrl, MsgCreateInfoResult, Receipt,
};
pub(crate) use wanted_file::WantedFile;
