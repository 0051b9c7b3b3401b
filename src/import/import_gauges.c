// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of quantities that should be small, when all rows are there. */
#include <math.h>
#include "hadpot/hdf5_write.h"
#include "import_parts.h"

/* Noise of an average that is worth a mark, relative. */
static const double MUCH_NOISE = 0.1;

/* The imaginary part of a component that is real but for noise: of single files, which are
 * independent of each other as noise goes, and so of their average. */
static hp_status tell_noise(hp_import_plan *plan, const hp_import_gauge *gauge, double size,
                            hid_t file, hp_error *err) {
    int files = plan->nrow * (plan->cell[0].count > 0 ? plan->cell[0].count : 1);
    double average = size / sqrt(files);
    HP_CALL(
        hp_h5_attribute(file, gauge->object, "imaginary_part", H5T_NATIVE_DOUBLE, 0, &size, err));
    if (average > MUCH_NOISE)
        return hp_import_note(plan, err,
                              "%s is %.2g of the real one, and about %.2g in the average of %d "
                              "waves: noise, since it is 0 by time reversal",
                              gauge->what, size, average, files);
    return hp_import_fact(plan, err, "%s is %.2g of the real one: noise, 0 by time reversal",
                          gauge->what, size);
}

hp_status hp_import_tell_gauge(hp_import_plan *plan, int i, const double total[2], double worst,
                               const char *where, hid_t file, hp_error *err) {
    const hp_import_gauge *gauge = &plan->gauge[i];
    double size = total[0] > 0 ? sqrt(total[0] / total[1]) : 0.0;
    HP_REQUIRE(!(size > gauge->refused_above), HP_ERR_INPUT,
               "%s is %.3g in all rows, expected less than %g: are re and im exchanged, or phases "
               "others than they should be?",
               gauge->what, size, gauge->refused_above);
    if (*gauge->object != '\0') return tell_noise(plan, gauge, size, file, err);
    if (worst > gauge->noted_above)
        return hp_import_note(plan, err, "%s is not small: up to %.2g, in %s", gauge->what, worst,
                              where);
    return hp_import_fact(plan, err, "%s: up to %.2g", gauge->what, worst);
}
