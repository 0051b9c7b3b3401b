// SPDX-License-Identifier: GPL-3.0-or-later
/* Plain waves: all sites of the box, not averaged over rotations. */
#include <math.h>
#include <string.h>
#include "hadpot/geometry.h"
#include "halqcd_spin.h"

enum { COMPLEX = 16, SITE_BYTES = HP_HALQCD_SPIN * COMPLEX, FAR = 2, SAMPLED = 4096 };

/* Where M = psi(g r) is not at all like the rotated psi(r), near the origin where the signal is
 * best: a wave in another order has a ratio of about 1, noise much less. */
static const double unlike = 0.1;

/* What correlators of hadrons can be in any units; numbers in the wrong byte order mostly are not.
 */
static const double smallest = 1e-60, largest = 1e10;

static bool is_big_endian(const unsigned char *bytes, int n) {
    int good[2] = {0, 0};
    for (int i = 0; i < n; i++)
        for (int order = 0; order < 2; order++) {
            double x;
            hp_halqcd_doubles(bytes + (ptrdiff_t)i * (ptrdiff_t)sizeof x, order == 1, 1, &x);
            good[order] += fabs(x) > smallest && fabs(x) < largest;
        }
    return good[1] > good[0];
}

/* M of a site, m[source][sink]. */
static void load(const hp_halqcd_wave *wave, const int site[3],
                 double m[HALQCD_SPINS][HALQCD_SPINS][2]) {
    const int extent = wave->extent;
    size_t volume = (size_t)extent * (size_t)extent * (size_t)extent, s = 0;
    for (int i = 2; i >= 0; i--)
        s = s * (size_t)extent + (size_t)((site[i] % extent + extent) % extent);
    size_t per_site = 1, per_source = HALQCD_SPINS, per_sink = 1;
    if (wave->order == HP_HALQCD_SITES_OUTER) per_site = HP_HALQCD_SPIN;
    if (wave->order == HP_HALQCD_SITES_MIDDLE) per_site = HALQCD_SPINS;
    if (wave->order != HP_HALQCD_SITES_OUTER) per_source *= volume;
    if (wave->order == HP_HALQCD_SITES_INNER) per_sink = volume;
    for (size_t l = 0; l < HALQCD_SPINS; l++)
        for (size_t k = 0; k < HALQCD_SPINS; k++)
            hp_halqcd_doubles(wave->data + (s * per_site + l * per_source + k * per_sink) * COMPLEX,
                              wave->big_endian, 2, m[l][k]);
}

/* to = M v; v and to: real parts, imaginary parts. */
static void apply(const double m[HALQCD_SPINS][HALQCD_SPINS][2], const double v[2][HALQCD_SPINS],
                  double to[2][HALQCD_SPINS]) {
    memset(to, 0, (size_t)2 * HALQCD_SPINS * sizeof **to);
    for (int l = 0; l < HALQCD_SPINS; l++)
        for (int k = 0; k < HALQCD_SPINS; k++) {
            to[0][k] += m[l][k][0] * v[0][l] - m[l][k][1] * v[1][l];
            to[1][k] += m[l][k][0] * v[1][l] + m[l][k][1] * v[0][l];
        }
}

static void rotate(const hp_halqcd_rotation *by, const double v[2][HALQCD_SPINS],
                   double to[2][HALQCD_SPINS]) {
    for (int k = 0; k < HALQCD_SPINS; k++) {
        to[0][k] = to[1][k] = 0.0;
        for (int i = 0; i < HALQCD_SPINS; i++) {
            to[0][k] += by->re[k][i] * v[0][i] - by->im[k][i] * v[1][i];
            to[1][k] += by->re[k][i] * v[1][i] + by->im[k][i] * v[0][i];
        }
    }
}

/* Mean square of M(g r) (S x S) v - (S x S) M(r) v over that of M(r) v, near the origin. */
static double find_unlikeness(const hp_halqcd_wave *wave, const hp_halqcd_rotation *group) {
    const double v[2][HALQCD_SPINS] = {{0.9, -0.4, 0.3, 0.6}, {0.2, 0.7, -0.5, 0.1}};
    double size = 0.0, change = 0.0, m[HALQCD_SPINS][HALQCD_SPINS][2];
    for (int x = 1; x <= FAR; x++)
        for (int y = 0; y <= x; y++)
            for (int g = 0; g < HALQCD_ROTATIONS; g++) {
                const int site[3] = {x, y, 0};
                double here[2][HALQCD_SPINS], turned_v[2][HALQCD_SPINS];
                double turned[2][HALQCD_SPINS], there[2][HALQCD_SPINS];
                int image[3];
                load(wave, site, m);
                apply(m, v, here);
                rotate(&group[g], here, turned);
                hp_halqcd_turn(&group[g], site, image);
                load(wave, image, m);
                rotate(&group[g], v, turned_v);
                apply(m, turned_v, there);
                for (int k = 0; k < HALQCD_SPINS; k++)
                    for (int c = 0; c < 2; c++) {
                        size += turned[c][k] * turned[c][k];
                        change += pow(there[c][k] - turned[c][k], 2);
                    }
            }
    return size > 0.0 ? change / size : INFINITY;
}

hp_status hp_halqcd_find_box(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                             hp_error *err) {
    int extent = (int)lround(cbrt((double)size / SITE_BYTES));
    size_t volume = (size_t)extent * (size_t)extent * (size_t)extent;
    double best = INFINITY;
    hp_halqcd_order order = HP_HALQCD_SITES_OUTER;
    hp_halqcd_rotation group[HALQCD_ROTATIONS];
    HP_REQUIRE(extent > 0 && size == volume * SITE_BYTES, HP_ERR_INPUT,
               "has %zu bytes and no records: neither a 1/48-compressed wave function nor %d bytes "
               "for each site of a cube",
               size, SITE_BYTES);
    HP_CALL_IN(hp_geometry_count_orbits(extent, &wave->norbit, err), "box of the wave function");
    *wave = (hp_halqcd_wave){.extent = extent, .norbit = wave->norbit, .data = bytes, .size = size};
    size_t numbers = volume * 2 * HP_HALQCD_SPIN;
    wave->big_endian = is_big_endian(bytes, numbers < SAMPLED ? (int)numbers : SAMPLED);
    hp_halqcd_fill_group(group);
    for (int i = HP_HALQCD_SITES_OUTER; i <= HP_HALQCD_SITES_INNER; i++) {
        wave->order = (hp_halqcd_order)i;
        double found = find_unlikeness(wave, group);
        if (!(found < best)) continue;
        best = found;
        order = wave->order;
    }
    wave->order = order;
    HP_REQUIRE(best < unlike, HP_ERR_INPUT,
               "waves at images of a site under rotations have nothing to do with each other (%.2g "
               "of their size, in each order of spins and sites): another order or convention",
               best);
    return HP_OK;
}

/* R^T T R: the tensor of an image in the frame of the representative. */
static void turn_back(const hp_halqcd_rotation *by, const double (*t)[2], double (*sum)[2]) {
    static const int place[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};
    for (int a = 0; a < 3; a++)
        for (int b = a; b < 3; b++)
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++) {
                    int sign = by->matrix[i][a] * by->matrix[j][b];
                    for (int c = 0; c < 2 && sign != 0; c++)
                        sum[place[a][b]][c] += sign * t[place[i][j]][c];
                }
}

/* What the images of one site give, and how they spread about their average. */
static void average_images(const hp_halqcd_spin *spin, const hp_halqcd_wave *wave,
                           const int site[3], hp_halqcd_moments *mean, double spread[2]) {
    const int n = 2 * HALQCD_ROTATIONS;
    double square = 0.0, *sums = &mean->singlet[0];
    const size_t numbers = sizeof *mean / sizeof *sums;
    memset(mean, 0, sizeof *mean);
    for (int i = 0; i < n; i++) {
        const hp_halqcd_rotation *by = &spin->group[i / 2];
        int image[3];
        double m[HALQCD_SPINS][HALQCD_SPINS][2];
        hp_halqcd_moments one;
        hp_halqcd_turn(by, site, image);
        for (int k = 0; k < 3 && i % 2 == 1; k++) image[k] = -image[k];
        load(wave, image, m);
        hp_halqcd_take_moments(m, &one);
        for (int c = 0; c < 2; c++) {
            mean->singlet[c] += one.singlet[c];
            mean->triplet[c] += one.triplet[c];
            square += one.singlet[c] * one.singlet[c] + one.triplet[c] * one.triplet[c];
        }
        turn_back(by, one.tensor, mean->tensor);
    }
    for (size_t i = 0; i < numbers; i++) sums[i] /= n;
    double of_mean = 0.0;
    for (int c = 0; c < 2; c++)
        of_mean += mean->singlet[c] * mean->singlet[c] + mean->triplet[c] * mean->triplet[c];
    spread[0] += fmax(square / n - of_mean, 0.0);
    spread[1] += of_mean;
}

hp_status hp_halqcd_read_box(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, double spread[2],
                             hp_error *err) {
    HP_REQUIRE(wave->order == spin->state->order && wave->big_endian == spin->state->big_endian,
               HP_ERR_INPUT, "has another order of spins and sites or of bytes than the first one");
    for (int p = 0; p < spin->npoint; p++) {
        int site[3];
        hp_halqcd_site(spin->state->site[spin->slot[p]], wave->extent, site);
        average_images(spin, wave, site, &spin->moment[p], spread);
    }
    return HP_OK;
}
