// libim for C++: results that are not there yet, and handlers for them that can be dropped.
#ifndef LIBIM_FUTURE_HPP
#define LIBIM_FUTURE_HPP

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <libim/result.hpp>
#include <libim/running.hpp>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace im {
inline namespace LIBIM_FORM {

/// A result that is not there yet. Move-only; may be dropped without waiting for it, and may outlive its client.
template <class T> class Future {
public:
    /// No result to come.
    Future() noexcept = default;
    /// The result of a call on a client.
    Future(std::future<Result<T>> future, im_client client) noexcept : future_(std::move(future)), client_(client) {}

    /// Waits for the result, and takes it. Once only; `valid` must be true.
    ///
    /// Results come on the client's dispatcher thread. So inside a handler of the same client, where the wait would never
    /// end, this fails with `IM_STATUS_CALLED_FROM_CALLBACK` unless the result is there, and the future stays valid.
    [[nodiscard]] Result<T> get()
    {
        if (detail_of_both::runningIn == client_ && client_ != 0 && !isReady())
            return Error{IM_STATUS_CALLED_FROM_CALLBACK,
                         "a future cannot be waited for inside a handler of its client, which its result comes after"};
        return future_.get();
    }
    /// Whether the result is there, so that `get` does not wait.
    [[nodiscard]] bool isReady() const { return wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
    /// Waits for the result, for no longer than a time.
    template <class Rep, class Period>
    std::future_status wait_for(const std::chrono::duration<Rep, Period> &time) const
    {
        return future_.wait_for(time);
    }
    /// Whether there is, or will be, a result to take.
    [[nodiscard]] bool valid() const noexcept { return future_.valid(); }
    /// The future of the standard library behind this one, for code that wants one. It waits for ever inside a handler.
    [[nodiscard]] std::future<Result<T>> release() noexcept { return std::move(future_); }

private:
    std::future<Result<T>> future_;
    im_client client_ = 0;
};

namespace detail {

/// What takes a response.
using OnResponse = std::function<void(im_status, std::string_view)>;

/// A call whose response a handler takes, unless it was dropped before.
class Waiting {
public:
    Waiting(im_client client, OnResponse then) : client_(client), then_(std::move(then)) {}

    /// Hands the response over. The handler ends with it.
    void take(im_status status, std::string_view response)
    {
        OnResponse then;
        {
            const std::lock_guard lock(mutex_);
            then = std::exchange(then_, nullptr);
            runner_ = std::this_thread::get_id();
        }
        if (then) {
            const detail_of_both::Running running(client_);
            then(status, response);
            then = nullptr;
        }
        const std::lock_guard lock(mutex_);
        runner_ = std::thread::id();
        ended_.notify_all();
    }

    /// Has `then` take the response of a further call. Inside the handler; false when it was dropped meanwhile.
    bool takeMore(OnResponse then)
    {
        const std::lock_guard lock(mutex_);
        if (isDropped_)
            return false;
        then_ = std::move(then);
        return true;
    }

    /// Has the handler end without a response. Waits while it runs, except inside it.
    void drop()
    {
        OnResponse dropped; // ends after the lock
        std::unique_lock lock(mutex_);
        isDropped_ = true;
        dropped = std::exchange(then_, nullptr);
        if (runner_ != std::this_thread::get_id())
            ended_.wait(lock, [this] { return runner_ == std::thread::id(); });
    }

private:
    const im_client client_;
    std::mutex mutex_;
    std::condition_variable ended_;
    OnResponse then_;
    std::thread::id runner_;
    bool isDropped_ = false;
};

} // namespace detail

/// A handler that waits for the answer of a call, for the lifetime of this object: what the handler refers to has to live
/// as long, and not longer. Move-only.
///
/// The destructor drops the handler, which then neither runs nor is running. So do not destroy this while holding a lock
/// that the handler takes. The call itself goes on.
class [[nodiscard]] Pending {
public:
    /// No handler.
    Pending() noexcept = default;
    /// Takes over the handler of `other`, which then has none.
    Pending(Pending &&other) noexcept : waiting_(std::move(other.waiting_)) {}
    /// Drops this handler and takes over that of `other`, which then has none.
    Pending &operator=(Pending &&other) noexcept
    {
        if (this != &other) {
            drop();
            waiting_ = std::move(other.waiting_);
        }
        return *this;
    }
    ~Pending() { drop(); }

    /// Drops the handler now.
    void drop() noexcept
    {
        if (waiting_)
            std::exchange(waiting_, nullptr)->drop();
    }
    /// Lets the handler run whenever the answer comes, at the latest when the client is closed; this object then has none.
    void detach() noexcept { waiting_ = nullptr; }

private:
    friend class Async;
    explicit Pending(std::shared_ptr<detail::Waiting> waiting) noexcept : waiting_(std::move(waiting)) {}

    std::shared_ptr<detail::Waiting> waiting_;
};

} // namespace LIBIM_FORM
} // namespace im

#endif
