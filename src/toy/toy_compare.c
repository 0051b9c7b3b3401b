// SPDX-License-Identifier: GPL-3.0-or-later
/* The learned beside the true potential. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "toy_parts.h"

/* Stands for r = 0 in (4 pi r r' U)/(4 pi r r'). */
static const double SMALLEST_R = 1e-150;

/* What phase shifts of a toy may err by before it is asked why: the aim of jobs/toys. */
static const double GOOD_PHASE_DEG = 0.1;

/* U_true in MeV/fm^3, r and r' >= 0. */
static double exact_nonlocal(const hp_toy *toy, double r, double rp) {
    double x = fmax(r, SMALLEST_R), y = fmax(rp, SMALLEST_R);
    if (!hp_forms_has_nonlocal(toy->truth)) return 0.0;
    return hp_forms_nonlocal(toy->truth, x, y) / (4.0 * M_PI * (x * y));
}

/* f(r') = U(r,r')/(scale exp(-decay r)) at the first radius of the fit, and at any other; what
 * radii contribute to int d^3r' f(r') k phi_k(r'). */
static void fill_partial(hp_toy *toy) {
    const hp_toy_data *data = &toy->data;
    double scale = hp_potential_describe(&toy->learned.potential).scale, largest = 0.0;
    int first = 0;
    while (toy->learned.data.fitted[first] == 0.0) first++;
    double r = data->r[first], decay = toy->job->potential.decay_per_fm;
    double left = scale * exp(-decay * r) * HP_HBARC_MEV_FM;
    for (int i = 0; i < data->n; i++) {
        double wave = 0.0, rp = data->r[i];
        for (int k = 0; k < data->nk; k++) wave = fmax(wave, fabs(data->R[k * data->n + i]));
        toy->f_exact[i] = exact_nonlocal(toy, r, rp) / left;
        toy->contribution[i] = rp * rp * fabs(toy->f_exact[i]) * wave;
        largest = fmax(largest, toy->contribution[i]);
    }
    for (int i = 0; i < data->n; i++) toy->contribution[i] /= largest;
}

hp_status hp_toy_create_exact(hp_toy *toy, hp_error *err) {
    size_t n = (size_t)toy->data.n, nu = (size_t)toy->learned.map.n;
    const double *u_r = toy->learned.map.r;
    HP_ALLOCATE(toy->vector,
                toy->learned.record.length + toy->exact.record.length + nu * nu + 3 * n);
    toy->exact_vector = toy->vector + toy->learned.record.length;
    double *U = toy->exact_vector + toy->exact.record.length, *V = U + nu * nu;
    if (nu > 0) toy->U_exact = U;
    for (size_t i = 0; i < nu * nu; i++) U[i] = exact_nonlocal(toy, u_r[i / nu], u_r[i % nu]);
    if (hp_potential_describe(&toy->learned.potential).has_local) {
        toy->V_exact = V;
        for (size_t r = 0; r < n; r++) V[r] = hp_forms_local(toy->truth, toy->data.r[r]);
    }
    if (toy->learned.potential.kind->flags & HP_KIND_DECAY) {
        toy->f_exact = V + n;
        toy->contribution = V + 2 * n;
        fill_partial(toy);
    }
    return HP_OK;
}

/* Every s-th radius of the data from results.u_error_r_min_fm on. */
static hp_status choose_radii(const hp_toy *toy, double **r, int *n, hp_error *err) {
    const hp_toy_data *data = &toy->data;
    double slack = 1e-9 * data->r[data->n - 1];
    int first = 0;
    while (data->r[first] < toy->job->results.u_error_r_min_fm - slack) first++;
    int step = (data->n - first + HP_TOY_COMPARED - 1) / HP_TOY_COMPARED;
    *n = (data->n - first + step - 1) / step;
    HP_ALLOCATE(*r, *n);
    for (int i = 0; i < *n; i++) (*r)[i] = data->r[first + i * step];
    return HP_OK;
}

static hp_status compare_nonlocal(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    hp_potential_map map = {0};
    double *r = NULL, *U = NULL, difference = 0.0, exact = 0.0, odd = 0.0, size = 0.0;
    int n = 0;
    HP_TRY(choose_radii(toy, &r, &n, err));
    HP_TRY(hp_potential_map_create(&toy->learned.potential, r, n, false, &map, err));
    HP_NEW(U, n * n);
    hp_potential_map_fill(&map, U);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double truth = exact_nonlocal(toy, r[i], r[j]), learned = U[i * n + j];
            difference += (learned - truth) * (learned - truth);
            exact += truth * truth;
            odd += (learned - U[j * n + i]) * (learned - U[j * n + i]);
            size += learned * learned;
        }
    if (exact > 0.0) toy->comparison.u_error = sqrt(difference / exact);
    toy->comparison.asymmetry = sqrt(odd / size);
cleanup:
    hp_potential_map_destroy(&map);
    hp_free(r);
    hp_free(U);
    return status;
}

/* Relative errors leave out radii where the truth is 0; nan when none is left (fmax prefers a
 * number to nan). */
static double local_error(const hp_toy *toy) {
    const struct hp_toy_job_results *range = &toy->job->results;
    const double *V = hp_record_read(&toy->learned.record, toy->vector, HP_ROW_V_LOCAL);
    const hp_toy_data *data = &toy->data;
    double end = range->v_error_r_max_fm > 0 ? range->v_error_r_max_fm : data->r[data->n - 1];
    double slack = 1e-9 * data->r[data->n - 1], largest = NAN;
    for (int r = 0; r < data->n; r++)
        if (data->r[r] >= range->v_error_r_min_fm - slack && data->r[r] <= end + slack &&
            toy->V_exact[r] != 0.0)
            largest = fmax(largest, fabs(V[r] - toy->V_exact[r]) / fabs(toy->V_exact[r]));
    return largest;
}

static double partial_error(const hp_toy *toy) {
    const double *f = hp_record_read(&toy->learned.record, toy->vector, HP_ROW_F);
    const hp_toy_data *data = &toy->data;
    double end = toy->job->results.f_error_r_max_fm, largest = NAN;
    if (end == 0) end = data->r[data->n - 1];
    for (int r = 0; r < data->n; r++)
        if (data->r[r] <= end && toy->f_exact[r] != 0.0)
            largest = fmax(largest, toy->contribution[r] * fabs(f[r] / toy->f_exact[r] - 1.0));
    return largest;
}

hp_status hp_toy_compare(hp_toy *toy, hp_error *err) {
    if (toy->has_channels) return hp_toy_matrix_compare(toy, err);
    toy->comparison = (hp_toy_comparison){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (toy->learned.map.n > 0) HP_CALL(compare_nonlocal(toy, err));
    if (toy->V_exact != NULL && hp_forms_has_local(toy->truth))
        toy->comparison.v_error = local_error(toy);
    if (toy->f_exact != NULL) toy->comparison.f_error = partial_error(toy);
    toy->comparison.delta_error_deg =
        hp_toy_phase_distance(hp_record_read(&toy->learned.record, toy->vector, HP_ROW_DELTA),
                              hp_record_read(&toy->exact.record, toy->exact_vector, HP_ROW_DELTA),
                              toy->learned.observables.nk);
    return HP_OK;
}

bool hp_toy_describe_cut(const hp_toy *toy, char text[HP_TOY_TEXT]) {
    double error = toy->comparison.delta_error_deg;
    if (!(toy->cut_deg > 0.5 * error && toy->cut_deg > GOOD_PHASE_DEG)) return false;
    snprintf(text, HP_TOY_TEXT,
             "the true potential beyond %.3g fm, where the learned one ends, moves phase shifts by "
             "up to %.2g degrees, their error is %.2g: only data that reach further help "
             "(data.r_max_fm)",
             hp_study_range_fm(&toy->learned), toy->cut_deg, error);
    return true;
}

/* Branches of the phase do not matter: one bound state more or less is 180 degrees. */
double hp_toy_phase_distance(const double *one, const double *other, int nk) {
    double largest = 0.0;
    for (int k = 0; k < nk; k++) {
        double change = remainder(one[k] - other[k], 180.0);
        if (isnan(change)) return NAN;
        largest = fmax(largest, fabs(change));
    }
    return largest;
}
