//! The events an app can hear, with their stable numbers.

/// An event. The number is the bit in a listener's mask and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
#[allow(missing_docs)] // the names are V2TIM's; docs/events.md explains each
pub enum Event {
    SyncServerStart = 0,
    SyncServerFinish = 1,
    SyncServerFailed = 2,
    NewConversation = 3,
    ConversationChanged = 4,
    ConversationDeleted = 5,
    TotalUnreadMessageCountChanged = 6,
    RecvNewMessage = 7,
    RecvMessageModified = 8,
    RecvMessageRevoked = 9,
    RecvC2CReadReceipt = 10,
    MessageStatusChanged = 11,
    MessagesMissed = 12,
    Connecting = 13,
    ConnectSuccess = 14,
    ConnectFailed = 15,
    KickedOffline = 16,
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
