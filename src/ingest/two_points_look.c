// SPDX-License-Identifier: GPL-3.0-or-later
/* What runs backwards in two-point functions that are stored beyond the middle of the lattice. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/two_points.h"

/* Errors within which two numbers are the same, or beyond which they are not. */
static const double ERRORS = 5.0;

/* Relative: what is lost in noise says nothing, and without samples this is the same. */
static const double NOISE = 0.1, AGREEMENT = 0.02, SMALL = 1e-3;

/* Pairs C(t), C(T - t) without which nothing is symmetric. */
enum { PAIRS = 3 };

/* One hadron at all n times; without samples errors are 0. */
typedef struct {
    const double *C;
    double *error;
    int n, first;
    bool known; /* errors */
} series;

static void find_errors(const hp_two_point *two_point, double *column, series *of) {
    of->known = two_point->nrow > 2;
    for (int i = 0; i < of->n; i++) {
        for (int row = 0; row < two_point->nrow; row++)
            column[row] = two_point->value[(size_t)row * two_point->stride + (size_t)i];
        of->error[i] = of->known ? hp_mass_error(two_point, column) : 0.0;
    }
}

static bool has_signal(const series *of, int i) {
    return i < of->n && fabs(of->C[i]) > 0.0 && of->error[i] < NOISE * fabs(of->C[i]);
}

static bool is_negative(const series *of) {
    int count = 0;
    for (int i = 0; i <= of->n / 2 && i < of->n; i++)
        if (has_signal(of, i)) count += of->C[i] < 0.0 ? -1 : 1;
    return count < 0;
}

static bool is_symmetric(const series *of, int extent) {
    int count = 0;
    for (int i = 0; i < of->n; i++) {
        int other = extent - (of->first + i) - of->first;
        if (of->first + i < 1 || other <= i + 1 || !has_signal(of, i) || !has_signal(of, other))
            continue;
        double allowed =
            of->known ? ERRORS * hypot(of->error[i], of->error[other]) : AGREEMENT * fabs(of->C[i]);
        if (fabs(of->C[i] - of->C[other]) > allowed) return false;
        count++;
    }
    return count >= PAIRS;
}

/* The smallest |C|, beyond which it rises by more than errors; 0: it does not. */
static int find_turn(const series *of) {
    int least = 0;
    for (int i = 1; i < of->n; i++)
        if (fabs(of->C[i]) < fabs(of->C[least])) least = i;
    for (int i = least + 1; i < of->n; i++) {
        double rise = fabs(of->C[i]) - fabs(of->C[least]);
        if (has_signal(of, i) && rise > ERRORS * hypot(of->error[i], of->error[least]) &&
            rise > AGREEMENT * fabs(of->C[i]))
            return least;
    }
    return 0;
}

/* The last index at which what runs backwards is small; that before the turn where its slope is not
 * seen. */
static int find_limit(const series *of, int turn) {
    int at = (turn + of->n - 1) / 2;
    if (at == turn) at++;
    while (at + 1 < of->n && !(has_signal(of, at) && has_signal(of, at + 1))) at++;
    if (at + 1 >= of->n) return turn - 1;
    double slope = log(fabs(of->C[at + 1] / of->C[at]));
    for (int i = turn - 1; i > 0; i--) {
        double backward = fabs(of->C[at]) * exp(-slope * (at - i));
        double allowed = of->known ? HP_TWO_POINTS_BACKWARD * of->error[i] : SMALL * fabs(of->C[i]);
        if (backward <= allowed) return i;
    }
    return 1;
}

/* hadron: 0, 1; symmetric: out. */
static void look_at(hp_two_points *points, int hadron, series *of, double *column) {
    hp_two_point *C = &points->of[hadron];
    double *value = points->rows + (ptrdiff_t)hadron * points->stored;
    *of = (series){value, of->error, points->stored, C->first, false};
    find_errors(C, column, of);
    points->negative[hadron] = is_negative(of);
    for (int row = 0; row < C->nrow && points->negative[hadron]; row++)
        for (int i = 0; i < of->n; i++) value[(size_t)row * C->stride + (size_t)i] *= -1.0;
    int extent = C->extent > 0 ? C->extent : C->first == 0 ? of->n : 0;
    C->symmetric = extent > 0 && is_symmetric(of, extent);
    int turn = C->symmetric ? 0 : find_turn(of);
    if (turn < 2) return;
    points->turn[hadron] = C->first + turn;
    C->limit = C->first + find_limit(of, turn);
}

hp_status hp_two_points_look(hp_two_points *points, hp_error *err) {
    hp_status status = HP_OK;
    double *column = NULL;
    series of = {0};
    HP_NEW(column, points->of[0].nrow);
    HP_NEW(of.error, points->stored);
    for (int hadron = 0; hadron < 2; hadron++) look_at(points, hadron, &of, column);
    bool both = points->of[0].symmetric && points->of[1].symmetric;
    for (int hadron = 0; hadron < 2 && both; hadron++) { /* T from the data */
        hp_two_point *C = &points->of[hadron];
        if (C->extent > 0) continue;
        C->extent = points->stored;
        C->nt = C->extent / 2 + 1;
    }
cleanup:
    hp_free(column);
    hp_free(of.error);
    return status;
}
