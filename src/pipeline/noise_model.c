// SPDX-License-Identifier: GPL-3.0-or-later
#include "noise_model.h"
#include <string.h>
#include "hadpot/memory.h"
#include "leading_order.h"

/* Numbers of the message that has the model, before its arrays. */
enum { KNOWN, HAS_FEATURES, MODES, FREEDOM, FITTED, EFFECTIVE, NHEAD };

struct hp_noise {
    hp_pipeline *run;
    hp_error_data data;
    hp_lo_samples samples;
    hp_error_pilot pilot;
    size_t length;     /* (ncolumn, n) */
    double *variance;  /* (length) of S by the samples */
    double *R, *S;     /* (HP_ERROR_ROWS, length) */
    int nblock;        /* of HP_ERROR_ROWS samples */
    double *Z;         /* rank 0: (nblock, HP_ERROR_ROWS, pilot.length) */
    size_t m, columns; /* points; columns of the model, each of which has a mode */
    double *message;   /* (NHEAD + (1 + columns) m + columns) of rank 0 to all: head, weight, modes
                          and their factors */
    double *A;         /* the last rank, unless it is rank 0: A_average, */
    size_t A_bytes;
    hp_posted of_model, of_A; /* on their way */
};

static hp_status begin(hp_noise *of, hp_error *err) {
    hp_pipeline *run = of->run;
    HP_CALL(hp_lo_samples_create(&run->settings, run->resampling, &run->plan, &run->errors,
                                 &of->samples, err));
    of->length = of->samples.length;
    HP_CALL(hp_analysis_begin_noise(&run->analysis, &run->errors, &of->data, err));
    HP_ALLOCATE(of->variance, of->length);
    HP_ALLOCATE(of->R, HP_ERROR_ROWS * of->length);
    HP_ALLOCATE(of->S, HP_ERROR_ROWS * of->length);
    return hp_error_pilot_create(&of->data, &of->pilot, err);
}

static bool is_last(const hp_comm *comm) {
    return comm->size > 1 && comm->rank == comm->size - 1;
}

/* Room for blocks and messages; the dimensions of the model are known. */
static hp_status make_room(hp_noise *of, hp_error *err) {
    hp_analysis *analysis = &of->run->analysis;
    const hp_comm *comm = of->run->comm;
    const hp_fit_data *data = &analysis->study.data;
    int ncomponent = analysis->features.space.ncomponent;
    of->nblock = (of->data.nsample + HP_ERROR_ROWS - 1) / HP_ERROR_ROWS;
    of->m = (size_t)data->ncolumn * (size_t)data->n;
    of->columns = (size_t)data->ncolumn * (size_t)ncomponent;
    of->A_bytes = of->m * (size_t)analysis->features.n * sizeof *of->A;
    analysis->noise = (hp_error_model){
        .ncomponent = ncomponent, .n = data->n / ncomponent, .ncolumn = (int)of->columns};
    HP_ALLOCATE(of->message, NHEAD + (1 + of->columns) * of->m + of->columns);
    if (comm->rank == 0) HP_ALLOCATE(of->Z, (size_t)of->nblock * HP_ERROR_ROWS * of->pilot.length);
    if (is_last(comm)) HP_ALLOCATE_UNSET(of->A, of->A_bytes / sizeof *of->A);
    return HP_OK;
}

/* S of sample i (hp_item_function). */
static hp_status take_S(int i, double *S, void *context, hp_error *err) {
    hp_noise *of = context;
    hp_lo_sample sample;
    HP_CALL(hp_lo_samples_take(&of->samples, i, &sample, err));
    hp_analysis_normalise(&of->run->analysis, sample.S_noise, S);
    return HP_OK;
}

/* The variance of S from all samples, which meet on rank 0 alone. */
static hp_status find_variance(hp_noise *of, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = of->run->comm;
    double *S = NULL;
    size_t count = comm->rank == 0 ? (size_t)of->data.nsample : 0;
    HP_NEW_TOGETHER(comm, S, count * of->length);
    HP_TRY(hp_parallel_collect_rows(comm, of->data.nsample, of->length, take_S, of, S, err));
    if (comm->rank == 0) hp_error_variance(&of->data, S, of->variance);
    HP_TRY(hp_parallel_broadcast(comm, of->variance, of->length * sizeof *of->variance, err));
cleanup:
    hp_free(S);
    return status;
}

/* Z of a block of samples. Each rank fits the pilot when it takes the first; one that is busy with
 * other work does without. */
static hp_status compute(void *context, int block, const hp_tick *tick, double *Z, hp_error *err) {
    hp_noise *of = context;
    int first = block * HP_ERROR_ROWS, left = of->data.nsample - first;
    int rows = left < HP_ERROR_ROWS ? left : HP_ERROR_ROWS;
    HP_CALL(tick->function(tick->context, NULL, err));
    if (of->pilot.theta == NULL)
        HP_CALL(hp_error_pilot_fit(&of->pilot, &of->data, of->variance, err));
    for (int k = 0; k < rows; k++) {
        hp_lo_sample sample;
        HP_CALL(hp_lo_samples_take(&of->samples, first + k, &sample, err));
        hp_analysis_normalise(&of->run->analysis, sample.R, of->R + (size_t)k * of->length);
        hp_analysis_normalise(&of->run->analysis, sample.S_noise, of->S + (size_t)k * of->length);
    }
    return hp_error_pilot_residuals(&of->pilot, &of->data, rows, of->R, of->S, Z, err);
}

static size_t message_bytes(const hp_noise *of) {
    return (NHEAD + (1 + of->columns) * of->m + of->columns) * sizeof *of->message;
}

hp_status hp_noise_expect(hp_noise *of, hp_error *err) {
    const hp_comm *comm = of->run->comm;
    if (comm->rank == 0) return HP_OK;
    HP_CALL(hp_posted_broadcast(comm, of->message, message_bytes(of), &of->of_model, err));
    return hp_posted_hand(comm, comm->size - 1, of->A, of->A_bytes, false, &of->of_A, err);
}

static void put(const hp_noise *of) {
    const hp_error_model *model = &of->run->analysis.noise;
    const hp_fit_weights *weights = &model->weights;
    double *head = of->message, *to = head + NHEAD;
    size_t nmode = (size_t)weights->nmode;
    head[KNOWN] = 1.0;
    head[HAS_FEATURES] = of->run->analysis.A_average != NULL;
    head[MODES] = weights->nmode;
    head[FREEDOM] = model->freedom;
    head[FITTED] = model->nfitted;
    head[EFFECTIVE] = model->effective_points;
    memcpy(to, weights->weight, of->m * sizeof *to);
    memcpy(to + of->m, weights->mode, nmode * of->m * sizeof *to);
    memcpy(to + of->m + nmode * of->m, weights->mode_factor, nmode * sizeof *to);
}

static hp_status take_model(const hp_noise *of, hp_error *err) {
    hp_error_model *model = &of->run->analysis.noise;
    hp_fit_weights *weights = &model->weights;
    const double *head = of->message, *from = head + NHEAD;
    size_t nmode = (size_t)head[MODES];
    model->freedom = (int)head[FREEDOM];
    model->nfitted = (int)head[FITTED];
    model->effective_points = head[EFFECTIVE];
    *weights = (hp_fit_weights){.n = model->n, .ncolumn = model->ncolumn, .nmode = (int)nmode};
    HP_ALLOCATE(weights->weight, of->m);
    HP_ALLOCATE(weights->mode, nmode * of->m);
    HP_ALLOCATE(weights->mode_factor, nmode);
    memcpy(weights->weight, from, of->m * sizeof *from);
    memcpy(weights->mode, from + of->m, nmode * of->m * sizeof *from);
    memcpy(weights->mode_factor, from + of->m + nmode * of->m, nmode * sizeof *from);
    return HP_OK;
}

/* What the features make of the average: it has been made for the pilot. */
static void keep_features(hp_noise *of) {
    hp_analysis *analysis = &of->run->analysis;
    if (analysis->A_average != NULL) return;
    if (of->message[HAS_FEATURES] != 0.0 && of->A != NULL) {
        analysis->A_average = of->A;
        of->A = NULL;
    } else {
        analysis->A_average = of->pilot.A;
        of->pilot.A = NULL;
    }
}

/* On rank 0; a message goes in any case. */
static hp_status tell(hp_noise *of, bool *goes_on, hp_error *err) {
    const hp_comm *comm = of->run->comm;
    hp_status status = HP_OK;
    if (*goes_on) {
        keep_features(of);
        status = hp_analysis_model_errors(&of->run->analysis, &of->data, of->Z, err);
        hp_free(of->Z); /* complete: no more comes */
        of->Z = NULL;
        *goes_on = status == HP_OK;
    }
    if (*goes_on) put(of);
    HP_CALL(hp_posted_broadcast(comm, of->message, message_bytes(of), &of->of_model,
                                status == HP_OK ? err : NULL));
    HP_CALL(hp_posted_hand(comm, comm->size - 1, of->run->analysis.A_average, of->A_bytes,
                           of->message[HAS_FEATURES] != 0.0, &of->of_A,
                           status == HP_OK ? err : NULL));
    return status;
}

hp_status hp_noise_share(void *context, bool *goes_on, hp_error *err) {
    hp_noise *of = context;
    if (of->run->comm->rank == 0) return tell(of, goes_on, err);
    HP_CALL(hp_posted_wait(&of->of_model, err));
    HP_CALL(hp_posted_wait(&of->of_A, err));
    *goes_on = *goes_on && of->message[KNOWN] != 0.0;
    if (!*goes_on) return HP_OK;
    keep_features(of);
    return take_model(of, err);
}

hp_chore hp_noise_blocks(hp_noise *of) {
    return (hp_chore){.count = of->nblock,
                      .length = HP_ERROR_ROWS * of->pilot.length,
                      .rows = of->Z,
                      .compute = compute,
                      .context = of};
}

void hp_noise_destroy(hp_noise **noise) {
    if (noise == NULL || *noise == NULL) return;
    hp_noise *of = *noise;
    *noise = NULL;
    if (hp_posted_wait(&of->of_model, NULL) != HP_OK || hp_posted_wait(&of->of_A, NULL) != HP_OK) {
        of->run->analysis.A_average = NULL; /* MPI has failed, and may still look at all of these */
        return;
    }
    hp_lo_samples_destroy(&of->samples);
    hp_error_pilot_destroy(&of->pilot);
    hp_free(of->variance);
    hp_free(of->R);
    hp_free(of->S);
    hp_free(of->Z);
    hp_free(of->message);
    hp_free(of->A);
    hp_free(of);
}

hp_status hp_noise_begin(hp_pipeline *run, hp_noise **noise, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = run->comm;
    HP_NEW_TOGETHER(comm, *noise, 1);
    hp_noise *of = *noise;
    of->run = run;
    status = begin(of, err);
    if (status == HP_OK) status = make_room(of, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(find_variance(of, err));
cleanup:
    if (status != HP_OK) hp_noise_destroy(noise);
    return status;
}
