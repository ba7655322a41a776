/*
 * account DIR USER SERVICE DURABILITY
 *
 * A fixed day of an account without a server: it is opened, written and closed twice. Each line of the standard output is
 * one of these:
 *
 *   open created|opened|rebuilt    the client is open
 *   try WHAT                       a call begins: send PEER TEXT, draft PEER TEXT, pin PEER true|false, recall MSGID,
 *                                  or a method that only reads
 *   ack [MSGID]                    it has succeeded; the msgID is that of a sent message
 *   fail CODE                      it, or opening, has failed
 *   end                            the day is over
 */
#include <libim.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPENINGS 3

static im_client client;

/* A line in one piece: who is killed must not leave half of one. */
static void say(const char *format, ...)
{
    char line[512];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (write(1, line, (size_t)length) != length)
        exit(3);
}

/* The text under a key of a response, whose keys and texts have nothing escaped. */
static void text_of(const char *response, const char *key, char *text, size_t size)
{
    char mark[64];
    snprintf(mark, sizeof mark, "\"%s\":\"", key);
    const char *found = strstr(response, mark);
    snprintf(text, size, "%s", found ? found + strlen(mark) : "");
    text[strcspn(text, "\"")] = 0;
}

static void try(const char *what, const char *method, char *msg_id, size_t size, const char *format, ...)
{
    char request[1024], *response = NULL, id[64];
    va_list values;
    va_start(values, format);
    vsnprintf(request, sizeof request, format, values);
    va_end(values);
    say("try %s\n", what);
    im_status status = im_call(client, method, request, &response);
    if (!response)
        exit(4);
    if (status == IM_STATUS_OK) {
        text_of(response, "msgID", id, sizeof id);
        say("ack %s\n", strcmp(method, "sendMessage") ? "" : id);
        if (msg_id)
            snprintf(msg_id, size, "%s", id);
    } else {
        fprintf(stderr, "%s: %s\n", what, response);
        say("fail %d\n", status);
    }
    im_string_free(response);
}

static void send_text(const char *peer, const char *text, char *msg_id, size_t size)
{
    char what[256];
    snprintf(what, sizeof what, "send %s %s", peer, text);
    try(what, "sendMessage", msg_id, size, "{\"receiver\":\"%s\",\"textElem\":{\"text\":\"%s\"}}", peer, text);
}

static void draft(const char *peer, const char *text)
{
    char what[256];
    snprintf(what, sizeof what, "draft %s %s", peer, text);
    try(what, "setConversationDraft", NULL, 0, "{\"conversationID\":\"c2c_%s\",\"draftText\":\"%s\"}", peer, text);
}

static void pin(const char *peer, const char *value)
{
    char what[256];
    snprintf(what, sizeof what, "pin %s %s", peer, value);
    try(what, "pinConversation", NULL, 0, "{\"conversationID\":\"c2c_%s\",\"isPinned\":%s}", peer, value);
}

static void recall(const char *msg_id)
{
    char what[256];
    snprintf(what, sizeof what, "recall %s", msg_id);
    if (*msg_id)
        try(what, "revokeMessage", NULL, 0, "{\"msgID\":\"%s\"}", msg_id);
}

/* A fault that comes once fails one opening, and the app tries again. */
static int open_account(char **argv)
{
    char config[4096], state[32];
    snprintf(config, sizeof config,
             "{\"dataDir\":\"%s\",\"userID\":\"%s\",\"backend\":{\"kind\":\"embedded\",\"path\":\"%s\"},\"durability\":\"%s\"}",
             argv[1], argv[2], argv[3], argv[4]);
    for (int i = 0; i < OPENINGS; i++) {
        char *response = NULL;
        im_status status = im_client_open(config, &client, &response);
        if (status == IM_STATUS_OK) {
            text_of(response, "cache", state, sizeof state);
            say("open %s\n", state);
            im_string_free(response);
            return 1;
        }
        fprintf(stderr, "open: %s\n", response);
        say("fail %d\n", status);
        im_string_free(response);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    char first[64] = "", long_text[400];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    if (open_account(argv)) {
        send_text("bob", "one", first, sizeof first);
        draft("bob", "draft one");
        pin("bob", "true");
        send_text("carol", "two", NULL, 0);
        try("list", "getConversationList", NULL, 0, "{\"count\":10}");
        try("history", "getHistoryMessageList", NULL, 0, "{\"userID\":\"bob\",\"count\":10}");
        recall(first);
        send_text("bob", "three", NULL, 0);
        send_text("bob", long_text + 200, NULL, 0);
        im_client_close(client);
    }
    if (open_account(argv)) {
        draft("bob", "draft two");
        draft("dave", "draft three");
        pin("bob", "false");
        send_text("carol", "four", NULL, 0);
        try("list", "getConversationList", NULL, 0, "{\"count\":10}");
        im_client_close(client);
    }
    say("end\n");
    return 0;
}
