// SPDX-License-Identifier: GPL-3.0-or-later
/* All zeros in a region: parts of it are counted, their zeros found from estimates, and parts in
 * which both numbers differ are cut in two; docs/method-poles.md. */
#include <math.h>
#include "hadpot/memory.h"
#include "poles_private.h"

enum {
    MOST_CELLS = 64,      /* that wait, and that are counted in all */
    MOST_MEASURED = 6000, /* determinants: something is wrong, say so instead of going on */
    MOST_PASSES = 4,
    MOST_CUTS = 6 /* of cells in which D has no digits everywhere */
};

typedef struct search {
    hp_pole_problem *problem;
    hp_pole_overlap overlap;
    hp_pole_list *list;
    hp_pole_contour *contour;
    hp_pole_cell waiting[MOST_CELLS];
    int nwaiting, ncut;
} search;

/* The zeros that the estimates lead to; stops when nothing is left inside. */
static hp_status follow(search *s, hp_pole_estimate *estimate, int *gained, hp_error *err) {
    hp_pole_list *list = s->list;
    hp_pole_estimate left = *estimate;
    *gained = 0;
    for (int j = 0; j < estimate->number && left.number > 0; j++) {
        hp_pole_point zero;
        bool found;
        double complex w = estimate->w[j];
        if (s->contour->mirrored && fabs(cimag(w)) < 1e-9 * estimate->radius) w = creal(w);
        hp_pole_at_momentum(s->problem, s->problem->first, hp_complex(cimag(w), -creal(w)), &zero);
        hp_pole_take_lower_image(s->problem, &zero);
        if (s->contour->mirrored && zero.w != w) continue; /* the mirror image of another */
        if (list->number == list->most) return HP_OK;
        HP_CALL(hp_pole_polish(s->problem, &zero, list->at, list->number, 2.0 * estimate->radius,
                               &found, err));
        if (!found || !isfinite(creal(zero.w))) continue;
        hp_pole_make_real(s->problem, &zero);
        hp_pole_take_lower_image(s->problem, &zero);
        list->at[list->number++] = zero;
        HP_CALL(hp_pole_count(s->contour, list->at, list->number, &left, err));
        if (left.number < 0) { /* one too many: the iteration came to an old one again */
            list->number--;
            HP_CALL(hp_pole_count(s->contour, list->at, list->number, &left, err));
            continue;
        }
        ++*gained;
    }
    *estimate = left;
    return HP_OK;
}

/* Whether the cell is done: its zeros are all in the list. */
static hp_status solve_cell(search *s, const hp_pole_cell *cell, bool *touched, bool *done,
                            hp_error *err) {
    hp_pole_estimate estimate;
    *done = *touched = false;
    if (cell->noisy) return HP_OK;
    HP_CALL(hp_pole_trace(s->problem, &s->overlap, cell, s->contour, err));
    *touched = s->contour->touched;
    if (*touched) return HP_OK;
    HP_CALL(hp_pole_count(s->contour, s->list->at, s->list->number, &estimate, err));
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        int gained;
        *done = estimate.number == 0;
        if (*done || estimate.number < 0 || estimate.number > HP_MOST_MOMENTS) return HP_OK;
        HP_CALL(follow(s, &estimate, &gained, err));
        if (gained == 0) break;
    }
    *done = estimate.number == 0;
    return HP_OK;
}

/* Cut across its longer side, not in the middle, where symmetric problems have their poles. The
 * piece around the lowest threshold stays whole. */
static bool split(search *s, const hp_pole_cell *cell) {
    if (s->nwaiting + 2 > MOST_CELLS) return false;
    hp_pole_cell one = *cell, other = *cell;
    double part = 0.487 + 0.05 * s->overlap.slope, corner = cell->on_axis ? s->overlap.corner : 0.0;
    double width = cell->right - cell->left, height = cell->top - cell->bottom;
    double at = cell->left + part * width;
    bool around = cell->on_axis && at > -corner && at < corner;
    if (around) at = corner;
    if (width > height && at < cell->right) {
        one.right = other.left = at;
    } else {
        one.bottom = other.top = cell->top - (around ? 0.1 : part) * height;
        other.on_axis = false;
    }
    s->waiting[s->nwaiting++] = other;
    s->waiting[s->nwaiting++] = one;
    return true;
}

/* Of a cell in which D has no digits everywhere, what has them waits, and what may have. */
static hp_status cut_noise(search *s, const hp_pole_cell *cell, hp_error *err) {
    hp_pole_cell part[2];
    s->list->complete = false;
    if (s->ncut++ >= MOST_CUTS || s->nwaiting + 2 > MOST_CELLS) return HP_OK;
    HP_CALL(hp_pole_part_with_digits(s->problem, cell, s->overlap.corner, &part[0], &part[1], err));
    for (int i = 1; i >= 0; i--)
        if (part[i].right > part[i].left) s->waiting[s->nwaiting++] = part[i];
    return HP_OK;
}

/* The region with a margin, so that its own boundary is inside. */
static hp_pole_cell enlarge(const hp_pole_region *region, double margin) {
    double width = region->high - region->low;
    return (hp_pole_cell){region->low - margin * width,
                          region->high + margin * width,
                          -(1.0 + margin) * region->depth,
                          0.0,
                          true,
                          false};
}

static hp_status search_cell(search *s, const hp_pole_cell *whole, bool *touched, hp_error *err) {
    bool done;
    *touched = false;
    s->list->complete = true;
    s->waiting[0] = *whole;
    s->nwaiting = 1;
    s->ncut = 0;
    for (int cells = 0; s->nwaiting > 0; cells++) {
        hp_pole_cell cell = s->waiting[--s->nwaiting];
        if (cells == MOST_CELLS || s->problem->measured > MOST_MEASURED ||
            s->list->number == s->list->most) {
            s->list->complete = false;
            return HP_OK;
        }
        HP_CALL(solve_cell(s, &cell, touched, &done, err));
        if (cell.noisy || (*touched && s->contour->noisy)) {
            *touched = false;
            HP_CALL(cut_noise(s, &cell, err));
            continue;
        }
        if (*touched) return HP_OK;
        if (!done && !split(s, &cell)) s->list->complete = false;
    }
    return HP_OK;
}

static hp_status check_region(const hp_pole_problem *problem, const hp_pole_region *region,
                              double margin, hp_error *err) {
    const hp_channels *channels = problem->of.channels;
    double least = -INFINITY, low = region->low - margin * (region->high - region->low);
    HP_REQUIRE(isfinite(region->low) && isfinite(region->high) && region->high > region->low &&
                   isfinite(region->depth) && region->depth > 0.0,
               HP_ERR_INPUT,
               "a region for poles must have low < high and a depth > 0, found %g, %g, %g",
               region->low, region->high, region->depth);
    if (channels->kinematics == HP_NONRELATIVISTIC) return HP_OK;
    for (int a = 0; a < channels->npair; a++) /* another branch point of k_a */
        least = fmax(least, fabs(channels->pair[a].mass[0] - channels->pair[a].mass[1]) -
                                channels->lowest);
    HP_REQUIRE(low > least, HP_ERR_INPUT,
               "a region for poles must begin above the difference of the masses, at an energy of "
               "%g above the lowest threshold; found %g, %g with its margin",
               least, region->low, low);
    return HP_OK;
}

hp_status hp_pole_search(hp_pole_problem *problem, const hp_pole_region *region, hp_pole_list *list,
                         hp_error *err) {
    /* a boundary that meets a pole is moved */
    static const double MARGIN[] = {0.011, 0.023, 0.0372, 0.0531};
    enum { NMARGIN = sizeof MARGIN / sizeof MARGIN[0] };
    hp_status status = HP_OK;
    search s = {.problem = problem, .list = list};
    bool touched = true;
    HP_NEW(s.contour, 1);
    HP_TRY(hp_pole_problem_check(problem, err));
    HP_TRY(check_region(problem, region, MARGIN[NMARGIN - 1], err));
    list->number = 0;
    for (int i = 0; i < NMARGIN && touched; i++) {
        hp_pole_cell whole = enlarge(region, MARGIN[i]);
        s.overlap = hp_pole_overlap_of(problem, 0.3 - 2.0 * MARGIN[i], whole.right);
        if (whole.left >= 0.0 && whole.left < s.overlap.corner) whole.left = -s.overlap.corner;
        HP_TRY(search_cell(&s, &whole, &touched, err));
    }
    if (touched) list->complete = false;
cleanup:
    hp_free(s.contour);
    return status;
}

bool hp_pole_belongs(const hp_pole_problem *problem, const hp_pole_region *region,
                     hp_pole_point *zero) {
    double complex k[HP_MOST_PAIRS];
    double rounding = 1e-12 * fabs(creal(zero->energy));
    if (fabs(cimag(zero->energy)) <= rounding) {
        double complex inside = hp_complex(creal(zero->energy), -rounding);
        hp_channels_momenta(problem->of.channels, inside, problem->sheet, k);
        zero->energy = creal(zero->energy);
    } else {
        hp_channels_momenta(problem->of.channels, zero->energy, problem->sheet, k);
        if (cimag(zero->energy) > 0.0) return false;
    }
    for (int a = 0; a < problem->of.channels->npair; a++)
        if (creal(conj(k[a]) * zero->k[a]) < 0.0) return false;
    return creal(zero->energy) >= region->low && creal(zero->energy) <= region->high &&
           -cimag(zero->energy) <= region->depth;
}
