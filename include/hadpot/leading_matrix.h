// SPDX-License-Identifier: GPL-3.0-or-later
/* The local matrix of potentials at leading order, and the tests that need no fit. On composite
 * points (docs/method-waves.md) the columns c = source * nt + t of R and S obey
 *
 *     S^a_c(r) = sum_d V_ad(r) R^d_c(r)      if the potential is local,
 *
 * so that V = S R^-1 at each radius by itself. It is a display and a test, never what is fitted: V
 * is singular where the columns of R are not independent. V is not made symmetric: V_ad - V_da
 * tests the factors Z, the times and the operators. The same of the prediction of a fit in place of
 * S is the localised matrix.
 *
 * Sets: at each time by itself all sources, where they are at least as many as components; else all
 * columns together, of which those of one source at several times are nearly dependent; none where
 * even these are too few. More columns than components: least squares, in which all columns count
 * alike (their R at this radius has length 1). For 3S1 and 3D1 of one pair V_SS = V_C, V_SD = V_DS
 * = sqrt8 V_T, V_DD = V_C - 2 V_T have a solution for each column alone, which replaces V where the
 * sources are too few.
 */
#ifndef HADPOT_LEADING_MATRIX_H
#define HADPOT_LEADING_MATRIX_H

#include "hadpot/channels.h"
#include "hadpot/correlator.h"
#include "hadpot/record.h"

/* Columns of R and S, each (nsource * nt, ncomponent, nradius) as in hp_correlator and hp_fit_data,
 * in any normalisation that R and S of a column share; borrowed. */
typedef struct hp_leading_columns {
    int ncomponent, nradius, nsource, nt;
    const double *R, *S;
} hp_leading_columns;

/* How many sets of columns determine a matrix (see above): nt, 1 or 0. */
int hp_leading_count_sets(const hp_leading_columns *columns);

/* V (ncomponent, ncomponent) of a set at a radius, in the unit of S/R, and the determinant of its R
 * with columns of length 1, which is 1 for orthogonal ones and 0 where V is singular (V then is not
 * a number); of more columns than components sqrt(det R R^T), as a part of the largest value it can
 * have. det may be NULL. Errors: HP_ERR_MEMORY. */
hp_status hp_leading_solve(const hp_leading_columns *columns, int set, int radius, double *V,
                           double *det, hp_error *err);

/* Components 0 and 1 are 3S1 and 3D1 of one pair: V_C, V_T of all sources at one time, least
 * squares for several, and V_eff = S^0/R^0 of their first, all in the unit of S/R. residual: |S - V
 * R|/|S|, not 0 for several sources. Where R^1 = S^1 = 0 in all columns, as at r = 0: V_C = S/R,
 * V_T = 0. */
typedef struct hp_tensor_potential {
    double vc, vt, veff, residual;
} hp_tensor_potential;
hp_tensor_potential hp_leading_tensor(const hp_leading_columns *columns, int t, int radius);

/* <S_b,R_c> = sum over components and radii of quadrature (nradius) S R; symmetric in b and c at
 * one time for every hermitian potential, non-local ones included, whose range is within the radii.
 * And |S||R| and cos(S,R) = <S,R>/(|S||R|) of a column: a separable potential of rank 1 is 1/<S,R>.
 */
double hp_leading_overlap(const hp_leading_columns *columns, const double *quadrature, int b,
                          int c);
double hp_leading_size(const hp_leading_columns *columns, const double *quadrature, int column);
double hp_leading_cosine(const hp_leading_columns *columns, const double *quadrature, int column);

/* V -> O V O^T, (n, n), O orthogonal: potentials in another basis, as of flavour. */
void hp_leading_rotate(const double *O, int n, double *V);

/* Errors: HP_ERR_INPUT when O (n, n), which messages call `key`, is not orthogonal to 1e-6. */
hp_status hp_leading_check_basis(const double *O, int n, const char *key, hp_error *err);

/* What all samples share. Arrays are borrowed. */
typedef struct hp_leading {
    int ncomponent, nradius, nsource, nt;
    const char *const *name;           /* (ncomponent) of components */
    const double *quadrature, *fitted; /* (nradius) as in hp_fit_data; 0: not in averages */
    const double *flavour;             /* (ncomponent, ncomponent) orthogonal; NULL: none, */
    const char *const *flavour_name;   /* (ncomponent) and the states that its rows are */
    bool tensor;       /* 3S1 and 3D1 of one pair are all components, in this order */
    double energy_mev; /* 1/a */
} hp_leading;

#define HP_ROW_LO_MATRIX "potential/lo_matrix_mev"
#define HP_ROW_LOCALISED_MATRIX "potential/localised_matrix_mev"
#define HP_ROW_LO_FLAVOUR "potential/lo_flavour_mev"
#define HP_ROW_LOCALISED_FLAVOUR "potential/localised_flavour_mev"
#define HP_ROW_LO_VC "potential/lo_vc_mev"
#define HP_ROW_LO_VT "potential/lo_vt_mev"
#define HP_ROW_LOCALISED_VC "potential/localised_vc_mev"
#define HP_ROW_LOCALISED_VT "potential/localised_vt_mev"
#define HP_ROW_LO_VEFF "potential/lo_veff_mev"
#define HP_ROW_LO_RESIDUAL "potential/lo_residual"
#define HP_ROW_LO_DETERMINANT "hermiticity/determinant"
#define HP_ROW_LO_ASYMMETRY "hermiticity/asymmetry"
#define HP_ROW_LO_OVERLAP "hermiticity/overlap_asymmetry"
#define HP_ROW_LO_COSINE "hermiticity/cos_s_r"

/* Add the rows to a record that has the axes source, t and r (the radii of one component) and, of
 * several components, a table "potential" in which nothing else is: its columns become t, row,
 * column, r_fm, v_localised_mev, v_lo_mev, vc_..., vt_... of S and D waves. In another basis there
 * is a table "flavour" of the same form.
 * Tests, (V_ad - V_da), overlaps, det R, cos(S,R), have no table (hp_leading_note). One component:
 * overlaps and cosines. */
void hp_leading_describe(const hp_leading *leading, hp_record *record);

/* All of them from R, S and the prediction of a fit, (nsource * nt, ncomponent, nradius), into
 * vector. prediction NULL: nothing localised (nan). Errors: HP_ERR_MEMORY, NUMERIC. */
hp_status hp_leading_compute(const hp_leading *leading, const double *R, const double *S,
                             const double *prediction, const hp_record *record, double *vector,
                             hp_error *err);

/* Of a record with samples: hermiticity.csv, and notes where <S_b,R_c> - <S_c,R_b> is not
 * compatible with 0, or det R is at fitted radii. */
void hp_leading_note(const hp_leading *leading, hp_record *record);

/* Note pairs of a plan of several whose sqrt(Z_1 Z_2) is not stated. */
void hp_leading_note_z(const hp_correlator_plan *plan, hp_record *record);

#endif
