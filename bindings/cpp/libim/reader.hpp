// libim for C++: reading the JSON that libim writes, from front to back and straight into the values of C++.
//
// There is no tree in between, which is most of what a JSON library costs here, and nothing to install. It reads what
// libim sends: well-formed JSON in UTF-8. Anything else fails with the path of the value,
// never with the value: it may be a message. Nothing here throws, so -fno-exceptions works.
#ifndef LIBIM_READER_HPP
#define LIBIM_READER_HPP

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <libim/config.hpp>
#include <libim/enums.hpp>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

/// Reads JSON text from its front. Each function returns false if something else stands there; what is read from then
/// on has no meaning.
class Reader {
public:
    explicit Reader(std::string_view json) noexcept : at_(json.data()), end_(json.data() + json.size()) {}

    /// Takes one character, after white space.
    bool take(char expected) noexcept
    {
        skipSpace();
        if (at_ == end_ || *at_ != expected)
            return false;
        ++at_;
        return true;
    }

    /// Takes a text: what stands between its quotes, and whether that has escapes.
    bool text(std::string_view &out, bool &hasEscapes) noexcept
    {
        hasEscapes = false;
        if (!take('"'))
            return false;
        for (const char *at = at_; at != end_; ++at) {
            if (*at == '"') {
                out = std::string_view(at_, static_cast<std::size_t>(at - at_));
                at_ = at + 1;
                return true;
            }
            if (*at == '\\') {
                hasEscapes = true;
                if (++at == end_)
                    break;
            }
        }
        return false;
    }

    /// Takes a word of JSON: `null`, `true` or `false`.
    bool word(std::string_view expected) noexcept
    {
        skipSpace();
        if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, expected.size()) != expected)
            return false;
        at_ += expected.size();
        return true;
    }

    /// Takes an integer.
    bool integer(std::int64_t &out) noexcept
    {
        skipSpace();
        const auto [end, problem] = std::from_chars(at_, end_, out);
        if (problem != std::errc())
            return false;
        at_ = end;
        return true;
    }

    /// Takes a number.
    bool number(double &out)
    {
        std::string_view text;
        if (!value(text))
            return false;
        // std::from_chars has no floating point in every standard library, and strtod takes the locale's comma.
        std::istringstream stream{std::string(text)};
        stream.imbue(std::locale::classic());
        stream >> out;
        return !stream.fail() && stream.eof();
    }

    /// Takes a value of any kind: its JSON text. Its inside is only looked at to find its end.
    bool value(std::string_view &out) noexcept
    {
        skipSpace();
        const char *const begin = at_;
        std::size_t depth = 0;
        std::string_view ignored;
        bool hasEscapes = false;
        while (at_ != end_) {
            const char next = *at_;
            if (depth == 0 && (next == ',' || next == '}' || next == ']'))
                break;
            if (next == '"') {
                if (!text(ignored, hasEscapes))
                    return false;
                continue;
            }
            if (next == '{' || next == '[')
                ++depth;
            else if (next == '}' || next == ']')
                --depth;
            ++at_;
        }
        out = std::string_view(begin, static_cast<std::size_t>(at_ - begin));
        return depth == 0 && !out.empty();
    }

    /// Takes an object. `readValue(key)` has to take the value of each key.
    template <class ReadValue> bool members(ReadValue readValue)
    {
        if (!take('{'))
            return fails(" is not an object");
        if (take('}'))
            return true;
        do {
            std::string_view key;
            bool hasEscapes = false;
            if (!text(key, hasEscapes) || !take(':'))
                return fails(" is not JSON");
            if (!readValue(key))
                return failsInside('.', key);
        } while (take(','));
        return take('}') || fails(" is not JSON");
    }

    /// Takes an object with all of `keys`. `readValue(n)` has to take the value of `keys[n]`; other keys, which later
    /// versions may have, are passed over.
    template <std::size_t N, class ReadValue>
    bool object(const std::string_view (&keys)[N], ReadValue readValue, std::uint64_t optional = 0)
    {
        static_assert(N <= 64, "a bit for each key");
        std::uint64_t missing = ~std::uint64_t{0} >> (64 - N) & ~optional;
        std::size_t next = 0; // libim writes keys in the order of the description, so mostly this is the one
        const bool isRead = members([&](std::string_view key) {
            std::size_t found = next < N && keys[next] == key ? next : 0;
            while (found < N && keys[found] != key)
                ++found;
            if (found == N) {
                std::string_view unknown;
                return value(unknown) || fails(" is not JSON");
            }
            next = found + 1;
            missing &= ~(std::uint64_t{1} << found);
            return readValue(found);
        });
        for (std::size_t key = 0; isRead && key < N; ++key) {
            if ((missing >> key & 1) != 0) {
                fails(" is missing");
                return failsInside('.', keys[key]);
            }
        }
        return isRead;
    }

    /// Takes an array. `readItem` has to take each item.
    template <class ReadItem> bool array(ReadItem readItem)
    {
        if (!take('['))
            return fails(" is not an array");
        if (take(']'))
            return true;
        std::size_t place = 0;
        do {
            if (!readItem())
                return failsInside('[', std::to_string(place) + ']');
            ++place;
        } while (take(','));
        return take(']') || fails(" is not JSON");
    }

    /// Whether nothing is left but white space.
    bool isAtEnd() noexcept
    {
        skipSpace();
        return at_ == end_;
    }

    /// Notes why the value here cannot be read; false.
    bool fails(std::string_view why)
    {
        problem_ = why;
        return false;
    }
    /// The path to the value that could not be read, from the one that was asked for, and what is wrong with it.
    [[nodiscard]] const std::string &problem() const noexcept { return problem_; }

private:
    bool failsInside(char sign, std::string_view place)
    {
        problem_.insert(0, place).insert(0, 1, sign);
        return false;
    }

    void skipSpace() noexcept
    {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
    }

    const char *at_;
    const char *end_;
    std::string problem_;
};

/// Appends a character as UTF-8.
inline void appendUtf8(std::string &out, std::uint32_t point)
{
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | point >> 6);
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | point >> 12);
        byte(0x80 | (point >> 6 & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | point >> 18);
        byte(0x80 | (point >> 12 & 0x3F));
        byte(0x80 | (point >> 6 & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

/// U+FFFD replaces a character that cannot be read.
inline constexpr std::uint32_t REPLACEMENT = 0xFFFD;

inline bool isHighSurrogate(std::uint32_t point) noexcept { return point >= 0xD800 && point < 0xDC00; }
inline bool isLowSurrogate(std::uint32_t point) noexcept { return point >= 0xDC00 && point < 0xE000; }

/// The four hexadecimal digits at a place; REPLACEMENT where there are none.
inline std::uint32_t hexAt(std::string_view text, std::size_t at) noexcept
{
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const char c = i < text.size() ? text[i] : '\0';
        if (c >= '0' && c <= '9')
            value = value * 16 + static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            value = value * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
        else
            return REPLACEMENT;
    }
    return value;
}

/// The text that a JSON string without its quotes stands for.
inline std::string unescape(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (const char escaped = text[++i]; escaped) {
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
            std::uint32_t point = hexAt(text, i + 1);
            i += 4;
            if (isHighSurrogate(point)) {
                const bool isEscape = i + 2 < text.size() && text[i + 1] == '\\' && text[i + 2] == 'u';
                const std::uint32_t low = isEscape ? hexAt(text, i + 3) : 0;
                const bool isPair = isLowSurrogate(low);
                point = isPair ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00) : REPLACEMENT;
                i += isPair ? 6 : 0;
            }
            appendUtf8(out, isLowSurrogate(point) ? REPLACEMENT : point);
            break;
        }
        default: out += escaped; // a quote, a slash or a backslash
        }
    }
    return out;
}

// `read` takes a value into a variable of its type. model_reader.hpp has those of the models.

inline bool read(Reader &from, std::string &to)
{
    std::string_view text;
    bool hasEscapes = false;
    if (!from.text(text, hasEscapes))
        return from.fails(" is not a string");
    if (hasEscapes)
        to = unescape(text);
    else
        to.assign(text);
    return true;
}

inline bool read(Reader &from, std::int64_t &to) { return from.integer(to) || from.fails(" is not an integer"); }

inline bool read(Reader &from, double &to) { return from.number(to) || from.fails(" is not a number"); }

inline bool read(Reader &from, bool &to)
{
    to = from.word("true");
    return to || from.word("false") || from.fails(" is not a boolean");
}

template <class Set, std::enable_if_t<std::is_enum_v<Set>, int> = 0> bool read(Reader &from, Set &to)
{
    if constexpr (std::is_same_v<std::underlying_type_t<Set>, std::int64_t>) {
        std::int64_t number = 0;
        if (!read(from, number))
            return false;
        to = static_cast<Set>(number);
    } else {
        std::string text;
        if (!read(from, text))
            return false;
        setTo(to, text);
    }
    return true;
}

inline bool read(Reader &from, Time &to)
{
    std::int64_t seconds = 0;
    if (!read(from, seconds))
        return false;
    to = Time(std::chrono::seconds(seconds));
    return true;
}

/// Of times, 0 says that there is none.
inline bool read(Reader &from, std::optional<Time> &to)
{
    Time time;
    if (!read(from, time))
        return false;
    to = time == Time() ? std::nullopt : std::optional<Time>(time);
    return true;
}

template <class T> bool read(Reader &from, std::optional<T> &to)
{
    to.reset();
    return from.word("null") || read(from, to.emplace());
}

template <class T> bool read(Reader &from, std::vector<T> &to)
{
    to.clear();
    return from.array([&] { return read(from, to.emplace_back()); });
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
