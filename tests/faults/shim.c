/*
 * A failing disk, to be loaded before the C library (LD_PRELOAD): file operations fail, or the process is killed at one.
 *
 *   FAULT_PATH    only operations on paths that contain this text count
 *   FAULT_OPS     which ones: r read, w write, s sync, t truncate or allocate, o open, l lock, m map, n names (rename, unlink, mkdir)
 *   FAULT_NTH     the number of the first that fails; 0: none
 *   FAULT_HOW     once: only that one; always: it and all after it; kill: SIGKILL in its place; after: SIGKILL when it is done
 *   FAULT_ERROR   the errno; 0: reads and writes come short
 *   FAULT_REPORT  a file of 16 bytes: how many operations there were, and how many have failed. It survives SIGKILL
 *   FAULT_DISK    a folder that gets what a power cut would leave: after each sync, the file's content under its inode
 *                 number, or a folder's entries (a line "INODE NAME" each) in the file "names"
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum verdict { PASS, FAIL, DIE_AFTER };

struct report {
    atomic_long count, failed;
};

static const char *path_part, *ops, *how, *disk;
static long nth;
static int error_number;
static struct report own_report, *report = &own_report;
static _Thread_local int is_inside;

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

#define REAL(type, name)                                                                                                       \
    static __typeof__(type) real;                                                                                                          \
    if (!real)                                                                                                                 \
    real = (__typeof__(type))next(name)

static const char *text(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value ? value : otherwise;
}

__attribute__((constructor)) static void start(void)
{
    is_inside = 1;
    ops = text("FAULT_OPS", "");
    how = text("FAULT_HOW", "once");
    nth = atol(text("FAULT_NTH", "0"));
    error_number = atoi(text("FAULT_ERROR", "5"));
    disk = getenv("FAULT_DISK");
    const char *name = getenv("FAULT_REPORT");
    if (name) {
        int file = open(name, O_RDWR | O_CREAT, 0600);
        if (file < 0 || ftruncate(file, sizeof own_report))
            abort();
        void *map = mmap(NULL, sizeof own_report, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (map == MAP_FAILED)
            abort();
        report = map;
        close(file);
    }
    path_part = getenv("FAULT_PATH");
    is_inside = 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static int is_meant(const char *path, int file)
{
    char link[64], target[4096];
    if (!path) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        ssize_t length = readlink(link, target, sizeof target - 1);
        if (length < 0)
            return 0;
        target[length] = 0;
        path = target;
    }
    return strstr(path, path_part) != NULL;
}

/* Counts an operation on a path, or on an open file where that is NULL, and says what is to become of it. */
static enum verdict judge(char op, const char *path, int file)
{
    if (!path_part || is_inside || !strchr(ops, op))
        return PASS;
    is_inside = 1;
    int keep = errno, meant = is_meant(path, file);
    errno = keep;
    is_inside = 0;
    if (!meant)
        return PASS;
    long number = atomic_fetch_add(&report->count, 1) + 1;
    if (nth == 0 || number < nth)
        return PASS;
    if (!strcmp(how, "always") || (number == nth && !strcmp(how, "once"))) {
        atomic_fetch_add(&report->failed, 1);
        errno = error_number;
        return FAIL;
    }
    if (number == nth && !strcmp(how, "kill"))
        die();
    return number == nth && !strcmp(how, "after") ? DIE_AFTER : PASS;
}

/* Runs the operation unless it is to fail; `failure` is what it returns then. */
#define RUN(op, path, file, call, failure)                                                                                     \
    do {                                                                                                                       \
        enum verdict verdict = judge(op, path, file);                                                                          \
        if (verdict == FAIL)                                                                                                   \
            return failure;                                                                                                    \
        __typeof__(call) result = call;                                                                                        \
        if (verdict == DIE_AFTER)                                                                                              \
            die();                                                                                                             \
        return result;                                                                                                         \
    } while (0)

/* Reads and writes that come short get the first half. */
#define HALF(length) ((length) > 1 ? (length) / 2 : (length))
#define SHORT(call) (error_number ? -1 : (call))

ssize_t read(int file, void *to, size_t length)
{
    REAL(ssize_t(*)(int, void *, size_t), "read");
    RUN('r', NULL, file, real(file, to, length), SHORT(real(file, to, HALF(length))));
}

ssize_t write(int file, const void *from, size_t length)
{
    REAL(ssize_t(*)(int, const void *, size_t), "write");
    RUN('w', NULL, file, real(file, from, length), SHORT(real(file, from, HALF(length))));
}

#define AT(name, op, type, offset_type)                                                                                        \
    ssize_t name(int file, type data, size_t length, offset_type offset)                                                       \
    {                                                                                                                          \
        REAL(ssize_t(*)(int, type, size_t, offset_type), #name);                                                               \
        RUN(op, NULL, file, real(file, data, length, offset), SHORT(real(file, data, HALF(length), offset)));                  \
    }
AT(pread, 'r', void *, off_t)
AT(pread64, 'r', void *, off64_t)
AT(pwrite, 'w', const void *, off_t)
AT(pwrite64, 'w', const void *, off64_t)

static void keep_file(int file, const char *name)
{
    char path[4096], buffer[1 << 16];
    REAL(ssize_t(*)(int, void *, size_t, off_t), "pread");
    snprintf(path, sizeof path, "%s/%s.new", disk, name);
    FILE *copy = fopen(path, "w");
    if (!copy)
        abort();
    ssize_t length;
    for (off_t at = 0; (length = real(file, buffer, sizeof buffer, at)) > 0; at += length)
        fwrite(buffer, 1, (size_t)length, copy);
    fclose(copy);
    char final[4096];
    snprintf(final, sizeof final, "%s/%s", disk, name);
    rename(path, final);
}

static void keep_names(int file)
{
    char path[4096];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    DIR *folder = opendir(path);
    snprintf(path, sizeof path, "%s/names.new", disk);
    FILE *list = fopen(path, "w");
    if (!folder || !list)
        abort();
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            fprintf(list, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    fclose(list);
    closedir(folder);
    char final[4096];
    snprintf(final, sizeof final, "%s/names", disk);
    rename(path, final);
}

/* A sync has succeeded: what is there now outlives a power cut. */
static void keep(int file)
{
    if (!disk || is_inside)
        return;
    is_inside = 1;
    struct stat found;
    char name[32];
    if (is_meant(NULL, file) && fstat(file, &found) == 0) {
        if (S_ISDIR(found.st_mode)) {
            keep_names(file);
        } else {
            snprintf(name, sizeof name, "%lu", (unsigned long)found.st_ino);
            keep_file(file, name);
        }
    }
    is_inside = 0;
}

static int synced(int result, int file)
{
    if (result == 0)
        keep(file);
    return result;
}

int fsync(int file)
{
    REAL(int (*)(int), "fsync");
    RUN('s', NULL, file, synced(real(file), file), -1);
}

int fdatasync(int file)
{
    REAL(int (*)(int), "fdatasync");
    RUN('s', NULL, file, synced(real(file), file), -1);
}

int ftruncate(int file, off_t length)
{
    REAL(int (*)(int, off_t), "ftruncate");
    RUN('t', NULL, file, real(file, length), -1);
}

int ftruncate64(int file, off64_t length)
{
    REAL(int (*)(int, off64_t), "ftruncate64");
    RUN('t', NULL, file, real(file, length), -1);
}

int posix_fallocate(int file, off_t from, off_t length)
{
    REAL(int (*)(int, off_t, off_t), "posix_fallocate");
    RUN('t', NULL, file, real(file, from, length), error_number);
}

int posix_fallocate64(int file, off64_t from, off64_t length)
{
    REAL(int (*)(int, off64_t, off64_t), "posix_fallocate64");
    RUN('t', NULL, file, real(file, from, length), error_number);
}

static mode_t mode_of(int flags, va_list rest)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name)                                                                                                             \
    int name(const char *path, int flags, ...)                                                                                 \
    {                                                                                                                          \
        REAL(int (*)(const char *, int, ...), #name);                                                                          \
        va_list rest;                                                                                                          \
        va_start(rest, flags);                                                                                                 \
        mode_t mode = mode_of(flags, rest);                                                                                    \
        va_end(rest);                                                                                                          \
        RUN('o', path, -1, real(path, flags, mode), -1);                                                                       \
    }
OPEN(open)
OPEN(open64)

#define LOCK(name)                                                                                                             \
    int name(int file, int command, ...)                                                                                       \
    {                                                                                                                          \
        REAL(int (*)(int, int, ...), #name);                                                                                   \
        va_list rest;                                                                                                          \
        va_start(rest, command);                                                                                               \
        void *argument = va_arg(rest, void *);                                                                                 \
        va_end(rest);                                                                                                          \
        /* Giving a lock back does not fail. */                                                                                \
        if ((command != F_SETLK && command != F_SETLKW) || ((struct flock *)argument)->l_type == F_UNLCK)                      \
            return real(file, command, argument);                                                                              \
        RUN('l', NULL, file, real(file, command, argument), -1);                                                               \
    }
LOCK(fcntl)
LOCK(fcntl64)

int flock(int file, int operation)
{
    REAL(int (*)(int, int), "flock");
    RUN('l', NULL, file, real(file, operation), -1);
}

#define MAP(name, offset_type)                                                                                                 \
    void *name(void *at, size_t length, int protection, int flags, int file, offset_type offset)                               \
    {                                                                                                                          \
        REAL(void *(*)(void *, size_t, int, int, int, offset_type), #name);                                                    \
        if (file < 0)                                                                                                          \
            return real(at, length, protection, flags, file, offset);                                                          \
        RUN('m', NULL, file, real(at, length, protection, flags, file, offset), MAP_FAILED);                                   \
    }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

int rename(const char *from, const char *to)
{
    REAL(int (*)(const char *, const char *), "rename");
    RUN('n', from, -1, real(from, to), -1);
}

int unlink(const char *path)
{
    REAL(int (*)(const char *), "unlink");
    RUN('n', path, -1, real(path), -1);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int (*)(const char *, mode_t), "mkdir");
    RUN('n', path, -1, real(path, mode), -1);
}
