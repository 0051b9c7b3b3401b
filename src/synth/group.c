// SPDX-License-Identifier: GPL-3.0-or-later
/* The group /truth of an ensemble file: what it was made from, and what should be found. */
#include "synth_parts.h"
#include <math.h>
#include <stdio.h>
#include "hadpot/memory.h"

enum { NAME_SIZE = 256 };

/* Nothing for n = 0. */
static hp_status write_list(hid_t file, const char *name, int n, const double *values,
                            hp_error *err) {
    const size_t extent = (size_t)n;
    if (n == 0) return HP_OK;
    return hp_h5_write(file, name, H5T_NATIVE_DOUBLE, 1, &extent, values, err);
}

/* The numbers of the form sections; names of tables are in the attribute provenance. */
static hp_status write_keys(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    hp_synth_key given[HP_SYNTH_MAX_KEYS];
    int count = hp_synth_given_keys(setup->spec->potential, given);
    for (int i = 0; i < count; i++) {
        char name[NAME_SIZE];
        const hp_double_list *list = given[i].list;
        if (list == NULL) continue;
        snprintf(name, sizeof name, "/truth/%s/%s", given[i].section, given[i].name);
        HP_CALL(write_list(file, name, list->count, list->values, err));
    }
    return HP_OK;
}

/* Inelastic contamination and autocorrelation, where there are any. */
static hp_status write_disturbances(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    const int one = spec->ninelastic > 0;
    const struct {
        const char *name;
        int n;
        const double *values;
    } rows[] = {{"/truth/inelastic/gap_mev", one, &spec->gap_mev},
                {"/truth/inelastic/amplitudes", spec->ninelastic, spec->inelastic_amplitudes},
                {"/truth/inelastic/width_fm", one, &spec->inelastic_width_fm},
                {"/truth/tau_int", setup->chain_correlation > 0, &spec->tau_int}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        HP_CALL(write_list(file, rows[i].name, rows[i].n, rows[i].values, err));
    return HP_OK;
}

/* V at the points of the ensemble. */
static hp_status write_local(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    int points = setup->npoint;
    double *V = NULL;
    HP_NEW(V, points);
    for (int i = 0; i < points; i++)
        V[i] =
            hp_forms_local(setup->forms, hp_synth_radius_fm(setup, hp_synth_radius_of(setup, i)));
    HP_TRY(write_list(file, "/truth/potential_mev", points, V, err));
cleanup:
    hp_free(V);
    return status;
}

/* U at all pairs of them. */
static hp_status write_nonlocal(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    static const char name[] = "/truth/u_mev_fm3";
    hp_status status = HP_OK;
    int points = setup->spec->points;
    const size_t shape[] = {(size_t)points, (size_t)points};
    double *U = NULL;
    HP_NEW(U, points);
    HP_TRY(hp_h5_create_rows(file, name, 2, shape, err));
    for (int i = 0; i < points; i++) {
        double r = hp_synth_radius_fm(setup, i);
        for (int j = 0; j < points; j++) {
            double rp = hp_synth_radius_fm(setup, j);
            U[j] = hp_forms_nonlocal(setup->forms, r, rp) / (4 * M_PI * r * rp);
        }
        HP_TRY(hp_h5_write_row(file, name, i, U, err));
    }
cleanup:
    hp_free(U);
    return status;
}

static hp_status write_observables(const hp_synth_truth *truth, hid_t file, hp_error *err) {
    const double bound_states = truth->bound_states;
    const struct {
        const char *name;
        int n;
        const double *values;
    } rows[] = {{"/truth/scattering_length_fm", 1, &truth->scattering_length_fm},
                {"/truth/effective_range_fm", 1, &truth->effective_range_fm},
                {"/truth/bound_states", 1, &bound_states},
                {"/truth/binding_energy_mev", truth->nbound, truth->binding_energy_mev},
                {"/truth/rms_fm", truth->nbound, truth->rms_fm},
                {"/truth/e_cm_mev", truth->nenergy, truth->e_cm_mev},
                {"/truth/k_mev", truth->nenergy, truth->k_mev},
                {"/truth/delta_deg", truth->nenergy, truth->delta_deg},
                {"/truth/kcot_mev", truth->nenergy, truth->kcot_mev},
                {"/truth/box_level_mev", truth->nlevel, truth->level_mev}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        HP_CALL(write_list(file, rows[i].name, rows[i].n, rows[i].values, err));
    return HP_OK;
}

hp_status hp_synth_write_group(const hp_synth_setup *setup, const hp_synth_truth *truth, hid_t file,
                               hp_error *err) {
    HP_CALL(write_keys(setup, file, err));
    HP_CALL(write_disturbances(setup, file, err));
    if (hp_forms_has_local(setup->forms)) HP_CALL(write_local(setup, file, err));
    if (hp_forms_has_nonlocal(setup->forms)) HP_CALL(write_nonlocal(setup, file, err));
    if (truth != NULL) HP_CALL(write_observables(truth, file, err));
    return HP_OK;
}
