// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/masses.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"

/* In units of 1/a, not MeV, as masses of the file (hp_ensemble_read_scales). */
static hp_status check_unit(const hp_hadron_mass *hadron, const hp_ensemble *ensemble, int i,
                            hp_error *err) {
    const char *key = ensemble->pair != NULL ? "channels.masses" : "masses.mass";
    double lattice = hadron->given / ensemble->inverse_spacing_mev;
    char likely[128] = "";
    if (!hadron->of_job || !(hadron->given > HP_LARGEST_MASS)) return HP_OK;
    if (lattice < HP_LARGEST_MASS)
        snprintf(likely, sizeof likely, "; %g MeV / %g MeV = %.4g", hadron->given,
                 ensemble->inverse_spacing_mev, lattice);
    return HP_FAIL(HP_ERR_INPUT, "%s_%d is %g, expected lattice units, at most %g%s", key, i + 1,
                   hadron->given, HP_LARGEST_MASS, likely);
}

/* Both hadrons are one as far as the file says, which states equal masses or none: what the job
 * says of the first alone is meant of both. */
static bool is_of_both(const struct hp_job_masses *keys, const hp_ensemble *ensemble) {
    const double *mass = ensemble->mass, *error = ensemble->mass_error;
    bool none = !(mass[0] > 0.0) && !(mass[1] > 0.0);
    bool equal = mass[0] == mass[1] && error[0] == error[1];
    return keys->mass_2 == 0.0 && keys->mass_2_error == 0.0 && (none || equal);
}

/* A mass of the job, else of the file. */
static hp_status state_mass(const hp_job *job, const hp_ensemble *ensemble, int i,
                            hp_hadron_mass *hadron, hp_error *err) {
    const struct hp_job_masses *keys = &job->masses;
    const double mass[] = {keys->mass_1, keys->mass_2};
    const double error[] = {keys->mass_1_error, keys->mass_2_error};
    hadron->of_job = mass[i] > 0.0;
    hadron->given = hadron->of_job ? mass[i] : ensemble->mass[i];
    hadron->given_error = error[i];
    if (!hadron->of_job && error[i] == 0.0) hadron->given_error = ensemble->mass_error[i];
    if (strcmp(keys->from, "two_point") == 0) return HP_OK;
    HP_REQUIRE(hadron->given > 0.0, HP_ERR_INPUT,
               "%s states no mass_%d: give masses.mass_%d, or masses.from: two_point for fits to "
               "two-point functions",
               ensemble->path, i + 1, i + 1);
    HP_CALL(check_unit(hadron, ensemble, i, err));
    HP_REQUIRE(hadron->given_error >= 0.0 && isfinite(hadron->given_error), HP_ERR_INPUT,
               "%s: attribute mass_%d_error must be a number >= 0, found %g", ensemble->path, i + 1,
               hadron->given_error);
    return HP_OK;
}

/* The same of a pair of version 2: a mass of channels.masses_1 and 2, else of the file. */
static hp_status state_pair_mass(const hp_job *job, const hp_correlator_plan *plan, int i,
                                 hp_masses *masses, hp_error *err) {
    const struct hp_job_channels *keys = &job->channels;
    const struct hp_job_masses *single = &job->masses;
    const hp_double_list *of_job = i == 0 ? &keys->masses_1 : &keys->masses_2;
    const hp_ensemble_pair *pair = &plan->ensemble->pair[plan->pair[masses->pair]];
    hp_hadron_mass *hadron = &masses->hadron[i];
    HP_REQUIRE(single->mass_1 == 0.0 && single->mass_2 == 0.0 && single->mass_1_error == 0.0 &&
                   single->mass_2_error == 0.0,
               HP_ERR_INPUT,
               "masses.mass_1, mass_2 and their errors are those of an ensemble of version 1; %s "
               "has version 2: give channels.masses_1 and masses_2",
               plan->ensemble->path);
    hadron->of_job = of_job->count > 0;
    hadron->given = pair->mass[i];
    hadron->given_error = pair->mass_error[i];
    for (int a = 0; a < of_job->count; a++)
        if (strcmp(keys->pairs.values[a], pair->name) == 0) hadron->given = of_job->values[a];
    if (hadron->of_job) hadron->given_error = 0.0;
    if (masses->from_two_point) return HP_OK;
    HP_REQUIRE(hadron->given > 0.0, HP_ERR_INPUT,
               "%s states no mass_%d of pair %s: give channels.masses_1 and masses_2, or "
               "masses.from: two_point for fits to two-point functions",
               plan->ensemble->path, i + 1, pair->name);
    return check_unit(hadron, plan->ensemble, i, err);
}

/* Where the two-point functions of a source and this pair stand, in hp_ensemble.source; -1: they
 * are not there. Fields of version 2 have those at all their times in the first alone. */
static int find_two_points(const hp_correlator_plan *plan, const hp_masses *masses, int source) {
    const hp_ensemble *ensemble = plan->ensemble;
    int field = hp_ensemble_first_field(ensemble, source, plan->pair[masses->pair]);
    bool full = masses->from_two_point ? hp_two_points_are_there(ensemble, field)
                                       : hp_two_points_are_full(ensemble, field);
    return field >= 0 && full ? field : -1;
}

/* A source of the ensemble by name. */
static hp_status find_named(const char *name, const hp_correlator_plan *plan, hp_masses *masses,
                            hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    int source = hp_ensemble_find_wave(ensemble, name);
    HP_REQUIRE(source >= 0, HP_ERR_INPUT, "masses.source: %s has no source '%s'", ensemble->path,
               name);
    masses->source = find_two_points(plan, masses, source);
    HP_REQUIRE(masses->source >= 0, HP_ERR_INPUT,
               "masses.source: %s holds no two-point functions of source '%s', but R alone",
               ensemble->path, name);
    return HP_OK;
}

/* Of masses that are fitted one that has two-point functions at all; of given ones, which are
 * compared, one that has them beyond the times of the waves (hp_pipeline_estimate does the others).
 */
static hp_status choose_source(const hp_job *job, const hp_correlator_plan *plan, hp_masses *masses,
                               hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    masses->source = -1;
    if (masses->from_two_point && job->masses.source[0] != '\0')
        return find_named(job->masses.source, plan, masses, err);
    for (int s = plan->nsource - 1; s >= 0; s--) {
        int field = find_two_points(plan, masses, plan->source[s]);
        if (field >= 0) masses->source = field;
    }
    HP_REQUIRE(!masses->from_two_point || masses->source >= 0, HP_ERR_INPUT,
               "masses.from: two_point, but %s holds no two-point functions of the sources of the "
               "fit, R alone",
               ensemble->path);
    return HP_OK;
}

/* One row of given masses for all samples, or with a row of each. */
static hp_status make_rows(int nrow, hp_correlator_plan *plan, hp_masses *masses, hp_error *err) {
    hp_free(masses->rows);
    HP_ALLOCATE(masses->rows, 2 * (size_t)nrow);
    masses->nrow = nrow;
    for (int i = 0; i < 2; i++) masses->rows[(ptrdiff_t)i * nrow] = masses->hadron[i].given;
    hp_pair_masses *in_use = &plan->masses[masses->pair];
    in_use->mass[0] = masses->rows;
    in_use->mass[1] = masses->rows + nrow;
    in_use->nrow = nrow;
    return HP_OK;
}

hp_status hp_masses_plan(const hp_job *job, hp_correlator_plan *plan, int pair, bool *part,
                         hp_masses *masses, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    *masses = (hp_masses){
        .pair = pair, .name = "", .from_two_point = strcmp(job->masses.from, "two_point") == 0};
    bool one = is_of_both(&job->masses, ensemble);
    if (ensemble->pair != NULL) masses->name = ensemble->pair[plan->pair[pair]].name;
    for (int i = 0; i < 2; i++)
        HP_CALL(ensemble->pair != NULL
                    ? state_pair_mass(job, plan, i, masses, err)
                    : state_mass(job, ensemble, one ? 0 : i, &masses->hadron[i], err));
    HP_CALL(choose_source(job, plan, masses, err));
    HP_REQUIRE(
        strcmp(job->masses.form, "cosh") != 0 || ensemble->temporal_extent > 0, HP_ERR_INPUT,
        "masses.form: cosh needs the temporal extent of the lattice, which %s does not state "
        "(attribute temporal_extent)",
        ensemble->path);
    if (masses->source >= 0) hp_two_points_mark(ensemble, masses->source, part);
    return make_rows(1, plan, masses, err);
}

hp_status hp_masses_draw(hp_band mass, hp_sample_rule rule, uint64_t seed, int hadron, double *rows,
                         hp_error *err) {
    gsl_rng *rng = NULL;
    double mean = 0.0, square = 0.0;
    int N = rule.nsample;
    HP_CALL(hp_random_create(&rng, seed, (uint64_t)hadron, HP_PURPOSE_MASS, err));
    for (int k = 1; k <= N; k++) {
        rows[k] = gsl_ran_gaussian_ziggurat(rng, 1.0);
        mean += rows[k] / N;
    }
    gsl_rng_free(rng);
    for (int k = 1; k <= N; k++) square += (rows[k] - mean) * (rows[k] - mean);
    double scale = square > 0.0 ? mass.error / sqrt(hp_sample_weight(rule, N) * square) : 0.0;
    for (int k = 1; k <= N; k++) rows[k] = mass.value + scale * (rows[k] - mean);
    rows[0] = mass.value;
    return HP_OK;
}

/* Pairs of the plan before this one. */
typedef struct {
    const hp_masses *others;
    int nother;
} find;

static bool is_same(const hp_hadron_mass *one, const hp_hadron_mass *other) {
    return one->given == other->given && one->given_error == other->given_error;
}

/* The number of a hadron among all of the plan: that of the first that is the same. */
static int key_of(const find *with, const hp_masses *masses, int i) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    for (int a = 0; a < with->nother; a++)
        for (int j = 0; j < 2; j++)
            if (is_same(hadron, &with->others[a].hadron[j])) return 2 * a + j;
    return 2 * with->nother + (is_same(hadron, &masses->hadron[0]) ? 0 : i);
}

/* Rows of the file, whose mean is that of the average. */
static hp_status take_rows(const hp_ensemble_pair *pair, hp_sample_rule rule,
                           hp_correlator_plan *plan, hp_masses *masses, hp_error *err) {
    int N = plan->ensemble->nsample;
    HP_REQUIRE(rule.nsample == N, HP_ERR_INPUT,
               "pair %s has a mass of each of %d rows, but there are %d samples: bins and "
               "bootstrap samples have masses of their own by masses.from: two_point alone",
               pair->name, N, rule.nsample);
    HP_CALL(make_rows(1 + N, plan, masses, err));
    for (int i = 0; i < 2; i++)
        memcpy(masses->rows + (ptrdiff_t)i * masses->nrow + 1, pair->mass_rows[i],
               (size_t)N * sizeof *masses->rows);
    return HP_OK;
}

/* The same mass with the same error twice is one hadron, and has one deviation. */
static hp_status draw_rows(const hp_job *job, hp_sample_rule rule, hp_correlator_plan *plan,
                           const find *with, hp_masses *masses, hp_error *err) {
    const hp_hadron_mass *hadron = masses->hadron;
    if (hadron[0].given_error == 0.0 && hadron[1].given_error == 0.0) return HP_OK;
    HP_CALL(make_rows(1 + rule.nsample, plan, masses, err));
    for (int i = 0; i < 2; i++)
        HP_CALL(hp_masses_draw((hp_band){hadron[i].given, hadron[i].given_error}, rule,
                               (uint64_t)job->resampling.seed, key_of(with, masses, i),
                               masses->rows + (ptrdiff_t)i * masses->nrow, err));
    for (int i = 0; i < 2 * masses->nrow; i++)
        HP_REQUIRE(masses->rows[i] > 0.0, HP_ERR_INPUT,
                   "the error of mass_%d, %g, is so large that samples have no mass above 0",
                   1 + i / masses->nrow, hadron[i / masses->nrow].given_error);
    return HP_OK;
}

/* Two-point functions of both hadrons have the same bits: they are one hadron. */
static bool are_one(const hp_two_points *points) {
    const hp_two_point *C = points->of;
    size_t size = (size_t)C->nt * sizeof *C->value;
    for (size_t row = 0; row < (size_t)C->nrow; row++)
        if (memcmp(C[0].value + row * C->stride, C[1].value + row * C->stride, size) != 0)
            return false;
    return true;
}

static hp_mass_form form_of(const char *name) {
    if (strcmp(name, "auto") == 0) return HP_MASS_EITHER;
    return strcmp(name, "cosh") == 0 ? HP_MASS_COSH : HP_MASS_EXPONENTIAL;
}

/* The window of the job, or what is recommended for what it leaves open, which takes seconds where
 * there are many times and samples. */
static hp_status choose_window(const hp_job *job, int i, hp_masses *masses, hp_error *err) {
    const hp_two_point *C = &masses->points.of[i];
    hp_hadron_mass *hadron = &masses->hadron[i];
    const struct hp_job_masses *keys = &job->masses;
    hp_mass_form form = form_of(keys->form);
    bool first = keys->t_min.count > 0, last = keys->t_max.count > 0;
    int states = keys->states == 0 && (first || last) ? 1 : keys->states;
    hadron->recommended = !first || !last;
    hadron->choice = (hp_mass_choice){.good = true, .excited = NAN};
    if (hadron->recommended && i == 1 && are_one(&masses->points))
        hadron->choice = masses->hadron[0].choice; /* what the job gives follows */
    else if (hadron->recommended)
        HP_CALL(hp_mass_recommend(C, form, states, &hadron->choice, err));
    else
        hadron->choice.window = (hp_mass_window){.states = states, .form = form};
    if (first) hadron->choice.window.t_min = keys->t_min.values[i < keys->t_min.count ? i : 0];
    if (last) hadron->choice.window.t_max = keys->t_max.values[i < keys->t_max.count ? i : 0];
    hadron->recommended = !first && !last;
    return hp_mass_find_form(C, &hadron->choice.window, err);
}

static hp_status check_fit(const hp_mass_fit *fit, int hadron, hp_error *err) {
    HP_REQUIRE(
        fit->failed == 0, HP_ERR_INPUT,
        "the fit of mass_%d to t = %d ... %d did not converge in %d of %d rows: give another "
        "window (masses.t_min, masses.t_max) or masses.states: 1",
        hadron + 1, fit->window.t_min, fit->window.t_max, fit->failed, fit->nrow);
    for (int row = 0; row < fit->nrow; row++)
        HP_REQUIRE(fit->mass[row] > 0.0, HP_ERR_INPUT,
                   "the fit of mass_%d to t = %d ... %d gives %g in row %d", hadron + 1,
                   fit->window.t_min, fit->window.t_max, fit->mass[row], row);
    return HP_OK;
}

static hp_status fit_hadron(const hp_job *job, const hp_two_point *C, int i, hp_masses *masses,
                            hp_error *err) {
    hp_hadron_mass *hadron = &masses->hadron[i];
    HP_ALLOCATE(hadron->effective, (size_t)C->nrow * (size_t)(C->nt - 1) + 1);
    hp_status status = choose_window(job, i, masses, err);
    hp_effective_masses(C, status == HP_OK ? hadron->choice.window.form : HP_MASS_EXPONENTIAL,
                        hadron->effective);
    if (status == HP_OK) status = hp_mass_fit_create(C, &hadron->choice.window, &hadron->fit, err);
    if (status == HP_ERR_INPUT && !masses->from_two_point) { /* nothing to compare with */
        hp_error_clear(err);
        return HP_OK;
    }
    if (status != HP_OK) hp_error_add_context(err, "masses: hadron %d", i + 1);
    HP_CALL(status);
    return masses->from_two_point ? check_fit(&hadron->fit, i, err) : HP_OK;
}

/* By more than errors, and than a part of the mass. */
static bool differs(const hp_masses *masses, const hp_hadron_mass *hadron, hp_band found,
                    double part) {
    double difference = fabs(found.value - hadron->given);
    double most = gsl_cdf_tdist_Qinv(gsl_cdf_ugaussian_Q(HP_MASS_ERRORS), masses->freedom);
    return difference > most * hypot(found.error, hadron->given_error) &&
           difference > part * hadron->given;
}

hp_status hp_masses_compare(const hp_masses *masses, const hp_ensemble *ensemble, int i,
                            hp_band found, double part, const char *where, hp_error *err) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    double mev = ensemble->inverse_spacing_mev;
    char text[48];
    if (!differs(masses, hadron, found, part)) return HP_OK;
    hp_format_value(found, text, sizeof text);
    return HP_FAIL(HP_ERR_INPUT,
                   "%s%d is %g (%.2f MeV), but %s say %s (%.2f MeV): one of them is of another "
                   "hadron, or in another unit; masses.from: two_point takes the latter",
                   !hadron->of_job          ? "attribute mass_"
                   : ensemble->pair != NULL ? "channels.masses_"
                                            : "masses.mass_",
                   i + 1, hadron->given, hadron->given * mev, where, text, found.value * mev);
}

/* Of given masses: there is a fit that can be trusted. */
static bool has_good_fit(const hp_hadron_mass *hadron) {
    return hadron->fit.mass != NULL && hadron->choice.good && hadron->fit.failed == 0;
}

hp_status hp_masses_compare_effective(hp_masses *masses, const hp_ensemble *ensemble,
                                      const hp_band found[2], hp_error *err) {
    for (int i = 0; i < 2 && !masses->from_two_point; i++) {
        hp_hadron_mass *hadron = &masses->hadron[i];
        if (has_good_fit(hadron)) continue;
        hadron->effective_differs = differs(masses, hadron, found[i], HP_MASS_PART);
        hadron->last_effective = found[i];
        HP_CALL(hp_masses_compare(masses, ensemble, i, found[i], HP_MASS_GROSS_PART,
                                  "its two-point functions at the last times of the fit", err));
    }
    return HP_OK;
}

/* By the fit, where it can be trusted. */
static hp_status compare_fit(const hp_masses *masses, const hp_ensemble *ensemble, int i,
                             hp_error *err) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    char where[160];
    if (!has_good_fit(hadron)) return HP_OK;
    snprintf(where, sizeof where, "its two-point functions (source %.60s, t = %d ... %d)",
             hp_masses_source(masses, ensemble), hadron->fit.window.t_min,
             hadron->fit.window.t_max);
    const hp_band found = {hadron->fit.mass[0],
                           hp_mass_error(&masses->points.of[i], hadron->fit.mass)};
    return hp_masses_compare(masses, ensemble, i, found, HP_MASS_PART, where, err);
}

/* On every rank, from the same numbers. */
static hp_status fit_and_use(const hp_job *job, hp_sample_rule rule, hp_correlator_plan *plan,
                             const find *with, hp_masses *masses, hp_error *err) {
    const hp_ensemble_pair *pair =
        plan->ensemble->pair != NULL ? &plan->ensemble->pair[plan->pair[masses->pair]] : NULL;
    for (int i = 0; i < 2 && masses->source >= 0; i++)
        HP_CALL(fit_hadron(job, &masses->points.of[i], i, masses, err));
    if (!masses->from_two_point) {
        for (int i = 0; i < 2; i++) HP_CALL(compare_fit(masses, plan->ensemble, i, err));
        if (pair != NULL && pair->mass_rows[0] != NULL && !masses->hadron[0].of_job)
            return take_rows(pair, rule, plan, masses, err);
        return draw_rows(job, rule, plan, with, masses, err);
    }
    HP_CALL(make_rows(1 + rule.nsample, plan, masses, err));
    for (int i = 0; i < 2; i++)
        memcpy(masses->rows + (ptrdiff_t)i * masses->nrow, masses->hadron[i].fit.mass,
               (size_t)masses->nrow * sizeof *masses->rows);
    return HP_OK;
}

hp_status hp_masses_find(const hp_job *job, hp_resampling *resampling, hp_correlator_plan *plan,
                         const hp_masses *others, int nother, hp_masses *masses, hp_error *err) {
    const find with = {others, nother};
    masses->freedom = hp_resampling_freedom(resampling);
    if (masses->source >= 0)
        HP_CALL(hp_two_points_create(resampling, masses->source, &masses->points, err));
    hp_status status = fit_and_use(job, hp_resampling_rule(resampling), plan, &with, masses, err);
    if (status == HP_ERR_INPUT && *masses->name != '\0')
        hp_error_add_context(err, "pair %s", masses->name);
    if (status == HP_ERR_INPUT) hp_error_add_context(err, "%s", plan->ensemble->path);
    return hp_parallel_agree(plan->ensemble->comm, status, err);
}

void hp_masses_destroy(hp_masses *masses) {
    if (masses == NULL) return;
    for (int i = 0; i < 2; i++) {
        hp_free(masses->hadron[i].effective);
        hp_mass_fit_destroy(&masses->hadron[i].fit);
    }
    hp_two_points_destroy(&masses->points);
    hp_free(masses->rows);
    *masses = (hp_masses){0};
}
