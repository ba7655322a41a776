// The same as list.c, with the headers for C++.
#include <cstdio>
#include <libim.hpp>

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    im::Result<im::Client> alice = im::Client::open(im::Config{argv[1], "alice"});
    if (!alice || !alice->setConversationDraft("c2c_bob", "hi"))
        return 3;
    im::Result<std::string> list = alice->call("getConversationList");
    std::printf("libim %s\n", im_version());
    return list && list->find("\"conversationID\":\"c2c_bob\"") != std::string::npos ? 0 : 4;
}
