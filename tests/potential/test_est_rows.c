// SPDX-License-Identifier: GPL-3.0-or-later
/* What separable potentials note of their columns: two sources at one time, asymmetry and cos
 * stored by hand, in four samples. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "notes.h"
#include "../../src/potential/est_rows.h"

enum { COLUMNS = 2, SAMPLES = 4 };

typedef struct scene {
    hp_record record;
    double *rows;
} scene;

static void open_scene(scene *s, double cosine, double asymmetry) {
    hp_error err = HP_ERROR_INIT;
    static const char *const source[] = {"smeared", "wall"};
    static const int t[] = {12};
    hp_record_create(&s->record);
    hp_record_add_axis(&s->record, "source", 2);
    hp_record_label(&s->record, "source", &(hp_label){.column = "source", .name = source});
    hp_record_add_axis(&s->record, "t", 1);
    hp_record_label(&s->record, "t", &(hp_label){.column = "t", .integer = t});
    hp_est_add_rows(COLUMNS, &s->record);
    assert_ok(hp_record_check(&s->record, &err), &err);
    s->rows = hp_record_room(&s->record, (1 + SAMPLES) * s->record.length, sizeof *s->rows);
    for (int k = 0; k <= SAMPLES; k++) {
        /* jackknife error of +-d in 4 samples: sqrt(3/4 4) d = sqrt(3) d: 0.01 */
        double moved = k == 0 ? 0.0 : (k % 2 == 0 ? 0.01 : -0.01) / sqrt(3.0);
        double *vector = s->rows + (size_t)k * s->record.length;
        double *at = hp_record_at(&s->record, vector, HP_ROW_EST_COSINE);
        at[0] = 0.5 + moved;
        at[1] = cosine + moved;
        at = hp_record_at(&s->record, vector, HP_ROW_EST_ASYMMETRY);
        at[1] = asymmetry + moved;
        at[2] = -at[1];
    }
    hp_record_set_samples(&s->record, &(hp_rows){.n = SAMPLES,
                                                 .value = s->rows,
                                                 .rule = {HP_METHOD_JACKKNIFE, SAMPLES},
                                                 .has_rule = true});
    hp_est_note(COLUMNS, &s->record);
}

static void columns_without_strength_are_marked(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0.0299, 0.0);
    assert_only_note(&s.record,
                     "R and S of 1 of 2 columns are orthogonal within 3 errors (est/cosine; first "
                     "source wall at t = 12): these by themselves do not determine a separable "
                     "potential, the others do");
    assert_int_equal(s.record.note[0].severity, HP_REMARK);
    hp_record_destroy(&s.record);
}

static void matrices_that_are_not_symmetric_are_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0.3, 0.042);
    assert_only_note(
        &s.record,
        "<R_i,S_j> is not symmetric for 1 of 1 pairs of columns (est/asymmetry; worst, 4.2 "
        "errors: source smeared at t = 12 and source wall at t = 12): no hermitian "
        "potential is behind both, times are too early or a source is wrong");
    assert_int_equal(s.record.note[0].severity, HP_CAUTION);
    hp_record_destroy(&s.record);
}

static void good_columns_are_not_noted(void **state) {
    (void)state;
    scene s;
    open_scene(&s, 0.0301, 0.0398);
    assert_only_note(&s.record, NULL);
    hp_record_destroy(&s.record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_without_strength_are_marked),
        cmocka_unit_test(matrices_that_are_not_symmetric_are_noted),
        cmocka_unit_test(good_columns_are_not_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
