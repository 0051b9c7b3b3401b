// SPDX-License-Identifier: GPL-3.0-or-later
/* Panels that follow the terms of a potential of known form. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include "forms_private.h"
#include "hadpot/memory.h"

/* A table has an edge at every point, or at as many of them, evenly. */
enum { TABLE_PANELS = 48 };

/* Edges that a term asks for, and the widths of the surface of a steep Woods-Saxon well that lie
 * between them on either side: beyond, less than rounding of its depth changes. */
enum { MOST_RADII = 3, STEEP_WIDTHS = 37 };

/* Distances closer than this part of them are the same. */
static const double SAME = 1e-9;

static hp_status check_range(const hp_forms *forms, double given, hp_error *err) {
    double range = given > 0 ? given : hp_forms_reach(forms);
    HP_REQUIRE(isfinite(range) && range > 0, HP_ERR_INPUT,
               "the range of a potential must be positive, found %g fm", range);
    for (int i = 0; i < forms->ntable; i++) {
        const hp_form_table *table = &forms->table[i];
        double end = table->r[table->n - 1];
        HP_REQUIRE(given <= end * (1 + SAME), HP_ERR_INPUT,
                   "a range of %.15g fm exceeds the data of %s, which end at %.15g fm", given,
                   table->label, end);
    }
    return HP_OK;
}

/* Where a term changes at once: the radius of a square well, and around that of a Woods-Saxon well
 * with a thin surface, which nodes of long panels on either side do not see. */
static int list_radii(const hp_form_term *term, bool steep, double radius[MOST_RADII]) {
    double R = term->p[1], a = term->p[2];
    steep &= term->kind == HP_FORM_WOODS_SAXON && STEEP_WIDTHS * a < 0.5 * R;
    if (term->kind != HP_FORM_SQUARE_WELL && !steep) return 0;
    radius[0] = R;
    if (!steep) return 1;
    radius[1] = R - STEEP_WIDTHS * a;
    radius[2] = R + STEEP_WIDTHS * a;
    return 3;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Edges that there must be, ascending, the last one at the range. */
static hp_status list_breaks(const hp_forms *forms, double range,
                             const hp_forms_grid_options *options, double **breaks, int *nbreak,
                             hp_error *err) {
    int panels = options->panels;
    bool steep = options->edges_alone;
    int most = MOST_RADII * forms->nterm + forms->ntable * (TABLE_PANELS + 2) + panels + 1, n = 0;
    HP_ALLOCATE(*breaks, most);
    for (int i = 0; i < forms->nterm; i++) n += list_radii(&forms->term[i], steep, *breaks + n);
    for (int i = 0; i < forms->ntable; i++) {
        const hp_form_table *table = &forms->table[i];
        int step = panels > 0 ? table->n : (table->n + TABLE_PANELS - 1) / TABLE_PANELS;
        for (int point = table->n - 1; point >= 0; point -= step) (*breaks)[n++] = table->r[point];
    }
    for (int i = 1; i < panels; i++) (*breaks)[n++] = range / panels * i;
    qsort(*breaks, (size_t)n, sizeof **breaks, compare);
    *nbreak = 0;
    for (int i = 0; i < n; i++) { /* those within the range, each once */
        double last = *nbreak > 0 ? (*breaks)[*nbreak - 1] : 0;
        double candidate = (*breaks)[i];
        if (candidate > last + SAME * range && candidate < range * (1 - SAME))
            (*breaks)[(*nbreak)++] = candidate;
    }
    (*breaks)[(*nbreak)++] = range;
    return HP_OK;
}

/* The shortest that a term still acting at r asks for, no longer than what is left up to the next
 * edge, where a well may end; and `order` nodes follow the wave when its phase, or the exponent
 * under a barrier, grows by no more than order/4 in a panel. */
static double panel_length(const hp_forms *forms, const hp_forms_grid_options *options, double r,
                           double left) {
    double length = INFINITY, wave = options->order / 4.0;
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_term *term = &forms->term[i];
        if (r >= term->reach) continue;
        const hp_form_class *class = &hp_form_classes[term->kind];
        length = fmin(length, class->panel != NULL ? class->panel(term->p, r)
                                                   : class->panel_part * class->tail(term->p));
    }
    length *= (double)options->order / HP_FORMS_USUAL_ORDER;
    if (!isfinite(length)) length = fmax(hp_forms_reach(forms), 1 / (options->k_max + 1e-3));
    double k2 = options->k_max * options->k_max;
    length = fmin(length, left);
    while (length > DBL_MIN) { /* infinite: no panel is short enough */
        double middle = r + length / 2;
        double w = fabs(hp_forms_local(forms, middle)) / forms->h;
        if (!(length * sqrt(w + k2) > wave)) break; /* also for nan, which the solvers refuse */
        length *= 0.8;
    }
    return length;
}

/* Number of panels, more than `most` when they do not fit. */
static int place_edges(const hp_forms *forms, const hp_forms_grid_options *options,
                       const double *breaks, int nbreak, double *edge, int most) {
    int panels = 0;
    edge[0] = 0;
    for (int i = 0; i < nbreak; i++) {
        double r = edge[panels];
        while (r < breaks[i]) {
            double left = breaks[i] - r;
            bool as_given = options->panels > 0 || options->edges_alone;
            double length = as_given ? left : panel_length(forms, options, r, left);
            if (panels == most) return most + 1;
            r = left <= length ? breaks[i] : left < 2 * length ? r + left / 2 : r + length;
            edge[++panels] = r;
        }
    }
    return panels;
}

hp_status hp_forms_create_grid(const hp_forms *forms, const hp_forms_grid_options *options,
                               hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    double *breaks = NULL, *edge = NULL;
    int nbreak = 0, order = options->order;
    *grid = (hp_quadrature){0};
    HP_TRY(check_range(forms, options->range, err));
    double range = options->range > 0 ? options->range : hp_forms_reach(forms);
    HP_CHECK(order >= HP_MIN_ORDER && order <= HP_MAX_ORDER, HP_ERR_INPUT,
             "the order must lie between %d and %d, found %d", HP_MIN_ORDER, HP_MAX_ORDER, order);
    HP_TRY(list_breaks(forms, range, options, &breaks, &nbreak, err));
    int most = HP_FORMS_MAX_NODES / order;
    HP_NEW(edge, most + 1);
    int panels = place_edges(forms, options, breaks, nbreak, edge, most);
    HP_CHECK(panels <= most, HP_ERR_INPUT,
             "a potential that reaches to %.4g fm needs more than %d panels of %d nodes to be "
             "resolved; give a smaller range_fm, a smaller largest momentum, or panels",
             range, most, order);
    HP_TRY(hp_quadrature_create_panels(edge, panels, order, grid, err));
cleanup:
    hp_free(edge);
    hp_free(breaks);
    return status;
}

double hp_forms_local_beyond(const hp_forms *forms, double end) {
    double V = hp_forms_local(forms, end);
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_term *term = &forms->term[i];
        bool ends = term->p[1] >= end && term->p[1] <= end * (1 + SAME);
        if (term->kind == HP_FORM_SQUARE_WELL && ends) V += term->p[0];
    }
    return V;
}

double hp_forms_edge_ratio(const hp_forms *forms, const hp_quadrature *grid, const double *local,
                           const double *kernel) {
    double end = grid->range, largest = 0, cut = 0, ratio = 0, heavy = 0;
    size_t n = (size_t)grid->n;
    for (size_t i = 0; local != NULL && i < n; i++)
        largest = fmax(largest, fabs(grid->r[i] * local[i]));
    if (largest > 0) ratio = end * fabs(hp_forms_local_beyond(forms, end)) / forms->h / largest;
    for (size_t i = 0; i < n; i++)
        heavy = fmax(heavy, fabs(hp_forms_mass(forms, grid->r[i], NULL) - 1));
    if (heavy > 0) ratio = fmax(ratio, fabs(hp_forms_mass(forms, end, NULL) - 1) / heavy);
    largest = 0;
    for (size_t i = 0; kernel != NULL && i < n * n; i++) largest = fmax(largest, fabs(kernel[i]));
    for (size_t i = 0; kernel != NULL && i < n; i++)
        cut = fmax(cut, fabs(hp_forms_nonlocal(forms, end, grid->r[i])) / forms->h);
    return largest > 0 ? fmax(ratio, cut / largest) : ratio;
}
