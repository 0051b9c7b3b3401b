// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of potential.h: what a class of potentials does. */
#ifndef HADPOT_POTENTIAL_CLASSES_H
#define HADPOT_POTENTIAL_CLASSES_H

#include "hadpot/potential.h"

/* Members that may be NULL say so. self is made by create, which leaves NULL or a half-built one
 * that destroy takes when it fails. */
struct hp_potential_class {
    hp_status (*create)(const hp_potential_setup *setup, void **self, hp_error *err);
    void (*destroy)(void *self);                                             /* not of NULL */
    hp_status (*fit)(void *self, const hp_fit_task *task, hp_error *err);    /* NULL: given */
    void (*load)(void *self, const hp_record *record, const double *vector); /* NULL: given */
    hp_potential_facts (*describe)(const void *self);
    void (*add_rows)(const void *self, hp_record *record);
    void (*note)(const void *self, hp_record *record); /* NULL: there is nothing to say */

    /* Work space for n radii, in `fill` (nodes) and `map`; NULL: none is needed. */
    hp_status (*prepare)(const void *self, const double *r, int n, void **work, hp_error *err);
    void (*release)(void *work);

    /* Parts of `on` that `describe` says are there; pair[0], or (npair) of several components. */
    hp_status (*fill)(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err);
    /* w and s between the nodes; NULL: solvers interpolate. */
    void (*local_at)(const void *self, const hp_pair *pair, double r, double *w, double *s);
    /* NULL: hp_node_potential_edge_ratio finds it from the nodes. */
    double (*edge_ratio)(const void *self, const hp_node_potential *on);
    /* As hp_potential_map_fill after prepare; NULL: there is no map. */
    void (*map)(const void *self, void *work, double *U);
    /* As hp_potential_on_shells; NULL: not wanted of given potentials. */
    const double *(*on_shells)(void *self, const double *r, int n, double *V);
};

/* The row of V(r) on the radii of the data, which most classes have. */
extern const hp_row hp_potential_row_local;

/* Networks between several components, or with l > 0: no kind of its own. */
extern const hp_potential_class hp_potential_class_network_matrix;

/* The fit inside a potential of class network. */
hp_network_fit *hp_potential_network(const hp_potential *potential);

#endif
