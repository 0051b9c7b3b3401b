// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles among the observables of one S wave: known virtual and bound states, samples tracked from
 * the average's, what is refused and what is said of them. */
#include "well_case.h"

#include "hadpot/units.h"
#include "notes.h"

/* The well of well_case.h with lambda = 60 f 1.7^2/41.47; its poles in units of 1/(1.7 fm). Kappa
 * of virtual states of -v exp(-r^2): Nystroem, 12 and 16 nodes agree in all digits, and a Numerov
 * solution with u ~ exp(kappa r) to 1e-9. */
static double factor_of(double v) {
    return v * 41.47 / (60.0 * 1.7 * 1.7);
}

static const char *const both_sheets[] = {"-", "+"};

static void open_poles(scene *s) {
    open_scene(s);
    s->options.nsource = 0;
    s->options.poles = (hp_pole_options){.nsheet = 2,
                                         .sheet = both_sheets,
                                         .region_given = true,
                                         .region_mev = {-30.0, 20.0, 15.0},
                                         .most = 2};
}

static double pole(const scene *s, const char *path, int i) {
    return value(s, path, i);
}

static void virtual_states_are_found(void **state) {
    (void)state;
    static const double known[][2] = {
        {2.3, .1334592899571}, {2.0, .2471547262246}, {1.5, .4621108674870}};
    scene s;
    open_poles(&s);
    compute(&s);
    for (int i = 0; i < 3; i++) {
        double factor = factor_of(known[i][0]), kappa = known[i][1] / 1.7;
        assert_ok(compute_wells(&s, factor, factor), &s.err);
        /* 1e-8 relative: eight panels of 16 nodes up to 9 fm give all digits that are known */
        assert_close(pole(&s, "poles/im_k_mev", 0), -kappa * HP_HBARC_MEV_FM, 1e-8, 0);
        assert_close(pole(&s, "poles/re_k_mev", 0), 0.0, 0, 0);
        assert_close(pole(&s, HP_ROW_POLE_E, 0), -kappa * kappa * 41.47, 2e-8, 0);
        assert_close(pole(&s, HP_ROW_POLE_WIDTH, 0), 0.0, 0, 0);
        assert_close(pole(&s, HP_ROW_POLE_KIND, 0), HP_POLE_VIRTUAL, 0, 0);
        assert_close(pole(&s, HP_ROW_POLE_COMPLETE, 0), 1.0, 0, 0);
        assert_true(isnan(pole(&s, HP_ROW_POLE_E, 2))); /* nothing is bound */
        assert_close(pole(&s, HP_ROW_POLE_COMPLETE, 1), 1.0, 0, 0);
    }
    close_scene(&s);
}

/* The bound state of the radial equation is a pole of the physical sheet. */
static void bound_states_are_poles(void **state) {
    (void)state;
    scene s;
    open_poles(&s);
    compute(&s);
    double B = value(&s, HP_ROW_BINDING, 0);
    assert_close(pole(&s, HP_ROW_POLE_E, 2), -B, 1e-9, 0); /* two roots, each to rounding */
    assert_close(pole(&s, HP_ROW_POLE_W, 2), -B, 1e-9, 0); /* masses are not known */
    assert_close(pole(&s, HP_ROW_POLE_KIND, 2), HP_POLE_BOUND, 0, 0);
    assert_true(pole(&s, "poles/im_k_mev", 2) > 0.0);
    assert_true(pole(&s, HP_ROW_POLE_CHANGE, 2) < 1e-6 * B); /* 7.2 fm are far outside of it */
    close_scene(&s);
}

/* A search with more poles than asked for is not complete. */
static void more_poles_than_asked_for_are_not_complete(void **state) {
    (void)state;
    int there = 0;
    for (int most = 12; most > 0; most = most == 12 ? there : most == there ? there - 1 : 0) {
        scene s;
        open_poles(&s);
        s.options.poles.nsheet = 1;
        s.options.poles.most = most;
        s.options.poles.region_mev[0] = -100.0;
        s.options.poles.region_mev[1] = 700.0;
        s.options.poles.region_mev[2] = 700.0;
        compute(&s);
        for (int i = 0; most == 12 && i < most; i++) there += !isnan(pole(&s, HP_ROW_POLE_E, i));
        assert_true(there > 1 && there < 12);
        assert_close(pole(&s, HP_ROW_POLE_COMPLETE, 0), most >= there, 0, 0);
        close_scene(&s);
    }
}

/* A potential that depends on energy, as of the derivative expansion: the bound state is where the
 * radial equation has it. */
static void slopes_are_in_the_determinant(void **state) {
    (void)state;
    scene s;
    open_poles(&s);
    s.options.solver = HP_SOLVER_NYSTROEM;
    compute(&s);
    double w[NODES], slope[NODES], E = pole(&s, HP_ROW_POLE_E, 2);
    for (int factor = -1; factor < 2; factor++) {
        fill(&s.observables.nodes[0], 1.0, w);
        for (int i = 0; i < s.observables.nodes[0].n; i++)
            slope[i] = 0.4 * factor * exp(-pow(s.observables.nodes[0].r[i] / 1.1, 2.0));
        const hp_interaction with = {.local = w, .slope = slope};
        assert_ok(hp_observables_compute(&s.observables, &s.observables.pair, &with, &s.record,
                                         s.values, &s.err),
                  &s.err);
        assert_close(pole(&s, HP_ROW_POLE_E, 2), -value(&s, HP_ROW_BINDING, 0), 1e-9, 0);
        if (factor != 0) assert_true(fabs(pole(&s, HP_ROW_POLE_E, 2) / E - 1.0) > 0.01);
    }
    close_scene(&s);
}

/* Samples follow the pole of the average, to what a search finds, and through the threshold: a
 * virtual state of the average is bound in a sample. */
static void samples_are_tracked(void **state) {
    (void)state;
    scene average, sample;
    bool changed;
    open_poles(&average);
    compute(&average);
    open_poles(&sample);
    compute(&sample);
    double f = factor_of(2.3), g = factor_of(2.1);
    assert_ok(compute_wells(&average, f, f), &average.err);
    assert_ok(compute_wells(&sample, g, g), &sample.err);
    double found = pole(&sample, HP_ROW_POLE_E, 0);
    assert_ok(hp_observables_take_nodes(&sample.observables, &average.record, average.values,
                                        &changed, &sample.err),
              &sample.err);
    assert_ok(compute_wells(&sample, g, g), &sample.err);
    assert_close(pole(&sample, HP_ROW_POLE_E, 0), found, 1e-10, 0); /* two ways to one root */
    assert_true(isnan(pole(&sample, HP_ROW_POLE_COMPLETE, 0)));
    assert_ok(compute_wells(&sample, factor_of(2.8), factor_of(2.8)), &sample.err);
    double B = value(&sample, HP_ROW_BINDING, 0);
    assert_close(pole(&sample, HP_ROW_POLE_E, 0), -B, 1e-9, 0); /* two roots, each to rounding */
    assert_close(pole(&sample, "poles/im_k_mev", 0), HP_HBARC_MEV_FM * sqrt(B / 41.47), 1e-9, 0);
    assert_close(pole(&sample, HP_ROW_POLE_KIND, 0), HP_POLE_BOUND, 0, 0);
    assert_ok(compute_wells(&sample, factor_of(0.5), factor_of(0.5)), &sample.err);
    assert_true(isnan(pole(&sample, HP_ROW_POLE_E, 0))); /* far away, or among those of the range */
    close_scene(&average);
    close_scene(&sample);
}

/* Without poles there is no row of them, and draws have none. */
static void nobody_asks(void **state) {
    (void)state;
    scene s, draws;
    open_poles(&s);
    s.options.poles.nsheet = 0;
    compute(&s);
    assert_null(hp_record_find(&s.record, HP_ROW_POLE_E));
    assert_null(s.observables.coupled);
    open_poles(&draws);
    draws.setup.draws = true;
    compute(&draws);
    assert_null(hp_record_find(&draws.record, HP_ROW_POLE_E));
    close_scene(&s);
    close_scene(&draws);
}

/* Fail unless the options are refused with these words. */
static void expect(scene *s, const char *refusal) {
    hp_error_clear(&s->err);
    assert_status(create(s), HP_ERR_INPUT, &s->err);
    assert_contains(s->err.message, refusal);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    static const char *const two[] = {"(-,+)"}, *const twice[] = {"-", "(-)"},
                             *const word[] = {"x"};
    scene s;
    open_poles(&s);
    s.options.poles = (hp_pole_options){1, two, true, {-1.0, 1.0, 1.0}, 1, false};
    expect(&s,
           "scattering.poles: a sheet has the sign of Im k, + or -, of each of 1 pair, as \"-\", "
           "found \"(-,+)\"");
    s.options.poles.sheet = word;
    expect(&s, "found \"x\"");
    s.options.poles.sheet = twice;
    s.options.poles.nsheet = 2;
    expect(&s, "the sheet \"(-)\" is there twice");
    s.options.poles.nsheet = 1;
    s.options.poles.region_mev[1] = -1.0;
    expect(&s, "scattering.pole_region_mev: must be three numbers, low < high");
    s.options.poles.region_mev[1] = 1.0;
    s.options.poles.region_given = false;
    expect(&s, "scattering.pole_region_mev: must be three numbers");
    s.options.poles.region_given = true;
    s.options.coulomb = HP_CHARGE_POINT;
    expect(&s, "scattering.poles: poles of charged pairs are not available");
    s.options.coulomb = HP_CHARGE_NONE;
    s.setup.asymmetric = true;
    expect(&s, "scattering.poles: the potential must be symmetric");
    hp_quadrature_destroy(&s.grid);
}

/* A record with NSAMPLE samples whose pole 0 of the average is at -1 - 2i MeV with an error of
 * about 0.1 MeV. */
enum { NSAMPLE = 4 };
static void describe_samples(scene *s, bool samples) {
    size_t length = s->record.length;
    double *values = hp_record_room(&s->record, (NSAMPLE + 1) * length, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < (NSAMPLE + 1) * length; i++) values[i] = NAN;
    for (size_t k = 0; k <= NSAMPLE; k++) {
        double *vector = values + k * length;
        hp_record_at(&s->record, vector, HP_ROW_POLE_E)[0] = -1.0 + (k == 1 ? 0.1 : 0.0);
        hp_record_at(&s->record, vector, HP_ROW_POLE_W)[0] = -1.0 + (k == 1 ? 0.1 : 0.0);
        hp_record_at(&s->record, vector, HP_ROW_POLE_WIDTH)[0] = -2.0;
        hp_record_at(&s->record, vector, HP_ROW_POLE_CHANGE)[0] = 1e-4;
        hp_record_at(&s->record, vector, "poles/im_k_mev")[0] = -3.0;
        hp_record_at(&s->record, vector, HP_ROW_POLE_KIND)[0] = HP_POLE_VIRTUAL;
    }
    hp_record_at(&s->record, values, HP_ROW_POLE_COMPLETE)[0] = 1.0;
    hp_record_at(&s->record, values, HP_ROW_POLE_COMPLETE)[1] = 1.0;
    hp_rows rows = {
        .n = NSAMPLE, .value = values, .rule = {HP_METHOD_JACKKNIFE, NSAMPLE}, .has_rule = true};
    if (!samples) rows = (hp_rows){.value = values};
    hp_record_set_samples(&s->record, &rows);
}

static void open_noted(scene *s, bool samples) {
    open_poles(s);
    assert_ok(create(s), &s->err);
    hp_record_create(&s->record);
    hp_pole_observables_describe(&s->observables.poles, &s->record);
    describe_samples(s, samples);
}

static void poles_of_the_tail_are_refused(void **state) {
    (void)state;
    scene s;
    for (int samples = 0; samples < 2; samples++)
        for (int refused = 0; refused < 2; refused++) {
            open_noted(&s, samples);
            double *change =
                hp_record_at(&s.record, s.record.group[HP_SAMPLES].value, HP_ROW_POLE_CHANGE);
            /* error 0.1 sqrt(3/4 (1 - 1/4)) 0.075 MeV, or 1e-3 |E| = 0.0022 */
            *change = (samples ? 0.075 : 0.00223) * (refused ? 1.01 : 0.99);
            hp_pole_observables_note(&s.observables.poles, &s.record);
            if (refused)
                assert_contains(
                    s.record.note[0].text,
                    samples ? "a pole on sheet - at E = -1 -2 i MeV is refused: it moves by "
                              "0.076 MeV where the potential ends at 4/5 of its range, by "
                              "more than its statistical error; the tail"
                            : "is refused: it moves by 0.0023 MeV where the potential ends "
                              "at 4/5 of its range, by more than 1e-3 of its energy; the");
            assert_int_equal(s.record.nnote, refused);
            assert_int_equal(isnan(hp_record_value(&s.record, HP_ROW_POLE_W, 0)), refused);
            close_scene(&s);
        }
}

/* At threshold the error of E is that of (|k| + error)^2, not that of samples of E alone. */
static void poles_at_threshold_are_judged_by_k(void **state) {
    (void)state;
    scene s;
    for (int refused = 0; refused < 2; refused++) {
        open_noted(&s, true);
        for (int sample = 0; sample <= NSAMPLE; sample++) {
            double *vector = s.record.group[HP_SAMPLES].value + (size_t)sample * s.record.length;
            hp_record_at(&s.record, vector, HP_ROW_POLE_WIDTH)[0] = 0.0;
            hp_record_at(&s.record, vector, HP_ROW_POLE_KIND)[0] = HP_POLE_VIRTUAL;
            hp_record_at(&s.record, vector, "poles/im_k_mev")[0] += sample == 1 ? 8.0 : 0.0;
        }
        /* Im k = -3(6) MeV: (1 + 2)^2 - 1 times |E| = 1 MeV */
        *hp_record_at(&s.record, s.record.group[HP_SAMPLES].value, HP_ROW_POLE_CHANGE) =
            refused ? 8.1 : 7.9;
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_int_equal(isnan(hp_record_value(&s.record, HP_ROW_POLE_W, 0)), refused);
        close_scene(&s);
    }
}

static void samples_without_the_pole_are_counted(void **state) {
    (void)state;
    scene s;
    for (int missing = 0; missing < 2; missing++) {
        open_noted(&s, true);
        hp_rows *rows = &s.record.group[HP_SAMPLES];
        if (missing)
            hp_record_at(&s.record, rows->value + 2 * s.record.length, HP_ROW_POLE_E)[0] = NAN;
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_only_note(
            &s.record, missing ? "a pole on sheet - at E = -1 MeV is in 3 of 4 samples alone: in "
                                 "others it is on another sheet, or gone; its errors are those of "
                                 "the samples that have it"
                               : NULL);
        assert_close(constants(&s.record, "poles/share")[0], missing ? 0.75 : 1.0, 0, 0);
        /* jackknife error of those that are left, sqrt((N-1)^2/(N (n-1)) sum d^2) */
        double squares = missing ? 2.0 / 3.0 : 3.0 / 4.0, n = missing ? 3.0 : 4.0;
        assert_close(hp_record_band_of(&s.record, HP_ROW_POLE_E, 0).error,
                     0.1 * sqrt(9.0 / (4.0 * (n - 1.0)) * squares), 1e-13, 0);
        close_scene(&s);
    }
}

/* Im k = -3 MeV of a virtual state, whose error is 0.75 times the step of the one sample that is
 * away from it: the threshold is within two errors, or not; a sample beyond it is not on the sheet.
 */
static void sheets_that_are_not_determined_are_noted(void **state) {
    (void)state;
    static const double step[] = {1.99, 2.01, 3.5};
    scene s;
    for (int i = 0; i < 3; i++) {
        open_noted(&s, true);
        for (int sample = 0; sample <= NSAMPLE; sample++) {
            double *vector = s.record.group[HP_SAMPLES].value + (size_t)sample * s.record.length;
            hp_record_at(&s.record, vector, HP_ROW_POLE_KIND)[0] = HP_POLE_VIRTUAL;
            hp_record_at(&s.record, vector, "poles/im_k_mev")[0] += sample == 1 ? step[i] : 0.0;
        }
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_int_equal(s.record.nnote, i > 0);
        if (i > 0)
            assert_contains(s.record.note[0].text,
                            i == 1 ? "the sheet of the pole at E = -1 MeV is not determined: Im k "
                                     "= -3.0(1.5) MeV may be 0, within two errors"
                                   : "Im k = -3.0(2.6) MeV may be 0");
        assert_close(constants(&s.record, "poles/share")[0], i == 2 ? 0.75 : 1.0, 0, 0);
        close_scene(&s);
    }
}

static void samples_with_another_kind_are_counted(void **state) {
    (void)state;
    scene s;
    open_noted(&s, true);
    hp_rows *rows = &s.record.group[HP_SAMPLES];
    hp_record_at(&s.record, rows->value + 3 * s.record.length, HP_ROW_POLE_KIND)[0] =
        HP_POLE_RESONANCE;
    hp_pole_observables_note(&s.observables.poles, &s.record);
    assert_only_note(&s.record,
                     "a pole on sheet - at E = -1 MeV, virtual in the average, is of another kind "
                     "in 1 of 4 samples: where two poles merge, errors of Re W and Im W are no "
                     "standard deviations");
    close_scene(&s);
}

/* The first line of the last screen that tells of a pole. */
static const char *shown_pole(const hp_record *record) {
    for (int i = 0; i < record->nfact; i++)
        if (record->fact[i].head != NULL && strcmp(record->fact[i].head, "poles") == 0)
            return record->fact[i].text[0];
    return "";
}

/* A resonance of a fit, below threshold and above it; not one of a given potential. */
static void resonances_of_fits_are_noted(void **state) {
    (void)state;
    scene s;
    for (int i = 0; i < 3; i++) {
        open_noted(&s, i < 2);
        for (int sample = 0; sample <= (i < 2 ? NSAMPLE : 0); sample++) {
            double *vector = s.record.group[HP_SAMPLES].value + (size_t)sample * s.record.length;
            hp_record_at(&s.record, vector, HP_ROW_POLE_KIND)[0] = HP_POLE_RESONANCE;
            if (i > 0) hp_record_at(&s.record, vector, HP_ROW_POLE_E)[0] += 3.0;
        }
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_only_note(
            &s.record,
            i == 0 ? "the resonance on sheet - at E = -1 -2 i MeV lies below threshold: as a rule "
                     "two virtual states that the data do not keep apart, neither its place nor "
                     "its errors are a result"
            : i == 1 ? "errors of the resonance on sheet - at E = 2 -2 i MeV are statistical: its "
                       "width may depend on the form of the potential by more; compare forms by "
                       "variations"
                     : NULL);
        const char *doubt = strstr(shown_pole(&s.record), "; not determined, below threshold");
        assert_int_equal(doubt != NULL, i == 0);
        close_scene(&s);
    }
}

/* A pole that its error holds, but whose place the tail decides. */
static void poles_that_the_tail_decides_are_noted(void **state) {
    (void)state;
    static const double tail[] = {0.049, 0.051};
    scene s;
    for (int i = 0; i < 2; i++) {
        open_noted(&s, true);
        double *average = s.record.group[HP_SAMPLES].value;
        hp_record_at(&s.record, average, HP_ROW_POLE_TAIL)[0] = tail[i];
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_only_note(&s.record,
                         i == 0 ? NULL
                                : "the tail of the potential decides a pole on sheet - at E = -1 "
                                  "-2 i MeV: where the potential ends at 4/5 of its range R, k of "
                                  "the pole moves by 0.051/R, above 0.05/R; its errors do not say "
                                  "whether it is there");
        const char *doubt = strstr(shown_pole(&s.record), "; not determined, its tail decides");
        assert_int_equal(doubt != NULL, i == 1);
        assert_false(isnan(hp_record_value(&s.record, HP_ROW_POLE_W, 0)));
        close_scene(&s);
    }
}

static void searches_that_are_not_complete_are_noted(void **state) {
    (void)state;
    scene s;
    for (int complete = 0; complete < 2; complete++) {
        open_noted(&s, true);
        hp_record_at(&s.record, s.record.group[HP_SAMPLES].value, HP_ROW_POLE_COMPLETE)[1] =
            complete;
        hp_pole_observables_note(&s.observables.poles, &s.record);
        assert_only_note(&s.record, complete ? NULL
                                             : "the search for poles on sheet + is not complete: "
                                               "more than scattering.most_poles, or a region too "
                                               "deep for the range, beyond |Im k| R = 30 to 40 "
                                               "rounding hides what is there; search to a smaller "
                                               "depth, begin higher, or give a shorter range");
        close_scene(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_states_are_found),
        cmocka_unit_test(bound_states_are_poles),
        cmocka_unit_test(more_poles_than_asked_for_are_not_complete),
        cmocka_unit_test(slopes_are_in_the_determinant),
        cmocka_unit_test(samples_are_tracked),
        cmocka_unit_test(nobody_asks),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(poles_of_the_tail_are_refused),
        cmocka_unit_test(samples_without_the_pole_are_counted),
        cmocka_unit_test(poles_at_threshold_are_judged_by_k),
        cmocka_unit_test(samples_with_another_kind_are_counted),
        cmocka_unit_test(resonances_of_fits_are_noted),
        cmocka_unit_test(poles_that_the_tail_decides_are_noted),
        cmocka_unit_test(sheets_that_are_not_determined_are_noted),
        cmocka_unit_test(searches_that_are_not_complete_are_noted),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/poles", tests, NULL, NULL);
}
