// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/train.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* Moments of Kingma and Ba (2015), PyTorch's defaults. */
static const double BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

/* A run of fixed length counts as converged when its last tenth gained less than this. */
static const double FIXED_RUN_TOLERANCE = 1e-2;

/* Epochs over which, at least, a loss is compared, and for which it must have been at rest. */
enum { WINDOW = 100 };

hp_status hp_adam_create(size_t nparam, int epochs_max, hp_adam *adam, hp_error *err) {
    memset(adam, 0, sizeof *adam);
    adam->nparam = nparam;
    adam->epochs_max = epochs_max;
    return hp_alloc_parts(&adam->gradient,
                          HP_PARTS({&adam->gradient, nparam}, {&adam->first, nparam},
                                   {&adam->second, nparam}, {&adam->history, (size_t)epochs_max}),
                          err);
}

void hp_adam_destroy(hp_adam *adam) {
    if (adam == NULL) return;
    hp_free(adam->gradient);
    memset(adam, 0, sizeof *adam);
}

int hp_train_curve_epoch(int epochs, int ncurve, int i) {
    return (int)((long long)(epochs - 1) * i / (ncurve - 1));
}

static void update(hp_adam *adam, int epoch, const hp_train_options *options,
                   double *restrict param) {
    double *restrict first = adam->first, *restrict second = adam->second;
    const double *restrict gradient = adam->gradient;
    double phase = M_PI * (double)epoch / (double)options->epochs;
    double rate = options->schedule == HP_SCHEDULE_CONSTANT
                      ? options->learning_rate
                      : 0.5 * options->learning_rate * (1.0 + cos(phase));
    double step = rate / (1.0 - pow(BETA1, epoch + 1));
    double unbias = 1.0 / sqrt(1.0 - pow(BETA2, epoch + 1));
    for (size_t i = 0; i < adam->nparam; i++) {
        first[i] = BETA1 * first[i] + (1.0 - BETA1) * gradient[i];
        second[i] = BETA2 * second[i] + (1.0 - BETA2) * gradient[i] * gradient[i];
        param[i] -= step * first[i] / (sqrt(second[i]) * unbias + EPSILON);
    }
}

/* Relative decrease from the loss a tenth of `epochs` (at least 100) before to the latest one; a
 * rise counts as its size. */
static double decrease_over_last_tenth(const double *history, int epochs, double latest) {
    int back = epochs / 10 > WINDOW ? epochs / 10 : WINDOW;
    double before = history[epochs > back ? epochs - back : 0];
    return before > 0.0 ? fabs(before - latest) / before : 0.0;
}

/* One minimisation. An epoch follows from param, epoch, at_rest and what stands in adam. */
typedef struct {
    hp_adam *adam;
    hp_loss *loss;
    const hp_train_options *options;
    double *param; /* (nparam) */
    int epoch;     /* done */
    int at_rest;   /* epochs in a row */
    bool ended;    /* as it should */
} state;

/* What a course has of it (course.h), then param, moments and history. */
enum { EPOCHS, AT_REST, ENDED, HEAD };

/* Where the minimisation is, into its course. */
static hp_status put(const state *at, bool finished, hp_error *err) {
    const hp_adam *adam = at->adam;
    const double head[HEAD] = {[EPOCHS] = at->epoch, [AT_REST] = at->at_rest, [ENDED] = at->ended};
    const hp_course_part parts[] = {{head, HEAD},
                                    {at->param, adam->nparam},
                                    {adam->first, adam->nparam},
                                    {adam->second, adam->nparam},
                                    {adam->history, (size_t)at->epoch}};
    return hp_course_put(at->options->course, HP_COURSE_ADAM, finished, parts, 5, err);
}

/* What a course has is of this loss, which at the start is the same. Of the latest epoch the loss
 * before its update is known alone, so that where it was says nothing. */
static bool is_ours(const state *at, const hp_course_entry *entry) {
    size_t nparam = at->adam->nparam;
    const double *head = entry->values, *history = head + HEAD + 3 * nparam;
    if (entry->length < HEAD + 3 * nparam) return false;
    double epochs = head[EPOCHS];
    if (!(epochs >= 0.0 && epochs <= at->options->epochs && epochs == floor(epochs))) return false;
    if (entry->length != HEAD + 3 * nparam + (size_t)epochs) return false;
    if (epochs == 0.0) return true;
    return hp_course_is_same(hp_loss_gradient(at->loss, at->param, at->adam->gradient), history[0]);
}

/* Go to where the course was, if it has been there. */
static void take_up(state *at) {
    hp_course *course = at->options->course;
    hp_course_entry entry = hp_course_begin(course, HP_COURSE_ADAM);
    if (entry.values == NULL) return;
    if (!is_ours(at, &entry)) {
        hp_course_refuse(course);
        return;
    }
    size_t size = at->adam->nparam * sizeof *at->param;
    const double *head = entry.values, *param = head + HEAD, *first = param + at->adam->nparam;
    const double *second = first + at->adam->nparam, *history = second + at->adam->nparam;
    at->epoch = (int)head[EPOCHS];
    at->at_rest = (int)head[AT_REST];
    at->ended = head[ENDED] != 0.0;
    memcpy(at->param, param, size);
    memcpy(at->adam->first, first, size);
    memcpy(at->adam->second, second, size);
    memcpy(at->adam->history, history, (size_t)at->epoch * sizeof *history);
    hp_course_accept(course, &entry, at->epoch);
}

/* Of the epoch just done. */
static hp_status tell(const state *at, hp_error *err) {
    const hp_train_options *options = at->options;
    if (hp_course_is_due(options->course)) {
        HP_CALL(put(at, false, err));
        HP_CALL(hp_course_save(options->course, err));
    }
    HP_CALL(hp_stop_check(err));
    if (options->tick == NULL) return HP_OK;
    const hp_train_tick tick = {at->epoch - 1, at->adam->history[at->epoch - 1], at->param};
    return options->tick(options->tick_context, &tick, err);
}

static hp_status descend(state *at, hp_error *err) {
    const hp_train_options *options = at->options;
    double *history = at->adam->history;
    /* at rest once alone may be a crossing of an oscillating loss */
    while (at->epoch < options->epochs && at->at_rest < WINDOW) {
        int epoch = at->epoch;
        history[epoch] = hp_loss_gradient(at->loss, at->param, at->adam->gradient);
        HP_REQUIRE(isfinite(history[epoch]), HP_ERR_NUMERIC,
                   "the loss is not finite in epoch %d; %s", epoch,
                   epoch > 0 ? "a smaller training.learning_rate may help"
                             : "the potential it starts from is too large: see potential.scale, "
                               "local_scale and the initial values");
        update(at->adam, epoch, options, at->param);
        bool rests = options->tolerance > 0.0 && epoch >= WINDOW &&
                     decrease_over_last_tenth(history, epoch, history[epoch]) < options->tolerance;
        at->at_rest = rests ? at->at_rest + 1 : 0;
        at->epoch++;
        HP_CALL(tell(at, err));
    }
    at->ended = true;
    return HP_OK;
}

static hp_status report_on(const state *at, hp_train_report *report, hp_error *err) {
    const hp_train_options *options = at->options;
    const double *history = at->adam->history;
    report->epochs = at->epoch;
    report->limit = options->epochs;
    report->loss = hp_loss_value(at->loss, at->param);
    HP_REQUIRE(isfinite(report->loss), HP_ERR_NUMERIC, "the loss is not finite after training");
    report->last_decrease = decrease_over_last_tenth(history, at->epoch, report->loss);
    double limit = options->tolerance > 0.0 ? options->tolerance : FIXED_RUN_TOLERANCE;
    report->decrement = NAN;
    report->converged = at->at_rest >= WINDOW || report->last_decrease < limit;
    for (int i = 0; report->curve != NULL && i < options->ncurve; i++) {
        int epoch = hp_train_curve_epoch(options->epochs, options->ncurve, i);
        report->curve[i] = epoch < at->epoch ? history[epoch] : report->loss;
    }
    return HP_OK;
}

hp_status hp_adam_minimise(hp_adam *adam, hp_loss *loss, const hp_train_options *options,
                           double *param, hp_train_report *report, hp_error *err) {
    hp_status status = HP_OK;
    HP_REQUIRE(options->epochs <= adam->epochs_max, HP_ERR_INTERNAL, "%d epochs, room for %d",
               options->epochs, adam->epochs_max);
    memset(adam->first, 0, adam->nparam * sizeof *adam->first);
    memset(adam->second, 0, adam->nparam * sizeof *adam->second);
    state at = {.adam = adam, .loss = loss, .options = options, .param = param};
    take_up(&at);
    if (!at.ended) status = descend(&at, err);
    hp_status kept = put(&at, status != HP_STOPPED, status == HP_OK ? err : NULL);
    HP_CALL(status);
    HP_CALL(kept);
    return report_on(&at, report, err);
}
