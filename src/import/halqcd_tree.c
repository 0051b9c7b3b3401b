// SPDX-License-Identifier: GPL-3.0-or-later
/* Which files a tree of the HAL QCD collaboration holds (docs/method-import.md):
 *     BBwave.dir.Sx.yy/CONF/NBSwave.+TTT+SSS.x.y.z.CONF.SINK.SOURCE    CONF: configuration.rot_...
 *     correlator.PS.dir/CONF/Xi_CG05_CG05_correlator...    and antiXi_CG05_CG05_correlator...
 *     correlator.multi.dir/CONF/O06O07_O06O07_CG05_CG05_correlator... */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "halqcd_parts.h"
#include "import_formats.h"

enum { TEXT = HP_HALQCD_TEXT, PATH = HP_HALQCD_PATH, MOST_TIMES = 1000 };

/* A wave file: its time, and between time and CONF the position of its source. */
typedef struct wave_name {
    const char *file;
    int t, position, position_length; /* where the position begins */
    const char *operators;            /* behind CONF, without .gz */
    int operators_length;
} wave_name;

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* wave_folder of the job, or the only one there is. */
static hp_status choose_wave_folder(hp_halqcd_tree *of, hp_error *err) {
    hp_status status = HP_OK;
    char **list = NULL;
    const char *given = of->job->halqcd.wave_folder;
    int n = 0, found = 0;
    snprintf(of->wave_folder, sizeof of->wave_folder, "%s", given);
    if (*given != '\0') return HP_OK;
    HP_TRY(hp_import_list(of->job->tree, &list, &n, err));
    for (int i = 0; i < n; i++) {
        if (!begins_with(list[i], "BBwave.dir")) continue;
        HP_CHECK(found == 0, HP_ERR_INPUT,
                 "halqcd.wave_folder: \"%s\" holds %s and %s: which of them must be given",
                 of->job->tree, of->wave_folder, list[i]);
        snprintf(of->wave_folder, sizeof of->wave_folder, "%s", list[i]);
        found++;
    }
    HP_CHECK(found == 1, HP_ERR_INPUT,
             "tree: \"%s\" holds no folder BBwave.dir.*: it is no tree of format halqcd, or "
             "halqcd.wave_folder must be given",
             of->job->tree);
cleanup:
    hp_free(list);
    return status;
}

/* Name of the row of a folder: the configuration or, with rows: file, one of its rotations. */
static void name_row(const hp_halqcd_tree *of, const char *folder, char name[TEXT]) {
    const char *rotation = of->job->halqcd.rotation;
    const char *at = *rotation != '\0' ? strstr(folder, rotation) : NULL;
    bool whole = at == NULL || of->by_file;
    snprintf(name, TEXT, "%.*s", whole ? (int)strlen(folder) : (int)(at - folder), folder);
}

/* Take "NBSwave.+009+B00.000.000.000.CONF.SINK.SOURCE" apart; false: it is another kind of file. */
static bool parse_wave(const char *file, const char *folder, wave_name *wave) {
    int length = 0;
    const char *conf = strstr(file, folder);
    if (sscanf(file, "NBSwave.%d%n", &wave->t, &length) != 1 || conf == NULL) return false;
    wave->file = file;
    wave->position = length;
    wave->position_length = (int)(conf - file) - length;
    wave->operators = conf + strlen(folder);
    size_t left = strlen(wave->operators);
    bool packed = left > 3 && strcmp(wave->operators + left - 3, ".gz") == 0;
    wave->operators_length = (int)left - (packed ? 3 : 0);
    return wave->position_length > 0;
}

static bool same_part(const char *a, int na, const char *b, int nb) {
    return na == nb && strncmp(a, b, (size_t)na) == 0;
}

/* The waves of a folder with the operators that are asked for, sorted by time and position. */
static hp_status list_waves(hp_halqcd_tree *of, const char *folder, char **list, int n,
                            wave_name *wave, int *nwave, hp_error *err) {
    const char *wanted = of->job->halqcd.operators;
    *nwave = 0;
    for (int i = 0; i < n; i++) {
        wave_name *at = &wave[*nwave];
        if (!parse_wave(list[i], folder, at)) continue;
        const int length = at->operators_length;
        if (*wanted != '\0' && !same_part(at->operators, length, wanted, (int)strlen(wanted)))
            continue;
        if (*of->operators == '\0')
            snprintf(of->operators, sizeof of->operators, "%.*s", length, at->operators);
        HP_REQUIRE(same_part(at->operators, length, of->operators, (int)strlen(of->operators)),
                   HP_ERR_INPUT,
                   "halqcd.operators: there are waves of %s and %.*s: which of them must be given",
                   of->operators, length, at->operators);
        ++*nwave;
    }
    HP_REQUIRE(*nwave > 0, HP_ERR_INPUT,
               "\"%s/%s/%s\" holds no wave functions NBSwave.+TTT+POSITION.%s%s", of->job->tree,
               of->wave_folder, folder, folder, *wanted != '\0' ? wanted : ".SINK.SOURCE");
    return HP_OK;
}

/* Times that all rows have: those of the job, or of the first folder. */
static hp_status choose_times(hp_halqcd_tree *of, const wave_name *wave, int n, hp_error *err) {
    const hp_int_list *wanted = &of->job->halqcd.times;
    hp_import_plan *plan = of->plan;
    plan->first_t = wanted->count > 0 ? wanted->values[0] : wave[0].t;
    plan->nt = wanted->count > 0 ? wanted->count : 1;
    for (int i = 1; i < n && wanted->count == 0; i++) {
        int last = plan->first_t + plan->nt - 1;
        HP_REQUIRE(wave[i].t == last || wave[i].t == last + 1, HP_ERR_INPUT,
                   "waves of t = %d and %d, but none between them, in \"%s\"; halqcd.times chooses "
                   "consecutive ones",
                   last, wave[i].t, wave[i].file);
        plan->nt += wave[i].t == last + 1;
    }
    for (int i = 0; i < n; i++) of->npositions += wave[i].t == plan->first_t;
    return HP_OK;
}

/* Each time has the positions of the first one. */
static hp_status add_waves(hp_halqcd_tree *of, const char *folder, const wave_name *wave, int n,
                           hp_error *err) {
    hp_import_plan *plan = of->plan;
    char path[PATH], row[TEXT];
    int first = 0, count[MOST_TIMES] = {0};
    snprintf(path, sizeof path, "%s/%s", of->wave_folder, folder);
    while (first < n && wave[first].t != plan->first_t) first++;
    for (int i = 0; i < n; i++) {
        int at = wave[i].t - plan->first_t, part;
        if (at < 0 || at >= plan->nt) continue;
        const wave_name *same = &wave[first + count[at] < n ? first + count[at] : n - 1];
        HP_REQUIRE(count[at] < of->npositions && same->t == plan->first_t &&
                       same_part(wave[i].file + wave[i].position, wave[i].position_length,
                                 same->file + same->position, same->position_length),
                   HP_ERR_INPUT,
                   "%s/%s: source positions at t = %d are not those at t = %d, found \"%s\"",
                   of->job->tree, path, wave[i].t, plan->first_t, wave[i].file);
        count[at]++;
        name_row(of, folder, row);
        HP_CALL(hp_import_find_part(plan, row, 1, &part, err));
        HP_CALL(hp_import_add_file(plan, part, path, wave[i].file, HP_HALQCD_WAVE, at, err));
    }
    for (int t = 0; t < plan->nt; t++)
        HP_REQUIRE(count[t] == of->npositions, HP_ERR_INPUT,
                   "%s/%s: %d wave%s of t = %d, expected %d: %s is missing", of->job->tree, path,
                   count[t], count[t] == 1 ? "" : "s", plan->first_t + t, of->npositions,
                   count[t] == 0 ? "every one" : "one of the source positions");
    return HP_OK;
}

static hp_status survey_waves(hp_halqcd_tree *of, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH], **list = NULL;
    wave_name *wave = NULL;
    for (int f = 0; f < of->nfolder; f++) {
        int n = 0, nwave = 0;
        snprintf(path, sizeof path, "%s/%s/%s", of->job->tree, of->wave_folder, of->folder[f]);
        HP_TRY(hp_import_list(path, &list, &n, err));
        HP_NEW(wave, n);
        HP_TRY(list_waves(of, of->folder[f], list, n, wave, &nwave, err));
        if (f == 0) HP_TRY(choose_times(of, wave, nwave, err));
        HP_CHECK(of->plan->nt <= MOST_TIMES, HP_ERR_INPUT, "%s: more than %d times", path,
                 MOST_TIMES);
        HP_TRY(add_waves(of, of->folder[f], wave, nwave, err));
        hp_free(wave);
        hp_free(list);
        wave = NULL;
        list = NULL;
    }
cleanup:
    hp_free(wave);
    hp_free(list);
    return status;
}

/* A correlator belongs to the row of its folder, all source positions of it. */
static hp_status add_correlator(hp_halqcd_tree *of, const char *folder, const char *path,
                                const char *file, int what, int index, hp_error *err) {
    char row[TEXT];
    int part;
    HP_REQUIRE(!of->by_file || of->npositions == 1, HP_ERR_INPUT,
               "rows: file needs one source position in each folder, found %d in \"%s\"",
               of->npositions, folder);
    name_row(of, folder, row);
    HP_CALL(hp_import_find_part(of->plan, row, 1, &part, err));
    return hp_import_add_file(of->plan, part, path, file, what, index, err);
}

/* The files "NAME_correlator..." of every folder. first: out, the path of one of them. */
static hp_status survey_correlators(hp_halqcd_tree *of, const char *in, const char *name, int what,
                                    int index, char **first, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH], start[TEXT + 16], local[PATH / 2], kind[TEXT] = "", **list = NULL;
    const char *suffix = of->job->halqcd.correlator_suffix;
    snprintf(start, sizeof start, "%s_correlator", name);
    for (int f = 0; f < of->nfolder; f++) {
        int n = 0, found = 0;
        snprintf(local, sizeof local, "%s/%s", in, of->folder[f]);
        snprintf(path, sizeof path, "%s/%s", of->job->tree, local);
        HP_TRY(hp_import_list(path, &list, &n, err));
        HP_TRY(hp_halqcd_check_kinds(of, of->folder[f], path, start, list, n, kind, err));
        for (int i = 0; i < n; i++) {
            if (!begins_with(list[i], start) || !begins_with(list[i] + strlen(start), suffix))
                continue;
            HP_TRY(add_correlator(of, of->folder[f], local, list[i], what, index, err));
            found++;
        }
        HP_CHECK(found > 0, HP_ERR_INPUT, "\"%s\" holds no file %s%s*", path, start, suffix);
        hp_free(list);
        list = NULL;
        if (f > 0) continue;
        const hp_import_file *file = &of->plan->file[of->plan->nfile - 1];
        snprintf(path, sizeof path, "%s/%s/%s", of->job->tree, local,
                 hp_import_text(of->plan, file->name));
        *first = hp_copy_string(path);
        HP_CHECK(*first != NULL, HP_ERR_MEMORY, "no memory for a name");
    }
cleanup:
    hp_free(list);
    return status;
}

static hp_status survey_two_points(hp_halqcd_tree *of, int *nhadron, hp_error *err) {
    const struct hp_import_job_halqcd *keys = &of->job->halqcd;
    const char *const name[] = {keys->two_point_1, keys->two_point_2};
    char anti[2 * TEXT], *other = NULL;
    *nhadron = *name[1] != '\0' && strcmp(name[0], name[1]) != 0 ? 2 : 1;
    for (int i = 0; i < *nhadron; i++) {
        char **first = i == 0 ? &of->first_two_point : &other;
        hp_status status = survey_correlators(of, keys->two_point_folder, name[i],
                                              HP_HALQCD_FORWARD, i, first, err);
        hp_free(other);
        other = NULL;
        HP_CALL(status);
        if (strcmp(keys->fold, "none") == 0) continue;
        snprintf(anti, sizeof anti, "%s%s", keys->antiparticle, name[i]);
        status = survey_correlators(of, keys->two_point_folder, anti, HP_HALQCD_BACKWARD, i, &other,
                                    err);
        hp_free(other);
        other = NULL;
        HP_CALL(status);
    }
    if (*keys->two_baryon == '\0') return HP_OK;
    return survey_correlators(of, keys->two_baryon_folder, keys->two_baryon, HP_HALQCD_TWO_BARYON,
                              0, &of->first_two_baryon, err);
}

/* As many files of each kind in every row as in the first: else its rotations or source positions
 * are others. */
static hp_status compare_rows(hp_halqcd_tree *of, hp_error *err) {
    hp_status status = HP_OK;
    hp_import_plan *plan = of->plan;
    int *count = NULL, nwave = 0;
    HP_NEW(count, 4 * (size_t)plan->npart);
    static const char *const kind[] = {"waves", "two-point functions",
                                       "two-point functions of antiparticles",
                                       "two-baryon correlators"};
    for (int i = 0; i < plan->nfile; i++) count[4 * plan->file[i].part + plan->file[i].what]++;
    for (int p = 0; p < plan->npart; p++)
        for (int k = 0; k < 4; k++)
            HP_CHECK(count[4 * p + k] == count[k], HP_ERR_INPUT,
                     "%s has %d %s, expected %d as %s: other rotations or source positions",
                     hp_import_text(plan, plan->part[p].name), count[4 * p + k], kind[k], count[k],
                     hp_import_text(plan, plan->part[0].name));
    nwave = count[0] / plan->nt;
    for (int t = 0; t < plan->nt; t++) plan->cell[t].count = nwave;
    if (!of->by_file && nwave > 1) {
        int rotations = nwave / of->npositions;
        snprintf(plan->average, sizeof plan->average,
                 "%d rotation%s with %d source position%s of one configuration", rotations,
                 rotations == 1 ? "" : "s", of->npositions, of->npositions == 1 ? "" : "s");
        HP_TRY(hp_import_fact(plan, err, "each row is the average of %s", plan->average));
    }
cleanup:
    hp_free(count);
    return status;
}

hp_status hp_halqcd_survey(hp_import_plan *plan, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH];
    int nhadron = 1;
    hp_halqcd_tree of = {
        .plan = plan, .job = plan->job, .by_file = strcmp(plan->job->rows, "file") == 0};
    HP_TRY(choose_wave_folder(&of, err));
    snprintf(path, sizeof path, "%s/%s", of.job->tree, of.wave_folder);
    HP_TRY(hp_import_list(path, &of.folder, &of.nfolder, err));
    HP_CHECK(of.nfolder > 0, HP_ERR_INPUT, "\"%s\" holds no configurations", path);
    HP_TRY(survey_waves(&of, err));
    HP_TRY(survey_two_points(&of, &nhadron, err));
    HP_TRY(hp_halqcd_lay_out(&of, nhadron, err));
    HP_TRY(compare_rows(&of, err));
cleanup:
    hp_free(of.folder);
    hp_free(of.first_two_point);
    hp_free(of.first_two_baryon);
    return status;
}
