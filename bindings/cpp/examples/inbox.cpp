// The main job of libim in C++: a conversation list that is right.
//
//     inbox DIR
//
// opens alice, bob and carol on one service file in DIR, each on a thread of its own. Bob and carol write to alice, to
// her alone and in a group; she answers, pins, drafts and reads; then her list is printed page by page, and the events
// she got. Nobody sleeps: whoever waits for something waits for events and looks again.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <libim.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

constexpr int PAGE = 2;
constexpr std::chrono::seconds PATIENCE{30};

[[noreturn]] void fail(const std::string &who, const std::string &what, const std::string &why)
{
    std::fprintf(stderr, "%s: %s: %s\n", who.c_str(), what.c_str(), why.c_str());
    std::_Exit(EXIT_FAILURE);
}

// The value of a call. A refusal ends the program.
template <class T> T need(im::Result<T> result, const char *what)
{
    if (!result)
        fail("inbox", what, result.error().desc);
    if constexpr (!std::is_void_v<T>)
        return std::move(result).value();
}

im::Client open(const std::string &dir, const std::string &name)
{
    im::Config config;
    config.dataDir = dir + "/" + name;
    config.userID = name;
    config.backend = im::Embedded{dir + "/service.db"};
    return need(im::Client::open(config), "open");
}

// A logged-in user who notes down what happens.
class Person {
public:
    Person(const std::string &dir, const std::string &name, const std::string &nickName)
        : name_(name), client_(open(dir, name))
    {
        // On libim's dispatcher thread: note it down, wake who waits, be quick.
        listener_ = need(client_.addListener(handlers()), "addListener");
        need(client_.login(), "login");
        need(client_.setSelfInfo(nickName), "setSelfInfo");
    }
    ~Person() { need(client_.logout(), "logout"); }
    Person(const Person &) = delete;
    Person &operator=(const Person &) = delete;

    const im::Client *operator->() const { return &client_; }

    void say(im::NewMessage message) const { need(client_.sendMessage(message), "sendMessage"); }

    // Looks whether `isTrue` after every event, until it is.
    void waitUntil(const char *what, const std::function<bool()> &isTrue)
    {
        const auto until = std::chrono::steady_clock::now() + PATIENCE;
        for (;;) {
            std::size_t before = 0;
            {
                const std::lock_guard lock(mutex_);
                before = events_.size();
            }
            if (isTrue())
                return;
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, until, [&] { return events_.size() != before; }))
                fail(name_, "waited in vain for", what);
        }
    }

    std::int64_t unread(const char *conversationID) const
    {
        return need(client_.getConversation(conversationID), "getConversation").unreadCount;
    }

    // The newest message of a history; an empty one when there is none.
    im::Message newest(const im::HistoryQuery &query) const
    {
        std::vector<im::Message> history = need(client_.getHistoryMessageList(query), "getHistoryMessageList");
        return history.empty() ? im::Message{} : std::move(history.front());
    }

    std::vector<std::string> events()
    {
        const std::lock_guard lock(mutex_);
        return events_;
    }

private:
    void note(const char *event, const std::string &about = {})
    {
        char line[40];
        std::snprintf(line, sizeof line, "%-32s", event);
        const std::lock_guard lock(mutex_);
        events_.push_back(line + about);
        changed_.notify_all();
    }

    im::EventHandlers handlers()
    {
        const auto idsOf = [](const std::vector<im::Conversation> &list) {
            std::string ids;
            for (const im::Conversation &conversation : list)
                ids += " " + conversation.conversationID;
            return ids;
        };
        im::EventHandlers on;
        on.onSyncServerStart = [this] { note("onSyncServerStart"); };
        on.onSyncServerFinish = [this] { note("onSyncServerFinish"); };
        on.onNewConversation = [this, idsOf](const auto &list) { note("onNewConversation", idsOf(list)); };
        on.onConversationChanged = [this, idsOf](const auto &list) { note("onConversationChanged", idsOf(list)); };
        on.onTotalUnreadMessageCountChanged = [this](std::int64_t total) {
            note("onTotalUnreadMessageCountChanged", " " + std::to_string(total));
        };
        on.onRecvNewMessage = [this](const im::Message &message) { note("onRecvNewMessage", " " + message.sender); };
        on.onMessageStatusChanged = [this](const im::Message &message) {
            note("onMessageStatusChanged", " " + message.sender);
        };
        on.onConnecting = [this] { note("onConnecting"); };
        on.onConnectSuccess = [this] { note("onConnectSuccess"); };
        return on;
    }

    std::string name_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> events_;
    // These end first, so that no handler finds the members above gone.
    im::Client client_;
    im::Listener listener_;
};

// --- the three ---

bool aliceHasSaidBye(const Person &me) { return me.newest(im::HistoryQuery::ofGroup("team", 1)).sender == "alice"; }

void bob(const std::string &dir)
{
    Person me(dir, "bob", "Bob");
    im::NewGroup team;
    team.groupID = "team";
    team.groupName = "The Team";
    team.memberList = {{"alice"}, {"carol"}};
    need(me->createGroup(team), "createGroup");
    me.say(im::NewMessage::textToUser("alice", "Are you in today?"));
    me.say(im::NewMessage::textToUser("alice", "Lunch at noon?"));
    me.say(im::NewMessage::textToGroup("team", "@alice can you have a look at the plan?", {"alice"}));
    me.waitUntil("alice's goodbye", [&me] { return aliceHasSaidBye(me); });
}

void carol(const std::string &dir)
{
    Person me(dir, "carol", "Carol");
    me.say(im::NewMessage::textToUser("alice", "The tickets are booked \xf0\x9f\x8e\x89"));
    me.waitUntil("being in the team", [&me] { return !need(me->getJoinedGroupList(), "getJoinedGroupList").empty(); });
    me.say(im::NewMessage::textToGroup("team", "I have read it, looks fine"));
    me.waitUntil("alice's goodbye", [&me] { return aliceHasSaidBye(me); });
}

void printRow(int place, const im::Conversation &row)
{
    std::string last;
    if (row.lastMessage) {
        last = (row.lastMessage->isSelf ? "you" : row.lastMessage->nickName) + ": ";
        last += row.lastMessage->textElem ? row.lastMessage->textElem->text : "";
    }
    std::printf("%5d  %-3s  %6lld  %-2s  %-14s  %-9s  %s\n", place, row.isPinned ? "pin" : "",
                static_cast<long long>(row.unreadCount), row.groupAtInfoList.empty() ? "" : "@",
                row.draftText.value_or("-").c_str(), row.showName.c_str(), last.c_str());
}

void printList(const Person &me)
{
    std::printf("%5s  %-3s  %6s  %-2s  %-14s  %-9s  %s\n", "order", "pin", "unread", "@", "draft", "name", "last message");
    std::string nextSeq = "0";
    bool isFinished = false;
    int place = 1;
    for (int page = 1; !isFinished; page++) {
        // At its place among the events: the page is not older than what a handler was told before.
        const im::ConversationResult result =
            need(me->async().getConversationList(nextSeq, PAGE).get(), "getConversationList");
        for (const im::Conversation &row : result.conversationList)
            printRow(place++, row);
        nextSeq = result.nextSeq;
        isFinished = result.isFinished;
        std::printf("       -- page %d, nextSeq %s%s\n", page, nextSeq.c_str(), isFinished ? ", finished" : "");
    }
}

void alice(const std::string &dir)
{
    Person me(dir, "alice", "Alice");
    need(me->addFriend("bob", "Bobby"), "addFriend");
    me.waitUntil("everybody's messages", [&me] {
        return me.unread("c2c_bob") == 2 && me.unread("c2c_carol") == 1 && me.unread("group_team") == 2;
    });
    // A conversation takes its place when the server has the message, and the pages below shall not shift.
    need(me->sendAndWait(im::NewMessage::textToUser("dave", "Hello dave, this is alice")), "sendAndWait");
    need(me->sendAndWait(im::NewMessage::textToUser("bob", "Noon is fine")), "sendAndWait");
    need(me->pinConversation("c2c_carol", true), "pinConversation");
    need(me->setConversationDraft("c2c_carol", "Great, which"), "setConversationDraft");
    need(me->cleanConversationUnreadMessageCount("c2c_bob"), "cleanConversationUnreadMessageCount");

    const std::int64_t total = need(me->getTotalUnreadMessageCount(), "getTotalUnreadMessageCount");
    std::printf("alice's list, %d a page; %lld unread in all\n\n", PAGE, static_cast<long long>(total));
    printList(me);

    me.say(im::NewMessage::textToGroup("team", "Thanks, bye for now"));
    me.waitUntil("the delivery of what alice wrote", [&me] {
        return me.newest(im::HistoryQuery::withUser("bob", 1)).status == im::MessageStatus::SENT &&
               me.newest(im::HistoryQuery::ofGroup("team", 1)).status == im::MessageStatus::SENT;
    });
    std::printf("\nthe events she got, as they came\n\n");
    for (const std::string &event : me.events())
        std::printf("       %s\n", event.c_str());
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s DIR\n", argv[0]);
        return EXIT_FAILURE;
    }
    const std::string dir = argv[1];
    std::thread people[] = {std::thread(bob, dir), std::thread(carol, dir), std::thread(alice, dir)};
    for (std::thread &person : people)
        person.join();
    return EXIT_SUCCESS;
}
