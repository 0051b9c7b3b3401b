// SPDX-License-Identifier: GPL-3.0-or-later
/* Files of the format halqcd become cells, and cells datasets. Cells: waves of all times; then
 * forward (and backward) two-point functions of each hadron; then two-baryon correlators. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "halqcd_parts.h"
#include "import_formats.h"

typedef struct tables {
    hp_halqcd_spin *spin;
    double *value; /* (lines, columns) of a correlator */
    double *cell;  /* (lines) */
} tables;

hp_status hp_halqcd_prepare(const hp_import_plan *plan, void **out, hp_error *err) {
    const hp_halqcd_state *state = plan->state;
    int lines = state->lines > state->two_baryon_lines ? state->lines : state->two_baryon_lines;
    tables *of;
    HP_ALLOCATE(of, 1);
    *out = of;
    HP_ALLOCATE(of->value, (size_t)lines * HP_HALQCD_COLUMNS);
    HP_ALLOCATE(of->cell, lines);
    return hp_halqcd_spin_create(state, &plan->geometry, &of->spin, err);
}

void hp_halqcd_release(void **out) {
    tables *of = *out;
    if (of == NULL) return;
    hp_halqcd_spin_destroy(&of->spin);
    hp_free(of->value);
    hp_free(of->cell);
    hp_free(of);
    *out = NULL;
}

/* One number, up to blanks or the end of the line; strtod stops there. */
static bool read_number(const char **at, const char *end, double *value) {
    char *stop = NULL;
    while (*at < end && (**at == ' ' || **at == '\t')) (*at)++;
    if (*at == end || **at == '\n' || **at == '\r') return false;
    *value = strtod(*at, &stop);
    bool good = stop != *at && (stop == end || isspace((unsigned char)*stop));
    *at = stop;
    return good;
}

hp_status hp_halqcd_read_lines(const unsigned char *bytes, size_t size, int lines, double *value,
                               int *found, hp_error *err) {
    const char *at = (const char *)bytes, *end = at + size;
    *found = 0;
    while (at < end) {
        double t = 0.0, ignored = 0.0;
        for (int c = 0; c < HP_HALQCD_COLUMNS; c++) {
            double *to = c == 0 ? &t : &ignored;
            if (value != NULL && *found < lines) to = &value[*found * HP_HALQCD_COLUMNS + c];
            HP_REQUIRE(read_number(&at, end, to), HP_ERR_INPUT,
                       "line %d: column %d is no number, expected %d columns: t, and real and "
                       "imaginary part of 5 components",
                       *found + 1, c + 1, HP_HALQCD_COLUMNS);
            if (c == 0) t = *to;
        }
        HP_REQUIRE(t == *found, HP_ERR_INPUT, "line %d is of t = %g, expected %d", *found + 1, t,
                   *found);
        while (at < end && (*at == ' ' || *at == '\r')) at++;
        HP_REQUIRE(at == end || *at == '\n', HP_ERR_INPUT, "line %d has more than %d columns",
                   *found + 1, HP_HALQCD_COLUMNS);
        at += at < end;
        ++*found;
    }
    return HP_OK;
}

/* Squares of the imaginary and real part of a D component near the origin, where it has a signal,
 * relative to that of its S component, so that waves of all times count alike. */
static void add_noise(const hp_geometry *geometry, const double *S, const double *re,
                      const double *im, double sums[2]) {
    double square[3] = {0.0, 0.0, 0.0};
    for (int p = 0; p < geometry->npoint; p++) {
        const int *x = geometry->site[p], extent = geometry->extent;
        if (16 * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]) > extent * extent) continue;
        square[0] += im[p] * im[p];
        square[1] += re[p] * re[p];
        square[2] += S[p] * S[p];
    }
    for (int k = 0; k < 2 && square[2] > 0.0; k++) sums[k] += square[k] / square[2];
}

static hp_status decode_wave(const hp_import_plan *plan, tables *of, const hp_import_input *input,
                             hp_import_sum *sum, hp_error *err) {
    const hp_halqcd_state *state = plan->state;
    const int nvalue = hp_halqcd_nvalue(state), n = plan->geometry.npoint;
    const double *re, *im;
    double unused[2], *spread = unused;
    hp_halqcd_wave wave = {0};
    const bool plain = state->order != HP_HALQCD_ORBITS;
    HP_REQUIRE(plain != hp_halqcd_is_compressed(input->bytes, input->size), HP_ERR_INPUT,
               "is a %s wave function, others are %s", plain ? "1/48-compressed" : "plain",
               plain ? "plain" : "1/48-compressed");
    HP_CALL(plain ? hp_halqcd_find_box(input->bytes, input->size, &wave, err)
                  : hp_halqcd_check_records(input->bytes, input->size, &wave, err));
    HP_REQUIRE(wave.extent == state->extent, HP_ERR_INPUT,
               "is of a box of %d^3 sites, others of %d^3", wave.extent, state->extent);
    for (int i = 0; i < wave.norbit && !plain; i++)
        HP_REQUIRE(hp_halqcd_integer(wave.site + 4 * (ptrdiff_t)i, wave.big_endian) ==
                       state->site[i],
                   HP_ERR_INPUT, "has other representatives of orbits than the other files");
    if (plain) spread = &sum->gauge[(ptrdiff_t)2 * nvalue];
    HP_CALL(hp_halqcd_project(of->spin, &wave, &re, &im, spread, err));
    hp_import_add(plan, sum, input->file->index, re);
    for (int v = 0; v < nvalue; v++)
        for (int i = 0; i < n; i++) {
            double x = re[(ptrdiff_t)v * n + i], y = im[(ptrdiff_t)v * n + i];
            sum->gauge[(ptrdiff_t)2 * v] += y * y;
            sum->gauge[(ptrdiff_t)2 * v + 1] += x * x;
        }
    ptrdiff_t D = state->singlet ? 2 : 1;
    if (state->triplet)
        add_noise(&plan->geometry, re + (D - 1) * n, re + D * n, im + D * n,
                  &sum->gauge[(ptrdiff_t)2 * (nvalue + plain)]);
    return HP_OK;
}

/* Column `column` of the table, into a cell. */
static void add_column(const hp_import_plan *plan, const tables *of, int lines, int column,
                       int cell, hp_import_sum *sum) {
    for (int t = 0; t < lines; t++)
        of->cell[t] = of->value[(ptrdiff_t)t * HP_HALQCD_COLUMNS + column];
    hp_import_add(plan, sum, cell, of->cell);
}

hp_status hp_halqcd_decode(const hp_import_plan *plan, void *of_format,
                           const hp_import_input *input, hp_import_sum *sum, hp_error *err) {
    /* of the first component of a hadron; of 1S0 and 3S1 of two baryons */
    enum { FIRST = 1, SINGLET = 1, TRIPLET = 3 };
    tables *of = of_format;
    const hp_halqcd_state *state = plan->state;
    const int what = input->file->what, per_hadron = state->fold != 0 ? 2 : 1;
    if (what == HP_HALQCD_WAVE) return decode_wave(plan, of, input, sum, err);
    const bool two = what == HP_HALQCD_TWO_BARYON;
    int lines = two ? state->two_baryon_lines : state->lines, found = 0;
    HP_CALL(hp_halqcd_read_lines(input->bytes, input->size, lines, of->value, &found, err));
    HP_REQUIRE(found == lines, HP_ERR_INPUT, "has %d lines, expected %d as in the first one%s",
               found, lines, found < lines ? ": it is cut off" : "");
    int cell = plan->nt + per_hadron * input->file->index;
    if (!two) {
        add_column(plan, of, lines, FIRST, cell + (what == HP_HALQCD_BACKWARD), sum);
        return HP_OK;
    }
    cell = plan->nt + per_hadron * state->nhadron;
    if (state->singlet) add_column(plan, of, lines, SINGLET, cell++, sum);
    if (state->triplet) add_column(plan, of, lines, TRIPLET, cell, sum);
    return HP_OK;
}

/* C(t) = (C_fw(t) + sign C_anti(T - t))/2, C_anti(T) = sign C_anti(0): plus at t = 0 */
static double fold(const hp_import_plan *plan, const double *mean, int hadron, int t) {
    const hp_halqcd_state *state = plan->state;
    const int per_hadron = state->fold != 0 ? 2 : 1;
    const hp_import_cell *cell = &plan->cell[plan->nt + per_hadron * hadron];
    double forward = mean[cell->offset + (size_t)t];
    if (state->fold == 0) return forward;
    size_t back = (size_t)((state->lines - t) % state->lines);
    return 0.5 * (forward + (t == 0 ? 1 : state->fold) * mean[cell[1].offset + back]);
}

void hp_halqcd_finish(const hp_import_plan *plan, const void *of_format, const double *mean,
                      double *row) {
    (void)of_format;
    const hp_halqcd_state *state = plan->state;
    const size_t n = (size_t)plan->geometry.npoint;
    const int nbaryon = state->two_baryon_lines > 0 ? state->singlet + state->triplet : 0;
    double *to = row;
    for (int v = 0; v < hp_halqcd_nvalue(state); v++)
        for (int t = 0; t < plan->nt; t++, to += n)
            memcpy(to, mean + plan->cell[t].offset + (size_t)v * n, n * sizeof *to);
    for (int hadron = 0; hadron < 2; hadron++) {
        int of = hadron < state->nhadron ? hadron : 0;
        for (int i = 0; i < plan->nt; i++) *to++ = fold(plan, mean, of, plan->first_t + i);
    }
    for (int hadron = 0; hadron < 2; hadron++) {
        int of = hadron < state->nhadron ? hadron : 0;
        for (int t = 0; t < plan->nt_full; t++) *to++ = fold(plan, mean, of, t);
    }
    for (int i = 0; i < nbaryon; i++, to += plan->nt_two_baryon)
        memcpy(to, mean + plan->cell[plan->ncell - nbaryon + i].offset,
               (size_t)plan->nt_two_baryon * sizeof *to);
}
