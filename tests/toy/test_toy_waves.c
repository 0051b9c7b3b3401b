// SPDX-License-Identifier: GPL-3.0-or-later
/* Data of toys of several components: waves and sources against those of one S wave, against the
 * coupled equation by differences of eighth order, and second differences against their order. */
#include "data_case.h"

#include "hadpot/toy_waves.h"

typedef struct setting {
    hp_channels channels;
    hp_form_matrix *matrix;
} setting;

static void add(hp_forms *forms, hp_form_kind kind, double a, double b, double c) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_forms_add(forms, kind, (double[]){a, b, c}, &err), &err);
}

static hp_form_matrix *create_matrix(const hp_channels *channels) {
    hp_error err = HP_ERROR_INIT;
    hp_form_matrix *matrix;
    hp_spin_state spin[HP_MOST_COMPONENTS];
    for (int c = 0; c < HP_MOST_COMPONENTS; c++) spin[c] = (hp_spin_state){3, 2};
    assert_ok(hp_form_matrix_create(channels, spin, &matrix, &err), &err);
    return matrix;
}

/* One pair with S and D wave, a tensor force and, wanted, kernels in both and between them. */
static setting create_tensor(bool nonlocal) {
    setting s = {.channels = {.npair = 1, .ncomponent = 2, .component = {{0, 0}, {0, 2}}}};
    s.channels.pair[0] = hp_pair_of_reduced_mass(2.4);
    s.matrix = create_matrix(&s.channels);
    add(hp_form_matrix_operator(s.matrix, 0, HP_CENTRAL), HP_FORM_GAUSSIAN, 800, 0.4, 0);
    add(hp_form_matrix_operator(s.matrix, 0, HP_CENTRAL), HP_FORM_GAUSSIAN, -90, 1.3, 0);
    /* like r^2 at r = 0: else waves have a term r^3 ln r, which no polynomial follows */
    add(hp_form_matrix_operator(s.matrix, 0, HP_TENSOR), HP_FORM_GAUSSIAN, -40, 1.6, 0);
    add(hp_form_matrix_operator(s.matrix, 0, HP_TENSOR), HP_FORM_GAUSSIAN, 40, 0.7, 0);
    if (!nonlocal) return s;
    add(hp_form_matrix_element(s.matrix, 0, 0), HP_FORM_NONLOCAL_GAUSSIAN, -30, 1.1, 0.6);
    /* r'^3 exp(-2 r') in D: regular at the origin */
    hp_error err = HP_ERROR_INIT;
    const double mixed[] = {-3, 1, 3, 2.1, 2.3};
    assert_ok(
        hp_forms_add(hp_form_matrix_element(s.matrix, 0, 1), HP_FORM_SEPARABLE_KERNEL, mixed, &err),
        &err);
    return s;
}

/* Two pairs of different masses, P and S wave, with a threshold at 0.2/fm. */
static setting create_two_pairs(void) {
    setting s = {
        .channels = {
            .npair = 2, .ncomponent = 2, .component = {{0, 1}, {1, 0}}, .threshold = {0, 0.2}}};
    s.channels.pair[0] = hp_pair_of_reduced_mass(1.4);
    s.channels.pair[1] = hp_pair_of_reduced_mass(2.3);
    s.matrix = create_matrix(&s.channels);
    add(hp_form_matrix_element(s.matrix, 0, 0), HP_FORM_GAUSSIAN, -70, 1.1, 0);
    add(hp_form_matrix_element(s.matrix, 1, 1), HP_FORM_GAUSSIAN, -50, 1.4, 0);
    add(hp_form_matrix_element(s.matrix, 0, 1), HP_FORM_GAUSSIAN, 30, 1.2, 0);
    return s;
}

static hp_toy_waves make_waves(const setting *s, const hp_toy_waves_options *options) {
    hp_error err = HP_ERROR_INIT;
    hp_toy_waves waves;
    assert_ok(hp_toy_waves_create(s->matrix, &s->channels, options, &waves, &err), &err);
    assert_int_equal(waves.nradius, options->points);
    return waves;
}

static void destroy(setting *s, hp_toy_waves *waves) {
    hp_form_matrix_destroy(&s->matrix);
    hp_toy_waves_destroy(waves);
}

/* Largest |2 mu r S - (u'' + [k^2 - l(l+1)/r^2] u)|, u = r R, u'' of eighth order. */
static double largest_residual(const setting *s, const hp_toy_waves *waves) {
    static const double weight[5] = {-205. / 72, 8. / 5, -1. / 5, 8. / 315, -1. / 560};
    double h = waves->r[1] - waves->r[0], largest = 0;
    for (int column = 0; column < waves->ncolumn; column++)
        for (int c = 0; c < waves->ncomponent; c++) {
            int l = s->channels.component[c].l, pair = s->channels.component[c].pair;
            double k2 = hp_channels_k2(&s->channels, pair, waves->energy[column]);
            ptrdiff_t at = (ptrdiff_t)column * waves->n + (ptrdiff_t)c * waves->nradius;
            const double *R = waves->R + at, *S = waves->S + at, *r = waves->r;
            for (int i = 4; i < waves->nradius - 4; i++) {
                double sum = weight[0] * r[i] * R[i];
                for (int j = 1; j <= 4; j++)
                    sum += weight[j] * (r[i - j] * R[i - j] + r[i + j] * R[i + j]);
                double expected = sum / (h * h) + (k2 - l * (l + 1) / (r[i] * r[i])) * r[i] * R[i];
                double found = 2 * s->channels.pair[pair].mu * r[i] * S[i];
                largest = fmax(largest, fabs(found - expected));
            }
        }
    return largest;
}

/* S^c = sum_d V_cd R^d where there is no U: R of all components in one unit. */
static void check_local(const setting *s, const hp_toy_waves *waves) {
    int N = waves->ncomponent, n = waves->nradius;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    for (int column = 0; column < waves->ncolumn; column++)
        for (int c = 0; c < N; c++)
            for (int i = 0; i < n; i++) {
                double sum = 0, size = 0;
                hp_form_matrix_local_at(waves->r[i], w, s->matrix);
                for (int d = 0; d < N; d++) {
                    double V = hp_form_matrix_h(s->matrix, c, d) * w[c * N + d] / HP_HBARC_MEV_FM;
                    sum += V * waves->R[(column * N + d) * n + i];
                    size += fabs(V * waves->R[(column * N + d) * n + i]);
                }
                /* a few roundings of the terms */
                assert_close(waves->S[(column * N + c) * n + i], sum, 0, 1e-14 * size);
            }
}

/* Also of a closed component, and beyond the range of the potential. */
static void sources_are_those_of_the_equation(void **state) {
    (void)state;
    static const double energy[] = {0.03, 0.11, 0.35, 0.9};
    const hp_toy_waves_options options = {
        .points = 600, .r_min = 0.02, .r_max = 12, .nenergy = 4, .energy = energy};
    static const char *const name[] = {"S and D, local", "S and D, non-local", "two pairs"};
    for (int i = 0; i < 3; i++) {
        setting s = i == 2 ? create_two_pairs() : create_tensor(i == 1);
        hp_toy_waves waves = make_waves(&s, &options);
        assert_int_equal(waves.ncolumn, i == 2 ? 6 : 8);
        double largest = largest_residual(&s, &waves);
        print_message("%s: 2 mu r S against the equation: %.1e\n", name[i], largest);
        assert_true(largest < 2.5e-9); /* 1e-12 of u over h^2 = 4e-4 */
        if (i != 1) check_local(&s, &waves);
        destroy(&s, &waves);
    }
}

/* What toy_data.h has of one S wave, which another solver made. */
static void one_s_wave_is_that_of_toy_data(void **state) {
    (void)state;
    setting s = {.channels = {.npair = 1, .ncomponent = 1}};
    s.channels.pair[0] = hp_pair_of_reduced_mass(TOY_MASS);
    s.matrix = create_matrix(&s.channels);
    hp_forms *forms = create(HP_FORM_GAUSSIAN, -60, 1.2);
    add(hp_form_matrix_element(s.matrix, 0, 0), HP_FORM_GAUSSIAN, -60, 1.2, 0);
    add(hp_form_matrix_element(s.matrix, 0, 0), HP_FORM_NONLOCAL_GAUSSIAN, -20, 0.9, 0.5);
    add(forms, HP_FORM_NONLOCAL_GAUSSIAN, -20, 0.9, 0.5);
    hp_toy_data data =
        make(forms,
             (hp_toy_data_options){
                 .points = 80, .momenta = 3, .r_min = 0.1, .r_max = 8, .k_min = 0.3, .k_max = 1.1});
    double energy[3];
    for (int e = 0; e < 3; e++) energy[e] = data.k[e] * data.k[e] / (2 * TOY_MASS);
    hp_toy_waves waves =
        make_waves(&s, &(hp_toy_waves_options){
                           .points = 80, .r_min = 0.1, .r_max = 8, .nenergy = 3, .energy = energy});
    for (int i = 0; i < 80; i++) assert_close(waves.quadrature[i], data.quadrature[i], 0, 0);
    for (int i = 0; i < 3 * 80; i++) { /* two solvers, rounding */
        assert_close(waves.R[i], data.R[i], 0, 1e-12);
        assert_close(waves.S[i], data.S[i], 0, 1e-12);
    }
    hp_forms_destroy(&forms);
    hp_toy_data_destroy(&data);
    destroy(&s, &waves);
}

/* Largest |S by differences - S| of both components. */
static double difference_error(const setting *s, int points, double step) {
    static const double energy[] = {0.11, 0.9};
    hp_toy_waves_options options = {
        .points = points, .r_min = step, .r_max = points * step, .nenergy = 2, .energy = energy};
    hp_toy_waves exact = make_waves(s, &options);
    options.differences = true;
    hp_toy_waves waves = make_waves(s, &options);
    double largest = 0;
    for (int i = 0; i < exact.ncolumn * exact.n; i++) {
        assert_close(waves.R[i], exact.R[i], 0, 0);
        largest = fmax(largest, fabs(waves.S[i] - exact.S[i]));
    }
    hp_toy_waves_destroy(&exact);
    hp_toy_waves_destroy(&waves);
    return largest;
}

/* Of the square of the step: by 4 where it is halved, up to its fourth power. */
static void second_differences_have_their_order(void **state) {
    (void)state;
    setting s = create_tensor(false);
    double one = difference_error(&s, 200, 0.05), half = difference_error(&s, 400, 0.025);
    print_message("S by differences: %.2e, half the step %.2e, ratio %.3f\n", one, half,
                  one / half);
    assert_close(one / half, 4, 0.05, 0);
    hp_form_matrix_destroy(&s.matrix);
}

static void expect_refusal(const setting *s, hp_toy_waves_options options, const char *words) {
    hp_error err = HP_ERROR_INIT;
    hp_toy_waves waves;
    assert_status(hp_toy_waves_create(s->matrix, &s->channels, &options, &waves, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, words);
    assert_null(waves.block);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    setting s = create_tensor(false);
    static const double energy[] = {0.1, 0.2}, equal[] = {0.1, 0.1}, zero[] = {0, 0.1};
    const hp_toy_waves_options good = {
        .points = 20, .r_min = 0.1, .r_max = 2, .nenergy = 2, .energy = energy};
    hp_toy_waves_options bad = good;
    bad.r_min = 0;
    expect_refusal(&s, bad, "must ascend from above 0, found 0 to 2 fm");
    bad = good;
    bad.r_max = NAN;
    expect_refusal(&s, bad, "must ascend from above 0");
    bad = good;
    bad.points = 3;
    expect_refusal(&s, bad, "at least 4 radii, found 3");
    bad = good;
    bad.nenergy = 0;
    expect_refusal(&s, bad, "at least 1 momentum, found 0");
    bad = good;
    bad.energy = equal;
    expect_refusal(&s, bad, "energies of a toy must ascend from above the lowest threshold");
    bad.energy = zero;
    expect_refusal(&s, bad, "energies of a toy must ascend from above the lowest threshold");
    bad = good;
    bad.differences = true;
    bad.r_min = 0.05;
    expect_refusal(&s, bad, "at least at the distance between radii");
    hp_form_matrix_destroy(&s.matrix);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_those_of_the_equation),
        cmocka_unit_test(one_s_wave_is_that_of_toy_data),
        cmocka_unit_test(second_differences_have_their_order),
        cmocka_unit_test(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
