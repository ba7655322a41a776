// The objects that libim gives. Plain data with V2TIM's names; docs/json.md says more about each key.
//
// Keys that V2TIM has and libim does not fill yet (pictures, sound and so on) are not here. Times are in seconds since
// 1970, UTC. Integers are 64 bits wide; only status codes are Ints.
package im.libim

/** The pseudo user that stands for everybody in [Message.groupAtUserList]. The spelling is V2TIM's. */
const val AT_ALL = "__kImSDK_MesssageAtALL__"

/** The content of a text message (V2TimTextElem). */
data class TextElem(
    /** The text. */
    val text: String
)

/** The content of a custom message: whatever the app makes of it (V2TimCustomElem). */
data class CustomElem(
    /** The app's data. */
    val data: String,
    /** A description for lists and notifications. */
    val desc: String,
    /** A second field of the app's own. */
    val extension: String
)

/** A message (V2TimMessage). */
data class Message(
    /** The message's id, the same on all devices and for all users. */
    val msgID: String,
    /** The same as `msgID`. */
    val id: String,
    /** When it was sent, in seconds since 1970; the server's time once the server has it. */
    val timestamp: Long,
    /** The userID of the sender. */
    val sender: String,
    /** The sender's nickname when it was sent. */
    val nickName: String,
    /** The user's remark for the sender, as it is now. Empty for one's own messages. */
    val friendRemark: String,
    /** The sender's picture when it was sent. */
    val faceUrl: String,
    /** Always empty: not supported yet. */
    val nameCard: String,
    /** The group; null for C2C. */
    val groupID: String?,
    /** The peer of the C2C conversation, whoever sent the message; null for groups. */
    val userID: String?,
    /** 1 being sent, 2 sent or received, 3 refused by the server, 6 recalled. */
    val status: Long,
    /** 1 text, 2 custom. */
    val elemType: Long,
    /** The text; null when `elemType` is not 1, and once recalled. */
    val textElem: TextElem?,
    /** The app's own data; null when `elemType` is not 2, and once recalled. */
    val customElem: CustomElem?,
    /** Always empty: not supported yet. */
    val localCustomData: String,
    /** Always 0: not supported yet. */
    val localCustomInt: Long,
    /** The app's data beside the element. Empty once recalled. */
    val cloudCustomData: String,
    /** Whether the account's own user sent it, on whichever device. */
    val isSelf: Boolean,
    /** Whether the user has read it. True for one's own. */
    val isRead: Boolean,
    /** Whether the peer has read it. For one's own messages in C2C conversations; else false. */
    val isPeerRead: Boolean,
    /** 0 default, 1 high, 2 normal, 3 low; carried for the app. */
    val priority: Long,
    /** Who is @ed: userIDs and `__kImSDK_MesssageAtALL__`. Empty for C2C, and once recalled. */
    val groupAtUserList: List<String>,
    /** The server's sequence in the conversation, rising in the server's order. `"0"` until the server has it. */
    val seq: String,
    /** A random number, made by the sender. */
    val random: Long,
    /** Whether it does not count as unread. */
    val isExcludedFromUnreadCount: Boolean,
    /** Whether it does not become the last message and does not move the conversation. */
    val isExcludedFromLastMessage: Boolean,
    /** Whether the sender wants a receipt; carried for the app. */
    val needReadReceipt: Boolean
)

/** An unread message of a group that @s the user (V2TimGroupAtInfo). */
data class GroupAtInfo(
    /** The sequence of the message: its `seq`. */
    val seq: String,
    /** 1 the user by name, 2 everyone, 3 both. */
    val atType: Long
)

/** A conversation (V2TimConversation). */
data class Conversation(
    /** `c2c_<userID>` or `group_<groupID>`. */
    val conversationID: String,
    /** 1 with a user (C2C), 2 with a group. */
    val type: Long,
    /** The user; null for groups. */
    val userID: String?,
    /** The group; null for C2C. */
    val groupID: String?,
    /** The name to show; never empty. C2C: remark, else nickname, else userID. Group: name, else groupID. */
    val showName: String,
    /** The address of the picture; empty when there is none. */
    val faceUrl: String,
    /** The type of the group; null for C2C, and while the group is not known. */
    val groupType: String?,
    /** Messages not read yet. */
    val unreadCount: Long,
    /** The newest message; null when there is none. */
    val lastMessage: Message?,
    /** The draft; null when there is none. */
    val draftText: String?,
    /** When the draft was set, in seconds since 1970; 0 without one. */
    val draftTimestamp: Long,
    /** Whether it is pinned. */
    val isPinned: Boolean,
    /** 0 receive and notify, 1 not delivered, 2 receive silently, 3 receive, notify only for an @. */
    val recvOpt: Long,
    /** The unread messages that @ the user, oldest first. Empty for C2C. */
    val groupAtInfoList: List<GroupAtInfo>,
    /** Sort by it, descending. 0 for a transient conversation, which is not in the list. */
    val orderkey: Long,
    /** Always empty: marks are not supported yet. */
    val markList: List<Long>,
    /** Always empty: not supported yet. */
    val customData: String,
    /** Always empty: not supported yet. */
    val conversationGroupList: List<String>,
    /** C2C: the time of the last message read, in seconds since 1970; 0 when none was. Groups: 0. */
    val c2cReadTimestamp: Long,
    /** Groups: the sequence of the last message read; 0 when none was. C2C: 0. */
    val groupReadSequence: Long
)

/** A page of the list (V2TimConversationResult). */
data class ConversationResult(
    /** The cursor for the next page. `"0"` of an empty list. */
    val nextSeq: String,
    /** Whether this page holds the end of the list. */
    val isFinished: Boolean,
    /** The page, in the order of the list. */
    val conversationList: List<Conversation>
)

/** How far a peer has read (V2TimMessageReceipt). */
data class MessageReceipt(
    /** The peer, who has read. */
    val userID: String,
    /** The time of the last message the peer has read, in seconds. */
    val timestamp: Long,
    /** Always null: receipts are for C2C conversations. */
    val groupID: String?,
    /** Always null: not supported yet. */
    val msgID: String?,
    /** Always 0: not supported yet. */
    val readCount: Long,
    /** Always 0: not supported yet. */
    val unreadCount: Long
)

/** A user's profile (V2TimUserFullInfo). */
data class UserFullInfo(
    /** The user. */
    val userID: String,
    /** The name the user chose. */
    val nickName: String,
    /** The address of the user's picture. */
    val faceUrl: String
)

/** A friend (V2TimFriendInfo). */
data class FriendInfo(
    /** The friend. */
    val userID: String,
    /** Our own name for the friend; empty when there is none. */
    val friendRemark: String,
    /** What the friend shows. */
    val userProfile: UserFullInfo
)

/** What became of a change to the friend list (V2TimFriendOperationResult). */
data class FriendOperationResult(
    /** The user. */
    val userID: String,
    /** A status; 0 done. */
    val resultCode: Int,
    /** Empty, or why it was not done. */
    val resultInfo: String
)

/** A group, as the user sees it (V2TimGroupInfo). */
data class GroupInfo(
    /** The group. */
    val groupID: String,
    /** Its type. */
    val groupType: String,
    /** Its name; empty when not set. */
    val groupName: String,
    /** The address of its picture; empty when not set. */
    val faceUrl: String,
    /** The owner's user id; null when unknown. */
    val owner: String?,
    /** When it was made, in seconds since 1970. */
    val createTime: Long,
    /** How many members it has. */
    val memberCount: Long,
    /** The asker's: 200 member, 300 admin, 400 owner, 0 not a member. */
    val role: Long
)

/** The answer about one group (V2TimGroupInfoResult). */
data class GroupInfoResult(
    /** A status: 0, or 8501 when there is no such group. */
    val resultCode: Int,
    /** Empty, or one sentence. */
    val resultMessage: String,
    /** The group; null when `resultCode` is not 0. */
    val groupInfo: GroupInfo?
)

/** A member of a group (V2TimGroupMemberFullInfo). */
data class GroupMemberFullInfo(
    /** The member. */
    val userID: String,
    /** 200 member, 300 administrator, 400 owner. */
    val role: Long,
    /** The name the member chose. */
    val nickName: String,
    /** Always empty: not supported yet. */
    val nameCard: String,
    /** The user's own name for the member; empty when not a friend. */
    val friendRemark: String,
    /** The address of the member's picture. */
    val faceUrl: String,
    /** When the member joined, in seconds since 1970. */
    val joinTime: Long
)

/** A page of a group's members (V2TimGroupMemberInfoResult). */
data class GroupMemberInfoResult(
    /** Where the next page starts; "0" after the last one. */
    val nextSeq: String,
    /** The members, in the order they joined. */
    val memberInfoList: List<GroupMemberFullInfo>
)

/** What became of a change to a group's members (V2TimGroupMemberOperationResult). */
data class GroupMemberOperationResult(
    /** The user. */
    val memberID: String,
    /** 1 done, 0 not. */
    val result: Long,
    /** Empty, or why it was not done. */
    val resultInfo: String
)

/** What opening a client found. */
data class Opened(
    /** The account's user. */
    val userID: String,
    /** `created`, `opened`, or `rebuilt` when the cache was damaged. */
    val cache: String,
    /** How many unsent commands a rebuild could keep. */
    val salvaged: Long
)

/** Why something failed that no call waits for. */
data class Failure(
    /** A status. */
    val code: Int,
    /** One English sentence for a developer. */
    val desc: String
)
