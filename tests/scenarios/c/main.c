/* Plays scenarios through the C functions. tests/scenarios/README.md says what each step means.
 *
 *     scenarios DIR FILE...
 */
#include "pattern.h"
#include "variables.h"
#include <libim.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PATIENCE = 30, PLAYERS = 8, FAULT = 4096 };

/* What a client has heard, an array of [event, payload], and how much of it was passed over. */
struct heard {
    pthread_mutex_t mutex;
    json_t *events;
    size_t passed;
};

struct player {
    char name[64];
    im_client client;
    struct heard *heard;
};

struct stage {
    struct player players[PLAYERS];
    json_t *variables;
    char fault[FAULT];
};

static bool play(struct stage *stage, const json_t *steps);

/* Says why a step did not end as written. */
static bool fail(struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stage->fault, sizeof stage->fault, format, arguments);
    va_end(arguments);
    return false;
}

static const char *text(const json_t *step, const char *key) { return json_string_value(json_object_get(step, key)); }

static void on_event(void *user_data, int32_t event, const char *payload, size_t length)
{
    struct heard *heard = user_data;
    json_t *value = json_loadb(payload, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    pthread_mutex_lock(&heard->mutex);
    json_array_append_new(heard->events, json_pack("[so]", im_event_name(event), value));
    pthread_mutex_unlock(&heard->mutex);
}

/* Closes a client, unless a step has closed it or there is none, and forgets what it heard. */
static void leave(struct player *player)
{
    im_client_close(player->client);
    if (player->heard) {
        json_decref(player->heard->events);
        pthread_mutex_destroy(&player->heard->mutex);
        free(player->heard);
    }
}

static struct player *player(struct stage *stage, const json_t *step)
{
    for (struct player *player = stage->players; player < stage->players + PLAYERS; player++)
        if (strcmp(player->name, text(step, "client")) == 0)
            return player;
    fprintf(stderr, "%s was never opened\n", text(step, "client"));
    exit(1);
}

static bool save(struct stage *stage, const json_t *step, json_t *value)
{
    const char *name;
    json_t *pointer;
    json_object_foreach(json_object_get(step, "save"), name, pointer)
    {
        json_t *found = at_pointer(value, json_string_value(pointer));
        if (!found)
            return fail(stage, "nothing is at %s", json_string_value(pointer));
        json_object_set(stage->variables, name, found);
    }
    return true;
}

static bool is_expected(struct stage *stage, const json_t *step, json_int_t code, const char *desc)
{
    return code == json_integer_value(json_object_get(step, "code")) ||
           fail(stage, "code is %d %s", (int)code, desc);
}

/* Compares a response, which it frees, with what the step expects. */
static bool judge(struct stage *stage, const json_t *step, im_status status, char *response)
{
    json_t *envelope = json_loads(response, JSON_ALLOW_NUL, NULL);
    im_string_free(response);
    const char *desc = text(envelope, "desc");
    json_t *pattern = json_object_get(step, "data"), *data = json_object_get(envelope, "data");
    bool is_right = is_expected(stage, step, json_integer_value(json_object_get(envelope, "code")), desc);
    if (is_right && json_integer_value(json_object_get(envelope, "code")) != status)
        is_right = fail(stage, "the response's code is not the status %d", status);
    if (is_right && text(step, "desc") && !strstr(desc, text(step, "desc")))
        is_right = fail(stage, "desc is %s", desc);
    if (is_right && pattern)
        is_right = fits(pattern, data, stage->fault, sizeof stage->fault);
    is_right = is_right && save(stage, step, data);
    json_decref(envelope);
    return is_right;
}

static bool open_client(struct stage *stage, const json_t *step)
{
    const char *dir = text(stage->variables, "dir"), *name = text(step, "client");
    json_t *config = json_pack("{s:s++, s:{s:s, s:s+}}", "dataDir", dir, "/", name, "backend", "kind", "embedded", "path",
                               dir, "/service.db");
    json_object_update(config, json_object_get(step, "config"));
    char *request = json_dumps(config, 0), *response = NULL;
    json_decref(config);
    im_client client = 0;
    const im_status status = im_client_open(request, &client, &response);
    free(request);
    if (status == IM_STATUS_OK) {
        struct player *place = stage->players;
        while (place->name[0] && strcmp(place->name, name) != 0)
            place++;
        leave(place);
        snprintf(place->name, sizeof place->name, "%s", name);
        place->client = client;
        place->heard = calloc(1, sizeof *place->heard);
        place->heard->events = json_array();
        pthread_mutex_init(&place->heard->mutex, NULL);
        im_listener listener;
        if (im_listener_add(client, 0, on_event, place->heard, NULL, &listener) != IM_STATUS_OK)
            return fail(stage, "the listener was refused");
    }
    return judge(stage, step, status, response);
}

static bool call(struct stage *stage, const json_t *step)
{
    json_t *given = json_object_get(step, "request");
    char *request = given ? json_dumps(given, 0) : NULL, *response = NULL;
    const char *words = text(step, "text");
    const im_status status = im_call(player(stage, step)->client, text(step, "method"),
                                     words ? words : given ? request : "{}", &response);
    free(request);
    return judge(stage, step, status, response);
}

/* Finds the first event that fits and was not passed over: its place and its payload, which the caller releases. */
static bool find(struct stage *stage, const json_t *step, size_t *place, json_t **payload)
{
    struct heard *heard = player(stage, step)->heard;
    const json_t *pattern = json_object_get(step, "payload");
    bool is_found = false;
    pthread_mutex_lock(&heard->mutex);
    for (*place = heard->passed; *place < json_array_size(heard->events); ++*place) {
        json_t *event = json_array_get(heard->events, *place);
        *payload = json_array_get(event, 1);
        is_found = strcmp(json_string_value(json_array_get(event, 0)), text(step, "event")) == 0 &&
                   (!pattern || fits(pattern, *payload, stage->fault, sizeof stage->fault));
        if (is_found) {
            json_incref(*payload);
            break;
        }
    }
    pthread_mutex_unlock(&heard->mutex);
    return is_found;
}

static bool hear(struct stage *stage, const json_t *step)
{
    size_t place;
    json_t *payload;
    if (!find(stage, step, &place, &payload))
        return fail(stage, "it was not heard");
    player(stage, step)->heard->passed = place + 1;
    const bool is_saved = save(stage, step, payload);
    json_decref(payload);
    return is_saved;
}

static bool unheard(struct stage *stage, const json_t *step)
{
    size_t place;
    json_t *payload;
    if (!find(stage, step, &place, &payload))
        return true;
    json_decref(payload);
    return fail(stage, "it is event %zu", place);
}

static bool close_client(struct stage *stage, const json_t *step)
{
    return is_expected(stage, step, im_client_close(player(stage, step)->client), "");
}

static bool rename_file(struct stage *stage, const json_t *step)
{
    return rename(text(step, "from"), text(step, "to")) == 0 || fail(stage, "the file could not be renamed");
}

/* Tries until it works, or for too long. */
static bool eventually(struct stage *stage, const json_t *step, bool (*attempt)(struct stage *, const json_t *))
{
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!attempt(stage, step)) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > begin.tv_sec + PATIENCE)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return true;
}

static const struct action {
    const char *name;
    bool (*run)(struct stage *, const json_t *);
    bool is_awaited;
    const char *keys; /* between spaces */
} ACTIONS[] = {
    {"open", open_client, false, " do client config code desc data save "},
    {"call", call, false, " do client method request text code desc data save "},
    {"wait", call, true, " do client method request text code desc data save "},
    {"hear", hear, true, " do client event payload save "},
    {"unheard", unheard, false, " do client event "},
    {"close", close_client, false, " do client code "},
    {"rename", rename_file, false, " do from to "},
};

static bool repeat(struct stage *stage, const json_t *step)
{
    for (json_int_t turn = 0; turn < json_integer_value(json_object_get(step, "times")); turn++) {
        json_object_set_new(stage->variables, text(step, "as"), json_integer(turn));
        if (!play(stage, json_object_get(step, "steps")))
            return false;
    }
    return true;
}

static bool run_step(struct stage *stage, const json_t *raw)
{
    const char *name = text(raw, "do"), *key;
    if (strcmp(name, "repeat") == 0)
        return repeat(stage, raw);
    const struct action *action = ACTIONS;
    while (action < ACTIONS + sizeof ACTIONS / sizeof *ACTIONS && strcmp(action->name, name) != 0)
        action++;
    if (action == ACTIONS + sizeof ACTIONS / sizeof *ACTIONS)
        return fail(stage, "there is no step %s", name);
    json_t *ignored;
    json_object_foreach((json_t *)raw, key, ignored)
    {
        char word[64];
        snprintf(word, sizeof word, " %s ", key);
        if (!strstr(action->keys, word))
            return fail(stage, "%s has no %s", name, key);
    }
    json_t *step = fill_in(stage->variables, raw);
    const bool is_right = action->is_awaited ? eventually(stage, step, action->run) : action->run(stage, step);
    json_decref(step);
    return is_right;
}

static bool play(struct stage *stage, const json_t *steps)
{
    for (size_t number = 0; number < json_array_size(steps); number++) {
        const json_t *step = json_array_get(steps, number);
        if (!run_step(stage, step)) {
            char *said = json_dumps(step, 0);
            fprintf(stderr, "step %zu, %.300s\n%s\n", number, said, stage->fault);
            free(said);
            stage->fault[0] = 0;
            return false;
        }
    }
    return true;
}

static bool play_file(const char *dir, const char *file)
{
    struct stage stage = {.variables = json_pack("{s:s}", "dir", dir)};
    json_t *scenario = json_load_file(file, JSON_ALLOW_NUL, NULL);
    const bool is_right = scenario && play(&stage, json_object_get(scenario, "steps"));
    for (struct player *player = stage.players; player < stage.players + PLAYERS; player++)
        leave(player);
    json_decref(scenario);
    json_decref(stage.variables);
    return is_right;
}

int main(int count, char **arguments)
{
    int right = 0;
    for (int number = 2; number < count; number++) {
        char dir[4096];
        snprintf(dir, sizeof dir, "%s/%d", arguments[1], number);
        if (mkdir(dir, 0700) != 0 || !play_file(dir, arguments[number]))
            fprintf(stderr, "%s failed\n\n", arguments[number]);
        else
            right++;
    }
    printf("%d scenarios ended as written\n", right);
    return right > 0 && right == count - 2 ? 0 : 1;
}
