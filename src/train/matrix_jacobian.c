// SPDX-License-Identifier: GPL-3.0-or-later
/* Jacobian of the loss of a matrix potential. With M_pd = sum_r' e q R_d(r') dA_pd(r') and
 * m_d = sum_r' e q R_d(r'),
 *
 *     dP_c(r) = e(r) sum_p omega_p sum_d O^p_cd [ m_d dA_pc(r) + M_pd + m_d db_p ]
 *             + sum_p [ sum_d O^p_cd R_d(r) ] dV_p(r),
 *
 * columns: the directions of A, the constants b, the directions of V. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "matrix_parts.h"
#include "tangent.h"
#include "whiten.h"

/* Directions kept of each function on average. Smooth networks on 120 radii have 13 to 21
 * (docs/decisions/0008); of networks with kinks more may be left out, which costs steps. */
enum { MOST_DIRECTIONS = 40 };

static int most_of(int functions, int n) {
    return functions * (n < MOST_DIRECTIONS ? n : MOST_DIRECTIONS);
}

/* Which functions A_pc there are: term p as network s has it, where p acts on a component of s. */
static int list_functions(hp_matrix_loss *loss, int *network, int *output) {
    const hp_matrix_terms *terms = &loss->model->terms;
    int count = 0;
    for (int s = 0; s < terms->nnetwork; s++)
        for (int p = 0; p < terms->nterm; p++) {
            bool acts = false;
            for (int c = 0; c < terms->ncomponent; c++)
                acts = acts || (terms->network[c] == s && hp_matrix_term_acts_on(terms, p, c));
            loss->function[s][p] = count;
            if (!acts) continue;
            network[count] = s;
            output[count++] = p;
        }
    return count;
}

static hp_status create_nonlocal(hp_matrix_loss *loss, hp_error *err) {
    const hp_matrix_model *model = loss->model;
    const hp_matrix_terms *terms = &model->terms;
    enum { MOST = HP_MOST_COMPONENTS * HP_MOST_TERMS };
    int network[MOST], output[MOST], count = list_functions(loss, network, output);
    const double *factor[MOST] = {NULL};
    size_t start[HP_MOST_COMPONENTS + 1];
    for (int s = 0; s < terms->nnetwork; s++) start[s] = (size_t)s * model->one.f.nparam;
    start[terms->nnetwork] = model->g_start;
    const hp_tangent_spec spec = {.n = loss->grid.n,
                                  .nfunction = count,
                                  .nnetwork = terms->nnetwork,
                                  .most = most_of(count, loss->grid.n),
                                  .x = loss->grid.x,
                                  .deviation = loss->deviation,
                                  .network = network,
                                  .output = output,
                                  .start = start,
                                  .factor = factor};
    HP_CALL(hp_mlp_join(&model->one.f, &model->g, &loss->nonlocal.mlp, err));
    /* without the constants of g, which no radius needs to share */
    HP_CALL(hp_tangent_create(&spec, &loss->nonlocal, err));
    loss->most_columns += (size_t)(loss->nonlocal.most + terms->nterm);
    return HP_OK;
}

static hp_status create_local(hp_matrix_loss *loss, hp_error *err) {
    const hp_matrix_model *model = loss->model;
    int network[HP_MOST_TERMS] = {0}, output[HP_MOST_TERMS], nterm = model->terms.nterm;
    const double *factor[HP_MOST_TERMS];
    int last = model->v.nlayer - 1;
    size_t head = (size_t)model->v.width[last + 1] * ((size_t)model->v.width[last] + 1);
    const size_t start[] = {model->v_start, model->v_start + model->v.nparam - head};
    for (int p = 0; p < nterm; p++) {
        output[p] = p;
        factor[p] = loss->grid.local_envelope + (size_t)p * (size_t)loss->grid.n;
    }
    const hp_tangent_spec spec = {.n = loss->grid.n,
                                  .nfunction = nterm,
                                  .nnetwork = 1,
                                  .most = most_of(nterm, loss->grid.n),
                                  .x = loss->grid.x,
                                  .deviation = loss->deviation,
                                  .network = network,
                                  .output = output,
                                  .start = start,
                                  .factor = factor,
                                  .last_constant = true};
    HP_CALL(hp_mlp_join(&model->v, NULL, &loss->local.mlp, err));
    HP_CALL(hp_tangent_create(&spec, &loss->local, err));
    loss->most_columns += (size_t)loss->local.most;
    return HP_OK;
}

hp_status hp_matrix_jacobian_create(hp_matrix_loss *loss, hp_error *err) {
    size_t rows = (size_t)loss->n * (size_t)loss->ncolumn;
    size_t N = (size_t)loss->model->terms.ncomponent, nterm = (size_t)loss->model->terms.nterm;
    if (loss->model->one.has_nonlocal) HP_CALL(create_nonlocal(loss, err));
    if (loss->model->one.has_local) HP_CALL(create_local(loss, err));
    HP_ALLOCATE(loss->J, (rows + 1) * loss->most_columns); /* a row to whiten with */
    HP_ALLOCATE(loss->mean_dA, (nterm + 1) * N * (size_t)loss->nonlocal.most + 1);
    loss->row_dA = loss->mean_dA + nterm * N * (size_t)loss->nonlocal.most;
    return HP_OK;
}

/* M_pd of a column, and their part sum_p omega_p sum_d O_cd M_pd of the rows of each component. */
static void fill_means(hp_matrix_loss *loss, int column) {
    const hp_matrix_model *model = loss->model;
    const hp_matrix_terms *terms = &model->terms;
    int N = terms->ncomponent, rank = loss->nonlocal.rank;
    size_t k = (size_t)rank, n = (size_t)loss->grid.n, nradius = (size_t)loss->nradius;
    memset(loss->mean_dA, 0, (size_t)(terms->nterm * N) * k * sizeof *loss->mean_dA);
    memset(loss->row_dA, 0, (size_t)N * k * sizeof *loss->row_dA);
    for (int p = 0; p < terms->nterm; p++)
        for (int d = 0; d < N; d++) {
            int function = loss->function[terms->network[d]][p];
            const double *eqR = loss->eqR + (size_t)(column * N + d) * nradius;
            double *mean = loss->mean_dA + (size_t)(p * N + d) * k;
            if (!hp_matrix_term_acts_on(terms, p, d)) continue;
            const double *L = loss->nonlocal.L + (size_t)function * n * k;
            for (size_t r = 0; r < nradius; r++)
                cblas_daxpy(rank, eqR[r], L + (size_t)loss->place[r] * k, 1, mean, 1);
            for (int c = 0; c < N; c++)
                cblas_daxpy(rank, model->scale[p] * terms->element[p][c * N + d], mean, 1,
                            loss->row_dA + (size_t)c * k, 1);
        }
}

/* The row of component c at radius r: directions of A, then b. */
static void fill_nonlocal(const hp_matrix_loss *loss, int column, int c, int r, double factor,
                          double *J) {
    const hp_matrix_model *model = loss->model;
    const hp_matrix_terms *terms = &model->terms;
    int N = terms->ncomponent, rank = loss->nonlocal.rank;
    size_t k = (size_t)rank, n = (size_t)loss->grid.n, i = (size_t)loss->place[r];
    const double *m = loss->mean_eqR + (ptrdiff_t)column * N;
    factor *= loss->grid.envelope[i];
    cblas_daxpy(rank, factor, loss->row_dA + (size_t)c * k, 1, J, 1);
    for (int p = 0; p < terms->nterm; p++) {
        const double *element = terms->element[p] + (ptrdiff_t)c * N;
        double sum = 0.0;
        for (int d = 0; d < N; d++) sum += element[d] * m[d];
        sum *= factor * model->scale[p];
        int function = loss->function[terms->network[c]][p];
        if (!hp_matrix_term_acts_on(terms, p, c)) continue;
        cblas_daxpy(rank, sum, loss->nonlocal.L + ((size_t)function * n + i) * k, 1, J, 1);
        const double *deviation = loss->deviation + model->v_start - terms->nterm;
        J[rank + p] = sum * deviation[p];
    }
}

static void fill_local(const hp_matrix_loss *loss, int column, int c, int r, double factor,
                       double *J) {
    const hp_matrix_terms *terms = &loss->model->terms;
    int N = terms->ncomponent, rank = loss->local.rank;
    size_t n = (size_t)loss->grid.n, i = (size_t)loss->place[r], nradius = (size_t)loss->nradius;
    const double *R = loss->R + (size_t)(column * N) * nradius + (size_t)r;
    for (int p = 0; p < terms->nterm; p++) {
        double sum = 0.0;
        for (int d = 0; d < N; d++) sum += terms->element[p][c * N + d] * R[(size_t)d * nradius];
        if (sum == 0.0) continue;
        cblas_daxpy(rank, factor * sum, loss->local.L + ((size_t)p * n + i) * (size_t)rank, 1, J,
                    1);
    }
}

/* L of all functions; the number of columns of A and b, and of all. */
static hp_status factorise(hp_matrix_loss *loss, const double *param, size_t *nonlocal,
                           hp_error *err) {
    const hp_matrix_model *model = loss->model;
    *nonlocal = 0;
    if (model->one.has_nonlocal) {
        HP_CALL(hp_tangent_factorise(&loss->nonlocal, param, err));
        *nonlocal = (size_t)loss->nonlocal.rank + (size_t)model->terms.nterm;
    }
    loss->columns = *nonlocal;
    if (!model->one.has_local) return HP_OK;
    HP_CALL(hp_tangent_factorise(&loss->local, param, err));
    loss->columns += (size_t)loss->local.rank;
    return HP_OK;
}

/* These four are entries of hp_least_squares. */
static hp_status linearise(void *context, const double *param, double **J, size_t *columns,
                           hp_error *err) {
    hp_matrix_loss *loss = context;
    const hp_model *one = &loss->model->one;
    int values = loss->n * loss->ncolumn;
    size_t nonlocal;
    HP_CALL(factorise(loss, param, &nonlocal, err));
    memset(loss->J, 0, (size_t)values * loss->columns * sizeof *loss->J);
    for (int i = 0; i < values; i++) {
        int column = i / loss->n, c = i % loss->n / loss->nradius, r = i % loss->nradius;
        double *row = loss->J + (size_t)i * loss->columns, factor = -loss->root_weight[i];
        if (one->has_nonlocal && i % loss->n == 0) fill_means(loss, column);
        if (factor == 0.0) continue;
        if (one->has_nonlocal) fill_nonlocal(loss, column, c, r, factor, row);
        if (one->has_local) fill_local(loss, column, c, r, factor, row + nonlocal);
    }
    hp_whiten_columns(values, (int)loss->columns, loss->nmode, loss->mode, loss->mode_factor,
                      loss->J, loss->J + (size_t)values * loss->columns);
    *J = loss->J;
    *columns = loss->columns;
    return HP_OK;
}

static void expand(void *context, const double *u, double *step) {
    hp_matrix_loss *loss = context;
    const hp_matrix_model *model = loss->model;
    size_t nterm = (size_t)model->terms.nterm;
    if (model->one.has_nonlocal) {
        hp_tangent_expand(&loss->nonlocal, u, step);
        u += loss->nonlocal.rank;
        memcpy(step + model->v_start - nterm, u, nterm * sizeof *u); /* b */
        u += nterm;
    }
    if (model->one.has_local) hp_tangent_expand(&loss->local, u, step);
}

static void project(void *context, const double *theta_hat, double *q) {
    hp_matrix_loss *loss = context;
    const hp_matrix_model *model = loss->model;
    size_t nterm = (size_t)model->terms.nterm;
    if (model->one.has_nonlocal) {
        hp_tangent_project(&loss->nonlocal, theta_hat, q);
        q += loss->nonlocal.rank;
        memcpy(q, theta_hat + model->v_start - nterm, nterm * sizeof *q);
        q += nterm;
    }
    if (model->one.has_local) hp_tangent_project(&loss->local, theta_hat, q);
}

static double value(void *context, const double *param) {
    return hp_matrix_loss_value(context, param);
}

static void residuals(void *context, double *rho) {
    const hp_matrix_loss *loss = context;
    memcpy(rho, loss->whitened, (size_t)loss->n * (size_t)loss->ncolumn * sizeof *rho);
}

hp_least_squares hp_matrix_loss_sum(hp_matrix_loss *loss) {
    size_t rows = (size_t)loss->n * (size_t)loss->ncolumn;
    return (hp_least_squares){.context = loss,
                              .nparam = loss->model->nparam,
                              .rows = rows,
                              .most_columns = loss->most_columns,
                              .penalty = loss->penalty,
                              .mean = loss->mean,
                              .deviation = loss->deviation,
                              .nweight = rows,
                              .root_weight = loss->root_weight,
                              .value = value,
                              .residuals = residuals,
                              .linearise = linearise,
                              .expand = expand,
                              .project = project};
}
