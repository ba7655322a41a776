/* Rules 2 and 3: requests are strict, errors name the field and the value, and a call that fails changes nothing. */
#include "check.h"

enum { DEPTH = 200000 };

/* `before`, then `DEPTH` times an open bracket. */
static char *bomb(const char *before, char bracket)
{
    size_t length = strlen(before);
    char *out = malloc(length + DEPTH + 1);
    CHECK(out);
    memcpy(out, before, length);
    memset(out + length, bracket, DEPTH);
    out[length + DEPTH] = 0;
    return out;
}

static void refuse_bomb(im_client client, const char *method, char *request)
{
    char *response = NULL;
    im_status status = im_call(client, method, request, &response);
    CHECK(status == IM_STATUS_INVALID_JSON || status == IM_STATUS_INVALID_PARAMETERS, "status %d", status);
    check_envelope(response, status);
    CHECK(strlen(response) < 4096, "the error repeats the bomb");
    im_string_free(response);
    free(request);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    const im_status wrong = IM_STATUS_INVALID_PARAMETERS;

    expect_text(client, "getConversationlist", NULL, IM_STATUS_UNKNOWN_METHOD, "getConversationlist");
    expect_text(client, "", NULL, IM_STATUS_UNKNOWN_METHOD, "");

    /* Unknown, missing and wrong fields, by name. */
    expect_text(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":\"x\",\"colour\":1}", wrong,
                "colour");
    expect_text(client, "setConversationDraft", "{\"draftText\":\"x\"}", wrong, "conversationID");
    expect_text(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":7}", wrong, "draftText");
    expect_text(client, "setConversationDraft", "{\"conversationID\":7,\"draftText\":\"x\"}", wrong, "conversationID");
    expect_text(client, "setConversationDraft", "{\"conversationID\":\"bob\",\"draftText\":\"x\"}", wrong, "bob");
    expect_text(client, "pinConversation", "{\"conversationID\":\"c2c_bob\",\"isPinned\":\"yes\"}", wrong, "isPinned");
    expect_text(client, "pinConversation", "{\"conversationID\":\"c2c_bob\",\"isPinned\":null}", wrong, "isPinned");
    expect_text(client, "getConversationList", "{\"nextSeq\":\"0\",\"count\":\"10\"}", wrong, "count");
    expect_text(client, "getConversationList", "{\"nextSeq\":\"0\",\"count\":0}", wrong, "count");
    expect_text(client, "getConversationList", "{\"nextSeq\":\"zero\",\"count\":1}", wrong, "zero");
    expect_text(client, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":{\"text\":\"x\",\"bold\":true}}",
                wrong, "bold");
    expect_text(client, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":{\"text\":[]}}", wrong, "text");

    expect_text(client, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":[\"x\"]}", wrong, "textElem");

    /* Requests that are no objects, or no JSON. */
    const char *const shapes[] = {"[]", "[\"0\",5]", "null", "1", "\"x\"", "true"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char *response = NULL;
        im_status status = im_call(client, "getTotalUnreadMessageCount", shapes[i], &response);
        CHECK(status == wrong || status == IM_STATUS_INVALID_JSON, "%s gives %d", shapes[i], status);
        check_envelope(response, status);
        im_string_free(response);
    }
    const char *const texts[] = {"", " ", "{", "{}{}", "{\"count\":1,}", "{'count':1}", "nonsense"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(client, "getConversationList", texts[i], IM_STATUS_INVALID_JSON);

    /* A NUL cannot travel through C strings, not as an escape either. */
    expect_text(client, "setConversationDraft", "{\"conversationID\":\"c2c_bob\",\"draftText\":\"a\\u0000b\"}", wrong, "draftText");

    /* Nesting bombs: refused, and nobody's stack overflows. */
    refuse_bomb(client, "getConversation", bomb("", '['));
    refuse_bomb(client, "getConversation", bomb("{\"conversationID\":", '['));
    refuse_bomb(client, "getConversation", bomb("{\"noSuchField\":", '['));
    refuse_bomb(client, "sendMessage", bomb("{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":", '['));
    char *config = bomb("{\"backend\":", '[');
    im_client none = 7;
    CHECK(im_client_open(config, &none, NULL) != IM_STATUS_OK && none == 0);
    free(config);

    /* Nothing of all that has left a trace. */
    expect_text(client, "getConversationList", "{\"nextSeq\":\"0\",\"count\":10}", IM_STATUS_OK, "\"conversationList\":[]");
    set_draft(client, "bob", "x");
    expect_text(client, "getConversationList", "{\"nextSeq\":0,\"count\":10}", IM_STATUS_OK, "c2c_bob");
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
