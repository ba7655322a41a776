// libim for C++: taking a response apart into code, desc and data, without a JSON library.
//
// Only the outermost object is looked into; the text of `data` is handed on as it is. Responses come from libim and are
// well-formed; should one not be, the call fails with INTERNAL_ERROR.
#ifndef LIBIM_ENVELOPE_HPP
#define LIBIM_ENVELOPE_HPP

#include <cstddef>
#include <cstdint>
#include <libim/result.hpp>
#include <string>
#include <string_view>

namespace im {
inline namespace LIBIM_FORM {
namespace detail {

/// Reads JSON text from its front.
class Scanner {
public:
    explicit Scanner(std::string_view json) noexcept : json_(json) {}

    /// Takes one character, after white space; false when the next one is another.
    bool take(char expected) noexcept
    {
        while (at_ < json_.size() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t'))
            ++at_;
        if (peek() != expected)
            return false;
        ++at_;
        return true;
    }

    /// Takes a string and gives what stands between its quotes, with its escapes; false when there is none.
    bool string(std::string_view &out) noexcept
    {
        if (!take('"'))
            return false;
        const std::size_t start = at_;
        while (at_ < json_.size() && json_[at_] != '"')
            at_ += json_[at_] == '\\' ? 2 : 1;
        if (at_ >= json_.size())
            return false;
        out = json_.substr(start, at_ - start);
        ++at_;
        return true;
    }

    /// Takes a value of any kind and gives its text; false when there is none.
    bool value(std::string_view &out) noexcept
    {
        const std::size_t start = at_;
        std::size_t depth = 0;
        std::string_view ignored;
        while (at_ < json_.size()) {
            const char next = peek();
            if (depth == 0 && (next == ',' || next == '}' || next == ']'))
                break;
            if (next == '"') {
                if (!string(ignored))
                    return false;
                continue;
            }
            if (next == '{' || next == '[')
                ++depth;
            else if (next == '}' || next == ']')
                --depth;
            ++at_;
        }
        out = json_.substr(start, at_ - start);
        return depth == 0 && !out.empty();
    }

private:
    [[nodiscard]] char peek() const noexcept { return at_ < json_.size() ? json_[at_] : '\0'; }

    std::string_view json_;
    std::size_t at_ = 0;
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

/// What stands for a character that cannot be read.
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

/// The data of a response as JSON text, or its error. `status` is what the call returned.
inline Result<std::string_view> dataOf(im_status status, std::string_view response)
{
    Scanner scanner(response);
    std::string_view key, value, data, desc;
    bool isMore = scanner.take('{');
    while (isMore) {
        if (!scanner.string(key) || !scanner.take(':') || !scanner.value(value))
            break;
        if (key == "data")
            data = value;
        else if (key == "desc" && value.size() >= 2)
            desc = value.substr(1, value.size() - 2);
        isMore = scanner.take(',');
    }
    if (status != IM_STATUS_OK)
        return Error{status, desc.empty() ? im_status_name(status) : unescape(desc)};
    if (data.empty() || !scanner.take('}'))
        return Error{IM_STATUS_INTERNAL_ERROR, "the response cannot be read"};
    return data;
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif
