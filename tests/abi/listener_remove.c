/* Rule 7: removing a listener from its own callback, from another one's, and from another thread while it runs. */
#include "check.h"

struct ear {
    im_client client;
    _Atomic im_listener self, victim;
    atomic_int heard, destroyed;
    atomic_bool ended;
    pthread_t destroyer;
    struct gate *gate;
};

static atomic_bool closing;

static void ear_destroy(void *user_data)
{
    struct ear *ear = user_data;
    ear->destroyer = pthread_self();
    /* It counts as a callback, whichever thread it runs on. */
    im_status close = im_client_close(ear->client), login = im_call(ear->client, "login", NULL, NULL);
    CHECK(close == IM_STATUS_CALLED_FROM_CALLBACK, "close gives %d inside destroy", close);
    CHECK(login == (closing ? IM_STATUS_NOT_INITIALIZED : close), "login gives %d inside destroy", login);
    atomic_fetch_add(&ear->destroyed, 1);
}

static void on_event(void *user_data, int32_t event, const char *payload, size_t len)
{
    (void)event, (void)payload, (void)len;
    struct ear *ear = user_data;
    CHECK(ear->destroyed == 0, "an event after destroy");
    atomic_fetch_add(&ear->heard, 1);
    if (ear->victim) {
        STATUS(im_listener_remove(ear->client, ear->victim), IM_STATUS_OK);
        STATUS(im_listener_remove(ear->client, ear->victim), IM_STATUS_INVALID_PARAMETERS);
        CHECK(ear->destroyed == 0, "destroyed while it runs");
        ear->victim = 0;
    }
    if (ear->gate)
        gate_wait(ear->gate);
    ear->ended = true;
}

static void add(struct ear *ear, im_client client)
{
    im_listener listener = 0;
    ear->client = client;
    STATUS(im_listener_add(client, CHANGES, on_event, ear, ear_destroy, &listener), IM_STATUS_OK);
    CHECK(listener != 0);
    ear->self = listener;
}

static void from_its_own_callback(im_client client)
{
    struct ear ear = {0}, witness = {0};
    add(&ear, client);
    add(&witness, client);
    ear.victim = ear.self;
    set_draft(client, "own", "1");
    UNTIL(ear.destroyed == 1 && witness.heard == 1);
    set_draft(client, "own", "2");
    UNTIL(witness.heard == 2);
    CHECK(ear.heard == 1, "heard %d after its removal", ear.heard);
    STATUS(im_listener_remove(client, witness.self), IM_STATUS_OK);
    CHECK(ear.destroyed == 1 && witness.destroyed == 1);
}

static void from_another_callback(im_client client)
{
    struct ear remover = {0}, victim = {0}, witness = {0};
    add(&remover, client);
    add(&victim, client);
    add(&witness, client);
    remover.victim = victim.self;
    set_draft(client, "another", "1");
    UNTIL(victim.destroyed == 1 && witness.heard == 1);
    int heard = victim.heard;
    set_draft(client, "another", "2");
    UNTIL(witness.heard == 2);
    CHECK(victim.heard == heard, "heard %d after its removal", victim.heard - heard);
    STATUS(im_listener_remove(client, remover.self), IM_STATUS_OK);
    STATUS(im_listener_remove(client, witness.self), IM_STATUS_OK);
    CHECK(remover.destroyed == 1 && victim.destroyed == 1 && witness.destroyed == 1);
}

static atomic_bool removing, removed;

static void *remove_it(void *user_data)
{
    struct ear *ear = user_data;
    removing = true;
    STATUS(im_listener_remove(ear->client, ear->self), IM_STATUS_OK);
    CHECK(ear->ended, "remove has returned while the callback runs");
    CHECK(ear->destroyed == 1, "destroy has not run when remove returns");
    CHECK(pthread_equal(ear->destroyer, pthread_self()), "destroyed on another thread");
    removed = true;
    return NULL;
}

static void from_another_thread(im_client client)
{
    struct gate gate = GATE;
    struct ear ear = {.gate = &gate};
    add(&ear, client);
    set_draft(client, "thread", "1");
    UNTIL(ear.heard == 1);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, remove_it, &ear) == 0);
    UNTIL(removing);
    /* Time for a removal that does not wait to show itself. */
    pause_ms(100);
    CHECK(!removed && ear.destroyed == 0, "remove did not wait");
    gate_open(&gate);
    pthread_join(thread, NULL);
    set_draft(client, "thread", "2");
    CHECK(ear.heard == 1);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    from_its_own_callback(client);
    from_another_callback(client);
    from_another_thread(client);

    /* Another client's listener is not this one's. */
    im_client other = open_client(argv[1], "other");
    struct ear ear = {0};
    add(&ear, other);
    STATUS(im_listener_remove(client, ear.self), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_listener_remove(client, 0), IM_STATUS_INVALID_PARAMETERS);
    STATUS(im_listener_remove(client, UINT64_MAX), IM_STATUS_INVALID_PARAMETERS);
    CHECK(ear.destroyed == 0);
    closing = true;
    STATUS(im_client_close(other), IM_STATUS_OK);
    CHECK(ear.destroyed == 1);
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
