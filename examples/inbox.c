/*
 * The main job of libim: a conversation list that is right.
 *
 *     inbox DIR
 *
 * starts alice, bob and carol as three processes on one service file in DIR. Bob and carol write to alice, to her alone
 * and in a group; she answers, pins, drafts and reads; then her list is printed page by page, and the events she got.
 * Nobody sleeps: whoever waits for something waits for events and looks again.
 *
 * JSON is read and written with Jansson (Debian: libjansson-dev). Any JSON library will do.
 */
#include <errno.h>
#include <jansson.h>
#include <libim.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 2, PATIENCE_S = 30, LONGEST_LOG = 200 };

static const char *me;
static im_client client;

/* What the listener tells the main thread. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned long events_seen;
static char *event_log[LONGEST_LOG];
static size_t event_count;

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s: %s\n", me, what, detail);
    exit(EXIT_FAILURE);
}

/* Calls a method and gives its data. A refusal ends the program. Takes over `request`. */
static json_t *call(const char *method, json_t *request)
{
    char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
    char *response = NULL;
    im_status status = im_call(client, method, text, &response);
    if (status != IM_STATUS_OK)
        fail(method, response ? response : im_status_name(status));
    json_t *envelope = json_loads(response, 0, NULL);
    json_t *data = envelope ? json_incref(json_object_get(envelope, "data")) : NULL;
    if (!data)
        fail(method, "the response cannot be read");
    json_decref(envelope);
    json_decref(request);
    im_string_free(response);
    free(text);
    return data;
}

static void run(const char *method, json_t *request)
{
    json_decref(call(method, request));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* A line for the log: the event, and whom it is about. */
static char *describe(int32_t event, const char *payload)
{
    char line[200];
    int used = snprintf(line, sizeof line, "%-32s", im_event_name(event));
    json_t *json = json_loads(payload, JSON_DECODE_ANY, NULL);
    size_t index;
    json_t *item;
    if (json_is_integer(json))
        snprintf(line + used, sizeof line - (size_t)used, " %lld", (long long)json_integer_value(json));
    else if (json_is_object(json))
        snprintf(line + used, sizeof line - (size_t)used, " %s", text_of(json, "msgID")[0] ? text_of(json, "sender") : "");
    json_array_foreach(json, index, item) {
        if ((size_t)used >= sizeof line)
            break;
        const char *id = json_is_string(item) ? json_string_value(item) : text_of(item, "conversationID");
        used += snprintf(line + used, sizeof line - (size_t)used, " %s", id);
    }
    json_decref(json);
    return strdup(line);
}

/* On libim's dispatcher thread: note it down, wake the main thread, be quick. */
static void on_event(void *user_data, int32_t event, const char *payload, size_t length)
{
    (void)user_data;
    (void)length;
    pthread_mutex_lock(&lock);
    if (event_count < LONGEST_LOG)
        event_log[event_count++] = describe(event, payload);
    events_seen++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

/* Looks whether `is_true` after every event, until it is. */
static void wait_until(const char *what, bool (*is_true)(void))
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    for (;;) {
        pthread_mutex_lock(&lock);
        unsigned long before = events_seen;
        pthread_mutex_unlock(&lock);
        if (is_true())
            return;
        pthread_mutex_lock(&lock);
        while (events_seen == before)
            if (pthread_cond_timedwait(&changed, &lock, &until) == ETIMEDOUT) {
                pthread_mutex_unlock(&lock);
                fail("waited in vain", what);
            }
        pthread_mutex_unlock(&lock);
    }
}

static long long unread(const char *conversation)
{
    json_t *found = call("getConversation", json_pack("{s:s}", "conversationID", conversation));
    long long count = number_of(found, "unreadCount");
    json_decref(found);
    return count;
}

static void send_text(const char *field, const char *to, const char *text, const char *at)
{
    json_t *request = json_pack("{s:s, s:i, s:{s:s}}", field, to, "elemType", 1, "textElem", "text", text);
    if (at)
        json_object_set_new(request, "groupAtUserList", json_pack("[s]", at));
    run("sendMessage", request);
}

/* Whether the newest message of a history is ours and has reached the server. */
static bool is_delivered(const char *field, const char *with)
{
    json_t *newest = call("getHistoryMessageList", json_pack("{s:s, s:i}", field, with, "count", 1));
    bool is_sent = number_of(json_array_get(newest, 0), "status") == 2;
    json_decref(newest);
    return is_sent;
}

static bool is_in_team(void)
{
    json_t *groups = call("getJoinedGroupList", NULL);
    bool is_member = json_array_size(groups) > 0;
    json_decref(groups);
    return is_member;
}

static bool alice_has_all(void)
{
    return unread("c2c_bob") == 2 && unread("c2c_carol") == 1 && unread("group_team") == 2;
}

static bool alice_is_done(void)
{
    return is_delivered("userID", "bob") && is_delivered("groupID", "team");
}

static bool alice_has_said_bye(void)
{
    json_t *newest = call("getHistoryMessageList", json_pack("{s:s, s:i}", "groupID", "team", "count", 1));
    const json_t *message = json_array_get(newest, 0);
    bool is_bye = strcmp(text_of(message, "sender"), "alice") == 0;
    json_decref(newest);
    return is_bye;
}

/* --- the three --- */

static void bob(void)
{
    run("createGroup", json_pack("{s:s, s:s, s:s, s:[{s:s}, {s:s}]}", "groupType", "Work", "groupID", "team", "groupName",
                                 "The Team", "memberList", "userID", "alice", "userID", "carol"));
    send_text("receiver", "alice", "Are you in today?", NULL);
    send_text("receiver", "alice", "Lunch at noon?", NULL);
    send_text("groupID", "team", "@alice can you have a look at the plan?", "alice");
    wait_until("alice's goodbye", alice_has_said_bye);
}

static void carol(void)
{
    send_text("receiver", "alice", "The tickets are booked \xf0\x9f\x8e\x89", NULL);
    wait_until("being in the team", is_in_team);
    send_text("groupID", "team", "I have read it, looks fine", NULL);
    wait_until("alice's goodbye", alice_has_said_bye);
}

static void print_row(int place, const json_t *row)
{
    const json_t *last = json_object_get(row, "lastMessage");
    const char *who = json_is_true(json_object_get(last, "isSelf")) ? "you" : text_of(last, "nickName");
    const char *draft = text_of(row, "draftText");
    json_t *ats = json_object_get(row, "groupAtInfoList");
    printf("%5d  %-3s  %6lld  %-2s  %-14s  %-9s  %s%s%s\n", place,
           json_is_true(json_object_get(row, "isPinned")) ? "pin" : "", number_of(row, "unreadCount"),
           json_array_size(ats) ? "@" : "", draft[0] ? draft : "-", text_of(row, "showName"), who, who[0] ? ": " : "",
           text_of(json_object_get(last, "textElem"), "text"));
}

static void print_list(void)
{
    printf("%5s  %-3s  %6s  %-2s  %-14s  %-9s  %s\n", "order", "pin", "unread", "@", "draft", "name", "last message");
    char cursor[64] = "0";
    for (int place = 1, page = 1;; page++) {
        json_t *result = call("getConversationList", json_pack("{s:s, s:i}", "nextSeq", cursor, "count", PAGE));
        size_t index;
        json_t *row;
        json_array_foreach(json_object_get(result, "conversationList"), index, row)
            print_row(place++, row);
        bool is_finished = json_is_true(json_object_get(result, "isFinished"));
        snprintf(cursor, sizeof cursor, "%s", text_of(result, "nextSeq"));
        printf("       -- page %d, nextSeq %s%s\n", page, cursor, is_finished ? ", finished" : "");
        json_decref(result);
        if (is_finished)
            return;
    }
}

static void alice(void)
{
    run("addFriend", json_pack("{s:s, s:s}", "userID", "bob", "remark", "Bobby"));
    wait_until("everybody's messages", alice_has_all);
    send_text("receiver", "dave", "Hello dave, this is alice", NULL);
    send_text("receiver", "bob", "Noon is fine", NULL);
    run("pinConversation", json_pack("{s:s, s:b}", "conversationID", "c2c_carol", "isPinned", 1));
    run("setConversationDraft", json_pack("{s:s, s:s}", "conversationID", "c2c_carol", "draftText", "Great, which"));
    run("cleanConversationUnreadMessageCount", json_pack("{s:s}", "conversationID", "c2c_bob"));

    json_t *total = call("getTotalUnreadMessageCount", NULL);
    printf("alice's list, %d a page; %lld unread in all\n\n", PAGE, (long long)json_integer_value(total));
    json_decref(total);
    print_list();

    send_text("groupID", "team", "Thanks, bye for now", NULL);
    wait_until("the delivery of what alice wrote", alice_is_done);
    pthread_mutex_lock(&lock);
    printf("\nthe events she got, as they came\n\n");
    for (size_t i = 0; i < event_count; i++)
        printf("       %s\n", event_log[i]);
    pthread_mutex_unlock(&lock);
}

static int live(const char *name, const char *dir, void (*role)(void))
{
    me = name;
    char data_dir[512], service[512], nick_name[32];
    snprintf(data_dir, sizeof data_dir, "%s/%s", dir, name);
    snprintf(service, sizeof service, "%s/service.db", dir);
    snprintf(nick_name, sizeof nick_name, "%c%s", name[0] - 'a' + 'A', name + 1);
    json_t *config = json_pack("{s:s, s:s, s:{s:s, s:s}}", "dataDir", data_dir, "userID", name, "backend", "kind",
                               "embedded", "path", service);
    char *text = json_dumps(config, JSON_COMPACT);
    char *response = NULL;
    if (im_client_open(text, &client, &response) != IM_STATUS_OK)
        fail("im_client_open", response ? response : "no response");
    im_string_free(response);
    free(text);
    json_decref(config);

    if (im_listener_add(client, 0, on_event, NULL, NULL, NULL) != IM_STATUS_OK)
        fail("im_listener_add", "refused");
    run("login", NULL);
    run("setSelfInfo", json_pack("{s:s}", "nickName", nick_name));
    role();
    run("logout", NULL);
    if (im_client_close(client) != IM_STATUS_OK)
        fail("im_client_close", "refused");
    for (size_t i = 0; i < event_count; i++)
        free(event_log[i]);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const struct {
        const char *name;
        void (*role)(void);
    } people[] = {{"alice", alice}, {"bob", bob}, {"carol", carol}};
    enum { PEOPLE = sizeof people / sizeof *people };

    if (argc == 3)
        for (int i = 0; i < PEOPLE; i++)
            if (strcmp(argv[2], people[i].name) == 0)
                return live(argv[2], argv[1], people[i].role);
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIR\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (int i = 0; i < PEOPLE; i++) {
        pid_t child = fork();
        if (child == 0) {
            execl(argv[0], argv[0], argv[1], people[i].name, (char *)NULL);
            _exit(127);
        }
        if (child < 0) {
            perror("fork");
            return EXIT_FAILURE;
        }
    }
    int outcome = EXIT_SUCCESS;
    for (int status; wait(&status) > 0;)
        if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
            outcome = EXIT_FAILURE;
    return outcome;
}
