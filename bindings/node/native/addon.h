/*
 * The part of the Node binding that is not JavaScript: it loads libim.so, makes its calls, and brings what libim says on
 * its own threads to the event loop.
 *
 * No function here waits for JavaScript. A callback of libim copies what it was given into an item, queues that, and
 * returns; the event loop takes the items in the order in which libim made them. So the thread of libim's callbacks never
 * stands still because JavaScript is busy, and JavaScript may wait for that thread.
 *
 * Each thread of Node (the main thread, and each worker) has an `instance`, with the clients and streams that it opened.
 * They are closed when that thread ends, however it ends.
 */
#pragma once
#define NAPI_VERSION 8
#include <node_api.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "library.h"

struct handles {
    uint64_t *all;
    size_t count, room;
};

struct instance {
    napi_threadsafe_function queue;
    pthread_mutex_t mutex; /* guards the rest */
    struct handles clients, streams;
};

/* Tells libim's callbacks whom something is for. */
struct target {
    struct instance *instance;
    double number;
};

/* What lib/queue.js knows them by. */
enum kind { ANSWER = 0, EVENT = 1, READY = 2, ENDED = 3, LOG = 4, OPENED = 5, CLOSED = 6 };

void handles_add(struct handles *handles, uint64_t handle);
void handles_remove(struct handles *handles, uint64_t handle);

/* Queues an item. Any thread. */
void instance_post(struct instance *instance, enum kind kind, double number, int32_t code, uint64_t handle,
                   const char *text, size_t length);
/* On the event loop: hands an item to the function that `start` was given. Without an `env` the thread is ending. */
void instance_deliver(napi_env env, napi_value function, void *context, void *item);
/* Sets the logger of the process, which owns the target; without one there is none. */
im_status instance_log(struct instance *instance, struct target *target, int32_t level);
/* Closes what this thread of Node has opened. Nothing of it waits for JavaScript. */
void instance_close_all(struct instance *instance);
/* The same when the thread ends; frees the instance. */
void instance_finish(void *instance);

/* Callbacks of libim; their `data` is a target. */
void on_response(void *data, im_status status, const char *response, size_t length);
void on_event(void *data, int32_t event, const char *payload, size_t length);
void on_ready(void *data);
void on_destroy(void *data);
