// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2 filled by hand: the waves of the closure of two pairs on its grid. */
#ifndef HADPOT_TEST_COMPONENTS_CASE_H
#define HADPOT_TEST_COMPONENTS_CASE_H

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "coupled_closure.h"
#include "hadpot/ensemble.h"
#include "support.h"

/* Waves at t = 8 ... 12, two-point functions at t_full = 6 ... 12. */
enum { CASE_TIMES = 5, CASE_FIRST = 8, CASE_FIELDS = 4, CASE_FULL = 7, CASE_FULL_FIRST = 6 };

typedef struct components_case {
    coupled_closure closure;
    hp_ensemble ensemble;
    hp_error err;
    int t[CASE_TIMES], t_full[CASE_FULL];
    char name[CASE_FIELDS][32];
    char *source[CASE_FIELDS];
    bool has_ratio[CASE_FIELDS], has_full[CASE_FIELDS], has_beside[CASE_FIELDS];
    hp_ensemble_pair pair[2];
    hp_ensemble_component component[2];
    hp_ensemble_wave wave[2];
    hp_ensemble_field field[CASE_FIELDS];
    double *row;
} components_case;

/* What the file holds. */
typedef enum case_store { CASE_R, CASE_FOUR_POINT, CASE_R_AND_FULL, CASE_R_AND_BESIDE } case_store;

/* Two-point functions of a source b, whose operators may differ from those of the sink: C2_1 C2_2
 * of source 0 is Z_a exp(-th_a t), and of source 1 that times a factor. */
static inline double case_two_point(const coupled_closure *closure, int a, int b, int hadron,
                                    double t) {
    return sqrt(closure->Z[a]) * (1.0 + 0.5 * b) * exp(-closure->mass[a][hadron] * t);
}

/* R of source b is divided by these, so that R C2_1 C2_2/sqrt(Z_1 Z_2) is the wave whatever b. */
static inline double case_ratio(const coupled_closure *closure, int a, int b, double t, int i) {
    double source = (1.0 + 0.5 * b) * (1.0 + 0.5 * b);
    return coupled_closure_wave(closure, a, b, t, i, 0) / source;
}

static inline void case_describe(components_case *c, case_store store, int nfull) {
    static char path[] = "hand.h5";
    static const char *const pair[] = {"AA", "BB"}, *const wave[] = {"one", "two"};
    for (int i = 0; i < CASE_TIMES; i++) c->t[i] = CASE_FIRST + i;
    for (int i = 0; i < CASE_FULL; i++) c->t_full[i] = CASE_FULL_FIRST + i;
    for (int a = 0; a < 2; a++) {
        c->pair[a] = (hp_ensemble_pair){.mass = {c->closure.mass[a][0], c->closure.mass[a][1]},
                                        .sqrt_z = sqrt(c->closure.Z[a])};
        c->component[a] = (hp_ensemble_component){.pair = a, .two_s_plus_1 = 1};
        snprintf(c->pair[a].name, sizeof c->pair[a].name, "%s", pair[a]);
        snprintf(c->component[a].name, sizeof c->component[a].name, "%s:1S0", pair[a]);
        c->wave[a].pair = a;
        snprintf(c->wave[a].name, sizeof c->wave[a].name, "%s", wave[a]);
    }
    for (int f = 0; f < CASE_FIELDS; f++) {
        c->field[f] = (hp_ensemble_field){.wave = f / 2, .component = f % 2, .factor = 1.0};
        snprintf(c->name[f], sizeof c->name[f], "%s/%s/1S0", wave[f / 2], pair[f % 2]);
        c->source[f] = c->name[f];
        c->has_ratio[f] = store != CASE_FOUR_POINT;
        c->has_full[f] = store == CASE_R_AND_FULL;
        c->has_beside[f] = store == CASE_R_AND_BESIDE;
    }
    c->ensemble = (hp_ensemble){.version = 2,
                                .path = path,
                                .inverse_spacing_mev = 2000.0,
                                .mass = {c->closure.mass[0][0], c->closure.mass[0][1]},
                                .nt = CASE_TIMES,
                                .t = c->t,
                                .nsource = CASE_FIELDS,
                                .source = c->source,
                                .has_ratio = c->has_ratio,
                                .nt_full = nfull,
                                .t_full = c->t_full,
                                .has_full = c->has_full,
                                .has_beside = c->has_beside,
                                .nsample = 1,
                                .npair = 2,
                                .ncomponent = 2,
                                .nwave = 2,
                                .pair = c->pair,
                                .component = c->component,
                                .wave = c->wave,
                                .field = c->field};
}

static inline void case_fill(components_case *c) {
    const hp_ensemble *e = &c->ensemble;
    c->row = test_calloc(hp_ensemble_row_length(e), sizeof *c->row);
    for (int f = 0; f < CASE_FIELDS; f++) {
        double *block = c->row + hp_ensemble_row_offset(e, f);
        int a = f % 2, b = f / 2;
        for (int k = 0; k < CASE_TIMES; k++)
            for (int i = 0; i < CLOSURE_POINTS; i++) {
                double *to = &block[k * CLOSURE_POINTS + i];
                *to = case_ratio(&c->closure, a, b, c->t[k], i);
                for (int h = 0; h < 2 && !c->has_ratio[f]; h++)
                    *to *= case_two_point(&c->closure, a, b, h, c->t[k]);
            }
        for (int h = 0; h < 2; h++) {
            double *beside = block + CASE_TIMES * (CLOSURE_POINTS + h);
            double *full = c->row + hp_ensemble_full_offset(e, f, (hp_full)h);
            for (int k = 0; k < CASE_TIMES && !c->has_ratio[f]; k++)
                beside[k] = case_two_point(&c->closure, a, b, h, c->t[k]);
            for (int k = 0; k < CASE_TIMES && c->has_beside[f]; k++)
                c->row[hp_ensemble_full_offset(e, f, (hp_full)(HP_BESIDE_TWO_POINT_1 + h)) +
                       (size_t)k] = case_two_point(&c->closure, a, b, h, c->t[k]);
            for (int k = 0; k < CASE_FULL && c->has_full[f]; k++)
                full[k] = case_two_point(&c->closure, a, b, h, c->t_full[k]);
        }
    }
}

static inline void case_open(components_case *c, case_store store) {
    *c = (components_case){.err = HP_ERROR_INIT};
    coupled_closure_create(&c->closure, CLOSURE_V22, false, 6);
    case_describe(c, store, store == CASE_R_AND_FULL ? CASE_FULL : 0);
    assert_ok(
        hp_geometry_create_radial(c->closure.r, CLOSURE_POINTS, &c->ensemble.geometry, &c->err),
        &c->err);
    case_fill(c);
}

static inline void case_close(components_case *c) {
    hp_geometry_destroy(&c->ensemble.geometry);
    test_free(c->row);
}

#endif
