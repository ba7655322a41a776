/* Rule 5: an asynchronous call that was accepted completes exactly once, on the dispatcher thread, also on close. */
#include "check.h"

enum { CALLS = 200 };

static atomic_int completed[CALLS];
static atomic_int total, events;
static pthread_t dispatcher;
static atomic_bool closed;

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)payload, (void)len;
    dispatcher = pthread_self();
    atomic_fetch_add(&events, 1);
}

static void on_response(void *user_data, im_status status, const char *response, size_t len)
{
    CHECK(!closed, "completed after close has returned");
    CHECK(pthread_equal(dispatcher, pthread_self()), "completed on another thread");
    CHECK(strlen(response) == len);
    check_envelope(response, status);
    CHECK(status == IM_STATUS_OK || status == IM_STATUS_CANCELLED, "status %d: %s", status, response);
    CHECK(atomic_fetch_add((atomic_int *)user_data, 1) == 0, "completed twice");
    atomic_fetch_add(&total, 1);
}

static void never(void *user_data, im_status status, const char *response, size_t len)
{
    (void)user_data, (void)len;
    CHECK(false, "a call that was refused has completed with %d: %s", status, response);
}

static void on_failure(void *user_data, im_status status, const char *response, size_t len)
{
    (void)len;
    check_envelope(response, status);
    CHECK(status == IM_STATUS_INVALID_PARAMETERS && strstr(response, "noSuchField"), "%s", response);
    atomic_fetch_add((atomic_int *)user_data, 1);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    STATUS(im_listener_add(client, CHANGES, on_event, NULL, NULL, NULL), IM_STATUS_OK);
    set_draft(client, "first", "x");
    UNTIL(events == 1);

    /* Refused at once. */
    STATUS(im_call_async(client, "noSuchMethod", NULL, never, NULL), IM_STATUS_UNKNOWN_METHOD);
    STATUS(im_call_async(client, NULL, NULL, never, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_call_async(client, "login", "\xff", never, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_call_async(client, "login", NULL, NULL, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_call_async(0, "login", NULL, never, NULL), IM_STATUS_NOT_INITIALIZED);

    /* A bad request is refused at once or answered, never both. */
    atomic_int failures = 0;
    im_status status = im_call_async(client, "getConversation", "{\"noSuchField\":1}", on_failure, &failures);
    if (status == IM_STATUS_OK)
        UNTIL(failures == 1);
    else
        STATUS(status, IM_STATUS_INVALID_PARAMETERS);

    /* The request is copied: the app may change it at once. */
    atomic_int one = 0;
    char request[] = "{\"conversationID\":\"c2c_copied\",\"draftText\":\"as it was\"}";
    total = 0;
    STATUS(im_call_async(client, "setConversationDraft", request, on_response, &one), IM_STATUS_OK);
    memset(request, '!', sizeof request - 1);
    UNTIL(total == 1);
    expect_text(client, "getConversation", "{\"conversationID\":\"c2c_copied\"}", IM_STATUS_OK, "as it was");

    /* Local methods and server methods, closed on before they are done. */
    expect(client, "login", NULL, IM_STATUS_OK);
    total = 0;
    for (int i = 0; i < CALLS; i++) {
        const char *method = i % 2 ? "getUsersInfo" : "getConversationList";
        const char *arguments = i % 2 ? "{\"userIDList\":[\"bob\"]}" : "{\"count\":5}";
        STATUS(im_call_async(client, method, arguments, on_response, &completed[i]), IM_STATUS_OK);
    }
    STATUS(im_client_close(client), IM_STATUS_OK);
    closed = true;
    CHECK(total == CALLS, "%d of %d have completed", total, CALLS);
    for (int i = 0; i < CALLS; i++)
        CHECK(completed[i] == 1, "call %d has completed %d times", i, completed[i]);
    CHECK(failures <= 1);
    return 0;
}
