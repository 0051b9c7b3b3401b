// SPDX-License-Identifier: GPL-3.0-or-later
/* The ensemble file of an import (SPEC 2; version 2: spec/channels.md, section 6). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/file.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "ensemble_parts.h"
#include "import_parts.h"

typedef struct assembly {
    hp_import_plan *plan;
    const hp_import_stage *stage;
    const char *job;
    hid_t file;
    hp_import_record record;
    unsigned char *sha256; /* (nfile, 32) */
    double *worst;         /* (ngauge) the largest of all rows, and */
    int *worst_part;       /* (ngauge) where */
    double *total;         /* (ngauge, 2) sums of all rows */
    char *provenance;      /* free */
} assembly;

static void assembly_destroy(assembly *work) {
    hp_h5_discard_file(&work->file);
    hp_import_record_destroy(&work->record);
    hp_free(work->sha256);
    hp_free(work->worst);
    hp_free(work->worst_part);
    hp_free(work->total);
    free(work->provenance);
}

static hp_status create_datasets(assembly *work, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    const size_t rows = (size_t)plan->nrow;
    const size_t shape[][3] = {{rows, (size_t)plan->nt, (size_t)plan->geometry.npoint},
                               {rows, (size_t)plan->nt},
                               {rows, (size_t)plan->nt_full},
                               {rows, (size_t)plan->nt_two_baryon}};
    for (int i = 0; i < plan->ndataset; i++) {
        hp_import_axes axes = plan->dataset[i].axes;
        HP_CALL(hp_h5_write(work->file, plan->dataset[i].path, H5T_NATIVE_DOUBLE,
                            axes == HP_IMPORT_WAVE ? 3 : 2, shape[axes], NULL, err));
    }
    return HP_OK;
}

static hp_status write_rows(assembly *work, int p, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    const hp_import_part *part = &plan->part[p];
    for (int row = 0; row < part->nrow; row++)
        for (int i = 0; i < plan->ndataset; i++)
            HP_CALL(hp_h5_write_row(work->file, plan->dataset[i].path, part->first_row + row,
                                    work->record.value + (size_t)row * plan->row_length +
                                        plan->dataset[i].offset,
                                    err));
    const double *gauge = work->record.value + (size_t)part->nrow * plan->row_length;
    for (int row = 0; row < part->nrow; row++)
        for (int i = 0; i < plan->ngauge; i++, gauge += 2) {
            double size = gauge[0] > 0 ? sqrt(gauge[0] / gauge[1]) : 0.0;
            for (int k = 0; k < 2; k++) work->total[2 * i + k] += gauge[k];
            if (!(size > work->worst[i])) continue;
            work->worst[i] = size;
            work->worst_part[i] = p;
        }
    memcpy(work->sha256 + (size_t)part->first_file * HP_SHA256, work->record.sha256,
           work->record.nsha256);
    return HP_OK;
}

static hp_status tell_gauges(assembly *work, hp_error *err) {
    hp_import_plan *plan = work->plan;
    for (int i = 0; i < plan->ngauge; i++) {
        const char *where = hp_import_text(plan, plan->part[work->worst_part[i]].name);
        HP_CALL(hp_import_tell_gauge(plan, i, work->total + (ptrdiff_t)2 * i, work->worst[i], where,
                                     work->file, err));
    }
    return HP_OK;
}

/* What sha256sum prints for all files, and its sum; together they tell what the rows are of. */
static hp_status describe(assembly *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_import_plan *plan = work->plan;
    char *list = NULL, hex[2 * HP_SHA256 + 1];
    unsigned char digest[HP_SHA256];
    unsigned long long bytes = 0;
    size_t size = 0;
    FILE *out = NULL, *text = NULL;
    HP_TRY(hp_text_open(&list, &size, &out, err));
    for (int i = 0; i < plan->nfile; i++) {
        const char *folder = hp_import_text(plan, plan->file[i].folder);
        hp_import_hex(work->sha256 + (size_t)i * HP_SHA256, hex);
        fprintf(out, "%s  %s%s%s\n", hex, folder, *folder != '\0' ? "/" : "",
                hp_import_text(plan, plan->file[i].name));
        bytes += plan->file[i].size;
    }
    HP_TRY(hp_text_close(&out, &list, err));
    HP_TRY(hp_import_digest(list, size, digest, err));
    hp_import_hex(digest, hex);
    HP_TRY(hp_text_open(&work->provenance, NULL, &text, err));
    fprintf(text,
            "hadpot %s import: format %s; a row is a %s; %d files, %llu bytes, SHA-256 of the list "
            "of their sums in /import %s",
            HADPOT_VERSION, plan->job->format, plan->job->rows, plan->nfile, bytes, hex);
    for (const char *line = plan->facts; line != NULL && *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        fprintf(text, "; %.*s", length, line);
        line += length + (line[length] == '\n');
    }
    HP_TRY(hp_text_close(&text, &work->provenance, err));
cleanup:
    free(list);
    return status;
}

/* /import: names and sums of all files, their first row, and the job but for paths. */
static hp_status write_inputs(assembly *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_import_plan *plan = work->plan;
    char *names = NULL, *sums = NULL, *job = NULL, hex[2 * HP_SHA256 + 1];
    int *row = NULL;
    size_t longest = 1, n = (size_t)plan->nfile, width = (size_t)2 * HP_SHA256;
    for (int i = 0; i < plan->nfile; i++) {
        size_t length = strlen(hp_import_text(plan, plan->file[i].folder)) +
                        strlen(hp_import_text(plan, plan->file[i].name)) + 2;
        longest = length > longest ? length : longest;
    }
    HP_NEW(names, n * longest);
    HP_NEW(sums, n * width);
    HP_NEW(row, n);
    for (size_t i = 0; i < n; i++) {
        const char *folder = hp_import_text(plan, plan->file[i].folder);
        snprintf(names + i * longest, longest, "%s%s%s", folder, *folder != '\0' ? "/" : "",
                 hp_import_text(plan, plan->file[i].name));
        hp_import_hex(work->sha256 + i * HP_SHA256, hex);
        memcpy(sums + i * width, hex, width);
        row[i] = plan->part[plan->file[i].part].first_row;
    }
    HP_TRY(hp_h5_write_texts(work->file, "/import/file", longest, n, names, err));
    HP_TRY(hp_h5_write_texts(work->file, "/import/sha256", width, n, sums, err));
    HP_TRY(hp_h5_write(work->file, "/import/row", H5T_NATIVE_INT, 1, &n, row, err));
    hp_import_hex(work->stage->fingerprint, hex);
    HP_TRY(hp_h5_attribute_fixed_text(work->file, "/import", "fingerprint", hex, err));
    HP_TRY(hp_config_select_counted(&hp_import_job_schema, work->job, &job, err));
    HP_TRY(hp_h5_attribute_text(work->file, "/import", "job", job, err));
cleanup:
    hp_free(job);
    hp_free(names);
    hp_free(sums);
    hp_free(row);
    return status;
}

static hp_status write_axes(assembly *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_import_plan *plan = work->plan;
    const hp_geometry *geometry = &plan->geometry;
    const bool cubic = geometry->kind == HP_GEOMETRY_CUBIC;
    int *t = NULL, *full = NULL;
    const size_t points = (size_t)geometry->npoint, rows = (size_t)plan->nrow;
    HP_NEW(t, plan->nt);
    HP_NEW(full, plan->nt_full);
    for (int i = 0; i < plan->nt; i++) t[i] = plan->first_t + i;
    for (int i = 0; i < plan->nt_full; i++) full[i] = plan->first_full + i;
    const hp_h5_axis axes[] = {
        {"/t", H5T_NATIVE_INT, 1, {(size_t)plan->nt}, t},
        {"/two_point_t",
         H5T_NATIVE_INT,
         1,
         {(size_t)plan->nt_full},
         plan->nt_full > 0 ? full : NULL},
        {"/site", H5T_NATIVE_INT, 2, {points, 3}, cubic ? geometry->site : NULL},
        {"/r", H5T_NATIVE_DOUBLE, 1, {points}, cubic ? NULL : geometry->r},
        {"/configuration", H5T_NATIVE_INT, 1, {rows}, plan->configuration},
        {"/stream", H5T_NATIVE_INT, 1, {rows}, plan->stream}};
    HP_TRY(hp_h5_write_axes(work->file, axes, sizeof axes / sizeof *axes, err));
cleanup:
    hp_free(t);
    hp_free(full);
    return status;
}

typedef struct attribute {
    const char *object, *name, *text;
    hid_t type; /* of a number, where there is no text */
    const void *number;
} attribute;

static hp_status put_attributes(hid_t file, const attribute *list, size_t n, hp_error *err) {
    for (size_t i = 0; i < n; i++)
        if (list[i].text != NULL)
            HP_CALL(
                hp_h5_attribute_fixed_text(file, list[i].object, list[i].name, list[i].text, err));
        else if (list[i].number != NULL)
            HP_CALL(hp_h5_attribute(file, list[i].object, list[i].name, list[i].type, 0,
                                    list[i].number, err));
    return HP_OK;
}

/* Version 2: masses and charges belong to the pair; those of parts of an ensemble stand in them. */
static hp_status write_pair(assembly *work, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    if (plan->ncomponent == 0) {
        char part[HP_IMPORT_PATH];
        hp_import_path(plan, &plan->file[0], part);
        return hp_part_components_copy(part, work->file, err);
    }
    const hp_import_job *job = plan->job;
    char pair[HP_IMPORT_NAME], source[HP_IMPORT_NAME];
    const int identical = job->pair.identical;
    const double *mass = plan->mass, *error = plan->mass_error;
    snprintf(pair, sizeof pair, "/pair/%.200s", job->pair.name);
    snprintf(source, sizeof source, "/source/%.200s", job->source);
    HP_CALL(hp_h5_write_texts(work->file, "/component", HP_IMPORT_WORDS, (size_t)plan->ncomponent,
                              plan->component[0], err));
    HP_CALL(hp_h5_create_group(work->file, pair, err));
    const attribute list[] = {
        {"/", "pairs", NULL, H5T_NATIVE_INT, &(int){1}},
        {pair, "mass_1", NULL, H5T_NATIVE_DOUBLE, mass[0] > 0 ? &mass[0] : NULL},
        {pair, "mass_2", NULL, H5T_NATIVE_DOUBLE, mass[1] > 0 ? &mass[1] : NULL},
        {pair, "mass_1_error", NULL, H5T_NATIVE_DOUBLE, error[0] > 0 ? &error[0] : NULL},
        {pair, "mass_2_error", NULL, H5T_NATIVE_DOUBLE, error[1] > 0 ? &error[1] : NULL},
        {pair, "identical", NULL, H5T_NATIVE_INT, &identical},
        {pair, "charge_1", NULL, H5T_NATIVE_INT, &job->pair.charge_1},
        {pair, "charge_2", NULL, H5T_NATIVE_INT, &job->pair.charge_2},
        {source, "pair", job->pair.name, 0, NULL}};
    return put_attributes(work->file, list, sizeof list / sizeof *list, err);
}

static hp_status write_attributes(assembly *work, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    const bool cubic = plan->geometry.kind == HP_GEOMETRY_CUBIC, one = plan->version == 1;
    const double *mass = plan->mass, *error = plan->mass_error;
    const attribute list[] = {
        {"/", "format", "hadpot-ensemble", 0, NULL},
        {"/", "version", NULL, H5T_NATIVE_INT, &plan->version},
        {"/", "sampling", plan->sampling == HP_SAMPLING_JACKKNIFE ? "jackknife" : "configuration",
         0, NULL},
        {"/", "geometry", cubic ? "cubic" : "radial", 0, NULL},
        {"/", "extent", NULL, H5T_NATIVE_INT, cubic ? &plan->geometry.extent : NULL},
        {"/", "temporal_extent", NULL, H5T_NATIVE_INT,
         plan->temporal_extent > 0 ? &plan->temporal_extent : NULL},
        {"/", "inverse_spacing_mev", NULL, H5T_NATIVE_DOUBLE, &plan->inverse_spacing_mev},
        {"/", "mass_1", NULL, H5T_NATIVE_DOUBLE, one && mass[0] > 0 ? &mass[0] : NULL},
        {"/", "mass_2", NULL, H5T_NATIVE_DOUBLE, one && mass[1] > 0 ? &mass[1] : NULL},
        {"/", "mass_1_error", NULL, H5T_NATIVE_DOUBLE, one && error[0] > 0 ? &error[0] : NULL},
        {"/", "mass_2_error", NULL, H5T_NATIVE_DOUBLE, one && error[1] > 0 ? &error[1] : NULL},
        {"/", "channel", plan->channel != NULL ? plan->channel : plan->job->channel, 0, NULL},
        {"/", "average", *plan->average != '\0' ? plan->average : NULL, 0, NULL}};
    HP_CALL(put_attributes(work->file, list, sizeof list / sizeof *list, err));
    if (plan->version > 1) HP_CALL(write_pair(work, err));
    if (plan->notes != NULL)
        HP_CALL(hp_h5_attribute_text(work->file, "/", "notes", plan->notes, err));
    return hp_h5_attribute_text(work->file, "/", "provenance", work->provenance, err);
}

/* content: an assembly (hp_file_writer). */
static hp_status write_file(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    assembly work = *(const assembly *)content;
    hp_import_plan *plan = work.plan;
    HP_TRY(hp_import_record_create(plan, &work.record, err));
    HP_NEW(work.sha256, (size_t)plan->nfile * HP_SHA256);
    HP_NEW(work.worst, plan->ngauge);
    HP_NEW(work.worst_part, plan->ngauge);
    HP_NEW(work.total, 2 * plan->ngauge);
    HP_TRY(hp_h5_create_file(path, &work.file, err));
    HP_TRY(write_axes(&work, err));
    HP_TRY(create_datasets(&work, err));
    for (int p = 0; p < plan->npart; p++) {
        hp_import_record_fit(plan, p, &work.record);
        HP_TRY(hp_import_stage_read(work.stage, p, &work.record, err));
        HP_TRY(write_rows(&work, p, err));
    }
    HP_TRY(tell_gauges(&work, err));
    HP_TRY(describe(&work, err));
    HP_TRY(write_inputs(&work, err));
    HP_TRY(write_attributes(&work, err));
    HP_TRY(hp_h5_close_file(path, &work.file, err));
cleanup:
    assembly_destroy(&work);
    return status;
}

hp_status hp_import_assemble(hp_import_plan *plan, const hp_import_stage *stage,
                             const char *effective_job, hp_error *err) {
    const assembly work = {plan, stage, effective_job, .file = H5I_INVALID_HID};
    return hp_file_replace(plan->job->output, write_file, &work, err);
}
