/* Rule 11: the static library in a program that has an SQLite of its own, of another version. */
#include "check.h"
#include <sqlite3.h>

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    set_draft(client, "bob", "x");

    /* The program's own is the one its header came with, before, during and after libim's use of libim's. */
    CHECK(strcmp(sqlite3_libversion(), SQLITE_VERSION) == 0, "%s is not %s", sqlite3_libversion(), SQLITE_VERSION);
    sqlite3 *db;
    CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "CREATE TABLE t(x); INSERT INTO t VALUES(1)", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_total_changes(db) == 1);
    expect_text(client, "getConversationList", "{\"count\":10}", IM_STATUS_OK, "c2c_bob");
    CHECK(sqlite3_close(db) == SQLITE_OK);
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
