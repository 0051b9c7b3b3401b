// SPDX-License-Identifier: GPL-3.0-or-later
/* Forces that do not vanish at the origin as the wave there must. */
#include <math.h>
#include "form_matrix_private.h"

/* log10 of the error of a phase over F^2 h^3, F the force at the end h of the first panel on a wave
 * that is 1 outside at k = 1/fm, where F_c ~ r^(l_c - 2) near the origin, and what each power of r
 * more takes off. Measured, within a factor of ten (docs/method-given.md). */
static const double LOG_ERROR = -2.0, LOG_OF_POWER = -5.2;

/* Powers are those between a sixteenth and an eighth of the panel; below this deficit nothing is
 * lost. */
static const double NEAR = 0.125, NO_DEFICIT = 0.5;

/* Points of integrals over a core, and over r'. */
enum { CORE_POINTS = 200, MOST_POINTS = 1000 };

static double local_force(const hp_form_matrix *matrix, int c, int d, double r) {
    return hp_form_matrix_value(matrix, HP_FORMS_GIVEN, HP_FORM_V, c < d ? c : d, c < d ? d : c, r,
                                0);
}

/* r^(l+1)/(2l+1)!!, no larger than 1. */
static double free_wave(const hp_form_matrix *matrix, int d, double r) {
    double wave = r;
    for (int l = 1; l <= matrix->channels.component[d].l; l++) wave *= r / (2 * l + 1);
    return fmin(wave, 1);
}

/* int K_cd(r,r') chi_d(r') dr', the trapezoidal rule. */
static double nonlocal_force(const hp_form_matrix *matrix, int c, int d, double r, double panel) {
    double sum = 0, step = panel / 8, reach = hp_form_matrix_reach(matrix);
    for (int i = 1; i < MOST_POINTS && i * step < reach; i++) {
        double rp = i * step, first = c <= d ? r : rp, second = c <= d ? rp : r;
        sum += step * free_wave(matrix, d, rp) *
               hp_form_matrix_value(matrix, HP_FORMS_GIVEN, HP_FORM_U, c < d ? c : d, c < d ? d : c,
                                    first, second);
    }
    return sum;
}

/* What cores leave of the wave of d that exerts a local force and of that of c that feels it, WKB.
 */
static double left_of_waves(const hp_form_matrix *matrix, int c, int d, double panel) {
    double step = NEAR / 2 * panel, exponent = 0;
    for (int i = 1; i <= CORE_POINTS; i++) {
        double r = (i + 0.5) * step;
        exponent += step * sqrt(fmax(local_force(matrix, c, c, r), 0));
        exponent += step * sqrt(fmax(local_force(matrix, d, d, r), 0));
    }
    return exp(-exponent);
}

/* From F at an eighth and a sixteenth of the panel its power of r, and from F at the end the error.
 */
static double error_of(const hp_form_matrix *matrix, int c, const double force[3], double panel) {
    if (force[0] == 0 || force[1] == 0) return 0;
    double deficit = matrix->channels.component[c].l - log2(fabs(force[0] / force[1]));
    if (!(deficit > NO_DEFICIT)) return 0;
    double size = force[2] * force[2] * panel * panel * panel;
    return fmin(size * pow(10, LOG_ERROR + LOG_OF_POWER * (2 - deficit)), 1);
}

static double element_error(const hp_form_matrix *matrix, int c, int d, double panel) {
    double r[3] = {NEAR * panel, NEAR / 2 * panel, panel}, local[3], nonlocal[3];
    bool has_nonlocal = hp_form_matrix_has_nonlocal(matrix);
    for (int i = 0; i < 3; i++) {
        local[i] = local_force(matrix, c, d, r[i]) * free_wave(matrix, d, r[i]);
        nonlocal[i] = has_nonlocal ? nonlocal_force(matrix, c, d, r[i], panel) : 0;
    }
    double error = error_of(matrix, c, local, panel);
    if (error > 0) error *= left_of_waves(matrix, c, d, panel);
    return fmax(error, error_of(matrix, c, nonlocal, panel));
}

double hp_form_matrix_origin_error(const hp_form_matrix *matrix, double panel, int *c, int *d) {
    double largest = 0;
    *c = *d = 0;
    for (int of = 0; of < matrix->channels.ncomponent; of++)
        for (int by = 0; by < matrix->channels.ncomponent; by++) {
            double error = element_error(matrix, of, by, panel);
            if (error > largest) *c = of, *d = by, largest = error;
        }
    return largest;
}
