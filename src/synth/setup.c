// SPDX-License-Identifier: GPL-3.0-or-later
/* What was asked for: checks, lattice units, and a description in words. */
#include "parts.h"

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/given_potential.h"
#include "hadpot/units.h"

/* Limits that catch mistyped sizes before they take the machine's memory; far above any lattice. */
enum {
    MAX_POINTS = 1 << 12,
    MAX_BOX = 1 << 20,
    MAX_DENSE = 1 << 12, /* radii in the box with a non-local potential: dense matrices */
    MAX_TIMES = 1 << 12,
    MIN_POINTS = 4,
    MIN_TIMES = 3,
    MAX_SOURCE_NAME = 255
};

/* Part of its maximum that |r r' U| may still have at the end of the grid. */
static const double MAX_CUT_OFF = 1e-2;

static hp_status check_masses(const hp_synth_spec *spec, hp_error *err);
static hp_status check_sizes(const hp_synth_spec *spec, hp_error *err);
static hp_status check_sources(const hp_synth_spec *spec, hp_error *err);
static hp_status check_noise(const hp_synth_spec *spec, hp_error *err);
static hp_status set_chains(hp_synth_setup *setup, hp_error *err);
static hp_status set_growth(hp_synth_setup *setup, hp_error *err);
static hp_status check_energies(const hp_synth_spec *spec, hp_error *err);
static hp_status set_box(hp_synth_setup *setup, hp_error *err);
static hp_status set_potential(hp_synth_setup *setup, hp_error *err);
static hp_status check_two_point(const hp_synth_setup *setup, hp_error *err);
static bool positive(double value);
static void print_potential(FILE *out, const hp_form_keys *keys);
static void print_chains(FILE *out, const hp_synth_setup *setup);
static void print_list(FILE *out, const char *name, const double *values, int n);

hp_status hp_synth_set_up(const hp_synth_spec *spec, hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    *setup = (hp_synth_setup){0};
    HP_TRY(check_masses(spec, err));
    HP_TRY(check_sizes(spec, err));
    HP_TRY(check_sources(spec, err));
    HP_TRY(check_noise(spec, err));
    HP_TRY(check_energies(spec, err));
    double second_mev = spec->mass_2_mev > 0 ? spec->mass_2_mev : spec->mass_1_mev;
    *setup = (hp_synth_setup){.spec = spec, .step = spec->spacing_lat};
    setup->spacing_fm = hp_spacing_fm(spec->inverse_spacing_mev);
    setup->mass[0] = spec->mass_1_mev / spec->inverse_spacing_mev;
    setup->mass[1] = second_mev / spec->inverse_spacing_mev;
    setup->mu = setup->mass[0] * setup->mass[1] / (setup->mass[0] + setup->mass[1]);
    setup->identical = spec->mass_1_mev == second_mev;
    setup->radial_correlation = spec->radial_correlation_fm / setup->spacing_fm;
    HP_TRY(set_chains(setup, err));
    HP_TRY(set_growth(setup, err));
    HP_TRY(set_box(setup, err));
    HP_TRY(check_two_point(setup, err));
    HP_TRY(set_potential(setup, err));
cleanup:
    if (status != HP_OK) hp_synth_setup_destroy(setup);
    return status;
}

void hp_synth_setup_destroy(hp_synth_setup *setup) {
    if (setup == NULL) return;
    hp_forms_destroy(&setup->forms);
    *setup = (hp_synth_setup){0};
}

void hp_synth_locate(const hp_synth_setup *setup, int row, int *stream, int *place) {
    int n = setup->spec->configurations, length = n / setup->streams, longer = n % setup->streams;
    int after = row - longer * (length + 1); /* the first `longer` streams have one more */
    *stream = after < 0 ? row / (length + 1) : longer + after / length;
    *place = after < 0 ? row % (length + 1) : after % length;
}

hp_status hp_synth_describe(const hp_synth_setup *setup, char **text, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    HP_CHECK(out != NULL, HP_ERR_MEMORY, "no memory for the description of an ensemble");
    fprintf(out, "hadpot %s synth: mass_1_mev %.17g; mass_2_mev %.17g; inverse_spacing_mev %.17g; ",
            HADPOT_VERSION, spec->mass_1_mev, spec->mass_2_mev, spec->inverse_spacing_mev);
    print_potential(out, spec->potential);
    fprintf(out, "spacing_lat %.17g; points %d; box_fm %.17g; states %d; times %d ... %d; ",
            spec->spacing_lat, spec->points, (setup->nbox + 0.5) * setup->step * setup->spacing_fm,
            spec->states, spec->first_time, spec->first_time + spec->ntime - 1);
    fputs("sources [", out);
    for (int s = 0; s < spec->nsource; s++)
        fprintf(out, "%s%s", s > 0 ? ", " : "", spec->source_names[s]);
    fputs("]; ", out);
    print_list(out, "widths_fm", spec->widths_fm, spec->nsource);
    fprintf(out, "configurations %d; seed %" PRIu64 "; four_point %.17g; two_point %.17g; ",
            spec->configurations, spec->seed, spec->four_point, spec->two_point);
    fprintf(out, "growth %.17g; radial_correlation_fm %.17g; time_correlation %.17g", spec->growth,
            spec->radial_correlation_fm, spec->time_correlation);
    print_chains(out, setup);
    HP_CHECK(fclose(out) == 0, HP_ERR_MEMORY, "no memory for the description of an ensemble");
cleanup:
    return status;
}

static hp_status check_masses(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(spec->output != NULL && spec->output[0] != '\0', HP_ERR_INPUT,
             "output: expected the name of an ensemble file, found none");
    HP_CHECK(spec->channel != NULL, HP_ERR_INPUT, "channel: expected a name, found none");
    HP_CHECK(positive(spec->mass_1_mev), HP_ERR_INPUT,
             "mass_1_mev: expected a positive mass, found %g", spec->mass_1_mev);
    HP_CHECK(spec->mass_2_mev == 0 || positive(spec->mass_2_mev), HP_ERR_INPUT,
             "mass_2_mev: expected a positive mass, or 0 for that of the first hadron, found %g",
             spec->mass_2_mev);
    HP_CHECK(positive(spec->inverse_spacing_mev), HP_ERR_INPUT,
             "inverse_spacing_mev: expected a positive number, found %g",
             spec->inverse_spacing_mev);
cleanup:
    return status;
}

/* The sum of all terms. An analysis integrates U to the end of the grid, and would miss the rest.
 */
static hp_status set_potential(hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double local, nonlocal;
    setup->h_mev_fm2 = hp_given_hbar2_over_2mu(spec->mass_1_mev, spec->mass_2_mev);
    HP_TRY(hp_given_potential(spec->potential, setup->h_mev_fm2, &setup->forms, err));
    HP_CHECK(hp_forms_has_local(setup->forms) || hp_forms_has_nonlocal(setup->forms), HP_ERR_INPUT,
             "gaussians: expected a potential: terms in this section or another one, or tables");
    HP_CHECK(!hp_forms_has_nonlocal(setup->forms) || setup->nbox <= MAX_DENSE, HP_ERR_INPUT,
             "grid.box_fm: the box holds %d radii, more than the %d that are allowed for a "
             "non-local potential",
             setup->nbox, MAX_DENSE);
    hp_synth_cut_off(setup, &local, &nonlocal);
    HP_CHECK(nonlocal <= MAX_CUT_OFF, HP_ERR_INPUT,
             "grid.points: the non-local potential must have fallen off where the grid ends, at "
             "%.4g fm; found |r r' U| at %.2g of its maximum, allowed is %g",
             hp_synth_radius_fm(setup, spec->points - 1), nonlocal, MAX_CUT_OFF);
cleanup:
    return status;
}

static hp_status check_sizes(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(positive(spec->spacing_lat), HP_ERR_INPUT,
             "grid.spacing_lat: expected a positive number, found %g", spec->spacing_lat);
    HP_CHECK(spec->points >= MIN_POINTS && spec->points <= MAX_POINTS, HP_ERR_INPUT,
             "grid.points: expected %d to %d, found %d", MIN_POINTS, MAX_POINTS, spec->points);
    HP_CHECK(spec->first_time >= 0, HP_ERR_INPUT,
             "times.first: expected a time that is not negative, found %d", spec->first_time);
    HP_CHECK(spec->ntime >= MIN_TIMES && spec->ntime <= MAX_TIMES, HP_ERR_INPUT,
             "times.count: expected %d to %d, found %d", MIN_TIMES, MAX_TIMES, spec->ntime);
cleanup:
    return status;
}

static hp_status check_sources(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(spec->nsource >= 1, HP_ERR_INPUT, "sources: expected at least one, found %d",
             spec->nsource);
    for (int s = 0; s < spec->nsource; s++) {
        const char *name = spec->source_names[s];
        HP_CHECK(name != NULL && name[0] != '\0' && strcmp(name, ".") != 0 &&
                     strchr(name, '/') == NULL,
                 HP_ERR_INPUT, "sources.names: '%s' cannot name a group of an HDF5 file",
                 name != NULL ? name : "");
        HP_CHECK(strlen(name) <= MAX_SOURCE_NAME, HP_ERR_INPUT,
                 "sources.names: '%s' has more than %d bytes", name, MAX_SOURCE_NAME);
        for (int other = 0; other < s; other++)
            HP_CHECK(strcmp(name, spec->source_names[other]) != 0, HP_ERR_INPUT,
                     "sources.names: '%s' is there twice", name);
        HP_CHECK(spec->widths_fm[s] == 0 || positive(spec->widths_fm[s]), HP_ERR_INPUT,
                 "sources.widths_fm: expected a positive width, or 0 for a wall, for source '%s', "
                 "found %g",
                 name, spec->widths_fm[s]);
    }
cleanup:
    return status;
}

static hp_status check_noise(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(spec->configurations >= 1, HP_ERR_INPUT,
             "noise.configurations: expected at least 1, found %d", spec->configurations);
    HP_CHECK(spec->four_point == 0 || positive(spec->four_point), HP_ERR_INPUT,
             "noise.four_point: expected a number that is not negative, found %g",
             spec->four_point);
    HP_CHECK(spec->two_point == 0 || positive(spec->two_point), HP_ERR_INPUT,
             "noise.two_point: expected a number that is not negative, found %g", spec->two_point);
    HP_CHECK(positive(spec->radial_correlation_fm), HP_ERR_INPUT,
             "noise.radial_correlation_fm: expected a positive length, found %g",
             spec->radial_correlation_fm);
    HP_CHECK(spec->time_correlation >= 0 && spec->time_correlation < 1, HP_ERR_INPUT,
             "noise.time_correlation: expected 0 <= c < 1, found %g", spec->time_correlation);
cleanup:
    return status;
}

/* Markov chains. An AR(1) process of coefficient rho has tau_int = (1 + rho)/(2 (1 - rho)). */
static hp_status set_chains(hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double tau = spec->tau_int != 0 ? spec->tau_int : 0.5;
    int n = spec->configurations, step = spec->configuration_step;
    setup->streams = spec->streams != 0 ? spec->streams : 1;
    setup->configuration_step = step != 0 ? step : 1;
    setup->chain_correlation = (2 * tau - 1) / (2 * tau + 1);
    HP_CHECK(isfinite(tau) && tau >= 0.5, HP_ERR_INPUT,
             "noise.tau_int: expected at least 0.5, which is no autocorrelation, found %g", tau);
    HP_CHECK(setup->streams >= 1 && setup->streams <= n, HP_ERR_INPUT,
             "noise.streams: expected 1 to %d, the number of configurations, found %d", n,
             spec->streams);
    HP_CHECK(setup->configuration_step >= 1 && setup->configuration_step <= INT_MAX / n,
             HP_ERR_INPUT,
             "noise.configuration_step: expected 1 to %d for %d configurations, found %d",
             INT_MAX / n, n, step);
cleanup:
    return status;
}

/* Signal to noise of baryons (Parisi 1984, Lepage 1989), or as given. */
static hp_status set_growth(hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double pion = spec->pion_mass_mev / spec->inverse_spacing_mev;
    setup->growth[0] = setup->growth[1] = setup->four_growth = spec->growth;
    if (pion != 0) {
        double lighter = fmin(setup->mass[0], setup->mass[1]);
        HP_CHECK(positive(pion) && 1.5 * pion <= lighter, HP_ERR_INPUT,
                 "noise.pion_mass_mev: expected at most 2/3 of the lighter mass, %g MeV, or 0 for "
                 "noise.growth, found %g",
                 lighter * spec->inverse_spacing_mev / 1.5, spec->pion_mass_mev);
        for (int a = 0; a < 2; a++) setup->growth[a] = setup->mass[a] - 1.5 * pion;
        setup->four_growth = setup->growth[0] + setup->growth[1];
    }
    HP_CHECK(isfinite(exp(setup->four_growth * (spec->ntime - 1))), HP_ERR_INPUT,
             "noise.%s: noise growing like exp(%g t) is not finite over %d times",
             pion != 0 ? "pion_mass_mev" : "growth", setup->four_growth, spec->ntime);
cleanup:
    return status;
}

static hp_status check_energies(const hp_synth_spec *spec, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(spec->nenergy >= 1, HP_ERR_INPUT,
             "phase_shifts.energies_mev: expected at least one, found %d", spec->nenergy);
    for (int i = 0; i < spec->nenergy; i++) {
        double below = i == 0 ? 0 : spec->energies_mev[i - 1];
        HP_CHECK(positive(spec->energies_mev[i]) && spec->energies_mev[i] > below, HP_ERR_INPUT,
                 "phase_shifts.energies_mev: expected positive, ascending energies, found %g "
                 "after %g",
                 spec->energies_mev[i], below);
    }
cleanup:
    return status;
}

/* The box ends at (nbox + 1/2) h, where Neumann's condition sits between two radii. */
static hp_status set_box(hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    const hp_synth_spec *spec = setup->spec;
    double grid_fm = spec->points * setup->step * setup->spacing_fm;
    double box_fm = spec->box_fm != 0 ? spec->box_fm : 2 * grid_fm;
    HP_CHECK(positive(box_fm), HP_ERR_INPUT,
             "grid.box_fm: expected a positive radius, or 0 for twice the grid, found %g", box_fm);
    double steps = box_fm / (setup->step * setup->spacing_fm) - 0.5;
    HP_CHECK(steps < MAX_BOX, HP_ERR_INPUT,
             "grid.box_fm: a box of %g fm has more than %d points of the grid", box_fm, MAX_BOX);
    setup->nbox = spec->box_fm != 0 ? (int)lround(steps) : 2 * spec->points;
    HP_CHECK(setup->nbox > spec->points, HP_ERR_INPUT,
             "grid.box_fm: expected a box larger than the grid, which ends at %g fm, found %g fm",
             grid_fm, box_fm);
    HP_CHECK(spec->states >= 1 && spec->states <= setup->nbox, HP_ERR_INPUT,
             "states.count: expected 1 to %d, the number of radii in the box, found %d",
             setup->nbox, spec->states);
cleanup:
    return status;
}

/* The four-point function, about C2_1 C2_2, must keep all its digits at the last time. */
static hp_status check_two_point(const hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    int last = setup->spec->first_time + setup->spec->ntime - 1;
    double decay = (setup->mass[0] + setup->mass[1]) * last;
    HP_CHECK(exp(-decay) > DBL_MIN / DBL_EPSILON, HP_ERR_INPUT,
             "times: at t = %d the correlators exp(-%g) of masses %g and %g (lattice units) are "
             "too small for a double",
             last, decay, setup->mass[0], setup->mass[1]);
cleanup:
    return status;
}

static bool positive(double value) {
    return isfinite(value) && value > 0;
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

/* What was asked for beyond one chain without memory. */
static void print_chains(FILE *out, const hp_synth_setup *setup) {
    const hp_synth_spec *spec = setup->spec;
    if (spec->pion_mass_mev != 0) fprintf(out, "; pion_mass_mev %.17g", spec->pion_mass_mev);
    if (setup->chain_correlation != 0) fprintf(out, "; tau_int %.17g", spec->tau_int);
    if (setup->streams > 1) fprintf(out, "; streams %d", setup->streams);
    if (setup->configuration_step > 1)
        fprintf(out, "; configuration_step %d", setup->configuration_step);
}

static void print_list(FILE *out, const char *name, const double *values, int n) {
    fprintf(out, "%s [", name);
    for (int i = 0; i < n; i++) fprintf(out, "%s%.17g", i > 0 ? ", " : "", values[i]);
    fputs("]; ", out);
}
