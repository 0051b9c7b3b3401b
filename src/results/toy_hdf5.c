// SPDX-License-Identifier: GPL-3.0-or-later
/* What results.h5 of a toy has beside the datasets of its layout. */
#include "h5write.h"
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "toy.h"

static hp_status write_attributes(const hp_toy *toy, hid_t file, hp_error *err);
static hp_status write_data(const hp_toy *toy, hid_t file, hp_error *err);
static hp_status write_map_axes(const hp_toy *toy, hid_t file, hp_error *err);
static hp_status write_exact(const hp_toy *toy, hid_t file, hp_error *err);

hp_status hp_results_write_toy_hdf5(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(write_attributes(results->toy, file, err));
    HP_TRY(write_data(results->toy, file, err));
    if (results->toy->learned.map.n > 0) HP_TRY(write_map_axes(results->toy, file, err));
    HP_TRY(write_exact(results->toy, file, err));
cleanup:
    return status;
}

static hp_status write_attributes(const hp_toy *toy, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    char truth[HP_GIVEN_TEXT];
    const hp_potential_facts facts = hp_potential_describe(&toy->learned.potential);
    int converged = *hp_layout_read(&toy->learned.layout, toy->vector, HP_SET_CONVERGED) > 0.0;
    hp_given_describe(&toy->forms, truth);
    HP_TRY(hp_h5_attribute_text(file, "/", "true_potential", truth, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "seed", &toy->training.seed, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "converged", &converged, 0, err));
    HP_TRY(hp_h5_attribute_double(file, "/", "scale", facts.scale, err));
    HP_TRY(hp_h5_attribute_double(file, "/", "local_scale", facts.local_scale, err));
cleanup:
    return status;
}

static hp_status write_data(const hp_toy *toy, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_toy_data *data = &toy->data;
    size_t n = (size_t)data->n, extent[] = {(size_t)data->nk, n};
    HP_TRY(hp_h5_write_doubles(file, "grid/r_fm", 1, &n, data->r, "fm", "radii of the data", err));
    HP_TRY(hp_h5_write_doubles(file, "grid/weight", 1, &n, data->quadrature, "fm^3",
                               "quadrature weights of int d^3r", err));
    HP_TRY(hp_h5_write_doubles(file, "grid/fitted", 1, &n, toy->learned.data.fitted, "1",
                               "1: the radius is within the fit range", err));
    HP_TRY(hp_h5_write_doubles(file, "data/k_per_fm", 1, extent, data->k, "1/fm",
                               "momenta of the data", err));
    HP_TRY(hp_h5_write_doubles(file, "data/wave", 2, extent, data->R, "1/fm",
                               "k phi_k = u_k/r, u_k = sin(kr + delta) beyond the range; k = 0: u "
                               "= r - a0, no unit",
                               err));
    HP_TRY(hp_h5_write_doubles(file, "data/source", 2, extent, data->S, "1/fm^2",
                               "(E_k - H_0) k phi_k of the true potential, over hbar c", err));
    HP_TRY(hp_h5_write_doubles(file, "data/prediction", 2, extent, toy->learned.prediction,
                               "1/fm^2",
                               "the same of the learned potential, V k phi_k + int U k "
                               "phi_k",
                               err));
cleanup:
    return status;
}

static hp_status write_map_axes(const hp_toy *toy, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    size_t nu = (size_t)toy->learned.map.n;
    double *p = NULL;
    HP_TRY(hp_h5_write_doubles(file, "potential/u_r_fm", 1, &nu, toy->learned.map.r, "fm",
                               "radii of the map", err));
    if (toy->learned.map.momentum == NULL) goto cleanup;
    HP_NEW(p, nu);
    hp_momentum_axis(toy->learned.map.n, toy->learned.map.r[1] - toy->learned.map.r[0], p);
    for (size_t i = 0; i < nu; i++) p[i] *= HP_HBARC_MEV_FM;
    HP_TRY(hp_h5_write_doubles(file, "potential/u_p_mev", 1, &nu, p, "MeV",
                               "momenta of u_momentum_mev_fm3, the negative ones last", err));
cleanup:
    hp_free(p);
    return status;
}

static hp_status write_exact(const hp_toy *toy, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_layout *layout = &toy->exact.layout;
    size_t n = (size_t)toy->data.n, nk = (size_t)toy->exact.observables.nk,
           nu[] = {(size_t)toy->learned.map.n, (size_t)toy->learned.map.n};
    if (toy->U_exact != NULL)
        HP_TRY(hp_h5_write_doubles(file, "exact/u_mev_fm3", 2, nu, toy->U_exact, "MeV fm^-3",
                                   "true non-local potential U(r,r')", err));
    if (toy->V_exact != NULL)
        HP_TRY(hp_h5_write_doubles(file, "exact/v_local_mev", 1, &n, toy->V_exact, "MeV",
                                   "true local potential V(r)", err));
    if (toy->f_exact != NULL) {
        HP_TRY(hp_h5_write_doubles(file, "exact/f", 1, &n, toy->f_exact, "1",
                                   "f(r') of the true potential", err));
        HP_TRY(hp_h5_write_doubles(file, "exact/contribution", 1, &n, toy->contribution, "1",
                                   "r'^2 f(r') max_k |k phi_k(r')| over its maximum", err));
    }
    HP_TRY(hp_h5_write_doubles(file, "exact/delta_deg", 1, &nk,
                               hp_layout_read(layout, toy->exact_vector, HP_SET_DELTA), "deg",
                               "phase shift of the true potential", err));
    HP_TRY(hp_h5_write_doubles(file, "exact/kcot_mev", 1, &nk,
                               hp_layout_read(layout, toy->exact_vector, HP_SET_KCOT), "MeV",
                               "k cot delta of the true potential", err));
cleanup:
    return status;
}
