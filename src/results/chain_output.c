// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_output.h"

#include "h5write.h"
#include "hadpot/memory.h"

static const char CONVENTION[] =
    "tau_int = 1/2 + sum of Gamma(t)/Gamma(0) from t = 1 on, 1/2: no autocorrelation; in rows of "
    "the ensemble; Gamma method, U. Wolff, Comput. Phys. Commun. 156 (2004) 143";

static hp_status summarise_worst(const hp_chain *chain, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_times(const hp_chain *chain, hp_chain_quantity quantity, const char *name,
                             hid_t file, hp_error *err);
static hp_status describe_chain(const hp_results *results, hid_t file, hp_error *err);

hp_status hp_results_summarise_ensemble(const hp_results *results, hp_yaml_writer *yaml,
                                        hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_yaml_writer_open(yaml, "ensemble", err));
    HP_TRY(hp_yaml_writer_integer(yaml, "rows", results->ensemble->nsample, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "streams", results->ensemble->nstream, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "gaps", results->ensemble->ngap, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "bin", results->bin, err));
    if (results->resampling != NULL)
        HP_TRY(hp_yaml_writer_integer(yaml, "bins", results->resampling->ingest->nbin, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "dropped_rows", results->ndropped, err));
    if (results->chain != NULL && results->chain->worst >= 0)
        HP_TRY(summarise_worst(results->chain, yaml, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

hp_status hp_results_write_chain(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_chain *chain = results->chain;
    size_t nradius = HP_CHAIN_RADII;
    double r_fm[HP_CHAIN_RADII];
    if (chain == NULL) return HP_OK;
    for (int p = 0; p < HP_CHAIN_RADII; p++) r_fm[p] = hp_chain_r_fm(chain, p);
    HP_TRY(hp_h5_write_doubles(file, "ensemble/r_fm", 1, &nradius, r_fm, "fm",
                               "radii of the autocorrelation times", err));
    HP_TRY(write_times(chain, HP_CHAIN_R, "R", file, err));
    HP_TRY(write_times(chain, HP_CHAIN_V, "S/R", file, err));
    HP_TRY(describe_chain(results, file, err));
cleanup:
    return status;
}

static hp_status summarise_worst(const hp_chain *chain, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_autocorrelation *R = &chain->point[chain->worst].found[HP_CHAIN_R];
    HP_TRY(hp_yaml_writer_open(yaml, "tau_int", err));
    HP_TRY(hp_yaml_writer_number(yaml, "value", R->tau_int, err));
    HP_TRY(hp_yaml_writer_number(yaml, "stat", R->tau_int_error, err));
    HP_TRY(hp_yaml_writer_text(yaml, "of",
                               "R, the largest of a few points; 1/2: no autocorrelation", err));
    HP_TRY(hp_yaml_writer_text(yaml, "source", hp_chain_source(chain, chain->worst), err));
    HP_TRY(hp_yaml_writer_integer(yaml, "t", hp_chain_time(chain), err));
    HP_TRY(hp_yaml_writer_number(yaml, "r_fm", hp_chain_r_fm(chain, chain->worst), err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
    HP_TRY(hp_yaml_writer_number(yaml, "effective_rows", hp_chain_effective_rows(chain), err));
    HP_TRY(hp_yaml_writer_integer(yaml, "recommended_bin", chain->recommended_bin, err));
    HP_TRY(hp_yaml_writer_number(yaml, "errors_too_small_by",
                                 hp_chain_missing_factor(chain, chain->ingest->bin, 0.0), err));
cleanup:
    return status;
}

/* tau_int and its error (source, radius). */
static hp_status write_times(const hp_chain *chain, hp_chain_quantity quantity, const char *name,
                             hid_t file, hp_error *err) {
    static const char *const paths[HP_CHAIN_QUANTITIES][2] = {
        {"ensemble/tau_int", "ensemble/tau_int_error"},
        {"ensemble/tau_int_v_lo", "ensemble/tau_int_v_lo_error"}};
    hp_status status = HP_OK;
    size_t extent[] = {(size_t)chain->plan->nsource, HP_CHAIN_RADII};
    double *values = NULL;
    char description[128];
    HP_NEW(values, 2 * chain->npoint);
    for (int p = 0; p < chain->npoint; p++) {
        values[p] = chain->point[p].found[quantity].tau_int;
        values[chain->npoint + p] = chain->point[p].found[quantity].tau_int_error;
    }
    snprintf(description, sizeof description, "integrated autocorrelation time of %s", name);
    HP_TRY(
        hp_h5_write_doubles(file, paths[quantity][0], 2, extent, values, "rows", description, err));
    HP_TRY(hp_h5_attribute_text(file, paths[quantity][0], "convention", CONVENTION, err));
    HP_TRY(hp_h5_write_doubles(file, paths[quantity][1], 2, extent, values + chain->npoint, "rows",
                               "its statistical error", err));
cleanup:
    hp_free(values);
    return status;
}

static hp_status describe_chain(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_chain *chain = results->chain;
    const hp_ensemble *ensemble = results->ensemble;
    int t = hp_chain_time(chain);
    HP_TRY(hp_h5_attribute_ints(file, "ensemble", "rows", &ensemble->nsample, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "ensemble", "streams", &ensemble->nstream, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "ensemble", "gaps", &ensemble->ngap, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "ensemble", "t", &t, 0, err));
    HP_TRY(
        hp_h5_attribute_ints(file, "ensemble", "recommended_bin", &chain->recommended_bin, 0, err));
    HP_TRY(hp_h5_attribute_double(file, "ensemble", "effective_rows",
                                  hp_chain_effective_rows(chain), err));
    HP_TRY(hp_h5_attribute_double(file, "ensemble", "replica_quality",
                                  hp_chain_replica_quality(chain), err));
cleanup:
    return status;
}
