// libim for C++: taking a response apart into code, desc and data.
//
// Responses come from libim and are well-formed; should one not be, the call fails with INTERNAL_ERROR.
#ifndef LIBIM_ENVELOPE_HPP
#define LIBIM_ENVELOPE_HPP

#include <cstddef>
#include <cstdint>
#include <libim/reader.hpp>
#include <libim/request.hpp>
#include <libim/result.hpp>
#include <string>
#include <string_view>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

/// The error of a call that failed: `status` is what the call returned, which there is without a response too.
inline Error errorOf(im_status status, std::string_view response)
{
    if (response.empty())
        return Error{status, "there was no memory for a response"};
    Error error{status, {}};
    std::int64_t code = 0;
    Reader reader(response);
    static constexpr std::string_view keys[] = {"code", "desc"};
    if (!reader.object(keys, [&](std::size_t key) { return key == 0 ? read(reader, code) : read(reader, error.desc); }))
        error.desc = std::string(im_status_name(status)) + "; the response cannot be read: it" + reader.problem();
    return error;
}

/// An error of a call with parameters, which have the library's names but for `timeout`.
inline Error named(Error error)
{
    static constexpr std::string_view name = "timeoutMs", within = " within timeoutMs";
    if (error.desc.compare(0, name.size(), name) == 0)
        error.desc.erase(name.size() - 2, 2);
    else if (const auto at = error.desc.find(within); at != std::string::npos)
        error.desc.erase(at + within.size() - 2, 2);
    return error;
}

/// Hands the data of a successful response to `readData(reader)`, which has to take it.
template <class ReadData> Result<void> readResponse(std::string_view response, ReadData readData)
{
    Reader reader(response);
    std::int64_t code = 0;
    std::string desc;
    static constexpr std::string_view keys[] = {"code", "desc", "data"};
    const bool isRead = reader.object(keys, [&](std::size_t key) {
        return key == 0 ? read(reader, code) : key == 1 ? read(reader, desc) : readData(reader);
    });
    if (!isRead)
        return Error{IM_STATUS_INTERNAL_ERROR, "the response cannot be read: it" + reader.problem()};
    return {};
}

/// The data of a response as JSON text, or its error. `status` is what the call returned.
inline Result<std::string_view> dataOf(im_status status, std::string_view response)
{
    if (status != IM_STATUS_OK)
        return errorOf(status, response);
    std::string_view data;
    const Result<void> done =
        readResponse(response, [&data](Reader &from) { return from.value(data) || from.fails(" is not JSON"); });
    if (!done)
        return done.error();
    return data;
}

/// The text of a key of the object that a response has as its data.
inline Result<std::string> textOf(std::string_view wanted, im_status status, std::string_view response)
{
    if (status != IM_STATUS_OK)
        return errorOf(status, response);
    std::string text;
    const Result<void> done = readResponse(response, [&](Reader &from) {
        return from.members([&](std::string_view key) {
            std::string_view ignored;
            return key == wanted ? read(from, text) : from.value(ignored) || from.fails(" is not JSON");
        });
    });
    if (!done)
        return done.error();
    return text;
}

/// The request of `waitUntilSent`.
inline std::string waitRequest(const std::string &msgID, std::int64_t milliseconds)
{
    return Request().text("msgID", msgID).integer("timeoutMs", milliseconds).json();
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
