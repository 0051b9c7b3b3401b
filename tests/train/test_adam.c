// SPDX-License-Identifier: GPL-3.0-or-later
/* Adam: its steps by the formulas of Kingma and Ba (2015), the minimum it finds, when it stops and
 * what it reports. The problem is V(r) = w r + b fitted to S = V R, so that everything is known. */
#include "support.h"

#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "layers.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/train.h"

enum { N = 12, MAX_EPOCHS = 6000 };

typedef struct {
    double r[N], q[N], R[N], S[N], weight[N];
    hp_loss_data data;
    hp_model model;
    hp_loss loss;
    hp_adam adam;
    hp_error err;
} problem;

/* Two parameters: slope w and constant b of V(r) = w r + b. */
static void make_line(problem *p, double weight_scale) {
    static const int v[] = {1};
    static const hp_activation identity[] = {HP_IDENTITY};
    memset(p, 0, sizeof *p);
    hp_model_spec spec = {.input = HP_INPUT_LINEAR,
                          .v = layers_of(1, v, identity),
                          .local_scale = 1.0,
                          .output = HP_IDENTITY};
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    assert_int_equal(p->model.nparam, 2);
    for (int i = 0; i < N; i++) {
        p->r[i] = 0.13 + 0.17 * i;
        p->q[i] = 1.0;
        p->R[i] = 1.0 + 0.3 * sin(2.0 * i);
        p->S[i] = (0.7 - 0.4 * p->r[i]) * p->R[i] + 0.1 * cos(3.0 * i);
        p->weight[i] = weight_scale * (1.0 + 0.2 * i);
    }
    p->data = (hp_loss_data){.n = N,
                             .ncolumn = 1,
                             .r = p->r,
                             .quadrature = p->q,
                             .R = p->R,
                             .S = p->S,
                             .weight = p->weight};
    assert_ok(hp_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    assert_ok(hp_adam_create(2, MAX_EPOCHS, &p->adam, &p->err), &p->err);
}

/* A network that is not linear, with U and V. */
static void make_network(problem *p) {
    static const int f[] = {6, 3}, g[] = {1}, v[] = {4, 1};
    static const hp_activation hidden[] = {HP_SILU, HP_SILU}, scalar[] = {HP_SILU, HP_IDENTITY};
    static const hp_activation identity[] = {HP_IDENTITY};
    make_line(p, 1.0);
    hp_adam_destroy(&p->adam);
    hp_loss_destroy(&p->loss);
    hp_model_destroy(&p->model);
    hp_model_spec spec = {.input = HP_INPUT_LOG1P,
                          .f = layers_of(2, f, hidden),
                          .g = layers_of(1, g, identity),
                          .v = layers_of(2, v, scalar),
                          .output = HP_SOFTPLUS,
                          .scale = 0.1,
                          .local_scale = 1.0,
                          .envelope = 2.0};
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    assert_ok(hp_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    assert_ok(hp_adam_create(p->model.nparam, MAX_EPOCHS, &p->adam, &p->err), &p->err);
}

static void destroy_problem(problem *p) {
    hp_adam_destroy(&p->adam);
    hp_loss_destroy(&p->loss);
    hp_model_destroy(&p->model);
}

/* Loss and gradient of the line, written out. */
static double line_loss(const problem *p, const double param[2], double gradient[2]) {
    double sum = 0.0;
    gradient[0] = gradient[1] = 0.0;
    for (int i = 0; i < N; i++) {
        double residual = p->S[i] - (param[0] * p->r[i] + param[1]) * p->R[i];
        sum += p->weight[i] * residual * residual;
        gradient[0] -= 2.0 * p->weight[i] * residual * p->r[i] * p->R[i];
        gradient[1] -= 2.0 * p->weight[i] * residual * p->R[i];
    }
    return sum;
}

/* Algorithm 1 of the paper, with bias-corrected moments as they stand there. */
static void walk_by_the_paper(const problem *p, const hp_train_options *options, double param[2]) {
    double m[2] = {0}, v[2] = {0}, gradient[2];
    for (int t = 1; t <= options->epochs; t++) {
        double rate = options->learning_rate;
        if (options->schedule == HP_SCHEDULE_COSINE)
            rate *= 0.5 + 0.5 * cos(M_PI * (t - 1) / options->epochs);
        line_loss(p, param, gradient);
        for (int i = 0; i < 2; i++) {
            m[i] = 0.9 * m[i] + 0.1 * gradient[i];
            v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
            double m_hat = m[i] / (1.0 - pow(0.9, t)), v_hat = v[i] / (1.0 - pow(0.999, t));
            param[i] -= rate * m_hat / (sqrt(v_hat) + 1e-8);
        }
    }
}

/* Small weights make gradients of the size of epsilon, which then counts. The workspace is used
 * again and again: moments must start from zero every time. */
static void steps_are_those_of_the_paper(void **state) {
    (void)state;
    const double scales[] = {1.0, 1e-9};
    for (int k = 0; k < 2; k++) {
        problem p;
        make_line(&p, scales[k]);
        for (int epochs = 1; epochs <= 7; epochs++)
            for (int schedule = 0; schedule < 2; schedule++) {
                hp_train_options options = {.epochs = epochs,
                                            .learning_rate = 0.0385,
                                            .schedule = (hp_schedule)schedule,
                                            .ncurve = 2};
                hp_train_report report = {0};
                double param[2] = {0.31, -0.22}, expected[2] = {0.31, -0.22}, gradient[2];
                assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err),
                          &p.err);
                walk_by_the_paper(&p, &options, expected);
                /* a dozen roundings a step, relative to the parameters or to the step */
                assert_close(param[0], expected[0], 1e-13, 1e-14);
                assert_close(param[1], expected[1], 1e-13, 1e-14);
                assert_int_equal(report.epochs, epochs);
                assert_close(report.loss, line_loss(&p, param, gradient), 1e-13, 0.0);
            }
        destroy_problem(&p);
    }
}

/* The minimum of the weighted linear problem S = (w r + b) R. */
static void solve_line(const problem *p, double param[2], double *chi2) {
    gsl_matrix *design = gsl_matrix_alloc(N, 2), *covariance = gsl_matrix_alloc(2, 2);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(N, 2);
    gsl_vector_const_view S = gsl_vector_const_view_array(p->S, N);
    gsl_vector_const_view weight = gsl_vector_const_view_array(p->weight, N);
    gsl_vector_view solution = gsl_vector_view_array(param, 2);
    for (size_t i = 0; i < N; i++) {
        gsl_matrix_set(design, i, 0, p->r[i] * p->R[i]);
        gsl_matrix_set(design, i, 1, p->R[i]);
    }
    assert_int_equal(gsl_multifit_wlinear(design, &weight.vector, &S.vector, &solution.vector,
                                          covariance, chi2, work),
                     0);
    gsl_multifit_linear_free(work);
    gsl_matrix_free(design);
    gsl_matrix_free(covariance);
}

static void minimum_is_that_of_the_normal_equations(void **state) {
    (void)state;
    problem p;
    double expected[2], chi2;
    make_line(&p, 1.0);
    solve_line(&p, expected, &chi2);
    assert_true(chi2 > 0.05); /* the minimum is not at zero */
    for (int schedule = 0; schedule < 2; schedule++) {
        hp_train_options options = {.epochs = MAX_EPOCHS,
                                    .learning_rate = 0.01,
                                    .schedule = (hp_schedule)schedule,
                                    .ncurve = 2};
        hp_train_report report = {0};
        double param[2] = {0.31, -0.22};
        assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err), &p.err);
        /* Heavy-ball motion of a quadratic form loses its distance exponentially, here long
         * before the end; what is left is rounding of the gradient, some 1e-15 of its terms,
         * over a curvature of order 1. */
        assert_close(param[0], expected[0], 1e-10, 0.0);
        assert_close(param[1], expected[1], 1e-10, 0.0);
        assert_close(report.loss, chi2, 1e-12, 0.0);
        assert_true(report.converged);
        assert_true(report.last_decrease < 1e-8);
    }
    destroy_problem(&p);
}

/* Records the loss of each epoch as the loss itself last computed it. */
typedef struct {
    const hp_loss *loss;
    const double *param;
    int count;
    double history[MAX_EPOCHS];
} watcher;

static hp_status watch(void *context, const hp_train_tick *at, hp_error *err) {
    (void)err;
    watcher *w = context;
    assert_int_equal(at->epoch, w->count);
    assert_ptr_equal(at->param, w->param);
    assert_close(at->loss, w->loss->data_part, 0.0, 0.0); /* the same bits */
    w->history[w->count++] = w->loss->data_part;
    return HP_OK;
}

static void ticks_and_curve_follow_the_epochs(void **state) {
    (void)state;
    enum { CURVE = 7 };
    problem p;
    double curve[CURVE], param[2] = {0.31, -0.22}, gradient[2];
    make_line(&p, 1.0);
    watcher w = {.loss = &p.loss, .param = param};
    hp_train_options options = {
        .epochs = 50, .learning_rate = 0.01, .ncurve = CURVE, .tick = watch, .tick_context = &w};
    hp_train_report report = {.curve = curve};
    double first = line_loss(&p, param, gradient);
    assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err), &p.err);
    assert_int_equal(w.count, 50);
    assert_int_equal(hp_train_curve_epoch(50, CURVE, 0), 0);
    assert_int_equal(hp_train_curve_epoch(50, CURVE, 3), 24);
    assert_int_equal(hp_train_curve_epoch(50, CURVE, CURVE - 1), 49);
    assert_int_equal(hp_train_curve_epoch(2000000000, 201, 199), 1989999999); /* no overflow */
    for (int i = 0; i < CURVE; i++)                                           /* the same bits */
        assert_close(curve[i], w.history[hp_train_curve_epoch(50, CURVE, i)], 0.0, 0.0);
    assert_close(curve[0], first, 1e-13, 0.0); /* before the first step; rounding of the sum */
    assert_true(report.loss < curve[CURVE - 1] && curve[CURVE - 1] < curve[0]);
    destroy_problem(&p);
}

/* Of the two rates one ends within 1000 epochs, where a run looks 100 epochs back, and one later,
 * where it looks back a tenth. */
static void tolerance_stops_early(void **state) {
    (void)state;
    enum { CURVE = 11 };
    const double rates[] = {1e-2, 1e-3};
    for (int k = 0; k < 2; k++) {
        problem p;
        double curve[CURVE], param[2] = {0.31, -0.22};
        make_line(&p, 1.0);
        watcher w = {.loss = &p.loss, .param = param};
        hp_train_options options = {.epochs = MAX_EPOCHS,
                                    .learning_rate = rates[k],
                                    .tolerance = 1e-6,
                                    .ncurve = CURVE,
                                    .tick = watch,
                                    .tick_context = &w};
        hp_train_report report = {.curve = curve};
        assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err), &p.err);
        print_message("stopped after %d epochs\n", report.epochs);
        assert_int_equal(report.epochs > 1200, k == 1);
        assert_true(report.epochs > 100 && report.epochs < MAX_EPOCHS - 1);
        assert_int_equal(w.count, report.epochs);
        assert_true(report.converged);
        assert_true(report.last_decrease < 1e-6);
        int in_a_row = 0;
        for (int epoch = 100; epoch < report.epochs; epoch++) {
            int back = epoch / 10 > 100 ? epoch / 10 : 100;
            double before = w.history[epoch - back];
            bool at_rest = fabs(before - w.history[epoch]) / before < 1e-6;
            in_a_row = at_rest ? in_a_row + 1 : 0; /* it stops with the hundredth, no sooner */
            assert_int_equal(in_a_row >= 100, epoch == report.epochs - 1);
        }
        assert_close(curve[0], w.history[0], 0.0, 0.0); /* the same bits */
        /* points of the curve that were never reached hold the last loss */
        assert_close(curve[CURVE - 1], report.loss, 0.0, 0.0);
        destroy_problem(&p);
    }
}

/* Below the tolerance, or below 1e-2 in a run of fixed length. */
static void converged_says_whether_the_loss_still_falls(void **state) {
    (void)state;
    problem p;
    make_line(&p, 1.0);
    const struct {
        int epochs;
        double rate, tolerance;
        bool converged;
    } cases[] = {{50, 1e-3, 0.0, false},   {50, 1e-8, 0.0, true},  {3000, 1e-2, 0.0, true},
                 {300, 1e-3, 1e-6, false}, {300, 1e-3, 0.9, true}, {300, 1e-3, 0.0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_train_options options = {.epochs = cases[i].epochs,
                                    .learning_rate = cases[i].rate,
                                    .tolerance = cases[i].tolerance,
                                    .ncurve = 2};
        hp_train_report report = {0};
        double param[2] = {0.31, -0.22};
        assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err), &p.err);
        print_message("%d epochs: last decrease %g\n", report.epochs, report.last_decrease);
        assert_int_equal(report.converged, cases[i].converged);
        /* the widest tolerance holds as soon as there are 100 epochs to look back, and 100 in a row
         */
        assert_int_equal(report.epochs, cases[i].tolerance > 0.5 ? 200 : cases[i].epochs);
    }
    destroy_problem(&p);
}

/* A loss that rises is as little converged as one that falls. */
static void a_rising_loss_is_not_converged(void **state) {
    (void)state;
    problem p;
    double param[2], gradient[2], chi2;
    make_line(&p, 1.0);
    solve_line(&p, param, &chi2);
    hp_train_options options = {.epochs = 3, .learning_rate = 1.0, .ncurve = 2};
    hp_train_report report = {0};
    param[0] += 1e-6;
    double first = line_loss(&p, param, gradient);
    assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err), &p.err);
    assert_true(report.loss > 2.0 * first);
    assert_false(report.converged);
    /* sums in another order, 1e-14 relative */
    assert_close(report.last_decrease, report.loss / first - 1.0, 1e-12, 0.0);
    destroy_problem(&p);
}

static void a_loss_that_is_not_finite_is_an_error(void **state) {
    (void)state;
    problem p;
    make_line(&p, 1.0);
    hp_train_options options = {.epochs = 5, .learning_rate = 1e200, .ncurve = 2};
    hp_train_report report = {0};
    double param[2] = {0.31, -0.22};
    assert_status(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err),
                  HP_ERR_NUMERIC, &p.err);
    assert_contains(p.err.message, "not finite in epoch 1");
    assert_contains(p.err.message, "training.learning_rate");
    hp_error_clear(&p.err);
    options.epochs = 1; /* only the loss after the last step shows it */
    param[0] = 0.31;
    param[1] = -0.22;
    assert_status(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err),
                  HP_ERR_NUMERIC, &p.err);
    assert_contains(p.err.message, "after training");
    hp_error_clear(&p.err);
    param[0] = NAN;
    assert_status(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err),
                  HP_ERR_NUMERIC, &p.err);
    assert_contains(p.err.message, "epoch 0; the potential it starts from");
    hp_error_clear(&p.err);
    options.epochs = MAX_EPOCHS + 1;
    assert_status(hp_adam_minimise(&p.adam, &p.loss, &options, param, &report, &p.err),
                  HP_ERR_INTERNAL, &p.err);
    destroy_problem(&p);
}

/* The same start gives the same bits, also after other work with the same workspace. */
static void training_is_deterministic(void **state) {
    (void)state;
    enum { CURVE = 5 };
    problem p;
    double *param[2], curve[2][CURVE];
    make_network(&p);
    size_t n = p.model.nparam;
    for (int run = 0; run < 2; run++) {
        param[run] = hp_alloc(n, sizeof(double));
        assert_non_null(param[run]);
        assert_ok(hp_model_draw_weights(&p.model, 3, 0, param[run], &p.err), &p.err);
        hp_train_options options = {
            .epochs = 200, .learning_rate = 1e-2, .schedule = HP_SCHEDULE_COSINE, .ncurve = CURVE};
        hp_train_report report = {.curve = curve[run]};
        assert_ok(hp_adam_minimise(&p.adam, &p.loss, &options, param[run], &report, &p.err),
                  &p.err);
        assert_true(report.loss < 0.5 * curve[run][0]);
    }
    assert_memory_equal(param[0], param[1], n * sizeof(double));
    assert_memory_equal(curve[0], curve[1], sizeof curve[0]);
    hp_free(param[0]);
    hp_free(param[1]);
    destroy_problem(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_those_of_the_paper),
        cmocka_unit_test(minimum_is_that_of_the_normal_equations),
        cmocka_unit_test(ticks_and_curve_follow_the_epochs),
        cmocka_unit_test(tolerance_stops_early),
        cmocka_unit_test(converged_says_whether_the_loss_still_falls),
        cmocka_unit_test(a_rising_loss_is_not_converged),
        cmocka_unit_test(a_loss_that_is_not_finite_is_an_error),
        cmocka_unit_test(training_is_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
