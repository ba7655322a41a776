// Made by `make generate` from src/api; do not edit.
//
// libim for C++: the parameters that are structs. Plain data; a member that is left alone has V2TIM's default.
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
/// The timeout of a call that gives none.
inline constexpr Timeout DEFAULT_TIMEOUT{30000};

/// The config of a client of the embedded service. `Client::open` takes those of other backends as JSON.
struct Config {
    /// The directory for caches; each account has a directory of its own in it. Created if missing.
    std::string dataDir;
    /// The account's user: 1 to 255 bytes, no control characters, no white space at either end. Required with
    /// `embedded`; with `xmpp` it is `backend.jid` and can be left out.
    std::string userID;
    /// The service's file, which the users who chat share. None: `service.db` in `dataDir`.
    std::optional<std::string> servicePath = std::nullopt;
    /// How many conversations, from the top of the list, can be paged through; 0 for all.
    std::int64_t conversationLimit = 5000;
    /// The sort key of the list. `lastMessageTimestamp` gives the order of V2TIM's older SDKs.
    std::string conversationOrder = "orderkey";
    /// What a finished call survives: `normal` a killed process, `full` a power cut too.
    std::string durability = "normal";

    /// The JSON that `im_client_open` takes.
    [[nodiscard]] std::string json() const
    {
        Request request;
        request.text("dataDir", dataDir);
        request.text("userID", userID);
        request.object("backend", Request().text("kind", "embedded").text("path", servicePath));
        request.integer("conversationLimit", conversationLimit);
        request.text("conversationOrder", conversationOrder);
        request.text("durability", durability);
        return request.json();
    }
};

namespace detail {
inline Request requestOf(const TextElem &from)
{
    Request request;
    request.text("text", from.text);
    return request;
}
} // namespace detail

namespace detail {
inline Request requestOf(const CustomElem &from)
{
    Request request;
    request.text("data", from.data);
    request.text("desc", from.desc);
    request.text("extension", from.extension);
    return request;
}
} // namespace detail

/// The parameters of `sendMessage`.
struct NewMessage {
    /// The user to send to. Exactly one of this and `groupID` must be given.
    std::optional<std::string> receiver = std::nullopt;
    /// The group to send to. Exactly one of this and `receiver` must be given.
    std::optional<std::string> groupID = std::nullopt;
    /// The text of a text message. Exactly one of this and `customElem` must be given.
    std::optional<TextElem> textElem = std::nullopt;
    /// The app's own data, for a custom message. Exactly one of this and `textElem` must be given.
    std::optional<CustomElem> customElem = std::nullopt;
    /// The users to mention, in groups only: userIDs, and `AT_ALL` for everyone.
    std::vector<std::string> groupAtUserList = {};
    /// The app's own data beside the element.
    std::string cloudCustomData = {};
    /// The priority: 0 default, 1 high, 2 normal, 3 low; carried for the app.
    std::int64_t priority = 0;
    /// Whether the sender asks for a receipt; carried for the app.
    bool needReadReceipt = false;
    /// Whether the message does not count as unread.
    bool isExcludedFromUnreadCount = false;
    /// Whether the message neither becomes the last message nor moves the conversation.
    bool isExcludedFromLastMessage = false;

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

    /// The request of `sendMessage`.
    [[nodiscard]] Request request() const
    {
        Request request;
        request.text("receiver", receiver);
        request.text("groupID", groupID);
        if (textElem)
            request.object("textElem", detail::requestOf(*textElem));
        if (customElem)
            request.object("customElem", detail::requestOf(*customElem));
        request.texts("groupAtUserList", groupAtUserList);
        request.text("cloudCustomData", cloudCustomData);
        request.integer("priority", priority);
        request.boolean("needReadReceipt", needReadReceipt);
        request.boolean("isExcludedFromUnreadCount", isExcludedFromUnreadCount);
        request.boolean("isExcludedFromLastMessage", isExcludedFromLastMessage);
        return request;
    }
};

/// The parameters of `getHistoryMessageList`.
struct HistoryQuery {
    /// The user of a C2C conversation. Exactly one of this and `groupID` must be given.
    std::optional<std::string> userID = std::nullopt;
    /// The group. Exactly one of this and `userID` must be given.
    std::optional<std::string> groupID = std::nullopt;
    /// The most messages to return.
    std::int64_t count = 20;
    /// The message to continue from, which is not returned. None or empty: from the newest message, or from the oldest
    /// when reading towards newer ones.
    std::optional<std::string> lastMsgID = std::nullopt;
    /// The direction: 1 and 3 towards older messages, 2 and 4 towards newer ones.
    std::int64_t getType = 3;

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

    /// The request of `getHistoryMessageList`.
    [[nodiscard]] Request request() const
    {
        Request request;
        request.text("userID", userID);
        request.text("groupID", groupID);
        request.integer("count", count);
        request.text("lastMsgID", lastMsgID);
        request.integer("getType", getType);
        return request;
    }
};

/// An item of `NewGroup::memberList`.
struct NewGroupMember {
    /// The user.
    std::string userID;
    /// 200 member, 300 administrator.
    std::int64_t role = 200;
};

namespace detail {
inline Request requestOf(const NewGroupMember &from)
{
    Request request;
    request.text("userID", from.userID);
    request.integer("role", from.role);
    return request;
}
inline std::vector<Request> requestOf(const std::vector<NewGroupMember> &from)
{
    std::vector<Request> requests;
    requests.reserve(from.size());
    for (const NewGroupMember &one : from)
        requests.push_back(requestOf(one));
    return requests;
}
} // namespace detail

/// The parameters of `createGroup`.
struct NewGroup {
    /// The type of the group: `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    std::string groupType = "Work";
    /// The id of the group. None or empty: the server chooses one.
    std::optional<std::string> groupID = std::nullopt;
    /// The name, at most 500 bytes. Empty: none.
    std::string groupName = {};
    /// The address of the picture, at most 500 bytes. Empty: none.
    std::string faceUrl = {};
    /// The other members from the start.
    std::vector<NewGroupMember> memberList = {};

    /// The request of `createGroup`.
    [[nodiscard]] Request request() const
    {
        Request request;
        request.text("groupType", groupType);
        request.text("groupID", groupID);
        request.text("groupName", groupName);
        request.text("faceUrl", faceUrl);
        request.objects("memberList", detail::requestOf(memberList));
        return request;
    }
};

} // namespace LIBIM_FORM
} // namespace im

#endif
