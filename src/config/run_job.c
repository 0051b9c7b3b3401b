// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot run`. */
#include <string.h>
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_job
HP_DEFINE_TABLE(HP_JOB_TABLE)

enum { HP_LEAST_DRAWS = 100 };

/* One number for both hadrons, or one for each; windows that end after they begin. */
static hp_status check_masses(const struct hp_job_masses *masses, const char **key, hp_error *err) {
    const hp_int_list *first = &masses->t_min, *last = &masses->t_max;
    *key = "masses.t_min";
    HP_REQUIRE(first->count <= 2, HP_ERR_INPUT, "one time or one of each hadron, found %d",
               first->count);
    *key = "masses.t_max";
    HP_REQUIRE(last->count <= 2, HP_ERR_INPUT, "one time or one of each hadron, found %d",
               last->count);
    for (int i = 0; i < 2 && first->count > 0 && last->count > 0; i++) {
        int from = first->values[i < first->count ? i : 0];
        int to = last->values[i < last->count ? i : 0];
        HP_REQUIRE(from < to, HP_ERR_INPUT,
                   "must be above masses.t_min = %d, of which a mass can be fitted, found %d", from,
                   to);
    }
    return HP_OK;
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_job *job = data;
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    hp_potential_keys potential = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    /* Two sources give V0 and V2 of one time; V0 is fitted to the first of them, so that their
     * order matters and they must be named. */
    bool two_sources = (kind->flags & HP_KIND_TWO_SOURCES) != 0;
    *key = "fit.sources";
    HP_REQUIRE(!two_sources || job->fit.sources.count == 2, HP_ERR_INPUT,
               "potential.kind: %s needs two sources, found %d", kind->name,
               job->fit.sources.count);
    *key = "fit.times";
    HP_REQUIRE(!two_sources || job->fit.times.count == 1, HP_ERR_INPUT,
               "potential.kind: %s takes one time, each has its own V0 and V2; found %d",
               kind->name, job->fit.times.count);
    *key = "potential.tail_mass_mev";
    HP_REQUIRE(job->potential.tail_mass_mev > 0.0 || strcmp(job->potential.tail, "none") == 0,
               HP_ERR_INPUT, "must be > 0 since potential.tail = %s, found %.15g",
               job->potential.tail, job->potential.tail_mass_mev);
    *key = "total_band.draws";
    HP_REQUIRE(job->total_band.draws == 0 || job->total_band.draws >= HP_LEAST_DRAWS, HP_ERR_INPUT,
               "must be 0 or at least %d, of which a band can be made, found %d", HP_LEAST_DRAWS,
               job->total_band.draws);
    HP_CALL(check_masses(&job->masses, key, err));
    return hp_check_networks(kind, &potential, key, err);
}

HP_DEFINE_SCHEMA(hp_job, "run", check)
