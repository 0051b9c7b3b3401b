// SPDX-License-Identifier: GPL-3.0-or-later
/* Separable potentials fitted to columns: derivatives, exact data of one and two components, noise,
 * what cannot be fitted. */
#include "noise_closure.h"

#include "notes.h"
#include "hadpot/coupled.h"

enum { RADII = 30, PARTS = 2, GAUSSIANS = 2, WIDTH = PARTS * GAUSSIANS };

static const double RANGE_FM[] = {0.8, 1.7};

/* Two components, S and D wave of a pair, three columns, U of two terms of either sign with these
 * amplitudes (term, component, Gaussian). */
static const double SIGN[] = {1.0, -1.0};
static const double AMPLITUDE[2][WIDTH] = {{0.31, -0.12, 0.07, 0.05}, {-0.08, 0.22, 0.11, -0.04}};

static hp_gaussian_basis make_data(int ncomponent, int ncolumn, hp_fit_data *data) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_fit_data_create_components(ncomponent, RADII, ncolumn, data, &err), &err);
    data->pair[0] = hp_pair_of_reduced_mass(0.7);
    data->component[1] = (hp_component){0, 2};
    for (int i = 0; i < data->n; i++) {
        double r = data->r[i] = 0.2 * (i % RADII + 1);
        data->quadrature[i] = 4.0 * M_PI * r * r * 0.2;
        for (int c = 0; c < ncolumn; c++) {
            data->R[c * data->n + i] =
                exp(-0.1 * (c + 1) * r) * cos((0.3 + 0.4 * c) * r + 0.7 * (i / RADII));
            data->S_error[c * data->n + i] = 0.01 * (1 + c);
        }
    }
    hp_fit_data_choose(data, 0.0, 5.0);
    assert_ok(hp_fit_data_weigh(data, NULL, &err), &err);
    return hp_gaussian_basis_of(data, GAUSSIANS, RANGE_FM);
}

/* U of the truth between two points. */
static double truth(const hp_gaussian_basis *basis, const hp_fit_data *data, int i, int j) {
    double param[2 + 2 * WIDTH], sum = 0.0;
    memcpy(param, SIGN, sizeof SIGN);
    memcpy(param + 2, AMPLITUDE, sizeof AMPLITUDE);
    for (int m = 0; m < 2; m++)
        sum += SIGN[m] * hp_separable_value(basis, 2, param, m, i / RADII, data->r[i]) *
               hp_separable_value(basis, 2, param, m, j / RADII, data->r[j]);
    return sum;
}

static void fill_source(const hp_gaussian_basis *basis, hp_fit_data *data) {
    for (int i = 0; i < data->n; i++)
        for (int c = 0; c < data->ncolumn; c++)
            for (int j = 0; j < data->n; j++)
                data->S[c * data->n + i] +=
                    truth(basis, data, i, j) * data->quadrature[j] * data->R[c * data->n + j];
}

/* The potential that made the data comes back, in its eigenfunctions, from nothing and from a start
 * far away; so does the prediction. */
static void exact_data_of_two_components_give_the_truth(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    hp_separable_fit *fit = NULL;
    hp_separable_report report;
    double param[2 + 2 * WIDTH], again[2 + 2 * WIDTH], dot = 0.0;
    hp_gaussian_basis basis = make_data(2, 3, &data);
    fill_source(&basis, &data);
    assert_ok(hp_separable_fit_create(&data, &basis, 2, &fit, &err), &err);
    assert_ok(hp_separable_fit_run(fit, data.R, data.S, NULL, param, &report, &err), &err);
    assert_true(report.converged);
    for (int i = 0; i < data.n; i++)
        for (int j = 0; j < data.n; j++) {
            double sum = 0.0;
            for (int m = 0; m < 2; m++)
                sum += param[m] * hp_separable_value(&basis, 2, param, m, i / RADII, data.r[i]) *
                       hp_separable_value(&basis, 2, param, m, j / RADII, data.r[j]);
            /* U up to 0.1; chi2 of rounding, and the steps end at 1e-10 of that */
            assert_close(sum, truth(&basis, &data, i, j), 0, 1e-10);
        }
    for (int i = 0; i < data.n; i++)
        dot += data.quadrature[i] * hp_separable_value(&basis, 2, param, 0, i / RADII, data.r[i]) *
               hp_separable_value(&basis, 2, param, 1, i / RADII, data.r[i]);
    assert_close(dot, 0, 0, 1e-12); /* eigenfunctions; their norms are of order 1 */
    for (int i = 0; i < data.n * data.ncolumn; i++)
        assert_close(hp_separable_fit_prediction(fit)[i], data.S[i], 0, 1e-10);
    memcpy(again, param, sizeof again);
    for (int p = 2; p < 2 + 2 * WIDTH; p++) again[p] *= -1.3;
    assert_ok(hp_separable_fit_run(fit, data.R, data.S, again, again, &report, &err), &err);
    for (int p = 2; p < 2 + 2 * WIDTH; p++) assert_close(again[p], -param[p], 0, 1e-9);
    hp_separable_fit_destroy(&fit);
    hp_fit_data_destroy(&data);
}

/* The least chi2 of data with noise is where no amplitude changes it; covariance modes count. */
static void chi2_is_least(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    hp_separable_fit *fit = NULL;
    hp_separable_report report;
    double param[2 + 2 * WIDTH], *sample;
    enum { SAMPLES = 7 };
    hp_gaussian_basis basis = make_data(2, 3, &data);
    int values = data.n * data.ncolumn;
    fill_source(&basis, &data);
    sample = hp_alloc((size_t)(SAMPLES * values), sizeof *sample);
    assert_non_null(sample);
    for (int i = 0; i < SAMPLES * values; i++) sample[i] = 0.01 * sin(1.7 * i + 0.3 * (i % 11));
    const hp_fit_points with = {.covariance = HP_COVARIANCE_SHRINKAGE,
                                .parameter = 0.4,
                                .nsample = SAMPLES,
                                .sample_weight = 1.0 / SAMPLES,
                                .sample = sample};
    for (int i = 0; i < values; i++) data.normalisation[i / data.n] = 1.0;
    hp_fit_weights_destroy(&data.weights);
    assert_ok(hp_fit_data_weigh(&data, &with, &err), &err);
    for (int i = 0; i < values; i++) data.S[i] += sample[i];
    assert_ok(hp_separable_fit_create(&data, &basis, 2, &fit, &err), &err);
    assert_ok(hp_separable_fit_run(fit, data.R, data.S, NULL, param, &report, &err), &err);
    assert_close(report.chi2,
                 hp_fit_weights_chi2(&data.weights, data.S, hp_separable_fit_prediction(fit)),
                 1e-12, 0);
    for (int p = 2; p < 2 + 2 * WIDTH; p++) {
        double chi2[2], step = 1e-4, moved[2 + 2 * WIDTH], prediction[600];
        assert_true(values <= 600);
        for (int side = 0; side < 2; side++) {
            memcpy(moved, param, sizeof moved);
            moved[p] += side == 0 ? step : -step;
            memset(prediction, 0, sizeof prediction);
            for (int m = 0; m < 2; m++)
                for (int c = 0; c < data.ncolumn; c++) {
                    double strength = 0.0;
                    for (int j = 0; j < data.n; j++)
                        strength += data.quadrature[j] * data.R[c * data.n + j] *
                                    hp_separable_value(&basis, 2, moved, m, j / RADII, data.r[j]);
                    for (int i = 0; i < data.n; i++)
                        prediction[c * data.n + i] +=
                            moved[m] * strength *
                            hp_separable_value(&basis, 2, moved, m, i / RADII, data.r[i]);
                }
            chi2[side] = hp_fit_weights_chi2(&data.weights, data.S, prediction);
            assert_true(chi2[side] >= report.chi2);
        }
        /* slope by central differences over curvature: within 1e-4 of a step of the minimum, where
         * third derivatives times a step are what is left */
        assert_close((chi2[0] - chi2[1]) / (chi2[0] + chi2[1] - 2.0 * report.chi2), 0, 0, 0.02);
    }
    hp_separable_fit_destroy(&fit);
    hp_fit_data_destroy(&data);
    hp_free(sample);
}

static void too_few_columns_or_points_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    hp_separable_fit *fit = NULL;
    hp_gaussian_basis basis = make_data(2, 1, &data);
    data.label = "ensemble.h5";
    assert_status(hp_separable_fit_create(&data, &basis, 2, &fit, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "\"ensemble.h5\": potential.rank = 2, but 1 column (a source at a "
                                 "time) determines 1: fit more sources or times jointly");
    hp_error_clear(&err);
    hp_fit_data_choose(&data, 0.2, 0.4);
    assert_status(hp_separable_fit_create(&data, &basis, 1, &fit, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "have 4 parameters, but there are");
    assert_null(fit);
    hp_fit_data_destroy(&data);
}

/* Kernels of two components on nodes: the prediction is int U R, K_cd = K_dc bit by bit. */
static void classes_act_between_components(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    hp_potential potential;
    hp_record record;
    hp_node_potential on;
    double prediction[3 * 2 * RADII];
    hp_gaussian_basis basis = make_data(2, 3, &data);
    fill_source(&basis, &data);
    const hp_potential_setup setup = {.kind = hp_potential_kind_find("separable"),
                                      .data = &data,
                                      .rank = 2,
                                      .gaussians = GAUSSIANS,
                                      .gaussian_range_fm = {RANGE_FM[0], RANGE_FM[1]}};
    assert_ok(hp_potential_create(&setup, &potential, &err), &err);
    hp_record_create(&record);
    hp_record_add_slim_axis(&record, "component", 2);
    hp_record_add_axis(&record, "r", RADII);
    hp_potential_add_rows(&potential, &record);
    assert_ok(hp_record_check(&record, &err), &err);
    double *vector = hp_alloc(record.length, sizeof *vector);
    const hp_fit_task task = {
        .data = &data, .record = &record, .vector = vector, .prediction = prediction};
    assert_ok(hp_potential_fit(&potential, &task, &err), &err);
    assert_int_equal(hp_potential_describe(&potential).ncomponent, 2);
    const hp_quadrature nodes = {.n = RADII, .r = data.r, .range = data.r[RADII - 1]};
    assert_ok(hp_node_potential_create(&potential, &nodes, &on, &err), &err);
    assert_ok(hp_potential_fill(&potential, data.pair, 1, &on, &err), &err);
    hp_matrix_interaction matrix = hp_node_potential_matrix(&on);
    assert_int_equal(matrix.ncomponent, 2);
    for (int i = 0; i < data.n; i++)
        for (int j = 0; j < data.n; j++) {
            double r = data.r[i], rp = data.r[j];
            /* mu = 0.7; U as in the first test */
            assert_close(matrix.kernel[i * data.n + j],
                         1.4 * 4 * M_PI * r * rp * truth(&basis, &data, i, j), 0, 1e-7);
            assert_true(matrix.kernel[i * data.n + j] == matrix.kernel[j * data.n + i]);
        }
    /* eigenvalues of U have the signs of the terms, the larger one first */
    const double *u = hp_record_read(&record, vector, HP_ROW_SEPARABLE_MEV);
    assert_true(u[0] * u[1] < 0.0 && fabs(u[0]) > fabs(u[1]));
    hp_node_potential_destroy(&on);
    hp_potential_destroy(&potential);
    hp_record_destroy(&record);
    hp_fit_data_destroy(&data);
    hp_free(vector);
}

static noise_closure scene;

/* One vector, without errors, in which no column is in doubt. */
static void as_many_terms_as_columns_are_noted(void **state) {
    (void)state;
    static const closure_fit with = {"separable", 3, {0.6, 2.4}, 1.0, false, NULL, 0, 0};
    static double K[SITES * SITES];
    double delta[MOMENTA];
    for (int row = 0; row <= 2; row += 2) { /* one term of one column, and of two */
        closure_open(&with, row, &scene);
        closure_run(&scene, scene.exact, false, K, delta);
        hp_record_set_samples(&scene.record, &(hp_rows){.value = scene.vector});
        hp_potential_note(&scene.potential, &scene.record);
        assert_only_note(&scene.record,
                         row > 0 ? NULL
                                 : "the separable potential has as many terms as there are "
                                   "columns, 1: it reproduces them whatever the truth is, so chi2 "
                                   "tests the Gaussians alone; phase shifts are right as far as "
                                   "the truth is separable of this rank, or the waves R span it");
        closure_close(&scene);
    }
}

/* The truth of the box, E0 and six phases as printed, and columns with zeros: c and cos. */
static void the_box_is_the_one_of_the_table(void **state) {
    (void)state;
    static const double delta[] = {167.97901, 144.434385, 122.218813,
                                   92.350493, 59.484695,  24.738054};
    static const closure_fit with = {"separable", 3, {0.6, 2.4}, 1.0, false, NULL, 0, 0};
    closure_open(&with, 3, &scene);
    assert_close(scene.box.level[0], -1.02828153, 0, 5e-9); /* digits printed, here and below */
    for (int k = 0; k < MOMENTA; k++) assert_close(scene.box.delta[k], delta[k], 0, 5e-6);
    assert_close(box_mixture(&scene.box, 1.2, 0), 24.6247926, 0, 5e-8);
    assert_close(box_mixture(&scene.box, 0.8, 0), 22.2288, 0, 5e-5);
    assert_close(box_mixture(&scene.box, 1.5, 0), 29.8368, 0, 5e-5);
    double R2 = 0.0, S2 = 0.0, RS = 0.0;
    for (int i = 0; i < SITES; i++) {
        double q = scene.data.quadrature[i];
        R2 += q * scene.data.R[i] * scene.data.R[i];
        S2 += q * scene.data.S[i] * scene.data.S[i];
        RS += q * scene.data.R[i] * scene.data.S[i];
    }
    assert_close(RS / sqrt(R2 * S2), -0.0033, 0, 5e-5);
    closure_close(&scene);
}

/* rms errors at most twice those of 100 replicas of the prototype, pulls 1: of 12 replicas pulls
 * scatter by 1/sqrt(24) = 0.2, and are the more equal for all k the fewer parameters there are;
 * bench_separable has the 100. */
static void check_row(int row, const double printed[MOMENTA]) {
    static const closure_fit with = {"separable", 3, {0.6, 2.4}, 1.0, false, NULL, 0, 0};
    closure_result result;
    closure_open(&with, row, &scene);
    closure_measure(&scene, 12, 0, true, &result);
    for (int k = 0; k < MOMENTA; k++) {
        assert_true(result.rms[k] <= 2.0 * printed[k]);
        assert_close(result.pull[k], 1.0, 0, 0.4);
    }
    assert_close(result.chi2, 0.97, 0, 0.05); /* 1 less 3 of 118 or 177, and 12 replicas */
    assert_int_equal(result.failed, 0);
    closure_close(&scene);
}

static void columns_with_zeros_give_phases(void **state) {
    (void)state;
    check_row(2, (double[]){.05, .15, .21, .24, .19, .10});
    check_row(3, (double[]){.03, .08, .12, .13, .10, .05});
}

/* Ranges that are fitted: the same phases whatever the unit of length is, and those of the rows
 * above, whose ranges are not told (12 replicas). */
static void fitted_ranges_know_no_unit(void **state) {
    (void)state;
    static const double unit[] = {0.3, 1.0}, printed[] = {.05, .15, .21, .24, .19, .10};
    closure_result result[2];
    for (int i = 0; i < 2; i++) {
        const closure_fit with = {"separable", 4, {0, 0}, unit[i], false, NULL, 0, 0};
        closure_open(&with, 2, &scene);
        closure_measure(&scene, 12, 0, false, &result[i]);
        assert_int_equal(result[i].failed, 0);
        /* one of 1.2 units, known to 1 %: 2 % of noise at some ten points that count */
        const double *fm = hp_record_read(&scene.record, scene.vector, HP_ROW_GAUSSIAN_RANGE);
        assert_int_equal(hp_record_find_axis(&scene.record, "gaussian")->extent, 1);
        assert_close(*fm, 1.2 * unit[i], 0.04, 0);
        closure_close(&scene);
    }
    for (int k = 0; k < MOMENTA; k++) {
        assert_true(result[1].rms[k] <= 2.0 * printed[k]);
        assert_close(result[0].rms[k], result[1].rms[k], 1e-9, 0); /* fm by rounding alone */
    }
}

static double steep(double r) {
    return exp(-3.5 * r);
}

static void fill_steep(radial_box *box) {
    box_fill_product(box, -130.0, steep);
}

/* A form factor exp(-3.5 r)/r, noise 0.5 %: four Gaussians from 0.35 to 1.2 leave chi2 = 71 per
 * point and miss delta by 17 degrees; as many as the data ask for describe them. */
static void data_ask_for_more_gaussians(void **state) {
    (void)state;
    closure_result result;
    closure_fit with = {"separable", 4, {0, 0}, 1.0, false, fill_steep, 1, 0.005};
    closure_open(&with, 2, &scene);
    closure_measure(&scene, 4, 0, false, &result);
    assert_true(hp_record_find_axis(&scene.record, "gaussian")->extent > 1);
    assert_close(result.chi2, 1, 0, 0.2);                               /* 118 points, 4 replicas */
    for (int k = 0; k < MOMENTA; k++) assert_true(result.rms[k] < 5.0); /* 1.8, 40 replicas */
    closure_close(&scene);
    with.range[0] = 0.35;
    with.range[1] = 1.2;
    closure_open(&with, 2, &scene);
    closure_measure(&scene, 1, 0, false, &result);
    assert_true(result.chi2 > 50.0 && result.rms[3] > 15.0);
    closure_close(&scene);
}

/* Two components, three columns, terms of either sign: ranges come back that made exact data, and
 * the parameters of a sample are kept. */
static void ranges_of_exact_data_come_back(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_fit_data data;
    hp_separable_fit *fit = NULL;
    hp_separable_report report;
    double param[2 + 2 * WIDTH + 2];
    const hp_gaussian_basis basis = make_data(2, 3, &data);
    hp_gaussian_basis found = basis;
    fill_source(&basis, &data);
    found.fitted = true;
    assert_int_equal(hp_separable_size(&found, 2), 2 + 2 * WIDTH + 2);
    assert_ok(hp_separable_fit_create(&data, &found, 2, &fit, &err), &err);
    assert_ok(hp_separable_fit_run(fit, data.R, data.S, NULL, param, &report, &err), &err);
    hp_separable_set_ranges(&found, 2, param);
    /* the prior, of width 1 in log log(ratio), pulls by chi2 of some 1 of errors of 1 % */
    for (int i = 0; i < GAUSSIANS; i++) assert_close(found.range[i], basis.range[i], 0.03, 0);
    assert_true(report.converged && report.prior > 0.0 && report.chi2 < report.prior);
    hp_separable_fit_destroy(&fit);
    hp_fit_data_destroy(&data);
}

/* A local fit to S of the same data, without noise, three Gaussians: chi2 per point and the least
 * and largest error of the phases as printed (of the last rows the largest alone). It does not
 * notice where R has no zero. */
static void local_potentials_are_wrong(void **state) {
    (void)state;
    static const closure_fit with = {"matrix_gaussians", 3, {0.6, 2.4}, 1.0, false, NULL, 0, 0};
    static const double chi2[] = {0.2, 48, 285, 274}, half[] = {0.05, 0.5, 0.5, 0.5};
    static const double least[] = {16, 12}, most[] = {58, 79, 82, 86};
    static double K[SITES * SITES];
    for (int row = 0; row < 4; row++) {
        double delta[MOMENTA], smallest = 180.0, largest = 0.0;
        closure_open(&with, row, &scene);
        closure_run(&scene, scene.exact, false, K, delta);
        double found = *hp_record_read(&scene.record, scene.vector, HP_ROW_LOSS);
        assert_close(found / scene.data.nfitted, chi2[row], 0, half[row]);
        for (int k = 0; k < MOMENTA; k++) {
            double error = fabs(box_difference(delta[k], scene.box.delta[k]));
            smallest = fmin(smallest, error);
            largest = fmax(largest, error);
        }
        if (row < 2) assert_close(smallest, least[row], 0, 0.5);
        assert_close(largest, most[row], 0, 0.5);
        closure_close(&scene);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_data_of_two_components_give_the_truth),
        cmocka_unit_test(chi2_is_least),
        cmocka_unit_test(too_few_columns_or_points_are_refused),
        cmocka_unit_test(classes_act_between_components),
        cmocka_unit_test(as_many_terms_as_columns_are_noted),
        cmocka_unit_test(the_box_is_the_one_of_the_table),
        cmocka_unit_test(columns_with_zeros_give_phases),
        cmocka_unit_test(fitted_ranges_know_no_unit),
        cmocka_unit_test(data_ask_for_more_gaussians),
        cmocka_unit_test(ranges_of_exact_data_come_back),
        cmocka_unit_test(local_potentials_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
