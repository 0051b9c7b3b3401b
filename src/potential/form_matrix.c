// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/form_matrix.h"
#include <math.h>
#include <string.h>
#include "forms_private.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

enum { MOST_FORMS = HP_MOST_COMPONENTS * HP_MOST_COMPONENTS + HP_MOST_PAIRS * HP_NOPERATOR };

struct hp_form_matrix {
    hp_channels channels;
    hp_spin_state spin[HP_MOST_COMPONENTS];
    hp_forms *element[HP_MOST_COMPONENTS][HP_MOST_COMPONENTS]; /* c <= d */
    hp_forms *operators[HP_MOST_PAIRS][HP_NOPERATOR];
};

static const hp_pair *pair_of(const hp_form_matrix *matrix, int c) {
    return &matrix->channels.pair[matrix->channels.component[c].pair];
}

double hp_form_matrix_h(const hp_form_matrix *matrix, int c, int d) {
    double mu = pair_of(matrix, c)->mu, nu = pair_of(matrix, d)->mu;
    return HP_HBARC_MEV_FM / (2 * (mu == nu ? mu : sqrt(mu * nu)));
}

hp_status hp_form_matrix_create(const hp_channels *channels, const hp_spin_state *spin,
                                hp_form_matrix **matrix, hp_error *err) {
    hp_status status = HP_OK;
    int N = channels->ncomponent;
    hp_form_matrix *made = NULL;
    HP_TRY(hp_channels_check(channels, err));
    HP_NEW(made, 1);
    made->channels = *channels;
    memcpy(made->spin, spin, (size_t)N * sizeof *spin);
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++)
            HP_TRY(hp_forms_create(hp_form_matrix_h(made, c, d), &made->element[c][d], err));
    for (int a = 0; a < channels->npair; a++)
        for (int of = 0; of < HP_NOPERATOR; of++)
            HP_TRY(hp_forms_create(HP_HBARC_MEV_FM / (2 * channels->pair[a].mu),
                                   &made->operators[a][of], err));
cleanup:
    if (status != HP_OK) hp_form_matrix_destroy(&made);
    *matrix = made;
    return status;
}

void hp_form_matrix_destroy(hp_form_matrix **matrix) {
    if (matrix == NULL || *matrix == NULL) return;
    for (int c = 0; c < HP_MOST_COMPONENTS; c++)
        for (int d = c; d < HP_MOST_COMPONENTS; d++) hp_forms_destroy(&(*matrix)->element[c][d]);
    for (int a = 0; a < HP_MOST_PAIRS; a++)
        for (int of = 0; of < HP_NOPERATOR; of++) hp_forms_destroy(&(*matrix)->operators[a][of]);
    hp_free(*matrix);
    *matrix = NULL;
}

hp_forms *hp_form_matrix_element(hp_form_matrix *matrix, int c, int d) {
    return matrix->element[c][d];
}

hp_forms *hp_form_matrix_operator(hp_form_matrix *matrix, int pair, hp_operator of) {
    return matrix->operators[pair][of];
}

/* All forms that have terms or tables; returns how many. */
static int list_forms(const hp_form_matrix *matrix, const hp_forms *all[MOST_FORMS]) {
    int n = 0;
    for (int c = 0; c < matrix->channels.ncomponent; c++)
        for (int d = c; d < matrix->channels.ncomponent; d++) all[n++] = matrix->element[c][d];
    for (int a = 0; a < matrix->channels.npair; a++)
        for (int of = 0; of < HP_NOPERATOR; of++) all[n++] = matrix->operators[a][of];
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (all[i]->nterm + all[i]->ntable > 0) all[kept++] = all[i];
    return kept;
}

hp_status hp_form_matrix_check(const hp_form_matrix *matrix, hp_error *err) {
    const hp_forms *all[MOST_FORMS];
    int n = list_forms(matrix, all);
    for (int i = 0; i < n; i++)
        HP_REQUIRE(!hp_forms_has_mass(all[i]), HP_ERR_INPUT,
                   "terms {p^2, V2} act in one S wave alone, found them between coupled channels");
    return HP_OK;
}

double hp_form_matrix_reach(const hp_form_matrix *matrix) {
    const hp_forms *all[MOST_FORMS];
    double reach = 0;
    for (int i = list_forms(matrix, all) - 1; i >= 0; i--)
        reach = fmax(reach, hp_forms_reach(all[i]));
    return reach;
}

bool hp_form_matrix_has_local(const hp_form_matrix *matrix) {
    const hp_forms *all[MOST_FORMS];
    bool has = false;
    for (int i = list_forms(matrix, all) - 1; i >= 0; i--) has |= hp_forms_has_local(all[i]);
    return has;
}

bool hp_form_matrix_has_nonlocal(const hp_form_matrix *matrix) {
    const hp_forms *all[MOST_FORMS];
    bool has = false;
    for (int i = list_forms(matrix, all) - 1; i >= 0; i--) has |= hp_forms_has_nonlocal(all[i]);
    return has;
}

bool hp_form_matrix_has_table(const hp_form_matrix *matrix) {
    const hp_forms *all[MOST_FORMS];
    bool has = false;
    for (int i = list_forms(matrix, all) - 1; i >= 0; i--) has |= all[i]->ntable > 0;
    return has;
}

double hp_form_matrix_view_part(const hp_form_matrix *matrix, hp_form_view view) {
    const hp_forms *all[MOST_FORMS];
    double part = 0;
    for (int i = list_forms(matrix, all) - 1; i >= 0; i--)
        part = fmax(part, hp_forms_view_part(all[i], view));
    return part;
}

/* One sum of all terms and tables, whose contents stay those of the elements: what grids ask. h:
 * the smallest, for which waves are shortest. */
static hp_status merge_forms(const hp_form_matrix *matrix, hp_forms *merged, hp_error *err) {
    const hp_forms *all[MOST_FORMS];
    int n = list_forms(matrix, all), nterm = 0, ntable = 0;
    *merged = (hp_forms){.h = INFINITY};
    for (int i = 0; i < n; i++) nterm += all[i]->nterm, ntable += all[i]->ntable;
    HP_REQUIRE(nterm + ntable > 0, HP_ERR_INPUT, "coupled channels have no potential");
    HP_ALLOCATE(merged->term, nterm);
    HP_ALLOCATE(merged->table, ntable);
    for (int i = 0; i < n; i++) {
        merged->h = fmin(merged->h, all[i]->h);
        for (int t = 0; t < all[i]->nterm; t++) merged->term[merged->nterm++] = all[i]->term[t];
        for (int t = 0; t < all[i]->ntable; t++) merged->table[merged->ntable++] = all[i]->table[t];
    }
    return HP_OK;
}

hp_status hp_form_matrix_create_grid(const hp_form_matrix *matrix,
                                     const hp_forms_grid_options *options, hp_quadrature *grid,
                                     hp_error *err) {
    hp_status status = HP_OK;
    hp_forms merged = {0};
    *grid = (hp_quadrature){0};
    HP_TRY(hp_form_matrix_check(matrix, err));
    HP_TRY(merge_forms(matrix, &merged, err));
    HP_TRY(hp_forms_create_grid(&merged, options, grid, err));
cleanup:
    hp_free(merged.term);
    hp_free(merged.table);
    return status;
}

/* The forms that act between c <= d, with their factors; returns how many. */
static int list_acting(const hp_form_matrix *matrix, int c, int d,
                       const hp_forms *acting[HP_NOPERATOR + 1], double factor[HP_NOPERATOR + 1]) {
    const hp_component *component = matrix->channels.component;
    int a = component[c].pair, n = 1;
    acting[0] = matrix->element[c][d];
    factor[0] = 1;
    for (int of = 0; of < HP_NOPERATOR && component[d].pair == a; of++) {
        const hp_forms *forms = matrix->operators[a][of];
        if (forms->nterm + forms->ntable == 0) continue;
        factor[n] = hp_operator_element((hp_operator)of, component[c].l, matrix->spin[c],
                                        component[d].l, matrix->spin[d]);
        if (factor[n] != 0) acting[n++] = forms;
    }
    return n;
}

/* W_cd(r) or K_cd(r,r') with r in c and r' in d, c <= d. */
static double value_of(const hp_form_matrix *matrix, hp_form_view view, hp_form_part part, int c,
                       int d, double r, double rp) {
    const hp_forms *acting[HP_NOPERATOR + 1];
    double factor[HP_NOPERATOR + 1], sum = 0;
    int n = list_acting(matrix, c, d, acting, factor);
    for (int i = 0; i < n; i++)
        sum += factor[i] * hp_forms_value(acting[i], view, part, r, rp) / acting[i]->h;
    return sum;
}

static void fill_local(const hp_form_matrix *matrix, hp_form_view view, const hp_quadrature *grid,
                       double *local) {
    size_t n = (size_t)grid->n, N = (size_t)matrix->channels.ncomponent;
    for (size_t c = 0; c < N; c++)
        for (size_t d = c; d < N; d++)
            for (size_t i = 0; i < n; i++)
                local[(c * N + d) * n + i] = local[(d * N + c) * n + i] =
                    value_of(matrix, view, HP_FORM_V, (int)c, (int)d, grid->r[i], 0);
}

/* Of a component with itself the upper half alone, so that both halves are equal bit by bit. */
static void fill_kernel(const hp_form_matrix *matrix, hp_form_view view, const hp_quadrature *grid,
                        double *kernel) {
    size_t n = (size_t)grid->n, N = (size_t)matrix->channels.ncomponent;
    for (size_t c = 0; c < N; c++)
        for (size_t d = c; d < N; d++)
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j <= (c == d ? i : n - 1); j++)
                    kernel[(c * n + i) * N * n + d * n + j] =
                        kernel[(d * n + j) * N * n + c * n + i] = value_of(
                            matrix, view, HP_FORM_U, (int)c, (int)d, grid->r[i], grid->r[j]);
}

void hp_form_matrix_fill(const hp_form_matrix *matrix, hp_form_view view, const hp_quadrature *grid,
                         double *local, double *kernel) {
    if (local != NULL) fill_local(matrix, view, grid, local);
    if (kernel != NULL) fill_kernel(matrix, view, grid, kernel);
}

void hp_form_matrix_local_at(double r, double *w, void *context) {
    const hp_form_matrix *matrix = context;
    int N = matrix->channels.ncomponent;
    r = fmax(r, HP_FORMS_SMALLEST_R);
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++)
            w[c * N + d] = w[d * N + c] = value_of(matrix, HP_FORMS_GIVEN, HP_FORM_V, c, d, r, 0);
}

/* |r W_cd| at the end, of wells that do not end there, and |K_cd| with r or r' at the end. */
static void find_cut(const hp_form_matrix *matrix, const hp_quadrature *grid, int c, int d,
                     double *local, double *kernel) {
    const hp_forms *acting[HP_NOPERATOR + 1];
    double factor[HP_NOPERATOR + 1], W = 0, end = grid->range;
    int n = list_acting(matrix, c, d, acting, factor);
    for (int i = 0; i < n; i++)
        W += factor[i] * hp_forms_local_beyond(acting[i], end) / acting[i]->h;
    *local = fmax(*local, fabs(end * W));
    for (int i = 0; i < grid->n; i++) {
        double r = grid->r[i];
        double one = value_of(matrix, HP_FORMS_GIVEN, HP_FORM_U, c, d, end, r);
        double other = value_of(matrix, HP_FORMS_GIVEN, HP_FORM_U, c, d, r, end);
        *kernel = fmax(*kernel, fmax(fabs(one), fabs(other)));
    }
}

double hp_form_matrix_edge_ratio(const hp_form_matrix *matrix, const hp_quadrature *grid,
                                 const double *local, const double *kernel) {
    size_t n = (size_t)grid->n, N = (size_t)matrix->channels.ncomponent;
    double cut_local = 0, cut_kernel = 0, largest_local = 0, largest_kernel = 0;
    for (size_t c = 0; c < N; c++)
        for (size_t d = c; d < N; d++)
            find_cut(matrix, grid, (int)c, (int)d, &cut_local, &cut_kernel);
    for (size_t i = 0; local != NULL && i < N * N * n; i++)
        largest_local = fmax(largest_local, fabs(grid->r[i % n] * local[i]));
    for (size_t i = 0; kernel != NULL && i < N * N * n * n; i++)
        largest_kernel = fmax(largest_kernel, fabs(kernel[i]));
    double ratio = largest_local > 0 ? cut_local / largest_local : 0;
    return largest_kernel > 0 ? fmax(ratio, cut_kernel / largest_kernel) : ratio;
}
