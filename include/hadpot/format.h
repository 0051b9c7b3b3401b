// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers as text: rounded to their error for people, exact for files. */
#ifndef HADPOT_FORMAT_H
#define HADPOT_FORMAT_H

#include <stddef.h>

/* A number and its statistical error. */
typedef struct hp_band {
    double value, error;
} hp_band;

/* "1.234(56)": a value with its error in units of the last digit, two digits of error. */
void hp_format_value(hp_band band, char *text, size_t size);

/* "1.234(56)(+12)(-3)": the same with a systematic error upwards and downwards, all in one unit;
 * "1.234(56)(unknown)" where both are nan. */
void hp_format_quoted(hp_band band, double plus, double minus, char *text, size_t size);

/* "1.23(+56)(-7)": a value with an error upwards and downwards, the smaller of them with two
 * digits; "undetermined" where they are no numbers. */
void hp_format_interval(double value, double plus, double minus, char *text, size_t size);

/* The shortest of 15, 16 and 17 digits that reads back to the same bits ("nan", "inf", "-inf" for
 * what is no number). text holds at least HP_EXACT_SIZE characters. */
enum { HP_EXACT_SIZE = 32 };
void hp_format_exact(double value, char *text, size_t size);

/* The same for YAML: ".nan", ".inf", "-.inf", and a point in every mantissa with an exponent,
 * without which YAML 1.1 takes 1e-05 for a text. */
void hp_format_yaml(double value, char *text, size_t size);

/* Put more at the end of a text; what does not fit into text[size] is left off. */
void hp_format_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
