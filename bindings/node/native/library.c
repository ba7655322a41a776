/* Loads the C library, and finds its functions in it. */
#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

struct library lib;

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_loaded;

bool library_is_loaded(void)
{
    return is_loaded;
}

/* An object that is not the right one stays loaded: the process does not use it, and goes on. */
static bool find_all(const char *path, char why[WHY])
{
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        snprintf(why, WHY, "%s", dlerror());
        return false;
    }
#define FIND(name)                                                                                                     \
    if (!(*(void **)&lib.name = dlsym(object, #name))) {                                                               \
        snprintf(why, WHY, "%.400s has no function %s", path, #name);                                                  \
        return false;                                                                                                  \
    }
    FUNCTIONS(FIND)
#undef FIND
    if (lib.im_abi_version() != IM_ABI_VERSION) {
        snprintf(why, WHY, "%.400s has the ABI version %u, and this package needs %u", path, lib.im_abi_version(),
                 IM_ABI_VERSION);
        return false;
    }
    return true;
}

bool library_load(const char *path, char why[WHY])
{
    pthread_mutex_lock(&loading);
    if (!is_loaded)
        is_loaded = find_all(path, why);
    pthread_mutex_unlock(&loading);
    return is_loaded;
}
