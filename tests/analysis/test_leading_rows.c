// SPDX-License-Identifier: GPL-3.0-or-later
/* The leading-order matrix in the record: values of samples, columns, notes. */
#include "notes.h"

#include <math.h>
#include <string.h>
#include "hadpot/leading_matrix.h"
#include "hadpot/memory.h"

enum { NRADIUS = 6, NT = 2, NSAMPLE = 5, MOST = 2 * NT * 2 * NRADIUS };

typedef struct scene {
    hp_leading leading;
    hp_record record;
    hp_error err;
    double quadrature[NRADIUS], fitted[NRADIUS];
    double R[MOST], S[MOST];
    double *value; /* (1 + NSAMPLE, length) */
} scene;

static const double O[] = {0.8, 0.6, -0.6, 0.8};
static const char *const names[] = {"AA:1S0", "BB:1S0"};
static const char *const states[] = {"27", "8s"};
static const char *const sources[] = {"wall", "smeared"};
static const int times[NT] = {9, 10};

static void open_scene(scene *s, int nsource, bool tensor, const double *flavour) {
    static const double r_fm[NRADIUS] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    hp_record *record = &s->record;
    *s = (scene){.err = HP_ERROR_INIT};
    for (int r = 0; r < NRADIUS; r++) {
        s->quadrature[r] = (r + 1.0) * (r + 1.0);
        s->fitted[r] = r > 0;
    }
    s->leading = (hp_leading){.ncomponent = 2,
                              .nradius = NRADIUS,
                              .nsource = nsource,
                              .nt = NT,
                              .name = names,
                              .quadrature = s->quadrature,
                              .fitted = s->fitted,
                              .flavour = flavour,
                              .flavour_name = states,
                              .tensor = tensor,
                              .energy_mev = 2000.0};
    hp_record_create(record);
    hp_record_add_axis(record, "source", (size_t)nsource);
    hp_record_add_axis(record, "t", NT);
    hp_record_add_axis(record, "r", NRADIUS);
    hp_record_label(record, "source", &(hp_label){.column = "source", .name = sources});
    hp_record_label(record, "t", &(hp_label){.column = "t", .integer = times});
    hp_record_label(record, "r", &(hp_label){.path = "grid/r_fm", .unit = "fm", .value = r_fm});
    hp_record_add_table(record, "potential", HP_WIDE, NULL);
    hp_leading_describe(&s->leading, record);
    assert_ok(hp_record_check(record, &s->err), &s->err);
    s->value = test_calloc((NSAMPLE + 1) * record->length, sizeof *s->value);
}

static void close_scene(scene *s) {
    hp_record_destroy(&s->record);
    test_free(s->value);
}

static double V_of(int a, int d, int r, double skew) {
    static const double size[2][2] = {{-0.1, 0.04}, {0.04, 0.07}};
    return size[a][d] * exp(-0.3 * r) * (a > d ? 1.0 + skew : 1.0);
}

/* Waves of sources that differ by `apart`, and S of a local V whose (1,0) is too large by skew. */
static void fill(scene *s, double apart, double skew, double noise) {
    int column = 0;
    for (int b = 0; b < s->leading.nsource; b++)
        for (int t = 0; t < NT; t++, column++)
            for (int r = 0; r < NRADIUS; r++) {
                double *R = s->R + (ptrdiff_t)column * 2 * NRADIUS + r, *S = s->S + (R - s->R);
                R[0] = 1.0 + 0.1 * r + 0.02 * t;
                R[NRADIUS] = 0.5 + b * apart * (1.0 - 0.1 * r) - 0.03 * t * r + noise * (r + b);
                for (int a = 0; a < 2; a++)
                    S[(ptrdiff_t)a * NRADIUS] =
                        V_of(a, 0, r, skew) * R[0] + V_of(a, 1, r, skew) * R[NRADIUS];
            }
}

static void compute(scene *s, int sample, const double *prediction) {
    assert_ok(hp_leading_compute(&s->leading, s->R, s->S, prediction, &s->record,
                                 s->value + (ptrdiff_t)sample * (ptrdiff_t)s->record.length,
                                 &s->err),
              &s->err);
}

/* The average and samples with these steps of apart. */
static void fill_samples(scene *s, double apart, double step, double skew, double noise) {
    for (int i = 0; i <= NSAMPLE; i++) {
        double away = i == 0 ? 0.0 : i - 3.0;
        fill(s, apart + step * away, skew * (1.0 + 0.05 * away), noise * away);
        compute(s, i, s->S);
    }
    hp_record_set_samples(&s->record, &(hp_rows){.n = NSAMPLE,
                                                 .value = s->value,
                                                 .rule = {HP_METHOD_JACKKNIFE, NSAMPLE},
                                                 .has_rule = true});
}

/* How many notes have these words. */
static int count_notes(const scene *s, const char *words) {
    int count = 0;
    for (int i = 0; i < s->record.nnote; i++)
        count += strstr(s->record.note[i].text, words) != NULL;
    return count;
}

static double value_at(const scene *s, const char *path, size_t i) {
    const double *row = hp_record_read(&s->record, s->value, path);
    assert_non_null(row);
    return row[i];
}

static void matrices_are_stored_by_time_row_column_and_radius(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 2, false, O);
    fill(&s, 0.7, 0.25, 0.0);
    compute(&s, 0, NULL);
    assert_int_equal(hp_record_count(&s.record, HP_ROW_LO_MATRIX), NT * 4 * NRADIUS);
    assert_true(isnan(value_at(&s, HP_ROW_LOCALISED_MATRIX, 0)));
    for (int t = 0; t < NT; t++)
        for (int k = 0; k < 4; k++)
            for (int r = 0; r < NRADIUS; r++) /* condition numbers of R below 100 */
                assert_close(value_at(&s, HP_ROW_LO_MATRIX, (size_t)((t * 4 + k) * NRADIUS + r)),
                             2000.0 * V_of(k / 2, k % 2, r, 0.25), 1e-12, 0);
    double c = 0.8, n = 0.6, V01 = V_of(0, 1, 2, 0.25), V10 = V_of(1, 0, 2, 0.25);
    double rotated = c * c * V_of(0, 0, 2, 0) + c * n * (V01 + V10) + n * n * V_of(1, 1, 2, 0);
    assert_close(value_at(&s, HP_ROW_LO_FLAVOUR, 2), 2000.0 * rotated, 1e-12, 0);
    /* (V01 - V10)/mean = -0.25/1.125 at all radii */
    assert_close(value_at(&s, HP_ROW_LO_ASYMMETRY, 0), -0.25 / 1.125, 1e-10, 0);
    compute(&s, 0, s.R); /* a prediction S = R is V = 1 */
    assert_close(value_at(&s, HP_ROW_LOCALISED_MATRIX, 0), 2000.0, 1e-12, 0);
    assert_close(value_at(&s, HP_ROW_LOCALISED_MATRIX, NRADIUS), 0.0, 0, 1e-9);
    const hp_entry *entry = hp_record_find(&s.record, HP_ROW_LO_MATRIX);
    assert_string_equal(entry->row.table, "potential");
    assert_string_equal(entry->row.column, "v_lo_mev");
    entry = hp_record_find(&s.record, HP_ROW_LO_FLAVOUR);
    assert_string_equal(entry->row.table, "flavour");
    const hp_axis_entry *axis = hp_record_find_axis(&s.record, entry->row.axis[1]);
    assert_string_equal(axis->label[0].name[1], "8s");
    close_scene(&s);
}

/* One source of S and D waves: V_C and V_T make the matrix. */
static void one_source_has_a_tensor_force(void **state) {
    (void)state;
    scene s;
    const double vc = 0.3, vt = -0.05, root8 = sqrt(8.0);
    open_scene(&s, 1, true, NULL);
    fill(&s, 0.0, 0.0, 0.0);
    for (int t = 0; t < NT; t++)
        for (int r = 0; r < NRADIUS; r++) {
            const double *R = s.R + (ptrdiff_t)t * 2 * NRADIUS + r;
            double *S = s.S + (R - s.R);
            S[0] = vc * R[0] + root8 * vt * R[NRADIUS];
            S[NRADIUS] = root8 * vt * R[0] + (vc - 2.0 * vt) * R[NRADIUS];
        }
    compute(&s, 0, s.S);
    static const char *const both[2] = {HP_ROW_LO_MATRIX, HP_ROW_LOCALISED_MATRIX};
    for (int i = 0; i < 2; i++) {
        assert_close(value_at(&s, both[i], 0), 2000.0 * vc, 1e-12, 0);
        assert_close(value_at(&s, both[i], NRADIUS), 2000.0 * root8 * vt, 1e-12, 0);
        assert_close(value_at(&s, both[i], (size_t)3 * NRADIUS), 2000.0 * (vc - 2.0 * vt), 1e-12,
                     0);
    }
    assert_close(value_at(&s, HP_ROW_LO_VT, (size_t)NT * NRADIUS - 1), 2000.0 * vt, 1e-12, 0);
    assert_close(value_at(&s, HP_ROW_LO_RESIDUAL, 0), 0.0, 0, 1e-13);
    assert_null(hp_record_find(&s.record, HP_ROW_LO_DETERMINANT));
    assert_null(hp_record_find(&s.record, HP_ROW_LO_OVERLAP));
    close_scene(&s);
}

/* Two components, one source at two times: one matrix of both, without the axis t. */
static void times_together_make_one_matrix(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 1, false, NULL);
    fill_samples(&s, 0.0, 0.0, 0.0, 0.001);
    assert_int_equal(hp_record_count(&s.record, HP_ROW_LO_MATRIX), 4 * NRADIUS);
    for (int r = 1; r < NRADIUS; r++) /* condition below 1000; r = 0 nearly singular */
        assert_close(value_at(&s, HP_ROW_LO_MATRIX, (size_t)(NRADIUS + r)),
                     2000.0 * V_of(0, 1, r, 0.0), 1e-10, 0);
    hp_leading_note(&s.leading, &s.record);
    assert_string_equal(s.record.sheet[0].cell[1].text, "all");
    close_scene(&s);
}

static void one_component_has_cosines_alone(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 1, false, NULL);
    hp_record one;
    hp_record_create(&one);
    hp_record_add_axis(&one, "source", 1);
    hp_record_add_axis(&one, "t", NT);
    hp_record_add_axis(&one, "r", NRADIUS);
    s.leading.ncomponent = 1;
    hp_leading_describe(&s.leading, &one);
    assert_ok(hp_record_check(&one, &s.err), &s.err);
    assert_int_equal(one.nentry, 1);
    double found[NT];
    for (int i = 0; i < NT * NRADIUS; i++) s.S[i] = -2.0 * (s.R[i] = i + 1.0);
    assert_ok(hp_leading_compute(&s.leading, s.R, s.S, NULL, &one, found, &s.err), &s.err);
    assert_close(found[1], -1.0, 1e-15, 0);
    hp_record_destroy(&one);
    close_scene(&s);
}

/* Overlaps that differ by more than 3 errors and 0.1 %, and not by less; likewise det R within 2
 * errors of 0. */
static double overlap(const scene *s, const double *x, const double *y, int b, int c) {
    const hp_leading_columns columns = {2, NRADIUS, 2, NT, y, x};
    return hp_leading_overlap(&columns, s->quadrature, b, c);
}

/* By hand at the second time; at the radius that is not fitted V may be anything, and elsewhere the
 * mean has the weights q |R_a R_d|. */
static void tests_are_those_of_their_time_and_radii(void **state) {
    (void)state;
    scene s;
    double above = 0.0, below = 0.0;
    open_scene(&s, 2, false, NULL);
    fill(&s, 0.7, 0.3, 0.0);
    for (int b = 0; b < 2; b++) { /* V_10 + 0.02 r at t = 10, r > 0; + 9 at r = 0 */
        double *R = s.R + (ptrdiff_t)(b * NT + 1) * 2 * NRADIUS, *S = s.S + (R - s.R);
        for (int r = 0; r < NRADIUS; r++) S[NRADIUS + r] += (r > 0 ? 0.02 * r : 9.0) * R[r];
    }
    compute(&s, 0, NULL);
    for (int r = 1; r < NRADIUS; r++) {
        double weight = 0.0, lower = V_of(1, 0, r, 0.3) + 0.02 * r, upper = V_of(0, 1, r, 0.3);
        for (int b = 0; b < 2; b++) {
            const double *R = s.R + (ptrdiff_t)(b * NT + 1) * 2 * NRADIUS + r;
            weight += s.quadrature[r] * fabs(R[0] * R[NRADIUS]);
        }
        above += weight * (upper - lower);
        below += weight * fabs(upper + lower) / 2.0;
    }
    assert_close(value_at(&s, HP_ROW_LO_ASYMMETRY, 1), above / below, 1e-11, 0);
    int b = 1, c = NT + 1; /* columns of both sources at the second time */
    double M01 = overlap(&s, s.S, s.R, b, c), M10 = overlap(&s, s.S, s.R, c, b);
    double size = overlap(&s, s.S, s.S, b, b) * overlap(&s, s.R, s.R, b, b) *
                  overlap(&s, s.S, s.S, c, c) * overlap(&s, s.R, s.R, c, c);
    assert_close(value_at(&s, HP_ROW_LO_OVERLAP, 5), (M01 - M10) / pow(size, 0.25), 1e-12, 0);
    assert_close(value_at(&s, HP_ROW_LO_OVERLAP, 4), 0.0, 0, 0);
    close_scene(&s);
}

static void what_is_not_hermitian_is_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 2, false, NULL);
    fill_samples(&s, 0.7, 0.01, 1.0, 0.0);
    hp_leading_note(&s.leading, &s.record);
    assert_int_equal(count_notes(&s, "do not belong to one hermitian potential"), 1);
    assert_int_equal(count_notes(&s, "sources are linearly dependent"), 0);
    close_scene(&s);
    open_scene(&s, 2, false, NULL);
    fill_samples(&s, 0.7, 0.01, 5e-4, 0.0);
    hp_leading_note(&s.leading, &s.record);
    assert_int_equal(count_notes(&s, "do not belong to one hermitian potential"), 0);
    close_scene(&s);
}

static void dependent_sources_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 2, false, NULL);
    fill_samples(&s, 0.02, 0.01, 0.0, 0.0);
    hp_leading_note(&s.leading, &s.record);
    assert_int_equal(
        count_notes(&s, "sources are linearly dependent: det R is compatible with 0 at"), 1);
    /* without samples there is no error with which a small det R is compatible */
    hp_record_set_samples(&s.record, &(hp_rows){.value = s.value});
    s.record.nnote = 0;
    hp_leading_note(&s.leading, &s.record);
    assert_int_equal(count_notes(&s, "sources are linearly dependent"), 0);
    close_scene(&s);
}

/* One source at one time: two components have no matrix, V_C and V_T they have. */
static void matrices_that_cannot_be_are_noted(void **state) {
    (void)state;
    for (int tensor = 0; tensor < 2; tensor++) {
        scene s;
        open_scene(&s, 1, tensor, NULL);
        hp_leading one = s.leading;
        hp_record *record = &s.record;
        close_scene(&s);
        one.nt = 1;
        hp_record_create(record);
        hp_record_add_axis(record, "source", 1);
        hp_record_add_axis(record, "t", 1);
        hp_record_add_axis(record, "r", NRADIUS);
        hp_record_label(record, "source", &(hp_label){.column = "source", .name = sources});
        hp_record_label(record, "t", &(hp_label){.column = "t", .integer = times});
        hp_record_add_table(record, "potential", HP_WIDE, NULL);
        hp_leading_describe(&one, record);
        assert_ok(hp_record_check(record, &s.err), &s.err);
        s.value = test_calloc(record->length, sizeof *s.value);
        hp_record_set_samples(record, &(hp_rows){.value = s.value});
        hp_leading_note(&one, record);
        assert_int_equal(count_notes(&s, "there is no potential.csv: the leading-order matrix of 2 "
                                         "components takes as many sources and times, found 1"),
                         !tensor);
        close_scene(&s);
    }
}

static void tests_are_listed_in_a_file(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 2, false, NULL);
    fill_samples(&s, 0.7, 0.01, 0.3, 0.0);
    hp_leading_note(&s.leading, &s.record);
    assert_int_equal(s.record.nsheet, 1);
    const hp_record_sheet *sheet = &s.record.sheet[0];
    assert_string_equal(sheet->name, "hermiticity");
    assert_int_equal(sheet->nline, NT + NT + 2 * NT); /* couplings, overlaps, cosines */
    assert_string_equal(sheet->cell[0].text, "v");
    assert_string_equal(sheet->cell[1].text, "9");
    assert_string_equal(sheet->cell[2].text, "AA:1S0");
    assert_close(sheet->cell[4].number, -0.3 / 1.15, 1e-10, 0);
    assert_string_equal(sheet->cell[(ptrdiff_t)6 * NT].text, "overlap");
    assert_string_equal(sheet->cell[6 * NT + 3].text, "smeared");
    close_scene(&s);
}

/* Of two pairs one states sqrt(Z); of one pair nobody needs it. */
static void pairs_without_z_are_noted(void **state) {
    (void)state;
    static const double z = 0.9;
    hp_ensemble_pair pair[2] = {{.name = "AA"}, {.name = "BB"}};
    const hp_ensemble ensemble = {.pair = pair};
    hp_correlator_plan plan = {.ensemble = &ensemble, .npair = 2, .pair = {0, 1}};
    plan.masses[0] = (hp_pair_masses){.sqrt_z = &z, .nz = 1};
    hp_record record;
    hp_record_create(&record);
    hp_leading_note_z(&plan, &record);
    assert_int_equal(record.nnote, 1);
    assert_contains(record.note[0].text, "sqrt_z of pair BB is not stated and counts as 1");
    plan.masses[1] = plan.masses[0];
    hp_leading_note_z(&plan, &record);
    plan.npair = 1;
    plan.masses[0].nz = 0;
    hp_leading_note_z(&plan, &record);
    assert_int_equal(record.nnote, 1);
    hp_record_destroy(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_are_stored_by_time_row_column_and_radius),
        cmocka_unit_test(one_source_has_a_tensor_force),
        cmocka_unit_test(times_together_make_one_matrix),
        cmocka_unit_test(one_component_has_cosines_alone),
        cmocka_unit_test(tests_are_those_of_their_time_and_radii),
        cmocka_unit_test(what_is_not_hermitian_is_noted),
        cmocka_unit_test(dependent_sources_are_noted),
        cmocka_unit_test(matrices_that_cannot_be_are_noted),
        cmocka_unit_test(tests_are_listed_in_a_file),
        cmocka_unit_test(pairs_without_z_are_noted),
    };
    return cmocka_run_group_tests_name("analysis/leading_rows", tests, NULL, NULL);
}
