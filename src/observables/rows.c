// SPDX-License-Identifier: GPL-3.0-or-later
/* The observables as rows of the record. A new one is a row here, with its formula if it follows
 * from others. What belongs to a component of the wave function has that axis first, which is none
 * where there is one component; bound states belong to all of them. */
#include "hadpot/observables.h"
#include <math.h>
#include <stdio.h>
#include "hadpot/units.h"

enum { MB_PER_FM2 = 10 };

static void inverse_scattering_length(const hp_record *record, const double *vector, double *out) {
    *out = -*hp_record_read(record, vector, HP_ROW_KCOT0) / HP_HBARC_MEV_FM;
}

/* sigma = 4 pi sin^2(delta)/k^2 of two distinct particles in the S wave, without spin weights, in
 * fm^2; nan for charged pairs, whose forward scattering is infinite. */
static void cross_section(const hp_record *record, const double *vector, double *sigma) {
    const double *delta = hp_record_read(record, vector, HP_ROW_DELTA);
    const double *k_mev = hp_record_read(record, vector, HP_ROW_K_BY_SAMPLE);
    if (k_mev == NULL) k_mev = hp_record_labels(record, "k", "k_mev");
    bool charged = hp_record_find_number(record, "coulomb_strength_per_fm") != 0.0;
    for (size_t k = 0; k < hp_record_count(record, HP_ROW_DELTA); k++) {
        double wave = sin(delta[k] * M_PI / 180.0) * HP_HBARC_MEV_FM / k_mev[k];
        sigma[k] = charged ? NAN : 4.0 * M_PI * wave * wave;
    }
}

static void cross_section_mb(const hp_record *record, const double *vector, double *sigma) {
    cross_section(record, vector, sigma);
    for (size_t k = 0; k < hp_record_count(record, HP_ROW_DELTA); k++) sigma[k] *= MB_PER_FM2;
}

static void count_panels(const hp_record *record, const double *vector, double *out) {
    const double *edge = hp_record_read(record, vector, HP_ROW_PANEL_EDGES);
    size_t last = hp_record_count(record, HP_ROW_PANEL_EDGES) - 1;
    *out = 0.0;
    for (size_t i = 0; i < last; i++) *out += edge[i + 1] > edge[i];
}

/* The range of hadronic forces: an a0 below it is far from infinity, whatever 1/a0 does. */
#define LARGE_A0_FM 1.0

static const hp_row rows[] = {
    {HP_ROW_DELTA, "deg",
     "S-wave phase shift, continuous in k, n pi at threshold with n bound states", .place = 6,
     .symbol = "phase shift delta", .axis = {"component", "k"}, .compare = HP_MODULO_180,
     .guide = HP_ROW_NBOUND, .table = "phase_shift", .twin = HP_ROW_DELTA_NUMERICAL,
     .roles = HP_BUDGET | HP_COVARIANCE | HP_DRAWN},
    {HP_ROW_KCOT, "MeV",
     "k cot delta, for charged pairs C^2 k cot delta + 2 k eta h(eta); -1/a0 + r_eff k^2/2 "
     "+ ...",
     .axis = {"component", "k"}, .compare = HP_POLE, .guide = HP_ROW_DELTA, .table = "phase_shift",
     .roles = HP_BUDGET | HP_COVARIANCE | HP_DRAWN},
    {HP_ROW_DELTA_NUMERICAL, "deg",
     "difference of the two solvers, |delta(ODE) - delta(Nystroem)|, and the error of "
     "interpolating tables; nan: neither is known",
     .axis = {"component", "k"}, .table = "phase_shift", .roles = HP_BARE},
    {"scattering/cross_section_fm2", "fm^2",
     "S-wave cross section 4 pi sin^2(delta)/k^2 of distinct particles, no spin weights; nan "
     "for charged pairs",
     .axis = {"component", "k"}, .table = "phase_shift", .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN,
     .derive = cross_section},
    {"scattering/cross_section_mb", "mb", "the same in millibarn", .axis = {"component", "k"},
     .table = "phase_shift", .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN,
     .derive = cross_section_mb},
    {HP_ROW_A0, "fm", "scattering length a0; k cot delta(0) = -1/a0", .place = 1,
     .symbol = "scattering length a0", .axis = {"component"}, .compare = HP_POLE,
     .guide = HP_ROW_INVERSE_A0, .scale = LARGE_A0_FM, .table = "observables",
     .twin = HP_ROW_A0_NUMERICAL, .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_REFF, "fm", "effective range r_eff", .place = 2, .symbol = "effective range r_eff",
     .axis = {"component"}, .table = "observables", .twin = HP_ROW_REFF_NUMERICAL,
     .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_KCOT0, "MeV",
     "k cot delta at threshold, -1/a0: its error is finite also where a0 passes infinity",
     .axis = {"component"}, .table = "observables", .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_INVERSE_A0, "fm^-1", "1/a0, which is determined also where a0 passes infinity",
     .symbol = "inverse scattering length 1/a0", .axis = {"component"}, .table = "observables",
     .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN, .derive = inverse_scattering_length},
    {HP_ROW_A0_NUMERICAL, "fm",
     "difference of the two solvers, and the error of interpolating tables", .axis = {"component"}},
    {HP_ROW_REFF_NUMERICAL, "fm",
     "difference of the two solvers, and the error of interpolating tables", .axis = {"component"}},
    {HP_ROW_FIT_A0, "fm",
     "a0 of a weighted fit of k cot delta = -1/a0 + r_eff k^2/2 - P r_eff^3 k^4 to the "
     "window",
     .axis = {"component", "window"}, .compare = HP_POLE, .guide = HP_ROW_FIT_KCOT0,
     .scale = LARGE_A0_FM, .table = "observables",
     .summary = "effective_range_fit/scattering_length_fm", .roles = HP_BUDGET},
    {HP_ROW_FIT_REFF, "fm", "r_eff of that fit", .axis = {"component", "window"},
     .table = "observables", .summary = "effective_range_fit/effective_range_fm",
     .roles = HP_BUDGET},
    {HP_ROW_FIT_KCOT0, "MeV", "-1/a0 of the effective-range fit", .axis = {"component", "window"},
     .table = "observables", .summary = "effective_range_fit/kcot_threshold_mev",
     .roles = HP_BUDGET},
    {HP_ROW_FIT_SHAPE, "1", "P of that fit", .axis = {"component", "shape"}, .table = "observables",
     .summary = "effective_range_fit/shape", .roles = HP_BUDGET},
    {HP_ROW_NBOUND, "1", "number of bound states", .place = 3, .symbol = "bound states",
     .table = "observables", .roles = HP_SUMMARY | HP_COUNT},
    {HP_ROW_NBOUND_DOUBT, "1",
     .text = "1: two ways to count bound states differ, or rounding decides; delta may then be "
             "wrong by multiples of 180 degrees"},
    {HP_ROW_BINDING, "MeV",
     "binding energies " HP_BINDING_CONVENTION ", deepest first; nan: no such state", .place = 4,
     .symbol = "binding energy B_%zu", .axis = {"bound"}, .compare = HP_UNBOUND,
     .table = "observables", .column = "binding_energy_%zu_mev", .twin = HP_ROW_BINDING_NUMERICAL,
     .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_RMS, "fm", "root mean square distance of the two hadrons in these states",
     .axis = {"bound"}, .compare = HP_POLE, .guide = HP_ROW_BINDING, .table = "observables",
     .column = "rms_%zu_fm", .twin = HP_ROW_RMS_NUMERICAL,
     .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_BINDING_NUMERICAL, "MeV",
     "difference of the two solvers, and the error of interpolating tables", .axis = {"bound"}},
    {HP_ROW_RMS_NUMERICAL, "fm",
     "difference of the two solvers, and the error of interpolating tables", .axis = {"bound"}},
    HP_PLAIN_ROW(HP_ROW_K2_BY_SAMPLE, "1/a^2",
                 "squared momentum of e_cm with the masses of samples", "energies_given", "k"),
    HP_PLAIN_ROW(HP_ROW_K_BY_SAMPLE, "MeV", "momentum of e_cm with the masses of samples",
                 "energies_given", "k"),
    HP_PLAIN_ROW(HP_ROW_E_BY_SAMPLE, "MeV", HP_ENERGY_CONVENTION ", with the masses of samples",
                 "momenta_given", "k"),
    {
        HP_ROW_CORRELATION,
        "1",
        "correlation function C(k) of a Gaussian source of each source radius",
        .axis = {"source_radius", "k"},
        .table = "femtoscopy",
        .roles = HP_DRAWN,
    },
    {
        HP_ROW_LEDNICKY,
        "1",
        "the same in the approximation of Lednicky and Lyuboshitz; nan for charged pairs",
        .axis = {"source_radius", "k"},
        .table = "femtoscopy",
    },
    {HP_ROW_PANEL_EDGES, "fm", "panels of the radial equation; the last edge is repeated",
     .axis = {"panel_edge"}},
    {"scattering/panels", "1", "their number", .key = "scattering.panels", .derive = count_panels},
    {HP_ROW_PANEL_ORDER, "1", "Gauss-Legendre nodes in each panel", .key = "scattering.order"},
    {HP_ROW_NODES_ERROR, "deg",
     .text = "difference to a finer rule, of the potential that the nodes were chosen for; nan: "
             "given"}};
enum { NROW = sizeof rows / sizeof *rows };

/* Momenta and source radii, in physical units. */
static void add_axes(const hp_observables *observables, hp_record *record) {
    size_t nk = (size_t)observables->nk, nradius = (size_t)observables->nradius;
    bool window = observables->window_high > 0.0, lattice = observables->lattice;
    double *value = hp_record_room(record, nk + nradius, sizeof *value);
    if (value == NULL) return;
    hp_record_add_slim_axis(record, "component", HP_NCOMPONENT);
    hp_record_add_axis(record, "k", nk);
    hp_record_add_axis(record, "source_radius", nradius);
    hp_record_add_axis(record, "panel_edge", (size_t)hp_observables_count_edges(observables));
    hp_record_add_axis(record, "bound", (size_t)observables->nbound);
    bool vary = observables->masses_vary;
    hp_record_add_slim_axis(record, "energies_given", vary && observables->by_energy);
    hp_record_add_slim_axis(record, "momenta_given", vary && !observables->by_energy);
    hp_record_add_slim_axis(record, "window", window);
    hp_record_add_slim_axis(record, "shape", window && observables->shape);
    hp_record_label(record, "k",
                    &(hp_label){.column = lattice ? "k2_lat" : "k2_per_fm2",
                                .path = lattice ? "scattering/k2_lat" : "scattering/k2_per_fm2",
                                .unit = lattice ? "1/a^2" : "fm^-2",
                                .text = "squared momentum",
                                .value = observables->k2});
    for (size_t k = 0; k < nk; k++) value[k] = sqrt(observables->k2[k]) * observables->momentum_mev;
    hp_record_label(
        record, "k",
        &(hp_label){.path = "scattering/k_mev", .unit = "MeV", .text = "momentum", .value = value});
    for (size_t k = 0; k < nk; k++)
        value[k] = hp_observables_energy_mev(observables, observables->k2[k]);
    hp_record_label(record, "k",
                    &(hp_label){.symbol = "e_cm",
                                .path = "scattering/e_cm_mev",
                                .unit = "MeV",
                                .text = HP_ENERGY_CONVENTION,
                                .key = "scattering.energies_mev",
                                .value = value});
    for (size_t i = 0; i < nradius; i++) value[i] = observables->radius[i] * observables->length_fm;
    hp_record_label(record, "source_radius",
                    &(hp_label){.path = "femtoscopy/source_radius_fm",
                                .unit = "fm",
                                .text = "R of the source exp(-r^2/(4 R^2))",
                                .value = value});
}

#define CHARGED                                                                                    \
    "C^2 k cot delta + 2 k eta h(eta) = -1/a0 + r_eff k^2/2 + ..., written as k cot delta; delta " \
    "against Coulomb functions"

/* What k cot delta, a0 and r_eff mean: one line. */
static const char *convention(const hp_observables *observables) {
    double strength = observables->coulomb.strength;
    if (strength == 0.0) return "k cot delta = -1/a0 + r_eff k^2/2 + ...";
    return strength > 0.0 ? CHARGED
                          : CHARGED "; bound states: those below the ground state of the "
                                    "point-like Coulomb force, which has infinitely many";
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

/* What the job may leave to be chosen. */
static void add_choices(const hp_observables *observables, hp_record *record) {
    static const hp_row range = {"scattering/range_fm", "fm", "where the potential ends",
                                 .key = "scattering.range_fm"};
    static const hp_row tolerance = {"scattering/ode_tolerance", "1",
                                     "relative error of each step of the ODE solver",
                                     .key = "scattering.ode_tolerance"};
    double range_fm = observables->problem.range * observables->length_fm;
    hp_record_add_constant(record, &range, &range_fm);
    if (observables->nsolver == 2)
        hp_record_add_constant(record, &tolerance, &observables->ode_tolerance);
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
    hp_record_show(record, "signs", "%s", convention(observables));
    hp_record_put_text(record, hp_attribute_and_key("energy_convention", "energy_convention"),
                       HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION);
    if (observables->window_high == 0.0) return;
    hp_record_put_number(record, hp_key("effective_range_fit/e_min_mev"),
                         hp_observables_energy_mev(observables, observables->window_low));
    hp_record_put_number(record, hp_key("effective_range_fit/e_max_mev"),
                         hp_observables_energy_mev(observables, observables->window_high));
}

hp_status hp_observables_describe(const hp_observables *observables, hp_record *record,
                                  hp_error *err) {
    add_axes(observables, record);
    add_tables(observables, record);
    hp_record_add_rows(record, rows, NROW);
    hp_pole_observables_describe(&observables->poles, record);
    add_choices(observables, record);
    add_facts(observables, record);
    return hp_record_check(record, err);
}

void hp_observables_forget(const hp_record *record, double *vector) {
    for (int i = 0; i < NROW; i++) {
        double *value = hp_record_at(record, vector, rows[i].path);
        for (size_t j = 0; j < hp_record_count(record, rows[i].path); j++) value[j] = NAN;
    }
}

/* An error of what is not given at each momentum, behind all columns of phase_shift.csv. */
static void add_error(hp_record *record, const char *path, const hp_row *row) {
    size_t nk = hp_record_count(record, path);
    double *error = hp_record_room(record, nk, sizeof *error);
    if (nk == 0 || error == NULL) return;
    for (size_t k = 0; k < nk; k++) error[k] = hp_record_band_of(record, path, k).error;
    hp_record_add_constant(record, row, error);
}

void hp_observables_describe_varied(const hp_observables *observables, hp_record *record) {
    static const hp_row error[] = {
        {"scattering/k2_lat_err", "1/a^2", "statistical error of k2_lat at the energy, from masses",
         .axis = {"k"}, .table = "phase_shift"},
        {"scattering/k_mev_err", "MeV", "statistical error of k_mev at the energy, from masses",
         .axis = {"k"}, .table = "phase_shift"},
        {"scattering/e_cm_mev_err", "MeV",
         "statistical error of e_cm_mev at the momentum, from masses", .axis = {"k"},
         .table = "phase_shift"}};
    if (!observables->masses_vary) return;
    add_error(record, HP_ROW_K2_BY_SAMPLE, &error[0]);
    add_error(record, HP_ROW_K_BY_SAMPLE, &error[1]);
    add_error(record, HP_ROW_E_BY_SAMPLE, &error[2]);
}
