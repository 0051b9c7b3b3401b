// SPDX-License-Identifier: GPL-3.0-or-later
/* Where D has digits: on a sheet with Im k < 0 waves grow like exp(|Im k| r), and rounding with
 * them; docs/method-poles.md, "Rounding". */
#include <float.h>
#include <math.h>
#include "poles_private.h"

/* exp(|Im k| R) times rounding is less than D. Beyond, D may look smooth, because errors of a
 * kernel are those of its numbers at all energies. */
static bool is_above_rounding(const hp_pole_problem *problem, const hp_pole_point *at) {
    double largest = 0.0;
    for (int a = 0; a < problem->of.channels->npair; a++) largest = fmax(largest, -cimag(at->k[a]));
    return DBL_EPSILON * exp(largest * problem->of.range) < 1.0;
}

hp_status hp_pole_has_digits(hp_pole_problem *problem, double complex energy, bool *has,
                             hp_error *err) {
    /* so small a part of the distance from a threshold changes log D by much less than `noise`
     * unless a zero is as near as 5e-6 of that; the boundary is followed to 5e-3 */
    static const double step = 1e-9, noise = 2e-4;
    const hp_channels *channels = problem->of.channels;
    hp_pole_point at, next;
    double distance = INFINITY;
    for (int a = 0; a < channels->npair; a++)
        distance = fmin(distance, cabs(energy - channels->threshold[a]));
    hp_pole_at_energy(problem, energy, &at);
    *has = is_above_rounding(problem, &at);
    if (!*has) return HP_OK;
    HP_CALL(hp_pole_measure(problem, &at, err));
    for (int side = -1; side <= 1; side += 2) {
        hp_pole_at_energy(problem, energy + side * step * distance, &next);
        HP_CALL(hp_pole_measure(problem, &next, err));
        double turn = remainder(cimag(next.log) - cimag(at.log), 2.0 * M_PI);
        *has = *has && hypot(creal(next.log) - creal(at.log), turn) < noise;
    }
    return HP_OK;
}

/* Between a point without digits and one with: the place, in parts of the way, of a point with. */
static hp_status find_edge(hp_pole_problem *problem, double complex without, double complex with,
                           double *place, hp_error *err) {
    enum { HALVINGS = 5 };
    double low = 0.0;
    *place = 1.0;
    for (int i = 0; i < HALVINGS; i++) {
        bool has;
        double middle = 0.5 * (low + *place);
        HP_CALL(hp_pole_has_digits(problem, without + middle * (with - without), &has, err));
        *(has ? place : &low) = middle;
    }
    return HP_OK;
}

/* Cells left and right of x, or below and above y. */
static void cut_upright(const hp_pole_cell *cell, double x, hp_pole_cell *left,
                        hp_pole_cell *right) {
    *left = *right = *cell;
    left->right = right->left = x;
}

static void cut_level(const hp_pole_cell *cell, double y, hp_pole_cell *below,
                      hp_pole_cell *above) {
    *below = *above = *cell;
    below->top = above->bottom = y;
    below->on_axis = false;
}

/* Neither the lower right nor the upper left corner has digits: halves, both without in a part. */
static void halve(const hp_pole_cell *cell, double corner, hp_pole_cell *good, hp_pole_cell *rest) {
    double x = 0.5 * (cell->left + cell->right);
    if (cell->on_axis && fabs(x) < corner) x = corner;
    if (cell->right - cell->left > cell->top - cell->bottom && x < cell->right)
        cut_upright(cell, x, rest, good);
    else
        cut_level(cell, 0.5 * (cell->bottom + cell->top), rest, good);
}

hp_status hp_pole_part_with_digits(hp_pole_problem *problem, const hp_pole_cell *cell,
                                   double corner, hp_pole_cell *good, hp_pole_cell *rest,
                                   hp_error *err) {
    static const double WORTH = 0.05; /* of the width or height: a cut costs as much as a cell */
    double complex lower_left = hp_complex(cell->left, cell->bottom),
                   upper_left = hp_complex(cell->left, cell->top);
    double complex lower_right = hp_complex(cell->right, cell->bottom),
                   upper_right = hp_complex(cell->right, cell->top);
    double x = 1.0, y = 1.0, width = cell->right - cell->left, height = cell->top - cell->bottom;
    bool has[3];
    *good = *rest = (hp_pole_cell){0};
    HP_CALL(hp_pole_has_digits(problem, lower_right, &has[0], err));
    HP_CALL(hp_pole_has_digits(problem, upper_left, &has[1], err));
    HP_CALL(hp_pole_has_digits(problem, upper_right, &has[2], err));
    if (!has[2]) return HP_OK;
    if (has[0]) HP_CALL(find_edge(problem, lower_left, lower_right, &x, err));
    if (has[1]) HP_CALL(find_edge(problem, lower_left, upper_left, &y, err));
    double at = cell->left + x * width;
    if (cell->on_axis && fabs(at) < corner) at = corner;
    if (x == 1.0 && y == 1.0)
        halve(cell, corner, good, rest);
    else if (x <= y && at < cell->right)
        cut_upright(cell, at, rest, good);
    else
        cut_level(cell, cell->bottom + y * height, rest, good);
    rest->noisy = true;
    good->noisy = x == 1.0 && y == 1.0;
    if (fmin(x, y) < WORTH) *rest = (hp_pole_cell){0};
    return HP_OK;
}
