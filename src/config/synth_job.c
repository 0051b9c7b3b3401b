// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot synth`. */
#include <string.h>
#include "check.h"
#include "hadpot/given_channels.h"
#include "hadpot/memory.h"
#include "schema.h"

#define HP_STRUCT hp_synth_job
HP_DEFINE_TABLE(HP_SYNTH_JOB_TABLE)

/* Far below what any fit to it can show, as of a truth of one S wave. */
static const double TOLERANCE_DEG = 1e-10;

enum { BOUND_STATES = 32 };

hp_scatter_job hp_given_scatter_of_synth(const hp_synth_job *job) {
    const hp_double_list none = {0}, *total = &job->scattering.total_energies_mev;
    return (hp_scatter_job){
        .output = (char *)"",
        .channel = job->channel,
        .mass_1_mev = job->mass_1_mev,
        .mass_2_mev = job->mass_2_mev,
        .channels = {.components = job->channels.components,
                     .pairs = job->channels.pairs,
                     .masses_1_mev = job->channels.masses_1_mev,
                     .masses_2_mev = job->channels.masses_2_mev},
        .scattering = {.coulomb = (char *)"none",
                       .kinematics = (char *)"relativistic",
                       .solver = (char *)"nystroem",
                       .eigenphases = (char *)"both",
                       .tolerance_deg = TOLERANCE_DEG,
                       .bound_states = BOUND_STATES,
                       .total_energies_mev = *total,
                       .energies_mev = total->count > 0 ? none : job->phase_shifts.energies_mev,
                       .poles = job->scattering.poles,
                       .pole_region_mev = job->scattering.pole_region_mev,
                       .most_poles = job->scattering.most_poles},
        .femtoscopy = {.statistics = (char *)"distinct"}};
}

/* The component of a name of sources.components, -1: there is none. */
static int find_component(const hp_given_channels *given, const char *name) {
    int c = given->channels.ncomponent - 1;
    while (c >= 0 && strcmp(given->component[c], name) != 0) c--;
    return c;
}

int hp_given_source_component(const hp_synth_job *job, const hp_given_channels *given, int source) {
    const hp_string_list *names = &job->sources.components;
    return names->count > 0 ? find_component(given, names->values[source]) : 0;
}

static hp_status check_sources(const hp_synth_job *job, const hp_given_channels *given,
                               const char **key, hp_error *err) {
    const hp_string_list *names = &job->sources.components;
    const hp_double_list *amplitudes = &job->sources.amplitudes;
    int n = job->sources.names.count, levels = job->states.count;
    *key = "sources.components";
    for (int s = 0; s < names->count; s++)
        HP_REQUIRE(find_component(given, names->values[s]) >= 0, HP_ERR_INPUT,
                   "expected names of channels.components, found \"%.60s\"", names->values[s]);
    *key = "sources.amplitudes";
    HP_REQUIRE(amplitudes->count == 0 || amplitudes->count == n * levels, HP_ERR_INPUT,
               "expected %d amplitudes, those of %d levels (states.count) in each of %d sources, "
               "found %d",
               n * levels, levels, n, amplitudes->count);
    *key = "sources.widths_fm";
    for (int s = 0; s < n && amplitudes->count == 0; s++) {
        int l = given->channels.component[hp_given_source_component(job, given, s)].l;
        HP_REQUIRE(l == 0 || job->sources.widths_fm.values[s] > 0, HP_ERR_INPUT,
                   "a wall makes no wave of l = %d, expected a width > 0 of source %s, found 0", l,
                   job->sources.names.values[s]);
    }
    return HP_OK;
}

static hp_status check_channels(const hp_synth_job *job, const hp_form_keys *forms,
                                const char **key, hp_error *err) {
    hp_given_channels given;
    double *energy = NULL;
    int n;
    hp_scatter_job scatter = hp_given_scatter_of_synth(job);
    HP_CALL(hp_given_channels_read(&scatter, &given, key, err));
    *key = "channels.pairs";
    HP_REQUIRE(job->channels.pairs.count > 0, HP_ERR_INPUT,
               "expected the names of pairs, which an ensemble with components has, found none");
    HP_CALL(hp_given_elements_check(forms, &given, key, err));
    HP_CALL(check_sources(job, &given, key, err));
    HP_CALL(hp_given_energies(&scatter, &given, &energy, &n, key, err));
    hp_free(energy);
    return HP_OK;
}

/* What only jobs with components have, but no rule can say. */
static hp_status check_one_wave(const hp_synth_job *job, const char **key, hp_error *err) {
    *key = "channels.pairs";
    HP_REQUIRE(job->channels.pairs.count == 0, HP_ERR_INPUT,
               "has effect only with channels.components, found none");
    *key = "mass_1_mev";
    HP_REQUIRE(job->mass_1_mev > 0, HP_ERR_INPUT,
               "must be > 0, found %.15g and no channels.pairs", job->mass_1_mev);
    *key = "sources.amplitudes";
    HP_REQUIRE(job->sources.amplitudes.count == 0, HP_ERR_INPUT,
               "has effect only with channels.components, found none");
    *key = "scattering.poles";
    HP_REQUIRE(job->scattering.poles.count == 0, HP_ERR_INPUT,
               "has effect only with channels.components, found none");
    return HP_OK;
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_synth_job *job = data;
    const hp_string_list *names = &job->sources.names;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    bool channels = job->channels.components.count > 0;
    if (!channels) HP_CALL(check_one_wave(job, key, err));
    HP_CALL(hp_check_forms(&forms, key, err));
    if (channels) HP_CALL(check_channels(job, &forms, key, err));
    *key = "sources.names";
    for (int s = 0; s < names->count; s++) /* they become HDF5 groups */
        HP_REQUIRE(strchr(names->values[s], '/') == NULL && strcmp(names->values[s], ".") != 0,
                   HP_ERR_INPUT, "expected a name without '/', found %.60s", names->values[s]);
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_synth_job, "synth", check)
