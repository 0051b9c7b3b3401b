// SPDX-License-Identifier: GPL-3.0-or-later
/* Gaussians with a tail as a kind of potential: N Omega of Iritani et al., PLB 792 (2019) 284, from
 * exact data, with its scattering; V0 of the derivative expansion; what is said of a tail.
 *
 * L is the lattice spacing of 1/2333 MeV, 90 radii to 4.2 fm. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/forms.h"
#include "hadpot/gaussians.h"
#include "hadpot/memory.h"
#include "hadpot/n2lo.h"
#include "hadpot/nystroem.h"
#include "hadpot/potential.h"
#include "hadpot/units.h"

enum { N = 90, NSAMPLE = 2 };

static const double MEV = 2333.0, FM = HP_HBARC_MEV_FM / 2333.0;
static const double PION = 146.0, X_PARAM[] = {-0.2, 3.0};
static const char STRENGTH[] = "potential/tail_strength_mev_fm2";

typedef struct scene {
    hp_error err;
    hp_fit_data data;
    double x_error[N], prediction[2 * N];
    hp_forms *forms;
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    double *vector; /* (1 + NSAMPLE, length) */
} scene;

/* The constants of the paper, in MeV and fm. */
static void make_truth(scene *s) {
    const double h = HP_HBARC_MEV_FM * HP_HBARC_MEV_FM / (2 * s->data.pair[0].mu * MEV);
    assert_ok(hp_forms_create(h, &s->forms, &s->err), &s->err);
    assert_ok(hp_forms_add(s->forms, HP_FORM_GAUSSIAN,
                           (double[HP_FORM_PARAMETERS]){-313.0, 1 / sqrt(81.7)}, &s->err),
              &s->err);
    assert_ok(hp_forms_add(s->forms, HP_FORM_SQUARED_YUKAWA,
                           (double[HP_FORM_PARAMETERS]){-252.0, 0.85, PION / HP_HBARC_MEV_FM},
                           &s->err),
              &s->err);
}

static void fill_data(scene *s) {
    hp_fit_data *data = &s->data;
    bool expansion = s->setup.kind->flags & HP_KIND_TWO_SOURCES;
    int ncolumn = expansion ? 2 : 1;
    assert_ok(hp_fit_data_create(N, ncolumn, data, &s->err), &s->err);
    data->label = "tail";
    data->nfitted = N * ncolumn;
    data->length_fm = FM;
    data->energy_mev = MEV;
    data->of_potential = true;
    data->pair[0] = hp_pair_of_reduced_mass(954.69 * 1711.53 / (954.69 + 1711.53) / MEV);
    make_truth(s);
    for (int i = 0; i < N * ncolumn; i++) {
        int c = i / N, r = i % N;
        double at = data->r[r] = 0.55 * (r + 1);
        data->quadrature[r] = 4 * M_PI * at * at * 0.55;
        data->fitted[r] = 1.0;
        data->R[i] = 1.0 + (0.4 + 0.5 * c) * exp(-0.1 * at);
        data->K[i] = 0.3 * (1 - 2 * c) * exp(-0.06 * at);
        data->S[i] = hp_forms_local(s->forms, at * FM) / MEV * data->R[i] +
                     (expansion ? hp_gaussians_value(X_PARAM, 1, at) * data->K[i] : 0.0);
        data->V[i] = data->S[i] / data->R[i];
        data->S_error[i] = data->V_error[i] = 1e-5 * (1.0 + 0.1 * at);
        s->x_error[r] = 0.01;
    }
    data->x_error = s->x_error;
}

static void open_scene(scene *s, int kind) {
    *s = (scene){.err = HP_ERROR_INIT};
    s->setup.kind = &hp_potential_kinds[kind];
    fill_data(s);
    s->setup = (hp_potential_setup){.kind = &hp_potential_kinds[kind],
                                    .data = &s->data,
                                    .gaussians = 1,
                                    .tail = {HP_TAIL_SQUARED_YUKAWA, PION / MEV, 1},
                                    .n2lo_gaussians = 1,
                                    .n2lo_range_fm = {3.0 * FM, 0.6},
                                    .n2lo_deviation = 1e6, /* no prior to rounding */
                                    .n2lo_r_max_fm = 1.0};
    assert_ok(hp_potential_create(&s->setup, &s->potential, &s->err), &s->err);
    hp_record_create(&s->record);
    hp_record_add_slim_axis(&s->record, "component", HP_NCOMPONENT);
    hp_record_add_axis(&s->record, "r", N);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &s->err), &s->err);
    s->vector = hp_alloc((1 + NSAMPLE) * s->record.length, sizeof *s->vector);
    assert_non_null(s->vector);
}

static void close_scene(scene *s) {
    hp_potential_destroy(&s->potential);
    hp_fit_data_destroy(&s->data);
    hp_forms_destroy(&s->forms);
    hp_free(s->vector);
    hp_record_destroy(&s->record);
}

static void fit(scene *s, const double *start) {
    const hp_fit_task task = {.data = &s->data,
                              .start = start,
                              .record = &s->record,
                              .vector = s->vector,
                              .prediction = s->prediction};
    assert_ok(hp_potential_fit(&s->potential, &task, &s->err), &s->err);
    assert_close(*hp_record_read(&s->record, s->vector, HP_ROW_CONVERGED), 1, 0, 0);
}

static double stored(const scene *s, const char *path, size_t i) {
    return hp_record_read(&s->record, s->vector, path)[i];
}

/* Rounding of V, 1e-16, by a condition number of 1e3, and the last step of 1e-10. */
static void check_parameters(const scene *s) {
    assert_close(stored(s, HP_ROW_GAUSSIANS, 0), -313.0, 1e-8, 0);
    assert_close(stored(s, HP_ROW_GAUSSIANS, 1), 1 / sqrt(81.7), 1e-8, 0);
    assert_close(stored(s, STRENGTH, 0), -252.0, 1e-8, 0);
    assert_close(stored(s, HP_ROW_TAIL_RANGE, 0), 1 / sqrt(0.85), 1e-8, 0);
}

/* Panels from the width of the core to 1.5 fm, to where the tail ends. */
static void make_nodes(double end, hp_quadrature *nodes) {
    hp_error err = HP_ERROR_INIT;
    double edge[64] = {0};
    int n = 0;
    for (double step = 0.05; edge[n] + step < end * FM; step = fmin(1.3 * step, 1.5)) {
        edge[n + 1] = edge[n] + step;
        n++;
        assert_true(n < 62);
    }
    edge[++n] = end * FM;
    for (int i = 0; i <= n; i++) edge[i] /= FM;
    assert_ok(hp_quadrature_create_panels(edge, n, 16, nodes, &err), &err);
}

static void check_scattering(scene *s, hp_node_potential *on) {
    static const double energy[] = {1, 10, 100}; /* MeV; degrees, from the forms themselves */
    static const double expected[] = {134.261564359, 89.620530860, 47.206643787};
    hp_nystroem *solver = NULL;
    double a0, reff, kappa2, square, k2[3], delta[3], kcot[3], mu = s->data.pair[0].mu;
    int found;
    hp_interaction interaction = hp_node_potential_interaction(on);
    assert_ok(hp_nystroem_create(on->nodes, &solver, &s->err), &s->err);
    assert_ok(hp_nystroem_set_interaction(solver, &interaction, &s->err), &s->err);
    assert_ok(hp_nystroem_threshold(solver, &a0, &reff, &s->err), &s->err);
    assert_ok(hp_nystroem_bound_states(solver, 1, &kappa2, &square, NULL, &found, &s->err),
              &s->err);
    for (int i = 0; i < 3; i++) k2[i] = 2 * mu * energy[i] / MEV;
    assert_ok(hp_nystroem_phase_shifts(solver, k2, 3, delta, kcot, &s->err), &s->err);
    print_message("a0 %.6f fm, r_eff %.6f fm, B %.6f MeV, rms %.6f fm\n", a0 * FM, reff * FM,
                  kappa2 / (2 * mu) * MEV, sqrt(square) * FM);
    assert_int_equal(found, 1);
    /* the digits of the table in SPEC 5.7 */
    assert_close(a0 * FM, 5.1849, 0, 5e-5);
    assert_close(reff * FM, 1.2711, 0, 5e-5);
    assert_close(kappa2 / (2 * mu) * MEV, 1.6114, 0, 5e-5);
    assert_close(sqrt(square) * FM, 3.6994, 0, 5e-5);
    for (int i = 0; i < 3; i++) {
        print_message("delta(%g MeV) = %.9f deg, expected %.9f\n", energy[i], delta[i] * 180 / M_PI,
                      expected[i]);
        assert_close(delta[i] * 180 / M_PI, expected[i], 0, 1e-6);
    }
    hp_nystroem_destroy(&solver);
}

static void n_omega_comes_back_from_exact_data(void **state) {
    (void)state;
    scene s;
    hp_quadrature nodes = {0};
    hp_node_potential on;
    open_scene(&s, HP_KIND_ID_gaussians);
    fit(&s, NULL);
    check_parameters(&s);
    double *first = hp_alloc(s.record.length, sizeof *first);
    memcpy(first, s.vector, s.record.length * sizeof *first);
    fit(&s, first); /* again, from there */
    check_parameters(&s);
    for (int r = 0; r < N; r++)
        assert_close(stored(&s, HP_ROW_V_LOCAL, (size_t)r),
                     hp_forms_local(s.forms, s.data.r[r] * FM), 1e-8, 0);
    double end = hp_potential_describe(&s.potential).end;
    assert_close(end, hp_tail_end(&s.setup.tail), 0, 0); /* far beyond the data */
    assert_true(end * FM > 15);
    make_nodes(end, &nodes);
    assert_ok(hp_node_potential_create(&s.potential, &nodes, &on, &s.err), &s.err);
    hp_potential_load(&s.potential, &s.record, first);
    assert_ok(hp_potential_fill(&s.potential, s.data.pair, 1, &on, &s.err), &s.err);
    /* beyond the data too, and on the nodes of the core */
    for (int i = 0; i < nodes.n; i++)
        assert_close(on.local[i] / (2 * s.data.pair[0].mu) * MEV,
                     hp_forms_local(s.forms, nodes.r[i] * FM), 1e-7, 0);
    assert_true(hp_node_potential_edge_ratio(&on) < 1e-10);
    check_scattering(&s, &on);
    hp_node_potential_destroy(&on);
    hp_quadrature_destroy(&nodes);
    hp_free(first);
    close_scene(&s);
}

/* N phi with the constants that Lyu et al. give for t = 14, PRD 106 (2022) 074507, m_pi = 146.4
 * MeV: they find a0 = 1.43(23) fm (their sign) and r_eff = 2.36(10) fm. So it is with n = 2; with n
 * = 1 a0 would be 5.5 fm. */
static void n_phi_has_the_second_power(void **state) {
    (void)state;
    static const double gaussians[] = {-371.0, 0.13, -119.0, 0.30}; /* MeV, fm */
    const double mu = 954.0 * 1048.0 / 2002.0 / HP_HBARC_MEV_FM;
    double a0, reff;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature nodes = {0};
    hp_nystroem *solver = NULL;
    const hp_tail tail = {HP_TAIL_SQUARED_YUKAWA, 146.4 / HP_HBARC_MEV_FM, 2};
    const hp_gaussian_form form = {2, tail};
    double param[6] = {0}, *w;
    memcpy(param, gaussians, sizeof gaussians);
    param[4] = -97.0; /* MeV fm^2 */
    param[5] = 0.63;
    make_nodes(hp_tail_end(&tail) / FM, &nodes);
    w = hp_alloc((size_t)nodes.n, sizeof *w);
    for (int i = 0; i < nodes.n; i++) /* in units of FM */
        w[i] = 2 * mu * FM * FM * hp_gaussian_form_value(&form, param, nodes.r[i] * FM) /
               HP_HBARC_MEV_FM;
    assert_ok(hp_nystroem_create(&nodes, &solver, &err), &err);
    assert_ok(hp_nystroem_set_interaction(solver, &(hp_interaction){.local = w}, &err), &err);
    assert_ok(hp_nystroem_threshold(solver, &a0, &reff, &err), &err);
    print_message("N phi: a0 %.4f fm, r_eff %.4f fm\n", a0 * FM, reff * FM);
    assert_close(a0 * FM, -1.43, 0, 0.02); /* the constants have two or three digits */
    assert_close(reff * FM, 2.36, 0, 0.05);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&nodes);
    hp_free(w);
}

static void V0_of_the_expansion_has_a_tail_too(void **state) {
    (void)state;
    scene s;
    double V[1];
    open_scene(&s, HP_KIND_ID_n2lo);
    fit(&s, NULL);
    check_parameters(&s);
    hp_potential_on_shells(&s.potential, &(double){0.0}, 1, V); /* where levels need it as well */
    assert_close(V[0] * MEV, -313.0 - 252.0 * 0.85, 1e-7, 0);
    close_scene(&s);
}

static void too_few_points_are_counted_with_the_tail(void **state) {
    (void)state;
    scene s;
    hp_potential failed;
    open_scene(&s, HP_KIND_ID_gaussians);
    for (int r = 4; r < N; r++) s.data.fitted[r] = 0;
    assert_status(hp_potential_create(&s.setup, &failed, &s.err), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message,
                    "1 Gaussians and a tail have 4 parameters, but there are 4 points to fit");
    close_scene(&s);
}

/* Strength, range, longest range of a Gaussian, each with its jackknife error of two samples. */
static void say(scene *s, const double value[3], const double error[3]) {
    size_t length = s->record.length;
    for (int sample = 0; sample <= NSAMPLE; sample++) {
        double *vector = s->vector + (size_t)sample * length;
        int sign = sample == 0 ? 0 : 2 * sample - 3;
        *hp_record_at(&s->record, vector, STRENGTH) = value[0] + sign * error[0];
        *hp_record_at(&s->record, vector, HP_ROW_TAIL_RANGE) = value[1] + sign * error[1];
        hp_record_at(&s->record, vector, HP_ROW_GAUSSIANS)[1] = value[2] + sign * error[2];
    }
    hp_record_set_samples(&s->record, &(hp_rows){.n = NSAMPLE,
                                                 .value = s->vector,
                                                 .rule = {HP_METHOD_JACKKNIFE, NSAMPLE},
                                                 .has_rule = true});
    s->record.nnote = 0;
    hp_potential_note(&s->potential, &s->record);
}

static void tails_that_the_data_do_not_determine_are_noted(void **state) {
    (void)state;
    static const char *const said = "the data do not determine the tail of the potential: strength";
    scene s;
    open_scene(&s, HP_KIND_ID_gaussians);
    say(&s, (double[]){-2.5, 1.0, 0.1}, (double[]){1.2, 0.4, 0}); /* just above two errors */
    assert_int_equal(s.record.nnote, 0);
    say(&s, (double[]){-2.5, 1.0, 0.1}, (double[]){1.3, 0.1, 0});
    assert_int_equal(s.record.nnote, 1);
    assert_int_equal(s.record.note[0].severity, HP_CAUTION);
    assert_contains(s.record.note[0].text, said);
    assert_contains(s.record.note[0].text, "-2.5(1.3) MeV fm^2, form factor range 1.00(10) fm;");
    say(&s, (double[]){-250, 1.0, 0.1}, (double[]){9, 0.6, 0});
    assert_int_equal(s.record.nnote, 1);
    assert_contains(s.record.note[0].text, said);
    for (int k = 0; k < 2; k++) { /* the data are from 0.0465 to 4.19 fm */
        say(&s, (double[]){-250, k == 0 ? 0.0232 : 4.19, 0.01}, (double[]){9, 0.001, 0});
        assert_int_equal(s.record.nnote, 1);
        assert_contains(s.record.note[0].text, ", which is outside of their distances");
        say(&s, (double[]){-250, k == 0 ? 0.0233 : 4.18, 0.01}, (double[]){9, 0.001, 0});
        assert_int_equal(s.record.nnote, 0);
    }
    close_scene(&s);
}

static void tails_that_stand_for_the_core_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, HP_KIND_ID_gaussians);
    say(&s, (double[]){31.8, 0.5, 0.501}, (double[]){0.4, 0.01, 0.01});
    assert_int_equal(s.record.nnote, 1);
    assert_int_equal(s.record.note[0].severity, HP_REMARK);
    assert_contains(s.record.note[0].text,
                    "the fit takes the tail of the potential for its core: a Gaussian has a longer "
                    "range, 0.501 fm, than the form factor of the tail, 0.5 fm");
    say(&s, (double[]){31.8, 0.5, 0.499}, (double[]){0.4, 0.01, 0.01});
    assert_int_equal(s.record.nnote, 0);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n_omega_comes_back_from_exact_data),
        cmocka_unit_test(n_phi_has_the_second_power),
        cmocka_unit_test(V0_of_the_expansion_has_a_tail_too),
        cmocka_unit_test(too_few_points_are_counted_with_the_tail),
        cmocka_unit_test(tails_that_the_data_do_not_determine_are_noted),
        cmocka_unit_test(tails_that_stand_for_the_core_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
