// SPDX-License-Identifier: GPL-3.0-or-later
/* What one resampled set yields: one row of the table below is one dataset of results.h5. A
 * sample's results are one vector of doubles, and the layout says where in it each dataset lies;
 * checkpoint, gathering and the writers all go by it. */
#ifndef HADPOT_LAYOUT_H
#define HADPOT_LAYOUT_H

#include <stddef.h>
#include "hadpot/units.h"

/* Axes of datasets. */
typedef enum hp_axis {
    HP_AXIS_NONE,     /* no further axis */
    HP_AXIS_SOURCE,   /* fitted sources */
    HP_AXIS_T,        /* fitted times */
    HP_AXIS_POINT,    /* radii of the data, /grid/r_fm */
    HP_AXIS_LOCAL,    /* the same radii where the potential has a local part */
    HP_AXIS_PARTIAL,  /* the same radii where U = scale exp(-decay r) f(r') */
    HP_AXIS_U,        /* radii of the map, /potential/u_r_fm */
    HP_AXIS_U_P,      /* momenta of its Fourier transform, /potential/u_p_mev */
    HP_AXIS_K,        /* momenta, /scattering/k2_lat */
    HP_AXIS_CURVE,    /* points of the loss curve */
    HP_AXIS_PARAM,    /* parameters of the networks */
    HP_AXIS_GAUSS,    /* terms of the Gaussian fit */
    HP_AXIS_PAIR,     /* two numbers */
    HP_AXIS_V2,       /* radii of the data in the derivative expansion */
    HP_AXIS_V2_GAUSS, /* terms of the fit of V2 */
    HP_AXIS_TRIPLE,   /* three numbers */
    HP_AXIS_LEVEL,    /* levels in the box */
    HP_AXIS_BOUND,    /* bound states, deepest first */
    HP_AXIS_RADIUS,   /* source radii, /femtoscopy/source_radius_fm */
    HP_AXIS_REGION,   /* regions of r between /grid/chi2_region_edges_fm */
    HP_AXIS_BOXED,  /* of extent 1 or 0, no axis of the dataset: levels of the fit are computed, */
    HP_AXIS_FITTED, /* of extent 1 or 0, no axis of the dataset: there is a fitted potential, */
    HP_AXIS_CHI2,   /* to data with errors, */
    HP_AXIS_COVARIANCE, /* with a covariance of the points, */
    HP_AXIS_N2LO,       /* it is a derivative expansion, */
    HP_AXIS_WINDOW,     /* there is a window for the effective-range fit, */
    HP_AXIS_SHAPE,      /* and the fit has a shape term */
    HP_NAXIS
} hp_axis;
#define HP_AXIS_FIRST_SWITCH HP_AXIS_BOXED

/* X(enumerator, path, first, second and third axis, unit, description) */
#define HP_DATASET_LIST(X)                                                                         \
    X(HP_SET_R, "correlator/R", SOURCE, T, POINT, "1",                                             \
      "R-correlator, divided by /correlator/normalisation")                                        \
    X(HP_SET_LAPLACIAN, "correlator/laplacian", SOURCE, T, POINT, "1/a",                           \
      "nabla^2 R / (2 mu), normalised like R")                                                     \
    X(HP_SET_DT, "correlator/dt", SOURCE, T, POINT, "1/a", "-d_t R, normalised like R")            \
    X(HP_SET_DT2, "correlator/dt2", SOURCE, T, POINT, "1/a",                                       \
      "(1 + 3 delta^2)/(8 mu) d_t^2 R, normalised like R")                                         \
    X(HP_SET_S, "correlator/S", SOURCE, T, POINT, "1/a", "sum of laplacian, dt and dt2")           \
    X(HP_SET_V_LO, "potential/v_lo_mev", SOURCE, T, POINT, "MeV",                                  \
      "leading-order local potential S/R")                                                         \
    X(HP_SET_V_LOCALISED, "potential/v_localised_mev", SOURCE, T, POINT, "MeV",                    \
      "localised potential: V(r) + int d^3r' U(r,r') R(t,r') / R(t,r)")                            \
    X(HP_SET_V_LOCAL, "potential/v_local_mev", LOCAL, NONE, NONE, "MeV",                           \
      "local part V(r) of the potential")                                                          \
    X(HP_SET_U, "potential/u_mev_fm3", U, U, NONE, "MeV fm^-3", "non-local potential U(r,r')")     \
    X(HP_SET_U_MOMENTUM, "potential/u_momentum_mev_fm3", U_P, U_P, PAIR, "MeV fm^-3",              \
      "real and imaginary part of the Fourier transform of that map, r and p indices: "            \
      "U(p,p') = sum U(r,r') exp(-2 pi i (r p + r' p')/n)")                                        \
    X(HP_SET_F, "potential/f", PARTIAL, NONE, NONE, "1",                                           \
      "f(r') of U(r,r') = scale exp(-decay r) f(r')")                                              \
    X(HP_SET_GAUSSIANS, "potential/gaussians", GAUSS, PAIR, NONE, "MeV, fm",                       \
      "amplitude a_i and range b_i of V(r) = sum_i a_i exp(-(r/b_i)^2)")                           \
    X(HP_SET_V0, "potential/v0_mev", V2, NONE, NONE, "MeV",                                        \
      "V0 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself; its fit is "        \
      "v_local_mev")                                                                               \
    X(HP_SET_V2, "potential/v2_mev_fm2", V2, NONE, NONE, "MeV fm^2",                               \
      "V2 of S = V0 R + V2 nabla^2 R of two sources, at each radius by itself")                    \
    X(HP_SET_V2_FIT, "potential/v2_fit_mev_fm2", V2, NONE, NONE, "MeV fm^2", "the fit of V2")      \
    X(HP_SET_V2_GAUSSIANS, "potential/v2_gaussians", V2_GAUSS, TRIPLE, NONE, "MeV fm^2, fm, fm",   \
      "amplitude a_i, range b_i, centre c_i of V2(r) = sum_i a_i exp(-((r-c_i)/b_i)^2)")           \
    X(HP_SET_DELTA, "scattering/delta_deg", K, NONE, NONE, "deg",                                  \
      "S-wave phase shift, continuous in k, n pi at threshold with n bound states")                \
    X(HP_SET_KCOT, "scattering/kcot_mev", K, NONE, NONE, "MeV",                                    \
      "k cot delta, for charged pairs C^2 k cot delta + 2 k eta h(eta); -1/a0 + r_eff k^2/2 + "    \
      "...")                                                                                       \
    X(HP_SET_DELTA_NUMERICAL, "scattering/delta_numerical_error", K, NONE, NONE, "deg",            \
      "difference of the two solvers, |delta(ODE) - delta(Nystroem)|, and the error of "          \
      "interpolating tables; nan: only one was used")                                              \
    X(HP_SET_A0, "scattering/scattering_length_fm", NONE, NONE, NONE, "fm",                        \
      "scattering length a0; k cot delta(0) = -1/a0")                                              \
    X(HP_SET_REFF, "scattering/effective_range_fm", NONE, NONE, NONE, "fm",                        \
      "effective range r_eff")                                                                     \
    X(HP_SET_KCOT0, "scattering/kcot_threshold_mev", NONE, NONE, NONE, "MeV",                      \
      "k cot delta at threshold, -1/a0: its error is finite also where a0 passes infinity")        \
    X(HP_SET_A0_NUMERICAL, "scattering/scattering_length_numerical_error_fm", NONE, NONE, NONE,    \
      "fm", "difference of the two solvers, and the error of interpolating tables")                \
    X(HP_SET_REFF_NUMERICAL, "scattering/effective_range_numerical_error_fm", NONE, NONE, NONE,    \
      "fm", "difference of the two solvers, and the error of interpolating tables")                \
    X(HP_SET_FIT_KCOT0, "scattering/fit_kcot_threshold_mev", WINDOW, NONE, NONE, "MeV",            \
      "-1/a0 of the effective-range fit")                                                          \
    X(HP_SET_FIT_A0, "scattering/fit_scattering_length_fm", WINDOW, NONE, NONE, "fm",              \
      "a0 of a weighted fit of k cot delta = -1/a0 + r_eff k^2/2 - P r_eff^3 k^4 to the window")   \
    X(HP_SET_FIT_REFF, "scattering/fit_effective_range_fm", WINDOW, NONE, NONE, "fm",              \
      "r_eff of that fit")                                                                         \
    X(HP_SET_FIT_SHAPE, "scattering/fit_shape", SHAPE, NONE, NONE, "1", "P of that fit")           \
    X(HP_SET_NBOUND, "scattering/bound_states", NONE, NONE, NONE, "1", "number of bound states")   \
    X(HP_SET_BINDING, "scattering/binding_energy_mev", BOUND, NONE, NONE, "MeV",                   \
      "binding energies " HP_BINDING_CONVENTION ", deepest first; nan: no such state")             \
    X(HP_SET_RMS, "scattering/rms_fm", BOUND, NONE, NONE, "fm",                                    \
      "root mean square distance of the two hadrons in these states")                              \
    X(HP_SET_BINDING_NUMERICAL, "scattering/binding_energy_numerical_error_mev", BOUND, NONE,      \
      NONE, "MeV", "difference of the two solvers, and the error of interpolating tables")         \
    X(HP_SET_RMS_NUMERICAL, "scattering/rms_numerical_error_fm", BOUND, NONE, NONE, "fm",          \
      "difference of the two solvers, and the error of interpolating tables")                      \
    X(HP_SET_CORRELATION, "femtoscopy/correlation", RADIUS, K, NONE, "1",                          \
      "correlation function C(k) of a Gaussian source of each source radius")                      \
    X(HP_SET_LEDNICKY, "femtoscopy/lednicky", RADIUS, K, NONE, "1",                                \
      "the same in the approximation of Lednicky and Lyuboshitz; nan for charged pairs")           \
    X(HP_SET_LEVEL_LO, "finite_volume/level_lo_mev", SOURCE, T, LEVEL, "MeV",                      \
      "A1 energy levels of S/R at every site in the periodic box of the ensemble, "                \
      HP_LEVEL_CONVENTION)                                                                         \
    X(HP_SET_LEVEL, "finite_volume/level_mev", LEVEL, BOXED, NONE, "MeV",                          \
      "the same of the fitted potential V + U")                                                    \
    X(HP_SET_EDGE, "scattering/edge_ratio", FITTED, NONE, NONE, "1",                               \
      "largest |r r' U| with r' at the end of the range over the largest of all, or the same of"   \
      " |r V|, whichever is larger: what is cut off there")                                        \
    X(HP_SET_LOSS, "training/loss", FITTED, NONE, NONE, "1", "loss at the final parameters")       \
    X(HP_SET_CHI2, "training/chi2_per_point", CHI2, NONE, NONE, "1",                               \
      "sum of pull^2 over the number of fitted points, of the average and each sample")            \
    X(HP_SET_CHI2_BY, "training/chi2_per_point_by_source", SOURCE, T, NONE, "1",                   \
      "the same for each source and time")                                                         \
    X(HP_SET_CHI2_REGION, "training/chi2_per_point_by_region", SOURCE, T, REGION, "1",             \
      "the same for each region of r, that ends before /grid/chi2_region_edges_fm; nan: no point") \
    X(HP_SET_CHI2_CORRELATED, "training/chi2_correlated_per_point", COVARIANCE, NONE, NONE, "1",   \
      "the same with fit.covariance: |y|^2 of the whitened residual y over the number of points")  \
    X(HP_SET_PULL, "training/pull", SOURCE, T, POINT, "1",                                         \
      "(S - prediction)/error, also where not fitted; kinds gaussians and n2lo: of S/R; the "      \
      "error "                                                                                     \
      "has fit.relative_floor in it")                                                              \
    X(HP_SET_V2_CHI2, "training/v2_chi2_per_point", N2LO, NONE, NONE, "1",                         \
      "sum ((V2 - fit)/error)^2 over the number of radii in the fit of V2")                        \
    X(HP_SET_CONVERGED, "training/converged", FITTED, NONE, NONE, "1", "1: the fit converged")     \
    X(HP_SET_EPOCHS, "training/epochs", FITTED, NONE, NONE, "1",                                   \
      "epochs, steps or iterations done")                                                          \
    X(HP_SET_DECREASE, "training/last_decrease", FITTED, NONE, NONE, "1",                          \
      "relative decrease of the loss over the last tenth of the epochs, or in the last step")      \
    X(HP_SET_RESTART, "training/restart", FITTED, NONE, NONE, "1",                                 \
      "which of training.restarts initial weights the fit started from or has its prior of")       \
    X(HP_SET_DECREMENT, "training/newton_decrement", FITTED, NONE, NONE, "1",                      \
      "what one more Newton step would lower the loss by, over the loss; nan: not computed")       \
    X(HP_SET_CURVE, "training/loss_curve", CURVE, NONE, NONE, "1",                                 \
      "loss before the epochs or steps in loss_epoch")                                             \
    X(HP_SET_CURVE_EPOCH, "training/loss_epoch", CURVE, NONE, NONE, "1",                           \
      "epochs of loss_curve; samples may run for other numbers of epochs than the average")        \
    X(HP_SET_PARAM, "training/parameters", PARAM, NONE, NONE, "1",                                 \
      "parameters of the networks f, g and of the local part, layer by layer, weights row by row"  \
      " before biases")

typedef enum hp_set {
#define X(enumerator, path, first, second, third, unit, description) enumerator,
    HP_DATASET_LIST(X)
#undef X
        HP_NSET
} hp_set;

/* One dataset of a sample: `rank` axes of given extents, `count` doubles from `start` on. */
typedef struct hp_dataset {
    const char *path, *unit, *description;
    int rank;
    size_t extent[3];
    size_t start, count; /* count 0: not there in this run */
} hp_dataset;

typedef struct hp_layout {
    hp_dataset dataset[HP_NSET];
    size_t length; /* doubles of one sample */
} hp_layout;

/* Fill a layout; extent[axis] is the size of each axis (HP_AXIS_NONE is ignored), 0 drops the
 * datasets that have it. */
void hp_layout_fill(hp_layout *layout, const size_t extent[HP_NAXIS]);

/* Where a dataset lies in the vector of a sample. */
static inline double *hp_layout_at(const hp_layout *layout, double *vector, hp_set set) {
    return vector + layout->dataset[set].start;
}
static inline const double *hp_layout_read(const hp_layout *layout, const double *vector,
                                           hp_set set) {
    return vector + layout->dataset[set].start;
}

#endif
