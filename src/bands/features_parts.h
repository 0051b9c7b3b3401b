// SPDX-License-Identifier: GPL-3.0-or-later
/* The functions of r that features are made of. */
#ifndef HADPOT_BANDS_FEATURES_PARTS_H
#define HADPOT_BANDS_FEATURES_PARTS_H

#include "hadpot/features.h"

/* t(r)^(twice/2), t = r^2/(r^2 + b_0^2) */
double hp_feature_rise(const hp_features *features, int twice, double r);

/* K_beta of angular momentum l:
 *     exp(-((r-r')/beta)^2) e^-z i_l(z)/(pi^(3/2) beta^3),   z = 2 r r'/beta^2,
 * i_l the modified spherical Bessel function; for l = 0 what features.h has. */
double hp_feature_band_kernel(int l, double r, double other, double beta);

/* What a feature has on the side of a component at r: of a band its envelope, else g_b and g_b',
 * the latter times what makes g h' + h g' of two sides the function. `other`: the component on the
 * other side. */
typedef struct hp_feature_sides {
    double g, h;
} hp_feature_sides;
hp_feature_sides hp_feature_side(const hp_features *features, int i, int component, int other,
                                 double r);

/* How much of g_c h_d and of h_c g_d is in U_cd/w_cd: all or nothing. */
typedef struct hp_feature_terms {
    double gh, hg;
} hp_feature_terms;
hp_feature_terms hp_feature_terms_of(const hp_features *features, int i, int c);

/* The smaller l of both, that of K_beta between them. */
int hp_feature_smaller_l(const hp_features *features, int c, int d);

#endif
