// Made by `make generate` from src/api; do not edit.
//
// libim for C++: handlers for events, each with the payload as its parameter.
#ifndef LIBIM_EVENTS_HPP
#define LIBIM_EVENTS_HPP

#include <cstdint>
#include <functional>
#include <libim/payload.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// Handlers for the events that an app wants; the others are left empty. The names are V2TIM's. Ask for new, changed
/// and deleted conversations together.
struct EventHandlers {
    /// A sync with the server has started: after login, and after each reconnect unless the XMPP server resumed the
    /// session (XEP-0198) and no sync was in progress. Exactly one `onSyncServerFinish` or `onSyncServerFailed`
    /// follows.
    std::function<void()> onSyncServerStart;
    /// The sync is complete. Everything it changed was reported before.
    std::function<void()> onSyncServerFinish;
    /// The sync broke off. What it changed so far stays; another sync starts later.
    std::function<void(const Error &)> onSyncServerFailed;
    /// Conversations joined the list: never reported before, or deleted since.
    std::function<void(const Data<std::vector<Conversation>> &)> onNewConversation;
    /// Visible fields of conversations changed. Each conversation is complete, with its new `orderkey`.
    std::function<void(const Data<std::vector<Conversation>> &)> onConversationChanged;
    /// Conversations left the list. Payload: their conversationIDs.
    std::function<void(const Data<std::vector<std::string>> &)> onConversationDeleted;
    /// The total of unread messages changed. Payload: the new total.
    std::function<void(std::int64_t)> onTotalUnreadMessageCountChanged;
    /// A message arrived.
    std::function<void(const Data<Message> &)> onRecvNewMessage;
    /// A message was edited. Reserved: no backend reports edited messages yet.
    std::function<void(const Data<Message> &)> onRecvMessageModified;
    /// A message was recalled, by another user or on another device. Payload: its `msgID`.
    std::function<void(const std::string &)> onRecvMessageRevoked;
    /// A peer has read messages of the current user.
    std::function<void(const Data<std::vector<MessageReceipt>> &)> onRecvC2CReadReceipt;
    /// A message of the current user was sent (status 2), was refused (status 3), or its recall was refused.
    std::function<void(const Data<Message> &)> onMessageStatusChanged;
    /// Messages were stored that `onRecvNewMessage` did not report: a sync brought them, older history was fetched, or
    /// a listener was too slow. Read the history of the conversations again. Payload: their conversationIDs.
    std::function<void(const Data<std::vector<std::string>> &)> onMessagesMissed;
    /// libim is connecting to the server.
    std::function<void()> onConnecting;
    /// The connection to the server is established and the user is logged in there.
    std::function<void()> onConnectSuccess;
    /// The connection failed or was lost. libim keeps trying, unless `getLoginStatus` is 3.
    std::function<void(const Error &)> onConnectFailed;
    /// The server ended the session in favour of another one. The login has ended.
    std::function<void()> onKickedOffline;
    /// The credentials have expired. The login has ended; open the client with new ones.
    std::function<void()> onUserSigExpired;

    /// The events that have a handler: bit n for event n.
    [[nodiscard]] std::uint64_t mask() const noexcept
    {
        std::uint64_t mask = 0;
        const auto want = [&mask](const auto &handler, int event) {
            if (handler)
                mask |= std::uint64_t{1} << event;
        };
        want(onSyncServerStart, IM_EVENT_SYNC_SERVER_START);
        want(onSyncServerFinish, IM_EVENT_SYNC_SERVER_FINISH);
        want(onSyncServerFailed, IM_EVENT_SYNC_SERVER_FAILED);
        want(onNewConversation, IM_EVENT_NEW_CONVERSATION);
        want(onConversationChanged, IM_EVENT_CONVERSATION_CHANGED);
        want(onConversationDeleted, IM_EVENT_CONVERSATION_DELETED);
        want(onTotalUnreadMessageCountChanged, IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED);
        want(onRecvNewMessage, IM_EVENT_RECV_NEW_MESSAGE);
        want(onRecvMessageModified, IM_EVENT_RECV_MESSAGE_MODIFIED);
        want(onRecvMessageRevoked, IM_EVENT_RECV_MESSAGE_REVOKED);
        want(onRecvC2CReadReceipt, IM_EVENT_RECV_C2C_READ_RECEIPT);
        want(onMessageStatusChanged, IM_EVENT_MESSAGE_STATUS_CHANGED);
        want(onMessagesMissed, IM_EVENT_MESSAGES_MISSED);
        want(onConnecting, IM_EVENT_CONNECTING);
        want(onConnectSuccess, IM_EVENT_CONNECT_SUCCESS);
        want(onConnectFailed, IM_EVENT_CONNECT_FAILED);
        want(onKickedOffline, IM_EVENT_KICKED_OFFLINE);
        want(onUserSigExpired, IM_EVENT_USER_SIG_EXPIRED);
        return mask;
    }

    /// Calls the handler of an event, if there is one.
    void handle(std::int32_t event, std::string_view payload) const
    {
        if (event < 0 || event > 63 || (mask() >> event & 1) == 0)
            return;
        switch (event) {
        case IM_EVENT_SYNC_SERVER_START:
            onSyncServerStart();
            break;
        case IM_EVENT_SYNC_SERVER_FINISH:
            onSyncServerFinish();
            break;
        case IM_EVENT_SYNC_SERVER_FAILED:
            onSyncServerFailed(detail::failureOf(payload));
            break;
        case IM_EVENT_NEW_CONVERSATION:
            detail::tellAs<std::vector<Conversation>>(onNewConversation, payload);
            break;
        case IM_EVENT_CONVERSATION_CHANGED:
            detail::tellAs<std::vector<Conversation>>(onConversationChanged, payload);
            break;
        case IM_EVENT_CONVERSATION_DELETED:
            detail::tellAs<std::vector<std::string>>(onConversationDeleted, payload);
            break;
        case IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED:
            detail::tellAs<std::int64_t>(onTotalUnreadMessageCountChanged, payload);
            break;
        case IM_EVENT_RECV_NEW_MESSAGE:
            detail::tellAs<Message>(onRecvNewMessage, payload);
            break;
        case IM_EVENT_RECV_MESSAGE_MODIFIED:
            detail::tellAs<Message>(onRecvMessageModified, payload);
            break;
        case IM_EVENT_RECV_MESSAGE_REVOKED:
            detail::tellAs<std::string>(onRecvMessageRevoked, payload);
            break;
        case IM_EVENT_RECV_C2C_READ_RECEIPT:
            detail::tellAs<std::vector<MessageReceipt>>(onRecvC2CReadReceipt, payload);
            break;
        case IM_EVENT_MESSAGE_STATUS_CHANGED:
            detail::tellAs<Message>(onMessageStatusChanged, payload);
            break;
        case IM_EVENT_MESSAGES_MISSED:
            detail::tellAs<std::vector<std::string>>(onMessagesMissed, payload);
            break;
        case IM_EVENT_CONNECTING:
            onConnecting();
            break;
        case IM_EVENT_CONNECT_SUCCESS:
            onConnectSuccess();
            break;
        case IM_EVENT_CONNECT_FAILED:
            onConnectFailed(detail::failureOf(payload));
            break;
        case IM_EVENT_KICKED_OFFLINE:
            onKickedOffline();
            break;
        case IM_EVENT_USER_SIG_EXPIRED:
            onUserSigExpired();
            break;
        default:
            break;
        }
    }
};

} // namespace LIBIM_FORM
} // namespace im

#endif
