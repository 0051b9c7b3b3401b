// SPDX-License-Identifier: GPL-3.0-or-later
#include "sites.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <gsl/gsl_sort_double.h>
#include "hadpot/memory.h"

/* Distances that differ by less are one, written with fewer digits. */
#define SAME_DISTANCE 1e-7

/* L of a number of sites: n = L^3, or n orbits of the box; 0: it is neither. */
static int find_extent(size_t n, hp_sites_kind *kind) {
    int edge = (int)lround(cbrt((double)n));
    *kind = HP_SITES_BOX;
    if ((size_t)edge * (size_t)edge * (size_t)edge == n) return edge;
    *kind = HP_SITES_ORBITS;
    for (int extent = 2, npoint = 0; hp_geometry_count_orbits(extent, &npoint, NULL) == HP_OK;
         extent += 2)
        if ((size_t)npoint >= n) return (size_t)npoint == n ? extent : 0;
    return 0;
}

hp_status hp_sites_create_cubic(size_t n, int extent, hp_sites *sites, hp_error *err) {
    int npoint = 0;
    *sites = (hp_sites){.nsite = n};
    int found = find_extent(n, &sites->kind);
    if (extent == 0) {
        HP_REQUIRE(found > 0, HP_ERR_INPUT,
                   "%zu sites, expected all L^3 sites of a box or one of each of its cubic orbits, "
                   "(h+1)(h+2)(h+3)/6 with h = L/2, or columns t, r (ascii.columns names them in "
                   "another order)",
                   n);
        HP_REQUIRE(found % 2 == 0, HP_ERR_INPUT, "%zu sites: a box of L = %d, expected an even L",
                   n, found);
        extent = found;
    }
    HP_CALL(hp_geometry_count_orbits(extent, &npoint, err));
    HP_REQUIRE(found == extent, HP_ERR_INPUT,
               "%zu sites, expected %.0f (all of a box of L = %d) or %d (one of each orbit)", n,
               pow(extent, 3), extent, npoint);
    return hp_geometry_create_cubic(extent, &sites->geometry, err);
}

hp_status hp_sites_create_radial(const double *r, size_t n, hp_sites *sites, hp_error *err) {
    hp_status status = HP_OK;
    double *sorted = NULL;
    *sites = (hp_sites){.kind = HP_SITES_RADII, .nsite = n};
    HP_NEW(sorted, n);
    memcpy(sorted, r, n * sizeof *r);
    gsl_sort(sorted, 1, n);
    for (size_t i = 1; i < n; i++)
        HP_CHECK(sorted[i] > sorted[i - 1], HP_ERR_INPUT,
                 "r = %.15g occurs twice at one time, expected every distance once", sorted[i]);
    HP_TRY(hp_geometry_create_radial(sorted, (int)n, &sites->geometry, err));
cleanup:
    hp_free(sorted);
    return status;
}

void hp_sites_destroy(hp_sites *sites) {
    if (sites == NULL) return;
    hp_geometry_destroy(&sites->geometry);
    *sites = (hp_sites){0};
}

hp_status hp_fold_create(const hp_sites *sites, hp_fold *fold, hp_error *err) {
    hp_status status = HP_OK;
    size_t npoint = (size_t)sites->geometry.npoint;
    *fold = (hp_fold){.sites = sites};
    HP_NEW(fold->mean, 2 * npoint);
    HP_NEW(fold->within, npoint);
    HP_NEW(fold->count, npoint);
    HP_NEW(fold->seen, sites->nsite);
cleanup:
    if (status != HP_OK) hp_fold_destroy(fold);
    return status;
}

void hp_fold_destroy(hp_fold *fold) {
    if (fold == NULL) return;
    hp_free(fold->mean);
    hp_free(fold->within);
    hp_free(fold->count);
    hp_free(fold->seen);
    *fold = (hp_fold){0};
}

void hp_fold_clear(hp_fold *fold) {
    size_t npoint = (size_t)fold->sites->geometry.npoint;
    memset(fold->mean, 0, 2 * npoint * sizeof *fold->mean);
    memset(fold->within, 0, npoint * sizeof *fold->within);
    memset(fold->count, 0, npoint * sizeof *fold->count);
    memset(fold->seen, 0, fold->sites->nsite * sizeof *fold->seen);
    fold->nseen = 0;
}

/* The point of a site, and a number that only this site has. */
static hp_status locate_site(const hp_sites *sites, const double *place, int *point, size_t *own,
                             hp_error *err) {
    const int extent = sites->geometry.extent, least = -extent / 2;
    int site[3];
    size_t index = 0;
    for (int axis = 2; axis >= 0; axis--) {
        double c = place[axis];
        HP_REQUIRE(c == floor(c) && c >= least && c < extent, HP_ERR_INPUT,
                   "%c = %.15g, expected an integer from %d to %d (L = %d)", "xyz"[axis], c, least,
                   extent - 1, extent);
        site[axis] = (int)c;
        index =
            index * (size_t)extent + (size_t)(site[axis] < 0 ? site[axis] + extent : site[axis]);
    }
    *point = hp_geometry_find_point(extent, site);
    *own = sites->kind == HP_SITES_BOX ? index : (size_t)*point;
    return HP_OK;
}

static hp_status locate_distance(const hp_sites *sites, double r, int *point, hp_error *err) {
    const hp_geometry *grid = &sites->geometry;
    int low = 0, high = grid->npoint - 1;
    while (low < high) { /* the first distance that is not below r */
        int middle = (low + high) / 2;
        if (grid->r[middle] < r - SAME_DISTANCE * (1.0 + fabs(r)))
            low = middle + 1;
        else
            high = middle;
    }
    HP_REQUIRE(fabs(grid->r[low] - r) <= SAME_DISTANCE * (1.0 + fabs(r)), HP_ERR_INPUT,
               "r = %.15g is none of the %d distances of the first file (the nearest: %.15g)", r,
               grid->npoint, grid->r[low]);
    *point = low;
    return HP_OK;
}

hp_status hp_sites_locate(const hp_sites *sites, const double *place, int *point, size_t *site,
                          hp_error *err) {
    if (sites->kind != HP_SITES_RADII) return locate_site(sites, place, point, site, err);
    HP_CALL(locate_distance(sites, *place, point, err));
    *site = (size_t)*point;
    return HP_OK;
}

hp_status hp_fold_put(hp_fold *fold, const double *place, const double value[2], hp_error *err) {
    const hp_sites *sites = fold->sites;
    bool radial = sites->kind == HP_SITES_RADII;
    int point = 0;
    size_t own = 0;
    HP_CALL(hp_sites_locate(sites, place, &point, &own, err));
    if (fold->seen[own]) {
        HP_REQUIRE(!radial, HP_ERR_INPUT, "r = %.15g occurs twice at one time", *place);
        HP_REQUIRE(false, HP_ERR_INPUT, "%s (%.0f, %.0f, %.0f) occurs twice at one time",
                   sites->kind == HP_SITES_BOX ? "the site" : "the cubic orbit of", place[0],
                   place[1], place[2]);
    }
    fold->seen[own] = 1;
    fold->nseen++;
    /* Running means: where all sites of an orbit agree, their mean is that number to the last bit.
     */
    int count = ++fold->count[point];
    double *re = &fold->mean[point], *im = &fold->mean[sites->geometry.npoint + point];
    double deviation = value[0] - *re;
    *re += deviation / count;
    fold->within[point] += deviation * (value[0] - *re);
    *im += (value[1] - *im) / count;
    return HP_OK;
}

hp_status hp_fold_finish(const hp_fold *fold, hp_orbit_spread *spread, hp_error *err) {
    const hp_sites *sites = fold->sites;
    const hp_geometry *geometry = &sites->geometry;
    HP_REQUIRE(fold->nseen == sites->nsite, HP_ERR_INPUT, "has %zu sites, expected %zu as before",
               fold->nseen, sites->nsite);
    *spread = (hp_orbit_spread){0};
    if (sites->kind != HP_SITES_BOX) return HP_OK;
    double all = 0.0;
    for (int p = 0; p < geometry->npoint; p++) all += geometry->multiplicity[p] * fold->mean[p];
    all /= (double)sites->nsite;
    for (int p = 0; p < geometry->npoint; p++) {
        double deviation = fold->mean[p] - all;
        spread->within += fold->within[p];
        spread->between += geometry->multiplicity[p] * deviation * deviation;
    }
    return HP_OK;
}

/* Sum of products of deviations from means (npoint) of the orbits. */
static double sum_products(const hp_sites *sites, const double *a, const double *b,
                           const double *mean_a, const double *mean_b) {
    const int extent = sites->geometry.extent;
    double sum = 0.0;
    for (size_t i = 0; i < sites->nsite; i++) {
        int x = (int)i % extent, y = (int)i / extent % extent, z = (int)i / extent / extent;
        int point = hp_geometry_find_point(extent, (int[]){x, y, z});
        sum += (a[i] - mean_a[point]) * (b[i] - mean_b[point]);
    }
    return sum;
}

/* mean (npoint): of each orbit, all: of the box. */
static void average_orbits(const hp_sites *sites, const double *box, double *mean, double *all) {
    const hp_geometry *geometry = &sites->geometry;
    const int extent = geometry->extent;
    double sum = 0.0;
    for (size_t i = 0; i < sites->nsite; i++) {
        int x = (int)i % extent, y = (int)i / extent % extent, z = (int)i / extent / extent;
        int point = hp_geometry_find_point(extent, (int[]){x, y, z});
        mean[point] += box[i] / geometry->multiplicity[point];
        sum += box[i];
    }
    for (int p = 0; p < geometry->npoint; p++) all[p] = sum / (double)sites->nsite;
}

hp_status hp_box_asymmetry(const hp_sites *sites, const double *a, const double *b,
                           double *asymmetry, hp_error *err) {
    double *block = NULL, *mean_a, *mean_b, *all_a, *all_b;
    const size_t npoint = (size_t)sites->geometry.npoint;
    HP_CALL(hp_alloc_parts(
        &block, HP_PARTS({&mean_a, npoint}, {&mean_b, npoint}, {&all_a, npoint}, {&all_b, npoint}),
        err));
    average_orbits(sites, a, mean_a, all_a);
    average_orbits(sites, b, mean_b, all_b);
    double within = sum_products(sites, a, b, mean_a, mean_b);
    double of_a = sum_products(sites, a, a, all_a, all_a);
    double of_b = sum_products(sites, b, b, all_b, all_b);
    *asymmetry = of_a > 0.0 && of_b > 0.0 ? within / sqrt(of_a * of_b) : 0.0;
    hp_free(block);
    return HP_OK;
}
