// SPDX-License-Identifier: GPL-3.0-or-later
/* Bad jobs and bad data: one line that says what is wrong with which file and key, exit code 2 (1
 * when the file system refuses), and no trace of an output folder. */
#include "program.h"
#include "small_ensemble.h"
#include "small_job.h"

/* How the program is called in a folder with the files of prepare(), the exit code, and what the
 * message must contain. */
typedef struct mistake {
    const char *arguments;
    int exit_code;
    const char *parts[4];
} mistake;

static const mistake job_mistakes[] = {
    {"none.yaml", 2, {"none.yaml", "No such file"}},
    {".", 2, {"job file"}},
    {"empty.yaml", 2, {"empty.yaml", "found nothing"}},
    {"unknown.yaml", 2, {"unknown.yaml:4", "fit.timess", "fit.times"}},
    {"section.yaml", 2, {"section.yaml:3", "fitt"}},
    {"type.yaml", 2, {"type.yaml:13", "training.steps", "integer", "many"}},
    {"twice.yaml", 2, {"twice.yaml:19", "output"}},
    {"broken.yaml", 2, {"broken.yaml:5", "malformed"}},
    {"raw.h5", 2, {"raw.h5"}},
    {"job.yaml --set training.epochs=0", 2, {"training.epochs", "from 1 to", "found 0"}},
    {"job.yaml --set fit.r_max_fm=.nan", 2, {"fit.r_max_fm"}},
    {"job.yaml --set potential.f_activations=[relu]",
     2,
     {"potential.f_activations", "silu", "relu"}},
    {"job.yaml --set potential.kind=magic", 2, {"potential.kind", "sdnn", "magic"}},
    {"job.yaml --set nonsense=1", 2, {"--set nonsense=1", "unknown key"}},
    {"job.yaml --set epochs", 2, {"--set epochs"}},
    {"job.yaml --set output=", 2, {"output"}},
};

static const mistake file_mistakes[] = {
    {"job.yaml --set ensemble=none.h5", 2, {"none.h5", "No such file"}},
    {"job.yaml --set ensemble=.", 2, {"directory", "HDF5"}},
    {"job.yaml --set ensemble=job.yaml", 2, {"job.yaml", "not an HDF5 file"}},
    {"job.yaml --set ensemble=truncated.h5", 2, {"truncated.h5", "truncated"}},
    {"job.yaml --set ensemble=foreign.h5", 2, {"foreign.h5", "hadpot-ensemble", "format"}},
    {"job.yaml --set ensemble=nan.h5", 2, {"nan.h5", "/source/smeared/four_point", "t = 12"}},
    {"job.yaml --set ensemble=constant.h5", 2, {"constant.h5", "smeared", "t = 11"}},
    {"job.yaml --set ensemble=latin.h5", 2, {"latin.h5", "channel", "UTF-8"}},
    {"job.yaml --set ensemble=lines.h5", 2, {"lines.h5", "channel", "one line"}},
    {"job.yaml --set ensemble=comma.h5", 2, {"comma.h5", "'wall, new'", "commas"}},
    {"job.yaml --set ensemble=one.h5", 2, {"one.h5", "1 configuration", "at least 3"}},
    {"job.yaml --set ensemble=one.h5 --set resampling.max_samples=0", 2, {"one.h5", "at least 3"}},
    {"job.yaml --set training.epochs=3",
     2,
     {"--set training.epochs=3: has effect only for training.optimiser: adam, found "
      "levenberg_marquardt"}},
    {"job.yaml --set resampling.bin=4", 2, {"raw.h5", "resampling.bin = 4", "7 configurations"}},
    {"job.yaml --set resampling.bin=3", 2, {"raw.h5", "makes 2 bins", "at least 3"}},
    {"job.yaml --set resampling.bin=8", 2, {"raw.h5", "makes 0 bins", "7 configurations"}},
    {"job.yaml --set ensemble=two.h5", 2, {"two.h5", "2 jackknife samples", "at least 3"}},
    {"job.yaml --set ensemble=streams.h5 --set resampling.bin=4",
     2,
     {"streams.h5", "7 configurations in 2 streams", "makes 1 bin;"}},
    {"job.yaml --set ensemble=twice.h5",
     2,
     {"twice.h5", "/configuration", "configuration 30", "rows 2 and 3"}},
    {"job.yaml --set ensemble=apart.h5", 2, {"apart.h5", "/stream", "row 2 belongs to stream 4"}},
    {"job.yaml --set ensemble=lists.h5",
     2,
     {"lists.h5", "/source/smeared/configuration", "row 6 is configuration 80, expected 70",
      "/configuration:"}},
    {"job.yaml --set ensemble=jackknife.h5 --set resampling.bin=2",
     2,
     {"jackknife.h5", "resampling.bin", "found 2"}},
    {"job.yaml --set ensemble=jackknife.h5 --set resampling.method=bootstrap",
     2,
     {"resampling.method: bootstrap", "jackknife.h5 are jackknife samples"}},
    {"job.yaml --set resampling.method=bootstrap --set resampling.bootstrap_samples=1",
     2,
     {"resampling.bootstrap_samples", "from 2 to", "found 1"}},
    {"job.yaml --set ensemble=streams.h5 --set resampling.method=bootstrap --set resampling.bin=2",
     2,
     {"streams.h5", "stream number", "at least 3 bins in each"}},
    {"job.yaml --set fit.times=[19]", 2, {"raw.h5", "t = 19", "10 ... 14"}},
    {"job.yaml --set fit.times=[11,14]", 2, {"raw.h5", "t = 14", "11 ... 13"}},
    {"job.yaml --set fit.times=[10]", 2, {"raw.h5", "t = 10", "11 ... 13"}},
    {"job.yaml --set fit.sources=[wall,point]", 2, {"raw.h5", "'point'", "smeared, wall"}},
    {"job.yaml --set fit.r_max_fm=0.82", 2, {"raw.h5", "fit.r_max_fm", "0.82", "0.81"}},
    {"job.yaml --set fit.r_max_fm=0.1", 2, {"fit.r_max_fm", "2 radii"}},
    {"job.yaml --set fit.r_min_fm=0.85", 2, {"fit.r_min_fm", "0.85", "0.81"}},
    {"job.yaml --set scattering.energies_mev=[1,1e6]", 2, {"scattering", "cutoff pi/a"}},
    {"job.yaml --set scattering.energies_mev=[1,1e3] --set scattering.panels=1 "
     "--set scattering.order=2",
     2,
     {"scattering", "panels"}},
    {"job.yaml --set potential.envelope_fm=0 --set scattering.range_fm=5",
     2,
     {"scattering.range_fm", "beyond the data"}},
    {"job.yaml --set potential.envelope_fm=-1", 2, {"potential.envelope_fm", ">= 0, found -1"}},
    {"job.yaml --set potential.envelope_fm=1e-4", 2, {"potential.envelope_fm", "no radius"}},
};

/* The last one is what a full or read-only file system gives, also to root: exit code 1. */
static const mistake output_mistakes[] = {
    {"job.yaml --set output=job.yaml", 2, {"output", "\"job.yaml\"", "not a folder"}},
    {"job.yaml --set output=job.yaml/below", 2, {"output", "\"job.yaml\"", "not a folder"}},
    {"job.yaml --set output=/proc/hadpot", 1, {"output", "\"/proc/hadpot\"", "file system error"}},
};

static const char job[] = SMALL_JOB;

static void write_ensemble(const scene *place, const char *name, small_style style) {
    char path[256];
    scene_path(place, name, path);
    small_ensemble_write(path, style);
}

static void add_chain(const scene *place, const char *name, const char *dataset,
                      const double *numbers) {
    char path[256];
    scene_path(place, name, path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    small_dataset(file, dataset, H5T_STD_I32LE, 1, (hsize_t[]){SMALL_NSAMPLE}, numbers);
    assert_true(H5Fclose(file) >= 0);
}

/* The usual rows with one integer per row beside them. */
static void write_chain(const scene *place, const char *name, const char *dataset,
                        const double *numbers) {
    write_ensemble(place, name, (small_style){.nsample = SMALL_NSAMPLE});
    add_chain(place, name, dataset, numbers);
}

static void prepare(const scene *place) {
    write_text(place, "job.yaml", job);
    write_text(place, "empty.yaml", "");
    write_changed_text(place, job, "unknown.yaml", "times", "timess");
    write_changed_text(place, job, "section.yaml", "fit:", "fitt:");
    write_changed_text(place, job, "type.yaml", "steps: 60", "steps: many");
    write_changed_text(place, job, "twice.yaml", "u_points: 5\n", "u_points: 5\noutput: again\n");
    write_changed_text(place, job, "broken.yaml", "[11, 12]", "[11, 12");
    write_ensemble(place, "raw.h5", (small_style){.nsample = SMALL_NSAMPLE});
    write_ensemble(place, "jackknife.h5", (small_style){.nsample = 6, .jackknife = true});
    write_ensemble(place, "nan.h5", (small_style){.nsample = SMALL_NSAMPLE, .bad = true});
    write_ensemble(place, "constant.h5", (small_style){.nsample = 4, .constant = true});
    write_ensemble(place, "one.h5", (small_style){.nsample = 1});
    write_ensemble(place, "two.h5", (small_style){.nsample = 2, .jackknife = true});
    write_chain(place, "streams.h5", "/stream", (double[]){4, 4, 4, 4, 7, 7, 7});
    write_chain(place, "apart.h5", "/stream", (double[]){4, 7, 4, 4, 7, 7, 7});
    write_chain(place, "twice.h5", "/configuration", (double[]){10, 20, 30, 30, 50, 60, 70});
    write_chain(place, "lists.h5", "/configuration", (double[]){10, 20, 30, 40, 50, 60, 70});
    add_chain(place, "lists.h5", "/source/smeared/configuration",
              (double[]){10, 20, 30, 40, 50, 60, 80});
    write_ensemble(place, "latin.h5", (small_style){.nsample = 4, .channel = "\xa0\xa0"});
    write_ensemble(place, "lines.h5", (small_style){.nsample = 4, .channel = "two\nlines"});
    write_ensemble(place, "comma.h5", (small_style){.nsample = 4, .wall = "wall, new"});
    size_t size;
    char path[256], *bytes = read_bytes(place, "raw.h5", &size);
    scene_path(place, "truncated.h5", path);
    FILE *out = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, size / 2, out), size / 2);
    assert_int_equal(fclose(out), 0);
    test_free(bytes);
    scene_path(place, "foreign.h5", path);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    small_text(file, "format", "hadpot-results");
    assert_true(H5Fclose(file) >= 0);
}

static void check_mistake(scene *place, int ranks, const mistake *wrong) {
    int code = run_hadpot(place, ranks, "run %s", wrong->arguments);
    if (code != wrong->exit_code) print_error("hadpot run %s\n", wrong->arguments);
    assert_exit(place, code, wrong->exit_code);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    const char *line = strstr(place->err, "hadpot: error: ");
    *strchr(line, '\n') = '\0'; /* all of it stands in that one line */
    for (int i = 0; i < 4 && wrong->parts[i] != NULL; i++) assert_contains(line, wrong->parts[i]);
    assert_string_equal(place->out, "");
    if (scene_has(place, "out")) fail_msg("hadpot run %s left a folder", wrong->arguments);
}

static void check_mistakes(scene *place, int ranks, const mistake *table, size_t count) {
    prepare(place);
    for (size_t i = 0; i < count; i++) check_mistake(place, ranks, &table[i]);
}

/* A table that checked nothing would pass: this job is good. */
static void the_job_itself_is_good(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_true(scene_has(place, "out/results.h5"));
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 0);
}

static void bad_jobs_name_file_line_and_key(void **state) {
    check_mistakes(*state, 1, job_mistakes, sizeof job_mistakes / sizeof *job_mistakes);
}

static void bad_data_name_file_and_key(void **state) {
    check_mistakes(*state, 1, file_mistakes, sizeof file_mistakes / sizeof *file_mistakes);
}

static void bad_places_for_results_are_refused(void **state) {
    scene *place = *state;
    check_mistakes(place, 1, output_mistakes, sizeof output_mistakes / sizeof *output_mistakes);
    size_t size;
    char *bytes = read_bytes(place, "job.yaml", &size);
    assert_string_equal(bytes, job); /* what was in the way is untouched */
    test_free(bytes);
}

/* Errors that rank 0 alone, all ranks, or one other rank (row 6 belongs to rank 0 of 3, but
 * jackknife samples with it to all) meet. */
static void three_ranks_say_it_once(void **state) {
    static const mistake table[] = {
        {"unknown.yaml", 2, {"unknown.yaml:4", "fit.timess"}},
        {"job.yaml --set ensemble=none.h5", 2, {"none.h5", "No such file"}},
        {"job.yaml --set ensemble=truncated.h5", 2, {"truncated.h5", "truncated"}},
        {"job.yaml --set ensemble=nan.h5", 2, {"nan.h5", "/source/smeared/four_point", "t = 12"}},
        {"job.yaml --set resampling.bin=4", 2, {"raw.h5", "resampling.bin = 4"}},
        {"job.yaml --set fit.times=[10]", 2, {"raw.h5", "t = 10"}},
        {"job.yaml --set output=job.yaml", 2, {"output", "\"job.yaml\""}},
        {"job.yaml --set output=/proc/hadpot", 1, {"output", "/proc/hadpot"}},
    };
    check_mistakes(*state, 3, table, sizeof table / sizeof *table);
}

/* Errors of the computation: exit code 1 with the place in the source, and no results. */
static void a_failing_fit_leaves_no_results(void **state) {
    scene *place = *state;
    prepare(place);
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        assert_exit(place,
                    run_hadpot(place, ranks,
                               "run job.yaml --set training.optimiser=adam "
                               "--set training.learning_rate=1e300"),
                    1);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_contains(place->err, "training.learning_rate");
        assert_contains(place->err, "src/train/");
        assert_false(scene_has(place, "out/results.h5"));
        assert_false(scene_has(place, "out/phase_shift.csv"));
        assert_false(scene_has(place, "out/.results.h5.tmp"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_job_itself_is_good),     scene_test(bad_jobs_name_file_line_and_key),
        scene_test(bad_data_name_file_and_key), scene_test(bad_places_for_results_are_refused),
        scene_test(three_ranks_say_it_once),    scene_test(a_failing_fit_leaves_no_results),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/bad_input", tests, NULL, NULL);
}
