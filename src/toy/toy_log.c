// SPDX-License-Identifier: GPL-3.0-or-later
/* The training log: a line every training.print_every epochs, and the last one. */
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "toy_parts.h"

hp_status hp_toy_log_create(const hp_toy *toy, hp_toy_log *log, hp_error *err) {
    const hp_training_options *training = &toy->potential.training;
    int epochs = training->optimiser == HP_ADAM ? training->epochs : training->steps;
    *log = (hp_toy_log){.every = toy->job->training.print_every,
                        .has_theta = (toy->learned.potential.kind->flags & HP_KIND_THETA) != 0,
                        .has_restarts = training->restarts > 1};
    log->room = (size_t)training->restarts * ((size_t)epochs / (size_t)log->every + 2);
    HP_ALLOCATE(log->line, log->room);
    return HP_OK;
}

static void put_latest(hp_toy_log *log) {
    log->pending = false;
    if (log->count < log->room) log->line[log->count++] = log->latest;
    if (log->out == NULL) return;
    hp_toy_log_line(log, &log->latest, false, log->out);
    fflush(log->out); /* who watches a pipe sees lines as they come */
}

void hp_toy_log_tick(void *context, const hp_train_tick *at) {
    hp_toy_log *log = context;
    if (at->epoch == 0 && log->started) { /* another restart */
        hp_toy_log_finish(log);
        log->latest.restart++;
    }
    log->started = true;
    log->latest.epoch = at->epoch;
    log->latest.loss = at->loss;
    if (log->has_theta) memcpy(log->latest.theta, at->param, sizeof log->latest.theta);
    log->pending = true;
    if (at->epoch % log->every == 0) put_latest(log);
}

void hp_toy_log_finish(hp_toy_log *log) {
    if (log->pending) put_latest(log);
}

void hp_toy_log_header(const hp_toy_log *log, FILE *out) {
    fprintf(out, "%sepoch,loss%s\n", log->has_restarts ? "restart," : "",
            log->has_theta ? ",theta1,theta2" : "");
}

static void put_number(double value, bool exact, FILE *out) {
    char text[HP_EXACT_SIZE];
    if (exact)
        hp_format_exact(value, text, sizeof text);
    else
        snprintf(text, sizeof text, "%.6g", value);
    fputs(text, out);
}

void hp_toy_log_line(const hp_toy_log *log, const hp_toy_line *line, bool exact, FILE *out) {
    if (log->has_restarts) fprintf(out, "%d,", line->restart);
    fprintf(out, "%d,", line->epoch);
    put_number(line->loss, exact, out);
    for (int i = 0; log->has_theta && i < 2; i++) {
        fputc(',', out);
        put_number(line->theta[i], exact, out);
    }
    fputc('\n', out);
}
