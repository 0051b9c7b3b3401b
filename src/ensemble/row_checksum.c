// SPDX-License-Identifier: GPL-3.0-or-later
/* Checksums of what is in an ensemble file, wherever and however it is stored. */
#include <string.h>
#include <zlib.h>
#include "ensemble_private.h"

static uint32_t go_on(uint32_t crc, const void *values, size_t bytes) {
    return (uint32_t)crc32_z(crc, values, bytes);
}

void hp_ensemble_checksum_row(const hp_ensemble *ensemble, const bool *part, const double *row,
                              uint32_t *crc) {
    size_t nt = (size_t)ensemble->nt, npoint = (size_t)ensemble->geometry.npoint;
    for (int source = 0; source < ensemble->nsource; source++) {
        const double *block = row + hp_ensemble_row_offset(ensemble, source);
        const double *two_point = block + nt * npoint; /* (2, nt) */
        for (size_t t = 0; t < nt; t++) {
            size_t i = (size_t)source * nt + t;
            if (part != NULL && !part[i]) continue;
            crc[i] = go_on(crc[i], block + t * npoint, npoint * sizeof *block);
            for (size_t hadron = 0; hadron < 2 && !ensemble->has_ratio[source]; hadron++)
                crc[i] = go_on(crc[i], two_point + hadron * nt + t, sizeof *two_point);
        }
        size_t i = (size_t)ensemble->nsource * nt + (size_t)source;
        if (part != NULL && !part[i]) continue;
        const double *full = row + hp_ensemble_full_offset(ensemble, source, HP_FULL_TWO_POINT_1);
        crc[i] = go_on(crc[i], full, hp_ensemble_part_length(ensemble, (int)i) * sizeof *full);
    }
}

static uint32_t add_pair(uint32_t crc, const hp_ensemble *ensemble, const hp_ensemble_pair *pair) {
    const int counts[] = {pair->identical, pair->charge[0], pair->charge[1]};
    const double scales[] = {pair->mass[0], pair->mass[1], pair->sqrt_z, pair->mass_error[0],
                             pair->mass_error[1]};
    const double *const rows[] = {pair->mass_rows[0], pair->mass_rows[1], pair->sqrt_z_rows};
    crc = go_on(crc, pair->name, strlen(pair->name) + 1);
    crc = go_on(crc, counts, sizeof counts);
    crc = go_on(crc, scales, sizeof scales);
    for (int i = 0; i < 3; i++)
        if (rows[i] != NULL) crc = go_on(crc, rows[i], (size_t)ensemble->nsample * sizeof *rows[i]);
    return crc;
}

/* Version 2: components, and which pair each source makes; fields are known by their names. */
static uint32_t add_components(uint32_t crc, const hp_ensemble *ensemble) {
    for (int i = 0; i < ensemble->npair; i++) crc = add_pair(crc, ensemble, &ensemble->pair[i]);
    for (int i = 0; i < ensemble->ncomponent; i++)
        crc = go_on(crc, ensemble->component[i].name, strlen(ensemble->component[i].name) + 1);
    for (int i = 0; i < ensemble->nwave; i++)
        crc = go_on(crc, &ensemble->wave[i].pair, sizeof ensemble->wave[i].pair);
    return crc;
}

uint32_t hp_ensemble_checksum_description(const hp_ensemble *ensemble) {
    const hp_geometry *geometry = &ensemble->geometry;
    const int counts[] = {ensemble->sampling, geometry->kind, geometry->extent, ensemble->nsample,
                          ensemble->nstream};
    const double scales[] = {ensemble->inverse_spacing_mev, ensemble->mass[0], ensemble->mass[1]};
    uint32_t crc = go_on(0, ensemble->channel, strlen(ensemble->channel) + 1);
    crc = go_on(crc, counts, sizeof counts);
    crc = go_on(crc, scales, sizeof scales);
    crc = go_on(crc, ensemble->t, (size_t)ensemble->nt * sizeof *ensemble->t);
    crc = go_on(crc, geometry->r, (size_t)geometry->nshell * sizeof *geometry->r);
    crc = go_on(crc, ensemble->stream_start,
                ((size_t)ensemble->nstream + 1) * sizeof *ensemble->stream_start);
    for (int source = 0; source < ensemble->nsource; source++)
        crc = go_on(crc, ensemble->source[source], strlen(ensemble->source[source]) + 1);
    if (ensemble->mass_error[0] > 0 || ensemble->mass_error[1] > 0)
        crc = go_on(crc, ensemble->mass_error, sizeof ensemble->mass_error);
    crc = add_components(crc, ensemble);
    if (ensemble->nt_full == 0) return crc;
    crc = go_on(crc, ensemble->t_full, (size_t)ensemble->nt_full * sizeof *ensemble->t_full);
    return go_on(crc, &ensemble->temporal_extent, sizeof ensemble->temporal_extent);
}
