// SPDX-License-Identifier: GPL-3.0-or-later
/* What was asked for: checks and lattice units. */
#include "synth_parts.h"
#include <float.h>
#include <limits.h>
#include <math.h>
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
    MIN_EXTENT = 4,
    MAX_BOX_WIDTHS = 10,
    MAX_EXTENT = 96, /* some 5000 distances, with a Cholesky factor of the noise between them */
    MIN_TIMES = 3,
    MAX_SOURCE_NAME = 255
};

/* Part of its maximum that |r r' U| may still have at the end of the grid. */
static const double MAX_CUT_OFF = 1e-2;

static bool positive(double value) {
    return isfinite(value) && value > 0;
}

static hp_status check_masses(const hp_synth_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->output != NULL && spec->output[0] != '\0', HP_ERR_INPUT,
               "output: expected the name of an ensemble file, found none");
    HP_REQUIRE(spec->channel != NULL, HP_ERR_INPUT, "channel: expected a name, found none");
    HP_REQUIRE(positive(spec->mass_1_mev), HP_ERR_INPUT,
               "mass_1_mev: expected a positive mass, found %g", spec->mass_1_mev);
    HP_REQUIRE(spec->mass_2_mev == 0 || positive(spec->mass_2_mev), HP_ERR_INPUT,
               "mass_2_mev: expected a positive mass, or 0 for that of the first hadron, found %g",
               spec->mass_2_mev);
    HP_REQUIRE(positive(spec->inverse_spacing_mev), HP_ERR_INPUT,
               "inverse_spacing_mev: expected a positive number, found %g",
               spec->inverse_spacing_mev);
    return HP_OK;
}

static hp_status check_sizes(const hp_synth_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->extent == 0 || (spec->extent >= MIN_EXTENT && spec->extent <= MAX_EXTENT),
               HP_ERR_INPUT, "grid.extent: expected %d to %d sites, found %d", MIN_EXTENT,
               MAX_EXTENT, spec->extent);
    HP_REQUIRE(spec->extent != 0 || positive(spec->spacing_lat), HP_ERR_INPUT,
               "grid.spacing_lat: expected a positive number, found %g", spec->spacing_lat);
    HP_REQUIRE(spec->extent != 0 || (spec->points >= MIN_POINTS && spec->points <= MAX_POINTS),
               HP_ERR_INPUT, "grid.points: expected %d to %d, found %d", MIN_POINTS, MAX_POINTS,
               spec->points);
    HP_REQUIRE(spec->first_time >= 0, HP_ERR_INPUT,
               "times.first: expected a time that is not negative, found %d", spec->first_time);
    HP_REQUIRE(spec->ntime >= MIN_TIMES && spec->ntime <= MAX_TIMES, HP_ERR_INPUT,
               "times.count: expected %d to %d, found %d", MIN_TIMES, MAX_TIMES, spec->ntime);
    return HP_OK;
}

static hp_status check_sources(const hp_synth_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->nsource >= 1, HP_ERR_INPUT, "sources: expected at least one, found %d",
               spec->nsource);
    for (int s = 0; s < spec->nsource; s++) {
        const char *name = spec->source_names[s];
        HP_REQUIRE(name != NULL && name[0] != '\0' && strcmp(name, ".") != 0 &&
                       strchr(name, '/') == NULL,
                   HP_ERR_INPUT, "sources.names: '%s' cannot name a group of an HDF5 file",
                   name != NULL ? name : "");
        HP_REQUIRE(strlen(name) <= MAX_SOURCE_NAME, HP_ERR_INPUT,
                   "sources.names: '%s' has more than %d bytes", name, MAX_SOURCE_NAME);
        for (int other = 0; other < s; other++)
            HP_REQUIRE(strcmp(name, spec->source_names[other]) != 0, HP_ERR_INPUT,
                       "sources.names: '%s' is there twice", name);
        HP_REQUIRE(
            spec->widths_fm[s] == 0 || positive(spec->widths_fm[s]), HP_ERR_INPUT,
            "sources.widths_fm: expected a positive width, or 0 for a wall, for source '%s', "
            "found %g",
            name, spec->widths_fm[s]);
    }
    return HP_OK;
}

static hp_status check_inelastic(const hp_synth_spec *spec, hp_error *err) {
    if (spec->ninelastic == 0) return HP_OK;
    HP_REQUIRE(spec->ninelastic == spec->nsource, HP_ERR_INPUT,
               "inelastic.amplitudes: expected one entry for each of %d sources, found %d",
               spec->nsource, spec->ninelastic);
    for (int s = 0; s < spec->ninelastic; s++)
        HP_REQUIRE(isfinite(spec->inelastic_amplitudes[s]), HP_ERR_INPUT,
                   "inelastic.amplitudes: expected a number, found %g",
                   spec->inelastic_amplitudes[s]);
    HP_REQUIRE(positive(spec->gap_mev), HP_ERR_INPUT,
               "inelastic.gap_mev: expected a positive energy, found %g", spec->gap_mev);
    HP_REQUIRE(positive(spec->inelastic_width_fm), HP_ERR_INPUT,
               "inelastic.width_fm: expected a positive width, found %g", spec->inelastic_width_fm);
    return HP_OK;
}

static hp_status check_noise(const hp_synth_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->configurations >= 1, HP_ERR_INPUT,
               "noise.configurations: expected at least 1, found %d", spec->configurations);
    HP_REQUIRE(spec->four_point == 0 || positive(spec->four_point), HP_ERR_INPUT,
               "noise.four_point: expected a number that is not negative, found %g",
               spec->four_point);
    HP_REQUIRE(spec->two_point == 0 || positive(spec->two_point), HP_ERR_INPUT,
               "noise.two_point: expected a number that is not negative, found %g",
               spec->two_point);
    HP_REQUIRE(positive(spec->radial_correlation_fm), HP_ERR_INPUT,
               "noise.radial_correlation_fm: expected a positive length, found %g",
               spec->radial_correlation_fm);
    HP_REQUIRE(spec->time_correlation >= 0 && spec->time_correlation < 1, HP_ERR_INPUT,
               "noise.time_correlation: expected 0 <= c < 1, found %g", spec->time_correlation);
    return HP_OK;
}

static hp_status check_energies(const hp_synth_spec *spec, hp_error *err) {
    HP_REQUIRE(spec->nenergy >= 1, HP_ERR_INPUT,
               "phase_shifts.energies_mev: expected at least one, found %d", spec->nenergy);
    for (int i = 0; i < spec->nenergy; i++) {
        double below = i == 0 ? 0 : spec->energies_mev[i - 1];
        HP_REQUIRE(positive(spec->energies_mev[i]) && spec->energies_mev[i] > below, HP_ERR_INPUT,
                   "phase_shifts.energies_mev: expected positive, ascending energies, found %g "
                   "after %g",
                   spec->energies_mev[i], below);
    }
    return HP_OK;
}

/* Markov chains. An AR(1) process of coefficient rho has tau_int = (1 + rho)/(2 (1 - rho)). */
static hp_status set_chains(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    double tau = spec->tau_int != 0 ? spec->tau_int : 0.5;
    int n = spec->configurations, step = spec->configuration_step;
    setup->streams = spec->streams != 0 ? spec->streams : 1;
    setup->configuration_step = step != 0 ? step : 1;
    setup->chain_correlation = (2 * tau - 1) / (2 * tau + 1);
    HP_REQUIRE(isfinite(tau) && tau >= 0.5, HP_ERR_INPUT,
               "noise.tau_int: expected at least 0.5, which is no autocorrelation, found %g", tau);
    HP_REQUIRE(setup->streams >= 1 && setup->streams <= n, HP_ERR_INPUT,
               "noise.streams: expected 1 to %d, the number of configurations, found %d", n,
               spec->streams);
    HP_REQUIRE(setup->configuration_step >= 1 && setup->configuration_step <= INT_MAX / n,
               HP_ERR_INPUT,
               "noise.configuration_step: expected 1 to %d for %d configurations, found %d",
               INT_MAX / n, n, step);
    return HP_OK;
}

/* Signal to noise of baryons (Parisi 1984, Lepage 1989), or as given. */
static hp_status set_growth(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    double pion = spec->pion_mass_mev / spec->inverse_spacing_mev;
    setup->growth[0] = setup->growth[1] = setup->four_growth = spec->growth;
    if (pion != 0) {
        double lighter = fmin(setup->mass[0], setup->mass[1]);
        HP_REQUIRE(
            positive(pion) && 1.5 * pion <= lighter, HP_ERR_INPUT,
            "noise.pion_mass_mev: expected at most 2/3 of the lighter mass, %g MeV, or 0 for "
            "noise.growth, found %g",
            lighter * spec->inverse_spacing_mev / 1.5, spec->pion_mass_mev);
        for (int a = 0; a < 2; a++) setup->growth[a] = setup->mass[a] - 1.5 * pion;
        setup->four_growth = setup->growth[0] + setup->growth[1];
    }
    HP_REQUIRE(isfinite(exp(setup->four_growth * (spec->ntime - 1))), HP_ERR_INPUT,
               "noise.%s: noise growing like exp(%g t) is not finite over %d times",
               pion != 0 ? "pion_mass_mev" : "growth", setup->four_growth, spec->ntime);
    return HP_OK;
}

/* Gaussians wider than the box are constant in it, and have many images. */
static hp_status check_periodic_width(const hp_synth_setup *setup, const char *key, double width_fm,
                                      hp_error *err) {
    double most_fm = MAX_BOX_WIDTHS * setup->spec->extent * setup->spacing_fm;
    HP_REQUIRE(width_fm <= most_fm, HP_ERR_INPUT,
               "%s: expected at most %d times the edge of the box, that is %g fm, found %g", key,
               MAX_BOX_WIDTHS, most_fm, width_fm);
    return HP_OK;
}

/* Analyses use distances up to L/2; beyond, a sphere leaves the box. */
static hp_status set_periodic_box(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    HP_REQUIRE(spec->extent % 2 == 0, HP_ERR_INPUT,
               "grid.extent: expected an even number of sites, found %d", spec->extent);
    HP_CALL(hp_geometry_create_cubic(spec->extent, &setup->geometry, err));
    setup->cubic = true;
    setup->npoint = setup->nbox = setup->geometry.npoint;
    setup->nradius = setup->geometry.nshell;
    while (setup->nseen < setup->nradius && 2 * setup->geometry.r[setup->nseen] <= spec->extent)
        setup->nseen++;
    HP_REQUIRE(spec->states >= 1 && spec->states < setup->npoint, HP_ERR_INPUT,
               "states.count: expected 1 to %d, the number of orbits of the box less one, found %d",
               setup->npoint - 1, spec->states);
    for (int s = 0; s < spec->nsource; s++)
        HP_CALL(check_periodic_width(setup, "sources.widths_fm", spec->widths_fm[s], err));
    return check_periodic_width(setup, "inelastic.width_fm", spec->inelastic_width_fm, err);
}

/* The box ends at (nbox + 1/2) h, where Neumann's condition sits between two radii. */
static hp_status set_box(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    double grid_fm = spec->points * setup->step * setup->spacing_fm;
    double box_fm = spec->box_fm != 0 ? spec->box_fm : 2 * grid_fm;
    HP_REQUIRE(positive(box_fm), HP_ERR_INPUT,
               "grid.box_fm: expected a positive radius, or 0 for twice the grid, found %g",
               box_fm);
    double steps = box_fm / (setup->step * setup->spacing_fm) - 0.5;
    HP_REQUIRE(steps < MAX_BOX, HP_ERR_INPUT,
               "grid.box_fm: a box of %g fm has more than %d points of the grid", box_fm, MAX_BOX);
    setup->nbox = spec->box_fm != 0 ? (int)lround(steps) : 2 * spec->points;
    HP_REQUIRE(setup->nbox > spec->points, HP_ERR_INPUT,
               "grid.box_fm: expected a box larger than the grid, which ends at %g fm, found %g fm",
               grid_fm, box_fm);
    HP_REQUIRE(spec->states >= 1 && spec->states <= setup->nbox, HP_ERR_INPUT,
               "states.count: expected 1 to %d, the number of radii in the box, found %d",
               setup->nbox, spec->states);
    setup->npoint = setup->nradius = setup->nseen = spec->points;
    return HP_OK;
}

/* The four-point function, about C2_1 C2_2, must keep all its digits at the last time. */
static hp_status check_two_point(const hp_synth_setup *setup, hp_error *err) {
    int last = setup->spec->first_time + setup->spec->ntime - 1;
    double decay = (setup->mass[0] + setup->mass[1]) * last;
    HP_REQUIRE(exp(-decay) > DBL_MIN / DBL_EPSILON, HP_ERR_INPUT,
               "times: at t = %d the correlators exp(-%g) of masses %g and %g (lattice units) are "
               "too small for a double",
               last, decay, setup->mass[0], setup->mass[1]);
    return HP_OK;
}

/* The sum of all terms. An analysis integrates U to the end of the grid, and would miss the rest.
 */
static hp_status set_potential(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    double local, nonlocal;
    setup->h_mev_fm2 = hp_given_hbar2_over_2mu(spec->mass_1_mev, spec->mass_2_mev);
    HP_CALL(hp_given_potential(spec->potential, setup->h_mev_fm2, &setup->forms, err));
    HP_REQUIRE(hp_forms_has_local(setup->forms) || hp_forms_has_nonlocal(setup->forms),
               HP_ERR_INPUT,
               "gaussians: expected a potential: terms in this section or another one, or tables");
    HP_REQUIRE(!hp_forms_has_nonlocal(setup->forms) || !setup->cubic, HP_ERR_INPUT,
               "grid.geometry: a cubic box takes local potentials only, found non-local terms");
    HP_REQUIRE(!hp_forms_has_nonlocal(setup->forms) || setup->nbox <= MAX_DENSE, HP_ERR_INPUT,
               "grid.box_fm: the box holds %d radii, more than the %d that are allowed for a "
               "non-local potential",
               setup->nbox, MAX_DENSE);
    hp_synth_cut_off(setup, &local, &nonlocal);
    HP_REQUIRE(nonlocal <= MAX_CUT_OFF, HP_ERR_INPUT,
               "grid.points: the non-local potential must have fallen off where the grid ends, at "
               "%.4g fm; found |r r' U| at %.2g of its maximum, allowed is %g",
               hp_synth_radius_fm(setup, spec->points - 1), nonlocal, MAX_CUT_OFF);
    return HP_OK;
}

hp_status hp_synth_set_up(const hp_synth_spec *spec, hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    *setup = (hp_synth_setup){0};
    HP_TRY(check_masses(spec, err));
    HP_TRY(check_sizes(spec, err));
    HP_TRY(check_sources(spec, err));
    HP_TRY(check_inelastic(spec, err));
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
    HP_TRY(spec->extent != 0 ? set_periodic_box(setup, err) : set_box(setup, err));
    HP_TRY(check_two_point(setup, err));
    HP_TRY(set_potential(setup, err));
cleanup:
    if (status != HP_OK) hp_synth_setup_destroy(setup);
    return status;
}

void hp_synth_setup_destroy(hp_synth_setup *setup) {
    if (setup == NULL) return;
    hp_forms_destroy(&setup->forms);
    hp_geometry_destroy(&setup->geometry);
    *setup = (hp_synth_setup){0};
}

void hp_synth_locate(const hp_synth_setup *setup, int row, int *stream, int *place) {
    int n = setup->spec->configurations, length = n / setup->streams, longer = n % setup->streams;
    int after = row - longer * (length + 1); /* the first `longer` streams have one more */
    *stream = after < 0 ? row / (length + 1) : longer + after / length;
    *place = after < 0 ? row % (length + 1) : after % length;
}
