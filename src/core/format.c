// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hp_format_value(hp_band band, char *text, size_t size) {
    if (!isfinite(band.value) || !isfinite(band.error) || band.error <= 0.0) {
        snprintf(text, size, "%.6g", band.value);
        return;
    }
    int digits = 1 - (int)floor(log10(band.error)); /* decimals that leave two digits of error */
    if (round(band.error * pow(10.0, digits)) >= 100.0) digits--;
    if (digits <= 0) {
        double unit = pow(10.0, -digits);
        snprintf(text, size, "%.0f(%.0f)", round(band.value / unit) * unit,
                 round(band.error / unit) * unit);
    } else if (band.error >= 0.995) {
        snprintf(text, size, "%.*f(%.*f)", digits, band.value, digits, band.error);
    } else {
        snprintf(text, size, "%.*f(%.0f)", digits, band.value, band.error * pow(10.0, digits));
    }
}

void hp_format_exact(double value, char *text, size_t size) {
    if (isnan(value)) { /* printf may add a sign, which not every reader takes */
        snprintf(text, size, "nan");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return; /* 17 digits always do */
    }
}

void hp_format_yaml(double value, char *text, size_t size) {
    if (!isfinite(value)) {
        snprintf(text, size, "%s", isnan(value) ? ".nan" : value > 0.0 ? ".inf" : "-.inf");
        return;
    }
    char exact[HP_EXACT_SIZE];
    hp_format_exact(value, exact, sizeof exact);
    size_t mantissa = strcspn(exact, "e");
    int bare = exact[mantissa] == 'e' && memchr(exact, '.', mantissa) == NULL;
    snprintf(text, size, "%.*s%s%.8s", (int)mantissa, exact, bare ? ".0" : "", exact + mantissa);
}
