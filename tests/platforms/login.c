/* Two accounts of an XMPP server: one writes, the other one's list shows it. Their configs are alice.json and bob.json in
 * the folder that is argv[1]. */
#include "check.h"

static im_client open_account(const char *folder, const char *name)
{
    static char config[65536];
    char *path = text("%s/%s.json", folder, name);
    FILE *file = fopen(path, "rb");
    CHECK(file, "%s cannot be read", path);
    size_t length = fread(config, 1, sizeof config - 1, file);
    config[length] = 0;
    fclose(file);
    free(path);
    im_client client = 0;
    char *response = NULL;
    im_status status = im_client_open(config, &client, &response);
    CHECK(status == 0, "open gives %d: %s", status, response);
    im_string_free(response);
    return client;
}

/* Whether a response of a method has a text in it. */
static bool has(im_client client, const char *method, const char *request, const char *part)
{
    char *response = response_of(client, method, request, 0);
    bool found = strstr(response, part) != NULL;
    im_string_free(response);
    return found;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client alice = open_account(argv[1], "alice"), bob = open_account(argv[1], "bob");
    expect(alice, "login", "{\"timeoutMs\":60000}", 0);
    expect(bob, "login", "{\"timeoutMs\":60000}", 0);
    expect(alice, "sendMessage", "{\"receiver\":\"bob@im.test\",\"textElem\":{\"text\":\"across platforms\"}}", 0);
    UNTIL(has(bob, "getConversationList", "{\"nextSeq\":\"0\",\"count\":10}", "across platforms"));
    CHECK(has(bob, "getConversationList", "{\"nextSeq\":\"0\",\"count\":10}", "\"unreadCount\":1,"));
    /* What was sent is known to the server. */
    UNTIL(has(alice, "getConversationList", "{\"nextSeq\":\"0\",\"count\":10}", "\"status\":2,"));
    STATUS(im_client_close(alice), 0);
    STATUS(im_client_close(bob), 0);

    /* From the cache, with nobody logged in. */
    bob = open_account(argv[1], "bob");
    CHECK(has(bob, "getConversationList", "{\"nextSeq\":\"0\",\"count\":10}", "across platforms"));
    STATUS(im_client_close(bob), 0);
    puts("test login ... ok");
    return 0;
}
