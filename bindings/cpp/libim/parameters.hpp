// libim for C++: what methods with many parameters take. Plain data; what is left alone has V2TIM's default.
#ifndef LIBIM_PARAMETERS_HPP
#define LIBIM_PARAMETERS_HPP

#include <chrono>
#include <cstdint>
#include <libim/config.hpp>
#include <libim/models.hpp>
#include <libim/request.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// How long a method waits for the server.
using Timeout = std::chrono::milliseconds;
/// How long a method waits for the server when nothing else is said.
inline constexpr Timeout DEFAULT_TIMEOUT{30000};

/// What a client is opened with.
struct Config {
    std::string dataDir;                                   ///< the directory for caches, one in it for each account
    std::string userID;                                    ///< the account's user
    std::optional<std::string> servicePath = std::nullopt; ///< the service's file; none: `service.db` there
    std::int64_t conversationLimit = 5000;                 ///< how many conversations can be paged through; 0 = all
    std::string conversationOrder = "orderkey";            ///< what the list is sorted by; or `lastMessageTimestamp`
    std::string durability = "normal";                     ///< survives a killed process; `full`: a power cut too

    /// As `im_client_open` takes it.
    [[nodiscard]] std::string json() const
    {
        Request backend;
        backend.text("kind", "embedded").text("path", servicePath);
        Request config;
        config.text("dataDir", dataDir).text("userID", userID).object("backend", backend);
        config.integer("conversationLimit", conversationLimit).text("conversationOrder", conversationOrder);
        return config.text("durability", durability).json();
    }
};

/// A message to send: to a user or to a group, with a text or a custom content.
struct NewMessage {
    std::optional<std::string> receiver = std::nullopt;  ///< the userID of the receiver; or `groupID`
    std::optional<std::string> groupID = std::nullopt;   ///< the group; or `receiver`
    std::optional<TextElem> textElem = std::nullopt;     ///< the text; or `customElem`
    std::optional<CustomElem> customElem = std::nullopt; ///< the custom content; or `textElem`
    std::vector<std::string> groupAtUserList = {};       ///< in groups: who is @ed, userIDs and `AT_ALL`
    std::string cloudCustomData = {};                    ///< the app's data beside the content
    std::int64_t priority = 0;                           ///< 0 default, 1 high, 2 normal, 3 low
    bool needReadReceipt = false;                        ///< whether a receipt is wanted
    bool isExcludedFromUnreadCount = false;              ///< whether it does not count as unread
    bool isExcludedFromLastMessage = false;              ///< whether it does not become the last message

    /// A text to a user.
    [[nodiscard]] static NewMessage textToUser(std::string userID, std::string text)
    {
        NewMessage message;
        message.receiver = std::move(userID);
        message.textElem = TextElem{std::move(text)};
        return message;
    }
    /// A text to a group; `at` are the users it @s.
    [[nodiscard]] static NewMessage textToGroup(std::string groupID, std::string text, std::vector<std::string> at = {})
    {
        NewMessage message;
        message.groupID = std::move(groupID);
        message.textElem = TextElem{std::move(text)};
        message.groupAtUserList = std::move(at);
        return message;
    }

    /// As `sendMessage` takes it.
    [[nodiscard]] Request request() const
    {
        Request request;
        request.text("receiver", receiver).text("groupID", groupID);
        if (textElem)
            request.object("textElem", Request().text("text", textElem->text));
        if (customElem) {
            Request elem;
            elem.text("data", customElem->data).text("desc", customElem->desc);
            request.object("customElem", elem.text("extension", customElem->extension));
        }
        if (!groupAtUserList.empty())
            request.texts("groupAtUserList", groupAtUserList);
        request.text("cloudCustomData", cloudCustomData).integer("priority", priority);
        request.boolean("needReadReceipt", needReadReceipt);
        request.boolean("isExcludedFromUnreadCount", isExcludedFromUnreadCount);
        return request.boolean("isExcludedFromLastMessage", isExcludedFromLastMessage);
    }
};

/// Which part of a history to read.
struct HistoryQuery {
    std::optional<std::string> userID = std::nullopt;  ///< the history with this user; or `groupID`
    std::optional<std::string> groupID = std::nullopt; ///< the history of this group; or `userID`
    std::int64_t count = 20;                           ///< how many messages at most, from 1
    /// Where to go on from: this message is not given again; none: from the end.
    std::optional<std::string> lastMsgID = std::nullopt;
    std::int64_t getType = 3; ///< 3 towards older messages, 4 towards newer ones

    /// The newest messages with a user.
    [[nodiscard]] static HistoryQuery withUser(std::string userID, std::int64_t count = 20)
    {
        HistoryQuery query;
        query.userID = std::move(userID);
        query.count = count;
        return query;
    }
    /// The newest messages of a group.
    [[nodiscard]] static HistoryQuery ofGroup(std::string groupID, std::int64_t count = 20)
    {
        HistoryQuery query;
        query.groupID = std::move(groupID);
        query.count = count;
        return query;
    }

    /// As `getHistoryMessageList` takes it.
    [[nodiscard]] Request request() const
    {
        Request request;
        request.text("userID", userID).text("groupID", groupID).integer("count", count);
        return request.text("lastMsgID", lastMsgID).integer("getType", getType);
    }
};

/// A member of a group to be made.
struct NewGroupMember {
    std::string userID;      ///< the user
    std::int64_t role = 200; ///< 200 member, 300 administrator
};

/// A group to be made.
struct NewGroup {
    std::string groupType = "Work";                    ///< `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`
    std::optional<std::string> groupID = std::nullopt; ///< its id; none: the server chooses
    std::string groupName = {};                        ///< its name
    std::string faceUrl = {};                          ///< the address of its picture
    std::vector<NewGroupMember> memberList = {};       ///< who is in it from the start, beside oneself

    /// As `createGroup` takes it.
    [[nodiscard]] Request request() const
    {
        std::vector<Request> members;
        members.reserve(memberList.size());
        for (const NewGroupMember &member : memberList)
            members.push_back(Request().text("userID", member.userID).integer("role", member.role));
        Request request;
        request.text("groupType", groupType).text("groupID", groupID).text("groupName", groupName);
        return request.text("faceUrl", faceUrl).objects("memberList", members);
    }
};

} // namespace LIBIM_FORM
} // namespace im

#endif
