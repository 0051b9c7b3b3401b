// SPDX-License-Identifier: GPL-3.0-or-later
/* All that is judged of rows, and how rows and times are named. */
#include "hadpot/plausibility.h"
#include <stdio.h>
#include "hadpot/format.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "plausibility_parts.h"

hp_status hp_plausibility_judge(const hp_row_looks *looks, const double *mean,
                                const hp_row_access *access, bool used, hp_findings *findings,
                                hp_error *err) {
    const hp_comm *comm = looks->ensemble->comm;
    hp_status status = hp_find_zeros(looks, findings, err);
    if (status == HP_OK) status = hp_find_useless_two_point(looks, used, findings, err);
    if (status == HP_OK) status = hp_find_falls(looks, findings, err);
    if (status == HP_OK) status = hp_find_equal(looks, findings, err);
    if (status == HP_OK) status = hp_find_outliers(looks, findings, err);
    HP_CALL(hp_parallel_agree(comm, status, err));
    return hp_find_sign_changes(looks, mean, access, findings, err);
}

void hp_row_name(const hp_row_looks *looks, int k, char text[HP_PLACE_TEXT]) {
    const hp_ensemble *ensemble = looks->ensemble;
    int row = looks->file_row[k];
    snprintf(text, HP_PLACE_TEXT, "row %d", row);
    if (ensemble->configuration != NULL)
        hp_format_append(text, HP_PLACE_TEXT, " (configuration %d", ensemble->configuration[row]);
    if (ensemble->stream != NULL)
        hp_format_append(text, HP_PLACE_TEXT, "%s stream %d",
                         ensemble->configuration != NULL ? " of" : " (", ensemble->stream[row]);
    if (ensemble->configuration != NULL || ensemble->stream != NULL)
        hp_format_append(text, HP_PLACE_TEXT, ")");
}

void hp_times_text(const int *t, int nt, const bool *flag, char text[HP_PLACE_TEXT]) {
    const char *comma = "";
    text[0] = '\0';
    for (int first = 0, end; first < nt; first = end) {
        end = first + 1;
        if (!flag[first]) continue;
        while (end < nt && flag[end]) end++;
        hp_format_append(text, HP_PLACE_TEXT, "%s%d", comma, t[first]);
        if (end - first > 1)
            hp_format_append(text, HP_PLACE_TEXT, "%s%d", end - first > 2 ? " ... " : ", ",
                             t[end - 1]);
        comma = ", ";
    }
}

hp_finding hp_finding_of(const hp_ensemble *ensemble, int source, bool refuses) {
    return (hp_finding){.refuses = refuses, .source = source, .time = {0, ensemble->nt - 1}};
}

hp_finding hp_finding_at(const hp_ensemble *ensemble, int source, bool refuses, const bool *flag) {
    hp_finding found = hp_finding_of(ensemble, source, refuses);
    while (found.time[0] < found.time[1] && !flag[found.time[0]]) found.time[0]++;
    while (found.time[1] > found.time[0] && !flag[found.time[1]]) found.time[1]--;
    return found;
}

bool hp_is_looked_at(const hp_row_looks *looks, int source, int time) {
    return looks->part == NULL || looks->part[source * looks->ensemble->nt + time];
}

bool hp_is_needed(const hp_row_looks *looks, int source, int t) {
    const hp_ensemble *ensemble = looks->ensemble;
    int time = t - ensemble->t[0];
    if (time < 0 || time >= ensemble->nt) return false;
    return looks->needed == NULL || looks->needed[source * ensemble->nt + time];
}

bool hp_is_plain(const hp_ensemble *ensemble, int source) {
    if (ensemble->field == NULL) return true;
    const hp_ensemble_field *field = &ensemble->field[source];
    const hp_ensemble_component *sink = &ensemble->component[field->component];
    return sink->l == 0 && sink->pair == ensemble->wave[field->wave].pair;
}

/* At all times at which b is marked a is. */
static bool covers(const bool *marks, int a, int b, int nt) {
    for (int t = 0; t < nt && marks != NULL; t++)
        if (marks[b * nt + t] && !marks[a * nt + t]) return false;
    return true;
}

bool hp_repeats_two_points(const hp_row_looks *looks, int source) {
    const hp_ensemble *ensemble = looks->ensemble;
    if (ensemble->field == NULL || ensemble->has_ratio[source]) return false;
    const hp_ensemble_field *field = &ensemble->field[source];
    int pair = ensemble->component[field->component].pair;
    for (int i = 0; i < source; i++)
        if (ensemble->field[i].wave == field->wave && !ensemble->has_ratio[i] &&
            ensemble->component[ensemble->field[i].component].pair == pair &&
            covers(looks->part, i, source, ensemble->nt) &&
            covers(looks->needed, i, source, ensemble->nt))
            return true;
    return false;
}

const char *hp_column_dataset(const hp_ensemble *ensemble, int source, int kind) {
    static const char *const names[HP_NCOLUMN_KINDS] = {
        [HP_COLUMN_TWO_POINT_1] = "two_point_1",
        [HP_COLUMN_TWO_POINT_2] = "two_point_2",
        [HP_COLUMN_FULL + HP_FULL_TWO_POINT_1] = "two_point_full_1",
        [HP_COLUMN_FULL + HP_FULL_TWO_POINT_2] = "two_point_full_2",
        [HP_COLUMN_FULL + HP_FULL_TWO_BARYON] = "two_baryon"};
    if (names[kind] != NULL) return names[kind];
    if (ensemble->field != NULL && ensemble->field[source].laplacian) return "laplacian";
    return ensemble->has_ratio[source] ? "R" : "four_point";
}

const int *hp_column_times(const hp_ensemble *ensemble, int kind, int *nt) {
    *nt = kind < HP_COLUMN_FULL
              ? ensemble->nt
              : hp_ensemble_full_count(ensemble, (hp_full)(kind - HP_COLUMN_FULL));
    return kind < HP_COLUMN_FULL ? ensemble->t : ensemble->t_full;
}

int hp_column_find(const hp_row_looks *looks, int source, int kind, int time) {
    for (int c = 0; c < looks->ncolumn; c++) {
        const hp_column *column = &looks->column[c];
        if (column->source == source && column->time == time && column->kind == kind) return c;
    }
    return -1;
}
