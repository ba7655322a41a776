/* Rules 2 and 3: strings in and out: NULL, bad UTF-8, too long, and who owns what. */
#include "check.h"

#define MIB16 (16 * 1024 * 1024)

static const char *const PAGE = "{\"count\":1}";

/* `{`, spaces, `}`: valid JSON of any length. */
static char *padded(size_t length)
{
    char *out = malloc(length + 1);
    CHECK(out);
    memset(out, ' ', length);
    out[0] = '{';
    out[length - 1] = '}';
    out[length] = 0;
    return out;
}

static void bad_config(const char *config, im_status expected, const char *part)
{
    im_client client = 7;
    char *response = (char *)"never written";
    STATUS(im_client_open(config, &client, &response), expected);
    CHECK(client == 0);
    check_envelope(response, expected);
    CHECK(strstr(response, part), "no %s in %.300s", part, response);
    im_string_free(response);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_string_free(NULL);
    im_client client = open_client(argv[1], "alice");

    /* NULL. */
    expect(client, "getTotalUnreadMessageCount", NULL, IM_STATUS_OK);
    expect_text(client, NULL, PAGE, IM_STATUS_INVALID_PARAMETERS, "method");
    expect_text(0, NULL, NULL, IM_STATUS_NOT_INITIALIZED, "client 0");
    STATUS(im_call(client, "getConversationList", PAGE, NULL), IM_STATUS_OK);
    STATUS(im_call(client, "noSuchMethod", PAGE, NULL), IM_STATUS_UNKNOWN_METHOD);
    STATUS(im_call(client, NULL, NULL, NULL), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_get_conversation_list(client, PAGE, NULL), IM_STATUS_OK);
    STATUS(im_get_conversation_list(0, NULL, NULL), IM_STATUS_NOT_INITIALIZED);
    bad_config(NULL, IM_STATUS_INVALID_PARAMETERS, "config is NULL");
    char *response = NULL;
    char *config = text("{\"dataDir\":\"%s/bob\",\"userID\":\"bob\"}", argv[1]);
    STATUS(im_client_open(config, NULL, &response), IM_STATUS_INVALID_PARAMETERS);
    check_envelope(response, IM_STATUS_INVALID_PARAMETERS);
    CHECK(strstr(response, "out_client"), "%s", response);
    im_string_free(response);
    STATUS(im_client_open(NULL, NULL, NULL), IM_STATUS_INVALID_PARAMETERS);
    im_client bob = 0;
    STATUS(im_client_open(config, &bob, NULL), IM_STATUS_OK);
    STATUS(im_client_close(bob), IM_STATUS_OK);
    free(config);

    /* Bad UTF-8: a lone byte, a cut character, a surrogate. */
    expect_text(client, "getConversation", "{\"conversationID\":\"c2c_\xff\"}", IM_STATUS_INVALID_PARAMETERS, "request");
    expect_text(client, "getConversation", "{\"conversationID\":\"c2c_\xc3", IM_STATUS_INVALID_PARAMETERS, "UTF-8");
    expect_text(client, "getConversation", "{\"conversationID\":\"\xed\xa0\x80\"}", IM_STATUS_INVALID_PARAMETERS, "UTF-8");
    expect_text(client, "get\xfe", PAGE, IM_STATUS_INVALID_PARAMETERS, "method");
    bad_config("{\"userID\":\"\x80\"}", IM_STATUS_INVALID_PARAMETERS, "config");

    /* The limit of 16 MiB. */
    char *longest = padded(MIB16), *too_long = padded(MIB16 + 1);
    expect(client, "getTotalUnreadMessageCount", longest, IM_STATUS_OK);
    expect_text(client, "getTotalUnreadMessageCount", too_long, IM_STATUS_INVALID_PARAMETERS, "16 MiB");
    expect_text(client, too_long, NULL, IM_STATUS_INVALID_PARAMETERS, "16 MiB");
    bad_config(too_long, IM_STATUS_INVALID_PARAMETERS, "16 MiB");
    free(longest);
    free(too_long);

    /* Text of any language comes back as it went in, and a response is the caller's to write to. */
    set_draft(client, "bob", "h\xc3\xa4 \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80 \\\" \\n");
    response = response_of(client, "getConversation", "{\"conversationID\":\"c2c_bob\"}", IM_STATUS_OK);
    CHECK(strstr(response, "h\xc3\xa4 \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80 \\\" \\n"), "%s", response);
    /* All but NUL, which would end a string here. */
    expect_text(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":\"a\\u0000b\"}",
                IM_STATUS_INVALID_PARAMETERS, "draftText");
    memset(response, 0, strlen(response));
    im_string_free(response);

    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
