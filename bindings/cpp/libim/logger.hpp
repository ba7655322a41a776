// libim for C++: the log.
#ifndef LIBIM_LOGGER_HPP
#define LIBIM_LOGGER_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <libim/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace im {
inline namespace LIBIM_FORM {

/// A function that receives a line of the log: its `IM_LOG_` level and its text, which is valid until the function
/// returns.
///
/// It runs on the thread that logs, so possibly on several at once, and must be short. It must not call libim, except
/// for versions, names and setting another logger, and no exception may leave it.
using Logger = std::function<void(std::int32_t level, std::string_view line)>;

namespace detail {
inline void onLog(void *user_data, std::int32_t level, const char *line, std::size_t len) noexcept
{
    (*static_cast<Logger *>(user_data))(level, std::string_view(line, len));
}
inline void destroyLogger(void *user_data) noexcept { delete static_cast<Logger *>(user_data); }
} // namespace detail

/// Sets the logger of the process; an empty one switches logging off, which is the default. `maxLevel` is the most
/// detailed level to log, from `IM_LOG_ERROR` to `IM_LOG_TRACE`. When this returns, the previous logger does not run
/// any more. Any thread.
inline Result<void> setLogger(Logger logger, std::int32_t maxLevel = IM_LOG_INFO)
{
    std::unique_ptr<Logger> owned = logger ? std::make_unique<Logger>(std::move(logger)) : nullptr;
    const im_status status =
        im_set_logger(owned ? detail::onLog : nullptr, owned.get(), owned ? detail::destroyLogger : nullptr, maxLevel);
    if (status != IM_STATUS_OK)
        return Error{status, std::string("the logger was refused: ") + im_status_name(status)};
    static_cast<void>(owned.release()); // destroyLogger owns it now
    return {};
}

} // namespace LIBIM_FORM
} // namespace im

#endif
