// Faults of an app that end the program: `fatal DIR value|void|exception`.
#include "check.hpp"

#include <stdexcept>

int main(int, char **argv)
{
    const im::Client client = openClient(argv[1], "alice");
    const std::string fault = argv[2];
    if (fault == "value")
        return static_cast<int>(client.getConversation("neither").value().type);
    if (fault == "void")
        client.deleteConversation("neither").value();
    client.addListener([](std::int32_t, std::string_view) { throw std::runtime_error("out of a handler"); })
        .value()
        .detach();
    setDraft(client, "x", "throw");
    Signal never;
    never.wait();
    return 0;
}
