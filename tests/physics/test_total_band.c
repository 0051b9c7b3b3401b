// SPDX-License-Identifier: GPL-3.0-or-later
/* The total band of two ensembles of jobs/truths, seed 9001, with 70 features, against an
 * independent program (numpy, 6400 draws, spectral elements): chi2 and phase shifts of each form,
 * percentiles of the mixture. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS = 8, ENERGIES = 6 };

typedef struct {
    const char *name;
    double chi2[FORMS], delta[FORMS][ENERGIES];
    double band[ENERGIES][3]; /* median, up, down */
} reference;

static const reference references[] = {
    {"local",
     {25.628073, 25.831598, 27.037847, 27.452088, 29.063563, 34.88349, 42.223301, 22.144929},
     {{149.5748, 119.5135, 101.8303, 82.0190, 57.2650, 42.4118},
      {148.3389, 117.4048, 99.9884, 80.5163, 51.6591, 28.9618},
      {148.3111, 117.3199, 99.8878, 80.8222, 55.7616, 39.8467},
      {148.3757, 117.4852, 100.0975, 80.9498, 55.2147, 38.2345},
      {148.4754, 117.7455, 100.4274, 81.1611, 54.5322, 36.2534},
      {148.6984, 118.3386, 101.1761, 81.6717, 53.4563, 33.1769},
      {148.9380, 118.9329, 101.9216, 82.2732, 53.0506, 31.7023},
      {148.8798, 118.2653, 100.7277, 81.4087, 55.8463, 38.2708}},
     {{148.69, 1.29, 1.12},
      {118.10, 2.43, 2.35},
      {100.69, 2.46, 2.49},
      {81.27, 2.62, 2.58},
      {54.83, 5.19, 7.02},
      {35.78, 7.92, 10.97}}},
    {"separable",
     {51.593199, 146.01254, 163.9108, 162.46788, 161.54332, 160.32124, 160.02891, 47.02667},
     {{150.4644, 118.3177, 98.5510, 77.5618, 55.5813, 43.6895},
      {150.0446, 117.6791, 97.2723, 73.1410, 40.5593, 21.3164},
      {149.0122, 115.8876, 96.2316, 75.8051, 53.1726, 39.6772},
      {149.0422, 115.9562, 96.3076, 75.7976, 52.6320, 38.3546},
      {149.0867, 116.0573, 96.4176, 75.7776, 51.8211, 36.4728},
      {149.2140, 116.3340, 96.7050, 75.7099, 49.8857, 32.4506},
      {149.4128, 116.7419, 97.1254, 75.7399, 48.2158, 29.4333},
      {150.1532, 117.7576, 97.5804, 74.9239, 47.5253, 32.2215}},
     {{149.89, 1.44, 1.10},
      {117.43, 2.44, 2.08},
      {97.42, 2.34, 2.22},
      {74.83, 3.13, 2.65},
      {48.92, 7.02, 11.02},
      {32.02, 11.78, 14.63}}}};

/* A ladder with equal ratios, as a value of --set. */
static void write_ladder(const char *key, double first, double last, int n, char *text,
                         size_t size) {
    size_t used = (size_t)snprintf(text, size, "--set 'total_band.%s=[", key);
    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%.15g", i > 0 ? "," : "",
                                 first * pow(last / first, i / (n - 1.0)));
    snprintf(text + used, size - used, "]'");
}

static void run_job(const char *name, const char *folder) {
    char ladder[3][512], output[16384];
    write_ladder("local_widths_fm", 0.12, 1.6, 12, ladder[0], sizeof ladder[0]);
    write_ladder("separable_widths_fm", 0.12, 1.2, 7, ladder[1], sizeof ladder[1]);
    write_ladder("band_envelopes_fm", 0.25, 1.4, 6, ladder[2], sizeof ladder[2]);
    int code = hp_test_run(
        output, sizeof output,
        "cd '%s' && '%s' synth jobs/truths/%s.yaml --set noise.seed=9001 --set output='%s/%s.h5' "
        "&& '%s' run jobs/truths/fit.yaml --set ensemble='%s/%s.h5' --set output='%s/%s' %s %s %s "
        "--set fit.r_max_fm=4 --set resampling.bin=3 --set resampling.max_samples=0 --set "
        "'scattering.energies_mev=[1,5,10,20,50,100]'",
        HADPOT_SOURCE_DIR, HADPOT_PROGRAM, name, folder, name, HADPOT_PROGRAM, folder, name, folder,
        name, ladder[0], ladder[1], ladder[2]);
    if (code != 0) print_error("%s\n", output);
    assert_int_equal(code, 0);
}

static FILE *open_table(const char *folder, const char *name, const char *table) {
    char path[192];
    snprintf(path, sizeof path, "%s/%s/%s.csv", folder, name, table);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    return in;
}

/* The other program estimates the correlations behind the temperature with a shape that is 1 at
 * small distances: 33.7 effective points for 34.5 here, 2.3 %, and so chi2, and phases of the forms
 * that differ by up to 0.05 degrees. With one and the same error model chi2 agreed to 1e-4 and
 * phases to 0.02 degrees, which nodes of 0.01 degrees of tolerance explain. */
static void check_forms(const reference *expected, const char *folder) {
    char line[512], name[64];
    double share, chi2, energy, delta;
    int found = 0;
    FILE *in = open_table(folder, expected->name, "forms");
    while (fgets(line, sizeof line, in) != NULL) {
        if (sscanf(line, "%63[^,],%lf,%lf,%lf,%lf", name, &share, &chi2, &energy, &delta) != 5)
            continue;
        int form = found / ENERGIES, k = found % ENERGIES;
        assert_true(form < FORMS);
        assert_close(share, form == 1 ? 0.4 : form == 0 || form == 7 ? 0.2 : 0.04, 1e-12, 0.0);
        assert_close(chi2, expected->chi2[form], 0.03, 0.0);
        assert_close(delta, expected->delta[form][k], 0.0, 0.06);
        found++;
    }
    fclose(in);
    assert_int_equal(found, FORMS * ENERGIES);
}

/* Column of a header line. */
static int find_column(const char *header, const char *name) {
    int column = 0;
    for (size_t length = strlen(name);; column++, header++) {
        if (strncmp(header, name, length) == 0 && strchr(",\n", header[length]) != NULL)
            return column;
        header = strchr(header, ',');
        assert_non_null(header);
    }
}

static double read_column(const char *line, int column) {
    for (; column > 0; column--) line = strchr(line, ',') + 1;
    return strtod(line, NULL);
}

/* A percentile of 1600 draws is uncertain by about 4 % of the half-width, 6 % where the band is a
 * mixture of two hills (50 and 100 MeV), that of 6400 by half of it: three times both together. */
static void check_band(const reference *expected, const char *folder) {
    static const char *const columns[] = {"delta_total_deg", "delta_total_plus_deg",
                                          "delta_total_minus_deg"};
    char line[2048];
    int column[3] = {-1, -1, -1}, found = 0;
    FILE *in = open_table(folder, expected->name, "phase_shift");
    while (fgets(line, sizeof line, in) != NULL) {
        if (line[0] == '#') continue;
        if (column[0] < 0) {
            for (int i = 0; i < 3; i++) column[i] = find_column(line, columns[i]);
            continue;
        }
        const double *band = expected->band[found++];
        double noise = (found > 4 ? 0.2 : 0.14) * 0.5 * (band[1] + band[2]);
        for (int i = 0; i < 3; i++) assert_close(read_column(line, column[i]), band[i], 0.0, noise);
    }
    fclose(in);
    assert_int_equal(found, ENERGIES);
}

static void total_bands_are_those_of_another_program(void **state) {
    (void)state;
    char folder[64];
    hp_test_make_folder(folder);
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        run_job(references[i].name, folder);
        check_forms(&references[i], folder);
        check_band(&references[i], folder);
    }
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(total_bands_are_those_of_another_program)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
