// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials of known form, as a sum of terms, in MeV and fm:
 *
 *     V(r) delta3(r-r') + U(r,r'),     u'' + k^2 u = w u + int K u dr',
 *     w = V / h,     K = 4 pi r r' U / h,     h = hbar^2/(2 mu) in MeV fm^2.
 *
 * A hermitian term {p^2, V2(r)} makes the mass depend on r, -h (M u')' + ..., M = 1 + 2 V2/h. The
 * wave v = sqrt(M) u, which is u where V2 has ended, then obeys (docs/method-given.md)
 *
 *     v'' + k^2 v = (w + k^2 s) v + int K v dr',     s = 1 - 1/M,
 *     w = V / (h M) - (M'/(2 M))^2,     K = 4 pi r r' U / (h sqrt(M(r) M(r'))). */
#ifndef HADPOT_FORMS_H
#define HADPOT_FORMS_H

#include <stdbool.h>
#include "hadpot/quadrature.h"

enum { HP_FORM_PARAMETERS = 5 };

/* X(kind, parameters in this order): lengths and inverse lengths, depths and widths > 0. */
#define HP_FORM_LIST(X)                                                                            \
    X(GAUSSIAN, "V = c exp(-(r/d)^2): c [MeV], d [fm]")                                            \
    X(YUKAWA, "V = g exp(-m r)/r: g [MeV fm], m [1/fm]")                                           \
    X(SQUARED_YUKAWA, "V = c (1 - exp(-b r^2)) (exp(-m r)/r)^2: c [MeV fm^2], b [1/fm^2], m")      \
    X(WOODS_SAXON, "V = -D/(1 + exp((r - R)/a)): D [MeV], R, a [fm]")                              \
    X(SQUARE_WELL, "V = -D for r < R: D [MeV], R [fm]")                                            \
    X(REGULAR_YUKAWA, "V = g (1 - exp(-b r^2)) exp(-m r)/r: g [MeV fm], b [1/fm^2], m [1/fm]")     \
    X(OSCILLATING_GAUSSIAN, "V = c exp(-(r/d)^2) cos(q r): c [MeV], d [fm], q [1/fm]")             \
    X(TENSOR_YUKAWA, ("V = g [(1 + 3/x + 3/x^2) exp(-x) - (3 c/x + 3/x^2) exp(-c x)]/x, x = m r: " \
                      "g [MeV], c, m [1/fm]"))                                                     \
    X(EXPONENTIAL, "U = omega exp(-m r) exp(-m r'): omega [MeV/fm^3], m [1/fm]")                   \
    X(EXPONENTIAL_KERNEL, "K = L r r' exp(-m (r + r')): L [1/fm^5], m [1/fm]")                     \
    X(YAMAGUCHI, "K = -2 b (a+b)^2 exp(-b (r + r')): a, b [1/fm]")                                 \
    X(NONLOCAL_GAUSSIAN, "U = C exp(-(r^2 + r'^2)/d^2 - (r - r')^2/b^2): C [MeV/fm^3], d, b")      \
    X(PEREY_BUCK, ("U = A N(r,r') exp(-(r^2 + r'^2)/(2 d^2)), N = (exp(-((r - r')/b)^2) - "        \
                   "exp(-((r + r')/b)^2))/(4 pi^(3/2) b r r'): A [MeV], d, b [fm]"))               \
    X(PEREY_BUCK_EXPONENTIAL, "U = A N(r,r') exp(-(r + r')/d), N as before: A [MeV], d, b [fm]")   \
    X(SEPARABLE_KERNEL, "K = L r^p exp(-a r) r'^q exp(-b r'): L [1/fm^(3+p+q)], p, q, a, b")       \
    X(SEPARABLE_GAUSSIAN, "U = C exp(-(r/d)^2) exp(-(r'/e)^2): C [MeV/fm^3], d, e [fm]")           \
    X(MOMENTUM_GAUSSIAN, "{p^2, V2}, V2 = c exp(-(r/d)^2): c [MeV fm^2], d [fm]")

typedef enum hp_form_kind {
#define X(kind, text) HP_FORM_##kind,
    HP_FORM_LIST(X)
#undef X
        HP_NFORM
} hp_form_kind;

/* Kinds with parameters 1 and 2, 3 and 4 of r and of r', which may differ: U(r,r') is not U(r',r).
 */
static inline bool hp_form_has_two_sides(hp_form_kind kind) {
    return kind == HP_FORM_SEPARABLE_KERNEL || kind == HP_FORM_SEPARABLE_GAUSSIAN;
}

/* A sum of terms, zero at first. h: hbar^2/(2 mu) > 0. forms: out, owned by the caller. */
typedef struct hp_forms hp_forms;
hp_status hp_forms_create(double h, hp_forms **forms, hp_error *err);
void hp_forms_destroy(hp_forms **forms);

/* Add a term; parameter: as many as the kind has. Errors: HP_ERR_INPUT for parameters that are not
 * finite or not positive where they must be; MEMORY. */
hp_status hp_forms_add(hp_forms *forms, hp_form_kind kind, const double *parameter, hp_error *err);

/* Add V(r), or U(r,r') symmetric to rounding, of n ascending radii r >= 0 in fm: V (n) in MeV by a
 * natural cubic spline (GSL), U (n, n) in MeV/fm^3 bicubic (gsl_spline2d). Below the first r the
 * value there, beyond the last one zero. label: what messages call it; all is copied. Errors:
 * HP_ERR_INPUT: r negative or not ascending, under 3 points for V and 4 for U, not symmetric. */
hp_status hp_forms_add_local_table(hp_forms *forms, const char *label, int n, const double *r,
                                   const double *V, hp_error *err);
hp_status hp_forms_add_nonlocal_table(hp_forms *forms, const char *label, int n, const double *r,
                                      const double *U, hp_error *err);

/* The h it was made with. */
double hp_forms_hbar2_over_2mu(const hp_forms *forms);

bool hp_forms_has_local(const hp_forms *forms);
bool hp_forms_has_nonlocal(const hp_forms *forms);
bool hp_forms_has_mass(const hp_forms *forms); /* there are terms {p^2, V2} */

/* V in MeV, r > 0 (a Yukawa term is infinite at 0), and 4 pi r r' U in MeV/fm, r, r' >= 0. */
double hp_forms_local(const hp_forms *forms, double r);
double hp_forms_nonlocal(const hp_forms *forms, double r, double rp);

/* M = 1 + 2 V2/h, 1 without such terms; slope: out, M' in 1/fm, or NULL. */
double hp_forms_mass(const hp_forms *forms, double r, double *slope);

/* M > 0 at all r; otherwise the Hamiltonian has no lowest state. Errors: HP_ERR_INPUT. */
hp_status hp_forms_check_mass(const hp_forms *forms, hp_error *err);

/* Where all terms have become negligible: what is beyond changes a0 and r_eff by about 1e-16 of
 * themselves. Square wells and tables end where they end. */
double hp_forms_reach(const hp_forms *forms);

/* The grid that resolves all terms, for tables and truths; solvers have the nodes of nodes.h, which
 * take its edges alone. It resolves waves of momenta up to k_max [1/fm] to about rounding with
 * `order` nodes in each panel: short panels where a term of short range acts, edges at the radii of
 * square wells and at points of tables. range: 0 for that of hp_forms_reach. panels: so many equal
 * ones and the radii of square wells instead, 0 for those just described. grid: owned by the
 * caller. Errors: HP_ERR_INPUT for a range beyond the end of a table, or when more than
 * HP_FORMS_MAX_NODES nodes are needed. */
enum { HP_FORMS_MAX_NODES = 4096 };
typedef struct hp_forms_grid_options {
    double range, k_max;
    int panels, order;
    bool edges_alone; /* the radii of square wells and points of tables; for hp_nodes_choose */
} hp_forms_grid_options;
hp_status hp_forms_create_grid(const hp_forms *forms, const hp_forms_grid_options *options,
                               hp_quadrature *grid, hp_error *err);

/* What is cut off at the end of a grid: |r V|, |r r' U| with r' there and |M - 1|, over the largest
 * on the nodes, whichever is largest. Square wells that end there are not cut off, tables are.
 * local (n) and kernel (n, n) from hp_forms_fill, or NULL. */
double hp_forms_edge_ratio(const hp_forms *forms, const hp_quadrature *grid, const double *local,
                           const double *kernel);

/* What the points of tables may mean besides what is given: the 1st, 3rd, 5th, ... and the last
 * alone, the 1st, 2nd, 4th, ... and the last alone, or V = a + b/r through the first two below the
 * first (in each argument of U). How far observables move then tells the error of the table
 * (docs/method-given.md). */
typedef enum hp_form_view {
    HP_FORMS_GIVEN,
    HP_FORMS_ODD_POINTS,
    HP_FORMS_EVEN_POINTS,
    HP_FORMS_CONTINUED,
    HP_NVIEW
} hp_form_view;

/* w (n), s (n) and K (n, n) on the nodes, in 1/fm^2, 1 and 1/fm^3; NULL when not wanted. */
typedef struct hp_forms_on_grid {
    double *local, *slope, *kernel;
} hp_forms_on_grid;
void hp_forms_fill(const hp_forms *forms, hp_form_view view, const hp_quadrature *grid,
                   const hp_forms_on_grid *on);

/* The part of that distance which is taken as error, the largest of all views; 0 where a view
 * changes nothing. */
double hp_forms_view_part(const hp_forms *forms, hp_form_view view);

/* w and s at r; an hp_local_function (interaction.h) whose context is an hp_forms. */
void hp_forms_local_at(double r, double *w, double *s, void *forms);

#endif
