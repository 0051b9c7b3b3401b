// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective energies of synthetic ensembles in a box are the levels that were put in, within errors
 * that are neither too small nor too large, at times at which excited states have decayed. */
#include "support.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include "../synth/synth_case.h"
#include "hadpot/direct.h"
#include "hadpot/memory.h"

/* Times t = first ... first + 3: Delta E at the first three. 1/gap is 2.7. */
enum { L = 8, NPOINT = 35, NT = 4, NSAMPLE = 16, NSEED = 60, LATE = 31, EARLY = 1 };

typedef struct truth_case {
    synth_case synth;
    int t[NT];
    bool has_ratio[2];
    char *source[2];
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    hp_direct direct;
    hp_record record;
    double *row, *vectors, level_mev;
    hp_error err;
} truth_case;

/* In place: the parts point to each other. */
static void open_case(truth_case *c, int first) {
    hp_synth_truth truth;
    *c = (truth_case){.err = HP_ERROR_INIT, .source = {(char *)"smeared", (char *)"wall"}};
    synth_case_create(&c->synth);
    synth_case_make_cubic(&c->synth, L);
    c->synth.widths[1] = 0.25; /* of "smeared", fm; the box has 0.73 */
    c->synth.job.states.count = 12;
    c->synth.job.times.first = first;
    assert_ok(hp_synth_truth_create(synth_case_link(&c->synth), &truth, &c->err), &c->err);
    c->level_mev = truth.level_mev[0];
    hp_synth_truth_destroy(&truth);
    double mev = c->synth.job.inverse_spacing_mev, mass = c->synth.job.mass_1_mev / mev;
    for (int t = 0; t < NT; t++) c->t[t] = first + t;
    c->ensemble = (hp_ensemble){.path = c->synth.path,
                                .inverse_spacing_mev = mev,
                                .mass = {mass, mass},
                                .nt = NT,
                                .t = c->t,
                                .nsource = 2,
                                .source = c->source,
                                .has_ratio = c->has_ratio,
                                .nsample = NSAMPLE};
    assert_ok(hp_geometry_create_cubic(L, &c->ensemble.geometry, &c->err), &c->err);
    assert_ok(hp_correlator_plan_create(&c->ensemble, NULL, 0, NULL, 0, &c->plan, &c->err),
              &c->err);
    const hp_direct_options options = {.compute = true};
    assert_ok(hp_direct_create(&options, &c->plan, &c->direct, &c->err), &c->err);
    hp_record_create(&c->record);
    hp_record_add_slim_axis(&c->record, "component", HP_NCOMPONENT);
    hp_record_add_axis(&c->record, "source", 2);
    hp_direct_describe(&c->direct, &c->record);
    assert_ok(hp_record_check(&c->record, &c->err), &c->err);
    c->row = hp_alloc(hp_ensemble_row_length(&c->ensemble), sizeof *c->row);
    c->vectors = hp_alloc((1 + NSAMPLE) * c->record.length, sizeof *c->vectors);
    assert_non_null(c->row);
    assert_non_null(c->vectors);
}

static void close_case(truth_case *c) {
    hp_record_destroy(&c->record);
    hp_direct_destroy(&c->direct);
    hp_correlator_plan_destroy(&c->plan);
    hp_geometry_destroy(&c->ensemble.geometry);
    hp_free(c->row);
    hp_free(c->vectors);
    synth_case_destroy(&c->synth);
}

/* Averages over all configurations but one (-1: over all) of a dataset of a source. */
static void average(const truth_case *c, int source, const char *what, size_t length, int without,
                    double *out) {
    double *all = read_values(c->synth.path, c->source[source], what);
    int n = c->synth.job.noise.configurations;
    memset(out, 0, length * sizeof *out);
    for (int k = 0; k < n; k++)
        for (size_t i = 0; i < length && k != without; i++)
            out[i] += all[(size_t)k * length + i] / (without < 0 ? n : n - 1);
    free(all);
}

/* The average, then jackknife samples. */
static void compute(truth_case *c, int nsample) {
    hp_pair pair = hp_pair_of_masses(c->ensemble.mass[0], c->ensemble.mass[1]);
    write_case(&c->synth);
    for (int sample = 0; sample <= nsample; sample++) {
        for (int s = 0; s < 2; s++) {
            double *block = c->row + hp_ensemble_row_offset(&c->ensemble, s);
            average(c, s, "four_point", NT * NPOINT, sample - 1, block);
            average(c, s, "two_point_1", NT, sample - 1, block + NT * NPOINT);
            average(c, s, "two_point_2", NT, sample - 1, block + NT * NPOINT + NT);
        }
        hp_direct_compute(&c->direct, &pair, c->row, &c->record,
                          c->vectors + (size_t)sample * c->record.length);
    }
    hp_record_set_samples(&c->record, &(hp_rows){.n = nsample,
                                                 .value = c->vectors,
                                                 .rule = {HP_METHOD_JACKKNIFE, nsample},
                                                 .has_rule = true});
}

/* Delta E of source 0 "smeared" or 1 "wall" at the i-th time. */
static hp_band energy(const truth_case *c, int source, int i) {
    return hp_record_band_of(&c->record, "direct/delta_e_mev", (size_t)(source * (NT - 1) + i));
}

static void late_energies_are_the_lowest_level(void **state) {
    (void)state;
    truth_case c;
    open_case(&c, LATE);
    compute(&c, 0);
    for (int s = 0; s < 2; s++) /* exp(-31/2.7) of the smeared source, 1e-2 of that of the wall */
        for (int i = 0; i < NT - 1; i++)
            assert_close(energy(&c, s, i).value, c.level_mev, 0, s == 0 ? 0.02 : 2e-4);
    close_case(&c);
}

/* A narrow source has more of the excited states, and shifts by them. */
static void early_energies_are_those_of_the_source(void **state) {
    (void)state;
    truth_case c;
    open_case(&c, EARLY);
    compute(&c, 0);
    double wall = energy(&c, 1, 1).value, smeared = energy(&c, 0, 1).value;
    print_message("level %.3f MeV; at t = 2 wall %.3f, smeared %.3f MeV\n", c.level_mev, wall,
                  smeared);
    assert_true(fabs(smeared - c.level_mev) > 30.0 * fabs(wall - c.level_mev));
    assert_true(fabs(smeared - c.level_mev) > 0.5);
    close_case(&c);
}

static void errors_hold_the_lowest_level(void **state) {
    (void)state;
    double mean[2] = {0, 0}, squares[2] = {0, 0};
    truth_case c;
    open_case(&c, LATE);
    c.synth.job.noise.configurations = NSAMPLE;
    c.synth.job.noise.four_point = 0.02;
    c.synth.job.noise.two_point = 0.03;
    c.synth.job.noise.two_point_alone = 0.01;
    for (int seed = 1; seed <= NSEED; seed++) {
        c.synth.job.noise.seed = seed;
        compute(&c, NSAMPLE);
        for (int s = 0; s < 2; s++) {
            hp_band band = energy(&c, s, 1);
            double pull = (band.value - c.level_mev) / band.error;
            mean[s] += pull / NSEED;
            squares[s] += pull * pull / NSEED;
        }
    }
    for (int s = 0; s < 2; s++) {
        print_message("%s: pulls have mean %.2f, r.m.s. %.2f\n", c.source[s], mean[s],
                      sqrt(squares[s]));
        /* three standard deviations of Student's t with 15 degrees of freedom, of variance 15/13 */
        assert_close(mean[s], 0, 0, 3 * sqrt(15.0 / 13.0 / NSEED));
        assert_close(squares[s], 15.0 / 13.0, 3 * sqrt(2.5 / NSEED), 0);
    }
    close_case(&c);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_energies_are_the_lowest_level),
        cmocka_unit_test(early_energies_are_those_of_the_source),
        cmocka_unit_test(errors_hold_the_lowest_level),
    };
    return cmocka_run_group_tests_name("analysis/direct_truth", tests, NULL, NULL);
}
