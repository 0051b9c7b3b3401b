// SPDX-License-Identifier: GPL-3.0-or-later
/* What the first files of formats ascii and hadrons say about all of them: times and sites. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "files_parts.h"

/* Boxes whose sites differ, in two configurations alike, by more than this part of their variance
 * are not what they are thought to be: S waves give 0, partial waves with l > 0 a few percent. */
#define ASYMMETRY_MAX 0.3

/* Times that occur, as marks. */
typedef struct time_marks {
    bool seen[HP_TIMES];
    int first, n; /* without gaps */
} time_marks;

static hp_status check_times(time_marks *times, const char *what, hp_error *err) {
    int last = HP_TIMES - 1;
    times->first = 0;
    while (last > 0 && !times->seen[last]) last--;
    while (times->first < last && !times->seen[times->first]) times->first++;
    times->n = last - times->first + 1;
    for (int t = times->first; t <= last; t++)
        HP_REQUIRE(times->seen[t], HP_ERR_INPUT,
                   "%s: has times from %d to %d without %d, expected consecutive times", what,
                   times->first, last, t);
    return HP_OK;
}

/* Those of the first configuration in a file. */
static void mark_times(const hp_entries *entries, time_marks *times) {
    hp_entry first, entry;
    hp_entries_get(entries, 0, &first);
    for (size_t i = 0; i < entries->n; i++) {
        hp_entries_get(entries, i, &entry);
        if (entry.configuration == first.configuration) times->seen[entry.t] = true;
    }
}

/* What is in the names of files, or in the first file; less what the job leaves out. */
static hp_status find_wave_times(hp_files_survey_work *work, hp_error *err) {
    time_marks times = {.n = 0};
    const hp_int_list *chosen = &work->keys.times;
    const char *what = work->keys.name[HP_FOUR_POINT];
    const int first = work->first[HP_FOUR_POINT];
    for (int i = 0; i < work->count[HP_FOUR_POINT]; i++)
        if (work->file[first + i].t >= 0) times.seen[work->file[first + i].t] = true;
    if (work->file[first].t < 0) mark_times(&work->entries[HP_FOUR_POINT], &times);
    for (int i = 0; i < chosen->count; i++)
        HP_REQUIRE(chosen->values[i] < HP_TIMES && times.seen[chosen->values[i]], HP_ERR_INPUT,
                   "%s: t = %d of %s.times is not there", what, chosen->values[i],
                   work->keys.section);
    for (int t = 0; t < HP_TIMES && chosen->count > 0; t++)
        times.seen[t] = t >= chosen->values[0] && t <= chosen->values[chosen->count - 1];
    HP_CALL(check_times(&times, what, err));
    work->plan->first_t = times.first;
    work->plan->nt = times.n;
    return HP_OK;
}

/* The places of one time: all entries that share configuration and time with the first one. */
static hp_status find_sites(hp_files_survey_work *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_entries *entries = &work->entries[HP_FOUR_POINT];
    hp_entry first, entry;
    double *r = NULL;
    size_t n = 0;
    hp_entries_get(entries, 0, &first);
    HP_NEW(r, entries->n);
    for (size_t i = 0; i < entries->n; i++) {
        hp_entries_get(entries, i, &entry);
        if (entry.configuration == first.configuration && entry.t == first.t)
            r[n++] = entry.place[0];
    }
    if (hp_entries_nplace(entries) == 1)
        HP_TRY_IN(hp_sites_create_radial(r, n, &work->sites, err), "t = %d", first.t);
    else
        HP_TRY_IN(hp_sites_create_cubic(n, work->keys.extent, &work->sites, err), "t = %d",
                  first.t);
cleanup:
    work->plan->geometry = work->sites.geometry; /* which the plan owns */
    hp_free(r);
    return status;
}

/* Times of a two-point function or two-baryon correlator: the same for all. */
static hp_status find_full_times(hp_files_survey_work *work, hp_quantity quantity, hp_error *err) {
    hp_import_plan *plan = work->plan;
    time_marks times = {.n = 0};
    const char *what = work->keys.name[quantity];
    mark_times(&work->entries[quantity], &times);
    HP_CALL(check_times(&times, what, err));
    if (plan->nt_full == 0) {
        plan->first_full = times.first;
        plan->nt_full = times.n;
    }
    bool early = quantity == HP_TWO_BARYON && times.n < plan->nt_full; /* may end before */
    if (quantity == HP_TWO_BARYON) plan->nt_two_baryon = times.n;
    HP_REQUIRE(times.first == plan->first_full && (early || times.n == plan->nt_full), HP_ERR_INPUT,
               "%s: has times %d to %d, expected %d to %d as two_point_1", what, times.first,
               times.first + times.n - 1, plan->first_full, plan->first_full + plan->nt_full - 1);
    return HP_OK;
}

/* The temporal extent, and whether times fit it and each other. */
static hp_status check_extent(hp_files_survey_work *work, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const char *section = work->keys.section;
    const int first = plan->first_full, last = first + plan->nt_full - 1;
    bool folded = strcmp(work->keys.fold, "none") != 0;
    int extent = work->keys.temporal_extent;
    if (extent == 0 && folded) extent = plan->nt_full;
    HP_REQUIRE(!folded || (first == 0 && plan->nt_full == extent), HP_ERR_INPUT,
               "%s.fold: two_point_1 has times %d to %d, expected all from 0 to T - 1", section,
               first, last);
    HP_REQUIRE(extent == 0 || last < extent, HP_ERR_INPUT,
               "%s.temporal_extent: T = %d, but two_point_1 has times up to %d", section, extent,
               last);
    HP_REQUIRE(extent % 2 == 0, HP_ERR_INPUT,
               "%s.temporal_extent: T = %d, expected an even number of times", section, extent);
    bool inside = plan->first_t >= first && plan->first_t + plan->nt - 1 <= last;
    HP_REQUIRE(work->keys.ratio || inside, HP_ERR_INPUT,
               "four_point has times %d to %d, but two_point_1 has %d to %d", plan->first_t,
               plan->first_t + plan->nt - 1, first, last);
    plan->temporal_extent = extent;
    return HP_OK;
}

static const char *path_of(const hp_files_survey_work *work, int file, char path[HP_IMPORT_PATH]) {
    const hp_found_file *found = &work->file[file];
    const hp_import_file as_planned = {.folder = found->folder, .name = found->name};
    hp_import_path(work->plan, &as_planned, path);
    return path;
}

hp_status hp_files_probe(hp_files_survey_work *work, hp_error *err) {
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        if (work->count[q] == 0) continue;
        char path[HP_IMPORT_PATH];
        path_of(work, work->first[q], path);
        HP_CALL(hp_files_read_found(work, work->first[q], &work->entries[q], err));
        if (hp_files_is_wave(q)) {
            HP_CALL_IN(find_wave_times(work, err), "%s", path);
            HP_CALL_IN(find_sites(work, err), "%s", path);
        } else
            HP_CALL_IN(find_full_times(work, q, err), "%s", path);
    }
    return check_extent(work, err);
}

/* One box of a file: that of the first configuration in it, or of the last. `t`: of which time. */
static hp_status read_box(const hp_files_survey_work *work, const hp_entries *entries, bool last,
                          double *box, hp_error *err) {
    hp_entry wanted, entry;
    hp_entries_get(entries, 0, &wanted);
    int t = wanted.t;
    if (last) hp_entries_get(entries, entries->n - 1, &wanted);
    for (size_t i = 0; i < entries->n; i++) {
        int point = 0;
        size_t site = 0;
        hp_entries_get(entries, i, &entry);
        if (entry.configuration != wanted.configuration || entry.t != t) continue;
        hp_status status = hp_sites_locate(&work->sites, entry.place, &point, &site, err);
        if (status != HP_OK) hp_entries_blame(entries, i, err);
        HP_CALL(status);
        box[site] = entry.value[0];
    }
    return HP_OK;
}

/* The last file of the same source and time as the first one, of another configuration. */
static int find_other(const hp_files_survey_work *work) {
    const hp_found_file *first = &work->file[work->first[HP_FOUR_POINT]];
    for (int i = work->count[HP_FOUR_POINT] - 1; i > 0; i--) {
        bool same = strcmp(hp_import_text(work->plan, first[i].source),
                           hp_import_text(work->plan, first->source)) == 0 &&
                    first[i].t == first->t;
        if (same && first[i].configuration != first->configuration)
            return work->first[HP_FOUR_POINT] + i;
    }
    return work->first[HP_FOUR_POINT];
}

hp_status hp_files_check_symmetry(hp_files_survey_work *work, hp_error *err) {
    hp_status status = HP_OK;
    hp_entries other = {0};
    double *box = NULL, asymmetry = 0.0;
    char path[HP_IMPORT_PATH];
    const hp_entries *entries = &work->entries[HP_FOUR_POINT];
    const size_t nsite = work->sites.nsite;
    int file = find_other(work), first = work->first[HP_FOUR_POINT];
    if (work->sites.kind != HP_SITES_BOX) return HP_OK;
    if (file == first && !entries->has[HP_ROLE_CONFIGURATION]) return HP_OK;
    HP_NEW(box, 2 * nsite);
    if (file != first) HP_TRY(hp_files_read_found(work, file, &other, err));
    HP_TRY_IN(read_box(work, entries, false, box, err), "%s", path_of(work, first, path));
    HP_TRY_IN(read_box(work, file != first ? &other : entries, true, box + nsite, err), "%s",
              path_of(work, file, path));
    HP_TRY(hp_box_asymmetry(&work->sites, box, box + nsite, &asymmetry, err));
    HP_CHECK(asymmetry < ASYMMETRY_MAX, HP_ERR_INPUT,
             "%s.%s: the box has no cubic symmetry about its first site: sites of one cubic orbit "
             "differ in %s and %s alike, by %.0f %% of the variance, expected less than %.0f %%; "
             "check the order of %s, and where the origin is",
             work->keys.section, work->keys.name[HP_FOUR_POINT],
             hp_import_text(work->plan, work->file[first].name),
             hp_import_text(work->plan, work->file[file].name), 100.0 * asymmetry,
             100.0 * ASYMMETRY_MAX, strcmp(work->keys.section, "ascii") == 0 ? "columns" : "axes");
cleanup:
    hp_entries_destroy(&other);
    hp_free(box);
    return status;
}
