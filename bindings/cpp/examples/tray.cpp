// The core of a tray icon: the number of unread messages, a notification for each message that deserves one, and answers
// from the keyboard, in one main loop without a thread of its own.
//
//     tray DIR USER
//
// opens USER on the service file DIR/service.db. It prints `[3]` when the number changes and `bob: hello` for a
// notification, and reads commands: `list`, `read bob`, `say bob hello`, `quit`. A program with windows does the same in
// the loop of its toolkit: it watches `queue.fd()` there, or posts `queue.handle()` to it.
#include <cstdint>
#include <iostream>
#include <libim.hpp>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace {

void complain(const im::Error &error) { std::cout << "! " << error.desc << std::endl; }

// What a message says in one line.
std::string line(const im::Message &message)
{
    if (message.status == im::MessageStatus::REVOKED)
        return "(recalled)";
    const std::string preview = message.preview();
    return preview.empty() ? "(something else)" : preview;
}

class Tray {
public:
    Tray(im::Client client, std::string user) : client_(std::move(client)), user_(std::move(user)) {}

    // The handlers run inside queue.handle(), on the thread of the main loop.
    im::EventHandlers handlers()
    {
        im::EventHandlers on;
        on.onTotalUnreadMessageCountChanged = [](std::int64_t total) { showNumber(total); };
        on.onRecvNewMessage = [this](const im::Message &message) { notify(message); };
        // Messages that a sync has brought, while the tray was away: the number is enough.
        on.onMessagesMissed = [](const std::vector<std::string> &) {};
        on.onConnectFailed = [](const im::Error &) { std::cout << "offline" << std::endl; };
        on.onConnectSuccess = [] { std::cout << "online" << std::endl; };
        on.onKickedOffline = [] { std::cout << "logged in elsewhere" << std::endl; };
        return on;
    }

    // False ends the program.
    bool run(const std::string &command)
    {
        const auto space = command.find(' ');
        const std::string verb = command.substr(0, space);
        const std::string rest = space == std::string::npos ? "" : command.substr(space + 1);
        if (verb == "quit")
            return false;
        if (verb == "list")
            list();
        else if (verb == "read")
            read(rest);
        else if (verb == "say")
            say(rest);
        else
            std::cout << "list, read USER, say USER TEXT, quit" << std::endl;
        return true;
    }

    const im::Client &client() const { return client_; }

private:
    static void showNumber(std::int64_t total) { std::cout << "[" << total << "]" << std::endl; }

    // The user decides per conversation: 0 notify, 3 notify of mentions only, 1 and 2 do not.
    void notify(const im::Message &message)
    {
        const auto conversation = client_.getConversation(message.conversationID());
        if (!conversation)
            return complain(conversation.error());
        bool mentions = false;
        for (const std::string &user : message.groupAtUserList)
            mentions = mentions || user == user_ || user == im::AT_ALL;
        if (conversation->recvOpt == im::ReceiveMessageOpt::RECEIVE ||
            (conversation->recvOpt == im::ReceiveMessageOpt::NOT_NOTIFY_EXCEPT_AT && mentions))
            std::cout << conversation->showName << ": " << line(message) << std::endl;
    }

    // On the thread that takes the events from the queue, where nothing newer than what is read can be shown before it. Beside
    // a listener, whose handlers run on another thread, client_.async() has the walk that keeps its place among the events.
    void list()
    {
        int left = 10;
        const auto done = client_.forEachConversation([&left](const im::Conversation &one) {
            std::cout << (one.isPinned ? "* " : "- ") << one.showName << " (" << one.unreadCount << ")";
            if (one.lastMessage)
                std::cout << " " << line(*one.lastMessage);
            std::cout << std::endl;
            return --left > 0;
        });
        if (!done)
            complain(done.error());
    }

    void read(const std::string &user)
    {
        if (const auto done = client_.cleanConversationUnreadMessageCount("c2c_" + user); !done)
            complain(done.error());
    }

    void say(const std::string &rest)
    {
        const auto space = rest.find(' ');
        if (space == std::string::npos)
            return complain(im::Error{IM_STATUS_INVALID_PARAMETERS, "say USER TEXT"});
        // Stored at once and sent when there is a connection: nothing to wait for.
        const auto sent = client_.sendMessage(im::NewMessage::textToUser(rest.substr(0, space), rest.substr(space + 1)));
        if (!sent)
            complain(sent.error());
    }

    im::Client client_;
    std::string user_;
};

} // namespace

int main(int count, char **arguments)
{
    if (count != 3) {
        std::cerr << "tray DIR USER" << std::endl;
        return 2;
    }
    const std::string dir = arguments[1], user = arguments[2];
    im::Config config;
    config.dataDir = dir + "/" + user;
    config.userID = user;
    config.backend = im::Embedded{dir + "/service.db"};
    auto client = im::Client::open(config);
    if (!client) {
        std::cerr << client.error().desc << std::endl;
        return 1;
    }
    Tray tray(std::move(client).value(), user);
    // Before the login, so that nothing is missed.
    auto queue = tray.client().openQueue(tray.handlers());
    if (!queue) {
        std::cerr << queue.error().desc << std::endl;
        return 1;
    }
    // Offline the tray shows what is stored, and goes on trying.
    if (const auto done = tray.client().login(); !done)
        complain(done.error());

    pollfd watched[] = {{queue->fd(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    std::string typed;
    for (;;) {
        if (poll(watched, 2, -1) < 0)
            return 1;
        queue->handle();
        if ((watched[1].revents & (POLLIN | POLLHUP)) == 0)
            continue;
        char bytes[256];
        const auto length = read(STDIN_FILENO, bytes, sizeof bytes);
        if (length <= 0)
            return 0;
        typed.append(bytes, static_cast<std::size_t>(length));
        for (auto end = typed.find('\n'); end != std::string::npos; end = typed.find('\n')) {
            const std::string command = typed.substr(0, end);
            typed.erase(0, end + 1);
            if (!tray.run(command))
                return 0;
        }
    }
}
