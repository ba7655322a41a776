/* What the programs share: a client, and calls that end the program when they are refused. */
#include <libim.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline char *call(im_client client, const char *method, const char *request)
{
    char *response = NULL;
    im_status status = im_call(client, method, request, &response);
    if (status != IM_STATUS_OK) {
        fprintf(stderr, "%s %s: %s\n", method, request ? request : "", response ? response : im_status_name(status));
        exit(1);
    }
    return response;
}

static inline char *callf(im_client client, const char *method, const char *format, ...)
{
    char request[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(request, sizeof request, format, values);
    va_end(values);
    return call(client, method, request);
}

static inline im_client open_with(const char *config)
{
    im_client client = 0;
    char *response = NULL;
    im_status status = im_client_open(config, &client, &response);
    if (status != IM_STATUS_OK) {
        fprintf(stderr, "open: %s\n", response);
        exit(status == IM_STATUS_ACCOUNT_IN_USE ? 42 : 1);
    }
    im_string_free(response);
    return client;
}

static inline im_client open_client(const char *dir, const char *user)
{
    char config[2048];
    snprintf(config, sizeof config,
             "{\"dataDir\":\"%s/%s\",\"userID\":\"%s\",\"backend\":{\"kind\":\"embedded\",\"path\":\"%s/service.db\"}}", dir,
             user, user, dir);
    return open_with(config);
}

/* Between two looks at a condition. */
static inline void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static inline void puts_and_free(char *text)
{
    puts(text);
    im_string_free(text);
}
