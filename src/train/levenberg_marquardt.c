// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/train.h"
#include <cblas.h>
#include <float.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* First damping in units of the mean of the diagonal of J^T J; far from the minimum the quadratic
 * model is poor. */
static const double COLD_DAMPING = 1e-2, WARM_DAMPING = 1e-10;

/* Damping at which steps are too short to move a loss by more than rounding. */
static const double LARGEST_DAMPING = 1e12;

/* Damping of the decrement without penalty, in the same units. */
static const double LEAST_DAMPING = 1e-13;

/* State of a minimisation: the sum and its quadratic model at theta_hat. A step follows from param,
 * history and steps, lambda, growth, moved, may_stop; all else is made of them. */
typedef struct {
    hp_lm *lm;
    const hp_least_squares *sum;
    const hp_lm_options *options;
    double *param; /* (nparam) */
    double *J;     /* (rows, columns) */
    size_t columns;
    int steps;            /* done */
    bool moved, may_stop; /* in the latest step; it has moved as far as a fit must */
    double value, lambda, growth;
    double scale;      /* mean of the diagonal of J^T J */
    double orthogonal; /* |theta_hat|^2 outside the columns of J */
    double decrement;
    bool ended; /* as it should */
} state;

/* What a course has of it (course.h), then param and history. */
enum { STEPS, MOVED, MAY_STOP, LAMBDA, GROWTH, DECREMENT, ENDED, HEAD };

/* All but the Jacobian of a loss, which is there already or not. */
static hp_status create_arrays(const hp_least_squares *sum, int steps_max, hp_lm *lm,
                               hp_error *err) {
    size_t rows = sum->rows, columns = sum->most_columns;
    lm->nparam = sum->nparam;
    lm->steps_max = steps_max;
    HP_CALL(hp_normal_create(rows, columns, &lm->normal, err));
    return hp_alloc_parts(&lm->block,
                          HP_PARTS({&lm->residual, rows}, {&lm->theta_hat, lm->nparam},
                                   {&lm->step, lm->nparam}, {&lm->trial, lm->nparam},
                                   {&lm->gradient, columns}, {&lm->projected, columns},
                                   {&lm->u, columns}, {&lm->history, (size_t)steps_max + 1}),
                          err);
}

hp_status hp_lm_create_for(const hp_least_squares *sum, int steps_max, hp_lm *lm, hp_error *err) {
    memset(lm, 0, sizeof *lm);
    hp_status status = create_arrays(sum, steps_max, lm, err);
    if (status != HP_OK) hp_lm_destroy(lm);
    return status;
}

/* The loss of a potential with its Jacobian, an hp_least_squares. */
typedef struct {
    hp_loss *loss;
    hp_jacobian *jacobian;
} of_loss;

static double loss_value(void *context, const double *param) {
    return hp_loss_value(((of_loss *)context)->loss, param);
}

static void loss_residuals(void *context, double *rho) {
    hp_loss_residuals(((of_loss *)context)->loss, rho);
}

static hp_status loss_linearise(void *context, const double *param, double **J, size_t *columns,
                                hp_error *err) {
    of_loss *of = context;
    HP_CALL(hp_jacobian_compute(of->jacobian, of->loss, param, err));
    *J = of->jacobian->J;
    *columns = of->jacobian->columns;
    return HP_OK;
}

static void loss_expand(void *context, const double *u, double *step) {
    hp_jacobian_expand(((of_loss *)context)->jacobian, ((of_loss *)context)->loss, u, step);
}

static void loss_project(void *context, const double *theta_hat, double *q) {
    hp_jacobian_project(((of_loss *)context)->jacobian, ((of_loss *)context)->loss, theta_hat, q);
}

static hp_least_squares sum_of_loss(of_loss *of) {
    const hp_loss *loss = of->loss;
    return (hp_least_squares){.context = of,
                              .nparam = loss->model->nparam,
                              .rows = of->jacobian->rows,
                              .most_columns = of->jacobian->max,
                              .penalty = loss->penalty,
                              .mean = loss->mean,
                              .deviation = loss->deviation,
                              .nweight = (size_t)loss->n * (size_t)loss->ncolumn,
                              .root_weight = loss->root_weight,
                              .value = loss_value,
                              .residuals = loss_residuals,
                              .linearise = loss_linearise,
                              .expand = loss_expand,
                              .project = loss_project};
}

hp_status hp_lm_create(const hp_loss *loss, int steps_max, hp_lm *lm, hp_error *err) {
    hp_status status = HP_OK;
    memset(lm, 0, sizeof *lm);
    HP_TRY(hp_jacobian_create(loss, &lm->jacobian, err));
    of_loss of = {(hp_loss *)loss, &lm->jacobian};
    hp_least_squares sum = sum_of_loss(&of);
    HP_TRY(create_arrays(&sum, steps_max, lm, err));
cleanup:
    if (status != HP_OK) hp_lm_destroy(lm);
    return status;
}

void hp_lm_destroy(hp_lm *lm) {
    if (lm == NULL) return;
    hp_jacobian_destroy(&lm->jacobian);
    hp_normal_destroy(&lm->normal);
    hp_free(lm->block);
    memset(lm, 0, sizeof *lm);
}

/* Points of weight 0 have zeros in J and in the residual: without their rows the normal equations
 * are as small as the data. Returns the number of rows that are left. */
static size_t leave_out_unfitted(const state *at) {
    size_t kept = 0, columns = at->columns;
    double *residual = at->lm->residual;
    for (size_t row = 0; row < at->sum->rows; row++) {
        if (row < at->sum->nweight && at->sum->root_weight[row] == 0.0) continue;
        if (kept < row)
            memcpy(at->J + kept * columns, at->J + row * columns, columns * sizeof *at->J);
        residual[kept++] = residual[row];
    }
    return kept;
}

/* g^T (J^T J + kappa)^-1 g: what the quadratic model promises without damping. */
static double decrement(state *at) {
    hp_lm *lm = at->lm;
    double kappa = at->sum->penalty, sum = kappa * at->orthogonal;
    double sigma_kappa[2] = {fmax(kappa, LEAST_DAMPING * at->scale), kappa};
    if (!hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected, sigma_kappa,
                         lm->u))
        return INFINITY;
    for (size_t i = 0; i < at->columns; i++)
        sum -= (lm->gradient[i] + kappa * lm->projected[i]) * lm->u[i];
    return sum;
}

/* Jacobian, normal equations and decrement at param, where the loss was evaluated last. */
static hp_status linearise(state *at, const double *param, hp_error *err) {
    hp_lm *lm = at->lm;
    const hp_least_squares *sum = at->sum;
    sum->residuals(sum->context, lm->residual);
    HP_CALL(sum->linearise(sum->context, param, &at->J, &at->columns, err));
    int rows = (int)leave_out_unfitted(at), columns = (int)at->columns;
    for (size_t i = 0; i < lm->nparam; i++)
        lm->theta_hat[i] = (param[i] - sum->mean[i]) / sum->deviation[i];
    sum->project(sum->context, lm->theta_hat, lm->projected);
    cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, 1.0, at->J, columns, lm->residual, 1, 0.0,
                lm->gradient, 1);
    HP_CALL(hp_normal_form(&lm->normal, at->J, (size_t)rows, (size_t)columns, columns > rows, err));
    double trace = 0.0;
    for (size_t i = 0; i < lm->normal.order; i++)
        trace += lm->normal.product[i * (lm->normal.order + 1)];
    HP_REQUIRE(isfinite(trace), HP_ERR_NUMERIC, "the derivatives of the loss are not finite");
    at->scale = trace / columns;
    at->orthogonal = cblas_ddot((int)lm->nparam, lm->theta_hat, 1, lm->theta_hat, 1) -
                     cblas_ddot(columns, lm->projected, 1, lm->projected, 1);
    at->orthogonal = fmax(at->orthogonal, 0.0);
    at->decrement = decrement(at);
    return HP_OK;
}

/* Loss after the step with the damping of now, in lm->trial, and the decrease that the quadratic
 * model promises; nan where there is no such step. Outside the columns of J only the penalty acts.
 */
static double attempt(state *at, double *promised) {
    hp_lm *lm = at->lm;
    double kappa = at->sum->penalty, sigma = kappa + at->lambda, shrink = kappa / sigma;
    double sigma_kappa[2] = {sigma, kappa};
    *promised = 0.0;
    if (!hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected, sigma_kappa,
                         lm->u))
        return NAN;
    *promised = (kappa + at->lambda * shrink) * shrink * at->orthogonal;
    for (size_t i = 0; i < at->columns; i++) {
        double u = lm->u[i], slope = lm->gradient[i] + kappa * lm->projected[i];
        *promised += at->lambda * u * u - slope * u;
        lm->u[i] += shrink * lm->projected[i];
    }
    at->sum->expand(at->sum->context, lm->u, lm->step);
    for (size_t i = 0; i < lm->nparam; i++)
        lm->trial[i] = at->sum->mean[i] +
                       at->sum->deviation[i] * (lm->theta_hat[i] * (1.0 - shrink) + lm->step[i]);
    return at->sum->value(at->sum->context, lm->trial);
}

/* Take or leave the trial, and change the damping. */
static void decide(state *at, double value, double promised) {
    hp_lm *lm = at->lm;
    double gain = (at->value - value) / promised;
    at->moved = gain > 0.0 && value < at->value; /* else also nan, a promise below 0 by rounding */
    if (at->moved) {
        double base = 2.0 * gain - 1.0;
        at->lambda *= gain > 0.9 ? 0.1 : fmin(fmax(1.0 / 3.0, 1.0 - base * base * base), 2.0);
        at->growth = 2.0;
        at->value = value;
        at->may_stop = true;
        memcpy(at->param, lm->trial, lm->nparam * sizeof *lm->trial);
    } else {
        at->lambda *= at->growth;
        at->growth *= 2.0;
    }
    lm->history[++at->steps] = at->value;
}

/* Where the minimisation is, into its course. */
static hp_status put(const state *at, bool finished, hp_error *err) {
    const double head[HEAD] = {
        [STEPS] = at->steps,   [MOVED] = at->moved,   [MAY_STOP] = at->may_stop,
        [LAMBDA] = at->lambda, [GROWTH] = at->growth, [DECREMENT] = fmin(at->decrement, DBL_MAX),
        [ENDED] = at->ended};
    const hp_course_part parts[] = {
        {head, HEAD}, {at->param, at->lm->nparam}, {at->lm->history, (size_t)at->steps + 1}};
    return hp_course_put(at->options->course, HP_COURSE_LEVENBERG_MARQUARDT, finished, parts, 3,
                         err);
}

/* What a course has is of this sum: the losses, at the start and where it was, are the same. Takes
 * the loss at both. */
static bool is_ours(const state *at, const hp_course_entry *entry) {
    const double *head = entry->values, *param = head + HEAD, *history = param + at->lm->nparam;
    if (entry->length <= HEAD + at->lm->nparam) return false;
    double steps = head[STEPS];
    if (!(steps >= 0.0 && steps <= at->options->steps && steps == floor(steps))) return false;
    if (entry->length != HEAD + at->lm->nparam + (size_t)steps + 1) return false;
    return hp_course_is_same(at->value, history[0]) &&
           hp_course_is_same(at->sum->value(at->sum->context, param), history[(size_t)steps]);
}

/* Go to where the course was, if it has been there. */
static void take_up(state *at) {
    hp_course *course = at->options->course;
    hp_course_entry entry = hp_course_begin(course, HP_COURSE_LEVENBERG_MARQUARDT);
    if (entry.values == NULL) return;
    if (!is_ours(at, &entry)) {
        hp_course_refuse(course);
        at->value = at->sum->value(at->sum->context, at->param);
        return;
    }
    const double *head = entry.values, *param = head + HEAD, *history = param + at->lm->nparam;
    at->steps = (int)head[STEPS];
    at->moved = head[MOVED] != 0.0;
    at->may_stop = head[MAY_STOP] != 0.0;
    at->lambda = head[LAMBDA];
    at->growth = head[GROWTH];
    at->decrement = head[DECREMENT] < DBL_MAX ? head[DECREMENT] : INFINITY;
    at->ended = head[ENDED] != 0.0;
    at->value = history[at->steps];
    memcpy(at->param, param, at->lm->nparam * sizeof *param);
    memcpy(at->lm->history, history, ((size_t)at->steps + 1) * sizeof *history);
    hp_course_accept(course, &entry, at->steps);
}

/* Of the step just made. */
static hp_status tell(const state *at, hp_error *err) {
    const hp_lm_options *options = at->options;
    if (hp_course_is_due(options->course)) {
        HP_CALL(put(at, false, err));
        HP_CALL(hp_course_save(options->course, err));
    }
    HP_CALL(hp_stop_check(err));
    if (options->tick == NULL) return HP_OK;
    const hp_train_tick tick = {at->steps - 1, at->lm->history[at->steps - 1], at->param};
    return options->tick(options->tick_context, &tick, err);
}

static hp_status descend(state *at, hp_error *err) {
    const hp_lm_options *options = at->options;
    bool stale = true; /* the quadratic model is not that of param */
    while (true) {
        if (stale) HP_CALL(linearise(at, at->param, err));
        if (at->steps == 0) at->lambda = at->scale * (options->warm ? WARM_DAMPING : COLD_DAMPING);
        if (!at->moved && !(at->lambda < LARGEST_DAMPING * at->scale)) break;
        bool small = at->decrement <= options->tolerance * at->value;
        if ((small && at->may_stop) || at->steps == options->steps) break;
        double promised, value = attempt(at, &promised);
        decide(at, value, promised);
        stale = at->moved;
        HP_CALL(tell(at, err));
    }
    at->ended = true;
    return HP_OK;
}

static void report_on(const state *at, hp_train_report *report) {
    const hp_lm_options *options = at->options;
    const double *history = at->lm->history;
    int steps = at->steps;
    double before = history[steps > 0 ? steps - 1 : 0];
    report->epochs = steps;
    report->limit = steps + 1;
    report->loss = at->value;
    report->decrement = at->value > 0.0 ? at->decrement / at->value : 0.0;
    report->last_decrease = before > 0.0 ? (before - at->value) / before : 0.0;
    for (int i = 0; report->curve != NULL && i < options->ncurve; i++)
        report->curve[i] = history[hp_train_curve_epoch(steps + 1, options->ncurve, i)];
    report->converged = at->decrement <= options->tolerance * at->value;
}

hp_status hp_lm_minimise_sum(hp_lm *lm, const hp_least_squares *sum, const hp_lm_options *options,
                             double *param, hp_train_report *report, hp_error *err) {
    hp_status status = HP_OK;
    HP_REQUIRE(options->steps <= lm->steps_max, HP_ERR_INTERNAL, "%d steps, room for %d",
               options->steps, lm->steps_max);
    state at = {.lm = lm,
                .sum = sum,
                .options = options,
                .param = param,
                .moved = true,
                .may_stop = !options->warm,
                .growth = 2.0,
                .value = sum->value(sum->context, param)};
    HP_REQUIRE(isfinite(at.value), HP_ERR_NUMERIC, "the loss is not finite at the start");
    lm->history[0] = at.value;
    take_up(&at);
    if (!at.ended) status = descend(&at, err);
    hp_status kept = put(&at, status != HP_STOPPED, status == HP_OK ? err : NULL);
    HP_CALL(status);
    HP_CALL(kept);
    sum->value(sum->context, param);
    report_on(&at, report);
    return HP_OK;
}

hp_status hp_lm_minimise(hp_lm *lm, hp_loss *loss, const hp_lm_options *options, double *param,
                         hp_train_report *report, hp_error *err) {
    of_loss of = {loss, &lm->jacobian};
    hp_least_squares sum = sum_of_loss(&of);
    return hp_lm_minimise_sum(lm, &sum, options, param, report, err);
}
