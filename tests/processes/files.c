/*
 * files DIR USER send PEER PATH...     sends files, and waits until the server has them
 * files DIR USER pictures PEER PATH... the same, as pictures
 * files DIR USER download MSGID        downloads the file of a message
 *
 * In place of a directory there may be a config.
 *
 * Writes a line when it is logged in, one for each message that is sent and for each step on the way of a file, and at the
 * end by how many KiB its memory has grown at most. It may be killed.
 */
#include "program.h"
#include <unistd.h>

static _Atomic int arrived;

/* A line in one piece. */
static void say(const char *text, size_t length)
{
    char line[512];
    if (length > sizeof line - 1)
        length = sizeof line - 1;
    memcpy(line, text, length);
    line[length] = '\n';
    if (write(1, line, length + 1) != (ssize_t)length + 1)
        exit(3);
}

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data;
    (void)len;
    if (event == IM_EVENT_MESSAGE_STATUS_CHANGED)
        atomic_fetch_add(&arrived, strstr(payload, "\"status\":2") != NULL);
    else
        say("step", 4);
}

/* The most memory that was resident so far, in KiB. */
static long peak(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long kib = -1;
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %ld", &kib);
    if (status)
        fclose(status);
    return kib;
}

/* Reads a byte of every page of the programs and libraries, so that code which runs for the first time is not taken for memory
 * that is needed. */
static void read_code(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[1024];
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char mode[5];
        if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3 && mode[0] == 'r' && strstr(line, ".so"))
            for (; from < to; from += 4096)
                (void)*(volatile char *)from;
    }
    if (maps)
        fclose(maps);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    im_client client = argv[1][0] == '{' ? open_with(argv[1]) : open_client(argv[1], argv[2]);
    uint64_t mask = 1ull << IM_EVENT_SEND_MESSAGE_PROGRESS | 1ull << IM_EVENT_MESSAGE_DOWNLOAD_PROGRESS_CALLBACK |
                    1ull << IM_EVENT_MESSAGE_STATUS_CHANGED;
    if (im_listener_add(client, mask, on_event, NULL, NULL, NULL) != IM_STATUS_OK)
        return 4;
    im_string_free(call(client, "login", NULL));
    read_code();
    long before = peak();
    say("ready", 5);
    int is_picture = strcmp(argv[3], "pictures") == 0;
    if (is_picture || strcmp(argv[3], "send") == 0) {
        const char *element = is_picture ? "imageElem" : "fileElem";
        for (int i = 5; i < argc; i++) {
            char *sent = callf(client, "sendMessage", "{\"receiver\":\"%s\",\"%s\":{\"path\":\"%s\"}}", argv[4], element, argv[i]);
            im_string_free(sent);
            say(argv[i], strlen(argv[i]));
        }
        while (atomic_load(&arrived) < argc - 5)
            nap();
    } else {
        im_string_free(callf(client, "downloadMessage", "{\"msgID\":\"%s\",\"timeoutMs\":600000}", argv[4]));
    }
    char line[64];
    say(line, (size_t)snprintf(line, sizeof line, "grown %ld", peak() - before));
    return im_client_close(client) == IM_STATUS_OK ? 0 : 5;
}
