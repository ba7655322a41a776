// Taking responses apart: everything that JSON allows, and nothing that breaks on bad input.
#include "check.hpp"

#include <string_view>

using im::detail::dataOf;
using im::detail::unescape;

static void whatIsWellFormed()
{
    const struct {
        const char *response;
        const char *data;
    } cases[] = {
        {R"({"code":0,"desc":"","data":null})", "null"},
        {R"({"code":0,"desc":"","data":42})", "42"},
        {R"({"data":[1,{"a":"}]"}],"code":0,"desc":""})", R"([1,{"a":"}]"}])"},
        {R"({"code":0,"desc":"","data":{"data":"in \"quotes\" \\"}})", R"({"data":"in \"quotes\" \\"})"},
        {R"({"later":{"data":1},"code":0,"desc":"","data":"x","more":[]})", R"("x")"},
        {R"( { "code": 0, "desc": "", "data":true})", "true"},
    };
    for (const auto &one : cases) {
        const im::Result<std::string_view> data = dataOf(IM_STATUS_OK, one.response);
        CODE(data, IM_STATUS_OK);
        CHECK(*data == one.data);
    }
    const im::Result<std::string_view> failed = dataOf(6017, R"({"code":6017,"desc":"no \"x\": \u00e4","data":null})");
    CHECK(failed.code() == 6017 && failed.error().desc == "no \"x\": \xc3\xa4");
    // Without a response, as when there is no memory, the status is left.
    CHECK(dataOf(6017, "").error().desc == "there was no memory for a response");
    CHECK(dataOf(6017, R"({"code":6017})").error().desc.find(".desc is missing") != std::string::npos);
}

static void whatIsNot()
{
    const std::string_view whole = R"({"code":0,"desc":"a\u00e4\\","data":{"a":["\ud83d\ude00",{}]}})";
    for (std::size_t length = 0; length < whole.size(); length++) {
        // A copy of its own, so that the address sanitizer sees a step over its end.
        const std::string part(whole.substr(0, length));
        const im::Result<std::string_view> data = dataOf(IM_STATUS_OK, part);
        CODE(data, IM_STATUS_INTERNAL_ERROR);
        static_cast<void>(unescape(part));
    }
    for (const char *response : {"", "null", "[]", "{}", "}{", R"({"data"})", R"({"data":})", R"({"data":[})", "{{{{", R"({"data":1})",
                                 R"({"code":0,"data":1})", R"({"desc":"","data":1})", R"({"code":0,"desc":""})"})
        CODE(dataOf(IM_STATUS_OK, response), IM_STATUS_INTERNAL_ERROR);
}

static void textsWithEscapes()
{
    CHECK(unescape(R"(a\"b\\c\/d\b\f\n\r\t)") == "a\"b\\c/d\b\f\n\r\t");
    CHECK(unescape(R"(\u0041\u00e4\u20ac\ud83d\ude00)") == "A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(unescape(R"(\ud83d|\ude00|\ud83d\u0041)") == "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd" "A");
    CHECK(unescape(R"(\u00)") == "\xef\xbf\xbd" && unescape("\\") == "\\");
    CHECK(im::Request().text("k\"", "\x01\n\"\\").integer("n", -1).boolean("b", false).json() ==
          R"({"k\"":"\u0001\u000a\"\\","n":-1,"b":false})");
    CHECK(im::Request().texts("t", {"a", "b"}).objects("o", {im::Request(), im::Request().text("x", "y")}).json() ==
          R"({"t":["a","b"],"o":[{},{"x":"y"}]})");
    CHECK(im::Request().text("gone", std::optional<std::string>()).texts("e", {}).json() == R"({"e":[]})");
}

int main()
{
    whatIsWellFormed();
    whatIsNot();
    textsWithEscapes();
}
