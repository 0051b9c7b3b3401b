// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/features.h"
#include <gsl/gsl_sf_bessel.h>
#include <math.h>
#include <stdlib.h>
#include "features_parts.h"
#include "hadpot/memory.h"

/* b_0: elements between components of other l vanish at the origin like r^|l - l'|, or u has
 * r^n log r there; about the spacing of a lattice. */
static const double RISE_FM = 0.1;

const hp_feature_space hp_feature_s_wave = {
    .ncomponent = 1, .noperator = 1, .element[0][0][0] = 1.0};

void hp_feature_space_take(int ncomponent, const hp_component *component, const hp_spin_state *spin,
                           bool of_operators, hp_feature_space *space) {
    *space = (hp_feature_space){.ncomponent = ncomponent, .noperator = of_operators ? 2 : 1};
    for (int c = 0; c < ncomponent; c++) {
        space->l[c] = component[c].l;
        space->part[c] = of_operators ? component[c].pair : c;
        for (int d = 0; d < ncomponent; d++)
            for (int o = 0; o < space->noperator; o++)
                space->element[o][c][d] =
                    of_operators ? hp_operator_element((hp_operator)o, component[c].l, spin[c],
                                                       component[d].l, spin[d])
                                 : 1.0;
    }
}

static double weight_of(const hp_feature_space *space, const hp_feature_owner *owner, int c,
                        int d) {
    int one = space->part[c], other = space->part[d];
    bool there = (one == owner->first && other == owner->second) ||
                 (one == owner->second && other == owner->first);
    return there ? space->element[owner->of][c][d] : 0.0;
}

/* Owners that act somewhere, into owner or NULL; how many. */
static int list_owners(const hp_feature_space *space, hp_feature_owner *list) {
    int count = 0;
    for (int p = 0; p < HP_MOST_COMPONENTS; p++)
        for (int q = p; q < HP_MOST_COMPONENTS; q++)
            for (int o = 0; o < space->noperator; o++) {
                hp_feature_owner owner = {p, q, o, 0};
                bool acts = false;
                for (int c = 0; c < space->ncomponent; c++)
                    for (int d = 0; d < space->ncomponent; d++) {
                        if (weight_of(space, &owner, c, d) == 0.0) continue;
                        int change = abs(space->l[c] - space->l[d]);
                        acts = true;
                        if (change > owner.rise) owner.rise = change;
                    }
                if (acts && list != NULL) list[count] = owner;
                count += acts;
            }
    return count;
}

static void add(hp_features *features, hp_feature feature) {
    features->feature[features->n++] = feature;
}

static void add_separable(hp_features *features, const hp_ladder *ladder, int owner,
                          double length_fm) {
    bool apart = features->owner[owner].first != features->owner[owner].second;
    for (int i = 0; i < ladder->n; i++)
        for (int j = apart ? 0 : i; j < ladder->n; j++)
            add(features, (hp_feature){.group = HP_GROUP_SEPARABLE,
                                       .b = ladder->fm[i] / length_fm,
                                       .c = ladder->fm[j] / length_fm,
                                       .owner = owner});
}

hp_status hp_features_create(const hp_features_options *options, const hp_feature_space *space,
                             double length_fm, hp_features *features, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ladder *local = &options->local, *separable = &options->separable;
    const hp_ladder *band = &options->band, *envelope = &options->envelope;
    int nowner = list_owners(space, NULL);
    int most = local->n + separable->n * separable->n + band->n * envelope->n;
    *features = (hp_features){.nlocal = nowner * local->n,
                              .ngroup = HP_GROUP_BAND + band->n,
                              .space = *space,
                              .nowner = nowner,
                              .rise = RISE_FM / length_fm};
    HP_NEW(features->owner, nowner);
    HP_NEW(features->feature, nowner * most);
    (void)list_owners(space, features->owner);
    for (int o = 0; o < nowner; o++)
        for (int i = 0; i < local->n; i++)
            add(features, (hp_feature){.b = local->fm[i] / length_fm, .owner = o});
    for (int o = 0; o < nowner; o++) add_separable(features, separable, o, length_fm);
    for (int i = 0; i < band->n; i++)
        for (int o = 0; o < nowner; o++)
            for (int j = 0; j < envelope->n; j++)
                add(features, (hp_feature){.group = HP_GROUP_BAND + i,
                                           .b = envelope->fm[j] / length_fm,
                                           .beta = band->fm[i] / length_fm,
                                           .owner = o});
cleanup:
    if (status != HP_OK) hp_features_destroy(features);
    return status;
}

void hp_features_destroy(hp_features *features) {
    if (features == NULL) return;
    hp_free(features->feature);
    hp_free(features->owner);
    *features = (hp_features){0};
}

double hp_features_weight(const hp_features *features, int i, int c, int d) {
    return weight_of(&features->space, &features->owner[features->feature[i].owner], c, d);
}

double hp_feature_rise(const hp_features *features, int twice, double r) {
    if (twice == 0) return 1.0;
    double t = r * r / (r * r + features->rise * features->rise);
    return twice == 2 ? t : pow(t, 0.5 * twice);
}

/* exp(-r^2/(2 b^2)) */
static double bell(double r, double b) {
    return exp(-0.5 * (r / b) * (r / b));
}

/* g_b */
static double normed_bell(double r, double b) {
    return bell(r, b) / (pow(2.0 * M_PI, 0.75) * b * sqrt(b));
}

/* exp(-x^2) is below 1e-21 beyond. */
static const double NOTHING = 7.0;

/* (1 - exp(-y))/y, y = 2 z, is regular at 0. */
double hp_feature_band_kernel(int l, double r, double other, double beta) {
    double distance = (r - other) / beta, y = 4.0 * r * other / (beta * beta);
    if (fabs(distance) > NOTHING) return 0.0;
    double mean = y > 0.0 ? -expm1(-y) / y : 1.0;
    if (l > 0) {
        gsl_sf_result scaled = {0}; /* 0 where it underflows */
        (void)gsl_sf_bessel_il_scaled_e(l, 0.5 * y, &scaled);
        mean = scaled.val;
    }
    return exp(-distance * distance) * mean / (M_PI * sqrt(M_PI) * beta * beta * beta);
}

int hp_feature_smaller_l(const hp_features *features, int c, int d) {
    const int *l = features->space.l;
    return l[c] < l[d] ? l[c] : l[d];
}

static bool is_apart(const hp_features *features, int i) {
    const hp_feature_owner *owner = &features->owner[features->feature[i].owner];
    return owner->first != owner->second;
}

hp_feature_sides hp_feature_side(const hp_features *features, int i, int component, int other,
                                 double r) {
    const hp_feature *feature = &features->feature[i];
    const int *l = features->space.l;
    if (feature->group >= HP_GROUP_BAND) {
        int twice = l[component] > l[other] ? l[component] - l[other] : 0;
        return (hp_feature_sides){.g = bell(r, feature->b) * hp_feature_rise(features, twice, r)};
    }
    double rise = hp_feature_rise(features, l[component], r);
    double part = feature->b == feature->c ? 0.5 : M_SQRT1_2;
    if (is_apart(features, i)) part = 1.0;
    return (hp_feature_sides){normed_bell(r, feature->b) * rise,
                              normed_bell(r, feature->c) * part * rise};
}

hp_feature_terms hp_feature_terms_of(const hp_features *features, int i, int c) {
    int first = features->owner[features->feature[i].owner].first;
    if (!is_apart(features, i)) return (hp_feature_terms){1.0, 1.0};
    return features->space.part[c] == first ? (hp_feature_terms){1.0, 0.0}
                                            : (hp_feature_terms){0.0, 1.0};
}

double hp_features_local(const hp_features *features, int i, int c, int d, double r) {
    const hp_feature *feature = &features->feature[i];
    return hp_features_weight(features, i, c, d) * exp(-(r / feature->b) * (r / feature->b)) *
           hp_feature_rise(features, features->owner[feature->owner].rise, r);
}

double hp_features_nonlocal(const hp_features *features, int i, int c, int d, double r,
                            double other) {
    const hp_feature *feature = &features->feature[i];
    const hp_feature_sides at = hp_feature_side(features, i, c, d, r);
    const hp_feature_sides from = hp_feature_side(features, i, d, c, other);
    const hp_feature_terms of = hp_feature_terms_of(features, i, c);
    double weight = hp_features_weight(features, i, c, d);
    if (feature->group < HP_GROUP_BAND)
        return weight * (of.gh * at.g * from.h + of.hg * at.h * from.g);
    return weight *
           (at.g * from.g *
            hp_feature_band_kernel(hp_feature_smaller_l(features, c, d), r, other, feature->beta));
}

int hp_features_between(const hp_features *features, int first, int end, int c, int d, int *index) {
    int count = 0;
    for (int i = first; i < end; i++) {
        if (hp_features_weight(features, i, c, d) == 0.0) continue;
        if (index != NULL) index[count] = i;
        count++;
    }
    return count;
}
