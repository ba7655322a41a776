/*
 * connected DIR USER SERVICE
 *
 * A fixed day of an account that is connected while its own disk fails, and to which others write: it is opened and logs in,
 * writes, reads, pins, recalls, logs out, and does it once more. Each line of the standard output is one of these:
 *
 *   sent MSGID         a message is in the outbox
 *   recalled MSGID     its recall is
 *   done WHAT          a call has succeeded: pin, read, group, ...
 *   fail CODE          a call, or opening, has failed
 *   end                the day is over
 */
#include "program.h"

#define TRIES 3
#define LOOKS 60

static int is_open(char **argv)
{
    char config[4096];
    snprintf(config, sizeof config,
             "{\"dataDir\":\"%s\",\"userID\":\"%s\",\"backend\":{\"kind\":\"embedded\",\"path\":\"%s\"}}", argv[1], argv[2],
             argv[3]);
    for (int i = 0; i < TRIES; i++) {
        char *response = NULL;
        im_status status = im_client_open(config, &client, &response);
        if (status != IM_STATUS_OK) {
            fprintf(stderr, "open: %s\n", response);
            say("fail %d\n", status);
        }
        im_string_free(response);
        if (status == IM_STATUS_OK)
            return 1;
    }
    return 0;
}

static void send_text(const char *field, const char *to, const char *text, char *id, size_t size)
{
    im_status status;
    char *response = call("sendMessage", &status, "{\"%s\":\"%s\",\"textElem\":{\"text\":\"%s\"}}", field, to, text);
    const char *found = strstr(response, "\"msgID\":\"");
    if (status == IM_STATUS_OK && found) {
        snprintf(id, size, "%.*s", (int)strcspn(found + 9, "\""), found + 9);
        say("sent %s\n", id);
    }
    im_string_free(response);
}

/* Waits until nothing is on its way, but not for long: with a disk that fails for good something always is. */
static void settle(void)
{
    for (int i = 0; i < LOOKS; i++) {
        im_status status;
        char *history = call("getHistoryMessageList", &status, "{\"userID\":\"bob\",\"count\":100}");
        int is_settled = status != IM_STATUS_OK || !strstr(history, "\"status\":1,");
        im_string_free(history);
        if (is_settled)
            return;
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
}

static void day(const char *name)
{
    char text[64], first[64] = "", other[64] = "";
    snprintf(text, sizeof text, "%s before", name);
    send_text("receiver", "bob", text, first, sizeof first);
    request("login", "login", "{\"timeoutMs\":3000}");
    snprintf(text, sizeof text, "%s to the club", name);
    send_text("groupID", "club", text, other, sizeof other);
    request("pin", "pinConversation", "{\"conversationID\":\"c2c_bob\",\"isPinned\":true}");
    request("mark", "markConversation", "{\"conversationIDList\":[\"group_club\"],\"markType\":2,\"enableMark\":true}");
    request("draft", "setConversationDraft", "{\"conversationID\":\"c2c_carol\",\"draftText\":\"a draft\"}");
    settle();
    request("list", "getConversationList", "{\"count\":10}");
    request("read", "cleanConversationUnreadMessageCount", "{\"conversationID\":\"\"}");
    if (*first) {
        im_status status;
        im_string_free(call("revokeMessage", &status, "{\"msgID\":\"%s\"}", first));
        if (status == IM_STATUS_OK)
            say("recalled %s\n", first);
    }
    snprintf(text, sizeof text, "%s after", name);
    send_text("receiver", "bob", text, other, sizeof other);
    request("option", "setGroupReceiveMessageOpt", "{\"groupID\":\"club\",\"opt\":2}");
    settle();
    request("logout", "logout", "{\"timeoutMs\":3000}");
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    const char *names[] = {"one", "two"};
    for (int i = 0; i < 2; i++) {
        if (!is_open(argv))
            continue;
        day(names[i]);
        im_client_close(client);
    }
    say("end\n");
    return 0;
}
