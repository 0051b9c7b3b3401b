// SPDX-License-Identifier: GPL-3.0-or-later
/* What makes a job file wrong and where it says so; how --set, file and defaults combine. */
#include "job_file.h"

#define SHORTEST "ensemble: a.h5\noutput: out\n" /* two lines; tests add a third one */

typedef struct wrong {
    const char *text, *message;
} wrong;

static void every_fault_of_a_file_is_named_with_its_line(void **state) {
    (void)state;
    static const wrong cases[] = {
        /* keys */
        {SHORTEST "fit:\n  times: [12]\n\n  tims: 3\n",
         "job.yaml:6: fit.tims: unknown key, did you mean fit.times?"},
        {SHORTEST "fit: {bins: 3}\n",
         "job.yaml:3: fit.bins: unknown key, expected one of sources, times, r_min_fm, r_max_fm, "
         "weighting, relative_floor, rotation_breaking, "
         "error_smoothing_fm, covariance, covariance_parameter"},
        {SHORTEST "fit.times: [3]\n",
         "job.yaml:3: fit.times: unknown key, did you mean fit.times?"},
        {SHORTEST "epochs: 3\n", "job.yaml:3: epochs: unknown key, did you mean training.epochs?"},
        {SHORTEST "fits:\n  times: [12]\n", "job.yaml:3: fits: unknown key, did you mean fit?"},
        {SHORTEST "# no such section\nlattice: 3\n",
         "job.yaml:4: lattice: unknown key, expected one of ensemble, output, resampling, "
         "channels, masses, fit, partial_waves, misner, "
         "potential, training, scattering, femtoscopy, finite_volume, direct, total_band, "
         "variations, "
         "results"},
        {SHORTEST "fit:\n  r_min_fm: 1\n  r_min_fm: 2\n",
         "job.yaml:5: fit.r_min_fm: expected one value, found the key a second time"},
        {SHORTEST "fit: {r_min_fm: 1}\nfit: {times: [3]}\n",
         "job.yaml:4: fit: expected one value, found the key a second time"},
        {SHORTEST "? [1, 2]\n: 3\n", "job.yaml:3: expected keys that are plain names"},
        /* whole file */
        {"", "job.yaml: expected a job file with keys, found nothing in it"},
        {"# only words\n", "job.yaml: expected a job file with keys, found nothing in it"},
        {"- 1\n", "job.yaml:1: expected lines \"key: value\", found a list"},
        {"\nwords\n", "job.yaml:2: expected lines \"key: value\", found a single value"},
        {SHORTEST "---\noutput: b\n", "job.yaml:3: expected one YAML document, found a second one"},
        {SHORTEST "fit: [1\n",
         "job.yaml:4: malformed YAML: while parsing a flow sequence, did not find expected ',' or "
         "']'"},
        {SHORTEST "fit: a: b\n",
         "job.yaml:3: malformed YAML: mapping values are not allowed in this context"},
        {SHORTEST "toy: {a}/b\n",
         "job.yaml:3: malformed YAML: while parsing a block mapping, did not find expected key (a "
         "value that begins with { or * needs quotes)"},
        {"tree: x\noutput: y.h5\nascii: {four_point: a}\n",
         "job.yaml: this is a job of hadpot import, not of hadpot run"},
        {SHORTEST "fit: *there\n", "job.yaml:3: malformed YAML: found undefined alias (a value "
                                   "that begins with { or * needs quotes)"},
        {SHORTEST "\x01", "job.yaml:3: malformed YAML: control characters are not allowed"},
        {"output: out\n",
         "job.yaml: ensemble: required key is missing (string: ensemble file (HDF5), relative to "
         "where hadpot is started)"},
        /* types */
        {SHORTEST "fit: 3\n",
         "job.yaml:3: fit: expected a section, that is keys on indented lines, found 3"},
        {SHORTEST "fit:\n",
         "job.yaml:3: fit: expected a section, that is keys on indented lines, found nothing"},
        {SHORTEST "fit: {times: 3}\n",
         "job.yaml:3: fit.times: expected a list of integers like [12, 13], found 3"},
        {SHORTEST "fit: {times: [3, [4]]}\n",
         "job.yaml:3: fit.times: expected a list of integers like [12, 13], found a list"},
        {SHORTEST "fit: {times: &x [*x]}\n",
         "job.yaml:3: fit.times: expected a list of integers like [12, 13], found a list"},
        {SHORTEST "fit: {sources: {a: b}}\n",
         "job.yaml:3: fit.sources: expected a list of strings like [a, b], found a section (key: "
         "value)"},
        {SHORTEST "fit: {sources: [wall, [smeared]]}\n",
         "job.yaml:3: fit.sources: expected a list of strings like [a, b], found a list"},
        {SHORTEST "fit: {sources: [wall, ~]}\n",
         "job.yaml:3: fit.sources: expected a list of strings like [a, b], found ~"},
        {"ensemble: [a.h5]\noutput: out\n",
         "job.yaml:1: ensemble: expected a string, found a list"},
        {"ensemble: a.h5\noutput:\n", "job.yaml:2: output: expected a string, found nothing"},
        {"ensemble: a.h5\noutput: Null\n", "job.yaml:2: output: expected a string, found Null"},
        {"ensemble: a.h5\noutput: ''\n", "job.yaml:2: output: must not be empty"},
        {"ensemble: a.h5\noutput: \"a\\0b\"\n",
         "job.yaml:2: output: expected a string, found a string with a NUL byte"},
        {SHORTEST "potential: {local_part: maybe}\n",
         "job.yaml:3: potential.local_part: expected true or false, found maybe"},
        {SHORTEST "potential: {local_part: 1}\n",
         "job.yaml:3: potential.local_part: expected true or false, found 1"},
        {SHORTEST "potential: {local_part: \"true\"}\n",
         "job.yaml:3: potential.local_part: expected true or false, found the string \"true\""},
        /* allowed values */
        {SHORTEST "\nfit:\n  r_max_fm: -1\n", "job.yaml:5: fit.r_max_fm: must be >= 0, found -1"},
        {SHORTEST "training:\n  learning_rate: 0.0\n",
         "job.yaml:4: training.learning_rate: must be > 0, found 0.0"},
        {SHORTEST "potential: {gaussians: 9}\n",
         "job.yaml:3: potential.gaussians: must be from 1 to 8, found 9"},
        {SHORTEST "potential: {f_layers: [64, 4097]}\n",
         "job.yaml:3: potential.f_layers: must be from 1 to 4096, found 4097"},
        {SHORTEST "potential: {f_layers: []}\n",
         "job.yaml:3: potential.f_layers: expected a list of integers like [12, 13], found an "
         "empty list"},
        {SHORTEST "fit: {weighting: inverse}\n",
         "job.yaml:3: fit.weighting: must be one of inverse_variance|none, found inverse"},
        {SHORTEST "potential: {f_activations: [silu, relu]}\n",
         "job.yaml:3: potential.f_activations: must be one of "
         "leaky_relu|elu|softplus|silu|tanh|identity, found relu"},
        {SHORTEST "scattering: {k2_lat: [0.01, 0]}\n",
         "job.yaml:3: scattering.k2_lat: must be > 0, found 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        merge_fails(&hp_job_schema, cases[i].text, NULL, HP_ERR_INPUT, cases[i].message);
}

static void numbers_are_read_strictly(void **state) {
    (void)state;
    static const char *const integers[] = {"1.5", "1e3",        "1e99", "12x",  "0x10",
                                           "010", "'12'",       "-",    "true", ".nan",
                                           "1_0", "2147483648", "",     "~"};
    static const char *const doubles[] = {"3x",   "nan", ".inf", "inf", "-.Inf", "1e999", "0x1p3",
                                          "1d-3", "--1", ".",    "'1'", "1,5",   "true",  ""};
    char text[256], part[320];
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        snprintf(text, sizeof text, SHORTEST "training: {epochs: %s}\n", integers[i]);
        hp_error err = HP_ERROR_INIT;
        char *effective;
        write_file("job.yaml", text);
        assert_status(hp_config_merge(&hp_job_schema, "job.yaml", NULL, 0, &effective, &err),
                      HP_ERR_INPUT, &err);
        assert_contains(err.message, "job.yaml:3: training.epochs: expected an integer, found ");
    }
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        snprintf(text, sizeof text, "training.learning_rate=%s", doubles[i]);
        snprintf(part, sizeof part, "--set %s: expected a finite number, found ", text);
        hp_error err = HP_ERROR_INIT;
        char *effective, *overrides[] = {text};
        write_file("job.yaml", SHORTEST);
        assert_status(hp_config_merge(&hp_job_schema, "job.yaml", overrides, 1, &effective, &err),
                      HP_ERR_INPUT, &err);
        assert_contains(err.message, part);
    }
}

static void files_that_are_no_job_files_are_refused(void **state) {
    (void)state;
    static const wrong cases[] = {
        {"missing.yaml", "missing.yaml: cannot open the job file: No such file or directory"},
        {".", ".: expected a job file, found a directory"},
        {"zero.yaml", "zero.yaml: expected a job file (YAML), found a NUL byte"},
        {"large.yaml", "large.yaml: expected a job file (YAML), found more than 1048576 bytes"},
    };
    char output[64];
    assert_int_equal(hp_test_run(output, sizeof output, "printf 'a: \\0' > zero.yaml"), 0);
    assert_int_equal(
        hp_test_run(output, sizeof output, "head -c 1048577 /dev/zero | tr '\\0' ' ' > large.yaml"),
        0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective;
        assert_status(hp_config_merge(&hp_job_schema, cases[i].text, NULL, 0, &effective, &err),
                      HP_ERR_INPUT, &err);
        assert_string_equal(err.message, cases[i].message);
    }
}

static void every_fault_of_an_assignment_names_it(void **state) {
    (void)state;
    static const wrong usage[] = {
        {"fit.times", "--set fit.times: expected KEY=VALUE such as fit.times=[12,13]"},
        {"=3", "--set =3: expected KEY=VALUE such as fit.times=[12,13]"},
        {"", "--set : expected KEY=VALUE such as fit.times=[12,13]"},
    };
    static const wrong input[] = {
        {"fit.tims=13", "--set fit.tims=13: unknown key, did you mean fit.times?"},
        {"fitt.times=13", "--set fitt.times=13: unknown key, did you mean fit.times?"},
        {"fit.times.x=13", "--set fit.times.x=13: unknown key, did you mean fit.times?"},
        {"fit={times: [13]}",
         "--set fit={times: [13]}: fit is a section, expected one of its keys, fit.KEY=VALUE"},
        {"fit.times=13", "--set fit.times=13: expected a list of integers like [12, 13], found 13"},
        {"fit.times=[13",
         "--set fit.times=[13: malformed YAML: while parsing a flow sequence, did not find "
         "expected ',' or ']'"},
        {"fit.times=[13, x]",
         "--set fit.times=[13, x]: expected a list of integers like [12, 13], found x"},
        {"training.epochs=", "--set training.epochs=: expected an integer, found nothing"},
        {"training.epochs=0", "--set training.epochs=0: must be from 1 to 10000000, found 0"},
        {"output=", "--set output=: must not be empty"},
        {"output={a: b}", "--set output={a: b}: expected a string, found a section (key: value)"},
    };
    for (size_t i = 0; i < sizeof usage / sizeof *usage; i++)
        merge_fails(&hp_job_schema, SHORTEST, usage[i].text, HP_ERR_USAGE, usage[i].message);
    for (size_t i = 0; i < sizeof input / sizeof *input; i++)
        merge_fails(&hp_job_schema, SHORTEST, input[i].text, HP_ERR_INPUT, input[i].message);
}

static void long_and_odd_keys_are_refused_too(void **state) {
    (void)state;
    char set[600], text[700];
    memset(set, 'x', sizeof set);
    memcpy(set + sizeof set - 3, "=1", 3);
    snprintf(text, sizeof text, SHORTEST "%.500s: 1\n", set);
    hp_error err = HP_ERROR_INIT;
    char *effective, *overrides[] = {set};
    write_file("job.yaml", SHORTEST);
    assert_status(hp_config_merge(&hp_job_schema, "job.yaml", overrides, 1, &effective, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "xxx=1: unknown key, expected one of ensemble, output");
    hp_error_clear(&err);
    write_file("job.yaml", text);
    assert_status(hp_config_merge(&hp_job_schema, "job.yaml", NULL, 0, &effective, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "xxx: unknown key, expected one of ensemble, output");
}

static void the_last_assignment_wins_over_file_and_default(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char *effective, *overrides[] = {"training.epochs=7", "fit.times=[12,13]", "training.epochs=8",
                                     "output=b", "fit.sources=[\"12\", a b]"};
    write_file("job.yaml", SHORTEST "training: {optimiser: adam, epochs: 6, restarts: 3}\n");
    assert_ok(hp_config_merge(&hp_job_schema, "job.yaml", overrides, 5, &effective, &err), &err);
    assert_contains(effective, "output: b\n");
    assert_contains(effective, "  epochs: 8\n");
    assert_contains(effective, "  restarts: 3\n");
    assert_contains(effective, "  learning_rate: 0.01\n");
    assert_contains(effective, "  times: [12, 13]\n");
    assert_contains(effective, "  sources: [\"12\", a b]\n");
    hp_free(effective);
}

static void an_assignment_can_give_a_required_key(void **state) {
    (void)state;
    char *effective = merge_ok(&hp_job_schema, "output: out\n", "ensemble=a.h5");
    assert_contains(effective, "ensemble: a.h5\noutput: out\n");
    hp_free(effective);
}

static void an_assignment_does_not_excuse_a_wrong_file(void **state) {
    (void)state;
    merge_fails(&hp_job_schema, SHORTEST "training: {epochs: 0}\n", "training.epochs=5",
                HP_ERR_INPUT, "job.yaml:3: training.epochs: must be from 1 to 10000000, found 0");
}

static void the_same_job_gives_the_same_text(void **state) {
    (void)state;
    char *one = merge_ok(&hp_job_schema,
                         SHORTEST "fit:\n  times:\n  - 13\n  - 12\ntraining:\n  penalty: "
                                  "1.0E-2\n  warm_start: False\n",
                         NULL);
    char *other = merge_ok(&hp_job_schema,
                           "training: {\"warm_start\": false, penalty: +.01}\n"
                           "fit: {times: [+13, 12]}\noutput: 'out' # comment\nensemble: \"a.h5\"\n",
                           NULL);
    assert_string_equal(one, other);
    hp_free(one);
    hp_free(other);
}

static void the_echo_read_as_a_job_gives_itself(void **state) {
    (void)state;
    char *first =
        merge_ok(&hp_job_schema,
                 "ensemble: \"\\\"a: #b\\\\ \\u00e9\\n c\"\noutput: '12'\n"
                 "fit: {sources: ['null', 'No', 'it''s', ' a', '-', '[x]', '.5', '1e3']}\n"
                 "training: {penalty: 1e-7, hidden_deviation: 0.30000000000000004}\n",
                 NULL);
    assert_contains(first, "\xc3\xa9"); /* the letter itself, no escape */
    assert_contains(first, "output: \"12\"\n");
    assert_contains(first, "[\"null\", \"No\", it's, ");
    assert_contains(first, "penalty: 1.0e-07\n"); /* YAML 1.1 wants the point */
    char *second = merge_ok(&hp_job_schema, first, NULL);
    assert_string_equal(first, second);
    hp_job *a, *b;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_job_parse(first, &a, &err), &err);
    assert_ok(hp_job_parse(second, &b, &err), &err);
    assert_string_equal(a->ensemble, "\"a: #b\\ \xc3\xa9\n c");
    assert_string_equal(a->ensemble, b->ensemble);
    assert_int_equal(a->fit.sources.count, 8);
    assert_string_equal(a->fit.sources.values[3], " a");
    hp_job_free(&a);
    hp_job_free(&b);
    hp_free(first);
    hp_free(second);
}

static void a_value_stays_on_one_line(void **state) {
    (void)state;
    char *lines = merge_ok(&hp_job_schema, "ensemble: \"a\\nb\"\noutput: out\n", NULL);
    assert_contains(lines, "ensemble: \"a\\nb\"\noutput: out\n");
    hp_free(lines);
    char set[512] = "fit.times=[100";
    for (int t = 101; t < 160; t++)
        snprintf(set + strlen(set), sizeof set - strlen(set), ", %d", t);
    strcat(set, "]");
    char *effective = merge_ok(&hp_job_schema, SHORTEST, set);
    assert_contains(effective, strchr(set, '['));
    hp_free(effective);
}

static void a_name_of_two_sections_is_not_guessed(void **state) {
    (void)state;
    merge_fails(
        &hp_synth_job_schema, "output: o\ncount: 3\n", NULL, HP_ERR_INPUT,
        "job.yaml:2: count: unknown key, expected one of output, truth, channel, "
        "mass_1_mev, mass_2_mev, inverse_spacing_mev, channels, gaussians, yukawas, "
        "squared_yukawas, "
        "woods_saxon, square_well, regular_yukawas, tensor_yukawas, oscillating_gaussians, "
        "momentum_dependent, separable_exponential, yamaguchi, gaussian_nonlocal, perey_buck, "
        "perey_buck_exponential, separable_kernel, separable_gaussians, tables, grid, times, "
        "sources, "
        "inelastic, noise, states, phase_shifts, scattering");
}

/* Every row of the tables that the file does not give: its default can be given with --set and
 * changes nothing, where the effective job shows the key or would if it were another; else it is
 * refused. */
#define REQUIRED NULL
#define NOTHING(...)
#define TOP_DEFAULT(name, type, fallback, ...) {#name, fallback},
#define KEY_DEFAULT(section, name, type, fallback, ...) {#section "." #name, fallback},

/* Keys that have effect and yet no line where they have their defaults (QUIET): effective jobs of
 * version 1 had none of them, and stay what they were. */
static bool is_quiet(const hp_schema *schema, const char *path) {
    static const char run[] = " channels.pairs channels.components channels.delta_factor "
                              "channels.flavour_basis partial_waves.projection potential.tensor "
                              "potential.coupling scattering.kinematics "
                              "scattering.total_energies_mev scattering.eigenphases "
                              "results.checkpoint_interval_s ";
    static const char others[] = " channels.components channels.pairs sources.amplitudes "
                                 "noise.four_point_floor scattering.poles ";
    static const char forms[] = " separable_gaussians.amplitudes_mev_per_fm3 "
                                "separable_gaussians.ranges_1_fm separable_gaussians.ranges_2_fm ";
    char name[128];
    snprintf(name, sizeof name, " %s ", path);
    if (strstr(forms, name) != NULL) return true;
    if (schema == &hp_scatter_job_schema) return false;
    return strstr(schema == &hp_job_schema ? run : others, name) != NULL;
}

/* Whether an effective job has a line of this key. */
static bool shows(const char *effective, const char *path) {
    char section[64] = "", found[128];
    for (const char *line = effective; *line != '\0'; line += strcspn(line, "\n") + 1) {
        int length = (int)strcspn(line, ":");
        if (*line == ' ') {
            snprintf(found, sizeof found, "%s.%.*s", section, length - 2, line + 2);
        } else {
            snprintf(section, sizeof section, "%.*s", length, line);
            snprintf(found, sizeof found, "%s", section);
        }
        if (strcmp(found, path) == 0) return true;
    }
    return false;
}

static void assert_idle(const hp_schema *schema, const char *text, const char *set) {
    hp_error err = HP_ERROR_INIT;
    char *effective, *overrides[] = {(char *)set};
    write_file("job.yaml", text);
    assert_status(hp_config_merge(schema, "job.yaml", overrides, 1, &effective, &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "has effect only for ");
}

static void every_key_can_be_assigned(void **state) {
    (void)state;
    static const wrong job[] = {HP_JOB_TABLE(TOP_DEFAULT, NOTHING, KEY_DEFAULT, NOTHING)};
    static const wrong synth[] = {HP_SYNTH_JOB_TABLE(TOP_DEFAULT, NOTHING, KEY_DEFAULT, NOTHING)};
    static const wrong scatter[] = {
        HP_SCATTER_JOB_TABLE(TOP_DEFAULT, NOTHING, KEY_DEFAULT, NOTHING)};
    const char *scatter_text = "output: o\nhbar2_over_2mu_mev_fm2: 41.47\n"
                               "tables: {nonlocal: u.h5}\n";
    const char *synth_text = "output: o\nmass_1_mev: 938.3\ninverse_spacing_mev: 2194\n"
                             "gaussians: {amplitudes_mev: [-112.5], ranges_fm: [0.949]}\n";
    const struct {
        const hp_schema *schema;
        const char *text;
        const wrong *rows;
        size_t n;
    } kinds[] = {{&hp_job_schema, SHORTEST, job, sizeof job / sizeof *job},
                 {&hp_synth_job_schema, synth_text, synth, sizeof synth / sizeof *synth},
                 {&hp_scatter_job_schema, scatter_text, scatter, sizeof scatter / sizeof *scatter}};
    for (int kind = 0; kind < 3; kind++) {
        char *expected = merge_ok(kinds[kind].schema, kinds[kind].text, NULL), set[256];
        for (size_t k = 0; k < kinds[kind].n; k++) {
            const char *path = kinds[kind].rows[k].text, *dot = strchr(path, '.');
            bool given = strstr(kinds[kind].text, dot != NULL ? dot + 1 : path) != NULL;
            if (kinds[kind].rows[k].message == NULL || given) continue;
            snprintf(set, sizeof set, "%s=%s", kinds[kind].rows[k].text,
                     kinds[kind].rows[k].message);
            bool quiet = is_quiet(kinds[kind].schema, path);
            assert_false(quiet && shows(expected, path));
            if (!shows(expected, path) && !quiet) {
                assert_idle(kinds[kind].schema, kinds[kind].text, set);
                continue;
            }
            char *effective = merge_ok(kinds[kind].schema, kinds[kind].text, set);
            assert_string_equal(effective, expected);
            hp_free(effective);
        }
        hp_free(expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_a_file_is_named_with_its_line),
        cmocka_unit_test(numbers_are_read_strictly),
        cmocka_unit_test(files_that_are_no_job_files_are_refused),
        cmocka_unit_test(every_fault_of_an_assignment_names_it),
        cmocka_unit_test(long_and_odd_keys_are_refused_too),
        cmocka_unit_test(the_last_assignment_wins_over_file_and_default),
        cmocka_unit_test(an_assignment_can_give_a_required_key),
        cmocka_unit_test(an_assignment_does_not_excuse_a_wrong_file),
        cmocka_unit_test(the_same_job_gives_the_same_text),
        cmocka_unit_test(the_echo_read_as_a_job_gives_itself),
        cmocka_unit_test(a_value_stays_on_one_line),
        cmocka_unit_test(a_name_of_two_sections_is_not_guessed),
        cmocka_unit_test(every_key_can_be_assigned),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
