/* The C library, as it was loaded. */
#pragma once
#include <stdbool.h>

#include "libim.h"

/* Its functions, by their names in libim.h. */
#define FUNCTIONS(f)                                                                                                   \
    f(im_version) f(im_abi_version) f(im_client_open) f(im_client_close) f(im_call_async) f(im_listener_add)           \
        f(im_stream_open) f(im_stream_next) f(im_stream_close) f(im_string_free) f(im_set_logger)

#define MEMBER(name) __typeof__(&name) name;
struct library {
    FUNCTIONS(MEMBER)
};
#undef MEMBER

extern struct library lib;

/* How long a reason may be. */
#define WHY 512

/* Loads the library, once for the process. False when it is none, or one with another ABI; `why` says so. */
bool library_load(const char *path, char why[WHY]);
bool library_is_loaded(void);
