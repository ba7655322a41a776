//! The changes that a backend hands to the engine.

use super::application::{Applied, FriendApplicationType};
use super::conversation::ReadPosition;
use super::group::{Group, GroupEnd};
use super::group_application::{AppliedToGroup, GroupApplicationId};
use super::id::{ConversationId, GroupId, UserId};
use super::message::Message;
use super::modification::Modification;
use super::order::Micros;
use super::place::{Place, Span};
use super::reaction::Reacted;
use super::recall::Recall;
use super::stamp::{Stamp, StampedSetting};
use super::status::{Error, Status};
use super::tips::GroupTipsElem;
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
    /// Older messages that were never read count as read. `None`: since this batch.
    pub in_use_since: Option<Micros>,
    /// The changes, in the server's order.
    pub changes: Vec<Change>,
}

/// One change on the server, from the account's own point of view. Applying the same change twice changes nothing.
// Most changes are messages, so a box for each would only cost.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message, ours (from this or another device) or another's, with the number that the server gave it.
    Message(Message),
    /// A message of a server that does not number its messages: the engine gives it its place.
    UnnumberedMessage(Box<UnnumberedMessage>),
    /// The server returned a message of ours that it had taken: it did not reach anybody.
    SendFailed {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        msg_id: String,
        /// Why.
        reason: Status,
    },
    /// A message was recalled.
    Revoked {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        message: Target,
        /// By whom, and why.
        recall: Recall,
    },
    /// Its author has edited a message.
    Modified {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        message: Target,
        /// The edit.
        modification: Box<Modification>,
    },
    /// A user has changed what they have reacted with to a message.
    Reacted {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        message: Target,
        /// The user's reactions, all of them.
        reacted: Box<Reacted>,
    },
    /// We deleted messages on some device.
    MessagesDeleted {
        /// Their conversation.
        conversation: ConversationId,
        /// The messages.
        msg_ids: Vec<String>,
    },
    /// We cleared the history on some device.
    HistoryCleared {
        /// The conversation.
        conversation: ConversationId,
        /// The last message that goes.
        up_to: Target,
    },
    /// We deleted the conversation on some device.
    ConversationDeleted {
        /// The conversation.
        conversation: ConversationId,
        /// The last message that goes.
        up_to: Target,
        /// When and where: what listed the conversation later keeps it in the list.
        stamp: Stamp,
    },
    /// We have read a conversation on some device. The read position only moves forward.
    Read {
        /// The conversation.
        conversation: ConversationId,
        /// The last message read.
        up_to: Target,
    },
    /// The peer of a C2C conversation has read our messages.
    PeerRead {
        /// The conversation.
        conversation: ConversationId,
        /// The last message read.
        up_to: Target,
    },
    /// A device of the peer of a C2C conversation has got our messages.
    Delivered {
        /// The conversation.
        conversation: ConversationId,
        /// The last message that it has got.
        up_to: Target,
    },
    /// Somebody confirms that they have read a message of ours. It counts where the message asks for that.
    ReadReceipt {
        /// The conversation.
        conversation: ConversationId,
        /// The message.
        message: Target,
        /// Who has read it.
        reader: UserId,
        /// When.
        time: Micros,
        /// Whether they have read what was said before it too.
        reaches_back: bool,
    },
    /// The account's own settings of a conversation.
    Settings {
        /// The conversation.
        conversation: ConversationId,
        /// The settings that are told; the others stay as they are.
        settings: Vec<StampedSetting>,
    },
    /// What is hidden of the conversation, because others said it while the receive option was 1: all of these stretches. Only
    /// servers that deliver such messages all the same need to tell.
    Hidden {
        /// The conversation.
        conversation: ConversationId,
        /// The stretches.
        spans: Vec<Span>,
    },
    /// The conversation is in the list, although no message may say so: its messages are gone, or it was pinned once.
    Listed {
        /// The conversation.
        conversation: ConversationId,
        /// Its place, if nothing has given it one.
        time: Micros,
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
    /// A friend application is there, or is not there any more.
    FriendApplication {
        /// The other user.
        user_id: UserId,
        /// Who asks whom.
        kind: FriendApplicationType,
        /// The application; `None`: it was decided, or removed.
        application: Option<Applied>,
    },
    /// The user has seen the friend applications that were made up to a time, on some device.
    FriendApplicationsRead {
        /// The time.
        up_to: Micros,
    },
    /// A group application that is ours to decide is there, or is not there any more.
    GroupApplication {
        /// Which.
        id: GroupApplicationId,
        /// The application; `None`: it was decided, or is not for us to decide any more.
        application: Option<AppliedToGroup>,
    },
    /// The user has seen the group applications that were made up to a time, on some device.
    GroupApplicationsRead {
        /// The time.
        up_to: Micros,
    },
    /// Our own request to join a group, or our invitation of somebody else, was decided.
    GroupApplicationProcessed {
        /// The group.
        group_id: GroupId,
        /// Who has decided.
        by: UserId,
        /// Whether the one that it is about is a member now.
        is_agreed: bool,
        /// What they say.
        reason: String,
    },
    /// A group's data, and our role in it. Becoming a member lists its conversation.
    Group {
        /// The group.
        group: Group,
        /// When this happened.
        time: Micros,
    },
    /// The notice of a group is another by now.
    GroupNotification {
        /// The group.
        group_id: GroupId,
        /// The notice; may be empty.
        notification: String,
    },
    /// A member of a group of ours has another name in it.
    MemberRenamed {
        /// The group.
        group_id: GroupId,
        /// The member.
        user_id: UserId,
        /// The name; empty when there is none any more.
        name_card: String,
        /// For how many seconds they are muted; 0 when they may speak.
        mute_time: i64,
    },
    /// An archive was read to its end: no message that came ahead has a gap before it any more.
    CaughtUp {
        /// The group whose archive it is; `None`: the account's own, of all conversations with users.
        group_id: Option<GroupId>,
    },
    /// The history was read as a whole, to both of its ends: what waits for messages of it waits for none that are to come.
    HistoryWhole {
        /// The group whose archive it is; `None`: the account's own, of all conversations with users.
        group_id: Option<GroupId>,
    },
    /// A group that counts as ours and that we are not let into. It is listed, unless it was known before.
    GroupOutside {
        /// The group, as far as it is known.
        group: Group,
        /// Since when it counts as ours.
        time: Micros,
        /// Why it does not let us in.
        reason: Error,
    },
    /// We are about to be told that we are no longer a member: this is how it ended.
    GroupEnded {
        /// The group.
        group_id: GroupId,
        /// How.
        end: GroupEnd,
    },
    /// The current user has written to somebody, in what they have cleared since: the C2C conversation.
    WrittenTo(ConversationId),
    /// Something happened in a group of ours, of which the server keeps nothing: this device alone has it.
    SeenInGroup {
        /// The same for the same thing, so that it is shown once.
        msg_id: String,
        /// Who did it; `None` when the server does not say.
        by: Option<UserId>,
        /// What happened.
        tips: Box<GroupTipsElem>,
        /// Whether it waits for whoever did it to say so, until [`Self::UnsaidInGroup`].
        waits: bool,
    },
    /// Nobody has said so in the time for it: what waits in a group is told as this device has seen it.
    UnsaidInGroup {
        /// The group.
        group_id: GroupId,
        /// The one that was seen; all of them where there is none, such as those that an earlier session has left.
        msg_id: Option<String>,
    },
    /// The current user has just done something in a group, of which the server keeps nothing: the group is told by a message.
    DoneInGroup {
        /// What was done.
        tips: Box<GroupTipsElem>,
    },
    /// We are no longer a member. The conversation stays.
    GroupLeft {
        /// The group.
        group_id: GroupId,
    },
    /// The server was put back from a copy: it has lost what it had numbered after this, and gives these numbers again.
    Renumbered {
        /// The conversation.
        conversation: ConversationId,
        /// The last number that still stands.
        after: u64,
    },
}

/// The message that a change is about, or up to which it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The place that the server numbered, whether or not a message is stored there.
    Seq(ReadPosition),
    /// The message with this `msgID`. Nothing happens when it is not stored: a server that numbers its messages gives a
    /// message, whenever that comes, as it is by then.
    MsgId(String),
    /// The message with this `msgID`, which has come by now if it ever does: if it is neither stored nor remembered as a
    /// deleted one, everything that was sent before its time.
    Place(Place),
    /// The message with this id. The change waits until the message comes: a server that does not number its messages
    /// may tell of a message before the message itself.
    Id(MessageId),
}

impl Target {
    /// A place by its sequence alone, for changes that need no time.
    pub fn seq(seq: u64) -> Self {
        Self::Seq(ReadPosition { seq, timestamp: 0 })
    }
}

/// A message of a server that does not number its messages: the engine does, by its time, so that what is stored of a
/// conversation is the whole end of its history, except for a gap below messages that came ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnnumberedMessage {
    /// The message; its `seq` is not looked at.
    pub message: Message,
    /// Its `msgID` when another message already has the one in `message`: senders choose theirs freely.
    pub own_id: String,
    /// Its id in the archive; empty when not known.
    pub server_id: String,
    /// The id its sender gave it; empty when there is none.
    pub origin_id: String,
    /// Whether the sender promises never to give the id again, so that a second message with it is the same one.
    pub is_origin_unique: bool,
    /// True when it is older than all that are stored of its conversation, false when it is newer.
    pub older: bool,
    /// True when it came ahead: it is newer than all that are stored, and there may be others, not known yet, in between.
    /// They come in their order, as newer ones that are not ahead, until [`Change::CaughtUp`].
    pub is_ahead: bool,
    /// True when the server kept it and its archive does not, which has been read: its place among those that are stored is
    /// that of its time.
    pub is_late: bool,
}

/// The id by which a server or a peer refers to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId {
    /// The origin of the id.
    pub kind: IdKind,
    /// The id.
    pub id: String,
    /// Only a message of this sender is meant.
    pub sender: Option<UserId>,
    /// One that was sent later is no more than another copy of the message that is meant.
    pub not_after: Option<Micros>,
}

/// Which of a message's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// Its id in the server's archive.
    Server,
    /// The id its sender gave it.
    Origin,
    /// Our own `msgID`.
    MsgId,
}

impl IdKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Origin => "origin",
            Self::MsgId => "msgId",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Server, Self::Origin, Self::MsgId]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A stored message, for a backend that has to refer to it on its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its id.
    pub msg_id: String,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The sender.
    pub sender: UserId,
    /// When it was sent.
    pub time: Micros,
    /// Its id in the server's archive; empty when not known.
    pub server_id: String,
    /// The id its sender gave it; empty when not known.
    pub origin_id: String,
}
