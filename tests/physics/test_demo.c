// SPDX-License-Identifier: GPL-3.0-or-later
/* Closure: the main job on the shipped ensemble finds the potential from which that was made. The
 * truth stands here once more, as numbers, and is solved here, so that neither the file beside the
 * ensemble nor the program's own comparison is trusted. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/nystroem.h"
#include "hadpot/units.h"

enum { MAX_ROWS = 512 };
static const double MASS_MEV = 1700.0;

static double true_potential_mev(double r_fm) {
    return 250.0 * exp(-r_fm * r_fm / (0.25 * 0.25)) - 60.0 * exp(-r_fm * r_fm / (0.8 * 0.8));
}

/* Phase shift in degrees at E = k^2/(2 mu), 2 mu = MASS_MEV; lengths in fm. 24 panels of 16 nodes
 * on 6 fm leave an error below 1e-9 deg. */
static void true_phase_shifts(const double *energy_mev, int n, double *delta_deg) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_nystroem *solver;
    double k2[MAX_ROWS], kcot[MAX_ROWS];
    assert_ok(hp_quadrature_create(6.0, 24, 16, &grid, &err), &err);
    assert_ok(hp_nystroem_create(&grid, &solver, &err), &err);
    double *local = calloc((size_t)grid.n, sizeof *local);
    double unit = MASS_MEV / (HP_HBARC_MEV_FM * HP_HBARC_MEV_FM); /* 2 mu in 1/(MeV fm^2) */
    for (int i = 0; i < grid.n; i++) local[i] = unit * true_potential_mev(grid.r[i]);
    for (int k = 0; k < n; k++) k2[k] = unit * energy_mev[k];
    assert_ok(hp_nystroem_set_interaction(solver, &(hp_interaction){.local = local}, &err), &err);
    assert_ok(hp_nystroem_phase_shifts(solver, k2, n, delta_deg, kcot, &err), &err);
    for (int k = 0; k < n; k++) delta_deg[k] *= 180.0 / M_PI;
    free(local);
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
}

/* Columns first .. first+2 of a CSV file as doubles, behind `texts` columns of text. */
static int read_columns(const char *path, int texts, int first, double (*row)[3]) {
    char line[1024];
    int rows = 0;
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in) != NULL) {
        char *at = line;
        for (int i = 0; i < texts + first && at != NULL; i++) {
            at = strchr(at, ',');
            if (at != NULL) at++;
        }
        if (line[0] == '#' || at == NULL) continue;
        if (sscanf(at, "%lf,%lf,%lf", &row[rows][0], &row[rows][1], &row[rows][2]) != 3) continue;
        assert_true(++rows < MAX_ROWS);
    }
    fclose(in);
    assert_true(rows > 0);
    return rows;
}

static void demo_finds_its_truth(void **state) {
    (void)state;
    static double row[MAX_ROWS][3];
    double energy[MAX_ROWS], truth[MAX_ROWS];
    char folder[64], path[128], output[8192];
    hp_test_make_folder(folder);
    int code = hp_test_run(output, sizeof output,
                           "cd '%s' && '%s' run jobs/demo/job.yaml --set output='%s/out'",
                           HADPOT_SOURCE_DIR, HADPOT_PROGRAM, folder);
    if (code != 0) print_error("%s\n", output);
    assert_int_equal(code, 0);
    snprintf(path, sizeof path, "%s/out/phase_shift.csv", folder);
    int n = read_columns(path, 0, 2, row); /* e_cm, delta and its error */
    assert_int_equal(n, 20);
    for (int k = 0; k < n; k++) energy[k] = row[k][0];
    true_phase_shifts(energy, n, truth);
    for (int k = 0; k < n; k++) {
        print_message("E = %5.1f MeV: delta = %6.2f(%.2f) deg, truth %6.2f\n", energy[k], row[k][1],
                      row[k][2], truth[k]);
        assert_true(row[k][2] > 0.0 && row[k][2] < 2.0); /* a band, and one that says something */
        /* this ensemble is off by 1.5 errors at low energies, as one in eight is; they go together
         */
        assert_close(row[k][1], truth[k], 0.0, 2.0 * row[k][2]);
    }
    snprintf(path, sizeof path, "%s/out/potential.csv", folder);
    n = read_columns(path, 2, 0, row); /* r, localised V and its error */
    for (int r = 0; r < n; r++)
        if (row[r][0] > 0.2 && row[r][0] < 2.0)
            /* 160 correlated points: 3.5 errors; time derivatives on the lattice: 0.1 MeV */
            assert_close(row[r][1], true_potential_mev(row[r][0]), 0.0, 3.5 * row[r][2] + 0.1);
    hp_test_remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(demo_finds_its_truth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
