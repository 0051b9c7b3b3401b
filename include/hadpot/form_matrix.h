// SPDX-License-Identifier: GPL-3.0-or-later
/* A matrix of given forms (forms.h) between the components of coupled channels, in MeV and fm:
 * elements V_cd, U_cd, and operators of a pair,
 *
 *     V = V_C + V_T S12 + V_LS L.S,     S12 = 3 (sigma1.rhat)(sigma2.rhat) - sigma1.sigma2,
 *
 * for J = 1: V_SS = V_C, V_SD = sqrt 8 V_T, V_DD = V_C - 2 V_T - 3 V_LS (docs/method-given.md). */
#ifndef HADPOT_FORM_MATRIX_H
#define HADPOT_FORM_MATRIX_H

#include "hadpot/channels.h"
#include "hadpot/coupled.h"
#include "hadpot/forms.h"

typedef enum hp_operator { HP_CENTRAL, HP_TENSOR, HP_SPIN_ORBIT, HP_NOPERATOR } hp_operator;

/* Matrix element of 1, S12 or L.S between |l S J> and |l' S J>; 0 where S or J differ. S12 acts
 * on two spins 1/2, so for S = 1 alone:
 *     <J J> = 2, <J-1 J-1> = -2 (J-1)/(2J+1), <J+1 J+1> = -2 (J+2)/(2J+1),
 *     <J-1 J+1> = 6 sqrt(J (J+1))/(2J+1);      L.S = [J(J+1) - l(l+1) - S(S+1)]/2. */
double hp_operator_element(hp_operator of, int l, hp_spin_state spin, int lp, hp_spin_state spinp);

/* channels: copied, in 1/fm, masses included. matrix: out, owned by the caller. Errors: MEMORY. */
typedef struct hp_form_matrix hp_form_matrix;
hp_status hp_form_matrix_create(const hp_channels *channels, const hp_spin_state *spin,
                                hp_form_matrix **matrix, hp_error *err);
void hp_form_matrix_destroy(hp_form_matrix **matrix);

/* The forms of element (c, d), c <= d, to which terms are added (h = hbar^2/(2 sqrt(mu_c mu_d)));
 * and of an operator of a pair, h = hbar^2/(2 mu). Of an element c < d a non-local term has r in c
 * and r' in d. Terms {p^2, V2} have no place here (hp_form_matrix_check). Borrowed. */
hp_forms *hp_form_matrix_element(hp_form_matrix *matrix, int c, int d);
hp_forms *hp_form_matrix_operator(hp_form_matrix *matrix, int pair, hp_operator of);

/* hbar^2/(2 sqrt(mu_c mu_d)) in MeV fm^2: V_cd = h W_cd. */
double hp_form_matrix_h(const hp_form_matrix *matrix, int c, int d);

/* What the solvers do not do. Errors: HP_ERR_INPUT for terms {p^2, V2}. */
hp_status hp_form_matrix_check(const hp_form_matrix *matrix, hp_error *err);

/* Where all terms have become negligible, fm, and what there is. */
double hp_form_matrix_reach(const hp_form_matrix *matrix);
bool hp_form_matrix_has_local(const hp_form_matrix *matrix);
bool hp_form_matrix_has_nonlocal(const hp_form_matrix *matrix);
bool hp_form_matrix_has_table(const hp_form_matrix *matrix);

/* hp_forms_create_grid for the terms and tables of all elements together; edges_alone: the edges
 * that panels must have. Errors: as there; of hp_form_matrix_check. */
hp_status hp_form_matrix_create_grid(const hp_form_matrix *matrix,
                                     const hp_forms_grid_options *options, hp_quadrature *grid,
                                     hp_error *err);

/* local (N, N, n) and kernel (N n, N n) of coupled.h; NULL: not wanted. Tables as a view has them
 * (forms.h), of which hp_form_matrix_view_part is taken as error. */
void hp_form_matrix_fill(const hp_form_matrix *matrix, hp_form_view view, const hp_quadrature *grid,
                         double *local, double *kernel);
double hp_form_matrix_view_part(const hp_form_matrix *matrix, hp_form_view view);

/* An hp_matrix_function whose context is an hp_form_matrix. */
void hp_form_matrix_local_at(double r, double *w, void *matrix);

/* What is cut off at the end of a grid, as hp_forms_edge_ratio: the largest |r W_cd| there over the
 * largest of all elements, or the same of K_cd, whichever is larger. Square wells that end there
 * are not cut off, tables are. */
double hp_form_matrix_edge_ratio(const hp_form_matrix *matrix, const hp_quadrature *grid,
                                 const double *local, const double *kernel);

#endif
