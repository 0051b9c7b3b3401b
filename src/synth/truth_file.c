// SPDX-License-Identifier: GPL-3.0-or-later
/* The truth of a synthetic ensemble as a YAML file. */
#include "synth_parts.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"
#include "hadpot/yaml_writer.h"

/* The form sections as they stand in a job file. */
static hp_status write_potential(const hp_synth_setup *setup, hp_yaml_writer *yaml, hp_error *err) {
    hp_synth_key given[HP_SYNTH_MAX_KEYS];
    int count = hp_synth_given_keys(setup->spec->potential, given);
    for (int i = 0; i < count; i++) {
        const hp_synth_key *key = &given[i];
        if (i == 0 || strcmp(key->section, given[i - 1].section) != 0)
            HP_CALL(hp_yaml_writer_open(yaml, key->section, err));
        if (key->list != NULL)
            HP_CALL(
                hp_yaml_writer_numbers(yaml, key->name, key->list->values, key->list->count, err));
        else
            HP_CALL(hp_yaml_writer_text(yaml, key->name, key->text, err));
        if (i == count - 1 || strcmp(key->section, given[i + 1].section) != 0)
            HP_CALL(hp_yaml_writer_close(yaml, err));
    }
    return HP_OK;
}

static hp_status write_system(const hp_synth_setup *setup, hp_yaml_writer *yaml, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    HP_CALL(hp_yaml_writer_text(yaml, "channel", spec->channel, err));
    HP_CALL(hp_yaml_writer_open(yaml, "potential", err));
    HP_CALL(write_potential(setup, yaml, err));
    HP_CALL(hp_yaml_writer_close(yaml, err));
    HP_CALL(hp_yaml_writer_number(yaml, "mass_1_mev", spec->mass_1_mev, err));
    HP_CALL(hp_yaml_writer_number(yaml, "mass_2_mev",
                                  setup->identical ? spec->mass_1_mev : spec->mass_2_mev, err));
    return hp_yaml_writer_number(yaml, "inverse_spacing_mev", spec->inverse_spacing_mev, err);
}

/* Inelastic contamination and autocorrelation, where there are any. */
static hp_status write_disturbances(const hp_synth_setup *setup, hp_yaml_writer *yaml,
                                    hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    if (setup->chain_correlation > 0)
        HP_CALL(hp_yaml_writer_number(yaml, "tau_int", spec->tau_int, err));
    if (spec->ninelastic == 0) return HP_OK;
    HP_CALL(hp_yaml_writer_open(yaml, "inelastic", err));
    HP_CALL(hp_yaml_writer_number(yaml, "gap_mev", spec->gap_mev, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "amplitudes", spec->inelastic_amplitudes, spec->ninelastic,
                                   err));
    HP_CALL(hp_yaml_writer_number(yaml, "width_fm", spec->inelastic_width_fm, err));
    return hp_yaml_writer_close(yaml, err);
}

static hp_status write_result(const hp_synth_truth *truth, hp_yaml_writer *yaml, hp_error *err) {
    int n = truth->nenergy;
    HP_CALL(hp_yaml_writer_text(yaml, "convention", "k cot delta = -1/a0 + r_eff k^2/2", err));
    HP_CALL(hp_yaml_writer_text(yaml, "energy_convention",
                                HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION, err));
    HP_CALL(hp_yaml_writer_number(yaml, "scattering_length_fm", truth->scattering_length_fm, err));
    HP_CALL(hp_yaml_writer_number(yaml, "effective_range_fm", truth->effective_range_fm, err));
    HP_CALL(hp_yaml_writer_number(yaml, "bound_states", truth->bound_states, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "binding_energy_mev", truth->binding_energy_mev,
                                   truth->nbound, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "rms_fm", truth->rms_fm, truth->nbound, err));
    HP_CALL(hp_yaml_writer_open(yaml, "phase_shifts", err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "e_cm_mev", truth->e_cm_mev, n, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "k_mev", truth->k_mev, n, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "delta_deg", truth->delta_deg, n, err));
    HP_CALL(hp_yaml_writer_numbers(yaml, "kcot_mev", truth->kcot_mev, n, err));
    HP_CALL(hp_yaml_writer_close(yaml, err));
    if (truth->nlevel == 0) return HP_OK;
    HP_CALL(hp_yaml_writer_text(yaml, "level_convention", HP_LEVEL_CONVENTION, err));
    return hp_yaml_writer_numbers(yaml, "box_level_mev", truth->level_mev, truth->nlevel, err);
}

/* content: hp_synth_content (hp_file_writer). */
static hp_status write_file(const void *content, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_content *of = content;
    FILE *out = NULL;
    hp_yaml_writer yaml = {0};
    HP_TRY(hp_file_create(path, &out, err));
    HP_TRY(hp_yaml_writer_create(out, &yaml, err));
    HP_TRY(write_system(of->setup, &yaml, err));
    HP_TRY(write_disturbances(of->setup, &yaml, err));
    HP_TRY(write_result(of->truth, &yaml, err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
    HP_TRY(hp_file_close(&out, path, err));
cleanup:
    hp_yaml_writer_destroy(&yaml);
    if (out != NULL) fclose(out);
    return status;
}

hp_status hp_synth_write_truth(const hp_synth_spec *spec, const hp_synth_truth *truth,
                               hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    char *path = NULL;
    HP_TRY(hp_synth_set_up(spec, &setup, err));
    HP_TRY(hp_synth_truth_path(spec, &path, err));
    HP_TRY(hp_file_replace(path, write_file, &(hp_synth_content){&setup, truth}, err));
cleanup:
    hp_free(path);
    hp_synth_setup_destroy(&setup);
    return status;
}

hp_status hp_synth_truth_path(const hp_synth_spec *spec, char **path, hp_error *err) {
    static const char ending[] = ".h5", instead[] = "_truth.yaml";
    bool given = spec->truth != NULL && spec->truth[0] != '\0';
    const char *from = given ? spec->truth : spec->output;
    size_t length = strlen(from), size = length + sizeof instead;
    *path = NULL;
    HP_ALLOCATE(*path, size);
    if (!given && length >= strlen(ending) && strcmp(from + length - strlen(ending), ending) == 0)
        length -= strlen(ending);
    snprintf(*path, size, "%.*s%s", (int)length, from, given ? "" : instead);
    return HP_OK;
}
