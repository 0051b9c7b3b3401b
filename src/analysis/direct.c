// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective energies of summed correlators, and Luescher's k cot delta; docs/method-luescher.md. */
#include "hadpot/direct.h"
#include <math.h>
#include <string.h>
#include "direct_parts.h"
#include "hadpot/box.h"
#include "hadpot/luescher.h"
#include "hadpot/memory.h"

/* ---- which sources and times ---- */

static bool is_in_plateau(const hp_direct_options *options, int t) {
    return options->plateau_t_max > 0 && t >= options->plateau_t_min && t <= options->plateau_t_max;
}

/* What the job says of times, and what is taken if it says nothing. */
typedef struct choice {
    const char *key;
    int n;
    const int *list;
    bool *marked; /* by times of the file */
} choice;

const int *hp_direct_times(const hp_direct *direct, const hp_direct_set *set, int *n) {
    const hp_ensemble *ensemble = direct->ensemble;
    *n = set->two_baryon ? ensemble->nt_two_baryon : ensemble->nt;
    return set->two_baryon ? ensemble->t_full : ensemble->t;
}

/* Times of which the file has the next one too, ascending. Errors: naming the key, where its list
 * has others. */
static hp_status choose_times(const choice *wanted, const hp_direct *direct, hp_direct_set *set,
                              hp_error *err) {
    int n;
    const int *t = hp_direct_times(direct, set, &n);
    HP_ALLOCATE(set->time, n);
    for (int i = 0; i < wanted->n; i++) {
        HP_REQUIRE(wanted->list[i] >= t[0] && wanted->list[i] < t[n - 1], HP_ERR_INPUT,
                   "%s: t = %d: Delta E(t) = ln R(t)/R(t+1) needs t and t+1; %s has t = %d ... %d",
                   wanted->key, wanted->list[i], direct->ensemble->path, t[0], t[n - 1]);
        set->time[set->nt++] = wanted->list[i] - t[0];
    }
    for (int i = 0; i < n - 1 && wanted->n == 0; i++)
        if (wanted->marked[i]) set->time[set->nt++] = i;
    return HP_OK;
}

/* Where the plan takes both times of a row, and in the plateau. */
static void mark_waves(const hp_direct_options *options, const hp_correlator_plan *plan,
                       bool *marked) {
    const hp_ensemble *ensemble = plan->ensemble;
    bool *taken = marked + ensemble->nt;
    for (int i = 0; i < plan->nt; i++)
        for (int step = -1; step <= 1; step++) taken[plan->time[i] + step] = true;
    for (int i = 0; i < ensemble->nt - 1; i++)
        marked[i] = (taken[i] && taken[i + 1]) || is_in_plateau(options, ensemble->t[i]);
}

static hp_status choose_waves(const hp_direct_options *options, const hp_correlator_plan *plan,
                              hp_direct *direct, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    const int first = ensemble->t[0], last = ensemble->t[ensemble->nt - 1];
    hp_direct_set *set = &direct->set[0];
    choice wanted = {"direct.times", options->ntime, options->time, NULL};
    HP_REQUIRE(options->plateau_t_max == 0 ||
                   (options->plateau_t_min >= first && options->plateau_t_max < last),
               HP_ERR_INPUT,
               "direct.plateau_t_min, plateau_t_max: t = %d ... %d: Delta E(t) = ln R(t)/R(t+1) "
               "needs t and t+1; %s has t = %d ... %d",
               options->plateau_t_min, options->plateau_t_max, ensemble->path, first, last);
    HP_ALLOCATE(set->source, plan->nsource);
    memcpy(set->source, plan->source, (size_t)plan->nsource * sizeof *set->source);
    set->nsource = plan->nsource;
    HP_ALLOCATE(wanted.marked, 2 * ensemble->nt);
    mark_waves(options, plan, wanted.marked);
    hp_status status = choose_times(&wanted, direct, set, err);
    hp_free(wanted.marked);
    return status;
}

/* Two-baryon correlators, up to where states that run backwards would enter. */
static hp_status choose_two_baryon(const hp_direct_options *options, const hp_correlator_plan *plan,
                                   hp_direct *direct, hp_error *err) {
    const hp_ensemble *ensemble = plan->ensemble;
    const int n = ensemble->nt_two_baryon, half = ensemble->temporal_extent / 2;
    hp_direct_set *set = &direct->set[1];
    choice wanted = {"direct.two_baryon_times", options->ntwo, options->two, NULL};
    set->two_baryon = true;
    HP_ALLOCATE(set->source, plan->nsource);
    for (int s = 0; s < plan->nsource; s++)
        if (hp_ensemble_has_full(ensemble, plan->source[s], HP_FULL_TWO_BARYON))
            set->source[set->nsource++] = plan->source[s];
    bool any = false; /* of other sources: an alternative may have fewer */
    for (int s = 0; s < ensemble->nsource; s++)
        any |= hp_ensemble_has_full(ensemble, s, HP_FULL_TWO_BARYON);
    HP_REQUIRE(any || options->ntwo == 0, HP_ERR_INPUT, "%s: %s has no two_baryon of any source",
               wanted.key, ensemble->path);
    if (set->nsource == 0) return HP_OK;
    HP_ALLOCATE(wanted.marked, n);
    for (int i = 0; i < n; i++) wanted.marked[i] = half == 0 || ensemble->t_full[i] < half;
    hp_status status = choose_times(&wanted, direct, set, err);
    hp_free(wanted.marked);
    return status;
}

/* Where the plateau is among the times, if all of it is. */
static void choose_plateau(const hp_direct_options *options, const int *t, hp_direct_set *set) {
    int length = options->plateau_t_max - options->plateau_t_min + 1;
    for (int i = set->nt - 1; i >= 0; i--) {
        if (!is_in_plateau(options, t[set->time[i]])) continue;
        set->first = i;
        set->nplateau++;
    }
    if (set->nplateau < length || set->nsource == 0) set->nplateau = 0;
}

hp_status hp_direct_create(const hp_direct_options *options, const hp_correlator_plan *plan,
                           hp_direct *direct, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = plan->ensemble;
    hp_direct_set *waves = &direct->set[0], *two_baryon = &direct->set[1];
    *direct = (hp_direct){.ensemble = ensemble};
    if (!options->compute || ensemble->geometry.kind != HP_GEOMETRY_CUBIC) return HP_OK;
    HP_TRY(choose_waves(options, plan, direct, err));
    HP_TRY(choose_two_baryon(options, plan, direct, err));
    choose_plateau(options, ensemble->t, waves);
    choose_plateau(options, ensemble->t_full, two_baryon);
    for (int i = 0; i < HP_NDIRECT; i++) HP_NEW(direct->set[i].quality, direct->set[i].nsource);
    HP_CHECK(options->plateau_t_max == 0 || waves->nplateau > 0, HP_ERR_INPUT,
             "direct.times: must hold all of direct.plateau_t_min = %d ... plateau_t_max = %d",
             options->plateau_t_min, options->plateau_t_max);
cleanup:
    if (status != HP_OK) hp_direct_destroy(direct);
    return status;
}

void hp_direct_destroy(hp_direct *direct) {
    if (direct == NULL) return;
    for (int i = 0; i < HP_NDIRECT; i++) {
        hp_free(direct->set[i].source);
        hp_free(direct->set[i].time);
        hp_free(direct->set[i].quality);
    }
    *direct = (hp_direct){0};
}

void hp_direct_mark(const hp_direct *direct, bool *part) {
    const hp_ensemble *ensemble = direct->ensemble;
    const hp_direct_set *waves = &direct->set[0], *two_baryon = &direct->set[1];
    for (int s = 0; s < waves->nsource; s++)
        for (int i = 0; i < waves->nt; i++)
            for (int step = 0; step < 2; step++)
                part[waves->source[s] * ensemble->nt + waves->time[i] + step] = true;
    for (int s = 0; s < two_baryon->nsource; s++)
        part[ensemble->nsource * ensemble->nt + two_baryon->source[s]] = true;
}

/* ---- one row ---- */

/* R of a source at the time of index t, summed over the sites of the box. */
static double sum_waves(const hp_ensemble *ensemble, const double *row, int source, int t) {
    const hp_geometry *geometry = &ensemble->geometry;
    const double *block = row + hp_ensemble_row_offset(ensemble, source);
    const double *stored = block + (ptrdiff_t)t * geometry->npoint;
    const double *two_point = block + (ptrdiff_t)ensemble->nt * geometry->npoint; /* (2, nt) */
    double sum = 0.0;
    for (int p = 0; p < geometry->npoint; p++) sum += geometry->multiplicity[p] * stored[p];
    if (!ensemble->has_ratio[source]) sum = sum / two_point[t] / two_point[ensemble->nt + t];
    return sum;
}

/* The two-point function of a hadron at a time of index t in t_full; nan: it is not known. */
static double two_point_at(const hp_ensemble *ensemble, const double *row, int source, int hadron,
                           int t) {
    if (hp_ensemble_has_full(ensemble, source, HP_FULL_TWO_POINT_1))
        return row[hp_ensemble_full_offset(ensemble, source, (hp_full)hadron) + (size_t)t];
    int with_waves = ensemble->t_full[t] - ensemble->t[0];
    if (ensemble->has_ratio[source] || with_waves < 0 || with_waves >= ensemble->nt) return NAN;
    const double *two_point = row + hp_ensemble_row_offset(ensemble, source) +
                              (ptrdiff_t)ensemble->nt * ensemble->geometry.npoint;
    return two_point[hadron * ensemble->nt + with_waves];
}

static double divide_two_baryon(const hp_ensemble *ensemble, const double *row, int source, int t) {
    double value = row[hp_ensemble_full_offset(ensemble, source, HP_FULL_TWO_BARYON) + (size_t)t];
    for (int hadron = 0; hadron < 2; hadron++)
        value /= two_point_at(ensemble, row, source, hadron, t);
    return value;
}

void hp_direct_store(const hp_direct_target *to, const hp_pair *pair, double energy, size_t i,
                     double *vector) {
    const hp_ensemble *ensemble = to->direct->ensemble;
    double extent = ensemble->geometry.extent, mev = ensemble->inverse_spacing_mev;
    double k2 = hp_box_k2(pair->mass[0], pair->mass[1], energy);
    const double value[HP_DIRECT_NROW] = {[HP_DIRECT_ENERGY] = mev * energy,
                                          [HP_DIRECT_K2] = k2,
                                          [HP_DIRECT_PLACE] = hp_luescher_place_deg(k2, extent),
                                          [HP_DIRECT_KCOT] = mev * hp_luescher_kcot(k2, extent)};
    for (int q = 0; q < HP_DIRECT_NROW; q++) {
        char path[HP_DIRECT_PATH];
        hp_direct_path(to->set, to->plateau, q, path);
        hp_record_at(to->record, vector, path)[i] = value[q];
    }
}

void hp_direct_compute(const hp_direct *direct, const hp_pair *pair, const double *row,
                       const hp_record *record, double *vector) {
    const hp_ensemble *ensemble = direct->ensemble;
    for (int n = 0; n < HP_NDIRECT; n++) {
        const hp_direct_set *set = &direct->set[n];
        const hp_direct_target to = {direct, set, false, record};
        double (*sum)(const hp_ensemble *, const double *, int, int) =
            set->two_baryon ? divide_two_baryon : sum_waves;
        char path[HP_DIRECT_PATH];
        hp_direct_path(set, false, HP_DIRECT_SUM, path);
        for (int i = 0; i < set->nsource * set->nt; i++) {
            int source = set->source[i / set->nt], t = set->time[i % set->nt];
            double R = sum(ensemble, row, source, t);
            double ratio = R / sum(ensemble, row, source, t + 1);
            double energy = ratio > 0.0 && isfinite(ratio) ? log(ratio) : NAN;
            hp_record_at(record, vector, path)[i] = R;
            hp_direct_store(&to, pair, energy, (size_t)i, vector);
        }
    }
}
