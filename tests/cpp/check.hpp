// What the C++ programs of this directory share. Each gets a fresh directory as argv[1] and ends with 0 when every
// check held. They are also built without exceptions, so a check that fails ends the program.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <libim.hpp>
#include <mutex>
#include <string>
#include <thread>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                               \
            std::_Exit(1);                                                                                             \
        }                                                                                                              \
    } while (0)

// Checks the code of a result.
#define CODE(call, expected)                                                                                           \
    do {                                                                                                               \
        const auto &result_ = (call);                                                                                  \
        if (result_.code() != (expected)) {                                                                            \
            std::fprintf(stderr, "%s:%d: %s gives %d %s, not %s\n", __FILE__, __LINE__, #call, result_.code(),         \
                         result_.error().desc.c_str(), im_status_name(expected));                                      \
            std::_Exit(1);                                                                                             \
        }                                                                                                              \
    } while (0)

// Waits until a condition holds; a minute without it is a failure.
#define UNTIL(condition)                                                                                               \
    do {                                                                                                               \
        for (int waited_ = 0; !(condition); waited_++) {                                                               \
            CHECK(waited_ < 60000);                                                                                    \
            std::this_thread::sleep_for(std::chrono::milliseconds(1));                                                 \
        }                                                                                                              \
    } while (0)

// Something that happens once, for which others wait.
class Signal {
public:
    void give()
    {
        const std::lock_guard lock(mutex_);
        isGiven_ = true;
        changed_.notify_all();
    }
    void wait()
    {
        std::unique_lock lock(mutex_);
        CHECK(changed_.wait_for(lock, std::chrono::minutes(1), [this] { return isGiven_; }));
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool isGiven_ = false;
};

// From here on nothing is shared among the files of one program: they may have different forms of the header.

// What a user's client is opened with: a cache and the service below `dir`.
[[maybe_unused]] static im::Config configOf(const std::string &dir, const std::string &user)
{
    im::Config config;
    config.dataDir = dir + "/" + user;
    config.userID = user;
    config.backend = im::Embedded{dir + "/service.db"};
    return config;
}

[[maybe_unused]] static im::Client openClient(const std::string &dir, const std::string &user)
{
    im::Result<im::Client> client = im::Client::open(configOf(dir, user));
    CODE(client, IM_STATUS_OK);
    return std::move(client).value();
}

// Makes one event.
[[maybe_unused]] static void setDraft(const im::Client &client, const std::string &user, const std::string &text)
{
    CODE(client.setConversationDraft("c2c_" + user, text), IM_STATUS_OK);
}

inline const std::uint64_t CHANGES =
    std::uint64_t{1} << IM_EVENT_NEW_CONVERSATION | std::uint64_t{1} << IM_EVENT_CONVERSATION_CHANGED;

#endif
