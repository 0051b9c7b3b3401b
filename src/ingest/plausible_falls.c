// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether R and four_point fall with t as they must: two hadrons have about the energy m1 + m2, and
 * R, divided by both two-point functions, about none. */
#include <math.h>
#include "plausibility_parts.h"

/* An average within so many errors of zero says nothing of how it falls. */
static const double FALL_ERRORS = 5.0;

/* Of a source at the times that are looked at: the smallest and largest ln X(t)/X(t+1), X = R or
 * four_point over both two-point functions, averages over a volume; none of them: none known. */
typedef struct {
    bool known;
    int first;          /* index of the first time */
    double first_value; /* what it is there */
    double low, high;
} fall;

/* ln |X| of one feature at one time; nan: not known. */
static double log_of(const hp_row_looks *looks, int source, int feature, int time) {
    double error, mean = 0.0, product = 1.0;
    int c = hp_column_find(looks, source, feature, time);
    if (c < 0 || !hp_has_divisors(looks, source, time)) return NAN;
    mean = hp_column_mean(looks, c, &error);
    if (!(fabs(mean) > FALL_ERRORS * error)) return NAN;
    for (int hadron = 0; hadron < 2 && !looks->ensemble->has_ratio[source]; hadron++)
        product *= hp_column_mean(
            looks, hp_column_find(looks, source, HP_COLUMN_TWO_POINT_1 + hadron, time), &error);
    return log(fabs(mean / product));
}

/* The average over the volume may pass zero on its way, and seem to fall; that at small distances
 * must fall, too. */
static fall find_fall(const hp_row_looks *looks, int source) {
    const hp_ensemble *ensemble = looks->ensemble;
    fall found = {.low = INFINITY, .high = -INFINITY};
    for (int time = 0; time + 1 < ensemble->nt; time++) {
        if (!hp_is_looked_at(looks, source, time) || !hp_is_looked_at(looks, source, time + 1))
            continue;
        for (int feature = HP_FEATURE_AVERAGE; feature <= HP_FEATURE_INNER; feature++) {
            double value =
                log_of(looks, source, feature, time) - log_of(looks, source, feature, time + 1);
            if (!isfinite(value)) return (fall){.known = false};
            if (!found.known) found.first = time, found.first_value = value;
            found.known = true;
            found.low = fmin(found.low, value);
            found.high = fmax(found.high, value);
        }
    }
    return found;
}

static const double *masses_of(const hp_ensemble *ensemble, int source) {
    if (ensemble->field == NULL) return ensemble->mass;
    return ensemble->pair[ensemble->component[ensemble->field[source].component].pair].mass;
}

hp_status hp_find_falls(const hp_row_looks *looks, hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    for (int source = 0; source < ensemble->nsource; source++) {
        const double *mass = masses_of(ensemble, source);
        double lighter = fmin(mass[0], mass[1]); /* nan of two that are not known */
        if (!(lighter > 0.0) || !hp_is_plain(ensemble, source)) continue;
        fall of = find_fall(looks, source);
        const char *name = ensemble->source[source];
        int t = ensemble->t[of.first];
        if (!of.known) continue;
        if (ensemble->has_ratio[source] && of.low > lighter)
            HP_CALL(hp_findings_add(
                findings, hp_finding_of(ensemble, source, true), err,
                "%s: source '%s': ln R(t)/R(t+1) is %.3g at t = %d, and at all times above the "
                "lighter mass, %.4g: R falls like a four-point function; what is not divided by "
                "two-point functions has the name four_point",
                ensemble->path, name, of.first_value, t, lighter));
        if (!ensemble->has_ratio[source] && of.high < -lighter)
            HP_CALL(hp_findings_add(
                findings, hp_finding_of(ensemble, source, true), err,
                "%s: source '%s': four_point over two_point_1 and two_point_2 rises by exp(%.3g) "
                "at t = %d, and at all times by more than exp(%.4g), that of the lighter mass: "
                "four_point falls like R; what is divided by two-point functions has the name R",
                ensemble->path, name, -of.first_value, t, lighter));
    }
    return HP_OK;
}
