// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of coupled channels in a coverage study: phases and inelasticities of components,
 * poles of sheets. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "coverage_parts.h"
#include "hadpot/memory.h"

enum { WORD = 64 };

/* A W of the job is the one of the run that differs by less than this part: printed digits. */
static const double SAME_ENERGY = 1e-6;

/* What is compared: rows of the run and of the truth. */
typedef struct {
    const hp_channel_observables *of; /* of the run */
    hp_coverage *coverage;
    const hp_record *record; /* of the truth */
    const double *values;
} comparison;

/* A truth of one pair may name waves alone, "3D1" where the run has "NN:3D1". */
static bool is_component(const char *of_truth, const char *of_run) {
    const char *wave = strchr(of_run, ':');
    if (wave != NULL && strchr(of_truth, ':') == NULL) of_run = wave + 1;
    return strcmp(of_truth, of_run) == 0;
}

/* Number of a component of the run in the truth; -1: it has none of this name. */
static int find_true_component(const comparison *with, int component) {
    const hp_axis_entry *axis = hp_record_find_axis(with->record, "component");
    if (axis->nlabel == 0) return 0; /* there is one alone, without a name */
    for (size_t c = 0; c < axis->extent; c++)
        if (is_component(axis->label[0].name[c], with->of->name[component])) return (int)c;
    return -1;
}

static hp_status check_components(const comparison *with, hp_error *err) {
    for (int c = 0; c < with->of->channels.ncomponent; c++)
        HP_REQUIRE(find_true_component(with, c) >= 0, HP_ERR_INPUT,
                   "component %s of the run is not one of the synth job", with->of->name[c]);
    return HP_OK;
}

static double total_energy_mev(const hp_channel_observables *of, int k) {
    return (of->energy[k] + of->channels.lowest) * of->momentum_mev;
}

/* delta or eta of component c at energy k. */
static void add_phase(comparison *with, const char *path, const char *quantity, int c, int k) {
    size_t n = (size_t)with->of->nenergy, at = (size_t)find_true_component(with, c) * n + (size_t)k;
    double truth = hp_record_read(with->record, with->values, path)[at];
    char text[WORD];
    snprintf(text, sizeof text, "%s_%.40s", quantity, with->of->name[c]);
    hp_coverage_observable *one = hp_coverage_add(with->coverage, text, path, truth);
    one->element = (size_t)c * n + (size_t)k;
    one->e_cm_mev = hp_record_find(with->record, HP_ROW_CHANNEL_E)->constant[at];
    snprintf(one->name, sizeof one->name, "%s%.20s_at_%.6g_mev", quantity, with->of->part[c],
             total_energy_mev(with->of, k));
}

/* Re or Im W of pole number `which` of the truth on a sheet. */
static void add_pole(comparison *with, const char *path, const char *quantity, int sheet,
                     int which) {
    const hp_pole_observables *poles = &with->of->poles;
    size_t first = (size_t)sheet * (size_t)poles->most, at = first + (size_t)which;
    char text[WORD];
    snprintf(text, sizeof text, "%s_%s_%d", quantity, poles->sheet_name[sheet], which + 1);
    hp_coverage_observable *one = hp_coverage_add(
        with->coverage, text, path, hp_record_read(with->record, with->values, path)[at]);
    one->element = first;
    one->most = (size_t)poles->most;
    one->pole_w_mev[0] = hp_record_read(with->record, with->values, HP_ROW_POLE_W)[at];
    one->pole_w_mev[1] = hp_record_read(with->record, with->values, HP_ROW_POLE_WIDTH)[at];
}

size_t hp_coverage_element(const hp_record *record, const hp_coverage_observable *observable) {
    size_t nearest = observable->element;
    double least = INFINITY;
    for (size_t i = observable->element; i < observable->element + observable->most; i++) {
        double re = hp_record_value(record, HP_ROW_POLE_W, i) - observable->pole_w_mev[0];
        double im = hp_record_value(record, HP_ROW_POLE_WIDTH, i) - observable->pole_w_mev[1];
        if (!(hypot(re, im) < least)) continue; /* nan: there is none */
        least = hypot(re, im);
        nearest = i;
    }
    return nearest;
}

static double true_value(const comparison *with, const char *path, int c, int k) {
    size_t n = (size_t)with->of->nenergy;
    return hp_record_read(with->record, with->values,
                          path)[(size_t)find_true_component(with, c) * n + (size_t)k];
}

static bool has_pole(const comparison *with, int sheet, int which) {
    const hp_pole_observables *poles = &with->of->poles;
    return which >= 0 && which < poles->most &&
           isfinite(hp_record_read(with->record, with->values,
                                   HP_ROW_POLE_W)[sheet * poles->most + which]);
}

/* All that there is. */
static void add_all(comparison *with) {
    const hp_channel_observables *of = with->of;
    for (int c = 0; c < of->channels.ncomponent; c++)
        for (int k = 0; k < of->nenergy; k++)
            if (isfinite(true_value(with, HP_ROW_DELTA, c, k)))
                add_phase(with, HP_ROW_DELTA, "delta_deg", c, k);
    for (int k = 0; k < of->nenergy; k++) {
        int nopen = 0;
        for (int c = 0; c < of->channels.ncomponent; c++)
            nopen += isfinite(true_value(with, HP_ROW_ETA, c, k));
        for (int c = 0; nopen > 1 && c < of->channels.ncomponent; c++)
            if (isfinite(true_value(with, HP_ROW_ETA, c, k)))
                add_phase(with, HP_ROW_ETA, "eta", c, k);
    }
    for (int s = 0; s < of->poles.nsheet; s++)
        for (int p = 0; has_pole(with, s, p); p++) {
            add_pole(with, HP_ROW_POLE_W, "re_w_mev", s, p);
            add_pole(with, HP_ROW_POLE_WIDTH, "im_w_mev", s, p);
        }
}

static hp_status ask_phase(comparison *with, const char *path, const char *quantity,
                           const char *component, const char *energy, hp_error *err) {
    const hp_channel_observables *of = with->of;
    double w = strtod(energy, NULL);
    int c = 0, k = 0;
    while (c < of->channels.ncomponent && strcmp(of->name[c], component) != 0) c++;
    HP_REQUIRE(c < of->channels.ncomponent, HP_ERR_INPUT,
               "expected a component of the run, as %s, found \"%s\"", of->name[0], component);
    while (k < of->nenergy && !(fabs(total_energy_mev(of, k) - w) <= SAME_ENERGY * w)) k++;
    HP_REQUIRE(k < of->nenergy, HP_ERR_INPUT,
               "expected a total energy of the run, %.10g ... %.10g MeV, found %s",
               total_energy_mev(of, 0), total_energy_mev(of, of->nenergy - 1), energy);
    HP_REQUIRE(isfinite(true_value(with, path, c, k)), HP_ERR_INPUT, "%s is closed at %s MeV",
               component, energy);
    add_phase(with, path, quantity, c, k);
    return HP_OK;
}

/* "(-,+)" as "-+". */
static void strip(const char *sheet, char text[WORD]) {
    size_t n = 0;
    for (; *sheet != '\0' && n + 1 < WORD; sheet++)
        if (*sheet == '+' || *sheet == '-') text[n++] = *sheet;
    text[n] = '\0';
}

static hp_status ask_pole(comparison *with, const char *path, const char *quantity,
                          const char *sheet, const char *number, hp_error *err) {
    const hp_pole_observables *poles = &with->of->poles;
    char text[WORD];
    int s = 0, which = *number != '\0' ? atoi(number) - 1 : 0;
    strip(sheet, text);
    while (s < poles->nsheet && strcmp(poles->sheet_name[s], text) != 0) s++;
    HP_REQUIRE(s < poles->nsheet, HP_ERR_INPUT,
               "expected a sheet of scattering.poles of the run, found \"%s\"", sheet);
    HP_REQUIRE(has_pole(with, s, which), HP_ERR_INPUT,
               "the truth has no such pole in the region of the run");
    add_pole(with, path, quantity, s, which);
    return HP_OK;
}

static hp_status ask(comparison *with, const char *text, hp_error *err) {
    static const struct {
        const char *word, *path, *quantity;
        bool pole;
    } kinds[] = {{"delta", HP_ROW_DELTA, "delta_deg", false},
                 {"eta", HP_ROW_ETA, "eta", false},
                 {"re_w", HP_ROW_POLE_W, "re_w_mev", true},
                 {"im_w", HP_ROW_POLE_WIDTH, "im_w_mev", true}};
    char word[WORD] = "", of[WORD] = "", at[WORD] = "", more[2];
    int n = sscanf(text, "%63s %63s %63s %1s", word, of, at, more);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(word, kinds[i].word) != 0 || n > 3 || n < (kinds[i].pole ? 2 : 3)) continue;
        return kinds[i].pole ? ask_pole(with, kinds[i].path, kinds[i].quantity, of, at, err)
                             : ask_phase(with, kinds[i].path, kinds[i].quantity, of, at, err);
    }
    HP_REQUIRE(false, HP_ERR_INPUT,
               "expected \"delta PAIR:WAVE W\", \"eta PAIR:WAVE W\", \"re_w SHEET\" or \"im_w "
               "SHEET\", W in MeV");
    return HP_OK;
}

static hp_status add_observables(comparison *with, hp_error *err) {
    const hp_string_list *list = &with->coverage->job->observables;
    const bool *has = with->coverage->has_kind;
    if (!has[HP_COVERAGE_STAT] && !has[HP_COVERAGE_TOTAL]) return HP_OK; /* the data alone */
    HP_CALL(check_components(with, err));
    if (list->count == 0) add_all(with);
    for (int i = 0; i < list->count; i++)
        HP_CALL_IN(ask(with, list->values[i], err), "observables: \"%.60s\"", list->values[i]);
    return HP_OK;
}

/* Sheets of the run with the signs in the order of the pairs of the ensemble. */
static void name_sheets(const hp_channel_observables *of, const hp_synth_job *job,
                        char sheet[HP_MOST_SHEETS][HP_MOST_PAIRS + 1]) {
    const hp_string_list *pairs = &job->channels.pairs;
    for (int s = 0; s < of->poles.nsheet; s++) {
        memset(sheet[s], 0, HP_MOST_PAIRS + 1);
        for (int p = 0; p < pairs->count; p++) {
            int a = 0;
            while (a + 1 < of->channels.npair && strcmp(of->pair_name[a], pairs->values[p]) != 0)
                a++;
            sheet[s][p] = of->poles.sheet_name[s][a];
        }
    }
}

/* The truth at the energies and on the sheets of the run. */
static hp_status find_truth(const hp_channel_observables *of, hp_synth_job *job,
                            hp_coverage *coverage, hp_error *err) {
    hp_status status = HP_OK;
    const hp_pole_region *region = &of->poles.region;
    char sheet[HP_MOST_SHEETS][HP_MOST_PAIRS + 1], *sheets[HP_MOST_SHEETS];
    double edges[] = {region->low * of->momentum_mev, region->high * of->momentum_mev,
                      region->depth * of->momentum_mev};
    double *energy = NULL;
    HP_NEW(energy, of->nenergy);
    for (int k = 0; k < of->nenergy; k++)
        energy[k] = of->total ? total_energy_mev(of, k) : of->energy[k] * of->momentum_mev;
    const hp_double_list list = {energy, of->nenergy}, none = {0};
    job->scattering.total_energies_mev = of->total ? list : none;
    if (!of->total) job->phase_shifts.energies_mev = list;
    name_sheets(of, job, sheet);
    for (int s = 0; s < of->poles.nsheet; s++) sheets[s] = sheet[s];
    job->scattering.poles = (hp_string_list){sheets, of->poles.nsheet};
    job->scattering.pole_region_mev = (hp_double_list){edges, 3};
    job->scattering.most_poles = of->poles.most;
    HP_TRY(hp_synth_truth_create(job, &coverage->truth, err));
cleanup:
    hp_free(energy);
    return status;
}

hp_status hp_coverage_find_channels(const hp_pipeline *pipeline, hp_synth_job *job,
                                    hp_coverage *coverage, hp_error *err) {
    comparison with = {.of = &pipeline->analysis.study.channel_observables, .coverage = coverage};
    HP_CALL(find_truth(with.of, job, coverage, err));
    with.record = hp_synth_truth_record(&coverage->truth, &with.values);
    return add_observables(&with, err);
}
