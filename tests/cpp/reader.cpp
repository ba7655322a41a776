// Reading models: what they must have, what later versions may add, and that no input breaks the reader. nlohmann/json
// says what is right.
#include "check.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

using Json = nlohmann::json;

static const Json &friendInfo()
{
    static const Json info = {{"userID", "bob"},
                              {"friendRemark", "Bob\n\"the\" \U0001f642"},
                              {"userProfile",
                               {{"userID", "bob"}, {"nickName", ""}, {"faceUrl", "/"}, {"allowType", 2}}}};
    return info;
}

template <class T> static im::Result<T> dataAs(const Json &data)
{
    const Json response = {{"code", 0}, {"desc", ""}, {"data", data}};
    return im::detail::answer<T>(IM_STATUS_OK, response.dump());
}

// The call fails, and says where and why.
template <class T> static void isRefused(const Json &data, const std::string &why)
{
    const im::Result<T> result = dataAs<T>(data);
    CODE(result, IM_STATUS_INTERNAL_ERROR);
    if (result.error().desc.find(why) == std::string::npos)
        std::fprintf(stderr, "%s\n", result.error().desc.c_str());
    CHECK(result.error().desc.find(why) != std::string::npos);
}

static void whatIsMissing()
{
    const im::Result<im::FriendInfo> whole = dataAs<im::FriendInfo>(friendInfo());
    CODE(whole, IM_STATUS_OK);
    CHECK(whole->userID == "bob" && whole->friendRemark == "Bob\n\"the\" \U0001f642");
    CHECK(whole->userProfile.faceUrl == "/" && whole->userProfile.allowType == im::FriendAllowType::DENY_ANY);

    for (const auto &[key, value] : friendInfo().items()) {
        Json part = friendInfo();
        part.erase(key);
        isRefused<im::FriendInfo>(part, "it.data." + key + " is missing");
        isRefused<std::vector<im::FriendInfo>>({friendInfo(), part}, "it.data[1]." + key + " is missing");
    }
    Json part = friendInfo();
    part["userProfile"].erase("nickName");
    isRefused<im::FriendInfo>(part, "it.data.userProfile.nickName is missing");
    isRefused<im::FriendInfo>(Json::object(), "it.data.userID is missing");
}

static void whatIsOfAnotherKind()
{
    const Json info = {{"resultCode", 0}, {"resultMessage", "secret"}, {"groupInfo", nullptr}};
    CODE(dataAs<im::GroupInfoResult>(info), IM_STATUS_OK);
    for (const Json &wrong : {Json("secret"), Json(1.5), Json(true), Json(nullptr), Json::array(), Json::object()}) {
        Json changed = info;
        changed["resultCode"] = wrong;
        const im::Result<im::GroupInfoResult> result = dataAs<im::GroupInfoResult>(changed);
        CODE(result, IM_STATUS_INTERNAL_ERROR);
        CHECK(result.error().desc.find("secret") == std::string::npos);
    }
    isRefused<im::GroupInfoResult>({{"resultCode", "secret"}}, "it.data.resultCode is not an integer");
    isRefused<im::GroupInfoResult>({{"resultCode", 0}, {"resultMessage", 7}}, "it.data.resultMessage is not a string");
    isRefused<im::GroupInfoResult>({{"groupInfo", 7}}, "it.data.groupInfo is not an object");
    isRefused<im::ConversationResult>({{"isFinished", 1}}, "it.data.isFinished is not a boolean");
    isRefused<std::vector<std::string>>(Json::object(), "it.data is not an array");
    isRefused<std::vector<std::string>>({"a", 7}, "it.data[1] is not a string");
    isRefused<std::int64_t>("7", "it.data is not an integer");
    isRefused<std::string>(7, "it.data is not a string");
    CODE(dataAs<std::optional<std::string>>(nullptr), IM_STATUS_OK);
}

static void setsAreOpen()
{
    const Json group = {{"resultCode", 0},
                        {"resultMessage", ""},
                        {"groupInfo",
                         {{"groupID", "g"},
                          {"groupType", "Later"},
                          {"groupName", ""},
                          {"faceUrl", ""},
                          {"introduction", ""},
                          {"notification", ""},
                          {"owner", nullptr},
                          {"createTime", 0},
                          {"memberCount", 1},
                          {"role", 250},
                          {"isAllMuted", false},
                          {"groupAddOpt", 7},
                          {"approveOpt", 7}}}};
    const im::GroupInfo info = dataAs<im::GroupInfoResult>(group).value().groupInfo.value();
    CHECK(info.groupType == im::GroupType::UNKNOWN && static_cast<std::int64_t>(info.role) == 250 && !info.createTime);
    CHECK(static_cast<std::int64_t>(info.groupAddOpt) == 7);
    CHECK(im::detail::decode<im::GroupType>("\"AVChatRoom\"").value() == im::GroupType::AV_CHAT_ROOM);
    CHECK(im::detail::decode<im::MessageStatus>("6").value() == im::MessageStatus::REVOKED);
    // Far beyond what the clock of the system can count in nanoseconds.
    const im::Time late = im::detail::decode<im::Time>("9007199254740991").value();
    CHECK(late.time_since_epoch().count() == 9007199254740991);
    const auto seven = im::detail::decode<std::optional<im::Time>>("7").value();
    CHECK(seven && *seven == std::chrono::system_clock::from_time_t(7));
    const std::string wanted = R"({"a":6,"b":"Work","c":7})";
    CHECK(im::Request()
              .value("a", im::MessageStatus::REVOKED)
              .value("b", im::GroupType::WORK)
              .time("c", im::Time(std::chrono::seconds(7)))
              .value("d", std::optional<im::MessageStatus>())
              .time("e", std::nullopt)
              .json() == wanted);
}

static void whatLaterVersionsMaySend()
{
    Json info = friendInfo();
    info["added"] = {{"a", {1, "}]\"", nullptr}}, {"b", true}};
    info["userProfile"]["alsoAdded"] = 1.5;
    info["a"] = "\\\"}";
    const im::Result<im::FriendInfo> known = dataAs<im::FriendInfo>(info);
    CODE(known, IM_STATUS_OK);
    CHECK(known->userID == "bob" && known->userProfile.faceUrl == "/");
    // In any order, and with white space.
    const auto shuffled = im::detail::decode<im::UserFullInfo>(
        " { \"faceUrl\" :\t\"f\" ,\r\n \"userID\" : \"u\" , \"nickName\" : \"n\" , \"allowType\" : 1 } ");
    CODE(shuffled, IM_STATUS_OK);
    CHECK(shuffled->userID == "u" && shuffled->nickName == "n" && shuffled->faceUrl == "f");
    CODE(im::detail::decode<std::int64_t>("7 8"), IM_STATUS_INTERNAL_ERROR);
}

// Texts and integers, as nlohmann/json reads and writes them.
static void valuesOfEveryKind()
{
    std::vector<std::string> texts = {"", "\"", "\\", "/", "\\u0041", "\x7f", "\\\\\"", "\xef\xbf\xbf"};
    for (int c = 0; c < 0x80; c++)
        texts.push_back("a" + std::string(1, static_cast<char>(c)) + "\U0001f642");
    for (const std::string &text : texts) {
        for (const bool isAscii : {false, true}) {
            const auto read = im::detail::decode<std::string>(Json(text).dump(-1, ' ', isAscii));
            CODE(read, IM_STATUS_OK);
            CHECK(*read == text);
        }
    }
    const std::int64_t most = (std::int64_t{1} << 53) - 1;
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, most, -most, INT64_MAX, INT64_MIN})
        CHECK(im::detail::decode<std::int64_t>(Json(number).dump()).value() == number);
    CODE(im::detail::decode<std::int64_t>("9223372036854775808"), IM_STATUS_INTERNAL_ERROR);
    for (const char *wrong : {"", "-", "+1", "1e3", "tru", "nul", "\"", "\"\\\"", "[", "{"}) {
        CODE(im::detail::decode<std::int64_t>(wrong), IM_STATUS_INTERNAL_ERROR);
        CODE(im::detail::decode<bool>(wrong), IM_STATUS_INTERNAL_ERROR);
        CODE(im::detail::decode<std::optional<std::string>>(wrong), IM_STATUS_INTERNAL_ERROR);
        CODE(im::detail::decode<std::vector<std::string>>(wrong), IM_STATUS_INTERNAL_ERROR);
    }
}

// A page as libim sends it: no part of it is read as a page, and the sanitizers see that no change breaks the reader.
static void brokenPages(const im::Client &client)
{
    CODE(client.sendMessage(im::NewMessage::textToUser("bob", "a\"\\\n\U0001f642")), IM_STATUS_OK);
    setDraft(client, "bob", "later");
    const std::string whole = client.call("getConversationList").value();
    CODE(im::detail::decode<im::ConversationResult>(whole), IM_STATUS_OK);
    for (std::size_t length = 0; length < whole.size(); length++) {
        // A copy of its own, so that the address sanitizer sees a step over its end.
        const std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        CODE(im::detail::decode<im::ConversationResult>(std::string_view(part.data(), part.size())),
             IM_STATUS_INTERNAL_ERROR);
    }
    for (std::size_t place = 0; place < whole.size(); place++) {
        for (const char other : {'"', '\\', '{', '}', '[', ']', ',', ':', '0', 'n', '\0', '\xff'}) {
            std::string changed = whole;
            changed[place] = other;
            static_cast<void>(im::detail::decode<im::ConversationResult>(changed).ok());
        }
    }
}

int main(int, char **argv)
{
    whatIsMissing();
    whatIsOfAnotherKind();
    whatLaterVersionsMaySend();
    setsAreOpen();
    valuesOfEveryKind();
    brokenPages(openClient(argv[1], "alice"));
    return 0;
}
