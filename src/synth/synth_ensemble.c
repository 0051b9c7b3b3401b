// SPDX-License-Identifier: GPL-3.0-or-later
/* From a stated potential to an ensemble file. */
#include "synth_parts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"

/* A dataset's name with the longest name of a source that is allowed. */
enum { NAME_SIZE = 512 };

/* Work space of the configurations. */
typedef struct production {
    const hp_synth_setup *setup;
    hp_synth_noise noise;
    double *R;         /* (nsource, ntime, npoint) without noise */
    double *two_point; /* (2, ntime) without noise */
    double *four_row;  /* (ntime, npoint) one configuration */
    double *two_row;   /* (2, ntime) one configuration */
    hid_t file;
} production;

static void production_destroy(production *work) {
    if (work->file >= 0) H5Fclose(work->file);
    hp_synth_noise_destroy(&work->noise);
    hp_free(work->R);
    hp_free(work->two_point);
    hp_free(work->four_row);
    hp_free(work->two_row);
    *work = (production){.file = H5I_INVALID_HID};
}

static hp_status production_create(const hp_synth_setup *setup, production *work, hp_error *err) {
    hp_status status = HP_OK;
    size_t points = (size_t)setup->npoint, ntime = (size_t)setup->spec->ntime;
    *work = (production){.setup = setup, .file = H5I_INVALID_HID};
    HP_TRY(hp_synth_noise_create(setup, &work->noise, err));
    HP_NEW(work->R, (size_t)setup->spec->nsource * ntime * points);
    HP_NEW(work->two_point, 2 * ntime);
    HP_NEW(work->four_row, ntime * points);
    HP_NEW(work->two_row, 2 * ntime);
cleanup:
    if (status != HP_OK) production_destroy(work);
    return status;
}

/* Correlators without noise. */
static hp_status fill_truth(production *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = work->setup->spec;
    ptrdiff_t length = (ptrdiff_t)spec->ntime * work->setup->npoint;
    hp_synth_states states = {0};
    HP_TRY(hp_synth_states_create(work->setup, &states, err));
    for (int s = 0; s < spec->nsource; s++)
        HP_TRY(hp_synth_states_correlate(work->setup, &states, s, work->R + s * length, err));
    for (int hadron = 0; hadron < 2; hadron++)
        for (int t = 0; t < spec->ntime; t++)
            work->two_point[hadron * spec->ntime + t] =
                exp(-work->setup->mass[hadron] * (spec->first_time + t));
cleanup:
    hp_synth_states_destroy(&states);
    return status;
}

static hp_status write_attributes(production *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_setup *setup = work->setup;
    char *provenance = NULL;
    HP_TRY(hp_synth_describe(setup, &provenance, err));
    const struct {
        const char *name, *text;
        hid_t type; /* of a number */
        const void *number;
    } rows[] = {{"format", "hadpot-ensemble", 0, NULL},
                {"version", NULL, H5T_NATIVE_INT, &(int){1}},
                {"sampling", "configuration", 0, NULL},
                {"geometry", setup->cubic ? "cubic" : "radial", 0, NULL},
                {"extent", NULL, H5T_NATIVE_INT, setup->cubic ? &setup->geometry.extent : NULL},
                {"inverse_spacing_mev", NULL, H5T_NATIVE_DOUBLE, &setup->spec->inverse_spacing_mev},
                {"mass_1", NULL, H5T_NATIVE_DOUBLE, &setup->mass[0]},
                {"mass_2", NULL, H5T_NATIVE_DOUBLE, &setup->mass[1]},
                {"channel", setup->spec->channel, 0, NULL},
                {"provenance", provenance, 0, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name = rows[i].name, *text = rows[i].text;
        if (text != NULL)
            HP_TRY(hp_h5_attribute_fixed_text(work->file, "/", name, text, err));
        else if (rows[i].number != NULL)
            HP_TRY(hp_h5_attribute(work->file, "/", name, rows[i].type, 0, rows[i].number, err));
    }
cleanup:
    free(provenance);
    return status;
}

static hp_status write_grids(production *work, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_setup *setup = work->setup;
    const size_t ntime = (size_t)setup->spec->ntime, sites[] = {(size_t)setup->npoint, 3};
    int *t = NULL;
    double *r = NULL;
    HP_NEW(t, ntime);
    HP_NEW(r, setup->npoint);
    for (size_t i = 0; i < ntime; i++) t[i] = setup->spec->first_time + (int)i;
    for (int i = 0; i < setup->npoint; i++) r[i] = (i + 1) * setup->step;
    HP_TRY(hp_h5_write(work->file, "/t", H5T_NATIVE_INT, 1, &ntime, t, err));
    if (setup->cubic)
        HP_TRY(
            hp_h5_write(work->file, "/site", H5T_NATIVE_INT, 2, sites, setup->geometry.site, err));
    else
        HP_TRY(hp_h5_write(work->file, "/r", H5T_NATIVE_DOUBLE, 1, sites, r, err));
cleanup:
    hp_free(t);
    hp_free(r);
    return status;
}

/* Trajectory numbers, and streams where there are several. */
static hp_status write_chains(production *work, hp_error *err) {
    hp_status status = HP_OK;
    int n = work->setup->spec->configurations, *configuration = NULL, *stream = NULL;
    const size_t extent = (size_t)n;
    HP_NEW(configuration, n);
    HP_NEW(stream, n);
    for (int row = 0; row < n; row++) {
        int place;
        hp_synth_locate(work->setup, row, &stream[row], &place);
        stream[row]++;
        configuration[row] = 1 + place * work->setup->configuration_step;
    }
    HP_TRY(
        hp_h5_write(work->file, "/configuration", H5T_NATIVE_INT, 1, &extent, configuration, err));
    if (work->setup->streams > 1)
        HP_TRY(hp_h5_write(work->file, "/stream", H5T_NATIVE_INT, 1, &extent, stream, err));
cleanup:
    hp_free(configuration);
    hp_free(stream);
    return status;
}

static void name_dataset(const production *work, int source, const char *what,
                         char name[NAME_SIZE]) {
    snprintf(name, NAME_SIZE, "/source/%s/%s", work->setup->spec->source_names[source], what);
}

static const char *const part_names[] = {"four_point", "two_point_1", "two_point_2"};
enum { NPART = sizeof part_names / sizeof *part_names };

static hp_status create_sources(production *work, hp_error *err) {
    const hp_synth_spec *spec = work->setup->spec;
    const size_t shape[] = {(size_t)spec->configurations, (size_t)spec->ntime,
                            (size_t)work->setup->npoint};
    for (int s = 0; s < spec->nsource; s++)
        for (int part = 0; part < NPART; part++) {
            char name[NAME_SIZE];
            name_dataset(work, s, part_names[part], name);
            HP_CALL(hp_h5_create_rows(work->file, name, part == 0 ? 3 : 2, shape, err));
        }
    return HP_OK;
}

/* C2_a = <C2_a> (1 + e2 g_a eta_a),
 * C4 = R <C2_1> <C2_2> (1 + e2 (g_1 eta_1 + g_2 eta_2) + e4 g_4 xi). */
static void add_noise(production *work, int source) {
    const hp_synth_setup *setup = work->setup;
    const hp_synth_spec *spec = setup->spec;
    int ntime = spec->ntime, points = setup->npoint;
    const double *R = work->R + (ptrdiff_t)source * ntime * points;
    const double *first = work->two_point, *second = first + ntime;
    const double *eta_1 = work->noise.eta, *eta_2 = eta_1 + ntime;
    for (int t = 0; t < ntime; t++) {
        double two = spec->two_point * exp(setup->growth[0] * t);
        double four = spec->four_point * exp(setup->four_growth * t);
        double other = exp((setup->growth[1] - setup->growth[0]) * t); /* g_2/g_1 */
        double shared = two * (eta_1[t] + other * eta_2[t]);
        work->two_row[t] = first[t] * (1 + two * eta_1[t]);
        const double *xi = work->noise.xi + (ptrdiff_t)t * setup->nradius;
        work->two_row[ntime + t] = second[t] * (1 + two * other * eta_2[t]);
        for (int i = 0; i < points; i++) {
            ptrdiff_t at = (ptrdiff_t)t * points + i;
            work->four_row[at] = R[at] * first[t] * second[t] *
                                 (1 + shared + four * xi[hp_synth_radius_of(setup, i)]);
        }
    }
}

static hp_status write_source(production *work, int source, int row, hp_error *err) {
    const double *const values[] = {work->four_row, work->two_row,
                                    work->two_row + work->noise.ntime};
    for (int part = 0; part < NPART; part++) {
        char name[NAME_SIZE];
        name_dataset(work, source, part_names[part], name);
        HP_CALL(hp_h5_write_row(work->file, name, row, values[part], err));
    }
    return HP_OK;
}

/* Random numbers depend on the stream and the place in it alone. */
static hp_status write_configuration(production *work, int row, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    int stream, place;
    hp_synth_locate(work->setup, row, &stream, &place);
    uint64_t sample = ((uint64_t)stream << 32) + (uint64_t)place + 1;
    HP_TRY(hp_random_create(&rng, work->setup->spec->seed, sample, HP_PURPOSE_NOISE, err));
    for (int s = 0; s < work->setup->spec->nsource; s++) {
        hp_synth_noise_draw(&work->noise, rng, s, place == 0);
        add_noise(work, s);
        HP_TRY(write_source(work, s, row, err));
    }
cleanup:
    gsl_rng_free(rng);
    return status;
}

/* content: hp_synth_content (hp_file_writer). */
static hp_status write_file(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_content *of = content;
    production work;
    HP_CALL(production_create(of->setup, &work, err));
    HP_TRY(fill_truth(&work, err));
    HP_TRY(hp_h5_create_file(path, &work.file, err));
    HP_TRY(write_attributes(&work, err));
    HP_TRY(write_grids(&work, err));
    HP_TRY(write_chains(&work, err));
    HP_TRY(hp_synth_write_group(of->setup, of->truth, work.file, err));
    HP_TRY(create_sources(&work, err));
    for (int row = 0; row < of->setup->spec->configurations; row++)
        HP_TRY(write_configuration(&work, row, err));
    HP_TRY(hp_h5_close_file(path, &work.file, err));
cleanup:
    production_destroy(&work);
    return status;
}

hp_status hp_synth_write_ensemble(const hp_synth_spec *spec, const hp_synth_truth *truth,
                                  hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    HP_TRY(hp_synth_set_up(spec, &setup, err));
    HP_TRY(hp_file_replace(spec->output, write_file, &(hp_synth_content){&setup, truth}, err));
cleanup:
    hp_synth_setup_destroy(&setup);
    return status;
}
