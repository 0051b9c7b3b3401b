// SPDX-License-Identifier: GPL-3.0-or-later
/* A record as an HDF5 file: labels of axes, rows, facts. */
#include "hadpot/results.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_write.h"
#include "hadpot/memory.h"

/* Values of an axis: numbers in physical units, or integers. */
static hp_status write_label(const hp_axis_entry *axis, const hp_label *label, hid_t file,
                             hp_error *err) {
    if (label->integer == NULL)
        return hp_h5_write_doubles(file, label->path, 1, &axis->extent, label->value, label->unit,
                                   label->text, err);
    HP_CALL(hp_h5_write(file, label->path, H5T_NATIVE_INT, 1, &axis->extent, label->integer, err));
    HP_CALL(hp_h5_attribute_text(file, label->path, "unit", label->unit, err));
    return hp_h5_attribute_text(file, label->path, "description", label->text, err);
}

static hp_status write_labels(const hp_axis_entry *axis, hid_t file, hp_error *err) {
    for (int i = 0; i < axis->nlabel; i++) {
        const hp_label *label = &axis->label[i];
        if (label->path == NULL || axis->extent == 0) continue;
        HP_CALL(write_label(axis, label, file, err));
        HP_CALL(hp_h5_attribute_texts(file, label->path, "axes", &axis->name, 1, err));
    }
    return HP_OK;
}

/* Attributes compare and guide, for those who make bands of the samples, or of draws, themselves.
 */
static hp_status write_comparison(const hp_row *row, const char *path, hid_t file, hp_error *err) {
    static const char *const name[] = {[HP_MODULO_180] = "modulo_180",
                                       [HP_POLE] = "pole",
                                       [HP_UNBOUND] = "unbound",
                                       [HP_FOUND] = "found",
                                       [HP_FREE_LEVELS] = "free_levels"};
    if (row->compare == HP_PLAIN) return HP_OK;
    HP_CALL(hp_h5_attribute_text(file, path, "compare", name[row->compare], err));
    if (row->guide != NULL) HP_CALL(hp_h5_attribute_text(file, path, "guide", row->guide, err));
    if (row->compare == HP_POLE)
        HP_CALL(hp_h5_attribute(file, path, "scale", H5T_NATIVE_DOUBLE, 0, &row->scale, err));
    return HP_OK;
}

/* /variations/syst_plus/NAME and syst_minus. */
static hp_status write_systematic(const hp_record *record, const hp_entry *entry, hid_t file,
                                  hp_error *err) {
    static const char *const side[] = {"syst_plus", "syst_minus"};
    const double *values[] = {record->plus, record->minus};
    char path[256];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "variations/%s/%s", side[i],
                 hp_row_short_name(entry->row.path));
        HP_CALL(hp_h5_write_doubles(
            file, path, 1, &entry->count, values[i] + entry->start, entry->row.unit,
            i == 0 ? "systematic error upwards" : "systematic error downwards", err));
    }
    return HP_OK;
}

/* One row of all samples: first axis [average, sample_1 .. sample_n]. */
static hp_status write_samples(const hp_record *record, const hp_entry *entry, hid_t file,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_rows *samples = &record->group[HP_SAMPLES];
    size_t n = (size_t)samples->n + 1, extent[HP_MAX_AXES + 1] = {n};
    double *values = NULL;
    HP_NEW(values, n * entry->count);
    for (int i = 0; i < entry->naxis; i++) extent[i + 1] = entry->extent[i];
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; i < entry->count; i++)
            values[s * entry->count + i] = samples->value[s * record->length + entry->start + i];
    HP_TRY(hp_h5_write_doubles(file, entry->row.path, entry->naxis + 1, extent, values,
                               entry->row.unit, entry->row.text, err));
    if (samples->has_rule)
        HP_TRY(hp_h5_attribute_text(file, entry->row.path, "error_function",
                                    hp_method_name(samples->rule.method), err));
    HP_TRY(write_comparison(&entry->row, entry->row.path, file, err));
    if (record->plus != NULL && (entry->row.roles & HP_BUDGET) != 0)
        HP_TRY(write_systematic(record, entry, file, err));
cleanup:
    hp_free(values);
    return status;
}

/* What stands beside the samples of a row: GROUP/PATH, with another first axis. */
typedef struct {
    const char *group, *axis, *text;
    size_t n;
    const double *value; /* (n, count) */
} beside;

static hp_status write_beside(const beside *of, const hp_entry *entry, hid_t file, hp_error *err) {
    size_t extent[HP_MAX_AXES + 1] = {of->n};
    const char *axis[HP_MAX_AXES + 1] = {of->axis};
    char path[256], text[512];
    for (int i = 0; i < entry->naxis; i++) {
        extent[i + 1] = entry->extent[i];
        axis[i + 1] = entry->row.axis[i];
    }
    snprintf(path, sizeof path, "%s/%s", of->group, entry->row.path);
    snprintf(text, sizeof text, "%s: %s", of->text, entry->row.text);
    HP_CALL(hp_h5_write_doubles(file, path, entry->naxis + 1, extent, of->value, entry->row.unit,
                                text, err));
    HP_CALL(hp_h5_attribute_text(file, path, "error_function", "percentile", err));
    HP_CALL(write_comparison(&entry->row, path, file, err));
    return hp_h5_attribute_texts(file, path, "axes", axis, entry->naxis + 1, err);
}

/* /total/PATH: centre of the total band and its errors downwards and upwards. */
static hp_status write_total(const hp_entry *entry, hid_t file, hp_error *err) {
    const beside of = {"total", "value_minus_plus",
                       "total band, its median and the errors downwards and upwards", 3,
                       entry->total};
    return entry->total == NULL ? HP_OK : write_beside(&of, entry, file, err);
}

/* /draws/PATH: the draws from which total bands follow. */
static hp_status write_draws(const hp_record *record, const hp_entry *entry, hid_t file,
                             hp_error *err) {
    hp_status status = HP_OK;
    const hp_rows *draws = &record->group[HP_DRAWS];
    const hp_entry *drawn = draws->n > 0 ? hp_record_find(draws->layout, entry->row.path) : NULL;
    size_t n = (size_t)draws->n, count = entry->count;
    double *values = NULL;
    if (drawn == NULL || entry->total == NULL) return HP_OK;
    HP_NEW(values, n * count);
    for (size_t d = 0; d < n; d++)
        memcpy(values + d * count, draws->value + d * draws->layout->length + drawn->start,
               count * sizeof *values);
    const beside of = {"draws", "draw", "a draw of the total band", n, values};
    HP_TRY(write_beside(&of, entry, file, err));
cleanup:
    hp_free(values);
    return status;
}

/* Attribute axes: names from the outermost on, "sample" that of [average, samples]. */
static hp_status name_axes(const hp_entry *entry, hid_t file, hp_error *err) {
    const char *name[HP_MAX_AXES + 1] = {"sample"};
    bool sampled = hp_entry_is_sampled(entry);
    for (int i = 0; i < entry->naxis; i++) name[i + sampled] = entry->row.axis[i];
    if (entry->naxis + sampled == 0) return HP_OK;
    return hp_h5_attribute_texts(file, entry->row.path, "axes", name, entry->naxis + sampled, err);
}

static hp_status write_integers(const hp_entry *entry, hid_t file, hp_error *err) {
    const hp_row *row = &entry->row;
    HP_CALL(hp_h5_write(file, row->path, H5T_NATIVE_INT, entry->naxis, entry->extent,
                        entry->integer, err));
    return hp_h5_attribute_text(file, row->path, "description", row->text, err);
}

static hp_status write_entry(const hp_record *record, const hp_entry *entry, hid_t file,
                             hp_error *err) {
    const hp_row *row = &entry->row;
    if (entry->constant != NULL)
        HP_CALL(hp_h5_write_doubles(file, row->path, entry->naxis, entry->extent, entry->constant,
                                    row->unit, row->text, err));
    else if (entry->integer != NULL)
        HP_CALL(write_integers(entry, file, err));
    else
        HP_CALL(write_samples(record, entry, file, err));
    HP_CALL(write_total(entry, file, err));
    HP_CALL(write_draws(record, entry, file, err));
    return name_axes(entry, file, err);
}

static hp_status write_fact(const hp_fact *fact, hid_t file, hp_error *err) {
    const char *object = fact->place.object, *name = fact->place.attribute;
    if (object == NULL || name == NULL) return HP_OK;
    switch (fact->kind) {
    case HP_TEXT:
        return hp_h5_attribute_texts(file, object, name, fact->text, fact->count, err);
    case HP_NUMBER:
        return hp_h5_attribute(file, object, name, H5T_NATIVE_DOUBLE, fact->count, fact->number,
                               err);
    case HP_INTEGER:
    case HP_TRUTH:
        break;
    }
    return hp_h5_attribute(file, object, name, H5T_NATIVE_INT, fact->count, fact->integer, err);
}

static hp_status write_notes(const hp_record *record, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const char **text = NULL;
    if (record->nnote == 0) return HP_OK;
    HP_NEW(text, record->nnote);
    for (int i = 0; i < record->nnote; i++) text[i] = record->note[i].text;
    HP_TRY(hp_h5_attribute_texts(file, "/", "warnings", text, record->nnote, err));
cleanup:
    hp_free((void *)text);
    return status;
}

hp_status hp_results_save_hdf5(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_record *record = content;
    hp_h5_image image;
    HP_TRY(hp_h5_image_begin(&image, err));
    const hid_t file = image.file;
    for (int i = 0; i < record->naxis; i++) HP_TRY(write_labels(&record->axis[i], file, err));
    for (int i = 0; i < record->nentry; i++)
        HP_TRY(write_entry(record, &record->entry[i], file, err));
    for (int i = 0; i < record->nfact; i++) HP_TRY(write_fact(&record->fact[i], file, err));
    HP_TRY(write_notes(record, file, err));
    HP_TRY(hp_h5_image_end(&image, path, err));
cleanup:
    hp_h5_image_discard(&image);
    return status;
}
