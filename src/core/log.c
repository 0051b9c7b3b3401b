// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/log.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Seconds between lines, rewritten on a terminal or plain in a batch log. */
static const double TERMINAL_INTERVAL = 0.1, LOG_INTERVAL = 30.0;

void hp_log(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("hadpot: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void hp_log_error(const hp_error *err) {
    if (err->status == HP_STOPPED)
        hp_log("%s", err->message);
    else if (hp_status_exit_code(err->status) != 1) /* nothing that the source could explain */
        fprintf(stderr, "hadpot: error: %s\n", err->message);
    else
        fprintf(stderr, "hadpot: error: %s (%s; %s:%d)\n", err->message,
                hp_status_text(err->status), err->file, err->line);
}

double hp_clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ", about 3 min left"; a rate needs some time. */
static void describe_left(const hp_progress *progress, double elapsed, long long done,
                          long long total, char text[48]) {
    *text = '\0';
    if (done <= progress->first || elapsed <= 1.0 || done >= total) return;
    double seconds = elapsed * (double)(total - done) / (double)(done - progress->first);
    if (seconds < 90.0)
        snprintf(text, 48, ", about %.0f s left", seconds);
    else if (seconds < 5400.0)
        snprintf(text, 48, ", about %.0f min left", seconds / 60.0);
    else
        snprintf(text, 48, ", about %.1f h left", seconds / 3600.0);
}

void hp_progress_report(hp_progress *progress, const char *what, long long done, long long total,
                        double loss) {
    double now = hp_clock_seconds();
    if (!progress->started) {
        progress->started = true;
        progress->start = now;
        progress->first = done;
        progress->last = -INFINITY;
        progress->on_terminal = isatty(STDERR_FILENO) != 0;
    }
    bool finished = done >= total;
    double interval = progress->on_terminal ? TERMINAL_INTERVAL : LOG_INTERVAL;
    if (!finished && now - progress->last < interval) return;
    progress->last = now;
    char loss_text[32] = "", left_text[48];
    if (isfinite(loss)) snprintf(loss_text, sizeof loss_text, ", latest loss %.4g", loss);
    describe_left(progress, now - progress->start, done, total, left_text);
    fprintf(stderr, "%shadpot: %s %lld of %lld done%s%s", progress->on_terminal ? "\r\033[K" : "",
            what, done, total, left_text, loss_text);
    progress->line_open = true;
    if (!progress->on_terminal || finished) hp_progress_end(progress);
    fflush(stderr);
}

void hp_progress_end(hp_progress *progress) {
    if (progress->line_open) fputc('\n', stderr);
    progress->line_open = false;
}
