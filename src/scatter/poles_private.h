// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: zeros of a determinant that is analytic in the momenta, whoever computes it;
 * docs/method-poles.md. */
#ifndef HADPOT_SCATTER_POLES_PRIVATE_H
#define HADPOT_SCATTER_POLES_PRIVATE_H

#include "hadpot/poles.h"

/* Whose zeros are looked for. */
typedef struct hp_pole_problem {
    hp_pole_function of;
    hp_sheet sheet;
    int first;    /* pair of the lowest threshold; set by hp_pole_problem_check */
    int measured; /* determinants so far */
} hp_pole_problem;

/* A point of the Riemann surface with the momenta that belong to it. */
typedef struct hp_pole_point {
    double complex energy, k[HP_MOST_PAIRS];
    double complex q[HP_MOST_PAIRS]; /* q^2 = 2 mu (E - threshold), of the sign of k: E is a
                                        function of q, but not of a relativistic k */
    double complex w;                /* i q of the first pair: the plane in which zeros are told
                                        apart; real for real E below all thresholds */
    double complex log;              /* log D, imaginary part in (-pi, pi] */
} hp_pole_point;

/* Errors: HP_ERR_INPUT (channels, charged pairs). */
hp_status hp_pole_problem_check(hp_pole_problem *problem, hp_error *err);

/* The sheet, continued from Im E < 0 up across the real axis: every q is analytic but on a cut
 * from its threshold straight upwards. */
void hp_pole_at_energy(const hp_pole_problem *problem, double complex energy, hp_pole_point *point);

/* The same next to the threshold of `pair`, whose q is given: analytic in q through q = 0. Pairs
 * of the same threshold go with it. */
void hp_pole_at_momentum(const hp_pole_problem *problem, int pair, double complex q,
                         hp_pole_point *point);

/* The pair of the nearest threshold, whose q is the variable in which D is smooth there. */
int hp_pole_nearest_pair(const hp_pole_problem *problem, const hp_pole_point *point);

/* The mirror image E^*, -q^* where the point is on the far side (D is conjugate there), so that
 * Im E <= 0 on the sheet itself. */
void hp_pole_take_lower_image(const hp_pole_problem *problem, hp_pole_point *point);

/* A zero of a real D is real where it is so to rounding: otherwise its mirror image would count. */
void hp_pole_make_real(const hp_pole_problem *problem, hp_pole_point *zero);

/* The sheet that hp_coupled_determinant has to be given for these momenta. */
hp_sheet hp_pole_sheet_of(const hp_pole_problem *problem, const hp_pole_point *point);

/* Fill point->log, nan where the determinant is not finite. Errors: others of the determinant. */
hp_status hp_pole_measure(hp_pole_problem *problem, hp_pole_point *point, hp_error *err);

/* The zero next to `start`, which becomes it, of D over the zeros known (deflation, with their
 * mirror images). reach: how far in w from the start it may be. found: false where the iteration
 * leaves or does not converge. */
hp_status hp_pole_polish(hp_pole_problem *problem, hp_pole_point *start, const hp_pole_point *known,
                         int nknown, double reach, bool *found, hp_error *err);

/* The part of a region between two Re E and two Im E. on_axis: it ends at the real axis, or beyond
 * it in an overlap with the other side next to the cuts, so that poles on the axis are inside. */
typedef struct hp_pole_cell {
    double left, right, bottom, top;
    bool on_axis;
    bool noisy; /* D has no digits in a part of it */
} hp_pole_cell;

/* The overlap: its highest point above the middle between two thresholds is slope times half their
 * distance, or less where that is too much for the range; `corner` is where it goes over into a
 * line of constant Im q of the first pair, around the lowest threshold. */
typedef struct hp_pole_overlap {
    double slope, corner, end;
} hp_pole_overlap;
hp_pole_overlap hp_pole_overlap_of(const hp_pole_problem *problem, double slope, double end);

/* Values on a piece of the boundary, at Chebyshev points. */
enum { HP_POLE_NODES = 9, HP_MOST_POLE_ARCS = 600 };
typedef struct hp_pole_arc {
    double complex w[HP_POLE_NODES], log[HP_POLE_NODES]; /* log D continuous along the arc */
} hp_pole_arc;

typedef struct hp_pole_contour {
    bool mirrored; /* the boundary is this and its mirror image; both ends are on the axis */
    bool touched;  /* a zero is too near, or */
    bool noisy;    /* D has no digits at a point of it */
    int narc;
    hp_pole_arc arc[HP_MOST_POLE_ARCS];
} hp_pole_contour;

hp_status hp_pole_trace(hp_pole_problem *problem, const hp_pole_overlap *overlap,
                        const hp_pole_cell *cell, hp_pole_contour *contour, hp_error *err);

/* Whether log D is smooth at an energy, or rounding at the scale of its last digits. */
hp_status hp_pole_has_digits(hp_pole_problem *problem, double complex energy, bool *has,
                             hp_error *err);

/* A cell in which D loses its digits towards the lower left corner, as it does on all sheets: the
 * largest part, over the whole width or height, where it has them, and what is left, which has none
 * in a part of it, or (right <= left) is not worth another cut. Where there is no such part `good`
 * is empty, and so is `rest` where nothing in the cell has digits. corner: of the overlap. */
hp_status hp_pole_part_with_digits(hp_pole_problem *problem, const hp_pole_cell *cell,
                                   double corner, hp_pole_cell *good, hp_pole_cell *rest,
                                   hp_error *err);

/* Zeros inside that are not among the known: their number (the mirror image counted where the
 * contour is mirrored) and up to HP_MOST_MOMENTS estimates in w. centre, radius: of the contour. */
enum { HP_MOST_MOMENTS = 10 };
typedef struct hp_pole_estimate {
    int number; /* negative: the contour does not resolve what is known */
    double complex centre, w[HP_MOST_MOMENTS];
    double radius;
} hp_pole_estimate;
hp_status hp_pole_count(const hp_pole_contour *contour, const hp_pole_point *known, int nknown,
                        hp_pole_estimate *estimate, hp_error *err);

/* All zeros in a region, without their kind and residues; `most` bounds the list. */
typedef struct hp_pole_list {
    int number;        /* zeros found anywhere */
    hp_pole_point *at; /* (most) */
    int most;
    bool complete;
} hp_pole_list;
hp_status hp_pole_search(hp_pole_problem *problem, const hp_pole_region *region, hp_pole_list *list,
                         hp_error *err);

/* Whether a zero is on the sheet itself and in the region; real energies are made exactly so. */
bool hp_pole_belongs(const hp_pole_problem *problem, const hp_pole_region *region,
                     hp_pole_point *zero);

/* D(E) of a solver, which is borrowed. */
hp_pole_function hp_pole_function_of(hp_coupled *solver);

/* g_a of a pole whose place is known. Errors: NUMERIC, MEMORY. */
hp_status hp_pole_fill_residues(hp_coupled *solver, const hp_pole_problem *problem, hp_pole *pole,
                                hp_error *err);

/* A solver for the same interaction up to a part of the range; the caller owns it. */
hp_status hp_pole_shorten(const hp_coupled *solver, double part, hp_coupled **made, hp_error *err);

#endif
