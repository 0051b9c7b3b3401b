// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/mixture.h"
#include <float.h>
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "hadpot/lapack_status.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/stop.h"

/* Prior amplitudes relative to s: of the groups that are not a form's own, and of all groups in the
 * form that prefers none. */
#define TAU_OTHERS exp(-3.0)
#define TAU_ALL exp(-0.5)

/* P(x < 1) of a normal x: one standard deviation of N samples is worth so much of Student's t. */
static const double ONE_SIGMA = 0.8413447460685429;

/* Numbers that features of rows may take together, 64 MB: the tables behind them are made once for
 * all of these. */
static const size_t ROOM = 8 << 20;

/* What rows of a block and forms share. */
typedef struct {
    const hp_mixture_data *data;
    hp_mixture *mixture;
    double *A;      /* (rows, m, p) whitened row by row: W */
    double *S;      /* (m) the same of S */
    double *gram;   /* (p, p) W^T W */
    double *moment; /* (p) W^T L^-1 S */
    double *factor; /* (p, p) of H */
} work;

static void add_form(const hp_features *features, double amplitude, int own, double weight,
                     hp_mixture *mixture) {
    double *prior = mixture->prior + (size_t)mixture->nform * (size_t)mixture->p;
    for (int i = 0; i < mixture->p; i++) {
        double tau = features->feature[i].group == own ? 1.0 : TAU_OTHERS;
        prior[i] = hypot(amplitude * (own < 0 ? TAU_ALL : tau), features->feature[i].core);
    }
    mixture->weight[mixture->nform] = weight;
    mixture->own[mixture->nform++] = own;
}

/* Sets of forms in the order of their bits, and their shares of the draws before they are made to
 * add up to 1: with a larger part of separable ones the bands of separable truths at 50 MeV and
 * above hold them as often as those of others (docs/method-bands.md, section 3). */
enum { SETS = 4 };
static const double SHARE[SETS] = {0.2, 0.4, 0.2, 0.2};

static void choose_forms(const hp_features *features, const hp_mixture_options *options,
                         hp_mixture *mixture) {
    int nband = features->ngroup - HP_GROUP_BAND;
    double sum = 0.0;
    for (int set = 0; set < SETS; set++)
        if ((options->forms & 1u << set) != 0) sum += SHARE[set];
    for (int set = 0; set < SETS; set++) {
        bool bands = 1u << set == HP_FORM_BAND;
        int own = 1u << set == HP_FORM_ALL ? -1 : set;
        for (int i = 0; i < (bands ? nband : 1) && (options->forms & 1u << set) != 0; i++)
            add_form(features, options->amplitude, own + i, SHARE[set] / sum / (bands ? nband : 1),
                     mixture);
    }
}

/* W^T W and W^T L^-1 S of a row of the data, whose features stand in A. */
static hp_status take_row(work *of, const double *S, double *A, hp_error *err) {
    const hp_mixture_data *data = of->data;
    int p = of->mixture->p, m = data->model->ncolumn * data->model->n;
    HP_CALL(hp_error_model_whiten(data->model, p, A, err));
    memcpy(of->S, S, (size_t)m * sizeof *of->S);
    HP_CALL(hp_error_model_whiten(data->model, 1, of->S, err));
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, p, m, 1.0, A, p, 0.0, of->gram, p);
    cblas_dgemv(CblasRowMajor, CblasTrans, m, p, 1.0, A, p, of->S, 1, 0.0, of->moment, 1);
    return HP_OK;
}

/* The factor of H = 1 + l W^T W l, and theta = l H^-1 l W^T L^-1 S. */
static hp_status estimate(work *of, int form, double *theta, hp_error *err) {
    hp_mixture *mixture = of->mixture;
    int p = mixture->p;
    const double *l = mixture->prior + (size_t)form * (size_t)p;
    double trace = 0.0; /* data may be so good that rounding leaves no factor otherwise */
    for (int i = 0; i < p; i++) trace += l[i] * of->gram[i * p + i] * l[i];
    for (int i = 0; i < p; i++) {
        theta[i] = l[i] * of->moment[i];
        for (int j = i; j < p; j++) of->factor[i * p + j] = l[i] * of->gram[i * p + j] * l[j];
        of->factor[i * p + i] += 1.0 + DBL_EPSILON * trace;
    }
    int info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', p, of->factor, p);
    if (info == 0) info = LAPACKE_dpotrs(LAPACK_ROW_MAJOR, 'U', p, 1, of->factor, p, theta, 1);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "a form of the total band has no factor (dpotrf: %d)", info);
    for (int i = 0; i < p; i++) theta[i] *= l[i];
    return HP_OK;
}

/* l H_0^-1 of the average, whose factor is there. */
static hp_status spread(work *of, int form, hp_error *err) {
    hp_mixture *mixture = of->mixture;
    int p = mixture->p, info = LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', p, of->factor, p);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "a form of the total band has no inverse (dpotri: %d)", info);
    double *out = mixture->spread + (size_t)form * (size_t)p * (size_t)p;
    for (int i = 0; i < p; i++)
        for (int j = 0; j < p; j++)
            out[i * p + j] =
                mixture->prior[form * p + i] * of->factor[i <= j ? i * p + j : j * p + i];
    return HP_OK;
}

/* |L^-1 (S - A theta)|^2 of the average, whose W and L^-1 S are there. */
static void judge(work *of, int form, const double *A, const double *theta) {
    hp_mixture *mixture = of->mixture;
    int p = mixture->p, m = of->data->model->ncolumn * of->data->model->n;
    double chi2 = 0.0;
    for (int i = 0; i < m; i++) {
        double residual = of->S[i] - cblas_ddot(p, A + (size_t)i * (size_t)p, 1, theta, 1);
        chi2 += residual * residual;
    }
    mixture->chi2[form] = chi2;
}

static hp_status solve_row(work *of, bool average, const double *S, double *A, double *theta,
                           hp_error *err) {
    int p = of->mixture->p;
    HP_CALL(take_row(of, S, A, err));
    for (int form = 0; form < of->mixture->nform; form++, theta += p) {
        HP_CALL(hp_stop_check(err)); /* who waits for this rank is served, too */
        HP_CALL(estimate(of, form, theta, err));
        if (!average) continue;
        judge(of, form, A, theta);
        HP_CALL(spread(of, form, err));
    }
    return HP_OK;
}

hp_status hp_mixture_solve_block(hp_mixture *mixture, const hp_mixture_data *data, int first,
                                 int rows, const double *R, const double *S, double *theta,
                                 hp_error *err) {
    hp_status status = HP_OK;
    size_t p = (size_t)mixture->p, m = (size_t)data->model->ncolumn * (size_t)data->model->n;
    int ncolumn = data->model->ncolumn / data->model->ncomponent; /* of data */
    work of = {.data = data, .mixture = mixture};
    double *block = NULL;
    HP_NEW_UNSET(of.A, (size_t)rows * m * p);
    HP_TRY(hp_alloc_parts(
        &block, HP_PARTS({&of.S, m}, {&of.gram, p * p}, {&of.moment, p}, {&of.factor, p * p}),
        err));
    HP_TRY(hp_features_apply(data->features, &data->grid, rows * ncolumn, R, of.A, err));
    for (int row = 0; row < rows; row++) {
        size_t at = (size_t)row;
        HP_TRY(solve_row(&of, first + row == 0, S + at * m, of.A + at * m * p,
                         theta + at * (size_t)mixture->nform * p, err));
    }
cleanup:
    hp_free(of.A);
    hp_free(block);
    return status;
}

/* Forms that do not describe the average share nothing, unless none does. */
static void reject(const hp_mixture_data *data, const hp_mixture_options *options,
                   hp_mixture *mixture) {
    double limit = options->most_chi2 * data->model->effective_points, sum = 0.0;
    for (int form = 0; form < mixture->nform; form++)
        if (mixture->chi2[form] <= limit) sum += mixture->weight[form];
    if (sum == 0.0) return;
    for (int form = 0; form < mixture->nform; form++)
        mixture->weight[form] *= mixture->chi2[form] <= limit ? 1.0 / sum : 0.0;
}

hp_status hp_mixture_begin(const hp_mixture_data *data, const hp_mixture_options *options,
                           hp_mixture *mixture, hp_mixture_blocks *blocks, hp_error *err) {
    hp_status status = HP_OK;
    size_t p = (size_t)data->features->n, rows = 1 + (size_t)data->nsample;
    size_t nform = (size_t)hp_mixture_count_forms(data->features, options->forms);
    size_t m = (size_t)data->model->ncolumn * (size_t)data->model->n;
    *mixture = (hp_mixture){.p = (int)p,
                            .nsample = data->nsample,
                            .ndraw = options->ndraw,
                            .seed = options->seed,
                            .sample_weight = data->sample_weight,
                            .student = gsl_cdf_tdist_Pinv(ONE_SIGMA, data->freedom)};
    blocks->most = rows * m * p > ROOM ? (int)(1 + ROOM / (m * p)) : (int)rows;
    blocks->count = ((int)rows + blocks->most - 1) / blocks->most;
    blocks->length = (size_t)blocks->most * nform * p;
    HP_NEW(mixture->own, nform);
    HP_TRY(hp_alloc_parts(&mixture->block,
                          HP_PARTS({&mixture->weight, nform}, {&mixture->chi2, nform},
                                   {&mixture->prior, nform * p}, {&mixture->spread, nform * p * p}),
                          err));
    choose_forms(data->features, options, mixture);
cleanup:
    if (status != HP_OK) hp_mixture_destroy(mixture);
    return status;
}

hp_status hp_mixture_finish(hp_mixture *mixture, const hp_mixture_data *data,
                            const hp_mixture_options *options, const double *theta, hp_error *err) {
    size_t p = (size_t)mixture->p, rows = 1 + (size_t)mixture->nsample;
    size_t nform = (size_t)mixture->nform;
    HP_ALLOCATE(mixture->theta, nform * rows * p);
    for (size_t row = 0; row < rows; row++)
        for (size_t form = 0; form < nform; form++, theta += p)
            memcpy(mixture->theta + (form * rows + row) * p, theta, p * sizeof *theta);
    if (options->most_chi2 > 0.0) reject(data, options, mixture);
    return HP_OK;
}

hp_status hp_mixture_create(const hp_mixture_data *data, const hp_mixture_options *options,
                            hp_mixture *mixture, hp_error *err) {
    hp_status status = HP_OK;
    hp_mixture_blocks blocks;
    double *theta = NULL;
    size_t m = (size_t)data->model->ncolumn * (size_t)data->model->n;
    HP_TRY(hp_mixture_begin(data, options, mixture, &blocks, err));
    HP_NEW(theta, (size_t)blocks.count * blocks.length);
    for (int b = 0; b < blocks.count; b++) {
        int first = b * blocks.most, left = 1 + data->nsample - first;
        size_t start = (size_t)first * m;
        HP_TRY(hp_mixture_solve_block(mixture, data, first, left < blocks.most ? left : blocks.most,
                                      data->R + start, data->S + start,
                                      theta + (size_t)b * blocks.length, err));
    }
    HP_TRY(hp_mixture_finish(mixture, data, options, theta, err));
cleanup:
    hp_free(theta);
    if (status != HP_OK) hp_mixture_destroy(mixture);
    return status;
}

int hp_mixture_count_forms(const hp_features *features, unsigned forms) {
    int nband = (forms & HP_FORM_BAND) != 0 ? features->ngroup - HP_GROUP_BAND : 0;
    return nband + ((forms & HP_FORM_LOCAL) != 0) + ((forms & HP_FORM_SEPARABLE) != 0) +
           ((forms & HP_FORM_ALL) != 0);
}

void hp_mixture_destroy(hp_mixture *mixture) {
    if (mixture == NULL) return;
    hp_free(mixture->block);
    hp_free(mixture->theta);
    hp_free(mixture->own);
    *mixture = (hp_mixture){0};
}

int hp_mixture_form(const hp_mixture *mixture, int draw) {
    double at = (draw + 0.5) / mixture->ndraw;
    int form = 0;
    double end = mixture->weight[0];
    while (form + 1 < mixture->nform && at >= end) end += mixture->weight[++form];
    return form;
}

hp_status hp_mixture_draw(const hp_mixture *mixture, int draw, double *theta, hp_error *err) {
    hp_status status = HP_OK;
    gsl_rng *rng = NULL;
    double *z = NULL;
    int p = mixture->p, form = hp_mixture_form(mixture, draw), nsample = mixture->nsample;
    const double *first = mixture->theta + (size_t)form * (size_t)(1 + nsample) * (size_t)p;
    double mean = 0.0;
    HP_TRY(hp_random_create(&rng, mixture->seed, (uint64_t)draw, HP_PURPOSE_DRAW, err));
    HP_NEW(z, nsample + p);
    for (int i = 0; i < nsample + p; i++) z[i] = gsl_ran_gaussian_ziggurat(rng, 1.0);
    for (int k = 0; k < nsample; k++) mean += z[k] / nsample;
    memcpy(theta, first, (size_t)p * sizeof *theta);
    for (int k = 0; k < nsample; k++) /* sum z_k (theta_k - mean) = sum (z_k - zbar) theta_k */
        cblas_daxpy(p, mixture->student * sqrt(mixture->sample_weight) * (z[k] - mean),
                    first + (size_t)(k + 1) * (size_t)p, 1, theta, 1);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, p, p, 1.0,
                mixture->spread + (size_t)form * (size_t)p * (size_t)p, p, z + nsample, 1, 1.0,
                theta, 1);
cleanup:
    hp_free(z);
    if (rng != NULL) gsl_rng_free(rng);
    return status;
}

hp_status hp_mixture_follow(const hp_mixture *mixture, int draw, const double *rows, double *value,
                            hp_error *err) {
    gsl_rng *rng = NULL;
    int nsample = mixture->nsample;
    double mean = 0.0, sum = 0.0;
    HP_CALL(hp_random_create(&rng, mixture->seed, (uint64_t)draw, HP_PURPOSE_DRAW, err));
    for (int k = 1; k <= nsample; k++) mean += rows[k] / nsample;
    for (int k = 1; k <= nsample; k++)
        sum += gsl_ran_gaussian_ziggurat(rng, 1.0) * (rows[k] - mean);
    gsl_rng_free(rng);
    *value = rows[0] + mixture->student * sqrt(mixture->sample_weight) * sum;
    return HP_OK;
}
