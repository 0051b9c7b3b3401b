// SPDX-License-Identifier: GPL-3.0-or-later
/* What hadpot info says of components. */
#include <math.h>
#include <stdio.h>
#include "cli.h"

static void print_pair(const hp_ensemble *ensemble, const hp_ensemble_pair *pair) {
    double mev = ensemble->inverse_spacing_mev;
    printf("pair        %s: %s hadrons", pair->name, pair->identical ? "identical" : "different");
    if (pair->mass[0] > 0)
        printf(" of masses %g, %g (%.2f, %.2f MeV)", pair->mass[0], pair->mass[1],
               pair->mass[0] * mev, pair->mass[1] * mev);
    printf("%s%s, charges %d, %d", pair->mass[0] > 0 ? "" : ", masses from two-point functions",
           pair->mass_rows[0] != NULL ? " of each row" : "", pair->charge[0], pair->charge[1]);
    if (pair->sqrt_z > 0)
        printf(", sqrt_z %g%s", pair->sqrt_z, pair->sqrt_z_rows != NULL ? " of each row" : "");
    putchar('\n');
}

void hp_cli_info_pairs(const hp_ensemble *ensemble) {
    for (int i = 0; i < ensemble->npair; i++) print_pair(ensemble, &ensemble->pair[i]);
    fputs("components  ", stdout);
    for (int i = 0; i < ensemble->ncomponent; i++)
        printf("%s%s", i > 0 ? ", " : "", ensemble->component[i].name);
    putchar('\n');
}

/* How many fields of a source hold what `has` tells; of all components, or of the pairs. */
static int count(const hp_ensemble *ensemble, int wave, const bool *has) {
    int n = 0;
    for (int i = 0; i < ensemble->nsource; i++)
        n += ensemble->field[i].wave == wave && !ensemble->field[i].laplacian && has[i];
    return n;
}

static void print_noise(const hp_ensemble *ensemble) {
    for (int i = 0; i < ensemble->nsource; i++) {
        const hp_ensemble_field *field = &ensemble->field[i];
        if (field->laplacian || isnan(field->imaginary_part)) continue;
        printf("component   %s: imaginary part %.2g of the real one at r <= L/4 in single files: "
               "noise, 0 by time reversal\n",
               ensemble->source[i], field->imaginary_part);
    }
}

void hp_cli_info_waves(const hp_ensemble *ensemble) {
    for (int w = 0; w < ensemble->nwave; w++) {
        const hp_ensemble_wave *wave = &ensemble->wave[w];
        int ratios = count(ensemble, w, ensemble->has_ratio);
        printf("source      %s: all components, of %s%s: %s%s%s%s%s%s\n", wave->name,
               wave->pair < 0 ? "no pair" : "pair ",
               wave->pair < 0 ? "" : ensemble->pair[wave->pair].name, ratios > 0 ? "R" : "",
               ratios > 0 && ratios < ensemble->ncomponent ? ", " : "",
               ratios < ensemble->ncomponent ? "four-point and two-point functions" : "",
               count(ensemble, w, ensemble->has_beside) > 0 ? ", two-point functions" : "",
               count(ensemble, w, ensemble->has_full) > 0
                   ? ", two-point functions at all their times"
                   : "",
               count(ensemble, w, ensemble->has_two_baryon) > 0 ? ", two hadrons at zero momentum"
                                                                : "");
    }
    print_noise(ensemble);
}
