// SPDX-License-Identifier: GPL-3.0-or-later
/* Minimisations that are interrupted at every step go on to the same bits: every kind of loss, both
 * optimisers, ends of every kind. What is kept of another fit is not believed. */
#include <sys/wait.h>
#include <unistd.h>
#include "course_case.h"
#include "matrix_case.h"
#include "hadpot/stop.h"
#include "hadpot/train.h"

enum { CURVE = 9, ALL_PARAM = 400, NRESULT = ALL_PARAM + CURVE + 8 };

/* Parameters, report, curve and what the loss has at the end. */
static void put_result(const double *param, size_t nparam, const hp_train_report *report,
                       double *result) {
    assert_true(nparam <= ALL_PARAM);
    memset(result, 0, NRESULT * sizeof *result);
    memcpy(result, param, nparam * sizeof *param);
    memcpy(result + ALL_PARAM, report->curve, CURVE * sizeof *result);
    const double numbers[] = {report->epochs,        report->limit,     report->loss,
                              report->last_decrease, report->decrement, report->converged};
    memcpy(result + ALL_PARAM + CURVE, numbers, sizeof numbers);
}

static hp_lm_options lm_options(const hp_tick *tick, int steps, bool warm) {
    return (hp_lm_options){.steps = steps,
                           .tolerance = 1e-9,
                           .warm = warm,
                           .ncurve = CURVE,
                           .tick = tick != NULL ? tick->function : NULL,
                           .tick_context = tick != NULL ? tick->context : NULL,
                           .course = tick != NULL ? tick->course : NULL};
}

/* ---- potentials of one S wave ---- */

typedef struct one_fit {
    fit_variant variant;
    int steps; /* of Levenberg-Marquardt; 0: Adam, of `epochs` */
    int epochs;
    double tolerance; /* of Adam, */
    double rate;      /* and its learning rate; 0: 0.02 */
    bool warm, line;  /* V(r) = w r + b and data that it reproduces, where rounding ends the fit */
    double size;      /* times the data; 0: 1 */
    bool second;      /* after one that diverges, as a restart may */
} one_fit;

static hp_status run_lm(const one_fit *fit, const hp_tick *tick, fit_case *p,
                        hp_train_report *report, hp_error *err) {
    hp_lm lm;
    const hp_lm_options options = lm_options(tick, fit->steps, fit->warm);
    HP_CALL(hp_lm_create(&p->loss, fit->steps, &lm, err));
    hp_status status = hp_lm_minimise(&lm, &p->loss, &options, p->param, report, err);
    hp_lm_destroy(&lm);
    return status;
}

static hp_status run_adam(const one_fit *fit, const hp_tick *tick, fit_case *p,
                          hp_train_report *report, hp_error *err) {
    hp_adam adam;
    const hp_train_options options = {.epochs = fit->epochs,
                                      .learning_rate = fit->rate > 0.0 ? fit->rate : 0.02,
                                      .schedule = HP_SCHEDULE_COSINE,
                                      .tolerance = fit->tolerance,
                                      .ncurve = CURVE,
                                      .tick = tick != NULL ? tick->function : NULL,
                                      .tick_context = tick != NULL ? tick->context : NULL,
                                      .course = tick != NULL ? tick->course : NULL};
    HP_CALL(hp_adam_create(p->model.nparam, fit->epochs, &adam, err));
    hp_status status = hp_adam_minimise(&adam, &p->loss, &options, p->param, report, err);
    hp_adam_destroy(&adam);
    return status;
}

/* Adam with such a rate that squares of weights overflow; leaves the weights as they are. */
static hp_status diverge(const hp_tick *tick, fit_case *p, hp_train_report *report, hp_error *err) {
    const one_fit wild = {.epochs = 20, .rate = 1e160};
    double before[ALL_PARAM];
    memcpy(before, p->param, p->model.nparam * sizeof *before);
    hp_status status = run_adam(&wild, tick, p, report, err);
    if (status != HP_STOPPED) assert_int_equal(status, HP_ERR_NUMERIC);
    if (status == HP_ERR_NUMERIC) hp_error_clear(err);
    memcpy(p->param, before, p->model.nparam * sizeof *before);
    return status;
}

static void make_line(fit_case *p) {
    static const int v[] = {1};
    static const hp_activation identity[] = {HP_IDENTITY};
    const hp_model_spec spec = {.input = HP_INPUT_LINEAR,
                                .v = layers_of(1, v, identity),
                                .local_scale = 1.0,
                                .output = HP_IDENTITY};
    hp_loss_destroy(&p->loss);
    hp_model_destroy(&p->model);
    assert_ok(hp_model_create(&spec, &p->model, &p->err), &p->err);
    assert_ok(hp_loss_create(&p->model, &p->data, &p->loss, &p->err), &p->err);
    p->param[0] = 0.31;
    p->param[1] = -0.22;
    for (int i = 0; i < FIT_VALUES; i++) p->S[i] = (0.7 - 0.4 * p->r[i % FIT_N]) * p->R[i];
}

static hp_status run_one(const void *context, const hp_tick *tick, double *result, hp_error *err) {
    const one_fit *fit = context;
    fit_case p;
    double curve[CURVE] = {0.0};
    hp_train_report report = {.curve = curve};
    fit_case_make(&fit->variant, &p);
    if (fit->line) make_line(&p);
    for (int i = 0; i < FIT_VALUES && fit->size > 0.0; i++) p.S[i] *= fit->size;
    hp_loss_set_correlator(&p.loss, p.R, p.S);
    hp_status status = fit->second ? diverge(tick, &p, &report, err) : HP_OK;
    if (status == HP_STOPPED) {
        fit_case_destroy(&p);
        return status;
    }
    status = fit->steps > 0 ? run_lm(fit, tick, &p, &report, err)
                            : run_adam(fit, tick, &p, &report, err);
    put_result(p.param, p.model.nparam, &report, result);
    fit_case_destroy(&p);
    return status;
}

static void check_one(const char *name, const one_fit *fit, int least_ticks) {
    course_check(&(course_case){name, fit, NRESULT, run_one}, least_ticks, 0);
}

/* Every Jacobian there is. */
static void steps_go_on(void **state) {
    (void)state;
    for (int deep = 0; deep < 2; deep++)
        for (int bits = 0; bits < 8; bits++)
            check_one("sdnn", &(one_fit){.variant = fit_variant_of(deep, bits), .steps = 12}, 5);
    for (int kind = HP_MODEL_SDNN; kind <= HP_MODEL_TWO_PARAMETER; kind++) {
        one_fit fit = {.variant = fit_variant_of(false, kind == HP_MODEL_MLP ? 7 : 5), .steps = 12};
        fit.variant.kind = (hp_model_kind)kind;
        check_one("kind", &fit, 3);
    }
    one_fit local = {.variant = fit_variant_of(false, 5), .steps = 12};
    local.variant.only_local = true;
    check_one("local", &local, 5);
}

/* Converged, warm, without penalty, and where steps are too short to matter: there the latest step
 * was none. */
static void steps_to_every_end_go_on(void **state) {
    (void)state;
    one_fit fit = {.variant = fit_variant_of(false, 5), .steps = 300};
    check_one("to the minimum", &fit, 10);
    fit.warm = true;
    check_one("warm", &fit, 3);
    fit.variant.penalty = 0.0;
    fit.variant.narrow = true;
    fit.steps = 40;
    check_one("without penalty", &fit, 40);
    fit = (one_fit){
        .variant = {.activation = HP_SILU, .only_local = true}, .steps = 300, .line = true};
    check_one("exact data", &fit, 5);
}

static void epochs_go_on(void **state) {
    (void)state;
    check_one("adam", &(one_fit){.variant = fit_variant_of(false, 7), .epochs = 60}, 60);
    check_one("deep", &(one_fit){.variant = fit_variant_of(true, 1), .epochs = 30}, 30);
    one_fit fit = {.variant = fit_variant_of(false, 1), .epochs = 420, .tolerance = 0.9};
    check_one("at rest", &fit, 200); /* ends after 100 epochs at rest */
}

static void a_minimisation_behind_one_that_fails_goes_on(void **state) {
    (void)state;
    check_one("second", &(one_fit){.variant = fit_variant_of(false, 1), .steps = 6, .second = true},
              7);
}

/* ---- matrices ---- */

static hp_status run_matrix(const void *context, const hp_tick *tick, double *result,
                            hp_error *err) {
    hp_status status = HP_OK;
    matrix_case p;
    hp_lm lm = {0};
    double curve[CURVE] = {0.0};
    hp_train_report report = {.curve = curve};
    const hp_lm_options options = lm_options(tick, 12, false);
    matrix_case_make(context, &p);
    hp_least_squares sum = hp_matrix_loss_sum(&p.loss);
    HP_TRY(hp_lm_create_for(&sum, 12, &lm, err));
    status = hp_lm_minimise_sum(&lm, &sum, &options, p.param, &report, err);
    put_result(p.param, p.model.nparam, &report, result);
cleanup:
    hp_lm_destroy(&lm);
    matrix_case_destroy(&p);
    return status;
}

static void matrices_go_on(void **state) {
    static const matrix_variant variants[] = {
        {.ncomponent = 2, .penalty = 0.05},
        {.ncomponent = 3, .modes = true, .repeated = true, .penalty = 0.05},
        {.ncomponent = 2, .operators = true},
        {.ncomponent = 2, .only_local = true, .modes = true}};
    (void)state;
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++)
        course_check(&(course_case){"matrix", &variants[v], NRESULT, run_matrix}, 5, 5);
}

/* ---- what is not believed ---- */

/* The state of `other`, stopped at a tick, is handed to `fit`: it begins anew. */
static void check_refused(const one_fit *fit, const one_fit *other, int stop) {
    const course_case this = {"refused", fit, NRESULT, run_one},
                      that = {"other", other, NRESULT, run_one};
    static double whole[NRESULT], found[NRESULT];
    hp_error err = HP_ERROR_INIT;
    course_keeper kept = {.stop = stop, .kill = -1};
    assert_ok(run_one(fit, NULL, whole, &err), &err);
    assert_int_equal(course_run(&that, &kept, 1e6, found), HP_STOPPED);
    kept.stop = -1;
    assert_int_equal(course_run(&this, &kept, 1e6, found), HP_OK);
    course_compare(&this, "refused", 0, found, whole);
    assert_int_equal(kept.told, 1);
    assert_true(kept.place.refused);
    assert_int_equal(kept.place.step, 0);
    course_forget(&kept);
}

static void states_of_other_fits_are_refused(void **state) {
    (void)state;
    const one_fit lm = {.variant = fit_variant_of(false, 1), .steps = 12};
    const one_fit adam = {.variant = fit_variant_of(false, 1), .epochs = 12};
    one_fit wide = lm, long_lm = lm, sample = lm, sample_adam = adam, long_adam = adam;
    wide.variant.deep_g = true; /* other parameters */
    long_lm.steps = 24;         /* more steps than there may be */
    long_adam.epochs = 24;
    sample.size = sample_adam.size = 1.0001; /* another sample */
    check_refused(&lm, &adam, 4);
    check_refused(&adam, &lm, 4);
    check_refused(&lm, &wide, 4);
    check_refused(&lm, &long_lm, 14);
    check_refused(&adam, &long_adam, 14);
    check_refused(&lm, &sample, 4);
    check_refused(&adam, &sample_adam, 4);
}

/* Cut off, or changed, at any place. */
static void damaged_states_are_refused(void **state) {
    (void)state;
    const one_fit fit = {.variant = fit_variant_of(false, 1), .steps = 12};
    const course_case this = {"damaged", &fit, NRESULT, run_one};
    static double whole[NRESULT], found[NRESULT];
    hp_error err = HP_ERROR_INIT;
    course_keeper kept = {.stop = 4, .kill = -1};
    assert_ok(run_one(&fit, NULL, whole, &err), &err);
    assert_int_equal(course_run(&this, &kept, 1e6, found), HP_STOPPED);
    size_t length = kept.length;
    double *state_of_4 = hp_alloc(length, sizeof *state_of_4);
    memcpy(state_of_4, kept.state, length * sizeof *state_of_4);
    kept.stop = -1;
    for (size_t cut = 1; cut < length; cut++) {
        kept.length = cut;
        memcpy(kept.state, state_of_4, length * sizeof *state_of_4);
        assert_int_equal(course_run(&this, &kept, 1e6, found), HP_OK);
        assert_int_equal(kept.told, 1);
        course_compare(&this, "cut at", (int)cut, found, whole);
    }
    /* layout, kind, finished, length, steps, the first parameter, the first and the last loss */
    const size_t head = 4 + 7, nparam = length - head - 6;
    const size_t places[] = {0, 1, 3, 4, head, head + nparam, length - 1};
    const double wrong[] = {-1.0, 0.5, 7.0, 1e300, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
            kept.length = length;
            memcpy(kept.state, state_of_4, length * sizeof *state_of_4);
            if (kept.state[places[i]] == wrong[k]) continue;
            kept.state[places[i]] = wrong[k];
            assert_int_equal(course_run(&this, &kept, 1e6, found), HP_OK);
            assert_true(kept.place.refused);
            course_compare(&this, "changed at", (int)places[i], found, whole);
        }
    hp_free(state_of_4);
    course_forget(&kept);
}

/* ---- a stop that comes from outside ---- */

static hp_status request_stop(void *context, const hp_train_tick *at, hp_error *err) {
    (void)err;
    if (at->epoch == *(int *)context) hp_stop_request(HP_STOP_OTHER_RANK);
    return HP_OK;
}

/* In a process of its own, since a stop is for ever: write what is kept to the pipe. */
static int run_until_stopped(const one_fit *fit, int at, int to) {
    course_keeper kept = {.stop = -1, .kill = -1};
    const hp_fit_keeper keeper = {
        .context = &kept, .interval = 1e6, .keep = course_keep, .restore = course_restore};
    double result[NRESULT];
    hp_course course;
    hp_error err = HP_ERROR_INIT;
    const hp_tick tick = {.function = request_stop, .context = &at, .course = &course};
    if (hp_course_create(&keeper, &course, &err) != HP_OK) return 1;
    if (run_one(fit, &tick, result, &err) != HP_STOPPED) return 2;
    if (hp_course_save(&course, &err) != HP_OK || kept.keeps != 1) return 3;
    ssize_t size = (ssize_t)(kept.length * sizeof *kept.state);
    return write(to, kept.state, (size_t)size) == size ? 0 : 4;
}

/* The tick says nothing: it is seen in the middle of the next step, whose Jacobian asks too. */
static void a_stop_ends_a_step(void **state) {
    const one_fit fits[] = {{.variant = fit_variant_of(true, 1), .steps = 12},
                            {.variant = {.activation = HP_SILU, .kind = HP_MODEL_MLP}, .steps = 12},
                            {.variant = fit_variant_of(false, 1), .epochs = 20}};
    (void)state;
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        enum { AT = 4, MOST = 4000 };
        const course_case this = {"stopped", &fits[i], NRESULT, run_one};
        static double whole[NRESULT], found[NRESULT];
        int ends[2], code = 0;
        hp_error err = HP_ERROR_INIT;
        course_keeper kept = {.stop = -1, .kill = -1};
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) _exit(run_until_stopped(&fits[i], AT, ends[1]));
        close(ends[1]);
        kept.state = hp_alloc(MOST, sizeof *kept.state);
        for (ssize_t size = 1, all = 0; size > 0; all += size) {
            size = read(ends[0], (char *)kept.state + all, MOST * sizeof *kept.state - (size_t)all);
            kept.length = (size_t)(all + (size > 0 ? size : 0)) / sizeof *kept.state;
        }
        close(ends[0]);
        assert_int_equal(waitpid(child, &code, 0), child);
        assert_int_equal(code, 0);
        assert_ok(run_one(&fits[i], NULL, whole, &err), &err);
        assert_int_equal(course_run(&this, &kept, 1e6, found), HP_OK);
        course_compare(&this, "stopped in step", AT + 1, found, whole);
        assert_in_range(kept.place.step, AT + 1, AT + 2); /* a step without Jacobian ends */
        course_forget(&kept);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_go_on),
        cmocka_unit_test(steps_to_every_end_go_on),
        cmocka_unit_test(epochs_go_on),
        cmocka_unit_test(a_minimisation_behind_one_that_fails_goes_on),
        cmocka_unit_test(matrices_go_on),
        cmocka_unit_test(states_of_other_fits_are_refused),
        cmocka_unit_test(damaged_states_are_refused),
        cmocka_unit_test(a_stop_ends_a_step),
    };
    return cmocka_run_group_tests_name("train/course", tests, NULL, NULL);
}
