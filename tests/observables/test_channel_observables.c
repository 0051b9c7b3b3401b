// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of coupled channels where they are known in closed form, as rows of the record. */
#include "channel_case.h"

/* Numbers of the wells to the digits that are printed: S and phases from the closed form, which
 * Nystroem reaches to rounding of 1e-14. */
static void wells_give_the_known_numbers(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    compute(&s);
    assert_close(value(&s, HP_ROW_DELTA, 0), 21.574601471387, 0, 1e-12);
    assert_close(value(&s, HP_ROW_DELTA, 1), 25.930710615494, 0, 1e-12);
    assert_complex(smatrix(&s, 1, 1, 2), hp_complex(.891851104228, .309372977588), 1e-12);
    assert_complex(smatrix(&s, 1, 2, 2), hp_complex(-.304620716500, -.126870751970), 1e-12);
    assert_complex(smatrix(&s, 2, 2, 2), hp_complex(-.847789686479, -.415165845022), 1e-12);
    assert_close(value(&s, HP_ROW_ETA, 2), .943986245331, 0, 1e-12);
    assert_close(value(&s, HP_ROW_ETA, 4 + 3), .962774660472, 0, 1e-12);
    assert_close(value(&s, HP_ROW_EIGENPHASE_SUM, 2), 112.611122480, 0, 1e-9);
    assert_close(value(&s, HP_ROW_EIGENPHASE_SUM, 3), 77.281916299, 0, 1e-9);
    assert_close(value(&s, "mixing/eigenphase_1_deg", 3) + value(&s, "mixing/eigenphase_2_deg", 3),
                 value(&s, HP_ROW_EIGENPHASE_SUM, 3), 0, 1e-11);
    close_scene(&s);
}

/* Closed components have nothing; both solvers agree to the tolerance of the steps. */
static void closed_components_are_nan(void **state) {
    (void)state;
    static const char *const rows[] = {HP_ROW_DELTA, HP_ROW_KCOT, HP_ROW_ETA, HP_ROW_SIGMA,
                                       HP_ROW_DELTA_NUMERICAL};
    scene s;
    open_scene(&s);
    compute(&s);
    for (int i = 0; i < 5; i++)
        for (int e = 0; e < 4; e++) {
            assert_int_equal(isnan(value(&s, rows[i], 4 + e)), e < 2);
            assert_false(isnan(value(&s, rows[i], e)));
        }
    for (int e = 0; e < 4; e++) assert_true(value(&s, HP_ROW_DELTA_NUMERICAL, e) < 1e-8);
    assert_true(isnan(creal(smatrix(&s, 1, 2, 1))));
    assert_true(isnan(value(&s, "mixing/eigenphase_2_deg", 1)));
    assert_null(hp_record_find(&s.record, HP_ROW_EPSILON)); /* of different pairs */
    close_scene(&s);
}

/* k cot delta of the elastic energies is -1/T; cross sections are unitary. */
static void numbers_follow_from_each_other(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    compute(&s);
    for (int e = 0; e < 3; e++) {
        double k = sqrt(s.energies[e]), delta = value(&s, HP_ROW_DELTA, e) * M_PI / 180.0;
        assert_close(value(&s, HP_ROW_KCOT, e), k / tan(delta) * HP_HBARC_MEV_FM, 1e-11, 0);
        double eta = value(&s, HP_ROW_ETA, e);
        double sigma = M_PI / (k * k) * (1.0 + eta * eta - 2.0 * eta * cos(2.0 * delta));
        assert_close(value(&s, HP_ROW_SIGMA, e), sigma, 1e-11, 0);
        assert_close(value(&s, HP_ROW_SIGMA_MB, e), 10.0 * sigma, 1e-11, 0);
    }
    /* a of B at its threshold is that of S there: its Re and Im from S_BB -> 1 - 2 i k a */
    s.observables.energy[2] = 6.0 + 1e-8;
    assert_ok(compute_for(&s, &s.channels), &s.err);
    double complex a = (1.0 - smatrix(&s, 2, 2, 2)) / (2.0 * I * 1e-4);
    double complex length = hp_complex(value(&s, "scattering/re_scattering_length_B_1S0_fm", 0),
                                       value(&s, "scattering/im_scattering_length_B_1S0_fm", 0));
    assert_complex(a, length, 3e-4 * cabs(length) * cabs(length)); /* k a of the next order */
    assert_close(value(&s, "scattering/scattering_length_A_1S0_fm", 0) *
                     value(&s, "scattering/inverse_scattering_length_A_1S0_per_fm", 0),
                 1.0, 1e-14, 0);
    close_scene(&s);
}

/* The ODE solver reports, and Nystroem judges. */
static void either_solver_reports(void **state) {
    (void)state;
    scene s, other;
    open_scene(&s);
    compute(&s);
    open_scene(&other);
    other.options.solver = HP_SOLVER_ODE;
    compute(&other);
    for (int i = 0; i < 8; i++) {
        double delta = value(&s, HP_ROW_DELTA, i);
        if (isnan(delta)) continue;
        assert_close(value(&other, HP_ROW_DELTA, i), delta, 0, 1e-8); /* its steps */
        assert_close(value(&other, HP_ROW_DELTA_NUMERICAL, i), value(&s, HP_ROW_DELTA_NUMERICAL, i),
                     0, 1e-11);
        assert_true(value(&other, HP_ROW_DELTA, i) != delta);
    }
    close_scene(&other);
    open_scene(&other);
    other.options.solver = HP_SOLVER_NYSTROEM;
    compute(&other);
    assert_close(value(&other, HP_ROW_DELTA, 3), value(&s, HP_ROW_DELTA, 3), 0, 0);
    assert_true(isnan(value(&other, HP_ROW_DELTA_NUMERICAL, 3)));
    close_scene(&other);
    close_scene(&s);
}

/* Correlation functions of pairs that come in by A, weights 1 and 0, and 1 and 1. */
static void correlation_functions_have_weights(void **state) {
    (void)state;
    static const double one[] = {1.678816384970, .959906387626, .982673746846};
    static const double both[] = {1.706559435572, 1.036839210845, .992443758603};
    static const double weights[] = {1.0, 1.0};
    for (int i = 0; i < 2; i++) {
        scene s;
        open_scene(&s);
        s.options.nsource = 1;
        s.options.source_radius_fm = &s.radius;
        s.options.weight = i == 0 ? NULL : weights;
        compute(&s);
        for (int e = 0; e < 3; e++)
            assert_close(value(&s, HP_ROW_CORRELATION, e), (i == 0 ? one : both)[e], 0, 1e-12);
        assert_close(value(&s, HP_ROW_FEMTO_K, 1), 2.0 * HP_HBARC_MEV_FM, 1e-14, 0);
        close_scene(&s);
    }
}

/* Poles on their sheets, to 1e-8 relative. */
static void poles_are_on_their_sheets(void **state) {
    (void)state;
    static const char *const sheets[] = {"(-,+)", "(-,-)", "(+,-)", "(+,+)"};
    double mev = HP_HBARC_MEV_FM;
    scene s;
    open_scene(&s);
    s.options.poles =
        (hp_pole_options){4, sheets, true, {-3.0 * mev, 22.0 * mev, 14.0 * mev}, 3, false};
    compute(&s);
    assert_close(value(&s, HP_ROW_POLE_E, 0), 5.1354468566315 * mev, 1e-8, 0);
    assert_close(value(&s, HP_ROW_POLE_WIDTH, 0), -0.13441097024598 * mev, 1e-8, 0);
    assert_close(value(&s, HP_ROW_POLE_KIND, 0), HP_POLE_RESONANCE, 0, 0);
    assert_close(value(&s, HP_ROW_POLE_E, 1), -0.77883420426377 * mev, 1e-8, 0);
    assert_close(value(&s, HP_ROW_POLE_KIND, 1), HP_POLE_VIRTUAL, 0, 0);
    assert_close(value(&s, HP_ROW_POLE_E, 3), -1.4677172574365 * mev, 1e-8, 0);
    assert_close(value(&s, HP_ROW_POLE_E, 6), 18.284103938015 * mev, 1e-8, 0);
    assert_close(value(&s, HP_ROW_POLE_WIDTH, 6), -11.780318803436 * mev, 1e-8, 0);
    assert_true(isnan(value(&s, HP_ROW_POLE_E, 9))); /* none is bound */
    double complex k =
        hp_complex(value(&s, "poles/re_k_mev_B", 0), value(&s, "poles/im_k_mev_B", 0));
    double complex E = hp_complex(value(&s, HP_ROW_POLE_E, 0), value(&s, HP_ROW_POLE_WIDTH, 0));
    assert_complex(k * k, (E - 6.0 * mev) * mev, 1e-9 * mev * mev); /* 2 mu = 1 */
    assert_non_null(hp_record_find(&s.record, "poles/re_g_A_1S0"));
    close_scene(&s);
}

/* One component with l = 1: axes and names are those of one S wave. */
static void one_partial_wave_has_plain_names(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.channels.npair = s.channels.ncomponent = 1;
    s.channels.component[0].l = 1;
    s.V[0][0] = -12.0;
    s.energies[0] = 0.25;
    s.energies[1] = 1.0;
    s.energies[2] = 4.0;
    s.energies[3] = 16.0;
    compute(&s);
    static const double known[] = {-5.513359351452, -23.20212236212, -63.48973010687,
                                   61.98133526841};
    for (int e = 0; e < 4; e++) {
        double delta = value(&s, HP_ROW_DELTA, e);
        assert_close(remainder(delta - known[e], 180.0), 0.0, 0, 1e-9); /* digits that are known */
        double k = sqrt(s.energies[e]);
        assert_close(value(&s, HP_ROW_KCOT, e),
                     pow(k * HP_HBARC_MEV_FM, 3.0) / tan(delta * M_PI / 180.0), 1e-9, 0);
    }
    assert_close(value(&s, "scattering/scattering_length_fm3", 0), 1.113841040411, 0, 1e-11);
    assert_close(value(&s, "scattering/inverse_scattering_length_per_fm3", 0), 1.0 / 1.113841040411,
                 1e-11, 0);
    assert_non_null(hp_record_find(&s.record, "scattering/effective_range_per_fm"));
    assert_null(hp_record_find(&s.record, "mixing/eigenphase_1_deg"));
    assert_null(hp_record_find(&s.record, "smatrix/re_S_11"));
    assert_int_equal(hp_record_find(&s.record, HP_ROW_DELTA)->naxis, 1);
    assert_close(value(&s, HP_ROW_NBOUND, 0), 1.0, 0, 0); /* q b = 3.46 > pi: one P wave state */
    assert_close(value(&s, HP_ROW_DELTA, 0), known[0] + 180.0, 0, 1e-9);
    close_scene(&s);
}

/* S and D waves with a coupling like r^2: a bound state in a sample moves the phase of its S wave
 * at threshold by 180 degrees, but not epsilon. */
static void fill_tensor(const hp_quadrature *nodes, double depth, double *local) {
    int n = nodes->n;
    for (int i = 0; i < n; i++) {
        double r2 = nodes->r[i] * nodes->r[i], g = exp(-4.0 * r2);
        local[i] = -depth * g;
        local[n + i] = local[2 * n + i] = -20.0 * r2 * g;
        local[3 * n + i] = 10.0 * r2 * g;
    }
}

static void compute_tensor(scene *s, double depth) {
    double local[2][4 * MOST_NODES];
    hp_matrix_interaction interaction[2] = {{0}};
    for (int i = 0; i < s->observables.nsolver; i++) {
        fill_tensor(&s->observables.nodes[i], depth, local[i]);
        interaction[i] = (hp_matrix_interaction){.ncomponent = 2, .local = local[i]};
    }
    assert_ok(hp_channel_observables_compute(&s->observables, &s->channels, interaction, &s->record,
                                             s->values, &s->err),
              &s->err);
}

static void open_tensor(scene *s) {
    open_scene(s);
    s->channels.npair = 1;
    s->channels.component[1] = (hp_component){0, 2};
    s->component_name[0] = "3S1";
    s->component_name[1] = "3D1";
    s->spin[0] = s->spin[1] = (hp_spin_state){3, 2};
    s->energies[0] = 1e-4;
    assert_ok(create(s), &s->err);
    describe(s);
}

static void samples_take_the_branches_of_the_average(void **state) {
    (void)state;
    scene average, sample;
    bool changed;
    open_tensor(&average);
    open_tensor(&sample);
    compute_tensor(&average, 9.0);
    compute_tensor(&sample, 12.0);
    assert_close(value(&average, HP_ROW_NBOUND, 0), 0.0, 0, 0);
    assert_close(value(&sample, HP_ROW_NBOUND, 0), 1.0, 0, 0);
    double S = value(&sample, HP_ROW_MIXING_1, 0), D = value(&sample, HP_ROW_MIXING_2, 0);
    double epsilon = value(&sample, HP_ROW_EPSILON, 0), blatt = value(&sample, HP_ROW_EPSILON, 4);
    double sum = value(&sample, HP_ROW_EIGENPHASE_SUM, 0);
    assert_true(fabs(S - value(&average, HP_ROW_MIXING_1, 0)) > 90.0);
    assert_true(epsilon * value(&average, HP_ROW_EPSILON, 0) > 0.0);
    assert_ok(hp_channel_observables_take_nodes(&sample.observables, &average.record,
                                                average.values, &changed, &sample.err),
              &sample.err);
    compute_tensor(&sample, 12.0);
    assert_close(value(&sample, HP_ROW_MIXING_1, 0), S - 180.0, 0, 1e-11);
    assert_close(value(&sample, HP_ROW_DELTA, 0), S - 180.0, 0, 1e-11);
    assert_close(value(&sample, HP_ROW_MIXING_2, 0), D, 0, 1e-11);
    assert_close(value(&sample, HP_ROW_EPSILON, 0), epsilon, 0, 1e-13);
    assert_close(value(&sample, HP_ROW_EPSILON, 4), blatt, 0, 1e-13);
    assert_close(value(&sample, HP_ROW_EIGENPHASE_SUM, 0), sum - 180.0, 0, 1e-11);
    close_scene(&average);
    close_scene(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wells_give_the_known_numbers),
        cmocka_unit_test(closed_components_are_nan),
        cmocka_unit_test(numbers_follow_from_each_other),
        cmocka_unit_test(either_solver_reports),
        cmocka_unit_test(correlation_functions_have_weights),
        cmocka_unit_test(poles_are_on_their_sheets),
        cmocka_unit_test(samples_take_the_branches_of_the_average),
        cmocka_unit_test(one_partial_wave_has_plain_names),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/channels", tests, NULL, NULL);
}
