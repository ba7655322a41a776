/* What each thread of Node has: its queue, and what it has opened. */
#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item {
    enum kind kind;
    int32_t code;
    double number;
    uint64_t handle;
    size_t length;
    char text[];
};

/* Whose logger is set, and the lock that guards it. */
static struct instance *logging;
static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Without memory there is no honest way to go on: a promise would never settle, or a client never be closed. */
static void out_of_memory(void)
{
    fputs("libim: out of memory\n", stderr);
    abort();
}

void handles_add(struct handles *handles, uint64_t handle)
{
    if (handles->count == handles->room) {
        size_t room = handles->room ? handles->room * 2 : 8;
        uint64_t *all = realloc(handles->all, room * sizeof *all);
        if (!all)
            out_of_memory();
        handles->all = all;
        handles->room = room;
    }
    handles->all[handles->count++] = handle;
}

void handles_remove(struct handles *handles, uint64_t handle)
{
    for (size_t at = 0; at < handles->count; at++)
        if (handles->all[at] == handle) {
            handles->all[at] = handles->all[--handles->count];
            return;
        }
}

void instance_post(struct instance *instance, enum kind kind, double number, int32_t code, uint64_t handle,
                   const char *text, size_t length)
{
    struct item *item = malloc(sizeof *item + length);
    if (!item)
        out_of_memory();
    *item = (struct item){.kind = kind, .code = code, .number = number, .handle = handle, .length = length};
    if (length)
        memcpy(item->text, text, length);
    if (napi_call_threadsafe_function(instance->queue, item, napi_tsfn_nonblocking) != napi_ok)
        free(item); /* The thread of Node is ending. */
}

void instance_deliver(napi_env env, napi_value function, void *context, void *data)
{
    struct item *item = data;
    napi_value undefined, arguments[5];
    (void)context;
    if (env && napi_get_undefined(env, &undefined) == napi_ok &&
        napi_create_int32(env, item->kind, &arguments[0]) == napi_ok &&
        napi_create_double(env, item->number, &arguments[1]) == napi_ok &&
        napi_create_int32(env, item->code, &arguments[2]) == napi_ok &&
        napi_create_string_utf8(env, item->text, item->length, &arguments[3]) == napi_ok &&
        napi_create_bigint_uint64(env, item->handle, &arguments[4]) == napi_ok)
        napi_call_function(env, undefined, function, 5, arguments, NULL);
    free(item);
}

/* Callbacks of libim. */

void on_response(void *data, im_status status, const char *response, size_t length)
{
    struct target *target = data;
    instance_post(target->instance, ANSWER, target->number, status, 0, response, length);
    free(target);
}

void on_event(void *data, int32_t event, const char *payload, size_t length)
{
    struct target *target = data;
    instance_post(target->instance, EVENT, target->number, event, 0, payload, length);
}

void on_ready(void *data)
{
    struct target *target = data;
    instance_post(target->instance, READY, target->number, 0, 0, NULL, 0);
}

void on_destroy(void *data)
{
    struct target *target = data;
    instance_post(target->instance, ENDED, target->number, 0, 0, NULL, 0);
    free(target);
}

static void on_log(void *data, int32_t level, const char *line, size_t length)
{
    struct target *target = data;
    instance_post(target->instance, LOG, target->number, level, 0, line, length);
}

im_status instance_log(struct instance *instance, struct target *target, int32_t level)
{
    pthread_mutex_lock(&log_mutex);
    im_status status = lib.im_set_logger(target ? on_log : NULL, target, target ? on_destroy : NULL, level);
    if (status == IM_STATUS_OK)
        logging = target ? instance : NULL;
    else
        free(target);
    pthread_mutex_unlock(&log_mutex);
    return status;
}

void instance_close_all(struct instance *instance)
{
    for (;;) {
        pthread_mutex_lock(&instance->mutex);
        struct handles *handles = instance->clients.count ? &instance->clients : &instance->streams;
        uint64_t handle = handles->count ? handles->all[--handles->count] : 0;
        bool is_client = handles == &instance->clients;
        pthread_mutex_unlock(&instance->mutex);
        if (!handle)
            break;
        if (is_client)
            lib.im_client_close(handle);
        else
            lib.im_stream_close(handle);
    }
    pthread_mutex_lock(&log_mutex);
    if (logging == instance) {
        lib.im_set_logger(NULL, NULL, NULL, 0);
        logging = NULL;
    }
    pthread_mutex_unlock(&log_mutex);
}

void instance_finish(void *data)
{
    struct instance *instance = data;
    instance_close_all(instance);
    free(instance->clients.all);
    free(instance->streams.all);
    pthread_mutex_destroy(&instance->mutex);
    free(instance);
}
