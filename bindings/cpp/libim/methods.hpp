// libim for C++: the methods, each once. `im::Client` has them so that they wait for their answers, `im::Async` so that
// they give futures. include/libim.h says of each what it takes, tells and refuses.
#ifndef LIBIM_METHODS_HPP
#define LIBIM_METHODS_HPP

#include <cstdint>
#include <libim/decode.hpp>
#include <libim/parameters.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// The methods of a client. `Answer` is what each gives: `Result<T>`, or a future of it.
///
/// Any thread. Methods that wait for the server fail with `IM_STATUS_CALLED_FROM_CALLBACK` inside callbacks of the same
/// client, where their `Async` form is to be used. They take a `timeout` as their last parameter.
template <class Caller, template <class> class Answer> class Methods {
public:
    /// Logs in: starts the connection, the sync, and the delivery of what waits to be sent. Returns when the account
    /// is usable, at once when the cache knows it. `userSig` is the password or token where the backend wants one.
    /// Waits for the server.
    Answer<Data<void>> login(const std::optional<std::string> &userSig = std::nullopt,
                             Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("login", Request().text("userSig", userSig).integer("timeoutMs", timeout.count()));
    }

    /// Logs out: ends the connection. The cache stays usable; what waits is sent after the next login. Waits for the
    /// server.
    Answer<Data<void>> logout(Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("logout", Request().integer("timeoutMs", timeout.count()));
    }

    /// Who is logged in; none when nobody is.
    Answer<Data<std::optional<std::string>>> getLoginUser() const
    {
        return call<std::optional<std::string>>("getLoginUser", Request());
    }

    /// The state of the login: 1 logged in, 2 logging in, 3 logged out.
    Answer<Data<std::int64_t>> getLoginStatus() const
    {
        return call<std::int64_t>("getLoginStatus", Request());
    }

    /// Says that the device's network may have changed, so that a connection that is gone is noticed, or made again, sooner.
    Answer<Data<void>> networkChanged() const
    {
        return call<void>("networkChanged", Request());
    }

    /// Sets one's own nickname and picture; what is none stays as it is. Waits for the server.
    Answer<Data<void>> setSelfInfo(const std::optional<std::string> &nickName,
                                   const std::optional<std::string> &faceUrl = std::nullopt,
                                   Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("setSelfInfo",
                          Request().text("nickName", nickName).text("faceUrl", faceUrl)
                                   .integer("timeoutMs", timeout.count()));
    }

    /// The profiles of 1 to 100 users, those that exist, in the order asked. Waits for the server.
    Answer<Data<std::vector<UserFullInfo>>> getUsersInfo(const std::vector<std::string> &userIDList,
                                                         Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::vector<UserFullInfo>>("getUsersInfo",
                                               Request().texts("userIDList", userIDList)
                                                        .integer("timeoutMs", timeout.count()));
    }

    /// Adds a friend; `remark` is one's own name for the friend. Waits for the server.
    Answer<Data<FriendOperationResult>> addFriend(std::string_view userID, std::string_view remark = {},
                                                  Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<FriendOperationResult>("addFriend",
                                           Request().text("userID", userID).text("remark", remark)
                                                    .integer("timeoutMs", timeout.count()));
    }

    /// Sets one's own name for a friend; an empty one removes it. Waits for the server.
    Answer<Data<void>> setFriendInfo(std::string_view userID, std::string_view friendRemark,
                                     Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("setFriendInfo",
                          Request().text("userID", userID).text("friendRemark", friendRemark)
                                   .integer("timeoutMs", timeout.count()));
    }

    /// The friends, by userID.
    Answer<Data<std::vector<FriendInfo>>> getFriendList() const
    {
        return call<std::vector<FriendInfo>>("getFriendList", Request());
    }

    /// Ends friendships with 1 to 100 users. The conversations stay. Waits for the server.
    Answer<Data<std::vector<FriendOperationResult>>> deleteFromFriendList(const std::vector<std::string> &userIDList,
                                                                          Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::vector<FriendOperationResult>>("deleteFromFriendList",
                                                        Request().texts("userIDList", userIDList)
                                                                 .integer("timeoutMs", timeout.count()));
    }

    /// Makes a group, with oneself as its owner, and gives its groupID. Waits for the server.
    Answer<Data<std::string>> createGroup(const NewGroup &group, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::string>("createGroup", group.request().integer("timeoutMs", timeout.count()));
    }

    /// Sets the name and the picture of a group; what is none stays as it is. Waits for the server.
    Answer<Data<void>> setGroupInfo(std::string_view groupID, const std::optional<std::string> &groupName,
                                    const std::optional<std::string> &faceUrl = std::nullopt,
                                    Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("setGroupInfo",
                          Request().text("groupID", groupID).text("groupName", groupName).text("faceUrl", faceUrl)
                                   .integer("timeoutMs", timeout.count()));
    }

    /// Takes 1 to 100 users into a group. Waits for the server.
    Answer<Data<std::vector<GroupMemberOperationResult>>> inviteUserToGroup(std::string_view groupID,
                                                                            const std::vector<std::string> &userList,
                                                                            Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::vector<GroupMemberOperationResult>>("inviteUserToGroup",
                                                             Request().text("groupID", groupID)
                                                                      .texts("userList", userList)
                                                                      .integer("timeoutMs", timeout.count()));
    }

    /// Removes 1 to 100 members from a group. Waits for the server.
    Answer<Data<std::vector<GroupMemberOperationResult>>> kickGroupMember(std::string_view groupID,
                                                                          const std::vector<std::string> &memberList,
                                                                          Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::vector<GroupMemberOperationResult>>("kickGroupMember",
                                                             Request().text("groupID", groupID)
                                                                      .texts("memberList", memberList)
                                                                      .integer("timeoutMs", timeout.count()));
    }

    /// What 1 to 100 groups are, in the order asked. Waits for the server.
    Answer<Data<std::vector<GroupInfoResult>>> getGroupsInfo(const std::vector<std::string> &groupIDList,
                                                             Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<std::vector<GroupInfoResult>>("getGroupsInfo",
                                                  Request().texts("groupIDList", groupIDList)
                                                           .integer("timeoutMs", timeout.count()));
    }

    /// One's own groups, by groupID.
    Answer<Data<std::vector<GroupInfo>>> getJoinedGroupList() const
    {
        return call<std::vector<GroupInfo>>("getJoinedGroupList", Request());
    }

    /// A page of the members of a group, from `nextSeq` of the page before on. `filter`: 0 all, 1 the owner, 2
    /// administrators, 4 ordinary members. Waits for the server.
    Answer<Data<GroupMemberInfoResult>> getGroupMemberList(std::string_view groupID, std::string_view nextSeq = "0",
                                                           std::int64_t count = 100, std::int64_t filter = 0,
                                                           Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<GroupMemberInfoResult>("getGroupMemberList",
                                           Request().text("groupID", groupID).text("nextSeq", nextSeq)
                                                    .integer("count", count).integer("filter", filter)
                                                    .integer("timeoutMs", timeout.count()));
    }

    /// Enters a group that is open to join: all but `Work`. Waits for the server.
    Answer<Data<void>> joinGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("joinGroup", Request().text("groupID", groupID).integer("timeoutMs", timeout.count()));
    }

    /// Leaves a group. The conversation stays, with its history. Waits for the server.
    Answer<Data<void>> quitGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("quitGroup", Request().text("groupID", groupID).integer("timeoutMs", timeout.count()));
    }

    /// Ends a group of one's own. The members' conversations stay. Waits for the server.
    Answer<Data<void>> dismissGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        return call<void>("dismissGroup", Request().text("groupID", groupID).integer("timeoutMs", timeout.count()));
    }

    /// Sends a message: stores and shows it, and gives it with status 1. It is delivered later, also after a restart;
    /// `onMessageStatusChanged` tells it.
    Answer<Data<Message>> sendMessage(const NewMessage &message) const
    {
        return call<Message>("sendMessage", message.request());
    }

    /// Stored messages of a conversation, in the direction asked.
    Answer<Data<std::vector<Message>>> getHistoryMessageList(const HistoryQuery &query) const
    {
        return call<std::vector<Message>>("getHistoryMessageList", query.request());
    }

    /// Recalls a message of one's own for everyone; as owner or administrator of a group any message of it.
    Answer<Data<void>> revokeMessage(std::string_view msgID) const
    {
        return call<void>("revokeMessage", Request().text("msgID", msgID));
    }

    /// Deletes 1 to 500 messages for this account only; all or, on an error, none.
    Answer<Data<void>> deleteMessages(const std::vector<std::string> &msgIDs) const
    {
        return call<void>("deleteMessages", Request().texts("msgIDs", msgIDs));
    }

    /// Empties the history with a user for this account only. The conversation stays in its place.
    Answer<Data<void>> clearC2CHistoryMessage(std::string_view userID) const
    {
        return call<void>("clearC2CHistoryMessage", Request().text("userID", userID));
    }

    /// Empties the history of a group for this account only. The conversation stays in its place.
    Answer<Data<void>> clearGroupHistoryMessage(std::string_view groupID) const
    {
        return call<void>("clearGroupHistoryMessage", Request().text("groupID", groupID));
    }

    /// Sets how messages of 1 to 100 users are received: 0 receive and notify, 1 not delivered, 2 silently, 3 notify
    /// only for an @.
    Answer<Data<void>> setC2CReceiveMessageOpt(const std::vector<std::string> &userIDList, std::int64_t opt) const
    {
        return call<void>("setC2CReceiveMessageOpt", Request().texts("userIDList", userIDList).integer("opt", opt));
    }

    /// Sets how messages of a group are received, as `setC2CReceiveMessageOpt`.
    Answer<Data<void>> setGroupReceiveMessageOpt(std::string_view groupID, std::int64_t opt) const
    {
        return call<void>("setGroupReceiveMessageOpt", Request().text("groupID", groupID).integer("opt", opt));
    }

    /// A page of the list: `"0"` is the first one, then the `nextSeq` of the page before.
    Answer<Data<ConversationResult>> getConversationList(std::string_view nextSeq = "0",
                                                         std::int64_t count = 100) const
    {
        return call<ConversationResult>("getConversationList",
                                        Request().text("nextSeq", nextSeq).integer("count", count));
    }

    /// One conversation; of one that is not in the list a transient one, with orderkey 0.
    Answer<Data<Conversation>> getConversation(std::string_view conversationID) const
    {
        return call<Conversation>("getConversation", Request().text("conversationID", conversationID));
    }

    /// 1 to 100 conversations, those that are in the list, in the order asked.
    Answer<Data<std::vector<Conversation>>>
    getConversationListByConversationIds(const std::vector<std::string> &conversationIDList) const
    {
        return call<std::vector<Conversation>>("getConversationListByConversationIds",
                                               Request().texts("conversationIDList", conversationIDList));
    }

    /// Keeps a draft, on this device; none or an empty one cancels it.
    Answer<Data<void>> setConversationDraft(std::string_view conversationID,
                                            const std::optional<std::string> &draftText) const
    {
        return call<void>("setConversationDraft",
                          Request().text("conversationID", conversationID).text("draftText", draftText));
    }

    /// Pins or unpins a conversation.
    Answer<Data<void>> pinConversation(std::string_view conversationID, bool isPinned) const
    {
        return call<void>("pinConversation",
                          Request().text("conversationID", conversationID).boolean("isPinned", isPinned));
    }

    /// Deletes a conversation with its messages, here and for this account on the server.
    Answer<Data<void>> deleteConversation(std::string_view conversationID) const
    {
        return call<void>("deleteConversation", Request().text("conversationID", conversationID));
    }

    /// How many messages are unread in all conversations with `recvOpt` 0.
    Answer<Data<std::int64_t>> getTotalUnreadMessageCount() const
    {
        return call<std::int64_t>("getTotalUnreadMessageCount", Request());
    }

    /// Marks messages as read: of one conversation, of all with users (`"c2c"`), of all groups (`"group"`), or of all
    /// (`""`); of C2C up to a time in s, of groups up to a sequence, 0 for all messages.
    Answer<Data<void>> cleanConversationUnreadMessageCount(std::string_view conversationID = {},
                                                           std::int64_t cleanTimestamp = 0,
                                                           std::int64_t cleanSequence = 0) const
    {
        return call<void>("cleanConversationUnreadMessageCount",
                          Request().text("conversationID", conversationID).integer("cleanTimestamp", cleanTimestamp)
                                   .integer("cleanSequence", cleanSequence));
    }

protected:
    Methods() = default;
    ~Methods() = default;
    Methods(const Methods &) = default;
    Methods(Methods &&) = default;
    Methods &operator=(const Methods &) = default;
    Methods &operator=(Methods &&) = default;

private:
    template <class T> Answer<Data<T>> call(const char *method, const Request &request) const
    {
        return static_cast<const Caller *>(this)->template callAs<T>(method, request.json());
    }
};

} // namespace LIBIM_FORM
} // namespace im

#endif
