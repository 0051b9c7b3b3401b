// SPDX-License-Identifier: GPL-3.0-or-later
/* The keys of formats ascii and hadrons in one struct. */
#include <string.h>
#include "files_parts.h"
#include "pattern.h"

/* What both sections have; p: a pointer to the section. */
#define TAKE_COMMON(p)                                                                             \
    {                                                                                              \
        .fold = (p)->fold,                                                                         \
        .pattern = {*(p)->R != '\0' ? (p)->R : (p)->four_point,                                    \
                    (p)->two_point_1,                                                              \
                    (p)->two_point_2,                                                              \
                    (p)->antiparticle_1,                                                           \
                    (p)->antiparticle_2,                                                           \
                    (p)->two_baryon},                                                              \
        .times = (p)->times, .extent = (p)->extent, .temporal_extent = (p)->temporal_extent,       \
        .ratio = *(p)->R != '\0',                                                                  \
    }

static void take_hadrons(const hp_import_job *job, hp_files_keys *keys) {
    const char *datasets[HP_NQUANTITY] = {
        job->hadrons.dataset,
        job->hadrons.two_point_1_dataset,
        job->hadrons.two_point_2_dataset,
        job->hadrons.antiparticle_1_dataset,
        job->hadrons.antiparticle_2_dataset,
        job->hadrons.two_baryon_dataset,
    };
    *keys = (hp_files_keys)TAKE_COMMON(&job->hadrons);
    keys->section = "hadrons";
    memcpy(keys->dataset, datasets, sizeof datasets);
    keys->axes = job->hadrons.axes;
    keys->first_t = job->hadrons.first_t;
    keys->r_dataset = job->hadrons.r_dataset;
}

static void take_ascii(const hp_import_job *job, hp_files_keys *keys) {
    *keys = (hp_files_keys)TAKE_COMMON(&job->ascii);
    keys->section = "ascii";
    keys->columns = job->ascii.columns;
    keys->two_point_columns = job->ascii.two_point_columns;
}

void hp_files_read_keys(const hp_import_job *job, hp_files_keys *keys) {
    static const char *const names[HP_NQUANTITY] = {"four_point",     "two_point_1",
                                                    "two_point_2",    "antiparticle_1",
                                                    "antiparticle_2", "two_baryon"};
    if (strcmp(job->format, "hadrons") == 0)
        take_hadrons(job, keys);
    else
        take_ascii(job, keys);
    memcpy(keys->name, names, sizeof names);
    if (keys->ratio) keys->name[HP_FOUR_POINT] = "R";
}

hp_files_source hp_files_source_of(const hp_files_keys *keys, hp_quantity quantity) {
    const char *pattern = keys->pattern[quantity];
    return (hp_files_source){keys, quantity, hp_pattern_has(pattern, "{t}"),
                             hp_pattern_has(pattern, "{configuration}")};
}

hp_status hp_files_read(const hp_files_source *source, const void *bytes, size_t size,
                        hp_entries *entries, hp_error *err) {
    return strcmp(source->keys->section, "hadrons") == 0
               ? hp_hadrons_read(source, bytes, size, entries, err)
               : hp_ascii_read(source, bytes, size, entries, err);
}

hp_quantity hp_files_forward(const hp_files_state *state, int hadron) {
    return hadron == 1 && state->nslot[HP_TWO_POINT_2] > 0 ? HP_TWO_POINT_2 : HP_TWO_POINT_1;
}

hp_quantity hp_files_backward(const hp_files_state *state, int hadron) {
    if (hadron == 1 && state->nslot[HP_TWO_POINT_2] == 0) hadron = 0; /* both are the same */
    hp_quantity own = hadron == 1 ? HP_ANTI_2 : HP_ANTI_1;
    return state->nslot[own] > 0 ? own : hp_files_forward(state, hadron);
}
