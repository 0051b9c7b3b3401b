// SPDX-License-Identifier: GPL-3.0-or-later
/* How often a run with alternatives reads the rows of its ensemble, on 1 to 4 ranks. */
#include "../cli/small_job.h"
#include "mpi_support.h"

#include "hadpot/memory.h"
#include "hadpot/variations.h"

static hp_comm comm;
static char folder[64];

enum { NROW = 13, NALTERNATIVE = 3 };

/* The job with three alternatives, computed on all ranks with its ensemble still open. */
static void run_job(const char *bin, const char *memory, hp_variations *all) {
    hp_error err = HP_ERROR_INIT;
    char job[96], text[160], *effective = NULL;
    char *assignment[] = {NULL,
                          (char *)bin,
                          (char *)memory,
                          "fit.times=[12]",
                          "fit.sources=[wall]",
                          "potential.kind=gaussians",
                          "potential.gaussians=1",
                          "resampling.max_samples=3",
                          "variations.times=[\"fit.times=[11]\", \"fit.times=[11, 12]\"]",
                          "variations.sources=[\"fit.sources=[smeared]\"]"};
    const hp_pipeline_options quiet = {.no_checkpoints = true, .quiet = true};
    snprintf(job, sizeof job, "%s/job.yaml", folder);
    snprintf(text, sizeof text, "ensemble=%s/raw.h5", folder);
    assignment[0] = text;
    if (comm.rank == 0) {
        FILE *out = fopen(job, "w");
        assert_non_null(out);
        fputs(SMALL_JOB, out);
        assert_int_equal(fclose(out), 0);
        (void)remove(text + strlen("ensemble=")); /* it may still be open */
        small_ensemble_write(text + strlen("ensemble="), (small_style){.nsample = NROW});
    }
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_config_merge(&hp_job_schema, job, assignment,
                              sizeof assignment / sizeof *assignment, &effective, &err),
              &err);
    assert_ok(hp_variations_create(&comm, effective, &quiet, all, &err), &err);
    assert_int_equal(all->alternatives.count, NALTERNATIVE);
    assert_ok(hp_variations_compute(all, &err), &err);
    hp_free(effective);
}

static long reads(const hp_variations *all, int row) {
    long sum;
    MPI_Allreduce(&all->ensemble.nread[row], &sum, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
    return sum;
}

/* Once, whatever the bins: autocorrelations keep what they take of each. Rows that fill no bin:
 * never. */
static void used_rows_are_read_once(void **state) {
    (void)state;
    static char *const bins[] = {"resampling.bin=1", "resampling.bin=2"};
    for (int bin = 1; bin <= 2; bin++) {
        hp_variations all;
        run_job(bins[bin - 1], "resampling.memory_mb=1", &all);
        for (int row = 0; row < NROW; row++)
            assert_int_equal(reads(&all, row), row < NROW / bin * bin ? 1 : 0);
        hp_variations_destroy(&all);
    }
}

/* Neither the first time nor the last of the file: what the alternatives name and its neighbours.
 */
static void sources_and_times_of_all_alternatives_are_read(void **state) {
    (void)state;
    static const bool part[2 * SMALL_NT] = {0, 1, 1, 1, 0, 1, 1, 1, 1, 0};
    hp_variations all;
    run_job("resampling.bin=1", "resampling.memory_mb=1", &all);
    assert_memory_equal(all.ingest.part, part, sizeof part);
    hp_variations_destroy(&all);
}

/* Without memory the same results, from more reads. */
static void memory_changes_no_result(void **state) {
    (void)state;
    hp_variations kept, again;
    run_job("resampling.bin=2", "resampling.memory_mb=1", &kept);
    run_job("resampling.bin=2", "resampling.memory_mb=0", &again);
    assert_int_equal(again.ingest.nkept, 0);
    assert_true(reads(&again, 0) > 2);
    size_t count = (size_t)(1 + kept.central.ncomputed) * kept.central.analysis.study.record.length;
    if (comm.rank == 0)
        assert_memory_equal(kept.central.rows, again.central.rows, count * sizeof(double));
    assert_int_equal(kept.central.input_checksum, again.central.input_checksum);
    hp_variations_destroy(&kept);
    hp_variations_destroy(&again);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(used_rows_are_read_once),
        cmocka_unit_test(sources_and_times_of_all_alternatives_are_read),
        cmocka_unit_test(memory_changes_no_result),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
