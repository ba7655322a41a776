// libim for C++: hearing what changes. Handlers are std::functions that libim owns until nothing runs them any more.
//
// Handlers run on the client's dispatcher thread, one at a time, in order. They may call anything but methods that wait
// for the server and `close` on the same client, and must not wait for a future of it. No exception may leave a
// handler: one that does ends the program (std::terminate).
#ifndef LIBIM_LISTENER_HPP
#define LIBIM_LISTENER_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <libim/decode.hpp>
#include <libim/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// Takes any event: its `IM_EVENT_` number and its payload as JSON, which is borrowed until the handler returns.
using EventHandler = std::function<void(std::int32_t event, std::string_view payload)>;

/// Handlers for the events that one wants; the others are left empty. The names are V2TIM's, and docs/events.md says
/// when each comes. Ask for new, changed and deleted conversations together.
struct EventHandlers {
    std::function<void()> onSyncServerStart;               ///< a sync with the server begins
    std::function<void()> onSyncServerFinish;              ///< the sync is complete; what it changed was told before
    std::function<void(const Error &)> onSyncServerFailed; ///< the sync broke off; another one starts later
    /// Conversations joined the list: never told before, or deleted since.
    std::function<void(const Data<std::vector<Conversation>> &)> onNewConversation;
    /// Conversations have changed; each is whole, with its new `orderkey`.
    std::function<void(const Data<std::vector<Conversation>> &)> onConversationChanged;
    /// Conversations left the list: their conversationIDs.
    std::function<void(const Data<std::vector<std::string>> &)> onConversationDeleted;
    std::function<void(std::int64_t)> onTotalUnreadMessageCountChanged; ///< the new total of unread messages
    std::function<void(const Data<Message> &)> onRecvNewMessage;        ///< a message arrived
    std::function<void(const Data<Message> &)> onRecvMessageModified;   ///< a message was changed after it was sent
    std::function<void(const std::string &)> onRecvMessageRevoked;      ///< a message was recalled: its msgID
    /// A peer has read our messages.
    std::function<void(const Data<std::vector<MessageReceipt>> &)> onRecvC2CReadReceipt;
    std::function<void(const Data<Message> &)> onMessageStatusChanged; ///< a message of ours was sent or refused
    /// The histories of these conversations have messages that were not told one by one.
    std::function<void(const Data<std::vector<std::string>> &)> onMessagesMissed;
    std::function<void()> onConnecting;                 ///< connecting to the server
    std::function<void()> onConnectSuccess;             ///< connected
    std::function<void(const Error &)> onConnectFailed; ///< the connection failed or was lost
    std::function<void()> onKickedOffline;              ///< the server ended the session in favour of another one
    std::function<void()> onUserSigExpired;             ///< the credentials have expired: log in with new ones

    /// The events that have a handler: bit n for event n.
    [[nodiscard]] std::uint64_t mask() const noexcept;
    /// Calls the handler of an event, if there is one.
    void handle(std::int32_t event, std::string_view payload) const;
};

/// A listener of a client: hears events as long as this lives. Move-only.
///
/// Its end removes the listener. On any other thread this waits until no handler of it runs, so do not end it there
/// under a lock that a handler takes. Inside a handler of the client, also its own, it returns at once. It may outlive
/// its client.
class [[nodiscard]] Listener {
public:
    /// No listener.
    Listener() noexcept = default;
    /// Takes over; `other` is no listener then.
    Listener(Listener &&other) noexcept : client_(other.client_), listener_(std::exchange(other.listener_, 0)) {}
    /// Removes this one and takes over; `other` is no listener then.
    Listener &operator=(Listener &&other) noexcept
    {
        if (this != &other) {
            removeQuietly();
            client_ = other.client_;
            listener_ = std::exchange(other.listener_, 0);
        }
        return *this;
    }
    ~Listener() { removeQuietly(); }

    /// Removes the listener before its end. Fails with `IM_STATUS_NOT_INITIALIZED` when the client is closed and with
    /// `IM_STATUS_INVALID_PARAMETERS` when it is removed already; either way nothing is heard any more.
    Result<void> remove() noexcept
    {
        const im_status status = im_listener_remove(client_, std::exchange(listener_, 0));
        if (status != IM_STATUS_OK)
            return Error{status, im_status_name(status)};
        return {};
    }
    /// Lets the listener hear until its client is closed; this is none then.
    void detach() noexcept { listener_ = 0; }
    /// Whether this is a listener; false after a move, `remove` or `detach`.
    explicit operator bool() const noexcept { return listener_ != 0; }

private:
    friend class Client;
    Listener(im_client client, im_listener listener) noexcept : client_(client), listener_(listener) {}

    void removeQuietly() noexcept
    {
        if (listener_ != 0)
            static_cast<void>(remove());
    }

    im_client client_ = 0;
    im_listener listener_ = 0;
};

namespace detail {

/// What C calls for an event; `user_data` is an `EventHandler` on the heap.
inline void onEvent(void *user_data, std::int32_t event, const char *payload, std::size_t len) noexcept
{
    (*static_cast<EventHandler *>(user_data))(event, std::string_view(payload, len));
}

/// What C calls when it lets go of an `EventHandler`.
inline void destroyHandler(void *user_data) noexcept { delete static_cast<EventHandler *>(user_data); }

/// The failure in the payload of an event.
inline Error failureOf(std::string_view payload)
{
    Error failure;
    Scanner scanner(payload);
    std::string_view key, value;
    bool isMore = scanner.take('{');
    while (isMore && scanner.string(key) && scanner.take(':') && scanner.value(value)) {
        if (key == "code")
            failure.code = static_cast<im_status>(decode<std::int64_t>(value).valueOr(failure.code));
        else if (key == "desc")
            failure.desc = decode<std::string>(value).valueOr({});
        isMore = scanner.take(',');
    }
    return failure;
}

/// A payload that cannot be read, which libim never sends, is not told.
template <class T, class Handler> void tellAs(const Handler &handler, std::string_view payload)
{
    if (const Result<Data<T>> data = decode<T>(payload))
        handler(*data);
}

} // namespace detail

inline std::uint64_t EventHandlers::mask() const noexcept
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

inline void EventHandlers::handle(std::int32_t event, std::string_view payload) const
{
    if (event < 0 || event > 63 || (mask() >> event & 1) == 0)
        return;
    switch (event) {
    case IM_EVENT_SYNC_SERVER_START: onSyncServerStart(); break;
    case IM_EVENT_SYNC_SERVER_FINISH: onSyncServerFinish(); break;
    case IM_EVENT_SYNC_SERVER_FAILED: onSyncServerFailed(detail::failureOf(payload)); break;
    case IM_EVENT_NEW_CONVERSATION: detail::tellAs<std::vector<Conversation>>(onNewConversation, payload); break;
    case IM_EVENT_CONVERSATION_CHANGED:
        detail::tellAs<std::vector<Conversation>>(onConversationChanged, payload);
        break;
    case IM_EVENT_CONVERSATION_DELETED: detail::tellAs<std::vector<std::string>>(onConversationDeleted, payload); break;
    case IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED:
        detail::tellAs<std::int64_t>(onTotalUnreadMessageCountChanged, payload);
        break;
    case IM_EVENT_RECV_NEW_MESSAGE: detail::tellAs<Message>(onRecvNewMessage, payload); break;
    case IM_EVENT_RECV_MESSAGE_MODIFIED: detail::tellAs<Message>(onRecvMessageModified, payload); break;
    case IM_EVENT_RECV_MESSAGE_REVOKED: detail::tellAs<std::string>(onRecvMessageRevoked, payload); break;
    case IM_EVENT_RECV_C2C_READ_RECEIPT:
        detail::tellAs<std::vector<MessageReceipt>>(onRecvC2CReadReceipt, payload);
        break;
    case IM_EVENT_MESSAGE_STATUS_CHANGED: detail::tellAs<Message>(onMessageStatusChanged, payload); break;
    case IM_EVENT_MESSAGES_MISSED: detail::tellAs<std::vector<std::string>>(onMessagesMissed, payload); break;
    case IM_EVENT_CONNECTING: onConnecting(); break;
    case IM_EVENT_CONNECT_SUCCESS: onConnectSuccess(); break;
    case IM_EVENT_CONNECT_FAILED: onConnectFailed(detail::failureOf(payload)); break;
    case IM_EVENT_KICKED_OFFLINE: onKickedOffline(); break;
    case IM_EVENT_USER_SIG_EXPIRED: onUserSigExpired(); break;
    default: break;
    }
}

} // namespace LIBIM_FORM
} // namespace im

#endif
