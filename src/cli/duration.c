// SPDX-License-Identifier: GPL-3.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"

/* A number without sign; *text goes on behind it. */
static bool take_number(const char **text, double *value) {
    char *end;
    if (!isdigit((unsigned char)**text)) return false;
    *value = strtod(*text, &end);
    *text = end;
    return true;
}

/* "1h30m", or seconds alone: units in falling order. */
static bool read_units(const char *text, double *seconds) {
    static const char units[] = "dhms";
    static const double of[] = {86400.0, 3600.0, 60.0, 1.0};
    const char *least = units;
    double value;
    *seconds = 0.0;
    if (!take_number(&text, &value)) return false;
    if (*text == '\0') {
        *seconds = value;
        return true;
    }
    do {
        const char *unit = *text != '\0' ? strchr(least, *text) : NULL;
        if (unit == NULL) return false;
        *seconds += value * of[unit - units];
        least = unit + 1;
        text++;
    } while (take_number(&text, &value));
    return *text == '\0';
}

/* "[days-]hours:minutes:seconds" or "minutes:seconds". */
static bool read_clock(const char *text, double *seconds) {
    double value, days = 0.0, total = 0.0;
    const char *dash = strchr(text, '-');
    int colons = 0;
    if (dash != NULL && (!take_number(&text, &days) || text++ != dash)) return false;
    if (!take_number(&text, &total)) return false;
    for (; *text == ':' && colons < 2; colons++) {
        text++;
        if (!take_number(&text, &value) || value >= 60.0) return false;
        total = 60.0 * total + value;
    }
    *seconds = 86400.0 * days + total;
    return *text == '\0' && colons > (dash != NULL);
}

bool hp_cli_read_duration(const char *text, double *seconds) {
    if (strchr(text, ':') != NULL) return read_clock(text, seconds);
    return read_units(text, seconds);
}
