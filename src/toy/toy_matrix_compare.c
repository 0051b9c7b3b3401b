// SPDX-License-Identifier: GPL-3.0-or-later
/* The learned beside the true matrix of potentials. */
#include <math.h>
#include "hadpot/units.h"
#include "toy_parts.h"

/* A component that is closed in both has no phase. */
static double open_distance(const double *one, const double *other, int n) {
    double largest = 0.0;
    for (int i = 0; i < n; i++) {
        if (isnan(one[i]) && isnan(other[i])) continue;
        double change = remainder(one[i] - other[i], 180.0);
        if (isnan(change)) return NAN;
        largest = fmax(largest, fabs(change));
    }
    return largest;
}

double hp_toy_matrix_distance(const hp_toy_matrix *of, const hp_record *record,
                              const double *vector, const char *path, int rows, int most) {
    const double *one = hp_record_read(record, vector, path);
    const double *other = hp_record_read(&of->exact.record, of->exact.vector, path);
    size_t n = (size_t)of->options.nenergy;
    double largest = 0.0;
    if (one == NULL || other == NULL) return NAN;
    for (size_t i = 0; i < (size_t)rows; i++) {
        double distance = open_distance(one + i * n, other + i * n, most);
        if (isnan(distance)) return NAN;
        largest = fmax(largest, distance);
    }
    return largest;
}

static double distance_of(const hp_toy *toy, const char *path, int rows, int most) {
    return hp_toy_matrix_distance(&toy->matrix, &toy->learned.record, toy->vector, path, rows,
                                  most);
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

/* sum_d V_cd R^d of a column at a point, MeV/fm. */
static double local_source(const hp_toy *toy, int column, int c, int i) {
    const hp_toy_matrix *of = &toy->matrix;
    int n = of->waves.nradius, N = of->waves.ncomponent;
    double sum = 0.0;
    for (int d = 0; d < N; d++) {
        int low = c < d ? c : d, high = c < d ? d : c;
        int element = low * N - low * (low - 1) / 2 + high - low; /* of the list of c <= d */
        sum += of->V[element * n + i] * toy->learned.data.R[(column * N + d) * n + i];
    }
    return sum;
}

static double nonlocal_share(const hp_toy *toy) {
    const hp_fit_data *data = &toy->learned.data;
    double part = 0.0, whole = 0.0;
    for (int k = 0; k < data->ncolumn; k++)
        for (int i = 0; i < data->n; i++) {
            size_t at = (size_t)k * (size_t)data->n + (size_t)i;
            double local = local_source(toy, k, i / data->nradius, i % data->nradius);
            double rest = toy->learned.prediction[at] - local / HP_HBARC_MEV_FM;
            part += data->weights.weight[at] * rest * rest;
            whole += data->weights.weight[at] * data->S[at] * data->S[at];
        }
    return sqrt(part / whole);
}

hp_status hp_toy_matrix_compare(hp_toy *toy, hp_error *err) {
    const hp_toy_matrix *of = &toy->matrix;
    hp_toy_comparison *found = &toy->comparison;
    hp_potential_facts facts = hp_potential_describe(&toy->learned.potential);
    int N = of->waves.ncomponent, all = of->options.nenergy, inside = count_inside(of);
    HP_CALL(fill_local(toy, err));
    *found = (hp_toy_comparison){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (facts.has_local) found->v_error_mev = local_error(toy);
    if (facts.has_nonlocal) found->nonlocal_share = nonlocal_share(toy);
    found->delta_error_deg = distance_of(toy, HP_ROW_DELTA, N, all);
    found->epsilon_error_deg = distance_of(toy, HP_ROW_EPSILON, 1, all);
    if (inside > 0)
        found->inside_error_deg = fmax(distance_of(toy, HP_ROW_DELTA, N, inside),
                                       distance_of(toy, HP_ROW_EPSILON, 1, inside));
    return HP_OK;
}
