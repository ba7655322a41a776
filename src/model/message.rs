//! Messages.

use super::elem::Elem;
use super::id::{ConversationId, UserId};
use super::numbered::numbered;
use super::order::Micros;
use super::recall::Recall;
use super::reply::Reply;
use super::stamp::Stamp;
use super::status::{self, Error};
use serde::{Deserialize, Serialize};

/// The longest text of a message, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The largest message as JSON, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// 6017 for a message that has more bytes.
pub(crate) fn check_bytes(bytes: usize) -> status::Result<()> {
    if bytes > MAX_MESSAGE_BYTES {
        return Err(Error::invalid(format!(
            "the message has {bytes} bytes as JSON; the most is {MAX_MESSAGE_BYTES}"
        )));
    }
    Ok(())
}

numbered! {
    /// The status of a message.
    // As a number in JSON too: the undo of a recall in the outbox is the status that the message had.
    [derive(Serialize, Deserialize), serde(try_from = "i64", into = "i64")]
    MessageStatus as "MessageStatus" {
        /// Being sent.
        Sending = 1,
        /// Sent or received: the server has it.
        Sent = 2,
        /// Refused by the server.
        Failed = 3,
        // V2TIM's 4 is for deleted ones, which libim does not keep.
        /// Inserted on this device, which alone has it.
        LocalImported = 5,
        /// Recalled; its content is gone.
        Revoked = 6,
    }
}

numbered! {
    /// The priority of a message, which is carried for the app.
    MessagePriority as "MessagePriority" {
        /// The default.
        Default = 0,
        /// High.
        High = 1,
        /// Normal.
        Normal = 2,
        /// Low.
        Low = 3,
    }
}

numbered! {
    /// The direction in which a history is read. libim makes no difference between cloud and local.
    MessageGetType as "MessageGetType" {
        /// Towards older messages.
        CloudOlder = 1,
        /// Towards newer messages.
        CloudNewer = 2,
        /// Towards older messages.
        LocalOlder = 3,
        /// Towards newer messages.
        LocalNewer = 4,
    }
}

numbered! {
    /// How many of several keywords are asked for.
    KeywordListMatchType as "KeywordListMatchType" {
        /// One of them.
        Or = 0,
        /// All of them.
        And = 1,
    }
}

numbered! {
    /// Which members of a group are wanted: those who have read a message, or the others.
    GroupMessageReadMemberFilter as "GroupMessageReadMembersFilter" {
        /// Those who have read it.
        Read = 0,
        /// Those who have not.
        Unread = 1,
    }
}

impl From<MessageStatus> for i64 {
    fn from(status: MessageStatus) -> Self {
        status as i64
    }
}

impl TryFrom<i64> for MessageStatus {
    type Error = String;

    fn try_from(code: i64) -> Result<Self, String> {
        Self::numbered(code).ok_or_else(|| format!("status {code} is not 1, 2, 3, 5 or 6"))
    }
}

/// The sender's part of a message: everything that the server carries without looking inside.
/// Stored and sent as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageBody {
    /// The element.
    pub elem: Elem,
    /// Data of the app's own beside the element.
    #[serde(default)]
    pub cloud_custom_data: String,
    /// The users that the message @s in a group: user ids and [`super::conversation::AT_ALL`].
    #[serde(default)]
    pub group_at_user_list: Vec<String>,
    /// Does not count as unread.
    #[serde(default)]
    pub is_excluded_from_unread_count: bool,
    /// Does not become the conversation's last message, and does not move it.
    #[serde(default)]
    pub is_excluded_from_last_message: bool,
    /// Whether the sender asks the readers to confirm it.
    #[serde(default)]
    pub need_read_receipt: bool,
    /// Whether it is for those who are online, and kept by nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_online_only: bool,
    /// 0 default, 1 high, 2 normal, 3 low; carried for the app.
    #[serde(default)]
    pub priority: i64,
    /// A random number that V2TIM shows beside the sequence.
    #[serde(default)]
    pub random: u32,
    /// When and where it was edited last; `None` when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Stamp>,
    /// What it answers, where the sender's client says it in XMPP's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// The sender's name in the group; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_card: String,
}

impl MessageBody {
    /// An element, and nothing else.
    pub fn of(elem: Elem) -> Self {
        Self {
            elem,
            cloud_custom_data: String::new(),
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
        }
    }

    /// The rest of a recalled message: its kind and flags, without its content.
    pub fn wiped(&self) -> Self {
        Self {
            elem: self.elem.wiped(),
            cloud_custom_data: String::new(),
            group_at_user_list: Vec::new(),
            modified: None,
            reply: None,
            ..self.clone()
        }
    }
}

/// A message as it travels between engine and backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique for ever; made by the sender, so that a repeated send is recognised.
    pub msg_id: String,
    /// The conversation from the account's own point of view.
    pub conversation: ConversationId,
    /// The sender.
    pub sender: UserId,
    /// The sender's nickname when it was sent; empty when unknown.
    pub nick_name: String,
    /// The sender's picture when it was sent; empty when unknown.
    pub face_url: String,
    /// The server's sequence in the conversation: unique there, rising in the server's order. 0 until the
    /// server has the message.
    pub seq: u64,
    /// When it was sent; the server's time once the server has it.
    pub time: Micros,
    /// By whom it was recalled, if it was. Other states are the engine's own.
    pub revoked: Option<Recall>,
    /// The sender's part.
    pub body: MessageBody,
}
