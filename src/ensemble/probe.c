// SPDX-License-Identifier: GPL-3.0-or-later
/* The side of the ranks: asks the process about a file, and judges how it ends. */
#include "hadpot/probe.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hadpot/log.h"
#include "hadpot/stop.h"
#include "probe_process.h"

/* Time of the clock for what may be on a slow file system: until the process is there, and without
 * a word of it, in units of its limit of CPU time. */
enum { START_SECONDS = 5, PATIENCE = 6, SLICE_MS = 200 };

/* How asking ends. */
typedef enum verdict { SURVIVED, LACKED, UNLISTED, NO_PROCESS, HUNG, DIED } verdict;

typedef struct answer {
    verdict verdict;
    int signal;               /* that it has died of; 0: it has ended itself */
    char what[HP_PROBE_LINE]; /* that it was reading */
} answer;

static hp_probe_process process; /* pid 0: there is none */
static int limit_seconds;

void hp_probe_enable(int seconds) {
    limit_seconds = seconds;
}

void hp_probe_end(void) {
    (void)hp_probe_process_stop(&process);
}

/* One line of the process. Returns whether it is the last one about a file. */
static bool take_line(const char *line, answer *to, bool *begun) {
    *begun = true;
    if (*line == HP_PROBE_WHAT) {
        memcpy(to->what, line + 1, strlen(line));
        return false;
    }
    to->verdict = *line == HP_PROBE_LACK ? LACKED : *line == HP_PROBE_NO_LIST ? UNLISTED : SURVIVED;
    return *line != HP_PROBE_BEGIN;
}

/* Bytes of the process, as they come. Returns their number; 0: it has ended; -1: nothing comes. */
static ssize_t receive(char *bytes, size_t room, double patience) {
    const double end = hp_clock_seconds() + patience;
    int ready = 0;
    while (ready == 0 && hp_clock_seconds() < end && !hp_stop_wanted()) {
        struct pollfd wait = {.fd = process.socket, .events = POLLIN};
        ready = poll(&wait, 1, SLICE_MS);
        if (ready < 0 && errno == EINTR) ready = 0;
    }
    if (ready <= 0) return -1;
    ssize_t got = recv(process.socket, bytes, room, 0);
    return got > 0 ? got : 0;
}

/* All lines about a file, up to an end of some kind. begun: whether it has looked at it at all. */
static void hear(answer *to, bool *begun) {
    char bytes[HP_PROBE_LINE], line[HP_PROBE_LINE];
    size_t length = 0;
    for (;;) {
        int patience = *begun ? PATIENCE * limit_seconds : START_SECONDS;
        ssize_t got = receive(bytes, sizeof bytes, patience);
        to->verdict = got < 0 ? HUNG : DIED;
        if (got <= 0) return;
        for (ssize_t i = 0; i < got; i++) {
            line[length] = bytes[i] != '\n' ? bytes[i] : '\0';
            if (bytes[i] != '\n' && length + 1 < sizeof line) length++;
            if (bytes[i] != '\n') continue;
            length = 0;
            if (take_line(line, to, begun)) return;
        }
    }
}

/* By a process that is there, or a new one. */
static answer ask(char as, const char *path) {
    answer to = {.verdict = NO_PROCESS};
    bool begun = false;
    if (process.pid == 0 && !hp_probe_process_start(&process, limit_seconds)) return to;
    ssize_t size = (ssize_t)strlen(path) + 1;
    to.verdict = DIED;
    if (send(process.socket, &as, 1, MSG_NOSIGNAL) == 1 &&
        send(process.socket, path, (size_t)size, MSG_NOSIGNAL) == size)
        hear(&to, &begun);
    if (to.verdict <= UNLISTED) return to; /* as it has said */
    int status = hp_probe_process_stop(&process);
    if (!begun) to.verdict = NO_PROCESS;
    if (to.verdict == DIED && WIFSIGNALED(status)) to.signal = WTERMSIG(status);
    if (to.signal == SIGXCPU) to.verdict = HUNG;
    return to;
}

#define ADVICE                                                                                     \
    "the file is damaged, or not what it seems: copy it again from where it comes, h5dump -H "     \
    "shows what can be read"

static hp_status judge(const answer *of, const char *path, hp_error *err) {
    const char *what = of->what;
    if (of->verdict == HUNG || of->verdict == NO_PROCESS) HP_CALL(hp_stop_check(err));
    if (of->verdict == NO_PROCESS)
        hp_log_warning("%s: is opened without a process of its own, which cannot be started", path);
    HP_REQUIRE(of->verdict != HUNG, HP_ERR_INPUT,
               "HDF5 does not survive this file: it comes to no end within %d s of CPU time, or %d "
               "s of the clock, while it reads %s; " ADVICE " (--probe-limit grants more time)",
               limit_seconds, PATIENCE * limit_seconds, what);
    HP_REQUIRE(of->verdict != UNLISTED, HP_ERR_INPUT, "HDF5 cannot read %s: " ADVICE, what);
    HP_REQUIRE(of->verdict != LACKED, HP_ERR_INPUT,
               "HDF5 does not survive this file: it asks for more than %d GB of memory while it "
               "reads %s; " ADVICE,
               HP_PROBE_GIGABYTES, what);
    HP_REQUIRE(of->verdict != DIED || of->signal != SIGKILL, HP_ERR_INPUT,
               "HDF5 does not survive this file: it was killed, probably for lack of memory, while "
               "it read %s; " ADVICE,
               what);
    HP_REQUIRE(
        of->verdict != DIED || of->signal == 0, HP_ERR_INPUT,
        "HDF5 does not survive this file: it crashed (signal %d, %s) while it read %s; " ADVICE,
        of->signal, strsignal(of->signal), what);
    HP_REQUIRE(of->verdict != DIED, HP_ERR_INPUT,
               "HDF5 does not survive this file: it ended while it read %s; " ADVICE, what);
    return HP_OK;
}

static bool identify(const char *path, hp_file_identity *identity) {
    const int64_t ns = 1000000000;
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return false;
    *identity = (hp_file_identity){.device = (uint64_t)info.st_dev,
                                   .number = (uint64_t)info.st_ino,
                                   .size = (uint64_t)info.st_size,
                                   .changed = (int64_t)info.st_mtim.tv_sec * ns +
                                              (int64_t)info.st_mtim.tv_nsec};
    return true;
}

static hp_status look_first(char as, const char *path, hp_file_identity *identity, hp_error *err) {
    *identity = (hp_file_identity){0};
    if (limit_seconds <= 0 || !identify(path, identity)) return HP_OK;
    bool fresh = process.pid == 0;
    answer found = ask(as, path);
    /* a process that has seen other files may have ended for want of them, or because of them */
    if (!fresh && found.verdict != SURVIVED && found.verdict != HUNG) {
        hp_probe_end();
        found = ask(as, path);
    }
    return judge(&found, path, err);
}

hp_status hp_probe_file(const char *path, hp_file_identity *identity, hp_error *err) {
    return look_first(HP_PROBE_AS_FILE, path, identity, err);
}

hp_status hp_probe_image(const char *path, hp_file_identity *identity, hp_error *err) {
    return look_first(HP_PROBE_AS_IMAGE, path, identity, err);
}

hp_status hp_probe_check_same(const char *path, const hp_file_identity *identity, hp_error *err) {
    hp_file_identity now = {0};
    if (identity->number == 0) return HP_OK;
    bool same = identify(path, &now) && now.device == identity->device &&
                now.number == identity->number && now.size == identity->size &&
                now.changed == identity->changed;
    HP_REQUIRE(same, HP_ERR_INPUT,
               "has become another file while it was opened, expected one that nobody writes to");
    return HP_OK;
}
