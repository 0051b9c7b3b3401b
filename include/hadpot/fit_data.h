// SPDX-License-Identifier: GPL-3.0-or-later
/* What a potential is fitted to: columns of data on the same radii, one of each source and time, or
 * of each wave, that obey
 *
 *     S(r) = V(r) R(r) + int d^3r' U(r,r') R(r').
 *
 * Of several components of the wave function a point is a radius of a component, i = c nradius + k,
 * and the same equation is that of coupled channels,
 *
 *     S_c(r) = sum_d [ V_cd(r) R_d(r) + int d^3r' U_cd(r,r') R_d(r') ],    U_cd(r,r') = U_dc(r',r),
 *
 * where R and S of component c have been multiplied by f_c(t), so that Delta^cd = f_d/f_c is in
 * them (correlator.h).
 *
 * Radii, weights and errors are those of all samples; R, S, K and the pair change with the sample.
 * Unit of length L: the lattice spacing, or 1 fm; energies in 1/L. */
#ifndef HADPOT_FIT_DATA_H
#define HADPOT_FIT_DATA_H

#include "hadpot/pair.h"
#include "hadpot/weights.h"

typedef struct hp_fit_data {
    const char *label; /* what messages call the data; not owned */
    int n, ncolumn;    /* n = ncomponent nradius points */
    int ncomponent, nradius;
    int nfitted;                  /* points (column, radius) with fitted[] set */
    double length_fm, energy_mev; /* L in fm and 1/L in MeV */
    bool of_potential;            /* V is fitted with V_error; else S with S_error */
    bool inverse_variance;        /* weights 1/error^2, else 1 */
    double penalty_unit;          /* of a penalty that counts like 1 of chi2 */
    double *block;                /* all arrays but x_error and the weights */
    double *r, *quadrature;    /* (n) radii, ascending (orbits: not descending) in each component;
                                  weights of int d^3r that ends at the last */
    double *fitted;            /* (n) 1: r is within the fit range, else 0 */
    double *normalisation;     /* (ncolumn) R, S and K are divided by it */
    double *S_error, *V_error; /* (ncolumn, n) of S and V */
    const double *x_error;     /* (n) of x = 2 mu V2 (n2lo.h); not owned; NULL: none */
    hp_fit_weights weights;    /* of S; empty where V is fitted */

    /* of the current sample, at first of the average (without K) */
    int npair;
    hp_pair pair[HP_MOST_PAIRS];
    hp_component component[HP_MOST_COMPONENTS]; /* (ncomponent) that points belong to */
    hp_spin_state spin[HP_MOST_COMPONENTS];     /* 0: not known */
    double *R, *S;                              /* (ncolumn, n) */
    double *K;                                  /* (ncolumn, n) nabla^2 R/(2 mu) */
    double *V;                                  /* (ncolumn, n) S/R, of one component */
} hp_fit_data;

/* Arrays of these extents, zero, and what is usual: L = 1 fm, S is fitted with its errors, one S
 * wave. data: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_fit_data_create(int n, int ncolumn, hp_fit_data *data, hp_error *err);

/* The same for ncomponent components on nradius radii each; the caller says which they are. */
hp_status hp_fit_data_create_components(int ncomponent, int nradius, int ncolumn, hp_fit_data *data,
                                        hp_error *err);

/* One S wave, in which potentials of one component alone act. */
bool hp_fit_data_is_s_wave(const hp_fit_data *data);
void hp_fit_data_destroy(hp_fit_data *data);

/* Fit the radii from r_min to r_max, in L; a limit may miss its radius by rounding. */
void hp_fit_data_choose(hp_fit_data *data, double r_min, double r_max);

/* Weights of these radii from S_error. with: the covariance and the samples that it takes (what
 * data know is not read from it); NULL: none. Errors: of hp_fit_weights_create. */
hp_status hp_fit_data_weigh(hp_fit_data *data, const hp_fit_points *with, hp_error *err);

#endif
