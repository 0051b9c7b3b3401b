// SPDX-License-Identifier: GPL-3.0-or-later
/* A good run: which files it leaves, and what stands in the tables for people. */
#include <math.h>
#include "hadpot/units.h"
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

enum { NCOLUMN = 2 * SMALL_NFITTED_T };

static void assert_files(scene *place, const char *folder, const char *expected) {
    char list[1024];
    assert_int_equal(
        hp_test_run(list, sizeof list, "cd '%s/%s' && ls -A | tr '\n' ' '", place->folder, folder),
        0);
    assert_string_equal(list, expected);
}

static void output_folder_holds_eight_files(void **state) {
    scene *place = *state;
    run_small_job(place, "--set output=deep/below/out");
    assert_string_equal(place->out, "");
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 0);
    assert_files(place, "deep/below/out",
                 "forms.csv found.txt job.yaml manifest.yaml observables.csv phase_shift.csv "
                 "potential.csv results.h5 summary.yaml ");
}

/* What is found comes last, with what can be said of it; the same in found.txt. */
static void the_last_screen_says_what_was_found(void **state) {
    scene *place = *state;
    char found[4096];
    run_small_job(place, "");
    char *screen = strstr(place->err, "\nmade up (1S0)\n\n");
    assert_non_null(screen);
    assert_null(strstr(screen, "hadpot: "));
    static const char *const lines[] = {
        "                                       value(stat) ",
        "  scattering length a0 ",
        "  effective range r_eff ",
        "  bound states ",
        "  phase shift delta at e_cm = 1 MeV ",
        "  phase shift delta at e_cm = 5.5 MeV ",
        "  phase shift delta at e_cm = 20 MeV ",
        "  signs       k cot delta = -1/a0 + ",
        "  total band  median, and 68 % of the potentials ",
        "              the data determine delta ",
        "  fit         describes its data: chi2 per effective point ",
        "              average converged, 7 of 7 samples converged\n",
        "  potential   has fallen off at ",
        "  warnings    ",
        "  files       out: job.yaml "};
    const char *at = screen;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(count_lines(screen, lines[i]), 1);
        assert_true(strstr(screen, lines[i]) > at); /* in this order */
        at = strstr(screen, lines[i]);
    }
    for (const char *line = screen + 1; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 100);
    read_text(place, "out/found.txt", found, sizeof found);
    *strstr(screen, "  files ") = '\0';
    assert_string_equal(found, screen);
}

static void checkpoints_are_kept_when_asked_for(void **state) {
    scene *place = *state;
    run_small_job(place, "--set results.keep_checkpoints=true");
    assert_true(scene_has(place, "out/results.h5"));
    assert_files(place, "out/checkpoint",
                 "average.bin sample_00001.bin sample_00002.bin sample_00003.bin sample_00004.bin "
                 "sample_00005.bin sample_00006.bin sample_00007.bin ");
}

/* A finished folder may be run into again; nothing of the first run stays. */
static void second_run_replaces_the_first(void **state) {
    scene *place = *state;
    run_small_job(place, "--set training.steps=30");
    move(place, "out/phase_shift.csv", "first.csv");
    write_text(place, "out/phase_shift.csv", "old\n");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set training.steps=30"), 0);
    assert_same_bytes(place, "out/phase_shift.csv", "first.csv");
}

static void phase_shifts_are_those_of_the_samples(void **state) {
    scene *place = *state;
    static const double energies[SMALL_NENERGY] = {1, 5.5, 20};
    double csv[SMALL_NENERGY][PHASE_SHIFT_COLUMNS], mu = 0.55 * 0.75 / (0.55 + 0.75);
    run_small_job(place, "");
    assert_int_equal(read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS,
                              csv[0], SMALL_NENERGY),
                     SMALL_NENERGY);
    table delta = read_result(place, "out", "scattering/delta_deg");
    table kcot = read_result(place, "out", "scattering/kcot_mev");
    for (int k = 0; k < SMALL_NENERGY; k++) {
        double k2 = 2.0 * mu * energies[k] / SMALL_SPACING_MEV;
        assert_close(csv[k][0], k2, 1e-14, 0); /* a few roundings each */
        assert_close(csv[k][1], sqrt(k2) * SMALL_SPACING_MEV, 1e-14, 0);
        assert_close(csv[k][2], energies[k], 1e-14, 0);
        assert_band(&delta, (size_t)k, SMALL_NSAMPLE, csv[k][3], csv[k][4]);
        if (floor((csv[k][3] - csv[k][4]) / 180.0) != floor((csv[k][3] + csv[k][4]) / 180.0))
            assert_true(isinf(csv[k][6])); /* a pole within the error */
        else
            assert_band(&kcot, (size_t)k, SMALL_NSAMPLE, csv[k][5], csv[k][6]);
        /* two solvers of one smooth potential: what their tolerance of 1e-11 allows */
        assert_true(csv[k][7] >= 0.0 && csv[k][7] < 1e-6);
        /* rounding of the tangent, enlarged where the phase is close to 0 or 180 degrees */
        assert_close(csv[k][5] * tan(csv[k][3] * M_PI / 180.0), csv[k][1], 1e-9, 0);
    }
    test_free(delta.values);
    test_free(kcot.values);
}

/* Columns of phase_shift.csv. */
enum { K_MEV = 1, DELTA = 3, FM2 = 8, MB = 10 };

/* sigma = 4 pi sin^2(delta)/k^2 at each energy, its bands, and 1 fm^2 = 10 mb. */
static void cross_sections_follow_from_the_phase_shifts(void **state) {
    scene *place = *state;
    double csv[SMALL_NENERGY][PHASE_SHIFT_COLUMNS];
    run_small_job(place, "");
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS, csv[0],
             SMALL_NENERGY);
    table fm2 = read_result(place, "out", "scattering/cross_section_fm2");
    table mb = read_result(place, "out", "scattering/cross_section_mb");
    for (int k = 0; k < SMALL_NENERGY; k++) {
        double wave = sin(csv[k][DELTA] * M_PI / 180.0) / (csv[k][K_MEV] / HP_HBARC_MEV_FM);
        /* a few roundings each */
        assert_close(csv[k][FM2], 4.0 * M_PI * wave * wave, 1e-14, 0);
        assert_close(csv[k][MB], 10.0 * csv[k][FM2], 1e-15, 0);
        assert_close(csv[k][MB + 1], 10.0 * csv[k][FM2 + 1], 1e-13, 0); /* of differences */
        assert_band(&fm2, (size_t)k, SMALL_NSAMPLE, csv[k][FM2], csv[k][FM2 + 1]);
        assert_band(&mb, (size_t)k, SMALL_NSAMPLE, csv[k][MB], csv[k][MB + 1]);
    }
    test_free(fm2.values);
    test_free(mb.values);
}

/* Scattered forward by the Coulomb force without end, in the average and in every sample. */
static void charged_pairs_have_no_cross_section(void **state) {
    scene *place = *state;
    double csv[SMALL_NENERGY][PHASE_SHIFT_COLUMNS];
    run_small_job(place, "--set scattering.coulomb=point");
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS, csv[0],
             SMALL_NENERGY);
    for (int k = 0; k < SMALL_NENERGY; k++) {
        assert_true(isfinite(csv[k][DELTA]));
        for (int column = FM2; column < PHASE_SHIFT_COLUMNS; column++)
            assert_true(isnan(csv[k][column]));
    }
    table fm2 = read_result(place, "out", "scattering/cross_section_fm2");
    table mb = read_result(place, "out", "scattering/cross_section_mb");
    for (size_t i = 0; i < fm2.count; i++) assert_true(isnan(fm2.values[i]) && isnan(mb.values[i]));
    test_free(fm2.values);
    test_free(mb.values);
}

static void potentials_are_those_of_the_samples(void **state) {
    scene *place = *state;
    double csv[NCOLUMN * SMALL_NPOINT][5];
    run_small_job(place, "");
    assert_int_equal(read_csv(place, "out/potential.csv",
                              "source,t,r_fm,v_localised_mev,v_localised_mev_err,v_lo_mev,"
                              "v_lo_mev_err",
                              5, csv[0], NCOLUMN * SMALL_NPOINT),
                     NCOLUMN * SMALL_NPOINT);
    size_t size;
    char *text = read_bytes(place, "out/potential.csv", &size);
    assert_int_equal(count_lines(text, "smeared,11,"), SMALL_NPOINT);
    assert_int_equal(count_lines(text, "smeared,12,"), SMALL_NPOINT);
    assert_int_equal(count_lines(text, "wall,11,"), SMALL_NPOINT);
    assert_int_equal(count_lines(text, "wall,12,"), SMALL_NPOINT);
    test_free(text);
    table localised = read_result(place, "out", "potential/v_localised_mev");
    table lo = read_result(place, "out", "potential/v_lo_mev");
    for (size_t i = 0; i < NCOLUMN * SMALL_NPOINT; i++) {
        assert_close(csv[i][0], 0.1 * (SMALL_STEP * (double)(i % SMALL_NPOINT) + 0.3), 1e-14, 0);
        assert_band(&localised, i, SMALL_NSAMPLE, csv[i][1], csv[i][2]);
        assert_band(&lo, i, SMALL_NSAMPLE, csv[i][3], csv[i][4]);
    }
    test_free(localised.values);
    test_free(lo.values);
}

/* The job that is kept, run as a job, gives the same bytes in every file. */
static void effective_job_gives_the_same_results(void **state) {
    scene *place = *state;
    run_small_job(place, "--set training.seed=5 --set fit.r_min_fm=0.1 --set scattering.panels=3");
    move(place, "out", "first");
    assert_exit(place, run_hadpot(place, 1, "run first/job.yaml"), 0);
    assert_same_results(place, "out", "first");
    assert_same_bytes(place, "out/job.yaml", "first/job.yaml");
}

/* On a grid too coarse for the network the difference of the solvers is as large as the error. */
static void numerical_error_is_the_error(void **state) {
    scene *place = *state;
    double change[SMALL_NENERGY];
    run_small_job(place, "--set resampling.max_samples=0 --set scattering.panels=12");
    table fine = read_result(place, "out", "scattering/delta_deg");
    run_small_job(place, "--set resampling.max_samples=0 --set scattering.panels=1 "
                         "--set scattering.order=6");
    table coarse = read_result(place, "out", "scattering/delta_deg");
    table claimed = read_result(place, "out", "scattering/delta_numerical_error");
    for (int k = 0; k < SMALL_NENERGY; k++) {
        change[k] = fabs(coarse.values[k] - fine.values[k]);
        assert_true(change[k] > 1e-6); /* far above what the solvers leave on the fine grid */
        assert_true(claimed.values[k] > 0.3 * change[k] && claimed.values[k] < 3.0 * change[k]);
    }
    test_free(fine.values);
    test_free(coarse.values);
    test_free(claimed.values);
}

/* Two streams of other steps, the first with two gaps of which the larger counts once. */
static void streams_and_gaps_are_said(void **state) {
    scene *place = *state;
    char path[256];
    write_small_job(place);
    scene_path(place, "raw.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t rows = SMALL_NSAMPLE;
    const double stream[] = {1, 1, 1, 1, 1, 3, 3}, number[] = {10, 20, 30, 50, 90, 10, 14};
    small_dataset(file, "/stream", H5T_STD_I32LE, 1, &rows, stream);
    small_dataset(file, "/configuration", H5T_STD_I32LE, 1, &rows, number);
    assert_true(H5Fclose(file) >= 0);
    assert_exit(place, run_hadpot(place, 2, "info raw.h5"), 0);
    assert_contains(place->out, "stream      1: 5 rows, configurations 10 ... 90 in steps of 10\n"
                                "stream      3: 2 rows, configurations 10 ... 14 in steps of 4\n"
                                "gaps        2\n");
    assert_exit(
        place,
        run_hadpot(place, 1, "run job.yaml --set resampling.bin=2 --set resampling.max_samples=0"),
        0);
    assert_contains(place->err, "3 jackknife samples from 7 rows in 2 streams, bin 2");
    assert_int_equal(count_lines(place->err, "hadpot: warning: rows at the end of a stream that "
                                             "fill no bin of 2 are left out: 1"),
                     1);
    assert_int_equal(count_lines(place->err, "hadpot: warning: trajectory numbers have 2 gaps"), 1);
}

/* 7 bins of two sources, four times, 14 points and two two-point functions, 8 bytes each. */
static void sums_of_bins_without_memory_are_told_of(void **state) {
    scene *place = *state;
    run_small_job(place, "");
    assert_null(strstr(place->err, "sums of bins"));
    assert_null(strstr(place->err, "rows at the end of a stream that fill no bin"));
    assert_null(strstr(place->err, "trajectory numbers have"));
    move(place, "out", "kept");
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --set resampling.memory_mb=0"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: 0 of 7 sums of bins, 0 of 0.00717 MB, fit "
                                             "into resampling.memory_mb: the others are read "
                                             "again for every sample"),
                     1);
    assert_same_results(place, "kept", "out");
}

static void info_says_what_a_file_holds(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 3, "info raw.h5"), 0);
    assert_int_equal(count_lines(place->out, "file        raw.h5"), 1); /* by one rank */
    assert_int_equal(count_lines(place->out, "channel     made up (1S0)"), 1);
    assert_int_equal(count_lines(place->out, "rows        7 configurations"), 1);
    assert_int_equal(count_lines(place->out, "geometry    radial, 14 points from 0.0300 to 0.81"),
                     1);
    assert_int_equal(count_lines(place->out, "times       10 ... 14"), 1);
    assert_int_equal(count_lines(place->out, "source      smeared: four-point"), 1);
    assert_int_equal(count_lines(place->out, "source      wall: four-point"), 1);
    assert_exit(place, run_hadpot(place, 1, "info job.yaml"), 2);
    assert_contains(place->err, "hadpot: error: job.yaml: ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(output_folder_holds_eight_files),
        scene_test(the_last_screen_says_what_was_found),
        scene_test(checkpoints_are_kept_when_asked_for),
        scene_test(second_run_replaces_the_first),
        scene_test(phase_shifts_are_those_of_the_samples),
        scene_test(cross_sections_follow_from_the_phase_shifts),
        scene_test(charged_pairs_have_no_cross_section),
        scene_test(potentials_are_those_of_the_samples),
        scene_test(effective_job_gives_the_same_results),
        scene_test(numerical_error_is_the_error),
        scene_test(sums_of_bins_without_memory_are_told_of),
        scene_test(info_says_what_a_file_holds),
        scene_test(streams_and_gaps_are_said),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/run", tests, NULL, NULL);
}
