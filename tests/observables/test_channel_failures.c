// SPDX-License-Identifier: GPL-3.0-or-later
/* Coupled channels where things go wrong: what is right all the same, and what is said. */
#include "channel_case.h"

#include "notes.h"

/* Log-derivative matrix Y = f(Q), f(x) = sqrt(x) cot sqrt(x), of two coupled wells of radius 1 with
 * Q = diag(k^2) - W, by its eigenvalues. */
static void log_derivative(const double k2[2], double V[2][2], double Y[2][2]) {
    double a = k2[0] - V[0][0], b = k2[1] - V[1][1], c = -V[0][1];
    double middle = 0.5 * (a + b), half = hypot(0.5 * (a - b), c);
    double angle = 0.5 * atan2(2.0 * c, a - b), x[2] = {middle + half, middle - half}, f[2];
    for (int i = 0; i < 2; i++) {
        double q = sqrt(fabs(x[i]));
        f[i] = x[i] > 0.0 ? q / tan(q) : q / tanh(q);
    }
    double C = cos(angle), S = sin(angle);
    Y[0][0] = C * C * f[0] + S * S * f[1];
    Y[1][1] = S * S * f[0] + C * C * f[1];
    Y[0][1] = Y[1][0] = C * S * (f[0] - f[1]);
}

/* delta of A in degrees modulo 180 with B closed. */
static double exact_delta(const scene *s, double energy) {
    double k2[2] = {energy, energy - s->channels.threshold[1]}, Y[2][2], V[2][2];
    memcpy(V, s->V, sizeof V);
    log_derivative(k2, V, Y);
    double k = sqrt(k2[0]), kappa = sqrt(-k2[1]);
    double y = Y[0][0] - Y[0][1] * Y[1][0] / (Y[1][1] + kappa);
    return (atan2(k, y) - k) * 180.0 / M_PI;
}

/* kappa R = 430 where B is closed by 1.2e5: no number overflows. */
static void deeply_closed_components_do_no_harm(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.channels.threshold[1] = 1.2e5;
    s.V[1][1] = -500.0;
    s.V[0][1] = s.V[1][0] = -60.0;
    compute(&s);
    for (int e = 0; e < 4; e++) {
        double delta = value(&s, HP_ROW_DELTA, e), exact = exact_delta(&s, s.energies[e]);
        /* the wave in B is known at a few nodes of its width 1/kappa behind the edge alone: its
         * effect, V_AB^2/threshold, is there to a part of 1e-3 */
        assert_close(remainder(delta - exact, 180.0), 0.0, 0, 1e-5);
        assert_close(value(&s, HP_ROW_ETA, e), 1.0, 1e-13, 0);
    }
    close_scene(&s);
}

/* At the threshold of B and 1e-12 to either side S_AA is the same to 1e-6, S_AB goes as k_B^(1/2).
 */
static void thresholds_are_smooth(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    double energies[] = {6.0 - 1e-12, 6.0, 6.0 + 1e-12, 6.0 + 1e-8};
    memcpy(s.energies, energies, sizeof energies);
    compute(&s);
    assert_complex(smatrix(&s, 1, 1, 0), hp_complex(.955496482886, .295002493537), 1e-11);
    assert_complex(smatrix(&s, 1, 1, 2), hp_complex(.955496304147, .295002587944), 1e-11);
    assert_complex(smatrix(&s, 1, 1, 1), smatrix(&s, 1, 1, 0), 1e-6);
    double k = sqrt(energies[3] - 6.0);
    assert_close(cabs(smatrix(&s, 1, 2, 3)) / sqrt(k), .534661572179, 0, 1e-9);
    for (int e = 0; e < 4; e++) assert_false(isnan(value(&s, HP_ROW_DELTA, e)));
    assert_true(isfinite(value(&s, HP_ROW_ETA, 4 + 1))); /* open, with k = 0: */
    assert_close(value(&s, HP_ROW_ETA, 4 + 1), 1.0, 1e-12, 0);
    assert_true(fabs(value(&s, HP_ROW_EIGENPHASE_SUM, 2) - value(&s, HP_ROW_EIGENPHASE_SUM, 0)) <
                1e-3);
    close_scene(&s);
}

/* Two pairs with one threshold: a rotation of two wells that do not couple. */
static void degenerate_thresholds_are_allowed(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    double C = cos(0.4), S = sin(0.4), v[] = {-3.0, -0.5};
    s.channels.threshold[1] = 0.0;
    s.V[0][0] = C * C * v[0] + S * S * v[1];
    s.V[1][1] = S * S * v[0] + C * C * v[1];
    s.V[0][1] = s.V[1][0] = C * S * (v[0] - v[1]);
    compute(&s);
    for (int e = 0; e < 4; e++) {
        double complex one[2];
        double k = sqrt(s.energies[e]);
        for (int i = 0; i < 2; i++) {
            double q = sqrt(k * k - v[i]), delta = atan2(k, q / tan(q)) - k;
            one[i] = cexp(2.0 * I * delta);
        }
        assert_complex(smatrix(&s, 1, 1, e), C * C * one[0] + S * S * one[1], 1e-12);
        assert_complex(smatrix(&s, 1, 2, e), C * S * (one[0] - one[1]), 1e-12);
        assert_complex(smatrix(&s, 2, 2, e), S * S * one[0] + C * C * one[1], 1e-12);
    }
    assert_true(isfinite(value(&s, "scattering/scattering_length_B_1S0_fm", 0)));
    close_scene(&s);
}

/* S and D waves of one pair, and a potential that acts in S alone. */
static void open_tensor(scene *s) {
    open_scene(s);
    s->channels.npair = 1;
    s->channels.component[1] = (hp_component){0, 2};
    s->component_name[0] = "3S1";
    s->component_name[1] = "3D1";
    s->spin[0] = s->spin[1] = (hp_spin_state){3, 2};
}

static void a_free_d_wave_is_free(void **state) {
    (void)state;
    scene s;
    open_tensor(&s);
    s.V[0][0] = -5.0;
    s.V[0][1] = s.V[1][0] = s.V[1][1] = 0.0;
    compute(&s);
    assert_close(value(&s, HP_ROW_NBOUND, 0), 1.0, 0, 0);
    for (int e = 0; e < 4; e++) {
        double k = sqrt(s.energies[e]), q = sqrt(k * k + 5.0);
        double delta = (atan2(k, q / tan(q)) - k) * 180.0 / M_PI;
        assert_close(remainder(value(&s, HP_ROW_DELTA, e) - delta, 180.0), 0.0, 0, 1e-11);
        assert_close(value(&s, HP_ROW_DELTA, 4 + e), 0.0, 0, 1e-11);
        for (int p = 0; p < 2; p++) {
            assert_close(value(&s, HP_ROW_MIXING_2, 4 * p + e), 0.0, 0, 1e-11);
            assert_close(value(&s, HP_ROW_EPSILON, 4 * p + e), 0.0, 0, 1e-11);
        }
    }
    assert_close(value(&s, "scattering/probability_3S1", 0), 1.0, 1e-12, 0);
    assert_close(value(&s, "scattering/probability_3D1", 0), 0.0, 0, 1e-12);
    assert_close(value(&s, HP_ROW_QUADRUPOLE, 0), 0.0, 0, 1e-12);
    assert_close(value(&s, HP_ROW_D_OVER_S, 0), 0.0, 0, 1e-12);
    assert_close(value(&s, "scattering/scattering_length_3D1_fm5", 0), 0.0, 0, 1e-12);
    close_scene(&s);
}

/* The order of components is that of the job, in S as in phases and in poles. */
static void permuted_components_permute(void **state) {
    (void)state;
    static const char *const one[] = {"-+"}, *const turned[] = {"+-"};
    double mev = HP_HBARC_MEV_FM;
    scene s, t;
    open_scene(&s);
    s.options.poles = (hp_pole_options){1, one, true, {3.0 * mev, 7.0 * mev, mev}, 1, false};
    compute(&s);
    open_scene(&t);
    t.options.poles = (hp_pole_options){1, turned, true, {3.0 * mev, 7.0 * mev, mev}, 1, false};
    t.channels.threshold[0] = 6.0;
    t.channels.threshold[1] = 0.0;
    t.V[0][0] = -5.0;
    t.V[1][1] = -1.0;
    t.component_name[0] = "B:1S0";
    t.component_name[1] = "A:1S0";
    t.pair_name[0] = "B";
    t.pair_name[1] = "A";
    compute(&t);
    for (int e = 2; e < 4; e++) {
        assert_complex(smatrix(&t, 2, 2, e), smatrix(&s, 1, 1, e), 1e-12);
        assert_complex(smatrix(&t, 1, 2, e), smatrix(&s, 1, 2, e), 1e-12);
        assert_complex(smatrix(&t, 1, 1, e), smatrix(&s, 2, 2, e), 1e-12);
    }
    for (int e = 0; e < 4; e++)
        assert_close(value(&t, HP_ROW_DELTA, 4 + e), value(&s, HP_ROW_DELTA, e), 0, 1e-10);
    assert_close(value(&t, HP_ROW_POLE_E, 0), value(&s, HP_ROW_POLE_E, 0), 1e-11, 0);
    assert_close(value(&t, "poles/im_k_mev_A", 0), value(&s, "poles/im_k_mev_A", 0), 1e-10, 0);
    assert_close(value(&t, "scattering/scattering_length_A_1S0_fm", 0),
                 value(&s, "scattering/scattering_length_A_1S0_fm", 0), 1e-12, 0);
    close_scene(&s);
    close_scene(&t);
}

/* One S wave of depth v: its two virtual states merge at kappa = 1, v = 21.19 (tan q = q), and are
 * a resonance below. */
static void open_well(scene *s, double v) {
    static const char *const sheet[] = {"-"};
    double mev = HP_HBARC_MEV_FM;
    open_scene(s);
    s->channels.npair = s->channels.ncomponent = 1;
    s->V[0][0] = -v;
    s->options.poles =
        (hp_pole_options){1, sheet, true, {-3.0 * mev, 3.0 * mev, 3.0 * mev}, 3, false};
    compute(s);
}

static void track(const scene *average, scene *sample) {
    bool changed;
    assert_ok(hp_channel_observables_take_nodes(&sample->observables, &average->record,
                                                average->values, &changed, &sample->err),
              &sample->err);
    assert_ok(compute_for(sample, &sample->channels), &sample->err);
}

static void poles_that_merge_are_one(void **state) {
    (void)state;
    scene two, one;
    open_well(&two, 21.5);
    open_well(&one, 21.0);
    assert_close(value(&two, HP_ROW_POLE_KIND, 0), HP_POLE_VIRTUAL, 0, 0);
    assert_close(value(&two, HP_ROW_POLE_KIND, 1), HP_POLE_VIRTUAL, 0, 0);
    assert_close(value(&one, HP_ROW_POLE_KIND, 0), HP_POLE_RESONANCE, 0, 0);
    assert_true(isnan(value(&one, HP_ROW_POLE_KIND, 1)));
    double complex E = hp_complex(value(&one, HP_ROW_POLE_E, 0), value(&one, HP_ROW_POLE_WIDTH, 0));
    double virtual = value(&two, HP_ROW_POLE_E, 0);
    track(&two, &one);
    bool there[2]; /* the sample has one for the two of the average */
    for (int i = 0; i < 2; i++) {
        there[i] = !isnan(value(&one, HP_ROW_POLE_E, i));
        if (!there[i]) continue;
        assert_complex(hp_complex(value(&one, HP_ROW_POLE_E, i), value(&one, HP_ROW_POLE_WIDTH, i)),
                       E, 1e-9 * cabs(E));
    }
    assert_int_equal(there[0] + there[1], 1);
    close_scene(&one);
    open_well(&one, 21.0); /* the other way round: one of the two */
    track(&one, &two);
    double found = value(&two, HP_ROW_POLE_E, 0);
    if (!isnan(found)) {
        assert_close(value(&two, HP_ROW_POLE_KIND, 0), HP_POLE_VIRTUAL, 0, 0);
        assert_true(fabs(found - virtual) < fabs(virtual) * 2.0);
    }
    close_scene(&one);
    close_scene(&two);
}

/* Masses of their own for each sample; the thresholds 10 and 10.05 change places. */
static void open_masses(scene *s, bool total) {
    open_scene(s);
    s->channels.pair[0] = hp_pair_of_masses(5.0, 5.0);
    s->channels.pair[1] = hp_pair_of_masses(4.0, 6.05);
    s->options.masses_vary = true;
    s->options.total = total;
    s->options.nenergy = 3;
    s->energies[0] = 0.02;
    s->energies[1] = 0.07;
    s->energies[2] = 0.5;
    s->V[0][0] = s->V[1][1] = -0.3;
    s->V[0][1] = s->V[1][0] = -0.1;
    assert_ok(hp_channels_set_thresholds(&s->channels, &s->err), &s->err);
}

static void thresholds_may_change_places(void **state) {
    (void)state;
    for (int total = 0; total < 2; total++) {
        scene s, own;
        open_masses(&s, total);
        compute(&s);
        hp_channels sample = s.channels;
        sample.pair[0] = hp_pair_of_masses(5.0, 5.06);
        assert_ok(hp_channels_set_thresholds(&sample, &s.err), &s.err);
        assert_close(sample.lowest, 10.05, 1e-14, 0); /* of B */
        open_masses(&own, false);
        own.channels = sample;
        for (int e = 0; e < 3; e++) own.energies[e] -= total ? 0.05 : 0.0;
        own.options.nenergy = total ? 2 : 3;
        own.options.energy = own.energies + total;
        compute(&own); /* a workspace whose average these masses are */
        assert_close(value(&s, HP_ROW_LOWEST_PAIR, 0), 1.0, 0, 0);
        assert_ok(compute_for(&s, &sample), &s.err);
        assert_close(value(&s, HP_ROW_LOWEST_PAIR, 0), 2.0, 0, 0);
        for (int c = 0; c < 2; c++)
            for (int e = total; e < 3; e++) {
                int i = c * 3 + e, j = c * own.options.nenergy + e - total;
                double delta = value(&s, HP_ROW_DELTA, i), other = value(&own, HP_ROW_DELTA, j);
                assert_int_equal(isnan(delta), isnan(other));
                if (!isnan(delta)) assert_close(delta, other, 0, 1e-9);
                assert_close(value(&s, HP_ROW_CHANNEL_E, i), value(&own, HP_ROW_CHANNEL_E, j),
                             1e-11, 1e-11);
            }
        double W = value(&s, HP_ROW_W, 2), expected = total ? 10.5 : 10.55;
        assert_close(W, expected * HP_HBARC_MEV_FM, 1e-14, 0);
        if (total) assert_true(isnan(value(&s, HP_ROW_ETA, 0))); /* below both thresholds */
        close_scene(&s);
        close_scene(&own);
    }
}

static void bad_options_are_refused(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    s.energies[1] = 0.25;
    assert_status(create(&s), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "energies must be above the lowest threshold and ascending");
    hp_error_clear(&s.err);
    s.energies[1] = 4.0;
    s.energies[3] = 9e9;
    assert_status(create(&s), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "scattering: the highest momentum is");
    hp_error_clear(&s.err);
    s.energies[3] = 9.0;
    s.channels.component[0].pair = 1;
    s.channels.component[1] = (hp_component){1, 2};
    assert_status(create(&s), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message,
                    "channels.components: the pair with the lowest threshold, A, has no component");
    hp_error_clear(&s.err);
    s.channels.component[0] = (hp_component){0, 0};
    s.channels.coulomb[0].strength = 0.1;
    s.options.nsource = 1;
    s.options.source_radius_fm = &s.radius;
    hp_quadrature_destroy(&s.grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deeply_closed_components_do_no_harm),
        cmocka_unit_test(thresholds_are_smooth),
        cmocka_unit_test(degenerate_thresholds_are_allowed),
        cmocka_unit_test(a_free_d_wave_is_free),
        cmocka_unit_test(permuted_components_permute),
        cmocka_unit_test(poles_that_merge_are_one),
        cmocka_unit_test(thresholds_may_change_places),
        cmocka_unit_test(bad_options_are_refused),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/channel_failures", tests, NULL, NULL);
}
