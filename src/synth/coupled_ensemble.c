// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of several components (version 2):
 *     /source/NAME/PAIR/WAVE/four_point, of l > 0 with laplacian beside it,
 *     /source/NAME/PAIR/two_point_1, two_point_2, and at more times two_point_full_1, _2. */
#include <math.h>
#include <stdio.h>
#include "hadpot/memory.h"
#include "hadpot/stop.h"
#include "synth_parts.h"

/* A dataset's name with the longest name of a source that is allowed. */
enum { NAME_SIZE = 512, NSERIES = 4 };

/* Work space of the configurations; all arrays are parts of block. */
typedef struct production {
    const hp_synth_setup *setup;
    const hp_synth_job *job;
    const hp_synth_channels *of;
    int ntime, npoint, ncomponent;
    hp_synth_noise noise;
    hp_synth_outer outer[HP_MOST_PAIRS];
    double *block;
    double *R;       /* (nsource, ncomponent, ntime, npoint + 1) without noise */
    double *largest; /* (nsource, ncomponent, ntime) |R| */
    double *shared;  /* (npair, NSERIES, ntime) noise of the two-point functions of the source */
    double *four, *laplacian; /* (ntime, npoint) one configuration */
    double *two;              /* (2, ntime) one configuration */
    double *row;              /* (npoint + 1) one time */
    hid_t file;
} production;

static void production_destroy(production *work) {
    hp_h5_discard_file(&work->file);
    hp_synth_noise_destroy(&work->noise);
    for (int a = 0; a < HP_MOST_PAIRS; a++) hp_synth_outer_destroy(&work->outer[a]);
    hp_free(work->block);
}

static hp_status production_create(const hp_synth_setup *setup, production *work, hp_error *err) {
    const hp_synth_channels *of = setup->channels;
    size_t ntime = (size_t)setup->job->times.count, points = (size_t)setup->npoint;
    size_t field = (size_t)setup->nfield * ntime, npair = (size_t)of->lattice.npair;
    *work = (production){.setup = setup,
                         .job = setup->job,
                         .of = of,
                         .ntime = (int)ntime,
                         .npoint = setup->npoint,
                         .ncomponent = of->lattice.ncomponent,
                         .file = H5I_INVALID_HID};
    HP_CALL(hp_synth_noise_create(setup, &work->noise, err));
    for (size_t a = 0; a < npair; a++)
        HP_CALL(hp_synth_outer_create(&of->pair[a], &work->outer[a], err));
    return hp_alloc_parts(&work->block,
                          HP_PARTS({&work->R, field * (points + 1)}, {&work->largest, field},
                                   {&work->shared, npair * NSERIES * ntime},
                                   {&work->four, ntime * points},
                                   {&work->laplacian, ntime * points}, {&work->two, 2 * ntime},
                                   {&work->row, points + 1}),
                          err);
}

static ptrdiff_t field_of(const production *work, int source, int component) {
    return (ptrdiff_t)source * work->ncomponent + component;
}

/* Correlators without noise, and how large they are. */
static hp_status fill_truth(production *work, hp_error *err) {
    hp_status status = HP_OK;
    ptrdiff_t length = work->npoint + 1;
    hp_synth_levels levels = {0};
    HP_TRY(hp_synth_levels_create(work->setup, &levels, err));
    for (int s = 0; s < work->job->sources.names.count; s++)
        for (int c = 0; c < work->ncomponent; c++) {
            ptrdiff_t field = field_of(work, s, c);
            double *R = work->R + field * work->ntime * length;
            HP_TRY(hp_synth_levels_correlate(work->setup, &levels, s, c, R, err));
            for (ptrdiff_t i = 0; i < work->ntime * length; i++) {
                double *largest = work->largest + field * work->ntime + i / length;
                *largest = fmax(*largest, fabs(R[i]));
            }
        }
cleanup:
    hp_synth_levels_destroy(&levels);
    return status;
}

/* A dataset, created (row -1) or given a row. */
static hp_status put(production *work, const char *group, const char *what, int ntime, bool wave,
                     int row, const double *values, hp_error *err) {
    char name[NAME_SIZE + 32];
    const size_t shape[] = {(size_t)work->job->noise.configurations, (size_t)ntime,
                            (size_t)work->npoint};
    snprintf(name, sizeof name, "%s/%s", group, what);
    return row < 0 ? hp_h5_create_rows(work->file, name, wave ? 3 : 2, shape, err)
                   : hp_h5_write_row(work->file, name, row, values, err);
}

static hp_status put_two_points(production *work, const char *group, int pair, int row,
                                hp_error *err) {
    static const char *const what[] = {"two_point_1", "two_point_2", "two_point_full_1",
                                       "two_point_full_2"};
    const hp_synth_outer *outer = &work->outer[pair];
    for (int i = 0; i < 2; i++)
        HP_CALL(put(work, group, what[i], work->ntime, false, row,
                    work->two + (ptrdiff_t)i * work->ntime, err));
    for (int i = 0; i < 2 && outer->nfull > 0; i++)
        HP_CALL(put(work, group, what[2 + i], outer->nfull, false, row,
                    row < 0 ? NULL : outer->row + (ptrdiff_t)i * outer->nfull, err));
    return HP_OK;
}

/* Datasets of a source in a component; the first of a pair has its two-point functions. */
static hp_status put_field(production *work, int source, int component, int row, hp_error *err) {
    char pair[NAME_SIZE], group[NAME_SIZE];
    int a = work->of->lattice.component[component].pair;
    snprintf(pair, sizeof pair, "/source/%s/%s", work->job->sources.names.values[source],
             work->of->given.pair[a]);
    snprintf(group, sizeof group, "%.400s/%s", pair, hp_synth_wave(work->setup, component));
    if (hp_synth_first_of_pair(work->setup, component) == component)
        HP_CALL(put_two_points(work, pair, a, row, err));
    HP_CALL(put(work, group, "four_point", work->ntime, true, row, work->four, err));
    if (work->of->lattice.component[component].l == 0) return HP_OK;
    return put(work, group, "laplacian", work->ntime, true, row, work->laplacian, err);
}

static hp_status create_source(production *work, int source, hp_error *err) {
    char name[NAME_SIZE], smearing[64] = "given amplitudes";
    const hp_synth_job *job = work->job;
    int made = hp_given_source_component(job, &work->of->given, source);
    double width = job->sources.amplitudes.count > 0 ? NAN : job->sources.widths_fm.values[source];
    if (width == 0) snprintf(smearing, sizeof smearing, "wall");
    if (width > 0) snprintf(smearing, sizeof smearing, "exp(-(r/%g fm)^2)", width);
    for (int c = 0; c < work->ncomponent; c++) HP_CALL(put_field(work, source, c, -1, err));
    snprintf(name, sizeof name, "/source/%s", job->sources.names.values[source]);
    HP_CALL(hp_h5_attribute_fixed_text(work->file, name, "pair",
                                       work->of->given.pair[work->of->lattice.component[made].pair],
                                       err));
    return hp_h5_attribute_fixed_text(work->file, name, "smearing", smearing, err);
}

/* The Laplacian of the wave of l of which row is the radial part, with the stencil that the levels
 * are made of: [u'' - l (l+1) u/r^2]/r. */
static void take_laplacian(const production *work, int l, double *laplacian) {
    const double *r = work->setup->geometry.r, *C = work->row;
    double h = work->setup->step;
    for (int i = 0; i < work->npoint; i++) {
        double below = i > 0 ? r[i - 1] * C[i - 1] : 0, above = (i + 2) * h * C[i + 1];
        laplacian[i] =
            (above - 2 * r[i] * C[i] + below) / (h * h * r[i]) - l * (l + 1) / (r[i] * r[i]) * C[i];
    }
}

/* C2_a = <C2_a> (1 + e2 g_a eta_a + e2' g_a zeta_a). */
static void add_two_noise(production *work, const hp_synth_setup *pair, const double *shared) {
    int ntime = work->ntime;
    for (int hadron = 0; hadron < 2; hadron++)
        for (int t = 0; t < ntime; t++) {
            double growth = exp(pair->growth[hadron] * t);
            double eta = shared[hadron * ntime + t], zeta = shared[(2 + hadron) * ntime + t];
            work->two[hadron * ntime + t] =
                hp_synth_two_point(pair, hadron, work->job->times.first + t) *
                (1 + growth * (work->job->noise.two_point * eta +
                               work->job->noise.two_point_alone * zeta));
        }
}

/* C4 = <C2_1> <C2_2> [R (1 + e2 (g_1 eta_1 + g_2 eta_2)) + e4 g_4 sqrt(R^2 + f^2 max R^2) xi]; one
 * radius behind the last one has the noise of that. */
static void add_four_noise(production *work, const hp_synth_setup *pair, const double *shared,
                           int source, int component) {
    const struct hp_synth_job_noise *noise = &work->job->noise;
    int ntime = work->ntime, n = work->npoint, l = work->of->lattice.component[component].l;
    ptrdiff_t field = field_of(work, source, component);
    for (int t = 0; t < ntime; t++) {
        const double *R = work->R + (field * ntime + t) * (n + 1);
        const double *xi = work->noise.xi + (ptrdiff_t)t * n;
        double C2 = hp_synth_two_point(pair, 0, work->job->times.first + t) *
                    hp_synth_two_point(pair, 1, work->job->times.first + t);
        double common = noise->two_point * (exp(pair->growth[0] * t) * shared[t] +
                                            exp(pair->growth[1] * t) * shared[ntime + t]);
        double floor = noise->four_point_floor * work->largest[field * ntime + t];
        double four = noise->four_point * exp(pair->four_growth * t);
        for (int i = 0; i <= n; i++) {
            double size = floor > 0 ? hypot(R[i], floor) : R[i];
            work->row[i] = C2 * (R[i] * (1 + common) + four * size * xi[i < n ? i : n - 1]);
        }
        for (int i = 0; i < n; i++) work->four[(ptrdiff_t)t * n + i] = work->row[i];
        if (l > 0) take_laplacian(work, l, work->laplacian + (ptrdiff_t)t * n);
    }
}

/* Every field has noise of its own; that of two-point functions is drawn with the first component
 * of a pair, and the others share it. */
static hp_status write_field(production *work, const hp_synth_streams *random, int source,
                             int component, int row, hp_error *err) {
    int a = work->of->lattice.component[component].pair, ntime = work->ntime;
    const hp_synth_setup *pair = &work->of->pair[a];
    double *shared = work->shared + (ptrdiff_t)a * NSERIES * ntime;
    work->noise.setup = pair;
    hp_synth_noise_draw(&work->noise, random->noise, (int)field_of(work, source, component),
                        random->first);
    if (hp_synth_first_of_pair(work->setup, component) == component) {
        for (int i = 0; i < 2 * ntime; i++) shared[i] = work->noise.eta[i];
        for (int i = 0; i < 2 * ntime; i++) shared[2 * ntime + i] = work->noise.zeta[i];
        add_two_noise(work, pair, shared);
        if (work->outer[a].nfull > 0)
            hp_synth_outer_draw(&work->outer[a], &work->noise, random->outer, source, random->first,
                                work->two);
    }
    add_four_noise(work, pair, shared, source, component);
    return put_field(work, source, component, row, err);
}

static hp_status write_configuration(production *work, int row, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_streams random;
    HP_TRY(hp_synth_streams_create(work->setup, row, &random, err));
    for (int s = 0; s < work->job->sources.names.count; s++)
        for (int c = 0; c < work->ncomponent; c++)
            HP_TRY(write_field(work, &random, s, c, row, err));
cleanup:
    hp_synth_streams_destroy(&random);
    return status;
}

hp_status hp_synth_write_components(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_content *of = content;
    const hp_synth_job *job = of->setup->job;
    production work;
    HP_TRY(production_create(of->setup, &work, err));
    HP_TRY(fill_truth(&work, err));
    HP_TRY(hp_h5_create_file(path, &work.file, err));
    HP_TRY(hp_synth_write_frame(of->setup, work.outer[0].nfull, work.file, err));
    HP_TRY(hp_synth_write_group(of->setup, of->truth, work.file, err));
    for (int s = 0; s < job->sources.names.count; s++) HP_TRY(create_source(&work, s, err));
    for (int row = 0; row < job->noise.configurations; row++) {
        HP_TRY(hp_stop_check(err));
        HP_TRY(write_configuration(&work, row, err));
    }
    HP_TRY(hp_h5_close_file(path, &work.file, err));
cleanup:
    production_destroy(&work);
    return status;
}
