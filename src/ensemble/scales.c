// SPDX-License-Identifier: GPL-3.0-or-later
/* Attributes that set scales, and mistakes about their units. */
#include <math.h>
#include <stdio.h>
#include "hadpot/format.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/units.h"
#include "ensemble_private.h"

/* No hadron on a lattice is so heavy, no lattice so coarse: the number has another unit. */
static const double SMALLEST_INVERSE_SPACING_MEV = 100.0;
/* Lattice units; a radial grid begins next to r = 0 or half a step from it. */
static const double FIRST_RADIUS[2] = {0.1, 2.0};
/* Lattice spacings in use, with room on either side. */
static const double SPACING_FM[2] = {0.01, 0.4};
static const double MEV_PER_GEV = 1000.0;

static bool is_spacing(double fm) {
    return fm > SPACING_FM[0] && fm < SPACING_FM[1];
}

/* What 1/a may have been meant as: GeV, 1/fm, or a in fm. */
static hp_status check_spacing(double found, hp_error *err) {
    char likely[256] = "";
    const double mev[] = {found * MEV_PER_GEV, HP_HBARC_MEV_FM * found, HP_HBARC_MEV_FM / found};
    const char *const units[] = {"1/a = %g GeV would be %.6g MeV",
                                 "1/a = %g fm^-1 would be %.6g MeV", "a = %g fm would be %.6g MeV"};
    if (found >= SMALLEST_INVERSE_SPACING_MEV) return HP_OK;
    for (int i = 0; i < 3; i++) {
        if (!is_spacing(hp_spacing_fm(mev[i]))) continue;
        hp_format_append(likely, sizeof likely, likely[0] == '\0' ? "; " : ", ");
        hp_format_append(likely, sizeof likely, units[i], found, mev[i]);
    }
    return HP_FAIL(HP_ERR_INPUT,
                   "attribute inverse_spacing_mev is %g, expected 1/a in MeV, at least %g%s", found,
                   SMALLEST_INVERSE_SPACING_MEV, likely);
}

hp_status hp_ensemble_check_mass(const char *name, double found, double inverse_spacing_mev,
                                 hp_error *err) {
    double lattice = found / inverse_spacing_mev;
    char likely[128] = "";
    if (!(found > HP_LARGEST_MASS)) return HP_OK; /* nan: there is none */
    if (lattice < HP_LARGEST_MASS)
        snprintf(likely, sizeof likely, "; %g MeV / %g MeV = %.4g", found, inverse_spacing_mev,
                 lattice);
    return HP_FAIL(HP_ERR_INPUT, "attribute %s is %g, expected lattice units, at most %g%s", name,
                   found, HP_LARGEST_MASS, likely);
}

hp_status hp_ensemble_read_scales(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    const struct {
        const char *name;
        double *value;
    } scales[] = {{"inverse_spacing_mev", &ensemble->inverse_spacing_mev},
                  {"mass_1", &ensemble->mass[0]},
                  {"mass_2", &ensemble->mass[1]},
                  {"mass_1_error", &ensemble->mass_error[0]},
                  {"mass_2_error", &ensemble->mass_error[1]}};
    bool has_masses = hp_hdf5_has_attribute(file, "mass_1") ||
                      hp_hdf5_has_attribute(file, "mass_2") ||
                      !(hp_hdf5_has_link(file, "/two_point_t") || ensemble->version == 2);
    HP_REQUIRE(ensemble->version != 2 || !(hp_hdf5_has_attribute(file, "mass_1") ||
                                           hp_hdf5_has_attribute(file, "mass_2")),
               HP_ERR_INPUT,
               "attribute mass_1 or mass_2 of the file: in version 2 masses belong to a pair, "
               "expected in /pair/NAME");
    for (int i = 0; i < 5; i++) {
        bool error = i > 2, needed = i == 0 || (has_masses && !error);
        if (!error) *scales[i].value = NAN;
        if (!needed && !hp_hdf5_has_attribute(file, scales[i].name)) continue;
        HP_CALL(hp_hdf5_read_number(file, scales[i].name, HP_HDF5_REAL, scales[i].value, err));
        double found = *scales[i].value;
        HP_REQUIRE(isfinite(found) && (found > 0.0 || (error && found == 0.0)), HP_ERR_INPUT,
                   "attribute %s is %g, expected a positive number", scales[i].name, found);
    }
    HP_CALL(check_spacing(ensemble->inverse_spacing_mev, err));
    for (int i = 1; i < 3; i++)
        HP_CALL(hp_ensemble_check_mass(scales[i].name, *scales[i].value,
                                       ensemble->inverse_spacing_mev, err));
    return HP_OK;
}

hp_status hp_ensemble_check_radii(const hp_ensemble *ensemble, hp_error *err) {
    const double *r = ensemble->geometry.r;
    int i = r[0] > 0.0 ? 0 : 1;
    double fm = hp_spacing_fm(ensemble->inverse_spacing_mev), first = r[i] / fm;
    char likely[96] = "";
    if (r[i] >= FIRST_RADIUS[0] && r[i] <= FIRST_RADIUS[1]) return HP_OK;
    if (first >= FIRST_RADIUS[0] && first <= FIRST_RADIUS[1])
        snprintf(likely, sizeof likely, "; %g fm would be %.4g a", r[i], first);
    return HP_FAIL(HP_ERR_INPUT, "dataset /r: r[%d] = %g, expected lattice units, from %g to %g%s",
                   i, r[i], FIRST_RADIUS[0], FIRST_RADIUS[1], likely);
}
