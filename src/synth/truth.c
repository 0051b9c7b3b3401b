// SPDX-License-Identifier: GPL-3.0-or-later
/* What an analysis of a synthetic ensemble should find. Inside: fm and 1/fm. */
#include "parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"
#include "hadpot/units.h"
#include "hadpot/yaml_writer.h"

/* The radial equation is solved where 2 mu |c_i| d_i^2 exp(-(r/d_i)^2) is above NEGLIGIBLE, on
 * panels of ORDER nodes no longer than the shortest range: a Gaussian is a polynomial of that order
 * there to 1e-15. MAX_PANELS bounds the time (a dense matrix of ORDER * panels rows). */
enum { ORDER = 16, MAX_PANELS = 128 };
static const double NEGLIGIBLE = 1e-17;

static const char SUFFIX[] = ".partial";

/* Phase shifts and threshold parameters. */
typedef struct truth {
    double scattering_length_fm, effective_range_fm;
    int bound_states;
    double *k_mev, *delta_deg, *kcot_mev; /* (nenergy) */
} truth;

static hp_status truth_create(const hp_synth_setup *setup, truth *result, hp_error *err);
static void truth_destroy(truth *result);
static hp_status create_grid(const hp_synth_setup *setup, hp_quadrature *grid, hp_error *err);
static hp_status set_potential(const hp_synth_setup *setup, const hp_quadrature *grid,
                               hp_nystroem *solver, hp_error *err);
static hp_status fill_phase_shifts(const hp_synth_setup *setup, hp_nystroem *solver, truth *result,
                                   hp_error *err);
static double reduced_mass_per_fm(const hp_synth_setup *setup);
static hp_status write_file(const hp_synth_setup *setup, const truth *result, const char *path,
                            hp_error *err);
static hp_status write_yaml(const hp_synth_setup *setup, const truth *result, FILE *out,
                            hp_error *err);
static hp_status write_system(const hp_synth_setup *setup, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_result(const hp_synth_setup *setup, const truth *result,
                              hp_yaml_writer *yaml, hp_error *err);

hp_status hp_synth_write_truth(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup;
    truth result = {0};
    char *path = NULL;
    HP_TRY(hp_synth_set_up(spec, &setup, err));
    HP_TRY(truth_create(&setup, &result, err));
    HP_TRY(hp_synth_truth_path(spec, &path, err));
    HP_TRY(write_file(&setup, &result, path, err));
cleanup:
    hp_free(path);
    truth_destroy(&result);
    return status;
}

hp_status hp_synth_truth_path(const hp_synth_spec *spec, char **path, hp_error *err) {
    static const char ending[] = ".h5", instead[] = "_truth.yaml";
    hp_status status = HP_OK;
    bool given = spec->truth != NULL && spec->truth[0] != '\0';
    const char *from = given ? spec->truth : spec->output;
    size_t length = strlen(from), size = length + sizeof instead;
    *path = NULL;
    HP_NEW(*path, size);
    if (!given && length >= strlen(ending) && strcmp(from + length - strlen(ending), ending) == 0)
        length -= strlen(ending);
    snprintf(*path, size, "%.*s%s", (int)length, from, given ? "" : instead);
cleanup:
    return status;
}

static hp_status truth_create(const hp_synth_setup *setup, truth *result, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    hp_nystroem *solver = NULL;
    HP_NEW(result->k_mev, setup->spec->nenergy);
    HP_NEW(result->delta_deg, setup->spec->nenergy);
    HP_NEW(result->kcot_mev, setup->spec->nenergy);
    HP_TRY(create_grid(setup, &grid, err));
    HP_TRY(hp_nystroem_create(&grid, &solver, err));
    HP_TRY(set_potential(setup, &grid, solver, err));
    HP_TRY(hp_nystroem_threshold(solver, &result->scattering_length_fm, &result->effective_range_fm,
                                 err));
    HP_TRY(hp_nystroem_count_bound(solver, &result->bound_states, err));
    HP_TRY(fill_phase_shifts(setup, solver, result, err));
cleanup:
    if (status != HP_OK) truth_destroy(result);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    return status;
}

static void truth_destroy(truth *result) {
    hp_free(result->k_mev);
    hp_free(result->delta_deg);
    hp_free(result->kcot_mev);
    *result = (truth){0};
}

static hp_status create_grid(const hp_synth_setup *setup, hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double range = 0, shortest = INFINITY;
    for (int i = 0; i < spec->ngaussian; i++) {
        double d = spec->ranges_fm[i];
        double strength = 2 * reduced_mass_per_fm(setup) * fabs(spec->amplitudes_mev[i]) /
                          HP_HBARC_MEV_FM * d * d;
        double reach = d * sqrt(log(1 + strength / NEGLIGIBLE));
        range = fmax(range, fmax(reach, d));
        shortest = fmin(shortest, d);
    }
    double panels = ceil(range / shortest);
    HP_CHECK(
        panels <= MAX_PANELS, HP_ERR_INPUT,
        "potential.ranges_fm: a potential that reaches to %g fm with a shortest range of %g fm "
        "needs %g radial panels for its phase shifts, %d are allowed",
        range, shortest, panels, MAX_PANELS);
    HP_TRY(hp_quadrature_create(range, (int)panels, ORDER, grid, err));
cleanup:
    return status;
}

static hp_status set_potential(const hp_synth_setup *setup, const hp_quadrature *grid,
                               hp_nystroem *solver, hp_error *err) {
    hp_status status = HP_OK;
    double *local = NULL;
    HP_NEW(local, grid->n);
    for (int i = 0; i < grid->n; i++)
        local[i] = 2 * reduced_mass_per_fm(setup) / HP_HBARC_MEV_FM *
                   hp_synth_potential_mev(setup->spec, grid->r[i]);
    HP_TRY(hp_nystroem_set_interaction(solver, &(hp_interaction){.local = local}, err));
cleanup:
    hp_free(local);
    return status;
}

static hp_status fill_phase_shifts(const hp_synth_setup *setup, hp_nystroem *solver, truth *result,
                                   hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double *k2 = NULL;
    HP_NEW(k2, spec->nenergy);
    for (int i = 0; i < spec->nenergy; i++)
        k2[i] = 2 * reduced_mass_per_fm(setup) * spec->energies_mev[i] / HP_HBARC_MEV_FM;
    HP_TRY(hp_nystroem_phase_shifts(solver, k2, spec->nenergy, result->delta_deg, result->kcot_mev,
                                    err));
    for (int i = 0; i < spec->nenergy; i++) {
        result->k_mev[i] = sqrt(k2[i]) * HP_HBARC_MEV_FM;
        result->delta_deg[i] *= 180 / M_PI;
        result->kcot_mev[i] *= HP_HBARC_MEV_FM;
    }
cleanup:
    hp_free(k2);
    return status;
}

static double reduced_mass_per_fm(const hp_synth_setup *setup) {
    return setup->mu / setup->spacing_fm;
}

static hp_status write_file(const hp_synth_setup *setup, const truth *result, const char *path,
                            hp_error *err) {
    hp_status status = HP_OK;
    char *partial = NULL;
    FILE *out = NULL;
    size_t size = strlen(path) + sizeof SUFFIX;
    HP_NEW(partial, size);
    snprintf(partial, size, "%s%s", path, SUFFIX);
    out = fopen(partial, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "%s: cannot be created: %s", path, strerror(errno));
    HP_TRY(write_yaml(setup, result, out, err));
    int closed = fclose(out);
    out = NULL;
    HP_CHECK(closed == 0, HP_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    HP_CHECK(rename(partial, path) == 0, HP_ERR_IO, "%s: cannot be renamed to %s: %s", partial,
             path, strerror(errno));
cleanup:
    if (out != NULL) fclose(out);
    if (status != HP_OK && partial != NULL) unlink(partial);
    hp_free(partial);
    return status;
}

static hp_status write_yaml(const hp_synth_setup *setup, const truth *result, FILE *out,
                            hp_error *err) {
    hp_status status = HP_OK;
    hp_yaml_writer yaml = {0};
    HP_TRY(hp_yaml_writer_create(out, &yaml, err));
    HP_TRY(write_system(setup, &yaml, err));
    HP_TRY(write_result(setup, result, &yaml, err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
cleanup:
    hp_yaml_writer_destroy(&yaml);
    return status;
}

static hp_status write_system(const hp_synth_setup *setup, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    HP_TRY(hp_yaml_writer_text(yaml, "channel", spec->channel, err));
    HP_TRY(hp_yaml_writer_open(yaml, "potential", err));
    HP_TRY(
        hp_yaml_writer_numbers(yaml, "amplitudes_mev", spec->amplitudes_mev, spec->ngaussian, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "ranges_fm", spec->ranges_fm, spec->ngaussian, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
    HP_TRY(hp_yaml_writer_number(yaml, "mass_1_mev", spec->mass_1_mev, err));
    HP_TRY(hp_yaml_writer_number(yaml, "mass_2_mev",
                                 setup->identical ? spec->mass_1_mev : spec->mass_2_mev, err));
    HP_TRY(hp_yaml_writer_number(yaml, "inverse_spacing_mev", spec->inverse_spacing_mev, err));
cleanup:
    return status;
}

static hp_status write_result(const hp_synth_setup *setup, const truth *result,
                              hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    int n = spec->nenergy;
    HP_TRY(hp_yaml_writer_text(yaml, "convention", "k cot delta = -1/a0 + r_eff k^2/2", err));
    HP_TRY(hp_yaml_writer_number(yaml, "scattering_length_fm", result->scattering_length_fm, err));
    HP_TRY(hp_yaml_writer_number(yaml, "effective_range_fm", result->effective_range_fm, err));
    HP_TRY(hp_yaml_writer_number(yaml, "bound_states", result->bound_states, err));
    HP_TRY(hp_yaml_writer_open(yaml, "phase_shifts", err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "e_cm_mev", spec->energies_mev, n, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "k_mev", result->k_mev, n, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "delta_deg", result->delta_deg, n, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "kcot_mev", result->kcot_mev, n, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}
