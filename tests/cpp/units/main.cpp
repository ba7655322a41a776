// A program of several files that include the header, with typed models here and in one, and with JSON text in the other.
#include "../check.hpp"

static_assert(LIBIM_JSON == 1);

std::string nameOf(const im::Client &client, const std::string &conversation);
std::string textOf(const std::string &dir, const std::string &conversation);

int main(int, char **argv)
{
    const im::Client alice = openClient(argv[1], "alice");
    CHECK(alice.getConversation("c2c_bob").value().showName == "bob");
    CHECK(nameOf(alice, "c2c_bob") == "bob");
    CHECK(textOf(argv[1], "c2c_bob").find(R"("showName":"bob")") != std::string::npos);
}
