// SPDX-License-Identifier: GPL-3.0-or-later
/* Covariance matrices of sampled rows. */
#include <cblas.h>
#include <stdio.h>
#include "blocks.h"
#include "hadpot/memory.h"

/* covariance (n, n) = w sum_i (x_i - xbar)(x_i - xbar)^T of n numbers from `start` on in each
 * vector; deviation (samples, n): work space. */
static void compute(const hp_record *record, size_t start, int n, double *deviation,
                    double *covariance) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    size_t length = record->length;
    const double *sample = samples->value + length + start;
    double weight = hp_sample_weight(samples->rule, samples->n);
    for (int i = 0; i < n; i++) {
        double mean = 0.0;
        for (int row = 0; row < samples->n; row++) mean += sample[(size_t)row * length + (size_t)i];
        mean /= samples->n;
        for (int row = 0; row < samples->n; row++)
            deviation[(size_t)row * (size_t)n + (size_t)i] =
                sample[(size_t)row * length + (size_t)i] - mean;
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, samples->n, weight, deviation, n, 0.0,
                covariance, n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            covariance[(size_t)i * (size_t)n + (size_t)j] =
                covariance[(size_t)j * (size_t)n + (size_t)i];
}

/* One matrix of the last axis for each element of the others. */
static void add_covariance(hp_record *record, const hp_entry *of, int largest_rank) {
    const hp_entry entry = *of; /* rows move as they grow in number */
    const hp_rows *samples = &record->group[HP_SAMPLES];
    size_t n = entry.extent[entry.naxis - 1];
    double *covariance = hp_alloc(entry.count * n, sizeof *covariance);
    double *deviation = hp_alloc((size_t)samples->n * n, sizeof *deviation);
    hp_row row = {.path = hp_record_copy(record, "covariance/%s", entry.row.path),
                  .unit = hp_record_copy(record, "%s^2", entry.row.unit),
                  .text = hp_record_copy(record,
                                         "covariance of %s, from its rows; of rank largest_rank at "
                                         "most (bootstrap: to first order in the deviations of "
                                         "bins)",
                                         entry.row.path)};
    hp_record_take_axes(record, &entry, 1, &row);
    hp_record_take_axes(record, &entry, 0, &row); /* the last one remains twice */
    record->failed |= covariance == NULL || deviation == NULL;
    if (!record->failed) {
        for (size_t block = 0; block < entry.count / n; block++)
            compute(record, entry.start + block * n, (int)n, deviation, covariance + block * n * n);
        hp_record_add_constant(record, &row, covariance);
        hp_record_put_text(record, (hp_place){row.path, "error_function", NULL},
                           hp_method_name(samples->rule.method));
        hp_record_put_integer(record, (hp_place){row.path, "largest_rank", NULL}, largest_rank);
    }
    hp_free(covariance);
    hp_free(deviation);
}

void hp_record_add_covariances(hp_record *record, int largest_rank) {
    int nentry = record->nentry; /* those of today, not the matrices that are added */
    if (record->group[HP_SAMPLES].n < 2) return;
    for (int i = 0; i < nentry; i++)
        if ((record->entry[i].row.roles & HP_COVARIANCE) != 0)
            add_covariance(record, &record->entry[i], largest_rank);
}
