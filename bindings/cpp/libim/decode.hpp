// libim for C++: JSON text to the types that methods and events have; in the text form models stay JSON text.
#ifndef LIBIM_DECODE_HPP
#define LIBIM_DECODE_HPP

#include <cstdint>
#include <libim/envelope.hpp>
#include <libim/model_reader.hpp>
#include <libim/models.hpp>
#include <libim/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace im {
inline namespace LIBIM_FORM {

namespace detail {
/// Types that are the same in both forms.
template <class T>
inline constexpr bool isPlain = std::is_void_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, bool> ||
                                std::is_same_v<T, std::string> || std::is_same_v<T, std::optional<std::string>>;
} // namespace detail

/// What a method that answers a `T` returns: the `T`. In the text form (`LIBIM_JSON` 0) models are JSON text, a
/// `std::string`; integers, strings, sets and nothing stay what they are.
#if LIBIM_JSON
template <class T> using Data = T;
#else
template <class T> using Data = std::conditional_t<detail::isPlain<T>, T, std::string>;
#endif

namespace detail {

/// Takes a `T` as the form has it. `T` is not void.
template <class T> bool readData(Reader &from, Data<T> &to)
{
    if constexpr (std::is_same_v<T, Data<T>>) {
        return read(from, to);
    } else {
        std::string_view json;
        if (!from.value(json))
            return from.fails(" is not JSON");
        to.assign(json);
        return true;
    }
}

/// Makes a `Data<T>` of JSON text. `T` is not void.
template <class T> Result<Data<T>> decode(std::string_view json)
{
    Data<T> data{};
    Reader reader(json);
    if (!readData<T>(reader, data) || (!reader.isAtEnd() && !reader.fails(" is not JSON")))
        return Error{IM_STATUS_INTERNAL_ERROR, "the JSON cannot be read: it" + reader.problem()};
    return Result<Data<T>>(std::move(data)); // by name it would be copied in C++17
}

/// Makes a result of a response. `status` is what the call returned.
template <class T> Result<Data<T>> answer(im_status status, std::string_view response)
{
    if (status != IM_STATUS_OK)
        return errorOf(status, response);
    if constexpr (std::is_void_v<T>) {
        std::string_view ignored;
        return readResponse(response, [&](Reader &from) { return from.value(ignored); });
    } else {
        Data<T> data{};
        const Result<void> done = readResponse(response, [&](Reader &from) { return readData<T>(from, data); });
        if (!done)
            return done.error();
        return Result<Data<T>>(std::move(data));
    }
}

/// As `answer`, for a call that has the parameters of a function.
template <class T> Result<Data<T>> answerToMethod(im_status status, std::string_view response)
{
    Result<Data<T>> result = answer<T>(status, response);
    if (!result)
        return named(result.error());
    return result;
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
