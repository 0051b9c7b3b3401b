// SPDX-License-Identifier: GPL-3.0-or-later
/* Small ensemble files of random rows, written by rank 0 and opened by all. */
#ifndef HADPOT_TEST_SAMPLE_FILE_H
#define HADPOT_TEST_SAMPLE_FILE_H

#include "support.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/resampled.h"
#include "hadpot/random.h"

enum { NT = 3, NPOINT = 5, FOUR = NT * NPOINT, LENGTH = FOUR + 2 * NT, MAX_ROWS = 60 };
static const double GRID[NPOINT] = {0.5, 1, 1.5, 2, 2.5};

/* The rows of a file, the same on every rank, and the file open. */
typedef struct sample_file {
    double row[MAX_ROWS][LENGTH];
    char folder[64], path[96];
    hp_comm comm;
    hp_ensemble ensemble;
    hp_error err;
} sample_file;

static inline void put_attribute(hid_t file, const char *name, hid_t type, const void *value) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, value) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
}

static inline void put_text(hid_t file, const char *name, const char *text) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text) + 1);
    put_attribute(file, name, type, text);
    H5Tclose(type);
}

static inline void put_dataset(hid_t file, const char *name, hid_t type, int rank,
                               const hsize_t *shape, const void *values) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, shape, NULL);
    H5Pset_create_intermediate_group(links, 1);
    hid_t dataset = H5Dcreate2(file, name, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(links);
}

static inline void put_description(hid_t file, const char *sampling) {
    static const double spacing = 2333, mass[2] = {2.056, 2.056};
    static const int version = 1, times[NT] = {11, 12, 13};
    put_text(file, "format", "hadpot-ensemble");
    put_attribute(file, "version", H5T_NATIVE_INT, &version);
    put_text(file, "sampling", sampling);
    put_text(file, "geometry", "radial");
    put_attribute(file, "inverse_spacing_mev", H5T_NATIVE_DOUBLE, &spacing);
    put_attribute(file, "mass_1", H5T_NATIVE_DOUBLE, &mass[0]);
    put_attribute(file, "mass_2", H5T_NATIVE_DOUBLE, &mass[1]);
    put_text(file, "channel", "test");
    put_text(file, "provenance", "random numbers");
    put_dataset(file, "/t", H5T_NATIVE_INT, 1, (hsize_t[]){NT}, times);
    put_dataset(file, "/r", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){NPOINT}, GRID);
}

static inline void write_rows(const sample_file *f, const char *sampling, int nrow) {
    double four[MAX_ROWS][FOUR], two[2][MAX_ROWS][NT];
    for (int i = 0; i < nrow; i++) {
        memcpy(four[i], f->row[i], sizeof four[i]);
        memcpy(two[0][i], f->row[i] + FOUR, sizeof two[0][i]);
        memcpy(two[1][i], f->row[i] + FOUR + NT, sizeof two[1][i]);
    }
    hsize_t shape[] = {(hsize_t)nrow, NT, NPOINT};
    hid_t file = H5Fcreate(f->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    put_description(file, sampling);
    put_dataset(file, "/source/wall/four_point", H5T_NATIVE_DOUBLE, 3, shape, four);
    put_dataset(file, "/source/wall/two_point_1", H5T_NATIVE_DOUBLE, 2, shape, two[0]);
    put_dataset(file, "/source/wall/two_point_2", H5T_NATIVE_DOUBLE, 2, shape, two[1]);
    assert_true(H5Fclose(file) >= 0);
}

/* Random rows; `bad_row` >= 0 has a NaN. */
static inline void file_open(sample_file *f, const char *sampling, int nrow, int bad_row) {
    gsl_rng *rng;
    f->err = (hp_error)HP_ERROR_INIT;
    assert_ok(hp_parallel_wrap(MPI_COMM_WORLD, &f->comm, &f->err), &f->err);
    assert_ok(hp_random_create(&rng, 17, 0, HP_PURPOSE_TEST, &f->err), &f->err);
    for (int i = 0; i < nrow; i++)
        for (int j = 0; j < LENGTH; j++) f->row[i][j] = 0.6 + gsl_rng_uniform(rng);
    gsl_rng_free(rng);
    if (bad_row >= 0) f->row[bad_row][FOUR - 2] = NAN;
    if (f->comm.rank == 0) hp_test_make_folder(f->folder);
    MPI_Bcast(f->folder, sizeof f->folder, MPI_CHAR, 0, MPI_COMM_WORLD);
    snprintf(f->path, sizeof f->path, "%s/rows.h5", f->folder);
    if (f->comm.rank == 0) write_rows(f, sampling, nrow);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_ensemble_open(&f->comm, f->path, &f->ensemble, &f->err), &f->err);
    assert_int_equal(hp_ensemble_row_length(&f->ensemble), LENGTH);
}

/* The file with other rows, of rank 0, opened anew: as it is open HDF5 does not replace it. */
static inline void file_write_again(sample_file *f, const char *sampling, int nrow) {
    hp_ensemble_close(&f->ensemble);
    MPI_Barrier(MPI_COMM_WORLD);
    if (f->comm.rank == 0) write_rows(f, sampling, nrow);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_ensemble_open(&f->comm, f->path, &f->ensemble, &f->err), &f->err);
}

/* Samples of whole rows in bins of `bin`; memory: bytes for the sums of bins. */
typedef struct sample_wish {
    int bin;
    size_t memory;
    hp_resampling_setup setup;
} sample_wish;
typedef struct file_samples {
    hp_ingest ingest;
    hp_resampling resampling;
} file_samples;
enum { PLENTY = 1 << 20 }; /* of memory */

/* After a failure nothing is left. */
static inline hp_status samples_create(const hp_ensemble *ensemble, sample_wish wish,
                                       file_samples *s, hp_error *err) {
    hp_status status = HP_OK;
    *s = (file_samples){0};
    HP_TRY(hp_ingest_create(ensemble, wish.bin, wish.memory, &s->ingest, err));
    HP_TRY(hp_ingest_resample(&s->ingest, &wish.setup, &s->resampling, err));
    hp_ingest_select(&s->ingest, NULL);
    HP_TRY(hp_ingest_read(&s->ingest, err));
    return HP_OK;
cleanup:
    hp_resampling_destroy(&s->resampling);
    hp_ingest_destroy(&s->ingest);
    return status;
}

static inline void samples_destroy(file_samples *s) {
    hp_resampling_destroy(&s->resampling);
    hp_ingest_destroy(&s->ingest);
}

/* A jackknife of the file in bins of `bin`. */
static inline void file_jackknife(sample_file *f, int bin, int max_samples, file_samples *s) {
    sample_wish wish = {.bin = bin, .memory = PLENTY, .setup.max_samples = max_samples};
    assert_ok(samples_create(&f->ensemble, wish, s, &f->err), &f->err);
}

static inline void file_close(sample_file *f) {
    hp_ensemble_close(&f->ensemble);
    MPI_Barrier(MPI_COMM_WORLD);
    if (f->comm.rank == 0) hp_test_remove_folder(f->folder);
}

#endif
