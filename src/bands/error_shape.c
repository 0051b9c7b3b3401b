// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_shape.h"
#include <math.h>
#include "hadpot/memory.h"

static const double SHORTEST_FM = 0.04, STEP_FM = 0.01, WIDTH_FM = 0.001;
enum { LENGTHS = 57 };

hp_status hp_error_pairs_create(double largest, double length_fm, hp_error_pairs *pairs,
                                hp_error *err) {
    *pairs = (hp_error_pairs){.width = WIDTH_FM / length_fm};
    pairs->n = (int)(largest / pairs->width + 0.5) + 1;
    size_t n = (size_t)pairs->n;
    const hp_part parts[] = {{&pairs->number, n}, {&pairs->x, n}, {&pairs->ww, n}, {&pairs->wy, n}};
    return hp_alloc_parts(&pairs->block, parts, sizeof parts / sizeof *parts, err);
}

void hp_error_pairs_destroy(hp_error_pairs *pairs) {
    hp_free(pairs->block);
    *pairs = (hp_error_pairs){0};
}

void hp_error_pairs_add(hp_error_pairs *pairs, double x, double ww, double wy) {
    int bin = (int)(x / pairs->width + 0.5);
    pairs->number[bin] += 1.0;
    pairs->x[bin] += x;
    pairs->ww[bin] += ww;
    pairs->wy[bin] += wy;
}

static double shape(const hp_error_model *model, double x) {
    double y = x / model->length;
    return (model->changes_sign ? 1.0 - y * y / 3.0 : 1.0) * exp(-0.5 * y * y);
}

double hp_error_shape(const hp_error_model *model, double x) {
    return x == 0.0 ? 1.0 : model->amplitude * shape(model, x);
}

/* The best amplitude, and sum (y - w s)^2 less sum y^2 with it. */
static double fit_amplitude(const hp_error_pairs *pairs, hp_error_model *model) {
    double ww = 0.0, wy = 0.0;
    for (int bin = 0; bin < pairs->n; bin++) {
        if (pairs->number[bin] == 0.0) continue;
        double s = shape(model, pairs->x[bin] / pairs->number[bin]);
        ww += pairs->ww[bin] * s * s;
        wy += pairs->wy[bin] * s;
    }
    double a = ww > 0.0 ? fmin(fmax(wy / ww, 0.0), 1.0) : 0.0;
    model->amplitude = a;
    return a * (a * ww - 2.0 * wy);
}

void hp_error_pairs_fit(const hp_error_pairs *pairs, double length_fm, hp_error_model *model) {
    double least = INFINITY;
    hp_error_model best = *model;
    for (int i = 0; i < 2 * LENGTHS; i++) {
        int step = i / 2;
        model->length = (SHORTEST_FM + STEP_FM * step) / length_fm;
        model->changes_sign = i % 2 == 1;
        double found = fit_amplitude(pairs, model);
        if (found >= least) continue;
        least = found;
        best = *model;
    }
    *model = best;
}
