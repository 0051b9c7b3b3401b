// SPDX-License-Identifier: GPL-3.0-or-later
/* Trajectory numbers and streams (replicas) of the rows: where the Markov chain of each row is. */
#include <stdio.h>
#include <string.h>
#include <gsl/gsl_sort_long.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"

/* The list of a source must be that of the ensemble, or becomes it when there was none; `origin` is
 * where the latter stands. */
static hp_status compare_source(hid_t file, hp_ensemble *ensemble, int source,
                                char origin[HP_DATASET_PATH_MAX], hp_error *err) {
    hp_status status = HP_OK;
    char path[HP_DATASET_PATH_MAX];
    int *numbers = NULL;
    hsize_t shape[] = {(hsize_t)ensemble->nsample};
    hp_ensemble_dataset_path(ensemble, source, "configuration", path);
    if (!hp_hdf5_has_link(file, path)) return HP_OK;
    HP_TRY(hp_hdf5_read_integers(file, path, 1, shape, &numbers, err));
    if (ensemble->configuration == NULL) {
        ensemble->configuration = numbers;
        memcpy(origin, path, sizeof path);
        return HP_OK;
    }
    for (int i = 0; i < ensemble->nsample; i++)
        HP_CHECK(numbers[i] == ensemble->configuration[i], HP_ERR_INPUT,
                 "dataset %s: row %d is configuration %d, expected %d as in dataset %s: all "
                 "sources must have the same configurations in the same order",
                 path, i, numbers[i], ensemble->configuration[i], origin);
cleanup:
    hp_free(numbers);
    return status;
}

/* Where each stream begins. */
static hp_status find_streams(hp_ensemble *ensemble, hp_error *err) {
    const int *stream = ensemble->stream;
    HP_ALLOCATE(ensemble->stream_start, ensemble->nsample + 1);
    ensemble->nstream = 1;
    for (int i = 1; stream != NULL && i < ensemble->nsample; i++) {
        if (stream[i] == stream[i - 1]) continue;
        for (int s = 0; s < ensemble->nstream; s++)
            HP_REQUIRE(stream[ensemble->stream_start[s]] != stream[i], HP_ERR_INPUT,
                       "dataset /stream: row %d belongs to stream %d after rows of stream %d, "
                       "expected the rows of a stream together",
                       i, stream[i], stream[i - 1]);
        ensemble->stream_start[ensemble->nstream++] = i;
    }
    ensemble->stream_start[ensemble->nstream] = ensemble->nsample;
    return HP_OK;
}

/* Trajectory numbers ascend within a stream. `origin`: the dataset that holds them. */
static hp_status check_numbers(const hp_ensemble *ensemble, int stream, const char *origin,
                               hp_error *err) {
    const int *number = ensemble->configuration;
    int first = ensemble->stream_start[stream], end = ensemble->stream_start[stream + 1];
    char name[32] = "";
    if (ensemble->stream != NULL)
        snprintf(name, sizeof name, " of stream %d", ensemble->stream[first]);
    for (int i = first + 1; number != NULL && i < end; i++) {
        if (number[i] > number[i - 1]) continue;
        for (int j = first; j < i; j++)
            HP_REQUIRE(
                number[j] != number[i], HP_ERR_INPUT,
                "dataset %s: configuration %d%s is in rows %d and %d, expected once (rows of "
                "several runs need the dataset /stream)",
                origin, number[i], name, j, i);
        HP_REQUIRE(false, HP_ERR_INPUT,
                   "dataset %s: configuration %d%s in row %d after %d, expected ascending numbers",
                   origin, number[i], name, i, number[i - 1]);
    }
    return HP_OK;
}

/* The most frequent of n sorted numbers, the smallest of several, and how many are larger. */
static long most_frequent(const long *sorted, int n, int *nlarger) {
    long best = 0;
    int most = 0;
    for (int i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && sorted[next] == sorted[i];) next++;
        if (next - i <= most) continue;
        most = next - i;
        best = sorted[i];
        *nlarger = n - next;
    }
    return best;
}

/* The step of every stream, and the gaps of all. */
static hp_status find_steps(hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    const int *number = ensemble->configuration;
    long *difference = NULL;
    HP_NEW(ensemble->step, ensemble->nstream);
    if (number == NULL) goto cleanup;
    HP_NEW(difference, ensemble->nsample);
    for (int s = 0; s < ensemble->nstream; s++) {
        int first = ensemble->stream_start[s], ngap = 0;
        int n = ensemble->stream_start[s + 1] - first - 1;
        for (int i = 0; i < n; i++) difference[i] = (long)number[first + i + 1] - number[first + i];
        gsl_sort_long(difference, 1, (size_t)n);
        ensemble->step[s] = most_frequent(difference, n, &ngap);
        ensemble->ngap += ngap;
    }
cleanup:
    hp_free(difference);
    return status;
}

hp_status hp_ensemble_read_chain(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    char origin[HP_DATASET_PATH_MAX] = "/configuration";
    hsize_t shape[] = {(hsize_t)ensemble->nsample};
    if (hp_hdf5_has_link(file, origin))
        HP_CALL(hp_hdf5_read_integers(file, origin, 1, shape, &ensemble->configuration, err));
    for (int source = 0; source < ensemble->nsource; source++)
        HP_CALL(compare_source(file, ensemble, source, origin, err));
    if (hp_hdf5_has_link(file, "/stream"))
        HP_CALL(hp_hdf5_read_integers(file, "/stream", 1, shape, &ensemble->stream, err));
    HP_CALL(find_streams(ensemble, err));
    for (int stream = 0; stream < ensemble->nstream; stream++)
        HP_CALL(check_numbers(ensemble, stream, origin, err));
    return find_steps(ensemble, err);
}
