/* Rule 12: a child of fork must not use its parent's clients. Every function says so at once, whatever the parent's threads
 * were doing at the time of the fork, and the parent goes on. */
#include "check.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *dir;
static atomic_bool over;

static void ignore(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)user_data, (void)event, (void)payload, (void)len;
}

static pid_t parent;

static void parents_log(void *user_data, int32_t level, const char *message, size_t len)
{
    (void)user_data, (void)level, (void)len;
    CHECK(getpid() == parent, "the child logs: %s", message);
}

static void never(void *user_data, im_status status, const char *response, size_t len)
{
    (void)user_data, (void)status, (void)response, (void)len;
    CHECK(false, "a call that failed has completed");
}

/* Waits for a child that must end well. */
static void await(pid_t child)
{
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0, "the child ended with status %#x", status);
}

/* All that a child may try, in half a minute at most. Ends as programs do, with the functions that run at the exit. */
static void child(im_client client, im_listener listener)
{
    alarm(30);
    expect(client, "getConversationList", "{\"count\":1}", IM_STATUS_NOT_INITIALIZED);
    expect(client, "noSuchMethod", NULL, IM_STATUS_NOT_INITIALIZED);
    char *response = NULL;
    STATUS(im_get_total_unread_message_count(client, NULL, &response), IM_STATUS_NOT_INITIALIZED);
    check_envelope(response, IM_STATUS_NOT_INITIALIZED);
    im_string_free(response);
    STATUS(im_call_async(client, "getConversationList", NULL, never, NULL), IM_STATUS_NOT_INITIALIZED);
    im_listener added = 7;
    STATUS(im_listener_add(client, 0, ignore, NULL, NULL, &added), IM_STATUS_NOT_INITIALIZED);
    CHECK(added == 0);
    STATUS(im_listener_remove(client, listener), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_set_logger(parents_log, NULL, NULL, IM_LOG_TRACE), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_client_close(client), IM_STATUS_NOT_INITIALIZED);
    STATUS(im_shutdown(), IM_STATUS_NOT_INITIALIZED);
    /* Nor may it open one of its own: SQLite has the parent's locks in its memory. */
    char *config = text("{\"dataDir\":\"%s/child\",\"userID\":\"child\"}", dir);
    im_client own = 7;
    STATUS(im_client_open(config, &own, &response), IM_STATUS_NOT_INITIALIZED);
    check_envelope(response, IM_STATUS_NOT_INITIALIZED);
    CHECK(own == 0);
    im_string_free(response);
    free(config);
    CHECK(strcmp(im_status_name(IM_STATUS_NOT_INITIALIZED), "NOT_INITIALIZED") == 0);
    CHECK(im_abi_version() == IM_ABI_VERSION);
    exit(0);
}

static void *busy(void *client)
{
    im_client busy = *(im_client *)client;
    for (int draft = 0; !atomic_load(&over); draft++) {
        char *content = text("draft %d", draft);
        set_draft(busy, "bob", content);
        free(content);
        im_set_logger(parents_log, NULL, NULL, IM_LOG_TRACE);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    parent = getpid();
    dir = argv[1];
    if (argc == 3) {
        /* A process that a child has become by exec. */
        alarm(30);
        STATUS(im_client_close(open_client(dir, argv[2])), IM_STATUS_OK);
        return 0;
    }
    CHECK(argc == 2);
    im_client client = open_client(dir, "alice");
    im_listener listener = 0;
    STATUS(im_listener_add(client, 0, ignore, NULL, NULL, &listener), IM_STATUS_OK);
    expect(client, "login", NULL, IM_STATUS_OK);

    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, busy, &client) == 0);
    for (int round = 0; round < 30; round++) {
        pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
            child(client, listener);
        await(pid);
    }
    atomic_store(&over, true);
    pthread_join(thread, NULL);
    im_set_logger(NULL, NULL, NULL, 0);

    /* A child that only lives does not keep the account: its parent closes it and opens it again. */
    pid_t living = fork();
    CHECK(living >= 0);
    if (living == 0)
        for (;;)
            pause();
    /* One that calls exec is a process like any other. */
    pid_t other = fork();
    CHECK(other >= 0);
    if (other == 0) {
        execl(argv[0], argv[0], dir, "bob", NULL);
        CHECK(false, "exec has failed");
    }
    await(other);
    expect_text(client, "getConversation", "{\"conversationID\":\"c2c_bob\"}", IM_STATUS_OK, "draft ");
    STATUS(im_client_close(client), IM_STATUS_OK);
    client = open_client(dir, "alice");
    STATUS(im_client_close(client), IM_STATUS_OK);
    kill(living, SIGKILL);
    waitpid(living, NULL, 0);

    /* With no client open, a child is a process like any other. */
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        alarm(30);
        im_client own = open_client(dir, "alice");
        expect(own, "login", NULL, IM_STATUS_OK);
        STATUS(im_client_close(own), IM_STATUS_OK);
        exit(0);
    }
    await(pid);
    return 0;
}
