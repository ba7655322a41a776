//! What a backend tells the engine.

use super::conversation::{ReadPosition, RecvOpt};
use super::group::Group;
use super::id::{ConversationId, GroupId, UserId};
use super::message::Message;
use super::order::Micros;
use super::user::Profile;

/// A batch of changes, applied in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Inbound {
    /// True for what happens now; false for history that a sync brings, which is ordered by its own time.
    pub live: bool,
    /// Where the next sync starts once this batch is stored: the backend's own text, kept in the same transaction.
    pub cursor: Option<String>,
    /// The changes, in the server's order.
    pub changes: Vec<Change>,
}

/// One change on the server, from the account's own point of view. Applying the same change twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message, ours (from this or another device) or another's.
    Message(Message),
    /// A message was recalled.
    Revoked {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        msg_id: String,
    },
    /// We deleted messages on some device.
    MessagesDeleted {
        /// Their conversation.
        conversation: ConversationId,
        /// The messages.
        msg_ids: Vec<String>,
    },
    /// We cleared the history up to this sequence on some device.
    HistoryCleared {
        /// The conversation.
        conversation: ConversationId,
        /// The last sequence that goes.
        up_to: u64,
    },
    /// We deleted the conversation up to this sequence on some device.
    ConversationDeleted {
        /// The conversation.
        conversation: ConversationId,
        /// The last sequence that goes.
        up_to: u64,
    },
    /// The account's own settings of a conversation. `None` leaves a setting as it is.
    Settings {
        /// The conversation.
        conversation: ConversationId,
        /// Whether it is pinned.
        pinned: Option<bool>,
        /// The receive option.
        recv_opt: Option<RecvOpt>,
        /// How far it has been read. Only moves forward.
        read: Option<ReadPosition>,
        /// When this was set, for a conversation that appears because it is pinned.
        time: Micros,
    },
    /// The peer of a C2C conversation has read our messages up to here.
    PeerRead {
        /// The conversation.
        conversation: ConversationId,
        /// How far.
        position: ReadPosition,
    },
    /// A user's profile.
    Profile(Profile),
    /// A user is, with this remark, or is no longer, a friend.
    Friend {
        /// The user.
        user_id: UserId,
        /// `None`: not a friend.
        remark: Option<String>,
    },
    /// A group's data, and our role in it. Becoming a member lists its conversation.
    Group {
        /// The group.
        group: Group,
        /// When this happened.
        time: Micros,
    },
    /// We are no longer a member. The conversation stays.
    GroupLeft {
        /// The group.
        group_id: GroupId,
    },
}
