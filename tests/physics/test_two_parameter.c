// SPDX-License-Identifier: GPL-3.0-or-later
/* The training log that the 2024 talks show for the two-parameter toy: U(r,r') = omega
 * exp(-theta_1 r - theta_2 r') fitted by Adam to (E_k - H_0) phi_k at the one radius R, where the
 * truth has theta = (1, 1). */
#include "toy_case.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 64 };

typedef struct {
    int count;
    double row[ROWS][4];
} trace;

static bool read_trace(trace *t) {
    const char *path = getenv("HADPOT_TWO_PARAMETER_TRACE");
    if (path == NULL) path = HADPOT_SOURCE_DIR "/../shared/reference/two_parameter_trace.csv";
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("SKIPPED: %s is not here (set HADPOT_TWO_PARAMETER_TRACE)\n", path);
        return false;
    }
    char line[1024];
    while (fgets(line, sizeof line, file) != NULL && t->count < ROWS) {
        double *row = t->row[t->count];
        if (sscanf(line, "%lf,%lf,%lf,%lf", &row[0], &row[1], &row[2], &row[3]) == 4) t->count++;
    }
    fclose(file);
    return true;
}

/* Line by line what `hadpot toy two_parameter` writes to training.csv. */
static void published_log_is_reproduced(void **state) {
    (void)state;
    static const char *const sets[] = {NULL};
    static trace t;
    double worst = 0.0, worst_theta = 0.0;
    outcome out;
    if (!read_trace(&t)) skip();
    assert_true(t.count >= 20);
    learn("two_parameter", sets, &out);
    const hp_toy_log *log = &out.toy.log;
    assert_int_equal(log->count, t.count + 1); /* and the last epoch */
    for (int i = 0; i < t.count; i++) {
        const hp_toy_line *line = &log->line[i];
        assert_int_equal(line->epoch, (int)t.row[i][0]);
        /* the talk computed in single precision: 1e-7 an operation, 1e-4 after thousands of epochs
         * in a loss that has fallen by six orders */
        worst = fmax(worst, fabs(line->loss / t.row[i][1] - 1.0));
        assert_close(line->loss, t.row[i][1], 2e-4, 0.0);
        for (int k = 0; k < 2; k++) {
            worst_theta = fmax(worst_theta, fabs(line->theta[k] - t.row[i][2 + k]));
            assert_close(line->theta[k], t.row[i][2 + k], 0.0, 1e-5);
        }
    }
    const double *theta = log->line[log->count - 1].theta;
    print_message("%d rows: loss within %.2e, theta within %.2e; at the end %.10f %.10f\n", t.count,
                  worst, worst_theta, theta[0], theta[1]);
    /* what the talk prints after the last epoch */
    assert_close(theta[0], 1.0023272037506104, 0.0, 1e-5);
    assert_close(theta[1], 0.9957966208457947, 0.0, 1e-5);
    end(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_log_is_reproduced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
