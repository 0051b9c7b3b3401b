// SPDX-License-Identifier: GPL-3.0-or-later
/* The training log: a line every training.print_every epochs, and the last one. */
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
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

void hp_toy_log_print(hp_toy_log *log, FILE *out) {
    log->out = out;
    if (out == NULL) return;
    fprintf(out, "%sepoch,loss%s\n", log->has_restarts ? "restart," : "",
            log->has_theta ? ",theta1,theta2" : "");
}

static void put_latest(hp_toy_log *log) {
    log->pending = false;
    if (log->count < log->room) log->line[log->count++] = log->latest;
    if (log->out == NULL) return;
    const hp_toy_line *line = &log->latest;
    if (log->has_restarts) fprintf(log->out, "%d,", line->restart);
    fprintf(log->out, "%d,%.6g", line->epoch, line->loss);
    if (log->has_theta) fprintf(log->out, ",%.6g,%.6g", line->theta[0], line->theta[1]);
    fputc('\n', log->out);
    fflush(log->out); /* who watches a pipe sees lines as they come */
}

hp_status hp_toy_log_tick(void *context, const hp_train_tick *at, hp_error *err) {
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
    return hp_stop_check(err);
}

void hp_toy_log_finish(hp_toy_log *log) {
    if (log->pending) put_latest(log);
}
