// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs with variations: each alternative is what a run of its own gives, shifts and systematic
 * errors follow from them, wrong entries are refused before anything is computed, and neither ranks
 * nor a restart change a byte. */
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

/* Alternatives have no total band of their own, and a run to compare with has none either. */
#define ALONE                                                                                      \
    "--set resampling.max_samples=3 --set results.max_edge_ratio=1 --set total_band.draws=0 "

/* Two that enter, one that has not converged after one step, and a form, which is listed only. The
 * small ensemble ends before its potentials do. */
#define VARIED                                                                                     \
    ALONE                                                                                          \
    "--set 'variations.times=[\"fit.times=[12]\", \"fit.times=[11, 12, 13]\", "                    \
    "training.steps=1]' "                                                                          \
    "--set 'variations.ansatz=[\"potential.envelope_fm=0.4; training.seed=2\"]' "
#define KEEP "--set results.keep_checkpoints=true "
enum { NVARIED = 4 };
static const char *const names[NVARIED] = {"times_1", "times_2", "times_3", "ansatz_1"};

/* Shifts in results.h5 of `out` against the difference of two runs. */
static void check_shifts(const scene *place, const char *name, const char *observable) {
    char path[64];
    snprintf(path, sizeof path, "variations/%s/%s", name, observable);
    table shift = read_result(place, "out", path);
    snprintf(path, sizeof path, "scattering/%s", observable);
    table one = read_result(place, "alone", path), other = read_result(place, "central", path);
    assert_int_equal(shift.count, one.count);
    for (size_t i = 0; i < shift.count; i++) /* the same subtraction: the same bits */
        assert_close(shift.values[i], one.values[i] - other.values[i], 0, 0);
    test_free(shift.values);
    test_free(one.values);
    test_free(other.values);
}

/* An alternative against a run of its own, into the folder `alone`. */
static void check_alone(scene *place, const char *name, const char *arguments) {
    char folder[64];
    assert_exit(
        place,
        run_hadpot(place, 1, "run job.yaml --overwrite --set output=alone " ALONE "%s", arguments),
        0);
    snprintf(folder, sizeof folder, "out/variations/%s", name);
    assert_same_results(place, folder, "alone");
    check_shifts(place, name, "delta_deg");
    check_shifts(place, name, "kcot_threshold_mev");
}

static void alternatives_are_runs_of_their_own(void **state) {
    scene *place = *state;
    run_small_job(place, VARIED);
    assert_contains(place->err, "variation 3 of 4, times_3: training.steps=1");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set output=central " ALONE), 0);
    check_alone(place, "times_2", "--set fit.times=[11,12,13]");
    check_alone(place, "ansatz_1", "--set potential.envelope_fm=0.4 --set training.seed=2");
    assert_false(scene_has(place, "out/checkpoint"));
    assert_false(scene_has(place, "out/variations/times_1/checkpoint"));
}

/* The rule itself: a shift beyond two of its errors, from the three samples of seven that are
 * there.
 */
static double clean_shift(const scene *place, const char *alternative, size_t i) {
    char name[64];
    snprintf(name, sizeof name, "variations/%s/delta_deg", alternative);
    table shift = read_result(place, "out", name);
    double value = shift.values[i], mean = 0.0, squares = 0.0;
    for (size_t row = 1; row <= 3; row++) mean += shift.values[row * SMALL_NENERGY + i] / 3.0;
    for (size_t row = 1; row <= 3; row++)
        squares += pow(shift.values[row * SMALL_NENERGY + i] - mean, 2);
    double noise = 2.0 * (SMALL_NSAMPLE - 1.0) * sqrt(squares / (SMALL_NSAMPLE * 2.0));
    test_free(shift.values);
    return fabs(value) > noise ? copysign(sqrt(value * value - noise * noise), value) : 0.0;
}

/* Systematic error of element i of delta from the shifts of a run. */
static void expect_systematic(const scene *place, size_t i, bool failing, double both[2]) {
    both[0] = both[1] = 0.0;
    for (int v = 0; v < (failing ? 3 : 2); v++) {
        double clean = clean_shift(place, names[v], i);
        both[0] = fmax(both[0], clean);
        both[1] = fmax(both[1], -clean);
    }
}

static void check_systematic(const scene *place, bool failing) {
    enum { COLUMNS = 8 };
    static const char header[] =
        PHASE_SHIFT_HEADER ",delta_deg_syst_plus,delta_deg_syst_minus,kcot_mev_syst_plus,"
                           "kcot_mev_syst_minus,cross_section_fm2_syst_plus,"
                           "cross_section_fm2_syst_minus,cross_section_mb_syst_plus,"
                           "cross_section_mb_syst_minus";
    double numbers[SMALL_NENERGY * COLUMNS], both[2];
    assert_int_equal(
        read_csv(place, "out/phase_shift.csv", header, COLUMNS, numbers, SMALL_NENERGY),
        SMALL_NENERGY);
    for (size_t k = 0; k < SMALL_NENERGY; k++) {
        expect_systematic(place, k, failing, both);
        /* roundings of roots of differences of squares, neither of which cancels by more than a few
         */
        assert_close(numbers[COLUMNS * k], both[0], 1e-12, 0);
        assert_close(numbers[COLUMNS * k + 1], both[1], 1e-12, 0);
    }
}

/* Every observable of every alternative has its line. */
static void check_table(const scene *place) {
    double numbers[200 * 3];
    int lines =
        read_csv(place, "out/variations.csv",
                 "group,alternative,chi2_per_effective_point,converged,entered,observable,number,"
                 "k2_lat,e_cm_mev,central,shift,shift_err",
                 3, numbers, 200);
    /* delta, k cot delta, cross sections in two units; -1/a0, 1/a0, a0, r_eff; energy and size of
     * two states */
    assert_int_equal(lines, NVARIED * (4 * SMALL_NENERGY + 4 + 4));
    table delta = read_result(place, "out", "variations/times_1/delta_deg");
    for (size_t k = 0; k < SMALL_NENERGY; k++)
        assert_band(&delta, k, SMALL_NSAMPLE, numbers[3 * k + 1], numbers[3 * k + 2]);
    test_free(delta.values);
}

static void alternatives_that_fail_enter_only_when_asked_for(void **state) {
    scene *place = *state;
    char summary[16384];
    run_small_job(place, KEEP VARIED);
    check_systematic(place, false);
    check_table(place);
    assert_contains(place->err,
                    "1 of 4 variations fail and do not enter systematic errors: times_3");
    assert_null(strstr(place->err, "systematic errors are not known"));
    read_text(place, "out/summary.yaml", summary, sizeof summary);
    assert_contains(summary, "  syst_plus: ");
    assert_contains(summary, "  times_3:\n    job: \"training.steps=1\"");
    assert_contains(summary, "    listed_only: \"is another form, of which the total band is");
    assert_contains(summary, "    enters: false\n    fails: \"");
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml --resume " KEEP VARIED
                           "--set results.variations_that_fail=include"),
                0);
    check_systematic(place, true);
    assert_contains(place->err, "1 of 4 variations fail and enter systematic errors: times_3");
}

/* A systematic error of zero would claim that the choices do not matter. */
static void systematic_errors_are_not_known_when_nothing_enters(void **state) {
    scene *place = *state;
    static char text[65536];
    run_small_job(place, ALONE "--set variations.other=[training.steps=1] ");
    assert_contains(place->err,
                    "systematic errors are not known: no alternative of variations.other is left");
    assert_contains(place->err, ")(unknown) fm\n");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "  syst_plus: .nan\n  syst_minus: .nan\n  stat_and_syst_plus: .nan\n");
    read_text(place, "out/variations.csv", text, sizeof text);
    assert_contains(text,
                    "# systematic errors are not known (nan): no alternative of variations.other");
    assert_contains(text,
                    "; e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass");
}

static void wrong_entries_are_refused_before_anything_is_computed(void **state) {
    scene *place = *state;
    static const struct {
        const char *entry, *parts[3];
    } wrong[] = {
        {"times=[\"output=x\"]", {"variations.times entry 1", "output may not be varied"}},
        {"other=[\"training.seed=2\", \"resampling.bin=2\"]",
         {"variations.other entry 2", "resampling.bin may not be varied"}},
        {"other=[ensemble=b.h5]", {"ensemble may not be varied"}},
        {"other=[\"variations.times=[]\"]", {"variations.times may not be varied"}},
        {"other=[results.u_points=3]", {"results.u_points may not be varied"}},
        {"range=[\"scattering.energies_mev=[3]\"]", {"scattering.energies_mev may not be varied"}},
        {"range=[scattering.bound_states=1]", {"scattering.bound_states may not be varied"}},
        {"times=[\"fit.timez=[12]\"]",
         {"variations.times entry 1", "unknown key", "did you mean fit.times?"}},
        {"ansatz=[potential.kind=magic]", {"variations.ansatz entry 1", "found magic"}},
        {"ansatz=[potential.kind=n2lo]", {"variations.ansatz entry 1", "fit.sources"}},
        {"seed=[\" ; \"]", {"variations.seed entry 1", "expected KEY=VALUE"}},
        {"seed=[seven]", {"variations.seed entry 1", "expected KEY=VALUE"}},
        /* known only when the ensemble is read */
        {"times=[\"fit.times=[12]\", \"fit.times=[99]\"]", {"variations.times entry 2", "99"}},
        {"sources=[\"fit.sources=[point]\"]", {"variations.sources entry 1", "point"}},
    };
    write_small_job(place);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_exit(place,
                    run_hadpot(place, 1, "run job.yaml --set 'variations.%s'", wrong[i].entry), 2);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        for (int part = 0; part < 3 && wrong[i].parts[part] != NULL; part++)
            assert_contains(place->err, wrong[i].parts[part]);
        assert_false(scene_has(place, "out"));
    }
}

static void assert_same_folders(const scene *place, const char *one, const char *other) {
    char path[64], path_other[64];
    assert_same_results(place, one, other);
    snprintf(path, sizeof path, "%s/variations.csv", one);
    snprintf(path_other, sizeof path_other, "%s/variations.csv", other);
    assert_same_bytes(place, path, path_other);
    for (int v = 0; v < NVARIED; v++) {
        snprintf(path, sizeof path, "%s/variations/%s", one, names[v]);
        snprintf(path_other, sizeof path_other, "%s/variations/%s", other, names[v]);
        assert_same_results(place, path, path_other);
    }
}

/* The second part is as if killed in the second alternative: some of its samples are there, none
 * of later ones. */
static void neither_ranks_nor_a_restart_change_a_byte(void **state) {
    scene *place = *state;
    char output[256];
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 3, "run job.yaml --set output=three " VARIED), 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " KEEP VARIED), 0);
    assert_same_folders(place, "out", "three");
    hp_test_run(output, sizeof output,
                "cd '%s/out' && rm *.* variations/*/*.* && "
                "rm variations/times_2/checkpoint/sample_0000[23].bin && "
                "cp checkpoint/sample_00001.bin variations/times_2/checkpoint && "
                "rm -r variations/times_3 variations/ansatz_1",
                place->folder);
    assert_string_equal(output, "");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " VARIED), 2);
    assert_contains(place->err, "--resume");
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --resume " VARIED), 0);
    assert_int_equal(count_lines(place->err, "hadpot: going on from the samples"), 3);
    assert_contains(place->err, "times_2/checkpoint/sample_00001.bin\" belongs to another job");
    assert_same_folders(place, "out", "three");
    assert_false(scene_has(place, "out/variations/times_2/checkpoint"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(alternatives_are_runs_of_their_own),
        scene_test(alternatives_that_fail_enter_only_when_asked_for),
        scene_test(systematic_errors_are_not_known_when_nothing_enters),
        scene_test(wrong_entries_are_refused_before_anything_is_computed),
        scene_test(neither_ranks_nor_a_restart_change_a_byte),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/variations", tests, NULL, NULL);
}
