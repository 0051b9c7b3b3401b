// SPDX-License-Identifier: GPL-3.0-or-later
/* What was asked for: checks of keys together, and lattice units. */
#include "synth_parts.h"
#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

/* Limits that catch mistyped sizes before they take the machine's memory; far above any lattice. */
enum {
    MAX_BOX = 1 << 20,
    MAX_DENSE = 1 << 12, /* radii in the box with a non-local potential: dense matrices */
    MAX_BOX_WIDTHS = 10,
    MAX_SOURCE_NAME = 255
};

/* Part of its maximum that |r r' U| may still have at the end of the grid. */
static const double MAX_CUT_OFF = 1e-2;

/* Markov chains. An AR(1) process of coefficient rho has tau_int = (1 + rho)/(2 (1 - rho)). */
static hp_status set_chains(hp_synth_setup *setup, hp_error *err) {
    const struct hp_synth_job_noise *noise = &setup->job->noise;
    int n = noise->configurations;
    setup->chain_correlation = (2 * noise->tau_int - 1) / (2 * noise->tau_int + 1);
    HP_REQUIRE(noise->streams <= n, HP_ERR_INPUT,
               "noise.streams: expected 1 to %d, the number of configurations, found %d", n,
               noise->streams);
    HP_REQUIRE(noise->configuration_step <= INT_MAX / n, HP_ERR_INPUT,
               "noise.configuration_step: expected 1 to %d for %d configurations, found %d",
               INT_MAX / n, n, noise->configuration_step);
    return HP_OK;
}

/* Signal to noise of baryons (Parisi 1984, Lepage 1989), or as given. */
static hp_status set_growth(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_job *job = setup->job;
    double pion = job->noise.pion_mass_mev / job->inverse_spacing_mev;
    setup->growth[0] = setup->growth[1] = setup->four_growth = job->noise.growth;
    if (pion != 0) {
        double lighter = fmin(setup->mass[0], setup->mass[1]);
        HP_REQUIRE(
            1.5 * pion <= lighter, HP_ERR_INPUT,
            "noise.pion_mass_mev: expected at most 2/3 of the lighter mass, %g MeV, or 0 for "
            "noise.growth, found %g",
            lighter * job->inverse_spacing_mev / 1.5, job->noise.pion_mass_mev);
        for (int a = 0; a < 2; a++) setup->growth[a] = setup->mass[a] - 1.5 * pion;
        setup->four_growth = setup->growth[0] + setup->growth[1];
    }
    HP_REQUIRE(isfinite(exp(setup->four_growth * (job->times.count - 1))), HP_ERR_INPUT,
               "noise.%s: noise growing like exp(%g t) is not finite over %d times",
               pion != 0 ? "pion_mass_mev" : "growth", setup->four_growth, job->times.count);
    return HP_OK;
}

/* Gaussians wider than the box are constant in it, and have many images. */
static hp_status check_periodic_width(const hp_synth_setup *setup, const char *key, double width_fm,
                                      hp_error *err) {
    double most_fm = MAX_BOX_WIDTHS * setup->geometry.extent * setup->spacing_fm;
    HP_REQUIRE(width_fm <= most_fm, HP_ERR_INPUT,
               "%s: expected at most %d times the edge of the box, that is %g fm, found %g", key,
               MAX_BOX_WIDTHS, most_fm, width_fm);
    return HP_OK;
}

/* Analyses use distances up to L/2; beyond, a sphere leaves the box. */
static hp_status set_periodic_box(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_job *job = setup->job;
    int extent = job->grid.extent;
    HP_REQUIRE(extent % 2 == 0, HP_ERR_INPUT,
               "grid.extent: expected an even number of sites, found %d", extent);
    HP_CALL(hp_geometry_create_cubic(extent, &setup->geometry, err));
    setup->npoint = setup->geometry.npoint;
    setup->nradius = setup->geometry.nshell;
    while (setup->nseen < setup->nradius && 2 * setup->geometry.r[setup->nseen] <= extent)
        setup->nseen++;
    HP_REQUIRE(job->states.count < setup->npoint, HP_ERR_INPUT,
               "states.count: expected 1 to %d, the number of orbits of the box less one, found %d",
               setup->npoint - 1, job->states.count);
    for (int s = 0; s < job->sources.widths_fm.count; s++)
        HP_CALL(check_periodic_width(setup, "sources.widths_fm", job->sources.widths_fm.values[s],
                                     err));
    return check_periodic_width(setup, "inelastic.width_fm", job->inelastic.width_fm, err);
}

/* The box ends at (nbox + 1/2) h, where Neumann's condition sits between two radii; of several
 * components at (nbox + 1) h, where all vanish. */
static hp_status set_box(hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_synth_job_grid *grid = &setup->job->grid;
    double *r = NULL, step_fm = setup->step * setup->spacing_fm;
    double grid_fm = grid->points * setup->step * setup->spacing_fm;
    double box_fm = grid->box_fm != 0 ? grid->box_fm : 2 * grid_fm;
    bool channels = setup->job->channels.components.count > 0;
    double steps = box_fm / step_fm - (channels ? 1 : 0.5);
    HP_CHECK(steps < MAX_BOX, HP_ERR_INPUT,
             "grid.box_fm: a box of %g fm has more than %d points of the grid", box_fm, MAX_BOX);
    int nbox = grid->box_fm != 0 ? (int)lround(steps) : 2 * grid->points;
    HP_CHECK(nbox > grid->points - channels, HP_ERR_INPUT,
             "grid.box_fm: expected a box larger than the grid, which ends at %g fm, found %g fm",
             grid_fm, box_fm);
    HP_CHECK(setup->job->states.count <= nbox, HP_ERR_INPUT,
             "states.count: expected 1 to %d, the number of radii in the box, found %d", nbox,
             setup->job->states.count);
    setup->npoint = setup->nradius = setup->nseen = grid->points;
    HP_NEW(r, nbox);
    for (int i = 0; i < nbox; i++) r[i] = (i + 1) * setup->step;
    HP_TRY(hp_geometry_create_radial(r, nbox, &setup->geometry, err));
cleanup:
    hp_free(r);
    return status;
}

/* Times of two-point functions hold those of waves, and C2 is above 0 there. */
static hp_status check_two_points(const hp_synth_setup *setup, hp_error *err) {
    const struct hp_synth_job_times *times = &setup->job->times;
    int last = times->first + times->count - 1;
    int first = times->two_point_count > 0 ? times->two_point_first : times->first;
    int end = times->two_point_count > 0 ? first + times->two_point_count - 1 : last;
    HP_REQUIRE(first <= times->first && end >= last, HP_ERR_INPUT,
               "times.two_point_first: t = %d ... %d must hold the times of the waves, t = %d ... "
               "%d",
               first, end, times->first, last);
    for (int hadron = 0; hadron < 2; hadron++)
        for (int t = first; t <= end; t++)
            HP_REQUIRE(hp_synth_two_point(setup, hadron, t) > DBL_MIN / DBL_EPSILON, HP_ERR_INPUT,
                       "times: the two-point function of hadron %d at t = %d is %g, expected a "
                       "number above 0 that a double can hold",
                       hadron + 1, t, hp_synth_two_point(setup, hadron, t));
    return HP_OK;
}

/* The four-point function, about C2_1 C2_2, must keep all its digits at the last time. Names of
 * sources become those of groups. */
static hp_status check_correlators(const hp_synth_setup *setup, hp_error *err) {
    const hp_string_list *names = &setup->job->sources.names;
    int last = setup->job->times.first + setup->job->times.count - 1;
    double decay = (setup->mass[0] + setup->mass[1]) * last;
    HP_REQUIRE(exp(-decay) > DBL_MIN / DBL_EPSILON, HP_ERR_INPUT,
               "times: at t = %d the correlators exp(-%g) of masses %g and %g (lattice units) are "
               "too small for a double",
               last, decay, setup->mass[0], setup->mass[1]);
    HP_CALL(check_two_points(setup, err));
    for (int s = 0; s < names->count; s++)
        HP_REQUIRE(strlen(names->values[s]) <= MAX_SOURCE_NAME, HP_ERR_INPUT,
                   "sources.names: '%s' has more than %d bytes", names->values[s], MAX_SOURCE_NAME);
    return HP_OK;
}

void hp_synth_cut_off(const hp_synth_setup *setup, double *local, double *nonlocal) {
    const hp_forms *forms = setup->forms;
    double end = hp_synth_radius_fm(setup, setup->nseen - 1), cut = 0;
    double largest_local = 0, largest_nonlocal = 0, largest_mass = 0;
    for (int i = 0; i < setup->nseen; i++) {
        double r = hp_synth_radius_fm(setup, i);
        largest_local = fmax(largest_local, fabs(r * hp_forms_local(forms, r)));
        largest_mass = fmax(largest_mass, fabs(hp_forms_mass(forms, r, NULL) - 1));
        if (!hp_forms_has_nonlocal(forms)) continue;
        cut = fmax(cut, fabs(hp_forms_nonlocal(forms, r, end)));
        for (int j = 0; j <= i; j++)
            largest_nonlocal = fmax(
                largest_nonlocal, fabs(hp_forms_nonlocal(forms, r, hp_synth_radius_fm(setup, j))));
    }
    *local = largest_local > 0 ? fabs(end * hp_forms_local(forms, end)) / largest_local : 0;
    if (largest_mass > 0)
        *local = fmax(*local, fabs(hp_forms_mass(forms, end, NULL) - 1) / largest_mass);
    *nonlocal = largest_nonlocal > 0 ? cut / largest_nonlocal : 0;
}

/* The sum of all terms. An analysis integrates U to the end of the grid, and would miss the rest.
 */
static hp_status set_potential(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_job *job = setup->job;
    double local, nonlocal;
    setup->potential =
        (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    HP_CALL(hp_given_potential(&setup->potential,
                               hp_given_hbar2_over_2mu(job->mass_1_mev, job->mass_2_mev),
                               &setup->forms, err));
    HP_REQUIRE(hp_forms_has_local(setup->forms) || hp_forms_has_nonlocal(setup->forms) ||
                   hp_forms_has_mass(setup->forms),
               HP_ERR_INPUT,
               "gaussians: expected a potential: terms in this section or another one, or tables");
    HP_REQUIRE(!hp_forms_has_mass(setup->forms) || !setup->cubic, HP_ERR_INPUT,
               "grid.geometry: a cubic box takes local potentials only, found momentum_dependent");
    HP_REQUIRE(!hp_forms_has_nonlocal(setup->forms) || !setup->cubic, HP_ERR_INPUT,
               "grid.geometry: a cubic box takes local potentials only, found non-local terms");
    HP_REQUIRE(!hp_forms_has_nonlocal(setup->forms) || setup->geometry.npoint <= MAX_DENSE,
               HP_ERR_INPUT,
               "grid.box_fm: the box holds %d radii, more than the %d that are allowed for a "
               "non-local potential",
               setup->geometry.npoint, MAX_DENSE);
    hp_synth_cut_off(setup, &local, &nonlocal);
    HP_REQUIRE(nonlocal <= MAX_CUT_OFF, HP_ERR_INPUT,
               "grid.points: the non-local potential must have fallen off where the grid ends, at "
               "%.4g fm; found |r r' U| at %.2g of its maximum, allowed is %g",
               hp_synth_radius_fm(setup, setup->nseen - 1), nonlocal, MAX_CUT_OFF);
    return HP_OK;
}

hp_status hp_synth_set_hadrons(hp_synth_setup *setup, double mass_1_mev, double mass_2_mev,
                               hp_error *err) {
    double second_mev = mass_2_mev > 0 ? mass_2_mev : mass_1_mev;
    double unit_mev = setup->job->inverse_spacing_mev;
    setup->mass[0] = mass_1_mev / unit_mev;
    setup->mass[1] = second_mev / unit_mev;
    setup->identical = mass_1_mev == second_mev;
    setup->mu = setup->mass[0] * setup->mass[1] / (setup->mass[0] + setup->mass[1]);
    HP_CALL(set_growth(setup, err));
    return check_correlators(setup, err);
}

static hp_status set_one_wave(hp_synth_setup *setup, hp_error *err) {
    HP_CALL(hp_synth_set_hadrons(setup, setup->job->mass_1_mev, setup->job->mass_2_mev, err));
    return set_potential(setup, err);
}

hp_status hp_synth_set_up(const hp_synth_job *job, hp_synth_setup *setup, hp_error *err) {
    hp_status status = HP_OK;
    int ncomponent = job->channels.components.count;
    *setup =
        (hp_synth_setup){.job = job,
                         .spacing_fm = hp_spacing_fm(job->inverse_spacing_mev),
                         .root_z = 1,
                         .cubic = strcmp(job->grid.geometry, "cubic") == 0,
                         .step = job->grid.spacing_lat,
                         .nfield = job->sources.names.count * (ncomponent > 0 ? ncomponent : 1)};
    HP_CHECK(ncomponent == 0 || !setup->cubic, HP_ERR_INPUT,
             "grid.geometry: ensembles with channels.components are made on a radial grid, found "
             "cubic");
    HP_TRY(set_chains(setup, err));
    HP_TRY(setup->cubic ? set_periodic_box(setup, err) : set_box(setup, err));
    HP_TRY(ncomponent > 0 ? hp_synth_set_channels(setup, err) : set_one_wave(setup, err));
cleanup:
    if (status != HP_OK) hp_synth_setup_destroy(setup);
    return status;
}

void hp_synth_setup_destroy(hp_synth_setup *setup) {
    if (setup == NULL) return;
    hp_forms_destroy(&setup->forms);
    hp_synth_channels_destroy(&setup->channels);
    hp_geometry_destroy(&setup->geometry);
    *setup = (hp_synth_setup){0};
}

void hp_synth_locate(const hp_synth_setup *setup, int row, int *stream, int *place) {
    int n = setup->job->noise.configurations, streams = setup->job->noise.streams;
    int length = n / streams, longer = n % streams;
    int after = row - longer * (length + 1); /* the first `longer` streams have one more */
    *stream = after < 0 ? row / (length + 1) : longer + after / length;
    *place = after < 0 ? row % (length + 1) : after % length;
}
