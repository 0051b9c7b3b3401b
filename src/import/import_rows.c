// SPDX-License-Identifier: GPL-3.0-or-later
/* The order of rows, with streams and trajectory numbers, and the plan on every rank. */
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/parallel.h"
#include "import_parts.h"

/* What a part is sorted by. */
typedef struct sort_key {
    const char *name;
    bool has_stream;
    int given;               /* the stream, where files say it; */
    int stream, number, old; /* stream: length of the name in front of the number */
} sort_key;

static int compare_streams(const sort_key *a, const sort_key *b) {
    if (a->has_stream && b->has_stream) return (a->given > b->given) - (a->given < b->given);
    int least = a->stream < b->stream ? a->stream : b->stream;
    int order = strncmp(a->name, b->name, (size_t)least);
    return order != 0 ? order : (a->stream > b->stream) - (a->stream < b->stream);
}

static int compare_parts(const void *first, const void *second) {
    const sort_key *a = first, *b = second;
    int order = compare_streams(a, b);
    if (order == 0) order = (a->number > b->number) - (a->number < b->number);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* Files of a part stay in the order in which they were added. */
static int compare_files(const void *first, const void *second) {
    const hp_import_file *a = *(const hp_import_file *const *)first;
    const hp_import_file *b = *(const hp_import_file *const *)second;
    if (a->part != b->part) return a->part < b->part ? -1 : 1;
    return (a > b) - (a < b);
}

static hp_status sort_files(hp_import_plan *plan, const int *place, hp_error *err) {
    hp_status status = HP_OK;
    const hp_import_file **order = NULL;
    hp_import_file *sorted = NULL;
    HP_NEW(order, plan->nfile);
    HP_NEW(sorted, plan->nfile);
    for (int i = 0; i < plan->nfile; i++) {
        plan->file[i].part = place[plan->file[i].part];
        order[i] = &plan->file[i];
    }
    qsort(order, (size_t)plan->nfile, sizeof *order, compare_files);
    for (int i = 0; i < plan->nfile; i++) {
        sorted[i] = *order[i];
        hp_import_part *part = &plan->part[sorted[i].part];
        if (part->nfile++ == 0) part->first_file = i;
    }
    hp_free(plan->file);
    plan->file = sorted;
cleanup:
    hp_free(order);
    return status;
}

static void make_key(const hp_import_plan *plan, int part, sort_key *key) {
    const hp_import_part *of = &plan->part[part];
    bool by_file = strcmp(plan->job->rows, "file") == 0;
    *key = (sort_key){.name = hp_import_text(plan, of->name), .number = -1, .old = part};
    key->has_stream = of->has_stream;
    key->given = of->stream;
    if (!by_file) key->number = hp_import_number(key->name, &key->stream);
    if (of->numbers > 0) key->number = plan->number[of->numbers - 1];
}

/* Numbers of all rows, and of the streams where there are several; neither is written unless every
 * row has a number of its own in its stream, and streams have more than one row on average. */
static hp_status number_rows(hp_import_plan *plan, const sort_key *key, hp_error *err) {
    int nstream = 0, row = 0;
    bool known = true;
    HP_ALLOCATE(plan->configuration, plan->nrow);
    HP_ALLOCATE(plan->stream, plan->nrow);
    for (int p = 0; p < plan->npart; p++) {
        const hp_import_part *part = &plan->part[p];
        bool begins = p == 0 || compare_streams(&key[p - 1], &key[p]) != 0;
        nstream += begins;
        for (int i = 0; i < part->nrow; i++, row++) {
            int number = part->numbers > 0 ? plan->number[part->numbers - 1 + i] : key[p].number;
            bool follows = row > 0 && (i > 0 || !begins);
            known &= number >= 0 && (part->nrow == 1 || part->numbers > 0) &&
                     (!follows || number > plan->configuration[row - 1]);
            plan->configuration[row] = number;
            plan->stream[row] = part->has_stream ? part->stream : nstream;
        }
    }
    const bool given = plan->part[0].has_stream;
    if (!known || (!given && nstream > 1 && 2 * nstream > plan->nrow)) {
        hp_free(plan->configuration);
        plan->configuration = NULL;
    }
    if (!given && (plan->configuration == NULL || nstream == 1)) {
        hp_free(plan->stream);
        plan->stream = NULL;
    }
    return HP_OK;
}

/* Few rows in each of many streams are mostly source positions, whose numbers end the names. */
static hp_status note_streams(hp_import_plan *plan, const sort_key *key, hp_error *err) {
    const int many = 4, few = 3;
    int nstream = 0, longest = 0, length = 0, second = 0;
    if (plan->part[0].has_stream) return HP_OK;
    for (int p = 0; p < plan->npart; p++) {
        bool begins = p == 0 || compare_streams(&key[p - 1], &key[p]) != 0;
        if (begins && ++nstream == 2) second = p;
        length = (begins ? 0 : length) + plan->part[p].nrow;
        longest = length > longest ? length : longest;
    }
    if (nstream < many || longest < 2 || longest > few) return HP_OK;
    return hp_import_note(plan, err,
                          "%d streams with at most %d rows each, as of %s and of %s: source "
                          "positions and rotations of a configuration are not independent, and are "
                          "averaged where * stands for them (format halqcd: halqcd.rotation)",
                          nstream, longest, key[0].name, key[second].name);
}

hp_status hp_import_sort(hp_import_plan *plan, hp_error *err) {
    hp_status status = HP_OK;
    sort_key *key = NULL;
    hp_import_part *sorted = NULL;
    int *place = NULL;
    HP_NEW(key, plan->npart);
    HP_NEW(sorted, plan->npart);
    HP_NEW(place, plan->npart);
    for (int p = 0; p < plan->npart; p++) make_key(plan, p, &key[p]);
    qsort(key, (size_t)plan->npart, sizeof *key, compare_parts);
    for (int p = 0; p < plan->npart; p++) {
        sorted[p] = plan->part[key[p].old];
        place[key[p].old] = p;
        sorted[p].first_row = plan->nrow;
        plan->nrow += sorted[p].nrow;
    }
    hp_free(plan->part);
    plan->part = sorted;
    sorted = NULL;
    HP_TRY(sort_files(plan, place, err));
    HP_TRY(number_rows(plan, key, err));
    HP_TRY(note_streams(plan, key, err));
cleanup:
    hp_free(place);
    hp_free(sorted);
    hp_free(key);
    return status;
}

/* The geometry follows from the extent or the distances; every rank works it out. */
static hp_status share_geometry(const hp_comm *comm, hp_geometry *geometry, hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    hp_geometry of = *geometry;
    bool cubic = of.kind == HP_GEOMETRY_CUBIC;
    double *r = cubic ? NULL : of.r;
    HP_TRY(hp_parallel_broadcast_block(comm, (void **)&r, (size_t)of.npoint * sizeof *r, err));
    if (comm->rank != 0) {
        *geometry = (hp_geometry){.kind = of.kind};
        mine = cubic ? hp_geometry_create_cubic(of.extent, geometry, err)
                     : hp_geometry_create_radial(r, of.npoint, geometry, err);
    }
    status = hp_parallel_agree(comm, mine, err);
cleanup:
    if (comm->rank != 0) hp_free(r);
    return status;
}

hp_status hp_import_share(const hp_comm *comm, hp_import_plan *plan, hp_error *err) {
    hp_import_plan root = *plan;
    HP_CALL(hp_parallel_broadcast(comm, &root, sizeof root, err));
    if (comm->rank != 0) { /* pointers of another process are worth nothing */
        root.job = plan->job;
        root.format = plan->format;
        root.state = NULL;
        root.text = NULL;
        root.dataset = NULL;
        root.cell = NULL;
        root.gauge = NULL;
        root.part = NULL;
        root.file = NULL;
        root.number = root.configuration = root.stream = NULL;
        root.notes = root.facts = root.channel = NULL;
        root.geometry.r = NULL;
        *plan = root;
    }
    const struct {
        void **block;
        size_t bytes;
    } arrays[] = {{&plan->state, plan->state_size},
                  {(void **)&plan->text, plan->text_size},
                  {(void **)&plan->dataset, (size_t)plan->ndataset * sizeof *plan->dataset},
                  {(void **)&plan->cell, (size_t)plan->ncell * sizeof *plan->cell},
                  {(void **)&plan->gauge, (size_t)plan->ngauge * sizeof *plan->gauge},
                  {(void **)&plan->part, (size_t)plan->npart * sizeof *plan->part},
                  {(void **)&plan->file, (size_t)plan->nfile * sizeof *plan->file}};
    HP_CALL(share_geometry(comm, &plan->geometry, err));
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        HP_CALL(hp_parallel_broadcast_block(comm, arrays[i].block, arrays[i].bytes, err));
    return HP_OK;
}

void hp_import_plan_destroy(hp_import_plan *plan) {
    void *const blocks[] = {plan->state,  plan->text,  plan->dataset, plan->cell,
                            plan->gauge,  plan->part,  plan->file,    plan->number,
                            plan->notes,  plan->facts, plan->stream,  plan->configuration,
                            plan->channel};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    hp_geometry_destroy(&plan->geometry);
    *plan = (hp_import_plan){0};
}
