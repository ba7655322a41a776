// libim for C++: listeners for events. Handlers are std::functions, which libim owns until they cannot run any more.
//
// Handlers run on the client's dispatcher thread, one at a time, in order. They may call anything except methods that
// wait for the server and `close` on the same client; a future of it refuses to be waited for. An exception that leaves
// a handler ends the program (std::terminate).
#ifndef LIBIM_LISTENER_HPP
#define LIBIM_LISTENER_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <libim/events.hpp>
#include <libim/result.hpp>
#include <libim/running.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace im {
inline namespace LIBIM_FORM {

/// A handler for any event: its `IM_EVENT_` number, and its payload as JSON, which is valid until the handler returns.
using EventHandler = std::function<void(std::int32_t event, std::string_view payload)>;

/// A listener of a client: it receives events during the lifetime of this object. Move-only; may outlive its client.
///
/// The destructor removes the listener. Inside a handler of the client, its own included, it returns at once. On any
/// other thread it waits until no handler of the listener runs, so do not destroy it there while holding a lock that a
/// handler takes.
class [[nodiscard]] Listener {
public:
    /// No listener.
    Listener() noexcept = default;
    /// Takes over the listener of `other`, which then has none.
    Listener(Listener &&other) noexcept : client_(other.client_), listener_(std::exchange(other.listener_, 0)) {}
    /// Removes this listener and takes over that of `other`, which then has none.
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

    /// Removes the listener. Fails with `IM_STATUS_NOT_INITIALIZED` if the client is closed, and with
    /// `IM_STATUS_INVALID_PARAMETERS` if it was removed before; in either case it receives no more events.
    Result<void> remove() noexcept
    {
        const im_status status = im_listener_remove(client_, std::exchange(listener_, 0));
        if (status != IM_STATUS_OK)
            return Error{status, im_status_name(status)};
        return {};
    }
    /// Leaves the listener in place until its client is closed; this object then has none.
    void detach() noexcept { listener_ = 0; }
    /// Whether there is a listener: false after a move, `remove` or `detach`.
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

/// A handler and its client.
struct Handling {
    im_client client;
    EventHandler handler;
};

/// The callback for C; `user_data` is a `Handling` on the heap.
inline void onEvent(void *user_data, std::int32_t event, const char *payload, std::size_t len) noexcept
{
    const auto &handling = *static_cast<Handling *>(user_data);
    const detail_of_both::Running running(handling.client);
    handling.handler(event, std::string_view(payload, len));
}

/// The destructor for C, called once the handler cannot run any more. What the handler holds may call anything at its end.
inline void destroyHandler(void *user_data) noexcept
{
    const std::unique_ptr<Handling> handling(static_cast<Handling *>(user_data));
    const detail_of_both::Running running(handling->client);
    handling->handler = nullptr;
}

} // namespace detail

} // namespace LIBIM_FORM
} // namespace im

#endif
