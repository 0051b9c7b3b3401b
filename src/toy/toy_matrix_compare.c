// SPDX-License-Identifier: GPL-3.0-or-later
/* The learned beside the true matrix of potentials. */
#include <math.h>
#include "toy_parts.h"

/* A component that is closed in both has no phase. */
double hp_toy_open_phase_distance(const double *one, const double *other, int n) {
    double largest = 0.0;
    for (int i = 0; i < n; i++) {
        if (isnan(one[i]) && isnan(other[i])) continue;
        double change = remainder(one[i] - other[i], 180.0);
        if (isnan(change)) return NAN;
        largest = fmax(largest, fabs(change));
    }
    return largest;
}

/* Of the first `most` energies of a row (.., nenergy), the first `rows` of its other index. */
static double distance_of(const hp_toy *toy, const char *path, int rows, int most) {
    const hp_record *record = &toy->learned.record, *exact = &toy->matrix.exact.record;
    const double *one = hp_record_read(record, toy->vector, path);
    const double *other = hp_record_read(exact, toy->matrix.exact.vector, path);
    int n = toy->matrix.options.nenergy;
    double largest = 0.0;
    if (one == NULL || other == NULL) return NAN;
    for (int i = 0; i < rows; i++)
        largest = fmax(largest, hp_toy_open_phase_distance(one + (size_t)i * (size_t)n,
                                                           other + (size_t)i * (size_t)n, most));
    return largest;
}

/* Energies of observables up to the last one of the data. */
static int count_inside(const hp_toy_matrix *of) {
    double last = of->waves.energy[of->waves.ncolumn - 1] * (1.0 + 1e-9); /* equal but rounded */
    int count = 0;
    while (count < of->options.nenergy && of->energy[count] <= last) count++;
    return count;
}

static hp_status fill_local(hp_toy *toy, hp_error *err) {
    hp_toy_matrix *of = &toy->matrix;
    int n = of->waves.nradius, N = of->waves.ncomponent;
    size_t at = 0;
    of->radii = (hp_quadrature){.n = n, .r = of->waves.r};
    HP_CALL(hp_node_potential_create(&toy->learned.potential, &of->radii, &of->on_radii, err));
    HP_CALL(hp_potential_fill(&toy->learned.potential, toy->learned.data.pair,
                              toy->learned.data.npair, &of->on_radii, err));
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++)
            for (int i = 0; i < n; i++) {
                const double *w = of->on_radii.local;
                double h = hp_form_matrix_h(of->truth, c, d);
                of->V[at++] = w != NULL ? h * w[(c * N + d) * n + i] : 0.0;
            }
    return HP_OK;
}

static double local_error(const hp_toy *toy) {
    const struct hp_toy_job_results *range = &toy->job->results;
    const hp_toy_matrix *of = &toy->matrix;
    int n = of->waves.nradius, elements = of->waves.ncomponent * (of->waves.ncomponent + 1) / 2;
    double end = range->v_error_r_max_fm > 0 ? range->v_error_r_max_fm : of->waves.r[n - 1];
    double slack = 1e-9 * of->waves.r[n - 1], largest = 0.0;
    for (int i = 0; i < elements * n; i++) {
        double r = of->waves.r[i % n];
        if (r >= range->v_error_r_min_fm - slack && r <= end + slack)
            largest = fmax(largest, fabs(of->V[i] - of->V_exact[i]));
    }
    return largest;
}

hp_status hp_toy_matrix_compare(hp_toy *toy, hp_error *err) {
    const hp_toy_matrix *of = &toy->matrix;
    hp_toy_comparison *found = &toy->comparison;
    int N = of->waves.ncomponent, all = of->options.nenergy, inside = count_inside(of);
    HP_CALL(fill_local(toy, err));
    *found = (hp_toy_comparison){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (hp_potential_describe(&toy->learned.potential).has_local)
        found->v_error_mev = local_error(toy);
    found->delta_error_deg = distance_of(toy, HP_ROW_DELTA, N, all);
    found->epsilon_error_deg = distance_of(toy, HP_ROW_EPSILON, 1, all);
    if (inside > 0)
        found->inside_error_deg = fmax(distance_of(toy, HP_ROW_DELTA, N, inside),
                                       distance_of(toy, HP_ROW_EPSILON, 1, inside));
    return HP_OK;
}
