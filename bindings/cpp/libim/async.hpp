// libim for C++: asynchronous calls, with a future or a handler for the answer.
#ifndef LIBIM_ASYNC_HPP
#define LIBIM_ASYNC_HPP

#include <cstddef>
#include <functional>
#include <future>
#include <libim/decode.hpp>
#include <libim/future.hpp>
#include <libim/methods.hpp>
#include <libim/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace im {
inline namespace LIBIM_FORM {

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

private:
    friend class Client;
    friend class Methods<Async, Future>;
    explicit Async(im_client client) noexcept : client_(client) {}

    Future<Data<Message>> sendThenWait(const std::string &request, Timeout timeout) const;

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

inline Result<std::shared_ptr<Waiting>> start(im_client client, const std::string &method, const std::string &request,
                                              OnResponse then)
{
    if (const Result<void> checked = checkText(method, request); !checked)
        return checked.error();
    auto waiting = std::make_shared<Waiting>(client, std::move(then));
    auto share = std::make_unique<std::shared_ptr<Waiting>>(waiting);
    const im_status status = im_call_async(client, method.c_str(), request.c_str(), onResponse, share.get());
    if (status != IM_STATUS_OK)
        return Error{status, std::string(method) + " was refused: " + im_status_name(status)};
    static_cast<void>(share.release()); // onResponse owns it now
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
                                               promise, detail::answer<Message>);
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

} // namespace LIBIM_FORM
} // namespace im

#endif
