// libim for C++: JSON text to models, with nlohmann/json; without it, to itself.
//
#ifndef LIBIM_DECODE_HPP
#define LIBIM_DECODE_HPP

#include <charconv>
#include <cstdint>
#include <libim/envelope.hpp>
#include <libim/models.hpp>
#include <libim/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#if LIBIM_JSON
#include <libim/model_reader.hpp>
#endif

namespace im {
inline namespace LIBIM_FORM {

namespace detail {
/// Types that can be read without a JSON library.
template <class T>
inline constexpr bool isPlain = std::is_void_v<T> || std::is_same_v<T, std::int64_t> ||
                                std::is_same_v<T, std::string> || std::is_same_v<T, std::optional<std::string>>;
} // namespace detail

/// What a method that answers a `T` gives: with nlohmann/json the `T`. Without it models are given as JSON text, a
/// `std::string`; integers, texts and nothing stay what they are.
#if LIBIM_JSON
template <class T> using Data = T;
#else
template <class T> using Data = std::conditional_t<detail::isPlain<T>, T, std::string>;
#endif

namespace detail {

#if !LIBIM_JSON

inline bool read(std::string_view from, std::int64_t &to)
{
    const auto [end, problem] = std::from_chars(from.data(), from.data() + from.size(), to);
    return problem == std::errc() && end == from.data() + from.size();
}

#endif

/// Makes a `Data<T>` of JSON text. `T` is not void.
template <class T> Result<Data<T>> decode(std::string_view json)
{
    Data<T> data{};
#if LIBIM_JSON
    const nlohmann::json parsed = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    const bool isRead = ModelReader::read(parsed, data);
#else
    bool isRead = true;
    if constexpr (std::is_same_v<T, std::int64_t>) {
        isRead = read(json, data);
    } else if constexpr (isPlain<T>) {
        const bool isText = json.size() >= 2 && json.front() == '"';
        isRead = isText || !std::is_same_v<T, std::string>;
        if (isText)
            data = unescape(json.substr(1, json.size() - 2));
    } else {
        data = json;
    }
#endif
    if (!isRead)
        return Error{IM_STATUS_INTERNAL_ERROR, "the data of the response is of another kind than expected"};
    return Result<Data<T>>(std::move(data)); // by name it would be copied in C++17
}

/// Makes a result of a response. `status` is what the call returned.
template <class T> Result<Data<T>> answer(im_status status, std::string_view response)
{
    const Result<std::string_view> data = dataOf(status, response);
    if (!data)
        return data.error();
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return decode<T>(*data);
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
