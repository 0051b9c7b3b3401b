// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef hp_status (*writer)(const hp_results *results, const char *path, hp_error *err);

static bool is_wanted(const hp_results *results, int file);
static hp_status write_job(const hp_results *results, const char *path, hp_error *err);

/* The files of a run, in the order in which they are renamed. */
static const struct {
    const char *name;
    writer write;
} files[] = {{"job.yaml", write_job},
             {"phase_shift.csv", hp_results_write_phase_shift},
             {"potential.csv", hp_results_write_potential},
             {"training.csv", hp_results_write_training},
             {"observables.csv", hp_results_write_observables},
             {"femtoscopy.csv", hp_results_write_femtoscopy},
             {"finite_volume.csv", hp_results_write_finite_volume},
             {"variations.csv", hp_results_write_variations},
             {"summary.yaml", hp_results_write_summary},
             {"results.h5", hp_results_write_hdf5}};
enum { NFILE = sizeof files / sizeof *files };

hp_sample_rule hp_results_rule(const hp_results *results) {
    if (results->resampling != NULL) return hp_resampling_rule(results->resampling);
    return (hp_sample_rule){HP_METHOD_JACKKNIFE, results->nsample};
}

hp_band hp_results_band(const hp_results *results, hp_set set, size_t i) {
    const hp_layout *layout = results->layout;
    const double *first = results->rows + layout->dataset[set].start + i;
    return (hp_band){*first, hp_sample_error(hp_results_rule(results), first + layout->length,
                                             results->ncomputed, layout->length)};
}

double hp_results_bias(const hp_results *results, hp_set set, size_t i) {
    const hp_layout *layout = results->layout;
    const double *first = results->rows + layout->dataset[set].start + i;
    return hp_sample_bias(hp_results_rule(results), *first, first + layout->length,
                          results->ncomputed, layout->length);
}

bool hp_results_corrects_bias(const hp_results *results) {
    return results->job != NULL && results->job->results.bias_correction;
}

const char *hp_results_convention(const hp_results *results) {
    if (results->observables->coulomb.strength < 0.0)
        return "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
               "delta; delta against Coulomb functions; bound states: those below the ground state "
               "of the point-like Coulomb force, which has infinitely many";
    return results->observables->coulomb.strength == 0.0
               ? "k cot delta = -1/a0 + r_eff k^2/2 + ..."
               : "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
                 "delta; delta against Coulomb functions";
}

hp_status hp_results_write(const hp_results *results, const char *folder, hp_error *err) {
    hp_status status = HP_OK;
    char temporary[4096], final[4096];
    for (int i = 0; i < NFILE; i++) {
        if (!is_wanted(results, i)) continue;
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        HP_TRY(files[i].write(results, temporary, err));
        HP_TRY(hp_file_synchronise(temporary, err));
    }
    for (int i = 0; i < NFILE; i++) {
        if (!is_wanted(results, i)) continue;
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        snprintf(final, sizeof final, "%s/%s", folder, files[i].name);
        HP_CHECK(rename(temporary, final) == 0, HP_ERR_IO, "cannot rename \"%s\" to \"%s\": %s",
                 temporary, final, strerror(errno));
    }
    for (int i = 0; i < NFILE; i++) { /* what an earlier job wrote and this one does not */
        snprintf(final, sizeof final, "%s/%s", folder, files[i].name);
        if (!is_wanted(results, i)) unlink(final);
    }
    HP_TRY(hp_file_synchronise(folder, err)); /* before anybody removes the checkpoints */
cleanup:
    for (int i = 0; status != HP_OK && i < NFILE; i++) {
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        unlink(temporary); /* what was never written is not there: no error */
    }
    return status;
}

/* A correlation function needs a source, a table of V(r) a local potential, levels a box; a run has
 * its loss curves in results.h5. */
static bool is_wanted(const hp_results *results, int file) {
    if (files[file].write == hp_results_write_femtoscopy) return results->observables->nradius > 0;
    if (files[file].write == hp_results_write_finite_volume)
        return results->job != NULL && results->job->finite_volume.levels > 0;
    if (files[file].write == hp_results_write_variations) return results->budget != NULL;
    if (files[file].write == hp_results_write_training) return results->toy != NULL;
    if (files[file].write == hp_results_write_potential && results->toy != NULL)
        return results->toy->V_exact != NULL || results->toy->f_exact != NULL;
    if (files[file].write == hp_results_write_potential)
        return results->analysis != NULL || results->table.n > 0;
    return true;
}

static hp_status write_job(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    int written = fputs(results->effective_job, out), closed = fclose(out);
    HP_CHECK(written >= 0 && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    return status;
}
