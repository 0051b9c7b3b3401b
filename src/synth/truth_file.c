// SPDX-License-Identifier: GPL-3.0-or-later
/* The truth of a synthetic ensemble: what it was made from and what should be found, as a YAML file
 * and as a group of the ensemble. */
#include "synth_parts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "hadpot/yaml_writer.h"

enum { NAME_SIZE = 256 };

int hp_synth_list_potential(const hp_form_keys *keys, hp_synth_fact fact[HP_SYNTH_MAX_FACTS]) {
/* clang-format off */
#define NOTHING(...)
#define ROW(section, name, type, ...) {#section, #name, ROW_##type(keys->section.name)},
#define ROW_DOUBLE_LIST(list) .values = (list).values, .n = (list).count
#define ROW_STRING(value) .text = value
#define ROW_STRING_LIST(list) .texts = (list).values, .n = (list).count
    /* clang-format on */
    const hp_synth_fact all[] = {HP_FORM_SECTIONS(NOTHING, ROW, SHOWN, NOTHING)};
    _Static_assert(sizeof all / sizeof *all <= HP_SYNTH_MAX_FACTS, "room for every key");
    int count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].n > 0 || (all[i].text != NULL && *all[i].text != '\0')) fact[count++] = all[i];
    return count;
}

/* Autocorrelation and inelastic contamination, where there are any. */
static int list_disturbances(const hp_synth_setup *setup, hp_synth_fact fact[HP_SYNTH_MAX_FACTS]) {
    const struct hp_synth_job_inelastic *inelastic = &setup->job->inelastic;
    const hp_double_list *A = &inelastic->amplitudes;
    int count = 0;
    if (setup->chain_correlation > 0)
        fact[count++] = (hp_synth_fact){"", "tau_int", .number = setup->job->noise.tau_int};
    if (A->count == 0) return count;
    fact[count++] = (hp_synth_fact){"inelastic", "gap_mev", .number = inelastic->gap_mev};
    fact[count++] = (hp_synth_fact){"inelastic", "amplitudes", .values = A->values, .n = A->count};
    fact[count++] = (hp_synth_fact){"inelastic", "width_fm", .number = inelastic->width_fm};
    return count;
}

static int list_found(const hp_synth_truth *truth, hp_synth_fact fact[HP_SYNTH_MAX_FACTS]) {
    static const char energies[] = HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION;
    int n = truth->nenergy, nbound = truth->nbound;
    const hp_synth_fact all[] = {
        {"", "convention", .text = "k cot delta = -1/a0 + r_eff k^2/2"},
        {"", "energy_convention", .text = energies},
        {"", "scattering_length_fm", .number = truth->scattering_length_fm},
        {"", "effective_range_fm", .number = truth->effective_range_fm},
        {"", "bound_states", .number = truth->bound_states},
        {"", "binding_energy_mev", .values = truth->binding_energy_mev, .n = nbound},
        {"", "rms_fm", .values = truth->rms_fm, .n = nbound},
        {"phase_shifts", "e_cm_mev", .values = truth->e_cm_mev, .n = n},
        {"phase_shifts", "k_mev", .values = truth->k_mev, .n = n},
        {"phase_shifts", "delta_deg", .values = truth->delta_deg, .n = n},
        {"phase_shifts", "kcot_mev", .values = truth->kcot_mev, .n = n},
        {"", "level_convention", .text = HP_LEVEL_CONVENTION},
        {"", "box_level_mev", .values = truth->level_mev, .n = truth->nlevel}};
    int count = sizeof all / sizeof *all - (truth->nlevel > 0 ? 0 : 2);
    memcpy(fact, all, (size_t)count * sizeof *fact);
    return count;
}

/* Numbers into /truth/LEVEL/KEY, or /truth/KEY; names of tables are in the attribute provenance. */
static hp_status store(hid_t file, const hp_synth_fact *fact, int n, bool levels, hp_error *err) {
    for (int i = 0; i < n; i++, fact++) {
        char name[NAME_SIZE];
        bool single = fact->values == NULL;
        const char *level = levels ? fact->level : "";
        if (fact->text != NULL || fact->texts != NULL || (!single && fact->n == 0)) continue;
        snprintf(name, sizeof name, "/truth/%s%s%s", level, *level != '\0' ? "/" : "", fact->key);
        const size_t n_values = single ? 1 : (size_t)fact->n;
        HP_CALL(hp_h5_write(file, name, H5T_NATIVE_DOUBLE, 1, &n_values,
                            single ? &fact->number : fact->values, err));
    }
    return HP_OK;
}

/* V, or V2, at the points of the ensemble. */
static hp_status store_local(const hp_synth_setup *setup, bool mass, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    int points = setup->npoint;
    double *V = NULL;
    HP_NEW(V, points);
    for (int i = 0; i < points; i++) {
        double r_fm = hp_synth_point_fm(setup, i), half = hp_forms_hbar2_over_2mu(setup->forms) / 2;
        V[i] = mass ? half * (hp_forms_mass(setup->forms, r_fm, NULL) - 1)
                    : hp_forms_local(setup->forms, r_fm);
    }
    HP_TRY(hp_h5_write(file, mass ? "/truth/v2_mev_fm2" : "/truth/potential_mev", H5T_NATIVE_DOUBLE,
                       1, &(size_t){(size_t)points}, V, err));
cleanup:
    hp_free(V);
    return status;
}

/* U at all pairs of them. */
static hp_status store_nonlocal(const hp_synth_setup *setup, hid_t file, hp_error *err) {
    static const char name[] = "/truth/u_mev_fm3";
    hp_status status = HP_OK;
    int points = setup->npoint;
    double *U = NULL;
    HP_NEW(U, points);
    HP_TRY(hp_h5_create_rows(file, name, 2, (size_t[]){(size_t)points, (size_t)points}, err));
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

hp_status hp_synth_write_group(const hp_synth_setup *setup, const hp_synth_truth *truth, hid_t file,
                               hp_error *err) {
    hp_synth_fact fact[HP_SYNTH_MAX_FACTS] = {0};
    HP_CALL(store(file, fact, hp_synth_list_potential(&setup->potential, fact), true, err));
    HP_CALL(store(file, fact, list_disturbances(setup, fact), true, err));
    if (setup->channels != NULL) return hp_synth_coupled_store(setup, truth, file, err);
    if (hp_forms_has_local(setup->forms)) HP_CALL(store_local(setup, false, file, err));
    if (hp_forms_has_mass(setup->forms)) HP_CALL(store_local(setup, true, file, err));
    if (hp_forms_has_nonlocal(setup->forms)) HP_CALL(store_nonlocal(setup, file, err));
    return truth == NULL ? HP_OK : store(file, fact, list_found(truth, fact), false, err);
}

/* A list of texts as one. */
static hp_status print_texts(hp_yaml_writer *yaml, const hp_synth_fact *fact, hp_error *err) {
    char *text = NULL;
    FILE *out = NULL;
    HP_CALL(hp_text_open(&text, NULL, &out, err));
    for (int i = 0; i < fact->n; i++) fprintf(out, "%s%s", i > 0 ? ", " : "", fact->texts[i]);
    hp_status status = hp_text_close(&out, &text, err);
    if (status == HP_OK) status = hp_yaml_writer_text(yaml, fact->key, text, err);
    free(text);
    return status;
}

/* Entries of the innermost open mapping; levels are mappings in it. */
static hp_status print(hp_yaml_writer *yaml, const hp_synth_fact *fact, int n, hp_error *err) {
    const char *level = "";
    for (int i = 0; i <= n; i++, fact++) {
        const char *next = i < n ? fact->level : "";
        if (strcmp(level, next) != 0) {
            if (*level != '\0') HP_CALL(hp_yaml_writer_close(yaml, err));
            if (*next != '\0') HP_CALL(hp_yaml_writer_open(yaml, next, err));
            level = next;
        }
        if (i == n) break;
        if (fact->texts != NULL)
            HP_CALL(print_texts(yaml, fact, err));
        else if (fact->text != NULL)
            HP_CALL(hp_yaml_writer_text(yaml, fact->key, fact->text, err));
        else if (fact->values != NULL)
            HP_CALL(hp_yaml_writer_numbers(yaml, fact->key, fact->values, fact->n, err));
        else
            HP_CALL(hp_yaml_writer_number(yaml, fact->key, fact->number, err));
    }
    return HP_OK;
}

/* content: hp_synth_content (hp_file_writer). */
static hp_status write_file(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_content *of = content;
    const hp_synth_setup *setup = of->setup;
    const hp_synth_job *job = setup->job;
    hp_text text = {0};
    hp_yaml_writer yaml = {0};
    hp_synth_fact fact[HP_SYNTH_MAX_FACTS];
    HP_TRY(hp_text_begin(&text, err));
    HP_TRY(hp_yaml_writer_create(text.out, &yaml, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "channel", job->channel, err));
    HP_TRY(hp_yaml_writer_open(&yaml, "potential", err));
    HP_TRY(print(&yaml, fact, hp_synth_list_potential(&setup->potential, fact), err));
    HP_TRY(hp_yaml_writer_close(&yaml, err));
    if (setup->channels == NULL) {
        HP_TRY(hp_yaml_writer_number(&yaml, "mass_1_mev", job->mass_1_mev, err));
        HP_TRY(hp_yaml_writer_number(&yaml, "mass_2_mev",
                                     setup->identical ? job->mass_1_mev : job->mass_2_mev, err));
    }
    HP_TRY(hp_yaml_writer_number(&yaml, "inverse_spacing_mev", job->inverse_spacing_mev, err));
    HP_TRY(print(&yaml, fact, list_disturbances(setup, fact), err));
    HP_TRY(setup->channels != NULL ? hp_synth_coupled_print(setup, of->truth, &yaml, err)
                                   : print(&yaml, fact, list_found(of->truth, fact), err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
    HP_TRY(hp_text_end(&text, path, err));
cleanup:
    hp_yaml_writer_destroy(&yaml);
    hp_text_discard(&text);
    return status;
}

hp_status hp_synth_write_truth(const hp_synth_job *job, const hp_synth_truth *truth,
                               hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    char *path = NULL;
    HP_TRY(hp_synth_set_up(job, &setup, err));
    HP_TRY(hp_synth_truth_path(job, &path, err));
    HP_TRY(hp_file_replace(path, write_file, &(hp_synth_content){&setup, truth}, err));
cleanup:
    hp_free(path);
    hp_synth_setup_destroy(&setup);
    return status;
}

hp_status hp_synth_truth_path(const hp_synth_job *job, char **path, hp_error *err) {
    static const char ending[] = ".h5", instead[] = "_truth.yaml";
    bool given = job->truth[0] != '\0';
    const char *from = given ? job->truth : job->output;
    size_t length = strlen(from), size = length + sizeof instead;
    *path = NULL;
    HP_ALLOCATE(*path, size);
    if (!given && length >= strlen(ending) && strcmp(from + length - strlen(ending), ending) == 0)
        length -= strlen(ending);
    snprintf(*path, size, "%.*s%s", (int)length, from, given ? "" : instead);
    return HP_OK;
}
