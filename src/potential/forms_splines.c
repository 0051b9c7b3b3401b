// SPDX-License-Identifier: GPL-3.0-or-later
/* Tabulated potentials between, below and beyond their points. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>
#include "forms_private.h"
#include "hadpot/memory.h"

/* Largest |U(r,r') - U(r',r)| over the largest |U|. */
static const double ASYMMETRY = 1e-8;

/* The values at up to two radii, with these weights, stand for that at r. */
typedef struct combination {
    int n;
    double r[2], weight[2];
} combination;

static size_t count_points(const hp_form_table *table, hp_form_view view) {
    size_t n = (size_t)table->n;
    if (view == HP_FORMS_GIVEN) return n;
    return (view == HP_FORMS_ODD_POINTS ? n : n + 1) / 2 + 1;
}

/* Which point of the table is number i of a view. */
static size_t point(const hp_form_table *table, hp_form_view view, size_t i) {
    size_t last = (size_t)table->n - 1;
    size_t at = view == HP_FORMS_GIVEN                  ? i
                : view == HP_FORMS_ODD_POINTS || i == 0 ? 2 * i
                                                        : 2 * i - 1;
    return at < last ? at : last;
}

static hp_status check_points(const hp_form_points *points, hp_error *err) {
    int least = points->nonlocal ? HP_FORM_TABLE_MIN_NONLOCAL : HP_FORM_TABLE_MIN_LOCAL;
    const double *r = points->r;
    HP_REQUIRE(points->n >= least, HP_ERR_INPUT, "expected at least %d points, found %d", least,
               points->n);
    HP_REQUIRE(r[0] >= 0, HP_ERR_INPUT, "r_fm: must be >= 0, found %.15g", r[0]);
    for (int i = 1; i < points->n; i++)
        HP_REQUIRE(r[i] > r[i - 1], HP_ERR_INPUT, "r_fm: must ascend, found %.15g after %.15g",
                   r[i], r[i - 1]);
    return HP_OK;
}

static hp_status check_symmetric(const hp_form_points *points, hp_error *err) {
    double largest = 0;
    size_t n = (size_t)points->n;
    for (size_t i = 0; i < n * n; i++) largest = fmax(largest, fabs(points->value[i]));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double one = points->value[i * n + j], other = points->value[j * n + i];
            HP_REQUIRE(fabs(one - other) <= ASYMMETRY * largest, HP_ERR_INPUT,
                       "u_mev_fm3: must be symmetric, found %.15g at (%zu, %zu) and %.15g at "
                       "(%zu, %zu)",
                       one, i, j, other, j, i);
        }
    return HP_OK;
}

/* The spline of a view through n values, of U (n, n), that follow table->n radii from r on;
 * straight lines where there are too few points for more. */
static hp_status make_spline(hp_form_table *table, hp_form_view view, const double *r, size_t n,
                             hp_error *err) {
    bool surface = table->is_nonlocal;
    const double *values = r + table->n;
    gsl_spline **curve = &table->local[view];
    gsl_spline2d **map = &table->nonlocal[view];
    if (surface)
        *map = gsl_spline2d_alloc(
            n < HP_FORM_TABLE_MIN_NONLOCAL ? gsl_interp2d_bilinear : gsl_interp2d_bicubic, n, n);
    else
        *curve = gsl_spline_alloc(
            n < HP_FORM_TABLE_MIN_LOCAL ? gsl_interp_linear : gsl_interp_cspline, n);
    HP_REQUIRE(*map != NULL || *curve != NULL, HP_ERR_MEMORY, "no memory for a spline of %zu radii",
               n);
    int code = surface ? gsl_spline2d_init(*map, r, r, values, n, n)
                       : gsl_spline_init(*curve, r, values, n);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "spline: %s", gsl_strerror(code));
    return HP_OK;
}

/* Splines through the points of each view; U exactly symmetric. */
static hp_status create_splines(const hp_form_points *points, hp_form_table *table, hp_error *err) {
    hp_status status = HP_OK;
    size_t all = (size_t)points->n;
    bool surface = points->nonlocal;
    const double *value = points->value;
    double *r = NULL;
    HP_NEW(r, all + (surface ? all * all : all));
    for (hp_form_view view = HP_FORMS_GIVEN; view < HP_FORMS_CONTINUED; view++) {
        size_t n = count_points(table, view), rows = surface ? n : 1;
        for (size_t i = 0; i < n; i++) r[i] = table->r[point(table, view, i)];
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < n; j++) {
                size_t from = surface ? point(table, view, i) : 0, to = point(table, view, j);
                double mirrored = value[surface ? to * all + from : to];
                r[all + i * n + j] = 0.5 * (value[from * all + to] + mirrored);
            }
        HP_TRY(make_spline(table, view, r, n, err));
    }
cleanup:
    hp_free(r);
    return status;
}

hp_status hp_form_table_create(const hp_form_points *points, hp_form_table *table, hp_error *err) {
    *table = (hp_form_table){.is_nonlocal = points->nonlocal, .n = points->n};
    HP_CALL(check_points(points, err));
    if (points->nonlocal) HP_CALL(check_symmetric(points, err));
    HP_ALLOCATE(table->r, points->n);
    memcpy(table->r, points->r, (size_t)points->n * sizeof *table->r);
    table->label = hp_copy_string(points->label);
    HP_REQUIRE(table->label != NULL, HP_ERR_MEMORY, "no memory for a string");
    return create_splines(points, table, err);
}

/* Below the first point the value there, or a + b/r through the first two. */
static combination combine(const hp_form_table *table, hp_form_view view, double r) {
    const double *first = table->r;
    if (view != HP_FORMS_CONTINUED || r >= first[0])
        return (combination){.n = 1, .r = {fmax(r, first[0])}, .weight = {1}};
    double share = (1 / r - 1 / first[0]) / (1 / first[0] - 1 / first[1]);
    return (combination){.n = 2, .r = {first[0], first[1]}, .weight = {1 + share, -share}};
}

/* Within the table GSL cannot fail; the last bit of r may exceed the last point. */
double hp_form_table_local(const hp_form_table *table, hp_form_view view, double r) {
    const gsl_spline *curve = table->local[view == HP_FORMS_CONTINUED ? HP_FORMS_GIVEN : view];
    double sum = 0, value;
    if (r > table->r[table->n - 1]) return 0;
    combination at = combine(table, view, r);
    for (int i = 0; i < at.n; i++) {
        gsl_spline_eval_e(curve, at.r[i], NULL, &value);
        sum += at.weight[i] * value;
    }
    return sum;
}

double hp_form_table_nonlocal(const hp_form_table *table, hp_form_view view, double r, double rp) {
    const gsl_spline2d *surface =
        table->nonlocal[view == HP_FORMS_CONTINUED ? HP_FORMS_GIVEN : view];
    double sum = 0, value, last = table->r[table->n - 1];
    if (r > last || rp > last) return 0;
    combination at = combine(table, view, r), to = combine(table, view, rp);
    for (int i = 0; i < at.n; i++)
        for (int j = 0; j < to.n; j++) {
            gsl_spline2d_eval_e(surface, at.r[i], to.r[j], NULL, NULL, &value);
            sum += at.weight[i] * to.weight[j] * value;
        }
    return sum;
}

void hp_form_table_destroy(hp_form_table *table) {
    for (hp_form_view view = HP_FORMS_GIVEN; view < HP_FORMS_CONTINUED; view++) {
        if (table->local[view] != NULL) gsl_spline_free(table->local[view]);
        if (table->nonlocal[view] != NULL) gsl_spline2d_free(table->nonlocal[view]);
    }
    hp_free(table->r);
    hp_free(table->label);
    *table = (hp_form_table){0};
}
