/* The fixed part of the generated program: it logs in, calls every function, ends, and prints how often each was answered. */
#include <TIMLibim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct counter {
    const char *name;
    int returned;
    volatile int count;
    int code;
    char *json;
};

static struct counter counters[400];
static int used;

static struct counter *begin(const char *name)
{
    counters[used].name = name;
    counters[used].json = NULL;
    return &counters[used++];
}

static void end(struct counter *counter, int returned)
{
    counter->returned = returned;
}

static void answered(int32_t code, const char *desc, const char *json, const void *user_data)
{
    struct counter *counter = (struct counter *)(uintptr_t)user_data;
    (void)desc;
    counter->code = code;
    free(counter->json);
    counter->json = strdup(json);
    __sync_fetch_and_add(&counter->count, 1);
}

static void answered_by_members(const char *json, uint64_t next_seq, bool is_finished, const void *user_data)
{
    (void)next_seq;
    (void)is_finished;
    answered(0, "", json, user_data);
}

void call_all(void);

int main(int count, char **arguments)
{
    (void)count;
    char config[4096];
    snprintf(config, sizeof config, "{\"sdk_config_config_file_path\":\"%s\"}", arguments[1]);
    if (TIMInit(1, config) != TIM_SUCC) return 1;
    struct counter *login = begin("login");
    if (TIMLogin("alice", "", answered, login) != TIM_SUCC) return 2;
    while (!login->count) {
        struct timespec span = {0, 1000000};
        nanosleep(&span, NULL);
    }
    if (login->code != 0) return 3;
    memset(counters, 0, sizeof counters);
    used = 0;
    call_all();
    for (int i = 0; i < used; i++) {
        for (int waited = 0; counters[i].returned == TIM_SUCC && !counters[i].count && waited < 60000; waited++) {
            struct timespec span = {0, 1000000};
            nanosleep(&span, NULL);
        }
    }
    if (TIMUninit() != TIM_SUCC) return 4;
    for (int i = 0; i < used; i++) {
        struct counter *one = &counters[i];
        printf("%s\t%d\t%d\t%d\t%s\n", one->name, one->returned, one->count, one->code, one->json ? one->json : "");
    }
    return 0;
}
