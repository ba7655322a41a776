/* The life of the SDK: refusals before and after it, callbacks that call back, ends in a callback. */
#include <TIMLibim.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _Exit(1);                                                           \
        }                                                                       \
    } while (0)

/* One answer, which a thread waits for. */
struct answer {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    int count;
    int code;
    char json[65536];
};

static struct answer *fresh(void)
{
    struct answer *answer = calloc(1, sizeof *answer);
    pthread_mutex_init(&answer->mutex, NULL);
    pthread_cond_init(&answer->came, NULL);
    return answer;
}

static void on_answer(int32_t code, const char *desc, const char *json, const void *user_data)
{
    struct answer *answer = (struct answer *)(uintptr_t)user_data;
    CHECK(desc != NULL && json != NULL);
    pthread_mutex_lock(&answer->mutex);
    answer->count++;
    answer->code = code;
    snprintf(answer->json, sizeof answer->json, "%s", json);
    pthread_cond_signal(&answer->came);
    pthread_mutex_unlock(&answer->mutex);
}

/* Waits for an answer: its code. */
static int code_of(struct answer *answer)
{
    pthread_mutex_lock(&answer->mutex);
    while (answer->count == 0) pthread_cond_wait(&answer->came, &answer->mutex);
    CHECK(answer->count == 1);
    int code = answer->code;
    pthread_mutex_unlock(&answer->mutex);
    return code;
}

static char config[4096];

static void log_in(const char *user)
{
    struct answer *answer = fresh();
    CHECK(TIMLogin(user, "", on_answer, answer) == TIM_SUCC);
    CHECK(code_of(answer) == 0);
    free(answer);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_Logined);
}

static void never(int32_t code, const char *desc, const char *json, const void *user_data)
{
    (void)code, (void)desc, (void)json, (void)user_data;
    CHECK(!"a call that was refused is answered");
}

static void nothing_is_initialized(void)
{
    char user[128];
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined);
    CHECK(TIMGetLoginUserID(user) == TIM_ERR_SDKUNINIT);
    CHECK(TIMUninit() == TIM_ERR_SDKUNINIT);
    CHECK(TIMLogin("alice", "", never, NULL) == TIM_ERR_SDKUNINIT);
    CHECK(TIMLogout(never, NULL) == TIM_ERR_SDKUNINIT);
    CHECK(TIMConvGetConvList(never, NULL) == TIM_ERR_SDKUNINIT);
    CHECK(TIMConvCancelDraft("bob", kTIMConv_C2C) == TIM_ERR_SDKUNINIT);
    CHECK(TIMMsgSendMessage("bob", kTIMConv_C2C, "{}", user, never, NULL) == TIM_ERR_SDKUNINIT);
    CHECK(TIMSignalingReject("x", "", never, NULL) == TIM_ERR_SDKUNINIT);
    CHECK(callExperimentalAPI("{}", never, NULL) == TIM_ERR_SDKUNINIT);
    TIMSetConvEventCallback(NULL, NULL);
}

static void what_is_wrong_is_refused(void)
{
    CHECK(TIMConvGetConvInfo("not JSON", never, NULL) == TIM_ERR_JSON);
    CHECK(TIMConvGetConvInfo(NULL, never, NULL) == TIM_ERR_PARAM);
    CHECK(TIMConvGetConvInfo("\xff", never, NULL) == TIM_ERR_PARAM);
    CHECK(TIMConvPinConversation("", kTIMConv_C2C, true, never, NULL) == TIM_ERR_CONV);
    CHECK(TIMConvPinConversation("bob", kTIMConv_System, true, never, NULL) == TIM_ERR_CONV);
    CHECK(TIMGroupQuit("", never, NULL) == TIM_ERR_GROUP);
    CHECK(TIMConvSetDraft("bob", kTIMConv_C2C, "{") == TIM_ERR_JSON);
    CHECK(TIMConvSubscribeUnreadMessageCountByFilter("[]") == TIM_ERR_JSON);
    CHECK(TIMInit(1, "{") == TIM_ERR_JSON);
}

/* Asks for more and more from within the answers. */
struct chain {
    int left;
    struct answer *done;
};

static void on_link(int32_t code, const char *desc, const char *json, const void *user_data)
{
    struct chain *chain = (struct chain *)(uintptr_t)user_data;
    CHECK(code == 0);
    char user[128];
    CHECK(TIMGetLoginUserID(user) == TIM_SUCC && strcmp(user, "alice") == 0);
    CHECK(TIMConvSetDraft("bob", kTIMConv_C2C,
        "{\"draft_msg\":{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"x\"}]}}") == TIM_SUCC);
    if (--chain->left > 0) {
        CHECK(TIMConvGetConvList(on_link, chain) == TIM_SUCC);
    } else {
        on_answer(code, desc, json, chain->done);
    }
}

static void callbacks_call_back(void)
{
    struct chain chain = {20, fresh()};
    CHECK(TIMConvGetConvList(on_link, &chain) == TIM_SUCC);
    CHECK(code_of(chain.done) == 0);
    free(chain.done);
}

static struct answer *out;

static void on_log_out(int32_t code, const char *desc, const char *json, const void *user_data)
{
    (void)desc, (void)json, (void)user_data;
    CHECK(code == 0);
    CHECK(TIMLogout(on_answer, out) == TIM_SUCC);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_Logouting);
}

static void logs_out_in_a_callback(void)
{
    out = fresh();
    CHECK(TIMConvGetConvList(on_log_out, NULL) == TIM_SUCC);
    CHECK(code_of(out) == 0);
    free(out);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined);
    CHECK(TIMConvGetConvList(never, NULL) == TIM_ERR_NOTLOGIN);
    CHECK(TIMLogout(never, NULL) == TIM_ERR_NOTLOGIN);
    char user[128];
    CHECK(TIMGetLoginUserID(user) == TIM_SUCC && strcmp(user, "") == 0);
}

static void on_uninit(int32_t code, const char *desc, const char *json, const void *user_data)
{
    (void)code, (void)desc, (void)json;
    CHECK(TIMUninit() == TIM_SUCC);
    CHECK(TIMConvGetConvList(never, NULL) == TIM_ERR_SDKUNINIT);
    on_answer(0, "", "", user_data);
}

int main(int count, char **arguments)
{
    (void)count;
    snprintf(config, sizeof config, "{\"sdk_config_config_file_path\":\"%s\"}", arguments[1]);
    CHECK(strstr(TIMGetSDKVersion(), "libim") != NULL);
    nothing_is_initialized();

    CHECK(TIMInit(1, config) == TIM_SUCC);
    CHECK(TIMInit(1, config) == TIM_SUCC);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined);
    CHECK(TIMConvGetConvList(never, NULL) == TIM_ERR_NOTLOGIN);
    CHECK(TIMLogin("", "", never, NULL) == TIM_ERR_PARAM);
    CHECK(TIMLogin(NULL, "", never, NULL) == TIM_ERR_PARAM);
    log_in("alice");
    what_is_wrong_is_refused();
    callbacks_call_back();
    CHECK(TIMConvGetConvList(NULL, NULL) == TIM_SUCC);

    /* A logout that ends a login, and a login after it, which stays. */
    for (int i = 0; i < 10; i++) {
        struct answer *three[] = {fresh(), fresh(), fresh()};
        CHECK(TIMLogin("alice", "other", on_answer, three[0]) == TIM_SUCC);
        CHECK(TIMLogout(on_answer, three[1]) == TIM_SUCC);
        CHECK(TIMLogin("alice", "", on_answer, three[2]) == TIM_SUCC);
        code_of(three[0]);
        CHECK(code_of(three[1]) == 0 && code_of(three[2]) == 0);
        struct answer *list = fresh();
        CHECK(TIMConvGetConvList(on_answer, list) == TIM_SUCC);
        CHECK(code_of(list) == 0);
        free(list);
        for (int j = 0; j < 3; j++) free(three[j]);
    }

    /* Somebody else takes over, and the first one comes back. */
    log_in("bob");
    char user[128];
    CHECK(TIMGetLoginUserID(user) == TIM_SUCC && strcmp(user, "bob") == 0);
    log_in("alice");
    log_in("alice");
    logs_out_in_a_callback();

    /* Calls before the end are answered by its return, and nothing afterwards. */
    log_in("alice");
    struct answer *answers[100];
    for (int i = 0; i < 100; i++) {
        answers[i] = fresh();
        CHECK(TIMConvGetConvList(on_answer, answers[i]) == TIM_SUCC);
    }
    CHECK(TIMUninit() == TIM_SUCC);
    for (int i = 0; i < 100; i++) {
        CHECK(answers[i]->count == 1 && (answers[i]->code == 0 || answers[i]->code == 7009));
        free(answers[i]);
    }
    nothing_is_initialized();

    /* The same from within a callback; a new SDK gets the account. */
    for (int i = 0; i < 3; i++) {
        CHECK(TIMInit(1, config) == TIM_SUCC);
        log_in("alice");
        struct answer *ended = fresh();
        CHECK(TIMConvGetConvList(on_uninit, ended) == TIM_SUCC);
        CHECK(code_of(ended) == 0);
        free(ended);
    }
    nothing_is_initialized();
    return 0;
}
