// SPDX-License-Identifier: GPL-3.0-or-later
/* Format ensemble: parts of an ensemble of hadpot, of one row or several, whose numbers may be
 * complex. The datasets of a file are those of the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hadpot/probe.h"
#include "ensemble_parts.h"
#include "hdf5_image.h"
#include "import_formats.h"
#include "import_parts.h"
#include "pattern.h"

/* As in files_plan.c. */
#define IMAGINARY_NOTED 0.3

/* hp_import_plan.state: what all files share, and which gauge each dataset has. */
typedef struct parts_state {
    hp_part_layout layout; /* its lists belong to the survey */
    int number_in_name;
    int gauge[]; /* (ndataset) -1: none, real numbers */
} parts_state;

typedef struct parts_survey {
    hp_import_plan *plan;
    bool number_in_name;
    hp_part_layout first;
} parts_survey;

static hp_status open_path(const char *path, hid_t *file, hp_error *err) {
    char reason[HP_HDF5_REASON];
    hp_file_identity identity;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures become messages of ours */
    HP_CALL(hp_hdf5_refuse_external_links(err));
    HP_CALL(hp_probe_file(path, &identity, err));
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    HP_REQUIRE(*file >= 0, HP_ERR_INPUT, "cannot be opened as an HDF5 file (%s)",
               hp_hdf5_reason(reason));
    return hp_probe_check_same(path, &identity, err);
}

/* Of two-baryon correlators, which may end before the two-point functions. */
static int count_times(const hp_import_plan *plan, hid_t dataset) {
    hsize_t shape[2] = {0};
    hid_t space = H5Dget_space(dataset);
    bool known = space >= 0 && H5Sget_simple_extent_ndims(space) == 2 &&
                 H5Sget_simple_extent_dims(space, shape, NULL) == 2;
    if (space >= 0) H5Sclose(space);
    bool early = known && shape[1] > 0 && shape[1] < (hsize_t)plan->nt_full;
    return early ? (int)shape[1] : plan->nt_full; /* others are refused when they are read */
}

/* A dataset of a group in the first file, if it is there. */
static hp_status add_dataset(hp_import_plan *plan, hid_t file, const char *group, const char *name,
                             hp_import_axes axes, bool *is_complex, bool *there, hp_error *err) {
    char path[HP_IMPORT_NAME + 32];
    hid_t type = H5I_INVALID_HID;
    snprintf(path, sizeof path, "%s/%s", group, name);
    *there = hp_hdf5_has_link(file, path);
    if (!*there) return HP_OK;
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    HP_REQUIRE(dataset >= 0, HP_ERR_INPUT, "dataset %s: cannot be opened", path);
    hp_status status = hp_image_memory_type(dataset, &type, is_complex, err);
    if (axes == HP_IMPORT_TWO_BARYON) plan->nt_two_baryon = count_times(plan, dataset);
    if (type >= 0) H5Tclose(type);
    H5Dclose(dataset);
    if (status != HP_OK) hp_error_add_context(err, "dataset %s", path);
    HP_CALL(status);
    HP_CALL(hp_import_add_dataset(plan, axes, err, "%s", path));
    return hp_import_add_cell(plan, plan->dataset[plan->ndataset - 1].length, err, "%.80s", path);
}

static hp_status add_gauge(hp_import_plan *plan, bool is_complex, int *gauge, hp_error *err) {
    *gauge = is_complex ? plan->ngauge : -1;
    if (!is_complex) return HP_OK;
    const hp_import_dataset *dataset = &plan->dataset[plan->ndataset - 1];
    double refused =
        dataset->axes == HP_IMPORT_TWO_BARYON ? HP_IMPORT_NEVER : HP_IMPORT_IMAGINARY_REFUSED;
    return hp_import_add_gauge(plan, IMAGINARY_NOTED, refused, err,
                               "imaginary over real part of %.100s", dataset->path);
}

static hp_status add_place(hp_import_plan *plan, hid_t file, const hp_part_place *place, int *gauge,
                           hp_error *err) {
    static const struct {
        const char *name;
        hp_import_axes axes;
        hp_part_kind kind;
    } kinds[] = {{"R", HP_IMPORT_WAVE, HP_PART_WAVE},
                 {"four_point", HP_IMPORT_WAVE, HP_PART_WAVE},
                 {"laplacian", HP_IMPORT_WAVE, HP_PART_LAPLACIAN},
                 {"two_point_1", HP_IMPORT_TIMES, HP_PART_TWO_POINT},
                 {"two_point_2", HP_IMPORT_TIMES, HP_PART_TWO_POINT},
                 {"two_point_full_1", HP_IMPORT_FULL, HP_PART_FULL},
                 {"two_point_full_2", HP_IMPORT_FULL, HP_PART_FULL},
                 {"two_baryon", HP_IMPORT_TWO_BARYON, HP_PART_TWO_BARYON}};
    bool there[sizeof kinds / sizeof *kinds] = {false};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool is_complex = false;
        if ((place->kinds & kinds[i].kind) == 0) continue;
        if (kinds[i].axes >= HP_IMPORT_FULL && plan->nt_full == 0) continue;
        if (kinds[i].axes == HP_IMPORT_TIMES && there[0]) continue; /* R needs none */
        HP_CALL(add_dataset(plan, file, place->group, kinds[i].name, kinds[i].axes, &is_complex,
                            &there[i], err));
        HP_REQUIRE(there[i] || kinds[i].kind == HP_PART_WAVE || (place->needs & kinds[i].kind) == 0,
                   HP_ERR_INPUT, "dataset %s/%s: is missing", place->group, kinds[i].name);
        if (!there[i]) continue;
        HP_CALL(add_gauge(plan, is_complex, &gauge[plan->ndataset - 1], err));
        plan->cell[plan->ncell - 1].count = 1;
    }
    if ((place->needs & HP_PART_WAVE) == 0) return HP_OK;
    HP_REQUIRE(there[0] != there[1], HP_ERR_INPUT, "%s has %s, expected one of them", place->group,
               there[0] ? "R and four_point" : "neither R nor four_point");
    HP_REQUIRE(there[0] || (place->kinds & HP_PART_TWO_POINT) == 0 || (there[3] && there[4]),
               HP_ERR_INPUT, "%s has four_point without two_point_1 and two_point_2", place->group);
    return HP_OK;
}

static void take_layout(hp_import_plan *plan, const hp_part_layout *layout) {
    plan->version = layout->version;
    plan->sampling = layout->sampling;
    plan->first_t = layout->first_t;
    plan->nt = layout->nt;
    plan->first_full = layout->first_full;
    plan->nt_full = layout->nt_full;
    plan->temporal_extent = layout->temporal_extent;
    if (plan->inverse_spacing_mev == 0)
        plan->inverse_spacing_mev = layout->inverse_spacing_mev; /* the job wins */
    for (int i = 0; i < 2 && plan->mass[i] == 0; i++) {
        plan->mass[i] = layout->mass[i];
        plan->mass_error[i] = layout->mass_error[i];
    }
}

/* Findings and channel of the first file. */
static hp_status take_texts(hp_import_plan *plan, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    char *notes = NULL, *rest = NULL;
    if (*plan->job->channel == '\0' && hp_hdf5_has_attribute(file, "channel"))
        HP_TRY(hp_hdf5_read_text(file, "channel", &plan->channel, err));
    if (!hp_hdf5_has_attribute(file, "notes")) return HP_OK;
    HP_TRY(hp_hdf5_read_text(file, "notes", &notes, err));
    for (char *line = strtok_r(notes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        HP_TRY(hp_import_note(plan, err, "%s", line));
cleanup:
    hp_free(notes);
    return status;
}

static hp_status add_places(parts_survey *work, hid_t file, hp_part_places *places, hp_error *err) {
    enum { MOST = 8 }; /* datasets of a group */
    hp_import_plan *plan = work->plan;
    HP_CALL(hp_part_places_find(file, &work->first, places, err));
    plan->state_size = sizeof(parts_state) + (size_t)places->n * MOST * sizeof(int);
    parts_state *state = plan->state = hp_alloc(1, plan->state_size);
    HP_REQUIRE(state != NULL, HP_ERR_MEMORY, "no memory for the datasets of %d groups", places->n);
    state->layout = work->first;
    state->layout.r = NULL;
    state->layout.number = NULL;
    state->number_in_name = work->number_in_name;
    for (int i = 0; i < places->n; i++)
        HP_CALL(add_place(plan, file, &places->place[i], state->gauge, err));
    return HP_OK;
}

/* Everything that the first file says of all. */
static hp_status take_first(parts_survey *work, hid_t file, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const hp_part_layout *layout = &work->first;
    hp_part_places places = {0};
    HP_REQUIRE(layout->version == 1 || plan->mass[0] == 0, HP_ERR_INPUT,
               "attribute version is 2: masses belong to pairs, and the job gives mass_1");
    take_layout(plan, layout);
    HP_REQUIRE(plan->inverse_spacing_mev > 0, HP_ERR_INPUT,
               "attribute inverse_spacing_mev is missing, and the job does not give it");
    HP_CALL(layout->kind == HP_GEOMETRY_CUBIC
                ? hp_geometry_create_cubic(layout->extent, &plan->geometry, err)
                : hp_geometry_create_radial(layout->r, layout->npoint, &plan->geometry, err));
    hp_status status = add_places(work, file, &places, err);
    hp_free(places.place);
    HP_CALL(status);
    return take_texts(plan, file, err);
}

/* The part of a file: its name is that of the configuration, or tells the first of several. */
static hp_status add_part(parts_survey *work, const hp_part_layout *layout, const hp_match *match,
                          const char *folder, const char *name, hp_error *err) {
    hp_import_plan *plan = work->plan;
    char row[2 * HP_MATCH_WORD], stream[HP_MATCH_WORD] = "";
    int part = 0;
    if (layout->has_stream) snprintf(stream, sizeof stream, "stream %d, ", layout->stream);
    if (work->number_in_name)
        snprintf(row, sizeof row, "%s%s", stream, match->configuration);
    else if (layout->number != NULL)
        snprintf(row, sizeof row, "%sconfiguration %d", stream, layout->number[0]);
    else
        snprintf(row, sizeof row, "%sfile %d", stream, plan->npart);
    int before = plan->npart;
    HP_CALL(hp_import_find_part(plan, row, layout->nrow, &part, err));
    HP_REQUIRE(plan->npart > before, HP_ERR_INPUT, "%s: \"%s\" is in another file, too", name, row);
    plan->part[part].has_stream = layout->has_stream;
    plan->part[part].stream = layout->stream;
    if (layout->number != NULL && !work->number_in_name)
        HP_CALL(hp_import_number_rows(plan, part, layout->number, err));
    return hp_import_add_file(plan, part, folder, name, 0, 0, err);
}

/* hp_pattern_found */
static hp_status take_file(const char *folder, const char *name, const hp_match *match,
                           void *context, hp_error *err) {
    hp_status status = HP_OK;
    parts_survey *work = context;
    hp_part_layout layout = {.nrow = 1};
    char path[HP_IMPORT_PATH];
    hid_t file = H5I_INVALID_HID;
    const bool first = work->plan->nfile == 0;
    snprintf(path, sizeof path, "%s/%s%s%s", work->plan->job->tree, folder,
             *folder != '\0' ? "/" : "", name);
    if (first || !work->number_in_name || work->first.has_stream) { /* others: when decoded */
        HP_TRY_IN(open_path(path, &file, err), "%s", path);
        HP_TRY_IN(hp_part_layout_read(file, first ? &work->first : &layout, err), "%s", path);
        if (first) HP_TRY_IN(take_first(work, file, err), "%s", path);
        HP_CHECK(first || layout.has_stream == work->first.has_stream, HP_ERR_INPUT,
                 "%s: has %s dataset /stream, the first file has %s", path,
                 layout.has_stream ? "a" : "no", layout.has_stream ? "none" : "one");
    }
    HP_TRY(add_part(work, first ? &work->first : &layout, match, folder, name, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    hp_part_layout_destroy(&layout);
    return status;
}

/* The rows of a part with numbers. */
typedef struct numbered {
    int stream, nrow;
    const int *number;
} numbered;

static int compare_first(const void *a, const void *b) {
    const numbered *x = a, *y = b;
    int order = (x->stream > y->stream) - (x->stream < y->stream);
    return order != 0 ? order : (*x->number > *y->number) - (*x->number < *y->number);
}

/* Whether trajectory numbers ascend from file to file of a stream. */
static hp_status check_numbers(const hp_import_plan *plan, hp_error *err) {
    hp_status status = HP_OK;
    numbered *part = NULL;
    int n = 0, before = -1;
    HP_NEW(part, plan->npart);
    for (int p = 0; p < plan->npart; p++)
        if (plan->part[p].numbers > 0)
            part[n++] = (numbered){plan->part[p].stream, plan->part[p].nrow,
                                   &plan->number[plan->part[p].numbers - 1]};
    qsort(part, (size_t)n, sizeof *part, compare_first);
    for (int i = 0; i < n; i++) {
        if (i == 0 || part[i].stream != part[i - 1].stream) before = -1;
        for (int row = 0; row < part[i].nrow; before = part[i].number[row++])
            HP_CHECK(part[i].number[row] > before, HP_ERR_INPUT,
                     "configuration %d follows %d, expected ascending numbers, each once, when "
                     "files are put in the order of their first ones",
                     part[i].number[row], before);
    }
cleanup:
    hp_free(part);
    return status;
}

hp_status hp_parts_survey(hp_import_plan *plan, hp_error *err) {
    hp_status status = HP_OK;
    const char *pattern = plan->job->ensemble.files;
    parts_survey work = {.plan = plan,
                         .number_in_name = hp_pattern_has(pattern, "{configuration}")};
    int nfound = 0;
    HP_TRY(hp_pattern_find(plan->job->tree, pattern, take_file, &work, &nfound, err));
    if (nfound == 0) HP_TRY(hp_pattern_reject("ensemble.files", plan->job->tree, pattern, err));
    HP_TRY(check_numbers(plan, err));
    HP_CHECK(plan->sampling == HP_SAMPLING_CONFIGURATION || nfound == 1, HP_ERR_INPUT,
             "ensemble.files: %d files of jackknife rows, which cannot be joined; expected one",
             nfound);
cleanup:
    hp_part_layout_destroy(&work.first);
    return status;
}

/* Real parts of a dataset, row by row. */
static hp_status take_rows(const hp_import_plan *plan, int i, const hp_image_numbers *numbers,
                           int nrow, hp_import_sum *sum, hp_error *err) {
    const hp_import_dataset *dataset = &plan->dataset[i];
    const parts_state *state = plan->state;
    const size_t length = dataset->length;
    double *real;
    HP_REQUIRE(numbers->shape[0] == (size_t)nrow && numbers->count == (size_t)nrow * length,
               HP_ERR_INPUT, "dataset %s: has %zu rows of %zu numbers, expected %d of %zu",
               dataset->path, numbers->shape[0], numbers->count / numbers->shape[0], nrow, length);
    HP_REQUIRE(numbers->is_complex == (state->gauge[i] >= 0), HP_ERR_INPUT,
               "dataset %s: has %s numbers, expected %s ones as in the first file", dataset->path,
               numbers->is_complex ? "complex" : "real", numbers->is_complex ? "real" : "complex");
    HP_ALLOCATE(real, length);
    for (int row = 0; row < nrow; row++) {
        const double *value = numbers->value + 2 * (size_t)row * length;
        double *sizes =
            numbers->is_complex ? sum[row].gauge + (ptrdiff_t)2 * state->gauge[i] : NULL;
        for (size_t k = 0; k < length; k++) {
            real[k] = value[2 * k];
            if (sizes == NULL) continue;
            sizes[0] += value[2 * k + 1] * value[2 * k + 1];
            sizes[1] += value[2 * k] * value[2 * k];
        }
        hp_import_add(plan, &sum[row], i, real); /* cells are in the order of datasets */
    }
    hp_free(real);
    return HP_OK;
}

/* Whether a file has the rows that are expected of it. */
static hp_status check_file(const hp_import_plan *plan, const hp_import_file *file,
                            const hp_part_layout *layout, hp_error *err) {
    const parts_state *state = plan->state;
    const hp_import_part *part = &plan->part[file->part];
    hp_part_layout first = state->layout;
    int stream = 0, number = hp_import_number(hp_import_text(plan, part->name), &stream);
    if (first.kind == HP_GEOMETRY_RADIAL) first.r = plan->geometry.r;
    HP_CALL(hp_part_layout_compare(&first, layout, err));
    HP_REQUIRE(layout->nrow == part->nrow, HP_ERR_INPUT, "has %d rows, expected %d%s", layout->nrow,
               part->nrow,
               state->number_in_name ? ": the one of the configuration in its name" : "");
    HP_REQUIRE(!state->number_in_name || layout->number == NULL || layout->number[0] == number,
               HP_ERR_INPUT, "dataset /configuration: is %d, expected %d as in the file's name",
               layout->number[0], number);
    return HP_OK;
}

hp_status hp_parts_decode(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                          hp_import_sum *sum, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    hp_part_layout layout = {.nrow = 0};
    hp_image_numbers numbers = {0};
    (void)tables;
    HP_TRY(hp_image_open(input->bytes, input->size, &file, err));
    HP_TRY(hp_part_layout_read(file, &layout, err));
    HP_TRY(check_file(plan, input->file, &layout, err));
    for (int i = 0; i < plan->ndataset; i++) {
        HP_TRY(hp_image_read(file, plan->dataset[i].path, &numbers, err));
        HP_TRY(take_rows(plan, i, &numbers, layout.nrow, sum, err));
        hp_image_numbers_destroy(&numbers);
    }
cleanup:
    hp_image_numbers_destroy(&numbers);
    hp_part_layout_destroy(&layout);
    if (file >= 0) H5Fclose(file);
    return status;
}
