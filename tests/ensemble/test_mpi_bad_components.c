// SPDX-License-Identifier: GPL-3.0-or-later
/* Every way in which an ensemble of version 2 can be wrong: one clear message, the same on all
 * ranks. */
#include "two_pairs.h"
#include <math.h>
#include "refusal.h"

static hp_comm comm;
static char folder[64];

/* One thing wrong: in what is written, or afterwards in the file. */
typedef struct bad_file {
    void (*before)(components_file *of);
    bool (*after)(hid_t file);
    const char *expected;
} bad_file;

#define WRITTEN(name, change)                                                                      \
    static void name(components_file *of) {                                                        \
        change;                                                                                    \
    }

static const double zero_mass[NSAMPLE] = {0.5, 0.0, 0.625}, nan_z[NSAMPLE] = {1.0, 1.0, NAN};

WRITTEN(unknown_letter, of->component[0] = "NX:3Q1")
WRITTEN(no_colon, of->component[0] = "NX3D1")
WRITTEN(no_pair, of->component[0] = ":3D1")
WRITTEN(no_j, of->component[0] = "NX:3D")
WRITTEN(even_half_j, of->component[0] = "NX:2P2/2")
WRITTEN(no_triangle, of->component[0] = "NX:3D4")
WRITTEN(half_j_of_whole_spin, of->component[0] = "NX:3D3/2")
WRITTEN(no_spin, of->component[0] = "NX:0D2")
WRITTEN(twice, of->component[0] = "NX:3S1")
WRITTEN(unknown_pair, of->component[0] = "KN:1S0")
WRITTEN(pair_of_no_component, of->ncomponent = 1)
WRITTEN(negative_mass, of->pair[0].mass[1] = -0.5)
WRITTEN(nan_mass, of->pair[0].mass[0] = NAN)
WRITTEN(mass_in_mev, of->pair[0].mass[0] = 1115.7)
WRITTEN(one_mass, of->pair[0].mass[0] = 0.0)
WRITTEN(no_mass, of->pair[0].mass[0] = of->pair[0].mass[1] = 0.0)
WRITTEN(zero_mass_of_a_row, of->pair[1].mass_2_rows = zero_mass)
WRITTEN(rows_of_one_mass, of->pair[1].mass_2_rows = NULL)
WRITTEN(negative_z, of->pair[0].sqrt_z = -1.0)
WRITTEN(infinite_z, of->pair[0].sqrt_z = INFINITY)
WRITTEN(nan_z_of_a_row, of->pair[0].z = nan_z)
WRITTEN(masses_of_configurations, of->jackknife = false)
WRITTEN(wrong_identity, of->pair[0].identical = 2)
WRITTEN(unequal_identity, of->pair[0].mass[1] = 0.6)
WRITTEN(no_source_pair, of->source[0].pair = NULL)
WRITTEN(unknown_source_pair, of->source[0].pair = "KN")
WRITTEN(nothing_is_whole, of->source[0].lacks = "NX:3S1"; of->source[1].lacks = "LL:1S0")
WRITTEN(full_twice, of->full = of->full_at_source = true)
WRITTEN(full_of_no_pair, of->full = of->full_at_source = true; of->source[0].pair = "")
WRITTEN(beside, of->ratio = of->beside = true)
WRITTEN(four_points, of->ratio = false)

static bool replace(hid_t file, const char *path, int rank, hsize_t a, hsize_t b, hsize_t c) {
    const hsize_t shape[] = {a, b, c};
    if (H5Lexists(file, path, H5P_DEFAULT) > 0 && !remove_link(file, path)) return false;
    return put_dataset(file, path, H5T_IEEE_F64LE, rank, shape, NULL, false);
}

static bool other_pairs(hid_t file) {
    return put_number(file, "pairs", 3, H5T_STD_I64LE, 1);
}

static bool mass_of_the_file(hid_t file) {
    return put_number(file, "mass_1", 0.5, H5T_IEEE_F64LE, 1);
}

static bool no_pairs(hid_t file) {
    return remove_link(file, "/pair/LL");
}

static bool pair_is_a_dataset(hid_t file) {
    return remove_link(file, "/pair/LL") && replace(file, "/pair/LL", 1, 3, 0, 0);
}

static bool pair_too_many(hid_t file) {
    hid_t group = file_group(file, "/pair/KN");
    return H5Gclose(group) >= 0;
}

static bool no_components(hid_t file) {
    return remove_link(file, "/component");
}

static bool numbers_for_components(hid_t file) {
    return replace(file, "/component", 1, 3, 0, 0);
}

static bool nine_components(hid_t file) {
    const hsize_t n = 9;
    return remove_link(file, "/component") &&
           put_dataset(file, "/component", H5T_C_S1, 1, &n, NULL, false);
}

static bool no_laplacian(hid_t file) {
    return remove_link(file, "/source/wall_NX/NX/3D1/laplacian");
}

static bool no_numbers(hid_t file) {
    return remove_link(file, "/source/wall_NX/NX/3D1/R");
}

static bool both_kinds(hid_t file) {
    return replace(file, "/source/wall_NX/NX/3D1/four_point", 3, NSAMPLE, NT, SAMPLE_RADIAL);
}

static bool fewer_rows(hid_t file) {
    return replace(file, "/source/wall_NX/LL/1S0/R", 3, NSAMPLE - 1, NT, SAMPLE_RADIAL);
}

static bool fewer_points(hid_t file) {
    return replace(file, "/source/wall_NX/NX/3D1/laplacian", 3, NSAMPLE, NT, SAMPLE_RADIAL - 1);
}

static bool no_two_point(hid_t file) {
    return remove_link(file, "/source/wall_NX/NX/two_point_2");
}

static bool other_rows_of_masses(hid_t file) {
    return replace(file, "/pair/NX/mass_1_rows", 1, NSAMPLE + 1, 0, 0);
}

static bool source_pair_is_a_number(hid_t file) {
    hid_t group = H5Gopen2(file, "/source/wall_NX", H5P_DEFAULT);
    bool ok = put_number(group, "pair", 1, H5T_STD_I64LE, 1);
    return (H5Gclose(group) >= 0) & ok;
}

static bool full_of_pair_too(hid_t file) {
    return replace(file, "/source/wall_NX/NX/two_point_full_1", 2, NSAMPLE, NT + 2, 0);
}

static bool one_beside(hid_t file) {
    return remove_link(file, "/source/wall_NX/NX/two_point_2");
}

static bool short_beside(hid_t file) {
    return replace(file, "/source/wall_NX/LL/two_point_1", 2, NSAMPLE, NT - 1, 0);
}

static bool no_times(hid_t file) {
    return remove_link(file, "/two_point_t");
}

/* What lies in other files, or in none. */
static bool pair_elsewhere(hid_t file) {
    return remove_link(file, "/pair/LL") &&
           H5Lcreate_external("other.h5", "/pair/LL", file, "/pair/LL", H5P_DEFAULT, H5P_DEFAULT) >=
               0;
}

static bool elsewhere(hid_t file, const char *path) {
    return remove_link(file, path) &&
           H5Lcreate_external("other.h5", path, file, path, H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

static bool component_elsewhere(hid_t file) {
    return elsewhere(file, "/source/wall_NX/NX/3S1");
}

static bool laplacian_elsewhere(hid_t file) {
    return elsewhere(file, "/source/wall_NX/NX/3D1/laplacian");
}

static bool sink_elsewhere(hid_t file) {
    return elsewhere(file, "/source/wall_NX/NX");
}

static const bad_file of_components[] = {
    {unknown_letter, NULL, "dataset /component: \"NX:3Q1\", expected PAIR:2S+1LJ with L = S, P, D"},
    {no_colon, NULL, "dataset /component: \"NX3D1\", expected PAIR:2S+1LJ"},
    {no_pair, NULL, "dataset /component: \":3D1\", expected PAIR:2S+1LJ"},
    {no_j, NULL, "dataset /component: \"NX:3D\", expected PAIR:2S+1LJ"},
    {even_half_j, NULL, "dataset /component: \"NX:2P2/2\", expected PAIR:2S+1LJ"},
    {no_triangle, NULL, "\"NX:3D4\": no J = 4 is made of l = 2 and S = 1"},
    {half_j_of_whole_spin, NULL, "\"NX:3D3/2\": no J = 3/2 is made of l = 2 and S = 1"},
    {no_spin, NULL, "\"NX:0D2\": no J = 2 is made of l = 2 and S = -0.5"},
    {twice, NULL, "dataset /component: NX:3S1 is there twice"},
    {unknown_pair, NULL, "group /pair/KN of component KN:1S0 is missing"},
    {pair_of_no_component, NULL, "group /pair/LL: no component of dataset /component is of this"},
    {NULL, no_components, "dataset /component: is missing"},
    {NULL, numbers_for_components, "/component: must hold a string, found floating-point numbers"},
    {NULL, nine_components, "dataset /component: 9 components, expected at most 8"},
    {NULL, no_pairs, "group /pair/LL of component LL:1S0 is missing"},
    {NULL, pair_is_a_dataset, "/pair/LL: cannot be opened as a group"},
    {NULL, pair_too_many, "group /pair/KN: no component of dataset /component is of this pair"},
    {NULL, other_pairs, "attribute pairs is 3, expected 2, the pairs of dataset /component"},
    {wrong_identity, NULL, "/pair/LL: attribute identical is 2, expected 0 or 1"},
    {unequal_identity, NULL, "/pair/LL: identical is 1, but mass_1 and mass_2 are 0.5 and 0.6"},
};

static const bad_file of_pairs[] = {
    {negative_mass, NULL, "/pair/LL: attribute mass_2 is -0.5, expected a positive number"},
    {nan_mass, NULL, "/pair/LL: attribute mass_1 is nan, expected a positive number"},
    {mass_in_mev, NULL, "/pair/LL: attribute mass_1 is 1115.7, expected lattice units, at most 5"},
    {one_mass, NULL, "/pair/LL: attributes mass_1 and mass_2 are nan and 0.5, expected two"},
    {no_mass, NULL, "/pair/LL: attribute mass_1 is missing, and no source has two_point_full_1"},
    {zero_mass_of_a_row, NULL, "dataset /pair/NX/mass_2_rows: 0 at sample 1, expected a positive"},
    {rows_of_one_mass, NULL, "/pair/NX: dataset mass_2_rows is missing, expected rows of both"},
    {NULL, other_rows_of_masses, "dataset /pair/NX/mass_1_rows: has shape (4), expected (3)"},
    {negative_z, NULL, "/pair/LL: attribute sqrt_z is -1, expected a positive number"},
    {infinite_z, NULL, "/pair/LL: attribute sqrt_z is inf, expected a positive number"},
    {nan_z_of_a_row, NULL, "dataset /pair/LL/sqrt_z: nan at sample 2, expected a positive number"},
    {masses_of_configurations, NULL,
     "dataset /pair/NX/mass_1_rows: rows are configurations, each of which has no such number, "
     "expected jackknife samples, or two-point functions, or attributes mass_1 and mass_2 instead"},
    {NULL, mass_of_the_file, "in version 2 masses belong to a pair, expected in /pair/NAME"},
    {NULL, pair_elsewhere, "/pair/LL: is a link to /pair/LL of the file other.h5"},
};

static const bad_file of_sources[] = {
    {no_source_pair, NULL, "/source/wall_NX: attribute pair is missing, expected the pair"},
    {unknown_source_pair, NULL, "/source/wall_NX: attribute pair is \"KN\", expected a pair of"},
    {NULL, source_pair_is_a_number, "/source/wall_NX: attribute pair: must hold a string"},
    {nothing_is_whole, NULL,
     "group /source: no source has all components: source 'smeared_LL' has no component LL:1S0"},
    {NULL, no_laplacian, "dataset /source/wall_NX/NX/3D1/laplacian: is missing"},
    {NULL, no_numbers, "/source/wall_NX/NX/3D1 holds neither R nor four_point"},
    {NULL, both_kinds, "/source/wall_NX/NX/3D1 holds both R and four_point, expected one of them"},
    {NULL, fewer_rows, "/source/wall_NX/LL/1S0/R: has shape (2, 4, 6), expected (3, 4, 6)"},
    {NULL, fewer_points, "3D1/laplacian: has shape (3, 4, 5), expected (3, 4, 6)"},
    {four_points, no_two_point, "dataset /source/wall_NX/NX/two_point_2: is missing"},
    {full_twice, full_of_pair_too,
     "datasets /source/wall_NX/two_point_full_1 and /source/wall_NX/NX/two_point_full_1 are both "
     "there, expected one"},
    {full_of_no_pair, NULL,
     "dataset /source/wall_NX/two_point_full_1: the source is of none of the pairs"},
    {beside, one_beside, "holds two_point_1 without two_point_2, expected both hadrons"},
    {beside, short_beside, "dataset /source/wall_NX/LL/two_point_1"},
    {full_twice, no_times, "/two_point_full_1 has no times: dataset /two_point_t is missing"},
    {NULL, component_elsewhere, "is a link to /source/wall_NX/NX/3S1 of the file other.h5"},
    {NULL, laplacian_elsewhere, "is a link to /source/wall_NX/NX/3D1/laplacian of the file other"},
    {NULL, sink_elsewhere, "/source/wall_NX/NX: is a link to /source/wall_NX/NX of the file other"},
};

static void check_all(const bad_file *bad, size_t count) {
    char path[128];
    snprintf(path, sizeof path, "%s/bad.h5", folder);
    for (size_t i = 0; i < count; i++) {
        bool ok = true;
        components_file of = two_pairs();
        of.ratio = true;
        if (bad[i].before != NULL) bad[i].before(&of);
        MPI_Barrier(comm.mpi); /* others may still read what is written anew */
        if (comm.rank == 0) {
            ok = write_components_file(path, &of);
            hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
            ok = ok && file >= 0 && (bad[i].after == NULL || bad[i].after(file));
            ok = (H5Fclose(file) >= 0) & ok;
        }
        hp_status made = hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL);
        const char *wrong =
            made == HP_OK ? check_refusal(&comm, path, bad[i].expected) : "not written";
        if (wrong[0] != '\0') print_error("case %zu, %s: %s\n", i, bad[i].expected, wrong);
        assert_string_equal(wrong, "");
    }
}

static void bad_components_are_refused(void **state) {
    (void)state;
    check_all(of_components, sizeof of_components / sizeof *of_components);
}

static void bad_pairs_are_refused(void **state) {
    (void)state;
    check_all(of_pairs, sizeof of_pairs / sizeof *of_pairs);
}

static void bad_sources_of_waves_are_refused(void **state) {
    (void)state;
    check_all(of_sources, sizeof of_sources / sizeof *of_sources);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_components_are_refused),
        cmocka_unit_test(bad_pairs_are_refused),
        cmocka_unit_test(bad_sources_of_waves_are_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
