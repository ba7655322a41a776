/* Rule 7: destroy runs exactly once for each add that succeeded, never for one that failed, and before close returns. */
#include "check.h"

enum { LISTENERS = 50, THREADS = 4, ROUNDS = 20 };

static void ignore(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)payload, (void)len;
}

static void never(void *user_data)
{
    (void)user_data;
    CHECK(false, "destroy after a failed add");
}

static _Atomic im_client client;
static atomic_int added, destroyed;
static atomic_bool closed;

static void on_destroy(void *user_data)
{
    (void)user_data;
    CHECK(!closed, "destroy after close has returned");
    /* It may call libim; this client is closing, so nothing can be added any more or the add is destroyed too. */
    im_status status = im_call(client, "getTotalUnreadMessageCount", NULL, NULL);
    CHECK(status == 0 || status == IM_STATUS_NOT_INITIALIZED, "status %d", status);
    atomic_fetch_add(&destroyed, 1);
}

static void *add_until_closed(void *unused)
{
    for (;;) {
        im_status status = im_listener_add(client, 0, ignore, NULL, on_destroy, NULL);
        if (status == IM_STATUS_NOT_INITIALIZED)
            return unused;
        STATUS(status, IM_STATUS_OK);
        atomic_fetch_add(&added, 1);
    }
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    client = open_client(argv[1], "alice");

    /* Failed adds. */
    const uint64_t no_event = UINT64_C(1) << 63;
    im_listener listener = 7;
    STATUS(im_listener_add(0, 0, ignore, NULL, never, NULL), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_listener_add(client, 0, NULL, NULL, never, &listener), IM_STATUS_INVALID_PARAMETERS);
    CHECK(listener == 0);
    STATUS(im_listener_add(client, no_event, ignore, NULL, never, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_listener_add(client, no_event | 1, ignore, NULL, never, NULL), IM_STATUS_INVALID_PARAMETERS);

    /* Removed ones and those that are there until the close, and one without a destroy. */
    atomic_int counts[LISTENERS] = {0};
    im_listener listeners[LISTENERS];
    STATUS(im_listener_add(client, 0, ignore, NULL, NULL, NULL), IM_STATUS_OK);
    for (int i = 0; i < LISTENERS; i++) {
        STATUS(im_listener_add(client, 0, ignore, &counts[i], count_destroy, &listeners[i]), IM_STATUS_OK);
        for (int j = 0; j < i; j++)
            CHECK(listeners[j] != listeners[i], "two listeners of one number");
    }
    for (int i = 0; i < LISTENERS; i += 2) {
        STATUS(im_listener_remove(client, listeners[i]), IM_STATUS_OK);
        CHECK(counts[i] == 1, "destroy has run %d times", counts[i]);
        STATUS(im_listener_remove(client, listeners[i]), IM_STATUS_INVALID_PARAMETERS);
    }
    STATUS(im_client_close(client), IM_STATUS_OK);
    for (int i = 0; i < LISTENERS; i++)
        CHECK(counts[i] == 1, "destroy of %d has run %d times", i, counts[i]);
    STATUS(im_listener_add(client, 0, ignore, NULL, never, NULL), IM_STATUS_NOT_INITIALIZED);

    /* Adds that race with the close. */
    for (int round = 0; round < ROUNDS; round++) {
        client = open_client(argv[1], "alice");
        added = destroyed = 0;
        closed = false;
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++)
            CHECK(pthread_create(&threads[i], NULL, add_until_closed, NULL) == 0);
        UNTIL(added > 20);
        STATUS(im_client_close(client), IM_STATUS_OK);
        closed = true;
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        CHECK(destroyed == added, "%d adds, %d destroyed", added, destroyed);
    }
    return 0;
}
