// libim for C++: in which client's handlers a thread is.
#ifndef LIBIM_RUNNING_HPP
#define LIBIM_RUNNING_HPP

#include <libim/config.hpp>
#include <utility>

namespace im {
// Not in the namespace of a form: a program may have both, and its threads are the same.
namespace detail_of_both {

/// The client whose handler runs on this thread; 0 for none.
inline thread_local im_client runningIn = 0;

/// Notes that a handler of a client runs on this thread, until the end of this object.
class Running {
public:
    explicit Running(im_client client) noexcept : before_(std::exchange(runningIn, client)) {}
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;
    ~Running() { runningIn = before_; }

private:
    im_client before_;
};

} // namespace detail_of_both
} // namespace im

#endif
