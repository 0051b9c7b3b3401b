// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of `hadpot scatter` with partial waves and coupled channels: what they become, and what is
 * refused. */
#include "job_file.h"

#include <math.h>
#include "hadpot/given_channels.h"
#include "hadpot/units.h"

/* Lambda(1405): pi Sigma and Kbar N, separable. */
#define KAON                                                                                       \
    "output: o\n"                                                                                  \
    "channels:\n"                                                                                  \
    "  pairs: [pS, KN]\n"                                                                          \
    "  masses_1_mev: [138.04, 495.65]\n"                                                           \
    "  masses_2_mev: [1193.15, 938.92]\n"                                                          \
    "  components: [\"KN:2S1/2\", \"pS:2S1/2\"]\n"                                                 \
    "separable_kernel:\n"                                                                          \
    "  strengths: [-60, -30, -108]\n"                                                              \
    "  powers_1: [0, 1, 0]\n"                                                                      \
    "  powers_2: [0, 2, 0]\n"                                                                      \
    "  masses_1_per_fm: [3.5, 3.5, 3.5]\n"                                                         \
    "  masses_2_per_fm: [3.5, 2.5, 3.5]\n"                                                         \
    "  elements: [pS, pS/KN, \"KN:2S1/2/KN\"]\n"                                                   \
    "scattering:\n"                                                                                \
    "  kinematics: relativistic\n"                                                                 \
    "  total_energies_mev: [1340, 1437]\n"                                                         \
    "  poles: [\"(-,+)\", \"--\"]\n"                                                               \
    "  pole_region_mev: [-60, 110, 80]\n"

/* Ranges that differ, for KAON. */
#define SIDES                                                                                      \
    "separable_gaussians: {amplitudes_mev_per_fm3: [3], ranges_1_fm: [2.2], ranges_2_fm: [1.8], "  \
    "elements: [pS/KN]}\n"

/* Deuteron channel with operators. */
#define DEUTERON                                                                                   \
    "output: o\n"                                                                                  \
    "hbar2_over_2mu_mev_fm2: 41.47\n"                                                              \
    "channels: {components: [3S1, 3D1]}\n"                                                         \
    "gaussians: {amplitudes_mev: [-60, -30, 9, 4], ranges_fm: [1.5, 1.1, 0.9, 0.8], "              \
    "elements: [V_C, V_T, V_LS, 3D1]}\n"

/* Two pairs by reduced masses and thresholds. */
#define WELLS                                                                                      \
    "output: o\n"                                                                                  \
    "channels: {pairs: [A, B], hbar2_over_2mu_mev_fm2: [1, 0.5], thresholds_mev: [3, 0], "         \
    "components: [\"A:1S0\", \"B:1S0\"]}\n"                                                        \
    "square_well: {depths_mev: [1, 0.5, 2], radii_fm: [1, 1, 1], elements: [A, A/B, B]}\n"

typedef struct stated {
    hp_scatter_job *job;
    hp_given_channels given;
    double *energy;
    int n;
} stated;

static stated read_job(const char *text) {
    hp_error err = HP_ERROR_INIT;
    const char *key;
    stated s;
    assert_ok(hp_scatter_job_parse(text, &s.job, &err), &err);
    assert_ok(hp_given_channels_read(s.job, &s.given, &key, &err), &err);
    assert_ok(hp_given_energies(s.job, &s.given, &s.energy, &s.n, &key, &err), &err);
    return s;
}

static void release(stated *s) {
    hp_free(s->energy);
    hp_scatter_job_free(&s->job);
}

static hp_form_matrix *matrix_of(const stated *s) {
    hp_error err = HP_ERROR_INIT;
    hp_form_matrix *matrix;
    const hp_scatter_job *job = s->job;
    const hp_form_keys keys = {
        HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    assert_ok(hp_given_form_matrix(&keys, &s->given, &matrix, &err), &err);
    return matrix;
}

static void masses_give_thresholds_and_momenta(void **state) {
    (void)state;
    stated s = read_job(KAON);
    const hp_channels *channels = &s.given.channels;
    assert_int_equal(channels->npair, 2);
    assert_int_equal(channels->component[0].pair, 1);
    assert_int_equal(channels->component[1].pair, 0);
    assert_string_equal(s.given.component[0], "KN:2S1/2");
    assert_string_equal(s.given.pair[0], "pS");
    assert_int_equal(s.given.spin[0].two_s_plus_1, 2);
    assert_int_equal(s.given.spin[0].two_j, 1);
    assert_false(s.given.one_s_wave);
    assert_int_equal(s.n, 2);
    /* to the digits of the table of k^2 at W = 1437 MeV */
    assert_close(hp_channels_k2(channels, 0, s.energy[1]), 0.866725623612, 0, 1e-12);
    assert_close(hp_channels_k2(channels, 1, s.energy[1]), 0.040538514581, 0, 1e-12);
    assert_close(hp_channels_k2(channels, 1, s.energy[0]), -1.500325012527, 0, 1e-12);
    assert_int_equal(s.given.nsheet, 2);
    assert_int_equal(s.given.sheet[0], 1);
    assert_int_equal(s.given.sheet[1], 3);
    assert_close(s.given.region.low, -60 / HP_HBARC_MEV_FM, 1e-15, 0);
    assert_close(s.given.region.depth, 80 / HP_HBARC_MEV_FM, 1e-15, 0);
    char text[HP_SHEET_TEXT];
    assert_string_equal(hp_given_sheet_text(2, s.given.sheet[0], text), "(-,+)");
    assert_true(s.given.weight[0] == 1 && s.given.weight[1] == 0);
    release(&s);
}

/* Element pS/KN has r in pS, which is the second component. */
static void elements_know_their_arguments(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    stated s = read_job(KAON);
    hp_form_matrix *matrix = matrix_of(&s);
    hp_quadrature grid;
    double kernel[64];
    assert_ok(hp_quadrature_create(3, 1, 4, &grid, &err), &err);
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, NULL, kernel);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            double r = grid.r[i], rp = grid.r[j];
            double expected = -30 * r * rp * rp * exp(-3.5 * r - 2.5 * rp);
            assert_close(kernel[(4 + i) * 8 + j], expected, 1e-14, 0);
            assert_close(kernel[(4 + i) * 8 + 4 + j], -60 * exp(-3.5 * (r + rp)), 1e-14, 0);
            assert_close(kernel[i * 8 + j], -108 * exp(-3.5 * (r + rp)), 1e-14, 0);
        }
    hp_quadrature_destroy(&grid);
    hp_form_matrix_destroy(&matrix);
    release(&s);
}

static void operators_act_between_waves(void **state) {
    (void)state;
    stated s = read_job(DEUTERON);
    hp_form_matrix *matrix = matrix_of(&s);
    double w[4], r = 0.7;
    double V_C = -60 * exp(-pow(r / 1.5, 2)), V_T = -30 * exp(-pow(r / 1.1, 2));
    double V_LS = 9 * exp(-pow(r / 0.9, 2)), more = 4 * exp(-pow(r / 0.8, 2));
    hp_form_matrix_local_at(r, w, matrix);
    assert_close(w[0], V_C / 41.47, 1e-14, 0);
    assert_close(w[1], sqrt(8) * V_T / 41.47, 1e-14, 0);
    assert_close(w[3], (V_C - 2 * V_T - 3 * V_LS + more) / 41.47, 1e-14, 0);
    assert_int_equal(s.n, 100); /* 1, 2, ..., 100 MeV */
    assert_close(s.energy[6], 7 / HP_HBARC_MEV_FM, 1e-15, 0);
    assert_string_equal(s.given.pair[0], "");
    hp_form_matrix_destroy(&matrix);
    release(&s);
}

static void thresholds_may_be_given(void **state) {
    (void)state;
    stated s = read_job(WELLS "scattering: {k_per_fm: [2]}\n");
    const hp_channels *channels = &s.given.channels;
    assert_close(channels->threshold[0], 3 / HP_HBARC_MEV_FM, 1e-15, 0);
    assert_true(channels->threshold[1] == 0);
    assert_close(s.given.h[1], 0.5, 0, 0);
    /* k of the pair with the lowest threshold, h k^2 = 2 MeV */
    assert_close(s.energy[0], 2 / HP_HBARC_MEV_FM, 1e-14, 0);
    assert_close(hp_channels_k2(channels, 0, s.energy[0]), (2 - 3) / 1.0, 1e-13, 0);
    release(&s);
}

static void one_s_wave_is_the_old_one(void **state) {
    (void)state;
#define GAUSS "gaussians: {amplitudes_mev: [-60], ranges_fm: [1.5]}\noutput: o\n"
    static const struct {
        const char *text;
        bool one;
    } jobs[] = {
        {GAUSS "mass_1_mev: 939\n", true},
        {GAUSS "mass_1_mev: 939\nchannels: {components: [1S0]}\n", true},
        {GAUSS "channels: {pairs: [NN], masses_1_mev: [939], masses_2_mev: [939], components: "
               "[1S0]}\n",
         true},
        {GAUSS "mass_1_mev: 939\nchannels: {components: [1P1]}\n", false},
        {GAUSS "mass_1_mev: 939\nchannels: {components: [1S0]}\nscattering: {kinematics: "
               "relativistic}\n",
         false},
    };
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        stated s = read_job(jobs[i].text);
        assert_int_equal(s.given.one_s_wave, jobs[i].one);
        assert_close(s.given.h[0], HP_HBARC_MEV_FM * HP_HBARC_MEV_FM / 939, 1e-15, 0);
        release(&s);
    }
}

static void charges_belong_to_pairs(void **state) {
    (void)state;
    stated s = read_job("output: o\nchannels: {pairs: [A, B], masses_1_mev: [494, 498], "
                        "masses_2_mev: [938, 940], charges_1: [1, 0], charges_2: [1, 0], "
                        "components: [\"A:2S1/2\", \"B:2S1/2\"]}\ngaussians: {amplitudes_mev: "
                        "[9, 3], ranges_fm: [1, 1], elements: [A, A/B]}\nscattering: {coulomb: "
                        "point}\n");
    double mu = 494.0 * 938 / (494 + 938) / HP_HBARC_MEV_FM;
    assert_close(s.given.channels.coulomb[0].strength, 2 * mu * HP_FINE_STRUCTURE, 1e-14, 0);
    assert_true(s.given.channels.coulomb[1].strength == 0);
    release(&s);
}

/* Singlet and triplet P waves of one pair of different particles, which an antisymmetric spin-orbit
 * force couples (as of Lambda N): the same l, another S. */
static void components_of_a_pair_may_have_the_same_l(void **state) {
    (void)state;
    stated s = read_job("output: o\nmass_1_mev: 1115.7\nmass_2_mev: 939\nchannels: {components: "
                        "[1P1, 3P1]}\ngaussians: {amplitudes_mev: [-60, 5], ranges_fm: [1.5, 1], "
                        "elements: [V_C, 1P1/3P1]}\n");
    assert_int_equal(s.given.channels.ncomponent, 2);
    for (int c = 0; c < 2; c++) assert_int_equal(s.given.channels.component[c].l, 1);
    assert_int_equal(s.given.spin[0].two_s_plus_1, 1);
    assert_int_equal(s.given.spin[1].two_s_plus_1, 3);
    double h = HP_HBARC_MEV_FM * HP_HBARC_MEV_FM * (1 / 1115.7 + 1 / 939.0) / 2, w[4];
    const hp_scatter_job *job = s.job;
    hp_form_keys keys = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    hp_form_matrix *matrix = NULL;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_given_form_matrix(&keys, &s.given, &matrix, &err), &err);
    hp_form_matrix_local_at(1e-9, w, matrix); /* V_C on both, the element between them */
    hp_form_matrix_destroy(&matrix);
    assert_close(w[0] * h, -60, 1e-12, 0);
    assert_close(w[1] * h, 5, 1e-12, 0);
    assert_close(w[3] * h, -60, 1e-12, 0);
    release(&s);
}

typedef struct wrong {
    const char *job, *set, *message;
} wrong;

static void wrong_jobs_are_refused(void **state) {
    (void)state;
    static const wrong cases[] = {
        {KAON, "channels.pairs=[pS,pS]", "expected different entries, found pS twice"},
        {KAON, "channels.pairs=[pS,\"K N\"]", "expected a name without blanks"},
        {KAON, "channels.pairs=[pS,1S0]", "expected a name that is no partial wave"},
        {KAON, "channels.pairs=[pS]", "masses_1_mev: expected 1 entries like channels.pairs"},
        {KAON, "channels.components=[\"pS:2S1/2\",\"pS:2S1/2\"]",
         "expected different entries, found pS:2S1/2 twice"},
        {KAON, "channels.components=[\"pS:2S1/2\"]",
         "expected a component of each pair in channels.components, found none of KN"},
        {KAON, "channels.components=[\"pS:2S1/2\",\"XX:2S1/2\"]",
         "expected a pair of channels.pairs in front of the wave, found \"XX:2S1/2\""},
        {KAON, "channels.components=[\"pS:2S1/2\",\"2S1/2\"]", "where there are 2 pairs"},
        {KAON, "channels.components=[]",
         "channels.pairs: has effect only with channels.components, found none"},
        {DEUTERON, "channels.components=[3S1,\"NN:3D1\"]",
         "expected a pair of channels.pairs in front of the wave, found \"NN:3D1\""},
        {KAON, "channels.components=[\"pS:2S1/2\",\"KN:2S1/2\",\"KN:2S1/2\"]", "twice"},
        {DEUTERON, "channels.components=[3S1,3D4]", "l = 2 and S = 1 give J from 1 to 3"},
        {DEUTERON, "channels.components=[3S1,3D]", "expected 2S+1LJ with l = S, P, D, F"},
        {DEUTERON, "channels.components=[3S1,3X1]", "as 3D1 or 2P1/2, found \"3X1\""},
        {DEUTERON, "channels.components=[3S1,3D1/2]", "found J = 0.5"},
        {DEUTERON, "channels.components=[1S0]",
         "gaussians.elements: V_T acts on no component: expected one with 2S+1 = 3"},
        {DEUTERON, "channels.components=[3S1,3D2]", "V_T"},
        {DEUTERON, "gaussians.elements=[V_C,V_T,V_LS]",
         "expected 4 entries like gaussians.amplitudes_mev, found 3"},
        {DEUTERON, "gaussians.elements=[]", "expected an element for each term, as there are 2"},
        {DEUTERON, "gaussians.elements=[V_C,V_T,V_LS,1S0]",
         "expected X or X/Y with X, Y of 3S1, 3D1, or V_C, V_T, V_LS, found \"1S0\""},
        {DEUTERON, "gaussians.elements=[V_C,\"V_T:NN\",V_LS,3S1]",
         "expected V_T of a pair of channels.pairs, found \"V_T:NN\""},
        {DEUTERON, "scattering.total_energies_mev=[2000]", "total energies need the masses"},
        {DEUTERON, "scattering.kinematics=relativistic", "relativistic needs the masses"},
        {DEUTERON, "scattering.poles=[\"(-,-)\"]",
         "expected the sign of Im k of each of 1 pairs, as \"-\", found \"(-,-)\""},
        {DEUTERON, "channels.thresholds_mev=[0]",
         "has effect only for channels.pairs: other than [], found []"},
        {KAON, "channels.thresholds_mev=[0, 1]",
         "has effect only for channels.hbar2_over_2mu_mev_fm2: other than [], found []"},
        {DEUTERON "momentum_dependent: {amplitudes_mev_fm2: [1], ranges_fm: [1]}\n", NULL,
         "terms {p^2, V2} act in one non-relativistic S wave alone"},
        {DEUTERON "femtoscopy: {source_radii_fm: [1], weights: [1]}\n", NULL,
         "expected 2 entries like channels.components, found 1"},
        {DEUTERON "femtoscopy: {source_radii_fm: [1], statistics: fermions}\n", NULL,
         "expected distinct with these channels.components, found fermions"},
        {DEUTERON "femtoscopy: {source_radii_fm: [1], weight: 0.5}\n", NULL,
         "and channels.components: [], found channels.components: [3S1, 3D1]"},
        {WELLS, "channels.thresholds_mev=[3,1]", "which has 0, found a lowest of 1"},
        {WELLS, "channels.thresholds_mev=[]", "expected 2 entries like"},
        {WELLS, "square_well.elements=[A,A/B,V_C]", "expected V_C:PAIR where there are 2 pairs"},
        {WELLS, "square_well.elements=[A,A/B,1S0]", "which fits several"},
        {KAON, "separable_kernel.elements=[pS,KN,KN]",
         "term 2: expected equal powers and equal masses"},
        {KAON SIDES, "separable_gaussians.elements=[KN]",
         "term 1: expected equal ranges, as U(r,r') = U(r',r) in this element, found 2.2 and 1.8"},
        {KAON, "scattering.total_energies_mev=[1331]",
         "must be above the lowest threshold, 1331.19 MeV, found 1331"},
        {KAON, "scattering.poles=[\"(-,+,-)\"]", "of each of 2 pairs, as \"(-,+)\""},
        {KAON, "scattering.poles=[\"(-;+)\"]", "found \"(-;+)\""},
        {KAON, "scattering.poles=[\"(-,+)\",\"-+\"]", "expected different sheets"},
        {KAON, "scattering.pole_region_mev=[1,2]", "expected 3 entries, found 2"},
        {KAON, "scattering.pole_region_mev=[2,1,3]", "expected the second entry above the first"},
        {KAON, "scattering.pole_region_mev=[1,2,0]", "expected a third entry > 0, found 0"},
        {KAON, "scattering.pole_region_mev=[-400,110,80]",
         "W must stay above the difference of the masses of each pair, E above -276.08 MeV, found "
         "-400"},
        {KAON, "scattering.coulomb=point", "channels.charges_1: expected 2 entries"},
        {KAON, "scattering.charge_1=1", "channels.pairs: [], found"},
        {DEUTERON "scattering: {coulomb: point, charge_1: 0}\n", NULL,
         "scattering.coulomb: expected a pair with two charges, found none"},
        {DEUTERON "scattering: {coulomb: dipole}\n", NULL,
         "scattering.charge_radius_fm: must be > 0 for scattering.coulomb: dipole, found 0"},
        {KAON, "mass_1_mev=939", "has effect only for channels.pairs: [], found [pS, KN]"},
        {WELLS "tables: {local: v.csv, columns: [a, b], elements: [A]}\n", NULL,
         "expected 2 entries like tables.columns, found 1"},
        {WELLS "tables: {local: v.csv, columns: [a]}\n", NULL, "expected an element for each term"},
        {WELLS "tables: {local: v.csv, columns: [a], elements: [C]}\n", NULL, "found \"C\""},
        {WELLS, "tables.columns=[a]", "has effect only for tables.local: other than \"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective, *overrides[] = {(char *)cases[i].set};
        write_file("job.yaml", cases[i].job);
        hp_status status = hp_config_merge(&hp_scatter_job_schema, "job.yaml", overrides,
                                           cases[i].set != NULL, &effective, &err);
        if (status == HP_OK) print_error("accepted, expected: %s\n", cases[i].message);
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].message);
    }
}

static void charged_pairs_have_no_poles(void **state) {
    (void)state;
    merge_fails(&hp_scatter_job_schema, DEUTERON "scattering: {coulomb: point, poles: [\"-\"]}\n",
                NULL, HP_ERR_INPUT,
                "job.yaml:5: scattering.poles: poles are not computed with a Coulomb force, "
                "expected scattering.coulomb: none, found point");
}

/* Jobs with one component alone have no elements. */
static void other_jobs_have_no_elements(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_toy_job *job;
    assert_status(hp_toy_job_parse("output: o\ngaussians: {elements: [a]}\n", &job, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "gaussians.elements: has effect only for channels.components");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masses_give_thresholds_and_momenta),
        cmocka_unit_test(elements_know_their_arguments),
        cmocka_unit_test(operators_act_between_waves),
        cmocka_unit_test(thresholds_may_be_given),
        cmocka_unit_test(one_s_wave_is_the_old_one),
        cmocka_unit_test(charges_belong_to_pairs),
        cmocka_unit_test(components_of_a_pair_may_have_the_same_l),
        cmocka_unit_test(wrong_jobs_are_refused),
        cmocka_unit_test(charged_pairs_have_no_poles),
        cmocka_unit_test(other_jobs_have_no_elements),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
