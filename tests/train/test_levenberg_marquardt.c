// SPDX-License-Identifier: GPL-3.0-or-later
/* Levenberg-Marquardt: the exact minimum of a line V(r) = w r + b, and what is reported of fits
 * that converge and that do not. The minimum of networks is the matter of test_minimum.c. */
#include "fit_case.h"

#include "layers.h"
#include "hadpot/train.h"

enum { MAX_STEPS = 400, MAX_PARAM = 96 };

/* Two parameters: slope w and constant b of V(r) = w r + b; data of fit_case, not of a line. */
static void make_line(bool modes, double penalty, fit_case *p) {
    static const int v[] = {1};
    static const hp_activation identity[] = {HP_IDENTITY};
    fit_variant variant = {
        .activation = HP_SILU, .only_local = true, .modes = modes, .penalty = penalty};
    fit_case_make(&variant, p);
    hp_loss_destroy(&p->loss);
    hp_model_destroy(&p->model);
    hp_model_spec spec = {.input = HP_INPUT_LINEAR,
                          .v = layers_of(1, v, identity),
                          .local_scale = 1.0,
                          .output = HP_IDENTITY};
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    assert_int_equal(p->model.nparam, 2);
    assert_ok(hp_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    p->param[0] = 0.31;
    p->param[1] = -0.22;
    hp_loss_set_prior(&p->loss, p->param);
}

/* (1 - sum_m f_m q_m q_m^T) x, with the matrix written out. */
static void whiten_densely(const fit_case *p, const double *x, double *y) {
    for (int i = 0; i < FIT_VALUES; i++) {
        y[i] = x[i];
        for (int j = 0; j < FIT_VALUES; j++)
            for (int m = 0; m < p->data.nmode; m++)
                y[i] -= p->mode_factor[m] * p->mode[m * FIT_VALUES + i] *
                        p->mode[m * FIT_VALUES + j] * x[j];
    }
}

/* Generalised least squares: (X^T C^-1 X + kappa/deviation^2) theta = X^T C^-1 S, deviation^2 =
 * 1/3 of one input and mean zero, solved by Cramer's rule; the loss at theta. */
static double solve_line(const fit_case *p, double theta[2]) {
    double x[3][FIT_VALUES], y[3][FIT_VALUES], A[3][3];
    for (int i = 0; i < FIT_VALUES; i++) {
        double root = sqrt(p->weight[i]);
        x[0][i] = root * p->r[i % FIT_N] * p->R[i];
        x[1][i] = root * p->R[i];
        x[2][i] = root * p->S[i];
    }
    for (int k = 0; k < 3; k++) whiten_densely(p, x[k], y[k]);
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) {
            A[k][l] = k == l && k < 2 ? 3.0 * p->data.penalty : 0.0;
            for (int i = 0; i < FIT_VALUES; i++) A[k][l] += y[k][i] * y[l][i];
        }
    double determinant = A[0][0] * A[1][1] - A[0][1] * A[0][1];
    theta[0] = (A[0][2] * A[1][1] - A[1][2] * A[0][1]) / determinant;
    theta[1] = (A[0][0] * A[1][2] - A[0][1] * A[0][2]) / determinant;
    return A[2][2] - theta[0] * A[0][2] - theta[1] * A[1][2];
}

static hp_status minimise(fit_case *p, const hp_lm_options *options, hp_train_report *report) {
    hp_lm lm;
    assert_ok(hp_lm_create(&p->loss, MAX_STEPS, &lm, &p->err), &p->err);
    hp_status status = hp_lm_minimise(&lm, &p->loss, options, p->param, report, &p->err);
    hp_lm_destroy(&lm);
    return status;
}

/* Warm, the damping is 1e-10 of the curvature, and so is what the first step leaves of the
 * distance. */
static void line_is_fitted_in_one_step(void **state) {
    (void)state;
    for (int bits = 0; bits < 4; bits++) {
        fit_case p;
        double theta[2];
        hp_train_report report = {0};
        hp_lm_options options = {.steps = 5, .tolerance = 1e-15, .warm = true};
        make_line(bits & 1, bits & 2 ? 0.77 : 0.0, &p);
        double least = solve_line(&p, theta);
        assert_true(least > 0.5); /* the minimum is not at zero */
        assert_ok(minimise(&p, &options, &report), &p.err);
        assert_in_range(report.epochs, 1, 2);
        assert_true(report.converged);
        /* 1e-10 times the condition number of the curvature, 20 here */
        assert_close(p.param[0], theta[0], 0.0, 1e-8);
        assert_close(p.param[1], theta[1], 0.0, 1e-8);
        assert_close(report.loss, least, 1e-13, 0.0); /* second order in that, and rounding */
        fit_case_destroy(&p);
    }
}

static void line_is_fitted_from_a_cold_start(void **state) {
    (void)state;
    for (int bits = 0; bits < 4; bits++) {
        fit_case p;
        double theta[2];
        hp_train_report report = {0};
        hp_lm_options options = {.steps = 30, .tolerance = 1e-15};
        make_line(bits & 1, bits & 2 ? 0.77 : 0.0, &p);
        double least = solve_line(&p, theta);
        assert_ok(minimise(&p, &options, &report), &p.err);
        print_message("%d steps, decrement %g\n", report.epochs, report.decrement);
        assert_true(report.converged);
        assert_in_range(report.epochs, 2, 12); /* 1e-2 of the distance stays, then less and less */
        /* decrement 1e-20 of the loss: 1e-10 of its root, over a curvature of order 1 */
        assert_close(p.param[0], theta[0], 0.0, 1e-7);
        assert_close(p.param[1], theta[1], 0.0, 1e-7);
        assert_close(report.loss, least, 1e-13, 0.0);
        fit_case_destroy(&p);
    }
}

/* One radius: V(r) has one value and two weights, and along one direction of these only the prior
 * acts. With v = w r + b, w^2 + b^2 is at least v^2/(1 + r^2), hence the minimum. */
static void directions_without_data_fall_back_to_the_prior(void **state) {
    (void)state;
    fit_case p;
    hp_train_report report = {0};
    hp_lm_options options = {.steps = 0, .tolerance = 1e-14};
    const double kappa = 0.77;
    double RR = 0.0, RS = 0.0, SS = 0.0;
    make_line(false, kappa, &p);
    hp_loss_destroy(&p.loss);
    p.data.n = 1;
    assert_ok(hp_loss_create(&p.model, &p.data, &p.loss, &p.err), &p.err);
    for (int c = 0; c < FIT_NCOLUMN; c++) {
        RR += p.weight[c] * p.R[c] * p.R[c];
        RS += p.weight[c] * p.R[c] * p.S[c];
        SS += p.weight[c] * p.S[c] * p.S[c];
    }
    double r = p.r[0], value = hp_loss_value(&p.loss, p.param);
    double v = RS / (RR + 3.0 * kappa / (1.0 + r * r)), least = SS - RS * v;
    assert_ok(minimise(&p, &options, &report), &p.err);
    assert_false(report.converged);
    assert_close(report.decrement, 1.0 - least / value, 1e-12, 0.0); /* a few roundings */
    options.steps = 30;
    assert_ok(minimise(&p, &options, &report), &p.err);
    assert_true(report.converged);
    /* decrement 1e-14: 1e-7 of the root of the loss, over a curvature of order 1 */
    assert_close(p.param[0], v * r / (1.0 + r * r), 0.0, 1e-6);
    assert_close(p.param[1], v / (1.0 + r * r), 0.0, 1e-6);
    assert_close(report.loss, least, 1e-12, 0.0);
    fit_case_destroy(&p);
}

/* Hardly any damping far from the minimum makes steps that are too long; they are not taken. */
static void steps_that_raise_the_loss_are_not_taken(void **state) {
    (void)state;
    int rejected = 0;
    for (uint64_t seed = 1; seed < 9; seed++) {
        fit_case p;
        hp_lm lm;
        hp_train_report report = {0};
        hp_lm_options options = {.steps = MAX_STEPS, .tolerance = 1e-10, .warm = true};
        fit_variant v = fit_variant_of(true, 1);
        fit_case_make(&v, &p);
        assert_ok(hp_model_draw_weights(&p.model, seed, 0, p.param, &p.err), &p.err);
        hp_loss_set_prior(&p.loss, p.param);
        for (size_t i = 0; i < p.model.nparam; i++) p.param[i] *= 3.0;
        assert_ok(hp_lm_create(&p.loss, MAX_STEPS, &lm, &p.err), &p.err);
        assert_ok(hp_lm_minimise(&lm, &p.loss, &options, p.param, &report, &p.err), &p.err);
        assert_true(report.converged);
        for (int step = 0; step < report.epochs; step++) {
            assert_true(lm.history[step + 1] <= lm.history[step]);
            rejected += lm.history[step + 1] == lm.history[step];
        }
        hp_lm_destroy(&lm);
        fit_case_destroy(&p);
    }
    print_message("%d steps rejected\n", rejected);
    assert_true(rejected > 3);
}

static void a_cold_fit_that_starts_at_its_minimum_stays_there(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++)
        for (int warm = 0; warm < 2; warm++) {
            fit_case p;
            double before[MAX_PARAM];
            hp_train_report report = {0};
            hp_lm_options options = {.steps = MAX_STEPS, .tolerance = 1e-10};
            fit_variant v = fit_variant_of(deep, 7);
            fit_case_make(&v, &p);
            assert_ok(minimise(&p, &options, &report), &p.err);
            assert_true(report.converged && report.epochs > 3);
            double least = report.loss;
            memcpy(before, p.param, p.model.nparam * sizeof *before);
            options.warm = warm;
            assert_ok(minimise(&p, &options, &report), &p.err);
            assert_true(report.converged);
            if (warm) { /* moves once all the same, and hardly gains */
                assert_in_range(report.epochs, 1, 20);
                assert_true(report.loss <= least && report.loss > least * (1.0 - 1e-9));
            } else {
                assert_int_equal(report.epochs, 0);
                assert_close(report.loss, least, 0.0, 0.0);
                assert_close(report.last_decrease, 0.0, 0.0, 0.0);
                assert_memory_equal(before, p.param, p.model.nparam * sizeof *before);
            }
            fit_case_destroy(&p);
        }
}

/* Records the loss of each trial as the loss itself computed it. */
typedef struct {
    const hp_loss *loss;
    const double *param;
    int count;
    double best;
} watcher;

static hp_status watch(void *context, const hp_train_tick *at, hp_error *err) {
    (void)err;
    watcher *w = context;
    assert_int_equal(at->epoch, w->count);
    assert_ptr_equal(at->param, w->param);
    assert_close(at->loss, w->best, 0.0, 0.0); /* the same bits: the best before this step */
    double total = w->loss->data_part + w->loss->cutoff_weight * w->loss->regulator_part +
                   w->loss->penalty * w->loss->penalty_part;
    w->count++;
    w->best = fmin(w->best, total);
    return HP_OK;
}

/* Not converged is a result. What is left is the best that was tried. */
static void a_limit_of_steps_leaves_the_best_so_far(void **state) {
    (void)state;
    enum { CURVE = 9 };
    for (int steps = 1; steps <= 13; steps += 3) {
        fit_case p;
        double curve[CURVE], one;
        fit_variant v = fit_variant_of(false, 7);
        fit_case_make(&v, &p);
        watcher w = {.loss = &p.loss, .param = p.param, .best = hp_loss_value(&p.loss, p.param)};
        one = w.best;
        hp_lm_options options = {
            .steps = steps, .tolerance = 1e-14, .ncurve = CURVE, .tick = watch, .tick_context = &w};
        hp_train_report report = {.curve = curve};
        assert_ok(minimise(&p, &options, &report), &p.err);
        assert_false(report.converged);
        assert_int_equal(report.epochs, steps);
        assert_int_equal(w.count, steps);
        assert_int_equal(report.limit, steps + 1);
        assert_true(report.decrement > 1e-14);
        assert_true(report.loss < one);
        assert_close(report.loss, w.best, 0.0, 0.0); /* the same bits */
        assert_close(hp_loss_value(&p.loss, p.param), report.loss, 0.0, 0.0);
        assert_close(curve[0], one, 0.0, 0.0);
        assert_close(curve[CURVE - 1], report.loss, 0.0, 0.0);
        for (int i = 1; i < CURVE; i++) assert_true(curve[i] <= curve[i - 1]);
        fit_case_destroy(&p);
    }
}

/* The decrement of a linear problem is all that there is to gain; no step is needed to know it. */
static void decrement_is_the_gain_that_is_left(void **state) {
    (void)state;
    for (int bits = 0; bits < 4; bits++) {
        fit_case p;
        double theta[2];
        hp_train_report report = {0};
        hp_lm_options options = {.steps = 0, .tolerance = 1e-6};
        make_line(bits & 1, bits & 2 ? 0.77 : 0.0, &p);
        double least = solve_line(&p, theta), value = hp_loss_value(&p.loss, p.param);
        assert_ok(minimise(&p, &options, &report), &p.err);
        assert_false(report.converged);
        assert_close(report.loss, value, 0.0, 0.0);
        /* without penalty a damping of 1e-13, against a condition number of some 50 */
        assert_close(report.decrement, 1.0 - least / value, 1e-11, 0.0);
        fit_case_destroy(&p);
    }
}

/* Data that a line describes to the last bit: a fit ends where the loss is rounding, before its
 * steps run out. */
static void data_without_noise_end_the_fit(void **state) {
    (void)state;
    fit_case p;
    hp_train_report report = {0};
    hp_lm_options options = {.steps = MAX_STEPS, .tolerance = 1e-6};
    make_line(false, 0.0, &p);
    for (int i = 0; i < FIT_VALUES; i++) p.S[i] = (0.7 - 0.4 * p.r[i % FIT_N]) * p.R[i];
    hp_loss_set_correlator(&p.loss, p.R, p.S);
    assert_ok(minimise(&p, &options, &report), &p.err);
    /* 5 steps to rounding; then the damping, times 2, 4, 8, ..., passes its limit after some ten */
    assert_true(report.epochs < 30);
    assert_true(report.loss < 1e-28); /* (22 residuals of some ulp)^2 */
    assert_close(p.param[0], -0.4, 0.0, 1e-13);
    assert_close(p.param[1], 0.7, 0.0, 1e-13);
    memset(p.S, 0, sizeof p.S); /* nothing to describe: the loss is zero from the start */
    memset(p.param, 0, 2 * sizeof *p.param);
    hp_loss_set_correlator(&p.loss, p.R, p.S);
    assert_ok(minimise(&p, &options, &report), &p.err);
    assert_int_equal(report.epochs, 0);
    assert_true(report.converged);
    assert_close(report.decrement, 0.0, 0.0, 0.0);
    fit_case_destroy(&p);
}

static void what_is_not_finite_is_an_error(void **state) {
    (void)state;
    static const double bad[] = {NAN, INFINITY, 1e200};
    for (int deep = 0; deep < 2; deep++)
        for (int where = 0; where < 3; where++)
            for (int i = 0; i < 3; i++) {
                fit_case p;
                hp_train_report report = {0};
                hp_lm_options options = {.steps = 5, .tolerance = 1e-6};
                fit_variant v = fit_variant_of(deep, 7);
                fit_case_make(&v, &p);
                double *const places[] = {&p.R[3], &p.S[3], &p.param[1]};
                *places[where] = bad[i];
                hp_loss_set_correlator(&p.loss, p.R, p.S);
                assert_status(minimise(&p, &options, &report), HP_ERR_NUMERIC, &p.err);
                assert_contains(p.err.message, "not finite");
                hp_error_clear(&p.err);
                fit_case_destroy(&p);
            }
}

/* V = 0 and S = 0, but d V/d theta R = 1e160: a loss that is finite with a curvature that is not.
 */
static void derivatives_that_are_not_finite_are_an_error(void **state) {
    (void)state;
    fit_case p;
    hp_train_report report = {0};
    hp_lm_options options = {.steps = 5, .tolerance = 1e-6};
    make_line(false, 0.0, &p);
    p.param[0] = p.param[1] = 0.0;
    for (int i = 0; i < FIT_VALUES; i++) p.R[i] = 1e160, p.S[i] = 1.0;
    hp_loss_set_correlator(&p.loss, p.R, p.S);
    assert_true(isfinite(hp_loss_value(&p.loss, p.param)));
    assert_status(minimise(&p, &options, &report), HP_ERR_NUMERIC, &p.err);
    assert_contains(p.err.message, "derivatives");
    fit_case_destroy(&p);
}

static void more_steps_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    fit_case p;
    hp_train_report report = {0};
    hp_lm_options options = {.steps = MAX_STEPS + 1, .tolerance = 1e-6};
    make_line(false, 0.0, &p);
    assert_status(minimise(&p, &options, &report), HP_ERR_INTERNAL, &p.err);
    fit_case_destroy(&p);
    hp_lm_destroy(NULL);
}

/* The same start gives the same bits, also after other work with the same workspace. */
static void fits_are_deterministic(void **state) {
    (void)state;
    fit_case p;
    hp_lm lm;
    double start[MAX_PARAM], first[MAX_PARAM];
    hp_lm_options options = {.steps = MAX_STEPS, .tolerance = 1e-8};
    hp_train_report report[2] = {{0}};
    fit_variant v = fit_variant_of(false, 7);
    fit_case_make(&v, &p);
    memcpy(start, p.param, p.model.nparam * sizeof *start);
    assert_ok(hp_lm_create(&p.loss, MAX_STEPS, &lm, &p.err), &p.err);
    for (int run = 0; run < 2; run++) {
        memcpy(first, p.param, p.model.nparam * sizeof *start);
        memcpy(p.param, start, p.model.nparam * sizeof *start);
        assert_ok(hp_lm_minimise(&lm, &p.loss, &options, p.param, &report[run], &p.err), &p.err);
    }
    assert_memory_equal(first, p.param, p.model.nparam * sizeof *first);
    assert_int_equal(report[0].epochs, report[1].epochs);
    assert_close(report[0].loss, report[1].loss, 0.0, 0.0);
    hp_lm_destroy(&lm);
    assert_null(lm.block);
    fit_case_destroy(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_is_fitted_in_one_step),
        cmocka_unit_test(line_is_fitted_from_a_cold_start),
        cmocka_unit_test(directions_without_data_fall_back_to_the_prior),
        cmocka_unit_test(steps_that_raise_the_loss_are_not_taken),
        cmocka_unit_test(a_cold_fit_that_starts_at_its_minimum_stays_there),
        cmocka_unit_test(a_limit_of_steps_leaves_the_best_so_far),
        cmocka_unit_test(decrement_is_the_gain_that_is_left),
        cmocka_unit_test(data_without_noise_end_the_fit),
        cmocka_unit_test(what_is_not_finite_is_an_error),
        cmocka_unit_test(derivatives_that_are_not_finite_are_an_error),
        cmocka_unit_test(more_steps_than_there_is_room_for_are_refused),
        cmocka_unit_test(fits_are_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
