// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls for files below the folder where the program is started. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "inject.h"

enum { MAX_FILES = 4096, MAX_STREAMS = 256 };

static char top[PATH_MAX];
static bool ours[MAX_FILES];
static struct {
    FILE *stream;
    int file;
} streams[MAX_STREAMS];

__attribute__((constructor)) static void begin(void) {
    if (getcwd(top, sizeof top) == NULL) top[0] = '\0';
}

static bool is_below(const char *path) {
    size_t length = strlen(top);
    if (path == NULL || length == 0) return false;
    return *path != '/' || (strncmp(path, top, length) == 0 && path[length] == '/');
}

static bool is_ours(int file) {
    return file >= 0 && file < MAX_FILES && ours[file];
}

/* The real function, looked for once. */
#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (real == NULL) *(void **)&real = inject_next(#name)

#define HERE __builtin_return_address(0)

static int opened(int file, const char *path) {
    if (file >= 0 && file < MAX_FILES) ours[file] = is_below(path);
    return file;
}

static mode_t mode_of(int flags, va_list list) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        REAL(int, name, const char *, int, ...);                                                   \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = mode_of(flags, list);                                                        \
        va_end(list);                                                                              \
        if (is_below(path) && inject_now(INJECT_OPEN, HERE, #name)) return -1;                     \
        return opened(real(path, flags, mode), path);                                              \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...) {                                       \
        REAL(int, name, int, const char *, int, ...);                                              \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = mode_of(flags, list);                                                        \
        va_end(list);                                                                              \
        bool below = *path != '/' && folder != AT_FDCWD ? is_ours(folder) : is_below(path);        \
        if (below && inject_now(INJECT_OPEN, HERE, #name)) return -1;                              \
        int file = real(folder, path, flags, mode);                                                \
        if (file >= 0 && file < MAX_FILES) ours[file] = below;                                     \
        return file;                                                                               \
    }
OPENAT(openat)
OPENAT(openat64)

/* Reading and writing: a failure may also be that half of the bytes are done. */
#define MOVE(kind, name, type)                                                                     \
    ssize_t name(int file, type bytes, size_t size) {                                              \
        REAL(ssize_t, name, int, type, size_t);                                                    \
        if (!is_ours(file) || !inject_now(kind, HERE, #name)) return real(file, bytes, size);      \
        return inject_is_short() && size > 1 ? real(file, bytes, size / 2) : -1;                   \
    }
MOVE(INJECT_READ, read, void *)
MOVE(INJECT_WRITE, write, const void *)

#define MOVE_AT(kind, name, type)                                                                  \
    ssize_t name(int file, type bytes, size_t size, off_t at) {                                    \
        REAL(ssize_t, name, int, type, size_t, off_t);                                             \
        if (!is_ours(file) || !inject_now(kind, HERE, #name)) return real(file, bytes, size, at);  \
        return inject_is_short() && size > 1 ? real(file, bytes, size / 2, at) : -1;               \
    }
MOVE_AT(INJECT_READ, pread, void *)
MOVE_AT(INJECT_READ, pread64, void *)
MOVE_AT(INJECT_WRITE, pwrite, const void *)
MOVE_AT(INJECT_WRITE, pwrite64, const void *)

#define MOVE_VECTOR(kind, name)                                                                    \
    ssize_t name(int file, const struct iovec *part, int count) {                                  \
        REAL(ssize_t, name, int, const struct iovec *, int);                                       \
        if (is_ours(file) && inject_now(kind, HERE, #name)) return -1;                             \
        return real(file, part, count);                                                            \
    }
MOVE_VECTOR(INJECT_READ, readv)
MOVE_VECTOR(INJECT_WRITE, writev)

#define MOVE_VECTOR_AT(kind, name)                                                                 \
    ssize_t name(int file, const struct iovec *part, int count, off_t at) {                        \
        REAL(ssize_t, name, int, const struct iovec *, int, off_t);                                \
        if (is_ours(file) && inject_now(kind, HERE, #name)) return -1;                             \
        return real(file, part, count, at);                                                        \
    }
MOVE_VECTOR_AT(INJECT_READ, preadv)
MOVE_VECTOR_AT(INJECT_READ, preadv64)
MOVE_VECTOR_AT(INJECT_WRITE, pwritev)
MOVE_VECTOR_AT(INJECT_WRITE, pwritev64)

#define WITH_FILE(kind, name)                                                                      \
    int name(int file) {                                                                           \
        REAL(int, name, int);                                                                      \
        return is_ours(file) && inject_now(kind, HERE, #name) ? -1 : real(file);                   \
    }
WITH_FILE(INJECT_SYNC, fsync)
WITH_FILE(INJECT_SYNC, fdatasync)

/* The file is closed all the same, as on NFS. */
int close(int file) {
    REAL(int, close, int);
    bool counts = is_ours(file);
    if (counts) ours[file] = false;
    bool fails = counts && inject_now(INJECT_CLOSE, HERE, "close");
    int error = errno, code = real(file);
    if (!fails) return code;
    errno = error;
    return -1;
}

#define RESIZE(name)                                                                               \
    int name(int file, off_t size) {                                                               \
        REAL(int, name, int, off_t);                                                               \
        return is_ours(file) && inject_now(INJECT_RESIZE, HERE, #name) ? -1 : real(file, size);    \
    }
RESIZE(ftruncate)
RESIZE(ftruncate64)

int posix_fallocate(int file, off_t from, off_t size) {
    REAL(int, posix_fallocate, int, off_t, off_t);
    return is_ours(file) && inject_now(INJECT_RESIZE, HERE, "posix_fallocate")
               ? errno
               : real(file, from, size);
}

#define WITH_PATH(kind, name)                                                                      \
    int name(const char *path) {                                                                   \
        REAL(int, name, const char *);                                                             \
        return is_below(path) && inject_now(kind, HERE, #name) ? -1 : real(path);                  \
    }
WITH_PATH(INJECT_UNLINK, unlink)
WITH_PATH(INJECT_UNLINK, rmdir)
WITH_PATH(INJECT_UNLINK, remove)

#define WITH_PATHS(name)                                                                           \
    int name(const char *from, const char *to) {                                                   \
        REAL(int, name, const char *, const char *);                                               \
        return is_below(to) && inject_now(INJECT_RENAME, HERE, #name) ? -1 : real(from, to);       \
    }
WITH_PATHS(rename)
WITH_PATHS(link)
WITH_PATHS(symlink)

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    return is_below(path) && inject_now(INJECT_FOLDER, HERE, "mkdir") ? -1 : real(path, mode);
}

DIR *opendir(const char *path) {
    REAL(DIR *, opendir, const char *);
    return is_below(path) && inject_now(INJECT_LIST, HERE, "opendir") ? NULL : real(path);
}

int access(const char *path, int mode) {
    REAL(int, access, const char *, int);
    return is_below(path) && inject_now(INJECT_LOOK, HERE, "access") ? -1 : real(path, mode);
}

#define LOOK(name, type)                                                                           \
    int name(const char *path, type *about) {                                                      \
        REAL(int, name, const char *, type *);                                                     \
        return is_below(path) && inject_now(INJECT_LOOK, HERE, #name) ? -1 : real(path, about);    \
    }
LOOK(stat, struct stat)
LOOK(lstat, struct stat)
LOOK(stat64, struct stat64)
LOOK(lstat64, struct stat64)
LOOK(statvfs, struct statvfs)
LOOK(statvfs64, struct statvfs64)

#define LOOK_FILE(name, type)                                                                      \
    int name(int file, type *about) {                                                              \
        REAL(int, name, int, type *);                                                              \
        return is_ours(file) && inject_now(INJECT_LOOK, HERE, #name) ? -1 : real(file, about);     \
    }
LOOK_FILE(fstat, struct stat)
LOOK_FILE(fstat64, struct stat64)

int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    REAL(int, posix_spawn, pid_t *, const char *, const posix_spawn_file_actions_t *,
         const posix_spawnattr_t *, char *const[], char *const[]);
    if (inject_by_program(HERE) && inject_now(INJECT_SPAWN, HERE, "posix_spawn")) return errno;
    return real(child, path, actions, attributes, argv, envp);
}

int pipe(int ends[2]) {
    REAL(int, pipe, int[2]);
    bool fails = inject_by_program(HERE) && inject_now(INJECT_SPAWN, HERE, "pipe");
    return fails ? -1 : real(ends);
}

/* What hp_stage_enter asks for, and nobody else of hadpot. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    if (clock == CLOCK_PROCESS_CPUTIME_ID && inject_by_program(HERE))
        (void)inject_now(INJECT_STAGE, HERE, "clock_gettime");
    return real(clock, now);
}

int flock(int file, int operation) {
    REAL(int, flock, int, int);
    return is_ours(file) && inject_now(INJECT_LOCK, HERE, "flock") ? -1 : real(file, operation);
}

#define CONTROL(name)                                                                              \
    int name(int file, int command, ...) {                                                         \
        REAL(int, name, int, int, ...);                                                            \
        va_list list;                                                                              \
        va_start(list, command);                                                                   \
        void *argument = va_arg(list, void *); /* or an int, in the same register */               \
        va_end(list);                                                                              \
        bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;              \
        if (locks && is_ours(file) && inject_now(INJECT_LOCK, HERE, #name)) return -1;             \
        return real(file, command, argument);                                                      \
    }
CONTROL(fcntl)
CONTROL(fcntl64)

/* The streams of libc call the kernel past the functions above: ours come through them. */
static ssize_t read_stream(void *cookie, char *bytes, size_t size) {
    return read((int)(intptr_t)cookie, bytes, size);
}

static ssize_t write_stream(void *cookie, const char *bytes, size_t size) {
    ssize_t done = write((int)(intptr_t)cookie, bytes, size);
    return done < 0 ? 0 : done; /* a cookie says 0 for an error */
}

static int seek_stream(void *cookie, off64_t *at, int whence) {
    off64_t now = lseek64((int)(intptr_t)cookie, *at, whence);
    if (now < 0) return -1;
    *at = now;
    return 0;
}

static int close_stream(void *cookie) {
    int file = (int)(intptr_t)cookie;
    for (int i = 0; i < MAX_STREAMS; i++)
        if (streams[i].stream != NULL && streams[i].file == file) streams[i].stream = NULL;
    return close(file);
}

static FILE *stream_of(int file, const char *mode) {
    static const cookie_io_functions_t functions = {read_stream, write_stream, seek_stream,
                                                    close_stream};
    FILE *stream = fopencookie((void *)(intptr_t)file, mode, functions);
    for (int i = 0; stream != NULL && i < MAX_STREAMS; i++)
        if (streams[i].stream == NULL) {
            streams[i].stream = stream;
            streams[i].file = file;
            break;
        }
    return stream;
}

static int flags_of(const char *mode) {
    int flags = *mode == 'r'   ? O_RDONLY
                : *mode == 'w' ? O_WRONLY | O_CREAT | O_TRUNC
                               : O_WRONLY | O_CREAT | O_APPEND;
    if (strchr(mode, '+') != NULL) flags = (flags & ~O_ACCMODE) | O_RDWR;
    if (strchr(mode, 'x') != NULL) flags |= O_EXCL;
    if (strchr(mode, 'e') != NULL) flags |= O_CLOEXEC;
    return flags;
}

#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode) {                                               \
        REAL(FILE *, name, const char *, const char *);                                            \
        if (!is_below(path)) return real(path, mode);                                              \
        int file = open(path, flags_of(mode), 0666);                                               \
        FILE *stream = file >= 0 ? stream_of(file, mode) : NULL;                                   \
        if (file >= 0 && stream == NULL) close(file);                                              \
        return stream;                                                                             \
    }
FOPEN(fopen)
FOPEN(fopen64)

FILE *fdopen(int file, const char *mode) {
    REAL(FILE *, fdopen, int, const char *);
    return is_ours(file) ? stream_of(file, mode) : real(file, mode);
}

int fileno(FILE *stream) {
    REAL(int, fileno, FILE *);
    for (int i = 0; i < MAX_STREAMS; i++)
        if (streams[i].stream == stream) return streams[i].file;
    return real(stream);
}
