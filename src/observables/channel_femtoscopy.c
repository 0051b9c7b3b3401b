// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlation functions of coupled channels: pairs that come in by the first component. */
#include <math.h>
#include "channel_parts.h"
#include "hadpot/coupled_femtoscopy.h"
#include "hadpot/memory.h"

/* All source radii at one energy; nan where there is no solution. */
static hp_status observe_energy(hp_channel_observables *of, const hp_channels *channels, int e,
                                double *wave, double *C, hp_error *err) {
    hp_femto_channels source = {.observed = 0};
    hp_tmatrix T;
    for (int c = 0; c < channels->ncomponent; c++) source.weight[c] = of->weight[c];
    hp_status status = hp_coupled_solve(of->coupled, of->energy_now[e], &T, wave, err);
    for (int i = 0; i < of->nradius && status == HP_OK; i++) {
        source.radius = of->radius[i];
        double X = NAN;
        status = hp_coupled_femto_excess(&of->nodes[0], channels, &source, &T, wave, &X, err);
        C[i * of->nenergy + e] = 1.0 + X;
    }
    if (status == HP_ERR_NUMERIC) hp_error_clear(err);
    return status == HP_ERR_NUMERIC ? HP_OK : status;
}

hp_status hp_channel_observe_femtoscopy(hp_channel_observables *of, const hp_channels *channels,
                                        const hp_record *record, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double *wave = NULL, *C = hp_record_at(record, vector, HP_ROW_CORRELATION);
    double *k_mev = hp_record_at(record, vector, HP_ROW_FEMTO_K);
    int n = channels->ncomponent, pair = channels->component[0].pair;
    if (of->nradius == 0) return HP_OK;
    HP_NEW(wave, n * n * of->nodes[0].n);
    for (int e = 0; e < of->nenergy; e++) {
        double k2 = hp_channels_k2(channels, pair, of->energy_now[e]);
        if (!(of->energy_now[e] > 0.0) || !(k2 > 0.0)) continue; /* closed */
        k_mev[e] = sqrt(k2) * of->momentum_mev;
        HP_TRY(observe_energy(of, channels, e, wave, C, err));
    }
cleanup:
    hp_free(wave);
    return status;
}
