// SPDX-License-Identifier: GPL-3.0-or-later
/* What formats share that have a file for each correlator of a configuration: ascii and hadrons. */
#ifndef HADPOT_IMPORT_FILES_PARTS_H
#define HADPOT_IMPORT_FILES_PARTS_H

#include "entries.h"
#include "import_formats.h"
#include "import_parts.h"
#include "sites.h"

/* What a file holds. */
typedef enum hp_quantity {
    HP_FOUR_POINT, /* or R */
    HP_TWO_POINT_1,
    HP_TWO_POINT_2,
    HP_ANTI_1,
    HP_ANTI_2,
    HP_TWO_BARYON,
    HP_NQUANTITY
} hp_quantity;

/* The keys of a job, whatever their section. */
typedef struct hp_files_keys {
    const char *section, *fold;
    const char *name[HP_NQUANTITY];    /* of the key of a pattern */
    const char *pattern[HP_NQUANTITY]; /* "": there are no such files */
    const char *dataset[HP_NQUANTITY]; /* hadrons */
    hp_string_list columns, two_point_columns, axes;
    const char *r_dataset;
    hp_int_list times;
    int extent, temporal_extent, first_t;
    bool ratio; /* R, not four_point */
} hp_files_keys;
void hp_files_read_keys(const hp_import_job *job, hp_files_keys *keys);

/* What every rank knows of the files (hp_import_plan.state): one block without pointers. */
typedef struct hp_files_state {
    hp_sites_kind sites;
    int nslot[HP_NQUANTITY]; /* sources with files of their own, 1 where they share them, or 0 */
    int first_cell[HP_NQUANTITY]; /* four_point has one for each slot and t, others for each slot */
    int gauge[HP_NQUANTITY];      /* that of slot 0, size of imaginary parts; -1: none */
    int spread_gauge;             /* that of slot 0; -1: no full boxes */
    int nsource, sign;            /* of fold, 0: none */
    int nconfiguration;           /* in files of several, ascending; 0: one in each */
    int configuration[];
} hp_files_state;

/* hp_import_file: what = quantity + HP_NQUANTITY slot, index = (t of the name + 1) + HP_TIMES row.
 */
enum { HP_TIMES = 1 << 12 };

/* Numbers of a file. entries: out, owned by the caller. Errors: HP_ERR_INPUT without its name. */
typedef struct hp_files_source {
    const hp_files_keys *keys;
    hp_quantity quantity;
    bool t_in_name, configuration_in_name;
} hp_files_source;
hp_status hp_ascii_read(const hp_files_source *source, const void *bytes, size_t size,
                        hp_entries *entries, hp_error *err);
hp_status hp_hadrons_read(const hp_files_source *source, const void *bytes, size_t size,
                          hp_entries *entries, hp_error *err);
hp_status hp_files_read(const hp_files_source *source, const void *bytes, size_t size,
                        hp_entries *entries, hp_error *err);

hp_files_source hp_files_source_of(const hp_files_keys *keys, hp_quantity quantity);

/* Whether a quantity has places. */
static inline bool hp_files_is_wave(hp_quantity quantity) {
    return quantity == HP_FOUR_POINT;
}

/* The quantity that a forward (backward) two-point function of hadron 0 or 1 is taken from: one
 * that has files. */
hp_quantity hp_files_forward(const hp_files_state *state, int hadron);
hp_quantity hp_files_backward(const hp_files_state *state, int hadron);

/* A file that a survey has found. */
typedef struct hp_found_file {
    hp_quantity quantity;
    int t;                                      /* -1: not in the name */
    size_t configuration, source, folder, name; /* hp_import_text */
} hp_found_file;

/* What a survey works with; rank 0. */
typedef struct hp_files_survey_work {
    hp_import_plan *plan;
    hp_files_keys keys;
    hp_quantity quantity; /* whose files are being looked for */
    hp_found_file *file;
    int nfile, first[HP_NQUANTITY], count[HP_NQUANTITY]; /* files of each quantity */
    size_t *source;                                      /* (nsource) names */
    int nsource;
    hp_import_reader reader;
    hp_entries entries[HP_NQUANTITY]; /* of the first file of each */
    hp_sites sites;
} hp_files_survey_work;

/* Read a file that was found. entries: out, owned by the caller. Errors: those of reading, with the
 * path of the file in front. */
hp_status hp_files_read_found(hp_files_survey_work *work, int file, hp_entries *entries,
                              hp_error *err);

/* The source of a file, nsource where that has no waves. */
int hp_files_find_slot(const hp_files_survey_work *work, const hp_found_file *file);

/* HP_ERR_INPUT unless every configuration has as many files of each quantity, source and time: says
 * which has not, and names a file that is missing where the others tell its name. */
hp_status hp_files_check_complete(const hp_files_survey_work *work, hp_error *err);

/* Look at the first files: times and sites of waves, times of two-point functions. */
hp_status hp_files_probe(hp_files_survey_work *work, hp_error *err);

/* Refuse full boxes whose sites differ within cubic orbits, in the same way in two configurations.
 */
hp_status hp_files_check_symmetry(hp_files_survey_work *work, hp_error *err);

/* State, datasets, cells, gauges, parts and files of the plan. */
hp_status hp_files_fill_plan(hp_files_survey_work *work, hp_error *err);

#endif
