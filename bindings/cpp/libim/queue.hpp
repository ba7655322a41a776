// libim for C++: events that the app handles when and where it wants to, such as in its main loop.
#ifndef LIBIM_QUEUE_HPP
#define LIBIM_QUEUE_HPP

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <libim/events.hpp>
#include <libim/result.hpp>
#include <libim/running.hpp>
#include <limits>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#if !defined(_WIN32)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace im {
inline namespace LIBIM_FORM {

namespace detail {

/// Whether it may be worth looking for an event. The dispatcher thread rings it.
class Bell {
public:
    Bell(im_client client, std::function<void()> onReady) : client_(client), onReady_(std::move(onReady)) {}
    Bell(const Bell &) = delete;
    Bell &operator=(const Bell &) = delete;
    ~Bell()
    {
#if !defined(_WIN32)
        for (const int end : ends_)
            if (end >= 0)
                ::close(end);
#endif
    }

    /// Rings, and lets the app know.
    void ring()
    {
        set();
        if (!onReady_)
            return;
        const detail_of_both::Running running(client_);
        onReady_();
    }
    /// Makes it worth looking.
    void set()
    {
        const std::lock_guard lock(mutex_);
        isSet_ = true;
        changed_.notify_all();
        signal();
    }
    /// Before a look.
    void clear()
    {
        const std::lock_guard lock(mutex_);
        isSet_ = false;
#if !defined(_WIN32)
        char bytes[16];
        while (ends_[0] >= 0 && ::read(ends_[0], bytes, sizeof bytes) > 0) {
        }
#endif
    }
    bool wait(std::chrono::milliseconds time)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [this] { return isSet_; });
    }
#if !defined(_WIN32)
    int fd()
    {
        const std::lock_guard lock(mutex_);
        if (ends_[0] < 0 && ::pipe(ends_) == 0) {
            for (const int end : ends_) {
                ::fcntl(end, F_SETFD, FD_CLOEXEC);
                ::fcntl(end, F_SETFL, O_NONBLOCK);
            }
            if (isSet_)
                signal();
        }
        return ends_[0];
    }
#endif

private:
    void signal() noexcept
    {
#if !defined(_WIN32)
        // A pipe that is full says the same.
        if (ends_[1] >= 0 && ::write(ends_[1], "", 1) < 0) {
        }
#endif
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool isSet_ = false;
    const im_client client_;
    const std::function<void()> onReady_;
    int ends_[2] = {-1, -1};
};

inline void onReady(void *user_data) noexcept { (*static_cast<std::shared_ptr<Bell> *>(user_data))->ring(); }

/// The stream or its client was closed: whoever waits looks, and finds the end.
inline void endBell(void *user_data) noexcept
{
    const std::unique_ptr<std::shared_ptr<Bell>> bell(static_cast<std::shared_ptr<Bell> *>(user_data));
    (*bell)->ring();
}

} // namespace detail

/// Events of a client that wait until the app handles them, on a thread of its choice: a main loop calls `handle` when
/// `fd` is readable, or when the function given to `Client::openQueue` has said so. Move-only; may outlive its client.
///
/// Changes that wait are merged, so that a slow app gets the newest state of each conversation and no backlog; of messages
/// it gets the newest few thousand, with one `onMessagesMissed` for the others. Handlers may call anything, wait for the
/// server and for futures included.
class [[nodiscard]] EventQueue {
public:
    /// Takes over the events of `other`, which then has none.
    EventQueue(EventQueue &&other) noexcept
        : stream_(std::exchange(other.stream_, 0)), bell_(std::move(other.bell_)), handlers_(std::move(other.handlers_))
    {
    }
    /// Closes this queue and takes over the events of `other`, which then has none.
    EventQueue &operator=(EventQueue &&other) noexcept
    {
        if (this != &other) {
            close();
            stream_ = std::exchange(other.stream_, 0);
            bell_ = std::move(other.bell_);
            handlers_ = std::move(other.handlers_);
        }
        return *this;
    }
    ~EventQueue() { close(); }

    /// Calls the handlers of the events that are there, on this thread, and of no more than `most`. Returns how many there
    /// were. Does not wait. One thread at a time.
    std::size_t handle(std::size_t most = std::numeric_limits<std::size_t>::max())
    {
        if (!bell_)
            return 0;
        bell_->clear();
        for (std::size_t count = 0; count < most; ++count) {
            std::int32_t event = IM_EVENT_NONE;
            char *text = nullptr;
            hasEnded_ = im_stream_next(stream_, &event, &text) != IM_STATUS_OK;
            const std::unique_ptr<char, void (*)(char *)> payload(text, im_string_free);
            if (hasEnded_ || event == IM_EVENT_NONE)
                return count;
            handlers_.handle(event, payload ? std::string_view(payload.get()) : std::string_view("null"));
        }
        bell_->set(); // there may be more
        return most;
    }
    /// Waits until there may be something to handle, for no longer than a time. False when the time is over.
    bool wait(std::chrono::milliseconds time) { return bell_ && bell_->wait(time); }
    /// Whether `handle` has found that no event will come any more: the client is closed.
    [[nodiscard]] bool hasEnded() const noexcept { return hasEnded_; }
#if !defined(_WIN32)
    /// A file descriptor that is readable while there may be something to handle, for `poll` and main loops. It belongs to
    /// the queue: do not read or close it. -1 when the system has none left.
    [[nodiscard]] int fd() { return bell_ ? bell_->fd() : -1; }
#endif

private:
    friend class Client;
    EventQueue(im_stream stream, std::shared_ptr<detail::Bell> bell, EventHandlers handlers)
        : stream_(stream), bell_(std::move(bell)), handlers_(std::move(handlers))
    {
    }

    void close() noexcept
    {
        if (stream_ != 0)
            im_stream_close(std::exchange(stream_, 0));
    }

    im_stream stream_;
    std::shared_ptr<detail::Bell> bell_;
    EventHandlers handlers_;
    bool hasEnded_ = false;
};

} // namespace LIBIM_FORM
} // namespace im

#endif
