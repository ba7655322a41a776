/*
 * flood DIR USER PEER COUNT
 *
 * Sends COUNT messages to PEER and to the group "hall" while PEER's process does the same; ends when everything of both
 * sides is here and delivered, and writes both histories, oldest first, a response a line.
 */
#include "program.h"

static long long total(im_client client)
{
    char *response = call(client, "getTotalUnreadMessageCount", NULL);
    const char *data = strstr(response, "\"data\":");
    long long count = data ? atoll(data + 7) : -1;
    im_string_free(response);
    return count;
}

static atomic_int delivered;

static void on_event(void *user_data, int32_t event, const char *payload, size_t length)
{
    (void)user_data, (void)event, (void)length;
    if (strstr(payload, "\"status\":2"))
        atomic_fetch_add(&delivered, 1);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    const char *user = argv[2], *peer = argv[3];
    int count = atoi(argv[4]);
    im_client client = open_client(argv[1], user);
    if (im_listener_add(client, UINT64_C(1) << IM_EVENT_MESSAGE_STATUS_CHANGED, on_event, NULL, NULL, NULL) != 0)
        return 1;
    im_string_free(call(client, "login", NULL));
    for (int i = 0; i < count; i++) {
        im_string_free(callf(client, "sendMessage", "{\"receiver\":\"%s\",\"textElem\":{\"text\":\"%s %d\"}}", peer, user, i));
        im_string_free(callf(client, "sendMessage", "{\"groupID\":\"hall\",\"textElem\":{\"text\":\"%s %d\"}}", user, i));
    }
    while (total(client) < 2 * count || delivered < 2 * count)
        nap();
    puts_and_free(callf(client, "getHistoryMessageList", "{\"userID\":\"%s\",\"count\":1000000,\"getType\":4}", peer));
    puts_and_free(call(client, "getHistoryMessageList", "{\"groupID\":\"hall\",\"count\":1000000,\"getType\":4}"));
    return im_client_close(client);
}
