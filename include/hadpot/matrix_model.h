// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential of coupled components that is learned (docs/method-network-matrix.md), in a unit of
 * length L. Its blocks are sums of terms p, O^p symmetric matrices of numbers,
 *
 *     V_cd(r)    = sum_p O^p_cd omega^V_p v_p(x(r)) e^V(r)
 *     U_cd(r,r') = sum_p O^p_cd omega_p [ A_pc(r) + A_pd(r') + b_p ] e(r) e(r')
 *     A_pc(r)    = w_p . f_c(x(r)),
 *
 * so that U_cd(r,r') = U_dc(r',r) to the last bit. Terms are elements (O^p = 1 at cd and dc: the
 * SDNN of Wang et al. with g_cd = g_dc, f_c one network per component), or operators of a pair
 * (V_C, V_T, one network f for all components). g is one linear layer w, b with an output per term,
 * and v one network with as many; x, e and e^V are those of model.h. With one component and one
 * term this is the SDNN of model.h, parameters and drawn weights included. */
#ifndef HADPOT_MATRIX_MODEL_H
#define HADPOT_MATRIX_MODEL_H

#include "hadpot/model.h"
#include "hadpot/pair.h"

enum {
    HP_MOST_TERMS = HP_MOST_COMPONENTS * (HP_MOST_COMPONENTS + 1) / 2,
    HP_MOST_ELEMENTS = HP_MOST_COMPONENTS * HP_MOST_COMPONENTS
};

typedef struct hp_matrix_terms {
    int ncomponent, nterm;
    int nnetwork;                                    /* feature networks f, */
    int network[HP_MOST_COMPONENTS];                 /* and the one of each component */
    double element[HP_MOST_TERMS][HP_MOST_ELEMENTS]; /* O^p_cd at [p][c * ncomponent + d] */
} hp_matrix_terms;

/* One term per element c <= d, row by row, or (diagonal) per component. */
hp_matrix_terms hp_matrix_terms_of_elements(int ncomponent, bool diagonal);

/* Does a term act on this component? */
bool hp_matrix_term_acts_on(const hp_matrix_terms *terms, int term, int component);

typedef struct hp_matrix_model {
    hp_matrix_terms terms;
    hp_model one; /* what one component would have: inputs, envelopes and f; its g and v have one
                     output, and its scales are of no meaning */
    hp_mlp g, v;  /* (nterm outputs) */
    double scale[HP_MOST_TERMS], local_scale[HP_MOST_TERMS]; /* omega, omega^V */
    size_t nparam; /* of the networks f, then w (nterm, width), b (nterm), then v, in one block */
    size_t g_start, v_start;
} hp_matrix_model;

/* scale, local_scale (nterm): instead of those of spec, in 1/L^4 and 1/L. model: out, owned by the
 * caller. Errors: HP_ERR_INPUT naming a key that has no place here (a deep g, an output activation,
 * a kind that is not symmetric); MEMORY. */
hp_status hp_matrix_model_create(const hp_model_spec *spec, const hp_matrix_terms *terms,
                                 const double *scale, const double *local_scale,
                                 hp_matrix_model *model, hp_error *err);
void hp_matrix_model_destroy(hp_matrix_model *model);

/* As hp_model_draw_weights and hp_model_prior; param, mean, deviation (nparam). */
hp_status hp_matrix_model_draw_weights(const hp_matrix_model *model, uint64_t seed,
                                       uint64_t restart, double *param, hp_error *err);
void hp_matrix_model_prior(const hp_matrix_model *model, const double *param, double hidden,
                           double *mean, double *deviation);

/* The model on n radii, which all components share. */
typedef struct hp_matrix_grid {
    int n;
    double *block;
    double *r, *x;
    double *envelope;       /* (n) e */
    double *local_envelope; /* (nterm, n) omega^V_p e^V */
    double *A;              /* (nnetwork, n, nterm) without b */
    double *V;              /* (nterm, n) omega^V_p v_p e^V */
    double *b;              /* (nterm) */
    hp_mlp_workspace f_work, v_work;
} hp_matrix_grid;

/* r (n) in L. grid: out, owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_matrix_grid_create(const hp_matrix_model *model, const double *r, int n,
                                hp_matrix_grid *grid, hp_error *err);
void hp_matrix_grid_destroy(hp_matrix_grid *grid);

/* Fill A, V and b at param (nparam): each network runs once per radius. */
void hp_matrix_forward(const hp_matrix_model *model, const double *param, hp_matrix_grid *grid);

/* V (N, N, n) in 1/L and U (N n, N n) in 1/L^4 at row c n + i, column d n + j, after
 * hp_matrix_forward; both symmetric to the last bit. */
void hp_matrix_local(const hp_matrix_model *model, const hp_matrix_grid *grid, double *V);
void hp_matrix_nonlocal(const hp_matrix_model *model, const hp_matrix_grid *grid, double *U);

#endif
