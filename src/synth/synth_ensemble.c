// SPDX-License-Identifier: GPL-3.0-or-later
/* From a stated potential to an ensemble file. */
#include "synth_parts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"
#include "hadpot/stop.h"

/* A dataset's name with the longest name of a source that is allowed. */
enum { NAME_SIZE = 512 };

/* Work space of the configurations; all arrays are parts of R. */
typedef struct production {
    const hp_synth_setup *setup;
    const hp_synth_job *job;
    hp_synth_noise noise;
    hp_synth_outer outer;
    double *R;         /* (nsource, ntime, npoint) without noise */
    double *two_point; /* (2, ntime) without noise */
    double *four_row;  /* (ntime, npoint) one configuration */
    double *two_row;   /* (2, ntime) one configuration */
    hid_t file;
} production;

static void production_destroy(production *work) {
    hp_h5_discard_file(&work->file);
    hp_synth_noise_destroy(&work->noise);
    hp_synth_outer_destroy(&work->outer);
    hp_free(work->R);
}

static hp_status production_create(const hp_synth_setup *setup, production *work, hp_error *err) {
    size_t ntime = (size_t)setup->job->times.count, row = ntime * (size_t)setup->npoint;
    size_t nsource = (size_t)setup->job->sources.names.count;
    *work = (production){.setup = setup, .job = setup->job, .file = H5I_INVALID_HID};
    HP_CALL(hp_synth_noise_create(setup, &work->noise, err));
    HP_CALL(hp_synth_outer_create(setup, &work->outer, err));
    HP_ALLOCATE(work->R, (nsource + 1) * row + 4 * ntime);
    work->four_row = work->R + nsource * row;
    work->two_point = work->four_row + row;
    work->two_row = work->two_point + 2 * ntime;
    return HP_OK;
}

/* Correlators without noise. */
static hp_status fill_truth(production *work, hp_error *err) {
    hp_status status = HP_OK;
    int ntime = work->job->times.count;
    ptrdiff_t length = (ptrdiff_t)ntime * work->setup->npoint;
    hp_synth_states states = {0};
    HP_TRY(hp_synth_states_create(work->setup, &states, err));
    for (int s = 0; s < work->job->sources.names.count; s++)
        HP_TRY(hp_synth_states_correlate(work->setup, &states, s, work->R + s * length, err));
    for (int hadron = 0; hadron < 2; hadron++)
        for (int t = 0; t < ntime; t++)
            work->two_point[hadron * ntime + t] =
                hp_synth_two_point(work->setup, hadron, work->job->times.first + t);
cleanup:
    hp_synth_states_destroy(&states);
    return status;
}

/* The datasets of a source, created or (from row 0 on) given a row. */
static hp_status put_source(production *work, int source, int row, hp_error *err) {
    static const char *const what[] = {"four_point", "two_point_1", "two_point_2",
                                       "two_point_full_1", "two_point_full_2"};
    int n = work->job->noise.configurations, ntime = work->job->times.count;
    int nfull = work->outer.nfull;
    const double *const values[] = {work->four_row, work->two_row, work->two_row + ntime,
                                    work->outer.row, work->outer.row + nfull};
    for (int i = 0; i < (nfull > 0 ? 5 : 3); i++) {
        const size_t shape[] = {(size_t)n, (size_t)(i < 3 ? ntime : nfull),
                                (size_t)work->setup->npoint};
        char name[NAME_SIZE];
        snprintf(name, sizeof name, "/source/%s/%s", work->job->sources.names.values[source],
                 what[i]);
        if (row < 0)
            HP_CALL(hp_h5_create_rows(work->file, name, i == 0 ? 3 : 2, shape, err));
        else
            HP_CALL(hp_h5_write_row(work->file, name, row, values[i], err));
    }
    return HP_OK;
}

/* C2_a = <C2_a> (1 + e2 g_a eta_a + e2' g_a zeta_a),
 * C4 = R <C2_1> <C2_2> (1 + e2 (g_1 eta_1 + g_2 eta_2) + e4 g_4 xi). */
static void add_noise(production *work, int source) {
    const hp_synth_setup *setup = work->setup;
    int ntime = work->job->times.count, points = setup->npoint;
    const double *R = work->R + (ptrdiff_t)source * ntime * points;
    const double *first = work->two_point, *second = first + ntime;
    const double *eta_1 = work->noise.eta, *eta_2 = eta_1 + ntime;
    const double *zeta_1 = work->noise.zeta, *zeta_2 = zeta_1 + ntime;
    for (int t = 0; t < ntime; t++) {
        double two = work->job->noise.two_point * exp(setup->growth[0] * t);
        double alone = work->job->noise.two_point_alone * exp(setup->growth[0] * t);
        double four = work->job->noise.four_point * exp(setup->four_growth * t);
        double other = exp((setup->growth[1] - setup->growth[0]) * t); /* g_2/g_1 */
        double shared = two * (eta_1[t] + other * eta_2[t]);
        const double *xi = work->noise.xi + (ptrdiff_t)t * setup->nradius;
        work->two_row[t] = first[t] * (1 + two * eta_1[t] + alone * zeta_1[t]);
        work->two_row[ntime + t] =
            second[t] * (1 + two * other * eta_2[t] + alone * other * zeta_2[t]);
        for (int i = 0; i < points; i++) {
            ptrdiff_t at = (ptrdiff_t)t * points + i;
            work->four_row[at] =
                R[at] * first[t] * second[t] * (1 + shared + four * xi[setup->geometry.shell[i]]);
        }
    }
}

static hp_status write_configuration(production *work, int row, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_streams random;
    HP_TRY(hp_synth_streams_create(work->setup, row, &random, err));
    for (int s = 0; s < work->job->sources.names.count; s++) {
        hp_synth_noise_draw(&work->noise, random.noise, s, random.first);
        add_noise(work, s);
        if (work->outer.nfull > 0)
            hp_synth_outer_draw(&work->outer, &work->noise, random.outer, s, random.first,
                                work->two_row);
        HP_TRY(put_source(work, s, row, err));
    }
cleanup:
    hp_synth_streams_destroy(&random);
    return status;
}

/* content: hp_synth_content (hp_file_writer). */
static hp_status write_file(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_content *of = content;
    const hp_synth_job *job = of->setup->job;
    production work;
    HP_TRY(production_create(of->setup, &work, err));
    HP_TRY(fill_truth(&work, err));
    HP_TRY(hp_h5_create_file(path, &work.file, err));
    HP_TRY(hp_synth_write_frame(of->setup, work.outer.nfull, work.file, err));
    HP_TRY(hp_synth_write_group(of->setup, of->truth, work.file, err));
    for (int s = 0; s < job->sources.names.count; s++) HP_TRY(put_source(&work, s, -1, err));
    for (int row = 0; row < job->noise.configurations; row++) {
        HP_TRY(hp_stop_check(err));
        HP_TRY(write_configuration(&work, row, err));
    }
    HP_TRY(hp_h5_close_file(path, &work.file, err));
cleanup:
    production_destroy(&work);
    return status;
}

hp_status hp_synth_write_ensemble(const hp_synth_job *job, const hp_synth_truth *truth,
                                  hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    HP_TRY(hp_synth_set_up(job, &setup, err));
    HP_TRY(hp_file_replace(job->output,
                           setup.channels != NULL ? hp_synth_write_components : write_file,
                           &(hp_synth_content){&setup, truth}, err));
cleanup:
    hp_synth_setup_destroy(&setup);
    return status;
}
