// SPDX-License-Identifier: GPL-3.0-or-later
/* Maps of the non-local potential, in r and in p. */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "hadpot/memory.h"

hp_status hp_potential_map_create(const hp_potential *potential, const double *r, int n,
                                  bool momentum_space, hp_potential_map *map, hp_error *err) {
    hp_status status = HP_OK;
    *map = (hp_potential_map){.potential = potential, .n = n};
    HP_NEW(map->r, n);
    memcpy(map->r, r, (size_t)n * sizeof *r);
    HP_TRY(potential->class->prepare(potential->self, map->r, n, &map->work, err));
    if (momentum_space) HP_TRY(hp_momentum_create(n, &map->momentum, err));
cleanup:
    if (status != HP_OK) hp_potential_map_destroy(map);
    return status;
}

hp_status hp_potential_map_space(const hp_potential *potential, const double end[2], int n,
                                 bool momentum_space, hp_potential_map *map, hp_error *err) {
    hp_status status = HP_OK;
    double *r = NULL;
    HP_NEW(r, n);
    for (int i = 0; i < n; i++) r[i] = end[0] + (end[1] - end[0]) * i / (n - 1);
    HP_TRY(hp_potential_map_create(potential, r, n, momentum_space, map, err));
cleanup:
    hp_free(r);
    return status;
}

void hp_potential_map_destroy(hp_potential_map *map) {
    if (map == NULL) return;
    if (map->work != NULL) map->potential->class->release(map->work);
    hp_momentum_destroy(&map->momentum);
    hp_free(map->r);
    *map = (hp_potential_map){0};
}

double hp_potential_map_end(const hp_potential *potential, double max_fm, double length_fm,
                            double data_end) {
    double end = data_end, nonlocal_end = hp_potential_describe(potential).nonlocal_end;
    if (nonlocal_end > 0.0) end = fmin(end, nonlocal_end);
    return max_fm > 0.0 ? max_fm / length_fm : end;
}

void hp_potential_map_fill(const hp_potential_map *map, double *U) {
    map->potential->class->map(map->potential->self, map->work, U);
}

void hp_potential_map_store(const hp_potential_map *map, const hp_record *record, double *vector) {
    if (map->n == 0) return;
    double *U = hp_record_at(record, vector, HP_ROW_U);
    hp_potential_map_fill(map, U);
    if (map->momentum == NULL) return;
    double *p = hp_record_at(record, vector, HP_ROW_U_MOMENTUM);
    size_t N = (size_t)hp_potential_describe(map->potential).ncomponent;
    size_t pairs = (size_t)map->n * (size_t)map->n;
    for (size_t element = 0; element < N * N; element++)
        hp_momentum_transform(map->momentum, U + element * pairs, p + 2 * element * pairs);
}

static const hp_row rows[] = {
    {HP_ROW_U, "MeV fm^-3", "non-local potential U(r,r')",
     .axis = {"component", "component", "u", "u"}},
    {HP_ROW_U_MOMENTUM, "MeV fm^-3",
     "real and imaginary part of the Fourier transform of that map, r and p indices: "
     "U(p,p') = sum U(r,r') exp(-2 pi i (r p + r' p')/n)",
     .axis = {"component", "component", "p", "p", "complex"}}};
static const hp_row end_row = {"potential/u_max_fm", "fm", "end of the map of U",
                               .key = "results.u_max_fm"};

hp_status hp_potential_map_describe(const hp_potential_map *map, const hp_fit_data *data,
                                    hp_record *record, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)map->n;
    double *axis = NULL;
    if (map->n == 0) return HP_OK;
    HP_NEW(axis, n);
    hp_record_add_axis(record, "u", n);
    hp_record_add_axis(record, "p", map->momentum != NULL ? n : 0);
    hp_record_add_axis(record, "complex", 2);
    for (size_t i = 0; i < n; i++) axis[i] = map->r[i] * data->length_fm;
    hp_record_add_constant(record, &end_row, &axis[n - 1]);
    hp_record_label(
        record, "u",
        &(hp_label){
            .path = "potential/u_r_fm", .unit = "fm", .text = "radii of the map", .value = axis});
    hp_momentum_axis(map->n, map->r[1] - map->r[0], axis);
    for (size_t i = 0; i < n; i++) axis[i] *= data->energy_mev;
    hp_record_label(record, "p",
                    &(hp_label){.path = "potential/u_p_mev",
                                .unit = "MeV",
                                .text = "momenta of u_momentum_mev_fm3, the negative ones last",
                                .value = axis});
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
cleanup:
    hp_free(axis);
    return status;
}
