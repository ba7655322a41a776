// What the C++ binding costs: a page of 100 conversations as models, beside the same call without decoding.
//
//     g++ -std=c++17 -O2 -Iinclude -Ibindings/cpp benches/bindings/page.cpp -o page LIBRARY && ./page DIR
//
// The call beside it is `im_call` and `im_string_free` with a request made beforehand, and without reading the response.
// The two take turns, and what is printed, in one line, are their medians. DIR is a folder that may be written to.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <libim.hpp>
#include <string>
#include <vector>

namespace {

constexpr int PAGE = 100;
constexpr int TURNS = 500;

// An account with a page of conversations, each with a last message; every fourth has a draft as well.
im::Client fill(const std::string &dir)
{
    im::Client client = im::Client::open(im::Config{dir, "alice"}).value();
    for (int number = 0; number < PAGE; number++) {
        const std::string user = "user" + std::to_string(number);
        const std::string text =
            "message " + std::to_string(number) + ": what people write in chats is about this long \U0001f642";
        client.sendMessage(im::NewMessage::textToUser(user, text)).value();
        if (number % 4 == 0)
            client.setConversationDraft("c2c_" + user, "not sent yet").value();
    }
    return client;
}

double microseconds(const std::function<void()> &call)
{
    const auto begin = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> times)
{
    std::nth_element(times.begin(), times.begin() + TURNS / 2, times.end());
    return times[TURNS / 2];
}

} // namespace

int main(int count, char **arguments)
{
    if (count != 2) {
        std::fprintf(stderr, "usage: page DIR\n");
        return 2;
    }
    const im::Client client = fill(arguments[1]);
    const std::string request = "{\"nextSeq\":\"0\",\"count\":" + std::to_string(PAGE) + "}";
    std::vector<double> models, raw;
    for (int turn = 0; turn < TURNS; turn++) {
        models.push_back(microseconds([&] { client.getConversationList("0", PAGE).value(); }));
        raw.push_back(microseconds([&] {
            char *response = nullptr;
            im_call(client.handle(), "getConversationList", request.c_str(), &response);
            im_string_free(response);
        }));
    }
    const double of = median(models), to = median(raw);
    std::printf("C++: a page of %d as models %.0f µs, the C call %.0f µs, ratio %.1f\n", PAGE, of, to, of / to);
}
