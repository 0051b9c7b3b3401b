// SPDX-License-Identifier: GPL-3.0-or-later
/* One state fitted to R(t), as masses are fitted to two-point functions. */
#include <math.h>
#include "direct_parts.h"
#include "hadpot/memory.h"
#include "hadpot/spectrum.h"

/* A row of a source at the first time of the plateau, of sample s (0: the average). */
static const double *read_row(const hp_direct_target *to, hp_direct_row row, int source, int s) {
    char path[HP_DIRECT_PATH];
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    hp_direct_path(to->set, false, row, path);
    return hp_record_read(to->record, samples->value + (size_t)s * to->record->length, path) +
           (ptrdiff_t)source * to->set->nt + to->set->first;
}

/* |R| (1 + n, nplateau + 1) of a source; the last time follows from the last energy. False: some
 * energy is not known. */
static bool read_sums(const hp_direct_target *to, int source, double *R) {
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    const int n = to->set->nplateau;
    double mev = to->direct->ensemble->inverse_spacing_mev;
    for (int s = 0; s <= samples->n; s++, R += n + 1) {
        const double *sum = read_row(to, HP_DIRECT_SUM, source, s);
        const double *energy = read_row(to, HP_DIRECT_ENERGY, source, s);
        for (int i = 0; i < n; i++) R[i] = fabs(sum[i]);
        R[n] = R[n - 1] * exp(-energy[n - 1] / mev);
        for (int i = 0; i < n; i++)
            if (!isfinite(energy[i]) || !(R[i] > 0.0)) return false;
    }
    return true;
}

/* The energy of every vector, and how well the fit of the average describes R. */
static hp_status fit_source(const hp_direct_target *to, const hp_pair_masses *masses, int source,
                            hp_error *err) {
    hp_status status = HP_OK;
    const hp_rows *samples = &to->record->group[HP_SAMPLES];
    const int ntime = to->set->nplateau + 1;
    const hp_mass_window window = {.t_max = ntime - 1, .states = 1, .form = HP_MASS_EXPONENTIAL};
    hp_direct_quality *quality = &to->set->quality[source];
    hp_mass_fit fit = {0};
    double *R = NULL;
    *quality = (hp_direct_quality){NAN, NAN, NAN};
    HP_NEW(R, (size_t)(1 + samples->n) * (size_t)ntime);
    const hp_two_point two_point = {.nt = ntime,
                                    .nrow = 1 + samples->n,
                                    .stride = (size_t)ntime,
                                    .value = R,
                                    .rule = samples->rule,
                                    .freedom = to->set->freedom};
    bool known = read_sums(to, source, R);
    if (known) HP_TRY(hp_mass_fit_create(&two_point, &window, &fit, err));
    if (known) *quality = (hp_direct_quality){fit.chi2, fit.expected, fit.probability};
    for (int s = 0; s <= samples->n; s++) {
        hp_pair pair = hp_pair_of_row(masses, s);
        hp_direct_store(to, &pair, known ? fit.mass[s] : NAN, (size_t)source,
                        samples->value + (size_t)s * to->record->length);
    }
cleanup:
    hp_mass_fit_destroy(&fit);
    hp_free(R);
    return status;
}

hp_status hp_direct_fit(hp_direct *direct, const hp_pair_masses *masses, int freedom,
                        hp_record *record, hp_error *err) {
    int computed = record->group[HP_SAMPLES].n - 1; /* of samples that may be only some */
    for (int i = 0; i < HP_NDIRECT; i++) {
        hp_direct_set *set = &direct->set[i];
        const hp_direct_target to = {direct, set, true, record};
        set->freedom = freedom < computed ? freedom : computed;
        for (int s = 0; s < set->nsource && set->nplateau > 0; s++)
            HP_CALL(fit_source(&to, masses, s, err));
    }
    return HP_OK;
}
