// SPDX-License-Identifier: GPL-3.0-or-later
/* Draws of matrices of potentials: coefficients that are the closure of coupled channels exactly,
 * whose phases are known (docs/method-channels.md), a resonance, other masses, branches of mixing.
 */
#include "matrix_truth.h"
#include "support.h"

#include "hadpot/draws.h"
#include "hadpot/units.h"

enum { ENERGIES = 7, MOST = 64 };

/* Widths of the closure in fm: exp(-(r/d)^2) of V, and exp(-r^2/(2 b^2)) of U with b = d/sqrt 2. */
static const double LOCAL[] = {1.0 * TRUTH_FM, 3.0 * TRUTH_FM, 3.5 * TRUTH_FM};
static const double SEPARABLE[] = {1.8 * TRUTH_FM * M_SQRT1_2, 2.2 * TRUTH_FM *M_SQRT1_2};
static const hp_features_options OPTIONS = {.local = {3, LOCAL}, .separable = {2, SEPARABLE}};

/* W of the closure above 1.05. */
static const double ENERGY[ENERGIES] = {0.01, 0.03, 0.05, 0.065, 0.075, 0.10, 0.13};

typedef struct {
    hp_channels channels;
    hp_features features;
    hp_channel_options options;
    hp_spin_state spin[2];
    hp_draws draws;
    double theta[MOST], *vector;
} fixture;

/* The coefficient of a function between components, by its widths in L. */
static double *coefficient(fixture *of, int c, int d, double b, double other) {
    for (int f = 0; f < of->features.n; f++) {
        const hp_feature *feature = &of->features.feature[f];
        const hp_feature_owner *owner = &of->features.owner[feature->owner];
        if (owner->first == c && owner->second == d && fabs(feature->b - b) < 1e-9 &&
            fabs(feature->c - other) < 1e-9)
            return &of->theta[f];
    }
    fail_msg("no function of %g, %g", b, other);
    return NULL;
}

static void set_nonlocal(fixture *of, int c, int d, double strength) {
    static const double range[] = {2.2, 1.8};
    double b = range[c] * M_SQRT1_2, other = range[d] * M_SQRT1_2;
    *coefficient(of, c, d, b, other) = strength * pow(2.0 * M_PI, 1.5) * pow(b * other, 1.5);
}

/* V and U of the closure, with this depth of V_22. */
static void set_closure(fixture *of, double depth) {
    *coefficient(of, 0, 0, 3.0, 0.0) = -0.1;
    *coefficient(of, 1, 1, 3.0, 0.0) = depth;
    *coefficient(of, 1, 1, 1.0, 0.0) = 0.5;
    *coefficient(of, 0, 1, 3.5, 0.0) = 0.06;
    set_nonlocal(of, 0, 0, -0.004);
    set_nonlocal(of, 0, 1, 0.0015);
    set_nonlocal(of, 1, 1, -0.003);
}

static void set_up(fixture *of, truth_kind kind, bool operators) {
    hp_error err = HP_ERROR_INIT;
    hp_feature_space space;
    memset(of, 0, sizeof *of);
    of->channels = truth_channels(kind);
    of->channels.kinematics = HP_RELATIVISTIC;
    assert_ok(hp_channels_set_thresholds(&of->channels, &err), &err);
    truth_spin(of->spin);
    hp_feature_space_take(2, of->channels.component, of->spin, operators, &space);
    assert_ok(hp_features_create(&OPTIONS, &space, TRUTH_FM, &of->features, &err), &err);
    assert_true(of->features.n <= MOST);
    of->options = (hp_channel_options){.nenergy = ENERGIES,
                                       .energy = ENERGY,
                                       .masses_vary = true,
                                       .bound_states = 1,
                                       .tolerance_deg = 1e-6,
                                       .stapp = true,
                                       .blatt = true};
}

static void create(fixture *of) {
    static const char *const pair[] = {"A", "B"}, *const component[] = {"1", "2"};
    hp_error err = HP_ERROR_INIT;
    const hp_channel_setup channels = {.options = &of->options,
                                       .channels = &of->channels,
                                       .pair_name = pair,
                                       .component_name = component,
                                       .spin = of->spin,
                                       .length_fm = TRUTH_FM};
    const hp_draws_setup setup = {.features = &of->features,
                                  .channels = &channels,
                                  .length_fm = TRUTH_FM,
                                  .typical = of->theta};
    assert_ok(hp_draws_create(&setup, &of->draws, &err), &err);
    of->vector = hp_alloc(of->draws.record.length, sizeof *of->vector);
}

static void solve(fixture *of, const hp_pair *pair) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_draws_solve(&of->draws, pair, of->theta, of->vector, &err), &err);
}

static const double *row(const fixture *of, const char *path) {
    return hp_record_read(&of->draws.record, of->vector, path);
}

static void tear_down(fixture *of) {
    hp_draws_destroy(&of->draws);
    hp_features_destroy(&of->features);
    hp_free(of->vector);
}

/* Phases modulo 180 degrees; nodes of draws are good to 0.01 degrees, eta to as many radians. */
static void phases_of_the_closure(void **state) {
    (void)state;
    static const double delta[] = {8.670878,  13.980807, 17.019802, 18.941827,
                                   20.260318, 20.344590, 20.290295};
    static const double eta[] = {1.0, 1.0, 1.0, 1.0, 0.96205291, 0.92933485, 0.92405257};
    static fixture of;
    set_up(&of, TRUTH_GAUSSIAN, false);
    set_closure(&of, -0.2);
    create(&of);
    solve(&of, of.channels.pair);
    for (int e = 0; e < ENERGIES; e++) {
        assert_close(remainder(row(&of, HP_ROW_DELTA)[e] - delta[e], 180.0), 0.0, 0.0, 0.01);
        assert_close(row(&of, HP_ROW_ETA)[e], eta[e], 0.0, 0.01 * M_PI / 180.0);
        assert_true(isnan(row(&of, HP_ROW_DELTA)[ENERGIES + e]) == (e < 4)); /* closed */
    }
    assert_close(*row(&of, HP_ROW_NBOUND), 0.0, 0.0, 0.0);
    tear_down(&of);
}

/* A resonance, whose sheet holds at most so many poles. */
static void create_resonance(fixture *of, int most) {
    static const char *const sheet[] = {"-+"};
    set_up(of, TRUTH_RESONANCE, false);
    of->options.poles = (hp_pole_options){1, sheet, true, {20.0, 90.0, 30.0}, most, false};
    set_closure(of, -0.7);
    create(of);
}

/* W = 1.105570091850 - 0.003149093707 i on (-,+), found in this potential and tracked from there;
 * 1e-5 in 1/L: nodes of draws. */
static void pole_is_tracked(void **state) {
    (void)state;
    static fixture of;
    const double mev = HP_HBARC_MEV_FM / TRUTH_FM;
    hp_error err = HP_ERROR_INIT;
    create_resonance(&of, 1);
    solve(&of, of.channels.pair);
    assert_true(isnan(row(&of, HP_ROW_POLE_E)[0])); /* nothing to start from */
    assert_ok(hp_draws_follow_potential(&of.draws, of.channels.pair, of.theta, &err), &err);
    solve(&of, of.channels.pair);
    assert_close(row(&of, HP_ROW_POLE_W)[0] / mev, 1.105570091850, 0.0, 1e-5);
    assert_close(row(&of, HP_ROW_POLE_WIDTH)[0] / mev, -0.003149093707, 0.0, 1e-5);
    *coefficient(&of, 1, 1, 3.0, 0.0) = -0.69; /* less attraction: higher */
    solve(&of, of.channels.pair);
    assert_true(row(&of, HP_ROW_POLE_W)[0] / mev > 1.106);
    tear_down(&of);
}

/* The pole of a fit that is 30 MeV off is that of the middle of the draws, and they are tracked
 * from there; one that is nowhere stays nan. */
static void poles_start_in_the_middle(void **state) {
    (void)state;
    static fixture of;
    const double mev = HP_HBARC_MEV_FM / TRUTH_FM;
    hp_error err = HP_ERROR_INIT;
    create_resonance(&of, 2);
    assert_ok(hp_draws_follow_potential(&of.draws, of.channels.pair, of.theta, &err), &err);
    solve(&of, of.channels.pair);
    double *average = hp_alloc(of.draws.record.length, sizeof *average);
    memcpy(average, of.vector, of.draws.record.length * sizeof *average);
    hp_record_at(&of.draws.record, average, HP_ROW_POLE_E)[0] += 30.0;
    hp_record_at(&of.draws.record, average, HP_ROW_POLE_WIDTH)[0] = -0.5;
    assert_ok(
        hp_draws_follow(&of.draws, &of.draws.record, average, of.channels.pair, of.theta, &err),
        &err);
    const hp_pole *start = of.draws.channels.poles.average;
    assert_close(creal(start[0].energy) + 1.05, 1.105570091850, 0.0, 1e-5);
    solve(&of, of.channels.pair);
    assert_close(row(&of, HP_ROW_POLE_W)[0] / mev, 1.105570091850, 0.0, 1e-5);
    assert_true(isnan(row(&of, HP_ROW_POLE_W)[1]));
    hp_free(average);
    tear_down(&of);
}

/* Masses of a draw: the same as draws of channels of these masses, to what nodes allow; the upper
 * threshold moves, so that another energy is closed. */
static void masses_move_thresholds(void **state) {
    (void)state;
    static fixture of, other;
    set_up(&of, TRUTH_GAUSSIAN, false);
    set_closure(&of, -0.2);
    create(&of);
    set_up(&other, TRUTH_GAUSSIAN, false);
    set_closure(&other, -0.2);
    hp_error err = HP_ERROR_INIT;
    other.channels.pair[0] = hp_pair_of_masses(0.49, 0.55);
    other.channels.pair[1] = hp_pair_of_masses(0.53, 0.60);
    assert_ok(hp_channels_set_thresholds(&other.channels, &err), &err);
    create(&other);
    solve(&of, other.channels.pair);
    solve(&other, other.channels.pair);
    assert_true(isnan(row(&of, HP_ROW_DELTA)[ENERGIES + 4])); /* 0.075 < 0.09 < 0.10 */
    assert_false(isnan(row(&of, HP_ROW_DELTA)[ENERGIES + 5]));
    for (int i = 0; i < 2 * ENERGIES; i++) {
        double one = row(&of, HP_ROW_DELTA)[i], two = row(&other, HP_ROW_DELTA)[i];
        assert_true(isnan(one) == isnan(two));
        if (!isnan(one)) assert_close(one, two, 0.0, 0.02);
    }
    tear_down(&of);
    tear_down(&other);
}

/* Branches are those of what is followed: with delta_1 moved by 180 degrees epsilon of Stapp
 * changes its sign, that of Blatt and Biedenharn stays; eigenphases in the other order come back.
 */
static void mixing_is_on_the_branch_that_is_followed(void **state) {
    (void)state;
    static fixture of;
    double *average, found[6];
    hp_error err = HP_ERROR_INIT;
    const char *const path[] = {HP_ROW_MIXING_1, HP_ROW_MIXING_2, HP_ROW_EPSILON};
    set_up(&of, TRUTH_TENSOR, true);
    of.theta[1] = -0.09; /* V_C, 3 L */
    of.theta[4] = -0.03; /* V_T, 3 L */
    create(&of);
    solve(&of, of.channels.pair);
    average = hp_alloc(of.draws.record.length, sizeof *average);
    memcpy(average, of.vector, of.draws.record.length * sizeof *average);
    int e = ENERGIES - 1, blatt = 2 * ENERGIES - 1;
    for (int i = 0; i < 6; i++) found[i] = row(&of, path[i / 2])[i % 2 == 0 ? e : blatt];
    assert_true(fabs(found[4]) > 0.5);
    hp_record_at(&of.draws.record, average, HP_ROW_MIXING_1)[e] += 180.0;
    hp_record_at(&of.draws.record, average, HP_ROW_MIXING_1)[blatt] = found[3] + 180.0;
    hp_record_at(&of.draws.record, average, HP_ROW_MIXING_2)[blatt] = found[1];
    hp_record_at(&of.draws.record, average, HP_ROW_EPSILON)[blatt] += 90.0;
    assert_ok(
        hp_draws_follow(&of.draws, &of.draws.record, average, of.channels.pair, of.theta, &err),
        &err);
    solve(&of, of.channels.pair);
    assert_close(row(&of, HP_ROW_MIXING_1)[e], found[0] + 180.0, 1e-12, 0.0);
    assert_close(row(&of, HP_ROW_MIXING_2)[e], found[2], 1e-12, 0.0);
    assert_close(row(&of, HP_ROW_EPSILON)[e], -found[4], 1e-12, 0.0);
    assert_close(row(&of, HP_ROW_MIXING_1)[blatt], found[3] + 180.0, 1e-12, 0.0);
    assert_close(row(&of, HP_ROW_MIXING_2)[blatt], found[1], 1e-12, 0.0);
    assert_close(row(&of, HP_ROW_EPSILON)[blatt], found[5] + 90.0, 1e-12, 0.0);
    hp_free(average);
    tear_down(&of);
}

/* A potential so deep that there is no solution costs one draw, not the run. */
static void no_solution_is_nan(void **state) {
    (void)state;
    static fixture of;
    set_up(&of, TRUTH_GAUSSIAN, false);
    set_closure(&of, -0.2);
    create(&of);
    *coefficient(&of, 0, 0, 3.0, 0.0) = NAN;
    solve(&of, of.channels.pair);
    assert_true(isnan(row(&of, HP_ROW_DELTA)[0]));
    tear_down(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(phases_of_the_closure),
                                       cmocka_unit_test(pole_is_tracked),
                                       cmocka_unit_test(poles_start_in_the_middle),
                                       cmocka_unit_test(masses_move_thresholds),
                                       cmocka_unit_test(mixing_is_on_the_branch_that_is_followed),
                                       cmocka_unit_test(no_solution_is_nan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
