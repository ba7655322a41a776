/* The end of a program: all clients are closed and the logger is removed, and nothing is called any more. */
#include "check.h"
#include <sched.h>

static atomic_int destroyed, refused;
static atomic_bool over, was_refused;
static im_client clients[3];

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)event, (void)payload, (void)len;
    CHECK(!over, "an event after the end");
    /* It would wait for this callback. The others are closed all the same. */
    if (user_data == &refused && atomic_fetch_add(&refused, 1) == 0) {
        STATUS(im_shutdown(), IM_STATUS_CALLED_FROM_CALLBACK);
        atomic_store(&was_refused, true);
    }
}

static void on_log(void *user_data, int32_t level, const char *message, size_t len)
{
    (void)user_data, (void)level, (void)len;
    CHECK(!over, "a line after the end: %s", message);
}

static void destroy(void *user_data)
{
    (void)user_data;
    atomic_fetch_add(&destroyed, 1);
}

static void *keep_writing(void *place)
{
    const im_client client = *(im_client *)place;
    while (im_call(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":\"a\"}", NULL) == 0 &&
           im_call(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":\"b\"}", NULL) == 0)
        continue;
    return NULL;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    STATUS(im_shutdown(), IM_STATUS_OK);
    for (int round = 0; round < 20; round++) {
        over = false;
        atomic_store(&destroyed, 0);
        STATUS(im_set_logger(on_log, NULL, destroy, IM_LOG_TRACE), IM_STATUS_OK);
        pthread_t writers[3];
        for (int i = 0; i < 3; i++) {
            char *user = text("user-%d", i);
            clients[i] = open_client(argv[1], user);
            free(user);
            im_listener listener;
            STATUS(im_listener_add(clients[i], 0, on_event, NULL, destroy, &listener), IM_STATUS_OK);
            CHECK(pthread_create(&writers[i], NULL, keep_writing, &clients[i]) == 0);
        }
        STATUS(im_shutdown(), IM_STATUS_OK);
        over = true;
        CHECK(destroyed == 4, "%d of 4 are destroyed", destroyed);
        for (int i = 0; i < 3; i++) {
            CHECK(pthread_join(writers[i], NULL) == 0);
            STATUS(im_client_close(clients[i]), IM_STATUS_NOT_INITIALIZED);
        }
    }
    over = false;
    clients[0] = open_client(argv[1], "user-0");
    clients[1] = open_client(argv[1], "user-1");
    im_listener listener;
    STATUS(im_listener_add(clients[0], 0, on_event, &refused, NULL, &listener), IM_STATUS_OK);
    set_draft(clients[0], "bob", "x");
    while (!was_refused)
        sched_yield();
    STATUS(im_client_close(clients[1]), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_client_close(clients[0]), IM_STATUS_OK);
    return 0;
}
