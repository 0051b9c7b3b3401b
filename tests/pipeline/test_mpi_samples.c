// SPDX-License-Identifier: GPL-3.0-or-later
/* Leading order of all samples and their fits over any number of ranks: the numbers of one rank,
 * each sample once, finished ones from a checkpoint. */
#include "../../src/pipeline/fits.h"
#include "../../src/pipeline/items.h"
#include "../../src/pipeline/leading_order.h"
#include "../../src/pipeline/samples.h"
#include "../cli/small_job.h"
#include "mpi_support.h"

#include <math.h>
#include <time.h>
#include <unistd.h>
#include "hadpot/memory.h"
#include "hadpot/variations.h"

static hp_comm comm;
static char folder[64];

enum { NROW = 5 };

/* The analysis of a small ensemble, ready for fits of Gaussians, or of a network with a covariance.
 */
static void open_run(bool gaussians, hp_variations *all) {
    hp_error err = HP_ERROR_INIT;
    char job[96], ensemble[160], *effective = NULL;
    char *assignment[] = {ensemble,
                          "resampling.bin=1",
                          "fit.times=[12]",
                          "scattering.solver=nystroem",
                          "fit.r_max_fm=0.7", /* not all radii */
                          gaussians ? "potential.kind=gaussians" : "fit.covariance=shrinkage",
                          "potential.gaussians=1"}; /* else it has no effect */
    const hp_pipeline_options quiet = {.no_checkpoints = true, .quiet = true};
    snprintf(job, sizeof job, "%s/job.yaml", folder);
    snprintf(ensemble, sizeof ensemble, "ensemble=%s/raw.h5", folder);
    if (comm.rank == 0) {
        FILE *out = fopen(job, "w");
        assert_non_null(out);
        fputs(SMALL_JOB, out);
        assert_int_equal(fclose(out), 0);
        small_ensemble_write(ensemble + strlen("ensemble="), (small_style){.nsample = NROW});
    }
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_config_merge(&hp_job_schema, job, assignment, gaussians ? 7 : 6, &effective, &err),
              &err);
    assert_ok(hp_variations_create(&comm, effective, &quiet, all, &err), &err);
    hp_free(effective);
}

/* R, S and V = S/R of the average, and their jackknife errors from every sample by itself. */
static void errors_are_those_of_all_samples(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_variations all;
    hp_correlator one;
    open_run(true, &all);
    hp_correlator_plan *plan = &all.central.plan;
    hp_lo_errors lo;
    assert_ok(hp_leading_order_estimate(&all.central.settings, &all.resampling, plan, &lo, &err),
              &err);
    size_t n = lo.n;
    double *row = hp_alloc(hp_ensemble_row_length(&all.ensemble), sizeof *row);
    double *sample = hp_alloc(3 * n * NROW, sizeof *sample);
    assert_true(row != NULL && sample != NULL);
    assert_ok(hp_correlator_create(plan, &one, &err), &err);
    assert_int_equal(one.n, n);
    hp_pair pair = hp_pair_of_row(plan->masses, 0);
    for (int s = 0; s < NROW; s++) {
        assert_ok(hp_ingest_sample(&all.resampling, s, row, &err), &err);
        assert_ok(hp_correlator_compute(plan, &pair, row, &one, &err), &err);
        double *at = sample + (size_t)s * 3 * n;
        for (size_t i = 0; i < n; i++) {
            at[i] = one.R[i];
            at[n + i] = one.S[i];
            at[2 * n + i] = one.S[i] / one.R[i];
        }
    }
    hp_ingest_mean(&all.ingest, row);
    assert_ok(hp_correlator_compute(plan, &pair, row, &one, &err), &err);
    for (size_t i = 0; i < n; i++) {
        const hp_sample_rule rule = {HP_METHOD_JACKKNIFE, NROW};
        assert_close(lo.R[i], one.R[i], 0, 0); /* the same operations */
        assert_close(lo.S[i], one.S[i], 0, 0);
        assert_close(lo.V[i], one.S[i] / one.R[i], 0, 0);
        /* two formulas for a variance: rounding of S against its spread */
        assert_close(lo.R_error[i], hp_sample_error(rule, sample + i, NROW, 3 * n), 1e-9, 0);
        assert_close(lo.S_error[i], hp_sample_error(rule, sample + n + i, NROW, 3 * n), 1e-9, 0);
        assert_close(lo.V_error[i], hp_sample_error(rule, sample + 2 * n + i, NROW, 3 * n), 1e-9,
                     0);
    }
    assert_null(lo.x); /* of two sources alone */
    hp_lo_errors_destroy(&lo);
    hp_correlator_destroy(&one);
    hp_free(sample);
    hp_free(row);
    hp_variations_destroy(&all);
}

/* At the radii of the fit; with a covariance errors stay those of the samples. */
static void errors_are_smoothed_before_they_weigh(void **state) {
    (void)state;
    for (int gaussians = 0; gaussians < 2; gaussians++) {
        double variance[SMALL_NPOINT], smooth[SMALL_NPOINT];
        hp_variations all;
        open_run(gaussians, &all);
        const hp_fit_data *data = &all.central.analysis.study.data;
        const double *error = all.central.errors.S_error;
        const hp_smoothing along = {.n = data->n,
                                    .ncolumn = 1,
                                    .length = 0.2 / data->length_fm, /* the default */
                                    .r = data->r};
        assert_true(data->ncolumn == 2 && data->n < SMALL_NPOINT);
        for (int c = 0; c < 2; c++) {
            const double *column = error + (ptrdiff_t)c * all.central.plan.nshell;
            for (int r = 0; r < data->n; r++) variance[r] = column[r] * column[r];
            hp_smooth_variances(&along, variance, smooth);
            for (int r = 0; r < data->n; r++) /* roundings of a root and a quotient */
                assert_close(data->S_error[c * data->n + r],
                             sqrt(gaussians ? smooth[r] : variance[r]) / data->normalisation[c],
                             1e-14, 0);
            assert_true(fabs(smooth[2] / variance[2] - 1) > 1e-3); /* or nothing was tested */
        }
        hp_variations_destroy(&all);
    }
}

/* R and S of each sample, at the radii of the fit. */
static void both_sides_of_all_samples_are_everywhere(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_variations all;
    hp_lo_errors lo;
    hp_correlator one;
    open_run(false, &all);
    hp_correlator_plan *plan = &all.central.plan;
    assert_ok(hp_leading_order_estimate(&all.central.settings, &all.resampling, plan, &lo, &err),
              &err);
    assert_ok(hp_leading_order_gather(&all.central.settings, &all.resampling, plan, &lo, &err),
              &err);
    assert_int_equal(lo.nsample, NROW);
    assert_close(lo.sample_weight, (NROW - 1.0) / NROW, 1e-15, 0);
    assert_ok(hp_correlator_create(plan, &one, &err), &err);
    double *row = hp_alloc(hp_ensemble_row_length(&all.ensemble), sizeof *row);
    assert_non_null(row);
    hp_pair pair = hp_pair_of_row(plan->masses, 0);
    size_t nshell = (size_t)plan->nshell, nkept = (size_t)lo.nkept, ncolumn = lo.n / nshell;
    assert_true(nkept > 1 && nkept < nshell && ncolumn == 2);
    const double *kept = lo.sample;
    assert_ok(hp_leading_order_gather(&all.central.settings, &all.resampling, plan, &lo, &err),
              &err);
    assert_ptr_equal(lo.sample, kept); /* not again */
    for (size_t s = 0; s < NROW; s++) {
        assert_ok(hp_ingest_sample(&all.resampling, (int)s, row, &err), &err);
        assert_ok(hp_correlator_compute(plan, &pair, row, &one, &err), &err);
        for (size_t c = 0; c < ncolumn; c++)
            for (size_t i = 0; i < nkept; i++, kept++) {
                assert_close(kept[0], one.R[c * nshell + i], 0, 0);
                assert_close(kept[ncolumn * nkept], one.S[c * nshell + i], 0, 0);
            }
        kept += ncolumn * nkept;
    }
    hp_free(row);
    hp_correlator_destroy(&one);
    hp_lo_errors_destroy(&lo);
    hp_variations_destroy(&all);
}

/* The fit of a sample on this rank alone (-1: of the average). */
static void fit_alone(hp_variations *all, int sample, const double *start, double *vector) {
    hp_error err = HP_ERROR_INIT;
    hp_pipeline *run = &all->central;
    double *row = hp_alloc(hp_ensemble_row_length(&all->ensemble), sizeof *row);
    assert_non_null(row);
    if (sample < 0)
        hp_ingest_mean(&all->ingest, row);
    else
        assert_ok(hp_ingest_sample(&all->resampling, sample, row, &err), &err);
    const hp_sample wanted = {row, {hp_pair_of_row(run->plan.masses, sample + 1)}, start, NULL};
    assert_ok(hp_analysis_compute(&run->analysis, &wanted, vector, &err), &err);
    if (sample < 0) hp_analysis_judge(&run->analysis, vector); /* before samples are fitted */
    hp_free(row);
}

/* Fit as many samples as there are to be computed; rows of rank 0. */
static hp_status fit_all(hp_pipeline *run, hp_error *err) {
    hp_pipeline_release(run); /* what an earlier one has found */
    HP_CALL(hp_pipeline_prepare(run, err));
    return hp_fits_compute(run, err);
}

/* Samples are fitted to the bits that any other rank would have found. */
static void samples_are_those_of_one_rank(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_variations all;
    open_run(true, &all);
    hp_pipeline *run = &all.central;
    size_t length = run->analysis.study.record.length;
    double *alone = hp_alloc(length, sizeof *alone);
    assert_non_null(alone);
    run->ncomputed = NROW - 1; /* one fewer than there are */
    assert_ok(fit_all(run, &err), &err);
    assert_int_equal(run->ncomputed, NROW - 1);
    if (comm.rank == 0) fit_alone(&all, -1, NULL, alone); /* the rank that judges it */
    assert_ok(hp_parallel_broadcast(&comm, alone, length * sizeof *alone, &err), &err);
    assert_memory_equal(run->rows, alone, length * sizeof *alone); /* on every rank */
    for (int i = 0; i < NROW - 1 && comm.rank == 0; i++) {
        const double *sample = run->rows + (size_t)(i + 1) * length;
        fit_alone(&all, i, run->rows, alone);
        assert_memory_equal(sample, alone, length * sizeof *alone);
        assert_memory_not_equal(sample, run->rows, length * sizeof *alone);
    }
    hp_free(alone);
    hp_variations_destroy(&all);
}

/* What a checkpoint has is not fitted again; what is fitted is kept there; one of another job stops
 * all ranks. */
static void finished_samples_are_taken(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_variations all;
    open_run(true, &all);
    hp_pipeline *run = &all.central;
    size_t length = run->analysis.study.record.length;
    double *mark = hp_alloc(length, sizeof *mark), *kept = hp_alloc(length, sizeof *kept);
    assert_true(mark != NULL && kept != NULL);
    run->options.no_checkpoints = false;
    run->checkpoint = (hp_checkpoint){.folder = folder, .fingerprint = 17, .length = length};
    hp_checkpoint other = {.folder = folder, .fingerprint = 18, .length = length};
    for (size_t i = 0; i < length; i++) mark[i] = 2.385;
    if (comm.rank == 0) {
        char kept_in[4096];
        snprintf(kept_in, sizeof kept_in, "%s/checkpoint", folder);
        assert_int_equal(mkdir(kept_in, 0777), 0);
        assert_ok(hp_checkpoint_write(&run->checkpoint, 2, mark, &err), &err);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(fit_all(run, &err), &err);
    for (int i = -1; i < NROW && comm.rank == 0; i++) {
        const double *sample = run->rows + (size_t)(i + 1) * length;
        bool found = false;
        if (i == 2) assert_memory_equal(sample, mark, length * sizeof *mark);
        if (i != 2) assert_memory_not_equal(sample, mark, length * sizeof *mark);
        assert_ok(hp_checkpoint_read(&run->checkpoint, i, kept, &found, &err), &err);
        assert_true(found);
        if (i < 0) hp_analysis_judge(&run->analysis, kept); /* anew, whatever is kept */
        assert_memory_equal(sample, kept, length * sizeof *kept);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (comm.rank == 0) assert_ok(hp_checkpoint_write(&other, 3, mark, &err), &err);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(fit_all(run, &err), &err); /* it is computed again */
    if (comm.rank == 0)
        assert_memory_not_equal(run->rows + 4 * length, mark, length * sizeof *mark);
    MPI_Barrier(MPI_COMM_WORLD);
    if (comm.rank == 0) assert_ok(hp_checkpoint_remove(folder, &err), &err);
    hp_free(mark);
    hp_free(kept);
    hp_variations_destroy(&all);
}

/* So many that a rank which is slow to fail has failed long before the others are through. */
enum { NITEM = 200, TWO = 2 };

typedef struct {
    int computed[NITEM], fails;
} item_count;

static hp_status count_item(void *context, int item, const hp_tick *tick, double *vector,
                            hp_error *err) {
    const struct timespec tenth = {.tv_nsec = 100000000};
    item_count *count = context;
    count->computed[item]++;
    HP_CALL(tick->function(tick->context, NULL, err));
    HP_REQUIRE(item != count->fails, HP_ERR_NUMERIC, "item %d fails", item);
    if (item > count->fails) (void)nanosleep(&tenth, NULL);
    for (int j = 0; j < TWO; j++) vector[j] = 10.0 * item + j;
    return HP_OK;
}

/* By one rank; none is begun after a failure but those that other ranks have in hand. */
static void each_item_is_computed_once(void **state) {
    (void)state;
    static const int fails[] = {NITEM, 4};
    for (int c = 0; c < 2; c++) {
        hp_error err = HP_ERROR_INIT;
        item_count count = {.fails = fails[c]};
        int total[NITEM];
        double rows[NITEM][TWO];
        hp_items items = {.comm = &comm,
                          .name = "items",
                          .count = NITEM,
                          .length = TWO,
                          .quiet = true,
                          .compute = count_item,
                          .context = &count,
                          .loss = -1};
        hp_status status = hp_items_compute(&items, comm.rank == 0 ? rows[0] : NULL, &err);
        MPI_Allreduce(count.computed, total, NITEM, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
        if (c == 0) {
            assert_ok(status, &err);
            assert_int_equal(items.finished, NITEM);
            for (int i = 0; i < NITEM; i++) {
                assert_int_equal(total[i], 1);
                for (int j = 0; j < TWO && comm.rank == 0; j++)
                    assert_close(rows[i][j], 10.0 * i + j, 0, 0);
            }
        } else {
            assert_status(status, HP_ERR_NUMERIC, &err);
            assert_contains(err.message, "item 4 fails");
            int begun = 0;
            for (int i = 0; i < NITEM; i++) {
                assert_in_range(total[i], 0, 1);
                begun += total[i];
            }
            assert_int_equal(items.finished, begun - 1);
            assert_true(begun < NITEM);
            if (comm.size == 1) assert_int_equal(begun, 5);
        }
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_those_of_all_samples),
        cmocka_unit_test(errors_are_smoothed_before_they_weigh),
        cmocka_unit_test(both_sides_of_all_samples_are_everywhere),
        cmocka_unit_test(samples_are_those_of_one_rank),
        cmocka_unit_test(finished_samples_are_taken),
        cmocka_unit_test(each_item_is_computed_once),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    int failed = cmocka_run_group_tests_name("pipeline/samples", tests, NULL, NULL);
    return hp_test_mpi_end(failed, &comm, folder);
}
