/* Streams: events that the app takes when it wants them, merged meanwhile, also after the client is closed. */
#include "check.h"

static atomic_int ready, destroyed;

static void on_ready(void *user_data)
{
    CHECK(user_data == &ready);
    atomic_fetch_add(&ready, 1);
}

static void destroy(void *user_data)
{
    CHECK(user_data == &ready);
    atomic_fetch_add(&destroyed, 1);
}

/* Checks the next event and that its payload has a text. */
static void next(im_stream stream, int32_t expected, const char *part)
{
    int32_t event;
    char *payload;
    STATUS(im_stream_next(stream, &event, &payload), IM_STATUS_OK);
    CHECK(event == expected, "event %d, not %d", event, expected);
    CHECK((payload != NULL) == (part != NULL), "%s", payload ? payload : "no payload");
    CHECK(!part || strstr(payload, part), "%s lacks %s", payload, part);
    im_string_free(payload);
}

/* Waits until everything of the client has been told. */
static void answered(void *user_data, im_status status, const char *response, size_t len)
{
    (void)status, (void)response, (void)len;
    atomic_fetch_add((atomic_int *)user_data, 1);
}

static void settle(im_client client)
{
    static atomic_int answers;
    int before = answers;
    STATUS(im_call_async(client, "getLoginStatus", NULL, answered, &answers), IM_STATUS_OK);
    UNTIL(answers > before);
}

struct own {
    im_stream stream;
    atomic_int destroyed;
    atomic_bool closed;
};

static void close_own(void *user_data)
{
    struct own *own = user_data;
    STATUS(im_stream_close(own->stream), IM_STATUS_OK);
    CHECK(own->destroyed == 0, "destroyed while it runs");
    own->closed = true;
}

static void destroy_own(void *user_data) { atomic_fetch_add(&((struct own *)user_data)->destroyed, 1); }

/* Closing follows the rules of removing a listener: inside its own callback it returns at once. */
static void closed_inside_its_callback(im_client client)
{
    struct own own = {0};
    STATUS(im_stream_open(client, CHANGES, close_own, &own, destroy_own, &own.stream), IM_STATUS_OK);
    set_draft(client, "carol", "x");
    UNTIL(own.destroyed == 1);
    CHECK(own.closed);
    set_draft(client, "carol", "y");
    settle(client);
    STATUS(im_stream_close(own.stream), IM_STATUS_NOT_INITIALIZED);
    CHECK(own.destroyed == 1);
}

int main(int argc, char **argv)
{
    (void)argc;
    im_client client = open_client(argv[1], "alice");
    im_stream stream, other;

    /* What is refused leaves the user_data with the app. */
    STATUS(im_stream_open(client, 0, NULL, &ready, destroy, &stream), IM_STATUS_INVALID_PARAMETERS);
    CHECK(stream == 0);
    STATUS(im_stream_open(client, 0, on_ready, &ready, destroy, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_stream_open(client, UINT64_C(1) << 63, on_ready, &ready, destroy, &stream), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_stream_open(0, 0, on_ready, &ready, destroy, &stream), IM_STATUS_NOT_INITIALIZED);
    CHECK(destroyed == 0);

    STATUS(im_stream_open(client, 0, on_ready, &ready, destroy, &stream), IM_STATUS_OK);
    STATUS(im_stream_open(client, UINT64_C(1) << IM_EVENT_CONVERSATION_DELETED, on_ready, &ready, NULL, &other),
           IM_STATUS_OK);
    next(stream, IM_EVENT_NONE, NULL);
    int32_t event = 7;
    char *payload;
    STATUS(im_stream_next(stream, NULL, &payload), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_stream_next(stream, &event, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_stream_next(0, &event, &payload), IM_STATUS_NOT_INITIALIZED);
    CHECK(event == IM_EVENT_NONE && payload == NULL);

    /* Three hundred changes are one, and one call. */
    for (int number = 0; number < 300; number++) {
        char *draft = text("draft %d", number);
        set_draft(client, "bob", draft);
        settle(client);
        free(draft);
    }
    CHECK(ready == 1, "%d", ready);
    next(stream, IM_EVENT_NEW_CONVERSATION, "draft 299");
    next(stream, IM_EVENT_NONE, NULL);
    next(other, IM_EVENT_NONE, NULL);
    set_draft(client, "bob", "again");
    settle(client);
    CHECK(ready == 2, "%d", ready);

    /* What was told is there after the end of the client, and then nothing. */
    STATUS(im_client_close(client), IM_STATUS_OK);
    CHECK(destroyed == 1);
    next(stream, IM_EVENT_CONVERSATION_CHANGED, "again");
    STATUS(im_stream_next(stream, &event, &payload), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_stream_close(stream), IM_STATUS_OK);
    STATUS(im_stream_close(stream), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_stream_next(stream, &event, &payload), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_stream_close(other), IM_STATUS_OK);

    /* Closing one while its client is open. */
    client = open_client(argv[1], "alice");
    STATUS(im_stream_open(client, 0, on_ready, &ready, destroy, &stream), IM_STATUS_OK);
    STATUS(im_stream_close(stream), IM_STATUS_OK);
    CHECK(destroyed == 2);
    int before = ready;
    set_draft(client, "bob", "unheard");
    settle(client);
    CHECK(ready == before);
    closed_inside_its_callback(client);
    STATUS(im_client_close(client), IM_STATUS_OK);
    CHECK(destroyed == 2);
    return 0;
}
