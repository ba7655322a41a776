//! The events an app can hear, with their stable numbers.

/// An event. The number is the bit in a listener's mask and never changes.
/// The names are V2TIM's; `docs/events.md` says more about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum Event {
    /// A sync with the server begins. Payload: `null`.
    SyncServerStart = 0,
    /// The sync is complete; everything it changed was told before. Payload: `null`.
    SyncServerFinish = 1,
    /// The sync was cut short; what it changed until then stays. Payload: `{"code":…,"desc":"…"}`.
    SyncServerFailed = 2,
    /// Conversations joined the list. Payload: an array of whole conversations, in no particular order.
    NewConversation = 3,
    /// Visible fields of conversations changed. Payload: an array of whole conversations, in no particular order.
    ConversationChanged = 4,
    /// Conversations left the list. Payload: an array of conversation ids.
    ConversationDeleted = 5,
    /// The total of unread messages changed. Payload: the new total.
    TotalUnreadMessageCountChanged = 6,
    /// A message arrived. Payload: the message.
    RecvNewMessage = 7,
    /// A message was changed after it was sent. Payload: the message.
    RecvMessageModified = 8,
    /// A message was recalled. Payload: its `msgID` as a string.
    RecvMessageRevoked = 9,
    /// A peer read our messages. Payload: an array of receipts.
    RecvC2CReadReceipt = 10,
    /// A message of our own was sent, or could not be. Payload: the message.
    MessageStatusChanged = 11,
    /// A sync brought messages, or message events were dropped because listeners were too slow; the messages are stored.
    /// Payload: an array of the ids of the conversations whose history the app should read again.
    MessagesMissed = 12,
    /// Connecting to the server. Payload: `null`.
    Connecting = 13,
    /// Connected. Payload: `null`.
    ConnectSuccess = 14,
    /// The connection failed or was lost. Payload: `{"code":…,"desc":"…"}`.
    ConnectFailed = 15,
    /// The server ended the session in favour of another one. Payload: `null`.
    KickedOffline = 16,
    /// The server no longer accepts the credentials; the app has to log in with new ones. Payload: `null`.
    UserSigExpired = 17,
}

impl Event {
    /// Every event, in ascending order of its number.
    pub const ALL: [Self; 18] = [
        Self::SyncServerStart,
        Self::SyncServerFinish,
        Self::SyncServerFailed,
        Self::NewConversation,
        Self::ConversationChanged,
        Self::ConversationDeleted,
        Self::TotalUnreadMessageCountChanged,
        Self::RecvNewMessage,
        Self::RecvMessageModified,
        Self::RecvMessageRevoked,
        Self::RecvC2CReadReceipt,
        Self::MessageStatusChanged,
        Self::MessagesMissed,
        Self::Connecting,
        Self::ConnectSuccess,
        Self::ConnectFailed,
        Self::KickedOffline,
        Self::UserSigExpired,
    ];

    /// The callback's name, as V2TIM spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SyncServerStart => "onSyncServerStart",
            Self::SyncServerFinish => "onSyncServerFinish",
            Self::SyncServerFailed => "onSyncServerFailed",
            Self::NewConversation => "onNewConversation",
            Self::ConversationChanged => "onConversationChanged",
            Self::ConversationDeleted => "onConversationDeleted",
            Self::TotalUnreadMessageCountChanged => "onTotalUnreadMessageCountChanged",
            Self::RecvNewMessage => "onRecvNewMessage",
            Self::RecvMessageModified => "onRecvMessageModified",
            Self::RecvMessageRevoked => "onRecvMessageRevoked",
            Self::RecvC2CReadReceipt => "onRecvC2CReadReceipt",
            Self::MessageStatusChanged => "onMessageStatusChanged",
            Self::MessagesMissed => "onMessagesMissed",
            Self::Connecting => "onConnecting",
            Self::ConnectSuccess => "onConnectSuccess",
            Self::ConnectFailed => "onConnectFailed",
            Self::KickedOffline => "onKickedOffline",
            Self::UserSigExpired => "onUserSigExpired",
        }
    }

    /// The number that crosses the C boundary.
    pub fn code(self) -> i32 {
        self as i32
    }

    /// The event's bit in a listener's mask.
    pub fn bit(self) -> u64 {
        1 << self.code()
    }

    /// The event with that number, if there is one.
    pub fn from_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}
