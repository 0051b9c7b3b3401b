// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/toy_waves.h"
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "hadpot/geometry.h"
#include "hadpot/memory.h"
#include "toy_solution.h"

/* A distance between radii may miss r_min by rounding. */
static const double SLACK = 1e-9;

static hp_status check(const hp_toy_waves_options *options, hp_error *err) {
    double r_min = options->r_min, r_max = options->r_max;
    HP_REQUIRE(r_min > 0 && r_max > r_min && isfinite(r_max), HP_ERR_INPUT,
               "the radii of a toy with channels must ascend from above 0, found %g to %g fm",
               r_min, r_max);
    HP_REQUIRE(options->points >= 4, HP_ERR_INPUT, "a toy needs at least 4 radii, found %d",
               options->points);
    double step = (r_max - r_min) / (options->points - 1);
    HP_REQUIRE(!options->differences || r_min >= step * (1 - SLACK), HP_ERR_INPUT,
               "second differences need a wave one step below the first radius, expected it at "
               "least at the distance between radii, %g fm, found %g",
               step, r_min);
    HP_REQUIRE(options->nenergy >= 1, HP_ERR_INPUT, "a toy needs at least 1 momentum, found %d",
               options->nenergy);
    for (int e = 0; e < options->nenergy; e++)
        HP_REQUIRE(options->energy[e] > (e > 0 ? options->energy[e - 1] : 0), HP_ERR_INPUT,
                   "energies of a toy must ascend from above the lowest threshold, found %g 1/fm",
                   options->energy[e]);
    return HP_OK;
}

static hp_status allocate(const hp_channels *channels, const hp_toy_waves_options *options,
                          hp_toy_waves *waves, hp_error *err) {
    int open[HP_MOST_COMPONENTS];
    *waves = (hp_toy_waves){.ncomponent = channels->ncomponent, .nradius = options->points};
    waves->n = waves->ncomponent * waves->nradius;
    for (int e = 0; e < options->nenergy; e++)
        waves->ncolumn += hp_channels_open(channels, options->energy[e], open);
    size_t n = (size_t)waves->n, nr = (size_t)waves->nradius, nc = (size_t)waves->ncolumn;
    HP_ALLOCATE(waves->block, 2 * (nr + nc * n + nc));
    waves->r = waves->block;
    waves->quadrature = waves->r + nr;
    waves->energy = waves->quadrature + nr;
    waves->component = waves->energy + nc;
    waves->R = waves->component + nc;
    waves->S = waves->R + nc * n;
    return HP_OK;
}

static hp_status fill_radii(const hp_toy_waves_options *options, hp_toy_waves *waves,
                            hp_error *err) {
    hp_status status = HP_OK;
    hp_geometry geometry = {0};
    int last = options->points - 1;
    double first = options->r_min, end = options->r_max;
    for (int i = 0; i <= last; i++) waves->r[i] = i < last ? first + (end - first) * i / last : end;
    HP_TRY(hp_geometry_create_radial(waves->r, waves->nradius, &geometry, err));
    memcpy(waves->quadrature, geometry.weight, (size_t)waves->nradius * sizeof *waves->r);
cleanup:
    hp_geometry_destroy(&geometry);
    return status;
}

/* 1/A^2 of column b: the squared amplitudes of j/k^(l+1) and of -T C; 1 at its own threshold. */
static double squared_amplitude(const hp_channels *channels, const hp_tmatrix *T, int b) {
    double sum = 0;
    for (int a = 0; a < T->nopen; a++) {
        int c = T->open[a], l = channels->component[c].l;
        double k = sqrt(T->k2[c]), t = T->T[a * T->nopen + b] * pow(k, l);
        sum += t * t + (a == b && k > 0 ? pow(k, -2 * (l + 1)) : 0);
    }
    return T->k2[T->open[b]] > 0 ? sum : 1;
}

/* sum_d V_cd chi_d + int K_cd chi_d, over 2 mu_c. */
static double source_of_potential(const hp_toy_solution *solution, int column, int c, double r) {
    const hp_channels *channels = &solution->channels;
    int N = channels->ncomponent;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS] = {0}, sum;
    if (hp_form_matrix_has_local(solution->matrix))
        hp_form_matrix_local_at(r, w, (void *)solution->matrix);
    sum = hp_toy_solution_force(solution, column, c, r);
    for (int d = 0; d < N; d++) sum += w[c * N + d] * hp_toy_solution_wave(solution, column, d, r);
    return sum / (2 * channels->pair[channels->component[c].pair].mu);
}

/* (E - H_0) chi_c by second differences of step h. */
static double source_of_differences(const hp_toy_solution *solution, int column, int c, double r,
                                    double h) {
    const hp_channels *channels = &solution->channels;
    const hp_component *component = &channels->component[c];
    const hp_tmatrix *T = &solution->T[solution->energy_of[column]];
    double below = r - h > SLACK * h ? hp_toy_solution_wave(solution, column, c, r - h) : 0;
    double at = hp_toy_solution_wave(solution, column, c, r);
    double above = hp_toy_solution_wave(solution, column, c, r + h);
    double second = (above - 2 * at + below) / (h * h);
    double barrier = component->l * (component->l + 1) / (r * r);
    return (second + (T->k2[c] - barrier) * at) / (2 * channels->pair[component->pair].mu);
}

static void fill_column(const hp_toy_solution *solution, int column, bool differences,
                        hp_toy_waves *waves) {
    const hp_channels *channels = &solution->channels;
    const hp_tmatrix *T = &solution->T[solution->energy_of[column]];
    int b = solution->open_of[column], own = T->open[b];
    double mu_b = channels->pair[channels->component[own].pair].mu;
    double A = 1 / sqrt(squared_amplitude(channels, T, b)), h = waves->r[1] - waves->r[0];
    waves->energy[column] = T->energy;
    waves->component[column] = own;
    for (int c = 0; c < waves->ncomponent; c++) {
        double mu = channels->pair[channels->component[c].pair].mu;
        for (int i = 0; i < waves->nradius; i++) {
            double r = waves->r[i], factor = A * sqrt(mu / mu_b) / r;
            size_t at = (size_t)column * (size_t)waves->n + (size_t)(c * waves->nradius + i);
            waves->R[at] = factor * hp_toy_solution_wave(solution, column, c, r);
            waves->S[at] = factor * (differences ? source_of_differences(solution, column, c, r, h)
                                                 : source_of_potential(solution, column, c, r));
        }
    }
}

hp_status hp_toy_waves_create(const hp_form_matrix *matrix, const hp_channels *channels,
                              const hp_toy_waves_options *options, hp_toy_waves *waves,
                              hp_error *err) {
    hp_status status = HP_OK;
    hp_toy_solution solution = {0};
    *waves = (hp_toy_waves){0};
    HP_TRY(check(options, err));
    HP_TRY(allocate(channels, options, waves, err));
    HP_TRY(fill_radii(options, waves, err));
    HP_TRY(hp_toy_solution_create(matrix, channels, options->energy, options->nenergy, &solution,
                                  err));
    for (int column = 0; column < waves->ncolumn; column++)
        fill_column(&solution, column, options->differences, waves);
cleanup:
    hp_toy_solution_destroy(&solution);
    if (status != HP_OK) hp_toy_waves_destroy(waves);
    return status;
}

void hp_toy_waves_destroy(hp_toy_waves *waves) {
    if (waves == NULL) return;
    hp_free(waves->block);
    *waves = (hp_toy_waves){0};
}
