/* Many threads, callbacks for events that come and go meanwhile, and ends while they run. */
#include <TIMLibim.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _Exit(1);                                                           \
        }                                                                       \
    } while (0)

/* Waits until something is so. */
#define UNTIL(condition)                                     \
    do {                                                     \
        for (int tries = 0; !(condition); tries++) {         \
            CHECK(tries < 60000);                            \
            struct timespec span = {0, 1000000};             \
            nanosleep(&span, NULL);                          \
        }                                                    \
    } while (0)

static char config[4096];
/* Calls that were begun, and answers; both of all threads. */
static atomic_int begun, answered, succeeded;

static void on_answer(int32_t code, const char *desc, const char *json, const void *user_data)
{
    /* Each has memory of its own, so that one that comes twice or too late is seen. */
    int *once = (int *)(uintptr_t)user_data;
    CHECK(once[0] == 42 && desc != NULL && json != NULL);
    once[0] = 0;
    free(once);
    atomic_fetch_add(&answered, 1);
    if (code == 0) atomic_fetch_add(&succeeded, 1);
}

static int *once(void)
{
    int *once = malloc(sizeof *once);
    once[0] = 42;
    return once;
}

/* Notes what a function has returned. */
static int did(int returned, int *data)
{
    if (returned == TIM_SUCC) atomic_fetch_add(&begun, 1);
    else free(data);
    return returned;
}

static void log_in(const char *user)
{
    int before = atomic_load(&succeeded), *data = once();
    CHECK(did(TIMLogin(user, "", on_answer, data), data) == TIM_SUCC);
    UNTIL(atomic_load(&succeeded) > before);
}

/* An event's data: it must not be used once its callback was taken away. */
static void on_event(TIMConvEvent event, const char *json, const void *user_data)
{
    int *data = (int *)(uintptr_t)user_data;
    CHECK(event <= kTIMConvEvent_Finish && json != NULL);
    CHECK(data[0] == 42);
    data[1]++;
}

static void on_messages(const char *json, const void *user_data)
{
    CHECK(json[0] == '[' && ((int *)(uintptr_t)user_data)[0] == 42);
}

static const char *text = "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hi\"}]}";
static const char *draft =
    "{\"draft_msg\":{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"x\"}]}}";

static bool is_refused(int returned)
{
    return returned == TIM_ERR_NOTLOGIN || returned == TIM_ERR_SDKUNINIT;
}

/* Everything at once; `argument` is the number of the thread. */
static void *work(void *argument)
{
    int number = (int)(intptr_t)argument;
    char peer[16], id[128];
    snprintf(peer, sizeof peer, "peer%d", number);
    for (int round = 0; round < 30; round++) {
        int *data = once(), returned = did(TIMConvGetConvList(on_answer, data), data);
        CHECK(returned == TIM_SUCC || is_refused(returned));
        data = once();
        returned = did(TIMMsgSendMessage(peer, kTIMConv_C2C, text, id, on_answer, data), data);
        CHECK(returned == TIM_SUCC || is_refused(returned));
        data = once();
        returned = did(TIMConvPinConversation(peer, kTIMConv_C2C, round % 2 == 0, on_answer, data), data);
        CHECK(returned == TIM_SUCC || is_refused(returned));
        returned = TIMConvSetDraft(peer, kTIMConv_C2C, draft);
        CHECK(returned == TIM_SUCC || is_refused(returned));
        /* The data of a callback is not used once the callback was taken away. */
        int *heard = calloc(2, sizeof *heard);
        heard[0] = 42;
        if (number == 0) {
            TIMSetConvEventCallback(on_event, heard);
            TIMSetConvEventCallback(NULL, NULL);
        } else if (number == 1) {
            TIMAddRecvNewMsgCallback(on_messages, heard);
            TIMRemoveRecvNewMsgCallback(on_messages);
        }
        heard[0] = 0;
        free(heard);
        if (number == 2 && round % 10 == 5) {
            data = once();
            returned = did(TIMLogout(on_answer, data), data);
            CHECK(returned == TIM_SUCC || is_refused(returned));
            data = once();
            returned = did(TIMLogin("alice", "", on_answer, data), data);
            CHECK(returned == TIM_SUCC || is_refused(returned));
        }
        TIMGetLoginStatus();
        CHECK(TIMGetLoginUserID(id) == TIM_SUCC || round > 0);
    }
    return NULL;
}

static void many_threads_at_once(bool is_ended)
{
    CHECK(TIMInit(1, config) == TIM_SUCC);
    log_in("alice");
    pthread_t threads[6];
    for (intptr_t i = 0; i < 6; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    /* Some end in the middle of all that. */
    if (is_ended) {
        int some = atomic_load(&answered) + 50;
        UNTIL(atomic_load(&answered) > some);
        CHECK(TIMUninit() == TIM_SUCC);
    }
    for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
    if (!is_ended) CHECK(TIMUninit() == TIM_SUCC);
    /* Nothing was lost, nothing told twice, and nothing comes any more. */
    CHECK(atomic_load(&begun) == atomic_load(&answered));
}

/* A callback that stays until it is let go. */
static atomic_int is_in, may_go, has_returned, has_heard;

static void on_slow(TIMConvEvent event, const char *json, const void *user_data)
{
    (void)event, (void)json, (void)user_data;
    if (atomic_exchange(&is_in, 1) == 0) {
        UNTIL(atomic_load(&may_go));
        atomic_store(&has_returned, 1);
    }
}

static void on_network(TIMNetworkStatus status, int32_t code, const char *desc, const void *user_data)
{
    (void)code, (void)user_data;
    CHECK(desc != NULL);
    if (status == kTIMConnected) atomic_store(&has_heard, 1);
}

static void *end(void *argument)
{
    (void)argument;
    CHECK(TIMUninit() == TIM_SUCC);
    /* It has waited for the callback that was running. */
    CHECK(atomic_load(&has_returned));
    return NULL;
}

/* The end waits for a callback that runs, and takes nothing away from a thread that begins again meanwhile. */
static void ends_while_a_callback_runs(void)
{
    CHECK(TIMInit(1, config) == TIM_SUCC);
    log_in("alice");
    TIMSetConvEventCallback(on_slow, NULL);
    CHECK(TIMConvSetDraft("bob", kTIMConv_C2C, draft) == TIM_SUCC);
    UNTIL(atomic_load(&is_in));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, end, NULL) == 0);
    char user[128];
    UNTIL(TIMGetLoginUserID(user) == TIM_ERR_SDKUNINIT);
    CHECK(TIMInit(1, config) == TIM_SUCC);
    TIMSetNetworkStatusListenerCallback(on_network, NULL);
    atomic_store(&may_go, 1);
    /* This waits for the callback that was running, as ever. */
    TIMSetConvEventCallback(NULL, NULL);
    CHECK(atomic_load(&has_returned));
    pthread_join(thread, NULL);
    log_in("alice");
    UNTIL(atomic_load(&has_heard));
    CHECK(TIMUninit() == TIM_SUCC);
}

/* An event's callback that ends the session. */
static void on_log_out(TIMConvEvent event, const char *json, const void *user_data)
{
    (void)json, (void)user_data;
    if (event == kTIMConvEvent_Update || event == kTIMConvEvent_Add) {
        int *data = once();
        if (did(TIMLogout(on_answer, data), data) == TIM_SUCC) atomic_store(&has_heard, 1);
    }
}

static void logs_out_in_an_event(void)
{
    atomic_store(&has_heard, 0);
    CHECK(TIMInit(1, config) == TIM_SUCC);
    log_in("alice");
    TIMSetConvEventCallback(on_log_out, NULL);
    CHECK(TIMConvSetDraft("bob", kTIMConv_C2C, draft) == TIM_SUCC);
    UNTIL(atomic_load(&has_heard) && TIMGetLoginStatus() == kTIMLoginStatus_UnLogined);
    TIMSetConvEventCallback(NULL, NULL);
    log_in("alice");
    CHECK(TIMConvCancelDraft("bob", kTIMConv_C2C) == TIM_SUCC);
    CHECK(TIMUninit() == TIM_SUCC);
    CHECK(atomic_load(&begun) == atomic_load(&answered));
}

/* One that ends the SDK. */
static atomic_int has_ended;

static void on_uninit(TIMConvEvent event, const char *json, const void *user_data)
{
    (void)event, (void)json, (void)user_data;
    CHECK(!atomic_load(&has_ended));
    CHECK(TIMUninit() == TIM_SUCC);
    atomic_store(&has_ended, 1);
}

static void ends_in_an_event(void)
{
    CHECK(TIMInit(1, config) == TIM_SUCC);
    log_in("alice");
    TIMSetConvEventCallback(on_uninit, NULL);
    CHECK(TIMConvSetDraft("bob", kTIMConv_C2C, draft) == TIM_SUCC);
    UNTIL(atomic_load(&has_ended));
    char user[128];
    CHECK(TIMGetLoginUserID(user) == TIM_ERR_SDKUNINIT);
    /* The next one gets the account. */
    CHECK(TIMInit(1, config) == TIM_SUCC);
    log_in("alice");
    CHECK(TIMUninit() == TIM_SUCC);
}

int main(int count, char **arguments)
{
    (void)count;
    snprintf(config, sizeof config, "{\"sdk_config_config_file_path\":\"%s\"}", arguments[1]);
    many_threads_at_once(false);
    for (int i = 0; i < 3; i++) many_threads_at_once(true);
    ends_while_a_callback_runs();
    logs_out_in_an_event();
    ends_in_an_event();
    return 0;
}
