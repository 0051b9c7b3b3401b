// SPDX-License-Identifier: GPL-3.0-or-later
/* A search among zeros of known places. */
#include "poles_case.h"

/* Zeros of known place, hard ones among them: near the cut, near threshold, pairs nearly alike. */
typedef struct product {
    hp_channels channels;
    int n;
    double complex w[10]; /* i k */
    double rate;
} product;

static hp_status product_determinant(void *context, double complex energy, hp_sheet sheet,
                                     double complex *phase, double *log_size, hp_error *err) {
    (void)err;
    const product *p = context;
    double complex k[HP_MOST_PAIRS];
    hp_channels_momenta(&p->channels, energy, sheet, k);
    double complex w = hp_complex(-cimag(k[0]), creal(k[0])), value = cexp(p->rate * w);
    for (int j = 0; j < p->n; j++) {
        value *= w - p->w[j];
        if (cimag(p->w[j]) != 0.0) value *= w - conj(p->w[j]);
    }
    poles_split(value, phase, log_size);
    return HP_OK;
}

static double draw(unsigned long long *seed) {
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static product draw_product(unsigned long long *seed) {
    product p = {.channels = poles_channels(1, (double[]){1.0}, (double[]){0.0})};
    p.n = 1 + (int)(8.0 * draw(seed));
    p.rate = 8.0 * (draw(seed) - 0.5);
    for (int j = 0; j < p.n; j++) {
        double kind = draw(seed), a = draw(seed), b = draw(seed);
        double complex k = hp_complex(2.2 * a, -b);
        if (kind < 0.25)
            k = hp_complex(0.0, -2.0 * a);
        else if (kind < 0.35)
            k = hp_complex(0.0, -pow(10.0, -6.0 * a));
        else if (kind < 0.45)
            k = hp_complex(2.2 * a, -pow(10.0, -8.0 * b));
        else if (kind < 0.5)
            k = hp_complex(0.0, a);
        else if (kind < 0.55)
            k = hp_complex(2.0 * a, 0.0);
        else if (kind < 0.6)
            k = hp_complex(2.0 * a, 0.5 * b);
        else if (kind < 0.65 && j == 1 && cimag(p.w[0]) != 0.0)
            k = hp_complex(cimag(p.w[0]), -creal(p.w[0])) * (1.0 + pow(10.0, -6.0 * a));
        p.w[j] = hp_complex(-cimag(k), creal(k));
    }
    return p;
}

static void zeros_of_products(void **state) {
    (void)state;
    enum { CASES = 1000 };
    unsigned long long seed = 12345;
    long total = 0;
    hp_pole_region region = {-2.0, 4.0, 3.0};
    for (int c = 0; c < CASES; c++) {
        product p = draw_product(&seed);
        hp_pole_function of = {&p.channels, 2.0, product_determinant, &p};
        hp_pole pole[20];
        hp_error err = HP_ERROR_INIT;
        int found, determinants, expected = 0;
        bool complete;
        assert_ok(
            hp_poles_find_of(&of, 1, &region, 20, pole, &found, &complete, &determinants, &err),
            &err);
        assert_true(complete);
        total += determinants;
        for (int j = 0; j < p.n; j++) {
            double complex k = hp_complex(cimag(p.w[j]), -creal(p.w[j])), energy = k * k;
            if (cimag(k) > 0.0 || creal(energy) < region.low || creal(energy) > region.high ||
                cimag(energy) < -region.depth)
                continue;
            expected++;
            poles_assert(pole, found, energy, 1e-8); /* that of a pair 1e-6 apart */
        }
        assert_int_equal(found, expected);
    }
    printf("    %ld determinants on average\n", total / CASES);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(zeros_of_products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
