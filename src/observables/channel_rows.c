// SPDX-License-Identifier: GPL-3.0-or-later
/* The observables of coupled channels as rows of the record. What is of a component and an energy
 * has the axes component and k; a number of a component alone, as a scattering length, is a row of
 * its own, so that it stands in observables.csv and in the summary by name. */
#include <math.h>
#include "channel_parts.h"
#include "hadpot/units.h"

#define E_CONVENTION                                                                               \
    "e_mev: energy E above the lowest threshold, w_mev: total energy W = E + that threshold (E "   \
    "without masses); e_cm = k^2/(2 mu) of the pair"

static const hp_row phase_rows[] = {
    {HP_ROW_DELTA, "deg",
     "phase delta of S_cc = eta exp(2 i delta), the bar phase of Stapp where two components of a "
     "pair are open; continuous in energy; nan: closed",
     .place = 6, .symbol = "phase shift delta", .axis = {"component", "k"},
     .compare = HP_MODULO_180, .guide = HP_ROW_NBOUND, .table = "phase_shift",
     .twin = HP_ROW_DELTA_NUMERICAL, .roles = HP_BUDGET | HP_COVARIANCE | HP_DRAWN},
    {HP_ROW_KCOT, "MeV^(2l+1)", "k^(2l+1) cot delta, -1/a_l + r_eff k^2/2 + ... where uncharged",
     .axis = {"component", "k"}, .compare = HP_POLE, .guide = HP_ROW_DELTA, .table = "phase_shift",
     .roles = HP_BUDGET | HP_COVARIANCE | HP_DRAWN},
    {HP_ROW_DELTA_NUMERICAL, "deg",
     "difference of the two solvers, |delta(ODE) - delta(Nystroem)|; nan: none",
     .axis = {"component", "k"}, .table = "phase_shift", .roles = HP_BARE},
    {HP_ROW_SIGMA, "fm^2",
     "elastic cross section (2l+1) pi |S_cc - 1|^2/k^2 of distinct particles, no spin weights; "
     "nan for charged pairs",
     .axis = {"component", "k"}, .table = "phase_shift", .roles = HP_BUDGET | HP_DRAWN},
    {HP_ROW_SIGMA_MB, "mb", "the same in millibarn", .axis = {"component", "k"},
     .table = "phase_shift", .roles = HP_BUDGET | HP_DRAWN},
    {HP_ROW_ETA, "1", "|S_cc|", .axis = {"component", "k"}, .table = "phase_shift",
     .roles = HP_BUDGET | HP_DRAWN}};

static const hp_row kinematic_rows[] = {
    {"scattering/k2_per_fm2", "fm^-2", "squared momentum, < 0 where closed",
     .axis = {"component", "k"}, .table = "phase_shift"},
    {HP_ROW_CHANNEL_K, "MeV", "momentum; nan where closed", .axis = {"component", "k"},
     .table = "phase_shift"},
    {HP_ROW_CHANNEL_E, "MeV", "e_cm = k^2/(2 mu)", .axis = {"component", "k"},
     .table = "phase_shift"},
    {HP_ROW_W, "MeV", "total energy W", .axis = {"k"}, .table = "phase_shift"}};

/* Where bound states and what is counted of them are. */
static const hp_row state_rows[] = {
    {HP_ROW_NBOUND, "1", "number of bound states", .place = 3, .symbol = "bound states",
     .table = "observables", .roles = HP_SUMMARY | HP_COUNT},
    {HP_ROW_NBOUND_DOUBT, "1",
     .text = "1: rounding decides how many bound states there are, or another grid has others; "
             "delta may then be wrong by multiples of 180 degrees"},
    {HP_ROW_BINDING, "MeV",
     "binding energies below the lowest threshold, deepest first; nan: no "
     "such state",
     .place = 4, .symbol = "binding energy B_%zu", .axis = {"bound"}, .compare = HP_UNBOUND,
     .table = "observables", .column = "binding_energy_%zu_mev", .twin = HP_ROW_BINDING_NUMERICAL,
     .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
    {HP_ROW_RMS, "fm", "root mean square distance of the two hadrons in these states",
     .axis = {"bound"}, .compare = HP_POLE, .guide = HP_ROW_BINDING, .table = "observables",
     .column = "rms_%zu_fm", .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN}};

static const hp_row deuteron_rows[] = {
    {HP_ROW_QUADRUPOLE, "fm^2",
     "Q = int r^2 (sqrt8 u w - w^2) dr/20 of 3S1-3D1, of one unit charge at half of the distance",
     .axis = {"bound"}, .compare = HP_FOUND, .table = "observables", .column = "quadrupole_%zu_fm2",
     .roles = HP_SUMMARY | HP_BUDGET},
    {HP_ROW_D_OVER_S, "1", "eta = A_D/A_S", .axis = {"bound"}, .compare = HP_FOUND,
     .table = "observables", .column = "asymptotic_d_over_s_%zu", .roles = HP_SUMMARY | HP_BUDGET}};

static const hp_row mixing_rows[] = {
    {HP_ROW_MIXING_1, "deg",
     "phase of the component of lower l, or the eigenphase that has no part of the other at "
     "threshold",
     .axis = {"parametrisation", "energy"}, .compare = HP_MODULO_180, .guide = HP_ROW_NBOUND,
     .table = "mixing"},
    {HP_ROW_MIXING_2, "deg", "the other phase", .axis = {"parametrisation", "energy"},
     .compare = HP_MODULO_180, .guide = HP_ROW_NBOUND, .table = "mixing",
     .roles = HP_BUDGET | HP_DRAWN},
    {HP_ROW_EPSILON, "deg", "mixing parameter", .axis = {"parametrisation", "energy"},
     .table = "mixing", .roles = HP_BUDGET | HP_DRAWN}};

static const hp_row femto_rows[] = {
    {HP_ROW_FEMTO_K, "MeV", "momentum of the pair of the first component", .axis = {"energy"},
     .table = "femtoscopy", .roles = HP_BARE},
    {HP_ROW_CORRELATION, "1",
     "correlation function C(k) of a Gaussian source of each source radius",
     .axis = {"source_radius", "energy"}, .table = "femtoscopy"}};

static const hp_row order_rows[] = {
    {HP_ROW_LOWEST_PAIR, "1", .text = "number of the pair with the lowest threshold"}};

static const hp_row other_rows[] = {
    {HP_ROW_PANEL_EDGES, "fm", "panels of the radial equation; the last edge is repeated",
     .axis = {"panel_edge"}},
    {HP_ROW_PANEL_ORDER, "1", "Gauss-Legendre nodes in each panel", .key = "scattering.order"},
    {HP_ROW_NODES_ERROR, "deg",
     .text = "difference to a finer rule, of the potential that the nodes were chosen for; nan: "
             "given"}};

static void label_energies(const hp_channel_observables *of, hp_record *record) {
    size_t n = (size_t)of->nenergy;
    double *e = hp_record_room(record, n, sizeof *e), *w = hp_record_room(record, n, sizeof *w);
    if (e == NULL || w == NULL) return;
    for (size_t i = 0; i < n; i++) {
        e[i] = of->energy[i] * of->momentum_mev;
        w[i] = (of->energy[i] + of->channels.lowest) * of->momentum_mev;
    }
    const hp_label along = {.column = "e_mev",
                            .path = "scattering/e_mev",
                            .unit = "MeV",
                            .text = "energy E above the lowest threshold",
                            .key = "scattering.energies_mev",
                            .symbol = "E",
                            .aside = true,
                            .value = e};
    hp_record_label(record, "k", &along);
    hp_record_label(record, "energy", &(hp_label){.column = "e_mev", .unit = "MeV", .value = e});
    hp_record_label(record, "energy", &(hp_label){.column = "w_mev", .unit = "MeV", .value = w});
}

static void add_axes(const hp_channel_observables *of, hp_record *record) {
    size_t n = (size_t)of->channels.ncomponent, nradius = (size_t)of->nradius;
    const char **name = hp_record_room(record, n, sizeof *name);
    double *radius = hp_record_room(record, nradius, sizeof *radius);
    static const char *const both[] = {"stapp", "blatt"};
    bool mixes = of->mixed[0] >= 0;
    if (name == NULL || radius == NULL) return;
    for (size_t c = 0; c < n; c++) name[c] = hp_record_copy(record, "%s", of->name[c]);
    for (size_t i = 0; i < nradius; i++) radius[i] = of->radius[i] * of->length_fm;
    hp_record_add_slim_axis(record, "component", n);
    if (n > 1)
        hp_record_label(record, "component", &(hp_label){.column = "component", .name = name});
    hp_record_add_axis(record, "k", (size_t)of->nenergy);
    hp_record_add_axis(record, "energy", (size_t)of->nenergy);
    hp_record_add_axis(record, "parametrisation", mixes ? (size_t)of->stapp + of->blatt : 0);
    hp_record_label(record, "parametrisation",
                    &(hp_label){.column = "parametrisation", .name = of->stapp ? both : both + 1});
    hp_record_add_axis(record, "source_radius", nradius);
    hp_record_label(record, "source_radius",
                    &(hp_label){.path = "femtoscopy/source_radius_fm",
                                .unit = "fm",
                                .text = "R of the source exp(-r^2/(4 R^2))",
                                .value = radius});
    hp_record_add_axis(record, "bound", (size_t)of->nbound);
    hp_record_add_axis(record, "panel_edge", (size_t)hp_channel_count_edges(of));
    label_energies(of, record);
}

static const char *list_components(const hp_channel_observables *of, hp_record *record) {
    const char *text = "";
    for (int c = 0; c < of->channels.ncomponent; c++)
        text = hp_record_copy(record, "%s%s%d: %s", text, c > 0 ? ", " : "", c + 1, of->name[c]);
    return text;
}

static void add_tables(const hp_channel_observables *of, hp_record *record) {
    const char *components = list_components(of, record);
    hp_record_add_table(
        record, "phase_shift", HP_WIDE,
        hp_record_copy(record,
                       "delta: phase of S_cc = eta exp(2 i delta)%s, continuous in energy, the sum "
                       "of all n*180 deg at the lowest threshold with n bound states\n"
                       "kcot: k^(2l+1) cot delta in MeV^(2l+1)%s; cross sections (2l+1) pi |S_cc - "
                       "1|^2/k^2; nan where a component is closed\n" E_CONVENTION,
                       of->charged ? " against Coulomb functions" : "",
                       of->charged ? ", of charged pairs not the modified effective-range function"
                                   : ""));
    hp_record_add_table(
        record, "observables", HP_LIST,
        hp_record_copy(record,
                       "k^(2l+1) cot delta = -1/a_l + r_eff k^2/2 + ...%s, of a component with a "
                       "higher threshold a = T_cc there, complex;\nbound states deepest first, "
                       "energies below the lowest threshold%s",
                       of->charged ? " without charges, of charged pairs a_l of the modified "
                                     "effective-range function"
                                   : "",
                       of->charged ? "; of attractive charges those below the states of the "
                                     "Coulomb force alone, which has infinitely many"
                                   : ""));
    hp_record_add_table(
        record, "smatrix", HP_WIDE,
        hp_record_copy(record, "S_cd of components %s; nan where one is closed\n" E_CONVENTION,
                       components));
    hp_record_add_table(
        record, "mixing", HP_WIDE,
        hp_record_copy(
            record,
            "stapp: S_11 = cos 2e exp(2 i d1), S_12 = i sin 2e exp(i (d1 + d2)); blatt: "
            "K = U^T diag(tan d1, tan d2) U, U = [[cos e, sin e], [-sin e, cos e]]\n"
            "eigenphases of S of components %s, each continuous in energy\n" E_CONVENTION,
            components));
    hp_record_add_table(record, "femtoscopy", HP_WIDE,
                        hp_record_copy(record,
                                       "C(k) of a Gaussian source exp(-r^2/(4 R^2)) for pairs that "
                                       "come in as %s\n" E_CONVENTION,
                                       of->name[0]));
}

static void add_facts(const hp_channel_observables *of, hp_record *record) {
    static const char convention[] = "k^(2l+1) cot delta = -1/a_l + r_eff k^2/2 + ...";
    const char *name[HP_MOST_COMPONENTS];
    for (int c = 0; c < of->channels.ncomponent; c++) name[c] = of->name[c];
    hp_record_put_texts(record, hp_attribute("components"), name, of->channels.ncomponent);
    hp_record_put_text(record, hp_attribute_and_key("sign_convention", "sign_convention"),
                       convention);
    hp_record_put_text(record, hp_attribute_and_key("energy_convention", "energy_convention"),
                       E_CONVENTION);
    hp_record_put_text(record, hp_attribute_and_key("kinematics", "kinematics"),
                       of->channels.kinematics == HP_RELATIVISTIC ? "relativistic"
                                                                  : "nonrelativistic");
    hp_record_show(record, "signs", "%s%s", convention,
                   of->charged ? " without charges; of charged pairs a_l is that of the modified "
                                 "effective-range function"
                               : "");
    for (int a = 0; a < of->channels.npair && of->channels.npair > 1; a++) {
        const char *attribute = hp_record_copy(record, "threshold_%s_mev", of->pair_name[a]);
        const char *key = hp_record_copy(record, "thresholds_mev/%s", of->pair_name[a]);
        hp_record_put_number(record, hp_attribute_and_key(attribute, key),
                             (of->channels.threshold[a] + of->channels.lowest) * of->momentum_mev);
    }
}

/* Momenta belong to the masses of a sample, if these vary; else to all of them. */
static void add_kinematics(const hp_channel_observables *of, bool last, hp_record *record) {
    size_t n = (size_t)of->channels.ncomponent * (size_t)of->nenergy;
    double *value = hp_record_room(record, n, sizeof *value);
    for (int i = last ? 3 : 0; i < (last ? 4 : 3) && value != NULL; i++) {
        hp_row row = kinematic_rows[i];
        if (i == 0 && of->lattice)
            row.path = "scattering/k2_lat", row.unit = "1/a^2", row.text = "squared momentum";
        hp_channel_kinematics(of, &of->channels, of->energy, i, value);
        if (of->masses_vary)
            hp_record_add_rows(record, &row, 1);
        else
            hp_record_add_constant(record, &row, value);
    }
}

static void add_choices(const hp_channel_observables *of, hp_record *record) {
    static const hp_row range = {"scattering/range_fm", "fm", "where the potential ends",
                                 .key = "scattering.range_fm"};
    static const hp_row tolerance = {"scattering/ode_tolerance", "1",
                                     "relative error of each step of the ODE solver",
                                     .key = "scattering.ode_tolerance"};
    double range_fm = of->range * of->length_fm;
    hp_record_add_constant(record, &range, &range_fm);
    if (of->nsolver == 2) hp_record_add_constant(record, &tolerance, &of->ode_tolerance);
}

hp_status hp_channel_observables_describe(const hp_channel_observables *observables,
                                          hp_record *record, hp_error *err) {
#define ADD(rows) hp_record_add_rows(record, rows, (int)(sizeof(rows) / sizeof *(rows)))
    add_axes(observables, record);
    add_tables(observables, record);
    add_kinematics(observables, false, record);
    ADD(phase_rows);
    add_kinematics(observables, true, record);
    hp_channel_add_smatrix(observables, record);
    ADD(mixing_rows);
    hp_channel_add_eigenphases(observables, record);
    hp_channel_add_thresholds(observables, record);
    ADD(state_rows);
    if (observables->deuteron[0] >= 0) ADD(deuteron_rows);
    hp_channel_add_states(observables, record);
    hp_record_add_rows(record,
                       &(hp_row){HP_ROW_BINDING_NUMERICAL, "MeV", "difference of the two solvers",
                                 .axis = {"bound"}},
                       1);
    if (observables->nradius > 0) ADD(femto_rows);
    if (observables->masses_vary) ADD(order_rows);
    ADD(other_rows);
    hp_pole_observables_describe(&observables->poles, record);
    add_choices(observables, record);
    add_facts(observables, record);
    return hp_record_check(record, err);
#undef ADD
}
