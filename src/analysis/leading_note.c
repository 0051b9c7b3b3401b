// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of the leading-order matrix from all samples: hermiticity.csv and notes. */
#include <math.h>
#include "hadpot/format.h"
#include "hadpot/leading_matrix.h"

enum { LIST_SIZE = 256 };

/* Central differences in t leave 2e-5 in the closure of docs/method-waves.md, Z wrong by a factor
 * 1.6 leaves 0.02. */
static const double SMALL_ASYMMETRY = 1e-3;

static const double MOST_ERRORS = 3.0;

/* What a line is about: a time, or all of them together. */
typedef struct place {
    const hp_leading *leading;
    const int *t; /* NULL: one set of all times */
} place;

static const char *time_of(const place *at, int set, hp_record *record) {
    return at->t != NULL ? hp_record_copy(record, "%d", at->t[set]) : "all";
}

static void add_line(hp_record *record, hp_record_sheet *sheet, const char *const text[4],
                     hp_band band) {
    const hp_cell line[] = {{.text = text[0]}, {.text = text[1]},      {.text = text[2]},
                            {.text = text[3]}, {.number = band.value}, {.number = band.error}};
    hp_sheet_add_line(record, sheet, line);
}

static void add_couplings(const place *at, hp_record_sheet *sheet, hp_record *record) {
    const hp_leading *leading = at->leading;
    size_t count = hp_record_count(record, HP_ROW_LO_ASYMMETRY), i = 0;
    for (int set = 0; i < count; set++)
        for (int a = 0; a < leading->ncomponent; a++)
            for (int d = a + 1; d < leading->ncomponent; d++) {
                const char *const text[] = {"v", time_of(at, set, record), leading->name[a],
                                            leading->name[d]};
                add_line(record, sheet, text, hp_record_band_of(record, HP_ROW_LO_ASYMMETRY, i++));
            }
}

/* A value beyond its errors, the one with the most of them. */
typedef struct finding {
    int cases;
    size_t worst;
    double errors;
} finding;

static void judge(hp_band band, size_t i, finding *found) {
    double errors = fabs(band.value) / band.error;
    if (!(errors > MOST_ERRORS) || fabs(band.value) < SMALL_ASYMMETRY) return;
    found->cases++;
    if (errors <= found->errors) return;
    found->errors = errors;
    found->worst = i;
}

/* One line for each two sources and time. */
static finding add_overlaps(const place *at, const char *const *source, hp_record_sheet *sheet,
                            hp_record *record) {
    int nsource = at->leading->nsource;
    finding found = {0};
    for (size_t i = 0; i < hp_record_count(record, HP_ROW_LO_OVERLAP); i++) {
        int b = (int)i / nsource % nsource, c = (int)i % nsource;
        if (b >= c) continue;
        const char *const text[] = {"overlap",
                                    hp_record_copy(record, "%d", at->t[(int)i / nsource / nsource]),
                                    source[b], source[c]};
        hp_band band = hp_record_band_of(record, HP_ROW_LO_OVERLAP, i);
        add_line(record, sheet, text, band);
        judge(band, i, &found);
    }
    return found;
}

static void add_cosines(const place *at, const char *const *source, hp_record_sheet *sheet,
                        hp_record *record) {
    int nt = at->leading->nt;
    for (size_t i = 0; i < hp_record_count(record, HP_ROW_LO_COSINE); i++) {
        const char *const text[] = {"cos_s_r", hp_record_copy(record, "%d", at->t[(int)i % nt]),
                                    source[(int)i / nt], ""};
        add_line(record, sheet, text, hp_record_band_of(record, HP_ROW_LO_COSINE, i));
    }
}

static void note_overlaps(const place *at, const char *const *source, finding found,
                          hp_record *record) {
    int nsource = at->leading->nsource;
    if (found.cases == 0) return;
    hp_band band = hp_record_band_of(record, HP_ROW_LO_OVERLAP, found.worst);
    hp_record_add_note(
        record, (hp_note){HP_CAUTION, .cases = found.cases},
        "the waves of sources %s and %s do not belong to one hermitian potential: "
        "<S_b,R_c> - <S_c,R_b> is %.2g of their size at t = %d, %.1f errors; sqrt_z of the pairs, "
        "times that are too early, or a range of r that is too short (hermiticity.csv)",
        source[(int)found.worst / nsource % nsource], source[(int)found.worst % nsource],
        band.value, at->t[(int)found.worst / nsource / nsource], found.errors);
}

/* det R compatible with 0 at fitted radii, or 0 where no samples tell its error. */
static void note_determinants(const place *at, hp_record *record) {
    const hp_leading *leading = at->leading;
    size_t count = hp_record_count(record, HP_ROW_LO_DETERMINANT), n = (size_t)leading->nradius;
    double errors = record->group[HP_SAMPLES].n > 0 ? 2.0 : 0.0;
    int cases = 0, fitted = 0;
    for (size_t i = 0; i < count; i++) {
        if (leading->fitted[i % n] == 0.0) continue;
        hp_band band = hp_record_band_of(record, HP_ROW_LO_DETERMINANT, i);
        fitted++;
        cases += !(fabs(band.value) > (errors > 0.0 ? errors * band.error : 0.0));
    }
    if (cases == 0) return;
    hp_record_add_note(record, (hp_note){HP_REMARK, .cases = cases},
                       "sources are linearly dependent: det R is compatible with 0 at %d of %d "
                       "fitted radii and times, where the leading-order matrix is noise",
                       cases, fitted);
}

/* Without leading order there are no localised potentials, and no table of them. */
static void note_lack(const hp_leading *leading, hp_record *record) {
    if (leading->ncomponent == 1 || hp_record_count(record, HP_ROW_LO_MATRIX) > 0) return;
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                       "there is no potential.csv: the leading-order matrix of %d components takes "
                       "as many sources and times, found %d; the fitted potential is in results.h5",
                       leading->ncomponent, leading->nsource * leading->nt);
}

static const hp_label *label_of(const hp_record *record, const char *name) {
    const hp_axis_entry *axis = hp_record_find_axis(record, name);
    return axis != NULL && axis->nlabel > 0 ? &axis->label[0] : NULL;
}

void hp_leading_note(const hp_leading *leading, hp_record *record) {
    const hp_label *source = label_of(record, "source"), *t = label_of(record, "t");
    if (source == NULL || t == NULL) return;
    const place at = {leading, t->integer};
    bool joint =
        hp_record_count(record, HP_ROW_LO_ASYMMETRY) > 0 && leading->nsource < leading->ncomponent;
    const place of_sets = {leading, joint ? NULL : t->integer};
    hp_record_sheet *sheet = hp_record_add_sheet(
        record, "hermiticity",
        "v: (V_ad - V_da)/mean of the leading-order matrix, over fitted radii; overlap: (<S_b,R_c> "
        "- <S_c,R_b>)/size, 0 of every hermitian potential; cos_s_r: <S,R>/(|S||R|)",
        "test,t,first,second,value,error");
    if (sheet == NULL) return;
    add_couplings(&of_sets, sheet, record);
    finding found = add_overlaps(&at, source->name, sheet, record);
    add_cosines(&at, source->name, sheet, record);
    note_overlaps(&at, source->name, found, record);
    note_determinants(&of_sets, record);
    note_lack(leading, record);
}

void hp_leading_note_z(const hp_correlator_plan *plan, hp_record *record) {
    char list[LIST_SIZE] = "";
    if (!hp_correlator_plan_lacks_z(plan)) return;
    for (int p = 0; p < plan->npair; p++)
        if (plan->masses[p].nz == 0)
            hp_format_append(list, sizeof list, "%s%s", list[0] != '\0' ? ", " : "",
                             plan->ensemble->pair[plan->pair[p]].name);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "sqrt_z of pair %s is not stated and counts as 1: potentials between pairs "
                       "are wrong by its ratio to the others; give it in the ensemble, or in "
                       "channels.sqrt_z",
                       list);
}
