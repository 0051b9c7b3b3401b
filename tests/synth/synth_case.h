// SPDX-License-Identifier: GPL-3.0-or-later
/* A small synthetic ensemble and the file it makes, for the tests of this folder. */
#ifndef HADPOT_TEST_SYNTH_CASE_H
#define HADPOT_TEST_SYNTH_CASE_H

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include "hadpot/synth.h"

/* A job with room for its lists; change what a test is about, then call synth_case_link. */
typedef struct synth_case {
    hp_synth_job job; /* Gaussians from the lists below; other form sections empty */
    int ngaussian, nsource;
    char folder[64], path[128], truth[128];
    double amplitudes[3], ranges[3], widths[3], energies[3];
    char *names[3];
} synth_case;

/* A heavy pair with two Gaussians, two sources, no noise, in a folder of its own. */
static inline void synth_case_create(synth_case *one) {
    *one = (synth_case){.amplitudes = {61.5, -112.3},
                        .ranges = {0.27, 0.58},
                        .widths = {0, 1.1},
                        .ngaussian = 2,
                        .nsource = 2,
                        .energies = {1.3, 17.9, 48.6},
                        .names = {"wall", "smeared"}};
    hp_test_make_folder(one->folder);
    snprintf(one->path, sizeof one->path, "%s/made.h5", one->folder);
    snprintf(one->truth, sizeof one->truth, "%s/made_truth.yaml", one->folder);
    one->job =
        (hp_synth_job){.output = one->path,
                       .truth = (char *)"",
                       .channel = (char *)"made up",
                       .mass_1_mev = 3571.3,
                       .inverse_spacing_mev = 2173.9,
                       .tables = {.local = (char *)"", .nonlocal = (char *)""},
                       .grid = {.geometry = (char *)"radial", .spacing_lat = 0.61, .points = 40},
                       .states = {.count = 9},
                       .times = {.first = 11, .count = 4},
                       .noise = {.configurations = 1,
                                 .streams = 1,
                                 .configuration_step = 1,
                                 .tau_int = 0.5,
                                 .seed = 29,
                                 .radial_correlation_fm = 0.23,
                                 .time_correlation = 0.6}};
}

static inline void synth_case_make_cubic(synth_case *one, int extent) {
    one->job.grid.geometry = (char *)"cubic";
    one->job.grid.extent = extent;
}

/* Set the pointers of the job to the lists of the case, which may have moved. */
static inline const hp_synth_job *synth_case_link(synth_case *one) {
    one->job.gaussians.amplitudes_mev = (hp_double_list){one->amplitudes, one->ngaussian};
    one->job.gaussians.ranges_fm = (hp_double_list){one->ranges, one->ngaussian};
    one->job.sources.names = (hp_string_list){one->names, one->nsource};
    one->job.sources.widths_fm = (hp_double_list){one->widths, one->nsource};
    one->job.phase_shifts.energies_mev = (hp_double_list){one->energies, 3};
    return &one->job;
}

/* What is allowed for a key alone is checked where the job file is read: this is not. */
static inline void expect_key_refused(const char *set, const char *message) {
    static const char text[] =
        "output: made.h5\nmass_1_mev: 3571.3\ninverse_spacing_mev: 2173.9\n"
        "gaussians: {amplitudes_mev: [61.5, -112.3], ranges_fm: [0.27, 0.58]}\n"
        "sources: {names: [wall, smeared], widths_fm: [0, 1.1]}\n";
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL, *sets[] = {(char *)set};
    assert_status(
        hp_config_merge_text(&hp_synth_job_schema, "job", text, sets, 1, &effective, &err),
        HP_ERR_INPUT, &err);
    assert_contains(err.message, set);
    assert_contains(err.message, message);
}

static inline void synth_case_destroy(synth_case *one) {
    hp_test_remove_folder(one->folder);
}

/* A dataset of numbers of an HDF5 file; values is released with free. */
typedef struct dataset {
    int rank;
    hsize_t shape[3];
    double *values;
} dataset;

static inline dataset read_dataset(const char *path, const char *name) {
    dataset result = {0};
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    hid_t id = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(id >= 0);
    H5O_info_t info;
    assert_true(H5Oget_info2(id, &info, H5O_INFO_TIME) >= 0);
    assert_true(info.mtime == 0 && info.ctime == 0); /* dates would make equal files differ */
    hid_t space = H5Dget_space(id);
    result.rank = H5Sget_simple_extent_dims(space, result.shape, NULL);
    result.values = calloc((size_t)H5Sget_simple_extent_npoints(space), sizeof(double));
    assert_non_null(result.values);
    assert_true(H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, result.values) >= 0);
    H5Sclose(space);
    H5Dclose(id);
    H5Fclose(file);
    return result;
}

/* An attribute of the file's top as text, and as a number. */
static inline void read_text_attribute(const char *path, const char *name, char *text,
                                       size_t size) {
    char *value = NULL;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    assert_true(type >= 0 && H5Tget_class(type) == H5T_STRING);
    if (H5Tis_variable_str(type) > 0) {
        assert_true(H5Aread(attribute, type, &value) >= 0);
        snprintf(text, size, "%s", value);
        H5free_memory(value);
    } else {
        assert_true(H5Tget_size(type) < size && H5Aread(attribute, type, text) >= 0);
        text[H5Tget_size(type)] = '\0';
    }
    assert_true(H5Tclose(type) >= 0 && H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
}

static inline double read_number_attribute(const char *path, const char *name) {
    double value = 0.0;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
    return value;
}

/* All values of a dataset of a source; the caller frees them. */
static inline double *read_values(const char *path, const char *source, const char *what) {
    char name[64];
    snprintf(name, sizeof name, "/source/%s/%s", source, what);
    return read_dataset(path, name).values;
}

/* Make the ensemble of a case. */
static inline void write_case(synth_case *one) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_synth_write_ensemble(synth_case_link(one), NULL, &err), &err);
}

#endif
