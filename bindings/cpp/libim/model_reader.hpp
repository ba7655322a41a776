// Made by `make generate` from src/api; do not edit.
//
// libim for C++: reading the models, key by key.
#ifndef LIBIM_MODEL_READER_HPP
#define LIBIM_MODEL_READER_HPP

#include <cstddef>
#include <libim/models.hpp>
#include <libim/reader.hpp>
#include <string_view>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

inline bool read(Reader &from, UserFullInfo &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "nickName",
        "faceUrl",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.nickName);
        case 2: return read(from, to.faceUrl);
        default: return false;
        }
    });
}

inline bool read(Reader &from, FriendOperationResult &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "resultCode",
        "resultInfo",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.resultCode);
        case 2: return read(from, to.resultInfo);
        default: return false;
        }
    });
}

inline bool read(Reader &from, FriendInfo &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "friendRemark",
        "userProfile",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.friendRemark);
        case 2: return read(from, to.userProfile);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupMemberOperationResult &to)
{
    static constexpr std::string_view KEYS[] = {
        "memberID",
        "result",
        "resultInfo",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.memberID);
        case 1: return read(from, to.result);
        case 2: return read(from, to.resultInfo);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupInfo &to)
{
    static constexpr std::string_view KEYS[] = {
        "groupID",
        "groupType",
        "groupName",
        "faceUrl",
        "owner",
        "createTime",
        "memberCount",
        "role",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.groupID);
        case 1: return read(from, to.groupType);
        case 2: return read(from, to.groupName);
        case 3: return read(from, to.faceUrl);
        case 4: return read(from, to.owner);
        case 5: return read(from, to.createTime);
        case 6: return read(from, to.memberCount);
        case 7: return read(from, to.role);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupInfoResult &to)
{
    static constexpr std::string_view KEYS[] = {
        "resultCode",
        "resultMessage",
        "groupInfo",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.resultCode);
        case 1: return read(from, to.resultMessage);
        case 2: return read(from, to.groupInfo);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupMemberFullInfo &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "role",
        "nickName",
        "nameCard",
        "friendRemark",
        "faceUrl",
        "joinTime",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.role);
        case 2: return read(from, to.nickName);
        case 3: return read(from, to.nameCard);
        case 4: return read(from, to.friendRemark);
        case 5: return read(from, to.faceUrl);
        case 6: return read(from, to.joinTime);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupMemberInfoResult &to)
{
    static constexpr std::string_view KEYS[] = {
        "nextSeq",
        "memberInfoList",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.nextSeq);
        case 1: return read(from, to.memberInfoList);
        default: return false;
        }
    });
}

inline bool read(Reader &from, TextElem &to)
{
    static constexpr std::string_view KEYS[] = {
        "text",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.text);
        default: return false;
        }
    });
}

inline bool read(Reader &from, CustomElem &to)
{
    static constexpr std::string_view KEYS[] = {
        "data",
        "desc",
        "extension",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.data);
        case 1: return read(from, to.desc);
        case 2: return read(from, to.extension);
        default: return false;
        }
    });
}

inline bool read(Reader &from, Message &to)
{
    static constexpr std::string_view KEYS[] = {
        "msgID",
        "timestamp",
        "sender",
        "nickName",
        "friendRemark",
        "faceUrl",
        "nameCard",
        "groupID",
        "userID",
        "status",
        "elemType",
        "textElem",
        "customElem",
        "localCustomData",
        "localCustomInt",
        "cloudCustomData",
        "isSelf",
        "isRead",
        "isPeerRead",
        "priority",
        "groupAtUserList",
        "seq",
        "random",
        "isExcludedFromUnreadCount",
        "isExcludedFromLastMessage",
        "needReadReceipt",
        "id",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.msgID);
        case 1: return read(from, to.timestamp);
        case 2: return read(from, to.sender);
        case 3: return read(from, to.nickName);
        case 4: return read(from, to.friendRemark);
        case 5: return read(from, to.faceUrl);
        case 6: return read(from, to.nameCard);
        case 7: return read(from, to.groupID);
        case 8: return read(from, to.userID);
        case 9: return read(from, to.status);
        case 10: return read(from, to.elemType);
        case 11: return read(from, to.textElem);
        case 12: return read(from, to.customElem);
        case 13: return read(from, to.localCustomData);
        case 14: return read(from, to.localCustomInt);
        case 15: return read(from, to.cloudCustomData);
        case 16: return read(from, to.isSelf);
        case 17: return read(from, to.isRead);
        case 18: return read(from, to.isPeerRead);
        case 19: return read(from, to.priority);
        case 20: return read(from, to.groupAtUserList);
        case 21: return read(from, to.seq);
        case 22: return read(from, to.random);
        case 23: return read(from, to.isExcludedFromUnreadCount);
        case 24: return read(from, to.isExcludedFromLastMessage);
        case 25: return read(from, to.needReadReceipt);
        case 26: return read(from, to.id);
        default: return false;
        }
    });
}

inline bool read(Reader &from, GroupAtInfo &to)
{
    static constexpr std::string_view KEYS[] = {
        "seq",
        "atType",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.seq);
        case 1: return read(from, to.atType);
        default: return false;
        }
    });
}

inline bool read(Reader &from, Conversation &to)
{
    static constexpr std::string_view KEYS[] = {
        "conversationID",
        "type",
        "userID",
        "groupID",
        "showName",
        "faceUrl",
        "groupType",
        "unreadCount",
        "lastMessage",
        "draftText",
        "draftTimestamp",
        "isPinned",
        "recvOpt",
        "groupAtInfoList",
        "orderkey",
        "markList",
        "customData",
        "conversationGroupList",
        "c2cReadTimestamp",
        "groupReadSequence",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.conversationID);
        case 1: return read(from, to.type);
        case 2: return read(from, to.userID);
        case 3: return read(from, to.groupID);
        case 4: return read(from, to.showName);
        case 5: return read(from, to.faceUrl);
        case 6: return read(from, to.groupType);
        case 7: return read(from, to.unreadCount);
        case 8: return read(from, to.lastMessage);
        case 9: return read(from, to.draftText);
        case 10: return read(from, to.draftTimestamp);
        case 11: return read(from, to.isPinned);
        case 12: return read(from, to.recvOpt);
        case 13: return read(from, to.groupAtInfoList);
        case 14: return read(from, to.orderkey);
        case 15: return read(from, to.markList);
        case 16: return read(from, to.customData);
        case 17: return read(from, to.conversationGroupList);
        case 18: return read(from, to.c2cReadTimestamp);
        case 19: return read(from, to.groupReadSequence);
        default: return false;
        }
    });
}

inline bool read(Reader &from, ConversationResult &to)
{
    static constexpr std::string_view KEYS[] = {
        "nextSeq",
        "isFinished",
        "conversationList",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.nextSeq);
        case 1: return read(from, to.isFinished);
        case 2: return read(from, to.conversationList);
        default: return false;
        }
    });
}

inline bool read(Reader &from, MessageReceipt &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "timestamp",
        "groupID",
        "msgID",
        "readCount",
        "unreadCount",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.timestamp);
        case 2: return read(from, to.groupID);
        case 3: return read(from, to.msgID);
        case 4: return read(from, to.readCount);
        case 5: return read(from, to.unreadCount);
        default: return false;
        }
    });
}

inline bool read(Reader &from, Opened &to)
{
    static constexpr std::string_view KEYS[] = {
        "userID",
        "cache",
        "salvaged",
    };
    return from.object(KEYS, [&from, &to](std::size_t key) {
        switch (key) {
        case 0: return read(from, to.userID);
        case 1: return read(from, to.cache);
        case 2: return read(from, to.salvaged);
        default: return false;
        }
    });
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
