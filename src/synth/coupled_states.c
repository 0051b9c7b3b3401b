// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlators of coupled channels, made of their levels (docs/method-synth.md, "Coupled channels"):
 *
 *     R^ab(t, r) = sum_n A_n^b u_n^a(r)/r exp(-(W_n - th_a) t)/sqrt(Z_1^a Z_2^a). */
#include <math.h>
#include <cblas.h>
#include "synth_parts.h"

/* A_n of a source with a profile: sum_i r_i s(r_i) u_n(r_i) in its component, s = r^l
 * exp(-(r/w)^2). */
static void project(const hp_synth_setup *setup, int source, hp_synth_levels *levels) {
    int component = hp_given_source_component(setup->job, &setup->channels->given, source);
    int l = setup->channels->lattice.component[component].l, nbox = levels->nbox;
    hp_synth_fill_profile(setup, setup->job->sources.widths_fm.values[source], nbox,
                          levels->profile);
    for (int i = 0; i < nbox; i++)
        levels->profile[i] *= pow(setup->geometry.r[i], l) * setup->geometry.r[i];
    for (int k = 0; k < levels->count; k++)
        levels->weight[k] = cblas_ddot(
            nbox, levels->profile, 1,
            levels->u + (ptrdiff_t)k * levels->n + (ptrdiff_t)component * levels->nbox, 1);
}

/* A_n, times what sinks and sources of identical hadrons are stored with. */
static void take_amplitudes(const hp_synth_setup *setup, int source, int component,
                            hp_synth_levels *levels) {
    const hp_synth_channels *of = setup->channels;
    const hp_double_list *given = &setup->job->sources.amplitudes;
    int made = hp_given_source_component(setup->job, &of->given, source);
    double factor = of->stored[of->lattice.component[component].pair] *
                    of->stored[of->lattice.component[made].pair];
    if (given->count > 0)
        cblas_dcopy(levels->count, given->values + (ptrdiff_t)source * levels->count, 1,
                    levels->weight, 1);
    else
        project(setup, source, levels);
    cblas_dscal(levels->count, factor, levels->weight, 1);
}

hp_status hp_synth_levels_correlate(const hp_synth_setup *setup, hp_synth_levels *levels,
                                    int source, int component, double *R, hp_error *err) {
    const struct hp_synth_job_times *times = &setup->job->times;
    const hp_channels *channels = &setup->channels->lattice;
    int a = channels->component[component].pair, length = setup->npoint + 1;
    double root_z = setup->channels->pair[a].root_z;
    take_amplitudes(setup, source, component, levels);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)times->count * length; i++) R[i] = 0;
    for (int k = 0; k < levels->count; k++) {
        const double *u =
            levels->u + (ptrdiff_t)k * levels->n + (ptrdiff_t)component * levels->nbox;
        for (int t = 0; t < times->count; t++) {
            double decay = exp(-(levels->energy[k] - channels->threshold[a]) * (times->first + t));
            int points = length < levels->nbox ? length : levels->nbox; /* u = 0 behind the last */
            for (int i = 0; i < points; i++)
                R[(ptrdiff_t)t * length + i] +=
                    levels->weight[k] * decay / root_z * u[i] / setup->geometry.r[i];
        }
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)times->count * length; i++)
        HP_REQUIRE(isfinite(R[i]), HP_ERR_NUMERIC,
                   "the correlator of source '%s' in %s is not finite at t = %d: the lowest level "
                   "is at %g above threshold (lattice units)",
                   setup->job->sources.names.values[source],
                   setup->channels->given.component[component], times->first + (int)(i / length),
                   levels->energy[0]);
    return HP_OK;
}
