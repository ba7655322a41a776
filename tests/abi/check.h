/* What the C programs of this directory share. Include it first. Each program gets a fresh directory as argv[1] and
 * ends with 0 when every check held. */
#ifndef CHECK_H
#define CHECK_H

#define _POSIX_C_SOURCE 200809L

#include <libim.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Ends the program with the place and the reason. */
#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s;", __FILE__, __LINE__, #condition);                                    \
            fprintf(stderr, " " __VA_ARGS__);                                                                          \
            fputc('\n', stderr);                                                                                       \
            _Exit(1);                                                                                                  \
        }                                                                                                              \
    } while (0)

/* Checks a status. */
#define STATUS(call, expected)                                                                                         \
    do {                                                                                                               \
        im_status status_ = (call);                                                                                    \
        CHECK(status_ == (expected), "%s gives %d %s, not %d %s", #call, status_, im_status_name(status_),             \
              (int)(expected), im_status_name(expected));                                                              \
    } while (0)

/* Waits until a condition holds; a minute without it is a failure. */
#define UNTIL(condition)                                                                                               \
    do {                                                                                                               \
        for (int waited_ = 0; !(condition); waited_++) {                                                               \
            CHECK(waited_ < 60000, "waited a minute for it");                                                          \
            pause_ms(1);                                                                                               \
        }                                                                                                              \
    } while (0)

static inline void pause_ms(long ms)
{
    struct timespec span = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&span, NULL);
}

/* printf into fresh memory. */
static inline char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline char *text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *out = malloc((size_t)length + 1);
    CHECK(out);
    va_start(args, format);
    vsnprintf(out, (size_t)length + 1, format, args);
    va_end(args);
    return out;
}

/* Checks that a response is an envelope with this code: data only on success, a sentence only on failure. */
static inline void check_envelope(const char *response, im_status status)
{
    CHECK(response, "no response for status %d", status);
    char *code = text("\"code\":%d,", status);
    CHECK(response[0] == '{' && strstr(response, code), "status %d, but %.300s", status, response);
    CHECK((status == 0) == (strstr(response, "\"desc\":\"\"") != NULL), "%.300s", response);
    CHECK(strstr(response, "\"data\":"), "%.300s", response);
    CHECK(status == 0 || strstr(response, "\"data\":null"), "%.300s", response);
    free(code);
}

/* Calls a method that must end with this status, and gives the response. */
static inline char *response_of(im_client client, const char *method, const char *request, im_status expected)
{
    char *response = (char *)"never written";
    im_status status = im_call(client, method, request, &response);
    CHECK(status == expected, "%s %.200s gives %d, not %d: %.300s", method, request ? request : "NULL", status, expected,
          response ? response : "NULL");
    check_envelope(response, status);
    return response;
}

/* Calls a method that must end with this status. */
static inline void expect(im_client client, const char *method, const char *request, im_status expected)
{
    im_string_free(response_of(client, method, request, expected));
}

/* The same, and the response must hold this text. */
static inline void expect_text(im_client client, const char *method, const char *request, im_status expected,
                               const char *part)
{
    char *response = response_of(client, method, request, expected);
    CHECK(strstr(response, part), "%s %.200s: no %s in %.500s", method, request, part, response);
    im_string_free(response);
}

/* Opens the client of a user, with its cache and the service below `dir`. */
static inline im_client open_client(const char *dir, const char *user)
{
    char *config = text("{\"dataDir\":\"%s/%s\",\"userID\":\"%s\",\"backend\":{\"kind\":\"embedded\",\"path\":\"%s/service.db\"}}",
                        dir, user, user, dir);
    im_client client = 0;
    char *response = NULL;
    im_status status = im_client_open(config, &client, &response);
    CHECK(status == 0 && client != 0, "open gives %d: %s", status, response);
    check_envelope(response, 0);
    im_string_free(response);
    free(config);
    return client;
}

/* Sets a draft, which makes one event. */
static inline void set_draft(im_client client, const char *user, const char *draft)
{
    char *request = text("{\"conversationID\":\"c2c_%s\",\"draftText\":\"%s\"}", user, draft);
    expect(client, "setConversationDraft", request, 0);
    free(request);
}

/* The events that a new draft makes. */
static const uint64_t CHANGES = (UINT64_C(1) << IM_EVENT_NEW_CONVERSATION) | (UINT64_C(1) << IM_EVENT_CONVERSATION_CHANGED);

/* A destroy function that counts. */
static inline void count_destroy(void *count) { atomic_fetch_add((atomic_int *)count, 1); }

/* A door that callbacks wait at. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool open;
};
#define GATE {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false}

static inline void gate_wait(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    while (!gate->open)
        pthread_cond_wait(&gate->opened, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static inline void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

#endif
