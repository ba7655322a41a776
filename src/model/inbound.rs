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
    /// For a server with several archives: how far each of these, by name, has been read once this batch is stored.
    pub positions: Vec<(String, String)>,
    /// Since when the account has been in use, on whichever device came first; looked at before anything else was stored.
    /// What is older and was never read counts as read. `None`: since this batch.
    pub in_use_since: Option<Micros>,
    /// The changes, in the server's order.
    pub changes: Vec<Change>,
}

/// One change on the server, from the account's own point of view. Applying the same change twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message, ours (from this or another device) or another's.
    Message(Message),
    /// A message of a server that does not number its messages.
    Archived(Box<Archived>),
    /// Something happens to a message that the server names in its own words, now or as soon as the message is known.
    Effect {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        target: MessageName,
        /// What happens.
        effect: Effect,
    },
    /// The server returned a message of ours that it had taken: it did not reach anybody.
    SendFailed {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        msg_id: String,
    },
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

/// A message of a server that does not number its messages: the engine does, by its time, so that what is stored of a
/// conversation is always the whole end of its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The message; its `seq` is not looked at.
    pub message: Message,
    /// What it is called instead of its `msgID` when another message has that: senders choose theirs freely.
    pub own_id: String,
    /// Its id in the archive; empty when not known.
    pub server_id: String,
    /// The id its sender gave it; empty when there is none.
    pub origin_id: String,
    /// Whether the sender promises never to give the id again, so that a second message with it is the same one.
    pub is_origin_unique: bool,
    /// True when it is older than all that are stored of its conversation, false when it is newer.
    pub older: bool,
}

/// How a server or a peer names a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageName {
    /// Which of its names it is.
    pub kind: NameKind,
    /// The name.
    pub name: String,
    /// Only a message of this sender is meant.
    pub sender: Option<UserId>,
}

/// Which name of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Its id in the server's archive.
    Server,
    /// The id its sender gave it.
    Origin,
    /// Our own `msgID`.
    MsgId,
}

impl NameKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Origin => "origin",
            Self::MsgId => "msgId",
        }
    }
}

/// What happens to a message, or up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// We have read up to it on some device.
    Read,
    /// The peer of the C2C conversation has read up to it.
    PeerRead,
    /// It was recalled.
    Revoked,
    /// We cleared the history up to it on some device.
    Cleared,
    /// We deleted the conversation up to it on some device.
    Deleted,
}

impl Effect {
    /// Every effect.
    pub const ALL: [Self; 5] = [Self::Read, Self::PeerRead, Self::Revoked, Self::Cleared, Self::Deleted];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PeerRead => "peerRead",
            Self::Revoked => "revoked",
            Self::Cleared => "cleared",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it reaches back from the message, so that a newer one replaces an older one.
    pub fn is_position(self) -> bool {
        self != Self::Revoked
    }
}

/// What the account knows of a message, for a backend that has to name it to its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its id.
    pub msg_id: String,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who sent it.
    pub sender: UserId,
    /// When it was sent.
    pub time: Micros,
    /// Its id in the server's archive; empty when not known.
    pub server_id: String,
    /// The id its sender gave it; empty when not known.
    pub origin_id: String,
}
