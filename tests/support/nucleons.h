// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials of two nucleons with known phases and states: Argonne v18 from the tables of data/ and
 * Reid's soft core, as hp_matrix_functions, and the panels that their reference numbers have. */
#ifndef HADPOT_TEST_NUCLEONS_H
#define HADPOT_TEST_NUCLEONS_H

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/forms_read.h"

enum { NUCLEON_PANELS = 30 };

/* Edges 0(.25)2(.5)6(1)range fm; range: up to 20, a whole number. Returns how many panels. */
static inline int nucleon_edges(double range, double edge[NUCLEON_PANELS + 1]) {
    int panels = 0;
    edge[0] = 0.0;
    while (edge[panels] < range && panels < NUCLEON_PANELS) {
        double at = edge[panels];
        edge[++panels] = at + (at < 2.0 ? 0.25 : at < 6.0 ? 0.5 : 1.0);
    }
    return panels;
}

/* Constants of Wiringa, Stoks, Schiavilla, Phys. Rev. C 51 (1995) 38: MeV fm and MeV. */
static const double NUCLEON_HBARC = 197.327053, PROTON = 938.27231, NEUTRON = 939.56563;

/* One component, or two: elements 00, 01, 11 by columns of a table. */
typedef struct nucleon_table {
    int ncomponent;
    hp_forms *element[3];
    double unit; /* 2 mu/(hbar c)^2 in 1/(MeV fm^2) */
} nucleon_table;

static inline void nucleon_table_free(nucleon_table *table) {
    for (int i = 0; i < 3; i++) hp_forms_destroy(&table->element[i]);
}

/* name: av18_np.csv or av18_np_strong.csv. Errors: of hp_forms_read_local. */
static inline hp_status nucleon_table_read(nucleon_table *table, const char *name, int ncomponent,
                                           const char *const *column, hp_error *err) {
    char path[512];
    double mu = PROTON * NEUTRON / (PROTON + NEUTRON);
    *table = (nucleon_table){.ncomponent = ncomponent,
                             .unit = 2.0 * mu / (NUCLEON_HBARC * NUCLEON_HBARC)};
    (void)snprintf(path, sizeof path, "%s/data/%s", HADPOT_SOURCE_DIR, name);
    for (int i = 0; i < (ncomponent == 2 ? 3 : 1); i++) {
        HP_CALL(hp_forms_create(1.0 / table->unit, &table->element[i], err));
        HP_CALL(hp_forms_read_local(table->element[i], path, column[i], err));
    }
    return HP_OK;
}

static const char *const NUCLEON_TRIPLET[3] = {"v_3s1", "v_sd", "v_3d1"};

/* W in fm^-2; context: a nucleon_table. */
static inline void nucleon_table_at(double r, double *w, void *context) {
    const nucleon_table *table = context;
    w[0] = table->unit * hp_forms_local(table->element[0], r);
    if (table->ncomponent == 1) return;
    w[1] = w[2] = table->unit * hp_forms_local(table->element[1], r);
    w[3] = table->unit * hp_forms_local(table->element[2], r);
}

/* Reid, Ann. Phys. 50 (1968) 411: hbar^2/M in MeV fm^2, and W of 3S1-3D1 in fm^-2. */
static const double REID_HBAR2_OVER_M = 41.47;

static inline void reid_soft_core_at(double r, double *w, void *context) {
    double x = 0.7 * r, h = 10.463, near = 3.0 / x + 3.0 / (x * x);
    double e1 = exp(-x) / x, e2 = exp(-2.0 * x) / x, e4 = exp(-4.0 * x) / x, e6 = exp(-6.0 * x) / x;
    double C = -h * e1 + 105.468 * e2 - 3187.8 * e4 + 9924.3 * e6;
    double T = -h * ((1.0 + near) * e1 - (12.0 / x + 3.0 / (x * x)) * e4);
    double LS = 708.91 * e4 - 2713.1 * e6;
    (void)context;
    T += 351.77 * e4 - 1673.5 * e6;
    w[0] = C / REID_HBAR2_OVER_M;
    w[1] = w[2] = sqrt(8.0) * T / REID_HBAR2_OVER_M;
    w[3] = (C - 2.0 * T - 3.0 * LS) / REID_HBAR2_OVER_M;
}

#endif
