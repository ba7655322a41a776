//! The events an app can hear, with their stable numbers. The comments here are their documentation everywhere:
//! the first paragraph says when, the second what the payload is where its type leaves that open.

macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal => $text:literal,)+) => {
        /// An event. The number is the bit in a listener's mask and never changes. The names are V2TIM's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(i32)]
        pub enum Event {
            $($(#[doc = $doc])* $name = $code,)+
        }

        impl Event {
            /// Every event, in ascending order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The callback's name, as V2TIM spells it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// What the event means.
            #[cfg(feature = "schema")]
            pub fn doc(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc, "\n",)*),)+
                }
            }
        }
    };
}

events! {
    /// A sync with the server has started: after login, and after each reconnect unless the XMPP server resumed the
    /// session (XEP-0198) and no sync was in progress. Exactly one `onSyncServerFinish` or `onSyncServerFailed` follows.
    SyncServerStart = 0 => "onSyncServerStart",
    /// The sync is complete. All its changes have been reported before this event.
    SyncServerFinish = 1 => "onSyncServerFinish",
    /// The sync was interrupted. Its changes so far stay; another sync starts later, unless the login has ended.
    ///
    /// why, as `code` and `desc` of a response
    SyncServerFailed = 2 => "onSyncServerFailed",
    /// Conversations joined the list: never reported before, or deleted since.
    NewConversation = 3 => "onNewConversation",
    /// Visible fields of conversations changed. Each conversation is complete, with its new `orderkey`.
    ConversationChanged = 4 => "onConversationChanged",
    /// Conversations left the list.
    ///
    /// their conversationIDs
    ConversationDeleted = 5 => "onConversationDeleted",
    /// The total of unread messages changed.
    ///
    /// the new total
    TotalUnreadMessageCountChanged = 6 => "onTotalUnreadMessageCountChanged",
    /// A message arrived.
    RecvNewMessage = 7 => "onRecvNewMessage",
    /// Its author has edited a message, here or elsewhere; or the server refused such an edit, and the message has its
    /// content back.
    RecvMessageModified = 8 => "onRecvMessageModified",
    /// A message was recalled, by another user or on another device.
    ///
    /// its `msgID`
    RecvMessageRevoked = 9 => "onRecvMessageRevoked",
    /// A peer has read messages of the current user.
    RecvC2CReadReceipt = 10 => "onRecvC2CReadReceipt",
    /// A message of the current user was sent (status 2), was refused (status 3), or its recall was refused.
    MessageStatusChanged = 11 => "onMessageStatusChanged",
    /// Messages were stored that `onRecvNewMessage` did not report: a sync brought them, older history was fetched, or a
    /// listener was too slow. Read the history of the conversations again.
    ///
    /// their conversationIDs
    MessagesMissed = 12 => "onMessagesMissed",
    /// libim is connecting to the server.
    Connecting = 13 => "onConnecting",
    /// The connection to the server is established and the user is logged in there.
    ConnectSuccess = 14 => "onConnectSuccess",
    /// The connection failed or was lost. libim keeps trying, unless `getLoginStatus` is 3.
    ///
    /// why, as `code` and `desc` of a response
    ConnectFailed = 15 => "onConnectFailed",
    /// The server ended the session in favour of another one. The login has ended.
    KickedOffline = 16 => "onKickedOffline",
    /// The credentials have expired. The login has ended; open the client with new ones.
    UserSigExpired = 17 => "onUserSigExpired",
    /// The count of a subscription by `subscribeUnreadMessageCountByFilter` changed. At most one for each subscription and
    /// change, after the total.
    UnreadMessageCountChangedByFilter = 18 => "onUnreadMessageCountChangedByFilter",
    /// A conversation group was made, here or on another device. What is put into it later follows with
    /// `onConversationsAddedToGroup`.
    ConversationGroupCreated = 19 => "onConversationGroupCreated",
    /// A conversation group was deleted, here or on another device. Its conversations stay.
    ///
    /// its name
    ConversationGroupDeleted = 20 => "onConversationGroupDeleted",
    /// A conversation group was renamed, here or on another device.
    ConversationGroupNameChanged = 21 => "onConversationGroupNameChanged",
    /// Conversations were added to a conversation group, here or on another device.
    ConversationsAddedToGroup = 22 => "onConversationsAddedToGroup",
    /// Conversations were taken out of a conversation group, here or on another device.
    ConversationsDeletedFromGroup = 23 => "onConversationsDeletedFromGroup",
    /// The receive option of all conversations together changed, here or on another device.
    AllReceiveMessageOptChanged = 24 => "onAllReceiveMessageOptChanged",
    /// The files of a message have come further on their way to the server; 100 is told once, before `onMessageStatusChanged`.
    SendMessageProgress = 25 => "onSendMessageProgress",
    /// A download has come further, or to its end: `isFinish` or `isError` is told exactly once for each.
    MessageDownloadProgress = 26 => "onMessageDownloadProgressCallback",
    /// Users have changed what they have reacted with to messages, here or elsewhere; or the server refused a reaction of the
    /// current user. The messages themselves do not change.
    RecvMessageReactionsChanged = 27 => "onRecvMessageReactionsChanged",
    /// Messages of the current user that ask for it (`needReadReceipt`) were read: by the peer, or by another member of the
    /// group. The counts are those of now.
    RecvMessageReadReceipts = 28 => "onRecvMessageReadReceipts",
    /// A device of the peer has got messages of the current user: this one and all before it (`isDelivered`). libim's own.
    RecvC2CDeliveryReceipt = 29 => "onRecvC2CDeliveryReceipt",
    /// The peer of a C2C conversation that is in the list has begun to type, or types no more: they said so, sent a message,
    /// or have not said it again for six seconds. libim's own.
    TypingStatusChanged = 30 => "onTypingStatusChanged",
    /// Users have joined a group of the current user.
    MemberEnter = 31 => "onMemberEnter",
    /// A member has left a group of the current user.
    MemberLeave = 32 => "onMemberLeave",
    /// Users were invited into a group of the current user, who may be one of them, and are members now.
    MemberInvited = 33 => "onMemberInvited",
    /// Members were removed from a group, the current user perhaps.
    MemberKicked = 34 => "onMemberKicked",
    /// The current user has made a group, here or on another device.
    ///
    /// its `groupID`
    GroupCreated = 35 => "onGroupCreated",
    /// A group of the current user was dismissed.
    GroupDismissed = 36 => "onGroupDismissed",
    /// The data of a group of the current user changed: its name, picture, introduction, notification or owner.
    GroupInfoChanged = 37 => "onGroupInfoChanged",
    /// The current user has left a group, here or on another device.
    ///
    /// its `groupID`
    QuitFromGroup = 38 => "onQuitFromGroup",
    /// Members of a group of the current user were made administrators.
    GrantAdministrator = 39 => "onGrantAdministrator",
    /// Members of a group of the current user are no longer administrators.
    RevokeAdministrator = 40 => "onRevokeAdministrator",
    /// Users are friends of the current user now, added here or on another device.
    FriendListAdded = 41 => "onFriendListAdded",
    /// Users are no longer friends of the current user.
    ///
    /// their userIDs
    FriendListDeleted = 42 => "onFriendListDeleted",
    /// The remark, nickname, picture or `allowType` of friends changed.
    FriendInfoChanged = 43 => "onFriendInfoChanged",
    /// Members of a group of the current user have another name in it (`nameCard`), are muted or are so no more (`muteTime`).
    MemberInfoChanged = 44 => "onMemberInfoChanged",
    /// A group of the current user does not let them in, and why: it wants a password, is for members only, has banned them,
    /// or is gone. Its conversation stays; the next login tries again, and `quitGroup` gives the group up. XMPP only;
    /// libim's own.
    GroupEntryFailed = 45 => "onGroupEntryFailed",
    /// A view of the list changed (`openConversationView`): the steps from the rows that it had to those that it has. What one
    /// transaction changed in a view comes in one event. libim's own.
    ConversationViewChanged = 46 => "onConversationViewChanged",
    /// Friend applications are there that were not: somebody asks the current user, or the current user has asked somebody,
    /// here or on another device; also those that a sync brings.
    FriendApplicationListAdded = 47 => "onFriendApplicationListAdded",
    /// Friend applications are there no more: they were accepted, refused or removed, here or elsewhere.
    ///
    /// the userIDs of the other users
    FriendApplicationListDeleted = 48 => "onFriendApplicationListDeleted",
    /// The friend applications were seen (`setFriendApplicationRead`), here or on another device.
    FriendApplicationListRead = 49 => "onFriendApplicationListRead",
    /// The search index of a cache that has messages already is being made: at most once for each percent, and once at the end
    /// (`isFinished`). Searches do not find everything until then. libim's own.
    SearchIndexProgress = 50 => "onSearchIndexProgress",
    /// Somebody asks to join a group that the current user leads, or an invitation waits for the current user's decision; also what
    /// a sync brings. `getGroupApplicationList` has it until it is decided.
    ReceiveJoinApplication = 51 => "onReceiveJoinApplication",
    /// A request of the current user to join a group, or an invitation by them that somebody had to decide, was accepted or refused
    /// just now. XMPP: an invitation by them was refused.
    ApplicationProcessed = 52 => "onApplicationProcessed",
    /// Group applications were decided or seen, here or elsewhere, or are for others to decide now: read
    /// `getGroupApplicationList` again. libim's own.
    GroupApplicationListChanged = 53 => "onGroupApplicationListChanged",
    /// A message was recalled, by another user or on another device: who has recalled it, as far as known, and where. Comes right
    /// after `onRecvMessageRevoked`.
    RecvMessageRevokedWithInfo = 54 => "onRecvMessageRevokedWithInfo",
    /// A change whose call has returned 0 was refused later, and why: which method makes such a change, and of what. Comes after
    /// the events of what was undone, and for deleting and reading, of which nothing is undone here, alone. A message that is
    /// refused has `onMessageStatusChanged` instead. libim's own.
    LocalChangeFailed = 55 => "onLocalChangeFailed",
}

impl Event {
    /// The number that crosses the C boundary.
    pub fn code(self) -> i32 {
        self as i32
    }

    /// The event's bit in a listener's mask.
    pub fn bit(self) -> u64 {
        1 << self.code()
    }
}
