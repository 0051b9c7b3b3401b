// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/train.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* First damping in units of the mean of the diagonal of J^T J; far from the minimum the quadratic
 * model is poor. */
static const double COLD_DAMPING = 1e-2, WARM_DAMPING = 1e-10;

/* Damping at which steps are too short to move a loss by more than rounding. */
static const double LARGEST_DAMPING = 1e12;

/* Damping of the decrement without penalty, in the same units. */
static const double LEAST_DAMPING = 1e-13;

/* State of a minimisation: the loss and its quadratic model at theta_hat. */
typedef struct {
    hp_lm *lm;
    hp_loss *loss;
    double value, lambda, growth;
    double scale;      /* mean of the diagonal of J^T J */
    double orthogonal; /* |theta_hat|^2 outside the columns of J */
    double decrement;
} state;

hp_status hp_lm_create(const hp_loss *loss, int steps_max, hp_lm *lm, hp_error *err) {
    hp_status status = HP_OK;
    memset(lm, 0, sizeof *lm);
    lm->nparam = loss->model->nparam;
    lm->steps_max = steps_max;
    HP_TRY(hp_jacobian_create(loss, &lm->jacobian, err));
    size_t rows = lm->jacobian.rows, columns = lm->jacobian.max;
    HP_TRY(hp_normal_create(rows, columns, &lm->normal, err));
    HP_TRY(hp_alloc_parts(&lm->block,
                          HP_PARTS({&lm->residual, rows}, {&lm->theta_hat, lm->nparam},
                                   {&lm->step, lm->nparam}, {&lm->trial, lm->nparam},
                                   {&lm->gradient, columns}, {&lm->projected, columns},
                                   {&lm->u, columns}, {&lm->history, (size_t)steps_max + 1}),
                          err));
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
static size_t leave_out_unfitted(hp_lm *lm, const hp_loss *loss) {
    size_t values = (size_t)loss->n * (size_t)loss->ncolumn, columns = lm->jacobian.columns;
    size_t kept = 0;
    for (size_t row = 0; row < lm->jacobian.rows; row++) {
        if (row < values && loss->root_weight[row] == 0.0) continue;
        double *J = lm->jacobian.J;
        if (kept < row) memcpy(J + kept * columns, J + row * columns, columns * sizeof *J);
        lm->residual[kept++] = lm->residual[row];
    }
    return kept;
}

/* g^T (J^T J + kappa)^-1 g: what the quadratic model promises without damping. */
static double decrement(state *at) {
    hp_lm *lm = at->lm;
    double kappa = at->loss->penalty, sum = kappa * at->orthogonal;
    double sigma_kappa[2] = {fmax(kappa, LEAST_DAMPING * at->scale), kappa};
    if (!hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected, sigma_kappa,
                         lm->u))
        return INFINITY;
    for (size_t i = 0; i < lm->jacobian.columns; i++)
        sum -= (lm->gradient[i] + kappa * lm->projected[i]) * lm->u[i];
    return sum;
}

/* Jacobian, normal equations and decrement at param, where the loss was evaluated last. */
static hp_status linearise(state *at, const double *param, hp_error *err) {
    hp_lm *lm = at->lm;
    hp_jacobian *jacobian = &lm->jacobian;
    hp_loss_residuals(at->loss, lm->residual);
    HP_CALL(hp_jacobian_compute(jacobian, at->loss, param, err));
    int rows = (int)leave_out_unfitted(lm, at->loss), columns = (int)jacobian->columns;
    for (size_t i = 0; i < lm->nparam; i++)
        lm->theta_hat[i] = (param[i] - at->loss->mean[i]) / at->loss->deviation[i];
    hp_jacobian_project(jacobian, at->loss, lm->theta_hat, lm->projected);
    cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, 1.0, jacobian->J, columns, lm->residual,
                1, 0.0, lm->gradient, 1);
    hp_normal_form(&lm->normal, jacobian->J, (size_t)rows, (size_t)columns, columns > rows);
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
    double kappa = at->loss->penalty, sigma = kappa + at->lambda, shrink = kappa / sigma;
    double sigma_kappa[2] = {sigma, kappa};
    *promised = 0.0;
    if (!hp_normal_solve(&lm->normal, lm->residual, lm->gradient, lm->projected, sigma_kappa,
                         lm->u))
        return NAN;
    *promised = (kappa + at->lambda * shrink) * shrink * at->orthogonal;
    for (size_t i = 0; i < lm->jacobian.columns; i++) {
        double u = lm->u[i], slope = lm->gradient[i] + kappa * lm->projected[i];
        *promised += at->lambda * u * u - slope * u;
        lm->u[i] += shrink * lm->projected[i];
    }
    hp_jacobian_expand(&lm->jacobian, at->loss, lm->u, lm->step);
    for (size_t i = 0; i < lm->nparam; i++)
        lm->trial[i] = at->loss->mean[i] +
                       at->loss->deviation[i] * (lm->theta_hat[i] * (1.0 - shrink) + lm->step[i]);
    return hp_loss_value(at->loss, lm->trial);
}

/* Take or leave the trial, and change the damping. */
static bool decide(state *at, double value, double promised, double *param) {
    hp_lm *lm = at->lm;
    double gain = (at->value - value) / promised;
    if (!(gain > 0.0 && value < at->value)) { /* also nan, and a promise below 0 by rounding */
        at->lambda *= at->growth;
        at->growth *= 2.0;
        return false;
    }
    double base = 2.0 * gain - 1.0;
    at->lambda *= gain > 0.9 ? 0.1 : fmin(fmax(1.0 / 3.0, 1.0 - base * base * base), 2.0);
    at->growth = 2.0;
    at->value = value;
    memcpy(param, lm->trial, lm->nparam * sizeof *param);
    return true;
}

hp_status hp_lm_minimise(hp_lm *lm, hp_loss *loss, const hp_lm_options *options, double *param,
                         hp_train_report *report, hp_error *err) {
    HP_REQUIRE(options->steps <= lm->steps_max, HP_ERR_INTERNAL, "%d steps, room for %d",
               options->steps, lm->steps_max);
    state at = {.lm = lm, .loss = loss, .growth = 2.0, .value = hp_loss_value(loss, param)};
    HP_REQUIRE(isfinite(at.value), HP_ERR_NUMERIC, "the loss is not finite at the start");
    int steps = 0;
    bool moved = true, may_stop = !options->warm;
    lm->history[0] = at.value;
    while (true) {
        if (moved) HP_CALL(linearise(&at, param, err));
        if (steps == 0) at.lambda = at.scale * (options->warm ? WARM_DAMPING : COLD_DAMPING);
        bool small = at.decrement <= options->tolerance * at.value;
        if ((small && may_stop) || steps == options->steps) break;
        double promised, value = attempt(&at, &promised);
        moved = decide(&at, value, promised, param);
        may_stop = may_stop || moved;
        lm->history[++steps] = at.value;
        if (options->tick != NULL)
            options->tick(options->tick_context,
                          &(hp_train_tick){steps - 1, lm->history[steps - 1], param});
        if (!moved && !(at.lambda < LARGEST_DAMPING * at.scale)) break;
    }
    hp_loss_value(loss, param);
    double before = lm->history[steps > 0 ? steps - 1 : 0];
    report->epochs = steps;
    report->limit = steps + 1;
    report->loss = at.value;
    report->decrement = at.value > 0.0 ? at.decrement / at.value : 0.0;
    report->last_decrease = before > 0.0 ? (before - at.value) / before : 0.0;
    for (int i = 0; report->curve != NULL && i < options->ncurve; i++)
        report->curve[i] = lm->history[hp_train_curve_epoch(steps + 1, options->ncurve, i)];
    report->converged = at.decrement <= options->tolerance * at.value;
    return HP_OK;
}
