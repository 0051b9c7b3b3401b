// SPDX-License-Identifier: GPL-3.0-or-later
/* Preloaded: counts the bytes that a process reads of files whose path begins with
 * HADPOT_COUNT_FILE, by any call, and at its end adds a line with them, and with the number of
 * calls, to the file HADPOT_COUNT_LOG. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static long long bytes, calls;

static void count(int fd, ssize_t got) {
    char link[64], path[4096];
    const char *wanted = getenv("HADPOT_COUNT_FILE");
    if (got <= 0 || wanted == NULL) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return;
    path[n] = '\0';
    if (strncmp(path, wanted, strlen(wanted)) != 0) return;
    bytes += got;
    calls++;
}

/* Each goes on to the function of the C library, the next of this name. */
#define COUNTED(name, parameters, arguments)                                                       \
    ssize_t name parameters {                                                                      \
        static ssize_t(*next) parameters;                                                          \
        if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name);                               \
        ssize_t got = next arguments;                                                              \
        count(fd, got);                                                                            \
        return got;                                                                                \
    }

COUNTED(read, (int fd, void *to, size_t n), (fd, to, n))
COUNTED(pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
COUNTED(pread64, (int fd, void *to, size_t n, off64_t at), (fd, to, n, at))
COUNTED(readv, (int fd, const struct iovec *to, int n), (fd, to, n))
COUNTED(preadv, (int fd, const struct iovec *to, int n, off_t at), (fd, to, n, at))
COUNTED(preadv64, (int fd, const struct iovec *to, int n, off64_t at), (fd, to, n, at))
COUNTED(preadv2, (int fd, const struct iovec *to, int n, off_t at, int how), (fd, to, n, at, how))

__attribute__((destructor)) static void tell(void) {
    const char *log = getenv("HADPOT_COUNT_LOG");
    char line[96];
    int fd = log != NULL ? open(log, O_WRONLY | O_APPEND | O_CREAT, 0644) : -1;
    if (fd < 0 || calls == 0) return;
    int n = snprintf(line, sizeof line, "%lld %lld\n", bytes, calls);
    if (write(fd, line, (size_t)n) != n) abort();
    close(fd);
}
