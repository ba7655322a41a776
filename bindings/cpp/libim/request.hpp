// libim for C++: requests as JSON, field by field.
#ifndef LIBIM_REQUEST_HPP
#define LIBIM_REQUEST_HPP

#include <cmath>
#include <cstdint>
#include <libim/config.hpp>
#include <libim/enums.hpp>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// Builds a JSON object, for `Client::call` and other methods that take JSON.
///
///     im::Request().text("nextSeq", "0").integer("count", 20).json()
///
/// Texts must be UTF-8; libim refuses others with `IM_STATUS_INVALID_PARAMETERS`.
class Request {
public:
    /// Adds a text.
    Request &text(std::string_view key, std::string_view value)
    {
        begin(key);
        quote(value);
        return *this;
    }
    /// Adds a text if there is one.
    Request &text(std::string_view key, const std::optional<std::string> &value)
    {
        return value ? text(key, std::string_view(*value)) : *this;
    }
    /// Adds a text. This overload keeps a literal from converting to something else.
    Request &text(std::string_view key, const char *value) { return text(key, std::string_view(value)); }
    /// Adds a text. This overload keeps a string from converting to an optional one.
    Request &text(std::string_view key, const std::string &value) { return text(key, std::string_view(value)); }
    /// Adds an integer.
    Request &integer(std::string_view key, std::int64_t value)
    {
        begin(key);
        json_ += std::to_string(value);
        return *this;
    }
    /// Adds an integer if there is one.
    Request &integer(std::string_view key, const std::optional<std::int64_t> &value)
    {
        return value ? integer(key, *value) : *this;
    }
    /// Adds a number. What is not finite becomes null, which libim refuses by the name of the field.
    Request &number(std::string_view key, double value)
    {
        begin(key);
        // Not std::to_string, which cuts digits off and writes the locale's comma.
        std::ostringstream text;
        text.imbue(std::locale::classic());
        text.precision(std::numeric_limits<double>::max_digits10);
        text << value;
        json_ += std::isfinite(value) ? text.str() : "null";
        return *this;
    }
    /// Adds a boolean.
    Request &boolean(std::string_view key, bool value)
    {
        begin(key);
        json_ += value ? "true" : "false";
        return *this;
    }
    /// Adds a boolean if there is one.
    Request &boolean(std::string_view key, const std::optional<bool> &value)
    {
        return value ? boolean(key, *value) : *this;
    }
    /// Adds a value of a closed set of numbers or texts.
    template <class Set, std::enable_if_t<std::is_enum_v<Set>, int> = 0> Request &value(std::string_view key, Set value)
    {
        if constexpr (std::is_same_v<std::underlying_type_t<Set>, std::int64_t>)
            return integer(key, static_cast<std::int64_t>(value));
        else
            return text(key, detail::textOf(value));
    }
    /// Adds a value of a closed set if there is one.
    template <class Set> Request &value(std::string_view key, const std::optional<Set> &value)
    {
        return value ? this->value(key, *value) : *this;
    }
    /// Adds a time.
    Request &time(std::string_view key, Time value) { return integer(key, value.time_since_epoch().count()); }
    /// Adds a time if there is one.
    Request &time(std::string_view key, const std::optional<Time> &value) { return value ? time(key, *value) : *this; }
    /// Adds an array of texts.
    Request &texts(std::string_view key, const std::vector<std::string> &values)
    {
        begin(key);
        json_ += '[';
        for (const std::string &value : values) {
            if (&value != &values.front())
                json_ += ',';
            quote(value);
        }
        json_ += ']';
        return *this;
    }
    /// Adds an array of numbers, or of values of a closed set of them.
    template <class Number> Request &values(std::string_view key, const std::vector<Number> &values)
    {
        begin(key);
        json_ += '[';
        for (std::size_t place = 0; place < values.size(); ++place) {
            if (place > 0)
                json_ += ',';
            json_ += std::to_string(static_cast<std::int64_t>(values[place]));
        }
        json_ += ']';
        return *this;
    }
    /// Adds an object.
    Request &object(std::string_view key, const Request &value)
    {
        begin(key);
        json_ += value.json();
        return *this;
    }
    /// Adds an array of objects.
    Request &objects(std::string_view key, const std::vector<Request> &values)
    {
        begin(key);
        json_ += '[';
        for (const Request &value : values) {
            if (&value != &values.front())
                json_ += ',';
            json_ += value.json();
        }
        json_ += ']';
        return *this;
    }

    /// The object as JSON text.
    [[nodiscard]] std::string json() const { return json_ + '}'; }

private:
    void begin(std::string_view key)
    {
        if (json_.size() > 1)
            json_ += ',';
        quote(key);
        json_ += ':';
    }

    void quote(std::string_view value)
    {
        static constexpr char hex[] = "0123456789abcdef";
        json_ += '"';
        for (char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                json_ += '\\';
                json_ += c;
            } else if (byte < 0x20) {
                json_ += "\\u00";
                json_ += hex[byte >> 4];
                json_ += hex[byte & 15];
            } else {
                json_ += c;
            }
        }
        json_ += '"';
    }

    std::string json_ = "{";
};

} // namespace LIBIM_FORM
} // namespace im

#endif
