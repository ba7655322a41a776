/* The functions that JavaScript calls. addon.h says how the addon works. */
#include <stdlib.h>
#include <string.h>

#include "addon.h"

/* Arguments and results. */

#define MOST 4
struct call {
    napi_env env;
    struct instance *instance;
    napi_value arguments[MOST];
};

static bool begin(napi_env env, napi_callback_info info, size_t count, struct call *call)
{
    size_t given = MOST;
    call->env = env;
    if (napi_get_cb_info(env, info, &given, call->arguments, NULL, (void **)&call->instance) != napi_ok ||
        given < count || !library_is_loaded()) {
        napi_throw_error(env, NULL, "libim's addon was called in a wrong way");
        return false;
    }
    return true;
}

/* The text of an argument, to be freed; NULL when an exception is pending. */
static char *text_of(struct call *call, size_t index)
{
    size_t length = 0;
    char *text = NULL;
    if (napi_get_value_string_utf8(call->env, call->arguments[index], NULL, 0, &length) == napi_ok)
        text = malloc(length + 1);
    if (!text)
        napi_throw_type_error(call->env, NULL, "libim's addon wants a text");
    else
        napi_get_value_string_utf8(call->env, call->arguments[index], text, length + 1, &length);
    return text;
}

static double number_of(struct call *call, size_t index)
{
    double number = 0;
    napi_get_value_double(call->env, call->arguments[index], &number);
    return number;
}

static uint64_t handle_of(struct call *call, size_t index)
{
    uint64_t handle = 0;
    bool is_exact;
    napi_get_value_bigint_uint64(call->env, call->arguments[index], &handle, &is_exact);
    return handle;
}

static struct target *target_of(struct call *call, size_t index)
{
    struct target *target = malloc(sizeof *target);
    if (target)
        *target = (struct target){call->instance, number_of(call, index)};
    else
        napi_throw_error(call->env, NULL, "out of memory");
    return target;
}

static napi_value status_value(napi_env env, im_status status)
{
    napi_value value = NULL;
    napi_create_int32(env, status, &value);
    return value;
}

static napi_value text_value(napi_env env, const char *text)
{
    napi_value value = NULL;
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* The functions of JavaScript. */

/* load(path): the version of the library; throws when it is none, or one with another ABI. */
static napi_value load(napi_env env, napi_callback_info info)
{
    size_t given = 1;
    struct call call = {.env = env};
    napi_get_cb_info(env, info, &given, call.arguments, NULL, NULL);
    char *path = text_of(&call, 0);
    if (!path)
        return NULL;
    char why[WHY] = "";
    bool is_there = library_load(path, why);
    free(path);
    if (!is_there) {
        napi_throw_error(env, NULL, why);
        return NULL;
    }
    return text_value(env, lib.im_version());
}

/* Opening and closing read and write files, so they run in Node's thread pool. */
struct work {
    struct instance *instance;
    napi_async_work work;
    double number;
    uint64_t client;
    char *config; /* NULL closes `client` */
};

static void perform(napi_env env, void *data)
{
    struct work *work = data;
    struct instance *instance = work->instance;
    (void)env;
    if (!work->config) {
        im_status status = lib.im_client_close(work->client);
        pthread_mutex_lock(&instance->mutex);
        handles_remove(&instance->clients, work->client);
        pthread_mutex_unlock(&instance->mutex);
        /* Behind all that the client has said. */
        instance_post(instance, CLOSED, work->number, status, work->client, NULL, 0);
        return;
    }
    char *response = NULL;
    im_status status = lib.im_client_open(work->config, &work->client, &response);
    if (status == IM_STATUS_OK) {
        pthread_mutex_lock(&instance->mutex);
        handles_add(&instance->clients, work->client);
        pthread_mutex_unlock(&instance->mutex);
    }
    instance_post(instance, OPENED, work->number, status, work->client, response, response ? strlen(response) : 0);
    lib.im_string_free(response);
}

static void performed(napi_env env, napi_status status, void *data)
{
    struct work *work = data;
    (void)status;
    napi_delete_async_work(env, work->work);
    free(work->config);
    free(work);
}

static napi_value queue_work(struct call *call, struct work work)
{
    struct work *kept = malloc(sizeof *kept);
    if (kept) {
        *kept = work;
        if (napi_create_async_work(call->env, NULL, text_value(call->env, "libim"), perform, performed, kept,
                                   &kept->work) == napi_ok &&
            napi_queue_async_work(call->env, kept->work) == napi_ok)
            return NULL;
    }
    free(kept);
    free(work.config);
    napi_throw_error(call->env, NULL, "libim could not begin in Node's thread pool");
    return NULL;
}

/* open(config, number): OPENED follows. */
static napi_value client_open(napi_env env, napi_callback_info info)
{
    struct call call;
    char *config;
    if (!begin(env, info, 2, &call) || !(config = text_of(&call, 0)))
        return NULL;
    return queue_work(&call, (struct work){.instance = call.instance, .number = number_of(&call, 1), .config = config});
}

/* close(client, number): CLOSED follows. */
static napi_value client_close(napi_env env, napi_callback_info info)
{
    struct call call;
    if (!begin(env, info, 2, &call))
        return NULL;
    return queue_work(
        &call, (struct work){.instance = call.instance, .client = handle_of(&call, 0), .number = number_of(&call, 1)});
}

/* call(client, method, request, number): the status; ANSWER follows where it is 0. */
static napi_value call_async(napi_env env, napi_callback_info info)
{
    struct call call;
    if (!begin(env, info, 4, &call))
        return NULL;
    napi_value result = NULL;
    char *method = text_of(&call, 1), *request = method ? text_of(&call, 2) : NULL;
    struct target *target = request ? target_of(&call, 3) : NULL;
    if (target) {
        im_status status = lib.im_call_async(handle_of(&call, 0), method, request, on_response, target);
        if (status != IM_STATUS_OK)
            free(target);
        result = status_value(env, status);
    }
    free(method);
    free(request);
    return result;
}

/* listen(client, number): the status; EVENT follows for each event, and ENDED at the client's end. */
static napi_value listen_all(napi_env env, napi_callback_info info)
{
    struct call call;
    struct target *target;
    if (!begin(env, info, 2, &call) || !(target = target_of(&call, 1)))
        return NULL;
    im_status status = lib.im_listener_add(handle_of(&call, 0), 0, on_event, target, on_destroy, NULL);
    if (status != IM_STATUS_OK)
        free(target);
    return status_value(env, status);
}

/* streamOpen(client, mask, number): the stream, 0 where the client is closed. READY follows, and ENDED. */
static napi_value stream_open(napi_env env, napi_callback_info info)
{
    struct call call;
    struct target *target;
    if (!begin(env, info, 3, &call) || !(target = target_of(&call, 2)))
        return NULL;
    im_stream stream = 0;
    if (lib.im_stream_open(handle_of(&call, 0), handle_of(&call, 1), on_ready, target, on_destroy, &stream) !=
        IM_STATUS_OK) {
        stream = 0;
        free(target);
    } else {
        pthread_mutex_lock(&call.instance->mutex);
        handles_add(&call.instance->streams, stream);
        pthread_mutex_unlock(&call.instance->mutex);
    }
    napi_value value = NULL;
    napi_create_bigint_uint64(env, stream, &value);
    return value;
}

/* streamNext(stream): the event's number and payload, null where there is none now, undefined where none will come. */
static napi_value stream_next(napi_env env, napi_callback_info info)
{
    struct call call;
    if (!begin(env, info, 1, &call))
        return NULL;
    napi_value result = NULL;
    int32_t event = 0;
    char *payload = NULL;
    if (lib.im_stream_next(handle_of(&call, 0), &event, &payload) != IM_STATUS_OK)
        return NULL;
    if (!payload) {
        napi_get_null(env, &result);
        return result;
    }
    napi_create_array_with_length(env, 2, &result);
    napi_set_element(env, result, 0, status_value(env, event));
    napi_set_element(env, result, 1, text_value(env, payload));
    lib.im_string_free(payload);
    return result;
}

/* streamClose(stream) */
static napi_value stream_close(napi_env env, napi_callback_info info)
{
    struct call call;
    if (!begin(env, info, 1, &call))
        return NULL;
    uint64_t stream = handle_of(&call, 0);
    pthread_mutex_lock(&call.instance->mutex);
    handles_remove(&call.instance->streams, stream);
    pthread_mutex_unlock(&call.instance->mutex);
    lib.im_stream_close(stream);
    return NULL;
}

/* setLogger(level, number): the status. LOG follows for each line, and ENDED. With the number 0 there is none. */
static napi_value set_logger(napi_env env, napi_callback_info info)
{
    struct call call;
    struct target *target = NULL;
    if (!begin(env, info, 2, &call) || (number_of(&call, 1) != 0 && !(target = target_of(&call, 1))))
        return NULL;
    return status_value(env, instance_log(call.instance, target, (int32_t)number_of(&call, 0)));
}

/* hold(whether): whether the event loop goes on because of libim. */
static napi_value hold(napi_env env, napi_callback_info info)
{
    struct call call;
    bool is_held = false;
    if (!begin(env, info, 1, &call))
        return NULL;
    napi_get_value_bool(env, call.arguments[0], &is_held);
    if (is_held)
        napi_ref_threadsafe_function(env, call.instance->queue);
    else
        napi_unref_threadsafe_function(env, call.instance->queue);
    return NULL;
}

/* closeAll(): before the process ends. */
static napi_value close_now(napi_env env, napi_callback_info info)
{
    struct call call;
    if (begin(env, info, 0, &call))
        instance_close_all(call.instance);
    return NULL;
}

/* start(deliver): the functions for this thread of Node. `deliver(kind, number, code, text, handle)` gets the items. */
static napi_value start(napi_env env, napi_callback_info info)
{
    static const struct {
        const char *name;
        napi_callback function;
    } functions[] = {
        {"open", client_open},         {"close", client_close},      {"call", call_async},
        {"listen", listen_all},        {"streamOpen", stream_open},  {"streamNext", stream_next},
        {"streamClose", stream_close}, {"setLogger", set_logger},    {"hold", hold},
        {"closeAll", close_now},
    };
    size_t given = 1;
    napi_value function, object = NULL;
    napi_get_cb_info(env, info, &given, &function, NULL, NULL);
    struct instance *instance = calloc(1, sizeof *instance);
    if (!instance || !library_is_loaded() || pthread_mutex_init(&instance->mutex, NULL) != 0 ||
        napi_create_threadsafe_function(env, function, NULL, text_value(env, "libim"), 0, 1, NULL, NULL, NULL, instance_deliver,
                                        &instance->queue) != napi_ok) {
        free(instance);
        napi_throw_error(env, NULL, "libim's addon could not be started");
        return NULL;
    }
    napi_unref_threadsafe_function(env, instance->queue);
    /* Hooks run from the last to the first: this one before the queue's own. */
    napi_add_env_cleanup_hook(env, instance_finish, instance);
    napi_create_object(env, &object);
    for (size_t at = 0; at < sizeof functions / sizeof *functions; at++) {
        napi_value value;
        napi_create_function(env, functions[at].name, NAPI_AUTO_LENGTH, functions[at].function, instance, &value);
        napi_set_named_property(env, object, functions[at].name, value);
    }
    return object;
}

NAPI_MODULE_INIT()
{
    napi_value value;
    napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &value);
    napi_set_named_property(env, exports, "load", value);
    napi_create_function(env, "start", NAPI_AUTO_LENGTH, start, NULL, &value);
    napi_set_named_property(env, exports, "start", value);
    return exports;
}
