// SPDX-License-Identifier: GPL-3.0-or-later
/* What is kept when somebody ends a run: the one thing that the program does in a signal handler,
 * with calls alone that are allowed there (POSIX, "async-signal-safe"). */
#include "hadpot/checkpoint.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4200, DIGITS = 5, WORD_SIZE = 32 };

/* A handler can be given nothing, so what it needs stands here. */
static struct {
    char path[PATH_SIZE]; /* of the file of a sample, its number from path[number] on */
    size_t number;
    char folder[PATH_SIZE], what[WORD_SIZE];
    int count;
    bool speaks, others, terminal;
} watched;

static void say(const char *text) {
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* there is nobody to tell */
}

/* At least `least` decimal digits and a NUL; returns the end. */
static char *put_digits(int value, int least, char *text) {
    char reversed[16];
    int n = 0;
    do {
        reversed[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || n < least);
    while (n > 0) *text++ = reversed[--n];
    *text = '\0';
    return text;
}

static int count_finished(void) {
    int finished = 0;
    for (int i = 0; i < watched.count; i++) {
        memcpy(put_digits(i + 1, DIGITS, watched.path + watched.number), HP_CHECKPOINT_SUFFIX,
               sizeof HP_CHECKPOINT_SUFFIX);
        finished += access(watched.path, F_OK) == 0;
    }
    return finished;
}

static void tell(void) {
    char number[16];
    int finished = count_finished();
    put_digits(finished, 1, number);
    say(watched.terminal ? "\nhadpot: interrupted: " : "hadpot: interrupted: ");
    say(finished > 0 ? number : "no");
    say(" finished ");
    say(watched.what);
    say(" are kept in \"");
    say(watched.folder);
    say(watched.others ? "\", those of the analyses before it beside them" : "\"");
    say(", go on with --resume\n");
}

/* mpirun kills all ranks as soon as one has ended, so the others leave time to the one that speaks.
 * The handler has been reset when this is called: the signal, raised again, ends the program as it
 * would have without. */
static void handle(int signal) {
    if (watched.speaks)
        tell();
    else
        sleep(1);
    raise(signal);
}

/* Signals that are ignored, as by nohup, stay so. */
static void set_handler(void (*handler)(int)) {
    static const int ends[] = {SIGINT, SIGTERM};
    struct sigaction before, action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < 2; i++) sigaddset(&action.sa_mask, ends[i]); /* it is said once */
    for (int i = 0; i < 2; i++)
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(ends[i], &action, NULL);
}

void hp_checkpoint_watch(const hp_checkpoint *checkpoint, const char *what, int count,
                         bool speaks) {
    bool others = watched.count > 0;
    hp_checkpoint_unwatch();
    snprintf(watched.folder, sizeof watched.folder, "%.4000s/checkpoint", checkpoint->folder);
    int length = snprintf(watched.path, sizeof watched.path, "%.4100s/sample_", watched.folder);
    watched.number = (size_t)length;
    snprintf(watched.what, sizeof watched.what, "%s", what);
    watched.count = count;
    watched.speaks = speaks;
    watched.others = others;
    watched.terminal = isatty(STDERR_FILENO) != 0;
    set_handler(handle);
}

void hp_checkpoint_unwatch(void) {
    set_handler(SIG_DFL);
    watched.count = 0;
}
