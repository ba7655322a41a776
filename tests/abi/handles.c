/* Rule 1: a closed, unknown or zero handle is an error, never more. */
#include "check.h"

static void ignore(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)payload, (void)len;
}

static void never(void *user_data, im_status status, const char *response, size_t len)
{
    (void)user_data, (void)status, (void)response, (void)len;
    CHECK(false, "a call that failed has completed");
}

static void check_dead(im_client client)
{
    im_listener listener = 7;
    expect(client, "getConversationList", "{\"count\":1}", IM_STATUS_NOT_INITIALIZED);
    expect(client, "noSuchMethod", NULL, IM_STATUS_NOT_INITIALIZED);
    STATUS(im_call(client, "getTotalUnreadMessageCount", NULL, NULL), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_call_async(client, "getTotalUnreadMessageCount", NULL, never, NULL), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_listener_add(client, 0, ignore, NULL, NULL, &listener), IM_STATUS_NOT_INITIALIZED);
    CHECK(listener == 0, "a failed add must leave 0");
    STATUS(im_listener_remove(client, 1), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_client_close(client), IM_STATUS_NOT_INITIALIZED);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    check_dead(0);
    check_dead(UINT64_MAX);

    im_client first = open_client(argv[1], "alice");
    check_dead(first + 1);
    STATUS(im_client_close(first), IM_STATUS_OK);
    check_dead(first);

    /* The same account again: a new number, and the old one stays dead. */
    im_client second = open_client(argv[1], "alice");
    CHECK(second != first, "a handle is never used twice");
    check_dead(first);

    /* While it is open, nobody else may have the account; the failure gives no handle. */
    char *config = text("{\"dataDir\":\"%s/alice\",\"userID\":\"alice\"}", argv[1]);
    im_client third = 7;
    char *response = NULL;
    STATUS(im_client_open(config, &third, &response), IM_STATUS_ACCOUNT_IN_USE);
    CHECK(third == 0);
    check_envelope(response, IM_STATUS_ACCOUNT_IN_USE);
    im_string_free(response);
    free(config);

    expect(second, "getConversationList", "{\"count\":1}", IM_STATUS_OK);
    STATUS(im_client_close(second), IM_STATUS_OK);
    check_dead(second);
    return 0;
}
