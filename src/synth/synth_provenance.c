// SPDX-License-Identifier: GPL-3.0-or-later
/* What was asked for, in words. */
#include "synth_parts.h"
#include <inttypes.h>
#include <stdio.h>

static void print_list(FILE *out, const char *name, const double *values, int n) {
    fprintf(out, "%s [", name);
    for (int i = 0; i < n; i++) fprintf(out, "%s%.17g", i > 0 ? ", " : "", values[i]);
    fputs("]; ", out);
}

static void print_potential(FILE *out, const hp_form_keys *keys) {
    hp_synth_key given[HP_SYNTH_MAX_KEYS];
    int count = hp_synth_given_keys(keys, given);
    for (int i = 0; i < count; i++) {
        const hp_double_list *list = given[i].list;
        fprintf(out, "%s.", given[i].section);
        if (list != NULL)
            print_list(out, given[i].name, list->values, list->count);
        else
            fprintf(out, "%s %s; ", given[i].name, given[i].text);
    }
}

static void print_grid(FILE *out, const hp_synth_setup *setup) {
    const hp_synth_spec *spec = setup->spec;
    if (setup->cubic)
        fprintf(out, "extent %d; ", spec->extent);
    else
        fprintf(out, "spacing_lat %.17g; points %d; box_fm %.17g; ", spec->spacing_lat,
                spec->points, (setup->nbox + 0.5) * setup->step * setup->spacing_fm);
}

/* What was asked for beyond elastic states and one chain without memory. */
static void print_disturbances(FILE *out, const hp_synth_setup *setup) {
    const hp_synth_spec *spec = setup->spec;
    if (spec->pion_mass_mev != 0) fprintf(out, "; pion_mass_mev %.17g", spec->pion_mass_mev);
    if (setup->chain_correlation != 0) fprintf(out, "; tau_int %.17g", spec->tau_int);
    if (setup->streams > 1) fprintf(out, "; streams %d", setup->streams);
    if (setup->configuration_step > 1)
        fprintf(out, "; configuration_step %d", setup->configuration_step);
    if (spec->ninelastic == 0) return;
    fprintf(out, "; inelastic.gap_mev %.17g; ", spec->gap_mev);
    print_list(out, "inelastic.amplitudes", spec->inelastic_amplitudes, spec->ninelastic);
    fprintf(out, "inelastic.width_fm %.17g", spec->inelastic_width_fm);
}

hp_status hp_synth_describe(const hp_synth_setup *setup, char **text, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    HP_REQUIRE(out != NULL, HP_ERR_MEMORY, "no memory for the description of an ensemble");
    fprintf(out, "hadpot %s synth: mass_1_mev %.17g; mass_2_mev %.17g; inverse_spacing_mev %.17g; ",
            HADPOT_VERSION, spec->mass_1_mev, spec->mass_2_mev, spec->inverse_spacing_mev);
    print_potential(out, spec->potential);
    print_grid(out, setup);
    fprintf(out, "states %d; times %d ... %d; ", spec->states, spec->first_time,
            spec->first_time + spec->ntime - 1);
    fputs("sources [", out);
    for (int s = 0; s < spec->nsource; s++)
        fprintf(out, "%s%s", s > 0 ? ", " : "", spec->source_names[s]);
    fputs("]; ", out);
    print_list(out, "widths_fm", spec->widths_fm, spec->nsource);
    fprintf(out, "configurations %d; seed %" PRIu64 "; four_point %.17g; two_point %.17g; ",
            spec->configurations, spec->seed, spec->four_point, spec->two_point);
    fprintf(out, "growth %.17g; radial_correlation_fm %.17g; time_correlation %.17g", spec->growth,
            spec->radial_correlation_fm, spec->time_correlation);
    print_disturbances(out, setup);
    HP_REQUIRE(fclose(out) == 0, HP_ERR_MEMORY, "no memory for the description of an ensemble");
    return HP_OK;
}
