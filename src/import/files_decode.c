// SPDX-License-Identifier: GPL-3.0-or-later
/* One file of formats ascii and hadrons, and the datasets of a row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "files_parts.h"

typedef struct files_tables {
    hp_files_keys keys;
    hp_sites sites; /* of the plan */
    hp_fold fold;
    double *full; /* (2, nt_full) real and imaginary part of a two-point function */
    bool *seen;   /* (nt_full) */
} files_tables;

/* What one file is added to. */
typedef struct target {
    const hp_import_plan *plan;
    const hp_files_state *state;
    files_tables *tables;
    const hp_entries *entries;
    hp_quantity quantity;
    int slot, row; /* row: of the name */
    hp_import_sum *sum;
} target;

void hp_files_release(void **tables) {
    files_tables *own = *tables;
    hp_fold_destroy(&own->fold);
    hp_free(own->full);
    hp_free(own->seen);
    hp_free(own);
    *tables = NULL;
}

hp_status hp_files_prepare(const hp_import_plan *plan, void **tables, hp_error *err) {
    const hp_files_state *state = plan->state;
    files_tables *own;
    HP_ALLOCATE(own, 1);
    *tables = own;
    hp_files_read_keys(plan->job, &own->keys);
    size_t extent = (size_t)plan->geometry.extent, npoint = (size_t)plan->geometry.npoint;
    own->sites = (hp_sites){state->sites, plan->geometry,
                            state->sites == HP_SITES_BOX ? extent * extent * extent : npoint};
    HP_CALL(hp_fold_create(&own->sites, &own->fold, err));
    HP_ALLOCATE(own->full, 2 * plan->nt_full);
    HP_ALLOCATE(own->seen, plan->nt_full);
    return HP_OK;
}

static int compare_integers(const void *a, const void *b) {
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* The row of an entry, in the part. */
static hp_status find_row(const target *to, size_t i, const hp_entry *entry, int *row,
                          hp_error *err) {
    const hp_files_state *state = to->state;
    *row = to->row;
    if (!to->entries->has[HP_ROLE_CONFIGURATION]) return HP_OK;
    const int *found = bsearch(&entry->configuration, state->configuration,
                               (size_t)state->nconfiguration, sizeof(int), compare_integers);
    if (found == NULL) {
        hp_status status = HP_FAIL(HP_ERR_INPUT, "configuration %d is not in the first file",
                                   entry->configuration);
        hp_entries_blame(to->entries, i, err);
        return status;
    }
    *row = (int)(found - state->configuration);
    return HP_OK;
}

/* Sums of squares of imaginary and real part. */
static void add_sizes(const target *to, int row, const double *re, const double *im, size_t n,
                      const double *weight) {
    int gauge = to->state->gauge[to->quantity];
    if (gauge < 0) return;
    double *sizes = to->sum[row].gauge + (ptrdiff_t)2 * (gauge + to->slot);
    for (size_t i = 0; i < n; i++) {
        double w = weight != NULL ? weight[i] : 1.0;
        sizes[0] += w * im[i] * im[i];
        sizes[1] += w * re[i] * re[i];
    }
}

/* Entries first to end - 1 of one configuration and time. */
static hp_status take_wave(const target *to, const size_t *order, size_t first, size_t end,
                           hp_error *err) {
    const hp_import_plan *plan = to->plan;
    hp_fold *fold = &to->tables->fold;
    hp_orbit_spread spread;
    hp_entry entry = {0};
    int row = 0;
    hp_fold_clear(fold);
    for (size_t k = first; k < end; k++) {
        size_t i = order != NULL ? order[k] : k;
        hp_entries_get(to->entries, i, &entry);
        if (k == first) HP_CALL(find_row(to, i, &entry, &row, err));
        hp_status status = hp_fold_put(fold, entry.place, entry.value, err);
        if (status != HP_OK) hp_entries_blame(to->entries, i, err);
        HP_CALL(status);
    }
    const int t = entry.t - plan->first_t, npoint = plan->geometry.npoint;
    bool chosen = t >= 0 && t < plan->nt;
    HP_REQUIRE(chosen || to->tables->keys.times.count > 0, HP_ERR_INPUT,
               "t = %d is not one of the first file, %d to %d", entry.t, plan->first_t,
               plan->first_t + plan->nt - 1);
    if (!chosen) return HP_OK;
    HP_CALL_IN(hp_fold_finish(fold, &spread, err), "t = %d", entry.t);
    hp_import_add(plan, &to->sum[row],
                  to->state->first_cell[HP_FOUR_POINT] + to->slot * plan->nt + t, fold->mean);
    add_sizes(to, row, fold->mean, fold->mean + npoint, (size_t)npoint,
              plan->geometry.multiplicity);
    if (to->state->spread_gauge >= 0) {
        double *sizes = to->sum[row].gauge + (ptrdiff_t)2 * (to->state->spread_gauge + to->slot);
        sizes[0] += spread.within;
        sizes[1] += spread.within + spread.between;
    }
    return HP_OK;
}

/* Times of the files of a quantity. */
static int count_times(const target *to) {
    return to->quantity == HP_TWO_BARYON ? to->plan->nt_two_baryon : to->plan->nt_full;
}

/* Whether an entry is the first one of a time that all files have. */
static hp_status check_time(const target *to, size_t i, int t, hp_error *err) {
    const hp_import_plan *plan = to->plan;
    const int first = plan->first_full, last = first + count_times(to) - 1;
    hp_status status = HP_OK;
    if (t < first || t > last)
        status =
            HP_FAIL(HP_ERR_INPUT, "t = %d, expected %d to %d as in the first file", t, first, last);
    else if (to->tables->seen[t - first])
        status = HP_FAIL(HP_ERR_INPUT, "t = %d occurs twice", t);
    if (status != HP_OK) hp_entries_blame(to->entries, i, err);
    return status;
}

/* Entries of one configuration. */
static hp_status take_times(const target *to, const size_t *order, size_t first, size_t end,
                            hp_error *err) {
    const hp_import_plan *plan = to->plan;
    double *re = to->tables->full, *im = re + plan->nt_full;
    bool *seen = to->tables->seen;
    int row = 0, nt = count_times(to);
    memset(seen, 0, (size_t)plan->nt_full * sizeof *seen);
    for (size_t k = first; k < end; k++) {
        hp_entry entry;
        size_t i = order != NULL ? order[k] : k;
        hp_entries_get(to->entries, i, &entry);
        if (k == first) HP_CALL(find_row(to, i, &entry, &row, err));
        int t = entry.t - plan->first_full;
        HP_CALL(check_time(to, i, entry.t, err));
        seen[t] = true;
        re[t] = entry.value[0];
        im[t] = entry.value[1];
    }
    for (int t = 0; t < nt; t++)
        HP_REQUIRE(seen[t], HP_ERR_INPUT, "t = %d is missing, expected %d to %d",
                   t + plan->first_full, plan->first_full, plan->first_full + nt - 1);
    hp_import_add(plan, &to->sum[row], to->state->first_cell[to->quantity] + to->slot, re);
    add_sizes(to, row, re, im, (size_t)nt, NULL);
    return HP_OK;
}

/* Groups of entries that belong together. */
static hp_status take_groups(const target *to, const size_t *order, hp_error *err) {
    const hp_entries *entries = to->entries;
    const bool wave = hp_files_is_wave(to->quantity);
    for (size_t first = 0, end; first < entries->n; first = end) {
        hp_entry begin, entry;
        hp_entries_get(entries, order != NULL ? order[first] : first, &begin);
        for (end = first + 1; end < entries->n; end++) {
            hp_entries_get(entries, order != NULL ? order[end] : end, &entry);
            if (entry.configuration != begin.configuration) break;
            if (wave && entry.t != begin.t) break;
        }
        HP_CALL(wave ? take_wave(to, order, first, end, err)
                     : take_times(to, order, first, end, err));
    }
    return HP_OK;
}

hp_status hp_files_decode(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                          hp_import_sum *sum, hp_error *err) {
    hp_status status = HP_OK;
    files_tables *own = tables;
    hp_entries entries = {0};
    const int what = input->file->what, index = input->file->index;
    target to = {plan,
                 plan->state,
                 own,
                 &entries,
                 (hp_quantity)(what % HP_NQUANTITY),
                 what / HP_NQUANTITY,
                 index / HP_TIMES,
                 sum};
    const hp_files_source source = hp_files_source_of(&own->keys, to.quantity);
    const bool radial = plan->geometry.kind == HP_GEOMETRY_RADIAL;
    size_t *order = NULL;
    HP_TRY(hp_files_read(&source, input->bytes, input->size, &entries, err));
    entries.t = index % HP_TIMES - 1;
    int nplace = hp_entries_nplace(&entries);
    HP_CHECK(!hp_files_is_wave(to.quantity) || nplace == (radial ? 1 : 3), HP_ERR_INPUT,
             "has %s, expected %s as in the first file", nplace == 1 ? "distances" : "sites",
             radial ? "distances" : "sites");
    bool is_complex = to.state->gauge[to.quantity] >= 0;
    HP_CHECK(entries.has[HP_ROLE_IM] == is_complex, HP_ERR_INPUT,
             "has %s numbers, expected %s ones as in the first file",
             is_complex ? "real" : "complex", is_complex ? "complex" : "real");
    HP_TRY(hp_entries_sort(&entries, &order, err));
    HP_TRY(take_groups(&to, order, err));
cleanup:
    hp_free(order);
    hp_entries_destroy(&entries);
    return status;
}

/* What a quantity has for a source. */
static const double *mean_of(const hp_import_plan *plan, const double *mean, hp_quantity q, int s) {
    const hp_files_state *state = plan->state;
    int slot = state->nslot[q] > 1 ? s : 0, each = hp_files_is_wave(q) ? plan->nt : 1;
    return mean + plan->cell[state->first_cell[q] + slot * each].offset;
}

/* C(t) = (C_fw(t) + sign C_bw(T - t))/2; t = 0 is a whole period from T, where the sign comes
 * twice.
 */
static void fold_times(const hp_import_plan *plan, const double *mean, int hadron, int s,
                       double *out) {
    const hp_files_state *state = plan->state;
    const int sign = state->sign, extent = plan->nt_full;
    const double *forward = mean_of(plan, mean, hp_files_forward(state, hadron), s);
    const double *backward = mean_of(plan, mean, hp_files_backward(state, hadron), s);
    for (int t = 0; t < extent; t++) {
        double image = t == 0 ? backward[0] : sign * backward[extent - t];
        out[t] = sign == 0 ? forward[t] : 0.5 * (forward[t] + image);
    }
}

void hp_files_finish(const hp_import_plan *plan, const void *tables, const double *mean,
                     double *row) {
    const hp_files_state *state = plan->state;
    const files_tables *own = tables;
    const bool full = state->nslot[HP_TWO_POINT_1] > 0;
    const size_t nt = (size_t)plan->nt, nt_full = (size_t)plan->nt_full;
    const size_t wave = nt * (size_t)plan->geometry.npoint;
    for (int s = 0; s < state->nsource; s++) {
        memcpy(row, mean_of(plan, mean, HP_FOUR_POINT, s), wave * sizeof *row);
        row += wave;
        double *short_times = row;
        if (!own->keys.ratio) row += 2 * nt;
        for (int hadron = 0; full && hadron < 2; hadron++, row += nt_full) {
            fold_times(plan, mean, hadron, s, row);
            if (!own->keys.ratio)
                memcpy(short_times + (size_t)hadron * nt, row + (plan->first_t - plan->first_full),
                       nt * sizeof *row);
        }
        if (state->nslot[HP_TWO_BARYON] == 0) continue;
        memcpy(row, mean_of(plan, mean, HP_TWO_BARYON, s),
               (size_t)plan->nt_two_baryon * sizeof *row);
        row += plan->nt_two_baryon;
    }
}
