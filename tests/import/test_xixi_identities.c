// SPDX-License-Identifier: GPL-3.0-or-later
/* Raw Xi Xi files of the HAL QCD collaboration (MIT licence): the tensor operator closes on the
 * components 3S1 and 3D1 of every wave, and spins in other conventions are refused. Skipped, and
 * said so, where the data are not present. */
#include <glob.h>
#include <unistd.h>
#include "halqcd_wave_case.h"
#include "support.h"
#include "../../src/import/halqcd_spin.h"

enum { EXTENT = 48, POINTS = 2925, FILES = 12 };

/* Rounding of sums of 16 terms and of products of two tensors, relative to the largest phi_S; the
 * identities are exact. */
static const double IDENTITY = 1e-12;

static const char *tree_path(void) {
    const char *path = getenv("HADPOT_XIXI_RAW");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/halqcd_xixi_l48";
}

/* One file, and what its projection needs. */
typedef struct raw {
    glob_t found;
    hp_geometry geometry;
    hp_halqcd_state *state;
    hp_halqcd_spin *spin;
    unsigned char *bytes;
    spin_matrix *orbit; /* (POINTS) */
} raw;

static size_t read_file(const char *path, unsigned char **bytes) {
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(in);
    rewind(in);
    *bytes = test_malloc(size);
    assert_int_equal(fread(*bytes, 1, size, in), size);
    assert_int_equal(fclose(in), 0);
    return size;
}

static void open_wave(raw *of, int i) {
    hp_error err = HP_ERROR_INIT;
    hp_halqcd_wave wave = {0};
    size_t size = read_file(of->found.gl_pathv[i], &of->bytes);
    assert_ok(hp_halqcd_check_records(of->bytes, size, &wave, &err), &err);
    assert_int_equal(wave.extent, EXTENT);
    assert_int_equal(wave.norbit, POINTS);
    assert_ok(hp_geometry_create_cubic(EXTENT, &of->geometry, &err), &err);
    of->state = test_calloc(1, sizeof *of->state + POINTS * sizeof(int));
    *of->state = (hp_halqcd_state){.extent = EXTENT, .norbit = POINTS, .triplet = true};
    for (int k = 0; k < POINTS; k++)
        of->state->site[k] = hp_halqcd_integer(wave.site + 4 * (ptrdiff_t)k, wave.big_endian);
    of->orbit = test_calloc(POINTS, sizeof *of->orbit);
    hp_halqcd_doubles(wave.data, wave.big_endian, POINTS * 32, (double *)of->orbit);
    assert_ok(hp_halqcd_spin_create(of->state, &of->geometry, &of->spin, &err), &err);
}

static void close_wave(raw *of) {
    hp_halqcd_spin_destroy(&of->spin);
    hp_geometry_destroy(&of->geometry);
    test_free(of->state);
    test_free(of->bytes);
    test_free(of->orbit);
}

static hp_status project(raw *of, double complex phi[2][POINTS], hp_error *err) {
    const hp_halqcd_wave wave = {
        .extent = EXTENT, .norbit = POINTS, .data = (const unsigned char *)of->orbit};
    const double *re = NULL, *im = NULL;
    HP_CALL(hp_halqcd_project(of->spin, &wave, &re, &im, NULL, err));
    for (int i = 0; i < 2 * POINTS; i++) phi[i / POINTS][i % POINTS] = re[i] + I * im[i];
    return HP_OK;
}

static bool is_at_border(const int site[3]) {
    for (int i = 0; i < 3; i++)
        if (2 * abs(site[i]) == EXTENT)
            return true; /* of which the mirror image is the same site */
    return false;
}

/* psi -> S12 psi on the spins of the sink. */
static void apply_tensor(raw *of) {
    for (int slot = 0; slot < POINTS; slot++) {
        spin_matrix tensor = {{0}}, turned = {{0}};
        double nn[3][3];
        int site[3];
        hp_halqcd_site(of->state->site[slot], EXTENT, site);
        if (is_at_border(site)) continue;
        directions(EXTENT, site, nn);
        if (site[0] != 0 || site[1] != 0 || site[2] != 0) add_tensor(nn, 1.0, tensor);
        for (int l = 0; l < 4; l++)
            for (int k = 0; k < 4; k++)
                for (int j = 0; j < 4; j++) turned[l][k] += tensor[j][k] * of->orbit[slot][l][j];
        memcpy(of->orbit[slot], turned, sizeof turned);
    }
}

static void the_tensor_operator_closes_on_every_wave(void **state) {
    raw *of = *state;
    static double complex phi[2][POINTS], turned[2][POINTS];
    double worst[2] = {0};
    for (int i = 0; i < FILES; i++) {
        hp_error err = HP_ERROR_INIT;
        double largest = 0.0;
        open_wave(of, i);
        assert_ok(project(of, phi, &err), &err);
        apply_tensor(of);
        assert_ok(project(of, turned, &err), &err);
        for (int p = 0; p < POINTS; p++) largest = fmax(largest, cabs(phi[0][p]));
        for (int p = 1; p < POINTS; p++) {
            if (is_at_border(of->geometry.site[p])) continue;
            double S = cabs(turned[0][p] - sqrt(8.0) * phi[1][p]) / largest;
            double D = cabs(turned[1][p] - sqrt(8.0) * phi[0][p] + 2.0 * phi[1][p]) / largest;
            worst[0] = fmax(worst[0], S);
            worst[1] = fmax(worst[1], D);
        }
        close_wave(of);
    }
    print_message("phi_S(S12 psi) = sqrt 8 phi_D to %.2g, phi_D(S12 psi) = sqrt 8 phi_S - 2 phi_D "
                  "to %.2g of the largest phi_S, %d files\n",
                  worst[0], worst[1], FILES);
    assert_true(worst[0] < IDENTITY);
    assert_true(worst[1] < IDENTITY);
}

/* Spins conjugated, source and sink exchanged, spins of the source in reverse order. */
static void other_conventions_are_refused(void **state) {
    raw *of = *state;
    static double complex phi[2][POINTS];
    for (int kind = 0; kind < 3; kind++) {
        hp_error err = HP_ERROR_INIT;
        open_wave(of, kind);
        for (int slot = 0; slot < POINTS; slot++) {
            spin_matrix m;
            memcpy(m, of->orbit[slot], sizeof m);
            for (int l = 0; l < 4; l++)
                for (int k = 0; k < 4; k++)
                    of->orbit[slot][l][k] = kind == 0   ? conj(m[l][k])
                                            : kind == 1 ? m[k][l]
                                                        : m[3 - l][k];
        }
        assert_status(project(of, phi, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, "are changed by a rotation that leaves the site in its place");
        close_wave(of);
    }
}

static int find_files(void **state) {
    raw *of = test_calloc(1, sizeof *of);
    char pattern[1024];
    snprintf(pattern, sizeof pattern, "%s/BBwave.dir.S4.00/*/NBSwave.*", tree_path());
    *state = of;
    return glob(pattern, 0, NULL, &of->found) == 0 && of->found.gl_pathc == FILES ? 0 : 1;
}

static int forget_files(void **state) {
    raw *of = *state;
    globfree(&of->found);
    test_free(of);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tensor_operator_closes_on_every_wave),
        cmocka_unit_test(other_conventions_are_refused),
    };
    if (access(tree_path(), R_OK) != 0) {
        printf("SKIPPED: %s is not there; HADPOT_XIXI_RAW=FOLDER names another place\n",
               tree_path());
        return 0;
    }
    return cmocka_run_group_tests(tests, find_files, forget_files);
}
