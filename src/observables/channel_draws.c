// SPDX-License-Identifier: GPL-3.0-or-later
/* Coupled channels of one of thousands of potentials: nothing is followed from threshold on. */
#include <math.h>
#include "channel_parts.h"

hp_status hp_channel_phases_of_each(hp_channel_observables *of, const hp_channels *channels,
                                    int below, hp_error *err) {
    for (int e = below; e < of->nenergy; e++) {
        hp_status status = hp_coupled_solve(of->coupled, of->energy_now[e], &of->T[e], NULL, err);
        if (status == HP_OK) status = hp_phases_of_t(channels, &of->T[e], &of->phases[e], err);
        if (status == HP_OK) continue;
        if (status != HP_ERR_NUMERIC) return status;
        hp_error_clear(err);
        of->phases[e].nopen = 0;
    }
    return HP_OK;
}

/* S_12 = i sin 2e exp(i(d1 + d2)): e changes its sign where d1 + d2 is moved by an odd multiple of
 * 180 degrees to those of the average. */
static void align_stapp(const double *average[3], double *value[3], int i) {
    double turns = nearbyint((value[0][i] - average[0][i]) / 180.0) +
                   nearbyint((value[1][i] - average[1][i]) / 180.0);
    if (isfinite(turns) && fmod(turns, 2.0) != 0.0) value[2][i] = -value[2][i];
}

/* Eigenphases may be taken in the other order, with e - 90 degrees, and e modulo 180. */
static void align_blatt(const double *average[3], double *value[3], int i) {
    double e = value[2][i], as_is = remainder(e - average[2][i], 180.0);
    double swapped = remainder(e - 90.0 - average[2][i], 180.0), one = value[0][i];
    if (isnan(as_is)) return;
    value[2][i] = average[2][i] + (fabs(swapped) < fabs(as_is) ? swapped : as_is);
    if (fabs(swapped) >= fabs(as_is)) return;
    value[0][i] = value[1][i];
    value[1][i] = one;
}

void hp_channel_align_mixing(const hp_channel_observables *of, const hp_record *record,
                             double *vector) {
    static const char *const path[] = {HP_ROW_MIXING_1, HP_ROW_MIXING_2, HP_ROW_EPSILON};
    const double *average[3];
    double *value[3];
    if (of->mixed[0] < 0 || hp_record_find(record, HP_ROW_EPSILON) == NULL) return;
    for (int i = 0; i < 3; i++) {
        average[i] = hp_record_read(record, of->average, path[i]);
        value[i] = hp_record_at(record, vector, path[i]);
    }
    for (int e = 0; e < of->nenergy && of->stapp; e++) align_stapp(average, value, e);
    for (int e = 0; e < of->nenergy && of->blatt; e++)
        align_blatt(average, value, of->stapp ? of->nenergy + e : e);
}
