// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/misner.h"
#include <math.h>
#include <string.h>
#include <lapacke.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"

const int hp_misner_l[HP_MISNER_MOST_L] = {0, 4, 6, 8};

/* Fits with more are not determined by double precision. */
static const double LARGEST_CONDITION = 1e12;

/* Points for so many functions at least. With fewer the weights of points add up to 2 to 3000 in
 * magnitude (measured for D = 0.5 to 1.5, n up to 6, l up to 8), with these to less than 2. */
static const int FEWEST_POINTS[2] = {3, 2};

/* Polynomials of a higher degree have more zeros than thick shells have distances. */
enum { MOST_DEGREE = 12 };

/* The polynomials of F. C. von der Lage and H. A. Bethe, Phys. Rev. 71 (1947) 612, with their
 * norms; their integrals are checked in tests. */
double hp_misner_invariant(int i, const double x[3]) {
    double r2 = x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
    double a = x[0] * x[0] / r2, b = x[1] * x[1] / r2, c = x[2] * x[2] / r2;
    double fourth = a * a + b * b + c * c - 0.6;
    double sixth = a * b * c - 1.0 / 105.0 + fourth / 22.0;
    double unit = sqrt(0.25 / M_PI);
    switch (hp_misner_l[i]) {
    case 4:
        return unit * 1.25 * sqrt(21.0) * fourth;
    case 6:
        return unit * 28.875 * sqrt(26.0) * sixth;
    case 8:
        return unit * 4.0625 * sqrt(561.0) *
               (a * a * a * a + b * b * b * b + c * c * c * c - 1.0 / 3.0 - 5.6 * sixth -
                210.0 / 143.0 * fourth);
    default:
        return unit;
    }
}

static int count_invariants(const hp_misner_options *options) {
    int n = 0;
    while (n < HP_MISNER_MOST_L && hp_misner_l[n] <= options->l_max) n++;
    return n;
}

static double distance(const hp_geometry *geometry, int p) {
    return geometry->r[geometry->shell[p]];
}

/* Points of the shell at R into point[], unless it is NULL. */
static int list_points(const hp_geometry *geometry, double width, double radius, int *point) {
    int n = 0;
    for (int p = 0; p < geometry->npoint; p++) {
        if (fabs(distance(geometry, p) - radius) >= width + 0.5) continue;
        if (point != NULL) point[n] = p;
        n++;
    }
    return n;
}

int hp_misner_count(const hp_geometry *geometry, const hp_misner_options *options, double radius) {
    double reach = options->width + 0.5;
    if (radius <= reach || radius + reach > 0.5 * geometry->extent) return 0;
    int n = list_points(geometry, options->width, radius, NULL);
    int functions = (options->radial_terms + 1) * count_invariants(options);
    return FEWEST_POINTS[1] * n >= FEWEST_POINTS[0] * functions ? n : 0;
}

/* One shell. Function of n and invariant i: number n nl + i. */
typedef struct shell_fit {
    const hp_geometry *geometry;
    const hp_misner_options *options;
    double radius;
    int nl, nfunction, npoint;
    const int *point;     /* (npoint) */
    double *block, *root; /* (npoint) square root of weight times multiplicity */
    double *A;            /* (npoint, nfunction) root B; then U of A = U s Vt */
    double *s, *Vt;       /* (nfunction), (nfunction, nfunction) */
} shell_fit;

/* sqrt((2n+1)/(2D)) P_n(x), n up to most, also beyond |x| = 1. */
static void fill_radial(double width, int most, double x, double *value) {
    double before = 0.0, now = 1.0;
    for (int n = 0; n <= most; n++) {
        value[n] = sqrt((2 * n + 1) / (2.0 * width)) * now;
        double next = ((2 * n + 1) * x * now - n * before) / (n + 1);
        before = now;
        now = next;
    }
}

static void fill_functions(const shell_fit *fit) {
    const hp_geometry *geometry = fit->geometry;
    double width = fit->options->width, radial[MOST_DEGREE + 1] = {0};
    for (int k = 0; k < fit->npoint; k++) {
        int p = fit->point[k];
        const int *site = geometry->site[p];
        const double x[3] = {site[0], site[1], site[2]};
        double r = distance(geometry, p), away = r - fit->radius;
        double weight = fmin(width + 0.5 - fabs(away), 1.0);
        fit->root[k] = sqrt(weight * geometry->multiplicity[p]);
        fill_radial(width, fit->options->radial_terms, away / width, radial);
        for (int f = 0; f < fit->nfunction; f++)
            fit->A[(ptrdiff_t)k * fit->nfunction + f] =
                fit->root[k] * radial[f / fit->nl] / r * hp_misner_invariant(f % fit->nl, x);
    }
}

/* G = A^T A has the condition number (s_0/s_last)^2. */
static hp_status decompose(const shell_fit *fit, double *condition, hp_error *err) {
    int n = fit->nfunction;
    fill_functions(fit);
    int info = LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'O', fit->npoint, n, fit->A, n, fit->s, fit->A, n,
                              fit->Vt, n);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC), "LAPACK dgesdd failed (info %d)",
               info);
    double ratio = fit->s[0] / fit->s[n - 1];
    *condition = ratio * ratio;
    HP_REQUIRE(
        *condition < LARGEST_CONDITION, HP_ERR_INPUT,
        "Misner projection at r = %g a: its shell of width %g holds %d orbits, which do not "
        "determine %d functions (condition number %.1e); fewer radial terms, a smaller l_max "
        "or a wider shell do",
        fit->radius, fit->options->width, fit->npoint, n, *condition);
    return HP_OK;
}

/* weight (npoint): sum_f functional_f c_f = sum_k weight_k f_k. */
static void fill_weights(const shell_fit *fit, const double *functional, double *weight) {
    int n = fit->nfunction;
    for (int k = 0; k < fit->npoint; k++) weight[k] = 0.0;
    for (int j = 0; j < n; j++) {
        double along = 0.0;
        for (int f = 0; f < n; f++) along += fit->Vt[(ptrdiff_t)j * n + f] * functional[f];
        for (int k = 0; k < fit->npoint; k++)
            weight[k] += fit->A[(ptrdiff_t)k * n + j] * along / fit->s[j];
    }
    for (int k = 0; k < fit->npoint; k++) weight[k] *= fit->root[k];
}

/* Value and Laplacian of phi_l at R: r phi has the derivatives of P_n, and P_n''(0) = -n(n+1)
 * P_n(0). */
static void fill_maps(const shell_fit *fit, hp_misner *misner, int k) {
    double radial[MOST_DEGREE + 1] = {0}, R = fit->radius, width = fit->options->width;
    double value[(MOST_DEGREE + 1) * HP_MISNER_MOST_L], curve[(MOST_DEGREE + 1) * HP_MISNER_MOST_L];
    int total = misner->start[misner->nradius], l = 0;
    fill_radial(width, fit->options->radial_terms, 0.0, radial);
    for (int i = 0; i < fit->nl; i++) {
        ptrdiff_t at = (ptrdiff_t)i * total + misner->start[k];
        l = hp_misner_l[i];
        for (int f = 0; f < fit->nfunction; f++) {
            int n = f / fit->nl;
            value[f] = f % fit->nl == i ? radial[n] / R : 0.0;
            curve[f] = value[f] * (-n * (n + 1) / (width * width) - l * (l + 1) / (R * R));
        }
        fill_weights(fit, value, misner->value + at);
        fill_weights(fit, curve, misner->laplacian + at);
    }
}

static hp_status fit_shell(const hp_geometry *geometry, const hp_misner_options *options,
                           double radius, hp_misner *misner, int k, hp_error *err) {
    hp_status status = HP_OK;
    int m = misner->start[k + 1] - misner->start[k], nl = misner->nl;
    int n = nl * (options->radial_terms + 1);
    shell_fit fit = {.geometry = geometry,
                     .options = options,
                     .radius = radius,
                     .nl = nl,
                     .nfunction = n,
                     .npoint = m,
                     .point = misner->point + misner->start[k]};
    HP_TRY(hp_alloc_parts(&fit.block,
                          HP_PARTS({&fit.root, (size_t)m}, {&fit.A, (size_t)m * (size_t)n},
                                   {&fit.s, (size_t)n}, {&fit.Vt, (size_t)n * (size_t)n}),
                          err));
    HP_TRY(decompose(&fit, &misner->condition[k], err));
    fill_maps(&fit, misner, k);
cleanup:
    hp_free(fit.block);
    return status;
}

static hp_status check_options(const hp_geometry *geometry, const hp_misner_options *options,
                               hp_error *err) {
    HP_REQUIRE(geometry->kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
               "the Misner projection needs a cubic lattice; a radial grid holds partial waves");
    HP_REQUIRE(options->width > 0.0 && isfinite(options->width), HP_ERR_INPUT,
               "the width of shells is %g, expected a positive length", options->width);
    HP_REQUIRE(options->radial_terms >= 0 && options->radial_terms <= MOST_DEGREE, HP_ERR_INPUT,
               "the highest degree of the radial terms is %d, expected 0 to %d",
               options->radial_terms, MOST_DEGREE);
    HP_REQUIRE(options->l_max >= 0 && options->l_max <= hp_misner_l[HP_MISNER_MOST_L - 1],
               HP_ERR_INPUT, "the largest l of the Misner projection is %d, expected 0 to %d",
               options->l_max, hp_misner_l[HP_MISNER_MOST_L - 1]);
    return HP_OK;
}

static hp_status list_shells(const hp_geometry *geometry, const hp_misner_options *options,
                             const double *radius, hp_misner *misner, hp_error *err) {
    int needed = misner->nl * (options->radial_terms + 1);
    HP_ALLOCATE(misner->start, misner->nradius + 1);
    HP_ALLOCATE(misner->condition, misner->nradius);
    for (int k = 0; k < misner->nradius; k++) {
        int n = hp_misner_count(geometry, options, radius[k]);
        HP_REQUIRE(
            n > 0, HP_ERR_INPUT,
            "Misner projection at r = %g a: a shell of width %g there holds %d orbits for %d "
            "functions, expected %d for %d, or does not lie between r = 0 and L/2 = %d a; fewer "
            "radial terms, a smaller l_max or another width may do",
            radius[k], options->width, list_points(geometry, options->width, radius[k], NULL),
            needed, FEWEST_POINTS[0], FEWEST_POINTS[1], geometry->extent / 2);
        misner->start[k + 1] = misner->start[k] + n;
    }
    size_t total = (size_t)misner->start[misner->nradius];
    HP_ALLOCATE(misner->point, total);
    HP_ALLOCATE(misner->value, (size_t)misner->nl * total);
    HP_ALLOCATE(misner->laplacian, (size_t)misner->nl * total);
    for (int k = 0; k < misner->nradius; k++)
        list_points(geometry, options->width, radius[k], misner->point + misner->start[k]);
    return HP_OK;
}

hp_status hp_misner_create(const hp_geometry *geometry, const hp_misner_options *options,
                           const double *radius, int nradius, hp_misner *misner, hp_error *err) {
    hp_status status = HP_OK;
    *misner = (hp_misner){.nradius = nradius, .nl = count_invariants(options)};
    HP_TRY(check_options(geometry, options, err));
    HP_TRY(list_shells(geometry, options, radius, misner, err));
    for (int k = 0; k < nradius; k++)
        HP_TRY(fit_shell(geometry, options, radius[k], misner, k, err));
cleanup:
    if (status != HP_OK) hp_misner_destroy(misner);
    return status;
}

void hp_misner_destroy(hp_misner *misner) {
    if (misner == NULL) return;
    hp_free(misner->start);
    hp_free(misner->point);
    hp_free(misner->value);
    hp_free(misner->laplacian);
    hp_free(misner->condition);
    *misner = (hp_misner){0};
}

static double project(const hp_misner *misner, const double *map, int i, int k, const double *f) {
    const double *weight = map + (ptrdiff_t)i * misner->start[misner->nradius];
    double sum = 0.0;
    for (int j = misner->start[k]; j < misner->start[k + 1]; j++)
        sum += weight[j] * f[misner->point[j]];
    return sum;
}

double hp_misner_project(const hp_misner *misner, int i, int k, const double *f) {
    return project(misner, misner->value, i, k, f);
}

double hp_misner_laplacian(const hp_misner *misner, int i, int k, const double *f) {
    return project(misner, misner->laplacian, i, k, f);
}
