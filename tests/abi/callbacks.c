/* Rule 6: callbacks run on one thread, one at a time, and may call what they like, except for what would deadlock. */
#include "check.h"

static im_client client;
static const char *dir;
static atomic_int tested, nested_events, completed, nested_destroyed;
static atomic_bool inside;
static pthread_t dispatcher;

static void enter(void)
{
    CHECK(!atomic_exchange(&inside, true), "two callbacks at a time");
    CHECK(pthread_equal(dispatcher, pthread_self()), "a callback on another thread");
}

static void on_nested(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data;
    enter();
    CHECK((UINT64_C(1) << event) & CHANGES, "event %d is not in the mask", event);
    CHECK(strlen(payload) == len && payload[0] == '[', "%s", payload);
    CHECK(strstr(payload, "c2c_after_the_add") && !strstr(payload, "c2c_before_the_add"), "%s", payload);
    atomic_fetch_add(&nested_events, 1);
    atomic_store(&inside, false);
}

static void on_login(void *user_data, im_status status, const char *response, size_t len)
{
    enter();
    CHECK(user_data == &client);
    CHECK(strlen(response) == len);
    check_envelope(response, status);
    STATUS(status, IM_STATUS_OK);
    atomic_fetch_add(&completed, 1);
    atomic_store(&inside, false);
}

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)event;
    dispatcher = pthread_self();
    CHECK(user_data == &dir && strlen(payload) == len);
    if (atomic_fetch_add(&tested, 1) > 0)
        return;
    atomic_store(&inside, true);

    STATUS(im_client_close(client), IM_STATUS_CALLED_FROM_CALLBACK);
    STATUS(im_client_close(client), IM_STATUS_CALLED_FROM_CALLBACK);

    /* The cache can be read and written; what started this callback is there already. */
    expect_text(client, "getConversationList", "{\"count\":10}", IM_STATUS_OK, "c2c_first");
    set_draft(client, "before_the_add", "x");

    /* What waits for the server would wait for ever. */
    expect(client, "login", NULL, IM_STATUS_CALLED_FROM_CALLBACK);
    expect(client, "getUsersInfo", "{\"userIDList\":[\"bob\"]}", IM_STATUS_CALLED_FROM_CALLBACK);
    STATUS(im_join_group(client, "{\"groupID\":\"g\"}", NULL), IM_STATUS_CALLED_FROM_CALLBACK);
    STATUS(im_call_async(client, "login", NULL, on_login, &client), IM_STATUS_OK);

    /* A listener that is added here hears what is changed afterwards, and nothing of what waits to be told. */
    STATUS(im_listener_add(client, CHANGES, on_nested, &nested_destroyed, count_destroy, NULL), IM_STATUS_OK);
    set_draft(client, "after_the_add", "x");

    /* Other clients are other dispatchers: they open, wait for the server and close in here. */
    im_client other = open_client(dir, "other");
    expect(other, "login", NULL, IM_STATUS_OK);
    STATUS(im_client_close(other), IM_STATUS_OK);
    atomic_store(&inside, false);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    dir = argv[1];
    client = open_client(dir, "alice");
    im_listener listener;
    STATUS(im_listener_add(client, CHANGES, on_event, &dir, NULL, &listener), IM_STATUS_OK);
    set_draft(client, "first", "x");
    UNTIL(completed == 1 && nested_events > 0);
    /* Still open after the refused closes. */
    expect(client, "getConversationList", "{\"count\":10}", IM_STATUS_OK);
    STATUS(im_client_close(client), IM_STATUS_OK);
    CHECK(nested_destroyed == 1);
    CHECK(completed == 1, "completed %d times", completed);
    return 0;
}
