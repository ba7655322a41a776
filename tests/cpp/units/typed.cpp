// With typed models, as main.cpp.
#include <libim.hpp>

std::string nameOf(const im::Client &client, const std::string &conversation)
{
    return client.getConversation(conversation).value().showName;
}
