// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective energies of ensembles filled by hand: sums over the box, two-baryon correlators, times,
 * plateaus, marks. */
#include "notes.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include "../correlator/hand_ensemble.h"
#include "hadpot/box.h"
#include "hadpot/direct.h"
#include "hadpot/luescher.h"
#include "hadpot/memory.h"

/* NPOINT orbits of L^3 sites; NT_FULL times from FIRST_FULL on. */
enum { L = 4, NPOINT = 10, NT_FULL = 12, FIRST_FULL = 3, MOST_SAMPLES = 40 };

static const double MASS[2] = {0.8173, 1.1391};
static const double MEV = 2333.0; /* of hand_ensemble.h */

typedef struct direct_case {
    hand_parts parts;
    hp_ensemble ensemble;
    int t_full[NT_FULL];
    bool has_full[2], has_two_baryon[2];
    hp_correlator_plan plan;
    hp_direct direct;
    hp_record record;
    double *row, *vectors;
    hp_error err;
} direct_case;

static void open_case(direct_case *c, bool ratio, const hp_direct_options *options) {
    *c = (direct_case){.err = HP_ERROR_INIT};
    c->ensemble = hand_ensemble(&c->parts, NULL, L, ratio, MASS);
    for (int t = 0; t < NT_FULL; t++) c->t_full[t] = FIRST_FULL + t;
    c->ensemble.t_full = c->t_full;
    c->ensemble.nt_full = c->ensemble.nt_two_baryon = NT_FULL;
    c->ensemble.has_full = c->has_full;
    c->ensemble.has_two_baryon = c->has_two_baryon;
    c->has_two_baryon[1] = c->has_full[1] = !ratio;
    assert_ok(hp_correlator_plan_create(&c->ensemble, NULL, 0, (int[]){9}, 1, &c->plan, &c->err),
              &c->err);
    assert_ok(hp_direct_create(options, &c->plan, &c->direct, &c->err), &c->err);
    hp_record_create(&c->record);
    hp_record_add_slim_axis(&c->record, "component", HP_NCOMPONENT);
    hp_record_add_axis(&c->record, "source", 2);
    hp_direct_describe(&c->direct, &c->record);
    assert_ok(hp_record_check(&c->record, &c->err), &c->err);
    c->row = hp_alloc(hp_ensemble_row_length(&c->ensemble), sizeof *c->row);
    c->vectors = hp_alloc((1 + MOST_SAMPLES) * c->record.length, sizeof *c->vectors);
    assert_non_null(c->row);
    assert_non_null(c->vectors);
}

static void close_case(direct_case *c) {
    hp_record_destroy(&c->record);
    hp_direct_destroy(&c->direct);
    hp_correlator_plan_destroy(&c->plan);
    hp_geometry_destroy(&c->ensemble.geometry);
    hp_free(c->row);
    hp_free(c->vectors);
}

static const hp_direct_options DEFAULT = {.compute = true};

/* Orbits decay on their own. */
static double decay(int point) {
    return 0.02 + 0.013 * point;
}

/* R of a site of the box. */
static double site_value(const hp_geometry *geometry, int x, int y, int z, int t) {
    int c[3] = {x > L / 2 ? L - x : x, y > L / 2 ? L - y : y, z > L / 2 ? L - z : z};
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 2; i++)
            if (c[i] < c[i + 1]) {
                int larger = c[i + 1];
                c[i + 1] = c[i];
                c[i] = larger;
            }
    for (int p = 0; p < NPOINT; p++)
        if (memcmp(geometry->site[p], c, sizeof c) == 0) return (1.0 + p % 3) * exp(-decay(p) * t);
    fail_msg("no orbit of (%d, %d, %d)", x, y, z);
    return NAN;
}

/* Of the whole box, site by site. */
static double box_sum(const hp_geometry *geometry, int t) {
    double sum = 0.0;
    for (int site = 0; site < L * L * L; site++)
        sum += site_value(geometry, site / (L * L), site / L % L, site % L, t);
    return sum;
}

static double two_point(int hadron, int t) {
    return (2.0 + hadron) * exp(-MASS[hadron] * t);
}

/* Both sources have the same R; that of "wall" comes from four_point. */
static void fill_waves(direct_case *c) {
    for (int s = 0; s < 2; s++) {
        double *block = c->row + hp_ensemble_row_offset(&c->ensemble, s);
        bool ratio = c->parts.has_ratio[s];
        for (int t = 0; t < HAND_NT; t++) {
            int time = HAND_FIRST_TIME + t;
            double product = two_point(0, time) * two_point(1, time);
            for (int p = 0; p < NPOINT; p++)
                block[t * NPOINT + p] =
                    (1.0 + p % 3) * exp(-decay(p) * time) * (ratio ? 1.0 : product);
            for (int h = 0; h < 2 && !ratio; h++)
                block[HAND_NT * NPOINT + h * HAND_NT + t] = two_point(h, time);
        }
    }
}

/* A level at energy, lattice units, times both two-point functions. */
static void fill_two_baryon(direct_case *c, double energy) {
    const hp_full full[] = {HP_FULL_TWO_POINT_1, HP_FULL_TWO_POINT_2};
    double *out = c->row + hp_ensemble_full_offset(&c->ensemble, 1, HP_FULL_TWO_BARYON);
    for (int t = 0; t < NT_FULL; t++) {
        int time = FIRST_FULL + t;
        out[t] = 7.1 * exp(-energy * time) * two_point(0, time) * two_point(1, time);
        for (int h = 0; h < 2 && c->has_full[1]; h++)
            c->row[hp_ensemble_full_offset(&c->ensemble, 1, full[h]) + (size_t)t] =
                two_point(h, time);
    }
}

static hp_pair pair_of_case(void) {
    return hp_pair_of_masses(MASS[0], MASS[1]);
}

static double *compute(direct_case *c, int sample) {
    hp_pair pair = pair_of_case();
    double *vector = c->vectors + (size_t)sample * c->record.length;
    hp_direct_compute(&c->direct, &pair, c->row, &c->record, vector);
    return vector;
}

static double value(const direct_case *c, const double *vector, const char *path, int i) {
    const double *found = hp_record_read(&c->record, vector, path);
    assert_non_null(found);
    assert_in_range(i, 0, hp_record_count(&c->record, path) - 1);
    return found[i];
}

/* ---- energies ---- */

static void energies_are_those_of_the_whole_box(void **state) {
    (void)state;
    direct_case c;
    open_case(&c, false, &DEFAULT);
    fill_waves(&c);
    fill_two_baryon(&c, 0.011);
    const double *vector = compute(&c, 0);
    assert_int_equal(c.direct.set[0].nt, 2); /* t = 9 reads 8, 9, 10 */
    for (int i = 0; i < 2 * 2; i++) {
        int t = 8 + i % 2;
        double expected =
            log(box_sum(&c.ensemble.geometry, t) / box_sum(&c.ensemble.geometry, t + 1));
        double k2 = hp_box_k2(MASS[0], MASS[1], expected);
        /* rounding of sums of 64 numbers over the logarithm, 0.06; 2 E and more in k^2, and the
         * slope of Z near its poles */
        assert_close(value(&c, vector, "direct/delta_e_mev", i), MEV * expected, 1e-13, 0.0);
        assert_close(value(&c, vector, "direct/k2_lat", i), k2, 2e-13, 0.0);
        assert_close(value(&c, vector, "direct/kcot_mev", i), MEV * hp_luescher_kcot(k2, L), 1e-11,
                     0.0);
        assert_close(value(&c, vector, "direct/place_deg", i), hp_luescher_place_deg(k2, L), 1e-11,
                     0.0);
    }
    close_case(&c);
}

static void two_baryon_energies_are_those_over_two_point_functions(void **state) {
    (void)state;
    const double energy = -0.0137;
    direct_case c;
    open_case(&c, false, &DEFAULT);
    fill_waves(&c);
    fill_two_baryon(&c, energy);
    const double *vector = compute(&c, 0);
    assert_int_equal(hp_record_count(&c.record, "direct/two_baryon_delta_e_mev"), NT_FULL - 1);
    for (int i = 0; i < NT_FULL - 1; i++) /* rounding over the energy */
        assert_close(value(&c, vector, "direct/two_baryon_delta_e_mev", i), MEV * energy, 0.0,
                     MEV * 1e-14);
    c.has_full[1] = false; /* then those of four_point, at the times of the waves */
    fill_waves(&c);
    fill_two_baryon(&c, energy);
    vector = compute(&c, 0);
    for (int i = 0; i < NT_FULL - 1; i++) {
        int t = FIRST_FULL + i;
        double found = value(&c, vector, "direct/two_baryon_delta_e_mev", i);
        if (t >= HAND_FIRST_TIME && t + 1 < HAND_FIRST_TIME + HAND_NT)
            assert_close(found, MEV * energy, 0.0, MEV * 1e-14);
        else
            assert_true(isnan(found));
    }
    close_case(&c);
}

static void changing_signs_have_no_energy(void **state) {
    (void)state;
    direct_case c;
    open_case(&c, true, &DEFAULT);
    fill_waves(&c);
    double *R = c.row + hp_ensemble_row_offset(&c.ensemble, 1) + 2 * NPOINT; /* t = 9 */
    for (int p = 0; p < NPOINT; p++) R[p] = -R[p];
    const double *vector = compute(&c, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(isfinite(value(&c, vector, "direct/delta_e_mev", i)));
        assert_true(isnan(value(&c, vector, "direct/delta_e_mev", 2 + i)));
        assert_true(isnan(value(&c, vector, "direct/kcot_mev", 2 + i)));
    }
    close_case(&c);
}

/* ---- times ---- */

static void assert_times(const hp_direct_set *set, const int *t, int n, const int *expected) {
    assert_int_equal(set->nt, n);
    for (int i = 0; i < n; i++) assert_int_equal(t[set->time[i]], expected[i]);
}

static void times_are_those_of_the_fit_or_of_the_job(void **state) {
    (void)state;
    direct_case c;
    bool part[2 * HAND_NT + 2] = {false};
    open_case(&c, false, &DEFAULT);
    assert_times(&c.direct.set[0], c.parts.t, 2, (int[]){8, 9});
    hp_direct_mark(&c.direct, part);
    for (int i = 0; i < 2 * HAND_NT; i++) {
        int t = HAND_FIRST_TIME + i % HAND_NT;
        assert_int_equal(part[i], t >= 8 && t <= 10);
    }
    assert_true(!part[2 * HAND_NT] && part[2 * HAND_NT + 1]); /* "wall" has two_baryon */
    c.ensemble.temporal_extent = 18;
    hp_direct_destroy(&c.direct);
    assert_ok(hp_direct_create(&DEFAULT, &c.plan, &c.direct, &c.err), &c.err);
    assert_times(&c.direct.set[1], c.t_full, 6, (int[]){3, 4, 5, 6, 7, 8}); /* 8 and 9 = T/2 */
    hp_direct_destroy(&c.direct);
    const hp_direct_options given = {
        .compute = true, .ntime = 2, .time = (int[]){7, 10}, .ntwo = 1, .two = (int[]){13}};
    assert_ok(hp_direct_create(&given, &c.plan, &c.direct, &c.err), &c.err);
    assert_times(&c.direct.set[0], c.parts.t, 2, (int[]){7, 10});
    assert_times(&c.direct.set[1], c.t_full, 1, (int[]){13});
    hp_direct_destroy(&c.direct);
    const hp_direct_options plateau = {.compute = true, .plateau_t_min = 7, .plateau_t_max = 8};
    assert_ok(hp_direct_create(&plateau, &c.plan, &c.direct, &c.err), &c.err);
    assert_times(&c.direct.set[0], c.parts.t, 3, (int[]){7, 8, 9});
    assert_true(c.direct.set[0].first == 0 && c.direct.set[0].nplateau == 2);
    assert_true(c.direct.set[1].first == 4 && c.direct.set[1].nplateau == 2);
    close_case(&c);
}

/* An alternative that leaves out the source with two_baryon has no such energies. */
static void sources_may_lack_two_baryon(void **state) {
    (void)state;
    const hp_direct_options options = {.compute = true, .ntwo = 1, .two = (int[]){8}};
    direct_case c;
    char smeared[] = "smeared", *name = smeared;
    hp_correlator_plan plan;
    hp_direct direct;
    open_case(&c, false, &DEFAULT);
    assert_ok(hp_correlator_plan_create(&c.ensemble, &name, 1, (int[]){9}, 1, &plan, &c.err),
              &c.err);
    assert_ok(hp_direct_create(&options, &plan, &direct, &c.err), &c.err);
    assert_int_equal(direct.set[0].nsource, 1);
    assert_int_equal(direct.set[1].nsource, 0);
    hp_direct_destroy(&direct);
    hp_correlator_plan_destroy(&plan);
    close_case(&c);
}

static void nothing_is_computed_without_a_box(void **state) {
    (void)state;
    const double r[] = {0.5, 1.0, 1.5, 2.0, 2.5};
    direct_case c;
    bool part[2 * HAND_NT + 2] = {false};
    open_case(&c, true, &(hp_direct_options){0});
    assert_int_equal(c.record.length, 0);
    hp_direct_mark(&c.direct, part);
    for (size_t i = 0; i < sizeof part; i++) assert_false(part[i]);
    hp_geometry_destroy(&c.ensemble.geometry);
    assert_ok(hp_geometry_create_radial(r, 5, &c.ensemble.geometry, &c.err), &c.err);
    assert_ok(hp_direct_create(&DEFAULT, &c.plan, &c.direct, &c.err), &c.err);
    assert_int_equal(c.direct.set[0].nsource + c.direct.set[1].nsource, 0);
    hp_pair pair = pair_of_case();
    hp_direct_note(&c.direct, &pair, 0.05, &c.record);
    assert_int_equal(c.record.nsheet, 0);
    close_case(&c);
}

static void check_refused(hp_direct_options options, const char *part) {
    direct_case c;
    hp_error err = HP_ERROR_INIT;
    hp_direct direct;
    open_case(&c, true, &DEFAULT);
    options.compute = true;
    assert_status(hp_direct_create(&options, &c.plan, &direct, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
    assert_null(direct.set[0].source);
    close_case(&c);
}

static void times_that_are_not_there_are_refused(void **state) {
    (void)state;
    check_refused((hp_direct_options){.ntime = 1, .time = (int[]){11}},
                  "direct.times: t = 11: Delta E(t) = ln R(t)/R(t+1) needs t and t+1; hand.h5 has "
                  "t = 7 ... 11");
    check_refused((hp_direct_options){.ntime = 1, .time = (int[]){6}}, "direct.times: t = 6:");
    check_refused((hp_direct_options){.plateau_t_min = 9, .plateau_t_max = 11},
                  "direct.plateau_t_min, plateau_t_max: t = 9 ... 11:");
    check_refused((hp_direct_options){.plateau_t_max = 8}, "plateau_t_max: t = 0 ... 8:");
    check_refused((hp_direct_options){.ntwo = 1, .two = (int[]){8}},
                  "direct.two_baryon_times: hand.h5 has no two_baryon");
    check_refused(
        (hp_direct_options){
            .ntime = 2, .time = (int[]){8, 10}, .plateau_t_min = 8, .plateau_t_max = 10},
        "direct.times: must hold all of direct.plateau_t_min = 8 ... plateau_t_max = 10");
}

/* ---- samples ---- */

/* Deterministic, mean 0 over n samples, another one for each key. */
static double noise(int sample, int n, int key) {
    double mean = 0.0;
    for (int s = 1; s <= n; s++) mean += sin(12.9898 * s + 78.233 * key) / n;
    return sin(12.9898 * sample + 78.233 * key) - mean;
}

/* Delta E(t) of sources, MeV; jackknife samples whose deviations are shared in part by all times.
 */
typedef struct truth {
    double energy[2][2]; /* (source, time) */
    double noise[2];     /* of each source */
    double own;          /* part of it that times do not share */
    int nsample;
} truth;

/* R = exp(-sum of Delta E), constant in space. */
static void fill_samples(direct_case *c, const truth *of) {
    for (int sample = 0; sample <= of->nsample; sample++) {
        for (int s = 0; s < 2; s++) {
            double R = 1.0, *block = c->row + hp_ensemble_row_offset(&c->ensemble, s);
            for (int t = 1; t < 4; t++) { /* 8, 9, 10 */
                for (int p = 0; p < NPOINT; p++) block[t * NPOINT + p] = R;
                if (t == 3) break;
                double deviation = sample == 0
                                       ? 0.0
                                       : noise(sample, of->nsample, 7 + s) +
                                             of->own * noise(sample, of->nsample, 3 * s + t);
                R *= exp(-(of->energy[s][t - 1] + of->noise[s] * deviation) / MEV);
            }
        }
        (void)compute(c, sample);
    }
    hp_record_set_samples(&c->record, &(hp_rows){.n = of->nsample,
                                                 .value = c->vectors,
                                                 .rule = {HP_METHOD_JACKKNIFE, of->nsample},
                                                 .has_rule = true});
}

static const hp_direct_options PLATEAU = {.compute = true, .plateau_t_min = 8, .plateau_t_max = 9};

static void fit(direct_case *c, const truth *of, int freedom) {
    hp_pair_masses masses = {.mass = {&MASS[0], &MASS[1]}, .nrow = 1};
    hp_pair pair = pair_of_case();
    fill_samples(c, of);
    assert_ok(hp_direct_fit(&c->direct, &masses, freedom, &c->record, &c->err), &c->err);
    hp_direct_note(&c->direct, &pair, 0.05, &c->record);
    assert_ok(hp_record_check(&c->record, &c->err), &c->err);
}

/* Energies of all vectors at these times of the plateau, compared with those of a time. */
static void check_plateau(const hp_direct_options *options, double own, double rtol) {
    const truth of = {{{1.3, 1.3}, {-2.1, -2.1}}, {0.4, 0.3}, own, 11};
    direct_case c;
    open_case(&c, true, options);
    fit(&c, &of, 10);
    for (int s = 0; s < 2; s++) {
        for (int sample = 0; sample <= 11; sample++) {
            const double *E = c.vectors + (size_t)sample * c.record.length;
            double energy = value(&c, E, "direct/delta_e_mev", 2 * s);
            double k2 = hp_box_k2(MASS[0], MASS[1], energy / MEV);
            assert_close(value(&c, E, "direct/plateau_delta_e_mev", s), energy, rtol, 0.0);
            assert_close(value(&c, E, "direct/plateau_k2_lat", s), k2, rtol, 0.0);
            assert_close(value(&c, E, "direct/plateau_kcot_mev", s), MEV * hp_luescher_kcot(k2, L),
                         10.0 * rtol, 0.0);
        }
        assert_close(c.direct.set[0].quality[s].chi2, 0.0, 0.0, 1e-9);
    }
    close_case(&c);
}

/* Steps of a fit end at 1e-12 of R, which changes by 1e-3 in a step. */
static void plateaus_are_energies_where_all_agree(void **state) {
    (void)state;
    const hp_direct_options one = {.compute = true, .plateau_t_min = 8, .plateau_t_max = 8};
    check_plateau(&one, 0.5, 1e-7); /* R at two times */
    check_plateau(&PLATEAU, 0.0, 1e-7);
}

static void plateaus_lie_between_their_times(void **state) {
    (void)state;
    const truth of = {{{1.3, 1.9}, {-2.1, -2.3}}, {0.4, 0.3}, 0.5, 11};
    direct_case c;
    open_case(&c, true, &PLATEAU);
    fit(&c, &of, 10);
    for (int s = 0; s < 2; s++) {
        double found = value(&c, c.vectors, "direct/plateau_delta_e_mev", s);
        double ends[2] = {of.energy[s][0], of.energy[s][1]};
        assert_true(found > fmin(ends[0], ends[1]) && found < fmax(ends[0], ends[1]));
        assert_true(c.direct.set[0].quality[s].chi2 > 0.01);
    }
    assert_true(hp_record_band_of(&c.record, "direct/plateau_delta_e_mev", 0).error < 1.2);
    close_case(&c);
}

static void plateaus_with_changing_signs_are_unknown(void **state) {
    (void)state;
    const truth of = {{{1.3, 1.3}, {2.1, 2.1}}, {0.4, 0.3}, 0.5, 11};
    hp_pair_masses masses = {.mass = {&MASS[0], &MASS[1]}, .nrow = 1};
    direct_case c;
    open_case(&c, true, &PLATEAU);
    fill_samples(&c, &of);
    double *sample = c.vectors + 5 * c.record.length;
    hp_record_at(&c.record, sample, "direct/delta_e_mev")[1] = NAN; /* of "smeared" */
    assert_ok(hp_direct_fit(&c.direct, &masses, 10, &c.record, &c.err), &c.err);
    assert_true(isnan(value(&c, c.vectors, "direct/plateau_delta_e_mev", 0)));
    assert_true(isnan(c.direct.set[0].quality[0].probability));
    assert_true(isfinite(value(&c, c.vectors, "direct/plateau_delta_e_mev", 1)));
    close_case(&c);
}

static void errors_are_infinite_at_levels_of_free_hadrons(void **state) {
    (void)state;
    const truth of = {{{0.2, 0.2}, {900.0, 900.0}}, {0.4, 0.4}, 0.5, 11};
    direct_case c;
    open_case(&c, true, &DEFAULT);
    fill_samples(&c, &of);
    const hp_entry *kcot = hp_record_find(&c.record, "direct/kcot_mev");
    for (int i = 0; i < 4; i++) /* 0.2(0.5) MeV reaches threshold */
        assert_int_equal(isinf(hp_record_band(&c.record, kcot, (size_t)i).error), i < 2);
    assert_true(isfinite(hp_record_band_of(&c.record, "direct/k2_lat", 0).error));
    close_case(&c);
}

/* ---- marks ---- */

static bool is_noted(const hp_record *record, const char *part) {
    for (int i = 0; i < record->nnote; i++)
        if (strstr(record->note[i].text, part) != NULL) return true;
    return false;
}

#define EARLY                                                                                      \
    "Delta E of R is taken from a plateau at t = 8 ... 9, before 1/gap = 21.7, gap = (2 pi/L)^2/"  \
    "(2 mu): excited states of the box have not decayed, and the plateau may be a fake one"

static void early_plateaus_are_marked(void **state) {
    (void)state;
    const truth of = {{{1.3, 1.3}, {1.3, 1.3}}, {0.4, 0.3}, 0.5, 11};
    direct_case c;
    open_case(&c, true, &PLATEAU);
    fit(&c, &of, 10);
    assert_false(is_noted(&c.record, "before 1/gap")); /* 1/gap = 0.39 on L = 4 */
    c.ensemble.geometry.extent = 30;
    hp_pair pair = pair_of_case();
    hp_direct_note(&c.direct, &pair, 0.05, &c.record);
    assert_true(is_noted(&c.record, EARLY));
    close_case(&c);
}

static void plateaus_that_are_none_are_marked(void **state) {
    (void)state;
    const truth flat = {{{1.3, 1.31}, {2.0, 2.0}}, {0.4, 0.3}, 0.5, 11};
    const truth slope = {{{1.3, 5.7}, {1.3, 1.3}}, {0.4, 0.3}, 0.5, 11};
    direct_case c;
    open_case(&c, true, &PLATEAU);
    fit(&c, &flat, 10);
    assert_false(is_noted(&c.record, "one state does not describe"));
    close_case(&c);
    open_case(&c, true, &PLATEAU);
    fit(&c, &slope, 10);
    assert_true(is_noted(&c.record, "one state does not describe R in the plateau of 1 of 2 "
                                    "sources, worst of \"smeared\": chi2 = "));
    close_case(&c);
}

static void sources_that_differ_are_marked(void **state) {
    (void)state;
    const truth same = {{{1.3, 1.3}, {2.9, 2.9}}, {0.4, 0.3}, 0.5, 11};
    const truth apart = {{{1.3, 1.3}, {27.1, 27.1}}, {0.4, 0.3}, 0.5, 11};
    direct_case c;
    open_case(&c, true, &PLATEAU);
    fit(&c, &same, 10);
    assert_false(is_noted(&c.record, "depends on the source"));
    close_case(&c);
    open_case(&c, true, &PLATEAU);
    fit(&c, &apart, 10);
    assert_true(is_noted(&c.record,
                         "Delta E of R depends on the source: plateaus of \"smeared\" and "
                         "\"wall\" differ by "));
    close_case(&c);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energies_are_those_of_the_whole_box),
        cmocka_unit_test(two_baryon_energies_are_those_over_two_point_functions),
        cmocka_unit_test(changing_signs_have_no_energy),
        cmocka_unit_test(times_are_those_of_the_fit_or_of_the_job),
        cmocka_unit_test(sources_may_lack_two_baryon),
        cmocka_unit_test(nothing_is_computed_without_a_box),
        cmocka_unit_test(times_that_are_not_there_are_refused),
        cmocka_unit_test(plateaus_are_energies_where_all_agree),
        cmocka_unit_test(plateaus_lie_between_their_times),
        cmocka_unit_test(plateaus_with_changing_signs_are_unknown),
        cmocka_unit_test(errors_are_infinite_at_levels_of_free_hadrons),
        cmocka_unit_test(early_plateaus_are_marked),
        cmocka_unit_test(plateaus_that_are_none_are_marked),
        cmocka_unit_test(sources_that_differ_are_marked),
    };
    return cmocka_run_group_tests_name("analysis/direct", tests, NULL, NULL);
}
