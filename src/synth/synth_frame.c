// SPDX-License-Identifier: GPL-3.0-or-later
/* What an ensemble file says of itself: attributes, axes, pairs and components. */
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "synth_parts.h"

enum { PATH_SIZE = 2 * HP_CHANNEL_NAME };

static hp_status write_attributes(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    char *provenance = NULL;
    bool one = setup->channels == NULL; /* else masses stand with the pairs */
    const int version = one ? 1 : 2, *pairs = one ? NULL : &setup->channels->lattice.npair;
    HP_TRY(hp_synth_describe(setup, &provenance, err));
    const struct {
        const char *name, *text;
        hid_t type; /* of a number */
        const void *number;
    } rows[] = {{"format", "hadpot-ensemble", 0, NULL},
                {"version", NULL, H5T_NATIVE_INT, &version},
                {"sampling", "configuration", 0, NULL},
                {"geometry", setup->cubic ? "cubic" : "radial", 0, NULL},
                {"extent", NULL, H5T_NATIVE_INT, setup->cubic ? &setup->geometry.extent : NULL},
                {"inverse_spacing_mev", NULL, H5T_NATIVE_DOUBLE, &setup->job->inverse_spacing_mev},
                {"mass_1", NULL, H5T_NATIVE_DOUBLE, one ? &setup->mass[0] : NULL},
                {"mass_2", NULL, H5T_NATIVE_DOUBLE, one ? &setup->mass[1] : NULL},
                {"pairs", NULL, H5T_NATIVE_INT, pairs},
                {"channel", setup->job->channel, 0, NULL},
                {"provenance", provenance, 0, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name = rows[i].name, *text = rows[i].text;
        if (text != NULL)
            HP_TRY(hp_h5_attribute_fixed_text(file, "/", name, text, err));
        else if (rows[i].number != NULL)
            HP_TRY(hp_h5_attribute(file, "/", name, rows[i].type, 0, rows[i].number, err));
    }
cleanup:
    free(provenance);
    return status;
}

/* Times, radii or sites, trajectory numbers, and streams where there are several. */
static hp_status write_axes(const hp_synth_setup *setup, int nfull, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_synth_job_times *job = &setup->job->times;
    const struct hp_synth_job_noise *noise = &setup->job->noise;
    int ntime = job->count, n = noise->configurations, place;
    const size_t times = (size_t)ntime, rows = (size_t)n, points = (size_t)setup->npoint;
    const size_t full = (size_t)nfull;
    int *t = NULL, *configuration = NULL, *stream = NULL, *t_full = NULL;
    HP_NEW(t, ntime);
    HP_NEW(configuration, n);
    HP_NEW(stream, n);
    HP_NEW(t_full, full);
    for (int i = 0; i < nfull; i++) t_full[i] = job->two_point_first + i;
    for (int i = 0; i < ntime; i++) t[i] = job->first + i;
    for (int row = 0; row < n; row++) {
        hp_synth_locate(setup, row, &stream[row], &place);
        stream[row]++;
        configuration[row] = 1 + place * noise->configuration_step;
    }
    const hp_h5_axis axes[] = {
        {"/t", H5T_NATIVE_INT, 1, {times}, t},
        {"/two_point_t", H5T_NATIVE_INT, 1, {full}, full > 0 ? t_full : NULL},
        {"/site", H5T_NATIVE_INT, 2, {points, 3}, setup->cubic ? setup->geometry.site : NULL},
        {"/r", H5T_NATIVE_DOUBLE, 1, {points}, setup->cubic ? NULL : setup->geometry.r},
        {"/configuration", H5T_NATIVE_INT, 1, {rows}, configuration},
        {"/stream", H5T_NATIVE_INT, 1, {rows}, noise->streams > 1 ? stream : NULL}};
    HP_TRY(hp_h5_write_axes(file, axes, sizeof axes / sizeof *axes, err));
cleanup:
    hp_free(t);
    hp_free(configuration);
    hp_free(stream);
    hp_free(t_full);
    return status;
}

/* Masses, charges and Z factors belong to pairs. */
static hp_status write_pair(const hp_synth_setup *setup, int pair, hid_t file, hp_error *err) {
    const hp_synth_channels *of = setup->channels;
    const hp_synth_setup *hadrons = &of->pair[pair];
    char path[PATH_SIZE];
    const int identical = of->stored[pair] != 1.0, charge = 0;
    snprintf(path, sizeof path, "/pair/%s", of->given.pair[pair]);
    HP_CALL(hp_h5_create_group(file, path, err));
    const struct {
        const char *name;
        hid_t type;
        const void *value;
    } rows[] = {{"mass_1", H5T_NATIVE_DOUBLE, &hadrons->mass[0]},
                {"mass_2", H5T_NATIVE_DOUBLE, &hadrons->mass[1]},
                {"identical", H5T_NATIVE_INT, &identical},
                {"charge_1", H5T_NATIVE_INT, &charge},
                {"charge_2", H5T_NATIVE_INT, &charge},
                {"sqrt_z", H5T_NATIVE_DOUBLE, &hadrons->root_z}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        HP_CALL(hp_h5_attribute(file, path, rows[i].name, rows[i].type, 0, rows[i].value, err));
    return HP_OK;
}

static hp_status write_pairs(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    const hp_synth_channels *of = setup->channels;
    char component[HP_MOST_COMPONENTS][PATH_SIZE] = {{0}};
    int n = of->lattice.ncomponent;
    for (int c = 0; c < n; c++)
        snprintf(component[c], PATH_SIZE, "%s:%s", of->given.pair[of->lattice.component[c].pair],
                 hp_synth_wave(setup, c));
    HP_CALL(hp_h5_write_texts(file, "/component", PATH_SIZE, (size_t)n, component[0], err));
    for (int a = 0; a < of->lattice.npair; a++) HP_CALL(write_pair(setup, a, file, err));
    return HP_OK;
}

const char *hp_synth_wave(const hp_synth_setup *setup, int component) {
    const char *name = setup->channels->given.component[component], *colon = strchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

hp_status hp_synth_write_frame(const hp_synth_setup *setup, int nfull, hid_t file, hp_error *err) {
    HP_CALL(write_attributes(setup, file, err));
    HP_CALL(write_axes(setup, nfull, file, err));
    return setup->channels != NULL ? write_pairs(setup, file, err) : HP_OK;
}
