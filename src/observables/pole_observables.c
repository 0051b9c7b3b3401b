// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles: what is asked for, and their search in one interaction. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/pole_observables.h"
#include "hadpot/units.h"

/* Poles of a sample that are closer than this part of their distance in the average are one. */
static const double MERGED = 1e-6;

/* Away from the real axis waves grow, and what nodes lack of phases grows with them: with this
 * tolerance of phases, in degrees, poles of the region have 8 digits (docs/method-poles.md). */
static const double TOLERANCE_DEG = 1e-9;

/* "(-,+)" or "-+" as bits, bit a set where Im k of pair a is negative. */
static hp_status read_sheet(const char *text, hp_pole_observables *poles, hp_error *err) {
    char *name = poles->sheet_name[poles->nsheet];
    int n = 0;
    hp_sheet sheet = 0;
    bool wrong = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("(), ", *at) != NULL) continue;
        wrong |= (*at != '+' && *at != '-') || n == poles->npair;
        if (wrong) break;
        if (*at == '-') sheet |= 1U << n;
        name[n++] = *at;
    }
    HP_REQUIRE(!wrong && n == poles->npair, HP_ERR_INPUT,
               "scattering.poles: a sheet has the sign of Im k, + or -, of each of %d pair%s, as "
               "\"%s\", found \"%s\"",
               poles->npair, poles->npair > 1 ? "s" : "", poles->npair > 1 ? "(-,+)" : "-", text);
    for (int s = 0; s < poles->nsheet; s++)
        HP_REQUIRE(poles->sheet[s] != sheet, HP_ERR_INPUT,
                   "scattering.poles: the sheet \"%s\" is there twice", text);
    poles->sheet[poles->nsheet++] = sheet;
    return HP_OK;
}

hp_status hp_pole_check_sheets(int nsheet, const char *const *sheet, int npair, hp_error *err) {
    hp_pole_observables poles = {.npair = npair};
    HP_REQUIRE(nsheet <= HP_MOST_SHEETS, HP_ERR_INPUT,
               "scattering.poles: at most %d sheets, found %d", HP_MOST_SHEETS, nsheet);
    for (int s = 0; s < nsheet; s++) HP_CALL(read_sheet(sheet[s], &poles, err));
    return HP_OK;
}

static hp_status check(const hp_pole_setup *setup, hp_error *err) {
    const hp_pole_options *options = setup->options;
    const double *region = options->region_mev;
    HP_REQUIRE(!setup->charged, HP_ERR_INPUT,
               "scattering.poles: poles of charged pairs are not available: the Coulomb force "
               "reaches to infinity and there is no continuation as of a potential that ends");
    HP_REQUIRE(options->region_given && region[0] < region[1] && region[2] >= 0.0, HP_ERR_INPUT,
               "scattering.pole_region_mev: must be three numbers, low < high and a depth >= 0, "
               "found %s[%g, %g, %g]",
               options->region_given ? "" : "another count than in ", region[0], region[1],
               region[2]);
    HP_REQUIRE(options->most >= 1, HP_ERR_INPUT, "scattering.most_poles: must be >= 1, found %d",
               options->most);
    return HP_OK;
}

static hp_status copy_names(const hp_pole_setup *setup, hp_pole_observables *poles, hp_error *err) {
    for (int a = 0; a < poles->npair && setup->pair_name != NULL; a++) {
        poles->pair_name[a] = hp_copy_string(setup->pair_name[a]);
        HP_REQUIRE(poles->pair_name[a] != NULL, HP_ERR_MEMORY, "no memory for a name");
    }
    for (int c = 0; c < poles->ncomponent && setup->component_name != NULL; c++) {
        poles->component_name[c] = hp_copy_string(setup->component_name[c]);
        HP_REQUIRE(poles->component_name[c] != NULL, HP_ERR_MEMORY, "no memory for a name");
    }
    for (int c = 0; c < poles->ncomponent; c++) poles->l[c] = setup->l[c];
    return HP_OK;
}

hp_status hp_pole_observables_create(const hp_pole_setup *setup, hp_pole_observables *poles,
                                     hp_error *err) {
    hp_status status = HP_OK;
    const hp_pole_options *options = setup->options;
    *poles = (hp_pole_observables){0};
    if (options->nsheet == 0) return HP_OK;
    HP_TRY(check(setup, err));
    double mev = HP_HBARC_MEV_FM / setup->length_fm;
    poles->npair = setup->npair;
    poles->ncomponent = setup->ncomponent;
    poles->most = options->most;
    poles->exact = options->exact;
    poles->length_fm = setup->length_fm;
    poles->energy_mev = mev;
    poles->region = (hp_pole_region){options->region_mev[0] / mev, options->region_mev[1] / mev,
                                     options->region_mev[2] / mev};
    HP_TRY(hp_pole_check_sheets(options->nsheet, options->sheet, setup->npair, err));
    for (int s = 0; s < options->nsheet; s++) HP_TRY(read_sheet(options->sheet[s], poles, err));
    HP_TRY(copy_names(setup, poles, err));
    HP_NEW(poles->average, poles->nsheet * poles->most);
cleanup:
    if (status != HP_OK) hp_pole_observables_destroy(poles);
    return status;
}

void hp_pole_observables_destroy(hp_pole_observables *poles) {
    if (poles == NULL) return;
    for (int a = 0; a < HP_MOST_PAIRS; a++) hp_free(poles->pair_name[a]);
    for (int c = 0; c < HP_MOST_COMPONENTS; c++) hp_free(poles->component_name[c]);
    hp_free(poles->average);
    *poles = (hp_pole_observables){0};
}

double hp_pole_observables_tolerance(const hp_pole_observables *poles, double tolerance_deg) {
    bool finer = poles->nsheet > 0 && poles->exact;
    return finer ? fmin(tolerance_deg, TOLERANCE_DEG) : tolerance_deg;
}

double hp_pole_observables_highest(const hp_pole_observables *poles) {
    double real = fmax(fabs(poles->region.low), fabs(poles->region.high));
    return poles->nsheet > 0 ? hypot(real, poles->region.depth) : 0.0;
}

/* Where a complex number of a pair or component stands: "poles/re_k_mev_LL", "poles/im_...". */
static double *place(const hp_record *record, const double *vector, const char *part,
                     const char *row, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "poles/%s_%s%s%s", part, row, name != NULL ? "_" : "",
             name != NULL ? name : "");
    return hp_record_at(record, (double *)vector, path);
}

static double complex get(const hp_record *record, const double *vector, const char *row,
                          const char *name, int i) {
    return place(record, vector, "re", row, name)[i] +
           place(record, vector, "im", row, name)[i] * I;
}

static void put(const hp_record *record, double *vector, const char *row, const char *name, int i,
                double complex value) {
    place(record, vector, "re", row, name)[i] = creal(value) + 0.0; /* no -0 */
    place(record, vector, "im", row, name)[i] = cimag(value) + 0.0;
}

/* Unit of the residue of a component. */
static double unit_of(const hp_pole_observables *poles, int c) {
    return pow(poles->length_fm, poles->l[c]);
}

void hp_pole_observables_take(hp_pole_observables *poles, const hp_record *record,
                              const double *vector) {
    if (poles->nsheet == 0) return;
    double mev = poles->energy_mev;
    for (int i = 0; i < poles->nsheet * poles->most; i++) {
        hp_pole *pole = &poles->average[i];
        double re = hp_record_read(record, vector, HP_ROW_POLE_E)[i];
        double im = hp_record_read(record, vector, HP_ROW_POLE_WIDTH)[i];
        *pole = (hp_pole){.sheet = poles->sheet[i / poles->most], .energy = (re + im * I) / mev};
        if (isnan(re)) continue;
        pole->kind = (hp_pole_kind)hp_record_read(record, vector, HP_ROW_POLE_KIND)[i];
        pole->change = hp_record_read(record, vector, HP_ROW_POLE_CHANGE)[i] / mev;
        pole->tail = hp_record_read(record, vector, HP_ROW_POLE_TAIL)[i];
        for (int a = 0; a < poles->npair; a++)
            pole->k[a] = get(record, vector, "k_mev", poles->pair_name[a], i) / mev;
        for (int c = 0; c < poles->ncomponent; c++)
            pole->residue[c] =
                get(record, vector, "g", poles->component_name[c], i) / unit_of(poles, c);
    }
    poles->tracks = true;
}

/* Another pole than those before it on this sheet: two that merge are one from then on. */
static bool is_new(const hp_pole *average, const hp_pole *pole, int i) {
    for (int j = 0; j < i; j++) {
        double apart = cabs(average[i].energy - average[j].energy);
        if (cabs(pole[i].energy - pole[j].energy) < MERGED * apart) return false;
    }
    return true;
}

/* The poles of one sheet, nan where there is none. complete: 1, 0 (also with more than `most`), or
 * nan where none were searched for. */
static hp_status find_on_sheet(const hp_pole_observables *poles, hp_coupled *solver, int s,
                               hp_pole *pole, double *complete, hp_error *err) {
    const hp_pole *average = poles->average + (ptrdiff_t)s * poles->most;
    int found = 0;
    bool all = false;
    *complete = NAN;
    if (!poles->tracks) {
        hp_status status = hp_poles_find(solver, poles->sheet[s], &poles->region, poles->most, pole,
                                         &found, &all, err);
        if (status != HP_OK && status != HP_ERR_NUMERIC) return status;
        if (status != HP_OK) hp_error_clear(err), found = 0, all = false;
        *complete = all && found <= poles->most;
        for (int i = found; i < poles->most; i++) pole[i].energy = NAN;
        return HP_OK;
    }
    for (int i = 0; i < poles->most; i++) {
        pole[i].energy = NAN;
        if (isnan(creal(average[i].energy))) continue;
        hp_status status = hp_pole_track(solver, &average[i], &pole[i], err);
        if (status != HP_OK && status != HP_ERR_NUMERIC) return status;
        if (status != HP_OK) hp_error_clear(err);
        if (status != HP_OK || !is_new(average, pole, i)) pole[i].energy = NAN;
    }
    return HP_OK;
}

static void store(const hp_pole_observables *poles, const hp_pole *pole, double lowest, int i,
                  const hp_record *record, double *vector) {
    double mev = poles->energy_mev;
    bool none = isnan(creal(pole->energy));
    hp_record_at(record, vector, HP_ROW_POLE_W)[i] = (creal(pole->energy) + lowest) * mev;
    hp_record_at(record, vector, HP_ROW_POLE_WIDTH)[i] = none ? NAN : cimag(pole->energy) * mev;
    hp_record_at(record, vector, HP_ROW_POLE_E)[i] = creal(pole->energy) * mev;
    hp_record_at(record, vector, HP_ROW_POLE_CHANGE)[i] = none ? NAN : pole->change * mev;
    hp_record_at(record, vector, HP_ROW_POLE_TAIL)[i] = none ? NAN : pole->tail;
    hp_record_at(record, vector, HP_ROW_POLE_KIND)[i] = none ? NAN : pole->kind;
    for (int a = 0; a < poles->npair; a++)
        put(record, vector, "k_mev", poles->pair_name[a], i,
            none ? NAN + NAN * I : pole->k[a] * mev);
    for (int c = 0; c < poles->ncomponent; c++)
        put(record, vector, "g", poles->component_name[c], i,
            none ? NAN + NAN * I : pole->residue[c] * unit_of(poles, c));
}

hp_status hp_pole_observables_compute(const hp_pole_observables *poles, hp_coupled *solver,
                                      const hp_record *record, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_pole *pole = NULL;
    if (poles->nsheet == 0) return HP_OK;
    double lowest = hp_coupled_channels(solver)->lowest;
    HP_NEW(pole, poles->most);
    for (int s = 0; s < poles->nsheet; s++) {
        double *complete = hp_record_at(record, vector, HP_ROW_POLE_COMPLETE) + s;
        HP_TRY(find_on_sheet(poles, solver, s, pole, complete, err));
        for (int i = 0; i < poles->most; i++)
            store(poles, &pole[i], lowest, s * poles->most + i, record, vector);
    }
cleanup:
    hp_free(pole);
    return status;
}
