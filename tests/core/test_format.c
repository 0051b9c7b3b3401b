// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers as text: quoted with their errors, and exactly. */
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include "hadpot/format.h"

static void check_value(double value, double error, const char *expected) {
    char text[64];
    hp_format_value((hp_band){value, error}, text, sizeof text);
    assert_string_equal(text, expected);
}

static void errors_are_quoted_with_two_digits(void **state) {
    (void)state;
    check_value(0.3413, 0.0368, "0.341(37)");
    check_value(-15.0, 260000.0, "0(260000)"); /* no -0 */
    check_value(-0.0004, 0.12, "0.00(12)");
    check_value(-0.02, 0.12, "-0.02(12)");
    check_value(-1.1264, 0.1194, "-1.13(12)");
    check_value(175.4, 18.6, "175(19)");
    check_value(2.279, 1.098, "2.3(1.1)");
    check_value(-0.0001234, 0.0000021, "-0.0001234(21)");
    check_value(4.2, 0.001, "4.2000(10)");
    check_value(-3.0, 12.0, "-3(12)");
    /* above 100 the value is rounded to the ten of the error's second digit */
    check_value(12347.0, 230.4, "12350(230)");
    check_value(-12343.0, 1000.0, "-12300(1000)");
}

/* An error that rounds up to a power of ten keeps two digits, not three. */
static void errors_round_across_powers_of_ten(void **state) {
    (void)state;
    check_value(0.34134, 0.0996, "0.34(10)");
    check_value(0.34134, 0.0994, "0.341(99)");
    check_value(2.279, 0.996, "2.3(1.0)");
    check_value(2.279, 0.994, "2.28(99)");
    check_value(2.279, 0.995, "2.3(1.0)");
    check_value(175.4, 9.96, "175(10)");
    check_value(175.4, 9.94, "175.4(9.9)");
    check_value(1754.0, 99.6, "1750(100)");
    check_value(1754.0, 99.4, "1754(99)");
}

static void values_without_an_error_stand_alone(void **state) {
    (void)state;
    check_value(1.62034567, NAN, "1.62035");
    check_value(1.62034567, 0.0, "1.62035");
    check_value(-1.62034567, -0.1, "-1.62035");
    check_value(3.5, INFINITY, "3.5");
    check_value(-INFINITY, 0.1, "-inf");
}

static void check_exact(double value, const char *expected) {
    char text[HP_EXACT_SIZE];
    hp_format_exact(value, text, sizeof text);
    assert_string_equal(text, expected);
}

static void exact_numbers_are_as_short_as_they_can_be(void **state) {
    (void)state;
    check_exact(0.00484848, "0.00484848");
    check_exact(-1e-10, "-1e-10");
    check_exact(0.1, "0.1");
    check_exact(0.1 + 0.2, "0.30000000000000004"); /* needs 17 digits */
    check_exact(1.0 / 3.0, "0.3333333333333333");  /* needs 16 */
    check_exact(12.0, "12");
    check_exact(INFINITY, "inf");
    check_exact(-INFINITY, "-inf");
    check_exact(NAN, "nan");
    check_exact(copysign(NAN, -1.0), "nan");
    check_exact(-0.0, "-0");
    check_exact(0.0, "0");
}

/* Bit for bit, at every order of magnitude, in the room that the header promises. */
static void exact_numbers_read_back(void **state) {
    (void)state;
    double special[] = {DBL_MAX,
                        -DBL_MAX,
                        DBL_MIN,
                        -DBL_MIN,
                        DBL_TRUE_MIN,
                        -3.0 * DBL_TRUE_MIN,
                        DBL_MIN - DBL_TRUE_MIN,
                        1.0 + DBL_EPSILON,
                        1.0 - DBL_EPSILON / 2.0,
                        -0.0};
    char text[HP_EXACT_SIZE];
    for (int i = 0; i < 4000; i++) {
        double value = 1.0;
        if (i < (int)(sizeof special / sizeof *special))
            value = special[i];
        else
            value = ldexp(sin(i), i % 2098 - 1074) * (i % 3 == 0 ? -1.0 : 1.0);
        hp_format_exact(value, text, sizeof text);
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void check_quoted(hp_band band, double plus, double minus, const char *expected) {
    char text[128];
    hp_format_quoted(band, plus, minus, text, sizeof text);
    assert_string_equal(text, expected);
}

static void systematic_errors_have_the_unit_of_the_statistical_one(void **state) {
    (void)state;
    check_quoted((hp_band){8.34, 0.64}, 1.2, 0.4, "8.34(64)(+120)(-40)");
    check_quoted((hp_band){8.34, 1.64}, 1.23, 0.0, "8.3(1.6)(+1.2)(-0.0)");
    check_quoted((hp_band){175.4, 18.6}, 6.2, 62.1, "175(19)(+6)(-62)");
    check_quoted((hp_band){8.34, 0.64}, NAN, NAN, "8.34(64)(unknown)");
    check_quoted((hp_band){12347.0, 230.4}, 96.0, 104.0, "12350(230)(+100)(-100)");
    check_quoted((hp_band){8.34, 0.64}, INFINITY, 0.4, "8.34(64)(+inf)(-40)");
    check_quoted((hp_band){8.34, NAN}, 1.2, 0.4, "8.34(+1.2)(-0.4)");
}

static void what_does_not_fit_is_left_off(void **state) {
    (void)state;
    char text[8] = "ab";
    hp_format_append(text, sizeof text, ", %d", 12);
    assert_string_equal(text, "ab, 12");
    hp_format_append(text, sizeof text, ", %d", 34);
    assert_string_equal(text, "ab, 12,");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_quoted_with_two_digits),
        cmocka_unit_test(errors_round_across_powers_of_ten),
        cmocka_unit_test(values_without_an_error_stand_alone),
        cmocka_unit_test(exact_numbers_are_as_short_as_they_can_be),
        cmocka_unit_test(exact_numbers_read_back),
        cmocka_unit_test(systematic_errors_have_the_unit_of_the_statistical_one),
        cmocka_unit_test(what_does_not_fit_is_left_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
