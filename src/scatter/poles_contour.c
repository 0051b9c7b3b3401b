// SPDX-License-Identifier: GPL-3.0-or-later
/* The boundary of a part of a sheet, log D along it, and what it says about the zeros inside:
 * their number and their power sums; docs/method-poles.md. */
#include <lapacke.h>
#include <math.h>
#include "poles_private.h"
#include "hadpot/lapack_status.h"

/* A piece of the boundary: a line in E (grade: its end, -1 the first or 1 the second, is a
 * threshold, where D is smooth in the square root), or in q of the first pair. */
typedef struct piece {
    double complex from, to;
    int grade;
    bool in_q;
} piece;

/* Left, bottom, right, two above each interval between thresholds, one around the lowest. */
enum { MOST_PIECES = 3 + 2 * HP_MOST_PAIRS + 1 };

static double threshold_below(const hp_channels *channels, double energy) {
    double below = 0.0;
    for (int a = 0; a < channels->npair; a++)
        if (channels->threshold[a] <= energy) below = fmax(below, channels->threshold[a]);
    return below;
}

/* The next one above, or `end` where it is lower. */
static double threshold_above(const hp_channels *channels, double energy, double end) {
    double above = end;
    for (int a = 0; a < channels->npair; a++)
        if (channels->threshold[a] > energy) above = fmin(above, channels->threshold[a]);
    return above;
}

/* Highest point of the overlap at a distance from a threshold: Im q of the first pair stays below
 * 0.7/range, which changes D by a factor of about exp(1.4). */
static double overlap_height(const hp_pole_problem *problem, double slope, double distance,
                             double energy) {
    double mu = problem->of.channels->pair[problem->first].mu, q = sqrt(2.0 * mu * energy);
    return fmin(slope * distance, q / mu * 0.7 / problem->of.range);
}

/* Where the overlap is highest above an interval: its middle, or the end of the region. */
static double overlap_peak(const hp_pole_problem *problem, const hp_pole_overlap *overlap,
                           double energy) {
    double below = threshold_below(problem->of.channels, energy);
    double above = threshold_above(problem->of.channels, energy, INFINITY);
    return fmin((below + above) / 2.0, overlap->end);
}

hp_pole_overlap hp_pole_overlap_of(const hp_pole_problem *problem, double slope, double end) {
    hp_pole_overlap overlap = {slope, 0.0, end};
    if (end > 0.0) overlap.corner = 0.1 * overlap_peak(problem, &overlap, 0.0);
    return overlap;
}

static double overlap_at(const hp_pole_problem *problem, const hp_pole_overlap *overlap,
                         double energy) {
    double below = threshold_below(problem->of.channels, energy);
    double above = threshold_above(problem->of.channels, energy, INFINITY);
    double peak = overlap_peak(problem, overlap, energy);
    double height = overlap_height(problem, overlap->slope, peak - below, peak);
    return height *
           (energy <= peak ? (energy - below) / (peak - below) : (above - energy) / (above - peak));
}

static double complex on_overlap(const hp_pole_problem *problem, const hp_pole_overlap *overlap,
                                 double energy) {
    return hp_complex(energy, overlap_at(problem, overlap, energy));
}

/* From the right end of a cell along the overlap to its left end, or around the lowest threshold.
 */
static int add_overlap(const hp_pole_problem *problem, const hp_pole_overlap *overlap,
                       const hp_pole_cell *cell, piece *pieces, int n) {
    double at = cell->right, to = fmax(cell->left, overlap->corner);
    while (at > to) {
        double below = fmax(threshold_below(problem->of.channels, nextafter(at, -INFINITY)), to);
        double peak = overlap_peak(problem, overlap, nextafter(at, -INFINITY));
        double next = peak < at && peak > below ? peak : below;
        double is = threshold_below(problem->of.channels, at),
               was = threshold_below(problem->of.channels, next);
        pieces[n++] = (piece){on_overlap(problem, overlap, at), on_overlap(problem, overlap, next),
                              next == was ? 1
                              : at == is  ? -1
                                          : 0,
                              false};
        at = next;
    }
    return n;
}

static int boundary_of(const hp_pole_problem *problem, const hp_pole_overlap *overlap,
                       const hp_pole_cell *cell, bool *mirrored, piece pieces[MOST_PIECES]) {
    double complex lower_left = hp_complex(cell->left, cell->bottom);
    double complex lower_right = hp_complex(cell->right, cell->bottom);
    double complex upper_left = hp_complex(cell->left, cell->top),
                   upper_right = hp_complex(cell->right, cell->top);
    *mirrored = cell->on_axis && cell->left < 0.0;
    if (cell->on_axis) {
        upper_left = cell->left < 0.0 ? cell->left : on_overlap(problem, overlap, cell->left);
        upper_right = cell->right <= 0.0 ? cell->right : on_overlap(problem, overlap, cell->right);
    }
    int n = 0;
    pieces[n++] = (piece){upper_left, lower_left, 0, false};
    pieces[n++] = (piece){lower_left, lower_right, 0, false};
    pieces[n++] = (piece){lower_right, upper_right, 0, false};
    if (!cell->on_axis) {
        pieces[n++] = (piece){upper_right, upper_left, 0, false};
    } else if (cell->right > 0.0) {
        n = add_overlap(problem, overlap, cell, pieces, n);
        if (!*mirrored) return n;
        hp_pole_point corner;
        hp_pole_at_energy(problem, on_overlap(problem, overlap, overlap->corner), &corner);
        double complex q = corner.q[problem->first];
        pieces[n++] = (piece){q, hp_complex(0.0, cimag(q)), 0, true};
    }
    return n;
}

static void point_of(const hp_pole_problem *problem, const piece *of, double t,
                     hp_pole_point *point) {
    if (of->grade < 0) t = t * t;
    if (of->grade > 0) t = t * (2.0 - t);
    double complex at = of->from + (of->to - of->from) * t;
    if (t == 1.0) at = of->to;
    if (of->in_q)
        hp_pole_at_momentum(problem, problem->first, at, point);
    else
        hp_pole_at_energy(problem, at, point);
}

/* Values, made continuous, and whether the last Chebyshev coefficients of log D are small: then
 * zeros are far enough and no turn of the phase is missed. */
static bool fill_arc(const hp_pole_point node[HP_POLE_NODES], hp_pole_arc *arc) {
    enum { LAST = HP_POLE_NODES - 1, CHECKED = 3 };
    for (int i = 0; i <= LAST; i++) {
        if (!isfinite(creal(node[i].log))) return false;
        arc->w[i] = node[i].w;
        arc->log[i] = node[i].log;
        if (i == 0) continue;
        double turn = remainder(cimag(node[i].log) - cimag(arc->log[i - 1]), 2.0 * M_PI);
        arc->log[i] = hp_complex(creal(node[i].log), cimag(arc->log[i - 1]) + turn);
    }
    for (int m = LAST; m > LAST - CHECKED; m--) {
        double complex sum = 0.0;
        for (int i = 0; i <= LAST; i++)
            sum += (i % LAST == 0 ? 0.5 : 1.0) * arc->log[i] * cos(M_PI * m * i / LAST);
        /* 5e-3: numbers come out right to 1e-2, estimates good enough to start from */
        if (cabs(sum) * (m == LAST ? 1.0 : 2.0) / LAST > 5e-3) return false;
    }
    return true;
}

/* A zero at 1e-7 of a side is on it; pieces that are that short are rarely needed without a reason.
 */
enum { MOST_HALVINGS = 24, SUSPICIOUS = 5 };

/* One piece between two points, halved where its polynomial does not follow. */
static hp_status trace_between(hp_pole_problem *problem, const piece *of, const double t[2],
                               const hp_pole_point *ends[2], int depth, hp_pole_contour *contour,
                               hp_error *err) {
    enum { LAST = HP_POLE_NODES - 1 };
    hp_pole_point node[HP_POLE_NODES];
    node[0] = *ends[0];
    node[LAST] = *ends[1];
    for (int i = 1; i < LAST; i++) {
        double x = (1.0 - cos(M_PI * i / LAST)) / 2.0;
        point_of(problem, of, t[0] + (t[1] - t[0]) * x, &node[i]);
        HP_CALL(hp_pole_measure(problem, &node[i], err));
    }
    if (contour->narc < HP_MOST_POLE_ARCS && fill_arc(node, &contour->arc[contour->narc])) {
        contour->narc++;
        return HP_OK;
    }
    if (depth == 0 || contour->narc >= HP_MOST_POLE_ARCS) {
        contour->touched = true;
        return HP_OK;
    }
    if (depth == MOST_HALVINGS - SUSPICIOUS) {
        bool has;
        HP_CALL(hp_pole_has_digits(problem, node[LAST / 2].energy, &has, err));
        contour->touched = contour->noisy = !has;
        if (!has) return HP_OK;
    }
    double middle = (t[0] + t[1]) / 2.0;
    HP_CALL(trace_between(problem, of, (double[2]){t[0], middle},
                          (const hp_pole_point *[2]){&node[0], &node[LAST / 2]}, depth - 1, contour,
                          err));
    if (contour->touched) return HP_OK;
    return trace_between(problem, of, (double[2]){middle, t[1]},
                         (const hp_pole_point *[2]){&node[LAST / 2], &node[LAST]}, depth - 1,
                         contour, err);
}

hp_status hp_pole_trace(hp_pole_problem *problem, const hp_pole_overlap *overlap,
                        const hp_pole_cell *cell, hp_pole_contour *contour, hp_error *err) {
    piece pieces[MOST_PIECES];
    hp_pole_point from, to;
    int n = boundary_of(problem, overlap, cell, &contour->mirrored, pieces);
    contour->narc = 0;
    contour->touched = contour->noisy = false;
    point_of(problem, &pieces[0], 0.0, &from);
    HP_CALL(hp_pole_measure(problem, &from, err));
    for (int i = 0; i < n && !contour->touched; i++) {
        point_of(problem, &pieces[i], 1.0, &to);
        HP_CALL(hp_pole_measure(problem, &to, err));
        HP_CALL(trace_between(problem, &pieces[i], (double[2]){0.0, 1.0},
                              (const hp_pole_point *[2]){&from, &to}, MOST_HALVINGS, contour, err));
        from = to;
    }
    return HP_OK;
}

/* log D of an arc without the zeros that are known. */
static void deflate(const hp_pole_arc *arc, bool mirrored, const hp_pole_point *known, int nknown,
                    double complex log[HP_POLE_NODES]) {
    log[0] = 0.0;
    for (int i = 1; i < HP_POLE_NODES; i++) {
        log[i] = log[i - 1] + arc->log[i] - arc->log[i - 1];
        for (int j = 0; j < nknown; j++) {
            double complex w = known[j].w;
            log[i] -= clog((arc->w[i] - w) / (arc->w[i - 1] - w));
            if (mirrored && cimag(w) != 0.0)
                log[i] -= clog((arc->w[i] - conj(w)) / (arc->w[i - 1] - conj(w)));
        }
    }
}

/* d/dx of functions given at the Chebyshev points x_i = -cos(i pi/LAST), times the weights of
 * Clenshaw and Curtis: int f dg = sum f_i rule_ij g_j. */
static void make_rule(double rule[HP_POLE_NODES][HP_POLE_NODES]) {
    enum { LAST = HP_POLE_NODES - 1 };
    for (int i = 0; i <= LAST; i++) {
        double weight = 0.0, sum = 0.0, ci = i % LAST == 0 ? 2.0 : 1.0;
        for (int m = 0; m <= LAST; m += 2)
            weight += (m % LAST == 0 ? 1.0 : 2.0) * cos(M_PI * m * i / LAST) / (1.0 - m * m);
        weight *= 2.0 / (LAST * ci);
        for (int j = 0; j <= LAST; j++) {
            double cj = j % LAST == 0 ? 2.0 : 1.0, sign = (i + j) % 2 == 0 ? 1.0 : -1.0;
            if (i == j) continue;
            rule[i][j] = ci / cj * sign / (cos(M_PI * j / LAST) - cos(M_PI * i / LAST));
            sum += rule[i][j];
        }
        rule[i][i] = -sum;
        for (int j = 0; j <= LAST; j++) rule[i][j] *= weight;
    }
}

/* The n zeros whose power sums are given: Newton's identities, companion matrix. */
static hp_status zeros_of_sums(const double complex *sum, int n, double complex *zero,
                               hp_error *err) {
    double complex e[HP_MOST_MOMENTS + 1] = {1.0}, matrix[HP_MOST_MOMENTS * HP_MOST_MOMENTS] = {0};
    for (int m = 1; m <= n; m++) {
        for (int i = 1; i <= m; i++) e[m] += (i % 2 == 1 ? 1.0 : -1.0) * e[m - i] * sum[i];
        e[m] /= m;
    }
    for (int m = 0; m < n; m++) {
        matrix[m] = (m % 2 == 0 ? 1.0 : -1.0) * e[m + 1];
        if (m > 0) matrix[m * n + m - 1] = 1.0;
    }
    lapack_int info =
        LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', 'N', n, matrix, n, zero, NULL, n, NULL, n);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_LIBRARY),
               "zgeev returned %d for the sums over poles", (int)info);
    return HP_OK;
}

static void measure_extent(const hp_pole_contour *contour, hp_pole_estimate *estimate) {
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int s = 0; s < contour->narc; s++)
        for (int i = 0; i < HP_POLE_NODES; i++) {
            double at[2] = {creal(contour->arc[s].w[i]), cimag(contour->arc[s].w[i])};
            for (int d = 0; d < 2; d++) {
                low[d] = fmin(low[d], contour->mirrored && d == 1 ? -fabs(at[d]) : at[d]);
                high[d] = fmax(high[d], contour->mirrored && d == 1 ? fabs(at[d]) : at[d]);
            }
        }
    estimate->centre = hp_complex((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0);
    estimate->radius = hypot(high[0] - low[0], high[1] - low[1]) / 2.0;
}

hp_status hp_pole_count(const hp_pole_contour *contour, const hp_pole_point *known, int nknown,
                        hp_pole_estimate *estimate, hp_error *err) {
    double rule[HP_POLE_NODES][HP_POLE_NODES];
    double complex log[HP_POLE_NODES], sum[HP_MOST_MOMENTS + 1] = {0};
    double turn = 0.0;
    make_rule(rule);
    measure_extent(contour, estimate);
    for (int s = 0; s < contour->narc; s++) {
        deflate(&contour->arc[s], contour->mirrored, known, nknown, log);
        turn += cimag(log[HP_POLE_NODES - 1]);
        for (int i = 0; i < HP_POLE_NODES; i++) {
            double complex v = (contour->arc[s].w[i] - estimate->centre) / estimate->radius;
            double complex slope = 0.0, power = v;
            for (int j = 0; j < HP_POLE_NODES; j++) slope += rule[i][j] * log[j];
            for (int m = 1; m <= HP_MOST_MOMENTS; m++, power *= v) sum[m] += power * slope;
        }
    }
    double number = turn / (contour->mirrored ? M_PI : 2.0 * M_PI);
    estimate->number = fabs(number - round(number)) < 0.05 ? (int)round(number) : -1;
    if (estimate->number <= 0 || estimate->number > HP_MOST_MOMENTS) return HP_OK;
    for (int m = 1; m <= HP_MOST_MOMENTS; m++)
        sum[m] = contour->mirrored ? cimag(sum[m]) / M_PI
                                   : hp_complex(cimag(sum[m]), -creal(sum[m])) / (2.0 * M_PI);
    HP_CALL(zeros_of_sums(sum, estimate->number, estimate->w, err));
    for (int j = 0; j < estimate->number; j++)
        estimate->w[j] = estimate->centre + estimate->radius * estimate->w[j];
    return HP_OK;
}
