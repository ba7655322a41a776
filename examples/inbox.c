/*
 * The main job of libim: a conversation list that is right.
 *
 *     inbox DIR [SERVER.json]
 *
 * starts alice, bob and carol as three processes with their caches in DIR. Bob and carol write to alice, to her alone
 * in a group; she answers, sends a picture, pins, stars, drafts, reads and makes a folder; what that changes in a live view of
 * her list is printed as it comes; then the list page by page, what is in the folder, and the events she got.
 * Nobody sleeps: whoever waits for something waits for events and looks again.
 *
 * They meet on a service file in DIR, or on the server that SERVER.json tells of; scripts/demo-xmpp.sh writes one for
 * an XMPP server. Only the config and the ids differ then:
 *
 *     {"team":"team@conference.example.org",
 *      "people":{"alice":{"userID":"alice@example.org","backend":{"kind":"xmpp", ...}}, "bob": ..., "carol": ...,
 *                "dave":{"userID":"dave@example.org"}}}
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

enum { PAGE = 2, PATIENCE_S = 30, LONGEST_LOG = 200, STAR = 1, IMAGE = 3 };

/* A small PNG. An app gives the path of a file: {"imageElem":{"path":"..."}}. */
static const char *PICTURE = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAAAAAB7tgMBAAAAEklEQVR42mNgGAWjYBSMguEAAATOAAHtUfYIAAAAAElFTkSuQmCC";

static const char *me;
static im_client client;

/* Who is where: SERVER.json, or the like of it for a service file. */
static json_t *server;
static const char *alice_id, *bob_id, *carol_id, *dave_id, *team_id;

/* What the listener tells the main thread. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned long events_seen;
static char *event_log[LONGEST_LOG];
static size_t event_count;
static long long picture_percent;

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
    else if (event == IM_EVENT_SEND_MESSAGE_PROGRESS)
        snprintf(line + used, sizeof line - (size_t)used, " %lld %%", number_of(json, "progress"));
    else if (json_is_object(json))
        snprintf(line + used, sizeof line - (size_t)used, " %s",
                 text_of(json, "msgID")[0] ? text_of(json, "sender") : text_of(json, "groupName"));
    json_array_foreach(json, index, item) {
        if ((size_t)used >= sizeof line)
            break;
        const char *id = json_is_string(item) ? json_string_value(item) : text_of(item, "conversationID");
        used += snprintf(line + used, sizeof line - (size_t)used, " %s", id);
    }
    json_decref(json);
    return strdup(line);
}

/* How much of a message's files the server has. */
static long long percent(const char *payload)
{
    json_t *json = json_loads(payload, 0, NULL);
    long long progress = number_of(json, "progress");
    json_decref(json);
    return progress;
}

/* What has changed in a live view: the steps that an app makes on the rows it shows. */
static void print_steps(const char *payload)
{
    json_t *change = json_loads(payload, 0, NULL);
    size_t index, place;
    json_t *step, *reason;
    json_array_foreach(json_object_get(change, "diffs"), index, step) {
        const char *op = text_of(step, "op");
        char rows[32];
        if (strcmp(op, "move") == 0)
            snprintf(rows, sizeof rows, "%lld to %lld", number_of(step, "fromIndex"), number_of(step, "index"));
        else
            snprintf(rows, sizeof rows, "%lld", number_of(step, "index"));
        printf("  live  %-6s  %-6s  %-14s ", op, rows, text_of(json_object_get(step, "conversation"), "showName"));
        json_array_foreach(json_object_get(step, "reasons"), place, reason)
            printf(" %s", json_string_value(reason));
        printf("\n");
    }
    json_decref(change);
}

/* On libim's dispatcher thread: note it down, wake the main thread, be quick. */
static void on_event(void *user_data, int32_t event, const char *payload, size_t length)
{
    (void)user_data;
    (void)length;
    pthread_mutex_lock(&lock);
    if (event_count < LONGEST_LOG)
        event_log[event_count++] = describe(event, payload);
    if (event == IM_EVENT_SEND_MESSAGE_PROGRESS)
        picture_percent = percent(payload);
    if (event == IM_EVENT_CONVERSATION_VIEW_CHANGED)
        print_steps(payload);
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

static json_t *conversation(const char *kind, const char *id)
{
    return json_sprintf("%s_%s", kind, id);
}

static long long unread(const char *kind, const char *id)
{
    json_t *found = call("getConversation", json_pack("{s:o}", "conversationID", conversation(kind, id)));
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

static void send_picture(const char *to)
{
    run("sendMessage", json_pack("{s:s, s:{s:s}}", "receiver", to, "imageElem", "dataBase64", PICTURE));
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
    return unread("c2c", bob_id) == 2 && unread("c2c", carol_id) == 1 && unread("group", team_id) == 2;
}

static bool picture_is_there(void)
{
    pthread_mutex_lock(&lock);
    bool is_whole = picture_percent == 100;
    pthread_mutex_unlock(&lock);
    return is_whole && is_delivered("userID", dave_id);
}

static bool alice_is_done(void)
{
    return is_delivered("userID", bob_id) && is_delivered("groupID", team_id);
}

static bool alice_has_said_bye(void)
{
    json_t *newest = call("getHistoryMessageList", json_pack("{s:s, s:i}", "groupID", team_id, "count", 1));
    const json_t *message = json_array_get(newest, 0);
    bool is_bye = strcmp(text_of(message, "sender"), alice_id) == 0;
    json_decref(newest);
    return is_bye;
}

/* --- the three --- */

static void bob(void)
{
    run("createGroup", json_pack("{s:s, s:s, s:s, s:[{s:s}, {s:s}]}", "groupType", "Work", "groupID", team_id, "groupName",
                                 "The Team", "memberList", "userID", alice_id, "userID", carol_id));
    send_text("receiver", alice_id, "Are you in today?", NULL);
    send_text("receiver", alice_id, "Lunch at noon?", NULL);
    send_text("groupID", team_id, "@alice can you have a look at the plan?", alice_id);
    wait_until("alice's goodbye", alice_has_said_bye);
}

static void carol(void)
{
    send_text("receiver", alice_id, "The tickets are booked \xf0\x9f\x8e\x89", NULL);
    wait_until("being in the team", is_in_team);
    send_text("groupID", team_id, "I have read it, looks fine", NULL);
    wait_until("alice's goodbye", alice_has_said_bye);
}

static bool is_starred(const json_t *row)
{
    size_t index;
    json_t *mark;
    json_array_foreach(json_object_get(row, "markList"), index, mark)
        if (json_integer_value(mark) == STAR)
            return true;
    return false;
}

/* What the list shows of a message. */
static const char *preview(const json_t *message)
{
    return number_of(message, "elemType") == IMAGE ? "[image]" : text_of(json_object_get(message, "textElem"), "text");
}

static void print_row(int place, const json_t *row)
{
    const json_t *last = json_object_get(row, "lastMessage");
    const char *who = json_is_true(json_object_get(last, "isSelf")) ? "you" : text_of(last, "nickName");
    const char *draft = text_of(row, "draftText");
    json_t *ats = json_object_get(row, "groupAtInfoList");
    printf("%5d  %-3s  %-4s  %6lld  %-2s  %-14s  %-12s  %s%s%s\n", place,
           json_is_true(json_object_get(row, "isPinned")) ? "pin" : "", is_starred(row) ? "*" : "",
           number_of(row, "unreadCount"),
           json_array_size(ats) ? "@" : "", draft[0] ? draft : "-", text_of(row, "showName"), who, who[0] ? ": " : "",
           preview(last));
}

static void print_list(void)
{
    printf("%5s  %-3s  %-4s  %6s  %-2s  %-14s  %-12s  %s\n", "order", "pin", "star", "unread", "@", "draft", "name",
           "last message");
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

/* Each folder with what is in it: the list by a filter. */
static void print_folders(void)
{
    json_t *names = call("getConversationGroupList", NULL);
    size_t index;
    json_t *name;
    json_array_foreach(names, index, name) {
        json_t *filter = json_pack("{s:{s:O}}", "filter", "conversationGroup", name);
        json_t *result = call("getConversationListByFilter", filter);
        printf("       folder %s:", json_string_value(name));
        size_t place;
        json_t *row;
        json_array_foreach(json_object_get(result, "conversationList"), place, row)
            printf("%s %s", place ? "," : "", text_of(row, "showName"));
        printf("\n");
        json_decref(result);
    }
    json_decref(names);
}

static void alice(void)
{
    json_t *view = call("openConversationView", json_pack("{s:i}", "limit", 100));
    printf("a live view of alice's list: %lld rows at first\n", number_of(view, "total"));
    run("addFriend", json_pack("{s:s, s:s}", "userID", bob_id, "remark", "Bobby"));
    wait_until("everybody's messages", alice_has_all);
    send_text("receiver", dave_id, "Hello dave, this is alice", NULL);
    send_picture(dave_id);
    send_text("receiver", bob_id, "Noon is fine", NULL);
    run("pinConversation", json_pack("{s:o, s:b}", "conversationID", conversation("c2c", carol_id), "isPinned", 1));
    run("markConversation", json_pack("{s:[o], s:i, s:b}", "conversationIDList", conversation("c2c", bob_id), "markType", STAR,
                                      "enableMark", 1));
    run("createConversationGroup", json_pack("{s:s, s:[o, o]}", "groupName", "Work", "conversationIDList",
                                             conversation("group", team_id), conversation("c2c", bob_id)));
    run("setConversationDraft",
        json_pack("{s:o, s:s}", "conversationID", conversation("c2c", carol_id), "draftText", "Great, which"));
    run("cleanConversationUnreadMessageCount", json_pack("{s:o}", "conversationID", conversation("c2c", bob_id)));

    wait_until("the picture", picture_is_there);
    run("closeConversationView", json_pack("{s:I}", "viewID", (json_int_t)number_of(view, "viewID")));
    json_decref(view);
    /* The steps are printed on another thread. */
    pthread_mutex_lock(&lock);
    printf("\na picture for dave: %lld %% of it is there\n", picture_percent);
    pthread_mutex_unlock(&lock);
    json_t *total = call("getTotalUnreadMessageCount", NULL);
    printf("alice's list, %d a page; %lld unread in all\n\n", PAGE, (long long)json_integer_value(total));
    json_decref(total);
    print_list();
    print_folders();

    send_text("groupID", team_id, "Thanks, bye for now", NULL);
    wait_until("the delivery of what alice wrote", alice_is_done);
    pthread_mutex_lock(&lock);
    printf("\nthe events she got, as they came\n\n");
    for (size_t i = 0; i < event_count; i++)
        printf("       %s\n", event_log[i]);
    pthread_mutex_unlock(&lock);
}

/* --- where they are --- */

static json_t *person(const char *name)
{
    return json_object_get(json_object_get(server, "people"), name);
}

static const char *user_id(const char *name)
{
    return text_of(person(name), "userID");
}

/* All on one service file in `dir`, with their names as ids. */
static json_t *service_file(const char *dir)
{
    static const char *const names[] = {"alice", "bob", "carol", "dave"};
    json_t *people = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *backend = json_pack("{s:s, s:o}", "kind", "embedded", "path", json_sprintf("%s/service.db", dir));
        json_object_set_new(people, names[i], json_pack("{s:s, s:o}", "userID", names[i], "backend", backend));
    }
    return json_pack("{s:s, s:o}", "team", "team", "people", people);
}

/* Opens and logs in, says so by closing `ready`, and plays a role. */
static int live(const char *name, const char *dir, int ready, void (*role)(void))
{
    me = name;
    char nick_name[32];
    snprintf(nick_name, sizeof nick_name, "%c%s", name[0] - 'a' + 'A', name + 1);
    json_t *config = json_pack("{s:o, s:s, s:O}", "dataDir", json_sprintf("%s/%s", dir, name), "userID", user_id(name),
                               "backend", json_object_get(person(name), "backend"));
    char *text = config ? json_dumps(config, JSON_COMPACT) : NULL;
    char *response = NULL;
    if (im_client_open(text, &client, &response) != IM_STATUS_OK)
        fail("im_client_open", response ? response : "no response");
    im_string_free(response);
    free(text);
    json_decref(config);

    if (im_listener_add(client, 0, on_event, NULL, NULL, NULL) != IM_STATUS_OK)
        fail("im_listener_add", "refused");
    run("login", NULL);
    close(ready);
    run("setSelfInfo", json_pack("{s:s}", "nickName", nick_name));
    role();
    run("logout", NULL);
    if (im_client_close(client) != IM_STATUS_OK)
        fail("im_client_close", "refused");
    for (size_t i = 0; i < event_count; i++)
        free(event_log[i]);
    return EXIT_SUCCESS;
}

/* Starts a process for somebody, and waits until its login has ended: what was said before somebody's first login counts
   as read on some servers. */
static bool start(const char *name, const char *dir, void (*role)(void))
{
    int ready[2];
    if (pipe(ready) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(ready[0]);
        int outcome = live(name, dir, ready[1], role);
        json_decref(server);
        exit(outcome);
    }
    close(ready[1]);
    char nothing;
    if (child > 0 && read(ready[0], &nothing, 1) < 0)
        perror("read");
    close(ready[0]);
    return child > 0;
}

int main(int argc, char **argv)
{
    const struct {
        const char *name;
        void (*role)(void);
    } people[] = {{"alice", alice}, {"bob", bob}, {"carol", carol}};
    enum { PEOPLE = sizeof people / sizeof *people };

    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s DIR [SERVER.json]\n", argv[0]);
        return EXIT_FAILURE;
    }
    me = argv[0];
    json_error_t error;
    server = argc == 3 ? json_load_file(argv[2], 0, &error) : service_file(argv[1]);
    if (!server)
        fail(argv[2], error.text);
    alice_id = user_id("alice");
    bob_id = user_id("bob");
    carol_id = user_id("carol");
    dave_id = user_id("dave");
    team_id = text_of(server, "team");

    int outcome = EXIT_SUCCESS;
    for (int i = 0; i < PEOPLE; i++)
        if (!start(people[i].name, argv[1], people[i].role)) {
            perror(people[i].name);
            outcome = EXIT_FAILURE;
        }
    for (int status; wait(&status) > 0;)
        if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
            outcome = EXIT_FAILURE;
    json_decref(server);
    return outcome;
}
