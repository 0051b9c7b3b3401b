// SPDX-License-Identifier: GPL-3.0-or-later
/* What an analysis of coupled channels should find, in infinite volume and the continuum, by the
 * study of `hadpot scatter`; and the levels in the box. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/units.h"
#include "synth_parts.h"

enum { NAME_SIZE = 256 };

static hp_status create_study(const hp_synth_setup *setup, hp_synth_coupled *coupled,
                              hp_error *err) {
    hp_status status = HP_OK;
    const hp_given_channels *given = &setup->channels->given;
    const hp_scatter_job scatter = hp_given_scatter_of_synth(setup->job);
    const char *pair[HP_MOST_PAIRS], *component[HP_MOST_COMPONENTS], *key = "";
    double *energy = NULL;
    int n = 0;
    for (int a = 0; a < given->channels.npair; a++) pair[a] = given->pair[a];
    for (int c = 0; c < given->channels.ncomponent; c++) component[c] = given->component[c];
    HP_TRY(hp_given_energies(&scatter, given, &energy, &n, &key, err));
    HP_TRY(hp_given_form_matrix(&setup->potential, given, &coupled->matrix, err));
    const hp_channel_options options = hp_options_of_channels(&scatter, given, energy, n);
    const hp_matrix_setup of = {.matrix = coupled->matrix,
                                .channels = &given->channels,
                                .pair_name = pair,
                                .component_name = component,
                                .spin = given->spin,
                                .options = &options};
    HP_TRY(hp_matrix_study_create(&of, &coupled->study, err));
    HP_TRY(hp_matrix_study_observe(&coupled->study, err));
cleanup:
    hp_free(energy);
    return status;
}

static hp_status take_levels(const hp_synth_setup *setup, hp_synth_truth *truth, hp_error *err) {
    hp_synth_levels levels;
    HP_CALL(hp_synth_levels_create(setup, &levels, err));
    truth->nlevel = levels.count;
    truth->block = hp_alloc((size_t)levels.count, sizeof *truth->block);
    truth->level_mev = truth->block;
    for (int n = 0; n < levels.count && truth->block != NULL; n++)
        truth->level_mev[n] =
            (levels.energy[n] + setup->channels->lattice.lowest) * setup->job->inverse_spacing_mev;
    hp_synth_levels_destroy(&levels);
    HP_REQUIRE(truth->block != NULL, HP_ERR_MEMORY, "no memory for levels");
    return HP_OK;
}

hp_status hp_synth_coupled_create(const hp_synth_setup *setup, hp_synth_truth *truth,
                                  hp_error *err) {
    double local, nonlocal;
    const double *values = NULL;
    HP_ALLOCATE(truth->coupled, 1);
    truth->nenergy = 0;
    HP_CALL(create_study(setup, truth->coupled, err));
    HP_CALL(take_levels(setup, truth, err));
    const hp_record *record = hp_synth_truth_record(truth, &values);
    truth->bound_states = (int)*hp_record_read(record, values, HP_ROW_NBOUND);
    HP_CALL(hp_synth_channels_cut_off(setup, &local, &nonlocal, err));
    truth->cut_off = fmax(local, nonlocal);
    return HP_OK;
}

void hp_synth_coupled_destroy(hp_synth_coupled **coupled) {
    if (*coupled == NULL) return;
    hp_matrix_study_destroy(&(*coupled)->study);
    hp_form_matrix_destroy(&(*coupled)->matrix);
    hp_free(*coupled);
    *coupled = NULL;
}

const hp_record *hp_synth_truth_record(const hp_synth_truth *truth, const double **values) {
    if (truth->coupled == NULL) return NULL;
    *values = truth->coupled->study.vector;
    return &truth->coupled->study.record;
}

/* Total energies in MeV, (nenergy) of the study; E above the lowest threshold. */
static void fill_energies(const hp_channel_observables *of, double *w, double *e) {
    for (int i = 0; i < of->nenergy; i++) {
        e[i] = of->energy[i] * HP_HBARC_MEV_FM;
        w[i] = (of->energy[i] + of->channels.lowest) * HP_HBARC_MEV_FM;
    }
}

/* V_cd in MeV at the points of the ensemble, (N, N, npoint), and U_cd in MeV/fm^3. */
static hp_status store_matrix(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_form_matrix *matrix = setup->channels->matrix;
    size_t n = (size_t)setup->npoint, N = (size_t)setup->channels->lattice.ncomponent, row = N * n;
    double *r = NULL, *local = NULL, *kernel = NULL;
    HP_NEW(r, n);
    HP_NEW(local, N * N * n);
    for (size_t i = 0; i < n; i++) r[i] = hp_synth_radius_fm(setup, (int)i);
    if (hp_form_matrix_has_nonlocal(matrix)) HP_NEW(kernel, row * row);
    const hp_quadrature grid = {.n = (int)n, .r = r, .range = r[n - 1]};
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, local, kernel);
    for (size_t i = 0; i < N * N * n; i++)
        local[i] *= hp_form_matrix_h(matrix, (int)(i / n / N), (int)(i / n % N));
    HP_TRY(
        hp_h5_write(file, "/truth/v_mev", H5T_NATIVE_DOUBLE, 3, (size_t[]){N, N, n}, local, err));
    if (kernel == NULL) goto cleanup;
    for (size_t i = 0; i < row * row; i++)
        kernel[i] *= hp_form_matrix_h(matrix, (int)(i / row / n), (int)(i % row / n)) /
                     (4 * M_PI * r[i / row % n] * r[i % n]);
    HP_TRY(hp_h5_write(file, "/truth/u_mev_fm3", H5T_NATIVE_DOUBLE, 2, (size_t[]){row, row}, kernel,
                       err));
cleanup:
    hp_free(r);
    hp_free(local);
    hp_free(kernel);
    return status;
}

static hp_status store_row(const hp_record *record, const double *values, const hp_entry *entry,
                           hid_t file, hp_error *err) {
    char name[NAME_SIZE];
    const size_t one = 1;
    const double *value =
        entry->constant != NULL ? entry->constant : hp_record_read(record, values, entry->row.path);
    if (value == NULL || entry->count == 0) return HP_OK; /* of integers there is nothing to say */
    snprintf(name, sizeof name, "/truth/%s", entry->row.path);
    return hp_h5_write(file, name, H5T_NATIVE_DOUBLE, entry->naxis > 0 ? entry->naxis : 1,
                       entry->naxis > 0 ? entry->extent : &one, value, err);
}

static hp_status store_lists(const hp_synth_truth *truth, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_channel_observables *of = &truth->coupled->study.observables;
    const size_t n = (size_t)of->nenergy, nlevel = (size_t)truth->nlevel;
    double *w = NULL;
    HP_NEW(w, 2 * n);
    fill_energies(of, w, w + n);
    HP_TRY(hp_h5_write(file, "/truth/w_mev", H5T_NATIVE_DOUBLE, 1, &n, w, err));
    HP_TRY(hp_h5_write(file, "/truth/e_mev", H5T_NATIVE_DOUBLE, 1, &n, w + n, err));
    HP_TRY(hp_h5_write(file, "/truth/box_level_w_mev", H5T_NATIVE_DOUBLE, 1, &nlevel,
                       truth->level_mev, err));
cleanup:
    hp_free(w);
    return status;
}

hp_status hp_synth_coupled_store(const hp_synth_setup *setup, const hp_synth_truth *truth,
                                 hid_t file, hp_error *err) {
    const double *values = NULL;
    HP_CALL(store_matrix(setup, file, err));
    if (truth == NULL) return HP_OK;
    const hp_record *record = hp_synth_truth_record(truth, &values);
    HP_REQUIRE(record != NULL, HP_ERR_INTERNAL, "the truth has no record");
    HP_CALL(store_lists(truth, file, err));
    for (int e = 0; e < record->nentry; e++)
        HP_CALL(store_row(record, values, &record->entry[e], file, err));
    return HP_OK;
}

static hp_status print_pairs(const hp_synth_setup *setup, hp_yaml_writer *yaml, hp_error *err) {
    const hp_given_channels *given = &setup->channels->given;
    const struct hp_synth_job_channels *keys = &setup->job->channels;
    HP_CALL(hp_yaml_writer_open(yaml, "pairs", err));
    for (int a = 0; a < given->channels.npair; a++) {
        double first = keys->masses_1_mev.values[a], second = keys->masses_2_mev.values[a];
        double root_z = setup->channels->pair[a].root_z;
        HP_CALL(hp_yaml_writer_open(yaml, given->pair[a], err));
        HP_CALL(hp_yaml_writer_number(yaml, "mass_1_mev", first, err));
        HP_CALL(hp_yaml_writer_number(yaml, "mass_2_mev", second, err));
        HP_CALL(hp_yaml_writer_number(yaml, "threshold_mev", first + second, err));
        HP_CALL(hp_yaml_writer_number(yaml, "sqrt_z", root_z, err));
        HP_CALL(hp_yaml_writer_close(yaml, err));
    }
    return hp_yaml_writer_close(yaml, err);
}

/* "delta_deg" of "scattering/delta_deg", of one component or of all. */
static hp_status print_row(const hp_synth_setup *setup, const hp_record *record,
                           const double *values, const hp_entry *entry, hp_yaml_writer *yaml,
                           hp_error *err) {
    char key[NAME_SIZE];
    const char *name = hp_row_short_name(entry->row.path);
    const double *value = hp_record_read(record, values, entry->row.path);
    bool of_components = entry->naxis == 2 && strcmp(entry->row.axis[0], "component") == 0;
    bool of_states = entry->naxis == 1 && strcmp(entry->row.axis[0], "bound") == 0;
    size_t n = of_components ? entry->extent[1] : entry->count, parts = entry->count / n;
    if (of_states) n = (size_t)fmin((double)n, *hp_record_read(record, values, HP_ROW_NBOUND));
    if (entry->naxis == 0) return hp_yaml_writer_number(yaml, name, *value, err);
    for (size_t c = 0; c < parts; c++) {
        snprintf(key, sizeof key, "%s%s%s", name, of_components ? "_" : "",
                 of_components ? setup->channels->given.component[c] : "");
        HP_CALL(hp_yaml_writer_numbers(yaml, key, value + c * n, (int)n, err));
    }
    return HP_OK;
}

/* All that was computed and has an error bar in results. */
static bool is_stated(const hp_entry *entry) {
    return hp_entry_is_sampled(entry) && entry->row.table != NULL && entry->naxis < 3 &&
           (entry->row.roles & HP_BARE) == 0 && strstr(entry->row.path, "numerical") == NULL;
}

/* The first poles of each sheet that there are, or that "poles/kind" names. */
static hp_status print_poles(const hp_synth_truth *truth, hp_yaml_writer *yaml, hp_error *err) {
    static const char *const kinds[] = {"bound", "virtual", "resonance"};
    const double *values = NULL;
    const hp_record *record = hp_synth_truth_record(truth, &values);
    const hp_pole_observables *poles = &truth->coupled->study.observables.poles;
    const double *re = hp_record_read(record, values, HP_ROW_POLE_W);
    const double *im = hp_record_read(record, values, HP_ROW_POLE_WIDTH);
    const double *kind = hp_record_read(record, values, HP_ROW_POLE_KIND);
    for (int s = 0; s < poles->nsheet; s++)
        for (int p = 0; p < poles->most && !isnan(re[s * poles->most + p]); p++) {
            char key[NAME_SIZE];
            int i = s * poles->most + p;
            snprintf(key, sizeof key, "pole_%d_on_%s", p + 1, poles->sheet_name[s]);
            HP_CALL(hp_yaml_writer_open(yaml, key, err));
            HP_CALL(hp_yaml_writer_text(yaml, "kind", kinds[(int)kind[i]], err));
            HP_CALL(hp_yaml_writer_number(yaml, "re_w_mev", re[i], err));
            HP_CALL(hp_yaml_writer_number(yaml, "im_w_mev", im[i], err));
            HP_CALL(hp_yaml_writer_close(yaml, err));
        }
    return HP_OK;
}

hp_status hp_synth_coupled_print(const hp_synth_setup *setup, const hp_synth_truth *truth,
                                 hp_yaml_writer *yaml, hp_error *err) {
    static const char energies[] = "energy E above the lowest threshold, W = E + that threshold; "
                                   "k^2 = [W^2 - (m1+m2)^2][W^2 - "
                                   "(m1-m2)^2]/(4 W^2)";
    hp_status status = HP_OK;
    const double *values = NULL;
    const hp_record *record = hp_synth_truth_record(truth, &values);
    const hp_channel_observables *of = &truth->coupled->study.observables;
    double *w = NULL;
    HP_NEW(w, 2 * (size_t)of->nenergy);
    fill_energies(of, w, w + of->nenergy);
    HP_CHECK(record != NULL, HP_ERR_INTERNAL, "the truth has no record");
    HP_TRY(print_pairs(setup, yaml, err));
    HP_TRY(
        hp_yaml_writer_text(yaml, "convention", "k^(2l+1) cot delta = -1/a_l + r_eff k^2/2", err));
    HP_TRY(hp_yaml_writer_text(yaml, "energy_convention", energies, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "w_mev", w, of->nenergy, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "e_mev", w + of->nenergy, of->nenergy, err));
    for (int e = 0; e < record->nentry; e++) {
        const hp_entry *entry = &record->entry[e];
        if (is_stated(entry) && strncmp(entry->row.path, "poles/", 6) != 0)
            HP_TRY(print_row(setup, record, values, entry, yaml, err));
    }
    HP_TRY(print_poles(truth, yaml, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "box_level_w_mev", truth->level_mev, truth->nlevel, err));
cleanup:
    hp_free(w);
    return status;
}
