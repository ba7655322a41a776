//! The commands that the engine gives a backend through the outbox.

use super::conversation::ReadPosition;
use super::id::ConversationId;
use super::message::Message;
use super::order::Micros;
use super::place::Place;
use super::reaction::Reaction;
use super::stamp::{Stamp, StampedSetting};
use super::status::Error;
use std::path::PathBuf;

/// A command of the outbox, delivered in order, each until the backend says [`Outcome`]. A command may be delivered
/// again after a crash or a cut, so carrying it out twice must change nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// Send this message.
    Send(Box<Message>),
    /// Give a message of ours the content that this one has, by the edit that its body names.
    Modify(Box<Message>),
    /// React to a message.
    React(Reaction),
    /// Recall a message.
    Revoke {
        /// Its conversation.
        conversation: ConversationId,
        /// The message.
        msg_id: String,
    },
    /// Delete messages for this account only.
    DeleteMessages {
        /// Their conversation.
        conversation: ConversationId,
        /// The messages.
        msg_ids: Vec<String>,
    },
    /// Delete the history up to this sequence for this account only.
    ClearHistory {
        /// The conversation.
        conversation: ConversationId,
        /// The last sequence that goes.
        up_to: u64,
        /// The last message that goes; `None` when there is none that all devices know.
        // Beside the number, because a server that does not number its messages knows the place by a message only.
        last: Option<Place>,
        /// The messages of this device that go too and whose places no other device knows from this one.
        apart: Vec<String>,
    },
    /// Delete the conversation, with its history up to this sequence, for this account only.
    DeleteConversation {
        /// The conversation.
        conversation: ConversationId,
        /// The last sequence that goes.
        up_to: u64,
        /// The last message that goes; `None` when there is none that all devices know.
        last: Option<Place>,
        /// The messages of this device that go too and whose places no other device knows from this one.
        apart: Vec<String>,
        /// When and where it was deleted.
        stamp: Stamp,
    },
    /// Change a setting on all devices.
    Set {
        /// The conversation.
        conversation: ConversationId,
        /// The setting with its new value.
        setting: StampedSetting,
    },
    /// Mark as read up to here.
    Read {
        /// The conversation.
        conversation: ConversationId,
        /// How far.
        position: ReadPosition,
        /// Whether the peer of a C2C conversation may know.
        tells_peer: bool,
    },
    /// Tell the senders of messages that they were read.
    ReadReceipts {
        /// The conversation.
        conversation: ConversationId,
        /// The messages.
        msg_ids: Vec<String>,
        /// When they were read.
        time: Micros,
    },
    /// The conversation appeared here (a draft, a message, a pin): tell its name and picture, now and when they change.
    SubscribeProfile {
        /// The conversation.
        conversation: ConversationId,
    },
}

/// A command with its place in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number; rising.
    pub id: i64,
    /// The command.
    pub command: Outbound,
    /// Whether it was handed out before, in this process or an earlier one, so that the server may have it already.
    pub is_repeated: bool,
}

/// A command that waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCommand {
    /// Its number; rising.
    pub id: i64,
    /// The conversation that it concerns.
    pub conversation: ConversationId,
    /// Whether it sends a message, an edit of one, or reactions to one.
    pub is_message: bool,
    /// Whether what it says builds on what other devices have said: it goes out once that is known.
    pub builds_on_others: bool,
    /// Whether it may overtake the others of its conversation, and they may overtake it.
    pub is_aside: bool,
}

/// A file of a message that the server does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentFile {
    /// Names its content.
    pub uuid: String,
    /// What it is called: a file as its sender calls it, anything else by its kind.
    pub name: String,
    /// Where it is on this device, if it is.
    pub path: Option<PathBuf>,
    /// Its size in bytes.
    pub size: u64,
}

/// The files of a message that the server does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentFiles {
    /// The message.
    pub msg_id: String,
    /// How many bytes all its files have, also those that the server has.
    pub total: u64,
    /// Those that it does not have, at least one.
    pub files: Vec<UnsentFile>,
}

/// How a command ended. A backend that cannot reach its server says nothing and tries again later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Carried out.
    Done,
    /// The server has the message.
    Sent {
        /// Its sequence in the conversation.
        seq: u64,
        /// The server's time of it.
        time: Micros,
    },
    /// The server has the message and does not number it.
    Accepted {
        /// The time of it.
        time: Micros,
    },
    /// The server refused for good; the local change is undone.
    Refused(Error),
}
