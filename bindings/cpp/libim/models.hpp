// Made by `make generate` from src/api; do not edit.
//
// libim for C++: the objects that libim gives. Plain data, with V2TIM's names.
//
// Keys of V2TIM that libim does not fill yet and that have no type of their own (pictures, sound and so on) are not
// here. Times are in seconds since 1970, UTC. Every integer is below 2^53.
#ifndef LIBIM_MODELS_HPP
#define LIBIM_MODELS_HPP

#include <cstdint>
#include <libim/config.hpp>
#include <optional>
#include <string>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// The pseudo user that stands for everybody in `groupAtUserList`. The spelling is V2TIM's.
inline constexpr const char *AT_ALL = "__kImSDK_MesssageAtALL__";

/// The profile of a user (V2TimUserFullInfo).
struct UserFullInfo {
    /// The user.
    std::string userID;
    /// The nickname; empty when not set.
    std::string nickName;
    /// The address of the picture; empty when not set.
    std::string faceUrl;
};

/// The outcome of an operation on one user (V2TimFriendOperationResult).
struct FriendOperationResult {
    /// The user.
    std::string userID;
    /// A status code; 0 on success.
    std::int64_t resultCode = 0;
    /// Empty, or why the operation failed.
    std::string resultInfo;
};

/// A friend (V2TimFriendInfo).
struct FriendInfo {
    /// The friend.
    std::string userID;
    /// The current user's own name for the friend; empty when there is none.
    std::string friendRemark;
    /// The friend's profile.
    UserFullInfo userProfile;
};

/// The outcome of an operation on one member (V2TimGroupMemberOperationResult).
struct GroupMemberOperationResult {
    /// The user.
    std::string memberID;
    /// 1 on success, else 0.
    std::int64_t result = 0;
    /// Empty, or why the operation failed.
    std::string resultInfo;
};

/// A group as the current user sees it (V2TimGroupInfo).
struct GroupInfo {
    /// The group.
    std::string groupID;
    /// The type of the group.
    std::string groupType;
    /// The name; empty when not set.
    std::string groupName;
    /// The address of the picture; empty when not set.
    std::string faceUrl;
    /// The owner's userID; none when unknown.
    std::optional<std::string> owner;
    /// When the group was created, in seconds since 1970; 0 when unknown.
    std::int64_t createTime = 0;
    /// The number of members.
    std::int64_t memberCount = 0;
    /// The current user's role: 0 not a member, 200 member, 300 administrator, 400 owner.
    std::int64_t role = 0;
};

/// The outcome of the request for one group (V2TimGroupInfoResult).
struct GroupInfoResult {
    /// A status code: 0, or 8501 when there is no such group.
    std::int64_t resultCode = 0;
    /// Empty, or one sentence.
    std::string resultMessage;
    /// The group; none when `resultCode` is not 0.
    std::optional<GroupInfo> groupInfo;
};

/// A member of a group (V2TimGroupMemberFullInfo).
struct GroupMemberFullInfo {
    /// The member.
    std::string userID;
    /// 200 member, 300 administrator, 400 owner.
    std::int64_t role = 0;
    /// The member's nickname; empty when not set.
    std::string nickName;
    /// Always empty: not supported yet.
    std::string nameCard;
    /// The current user's own name for the member; empty when there is none.
    std::string friendRemark;
    /// The address of the member's picture; empty when not set.
    std::string faceUrl;
    /// When the member joined, in seconds since 1970; 0 when unknown.
    std::int64_t joinTime = 0;
};

/// A page of the members of a group (V2TimGroupMemberInfoResult).
struct GroupMemberInfoResult {
    /// The cursor of the next page; `"0"` on the last page.
    std::string nextSeq;
    /// The members, in the order in which they joined.
    std::vector<GroupMemberFullInfo> memberInfoList;
};

/// The content of a text message (V2TimTextElem).
struct TextElem {
    /// The text.
    std::string text;
};

/// The content of a custom message (V2TimCustomElem).
struct CustomElem {
    /// The app's own data.
    std::string data;
    /// A description for lists and notifications.
    std::string desc;
    /// A second field of the app's own.
    std::string extension;
};

/// A message (V2TimMessage).
struct Message {
    /// The message's id, the same on all devices and for all users.
    std::string msgID;
    /// When the message was sent, in seconds since 1970; the server's time once the server has it.
    std::int64_t timestamp = 0;
    /// The userID of the sender.
    std::string sender;
    /// The sender's nickname when the message was sent; empty when unknown.
    std::string nickName;
    /// The current user's remark for the sender, as it is now. Empty when there is none, and for the user's own
    /// messages.
    std::string friendRemark;
    /// The address of the sender's picture when the message was sent; empty when unknown.
    std::string faceUrl;
    /// Always empty: not supported yet.
    std::string nameCard;
    /// The group; none for C2C.
    std::optional<std::string> groupID;
    /// The peer of the C2C conversation, whoever sent the message; none for groups.
    std::optional<std::string> userID;
    /// The status: 1 being sent, 2 sent or received, 3 refused by the server, 6 recalled.
    std::int64_t status = 0;
    /// The kind of element: 1 text, 2 custom.
    std::int64_t elemType = 0;
    /// The text; none when `elemType` is not 1, and once recalled.
    std::optional<TextElem> textElem;
    /// The app's own data; none when `elemType` is not 2, and once recalled.
    std::optional<CustomElem> customElem;
    /// Always empty: not supported yet.
    std::string localCustomData;
    /// Always 0: not supported yet.
    std::int64_t localCustomInt = 0;
    /// The app's own data beside the element. Empty once recalled.
    std::string cloudCustomData;
    /// Whether the current user sent it, on any device.
    bool isSelf = false;
    /// Whether the current user has read it. True for their own messages.
    bool isRead = false;
    /// Whether the peer has read it: for the current user's own messages in C2C conversations, otherwise false.
    bool isPeerRead = false;
    /// The priority: 0 default, 1 high, 2 normal, 3 low; carried for the app.
    std::int64_t priority = 0;
    /// The users mentioned: userIDs, and `AT_ALL` for everyone. Empty for C2C, and once recalled.
    std::vector<std::string> groupAtUserList;
    /// The server's sequence in the conversation, rising in the server's order. `"0"` until the server has the message.
    /// XMPP servers have none: there each device numbers by time.
    std::string seq;
    /// A random number, chosen by the sender.
    std::int64_t random = 0;
    /// Whether the message does not count as unread.
    bool isExcludedFromUnreadCount = false;
    /// Whether the message neither becomes the last message nor moves the conversation.
    bool isExcludedFromLastMessage = false;
    /// Whether the sender asks for a receipt; carried for the app.
    bool needReadReceipt = false;
    /// The same as `msgID`.
    std::string id;
};

/// A message that mentions the current user (V2TimGroupAtInfo).
struct GroupAtInfo {
    /// The `seq` of the message.
    std::string seq;
    /// The mention: 1 of the user by name, 2 of everyone, 3 both.
    std::int64_t atType = 0;
};

/// A conversation (V2TimConversation).
struct Conversation {
    /// The id: `c2c_<userID>` or `group_<groupID>`.
    std::string conversationID;
    /// The kind: 1 with a user (C2C), 2 with a group.
    std::int64_t type = 0;
    /// The user; none for groups.
    std::optional<std::string> userID;
    /// The group; none for C2C.
    std::optional<std::string> groupID;
    /// The name to show; never empty. C2C: remark, else nickname, else userID. Group: name, else groupID.
    std::string showName;
    /// The address of the picture; empty when there is none.
    std::string faceUrl;
    /// The type of the group; none for C2C, and while the group is not known.
    std::optional<std::string> groupType;
    /// The number of unread messages.
    std::int64_t unreadCount = 0;
    /// The newest message; none when there is none.
    std::optional<Message> lastMessage;
    /// The draft; none when there is none.
    std::optional<std::string> draftText;
    /// When the draft was set, in seconds since 1970; 0 without one.
    std::int64_t draftTimestamp = 0;
    /// Whether it is pinned.
    bool isPinned = false;
    /// The receive option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of mentions
    /// only.
    std::int64_t recvOpt = 0;
    /// The unread messages that mention the current user, oldest first. Empty for C2C.
    std::vector<GroupAtInfo> groupAtInfoList;
    /// The sort key, descending. 0 for a transient conversation, which is not in the list.
    std::int64_t orderkey = 0;
    /// Always empty: marks are not supported yet.
    std::vector<std::int64_t> markList;
    /// Always empty: not supported yet.
    std::string customData;
    /// Always empty: not supported yet.
    std::vector<std::string> conversationGroupList;
    /// C2C: the time of the last message read, in seconds since 1970; 0 when none was. Groups: 0.
    std::int64_t c2cReadTimestamp = 0;
    /// Groups: the sequence of the last message read; 0 when none was. C2C: 0.
    std::int64_t groupReadSequence = 0;
};

/// A page of the list (V2TimConversationResult).
struct ConversationResult {
    /// The cursor of the next page; `"0"` if the list is empty.
    std::string nextSeq;
    /// Whether this page holds the end of the list.
    bool isFinished = false;
    /// The page, in the order of the list.
    std::vector<Conversation> conversationList;
};

/// How far a peer has read (V2TimMessageReceipt).
struct MessageReceipt {
    /// The peer who has read the messages.
    std::string userID;
    /// The time of the last message the peer has read, in seconds since 1970.
    std::int64_t timestamp = 0;
    /// Always none: receipts are for C2C conversations.
    std::optional<std::string> groupID;
    /// Always none: not supported yet.
    std::optional<std::string> msgID;
    /// Always 0: not supported yet.
    std::int64_t readCount = 0;
    /// Always 0: not supported yet.
    std::int64_t unreadCount = 0;
};

/// The data of the response of `Client::open`.
struct Opened {
    /// The account's user.
    std::string userID;
    /// `created`, `opened`, or `rebuilt` if the cache was damaged and has been moved aside.
    std::string cache;
    /// How many commands of the outbox a rebuild could keep; otherwise 0.
    std::int64_t salvaged = 0;
};

} // namespace LIBIM_FORM
} // namespace im

#endif
