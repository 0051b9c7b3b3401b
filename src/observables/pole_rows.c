// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles as rows of the record and lines of poles.csv, and what a reader must know of them. */
#include <math.h>
#include <string.h>
#include "hadpot/pole_observables.h"

/* The part of the energy of a pole of a given potential, without statistical error, that the tail
 * beyond four fifths of the range may decide. */
static const double SMALL_CHANGE = 1e-3;

static const char *const kind_words[] = {
    [HP_POLE_BOUND] = "bound", [HP_POLE_VIRTUAL] = "virtual", [HP_POLE_RESONANCE] = "resonance"};

static void add_axes(const hp_pole_observables *poles, hp_record *record) {
    size_t n = (size_t)poles->nsheet * (size_t)poles->most;
    const char **sheet = hp_record_room(record, n, sizeof *sheet);
    if (sheet == NULL) return;
    for (size_t i = 0; i < n; i++)
        sheet[i] = hp_record_copy(record, "%s", poles->sheet_name[i / (size_t)poles->most]);
    hp_record_add_axis(record, "pole", n);
    hp_record_add_axis(record, "sheet", (size_t)poles->nsheet);
    hp_record_label(record, "pole", &(hp_label){.column = "sheet", .name = sheet});
}

/* Rows of a complex number of each pair or component, "poles/re_k_mev_LL" of LL. */
static void add_complex(const char *name, const char *unit, const char *text, char *const *part,
                        int n, hp_record *record) {
    static const char *const half[] = {"re", "im"}, *const word[] = {"real", "imaginary"};
    for (int i = 0; i < 2 * n; i++) {
        const char *of = part[i / 2];
        const hp_row row = {.path = hp_record_copy(record, "poles/%s_%s%s%s", half[i % 2], name,
                                                   of != NULL ? "_" : "", of != NULL ? of : ""),
                            .unit = unit,
                            .text = hp_record_copy(record, "%s, %s part", text, word[i % 2]),
                            .axis = {"pole"},
                            .compare = HP_FOUND,
                            .table = "poles"};
        hp_record_add_rows(record, &row, 1);
    }
}

void hp_pole_observables_describe(const hp_pole_observables *poles, hp_record *record) {
    static const hp_row energies[] = {
        {HP_ROW_POLE_W, "MeV", "total energy W of the pole, real part", .axis = {"pole"},
         .compare = HP_FOUND, .table = "poles", .roles = HP_BUDGET | HP_DRAWN},
        {HP_ROW_POLE_WIDTH, "MeV", "imaginary part of W and E", .axis = {"pole"},
         .compare = HP_FOUND, .table = "poles", .roles = HP_BUDGET | HP_DRAWN},
        {HP_ROW_POLE_E, "MeV", "energy E of the pole above the lowest threshold, real part",
         .axis = {"pole"}, .compare = HP_FOUND, .table = "poles", .roles = HP_BUDGET | HP_DRAWN}};
    static const hp_row rest[] = {
        {HP_ROW_POLE_CHANGE, "MeV",
         "how far the pole moves where the potential ends at 4/5 of its range: what the tail "
         "beyond decides",
         .axis = {"pole"}, .compare = HP_FOUND, .table = "poles", .roles = HP_BARE},
        {HP_ROW_POLE_TAIL, "1",
         "the same in k of the nearest threshold, times the range: above 0.05 the tail decides it",
         .axis = {"pole"}, .compare = HP_FOUND, .table = "poles", .roles = HP_BARE},
        {HP_ROW_POLE_KIND, "1", "0: bound, 1: virtual, 2: resonance", .axis = {"pole"},
         .table = "poles", .words = kind_words, .roles = HP_BARE},
        {HP_ROW_POLE_COMPLETE, "1",
         "1: all poles of the region are found, by the argument principle; nan: tracked from those "
         "of the average",
         .axis = {"sheet"}}};
    if (poles->nsheet == 0) return;
    add_axes(poles, record);
    hp_record_add_table(record, "poles", HP_STATES,
                        "sheet: signs of Im k of the pairs in the order of the job, ++ the "
                        "physical one; W = E + lowest threshold (E without masses);\n"
                        "a resonance has its mirror image at W^*; (S_ab - delta_ab)/(2i "
                        "k_a^(l_a+1/2) k_b^(l_b+1/2)) -> -g_a g_b/(E - E_pole), g in fm^l;\n"
                        "change_mev: how far it moves where the potential ends at 4/5 of its "
                        "range R, change_k_r: the same in k, times R");
    hp_record_add_rows(record, energies, 3);
    add_complex("k_mev", "MeV", "momentum at the pole", poles->pair_name, poles->npair, record);
    add_complex(
        "g", "fm^l",
        "residue g, (S_ab - delta_ab)/(2i k_a^(l_a+1/2) k_b^(l_b+1/2)) -> -g_a g_b/(E - E_pole)",
        poles->component_name, poles->ncomponent, record);
    hp_record_add_rows(record, rest, 4);
}

/* Take a pole out of all vectors. */
static void forget(hp_record *record, size_t i) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    for (int e = 0; e < record->nentry; e++) {
        const hp_entry *entry = &record->entry[e];
        bool of_pole = entry->naxis == 1 && hp_entry_is_sampled(entry) &&
                       strcmp(entry->row.axis[0], "pole") == 0;
        for (int s = 0; s <= samples->n && of_pole; s++)
            samples->value[(size_t)s * record->length + entry->start + i] = NAN;
    }
}

/* The row of Im k of pair a. */
static const char *row_of_momentum(const hp_pole_observables *poles, int a, hp_record *record) {
    const char *of = poles->pair_name[a];
    return hp_record_copy(record, "poles/im_k_mev%s%s", of != NULL ? "_" : "",
                          of != NULL ? of : "");
}

/* Statistical error of E, that of k at threshold: there E ~ k^2 is stationary, and its samples say
 * too little. */
static double error_of(const hp_pole_observables *poles, size_t i, hp_record *record) {
    hp_band re = hp_record_band_of(record, HP_ROW_POLE_E, i);
    hp_band im = hp_record_band_of(record, HP_ROW_POLE_WIDTH, i);
    double error = hypot(re.error, im.error);
    if (poles->npair > 1 || im.value != 0.0) return error;
    hp_band k = hp_record_band_of(record, row_of_momentum(poles, 0, record), i);
    double part = fabs(k.error / k.value); /* (|k| + error)^2 - k^2, in units of k^2 */
    return fmax(error, fabs(re.value) * part * (2.0 + part));
}

/* Whether a pole moves with the tail by more than its statistical error (has_error: out), or than
 * the part of a given potential. */
static bool is_of_tail(const hp_pole_observables *poles, size_t i, hp_record *record,
                       bool *has_error) {
    double re = hp_record_value(record, HP_ROW_POLE_E, i);
    double size = hypot(re, hp_record_value(record, HP_ROW_POLE_WIDTH, i));
    double stat = error_of(poles, i, record);
    *has_error = record->group[HP_SAMPLES].n > 1 && !isnan(stat);
    double most = *has_error ? stat : SMALL_CHANGE * size;
    return !isnan(re) && !(hp_record_value(record, HP_ROW_POLE_CHANGE, i) <= most);
}

/* Poles of a sheet whose place the tail decides are none of the potential: the first is named. */
static void judge(const hp_pole_observables *poles, size_t sheet, hp_record *record) {
    size_t first = 0, most = (size_t)poles->most;
    int count = 0;
    bool has_error = false, of_first = false;
    for (size_t i = sheet * most; i < (sheet + 1) * most; i++) {
        if (!is_of_tail(poles, i, record, &has_error)) continue;
        if (count++ > 0) continue;
        first = i;
        of_first = has_error;
    }
    if (count == 0) return;
    double change = hp_record_value(record, HP_ROW_POLE_CHANGE, first);
    const char *moves =
        isinf(change) ? "is gone" : hp_record_copy(record, "moves by %.2g MeV", change);
    hp_record_add_note(
        record, (hp_note){.severity = HP_CAUTION, .cases = count},
        "a pole on sheet %s at E = %.6g %+.3g i MeV is refused: it %s where the potential ends at "
        "4/5 of its range, by more than %s; the tail does not allow the continuation so far from "
        "the "
        "real axis%s",
        poles->sheet_name[sheet], hp_record_value(record, HP_ROW_POLE_E, first),
        hp_record_value(record, HP_ROW_POLE_WIDTH, first), moves,
        of_first ? "its statistical error" : "1e-3 of its energy",
        count > 1 ? hp_record_copy(record, "; so are %d more on this sheet", count - 1) : "");
    for (size_t i = sheet * most; i < (sheet + 1) * most; i++)
        if (is_of_tail(poles, i, record, &has_error)) forget(record, i);
}

/* Poles of a potential that its data determine move by less than this part of 1/R in k where it
 * ends at 4/5 of its range R, poles that the tail of its form makes by more: docs/method-poles.md,
 * "Error bars of poles". */
static const double DETERMINED = 0.05;

/* What is left after judge() where it has errors: the first of a sheet is named. */
static void note_tail(const hp_pole_observables *poles, size_t sheet, hp_record *record) {
    size_t first = 0, most = (size_t)poles->most;
    int count = 0;
    if (record->group[HP_SAMPLES].n < 2) return;
    for (size_t i = (sheet + 1) * most; i-- > sheet * most;) {
        if (!(hp_record_value(record, HP_ROW_POLE_TAIL, i) > DETERMINED)) continue;
        count++;
        first = i;
    }
    if (count == 0) return;
    hp_record_add_note(
        record, (hp_note){.severity = HP_CAUTION, .cases = count},
        "the tail of the potential decides a pole on sheet %s at E = %.6g %+.3g i MeV%s: where the "
        "potential ends at 4/5 of its range R, k of the pole moves by %.2g/R, above %g/R; its "
        "errors do not say whether it is there",
        poles->sheet_name[sheet], hp_record_value(record, HP_ROW_POLE_E, first),
        hp_record_value(record, HP_ROW_POLE_WIDTH, first),
        count > 1 ? hp_record_copy(record, " and %d more on this sheet", count - 1) : "",
        hp_record_value(record, HP_ROW_POLE_TAIL, first), DETERMINED);
}

/* Real poles whose Im k, that of the lowest threshold, is zero within this many errors may be on
 * the other side of it. */
static const double SAME_SIDE = 2.0;

static void note_threshold(const hp_pole_observables *poles, size_t i, hp_record *record) {
    char quoted[HP_QUOTED];
    const char *path = NULL;
    hp_band least = {INFINITY, NAN};
    if (hp_record_value(record, HP_ROW_POLE_KIND, i) == HP_POLE_RESONANCE) return;
    for (int a = 0; a < poles->npair; a++) {
        const char *row = row_of_momentum(poles, a, record);
        hp_band k = hp_record_band_of(record, row, i);
        if (fabs(k.value) < fabs(least.value)) least = k, path = row;
    }
    if (!(fabs(least.value) < SAME_SIDE * least.error)) return;
    hp_record_quote(record, hp_record_find(record, path), i, quoted);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "the sheet of the pole at E = %.6g MeV is not determined: Im k = %s MeV may "
                       "be 0, within two errors; it is > 0 of a bound state and < 0 of a virtual "
                       "one, and its error bar goes through the threshold as that of E does not",
                       hp_record_value(record, HP_ROW_POLE_E, i), quoted);
}

/* Two virtual states that merge are a resonance from then on. */
static void note_kinds(const hp_pole_observables *poles, size_t i, hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int kind = (int)hp_record_value(record, HP_ROW_POLE_KIND, i), others = 0;
    for (int s = 1; s <= samples->n; s++) {
        double one = hp_record_read(record, samples->value + (size_t)s * record->length,
                                    HP_ROW_POLE_KIND)[i];
        others += !isnan(one) && (one == HP_POLE_RESONANCE) != (kind == HP_POLE_RESONANCE);
    }
    if (others > 0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION, .cases = others},
            "a pole on sheet %s at E = %.6g MeV, %s in the average, is of another kind in %d of %d "
            "samples: where two poles merge, errors of Re W and Im W are no standard deviations",
            poles->sheet_name[i / (size_t)poles->most], hp_record_value(record, HP_ROW_POLE_E, i),
            kind_words[kind], others, samples->n);
}

/* What fits of known truths made of resonances: docs/method-poles.md, "Error bars of poles". */
static void note_resonance(const hp_pole_observables *poles, size_t i, hp_record *record) {
    double re = hp_record_value(record, HP_ROW_POLE_E, i);
    double im = hp_record_value(record, HP_ROW_POLE_WIDTH, i);
    const char *sheet = poles->sheet_name[i / (size_t)poles->most];
    if (hp_record_value(record, HP_ROW_POLE_KIND, i) != HP_POLE_RESONANCE) return;
    if (re < 0.0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            "the resonance on sheet %s at E = %.6g %+.3g i MeV lies below threshold: "
            "as a rule two virtual states that the data do not keep apart, neither "
            "its place nor its errors are a result",
            sheet, re, im);
    else
        hp_record_add_note(
            record, (hp_note){.severity = HP_REMARK},
            "errors of the resonance on sheet %s at E = %.6g %+.3g i MeV are "
            "statistical: its width may depend on the form of the potential by more; "
            "compare forms by variations",
            sheet, re, im);
}

/* Samples that have the pole; on_sheet: where no Im k has the other sign than the average's. */
static int count_samples(const hp_pole_observables *poles, size_t i, bool on_sheet,
                         hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int count = 0;
    for (int s = 1; s <= samples->n; s++) {
        const double *vector = samples->value + (size_t)s * record->length;
        bool has = !isnan(hp_record_read(record, vector, HP_ROW_POLE_E)[i]);
        for (int a = 0; a < poles->npair && on_sheet; a++) {
            const char *row = row_of_momentum(poles, a, record);
            double k = hp_record_read(record, vector, row)[i];
            has = has && !(k * hp_record_value(record, row, i) < 0.0);
        }
        count += has;
    }
    return count;
}

static void note_missing(const hp_pole_observables *poles, size_t i, hp_record *record) {
    int n = record->group[HP_SAMPLES].n, have = count_samples(poles, i, false, record);
    if (have == n) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = n - have},
                       "a pole on sheet %s at E = %.6g MeV is in %d of %d samples alone: in others "
                       "it is on another sheet, or gone; its errors are those of the samples that "
                       "have it",
                       poles->sheet_name[i / (size_t)poles->most],
                       hp_record_value(record, HP_ROW_POLE_E, i), have, n);
}

/* Samples that have a pole of the average, and what is to be said of the others. */
static void add_shares(const hp_pole_observables *poles, hp_record *record) {
    static const hp_row row = {"poles/share", "1",
                               "share of the samples that have the pole, on the same sheet",
                               .axis = {"pole"}, .table = "poles"};
    size_t n = (size_t)poles->nsheet * (size_t)poles->most;
    int nsample = record->group[HP_SAMPLES].n;
    double *share = hp_record_room(record, n, sizeof *share);
    if (nsample == 0 || share == NULL) return;
    for (size_t i = 0; i < n; i++) {
        share[i] = NAN;
        if (isnan(hp_record_value(record, HP_ROW_POLE_E, i))) continue;
        share[i] = (double)count_samples(poles, i, true, record) / nsample;
        note_kinds(poles, i, record);
        note_resonance(poles, i, record);
        note_missing(poles, i, record);
        note_threshold(poles, i, record);
    }
    hp_record_add_constant(record, &row, share);
}

/* Key, value and error in the summary: poles/1/re_w_mev. */
static void put(hp_record *record, int number, const char *path, size_t i) {
    hp_band band = hp_record_band_of(record, path, i);
    const char *name = hp_row_short_name(path);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "poles/pole_%d/%s", number, name)),
                         band.value);
    if (record->group[HP_SAMPLES].has_rule)
        hp_record_put_number(record,
                             hp_key(hp_record_copy(record, "poles/pole_%d/%s_err", number, name)),
                             band.error);
}

/* What a note says of pole i beyond its errors, short enough for its line; "": nothing. */
static const char *doubt_of(size_t i, const hp_record *record) {
    if (record->group[HP_SAMPLES].n < 2) return "";
    if (hp_record_value(record, HP_ROW_POLE_TAIL, i) > DETERMINED)
        return "; not determined, its tail decides";
    bool resonance = hp_record_value(record, HP_ROW_POLE_KIND, i) == HP_POLE_RESONANCE;
    return resonance && hp_record_value(record, HP_ROW_POLE_E, i) < 0.0
               ? "; not determined, below threshold"
               : "";
}

/* What is left, in the summary and on the last screen. */
static void show(const hp_pole_observables *poles, hp_record *record) {
    char re[HP_QUOTED], im[HP_QUOTED], above[HP_QUOTED];
    int number = 0;
    for (size_t i = 0; i < (size_t)poles->nsheet * (size_t)poles->most; i++) {
        double e = hp_record_value(record, HP_ROW_POLE_E, i);
        if (isnan(e)) continue;
        const char *sheet = poles->sheet_name[i / (size_t)poles->most];
        const char *kind = kind_words[(int)hp_record_value(record, HP_ROW_POLE_KIND, i)];
        const char *level = hp_record_copy(record, "poles/pole_%d", ++number);
        hp_record_put_text(record, hp_key(hp_record_copy(record, "%s/sheet", level)), sheet);
        hp_record_put_text(record, hp_key(hp_record_copy(record, "%s/kind", level)), kind);
        put(record, number, HP_ROW_POLE_W, i);
        put(record, number, HP_ROW_POLE_WIDTH, i);
        if (poles->npair == 1) put(record, number, row_of_momentum(poles, 0, record), i);
        hp_record_quote(record, hp_record_find(record, HP_ROW_POLE_W), i, re);
        bool real = poles->npair == 1 && hp_record_value(record, HP_ROW_POLE_WIDTH, i) == 0.0;
        const char *row = real ? row_of_momentum(poles, 0, record) : HP_ROW_POLE_WIDTH;
        hp_record_quote(record, hp_record_find(record, row), i, im);
        hp_record_quote(record, hp_record_find(record, HP_ROW_POLE_E), i, above);
        bool same = hp_record_value(record, HP_ROW_POLE_W, i) == e; /* without masses */
        hp_record_show(record, "poles", "%s on sheet %s: W = %s, Im %s = %s MeV%s%s%s%s", kind,
                       sheet, re, real ? "k" : "W", im, same ? "" : "; E = ", same ? "" : above,
                       same ? "" : " MeV", doubt_of(i, record));
    }
    for (size_t s = 0; s < (size_t)poles->nsheet; s++) {
        int found = 0;
        for (size_t i = 0; i < (size_t)poles->most; i++)
            found += !isnan(hp_record_value(record, HP_ROW_POLE_E, s * (size_t)poles->most + i));
        if (found == 0) hp_record_show(record, "poles", "none on sheet %s", poles->sheet_name[s]);
    }
}

void hp_pole_observables_note(const hp_pole_observables *poles, hp_record *record) {
    if (poles->nsheet == 0) return;
    for (size_t s = 0; s < (size_t)poles->nsheet; s++) judge(poles, s, record);
    for (size_t s = 0; s < (size_t)poles->nsheet; s++) note_tail(poles, s, record);
    add_shares(poles, record);
    show(poles, record);
    for (size_t s = 0; s < (size_t)poles->nsheet; s++)
        if (hp_record_value(record, HP_ROW_POLE_COMPLETE, s) == 0.0)
            hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                               "the search for poles on sheet %s is not complete: more than "
                               "scattering.most_poles, or a region too deep for the range, beyond "
                               "|Im k| R = 30 to 40 rounding hides what is there; search to a "
                               "smaller depth, begin higher, or give a shorter range",
                               poles->sheet_name[s]);
}
