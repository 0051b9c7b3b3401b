// SPDX-License-Identifier: GPL-3.0-or-later
/* What a row of a tree holds: headers of the first files, datasets, cells. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "hadpot/memory.h"
#include "halqcd_parts.h"
#include "import_parts.h"

/* The beginning of a file, or all of it, through zlib, which reads plain files too. */
static hp_status read_beginning(const char *path, size_t most, unsigned char **bytes, size_t *size,
                                hp_error *err) {
    int code = Z_OK;
    HP_ALLOCATE(*bytes, most + 1); /* zeroed: a NUL ends texts */
    errno = 0;                     /* of zlib's own allocations malloc sets it */
    gzFile in = gzopen(path, "rb");
    HP_REQUIRE(in != NULL, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT,
               "%s: cannot be opened: %s", path, strerror(errno));
    int got = gzread(in, *bytes, (unsigned)most);
    (void)gzerror(in, &code);
    bool packed = gzdirect(in) == 0;
    gzclose(in);
    HP_REQUIRE(got >= 0, code == Z_MEM_ERROR ? HP_ERR_MEMORY : HP_ERR_INPUT, "%s: cannot be read%s",
               path, packed ? " or unpacked" : "");
    *size = (size_t)got;
    return HP_OK;
}

enum { HEADER_BYTES = 16 << 20, TABLE_BYTES = 4 << 20 };

static hp_status count_lines(const char *path, int *lines, hp_error *err) {
    hp_status status = HP_OK;
    unsigned char *bytes = NULL;
    size_t size = 0;
    HP_TRY(read_beginning(path, TABLE_BYTES, &bytes, &size, err));
    HP_TRY_IN(hp_halqcd_read_lines(bytes, size, 0, NULL, lines, err), "%s", path);
    HP_CHECK(*lines > 1, HP_ERR_INPUT, "%s: has %d lines, expected all times", path, *lines);
cleanup:
    hp_free(bytes);
    return status;
}

/* What all waves have in common. wave->site NULL: of a plain one. */
static hp_status keep_state(hp_import_plan *plan, const hp_halqcd_wave *wave,
                            hp_halqcd_state **state, hp_error *err) {
    plan->state_size = sizeof **state + (size_t)wave->norbit * sizeof(int);
    plan->state = *state = hp_alloc(plan->state_size, 1);
    HP_REQUIRE(*state != NULL, HP_ERR_MEMORY, "no memory for %d orbits", wave->norbit);
    (*state)->extent = wave->extent;
    (*state)->norbit = wave->norbit;
    (*state)->big_endian = wave->big_endian;
    (*state)->order = wave->order;
    HP_CALL(hp_geometry_create_cubic(wave->extent, &plan->geometry, err));
    for (int i = 0; i < wave->norbit; i++) {
        const int *site = plan->geometry.site[i], extent = wave->extent;
        (*state)->site[i] = wave->site != NULL
                                ? hp_halqcd_integer(wave->site + 4 * (ptrdiff_t)i, wave->big_endian)
                                : site[0] + extent * (site[1] + extent * site[2]);
    }
    return HP_OK;
}

/* The header of a compressed wave, or all of a plain one. */
static hp_status read_first_wave(hp_halqcd_tree *of, hp_halqcd_state **state, hp_error *err) {
    static const char *const order[] = {"1/48-compressed", "plain, [site][spins]",
                                        "plain, [source spins][site][sink spins]",
                                        "plain, [spins][site]"};
    hp_status status = HP_OK;
    hp_import_plan *plan = of->plan;
    hp_import_reader reader = {0};
    hp_import_input input = {0};
    unsigned char *bytes = NULL, sha256[HP_SHA256];
    char path[HP_IMPORT_PATH];
    size_t size = 0;
    hp_halqcd_wave wave = {0};
    hp_import_path(plan, &plan->file[0], path);
    HP_TRY(read_beginning(path, HEADER_BYTES, &bytes, &size, err));
    if (hp_halqcd_is_compressed(bytes, size)) {
        HP_TRY_IN(hp_halqcd_read_header(bytes, size, &wave, err), "%s", path);
        HP_CHECK(size > (size_t)(wave.data - bytes), HP_ERR_INPUT, "%s: is cut off", path);
    } else {
        HP_TRY(hp_import_read(&reader, path, &input, sha256, err));
        HP_TRY_IN(hp_halqcd_find_box(input.bytes, input.size, &wave, err), "%s", path);
    }
    HP_TRY_IN(keep_state(plan, &wave, state, err), "%s", path);
    HP_TRY(hp_import_fact(plan, err, "waves of %d^3 sites, %s, %s-endian", wave.extent,
                          order[wave.order], wave.big_endian ? "big" : "little"));
cleanup:
    hp_import_reader_destroy(&reader);
    hp_free(bytes);
    return status;
}

static hp_status describe_state(hp_halqcd_tree *of, int nhadron, hp_halqcd_state *state,
                                hp_error *err) {
    const struct hp_import_job_halqcd *keys = &of->job->halqcd;
    hp_import_plan *plan = of->plan;
    for (int i = 0; i < keys->components.count; i++)
        *(strcmp(keys->components.values[i], "1S0") == 0 ? &state->singlet : &state->triplet) =
            true;
    state->nhadron = nhadron;
    state->fold = strcmp(keys->fold, "plus") == 0 ? 1 : strcmp(keys->fold, "minus") == 0 ? -1 : 0;
    HP_CALL(count_lines(of->first_two_point, &state->lines, err));
    plan->temporal_extent = plan->nt_full = state->lines;
    int last = plan->first_t + plan->nt - 1;
    HP_REQUIRE(last < state->lines, HP_ERR_INPUT,
               "%s: ends with t = %d, before the waves, which end with t = %d", of->first_two_point,
               state->lines - 1, last);
    if (of->first_two_baryon == NULL) return HP_OK;
    HP_CALL(count_lines(of->first_two_baryon, &state->two_baryon_lines, err));
    bool longer = state->two_baryon_lines > plan->nt_full;
    plan->nt_two_baryon = longer ? plan->nt_full : state->two_baryon_lines;
    return HP_OK;
}

/* One S wave is version 1 of the ensemble format, anything else version 2. */
static hp_status add_waves_of(hp_halqcd_tree *of, const hp_halqcd_state *state, const char *group,
                              hp_error *err) {
    static const struct {
        const char *wave, *dataset;
        bool triplet;
    } rows[] = {{"1S0", "four_point", false},
                {"3S1", "four_point", true},
                {"3D1", "four_point", true},
                {"3D1", "laplacian", true}};
    /* Im psi is noise; where it is as large as this, spins or phases are probably wrong, and
     * likewise of the spread of images */
    const double much = 0.3;
    hp_import_plan *plan = of->plan;
    for (int i = 0; i < 4; i++) {
        const char *wave = rows[i].wave, *dataset = rows[i].dataset;
        bool one = plan->version == 1, there = rows[i].triplet ? state->triplet : state->singlet;
        if (!there) continue;
        HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_WAVE, err, "%s%s%s/%s", group, one ? "" : "/",
                                      one ? "" : wave, dataset));
        HP_CALL(hp_import_add_gauge(plan, i < 2 ? much : HP_IMPORT_NEVER,
                                    i < 2 ? HP_IMPORT_IMAGINARY_REFUSED : HP_IMPORT_NEVER, err,
                                    "imaginary over real part of %s of %s", dataset, wave));
        if (i < 3)
            snprintf(plan->component[plan->ncomponent++], HP_IMPORT_WORDS, "%.80s:%s",
                     of->job->pair.name, wave);
    }
    if (state->order != HP_HALQCD_ORBITS)
        HP_CALL(hp_import_add_gauge(plan, much, HP_IMPORT_NEVER, err,
                                    "spread of waves at images of a site about their average"));
    if (!state->triplet) return HP_OK;
    HP_CALL(hp_import_add_gauge(plan, HP_IMPORT_NEVER, HP_IMPORT_NEVER, err,
                                "imaginary part of 3D1 at r <= L/4 in single files"));
    snprintf(plan->gauge[plan->ngauge - 1].object, sizeof plan->gauge->object, "%.180s/3D1", group);
    return HP_OK;
}

static hp_status add_datasets(hp_halqcd_tree *of, const hp_halqcd_state *state, hp_error *err) {
    hp_import_plan *plan = of->plan;
    char group[HP_IMPORT_NAME];
    plan->version = state->triplet ? 2 : 1;
    int length = snprintf(group, sizeof group, "/source/%.100s", of->job->source);
    if (plan->version == 2)
        snprintf(group + length, sizeof group - (size_t)length, "/%.100s", of->job->pair.name);
    HP_CALL(add_waves_of(of, state, group, err));
    for (int i = 1; i <= 2; i++)
        HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_TIMES, err, "%s/two_point_%d", group, i));
    for (int i = 1; i <= 2; i++)
        HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_FULL, err, "%s/two_point_full_%d", group, i));
    if (state->two_baryon_lines == 0) return HP_OK;
    const char *const wave[] = {"1S0", "3S1"};
    for (int i = 0; i < 2; i++)
        if (i == 0 ? state->singlet : state->triplet)
            HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_TWO_BARYON, err, "%s%s%s/two_baryon",
                                          group, plan->version == 1 ? "" : "/",
                                          plan->version == 1 ? "" : wave[i]));
    return HP_OK;
}

static hp_status add_cells(hp_halqcd_tree *of, const hp_halqcd_state *state, hp_error *err) {
    hp_import_plan *plan = of->plan;
    const struct hp_import_job_halqcd *keys = &of->job->halqcd;
    size_t wave = (size_t)hp_halqcd_nvalue(state) * (size_t)plan->geometry.npoint;
    for (int t = 0; t < plan->nt; t++)
        HP_CALL(hp_import_add_cell(plan, wave, err, "the wave at t = %d", plan->first_t + t));
    for (int i = 0; i < state->nhadron; i++) {
        const char *name = i == 0 ? keys->two_point_1 : keys->two_point_2;
        HP_CALL(hp_import_add_cell(plan, (size_t)state->lines, err, "%.80s", name));
        if (state->fold != 0)
            HP_CALL(hp_import_add_cell(plan, (size_t)state->lines, err, "%.40s%.40s",
                                       keys->antiparticle, name));
    }
    for (int i = 0; i < state->singlet + state->triplet && state->two_baryon_lines > 0; i++)
        HP_CALL(hp_import_add_cell(plan, (size_t)state->two_baryon_lines, err, "%.80s",
                                   keys->two_baryon));
    return HP_OK;
}

hp_status hp_halqcd_lay_out(hp_halqcd_tree *of, int nhadron, hp_error *err) {
    hp_halqcd_state *state = NULL;
    HP_CALL(read_first_wave(of, &state, err));
    HP_CALL(describe_state(of, nhadron, state, err));
    HP_CALL(add_datasets(of, state, err));
    return add_cells(of, state, err);
}
