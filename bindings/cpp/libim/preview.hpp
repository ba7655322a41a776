// libim for C++: what a message says in one line.
#ifndef LIBIM_PREVIEW_HPP
#define LIBIM_PREVIEW_HPP

#include <cstddef>
#include <libim/config.hpp>
#include <string>
#include <string_view>

namespace im {
// The same in both forms.
namespace detail_of_both {

/// How many bytes the white space has with which a UTF-8 text begins; 0 for anything else.
inline std::size_t spaceAt(std::string_view text) noexcept
{
    const auto byte = [text](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned first = byte(0), second = byte(1), third = byte(2);
    if (first < 0x80)
        return (first >= 0x09 && first <= 0x0d) || (first >= 0x1c && first <= 0x20) ? 1 : 0;
    if (first == 0xc2)
        return second == 0x85 || second == 0xa0 ? 2 : 0;
    const bool isWide = (first == 0xe1 && second == 0x9a && third == 0x80) || // U+1680
                        (first == 0xe2 && second == 0x80 &&                   // U+2000 to U+200A, lines, U+202F
                         ((third >= 0x80 && third <= 0x8a) || third == 0xa8 || third == 0xa9 || third == 0xaf)) ||
                        (first == 0xe2 && second == 0x81 && third == 0x9f) || // U+205F
                        (first == 0xe3 && second == 0x80 && third == 0x80);   // U+3000
    return isWide ? 3 : 0;
}

/// A text in one line: each white space is one space, and there is none at the ends.
inline std::string oneLine(std::string_view text)
{
    std::string line;
    bool isBetween = false;
    while (!text.empty()) {
        const std::size_t space = spaceAt(text);
        if (space == 0) {
            if (isBetween && !line.empty())
                line += ' ';
            line += text.front();
        }
        isBetween = space != 0;
        text.remove_prefix(space == 0 ? 1 : space);
    }
    return line;
}

} // namespace detail_of_both
} // namespace im

#endif
