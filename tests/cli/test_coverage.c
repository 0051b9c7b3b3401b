// SPDX-License-Identifier: GPL-3.0-or-later
/* Coverage studies of a few small ensembles: same bytes for any number of ranks and after a resume,
 * the numbers behind the table, bad input. */
#include <sys/stat.h>
#include <unistd.h>
#include "coverage_job.h"

#define BAND(kind)                                                                                 \
    kind "_ensembles," kind "_deviation," kind "_deviation_err," kind "_spread," kind              \
         "_mean_half_width," kind "_median_half_width," kind "_mean_pull," kind                    \
         "_mean_pull_err," kind "_rms_pull," kind "_rms_pull_err," kind "_within," kind            \
         "_within_err," kind "_within_low_0.68," kind "_within_high_0.68," kind                    \
         "_within_low_0.95," kind "_within_high_0.95,"
#define HEADER                                                                                     \
    "quantity,e_cm_mev,truth," BAND("stat") BAND("syst")                                           \
        BAND("total") "determined,marked,marked_err,marked_of_held,marked_of_held_err,"            \
                      "marked_of_missed,marked_of_missed_err,gaussian_0.68,gaussian_0.68_err,"     \
                      "student_0.68,student_0.68_err,gaussian_0.95,gaussian_0.95_err,"             \
                      "student_0.95,student_0.95_err"

enum { ENSEMBLES = 4, SAMPLES = 6, OBSERVABLES = 7 };
enum { /* columns of each kind of band */
       COUNT,
       DEVIATION,
       MEAN_WIDTH = 4,
       MEDIAN_WIDTH,
       MEAN_PULL,
       RMS_PULL = 8,
       WITHIN = 10,
       WITHIN_ERR,
       LOW_68,
       HIGH_68,
       BAND_COLUMNS = 16
};
enum {
    ENERGY,
    TRUTH,
    STAT,
    SYST = STAT + BAND_COLUMNS,
    TOTAL = SYST + BAND_COLUMNS,
    DETERMINED = TOTAL + BAND_COLUMNS,
    MARKED,
    GAUSSIAN_68 = MARKED + 6,
    STUDENT_68 = GAUSSIAN_68 + 2,
    GAUSSIAN_95 = STUDENT_68 + 2,
    STUDENT_95 = GAUSSIAN_95 + 2,
    COLUMNS = STUDENT_95 + 2
};

static void assert_same_study(const scene *place, const char *one, const char *other) {
    static const char *const files[] = {"coverage.csv", "coverage.h5", "summary.yaml", "synth.yaml",
                                        "run.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path_one[64], path_other[64];
        snprintf(path_one, sizeof path_one, "%s/%s", one, files[i]);
        snprintf(path_other, sizeof path_other, "%s/%s", other, files[i]);
        assert_same_bytes(place, path_one, path_other);
    }
}

static void any_number_of_ranks_gives_the_same_bytes(void **state) {
    scene *place = *state;
    write_jobs(place);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set output=one"), 0);
    assert_exit(place, run_hadpot(place, 3, "coverage job.yaml --set output=three"), 0);
    assert_same_study(place, "one", "three");
    assert_int_equal(count_lines(place->err, "hadpot: delta_deg_at_10.5_mev: 4 pulls, mean "), 1);
    assert_null(strstr(place->err, " gives no finite result: "));
    assert_null(strstr(place->err, ": no pulls"));
    assert_false(scene_has(place, "one/ensembles"));
    assert_false(scene_has(place, "one/checkpoint"));
    assert_false(scene_has(place, "not"));
}

/* The total band of ensemble 2, and of all of them their shares. */
static void assert_total_is_that_of_the_run(const scene *place, const double *line) {
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table centre = read_table(file, "total"), plus = read_table(file, "total_plus");
    table minus = read_table(file, "total_minus"), truth = read_table(file, "truth");
    table determined = read_table(file, "determined"), mark = read_table(file, "mark");
    assert_true(H5Fclose(file) >= 0);
    table marked = read_result(place, "by_hand", "total/mark");
    table part = read_result(place, "by_hand", "total/determined");
    table total = read_result(place, "by_hand", "total/scattering/delta_deg"); /* (3, 2) */
    for (int k = 0; k < 2; k++) {
        int at = OBSERVABLES + 3 + k, within = 0;
        assert_close(remainder(centre.values[at] - total.values[k], 180), 0, 0, 1e-12); /* digits */
        assert_close(minus.values[at], total.values[2 + k], 0, 0);
        assert_close(plus.values[at], total.values[4 + k], 0, 0);
        assert_close(determined.values[at], part.values[k], 0, 0);
        assert_close(mark.values[at], marked.values[k], 0, 0);
        for (int m = 0; m < ENSEMBLES; m++) {
            at = m * OBSERVABLES + 3 + k;
            double deviation = truth.values[3 + k] - centre.values[at];
            within += deviation <= plus.values[at] && -deviation <= minus.values[at];
        }
        assert_close(line[(3 + k) * COLUMNS + TOTAL + WITHIN], within / 4.0, 0, 0);
        double share = 0, mean = 0;
        for (int m = 0; m < ENSEMBLES; m++) {
            share += (mark.values[m * OBSERVABLES + 3 + k] > 0) / 4.0;
            mean += determined.values[m * OBSERVABLES + 3 + k] / 4.0;
        }
        assert_close(line[(3 + k) * COLUMNS + MARKED], share, 0, 0);
        assert_close(line[(3 + k) * COLUMNS + DETERMINED], mean, 1e-15, 0); /* rounding */
    }
    assert_close(line[TOTAL + COUNT], 0, 0, 0); /* of the data there is none */
    table *const tables[] = {&centre,     &plus, &minus,  &truth, &total,
                             &determined, &mark, &marked, &part};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) test_free(tables[i]->values);
}

/* Every column of the table from values, errors and truths; and ensemble 2 by hand, with the
 * commands synth and run. */
static void the_table_follows_from_the_ensembles(void **state) {
    scene *place = *state;
    static double line[OBSERVABLES * COLUMNS];
    write_jobs(place);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set keep_ensembles=true"), 0);
    char text[2048];
    read_text(place, "out/coverage.csv", text, sizeof text);
    assert_contains(text,
                    "\n# e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass");
    assert_int_equal(read_csv(place, "out/coverage.csv", HEADER, COLUMNS, line, OBSERVABLES),
                     OBSERVABLES);
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table value = read_table(file, "value"), error = read_table(file, "error");
    table truth = read_table(file, "truth"), chi2 = read_table(file, "chi2_per_effective_point");
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(value.shape[0], ENSEMBLES);
    assert_int_equal(value.shape[1], OBSERVABLES);
    for (int i = 0; i < OBSERVABLES; i++) {
        const double *row = line + i * COLUMNS;
        double sum = 0, squares = 0, deviation = 0, mean_error = 0;
        int within = 0, student_68 = 0, gaussian_95 = 0, student_95 = 0;
        for (int m = 0; m < ENSEMBLES; m++) {
            size_t at = (size_t)(m * OBSERVABLES + i);
            double pull = (value.values[at] - truth.values[i]) / error.values[at];
            sum += pull;
            squares += pull * pull;
            deviation += value.values[at] - truth.values[i];
            mean_error += error.values[at];
            within += fabs(pull) <= 1.0;
            student_68 += fabs(pull) <= 1.104; /* tables of t, 5 degrees of freedom */
            gaussian_95 += fabs(pull) <= 1.960;
            student_95 += fabs(pull) <= 2.571;
        }
        assert_close(row[TRUTH], truth.values[i], 0, 0);
        const double *stat = row + STAT;
        assert_close(stat[COUNT], ENSEMBLES, 0, 0);
        /* rounding of sums of 4 */
        assert_close(stat[MEAN_PULL], sum / ENSEMBLES, 1e-13, 1e-14);
        assert_close(stat[RMS_PULL], sqrt(squares / ENSEMBLES), 1e-13, 0);
        assert_close(stat[DEVIATION] / stat[MEAN_WIDTH], deviation / mean_error, 1e-12, 1e-13);
        assert_close(stat[WITHIN], within / 4.0, 0, 0);
        for (int c = 0; c < BAND_COLUMNS; c++) /* no systematic error; rounding */
            assert_close(row[SYST + c], stat[c], 1e-13, 0);
        assert_close(row[STUDENT_68], student_68 / 4.0, 0, 0);
        assert_close(row[GAUSSIAN_95], gaussian_95 / 4.0, 0, 0);
        assert_close(row[STUDENT_95], student_95 / 4.0, 0, 0);
        double p = (within + 1.0) / 6.0;
        assert_close(stat[WITHIN_ERR], sqrt(p * (1 - p) / 6.0), 1e-13, 0); /* rounding */
    }
    assert_exit(place,
                run_hadpot(place, 1, "synth synth.yaml --set noise.seed=12 --set output=e.h5"), 0);
    assert_true(scene_has(place, "out/ensembles/ensemble_00002.h5"));
    assert_exit(place,
                run_hadpot(place, 1, "run run.yaml --set ensemble=e.h5 --set output=by_hand"), 0);
    table delta = read_result(place, "by_hand", "scattering/delta_deg");
    table binding = read_result(place, "by_hand", "scattering/binding_energy_mev");
    table by_hand = read_result(place, "by_hand", "training/chi2_per_effective_point");
    const double *second = value.values + OBSERVABLES, *second_error = error.values + OBSERVABLES;
    assert_band(&delta, 0, SAMPLES, second[3], second_error[3]);
    assert_band(&delta, 1, SAMPLES, second[4], second_error[4]);
    assert_band(&binding, 0, SAMPLES, second[6], second_error[6]);
    assert_close(chi2.values[1], by_hand.values[0], 0, 0);
    assert_total_is_that_of_the_run(place, line);
    test_free(value.values);
    test_free(error.values);
    test_free(truth.values);
    test_free(chi2.values);
    test_free(delta.values);
    test_free(binding.values);
    test_free(by_hand.values);
}

/* Systematic errors are those of a run with the same variations, which also fits their samples, and
 * total bands follow from them. */
static void total_errors_are_those_of_the_run(void **state) {
    scene *place = *state;
    static double line[OBSERVABLES * COLUMNS];
    write_jobs(place);
    write_text(place, "run.yaml",
               RUN_JOB "variations: {range: [fit.r_max_fm=1.5, fit.r_min_fm=0.25]}\n");
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set keep_ensembles=true"), 0);
    assert_null(strstr(place->err, "no with systematic errors"));
    assert_int_equal(read_csv(place, "out/coverage.csv", HEADER, COLUMNS, line, OBSERVABLES),
                     OBSERVABLES);
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table value = read_table(file, "value"), error = read_table(file, "error");
    table plus = read_table(file, "syst_plus"), minus = read_table(file, "syst_minus");
    table truth = read_table(file, "truth");
    assert_true(H5Fclose(file) >= 0);
    assert_exit(
        place,
        run_hadpot(place, 1,
                   "run run.yaml --overwrite --set ensemble=out/ensembles/ensemble_00002.h5 --set "
                   "output=by_hand"),
        0);
    table up = read_result(place, "by_hand", "variations/syst_plus/delta_deg");
    table down = read_result(place, "by_hand", "variations/syst_minus/delta_deg");
    for (size_t k = 0; k < 2; k++) { /* the same fits of the averages: the same bits */
        assert_close(plus.values[OBSERVABLES + 3 + k], up.values[k], 0, 0);
        assert_close(minus.values[OBSERVABLES + 3 + k], down.values[k], 0, 0);
        assert_true(up.values[k] + down.values[k] > 0.0);
    }
    for (int i = 0; i < OBSERVABLES; i++) {
        int within = 0;
        for (int m = 0; m < ENSEMBLES; m++) {
            int at = m * OBSERVABLES + i;
            double deviation = truth.values[i] - value.values[at];
            double side = deviation > 0.0 ? plus.values[at] : minus.values[at];
            within += fabs(deviation) <= hypot(error.values[at], side);
        }
        const double *row = line + i * COLUMNS;
        assert_close(row[SYST + WITHIN], within / 4.0, 0, 0);
        assert_true(row[SYST + MEAN_WIDTH] >= row[STAT + MEAN_WIDTH]);
    }
    assert_true(line[3 * COLUMNS + SYST + MEAN_WIDTH] > line[3 * COLUMNS + STAT + MEAN_WIDTH]);
    table *const tables[] = {&value, &error, &plus, &minus, &truth, &up, &down};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) test_free(tables[i]->values);
}

static void make_folder(const scene *place, const char *name) {
    char path[256];
    scene_path(place, name, path);
    assert_int_equal(mkdir(path, 0777), 0);
}

static void remove_folder(const scene *place, const char *name) {
    char path[256];
    scene_path(place, name, path);
    assert_int_equal(rmdir(path), 0);
}

/* A folder where the file of an ensemble should be stops the study there, and would stop it again
 * at an ensemble that was made a second time. */
static void a_study_goes_on_where_it_stopped(void **state) {
    scene *place = *state;
    write_jobs(place);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set output=whole"), 0);
    make_folder(place, "out");
    make_folder(place, "out/ensembles");
    make_folder(place, "out/ensembles/.ensemble_00001.h5");
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml"), 1);
    assert_true(strstr(place->err, "--resume") == NULL); /* none is finished */
    remove_folder(place, "out/ensembles/.ensemble_00001.h5");
    make_folder(place, "out/ensembles/.ensemble_00003.h5");
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml"), 1);
    assert_contains(place->err, "ensemble 3: ");
    assert_contains(place->err,
                    "; finished ensembles are kept in \"out/checkpoint\", go on with --resume");
    assert_true(scene_has(place, "out/checkpoint/sample_00002.bin"));
    assert_false(scene_has(place, "out/checkpoint/sample_00003.bin"));
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml"), 2);
    assert_contains(place->err, "continue it with --resume");
    assert_exit(place,
                run_hadpot(place, 1, "coverage job.yaml --resume --set run.resampling.bin=3"), 2);
    assert_contains(place->err, "of another job: run.resampling.bin: 2, now 3; --overwrite");
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --resume --set fits=false"), 2);
    assert_contains(place->err, "of another job: coverage.fits: true, now false; --overwrite");
    remove_folder(place, "out/ensembles/.ensemble_00003.h5");
    hp_test_run(place->out, sizeof place->out, /* what is damaged is computed again */
                "cd '%s/out/checkpoint' && cp sample_00002.bin sample_00001.bin && "
                "printf 'x' | dd of=average.bin bs=1 seek=90 conv=notrunc",
                place->folder);
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml --resume"), 0);
    assert_contains(place->err, "sample_00001.bin\" holds number 2: it is not used, and computed");
    assert_contains(place->err, "average.bin\" has a wrong checksum: it is not used, and computed");
    assert_same_study(place, "whole", "out");
    assert_false(scene_has(place, "out/checkpoint"));
    /* What killed ranks leave goes, here beside a finished study; the folder is not ours. */
    make_folder(place, "out/ensembles");
    make_folder(place, "out/ensembles/.ensemble_00001.h5");
    write_text(place, "out/ensembles/..exact_7.h5.tmp", "");
    write_text(place, "out/ensembles/.ensemble_00002.h5", "");
    write_text(place, "out/ensembles/.ensemble_mine.h5", "");
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml --resume"), 0);
    assert_false(scene_has(place, "out/ensembles/..exact_7.h5.tmp"));
    assert_false(scene_has(place, "out/ensembles/.ensemble_00002.h5"));
    assert_true(scene_has(place, "out/ensembles/.ensemble_mine.h5"));
    assert_true(scene_has(place, "out/ensembles/.ensemble_00001.h5"));
}

/* More ranks than ensembles: teams of two; then one that fails, and a resume in teams of two and
 * one.
 */
static void teams_give_the_bytes_of_single_ranks(void **state) {
    static const char two[] =
        "coverage job.yaml --set ensembles=2 --set 'run.variations.range=[fit.r_max_fm=1.5]'";
    scene *place = *state;
    write_jobs(place);
    assert_exit(place, run_hadpot(place, 1, "%s --set output=one", two), 0);
    assert_exit(place, run_hadpot(place, 4, "%s --set output=four", two), 0);
    assert_same_study(place, "one", "four");
    make_folder(place, "out");
    make_folder(place, "out/ensembles");
    make_folder(place, "out/ensembles/.ensemble_00002.h5");
    assert_exit(place, run_hadpot(place, 4, "%s", two), 1);
    assert_contains(place->err,
                    "; finished ensembles are kept in \"out/checkpoint\", go on with --resume");
    assert_true(scene_has(place, "out/checkpoint/sample_00001.bin"));
    remove_folder(place, "out/ensembles/.ensemble_00002.h5");
    assert_exit(place, run_hadpot(place, 3, "%s --resume", two), 0);
    assert_same_study(place, "one", "out");
    assert_false(scene_has(place, "out/ensembles"));
}

/* A state so near threshold that some averages and samples miss it: delta of samples with another
 * number of bound states is, in the results of a run already, that next to the average, delta of
 * the average that next to the truth, and errors are those of the moved samples. */
static void a_branch_is_no_deviation(void **state) {
    scene *place = *state;
    int moved = 0, other = 0, shifted = 0;
    write_jobs(place);
    assert_exit(
        place,
        run_hadpot(place, 1,
                   "coverage job.yaml --set keep_ensembles=true "
                   "--set synth.gaussians.amplitudes_mev=[60,-72] --set "
                   "synth.noise.four_point=0.004 --set run.scattering.energies_mev=[0.0005]"),
        0);
    assert_contains(place->err, " pulls from 4 ensembles, mean ");
    hid_t file = open_hdf5(place, "out/coverage.h5");
    table value = read_table(file, "value"), error = read_table(file, "error");
    table truth = read_table(file, "truth"), count = read_table(file, "samples_moved");
    assert_true(H5Fclose(file) >= 0);
    for (int m = 0; m < ENSEMBLES; m++) {
        assert_exit(
            place,
            run_hadpot(
                place, 1,
                "run run.yaml --overwrite --set ensemble=out/ensembles/ensemble_0000%d.h5 --set "
                "output=by_hand --set scattering.energies_mev=[0.0005]",
                m + 1),
            0);
        table delta = read_result(place, "by_hand", "scattering/delta_deg");
        table bound = read_result(place, "by_hand", "scattering/bound_states");
        int differ = 0;
        for (int i = 1; i <= SAMPLES; i++) {
            if (bound.values[i] == bound.values[0]) continue;
            assert_close(delta.values[i], delta.values[0], 0, 90.0);
            /* further from what the sample's own states make of it near threshold: moved */
            shifted += fabs(delta.values[i] - 180.0 * bound.values[i]) > 90.0;
            differ++;
        }
        size_t at = (size_t)m * value.shape[1] + 3;
        assert_close(count.values[m], differ, 0, 0);
        assert_band(&delta, 0, SAMPLES, delta.values[0], error.values[at]);
        if (bound.values[0] == 1.0) /* the true number */
            assert_close(value.values[at], delta.values[0], 0, 0);
        else
            assert_close(value.values[at], truth.values[3], 0, 90.0);
        moved += differ;
        other += bound.values[0] != 1.0;
        test_free(delta.values);
        test_free(bound.values);
    }
    assert_true(moved >= shifted && shifted > 0 && other > 0); /* else this tests nothing */
    test_free(value.values);
    test_free(error.values);
    test_free(truth.values);
    test_free(count.values);
}

/* 40 ensembles without fits: the data alone, in seconds; assignments reach both jobs, those of the
 * command line after those of the file. */
static void correlators_alone(void **state) {
    scene *place = *state;
    static double line[3 * COLUMNS];
    static char text[OUTPUT_SIZE];
    write_jobs(place);
    write_changed_text(place, COVERAGE_JOB, "job.yaml", "ensembles: 4\n",
                       "ensembles: 40\nfits: false\nsynth_set: [noise.configurations=15]\n"
                       "run_set: ['fit.times=[26]', resampling.bin=2, total_band.draws=0]\n");
    assert_exit(place,
                run_hadpot(place, 2,
                           "coverage job.yaml --set run.resampling.bin=3 --set "
                           "synth.channel=other"),
                0);
    assert_int_equal(read_csv(place, "out/coverage.csv", HEADER, COLUMNS, line, 3), 3);
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "samples: 5\n");
    assert_contains(text, "channel: \"other\"\n");
    for (int i = 0; i < 3; i++) {
        const double *row = line + i * COLUMNS;
        assert_close(row[STAT + COUNT], 40, 0, 0);
        /* Student's t of 4 degrees of freedom: 62.6 % within one error, 40 trials: 7.6 %; 4 sigma
         */
        assert_close(row[STAT + WITHIN], 0.626, 0.0, 0.31);
        /* variance of the mean of 40 t variables: 2/40; 4 sigma */
        assert_close(row[STAT + MEAN_PULL], 0.0, 0.0, 0.9);
    }
    assert_close(line[TRUTH], 1.0, 0, 0);
}

/* Without fits the total bands are those of a study with fits, but for the branch. */
static void total_bands_alone(void **state) {
    scene *place = *state;
    write_jobs(place);
    assert_exit(place, run_hadpot(place, 1, "coverage job.yaml --set output=fits"), 0);
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml --set fits=false"), 0);
    assert_contains(place->err, "hadpot: delta_deg_at_10.5_mev: 4 total bands, mean ");
    assert_null(strstr(place->err, "delta_deg_at_10.5_mev: 4 pulls"));
    hid_t file = open_hdf5(place, "fits/coverage.h5");
    table plus = read_table(file, "total_plus"), centre = read_table(file, "total");
    assert_true(H5Fclose(file) >= 0);
    file = open_hdf5(place, "out/coverage.h5");
    table alone = read_table(file, "total_plus"), middle = read_table(file, "total");
    table determined = read_table(file, "determined"), mark = read_table(file, "mark");
    assert_true(H5Fclose(file) >= 0);
    for (int m = 0; m < ENSEMBLES; m++)
        for (int i = 3; i < OBSERVABLES; i++) {
            int at = m * OBSERVABLES + i;
            assert_close(alone.values[at], plus.values[at], 0, 0);
            assert_close(middle.values[at], centre.values[at], 1e-14, 0); /* 180 degrees added */
            assert_true(i < 5 ? determined.values[at] <= 1 : isnan(determined.values[at]));
            bool form = determined.values[at] < 0.44, wide = mark.values[at] == 3;
            if (i < 5) assert_true(wide ? alone.values[at] > 0 : mark.values[at] == form);
        }
    table *const tables[] = {&plus, &centre, &alone, &middle, &determined, &mark};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) test_free(tables[i]->values);
}

static void bad_jobs_are_refused(void **state) {
    scene *place = *state;
    static const struct {
        const char *arguments, *message;
    } cases[] = {
        {"--set ensemble=3", "--set ensemble=3: unknown key, did you mean ensembles?"},
        {"--set ensembles=1", "must be >= 2, found 1"},
        {"--set levels=[0.9,0.5]", "levels"},
        {"--set levels=[1.0]", "must be >= 0.01 and < 1, found 1"},
        {"--set first_seed=2147483646", "must be at most 2147483643 for 4 ensembles"},
        {"--set synth=none.yaml", "synth: none.yaml: cannot open the job file"},
        {"--set run=none.yaml", "run: none.yaml: cannot open the job file"},
        {"--set synth.noise.sed=3",
         "synth: --set noise.sed=3: unknown key, did you mean noise.seed?"},
        {"--set synth.noise.seed=3", "noise.seed=3: hadpot coverage sets this key itself"},
        {"--set synth.output=x.h5", "synth: output=x.h5: hadpot coverage sets this key itself"},
        {"--set synth.phase_shifts.energies_mev=[3]",
         "hadpot coverage takes the energies of the run"},
        {"--set run.ensemble=x.h5", "run: ensemble=x.h5: hadpot coverage sets this key itself"},
        {"--set run_set=[output=x]", "run: output=x: hadpot coverage sets this key itself"},
        {"--set run_set=[fit.r_max=1]", "run: --set fit.r_max=1: "},
        {"--set run.resampling.max_samples=1", "resampling.max_samples: errors need at least 2"},
        {"--set run.fit.times=[40]", "run.yaml: "},
        {"--set run.resampling.bin=5", "run.yaml: "},
        {"--set 'run.variations.times=[\"fit.times=[99]\"]'",
         "run.yaml: variations.times entry 1: "},
        {"--set run.variations.other=[fit.tims=9]", "run.yaml: variations.other entry 1: "},
        {"--set synth.states.count=1000", "synth.yaml: states.count: "},
    };
    write_jobs(place);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_exit(place, run_hadpot(place, 1, "coverage job.yaml %s", cases[i].arguments), 2);
        assert_contains(place->err, cases[i].message);
        assert_true(strstr(place->err, "go on with --resume") == NULL);
        assert_false(scene_has(place, "out"));
    }
    assert_exit(place, run_hadpot(place, 2, "coverage job.yaml --set run.fit.times=[40]"), 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_exit(place, run_hadpot(place, 1, "coverage"), 2);
    assert_exit(place, run_hadpot(place, 1, "coverage --help"), 0);
    assert_contains(place->out, "--set run.key.path=value");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(any_number_of_ranks_gives_the_same_bytes),
        scene_test(teams_give_the_bytes_of_single_ranks),
        scene_test(the_table_follows_from_the_ensembles),
        scene_test(total_errors_are_those_of_the_run),
        scene_test(a_study_goes_on_where_it_stopped),
        scene_test(a_branch_is_no_deviation),
        scene_test(correlators_alone),
        scene_test(total_bands_alone),
        scene_test(bad_jobs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
