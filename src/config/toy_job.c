// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot toy`. */
#include <string.h>
#include "check.h"
#include "hadpot/given_channels.h"
#include "hadpot/memory.h"
#include "schema.h"

#define HP_STRUCT hp_toy_job
HP_DEFINE_TABLE(HP_TOY_JOB_TABLE)

static hp_status check_fit(const hp_toy_job *job, const char **key, hp_error *err) {
    const struct hp_toy_job_data *data = &job->data;
    double slack = 1e-9 * data->r_max_fm; /* a limit may miss its radius by rounding */
    double start = job->fit.r_min_fm;
    double end = job->fit.r_max_fm > 0 ? job->fit.r_max_fm : data->r_max_fm;
    int count = 0;
    for (int i = 0; i < data->points; i++) {
        double r = data->r_min_fm + (data->r_max_fm - data->r_min_fm) * i / (data->points - 1);
        count += r >= start - slack && r <= end + slack;
    }
    *key = "fit.r_min_fm";
    HP_REQUIRE(count > 0, HP_ERR_INPUT,
               "none of the %d radii of the data, %.15g to %.15g fm, lies within %.15g to %.15g fm",
               data->points, data->r_min_fm, data->r_max_fm, start, end);
    return HP_OK;
}

/* f(r') of a partial potential has an exact counterpart when the truth has the same decay in r. */
static hp_status check_partial(const hp_toy_job *job, const hp_form_keys *forms, const char **key,
                               hp_error *err) {
    const hp_double_list *masses = &job->separable_exponential.masses_per_fm;
    hp_form_keys others = *forms;
    others.separable_exponential = (struct hp_form_keys_separable_exponential){0};
    *key = "potential.decay_per_fm";
    HP_REQUIRE(masses->count == 1 && masses->values[0] == job->potential.decay_per_fm, HP_ERR_INPUT,
               "kind partial needs the decay of the true potential, one term of "
               "separable_exponential, found %.15g",
               job->potential.decay_per_fm);
    *key = "potential.kind";
    HP_REQUIRE(
        !hp_check_has_nonlocal(&others), HP_ERR_INPUT,
        "kind partial needs a true potential that is one term of separable_exponential, found "
        "other non-local terms");
    HP_REQUIRE(job->potential.local_part || !hp_check_has_local(forms), HP_ERR_INPUT,
               "kind partial needs potential.local_part: true, for the true potential has a local "
               "part");
    return HP_OK;
}

/* With channels.components: what potentials and observables there are. */
static hp_status check_matrix(const hp_toy_job *job, bool s_wave, unsigned flags, const char **key,
                              hp_error *err) {
    *key = "potential.kind";
    HP_REQUIRE((flags & (s_wave ? HP_KIND_SYMMETRIC : HP_KIND_MATRIX)) != 0, HP_ERR_INPUT,
               "expected a kind that %s, found %s",
               s_wave ? "is symmetric" : "takes several components, or one with l > 0",
               job->potential.kind);
    *key = "scattering.fit_e_max_mev";
    HP_REQUIRE(job->scattering.fit_e_max_mev == 0, HP_ERR_INPUT,
               "with channels.components scattering lengths are those at threshold, expected no "
               "effective-range fit, 0, found %g",
               job->scattering.fit_e_max_mev);
    *key = "femtoscopy.statistics";
    bool identical = job->femtoscopy.source_radii_fm.count > 0 &&
                     strcmp(job->femtoscopy.statistics, "distinct") != 0;
    HP_REQUIRE(!identical, HP_ERR_INPUT, "expected distinct with channels.components, found %s",
               job->femtoscopy.statistics);
    *key = "results.momentum_space";
    HP_REQUIRE(!job->results.momentum_space, HP_ERR_INPUT,
               "expected false with channels.components, which have no map of U, found true");
    return HP_OK;
}

static hp_status check_channels(const hp_toy_job *job, const hp_form_keys *forms, unsigned flags,
                                const char **key, hp_error *err) {
    const hp_scatter_job truth = hp_toy_truth(job);
    hp_given_channels given;
    double *energy = NULL;
    int n;
    HP_CALL(hp_given_channels_read(&truth, &given, key, err));
    HP_CALL(hp_given_elements_check(forms, &given, key, err));
    HP_CALL(hp_given_energies(&truth, &given, &energy, &n, key, err));
    hp_free(energy);
    if (job->channels.components.count == 0) return HP_OK;
    const hp_channels *channels = &given.channels;
    bool s_wave = channels->ncomponent == 1 && channels->component[0].l == 0;
    return check_matrix(job, s_wave, flags, key, err);
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_toy_job *job = data;
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    unsigned flags = kind->flags;
    hp_potential_keys potential = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    HP_CALL(check_fit(job, key, err));
    HP_CALL(hp_check_networks(kind, &potential, key, err));
    *key = "potential.scale"; /* U = left(r) right(r') has a given form in r */
    HP_REQUIRE((flags & HP_KIND_PRODUCT) == 0 || job->potential.scale != 0, HP_ERR_INPUT,
               "must be given for kind %s", job->potential.kind);
    *key = "potential.theta_start";
    HP_REQUIRE((flags & HP_KIND_THETA) == 0 || job->potential.theta_start.count == 2, HP_ERR_INPUT,
               "expected 2 entries, found %d", job->potential.theta_start.count);
    HP_CALL(hp_check_forms(&forms, key, err));
    *key = "momentum_dependent.ranges_fm";
    HP_REQUIRE(forms.momentum_dependent.ranges_fm.count == 0, HP_ERR_INPUT,
               "toys learn V and U, expected no terms {p^2, V2}, found %d",
               forms.momentum_dependent.ranges_fm.count);
    bool local = hp_check_has_local(&forms), nonlocal = hp_check_has_nonlocal(&forms);
    *key = "potential.kind";
    HP_REQUIRE((flags & HP_KIND_LOCAL) == 0 || (local && !nonlocal), HP_ERR_INPUT,
               "local needs a true potential that is local, found a non-local one");
    HP_REQUIRE((flags & HP_KIND_LOCAL) != 0 || nonlocal || job->potential.local_part, HP_ERR_INPUT,
               "%s needs a true potential that is non-local, or potential.local_part: true",
               job->potential.kind);
    if (flags & HP_KIND_DECAY) HP_CALL(check_partial(job, &forms, key, err));
    return check_channels(job, &forms, flags, key, err);
}

HP_DEFINE_SCHEMA(hp_toy_job, "toy", check)
