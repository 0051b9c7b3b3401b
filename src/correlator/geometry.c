// SPDX-License-Identifier: GPL-3.0-or-later
/* Points, shells and quadrature weights of cubic boxes and radial grids. */
#include "hadpot/geometry.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"

/* Larger boxes than anybody stores; up to it all counts fit an int with room to spare. */
enum { EXTENT_MAX = 2048, RADIAL_POINTS_MIN = 4 };

/* L/2 >= x >= y >= z >= 0, x outermost. */
static void list_sites(hp_geometry *geometry) {
    int point = 0;
    for (int x = 0; x <= geometry->extent / 2; x++)
        for (int y = 0; y <= x; y++)
            for (int z = 0; z <= y; z++, point++) {
                geometry->site[point][0] = x;
                geometry->site[point][1] = y;
                geometry->site[point][2] = z;
            }
}

/* Lattice sites in the orbit: permutations of the coordinates times their signs, where 0 and L/2
 * are their own mirror images. */
static int count_orbit(int extent, const int site[3]) {
    int signs = 1;
    for (int axis = 0; axis < 3; axis++)
        if (site[axis] != 0 && site[axis] != extent / 2) signs *= 2;
    bool first_pair = site[0] == site[1], second_pair = site[1] == site[2];
    int permutations = first_pair && second_pair ? 1 : first_pair || second_pair ? 3 : 6;
    return signs * permutations;
}

static void order_descending(int *a, int *b) {
    if (*a >= *b) return;
    int larger = *b;
    *b = *a;
    *a = larger;
}

/* Fold, sort, and count the sites that list_sites puts before it. */
int hp_geometry_find_point(int extent, const int site[3]) {
    int c[3] = {0};
    for (int axis = 0; axis < 3; axis++) {
        int distance = site[axis] < 0 ? -site[axis] : site[axis];
        c[axis] = distance > extent / 2 ? extent - distance : distance;
    }
    order_descending(&c[0], &c[1]);
    order_descending(&c[1], &c[2]);
    order_descending(&c[0], &c[1]);
    return (int)((int64_t)c[0] * (c[0] + 1) * (c[0] + 2) / 6) + c[1] * (c[1] + 1) / 2 + c[2];
}

static void find_neighbours(hp_geometry *geometry) {
    for (int point = 0; point < geometry->npoint; point++)
        for (int direction = 0; direction < 6; direction++) {
            int site[3];
            memcpy(site, geometry->site[point], sizeof site);
            site[direction / 2] += direction % 2 == 0 ? 1 : -1;
            geometry->neighbour[point][direction] = hp_geometry_find_point(geometry->extent, site);
        }
}

static int square_of(const int site[3]) {
    return site[0] * site[0] + site[1] * site[1] + site[2] * site[2];
}

/* Shells by ascending |r|^2: mark the squares that occur, number them, add up their sites. */
static hp_status form_shells(hp_geometry *geometry, hp_error *err) {
    hp_status status = HP_OK;
    const int half = geometry->extent / 2, largest = 3 * half * half;
    int *shell_of_square = NULL;
    HP_NEW(shell_of_square, largest + 1);
    for (int point = 0; point < geometry->npoint; point++)
        shell_of_square[square_of(geometry->site[point])] = 1;
    for (int square = 0; square <= largest; square++)
        if (shell_of_square[square] != 0) shell_of_square[square] = geometry->nshell++;
    HP_NEW(geometry->r, geometry->nshell);
    HP_NEW(geometry->weight, geometry->nshell);
    for (int point = 0; point < geometry->npoint; point++) {
        int square = square_of(geometry->site[point]), shell = shell_of_square[square];
        geometry->shell[point] = shell;
        geometry->r[shell] = sqrt(square);
        geometry->weight[shell] += geometry->multiplicity[point];
    }
cleanup:
    hp_free(shell_of_square);
    return status;
}

hp_status hp_geometry_create_cubic(int extent, hp_geometry *geometry, hp_error *err) {
    hp_status status = HP_OK;
    memset(geometry, 0, sizeof *geometry);
    HP_TRY(hp_geometry_count_orbits(extent, &geometry->npoint, err));
    geometry->kind = HP_GEOMETRY_CUBIC;
    geometry->extent = extent;
    HP_NEW(geometry->site, geometry->npoint);
    HP_NEW(geometry->multiplicity, geometry->npoint);
    HP_NEW(geometry->shell, geometry->npoint);
    HP_NEW(geometry->neighbour, geometry->npoint);
    list_sites(geometry);
    for (int point = 0; point < geometry->npoint; point++)
        geometry->multiplicity[point] = count_orbit(extent, geometry->site[point]);
    find_neighbours(geometry);
    HP_TRY(form_shells(geometry, err));
cleanup:
    if (status != HP_OK) hp_geometry_destroy(geometry);
    return status;
}

/* Half the distance between the neighbours of each node. The node at r = 0 contributes nothing
 * itself, but the first stored point gets its share of the interval between them. */
static void set_trapezoid_weights(hp_geometry *geometry) {
    const double *r = geometry->r;
    const int last = geometry->npoint - 1;
    for (int i = 0; i <= last; i++) {
        double below = i > 0 ? r[i - 1] : 0.0, above = i < last ? r[i + 1] : r[last];
        geometry->weight[i] = 4.0 * M_PI * r[i] * r[i] * 0.5 * (above - below);
    }
}

hp_status hp_geometry_create_radial(const double *r, int npoint, hp_geometry *geometry,
                                    hp_error *err) {
    hp_status status = HP_OK;
    memset(geometry, 0, sizeof *geometry);
    HP_CHECK(npoint >= RADIAL_POINTS_MIN, HP_ERR_INPUT,
             "a radial grid needs at least %d points, found %d", RADIAL_POINTS_MIN, npoint);
    for (int i = 0; i < npoint; i++) {
        HP_CHECK(isfinite(r[i]) && r[i] >= 0.0, HP_ERR_INPUT,
                 "r[%d] = %g, expected a distance of at least 0", i, r[i]);
        HP_CHECK(i == 0 || r[i] > r[i - 1], HP_ERR_INPUT,
                 "r[%d] = %g after r[%d] = %g, expected ascending distances", i, r[i], i - 1,
                 r[i > 0 ? i - 1 : 0]);
    }
    geometry->kind = HP_GEOMETRY_RADIAL;
    geometry->npoint = geometry->nshell = npoint;
    HP_NEW(geometry->multiplicity, npoint);
    HP_NEW(geometry->shell, npoint);
    HP_NEW(geometry->r, npoint);
    HP_NEW(geometry->weight, npoint);
    for (int i = 0; i < npoint; i++) {
        geometry->multiplicity[i] = 1.0;
        geometry->shell[i] = i;
        geometry->r[i] = r[i];
    }
    set_trapezoid_weights(geometry);
cleanup:
    if (status != HP_OK) hp_geometry_destroy(geometry);
    return status;
}

void hp_geometry_shell_average(const hp_geometry *geometry, const double *point_value,
                               double *shell_mean) {
    if (geometry->kind == HP_GEOMETRY_RADIAL) {
        memcpy(shell_mean, point_value, (size_t)geometry->nshell * sizeof *shell_mean);
        return;
    }
    memset(shell_mean, 0, (size_t)geometry->nshell * sizeof *shell_mean);
    for (int point = 0; point < geometry->npoint; point++)
        shell_mean[geometry->shell[point]] += geometry->multiplicity[point] * point_value[point];
    /* The weight of a cubic shell is its number of sites. */
    for (int shell = 0; shell < geometry->nshell; shell++)
        shell_mean[shell] /= geometry->weight[shell];
}

hp_status hp_geometry_count_orbits(int extent, int *npoint, hp_error *err) {
    HP_REQUIRE(extent >= 2 && extent <= EXTENT_MAX && extent % 2 == 0, HP_ERR_INPUT,
               "extent is %d, expected an even number from 2 to %d", extent, EXTENT_MAX);
    int64_t h = extent / 2;
    *npoint = (int)((h + 1) * (h + 2) * (h + 3) / 6);
    return HP_OK;
}

void hp_geometry_destroy(hp_geometry *geometry) {
    if (geometry == NULL) return;
    hp_free(geometry->site);
    hp_free(geometry->multiplicity);
    hp_free(geometry->shell);
    hp_free(geometry->r);
    hp_free(geometry->weight);
    hp_free(geometry->neighbour);
    memset(geometry, 0, sizeof *geometry);
}
