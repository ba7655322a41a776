/*
 * member DIR USER SERVICE [DURABILITY]
 *
 * A fixed day of an account on a service file: it logs in, writes, waits for a moment until the service has all of it, and
 * ends. Each line of the standard output is one of these:
 *
 *   sent MSGID         a message is in the outbox
 *   delivered MSGID    the service has it
 *   recalled MSGID     its recall is in the outbox
 *   done WHAT          the service has carried out a request
 *   fail CODE          a call has failed
 *   end                the day is over
 */
#include "program.h"

#define MESSAGES 8
#define LOGINS 3
#define LOOKS 150

static char ids[MESSAGES][64];
static int is_delivered[MESSAGES];

static void send_text(int number)
{
    im_status status;
    char *response = call("sendMessage", &status, "{\"receiver\":\"bob\",\"textElem\":{\"text\":\"message %d\"}}", number);
    const char *id = strstr(response, "\"msgID\":\"");
    if (status == IM_STATUS_OK && id) {
        snprintf(ids[number], sizeof ids[number], "%.*s", (int)strcspn(id + 9, "\""), id + 9);
        say("sent %s\n", ids[number]);
    }
    im_string_free(response);
}

/* Tells what has been delivered since the last look. Says whether that is everything. */
static int look(void)
{
    im_status status;
    int rest = 0;
    char *history = call("getHistoryMessageList", &status, "{\"userID\":\"bob\",\"count\":100}");
    for (int i = 0; i < MESSAGES; i++) {
        const char *found = *ids[i] ? strstr(history, ids[i]) : NULL;
        const char *state = found ? strstr(found, "\"status\":") : NULL;
        if (is_delivered[i] || !state)
            continue;
        if (state[9] == '2') {
            is_delivered[i] = 1;
            say("delivered %s\n", ids[i]);
        } else if (state[9] == '1') {
            rest++;
        }
    }
    im_string_free(history);
    return rest == 0;
}

static void settle(void)
{
    for (int i = 0; i < LOOKS && !look(); i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    char config[4096], *response = NULL;
    snprintf(config, sizeof config,
             "{\"dataDir\":\"%s\",\"userID\":\"%s\",\"backend\":{\"kind\":\"embedded\",\"path\":\"%s\"},\"durability\":\"%s\"}",
             argv[1], argv[2], argv[3], argc > 4 ? argv[4] : "normal");
    if (im_client_open(config, &client, &response) != IM_STATUS_OK) {
        fprintf(stderr, "%s\n", response);
        return 5;
    }
    im_string_free(response);
    send_text(0);
    for (int i = 0; i < LOGINS; i++) {
        im_status status;
        im_string_free(call("login", &status, "{\"timeoutMs\":500}"));
        if (status == IM_STATUS_OK)
            break;
    }
    for (int i = 1; i < MESSAGES - 1; i++)
        send_text(i);
    request("nick", "setSelfInfo", "{\"nickName\":\"Alice\",\"timeoutMs\":500}");
    request("group", "createGroup", "{\"groupType\":\"Work\",\"groupID\":\"team\",\"memberList\":[{\"userID\":\"bob\"}],\"timeoutMs\":500}");
    settle();
    if (*ids[1]) {
        im_status status;
        im_string_free(call("revokeMessage", &status, "{\"msgID\":\"%s\"}", ids[1]));
        if (status == IM_STATUS_OK)
            say("recalled %s\n", ids[1]);
    }
    send_text(MESSAGES - 1);
    settle();
    im_client_close(client);
    say("end\n");
    return 0;
}
