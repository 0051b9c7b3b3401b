// SPDX-License-Identifier: GPL-3.0-or-later
/* The observables as rows of the record. A new one is a row here, with its formula if it follows
 * from others. */
#include "hadpot/observables.h"

#include <math.h>
#include <stdio.h>
#include "hadpot/memory.h"

static void add_axes(const hp_observables *observables, hp_record *record);
static void add_tables(const hp_observables *observables, hp_record *record);
static void add_facts(const hp_observables *observables, hp_record *record);
static const char *convention(const hp_observables *observables);

static const hp_row rows[] = {
    {.path = HP_ROW_DELTA,
     .unit = "deg",
     .text = "S-wave phase shift, continuous in k, n pi at threshold with n bound states",
     .axis = {"k"},
     .compare = HP_MODULO_180,
     .guide = HP_ROW_NBOUND,
     .table = "phase_shift",
     .column = "delta_deg",
     .twin = HP_ROW_DELTA_NUMERICAL,
     .roles = HP_BUDGET | HP_COVARIANCE},
    {.path = HP_ROW_KCOT,
     .unit = "MeV",
     .text = "k cot delta, for charged pairs C^2 k cot delta + 2 k eta h(eta); -1/a0 + r_eff k^2/2 "
             "+ ...",
     .axis = {"k"},
     .compare = HP_POLE,
     .guide = HP_ROW_DELTA,
     .table = "phase_shift",
     .column = "kcot_mev",
     .roles = HP_BUDGET | HP_COVARIANCE},
    {.path = HP_ROW_DELTA_NUMERICAL,
     .unit = "deg",
     .text = "difference of the two solvers, |delta(ODE) - delta(Nystroem)|, and the error of "
             "interpolating tables; nan: only one was used",
     .axis = {"k"},
     .table = "phase_shift",
     .column = "delta_numerical_error",
     .roles = HP_BARE},
    {.path = HP_ROW_A0,
     .unit = "fm",
     .text = "scattering length a0; k cot delta(0) = -1/a0",
     .compare = HP_POLE,
     .guide = HP_ROW_KCOT0,
     .table = "observables",
     .column = "scattering_length_fm",
     .summary = "scattering_length_fm",
     .twin = HP_ROW_A0_NUMERICAL,
     .roles = HP_BUDGET},
    {.path = HP_ROW_REFF,
     .unit = "fm",
     .text = "effective range r_eff",
     .table = "observables",
     .column = "effective_range_fm",
     .summary = "effective_range_fm",
     .twin = HP_ROW_REFF_NUMERICAL,
     .roles = HP_BUDGET},
    {.path = HP_ROW_KCOT0,
     .unit = "MeV",
     .text = "k cot delta at threshold, -1/a0: its error is finite also where a0 passes infinity",
     .table = "observables",
     .column = "kcot_threshold_mev",
     .summary = "kcot_threshold_mev",
     .roles = HP_BUDGET},
    {.path = HP_ROW_A0_NUMERICAL,
     .unit = "fm",
     .text = "difference of the two solvers, and the error of interpolating tables"},
    {.path = HP_ROW_REFF_NUMERICAL,
     .unit = "fm",
     .text = "difference of the two solvers, and the error of interpolating tables"},
    {.path = HP_ROW_FIT_A0,
     .unit = "fm",
     .text = "a0 of a weighted fit of k cot delta = -1/a0 + r_eff k^2/2 - P r_eff^3 k^4 to the "
             "window",
     .axis = {"window"},
     .compare = HP_POLE,
     .guide = HP_ROW_FIT_KCOT0,
     .table = "observables",
     .column = "fit_scattering_length_fm",
     .summary = "effective_range_fit/scattering_length_fm",
     .roles = HP_BUDGET},
    {.path = HP_ROW_FIT_REFF,
     .unit = "fm",
     .text = "r_eff of that fit",
     .axis = {"window"},
     .table = "observables",
     .column = "fit_effective_range_fm",
     .summary = "effective_range_fit/effective_range_fm",
     .roles = HP_BUDGET},
    {.path = HP_ROW_FIT_KCOT0,
     .unit = "MeV",
     .text = "-1/a0 of the effective-range fit",
     .axis = {"window"},
     .table = "observables",
     .column = "fit_kcot_threshold_mev",
     .summary = "effective_range_fit/kcot_threshold_mev",
     .roles = HP_BUDGET},
    {.path = HP_ROW_FIT_SHAPE,
     .unit = "1",
     .text = "P of that fit",
     .axis = {"shape"},
     .table = "observables",
     .column = "fit_shape",
     .summary = "effective_range_fit/shape",
     .roles = HP_BUDGET},
    {.path = HP_ROW_NBOUND,
     .unit = "1",
     .text = "number of bound states",
     .table = "observables",
     .column = "bound_states",
     .summary = "bound_states",
     .roles = HP_COUNT},
    {.path = HP_ROW_BINDING,
     .unit = "MeV",
     .text = "binding energies " HP_BINDING_CONVENTION ", deepest first; nan: no such state",
     .axis = {"bound"},
     .compare = HP_UNBOUND,
     .table = "observables",
     .column = "binding_energy_%zu_mev",
     .summary = "binding_energy_mev",
     .twin = HP_ROW_BINDING_NUMERICAL,
     .roles = HP_BUDGET},
    {.path = HP_ROW_RMS,
     .unit = "fm",
     .text = "root mean square distance of the two hadrons in these states",
     .axis = {"bound"},
     .table = "observables",
     .column = "rms_%zu_fm",
     .summary = "rms_fm",
     .twin = HP_ROW_RMS_NUMERICAL,
     .roles = HP_BUDGET},
    {.path = HP_ROW_BINDING_NUMERICAL,
     .unit = "MeV",
     .text = "difference of the two solvers, and the error of interpolating tables",
     .axis = {"bound"}},
    {.path = HP_ROW_RMS_NUMERICAL,
     .unit = "fm",
     .text = "difference of the two solvers, and the error of interpolating tables",
     .axis = {"bound"}},
    {.path = HP_ROW_CORRELATION,
     .unit = "1",
     .text = "correlation function C(k) of a Gaussian source of each source radius",
     .axis = {"source_radius", "k"},
     .table = "femtoscopy",
     .column = "correlation"},
    {.path = HP_ROW_LEDNICKY,
     .unit = "1",
     .text = "the same in the approximation of Lednicky and Lyuboshitz; nan for charged pairs",
     .axis = {"source_radius", "k"},
     .table = "femtoscopy",
     .column = "lednicky"}};
enum { NROW = sizeof rows / sizeof *rows };

hp_status hp_observables_describe(const hp_observables *observables, hp_record *record,
                                  hp_error *err) {
    add_axes(observables, record);
    add_tables(observables, record);
    hp_record_add_rows(record, rows, NROW);
    add_facts(observables, record);
    return hp_record_check(record, err);
}

void hp_observables_forget(const hp_record *record, double *vector) {
    for (int i = 0; i < NROW; i++) {
        double *value = hp_record_at(record, vector, rows[i].path);
        for (size_t j = 0; j < hp_record_count(record, rows[i].path); j++) value[j] = NAN;
    }
}

/* Momenta and source radii, in physical units. */
static void add_axes(const hp_observables *observables, hp_record *record) {
    size_t nk = (size_t)observables->nk, nradius = (size_t)observables->nradius;
    bool window = observables->window_high > 0.0, lattice = observables->lattice;
    double *value = hp_alloc(nk + nradius, sizeof *value);
    record->failed |= value == NULL;
    hp_record_add_axis(record, "k", nk);
    hp_record_add_axis(record, "source_radius", nradius);
    hp_record_add_axis(record, "bound", (size_t)observables->nbound);
    hp_record_add_slim_axis(record, "window", window);
    hp_record_add_slim_axis(record, "shape", window && observables->shape);
    hp_record_label(record, "k",
                    &(hp_label){.column = lattice ? "k2_lat" : "k2_per_fm2",
                                .path = lattice ? "scattering/k2_lat" : "scattering/k2_per_fm2",
                                .unit = lattice ? "1/a^2" : "fm^-2",
                                .text = "squared momentum",
                                .value = observables->k2});
    for (size_t k = 0; value != NULL && k < nk; k++)
        value[k] = sqrt(observables->k2[k]) * observables->momentum_mev;
    hp_record_label(record, "k",
                    &(hp_label){.column = "k_mev",
                                .path = "scattering/k_mev",
                                .unit = "MeV",
                                .text = "momentum",
                                .value = value});
    for (size_t k = 0; value != NULL && k < nk; k++)
        value[k] = hp_observables_energy_mev(observables, observables->k2[k]);
    hp_record_label(record, "k",
                    &(hp_label){.column = "e_cm_mev",
                                .path = "scattering/e_cm_mev",
                                .unit = "MeV",
                                .text = HP_ENERGY_CONVENTION,
                                .value = value});
    for (size_t i = 0; value != NULL && i < nradius; i++)
        value[i] = observables->radius[i] * observables->length_fm;
    hp_record_label(record, "source_radius",
                    &(hp_label){.column = "source_radius_fm",
                                .path = "femtoscopy/source_radius_fm",
                                .unit = "fm",
                                .text = "source radii",
                                .value = value});
    hp_free(value);
}

static void add_tables(const hp_observables *observables, hp_record *record) {
    double strength = observables->coulomb.strength;
    hp_record_add_table(
        record, "phase_shift", HP_WIDE,
        hp_record_copy(record,
                       "delta: S-wave phase shift%s, continuous in k%s\n%s; " HP_ENERGY_CONVENTION,
                       strength != 0.0 ? " against Coulomb functions" : "",
                       strength < 0.0 ? "" : ", n*180 deg at threshold with n bound states",
                       convention(observables)));
    hp_record_add_table(record, "observables", HP_LIST,
                        hp_record_copy(record,
                                       "%s\nnumerical_error: difference of the two solvers, and "
                                       "the error of interpolating tables; bound states "
                                       "deepest first, " HP_BINDING_CONVENTION,
                                       convention(observables)));
    hp_record_add_table(record, "femtoscopy", HP_WIDE,
                        "C(k) of a Gaussian source exp(-r^2/(4 R^2)), k the momentum of one hadron "
                        "in the pair's rest frame;\nlednicky: the same from scattering amplitude "
                        "and effective range, nan for charged pairs; " HP_ENERGY_CONVENTION);
}

static void add_facts(const hp_observables *observables, hp_record *record) {
    const hp_coulomb *coulomb = &observables->coulomb;
    double fm = observables->length_fm;
    hp_record_put_number(record, hp_attribute("reduced_mass_mev"),
                         observables->pair.mu * observables->momentum_mev);
    hp_record_put_number(record, hp_attribute("coulomb_strength_per_fm"), coulomb->strength / fm);
    hp_record_put_number(record, hp_attribute("coulomb_dipole_per_fm"), coulomb->dipole / fm);
    hp_record_put_text(record, hp_attribute_and_key("sign_convention", "sign_convention"),
                       convention(observables));
    hp_record_put_text(record, hp_attribute_and_key("energy_convention", "energy_convention"),
                       HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION);
    if (observables->window_high == 0.0) return;
    hp_record_put_number(record, hp_key("effective_range_fit/e_min_mev"),
                         hp_observables_energy_mev(observables, observables->window_low));
    hp_record_put_number(record, hp_key("effective_range_fit/e_max_mev"),
                         hp_observables_energy_mev(observables, observables->window_high));
}

/* What k cot delta, a0 and r_eff mean: one line. */
static const char *convention(const hp_observables *observables) {
    if (observables->coulomb.strength < 0.0)
        return "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
               "delta; delta against Coulomb functions; bound states: those below the ground state "
               "of the point-like Coulomb force, which has infinitely many";
    return observables->coulomb.strength == 0.0
               ? "k cot delta = -1/a0 + r_eff k^2/2 + ..."
               : "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot "
                 "delta; delta against Coulomb functions";
}
