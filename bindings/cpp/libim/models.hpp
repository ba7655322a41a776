// libim for C++: the objects that libim gives. Plain data, with V2TIM's names; docs/json.md says more about each key.
//
// Keys that V2TIM has and libim does not fill yet (pictures, sound and so on) are not here. Times are in seconds since
// 1970, UTC. Every integer is below 2^53.
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

/// The content of a text message.
struct TextElem {
    std::string text; ///< the text, of at most 64 KiB
};

/// The content of a custom message: whatever the app makes of it.
struct CustomElem {
    std::string data;      ///< the app's data
    std::string desc;      ///< the app's description
    std::string extension; ///< the app's extension
};

/// A message (V2TimMessage).
struct Message {
    std::string msgID;                        ///< its id, the same on all devices and for all users
    std::string id;                           ///< the same as `msgID`
    std::int64_t timestamp = 0;               ///< when it was sent, s; the server's time once the server has it
    std::string sender;                       ///< the userID of the sender
    std::string nickName;                     ///< the sender's nickname when it was sent
    std::string friendRemark;                 ///< the user's remark for the sender; empty for one's own messages
    std::string faceUrl;                      ///< the sender's picture when it was sent
    std::string nameCard;                     ///< always empty: not supported yet
    std::optional<std::string> groupID;       ///< the group; none for C2C
    std::optional<std::string> userID;        ///< the peer of the C2C conversation, whoever sent it; none for groups
    std::int64_t status = 0;                  ///< 1 being sent, 2 sent or received, 3 refused by the server, 6 recalled
    std::int64_t elemType = 0;                ///< 1 text, 2 custom
    std::optional<TextElem> textElem;         ///< the text; none when `elemType` is not 1, and once recalled
    std::optional<CustomElem> customElem;     ///< the custom content; none when `elemType` is not 2, and once recalled
    std::string localCustomData;              ///< always empty: not supported yet
    std::int64_t localCustomInt = 0;          ///< always 0: not supported yet
    std::string cloudCustomData;              ///< the app's data beside the content; empty once recalled
    bool isSelf = false;                      ///< whether the account's own user sent it, on whichever device
    bool isRead = false;                      ///< whether the user has read it; true for one's own
    bool isPeerRead = false;                  ///< whether the peer has read it; for one's own in C2C conversations
    std::int64_t priority = 0;                ///< 0 default, 1 high, 2 normal, 3 low; carried for the app
    std::vector<std::string> groupAtUserList; ///< who is @ed: userIDs and `AT_ALL`
    std::string seq;                          ///< the server's sequence in the conversation; `0` until then
    std::int64_t random = 0;                  ///< a random number, made by the sender
    bool isExcludedFromUnreadCount = false;   ///< whether it does not count as unread
    bool isExcludedFromLastMessage = false;   ///< whether it does not become the last message
    bool needReadReceipt = false;             ///< whether the sender wants a receipt; carried for the app
};

/// An unread message of a group that @s the user (V2TimGroupAtInfo).
struct GroupAtInfo {
    std::string seq;         ///< the sequence of the message
    std::int64_t atType = 0; ///< 1 the user by name, 2 everyone, 3 both
};

/// A conversation (V2TimConversation).
struct Conversation {
    std::string conversationID;                     ///< `c2c_<userID>` or `group_<groupID>`
    std::int64_t type = 0;                          ///< 1 with a user (C2C), 2 with a group
    std::optional<std::string> userID;              ///< the user; none for groups
    std::optional<std::string> groupID;             ///< the group; none for C2C
    std::string showName;                           ///< the name to show; never empty
    std::string faceUrl;                            ///< the address of the picture
    std::optional<std::string> groupType;           ///< `Work`, `Public`, …; none for C2C and unknown groups
    std::int64_t unreadCount = 0;                   ///< messages not read yet
    std::optional<Message> lastMessage;             ///< the newest message; none when there is none
    std::optional<std::string> draftText;           ///< the draft; none when there is none
    std::int64_t draftTimestamp = 0;                ///< when the draft was set, s; 0 without one
    bool isPinned = false;                          ///< whether it is pinned
    std::int64_t recvOpt = 0;                       ///< 0 notify, 1 not delivered, 2 silently, 3 notify only for an @
    std::vector<GroupAtInfo> groupAtInfoList;       ///< the unread messages that @ the user, oldest first
    std::int64_t orderkey = 0;                      ///< sort by it, descending; 0 for one that is not in the list
    std::vector<std::int64_t> markList;             ///< always empty: not supported yet
    std::string customData;                         ///< always empty: not supported yet
    std::vector<std::string> conversationGroupList; ///< always empty: not supported yet
    std::int64_t c2cReadTimestamp = 0;              ///< C2C: the time of the last message read, s; 0 when none was
    std::int64_t groupReadSequence = 0;             ///< groups: the sequence of the last message read; 0 when none was
};

/// A page of the list (V2TimConversationResult).
struct ConversationResult {
    std::string nextSeq;                        ///< the cursor for the next page
    bool isFinished = false;                    ///< whether this page holds the end of the list
    std::vector<Conversation> conversationList; ///< the page, in the order of the list
};

/// What a peer has read (V2TimMessageReceipt).
struct MessageReceipt {
    std::string userID;                 ///< the peer, who has read
    std::int64_t timestamp = 0;         ///< the time of the last message the peer has read, s
    std::optional<std::string> groupID; ///< always none
    std::optional<std::string> msgID;   ///< always none
    std::int64_t readCount = 0;         ///< always 0
    std::int64_t unreadCount = 0;       ///< always 0
};

/// A user's profile (V2TimUserFullInfo).
struct UserFullInfo {
    std::string userID;   ///< the user
    std::string nickName; ///< the name the user chose
    std::string faceUrl;  ///< the address of the user's picture
};

/// A friend (V2TimFriendInfo).
struct FriendInfo {
    std::string userID;       ///< the friend
    std::string friendRemark; ///< the user's own name for the friend
    UserFullInfo userProfile; ///< what the friend shows
};

/// What became of a change to the friend list (V2TimFriendOperationResult).
struct FriendOperationResult {
    std::string userID;          ///< the user
    std::int64_t resultCode = 0; ///< a status; 0 done
    std::string resultInfo;      ///< empty, or why it was not done
};

/// A group (V2TimGroupInfo).
struct GroupInfo {
    std::string groupID;              ///< the group
    std::string groupType;            ///< `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`
    std::string groupName;            ///< its name
    std::string faceUrl;              ///< the address of its picture
    std::optional<std::string> owner; ///< the owner's userID; none when unknown
    std::int64_t createTime = 0;      ///< when it was made, s
    std::int64_t memberCount = 0;     ///< how many members it has
    std::int64_t role = 0;            ///< the user's own role: 0 none, 200 member, 300 administrator, 400 owner
};

/// The answer about one group (V2TimGroupInfoResult).
struct GroupInfoResult {
    std::int64_t resultCode = 0;        ///< a status; 0, or 8501 when there is no such group
    std::string resultMessage;          ///< empty, or one sentence
    std::optional<GroupInfo> groupInfo; ///< the group; none when `resultCode` is not 0
};

/// A member of a group (V2TimGroupMemberFullInfo).
struct GroupMemberFullInfo {
    std::string userID;        ///< the member
    std::int64_t role = 0;     ///< 200 member, 300 administrator, 400 owner
    std::string nickName;      ///< the name the member chose
    std::string nameCard;      ///< always empty: not supported yet
    std::string friendRemark;  ///< the user's own name for the member; empty when not a friend
    std::string faceUrl;       ///< the address of the member's picture
    std::int64_t joinTime = 0; ///< when the member joined, s
};

/// A page of a group's members (V2TimGroupMemberInfoResult).
struct GroupMemberInfoResult {
    std::string nextSeq;                             ///< where the next page starts; `0` after the last one
    std::vector<GroupMemberFullInfo> memberInfoList; ///< the members, in the order they joined
};

/// What became of a change to a group's members (V2TimGroupMemberOperationResult).
struct GroupMemberOperationResult {
    std::string memberID;    ///< the user
    std::int64_t result = 0; ///< 1 done, 0 not
    std::string resultInfo;  ///< empty, or why not
};

/// What opening a client found.
struct Opened {
    std::string userID;        ///< the account's user
    std::string cache;         ///< `created`, `opened`, or `rebuilt` when it was damaged and moved aside
    std::int64_t salvaged = 0; ///< how many unsent changes a rebuild could keep; else 0
};

} // namespace LIBIM_FORM
} // namespace im

#endif
