/* Rule 8: a listener that blocks holds up no call, costs bounded memory, and hears the final state. */
#include "check.h"

enum { CONVERSATIONS = 100, ROUNDS = 100, DRAFT_BYTES = 4096, MAX_GROWTH_KIB = 16 * 1024 };

static struct gate gate = GATE;
static atomic_bool blocked, released;
static atomic_int told;
static atomic_int last[CONVERSATIONS];

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)len;
    blocked = true;
    gate_wait(&gate);
    for (const char *at = payload; (at = strstr(at, "\"draftText\":\"v")); at++) {
        int round, conversation;
        CHECK(sscanf(at, "\"draftText\":\"v%d.%d.", &round, &conversation) == 2, "%.60s", at);
        CHECK(conversation >= 0 && conversation < CONVERSATIONS);
        CHECK(round >= last[conversation], "an older state after a newer one");
        last[conversation] = round;
        if (released)
            atomic_fetch_add(&told, 1);
    }
}

static long resident_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status);
    char line[256];
    long kib = 0;
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    fclose(status);
    CHECK(kib > 0);
    return kib;
}

static void round_of_drafts(im_client client, int round)
{
    char filler[DRAFT_BYTES + 1];
    memset(filler, 'x', DRAFT_BYTES);
    filler[DRAFT_BYTES] = 0;
    for (int i = 0; i < CONVERSATIONS; i++) {
        char *user = text("user%02d", i), *draft = text("v%d.%d.%s", round, i, filler);
        set_draft(client, user, draft);
        if (round % 10 == 9) {
            char *pin = text("{\"conversationID\":\"c2c_%s\",\"isPinned\":%s}", user, round % 20 == 9 ? "true" : "false");
            expect(client, "pinConversation", pin, IM_STATUS_OK);
            free(pin);
        }
        free(user);
        free(draft);
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    STATUS(im_listener_add(client, CHANGES, on_event, NULL, NULL, NULL), IM_STATUS_OK);
    /* The first rounds fill the database's caches, which is not what is measured. */
    for (int round = 1; round <= 10; round++)
        round_of_drafts(client, round);
    UNTIL(blocked);
    long before = resident_kib();
    for (int round = 11; round <= ROUNDS; round++)
        round_of_drafts(client, round);
    long growth = resident_kib() - before;
    CHECK(growth < MAX_GROWTH_KIB, "grown by %ld KiB", growth);
    expect(client, "getConversationList", "{\"count\":100}", IM_STATUS_OK);

    released = true;
    gate_open(&gate);
    for (int i = 0; i < CONVERSATIONS; i++)
        UNTIL(last[i] == ROUNDS);
    CHECK(told <= 2 * CONVERSATIONS, "%d states of %d conversations were told", told, CONVERSATIONS);
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
