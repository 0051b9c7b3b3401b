// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <cblas.h>
#include <fftw3.h>
#include <gsl/gsl_version.h>
#include <math.h>
#include <stdio.h>
#include "budget_output.h"
#include "chain_output.h"
#include "h5write.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "sample_output.h"
#include "toy.h"

static hp_status write_description(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_fit_description(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_marks(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_provenance(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_axes(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_fit_grids(const hp_results *results, hid_t file, hp_error *err);
static hp_status write_map_momenta(const hp_analysis *analysis, hid_t file, hp_error *err);
static hp_status write_table(const hp_potential_table *table, hid_t file, hp_error *err);
static hp_status write_set(const hp_results *results, hid_t file, hp_set set, hp_error *err);

hp_status hp_results_write_hdf5(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    HP_TRY(hp_h5_create_file(path, &file, err));
    HP_TRY(write_description(results, file, err));
    HP_TRY(write_provenance(results, file, err));
    HP_TRY(write_axes(results, file, err));
    if (results->analysis != NULL) {
        HP_TRY(write_fit_description(results, file, err));
        HP_TRY(write_fit_grids(results, file, err));
        HP_TRY(hp_results_write_chain(results, file, err));
        HP_TRY(hp_results_write_draws(results, file, err));
        if (results->job->results.covariance)
            HP_TRY(hp_results_write_covariances(results, file, err));
        HP_TRY(hp_results_write_variations_hdf5(results, file, err));
    } else if (results->toy != NULL) {
        HP_TRY(hp_results_write_toy_hdf5(results, file, err));
    } else if (results->table.n > 0) {
        HP_TRY(write_table(&results->table, file, err));
    }
    for (int set = 0; set < HP_NSET; set++)
        if (results->layout->dataset[set].count > 0)
            HP_TRY(write_set(results, file, (hp_set)set, err));
    HP_TRY(hp_h5_close_file(path, &file, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    return status;
}

static hp_status write_description(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_coulomb *coulomb = &results->observables->coulomb;
    double fm = results->observables->length_fm;
    int version = 1;
    HP_TRY(hp_h5_attribute_text(file, "/", "format", "hadpot-results", err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "version", &version, 0, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "channel", results->channel, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "potential_kind", results->potential_kind, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "nsample", &results->nsample, 0, err));
    HP_TRY(hp_h5_attribute_double(
        file, "/", "reduced_mass_mev",
        results->observables->pair.mu * results->observables->momentum_mev, err));
    HP_TRY(
        hp_h5_attribute_double(file, "/", "coulomb_strength_per_fm", coulomb->strength / fm, err));
    HP_TRY(hp_h5_attribute_double(file, "/", "coulomb_dipole_per_fm", coulomb->dipole / fm, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "sign_convention", hp_results_convention(results), err));
    HP_TRY(hp_h5_attribute_text(file, "/", "energy_convention",
                                HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION, err));
    HP_TRY(hp_h5_attribute_text(
        file, "/", "error_function",
        results->analysis == NULL ? "none: one row" : hp_results_error_function(results), err));
cleanup:
    return status;
}

static hp_status write_fit_description(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = results->ensemble;
    const hp_correlator_plan *plan = results->analysis->plan;
    const hp_model *model = &results->analysis->fit.model;
    const char **source = NULL;
    int *t = NULL;
    HP_NEW(source, plan->nsource);
    HP_NEW(t, plan->nt);
    for (int s = 0; s < plan->nsource; s++) source[s] = ensemble->source[plan->source[s]];
    for (int i = 0; i < plan->nt; i++) t[i] = ensemble->t[plan->time[i]];
    HP_TRY(hp_h5_attribute_double(file, "/", "inverse_spacing_mev", ensemble->inverse_spacing_mev,
                                  err));
    HP_TRY(hp_h5_attribute_double(file, "/", "mass_1", ensemble->mass[0], err));
    HP_TRY(hp_h5_attribute_double(file, "/", "mass_2", ensemble->mass[1], err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "bin", &results->bin, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "dropped_configurations", &results->ndropped, 0, err));
    HP_TRY(hp_h5_attribute_texts(file, "/", "source", source, plan->nsource, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "t", t, plan->nt, err));
    HP_TRY(write_marks(results, file, err));
    if (model->nparam > 0) { /* U and V of training/parameters need them */
        HP_TRY(hp_h5_attribute_double(file, "/", "scale", model->scale, err));
        HP_TRY(hp_h5_attribute_double(file, "/", "local_scale", model->local_scale, err));
    }
cleanup:
    hp_free(source);
    hp_free(t);
    return status;
}

/* Whether the fit can be trusted, and what a reader must know. */
static hp_status write_marks(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    char text[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    const char *warning[HP_MAX_WARNINGS];
    int describes = hp_results_describes_data(results), ends = hp_results_ends_in_range(results);
    int converged = hp_results_count_converged(results), count = hp_results_warn(results, text);
    int average_converged = hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0;
    HP_TRY(hp_h5_attribute_double(file, "/", "chi2_per_point",
                                  hp_results_band(results, HP_SET_CHI2, 0).value, err));
    HP_TRY(hp_h5_attribute_double(file, "/", "max_chi2_per_point",
                                  results->job->results.max_chi2_per_point, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "fit_describes_data", &describes, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "potential_ends_in_range", &ends, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "average_converged", &average_converged, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "converged_samples", &converged, 0, err));
    for (int i = 0; i < count; i++) warning[i] = text[i];
    if (count > 0) HP_TRY(hp_h5_attribute_texts(file, "/", "warnings", warning, count, err));
cleanup:
    return status;
}

static hp_status write_provenance(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    char checksum[16], libraries[512], mpi[MPI_MAX_LIBRARY_VERSION_STRING];
    unsigned major, minor, release;
    int length = 0;
    snprintf(checksum, sizeof checksum, "%08x", results->input_checksum);
    H5get_libversion(&major, &minor, &release);
    MPI_Get_library_version(mpi, &length);
    snprintf(libraries, sizeof libraries, "HDF5 %u.%u.%u; GSL %s; %s; %s; %.120s; compiler %s",
             major, minor, release, gsl_version, openblas_get_config(), fftw_version, mpi,
             __VERSION__);
    HP_TRY(hp_h5_attribute_text(file, "/", "hadpot_version", HADPOT_VERSION, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "job", results->effective_job, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "libraries", libraries, err));
    if (results->analysis == NULL) goto cleanup;
    HP_TRY(hp_h5_attribute_text(file, "/", "input", results->ensemble->path, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "input_crc32", checksum, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "input_provenance", results->ensemble->provenance, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "seed", &results->job->training.seed, 0, err));
cleanup:
    return status;
}

/* Momenta and source radii, in physical units. */
static hp_status write_axes(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = results->observables;
    size_t nk = (size_t)observables->nk, nradius = (size_t)observables->nradius;
    bool lattice = results->analysis != NULL;
    double *axis = NULL;
    HP_NEW(axis, nk + nradius);
    HP_TRY(hp_h5_write_doubles(file, lattice ? "scattering/k2_lat" : "scattering/k2_per_fm2", 1,
                               &nk, observables->k2, lattice ? "1/a^2" : "fm^-2",
                               "squared momentum", err));
    for (size_t k = 0; k < nk; k++) axis[k] = sqrt(observables->k2[k]) * observables->momentum_mev;
    HP_TRY(hp_h5_write_doubles(file, "scattering/k_mev", 1, &nk, axis, "MeV", "momentum", err));
    for (size_t k = 0; k < nk; k++)
        axis[k] = hp_observables_energy_mev(observables, observables->k2[k]);
    HP_TRY(hp_h5_write_doubles(file, "scattering/e_cm_mev", 1, &nk, axis, "MeV",
                               HP_ENERGY_CONVENTION, err));
    if (nradius == 0) goto cleanup;
    for (size_t i = 0; i < nradius; i++) axis[i] = observables->radius[i] * observables->length_fm;
    HP_TRY(hp_h5_write_doubles(file, "femtoscopy/source_radius_fm", 1, &nradius, axis, "fm",
                               "R of the source exp(-r^2/(4 R^2))", err));
cleanup:
    hp_free(axis);
    return status;
}

/* The radii of the data and of the map of U, in physical units. */
static hp_status write_fit_grids(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = results->analysis;
    size_t n = (size_t)analysis->n, nu = (size_t)analysis->nu;
    size_t column[2] = {(size_t)analysis->nsource, (size_t)analysis->nt};
    double *axis = NULL;
    HP_NEW(axis, n + nu);
    for (size_t r = 0; r < n; r++) axis[r] = analysis->r[r] * analysis->spacing_fm;
    HP_TRY(hp_h5_write_doubles(file, "grid/r_fm", 1, &n, axis, "fm", "radii of the data", err));
    HP_TRY(hp_h5_write_doubles(file, "grid/weight", 1, &n, analysis->quadrature, "a^3",
                               "quadrature weights of int d^3r", err));
    HP_TRY(hp_h5_write_doubles(file, "grid/fitted", 1, &n, analysis->fitted, "1",
                               "1: the radius is within the fit range", err));
    const hp_double_list *edges = &analysis->job->results.chi2_region_edges_fm;
    size_t nedge = (size_t)edges->count;
    HP_TRY(hp_h5_write_doubles(file, "grid/chi2_region_edges_fm", 1, &nedge, edges->values, "fm",
                               "where the regions of training/chi2_per_point_by_region end", err));
    HP_TRY(hp_h5_write_doubles(
        file, "correlator/S_error", 3, (size_t[]){column[0], column[1], n}, analysis->S_error,
        "1/a", "error of S in fit and chi2: of the samples, with fit.relative_floor", err));
    HP_TRY(hp_h5_write_doubles(file, "correlator/normalisation", 2, column, analysis->normalisation,
                               "1", "mean of |R| over the radii, by which R and S are divided",
                               err));
    if (nu == 0) goto cleanup;
    for (size_t i = 0; i < nu; i++) axis[i] = analysis->u_r[i] * analysis->spacing_fm;
    HP_TRY(
        hp_h5_write_doubles(file, "potential/u_r_fm", 1, &nu, axis, "fm", "radii of the map", err));
    if (analysis->momentum != NULL) HP_TRY(write_map_momenta(analysis, file, err));
cleanup:
    hp_free(axis);
    return status;
}

/* The momenta of the map in momentum space. */
static hp_status write_map_momenta(const hp_analysis *analysis, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    size_t nu = (size_t)analysis->nu;
    double *p = NULL;
    HP_NEW(p, nu);
    hp_momentum_axis(analysis->nu, analysis->u_r[1], p);
    for (size_t i = 0; i < nu; i++) p[i] *= analysis->inverse_spacing_mev;
    HP_TRY(hp_h5_write_doubles(file, "potential/u_p_mev", 1, &nu, p, "MeV",
                               "momenta of u_momentum_mev_fm3, the negative ones last", err));
cleanup:
    hp_free(p);
    return status;
}

/* The local part of a given potential. */
static hp_status write_table(const hp_potential_table *table, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)table->n;
    HP_TRY(hp_h5_write_doubles(file, "potential/r_fm", 1, &n, table->r_fm, "fm", "radii of v_mev",
                               err));
    HP_TRY(hp_h5_write_doubles(file, "potential/v_mev", 1, &n, table->v_mev, "MeV",
                               "local part V(r) of the potential", err));
cleanup:
    return status;
}

/* One dataset of all samples: first axis [mean, sample_1 .. sample_n]. */
static hp_status write_set(const hp_results *results, hid_t file, hp_set set, hp_error *err) {
    hp_status status = HP_OK;
    const hp_dataset *dataset = &results->layout->dataset[set];
    size_t rows = (size_t)results->ncomputed + 1, extent[4] = {rows};
    double *values = NULL;
    HP_NEW(values, rows * dataset->count);
    for (int i = 0; i < dataset->rank; i++) extent[i + 1] = dataset->extent[i];
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < dataset->count; i++)
            values[row * dataset->count + i] =
                results->rows[row * results->layout->length + dataset->start + i];
    HP_TRY(hp_h5_write_doubles(file, dataset->path, dataset->rank + 1, extent, values,
                               dataset->unit, dataset->description, err));
    if (results->analysis != NULL)
        HP_TRY(hp_h5_attribute_text(file, dataset->path, "error_function",
                                    hp_method_name(hp_results_rule(results).method), err));
cleanup:
    hp_free(values);
    return status;
}
