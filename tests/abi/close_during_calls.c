/* Rule 1: closing while other threads call is safe; what they get is an answer, 6013 or 7009. */
#include "check.h"

enum { THREADS = 4, ROUNDS = 10 };

static _Atomic im_client client;
static atomic_int answered;

static void *hammer(void *number)
{
    char *draft = text("{\"conversationID\":\"c2c_peer%d\",\"draftText\":\"x\"}", *(int *)number);
    im_status status = IM_STATUS_OK;
    for (int turn = 0; status != IM_STATUS_NOT_INITIALIZED; turn++) {
        char *response = NULL;
        switch (turn % 3) {
        case 0: status = im_call(client, "getConversationList", "{\"count\":10}", &response); break;
        case 1: status = im_set_conversation_draft(client, draft, &response); break;
        default: status = im_get_users_info(client, "{\"userIDList\":[\"bob\"]}", &response); break;
        }
        CHECK(status == IM_STATUS_OK || status == IM_STATUS_NOT_INITIALIZED || status == IM_STATUS_CANCELLED,
              "status %d: %s", status, response);
        check_envelope(response, status);
        im_string_free(response);
        atomic_fetch_add(&answered, 1);
    }
    free(draft);
    return NULL;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    for (int round = 0; round < ROUNDS; round++) {
        client = open_client(argv[1], "alice");
        expect(client, "login", NULL, IM_STATUS_OK);
        answered = 0;
        pthread_t threads[THREADS];
        int numbers[THREADS];
        for (int i = 0; i < THREADS; i++) {
            numbers[i] = i;
            CHECK(pthread_create(&threads[i], NULL, hammer, &numbers[i]) == 0);
        }
        UNTIL(answered > 20);
        STATUS(im_client_close(client), IM_STATUS_OK);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
    }
    return 0;
}
