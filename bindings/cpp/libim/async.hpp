// libim for C++: asynchronous calls, with a future or a handler for the answer.
#ifndef LIBIM_ASYNC_HPP
#define LIBIM_ASYNC_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <libim/decode.hpp>
#include <libim/future.hpp>
#include <libim/methods.hpp>
#include <libim/result.hpp>
#include <libim/walk.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

namespace detail {
template <class T, class Read>
Future<T> startForFuture(im_client client, const std::string &method, const std::string &request, Read read);
} // namespace detail

/// The methods of a client, each returning a future at once. Created by `Client::async`; cheap to copy, and may outlive
/// the client, after which every call fails with `IM_STATUS_NOT_INITIALIZED`.
///
/// Every future gets a result: `IM_STATUS_CANCELLED` if the client is closed first. It may be dropped without waiting.
class Async : public Methods<Async, Future> {
public:
    /// Calls a method by its V2TIM name with a JSON object, and returns its data as JSON.
    [[nodiscard]] Future<std::string> call(const std::string &method, const std::string &request = "{}") const;

    /// Calls a method by its V2TIM name with a JSON object, and decodes its data as a `T`.
    template <class T>
    [[nodiscard]] Future<Data<T>> callAs(const std::string &method, const std::string &request = "{}") const;

    /// Calls a method by its V2TIM name with a JSON object, and passes its data as a `T` to a handler. The handler runs
    /// once, on the client's dispatcher thread, under the rules for all handlers, unless the `Pending` is destroyed or
    /// dropped before; or never, if this returns an error.
    template <class T>
    Result<Pending> callThen(const std::string &method, const std::string &request,
                             std::function<void(Result<Data<T>>)> handler) const;

    /// Walks the whole list from its top, page by page, and shows each conversation to `visit`, which may return false to
    /// end the walk; then `ended` is called, with the error if there was one. Both run on the client's dispatcher thread
    /// while the `Pending` lives, as a handler of `callThen`. Each page is read at its place among the events: its
    /// conversations are never older than what a handler was told before, and what is newer comes after.
    template <class Visit>
    Result<Pending> forEachConversation(Visit visit, std::function<void(Result<void>)> ended = nullptr) const;

    /// Walks the stored messages of a conversation, the newest first, as `forEachConversation` walks the list.
    template <class Visit>
    Result<Pending> forEachMessage(std::string_view conversationID, Visit visit,
                                   std::function<void(Result<void>)> ended = nullptr) const;

    /// The unread messages of a conversation, the oldest first: those that make up its `unreadCount`.
    [[nodiscard]] Future<std::vector<Message>> unreadMessages(std::string_view conversationID) const;

private:
    friend class Client;
    friend class Methods<Async, Future>;
    explicit Async(im_client client) noexcept : client_(client) {}

    template <class T> Future<Data<T>> callMethod(const std::string &method, const std::string &request) const
    {
        return detail::startForFuture<Data<T>>(client_, method, request, detail::answerToMethod<T>);
    }
    Future<Data<Message>> sendThenWait(const std::string &request, Timeout timeout) const;
    template <class Pages>
    Result<Pending> walk(Pages pages, detail::Visitor<typename Pages::Item> visit,
                         std::function<void(Result<void>)> ended) const;

    im_client client_;
};

namespace detail {

/// Turns a response into a result, as JSON.
inline Result<std::string> textAnswer(im_status status, std::string_view response)
{
    const Result<std::string_view> data = dataOf(status, response);
    if (!data)
        return data.error();
    return std::string(*data);
}

/// Refuses text with a NUL, which would end it early in C.
inline Result<void> checkText(const std::string &method, const std::string &request)
{
    if (method.find('\0') != std::string::npos)
        return Error{IM_STATUS_UNKNOWN_METHOD, "the name of the method has a NUL character"};
    if (request.find('\0') != std::string::npos)
        return Error{IM_STATUS_INVALID_JSON, "the request has a NUL character"};
    return {};
}

/// The callback for C; `user_data` is a share of a call on the heap.
inline void onResponse(void *user_data, im_status status, const char *response, std::size_t len) noexcept
{
    const std::unique_ptr<std::shared_ptr<Waiting>> waiting(static_cast<std::shared_ptr<Waiting> *>(user_data));
    (*waiting)->take(status, std::string_view(response, len));
}

/// Starts a call whose response `waiting` takes.
inline Result<void> start(im_client client, const std::string &method, const std::string &request,
                          const std::shared_ptr<Waiting> &waiting)
{
    if (const Result<void> checked = checkText(method, request); !checked)
        return checked.error();
    auto share = std::make_unique<std::shared_ptr<Waiting>>(waiting);
    const im_status status = im_call_async(client, method.c_str(), request.c_str(), onResponse, share.get());
    if (status != IM_STATUS_OK)
        return Error{status, std::string(method) + " was refused: " + im_status_name(status)};
    static_cast<void>(share.release()); // onResponse owns it now
    return {};
}

inline Result<std::shared_ptr<Waiting>> start(im_client client, const std::string &method, const std::string &request,
                                              OnResponse then)
{
    auto waiting = std::make_shared<Waiting>(client, std::move(then));
    if (const Result<void> started = start(client, method, request, waiting); !started)
        return started.error();
    return waiting;
}

/// A result that a future waits for. Shared, because a std::function has to be copyable and a promise is not.
template <class T> using Promise = std::shared_ptr<std::promise<Result<T>>>;

/// Starts a call whose result goes into a promise, even if it cannot be started.
template <class T, class Read>
void startForPromise(im_client client, const std::string &method, const std::string &request, const Promise<T> &promise,
                     Read read)
{
    const auto then = [promise, read](im_status status, std::string_view response) {
        promise->set_value(read(status, response));
    };
    const auto started = start(client, method, request, then);
    if (!started)
        promise->set_value(started.error());
}

/// Starts a call whose result goes into a future.
template <class T, class Read>
Future<T> startForFuture(im_client client, const std::string &method, const std::string &request, Read read)
{
    auto promise = std::make_shared<std::promise<Result<T>>>();
    Future<T> future(promise->get_future(), client);
    startForPromise<T>(client, method, request, promise, read);
    return future;
}

/// A walk that goes on with each answer. Its handler is one for all of its calls.
template <class Pages> class Walk : public std::enable_shared_from_this<Walk<Pages>> {
public:
    using Ended = std::function<void(Result<void>)>;

    Walk(im_client client, Pages pages, Visitor<typename Pages::Item> visit, Ended ended)
        : client_(client), pages_(std::move(pages)), visit_(std::move(visit)), ended_(std::move(ended))
    {
    }

    /// Asks for the first page.
    Result<std::shared_ptr<Waiting>> begin()
    {
        auto waiting = std::make_shared<Waiting>(client_, step());
        waiting_ = waiting; // before there can be an answer
        if (const Result<void> started = start(client_, Pages::METHOD, pages_.request(), waiting); !started)
            return started.error();
        return waiting;
    }

private:
    OnResponse step()
    {
        return [walk = this->shared_from_this()](im_status status, std::string_view response) {
            walk->take(pageOf<typename Pages::Page>(status, response));
        };
    }

    void take(const Result<typename Pages::Page> &page)
    {
        if (!page)
            end(page.error());
        else if (show(*page, pages_, visit_))
            more();
        else
            end({});
    }

    void more()
    {
        const std::shared_ptr<Waiting> waiting = waiting_.lock();
        if (!waiting || !waiting->takeMore(step()))
            return;
        if (const Result<void> started = start(client_, Pages::METHOD, pages_.request(), waiting); !started) {
            waiting->drop();
            end(started);
        }
    }

    void end(const Result<void> &result)
    {
        if (ended_)
            ended_(result);
    }

    const im_client client_;
    Pages pages_;
    const Visitor<typename Pages::Item> visit_;
    const Ended ended_;
    std::weak_ptr<Waiting> waiting_;
};

} // namespace detail

inline Future<std::string> Async::call(const std::string &method, const std::string &request) const
{
    return detail::startForFuture<std::string>(client_, method, request, detail::textAnswer);
}

template <class T> Future<Data<T>> Async::callAs(const std::string &method, const std::string &request) const
{
    return detail::startForFuture<Data<T>>(client_, method, request, detail::answer<T>);
}

inline Future<Data<Message>> Async::sendThenWait(const std::string &request, Timeout timeout) const
{
    auto promise = std::make_shared<std::promise<Result<Data<Message>>>>();
    Future<Data<Message>> future(promise->get_future(), client_);
    const auto then = [client = client_, timeout, promise](im_status status, std::string_view response) {
        const Result<std::string> msgID = detail::textOf("msgID", status, response);
        if (!msgID)
            return promise->set_value(msgID.error());
        detail::startForPromise<Data<Message>>(client, "waitUntilSent", detail::waitRequest(*msgID, timeout.count()),
                                               promise, detail::answerToMethod<Message>);
    };
    const auto started = detail::start(client_, "sendMessage", request, then);
    if (!started)
        promise->set_value(started.error());
    return future;
}

template <class T>
Result<Pending> Async::callThen(const std::string &method, const std::string &request,
                                std::function<void(Result<Data<T>>)> handler) const
{
    if (!handler)
        return Error{IM_STATUS_INVALID_PARAMETERS, "the handler is empty"};
    auto then = [handler = std::move(handler)](im_status status, std::string_view response) {
        handler(detail::answer<T>(status, response));
    };
    auto started = detail::start(client_, method, request, std::move(then));
    if (!started)
        return started.error();
    return Pending(*std::move(started));
}

template <class Pages>
Result<Pending> Async::walk(Pages pages, detail::Visitor<typename Pages::Item> visit,
                            std::function<void(Result<void>)> ended) const
{
    using Walk = detail::Walk<Pages>;
    auto started = std::make_shared<Walk>(client_, std::move(pages), std::move(visit), std::move(ended))->begin();
    if (!started)
        return started.error();
    return Pending(*std::move(started));
}

template <class Visit>
Result<Pending> Async::forEachConversation(Visit visit, std::function<void(Result<void>)> ended) const
{
    return walk(detail::ConversationPages(), detail::visitorOf<Conversation>(std::move(visit)), std::move(ended));
}

template <class Visit>
Result<Pending> Async::forEachMessage(std::string_view conversationID, Visit visit,
                                      std::function<void(Result<void>)> ended) const
{
    return walk(detail::MessagePages(conversationID), detail::visitorOf<Message>(std::move(visit)), std::move(ended));
}

inline Future<std::vector<Message>> Async::unreadMessages(std::string_view conversationID) const
{
    auto promise = std::make_shared<std::promise<Result<std::vector<Message>>>>();
    Future<std::vector<Message>> future(promise->get_future(), client_);
    auto counted = [promise, id = std::string(conversationID), client = client_](im_status status,
                                                                                 std::string_view response) {
        const Result<std::int64_t> missing = detail::unreadOf(status, response);
        if (!missing)
            return promise->set_value(missing.error());
        auto unread = std::make_shared<detail::Unread>(*missing);
        if (!unread->goesOn())
            return promise->set_value(unread->found());
        auto ended = [promise, unread](Result<void> done) {
            promise->set_value(done ? Result<std::vector<Message>>(unread->found()) : done.error());
        };
        auto walk = std::make_shared<detail::Walk<detail::MessagePages>>(
            client, detail::MessagePages(id), [unread](const Message &message) { return unread->take(message); }, ended);
        if (const auto begun = walk->begin(); !begun)
            promise->set_value(begun.error());
    };
    const auto started = detail::start(client_, "getConversation", detail::conversationRequest(conversationID),
                                       detail::OnResponse(std::move(counted)));
    if (!started)
        promise->set_value(started.error());
    return future;
}

} // namespace LIBIM_FORM
} // namespace im

#endif
