// libim for C++: one account.
#ifndef LIBIM_CLIENT_HPP
#define LIBIM_CLIENT_HPP

#include <cstdint>
#include <functional>
#include <libim/async.hpp>
#include <libim/decode.hpp>
#include <libim/listener.hpp>
#include <libim/methods.hpp>
#include <libim/parameters.hpp>
#include <libim/queue.hpp>
#include <libim/result.hpp>
#include <libim/walk.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// An open account with its local cache. Move-only; the destructor closes it. The methods are those of `Methods`, and
/// wait for their answers.
///
/// Any number of threads may call at once, even while another one closes the client. Moving or destroying it during a
/// call is not allowed, as with any object.
class [[nodiscard]] Client : public Methods<Client, Result> {
public:
    /// Opens an account. This needs neither a network nor a login; `login` starts the sync. Fails with
    /// `IM_STATUS_ACCOUNT_IN_USE` if another client, in this process or another, has the account open
    /// in the same `dataDir`.
    [[nodiscard]] static Result<Client> open(const Config &config) { return open(config.json()); }
    /// The same with a config as JSON, as for `im_client_open`: for every backend.
    [[nodiscard]] static Result<Client> open(const std::string &config);

    /// Takes over; `other` is then closed.
    Client(Client &&other) noexcept
        : Methods(std::move(other)), client_(std::exchange(other.client_, 0)), opened_(std::move(other.opened_))
    {
    }
    /// Closes this client, as the destructor does, and takes over; `other` is then closed.
    Client &operator=(Client &&other) noexcept
    {
        if (this != &other) {
            closeQuietly(std::exchange(client_, 0));
            client_ = std::exchange(other.client_, 0);
            opened_ = std::move(other.opened_);
        }
        return *this;
    }
    /// Closes the client and waits until it is closed; see `close`. Inside a handler of the same client, where that
    /// would wait for itself, it returns at once, and another thread closes the client some time after the handler has
    /// returned.
    ~Client() { closeQuietly(client_); }

    /// Closes the client. Calls of other threads that wait for the server end with `IM_STATUS_CANCELLED`, a running
    /// handler is waited for, and futures get their results. Afterwards no handler runs, and all of them are destroyed.
    /// What waits in the outbox is sent after the next login.
    ///
    /// Fails with `IM_STATUS_NOT_INITIALIZED` if it is already closed, and with `IM_STATUS_CALLED_FROM_CALLBACK` inside
    /// a handler of the same client, which stays open. Any other thread.
    Result<void> close() const
    {
        const im_status status = im_client_close(client_);
        if (status != IM_STATUS_OK)
            return Error{status, std::string("close was refused: ") + im_status_name(status)};
        return {};
    }

    /// The state in which the account was found when it was opened.
    [[nodiscard]] const Data<Opened> &opened() const noexcept { return opened_; }
    /// The handle, for the functions of C. This object keeps owning it.
    [[nodiscard]] im_client handle() const noexcept { return client_; }
    /// The same methods, returning futures.
    [[nodiscard]] Async async() const noexcept { return Async(client_); }

    /// Calls a method by its V2TIM name with a JSON object, and returns its data as JSON: for methods that this header
    /// does not have, and for apps with a JSON library of their own.
    Result<std::string> call(const std::string &method, const std::string &request = "{}") const
    {
        return respond<std::string>(method, request, detail::textAnswer);
    }
    /// Calls a method by its V2TIM name with a JSON object, and decodes its data as a `T`.
    template <class T> Result<Data<T>> callAs(const std::string &method, const std::string &request = "{}") const
    {
        return respond<Data<T>>(method, request, detail::answer<T>);
    }

    /// Walks the whole list from its top, page by page, and shows each conversation to `visit`, which may return false to
    /// end the walk. A conversation that moves up meanwhile may be missed; `onConversationChanged` reports it. Beside a
    /// listener use that of `async`.
    template <class Visit> Result<void> forEachConversation(Visit visit) const
    {
        return walk(detail::ConversationPages(), detail::visitorOf<Conversation>(std::move(visit)));
    }
    /// Walks the stored messages of a conversation, the newest first; `visit` may return false to end the walk.
    template <class Visit> Result<void> forEachMessage(std::string_view conversationID, Visit visit) const
    {
        return walk(detail::MessagePages(conversationID), detail::visitorOf<Message>(std::move(visit)));
    }
    /// The unread messages of a conversation, the oldest first: those that make up its `unreadCount`. What a bot has to
    /// answer.
    Result<std::vector<Message>> unreadMessages(std::string_view conversationID) const
    {
        const Result<std::int64_t> missing =
            respond<std::int64_t>("getConversation", detail::conversationRequest(conversationID), detail::unreadOf);
        if (!missing)
            return missing.error();
        detail::Unread unread(*missing);
        if (unread.goesOn()) {
            const auto take = [&unread](const Message &message) { return unread.take(message); };
            if (const Result<void> done = forEachMessage(conversationID, take); !done)
                return done.error();
        }
        return unread.found();
    }

    /// Adds a listener for the events that have a handler, from now on: a handler may run before this returns. Fails
    /// with `IM_STATUS_INVALID_PARAMETERS` if there is no handler.
    Result<Listener> addListener(EventHandlers handlers) const
    {
        const std::uint64_t mask = handlers.mask();
        if (mask == 0)
            return Error{IM_STATUS_INVALID_PARAMETERS, "there is no handler"};
        return addListener(
            [handlers = std::move(handlers)](std::int32_t event, std::string_view payload) {
                handlers.handle(event, payload);
            },
            mask);
    }
    /// The same with one handler for all events of a mask: bit n stands for event n, and 0 for all events, including
    /// those of later versions.
    Result<Listener> addListener(EventHandler handler, std::uint64_t mask = 0) const;
    /// Opens a queue of the events that have a handler, from now on, which the app handles when and where it wants to.
    /// `onReady` is called on the client's dispatcher thread when there is something to handle after there was nothing, and
    /// may post a task to the app's loop: `[&] { post([&] { queue.handle(); }); }`. Fails with
    /// `IM_STATUS_INVALID_PARAMETERS` if there is no handler.
    Result<EventQueue> openQueue(EventHandlers handlers, std::function<void()> onReady = nullptr) const;

private:
    friend class Methods<Client, Result>;

    struct FreeString {
        void operator()(char *string) const noexcept { im_string_free(string); }
    };
    using Response = std::unique_ptr<char, FreeString>;

    Client(im_client client, Data<Opened> opened) noexcept : client_(client), opened_(std::move(opened)) {}

    static std::string_view view(const Response &response) noexcept
    {
        return response ? std::string_view(response.get()) : std::string_view();
    }
    static void closeQuietly(im_client client) noexcept;

    Result<Data<Message>> sendThenWait(const std::string &request, Timeout timeout) const
    {
        const auto idOf = [](im_status status, std::string_view response) {
            return detail::textOf("msgID", status, response);
        };
        const Result<std::string> msgID = respond<std::string>("sendMessage", request, idOf);
        if (!msgID)
            return msgID.error();
        return callMethod<Message>("waitUntilSent", detail::waitRequest(*msgID, timeout.count()));
    }

    template <class Pages> Result<void> walk(Pages pages, const detail::Visitor<typename Pages::Item> &visit) const
    {
        for (;;) {
            const auto page =
                respond<typename Pages::Page>(Pages::METHOD, pages.request(), detail::pageOf<typename Pages::Page>);
            if (!page)
                return page.error();
            if (!detail::show(*page, pages, visit))
                return {};
        }
    }

    template <class T> Result<Data<T>> callMethod(const std::string &method, const std::string &request) const
    {
        return respond<Data<T>>(method, request, detail::answerToMethod<T>);
    }

    template <class T, class Read>
    Result<T> respond(const std::string &method, const std::string &request, Read read) const
    {
        if (const Result<void> checked = detail::checkText(method, request); !checked)
            return checked.error();
        char *response = nullptr;
        const im_status status = im_call(client_, method.c_str(), request.c_str(), &response);
        return read(status, view(Response(response)));
    }

    im_client client_;
    Data<Opened> opened_;
};

inline Result<Client> Client::open(const std::string &config)
{
    if (im_abi_version() != IM_ABI_VERSION)
        return Error{IM_STATUS_NOT_SUPPORTED, std::string("the ABI of libim ") + im_version() + " is not the header's"};
    if (Result<void> checked = detail::checkText({}, config); !checked)
        return checked.error();
    im_client client = 0;
    char *response = nullptr;
    const im_status status = im_client_open(config.c_str(), &client, &response);
    Result<Data<Opened>> opened = detail::answer<Opened>(status, view(Response(response)));
    if (!opened) {
        closeQuietly(client);
        return opened.error();
    }
    return Client(client, *std::move(opened));
}

inline Result<Listener> Client::addListener(EventHandler handler, std::uint64_t mask) const
{
    if (!handler)
        return Error{IM_STATUS_INVALID_PARAMETERS, "the handler is empty"};
    std::unique_ptr<detail::Handling> owned(new detail::Handling{client_, std::move(handler)});
    im_listener listener = 0;
    const im_status status =
        im_listener_add(client_, mask, detail::onEvent, owned.get(), detail::destroyHandler, &listener);
    if (status != IM_STATUS_OK)
        return Error{status, std::string("the listener was refused: ") + im_status_name(status)};
    static_cast<void>(owned.release()); // destroyHandler owns it now, and may have run
    return Listener(client_, listener);
}

inline Result<EventQueue> Client::openQueue(EventHandlers handlers, std::function<void()> onReady) const
{
    const std::uint64_t mask = handlers.mask();
    if (mask == 0)
        return Error{IM_STATUS_INVALID_PARAMETERS, "there is no handler"};
    auto bell = std::make_shared<detail::Bell>(client_, std::move(onReady));
    auto owned = std::make_unique<std::shared_ptr<detail::Bell>>(bell);
    im_stream stream = 0;
    const im_status status =
        im_stream_open(client_, mask, detail::onReady, owned.get(), detail::endBell, &stream);
    if (status != IM_STATUS_OK)
        return Error{status, std::string("the queue was refused: ") + im_status_name(status)};
    static_cast<void>(owned.release()); // endBell owns it now, and may have run
    return EventQueue(stream, std::move(bell), std::move(handlers));
}

inline void Client::closeQuietly(im_client client) noexcept
{
    if (client == 0 || im_client_close(client) != IM_STATUS_CALLED_FROM_CALLBACK)
        return;
    // If no thread can be started, because memory is short, the client stays open until the process ends.
#if defined(__cpp_exceptions)
    try {
        std::thread(im_client_close, client).detach();
    } catch (...) {
    }
#else
    std::thread(im_client_close, client).detach();
#endif
}

} // namespace LIBIM_FORM
} // namespace im

#endif
