// libim for C++: models out of JSON, field by field, with nlohmann/json.
//
// It takes what later versions may send: keys that are not known are passed over, and a key that is missing or of
// another kind leaves its field as it was. Nothing here throws, so that -fno-exceptions works.
#ifndef LIBIM_MODEL_READER_HPP
#define LIBIM_MODEL_READER_HPP

#include <cstdint>
#include <libim/models.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

/// Each `read` gives false when the JSON is of another kind. A class, so that they find one another in any order.
struct ModelReader {
    static bool read(const nlohmann::json &from, std::string &to)
    {
        const auto *text = from.get_ptr<const std::string *>();
        if (text)
            to = *text;
        return text;
    }

    static bool read(const nlohmann::json &from, std::int64_t &to)
    {
        const auto *number = from.get_ptr<const nlohmann::json::number_integer_t *>();
        if (number)
            to = *number;
        return number;
    }

    static bool read(const nlohmann::json &from, bool &to)
    {
        const auto *boolean = from.get_ptr<const nlohmann::json::boolean_t *>();
        if (boolean)
            to = *boolean;
        return boolean;
    }

    template <class T> static void field(const nlohmann::json &from, const char *key, T &to)
    {
        const auto found = from.find(key);
        if (found != from.end())
            read(*found, to);
    }

    static bool read(const nlohmann::json &from, TextElem &to)
    {
        if (!from.is_object())
            return false;
        field(from, "text", to.text);
        return true;
    }

    static bool read(const nlohmann::json &from, CustomElem &to)
    {
        if (!from.is_object())
            return false;
        field(from, "data", to.data);
        field(from, "desc", to.desc);
        field(from, "extension", to.extension);
        return true;
    }

    static bool read(const nlohmann::json &from, Message &to)
    {
        if (!from.is_object())
            return false;
        field(from, "msgID", to.msgID);
        field(from, "id", to.id);
        field(from, "timestamp", to.timestamp);
        field(from, "sender", to.sender);
        field(from, "nickName", to.nickName);
        field(from, "friendRemark", to.friendRemark);
        field(from, "faceUrl", to.faceUrl);
        field(from, "nameCard", to.nameCard);
        field(from, "groupID", to.groupID);
        field(from, "userID", to.userID);
        field(from, "status", to.status);
        field(from, "elemType", to.elemType);
        field(from, "textElem", to.textElem);
        field(from, "customElem", to.customElem);
        field(from, "localCustomData", to.localCustomData);
        field(from, "localCustomInt", to.localCustomInt);
        field(from, "cloudCustomData", to.cloudCustomData);
        field(from, "isSelf", to.isSelf);
        field(from, "isRead", to.isRead);
        field(from, "isPeerRead", to.isPeerRead);
        field(from, "priority", to.priority);
        field(from, "groupAtUserList", to.groupAtUserList);
        field(from, "seq", to.seq);
        field(from, "random", to.random);
        field(from, "isExcludedFromUnreadCount", to.isExcludedFromUnreadCount);
        field(from, "isExcludedFromLastMessage", to.isExcludedFromLastMessage);
        field(from, "needReadReceipt", to.needReadReceipt);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupAtInfo &to)
    {
        if (!from.is_object())
            return false;
        field(from, "seq", to.seq);
        field(from, "atType", to.atType);
        return true;
    }

    static bool read(const nlohmann::json &from, Conversation &to)
    {
        if (!from.is_object())
            return false;
        field(from, "conversationID", to.conversationID);
        field(from, "type", to.type);
        field(from, "userID", to.userID);
        field(from, "groupID", to.groupID);
        field(from, "showName", to.showName);
        field(from, "faceUrl", to.faceUrl);
        field(from, "groupType", to.groupType);
        field(from, "unreadCount", to.unreadCount);
        field(from, "lastMessage", to.lastMessage);
        field(from, "draftText", to.draftText);
        field(from, "draftTimestamp", to.draftTimestamp);
        field(from, "isPinned", to.isPinned);
        field(from, "recvOpt", to.recvOpt);
        field(from, "groupAtInfoList", to.groupAtInfoList);
        field(from, "orderkey", to.orderkey);
        field(from, "markList", to.markList);
        field(from, "customData", to.customData);
        field(from, "conversationGroupList", to.conversationGroupList);
        field(from, "c2cReadTimestamp", to.c2cReadTimestamp);
        field(from, "groupReadSequence", to.groupReadSequence);
        return true;
    }

    static bool read(const nlohmann::json &from, ConversationResult &to)
    {
        if (!from.is_object())
            return false;
        field(from, "nextSeq", to.nextSeq);
        field(from, "isFinished", to.isFinished);
        field(from, "conversationList", to.conversationList);
        return true;
    }

    static bool read(const nlohmann::json &from, MessageReceipt &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "timestamp", to.timestamp);
        field(from, "groupID", to.groupID);
        field(from, "msgID", to.msgID);
        field(from, "readCount", to.readCount);
        field(from, "unreadCount", to.unreadCount);
        return true;
    }

    static bool read(const nlohmann::json &from, UserFullInfo &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "nickName", to.nickName);
        field(from, "faceUrl", to.faceUrl);
        return true;
    }

    static bool read(const nlohmann::json &from, FriendInfo &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "friendRemark", to.friendRemark);
        field(from, "userProfile", to.userProfile);
        return true;
    }

    static bool read(const nlohmann::json &from, FriendOperationResult &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "resultCode", to.resultCode);
        field(from, "resultInfo", to.resultInfo);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupInfo &to)
    {
        if (!from.is_object())
            return false;
        field(from, "groupID", to.groupID);
        field(from, "groupType", to.groupType);
        field(from, "groupName", to.groupName);
        field(from, "faceUrl", to.faceUrl);
        field(from, "owner", to.owner);
        field(from, "createTime", to.createTime);
        field(from, "memberCount", to.memberCount);
        field(from, "role", to.role);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupInfoResult &to)
    {
        if (!from.is_object())
            return false;
        field(from, "resultCode", to.resultCode);
        field(from, "resultMessage", to.resultMessage);
        field(from, "groupInfo", to.groupInfo);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupMemberFullInfo &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "role", to.role);
        field(from, "nickName", to.nickName);
        field(from, "nameCard", to.nameCard);
        field(from, "friendRemark", to.friendRemark);
        field(from, "faceUrl", to.faceUrl);
        field(from, "joinTime", to.joinTime);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupMemberInfoResult &to)
    {
        if (!from.is_object())
            return false;
        field(from, "nextSeq", to.nextSeq);
        field(from, "memberInfoList", to.memberInfoList);
        return true;
    }

    static bool read(const nlohmann::json &from, GroupMemberOperationResult &to)
    {
        if (!from.is_object())
            return false;
        field(from, "memberID", to.memberID);
        field(from, "result", to.result);
        field(from, "resultInfo", to.resultInfo);
        return true;
    }

    static bool read(const nlohmann::json &from, Opened &to)
    {
        if (!from.is_object())
            return false;
        field(from, "userID", to.userID);
        field(from, "cache", to.cache);
        field(from, "salvaged", to.salvaged);
        return true;
    }

    template <class T> static bool read(const nlohmann::json &from, std::optional<T> &to)
    {
        to.reset();
        return from.is_null() || read(from, to.emplace());
    }

    template <class T> static bool read(const nlohmann::json &from, std::vector<T> &to)
    {
        to.clear();
        if (!from.is_array())
            return false;
        to.reserve(from.size());
        for (const nlohmann::json &item : from)
            read(item, to.emplace_back());
        return true;
    }
};

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
