// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/mlp_pieces.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "products.h"

bool hp_mlp_is_piecewise(const hp_mlp *mlp, const double *x, int n) {
    if (n < 2 || mlp->width[0] != 1) return false;
    for (int l = 0; l < mlp->nlayer; l++)
        if (mlp->activation[l] != HP_LEAKY_RELU && mlp->activation[l] != HP_IDENTITY) return false;
    for (int r = 1; r < n; r++)
        if (!(x[r] > x[r - 1])) return false;
    return isfinite(x[0]) && isfinite(x[n - 1]);
}

/* The input is one piece: its first and its last point. */
static void begin_pieces(const double *x, hp_mlp_pieces *pieces) {
    memset(pieces->first, 0, (size_t)pieces->n * sizeof *pieces->first);
    pieces->first[0] = true;
    pieces->count[0] = 2;
    for (int end = 0; end < 2; end++) {
        int row = end * (pieces->n - 1);
        pieces->place[0][end] = (hp_mlp_place){.row = row};
        pieces->y[0][end] = x[row];
    }
}

static hp_mlp_place place_of(int row, int node, int start, int end, const double *x) {
    double t = row > start ? (x[row] - x[start]) / (x[end] - x[start]) : 0.0;
    return (hp_mlp_place){.row = row, .node = node, .t = t};
}

/* By bisection: the first row on the other side of zero, with the z that interpolate() gives. */
static int first_row_beyond(double z_start, double z_end, int start, int end, const double *x) {
    int before = start, beyond = end;
    while (beyond - before > 1) {
        int middle = before + (beyond - before) / 2;
        double t = place_of(middle, 0, start, end, x).t;
        double z = (1.0 - t) * z_start + t * z_end;
        if ((z > 0.0) == (z_end > 0.0))
            beyond = middle;
        else
            before = middle;
    }
    return beyond;
}

static void find_breaks(const double *z, int layer, int out, const double *x,
                        hp_mlp_pieces *pieces) {
    const hp_mlp_place *node = pieces->place[layer];
    for (int k = 0; k + 1 < pieces->count[layer]; k++) {
        int start = node[k].row, end = node[k + 1].row;
        if (pieces->first[end]) continue; /* another piece */
        const double *z_start = z + (size_t)k * (size_t)out, *z_end = z_start + out;
        for (int i = 0; i < out; i++)
            if ((z_start[i] > 0.0) != (z_end[i] > 0.0))
                pieces->first[first_row_beyond(z_start[i], z_end[i], start, end, x)] = true;
    }
}

/* Nodes of layer + 1: first and last point of every piece. */
static void place_nodes(int layer, const double *x, hp_mlp_pieces *pieces) {
    const hp_mlp_place *old = pieces->place[layer];
    hp_mlp_place *node = pieces->place[layer + 1];
    int count = 0, k = 0, nold = pieces->count[layer];
    for (int row = 0; row < pieces->n; row++) {
        bool last = row + 1 == pieces->n || pieces->first[row + 1];
        if (!pieces->first[row] && !last) continue;
        while (k + 1 < nold && old[k + 1].row <= row) k++;
        int end = k + 1 < nold ? old[k + 1].row : old[k].row;
        node[count++] = place_of(row, k, old[k].row, end, x);
    }
    pieces->count[layer + 1] = count;
}

static void interpolate(const hp_mlp_place *place, int count, int width, const double *at_nodes,
                        double *values) {
    for (int k = 0; k < count; k++) {
        const double *restrict start = at_nodes + (size_t)place[k].node * (size_t)width;
        const double *restrict end = start + width;
        double *restrict value = values + (size_t)k * (size_t)width;
        double t = place[k].t;
        if (t > 0.0)
            for (int i = 0; i < width; i++) value[i] = (1.0 - t) * start[i] + t * end[i];
        else
            memcpy(value, start, (size_t)width * sizeof *value);
    }
}

/* z at the nodes so far; where a unit changes sign between two of them new pieces begin. */
static void layer_forward(const hp_mlp *mlp, int layer, const double *weight, const double *x,
                          hp_mlp_pieces *pieces) {
    int in = mlp->width[layer], out = mlp->width[layer + 1], count = pieces->count[layer];
    const double *bias = weight + (size_t)out * (size_t)in;
    double *z = pieces->z[0];
    for (int node = 0; node < count; node++)
        memcpy(z + (size_t)node * (size_t)out, bias, (size_t)out * sizeof *z);
    hp_product_forward(count, in, out, pieces->y[layer], weight, NULL, z);
    if (mlp->activation[layer] == HP_LEAKY_RELU) find_breaks(z, layer, out, x, pieces);
    place_nodes(layer, x, pieces);
    int refined = pieces->count[layer + 1];
    interpolate(pieces->place[layer + 1], refined, out, z, pieces->y[layer + 1]);
    hp_activation_apply(mlp->activation[layer], (size_t)refined * (size_t)out, pieces->y[layer + 1],
                        pieces->slope[layer]);
}

static void place_points(const double *x, hp_mlp_pieces *pieces) {
    const hp_mlp_place *node = pieces->place[pieces->nlayer];
    int k = 0, nnode = pieces->count[pieces->nlayer];
    for (int row = 0; row < pieces->n; row++) {
        while (k + 1 < nnode && node[k + 1].row <= row) k++;
        int end = k + 1 < nnode ? node[k + 1].row : node[k].row;
        pieces->point[row] = place_of(row, k, node[k].row, end, x);
    }
}

const double *hp_mlp_pieces_forward(const hp_mlp *mlp, const double *param, const double *x,
                                    hp_mlp_pieces *pieces) {
    begin_pieces(x, pieces);
    for (int l = 0; l < mlp->nlayer; l++) {
        layer_forward(mlp, l, param, x, pieces);
        param += (size_t)mlp->width[l + 1] * ((size_t)mlp->width[l] + 1);
    }
    place_points(x, pieces);
    interpolate(pieces->point, pieces->n, mlp->width[mlp->nlayer], pieces->y[mlp->nlayer],
                pieces->out);
    return pieces->out;
}

/* The transpose of interpolate(). */
static void gather(const hp_mlp_place *place, int count, int width, const double *d_values,
                   int nnode, double *d_nodes) {
    memset(d_nodes, 0, (size_t)nnode * (size_t)width * sizeof *d_nodes);
    for (int k = 0; k < count; k++) {
        double *restrict start = d_nodes + (size_t)place[k].node * (size_t)width;
        double *restrict end = start + width;
        const double *restrict value = d_values + (size_t)k * (size_t)width;
        double t = place[k].t;
        for (int i = 0; i < width; i++) start[i] += (1.0 - t) * value[i];
        if (t > 0.0)
            for (int i = 0; i < width; i++) end[i] += t * value[i];
    }
}

void hp_mlp_pieces_backward(const hp_mlp *mlp, const double *param, const double *d_out,
                            hp_mlp_pieces *pieces, double *d_param) {
    double *d_y = pieces->z[0], *d_z = pieces->z[1];
    size_t offset = mlp->nparam;
    gather(pieces->point, pieces->n, mlp->width[mlp->nlayer], d_out, pieces->count[mlp->nlayer],
           d_y);
    for (int l = mlp->nlayer - 1; l >= 0; l--) {
        int in = mlp->width[l], out = mlp->width[l + 1], count = pieces->count[l];
        const double *restrict slope = pieces->slope[l];
        size_t nvalue = (size_t)pieces->count[l + 1] * (size_t)out;
        offset -= (size_t)out * ((size_t)in + 1);
        for (size_t i = 0; i < nvalue; i++) d_y[i] *= slope[i];
        gather(pieces->place[l + 1], pieces->count[l + 1], out, d_y, count, d_z);
        double *d_weight = d_param + offset, *d_bias = d_weight + (size_t)out * (size_t)in;
        hp_product_weight(count, in, out, d_z, pieces->y[l], d_weight);
        cblas_dgemv(CblasRowMajor, CblasTrans, count, out, 1.0, d_z, out, pieces->ones, 1, 1.0,
                    d_bias, 1);
        if (l > 0) hp_product_input(count, in, out, d_z, param + offset, d_y);
    }
}

hp_status hp_mlp_pieces_create(const hp_mlp *mlp, int n, hp_mlp_pieces *pieces, hp_error *err) {
    hp_status status = HP_OK;
    memset(pieces, 0, sizeof *pieces);
    size_t points = (size_t)n, widths = 0, widest = 0, nlayer = (size_t)mlp->nlayer;
    for (size_t l = 0; l <= nlayer; l++) {
        size_t width = (size_t)mlp->width[l];
        widths += width;
        if (width > widest) widest = width;
    }
    pieces->n = n;
    pieces->nlayer = mlp->nlayer;
    size_t last = (size_t)mlp->width[nlayer];
    HP_NEW(pieces->block, points * (2 * widths + 2 * widest + last + 1));
    HP_NEW(pieces->count, nlayer + 1);
    HP_NEW(pieces->place, nlayer + 1);
    HP_NEW(pieces->point, points * (nlayer + 2));
    HP_NEW(pieces->first, points);
    HP_NEW(pieces->y, nlayer + 1);
    HP_NEW(pieces->slope, nlayer);
    double *next = pieces->block;
    for (size_t l = 0; l <= nlayer; l++) {
        pieces->place[l] = pieces->point + (l + 1) * points;
        pieces->y[l] = next;
        if (l > 0) pieces->slope[l - 1] = next + points * (size_t)mlp->width[l];
        next += 2 * points * (size_t)mlp->width[l];
    }
    pieces->z[0] = next;
    pieces->z[1] = next + points * widest;
    pieces->out = next + 2 * points * widest;
    pieces->ones = pieces->out + points * last;
    for (size_t r = 0; r < points; r++) pieces->ones[r] = 1.0;
cleanup:
    if (status != HP_OK) hp_mlp_pieces_destroy(pieces);
    return status;
}

void hp_mlp_pieces_destroy(hp_mlp_pieces *pieces) {
    if (pieces == NULL) return;
    hp_free(pieces->block);
    hp_free(pieces->count);
    hp_free(pieces->place);
    hp_free(pieces->point);
    hp_free(pieces->first);
    hp_free(pieces->y);
    hp_free(pieces->slope);
    memset(pieces, 0, sizeof *pieces);
}
