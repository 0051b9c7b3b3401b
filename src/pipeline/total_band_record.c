// SPDX-License-Identifier: GPL-3.0-or-later
/* The total band in the record of a run. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/totals.h"
#include "total_band.h"

/* Phase shifts of the estimates at one energy, next to that of the fit if there is one: their place
 * is looked up once, and many are read. */
typedef struct {
    const hp_row *row;
    const double *first;
    size_t stride;
    double fitted;
} phases_at;

static phases_at find_phases(const hp_pipeline *run, size_t k) {
    const hp_total_band *total = &run->total;
    const hp_record *layout = &total->draws.record, *record = &run->analysis.study.record;
    return (phases_at){.row = &hp_record_find(record, HP_ROW_DELTA)->row,
                       .first = hp_record_read(layout, total->rows, HP_ROW_DELTA) + k,
                       .stride = layout->length,
                       .fitted = hp_record_value(record, HP_ROW_DELTA, k)};
}

static double phase_of(const phases_at *phases, int estimate) {
    double phase = phases->first[(size_t)estimate * phases->stride];
    if (isnan(phases->fitted)) return phase;
    return hp_row_nearest(phases->row, phase, phases->fitted);
}

static const char *name_form(const hp_pipeline *run, int form, hp_record *record) {
    static const char *const name[] = {"all", "local", "separable"};
    int own = run->total.mixture.own[form];
    if (own < HP_GROUP_BAND) return name[1 + own];
    return hp_record_copy(record, "band_%g_fm",
                          run->settings.features.band.fm[own - HP_GROUP_BAND]);
}

/* Draws whose first phase is not known, of a component with the lowest threshold. */
static int count_lost(const hp_pipeline *run) {
    const hp_rows *draws = &run->analysis.study.record.group[HP_DRAWS];
    const hp_channel_observables *channels = &run->total.draws.channels;
    int lost = 0, first = run->total.draws.several ? channels->first * channels->nenergy : 0;
    for (int d = 0; d < draws->n; d++)
        lost += isnan(hp_record_read(
            draws->layout, draws->value + (size_t)d * draws->layout->length, HP_ROW_DELTA)[first]);
    return lost;
}

/* The part of the draws in which a pole of the fit is found again: bands are those of these. */
static void describe_poles(hp_record *record) {
    static const hp_row share = {"poles/share_of_draws", "1",
                                 "part of the draws of the total band that have the pole",
                                 .axis = {"pole"}, .table = "poles"};
    const hp_rows *draws = &record->group[HP_DRAWS];
    size_t count = hp_record_count(record, HP_ROW_POLE_E);
    double *value = hp_record_room(record, count, sizeof *value);
    if (count == 0 || value == NULL) return;
    for (int d = 0; d < draws->n; d++) {
        const double *of = draws->value + (size_t)d * draws->layout->length;
        const double *energy = hp_record_read(draws->layout, of, HP_ROW_POLE_E);
        for (size_t i = 0; i < count; i++) value[i] += !isnan(energy[i]);
    }
    for (size_t i = 0; i < count; i++) value[i] /= draws->n;
    hp_record_add_constant(record, &share, value);
}

/* 40 MeV for each Gaussian let V vary by 90 MeV at 0.3 fm; three times that is far in the tail of
 * the prior, from which bands of few data would be pulled to 0, and half of the depth is not. */
static const double AT_FM = 0.3, OF_AMPLITUDE = 90.0 / 40.0, FAR = 3.0, NEAR = 0.5;

/* Of several components, where potentials of some hundred MeV are usual. */
static void note_depth(const hp_pipeline *run, hp_record *record) {
    const hp_features *features = &run->analysis.features;
    const hp_fit_data *data = &run->analysis.study.data;
    double s = run->settings.mixture.amplitude * data->energy_mev, deepest = 0.0, at_fm = 0.0;
    for (int i = 0; i < features->nlocal; i++) {
        double b_fm = features->feature[i].b * data->length_fm;
        double depth = fabs(features->feature[i].depth) * data->energy_mev;
        if (b_fm < AT_FM || !(depth > deepest)) continue;
        deepest = depth;
        at_fm = b_fm;
    }
    if (!(deepest > FAR * OF_AMPLITUDE * s)) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "the potential is %.3g MeV in the mean within %.2g fm, where the total band "
                       "takes %.3g MeV for likely: it may miss the truth; total_band.amplitude_mev "
                       "= %.2g instead of %g has room for it",
                       deepest, at_fm, OF_AMPLITUDE * s, NEAR * deepest / OF_AMPLITUDE, s);
}

/* What phases are at: e_cm of one pair, E of channels. */
static const double *energies_of(const hp_record *record) {
    const double *e_cm = hp_record_labels(record, "k", "e_cm_mev");
    return e_cm != NULL ? e_cm : hp_record_labels(record, "k", "e_mev");
}

static void add_form(const hp_pipeline *run, int form, hp_record *record, hp_record_sheet *sheet) {
    const hp_mixture *mixture = &run->total.mixture;
    const hp_axis_entry *component = hp_record_find_axis(record, "component");
    const double *energy = energies_of(record);
    size_t count = hp_record_count(record, HP_ROW_DELTA), nk = count / component->extent;
    bool several = component->extent > 1;
    for (size_t i = 0; i < count; i++) {
        const phases_at phases = find_phases(run, i);
        hp_cell line[6] = {{.text = name_form(run, form, record)}};
        int n = 1;
        if (several) line[n++].text = component->label[0].name[i / nk];
        line[n++].number = mixture->weight[form];
        line[n++].number = mixture->chi2[form];
        line[n++].number = energy[i % nk];
        line[n].number = phase_of(&phases, form * (1 + mixture->nsample));
        hp_sheet_add_line(record, sheet, line);
    }
}

/* forms.csv: the fit of each form to the average, and its phase shifts. */
static void describe_forms(const hp_pipeline *run, hp_record *record) {
    const hp_mixture *mixture = &run->total.mixture;
    bool several = hp_record_find_axis(record, "component")->extent > 1;
    int lost = count_lost(run);
    hp_record_put_integer(record, hp_key("total_band/draws"), mixture->ndraw);
    hp_record_put_integer(record, hp_key("total_band/draws_without_solution"), lost);
    hp_record_put_number(record, hp_key("total_band/effective_points"),
                         run->analysis.noise.effective_points);
    hp_record_sheet *sheet = hp_record_add_sheet(
        record, "forms",
        "forms of the total band by themselves: share of the draws, tempered chi2 and phase shift "
        "of the ensemble average",
        several                    ? "form,component,share,tempered_chi2,e_mev,delta_deg"
        : run->total.draws.several ? "form,share,tempered_chi2,e_mev,delta_deg"
                                   : "form,share,tempered_chi2,e_cm_mev,delta_deg");
    for (int form = 0; form < mixture->nform && sheet != NULL; form++)
        add_form(run, form, record, sheet);
}

/* The part of the variance of a band that the spread of the samples makes, for each form by itself:
 * the rest is what the data leave open. */
static double find_determined(const hp_pipeline *run, size_t k, hp_interval band) {
    const hp_mixture *mixture = &run->total.mixture;
    const phases_at phases = find_phases(run, k);
    double width = 0.5 * (band.minus + band.plus), statistical = 0.0;
    for (int form = 0; form < mixture->nform; form++) {
        int first = form * (1 + mixture->nsample);
        double centre = phase_of(&phases, first), mean = 0.0, square = 0.0;
        for (int s = 1; s <= mixture->nsample; s++) {
            double moved = remainder(phase_of(&phases, first + s) - centre, 180.0);
            mean += moved / mixture->nsample;
            square += moved * moved;
        }
        statistical += mixture->weight[form] * mixture->sample_weight *
                       (square - mixture->nsample * mean * mean);
    }
    double part = mixture->student * mixture->student * statistical / (width * width);
    return part > 1.0 ? 1.0 : part; /* nan stays: nothing is known */
}

enum { MARK_NONE, MARK_FORM, MARK_OUTSIDE, MARK_WIDE };
static const char *const mark_words[] = {"none", "form", "outside", "wide"};
static const hp_row determined_row = {
    HP_ROW_DETERMINED, "1",
    "part of the variance of the total band of delta that is the spread of samples; the rest is "
    "what the data leave open",
    .axis = {"component", "k"}, .table = "phase_shift"};
static const hp_row mark_row = {
    HP_ROW_MARK,
    "1",
    "none; form: the list of forms makes most of the total band, a potential that is in none of "
    "them may lie outside; outside: the fitted form does; wide: the band is wider than 15 degrees "
    "to each side, the data are too noisy",
    .axis = {"component", "k"},
    .table = "phase_shift",
    .words = mark_words};

/* Less than this part of the variance, 1/1.5 of the width, is no measurement any more, nor is a
 * band this wide: phases of which nothing is known have a half-width of 61 degrees. */
static const double LEAST_DETERMINED = 0.44, WIDEST_DEG = 15.0;

static const char HEAD[] = "total band"; /* of what is said on the last screen */

static void describe_marks(const hp_pipeline *run, hp_record *record) {
    size_t nk = hp_record_count(record, HP_ROW_DELTA);
    double *determined = hp_record_room(record, nk, sizeof *determined);
    int *mark = hp_record_room(record, nk, sizeof *mark);
    for (size_t k = 0; k < nk && mark != NULL; k++) {
        hp_interval band = hp_record_total(hp_record_find(record, HP_ROW_DELTA), k);
        double fitted = hp_record_value(record, HP_ROW_DELTA, k);
        determined[k] = find_determined(run, k, band);
        if (run->total.draws.several && isnan(band.value)) continue; /* closed */
        if (!(determined[k] >= LEAST_DETERMINED)) mark[k] = MARK_FORM;
        if (fitted < band.value - band.minus || fitted > band.value + band.plus)
            mark[k] = MARK_OUTSIDE;
        if (!(band.minus + band.plus <= 2.0 * WIDEST_DEG)) mark[k] = MARK_WIDE;
    }
    if (mark == NULL) return;
    hp_record_add_constant(record, &determined_row, determined);
    hp_record_add_integers(record, &mark_row, mark);
}

/* What is said of an energy: of all its components, of which closed ones have no number. */
typedef struct {
    bool determined, outside;
} judgement;

static judgement judge(const hp_record *record, size_t nk, size_t k) {
    const double *determined = hp_record_find(record, determined_row.path)->constant;
    const int *mark = hp_record_find(record, mark_row.path)->integer;
    size_t count = hp_record_count(record, mark_row.path);
    judgement of = {.determined = true};
    for (size_t i = k; i < count; i += nk) {
        bool closed = count > nk && isnan(determined[i]) && mark[i] == MARK_NONE;
        of.outside |= mark[i] == MARK_OUTSIDE;
        of.determined &= closed || (determined[i] >= LEAST_DETERMINED && mark[i] != MARK_WIDE);
    }
    return of;
}

void hp_total_band_say(hp_record *record) {
    static const char rest[] =
        "the list of forms makes most of the band (mark form) or it is wide (mark wide)";
    const double *energy = energies_of(record);
    const char *name = hp_record_labels(record, "k", "e_cm_mev") != NULL ? "e_cm" : "E";
    int nk = (int)hp_record_find_axis(record, "k")->extent;
    int last = -1, count = 0, outside = 0;
    for (int k = 0; k < nk; k++) {
        judgement of = judge(record, (size_t)nk, (size_t)k);
        outside += of.outside;
        if (!of.determined) continue;
        count++;
        last = k;
    }
    hp_record_show(record, HEAD,
                   "median, and 68 %% of the potentials of all forms that the data allow");
    if (count == 0)
        hp_record_show(record, HEAD, "the data determine delta at no energy: %s", rest);
    else if (count == nk)
        hp_record_show(record, HEAD,
                       "the data determine delta at all energies, up to %s = %.4g MeV", name,
                       energy[last]);
    else if (count == last + 1)
        hp_record_show(record, HEAD, "the data determine delta up to %s = %.4g MeV; above, %s",
                       name, energy[last], rest);
    else
        hp_record_show(record, HEAD,
                       "the data determine delta at %d of %d energies (determined in "
                       "phase_shift.csv); elsewhere %s",
                       count, nk, rest);
    if (outside > 0)
        hp_record_show(record, HEAD,
                       "the fit is outside of the band at %d of %d energies (mark outside): trust "
                       "the band, not the fit",
                       outside, nk);
}

hp_status hp_total_band_describe(hp_pipeline *run, hp_error *err) {
    hp_total_band *total = &run->total;
    hp_record *record = hp_pipeline_record(run);
    if (total->rows == NULL) return HP_OK;
    const hp_rows draws = {.n = total->mixture.ndraw,
                           .value =
                               total->rows + (size_t)total->nestimate * total->draws.record.length,
                           .layout = &total->draws.record};
    HP_CALL(hp_record_set_draws(record, &draws, err));
    hp_total_band_describe_potentials(run);
    describe_forms(run, record);
    if (run->total.draws.several) {
        describe_poles(record);
        note_depth(run, record);
    }
    describe_marks(run, record);
    HP_CALL(hp_record_check(record, err)); /* what follows reads rows that must be there */
    if (hp_record_find(record, mark_row.path) != NULL) hp_total_band_say(record);
    return hp_record_check(record, err);
}
