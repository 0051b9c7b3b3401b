// SPDX-License-Identifier: GPL-3.0-or-later
/* Spin projections of compressed waves (docs/method-import.md). M = psi[sink spins][source spins]
 * of a site transforms like an operator, psi(g r) = (S x S) psi(r) (S x S)^+, so all projections
 * are traces that need no rotation of spins:
 *     1S0: (1/2) of M between antisymmetric spins,        3S1: (1/3) sum over the triplet,
 *     3D1: Tr[S12(r) M]/(3 sqrt 8) = (3 n T n - tr T)/(3 sqrt 8),  T_ij = Tr[sigma_i sigma_j M],
 * and a neighbour that is g times its representative has n = g^-1 r in the frame of the latter. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"
#include "halqcd_spin.h"

/* A wave that is changed by more than this part of its size is not in the convention that is
 * assumed: in right files it is rounding, 1e-15, in wrong ones it was 0.01 at the least. */
static const double invariance = 1e-8;

int hp_halqcd_nvalue(const hp_halqcd_state *state) {
    return (state->singlet ? 1 : 0) + (state->triplet ? 3 : 0);
}

/* Equal in the periodic box. */
static bool same_site(const int a[3], const int b[3], int sign, int extent) {
    for (int i = 0; i < 3; i++)
        if ((a[i] - sign * b[i]) % extent != 0) return false;
    return true;
}

static int compare(const void *a, const void *b) {
    return *(const int *)b - *(const int *)a;
}

/* The point of hp_geometry whose orbit a site is in. */
static int point_of(int extent, const int site[3]) {
    int c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = abs(site[i]) % extent;
        if (c[i] > extent / 2) c[i] = extent - c[i];
    }
    qsort(c, 3, sizeof *c, compare);
    return (int)((int64_t)c[0] * (c[0] + 1) * (c[0] + 2) / 6) + c[1] * (c[1] + 1) / 2 + c[2];
}

/* n n of a vector that a rotation g has made, in the frame before it: n = g^-1 r/|r|. */
static void set_frame(const hp_halqcd_rotation *by, const int site[3],
                      double frame[HALQCD_TENSOR]) {
    double n[3], square = 0.0;
    for (int i = 0; i < 3; i++) {
        n[i] = by->matrix[0][i] * site[0] + by->matrix[1][i] * site[1] + by->matrix[2][i] * site[2];
        square += n[i] * n[i];
    }
    if (square == 0.0) return; /* no direction, no D wave */
    for (int i = 0; i < 3; i++) frame[i] = n[i] * n[i] / square;
    for (int i = 0; i < 3; i++) /* xy, xz, yz */
        frame[3 + i] = 2.0 * n[i == 2 ? 1 : 0] * n[i == 0 ? 1 : 2] / square;
}

/* The rotation that brings the representative `from` to a site, but for parity. */
static const hp_halqcd_rotation *find_rotation(const hp_halqcd_spin *spin, const int from[3],
                                               const int site[3]) {
    int turned[3];
    for (int g = 0; g < HALQCD_ROTATIONS; g++) {
        hp_halqcd_turn(&spin->group[g], from, turned);
        if (same_site(turned, site, 1, spin->state->extent) ||
            same_site(turned, site, -1, spin->state->extent))
            return &spin->group[g];
    }
    return NULL; /* not for sites of one orbit */
}

/* Rotations that leave a site where it is, the first and the last but the identity. */
static void find_little_group(hp_halqcd_spin *spin, int point, const int site[3]) {
    int found = 0, turned[3];
    for (int i = 0; i < HALQCD_CHECKS; i++) spin->check[point][i] = -1;
    for (int g = 1; g < HALQCD_ROTATIONS; g++) {
        hp_halqcd_turn(&spin->group[g], site, turned);
        if (!same_site(turned, site, 1, spin->state->extent) &&
            !same_site(turned, site, -1, spin->state->extent))
            continue;
        spin->check[point][found] = (signed char)g;
        found = 1;
    }
}

static void place_neighbours(hp_halqcd_spin *spin, int point, const int site[3]) {
    const int extent = spin->state->extent;
    for (int direction = 0; direction < HALQCD_NEIGHBOURS; direction++) {
        int next[3], from[3];
        memcpy(next, site, sizeof next);
        next[direction / 2] += direction % 2 == 0 ? 1 : -1;
        int at = point_of(extent, next);
        hp_halqcd_site(spin->state->site[spin->slot[at]], extent, from);
        spin->neighbour[point][direction] = at;
        set_frame(find_rotation(spin, from, next), site, spin->frame[point][direction + 1]);
    }
}

/* Where each point of the ensemble stands in the files. */
static hp_status place_points(hp_halqcd_spin *spin, hp_error *err) {
    const int extent = spin->state->extent;
    for (int point = 0; point < spin->npoint; point++) spin->slot[point] = -1;
    for (int slot = 0; slot < spin->npoint; slot++) {
        int site[3], number = spin->state->site[slot];
        HP_REQUIRE(number >= 0 && number < extent * extent * extent, HP_ERR_INPUT,
                   "record 2: site %d of orbit %d lies outside of the box", number, slot);
        hp_halqcd_site(number, extent, site);
        int point = point_of(extent, site);
        HP_REQUIRE(spin->slot[point] < 0, HP_ERR_INPUT,
                   "record 2: orbits %d and %d are the same one", spin->slot[point], slot);
        spin->slot[point] = slot;
    }
    for (int point = 0; point < spin->npoint; point++) {
        int site[3];
        hp_halqcd_site(spin->state->site[spin->slot[point]], extent, site);
        set_frame(&spin->group[0], site, spin->frame[point][0]);
        find_little_group(spin, point, site);
        place_neighbours(spin, point, site);
    }
    return HP_OK;
}

/* A vector without symmetry, and what rotations make of it. */
static void set_probe(hp_halqcd_spin *spin) {
    for (int i = 0; i < HALQCD_SPINS; i++) {
        spin->probe[0][i] = cos(1.0 + 2.0 * i);
        spin->probe[1][i] = sin(2.0 + 3.0 * i);
    }
    for (int g = 0; g < HALQCD_ROTATIONS; g++)
        for (int i = 0; i < HALQCD_SPINS; i++)
            for (int k = 0; k < HALQCD_SPINS; k++) {
                double re = spin->group[g].re[i][k], im = spin->group[g].im[i][k];
                spin->rotated[g][0][i] += re * spin->probe[0][k] - im * spin->probe[1][k];
                spin->rotated[g][1][i] += re * spin->probe[1][k] + im * spin->probe[0][k];
            }
}

hp_status hp_halqcd_spin_create(const hp_halqcd_state *state, const hp_geometry *geometry,
                                hp_halqcd_spin **out, hp_error *err) {
    hp_halqcd_spin *spin;
    HP_ALLOCATE(spin, 1);
    *out = spin;
    const size_t n = (size_t)geometry->npoint, nvalue = (size_t)hp_halqcd_nvalue(state);
    spin->state = state;
    spin->geometry = geometry;
    spin->npoint = geometry->npoint;
    HP_ALLOCATE(spin->slot, n);
    HP_ALLOCATE(spin->neighbour, n);
    HP_ALLOCATE(spin->frame, n);
    HP_ALLOCATE(spin->check, n);
    HP_ALLOCATE(spin->moment, n);
    HP_ALLOCATE(spin->re, nvalue * n);
    HP_ALLOCATE(spin->im, nvalue * n);
    hp_halqcd_fill_group(spin->group);
    set_probe(spin);
    return place_points(spin, err);
}

void hp_halqcd_spin_destroy(hp_halqcd_spin **spin) {
    if (*spin == NULL) return;
    void *const blocks[] = {(*spin)->slot,   (*spin)->neighbour, (*spin)->frame, (*spin)->check,
                            (*spin)->moment, (*spin)->re,        (*spin)->im,    *spin};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    *spin = NULL;
}

/* m[source][sink] is complex: traces with the matrices of the projections. */
void hp_halqcd_take_moments(const double (*m)[HALQCD_SPINS][2], hp_halqcd_moments *to) {
    for (int c = 0; c < 2; c++) {
        double middle = m[1][1][c] + m[2][2][c], crossed = m[1][2][c] + m[2][1][c];
        double outer = m[0][0][c] + m[3][3][c], far = m[0][3][c] + m[3][0][c];
        to->singlet[c] = 0.5 * (middle - crossed);
        to->triplet[c] = (outer + 0.5 * (middle + crossed)) / 3.0;
        to->tensor[0][c] = crossed + far;
        to->tensor[1][c] = crossed - far;
        to->tensor[2][c] = outer - middle;
        double up = m[0][1][c] + m[0][2][c], down = m[3][1][c] + m[3][2][c]; /* to the middle */
        double from_up = m[1][0][c] + m[2][0][c], from_down = m[1][3][c] + m[2][3][c];
        to->tensor[4][c] = 0.5 * (up + from_up - down - from_down);
        /* times i: real and imaginary part change places */
        int other = 1 - c;
        double sign = c == 0 ? 1.0 : -1.0;
        to->tensor[3][other] = sign * (m[3][0][c] - m[0][3][c]);
        to->tensor[5][other] = sign * 0.5 * (from_up + from_down - up - down);
    }
}

/* |(S x S) M v - M (S x S) v|^2 and |M v|^2. */
static bool is_changed(const hp_halqcd_spin *spin, const double (*m)[HALQCD_SPINS][2], int g) {
    double image[2][HALQCD_SPINS] = {{0}}, other[2][HALQCD_SPINS] = {{0}}, size = 0.0, change = 0.0;
    for (int l = 0; l < HALQCD_SPINS; l++)
        for (int k = 0; k < HALQCD_SPINS; k++) {
            double re = m[l][k][0], im = m[l][k][1];
            image[0][k] += re * spin->probe[0][l] - im * spin->probe[1][l];
            image[1][k] += re * spin->probe[1][l] + im * spin->probe[0][l];
            other[0][k] += re * spin->rotated[g][0][l] - im * spin->rotated[g][1][l];
            other[1][k] += re * spin->rotated[g][1][l] + im * spin->rotated[g][0][l];
        }
    for (int k = 0; k < HALQCD_SPINS; k++)
        for (int i = 0; i < HALQCD_SPINS; i++) {
            double re = spin->group[g].re[k][i], im = spin->group[g].im[k][i];
            other[0][k] -= re * image[0][i] - im * image[1][i];
            other[1][k] -= re * image[1][i] + im * image[0][i];
        }
    for (int k = 0; k < HALQCD_SPINS; k++) {
        size += image[0][k] * image[0][k] + image[1][k] * image[1][k];
        change += other[0][k] * other[0][k] + other[1][k] * other[1][k];
    }
    return change > invariance * invariance * size;
}

/* (3 n T n - tr T)/(3 sqrt 8) */
static double tensor_part(const hp_halqcd_moments *of, const double frame[HALQCD_TENSOR], int c) {
    double sum = 0.0, trace = of->tensor[0][c] + of->tensor[1][c] + of->tensor[2][c];
    for (int i = 0; i < HALQCD_TENSOR; i++) sum += frame[i] * of->tensor[i][c];
    return (3.0 * sum - trace) / (6.0 * M_SQRT2);
}

static void take_triplet(hp_halqcd_spin *spin, int c, double *s) {
    const size_t n = (size_t)spin->npoint;
    for (size_t p = 0; p < n; p++) {
        const int *site = spin->geometry->site[p], *neighbour = spin->neighbour[p];
        s[p] = spin->moment[p].triplet[c];
        if (site[0] == 0) continue; /* the origin has no D wave, and zeros stand there */
        double own = tensor_part(&spin->moment[p], spin->frame[p][0], c), sum = -6.0 * own;
        for (int i = 0; i < HALQCD_NEIGHBOURS; i++)
            sum += tensor_part(&spin->moment[neighbour[i]], spin->frame[p][i + 1], c);
        s[n + p] = own;
        s[2 * n + p] = sum;
    }
}

static bool is_finite(const double *m) {
    double zero = 0.0;
    for (int i = 0; i < 2 * HP_HALQCD_SPIN; i++) zero += 0.0 * m[i]; /* nan times 0 is nan */
    return zero == 0.0;
}

/* Of a compressed wave, checked. */
static hp_status read_orbits(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, hp_error *err) {
    const size_t block = (size_t)2 * HP_HALQCD_SPIN * sizeof(double);
    for (int p = 0; p < spin->npoint; p++) {
        double m[HALQCD_SPINS][HALQCD_SPINS][2];
        hp_halqcd_doubles(wave->data + (size_t)spin->slot[p] * block, wave->big_endian,
                          2 * HP_HALQCD_SPIN, &m[0][0][0]);
        HP_REQUIRE(is_finite(&m[0][0][0]), HP_ERR_INPUT,
                   "record 4 holds a number that is not finite, in orbit %d", spin->slot[p]);
        for (int i = 0; i < HALQCD_CHECKS && spin->check[p][i] >= 0; i++)
            HP_REQUIRE(!is_changed(spin, m, spin->check[p][i]), HP_ERR_INPUT,
                       "spins at site (%d, %d, %d) are changed by a rotation that leaves the site "
                       "in its place: another order or convention of spins than "
                       "[beta'][alpha'][beta][alpha], or not averaged over rotations",
                       spin->geometry->site[p][0], spin->geometry->site[p][1],
                       spin->geometry->site[p][2]);
        hp_halqcd_take_moments(m, &spin->moment[p]);
    }
    return HP_OK;
}

hp_status hp_halqcd_project(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, const double **re,
                            const double **im, double spread[2], hp_error *err) {
    double *const parts[] = {spin->re, spin->im};
    HP_CALL(wave->order == HP_HALQCD_ORBITS ? read_orbits(spin, wave, err)
                                            : hp_halqcd_read_box(spin, wave, spread, err));
    for (int c = 0; c < 2; c++) {
        double *to = parts[c];
        for (int p = 0; p < spin->npoint && spin->state->singlet; p++)
            *to++ = spin->moment[p].singlet[c];
        if (spin->state->triplet) take_triplet(spin, c, to);
    }
    *re = spin->re;
    *im = spin->im;
    return HP_OK;
}
