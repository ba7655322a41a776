// Made by `make generate` from src/api; do not edit.
//
// libim for C++: the methods, each once. `im::Client` has them so that they wait for their answers, `im::Async` so that
// they return futures. include/libim.h lists the errors of each.
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

/// The methods of a client. `Answer` is what each returns: `Result<T>`, or a future of it.
///
/// Any thread. Methods that wait for the server fail with `IM_STATUS_CALLED_FROM_CALLBACK` inside callbacks of the same
/// client; use their `Async` form there. Their last parameter is a `timeout`.
template <class Caller, template <class> class Answer> class Methods {
public:
    /// Logs in: connects to the server, starts the sync, and delivers what waits in the outbox. Waits for the server.
    ///
    /// Returns once the account is usable: immediately if the cache knows it from an earlier login, even offline;
    /// otherwise when the server has accepted the user. The sync continues in the background.
    ///
    /// Events: `onConnecting`, `onConnectSuccess`, `onConnectFailed`, `onSyncServerStart`, `onSyncServerFinish` (after
    /// the events of what the sync changed), `onSyncServerFailed`.
    ///
    /// @param userSig Ignored: no backend reads it. The password of an XMPP account is `backend.password` in the
    /// config.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> login(const std::optional<std::string> &userSig = std::nullopt,
                             Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("userSig", userSig);
        request.integer("timeoutMs", timeout.count());
        return call<void>("login", request);
    }

    /// Returns the user who is logged in.
    ///
    /// @return The userID; none when nobody is logged in.
    Answer<Data<std::optional<std::string>>> getLoginUser() const
    {
        return call<std::optional<std::string>>("getLoginUser", Request());
    }

    /// Returns the state of the login.
    ///
    /// @return 1 logged in, 2 logging in, 3 logged out.
    Answer<Data<std::int64_t>> getLoginStatus() const
    {
        return call<std::int64_t>("getLoginStatus", Request());
    }

    /// Tells libim that the device's network may have changed: a new network, or the device woke up.
    ///
    /// If the server is unreachable, the next attempt to connect starts at once. An open connection is probed, and
    /// dropped within seconds if the server does not answer. Calling this is optional: without it the same happens
    /// later. The embedded service ignores it.
    Answer<Data<void>> networkChanged() const
    {
        return call<void>("networkChanged", Request());
    }

    /// Sets the current user's nickname and picture. Waits for the server.
    ///
    /// At least one of the two must be given. Peers receive `onConversationChanged` where the change is visible in
    /// their list.
    ///
    /// @param nickName The nickname, at most 500 bytes. None: unchanged.
    /// @param faceUrl The address of the picture, at most 500 bytes. None: unchanged.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> setSelfInfo(const std::optional<std::string> &nickName,
                                   const std::optional<std::string> &faceUrl = std::nullopt,
                                   Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("nickName", nickName);
        request.text("faceUrl", faceUrl);
        request.integer("timeoutMs", timeout.count());
        return call<void>("setSelfInfo", request);
    }

    /// Fetches the profiles of users from the server. Waits for the server.
    ///
    /// @param userIDList The users, 1 to 100.
    /// @param timeout How long to wait for the server.
    /// @return The profiles of those users who exist, in the order requested. An XMPP server does not tell who exists;
    /// the profile of a user it does not know is empty.
    Answer<Data<std::vector<UserFullInfo>>> getUsersInfo(const std::vector<std::string> &userIDList,
                                                         Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.texts("userIDList", userIDList);
        request.integer("timeoutMs", timeout.count());
        return call<std::vector<UserFullInfo>>("getUsersInfo", request);
    }

    /// Adds a user to the friend list. Waits for the server.
    ///
    /// The remark, or else the friend's nickname, becomes the name of the conversation.
    ///
    /// Events: `onConversationChanged` (if there is a conversation and its name or picture changed).
    ///
    /// @param userID The user.
    /// @param remark The current user's own name for the friend, at most 500 bytes. Empty: none.
    /// @param timeout How long to wait for the server.
    Answer<Data<FriendOperationResult>> addFriend(std::string_view userID, std::string_view remark = {},
                                                  Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("userID", userID);
        request.text("remark", remark);
        request.integer("timeoutMs", timeout.count());
        return call<FriendOperationResult>("addFriend", request);
    }

    /// Sets the current user's own name for a friend. Waits for the server.
    ///
    /// Events: `onConversationChanged` (if there is a conversation and its name changed).
    ///
    /// @param userID The friend.
    /// @param friendRemark The name, at most 500 bytes. Empty: the name is removed.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> setFriendInfo(std::string_view userID, std::string_view friendRemark,
                                     Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("userID", userID);
        request.text("friendRemark", friendRemark);
        request.integer("timeoutMs", timeout.count());
        return call<void>("setFriendInfo", request);
    }

    /// Reads the friend list from the cache.
    ///
    /// @return The friends, sorted by userID.
    Answer<Data<std::vector<FriendInfo>>> getFriendList() const
    {
        return call<std::vector<FriendInfo>>("getFriendList", Request());
    }

    /// Removes users from the friend list. Their conversations stay. Waits for the server.
    ///
    /// Events: `onConversationChanged` (where a name changed).
    ///
    /// @param userIDList The users, 1 to 100.
    /// @param timeout How long to wait for the server.
    /// @return The outcome for each user, in the order requested.
    Answer<Data<std::vector<FriendOperationResult>>> deleteFromFriendList(const std::vector<std::string> &userIDList,
                                                                          Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.texts("userIDList", userIDList);
        request.integer("timeoutMs", timeout.count());
        return call<std::vector<FriendOperationResult>>("deleteFromFriendList", request);
    }

    /// Creates a group, owned by the current user. Waits for the server.
    ///
    /// What each type of group allows is up to the server; docs/embedded.md and docs/xmpp.md list it.
    ///
    /// Events: `onNewConversation`.
    ///
    /// @param timeout How long to wait for the server.
    /// @return The groupID.
    Answer<Data<std::string>> createGroup(const NewGroup &group, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request = group.request();
        request.integer("timeoutMs", timeout.count());
        return call<std::string>("createGroup", request);
    }

    /// Sets the name and picture of a group. Waits for the server.
    ///
    /// At least one of the two must be given.
    ///
    /// Events: `onConversationChanged` (if something changed, for every member who has the conversation).
    ///
    /// @param groupID The group.
    /// @param groupName The name, at most 500 bytes. None: unchanged.
    /// @param faceUrl The address of the picture, at most 500 bytes. None: unchanged.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> setGroupInfo(std::string_view groupID, const std::optional<std::string> &groupName,
                                    const std::optional<std::string> &faceUrl = std::nullopt,
                                    Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.text("groupName", groupName);
        request.text("faceUrl", faceUrl);
        request.integer("timeoutMs", timeout.count());
        return call<void>("setGroupInfo", request);
    }

    /// Adds users to a group. Waits for the server.
    ///
    /// @param groupID The group.
    /// @param userList The users, 1 to 100.
    /// @param timeout How long to wait for the server.
    /// @return The outcome for each user, in the order requested.
    Answer<Data<std::vector<GroupMemberOperationResult>>> inviteUserToGroup(std::string_view groupID,
                                                                            const std::vector<std::string> &userList,
                                                                            Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.texts("userList", userList);
        request.integer("timeoutMs", timeout.count());
        return call<std::vector<GroupMemberOperationResult>>("inviteUserToGroup", request);
    }

    /// Removes members from a group. Waits for the server.
    ///
    /// @param groupID The group.
    /// @param memberList The members' userIDs, 1 to 100.
    /// @param timeout How long to wait for the server.
    /// @return The outcome for each member, in the order requested.
    Answer<Data<std::vector<GroupMemberOperationResult>>> kickGroupMember(std::string_view groupID,
                                                                          const std::vector<std::string> &memberList,
                                                                          Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.texts("memberList", memberList);
        request.integer("timeoutMs", timeout.count());
        return call<std::vector<GroupMemberOperationResult>>("kickGroupMember", request);
    }

    /// Fetches the data of groups from the server. Waits for the server.
    ///
    /// @param groupIDList The groups, 1 to 100.
    /// @param timeout How long to wait for the server.
    /// @return The outcome for each group, in the order requested.
    Answer<Data<std::vector<GroupInfoResult>>> getGroupsInfo(const std::vector<std::string> &groupIDList,
                                                             Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.texts("groupIDList", groupIDList);
        request.integer("timeoutMs", timeout.count());
        return call<std::vector<GroupInfoResult>>("getGroupsInfo", request);
    }

    /// Reads the groups that the current user is a member of from the cache.
    ///
    /// @return The groups, sorted by groupID.
    Answer<Data<std::vector<GroupInfo>>> getJoinedGroupList() const
    {
        return call<std::vector<GroupInfo>>("getJoinedGroupList", Request());
    }

    /// Fetches the members of a group from the server, page by page. Waits for the server.
    ///
    /// @param groupID The group.
    /// @param nextSeq Where the page starts: the `nextSeq` of the page before, or `"0"` for the first page.
    /// @param count The size of the page.
    /// @param filter The members wanted: 0 all, 1 the owner, 2 the administrators, 4 ordinary members.
    /// @param timeout How long to wait for the server.
    Answer<Data<GroupMemberInfoResult>> getGroupMemberList(std::string_view groupID, std::string_view nextSeq = "0",
                                                           std::int64_t count = 100, std::int64_t filter = 0,
                                                           Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.text("nextSeq", nextSeq);
        request.integer("count", count);
        request.integer("filter", filter);
        request.integer("timeoutMs", timeout.count());
        return call<GroupMemberInfoResult>("getGroupMemberList", request);
    }

    /// Sends a message: stores it with status 1, shows it in the list and returns.
    ///
    /// The outbox delivers the message, also after a restart. A text may have up to 64 KiB, the whole message up to 256
    /// KiB as JSON.
    ///
    /// Events: `onConversationChanged`, `onNewConversation` (if the conversation was not in the list),
    /// `onMessageStatusChanged` (later: the message has status 2 once sent, or 3 if refused).
    ///
    /// @return The message, as it is stored.
    Answer<Data<Message>> sendMessage(const NewMessage &message) const
    {
        return call<Message>("sendMessage", message.request());
    }

    /// Reads the stored messages of a conversation, page by page.
    ///
    /// A call that reaches the end of what is stored lets libim fetch older messages, if the server has any;
    /// `onMessagesMissed` then reports the conversation.
    ///
    /// Events: `onMessagesMissed` (when older messages have been fetched).
    ///
    /// @return The messages, newest first when reading towards older ones, else oldest first.
    Answer<Data<std::vector<Message>>> getHistoryMessageList(const HistoryQuery &query) const
    {
        return call<std::vector<Message>>("getHistoryMessageList", query.request());
    }

    /// Recalls a message for everyone.
    ///
    /// Its content is removed, and the conversation's last message and unread count are recomputed; the conversation
    /// keeps its place. Users recall their own messages. The owner and the administrators of a group also recall those
    /// of other members where the server supports it: the embedded service does, XMPP servers do not. The change takes
    /// effect at once and reaches the server later; if the server refuses, it is undone and `onMessageStatusChanged`
    /// reports the message.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed), `onMessageStatusChanged` (if the server refuses).
    ///
    /// @param msgID The message's id.
    Answer<Data<void>> revokeMessage(std::string_view msgID) const
    {
        Request request;
        request.text("msgID", msgID);
        return call<void>("revokeMessage", request);
    }

    /// Deletes messages for the current user only: all of them or, on an error, none.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param msgIDs The ids of the messages, 1 to 500.
    Answer<Data<void>> deleteMessages(const std::vector<std::string> &msgIDs) const
    {
        Request request;
        request.texts("msgIDs", msgIDs);
        return call<void>("deleteMessages", request);
    }

    /// Sets the receive option of users: whether their messages arrive and notify.
    ///
    /// Only conversations with option 0 count towards the total of unread messages. The option applies to all devices
    /// of the user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param userIDList The users, 1 to 100.
    /// @param opt The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of
    /// mentions only.
    Answer<Data<void>> setC2CReceiveMessageOpt(const std::vector<std::string> &userIDList, std::int64_t opt) const
    {
        Request request;
        request.texts("userIDList", userIDList);
        request.integer("opt", opt);
        return call<void>("setC2CReceiveMessageOpt", request);
    }

    /// Sets the receive option of a group: whether its messages arrive and notify.
    ///
    /// Only conversations with option 0 count towards the total of unread messages. The option applies to all devices
    /// of the user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param groupID The group.
    /// @param opt The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of
    /// mentions only.
    Answer<Data<void>> setGroupReceiveMessageOpt(std::string_view groupID, std::int64_t opt) const
    {
        Request request;
        request.text("groupID", groupID);
        request.integer("opt", opt);
        return call<void>("setGroupReceiveMessageOpt", request);
    }

    /// Reads a page of the list.
    ///
    /// The order is `conversationOrder` of the config: by default pinned conversations first, then the most recently
    /// active.
    ///
    /// Every page but the last has `count` conversations, and `isFinished` is true on exactly the page that holds the
    /// last one. If nothing is written while the app pages through, it gets each conversation once. If something is, no
    /// conversation comes twice unless its key was lowered in between (by unpinning it), and a conversation that moves
    /// up past the cursor is reported by `onConversationChanged`. At most `conversationLimit` conversations of the
    /// config can be paged through.
    ///
    /// @param nextSeq Where the page starts: the `nextSeq` of the page before, or `"0"` for the first page.
    /// @param count The size of the page.
    Answer<Data<ConversationResult>> getConversationList(std::string_view nextSeq = "0", std::int64_t count = 100) const
    {
        Request request;
        request.text("nextSeq", nextSeq);
        request.integer("count", count);
        return call<ConversationResult>("getConversationList", request);
    }

    /// Reads one conversation.
    ///
    /// A conversation that is not in the list is returned as a transient one, with the name and picture that are known
    /// and an `orderkey` of 0. Nothing is stored.
    ///
    /// @param conversationID The conversation: `c2c_<userID>` or `group_<groupID>`.
    Answer<Data<Conversation>> getConversation(std::string_view conversationID) const
    {
        Request request;
        request.text("conversationID", conversationID);
        return call<Conversation>("getConversation", request);
    }

    /// Reads several conversations.
    ///
    /// @param conversationIDList The conversations, 1 to 100.
    /// @return Those that are in the list, in the order requested.
    Answer<Data<std::vector<Conversation>>>
    getConversationListByConversationIds(const std::vector<std::string> &conversationIDList) const
    {
        Request request;
        request.texts("conversationIDList", conversationIDList);
        return call<std::vector<Conversation>>("getConversationListByConversationIds", request);
    }

    /// Sets or cancels the draft of a conversation.
    ///
    /// A draft is local to this device. A new text moves the conversation up, and adds it to the list if it was not
    /// there; setting the same text again, or cancelling, moves nothing.
    ///
    /// Events: `onConversationChanged` (if something changed), `onNewConversation` (if the conversation was not in the
    /// list).
    ///
    /// @param conversationID The conversation: `c2c_<userID>` or `group_<groupID>`.
    /// @param draftText The text, at most 64 KiB. None or empty: the draft is cancelled.
    Answer<Data<void>> setConversationDraft(std::string_view conversationID,
                                            const std::optional<std::string> &draftText) const
    {
        Request request;
        request.text("conversationID", conversationID);
        request.text("draftText", draftText);
        return call<void>("setConversationDraft", request);
    }

    /// Pins or unpins a conversation.
    ///
    /// Pinned conversations come first and keep their order among each other. Pinning a conversation that is not in the
    /// list adds it. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
    ///
    /// Events: `onConversationChanged` (if something changed, and again if the server refuses), `onNewConversation` (if
    /// the conversation was not in the list).
    ///
    /// @param conversationID The conversation: `c2c_<userID>` or `group_<groupID>`.
    /// @param isPinned True to pin, false to unpin.
    Answer<Data<void>> pinConversation(std::string_view conversationID, bool isPinned) const
    {
        Request request;
        request.text("conversationID", conversationID);
        request.boolean("isPinned", isPinned);
        return call<void>("pinConversation", request);
    }

    /// Returns the number of unread messages in all conversations with `recvOpt` 0.
    Answer<Data<std::int64_t>> getTotalUnreadMessageCount() const
    {
        return call<std::int64_t>("getTotalUnreadMessageCount", Request());
    }

    /// Marks messages as read, in one conversation or in many.
    ///
    /// Read positions only move forward. The change takes effect at once and reaches the server later, for the user's
    /// other devices and the peer.
    ///
    /// Events: `onConversationChanged` (if something changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param conversationID One conversation, `"c2c"` for all with users, `"group"` for all groups, or `""` for all.
    /// @param cleanTimestamp C2C: the time of the last message to mark, in seconds since 1970; 0 for all messages.
    /// @param cleanSequence Groups: the sequence of the last message to mark; 0 for all messages.
    Answer<Data<void>> cleanConversationUnreadMessageCount(std::string_view conversationID = {},
                                                           std::int64_t cleanTimestamp = 0,
                                                           std::int64_t cleanSequence = 0) const
    {
        Request request;
        request.text("conversationID", conversationID);
        request.integer("cleanTimestamp", cleanTimestamp);
        request.integer("cleanSequence", cleanSequence);
        return call<void>("cleanConversationUnreadMessageCount", request);
    }

    /// Deletes the history with a user, for the current user only.
    ///
    /// The conversation keeps its place and has no last message.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param userID The user of the conversation.
    Answer<Data<void>> clearC2CHistoryMessage(std::string_view userID) const
    {
        Request request;
        request.text("userID", userID);
        return call<void>("clearC2CHistoryMessage", request);
    }

    /// Deletes the history of a group, for the current user only.
    ///
    /// The conversation keeps its place and has no last message.
    ///
    /// Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
    /// changed).
    ///
    /// @param groupID The group.
    Answer<Data<void>> clearGroupHistoryMessage(std::string_view groupID) const
    {
        Request request;
        request.text("groupID", groupID);
        return call<void>("clearGroupHistoryMessage", request);
    }

    /// Deletes a conversation with its messages, here and for this account on the server.
    ///
    /// A later message starts a new conversation. Deleting a conversation that is not in the list does nothing.
    ///
    /// Events: `onConversationDeleted`, `onTotalUnreadMessageCountChanged` (if the total changed).
    ///
    /// @param conversationID The conversation: `c2c_<userID>` or `group_<groupID>`.
    Answer<Data<void>> deleteConversation(std::string_view conversationID) const
    {
        Request request;
        request.text("conversationID", conversationID);
        return call<void>("deleteConversation", request);
    }

    /// Joins a group that is open to join: any type but `Work`. Waits for the server.
    ///
    /// Events: `onNewConversation` (if the conversation was not in the list).
    ///
    /// @param groupID The group.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> joinGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.integer("timeoutMs", timeout.count());
        return call<void>("joinGroup", request);
    }

    /// Leaves a group. Its conversation stays, with its history. Waits for the server.
    ///
    /// Whether the owner can leave is up to the server: the embedded service lets the owner of a `Work` group leave, an
    /// XMPP server no owner. Other owners dismiss the group instead.
    ///
    /// @param groupID The group.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> quitGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.integer("timeoutMs", timeout.count());
        return call<void>("quitGroup", request);
    }

    /// Dismisses a group that the current user owns. The members' conversations stay. Waits for the server.
    ///
    /// @param groupID The group.
    /// @param timeout How long to wait for the server.
    Answer<Data<void>> dismissGroup(std::string_view groupID, Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.text("groupID", groupID);
        request.integer("timeoutMs", timeout.count());
        return call<void>("dismissGroup", request);
    }

    /// Logs out: ends the connection. Waits for the server.
    ///
    /// The cache stays readable and writable. What waits in the outbox is sent after the next login.
    ///
    /// @param timeout Ignored: accepted as in every method that concerns the server.
    Answer<Data<void>> logout(Timeout timeout = DEFAULT_TIMEOUT) const
    {
        Request request;
        request.integer("timeoutMs", timeout.count());
        return call<void>("logout", request);
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
