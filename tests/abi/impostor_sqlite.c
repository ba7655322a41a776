/* Rule 11: the static library never calls a function of the program that is named like one of SQLite's, and what it
 * brings along still unwinds, which is what the panic guard stands on. */
#include "check.h"
#include <unwind.h>

#define IMPOSTOR(name)                                                                                                 \
    void name(void);                                                                                                   \
    void name(void) { CHECK(false, "libim has called the program's " #name); }

IMPOSTOR(sqlite3_initialize)
IMPOSTOR(sqlite3_config)
IMPOSTOR(sqlite3_open)
IMPOSTOR(sqlite3_open_v2)
IMPOSTOR(sqlite3_close)
IMPOSTOR(sqlite3_close_v2)
IMPOSTOR(sqlite3_exec)
IMPOSTOR(sqlite3_prepare_v2)
IMPOSTOR(sqlite3_prepare_v3)
IMPOSTOR(sqlite3_step)
IMPOSTOR(sqlite3_reset)
IMPOSTOR(sqlite3_finalize)
IMPOSTOR(sqlite3_bind_int64)
IMPOSTOR(sqlite3_bind_text)
IMPOSTOR(sqlite3_column_text)
IMPOSTOR(sqlite3_column_int64)
IMPOSTOR(sqlite3_errmsg)
IMPOSTOR(sqlite3_busy_timeout)
IMPOSTOR(sqlite3_malloc64)
IMPOSTOR(sqlite3_free)

static int frames, handlers;
static bool reached_main;
static uintptr_t main_start;

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *context, void *unused)
{
    (void)unused;
    frames++;
    if (_Unwind_GetLanguageSpecificData(context))
        handlers++;
    if (_Unwind_GetRegionStart(context) == main_start)
        reached_main = true;
    return _URC_NO_REASON;
}

static void on_log(void *user_data, int32_t level, const char *message, size_t len)
{
    (void)user_data, (void)level, (void)message, (void)len;
    if (frames == 0)
        _Unwind_Backtrace(on_frame, NULL);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    set_draft(client, "bob", "x");
    expect_text(client, "getConversationList", "{\"count\":10}", IM_STATUS_OK, "c2c_bob");
    expect(client, "login", NULL, IM_STATUS_OK);
    STATUS(im_client_close(client), IM_STATUS_OK);

    /* A call that logs: from the log callback, the stack can be walked through libim up to here, and frames of libim have
     * their tables of what to catch and clean up. */
    main_start = (uintptr_t)main;
    STATUS(im_set_logger(on_log, NULL, NULL, IM_LOG_WARN), IM_STATUS_OK);
    STATUS(im_client_close(client), IM_STATUS_NOT_INITIALIZED);
    CHECK(reached_main, "%d frames, but not main", frames);
    CHECK(handlers > 0, "no frame has its table");
    STATUS(im_set_logger(NULL, NULL, NULL, 0), IM_STATUS_OK);
    return 0;
}
