// SPDX-License-Identifier: GPL-3.0-or-later
/* The side of the process: `hadpot --probe SECONDS`. */
#include <hdf5.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/probe.h"
#include "probe_look.h"
#include "probe_process.h"

/* It ends by itself when no file comes for a while; descriptors that a rank may have open; what any
 * filter does in a second, and by how much any of them can make bytes more. */
enum { IDLE_MS = 2000, DESCRIPTORS = 1024, PATH_BYTES = 4096 };
static const double filtered_per_second = 2e7;

static double seconds_allowed;

/* Built with the address sanitizer, by gcc or by clang. */
#if defined(__SANITIZE_ADDRESS__)
#define HADPOT_SHADOW
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HADPOT_SHADOW
#endif
#endif

static void say(char kind, const char *text) {
    char line[HP_PROBE_LINE];
    int length = snprintf(line, sizeof line - 1, "%c%s", kind, text);
    if (length > (int)sizeof line - 2) length = (int)sizeof line - 2;
    for (int i = 1; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 127) line[i] = '?';
    line[length++] = '\n';
    if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(1); /* nobody listens */
}

static void limit_time(void) {
    struct rlimit time;
    double whole = ceil(seconds_allowed);
    if (getrlimit(RLIMIT_CPU, &time) != 0) return;
    if (time.rlim_max == RLIM_INFINITY || whole < (double)time.rlim_max)
        time.rlim_cur = (rlim_t)whole;
    (void)setrlimit(RLIMIT_CPU, &time);
}

static void limit_memory(void) {
#if !defined(HADPOT_SHADOW) /* which takes terabytes of addresses */
    const rlim_t most = (rlim_t)HP_PROBE_GIGABYTES << 30;
    struct rlimit memory;
    if (getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur > most) {
        memory.rlim_cur = most;
        (void)setrlimit(RLIMIT_AS, &memory);
    }
#endif
}

static void tell(const char *what) {
    say(HP_PROBE_WHAT, what);
}

static void lack(void) {
    say(HP_PROBE_LACK, "");
    _exit(0);
}

static void no_list(void) {
    say(HP_PROBE_NO_LIST, "");
    _exit(0);
}

static void grant(double bytes) {
    seconds_allowed += bytes / filtered_per_second;
    limit_time();
}

/* What a rank has open is none of our business; signals to all of its group are for the ranks. */
static void begin(void) {
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE};
    const struct rlimit none = {0, 0};
    for (int i = STDERR_FILENO + 1; i < DESCRIPTORS; i++) close(i);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    (void)setrlimit(RLIMIT_CORE, &none);
    limit_memory();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* A letter, and a path with its NUL. Returns whether there is one. */
static bool read_path(char *as, char path[PATH_BYTES]) {
    struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&wait, 1, IDLE_MS) <= 0 || read(STDIN_FILENO, as, 1) != 1) return false;
    for (size_t n = 0; n < PATH_BYTES; n++) {
        if (read(STDIN_FILENO, &path[n], 1) != 1) return false;
        if (path[n] == '\0') return true;
    }
    return false;
}

int hp_probe_serve(int seconds) {
    static const hp_probe_watch watch = {tell, lack, no_list, grant};
    char as, path[PATH_BYTES];
    struct rusage used;
    begin();
    if (hp_hdf5_refuse_external_links(NULL) != HP_OK) return 1;
    while (read_path(&as, path)) {
        if (getrusage(RUSAGE_SELF, &used) != 0) return 1;
        seconds_allowed = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + seconds);
        limit_time();
        say(HP_PROBE_BEGIN, "");
        hp_probe_look(path, as == HP_PROBE_AS_IMAGE, &watch);
        say(HP_PROBE_DONE, "");
    }
    return 0;
}
