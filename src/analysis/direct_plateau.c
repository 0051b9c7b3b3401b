// SPDX-License-Identifier: GPL-3.0-or-later
/* Constants fitted to effective energies. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include "direct_parts.h"
#include "hadpot/memory.h"

/* Sample s (0: the average) of Delta E of a source in the plateau, MeV. */
static const double *energies(const hp_direct_target *to, int source, int s) {
    char path[HP_DIRECT_PATH];
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    hp_direct_path(to->set, false, HP_DIRECT_ENERGY, path);
    return hp_record_read(to->record, samples->value + (size_t)s * to->record->length, path) +
           source * to->set->nt + to->set->first;
}

/* covariance (n, n) of the samples; without errors 1. */
static void estimate_covariance(const hp_direct_target *to, int source, gsl_matrix *covariance) {
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    const size_t n = covariance->size1;
    double weight = hp_sample_weight(samples->rule, samples->n);
    gsl_matrix_set_identity(covariance);
    for (size_t i = 0; i < n && samples->n > 1; i++)
        for (size_t j = 0; j <= i; j++) {
            double mean[2] = {0.0, 0.0}, sum = 0.0;
            for (int s = 1; s <= samples->n; s++) {
                mean[0] += energies(to, source, s)[i] / samples->n;
                mean[1] += energies(to, source, s)[j] / samples->n;
            }
            for (int s = 1; s <= samples->n; s++)
                sum +=
                    (energies(to, source, s)[i] - mean[0]) * (energies(to, source, s)[j] - mean[1]);
            gsl_matrix_set(covariance, i, j, weight * sum);
            gsl_matrix_set(covariance, j, i, weight * sum);
        }
}

/* weight = C^-1 1/(1 C^-1 1): the best constant is its product with Delta E; C is replaced by its
 * factor. False: C is not positive. */
static bool find_weights(gsl_matrix *covariance, gsl_vector *weight) {
    double sum = 0.0;
    gsl_vector_set_all(weight, 1.0);
    if (gsl_linalg_cholesky_decomp1(covariance) != GSL_SUCCESS) return false;
    if (gsl_linalg_cholesky_svx(covariance, weight) != GSL_SUCCESS) return false;
    for (size_t i = 0; i < weight->size; i++) sum += gsl_vector_get(weight, i);
    gsl_vector_scale(weight, 1.0 / sum);
    return isfinite(sum);
}

/* chi2 of Delta E less the constant, with the factor of C. */
static double find_chi2(const double *energy, double constant, const gsl_matrix *factor,
                        gsl_vector *rest) {
    double chi2;
    for (size_t i = 0; i < rest->size; i++) gsl_vector_set(rest, i, energy[i] - constant);
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, factor, rest);
    gsl_blas_ddot(rest, rest, &chi2);
    return chi2;
}

/* The constant of every vector, with the weights of all. */
static void fit_vectors(const hp_direct_target *to, const hp_pair_masses *masses, int source,
                        const gsl_matrix *factor, gsl_vector *work[2]) {
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    double mev = to->direct->ensemble->inverse_spacing_mev;
    char path[HP_DIRECT_PATH];
    hp_direct_path(to->set, true, HP_DIRECT_NROW, path);
    for (int s = 0; s <= samples->n; s++) {
        const double *energy = energies(to, source, s);
        double constant = 0.0, *vector = samples->value + (size_t)s * to->record->length;
        for (size_t i = 0; i < work[0]->size; i++)
            constant += gsl_vector_get(work[0], i) * energy[i];
        hp_pair pair = hp_pair_of_row(masses, s);
        hp_direct_store(to, &pair, constant / mev, (size_t)source, vector);
        hp_record_at(to->record, vector, path)[source] =
            find_chi2(energy, constant, factor, work[1]);
    }
}

static hp_status fit_source(const hp_direct_target *to, const hp_pair_masses *masses, int source,
                            hp_error *err) {
    hp_status status = HP_OK;
    const size_t n = (size_t)to->set->nplateau;
    gsl_matrix *covariance = gsl_matrix_alloc(n, n);
    gsl_vector *work[2] = {gsl_vector_alloc(n), gsl_vector_alloc(n)};
    HP_CHECK(covariance != NULL && work[0] != NULL && work[1] != NULL, HP_ERR_MEMORY,
             "no memory for a plateau of %zu times", n);
    estimate_covariance(to, source, covariance);
    for (size_t i = 0; i < n * n && !to->set->correlated; i++)
        if (i / n != i % n) gsl_matrix_set(covariance, i / n, i % n, 0.0);
    if (!find_weights(covariance, work[0])) { /* an energy that is not known in some sample */
        gsl_matrix_set_all(covariance, NAN);
        gsl_vector_set_all(work[0], NAN);
    }
    fit_vectors(to, masses, source, covariance, work);
cleanup:
    gsl_matrix_free(covariance);
    gsl_vector_free(work[0]);
    gsl_vector_free(work[1]);
    return status;
}

hp_status hp_direct_fit(hp_direct *direct, const hp_pair_masses *masses, int freedom,
                        hp_record *record, hp_error *err) {
    int computed = record->group[HP_SAMPLES].n - 1; /* of samples that may be only some */
    for (int i = 0; i < HP_NDIRECT; i++) {
        hp_direct_set *set = &direct->set[i];
        const hp_direct_target to = {direct, set, true, record};
        set->freedom = freedom < computed ? freedom : computed;
        set->correlated = set->freedom >= HP_DIRECT_FREEDOM_PER_TIME * set->nplateau;
        for (int s = 0; s < set->nsource && set->nplateau > 0; s++)
            HP_CALL(fit_source(&to, masses, s, err));
    }
    return HP_OK;
}
