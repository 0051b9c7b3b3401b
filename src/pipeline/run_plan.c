// SPDX-License-Identifier: GPL-3.0-or-later
/* Sources, times and components that a job takes of an ensemble. */
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "hadpot/pole_observables.h"
#include "hadpot/run_channels.h"

enum { LIST_SIZE = 1024 };

/* Names that a choice has, borrowed from job and ensemble. */
typedef struct {
    char *component[HP_MOST_COMPONENTS];
    int ncomponent;
} names;

bool hp_plan_has_channels(const hp_correlator_plan *plan) {
    return plan->ncomponent > 1 || plan->component[0].l > 0;
}

bool hp_plan_has_tensor(const hp_correlator_plan *plan) {
    for (int c = 0; c < plan->ncomponent; c++)
        for (int d = 0; d < plan->ncomponent; d++)
            if (plan->component[c].pair == plan->component[d].pair && plan->component[c].l == 0 &&
                plan->component[d].l == 2 && plan->spin[c].two_s_plus_1 == 3 &&
                plan->spin[d].two_s_plus_1 == 3 && plan->spin[d].two_j == 2)
                return true;
    return false;
}

static hp_status find_pair(const hp_ensemble *ensemble, const char *name, int *pair,
                           hp_error *err) {
    char known[LIST_SIZE] = "";
    *pair = hp_ensemble_find_pair(ensemble, name);
    for (int a = 0; a < ensemble->npair; a++)
        hp_format_append(known, sizeof known, "%s%s", a > 0 ? ", " : "", ensemble->pair[a].name);
    HP_REQUIRE(*pair >= 0, HP_ERR_INPUT,
               "%s: channels.pairs: there is no pair '%s'; the file has %s", ensemble->path, name,
               known);
    return HP_OK;
}

static hp_status add_component(int component, const hp_ensemble *ensemble, names *chosen,
                               hp_error *err) {
    HP_REQUIRE(chosen->ncomponent < HP_MOST_COMPONENTS, HP_ERR_INPUT,
               "%s: channels.components: at most %d components can be coupled", ensemble->path,
               HP_MOST_COMPONENTS);
    chosen->component[chosen->ncomponent++] = ensemble->component[component].name;
    return HP_OK;
}

/* Each pair has a component, and components name pairs in their order. */
static hp_status check_pairs(const struct hp_job_channels *keys, const hp_ensemble *ensemble,
                             const names *chosen, hp_error *err) {
    int pair, next = 0;
    for (int a = 0; a < keys->pairs.count; a++) {
        bool found = false;
        HP_CALL(find_pair(ensemble, keys->pairs.values[a], &pair, err));
        for (int c = 0; c < chosen->ncomponent; c++) {
            int component = hp_ensemble_find_component(ensemble, chosen->component[c]);
            bool mine = component >= 0 && ensemble->component[component].pair == pair;
            HP_REQUIRE(!mine || found || c >= next, HP_ERR_INPUT,
                       "channels.components: expected components in the order of channels.pairs, "
                       "found %s in front of %s",
                       chosen->component[c], chosen->component[next]);
            if (mine && !found) next = c;
            found |= mine;
        }
        HP_REQUIRE(
            found, HP_ERR_INPUT,
            "channels.pairs: expected a component of each pair in channels.components, found "
            "none of %s",
            keys->pairs.values[a]);
    }
    return HP_OK;
}

static hp_status choose_components(const hp_job *job, const hp_ensemble *ensemble, names *chosen,
                                   hp_error *err) {
    const struct hp_job_channels *keys = &job->channels;
    int pair;
    for (int i = 0; i < keys->components.count; i++) {
        int component = hp_ensemble_find_component(ensemble, keys->components.values[i]);
        char known[LIST_SIZE] = "";
        for (int c = 0; c < ensemble->ncomponent; c++)
            hp_format_append(known, sizeof known, "%s%s", c > 0 ? ", " : "",
                             ensemble->component[c].name);
        HP_REQUIRE(component >= 0, HP_ERR_INPUT,
                   "%s: channels.components: there is no component '%s'; the file has %s",
                   ensemble->path, keys->components.values[i], known);
        HP_CALL(add_component(component, ensemble, chosen, err));
    }
    for (int a = 0; a < keys->pairs.count && keys->components.count == 0; a++) {
        HP_CALL(find_pair(ensemble, keys->pairs.values[a], &pair, err));
        for (int c = 0; c < ensemble->ncomponent; c++)
            if (ensemble->component[c].pair == pair)
                HP_CALL(add_component(c, ensemble, chosen, err));
    }
    for (int c = 0; c < ensemble->ncomponent && keys->components.count + keys->pairs.count == 0;
         c++)
        HP_CALL(add_component(c, ensemble, chosen, err));
    return check_pairs(keys, ensemble, chosen, err);
}

/* Keys of several components that one S wave does not have: other values than the defaults. */
static hp_status check_version_1(const hp_job *job, const hp_ensemble *ensemble, hp_error *err) {
    const struct hp_job_channels *keys = &job->channels;
    const struct {
        const char *key;
        bool given;
    } of[] = {{"channels.pairs", keys->pairs.count > 0},
              {"channels.components", keys->components.count > 0},
              {"channels.flavour_basis", keys->flavour_basis.count > 0},
              {"channels.delta_factor", strcmp(keys->delta_factor, "measured") != 0},
              {"potential.tensor", strcmp(job->potential.tensor, "vc_vt") != 0},
              {"potential.coupling", !job->potential.coupling},
              {"scattering.kinematics", strcmp(job->scattering.kinematics, "relativistic") != 0},
              {"scattering.eigenphases", strcmp(job->scattering.eigenphases, "both") != 0},
              {"scattering.total_energies_mev", job->scattering.total_energies_mev.count > 0}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        HP_REQUIRE(!of[i].given, HP_ERR_INPUT,
                   "%s has effect for ensembles of version 2 alone; %s has version 1: one S wave",
                   of[i].key, ensemble->path);
    return HP_OK;
}

static hp_status check_direct(const hp_job *job, const hp_ensemble *ensemble, hp_error *err) {
    const struct hp_job_direct *keys = &job->direct;
    HP_REQUIRE(keys->times.count + keys->two_baryon_times.count + keys->plateau_t_max == 0,
               HP_ERR_INPUT,
               "direct: effective energies are those of one S wave of an ensemble of version 1, %s "
               "has version 2",
               ensemble->path);
    return HP_OK;
}

/* As many sources as pairs, else the matrix is not determined. */
static hp_status check_count(const hp_job *job, const hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    bool separable = (hp_potential_kind_find(job->potential.kind)->flags & HP_KIND_SEPARABLE) != 0;
    const char *missing = NULL;
    if (plan->nsource >= plan->npair || separable || !job->potential.coupling) return HP_OK;
    for (int a = plan->npair - 1; a >= 0; a--) {
        bool made = false;
        for (int s = 0; s < plan->nsource; s++)
            made |= ensemble->wave[plan->source[s]].pair == plan->pair[a];
        if (!made || missing == NULL) missing = ensemble->pair[plan->pair[a]].name;
    }
    return HP_FAIL(HP_ERR_INPUT,
                   "%s: potentials between %d pairs need as many independent sources, found %d, "
                   "and none for %s: give more in fit.sources, fewer channels.pairs, or "
                   "potential.kind: separable",
                   ensemble->path, plan->npair, plan->nsource, missing);
}

/* One column has two equations at each radius, for V_C and V_T. */
static hp_status check_tensor(const hp_job *job, const hp_correlator_plan *plan, hp_error *err) {
    unsigned flags = hp_potential_kind_find(job->potential.kind)->flags;
    bool elements = strcmp(job->potential.tensor, "components") == 0;
    HP_REQUIRE(!elements || (flags & (HP_KIND_FG | HP_KIND_BLOCKS)) == 0 ||
                   !hp_plan_has_tensor(plan) || plan->nsource * plan->nt > 1,
               HP_ERR_INPUT,
               "potential.tensor: components has three functions of an S and a D wave, which need "
               "two sources or times, found one of each; vc_vt takes one");
    return HP_OK;
}

/* J is conserved: components of another J have no potential in common. */
static hp_status check_spins(const hp_job *job, const hp_correlator_plan *plan, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    const hp_ensemble_component *first =
        &ensemble->component[ensemble->field[plan->field[0]].component];
    for (int c = 1; c < plan->ncomponent && job->potential.coupling; c++) {
        const hp_ensemble_component *other =
            &ensemble->component[ensemble->field[plan->field[(ptrdiff_t)2 * c]].component];
        HP_REQUIRE(other->two_j == first->two_j, HP_ERR_INPUT,
                   "%s: components %s and %s have J = %g and %g and cannot couple: choose those of "
                   "one J in channels.components",
                   ensemble->path, first->name, other->name, 0.5 * first->two_j,
                   0.5 * other->two_j);
    }
    return HP_OK;
}

/* Keys that ask for what the chosen components do not have: said before rows are read. */
static hp_status check_keys(const hp_job *job, const hp_correlator_plan *plan, hp_error *err) {
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    HP_REQUIRE(
        !hp_plan_has_channels(plan) || (kind->flags & HP_KIND_MATRIX) != 0, HP_ERR_INPUT,
        "potential.kind: %s acts in one S wave; of several components, or of l > 0, expected "
        "sdnn, local, separable or matrix_gaussians",
        kind->name);
    return hp_pole_check_sheets(job->scattering.poles.count,
                                (const char *const *)job->scattering.poles.values, plan->npair,
                                err);
}

hp_status hp_run_plan(const hp_job *job, const hp_ensemble *ensemble, hp_correlator_plan *plan,
                      hp_error *err) {
    names chosen = {0};
    const struct hp_job_fit *fit = &job->fit;
    const hp_misner_options misner = {.width = job->misner.width,
                                      .radial_terms = job->misner.radial_terms,
                                      .l_max = job->misner.l_max};
    bool one = ensemble->field == NULL;
    HP_CALL(one ? check_version_1(job, ensemble, err) : check_direct(job, ensemble, err));
    if (!one) HP_CALL(choose_components(job, ensemble, &chosen, err));
    const hp_correlator_choice choice = {
        .sources = fit->sources.values,
        .nsources = fit->sources.count,
        .times = fit->times.values,
        .ntimes = fit->times.count,
        .components = chosen.component,
        .ncomponents = chosen.ncomponent,
        .exponential = strcmp(job->channels.delta_factor, "exponential") == 0,
        .misner = strcmp(job->partial_waves.projection, "misner") == 0 ? &misner : NULL};
    HP_CALL(hp_correlator_plan_create_from(ensemble, &choice, plan, err));
    HP_CALL(check_keys(job, plan, err));
    if (one) return HP_OK;
    HP_CALL(check_tensor(job, plan, err));
    HP_CALL(check_spins(job, plan, err));
    return check_count(job, plan, err);
}
