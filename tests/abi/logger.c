/* The logger: levels, replacement, what may be done inside, and that it never tells what is private. */
#include "check.h"

enum { SWAPS = 300, THREADS = 3 };

static im_client client;

struct sink {
    atomic_int lines, destroyed;
    int max_level;
};

static void on_log(void *user_data, int32_t level, const char *message, size_t len)
{
    struct sink *sink = user_data;
    CHECK(sink->destroyed == 0, "a line after destroy");
    CHECK(level >= IM_LOG_ERROR && level <= sink->max_level, "level %d", level);
    CHECK(strlen(message) == len);
    CHECK(strncmp(message, "im", 2) == 0, "another library's line: %s", message);
    CHECK(!strstr(message, "PRIVATE"), "private: %s", message);
    atomic_fetch_add(&sink->lines, 1);
}

static void sink_destroy(void *user_data) { atomic_fetch_add(&((struct sink *)user_data)->destroyed, 1); }

/* A failed call without a response: its sentence goes to the log. */
static void cause_warning(void) { STATUS(im_client_close(0), IM_STATUS_NOT_INITIALIZED); }

static atomic_bool stop;

static void *keep_warning(void *unused)
{
    while (!stop)
        cause_warning();
    return unused;
}

static void levels_and_replacement(void)
{
    struct sink first = {.max_level = IM_LOG_WARN}, second = {.max_level = IM_LOG_ERROR}, never = {0};
    STATUS(im_set_logger(on_log, &first, sink_destroy, IM_LOG_WARN), IM_STATUS_OK);
    cause_warning();
    CHECK(first.lines == 1, "%d lines", first.lines);

    STATUS(im_set_logger(on_log, &never, sink_destroy, 0), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_set_logger(on_log, &never, sink_destroy, 6), IM_STATUS_INVALID_PARAMETERS);
    CHECK(never.destroyed == 0 && first.destroyed == 0, "a refused logger changes nothing");
    int lines = first.lines;
    cause_warning();
    CHECK(first.lines == lines + 1);

    STATUS(im_set_logger(on_log, &second, sink_destroy, IM_LOG_ERROR), IM_STATUS_OK);
    CHECK(first.destroyed == 1);
    cause_warning();
    CHECK(second.lines == 0, "a warning is no error");
    STATUS(im_set_logger(NULL, &never, sink_destroy, 0), IM_STATUS_OK);
    CHECK(second.destroyed == 1 && never.destroyed == 0);
    cause_warning();
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
    CHECK(first.destroyed == 1 && second.destroyed == 1 && never.lines == 0);
}

static pthread_t caller;
static char last_line[400];

static void on_failure(void *user_data, int32_t level, const char *message, size_t len)
{
    (void)user_data, (void)len;
    CHECK(level == IM_LOG_WARN && pthread_equal(caller, pthread_self()), "level %d: %s", level, message);
    snprintf(last_line, sizeof last_line, "%s", message);
}

static void ignore(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)payload, (void)len;
}

static void never(void *user_data, im_status status, const char *response, size_t len)
{
    (void)user_data, (void)response, (void)len;
    CHECK(false, "a call that was refused has completed with %d", status);
}

/* Checks that the line that was logged last is the sentence of a failure, and forgets it. */
static void logged(const char *function, const char *part)
{
    CHECK(strstr(last_line, function) && strstr(last_line, part), "no %s and %s in: %s", function, part, last_line);
    last_line[0] = 0;
}

/* A call runs on the thread of its caller, and so does the logger. */
static void failures_without_a_response_are_logged(void)
{
    caller = pthread_self();
    STATUS(im_set_logger(on_failure, NULL, NULL, IM_LOG_WARN), IM_STATUS_OK);
    STATUS(im_client_close(0), IM_STATUS_NOT_INITIALIZED);
    logged("im_client_close", "client 0");
    STATUS(im_call_async(client, "noSuchMethod", NULL, never, NULL), IM_STATUS_UNKNOWN_METHOD);
    logged("im_call_async", "noSuchMethod");
    STATUS(im_listener_add(client, UINT64_C(1) << 63, ignore, NULL, NULL, NULL), IM_STATUS_INVALID_PARAMETERS);
    logged("im_listener_add", "mask");
    STATUS(im_listener_remove(client, 12345), IM_STATUS_INVALID_PARAMETERS);
    logged("im_listener_remove", "12345");
    STATUS(im_set_logger(on_failure, NULL, NULL, 77), IM_STATUS_INVALID_PARAMETERS);
    logged("im_set_logger", "77");
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
}

static struct sink inner = {.max_level = IM_LOG_WARN};

static void on_log_inside(void *user_data, int32_t level, const char *message, size_t len)
{
    struct sink *sink = user_data;
    (void)level, (void)message, (void)len;
    if (atomic_fetch_add(&sink->lines, 1) > 0)
        return;
    im_client none = 7;
    STATUS(im_call(client, "getTotalUnreadMessageCount", NULL, NULL), IM_STATUS_CALLED_FROM_CALLBACK);
    STATUS(im_client_close(client), IM_STATUS_CALLED_FROM_CALLBACK);
    STATUS(im_client_open("{}", &none, NULL), IM_STATUS_CALLED_FROM_CALLBACK);
    CHECK(none == 0 && strcmp(im_status_name(0), "OK") == 0);
    STATUS(im_set_logger(on_log, &inner, sink_destroy, IM_LOG_WARN), IM_STATUS_OK);
    CHECK(sink->destroyed == 0, "destroyed while it runs");
}

static void inside_a_log_callback(void)
{
    struct sink outer = {.max_level = IM_LOG_WARN};
    STATUS(im_set_logger(on_log_inside, &outer, sink_destroy, IM_LOG_WARN), IM_STATUS_OK);
    cause_warning();
    CHECK(outer.lines == 1 && outer.destroyed == 1, "%d lines, %d destroyed", outer.lines, outer.destroyed);
    cause_warning();
    CHECK(inner.lines == 1);
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
    CHECK(outer.destroyed == 1 && inner.destroyed == 1);
    expect(client, "getTotalUnreadMessageCount", NULL, IM_STATUS_OK);
}

static void replaced_while_other_threads_log(void)
{
    static struct sink sinks[SWAPS];
    pthread_t threads[THREADS];
    stop = false;
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, keep_warning, NULL) == 0);
    for (int i = 0; i < SWAPS; i++) {
        sinks[i].max_level = IM_LOG_TRACE;
        STATUS(im_set_logger(on_log, &sinks[i], sink_destroy, IM_LOG_TRACE), IM_STATUS_OK);
        CHECK(i == 0 || sinks[i - 1].destroyed == 1, "destroy of the one before has not run");
        UNTIL(sinks[i].lines > 0);
    }
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
    for (int i = 0; i < SWAPS; i++)
        CHECK(sinks[i].destroyed == 1, "logger %d was destroyed %d times", i, sinks[i].destroyed);
    stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void nothing_private(const char *dir)
{
    struct sink sink = {.max_level = IM_LOG_TRACE};
    STATUS(im_set_logger(on_log, &sink, sink_destroy, IM_LOG_TRACE), IM_STATUS_OK);
    im_client bob = open_client(dir, "bob");
    char *answers[] = {
        response_of(bob, "login", "{\"userSig\":\"PRIVATE-SIG\"}", IM_STATUS_OK),
        response_of(bob, "login", "{\"userSig\":[\"PRIVATE-SIG\"]}", IM_STATUS_INVALID_PARAMETERS),
        response_of(bob, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":{\"text\":7,\"x\":\"PRIVATE\"}}",
                    IM_STATUS_INVALID_PARAMETERS),
        response_of(bob, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":{\"text\":\"PRIVATE",
                    IM_STATUS_INVALID_JSON),
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        CHECK(!strstr(answers[i], "PRIVATE"), "private: %s", answers[i]);
        im_string_free(answers[i]);
    }
    expect(bob, "sendMessage", "{\"receiver\":\"bob\",\"elemType\":1,\"textElem\":{\"text\":\"PRIVATE body\"}}", IM_STATUS_OK);
    set_draft(bob, "alice", "PRIVATE draft");
    cause_warning();
    STATUS(im_client_close(bob), IM_STATUS_OK);
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
    CHECK(sink.lines > 0 && sink.destroyed == 1);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    client = open_client(argv[1], "alice");
    levels_and_replacement();
    failures_without_a_response_are_logged();
    inside_a_log_callback();
    replaced_while_other_threads_log();
    nothing_private(argv[1]);
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
