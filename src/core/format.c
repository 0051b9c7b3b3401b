// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/format.h"
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_error(hp_band band) {
    return isfinite(band.value) && isfinite(band.error) && band.error > 0.0;
}

/* Decimals that leave two digits of an error; below 0 for errors of hundreds and more. */
static int decimals(double error) {
    int digits = 1 - (int)floor(log10(error));
    return round(error * pow(10.0, digits)) >= 100.0 ? digits - 1 : digits;
}

/* An error in the unit that another one, unit_error, asks for: of the last digit, or with a point
 * where that one is 1 or more. */
static void put_error(double error, double unit_error, char *text, size_t size) {
    int digits = unit_error > 0.0 && isfinite(unit_error) ? decimals(unit_error) : 0;
    double unit = pow(10.0, -digits);
    if (!isfinite(error))
        snprintf(text, size, "%s", isnan(error) ? "nan" : "inf");
    else if (digits <= 0)
        snprintf(text, size, "%.0f", round(error / unit) * unit);
    else if (unit_error >= 0.995)
        snprintf(text, size, "%.*f", digits, error);
    else
        snprintf(text, size, "%.0f", error * pow(10.0, digits));
}

void hp_format_value(hp_band band, char *text, size_t size) {
    if (!has_error(band)) {
        snprintf(text, size, "%.6g", band.value);
        return;
    }
    int digits = decimals(band.error);
    double unit = pow(10.0, -digits), rounded = round(band.value / unit) * unit;
    char error[32];
    put_error(band.error, band.error, error, sizeof error);
    double shown = digits > 0 ? band.value : rounded;
    if (rounded == 0.0) shown = 0.0; /* no -0 */
    snprintf(text, size, "%.*f(%s)", digits > 0 ? digits : 0, shown, error);
}

void hp_format_quoted(hp_band band, double plus, double minus, char *text, size_t size) {
    char value[64], sides[2][32];
    hp_format_value(band, value, sizeof value);
    if (isnan(plus) && isnan(minus)) {
        snprintf(text, size, "%s(unknown)", value);
        return;
    }
    put_error(plus, band.error, sides[0], sizeof sides[0]);
    put_error(minus, band.error, sides[1], sizeof sides[1]);
    if (has_error(band)) {
        snprintf(text, size, "%s(+%s)(-%s)", value, sides[0], sides[1]);
        return;
    }
    snprintf(text, size, "%s(+%.2g)(-%.2g)", value, plus, minus); /* no unit of a last digit */
}

void hp_format_interval(double value, double plus, double minus, char *text, size_t size) {
    double larger = fmax(fabs(plus), fabs(minus));
    char number[64], sides[2][32];
    if (!isfinite(value) || !isfinite(plus) || !isfinite(minus)) {
        snprintf(text, size, "undetermined");
        return;
    }
    hp_format_value((hp_band){value, larger}, number, sizeof number);
    number[strcspn(number, "(")] = '\0';
    put_error(plus, larger, sides[0], sizeof sides[0]);
    put_error(minus, larger, sides[1], sizeof sides[1]);
    snprintf(text, size, "%s(+%s)(-%s)", number, sides[0], sides[1]);
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

void hp_format_append(char *text, size_t size, const char *format, ...) {
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}
