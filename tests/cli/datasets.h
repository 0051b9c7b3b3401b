// SPDX-License-Identifier: GPL-3.0-or-later
/* What results.h5 of hadpot run holds of the average and of every sample: paths, axes, units. */
#ifndef HADPOT_TEST_DATASETS_H
#define HADPOT_TEST_DATASETS_H

#include "output.h"

/* Axes, and switches: of extent 1 or 0, which are no axes. */
enum {
    NO_AXIS,
    AXIS_SOURCE,   /* fitted sources */
    AXIS_T,        /* fitted times */
    AXIS_POINT,    /* radii of the data */
    AXIS_LOCAL,    /* the same where the potential has a local part */
    AXIS_PARTIAL,  /* the same where U = scale exp(-decay r) f(r') */
    AXIS_U,        /* radii of the map */
    AXIS_U_P,      /* momenta of its Fourier transform */
    AXIS_K,        /* momenta */
    AXIS_CURVE,    /* points of the loss curve */
    AXIS_PARAM,    /* parameters of the networks */
    AXIS_GAUSS,    /* terms of the Gaussian fit */
    AXIS_PAIR,     /* two numbers */
    AXIS_V2,       /* radii of the data in the derivative expansion */
    AXIS_V2_GAUSS, /* terms of the fit of V2 */
    AXIS_LEVEL,    /* levels in the box */
    AXIS_BOUND,    /* bound states */
    AXIS_RADIUS,   /* source radii */
    AXIS_REGION,   /* regions of r */
    AXIS_EDGE,     /* edges of panels */
    AXIS_FIRST_SWITCH,
    AXIS_BOXED = AXIS_FIRST_SWITCH, /* levels of the fit are computed */
    AXIS_COVARIANCE,                /* chi2 with a covariance of the points */
    AXIS_N2LO,                      /* a derivative expansion */
    AXIS_WINDOW,                    /* an effective-range fit, */
    AXIS_SHAPE,                     /* and it has a shape term */
    NAXIS
};

static const struct {
    const char *path, *unit;
    int axis[3];
} datasets[] = {
    {"correlator/R", "1", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"correlator/laplacian", "1/a", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"correlator/dt", "1/a", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"correlator/dt2", "1/a", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"correlator/S", "1/a", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"potential/v_lo_mev", "MeV", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"potential/v_localised_mev", "MeV", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"potential/v_local_mev", "MeV", {AXIS_LOCAL}},
    {"potential/u_mev_fm3", "MeV fm^-3", {AXIS_U, AXIS_U}},
    {"potential/u_momentum_mev_fm3", "MeV fm^-3", {AXIS_U_P, AXIS_U_P, AXIS_PAIR}},
    {"potential/f", "1", {AXIS_PARTIAL}},
    {"potential/gaussians", "MeV, fm", {AXIS_GAUSS, AXIS_PAIR}},
    {"potential/v0_mev", "MeV", {AXIS_V2}},
    {"potential/v2_mev_fm2", "MeV fm^2", {AXIS_V2}},
    {"potential/v2_fit_mev_fm2", "MeV fm^2", {AXIS_V2}},
    {"potential/v2_gaussians", "MeV fm^2, fm", {AXIS_V2_GAUSS, AXIS_PAIR}},
    {"scattering/delta_deg", "deg", {AXIS_K}},
    {"scattering/kcot_mev", "MeV", {AXIS_K}},
    {"scattering/delta_numerical_error", "deg", {AXIS_K}},
    {"scattering/cross_section_fm2", "fm^2", {AXIS_K}},
    {"scattering/cross_section_mb", "mb", {AXIS_K}},
    {"scattering/scattering_length_fm", "fm", {NO_AXIS}},
    {"scattering/effective_range_fm", "fm", {NO_AXIS}},
    {"scattering/kcot_threshold_mev", "MeV", {NO_AXIS}},
    {"scattering/inverse_scattering_length_per_fm", "fm^-1", {NO_AXIS}},
    {"scattering/scattering_length_numerical_error_fm", "fm", {NO_AXIS}},
    {"scattering/effective_range_numerical_error_fm", "fm", {NO_AXIS}},
    {"scattering/fit_kcot_threshold_mev", "MeV", {AXIS_WINDOW}},
    {"scattering/fit_scattering_length_fm", "fm", {AXIS_WINDOW}},
    {"scattering/fit_effective_range_fm", "fm", {AXIS_WINDOW}},
    {"scattering/fit_shape", "1", {AXIS_SHAPE}},
    {"scattering/bound_states", "1", {NO_AXIS}},
    {"scattering/bound_states_in_doubt", "1", {NO_AXIS}},
    {"scattering/binding_energy_mev", "MeV", {AXIS_BOUND}},
    {"scattering/rms_fm", "fm", {AXIS_BOUND}},
    {"scattering/binding_energy_numerical_error_mev", "MeV", {AXIS_BOUND}},
    {"scattering/rms_numerical_error_fm", "fm", {AXIS_BOUND}},
    {"femtoscopy/correlation", "1", {AXIS_RADIUS, AXIS_K}},
    {"femtoscopy/lednicky", "1", {AXIS_RADIUS, AXIS_K}},
    {"finite_volume/level_lo_mev", "MeV", {AXIS_SOURCE, AXIS_T, AXIS_LEVEL}},
    {"finite_volume/level_mev", "MeV", {AXIS_LEVEL, AXIS_BOXED}},
    {"scattering/edge_ratio", "1", {NO_AXIS}},
    {"scattering/panel_edges_fm", "fm", {AXIS_EDGE}},
    {"scattering/panels", "1", {NO_AXIS}},
    {"scattering/panel_order", "1", {NO_AXIS}},
    {"scattering/nodes_error_deg", "deg", {NO_AXIS}},
    {"training/loss", "1", {NO_AXIS}},
    {"training/chi2_per_point", "1", {NO_AXIS}},
    {"training/chi2_per_point_by_source", "1", {AXIS_SOURCE, AXIS_T}},
    {"training/chi2_per_point_by_region", "1", {AXIS_SOURCE, AXIS_T, AXIS_REGION}},
    {"training/chi2_per_effective_point", "1", {NO_AXIS}},
    {"training/chi2_per_effective_point_by_source", "1", {AXIS_SOURCE}},
    {"training/chi2_per_effective_point_by_region", "1", {AXIS_SOURCE, AXIS_REGION}},
    {"training/chi2_correlated_per_point", "1", {AXIS_COVARIANCE}},
    {"training/pull", "1", {AXIS_SOURCE, AXIS_T, AXIS_POINT}},
    {"training/v2_chi2_per_point", "1", {AXIS_N2LO}},
    {"training/converged", "1", {NO_AXIS}},
    {"training/epochs", "1", {NO_AXIS}},
    {"training/last_decrease", "1", {NO_AXIS}},
    {"training/restart", "1", {NO_AXIS}},
    {"training/newton_decrement", "1", {NO_AXIS}},
    {"training/loss_curve", "1", {AXIS_CURVE}},
    {"training/loss_epoch", "1", {AXIS_CURVE}},
    {"training/parameters", "1", {AXIS_PARAM}},
};
enum { NDATASET = sizeof datasets / sizeof *datasets };

/* Datasets with samples as their first axis, one more with each call. */
static inline herr_t count_if_sampled(hid_t file, const char *name, const H5O_info_t *info,
                                      void *count) {
    char **axes = NULL;
    if (info->type != H5O_TYPE_DATASET || H5Aexists_by_name(file, name, "axes", H5P_DEFAULT) <= 0)
        return 0;
    hid_t attribute = H5Aopen_by_name(file, name, "axes", H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    axes = test_calloc((size_t)H5Sget_simple_extent_npoints(space), sizeof *axes);
    assert_true(H5Aread(attribute, type, axes) >= 0);
    *(int *)count += strcmp(axes[0], "sample") == 0;
    assert_true(H5Dvlen_reclaim(type, space, H5P_DEFAULT, axes) >= 0);
    test_free(axes);
    assert_true(H5Tclose(type) >= 0 && H5Sclose(space) >= 0 && H5Aclose(attribute) >= 0);
    return 0;
}

static inline int count_sampled(hid_t file) {
    int count = 0;
    assert_true(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, count_if_sampled, &count) >= 0);
    return count;
}

#endif
