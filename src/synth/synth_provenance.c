// SPDX-License-Identifier: GPL-3.0-or-later
/* What was asked for, in words. */
#include "synth_parts.h"
#include <stdio.h>
#include "hadpot/text_stream.h"

static void print_list(FILE *out, const char *name, const double *values, int n) {
    fprintf(out, "%s [", name);
    for (int i = 0; i < n; i++) fprintf(out, "%s%.17g", i > 0 ? ", " : "", values[i]);
    fputs("]; ", out);
}

static void print_texts(FILE *out, const char *name, char *const *texts, int n) {
    fprintf(out, "%s [", name);
    for (int i = 0; i < n; i++) fprintf(out, "%s%s", i > 0 ? ", " : "", texts[i]);
    fputs("]; ", out);
}

static void print_potential(FILE *out, const hp_form_keys *keys) {
    hp_synth_fact fact[HP_SYNTH_MAX_FACTS];
    int count = hp_synth_list_potential(keys, fact);
    for (int i = 0; i < count; i++) {
        fprintf(out, "%s.", fact[i].level);
        if (fact[i].texts != NULL)
            print_texts(out, fact[i].key, fact[i].texts, fact[i].n);
        else if (fact[i].text == NULL)
            print_list(out, fact[i].key, fact[i].values, fact[i].n);
        else
            fprintf(out, "%s %s; ", fact[i].key, fact[i].text);
    }
}

static void print_grid(FILE *out, const hp_synth_setup *setup) {
    const struct hp_synth_job_grid *grid = &setup->job->grid;
    if (setup->cubic)
        fprintf(out, "extent %d; ", grid->extent);
    else
        fprintf(out, "spacing_lat %.17g; points %d; box_fm %.17g; ", grid->spacing_lat,
                grid->points,
                (setup->geometry.npoint + (setup->channels != NULL ? 1 : 0.5)) * setup->step *
                    setup->spacing_fm);
}

/* The two hadrons, or the pairs of several components. */
static void print_hadrons(FILE *out, const hp_synth_setup *setup) {
    const hp_synth_job *job = setup->job;
    const struct hp_synth_job_channels *keys = &job->channels;
    if (setup->channels == NULL) {
        fprintf(out, "mass_1_mev %.17g; mass_2_mev %.17g; ", job->mass_1_mev, job->mass_2_mev);
        return;
    }
    print_texts(out, "channels.components", keys->components.values, keys->components.count);
    print_texts(out, "channels.pairs", keys->pairs.values, keys->pairs.count);
    print_list(out, "channels.masses_1_mev", keys->masses_1_mev.values, keys->pairs.count);
    print_list(out, "channels.masses_2_mev", keys->masses_2_mev.values, keys->pairs.count);
    if (keys->z_factors.count > 0)
        print_list(out, "channels.z_factors", keys->z_factors.values, keys->pairs.count);
    for (int a = 0; a < keys->identical.count; a++)
        fprintf(out, "channels.identical.%s %d; ", keys->pairs.values[a],
                keys->identical.values[a]);
}

static void print_sources(FILE *out, const hp_synth_job *job) {
    const hp_string_list *names = &job->sources.names;
    const hp_double_list *amplitudes = &job->sources.amplitudes;
    const hp_string_list *components = &job->sources.components;
    print_texts(out, "sources", names->values, names->count);
    if (components->count > 0)
        print_texts(out, "sources.components", components->values, components->count);
    if (amplitudes->count > 0)
        print_list(out, "amplitudes", amplitudes->values, amplitudes->count);
    else
        print_list(out, "widths_fm", job->sources.widths_fm.values, names->count);
}

static void print_two_points(FILE *out, const struct hp_synth_job_times *times) {
    if (times->two_point_count > 0)
        fprintf(out, "two_point times %d ... %d; ", times->two_point_first,
                times->two_point_first + times->two_point_count - 1);
    if (times->two_point_excited != 0)
        fprintf(out, "two_point_excited %.17g; two_point_gap_mev %.17g; ", times->two_point_excited,
                times->two_point_gap_mev);
}

static void print_noise(FILE *out, const struct hp_synth_job_noise *noise) {
    fprintf(out, "configurations %d; seed %d; four_point %.17g; two_point %.17g; ",
            noise->configurations, noise->seed, noise->four_point, noise->two_point);
    fprintf(out, "growth %.17g; radial_correlation_fm %.17g; time_correlation %.17g", noise->growth,
            noise->radial_correlation_fm, noise->time_correlation);
    if (noise->four_point_floor != 0)
        fprintf(out, "; four_point_floor %.17g", noise->four_point_floor);
    if (noise->two_point_alone != 0)
        fprintf(out, "; two_point_alone %.17g", noise->two_point_alone);
    if (noise->common_in_time != 0) fprintf(out, "; common_in_time %.17g", noise->common_in_time);
    if (noise->log_normal != 0) fprintf(out, "; log_normal %.17g", noise->log_normal);
    if (noise->pion_mass_mev != 0) fprintf(out, "; pion_mass_mev %.17g", noise->pion_mass_mev);
    if (noise->tau_int != 0.5) fprintf(out, "; tau_int %.17g", noise->tau_int); /* 1/2: none */
    if (noise->streams > 1) fprintf(out, "; streams %d", noise->streams);
    if (noise->configuration_step > 1)
        fprintf(out, "; configuration_step %d", noise->configuration_step);
}

hp_status hp_synth_describe(const hp_synth_setup *setup, char **text, hp_error *err) {
    const hp_synth_job *job = setup->job;
    const hp_double_list *amplitudes = &job->inelastic.amplitudes;
    FILE *out = NULL;
    HP_CALL(hp_text_open(text, NULL, &out, err));
    fprintf(out, "hadpot %s synth: ", HADPOT_VERSION);
    print_hadrons(out, setup);
    fprintf(out, "inverse_spacing_mev %.17g; ", job->inverse_spacing_mev);
    print_potential(out, &setup->potential);
    print_grid(out, setup);
    fprintf(out, "states %d; times %d ... %d; ", job->states.count, job->times.first,
            job->times.first + job->times.count - 1);
    print_sources(out, job);
    print_two_points(out, &job->times);
    print_noise(out, &job->noise);
    if (amplitudes->count > 0) {
        fprintf(out, "; inelastic.gap_mev %.17g; ", job->inelastic.gap_mev);
        print_list(out, "inelastic.amplitudes", amplitudes->values, amplitudes->count);
        fprintf(out, "inelastic.width_fm %.17g", job->inelastic.width_fm);
    }
    return hp_text_close(&out, text, err);
}
