// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot info FILE --masses: effective masses, plateaus and the window that is recommended, of
 * every source and hadron. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "hadpot/two_points.h"

/* Rows of the file are bins: whoever has found autocorrelations runs with larger ones. */
enum { BIN = 1, MEMORY = 512000000 };

typedef struct {
    const hp_ensemble *ensemble;
    const hp_two_point *C;
    double *effective; /* (nrow, nt - 1) */
    double *column;    /* (nrow) of one time */
    hp_mass_form form;
} table;

static void print_band(const table *of, const double *rows, double unit, int width) {
    char text[64] = "-";
    hp_band band = {rows[0] * unit, hp_mass_error(of->C, rows) * unit};
    if (isfinite(band.value)) hp_format_value(band, text, sizeof text);
    printf(" %*s", width, text);
}

/* Effective mass at t, and the mass of one state from t to t_max: a plateau where it stays. */
static hp_status print_line(const table *of, int i, int t_max, hp_error *err) {
    const hp_two_point *C = of->C;
    double mev = of->ensemble->inverse_spacing_mev;
    const hp_mass_window window = {C->first + i, t_max, 1, of->form};
    hp_mass_fit fit = {0};
    for (int row = 0; row < C->nrow; row++)
        of->column[row] = of->effective[(ptrdiff_t)row * (C->nt - 1) + i];
    printf("  %3d", C->first + i);
    print_band(of, of->column, 1.0, 14);
    print_band(of, of->column, mev, 16);
    hp_status status =
        t_max >= window.t_min + 2 ? hp_mass_fit_create(C, &window, &fit, err) : HP_OK;
    if (status == HP_ERR_INPUT) hp_error_clear(err); /* there is no such fit */
    if (fit.mass != NULL && fit.failed == 0) print_band(of, fit.mass, mev, 16);
    if (fit.mass != NULL && fit.failed == 0 && isfinite(fit.probability))
        printf("  p = %.2g", fit.probability);
    putchar('\n');
    hp_mass_fit_destroy(&fit);
    return status == HP_ERR_INPUT ? HP_OK : status;
}

static hp_status print_choice(const table *of, const hp_mass_choice *choice, hp_error *err) {
    hp_status status = HP_OK;
    hp_mass_fit fit = {0};
    char mass[64], mev[64];
    double unit = of->ensemble->inverse_spacing_mev;
    HP_TRY(hp_mass_fit_create(of->C, &choice->window, &fit, err));
    hp_band band = {fit.mass[0], hp_mass_error(of->C, fit.mass)};
    hp_format_value(band, mass, sizeof mass);
    hp_format_value((hp_band){band.value * unit, band.error * unit}, mev, sizeof mev);
    printf("  %s window t = %d ... %d, %d state%s%s: m = %s, %s MeV\n  %s\n",
           choice->good ? "recommended" : "doubtful", choice->window.t_min, choice->window.t_max,
           choice->window.states, choice->window.states > 1 ? "s" : "",
           choice->window.form == HP_MASS_COSH ? ", cosh" : "", mass, mev, choice->reason);
cleanup:
    hp_mass_fit_destroy(&fit);
    return status;
}

static hp_status print_hadron(table *of, hp_error *err) {
    const hp_two_point *C = of->C;
    hp_mass_choice choice;
    hp_status status = hp_mass_recommend(C, HP_MASS_EITHER, 0, &choice, err);
    int t_max = choice.window.t_max;
    of->form = status == HP_OK ? choice.window.form : HP_MASS_EXPONENTIAL;
    hp_effective_masses(C, of->form, of->effective);
    printf("    t effective mass         in MeV");
    if (status == HP_OK) printf("  t ... %d in MeV", t_max);
    putchar('\n');
    for (int i = 0; i < C->nt - 1; i++)
        HP_CALL(print_line(of, i, status == HP_OK ? t_max : -1, err));
    if (status == HP_OK) return print_choice(of, &choice, err);
    if (status != HP_ERR_INPUT) return status;
    printf("  no window: %s\n", err->message);
    hp_error_clear(err);
    return HP_OK;
}

/* What is seen beyond the times of masses. */
static void print_signs(const hp_two_points *points, int hadron) {
    const hp_two_point *C = &points->of[hadron];
    if (points->negative[hadron]) puts("  negative: the overall sign is left out");
    if (C->symmetric)
        printf("  symmetric about T/2 = %g: both directions of time\n", 0.5 * C->extent);
    if (points->turn[hadron] > 0)
        printf("  turns round at t = %d: other states run backwards, windows end at t = %d\n",
               points->turn[hadron], C->limit);
}

static void print_name(const hp_ensemble *ensemble, int source) {
    if (ensemble->field == NULL) {
        printf("\nsource %s", ensemble->source[source]);
        return;
    }
    const hp_ensemble_field *field = &ensemble->field[source];
    printf("\nsource %s, pair %s", ensemble->wave[field->wave].name,
           ensemble->pair[ensemble->component[field->component].pair].name);
}

/* Of both hadrons of a source, the second unless it is the same. */
static hp_status print_source(const hp_ensemble *ensemble, int source, const hp_two_points *points,
                              hp_error *err) {
    hp_status status = HP_OK;
    const hp_two_point *C = points->of;
    size_t nt = (size_t)C->nt, nrow = (size_t)C->nrow;
    table of = {.ensemble = ensemble};
    bool same = true;
    for (size_t row = 0; row < nrow; row++)
        same = same && memcmp(C[0].value + row * C->stride, C[1].value + row * C->stride,
                              nt * sizeof(double)) == 0;
    HP_NEW(of.effective, nt * nrow);
    HP_NEW(of.column, nrow);
    for (int hadron = 0; hadron < (same ? 1 : 2); hadron++) {
        print_name(ensemble, source);
        printf(", %s, two-point function at t = %d ... %d\n",
               same          ? "both hadrons (equal)"
               : hadron == 0 ? "first hadron"
                             : "second hadron",
               C->first, C->first + C->nt - 1);
        of.C = &C[hadron];
        print_signs(points, hadron);
        HP_TRY(print_hadron(&of, err));
    }
cleanup:
    hp_free(of.effective);
    hp_free(of.column);
    return status;
}

static hp_status print_points(const hp_ensemble *ensemble, int source, hp_two_points *points,
                              hp_error *err) {
    hp_status status = HP_OK;
    if (ensemble->comm->rank == 0) status = print_source(ensemble, source, points, err);
    hp_two_points_destroy(points);
    return hp_parallel_agree(ensemble->comm, status, err);
}

/* What is printed: the two-point functions of each pair from each source of waves. */
static int count_pairs(const hp_ensemble *ensemble) {
    return ensemble->field != NULL ? ensemble->npair : 1;
}

static int source_of(const hp_ensemble *ensemble, int i) {
    int npair = count_pairs(ensemble);
    return hp_two_points_of_pair(ensemble, i / npair, i % npair);
}

/* With errors from delete-one averages of rows. */
static hp_status print_all(const hp_ensemble *ensemble, const bool *part, hp_error *err) {
    hp_status status = HP_OK;
    hp_ingest ingest = {0};
    hp_resampling resampling = {0};
    hp_two_points points = {0};
    const hp_resampling_setup all = {.method = HP_METHOD_JACKKNIFE, .max_samples = -1};
    int n = hp_ensemble_wave_count(ensemble) * count_pairs(ensemble);
    HP_TRY(hp_ingest_create(ensemble, BIN, MEMORY, &ingest, err));
    hp_ingest_select(&ingest, part);
    HP_TRY(hp_ingest_read(&ingest, err));
    HP_TRY(hp_ingest_resample(&ingest, &all, &resampling, err));
    for (int i = 0; i < n; i++) {
        int source = source_of(ensemble, i);
        if (source < 0) continue;
        HP_TRY(hp_two_points_create(&resampling, source, &points, err));
        HP_TRY(print_points(ensemble, source, &points, err));
    }
cleanup:
    hp_resampling_destroy(&resampling);
    hp_ingest_destroy(&ingest);
    return status;
}

static void print_head(const hp_ensemble *ensemble, bool errors) {
    printf("\nmasses      %s\n",
           !errors ? "without errors: fewer than 3 rows"
           : ensemble->sampling == HP_SAMPLING_JACKKNIFE
               ? "errors of the jackknife samples of the file"
               : "errors as if rows were independent (hadpot scan-bins tells)");
}

hp_status hp_cli_info_masses(const hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    bool *part = NULL, any = false, first = ensemble->comm->rank == 0;
    hp_two_points points = {0};
    int n = hp_ensemble_wave_count(ensemble) * count_pairs(ensemble);
    HP_NEW_TOGETHER(ensemble->comm, part, hp_ensemble_part_count(ensemble));
    for (int i = 0; i < n; i++) {
        int source = source_of(ensemble, i);
        if (source < 0) continue;
        hp_two_points_mark(ensemble, source, part);
        any = true;
    }
    if (!any) {
        if (first) puts("\nno two-point functions: masses are those that the file states");
        goto cleanup;
    }
    bool errors = ensemble->nsample >= HP_MIN_BINS;
    if (first) print_head(ensemble, errors);
    if (errors) HP_TRY(print_all(ensemble, part, err));
    for (int i = 0; i < n && !errors; i++) {
        int source = source_of(ensemble, i);
        if (source < 0) continue;
        HP_TRY(hp_two_points_create_average(ensemble, source, &points, err));
        HP_TRY(print_points(ensemble, source, &points, err));
    }
cleanup:
    hp_free(part);
    return status;
}
