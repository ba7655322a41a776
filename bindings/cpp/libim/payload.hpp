// libim for C++: handing the payload of an event to its handler.
#ifndef LIBIM_PAYLOAD_HPP
#define LIBIM_PAYLOAD_HPP

#include <cstdint>
#include <cstdio>
#include <libim/decode.hpp>
#include <libim/result.hpp>
#include <string_view>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

/// The failure in the payload of an event.
inline Error failureOf(std::string_view payload)
{
    Error failure;
    Reader reader(payload);
    static_cast<void>(reader.members([&](std::string_view key) {
        std::int64_t code = failure.code;
        std::string_view ignored;
        if (key == "desc")
            return read(reader, failure.desc);
        if (key != "code")
            return reader.value(ignored);
        const bool isRead = read(reader, code);
        failure.code = static_cast<im_status>(code);
        return isRead;
    }));
    return failure;
}

/// Calls a handler with a payload, or `onUnreadable` when it cannot be read.
template <class T, class Handler, class Unreadable>
void tellAs(const Handler &handler, std::string_view payload, const Unreadable &onUnreadable)
{
    const Result<Data<T>> data = decode<T>(payload);
    if (data)
        handler(*data);
    else if (onUnreadable)
        onUnreadable(data.error());
    else
        std::fprintf(stderr, "libim: an event cannot be read: %s\n", data.error().desc.c_str());
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
