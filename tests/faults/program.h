/* What the programs share that call one client: lines in one piece, and calls whose failures are lines. */
#include <libim.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static char *call(const char *method, im_status *status, const char *format, ...)
{
    char request[1024], *response = NULL;
    va_list values;
    va_start(values, format);
    vsnprintf(request, sizeof request, format, values);
    va_end(values);
    *status = im_call(client, method, request, &response);
    if (!response)
        exit(4);
    if (*status != IM_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", method, response);
        say("fail %d\n", *status);
    }
    return response;
}

static void request(const char *what, const char *method, const char *parameters)
{
    im_status status;
    im_string_free(call(method, &status, "%s", parameters));
    if (status == IM_STATUS_OK)
        say("done %s\n", what);
}
