/*
 * writer DIR USER ROUND LOGIN
 *
 * Writes without end: messages, drafts and pins in three conversations. Before each call it writes what it tries to the
 * standard output, after it that it was acknowledged. It is there to be killed.
 */
#include "program.h"
#include <stdarg.h>
#include <unistd.h>

/* A line in one piece: what is killed must not leave half of one. */
static void say(const char *format, ...)
{
    char line[256];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (write(1, line, (size_t)length) != length)
        exit(3);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int round = atoi(argv[3]);
    im_client client = open_client(argv[1], argv[2]);
    if (atoi(argv[4]))
        im_string_free(call(client, "login", NULL));
    for (int i = 0;; i++) {
        const char *peer = (const char *[]){"bob", "carol", "dave"}[i % 3];
        switch (i % 5) {
        case 0:
            say("try draft %s round %d draft %d\n", peer, round, i);
            im_string_free(callf(client, "setConversationDraft",
                                 "{\"conversationID\":\"c2c_%s\",\"draftText\":\"round %d draft %d\"}", peer, round, i));
            break;
        case 1:
            say("try pin %s %s\n", peer, i % 2 ? "true" : "false");
            im_string_free(callf(client, "pinConversation", "{\"conversationID\":\"c2c_%s\",\"isPinned\":%s}", peer,
                                 i % 2 ? "true" : "false"));
            break;
        default:
            say("try send %s round %d message %d\n", peer, round, i);
            im_string_free(callf(client, "sendMessage",
                                 "{\"receiver\":\"%s\",\"textElem\":{\"text\":\"round %d message %d\"}}", peer, round, i));
        }
        say("ack\n");
    }
}
