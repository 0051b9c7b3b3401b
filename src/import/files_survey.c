// SPDX-License-Identifier: GPL-3.0-or-later
/* Which files of formats ascii and hadrons there are, and of which sources. */
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "files_parts.h"
#include "pattern.h"

/* What the table of keys cannot say. */
static hp_status check_keys(const hp_files_keys *keys, const hp_import_job *job, hp_error *err) {
    const char *const *pattern = keys->pattern, *section = keys->section;
    HP_REQUIRE(strcmp(job->rows, "configuration") == 0, HP_ERR_INPUT,
               "rows: file is of format halqcd alone");
    HP_REQUIRE(*pattern[HP_FOUR_POINT] != '\0', HP_ERR_INPUT,
               "%s.four_point or %s.R must be given: names of files below tree, such as "
               "{source}/nbs.{configuration}",
               section, section);
    HP_REQUIRE(*pattern[HP_TWO_POINT_1] != '\0' || job->mass_1 > 0 || !keys->ratio, HP_ERR_INPUT,
               "mass_1 must be given, and mass_2 where it is another one: %s.R has no two-point "
               "functions from which masses could come, unless %s.two_point_1 names them",
               section, section);
    HP_REQUIRE(*pattern[HP_TWO_POINT_1] != '\0' || keys->ratio, HP_ERR_INPUT,
               "%s.two_point_1 must be given: R is four_point over two-point functions", section);
    bool lacking = *pattern[HP_TWO_POINT_2] != '\0' && *pattern[HP_ANTI_1] != '\0' &&
                   *pattern[HP_ANTI_2] == '\0';
    HP_REQUIRE(!lacking, HP_ERR_INPUT, "%s.antiparticle_2 must be given beside antiparticle_1",
               section);
    bool folded = strcmp(keys->fold, "none") != 0;
    HP_REQUIRE(folded || (*pattern[HP_ANTI_1] == '\0' && *pattern[HP_ANTI_2] == '\0'), HP_ERR_INPUT,
               "%s.fold must be plus or minus where there are antiparticles", section);
    for (int i = 1; i < keys->times.count; i++)
        HP_REQUIRE(keys->times.values[i] == keys->times.values[i - 1] + 1, HP_ERR_INPUT,
                   "%s.times: expected consecutive times, found %d after %d", section,
                   keys->times.values[i], keys->times.values[i - 1]);
    return HP_OK;
}

/* A text that is mostly the same as in the file before. */
static hp_status keep_text(hp_import_plan *plan, const char *words, const size_t *before,
                           size_t *text, hp_error *err) {
    if (before != NULL && strcmp(hp_import_text(plan, *before), words) == 0) {
        *text = *before;
        return HP_OK;
    }
    return hp_import_add_text(plan, words, text, err);
}

/* hp_pattern_found */
static hp_status take_file(const char *folder, const char *name, const hp_match *match,
                           void *context, hp_error *err) {
    hp_files_survey_work *work = context;
    const hp_int_list *times = &work->keys.times;
    hp_import_plan *plan = work->plan;
    bool chosen = match->t < 0 || times->count == 0 ||
                  (match->t >= times->values[0] && match->t <= times->values[times->count - 1]);
    if (!chosen && hp_files_is_wave(work->quantity)) return HP_OK;
    HP_REQUIRE(match->t < HP_TIMES - 1, HP_ERR_INPUT, "%s: t = %d, expected less than %d", name,
               match->t, HP_TIMES - 1);
    HP_CALL(hp_import_grow((void **)&work->file, work->nfile, sizeof *work->file, err));
    const hp_found_file *before = work->nfile > 0 ? &work->file[work->nfile - 1] : NULL;
    hp_found_file *new = &work->file[work->nfile++];
    *new = (hp_found_file){.quantity = work->quantity, .t = match->t};
    HP_CALL(keep_text(plan, match->configuration, before ? &before->configuration : NULL,
                      &new->configuration, err));
    HP_CALL(keep_text(plan, match->source, before ? &before->source : NULL, &new->source, err));
    HP_CALL(keep_text(plan, folder, before ? &before->folder : NULL, &new->folder, err));
    return hp_import_add_text(plan, name, &new->name, err);
}

static hp_status find_files(hp_files_survey_work *work, hp_error *err) {
    const hp_files_keys *keys = &work->keys;
    const char *tree = work->plan->job->tree;
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        work->quantity = q;
        work->first[q] = work->nfile;
        if (*keys->pattern[q] == '\0') continue;
        HP_CALL_IN(hp_pattern_find(tree, keys->pattern[q], take_file, work, &work->count[q], err),
                   "%s.%s", keys->section, keys->name[q]);
        work->count[q] = work->nfile - work->first[q];
        if (work->count[q] > 0) continue;
        char key[HP_MATCH_WORD];
        snprintf(key, sizeof key, "%s.%s", keys->section, keys->name[q]);
        return hp_pattern_reject(key, tree, keys->pattern[q], err);
    }
    return HP_OK;
}

/* Names of the sources of waves, in alphabetical order. */
static hp_status list_sources(hp_files_survey_work *work, hp_error *err) {
    hp_import_plan *plan = work->plan;
    size_t alone = 0;
    if (!hp_pattern_has(work->keys.pattern[HP_FOUR_POINT], "{source}"))
        HP_CALL(hp_import_add_text(plan, plan->job->source, &alone, err));
    for (int i = 0; i < work->count[HP_FOUR_POINT]; i++) {
        const hp_found_file *file = &work->file[work->first[HP_FOUR_POINT] + i];
        size_t text = *hp_import_text(plan, file->source) != '\0' ? file->source : alone;
        int place = 0, order = 1;
        while (place < work->nsource &&
               (order = strcmp(hp_import_text(plan, text),
                               hp_import_text(plan, work->source[place]))) > 0)
            place++;
        if (place < work->nsource && order == 0) continue;
        HP_CALL(hp_import_grow((void **)&work->source, work->nsource, sizeof *work->source, err));
        memmove(work->source + place + 1, work->source + place,
                (size_t)(work->nsource++ - place) * sizeof *work->source);
        work->source[place] = text;
    }
    return HP_OK;
}

hp_status hp_files_read_found(hp_files_survey_work *work, int file, hp_entries *entries,
                              hp_error *err) {
    const hp_found_file *found = &work->file[file];
    const hp_import_file as_planned = {.folder = found->folder, .name = found->name};
    const hp_files_source source = hp_files_source_of(&work->keys, found->quantity);
    char path[HP_IMPORT_PATH];
    unsigned char sha256[HP_SHA256];
    hp_import_input input = {.file = &as_planned};
    hp_import_path(work->plan, &as_planned, path);
    HP_CALL(hp_import_read(&work->reader, path, &input, sha256, err));
    HP_CALL(hp_image_probe(path, input.bytes, input.size, err));
    HP_CALL_IN(hp_files_read(&source, input.bytes, input.size, entries, err), "%s", path);
    entries->t = found->t;
    return HP_OK;
}

hp_status hp_files_survey(hp_import_plan *plan, hp_error *err) {
    hp_status status = HP_OK;
    hp_files_survey_work work = {.plan = plan};
    hp_files_read_keys(plan->job, &work.keys);
    HP_TRY(check_keys(&work.keys, plan->job, err));
    HP_TRY(find_files(&work, err));
    HP_TRY(list_sources(&work, err));
    HP_TRY(hp_files_check_complete(&work, err));
    HP_TRY(hp_files_probe(&work, err));
    HP_TRY(hp_files_check_symmetry(&work, err));
    HP_TRY(hp_files_fill_plan(&work, err));
cleanup:
    for (int q = 0; q < HP_NQUANTITY; q++) hp_entries_destroy(&work.entries[q]);
    hp_import_reader_destroy(&work.reader);
    hp_free(work.file);
    hp_free(work.source);
    return status;
}
