// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/scan_bins.h"
#include <math.h>
#include <stdio.h>
#include "hadpot/chain.h"
#include "hadpot/folder.h"
#include "hadpot/log.h"
#include "hadpot/masses.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"
#include "hadpot/run_channels.h"
#include "shared_job.h"

enum { MIN_BINS = 10, MAX_SIZES = 60 };

/* How the quantities of a chain are called and in which units they are printed. */
static const char *const quantity_names[HP_CHAIN_QUANTITIES] = {"R", "v_lo_mev"};

/* The stages of a scan, from the job to what is written. */
typedef struct {
    char *effective_job;
    hp_job *job;
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    hp_ingest ingest;     /* in bins of one row: all rows are used */
    hp_all_masses masses; /* which the plan borrows */
    hp_chain chain;
    hp_folder folder; /* rank 0 */
    int nsize;
    int size[MAX_SIZES], nbin[MAX_SIZES];
} scan;

static hp_status check_sampling(const hp_ensemble *ensemble, hp_error *err) {
    HP_REQUIRE(ensemble->sampling == HP_SAMPLING_CONFIGURATION, HP_ERR_INPUT,
               "%s: attribute sampling is \"jackknife\", expected \"configuration\": what "
               "configurations have in common cannot be seen in jackknife samples",
               ensemble->path);
    return HP_OK;
}

static hp_status open_folder(const hp_run_options *options, scan *s, hp_error *err) {
    s->folder =
        (hp_folder){s->job->output, "scan-bins", s->effective_job, .overwrite = options->overwrite};
    return hp_folder_open(&s->folder, err);
}

static hp_status plan_chain(scan *s, hp_error *err) {
    HP_CALL(hp_run_plan(s->job, &s->ensemble, &s->plan, err));
    hp_correlator_plan_mark(&s->plan, s->ingest.part);
    hp_ingest_need(&s->ingest, s->ingest.part);
    HP_CALL(hp_all_masses_plan(s->job, &s->plan, s->ingest.part, &s->masses, err));
    HP_CALL(hp_chain_create(s->job, &s->ingest, &s->plan, &s->chain, err));
    return hp_chain_watch(&s->chain, &s->ingest, err);
}

/* Those of the average are all that a chain takes. */
static hp_status find_masses(scan *s, hp_error *err) {
    hp_status status = HP_OK;
    hp_resampling resampling = {0};
    const hp_resampling_setup all = {.method = HP_METHOD_JACKKNIFE, .max_samples = -1};
    HP_TRY(hp_ingest_resample(&s->ingest, &all, &resampling, err));
    HP_TRY(hp_all_masses_find(s->job, &resampling, &s->plan, &s->masses, err));
cleanup:
    hp_resampling_destroy(&resampling);
    return status;
}

static hp_status analyse(const hp_comm *comm, const hp_run_options *options, scan *s,
                         hp_error *err) {
    HP_CALL(hp_job_merge(comm, &hp_job_schema, options, &s->effective_job, err));
    HP_CALL(hp_parallel_agree(comm, hp_job_parse(s->effective_job, &s->job, err), err));
    HP_CALL(hp_job_open_ensemble(comm, s->job, &s->ensemble, err));
    HP_CALL(hp_parallel_agree(comm, check_sampling(&s->ensemble, err), err));
    HP_CALL(hp_job_create_ingest(s->job, &s->ensemble, 1, &s->ingest, err));
    hp_status status = plan_chain(s, err);
    if (status == HP_OK && comm->rank == 0) status = open_folder(options, s, err);
    HP_CALL(hp_parallel_agree(comm, status, err));
    HP_CALL(hp_ingest_read(&s->ingest, err));
    HP_CALL(hp_ingest_judge(&s->ingest, err));
    for (int i = 0; i < s->ingest.findings.count && comm->rank == 0; i++)
        hp_log_warning("%s", s->ingest.findings.list[i].text);
    HP_CALL(find_masses(s, err));
    return hp_chain_estimate(&s->ingest, 1, &(hp_chain *){&s->chain}, err);
}

/* 1, 2, 3, 4, 6, 8, 12, ...: powers of two and 3/2 of them; one at least. */
static void choose_sizes(scan *s) {
    for (int i = 0; i < MAX_SIZES; i++) {
        int power = 1 << ((i + 1) / 2), bin = i == 0 || i % 2 == 1 ? power : power / 2 * 3;
        int nbin = hp_chain_count_bins(&s->chain, bin);
        if (i > 0 && nbin < MIN_BINS) return;
        s->size[i] = bin;
        s->nbin[i] = nbin;
        s->nsize++;
    }
}

static double binned_error(const scan *s, int point, hp_chain_quantity quantity, int bin,
                           double *uncertainty) {
    return hp_autocorrelation_binned_error(hp_chain_deviations(&s->chain, point, quantity),
                                           s->ingest.used, s->ensemble.nstream, bin, uncertainty);
}

/* One line for each size of bins. */
static void add_lines(const scan *s, int point, hp_chain_quantity quantity, hp_record_sheet *sheet,
                      hp_record *record) {
    const hp_chain *chain = &s->chain;
    const hp_autocorrelation *found = &chain->point[point].found[quantity];
    double unit = quantity == HP_CHAIN_V ? s->ensemble.inverse_spacing_mev : 1.0;
    for (int i = 0; i < s->nsize; i++) {
        double uncertainty, error = binned_error(s, point, quantity, s->size[i], &uncertainty);
        const hp_cell line[] = {{.text = quantity_names[quantity]},
                                {.text = hp_chain_source(chain, point)},
                                {.number = hp_chain_time(chain)},
                                {.number = hp_chain_r_fm(chain, point)},
                                {.number = unit * hp_chain_value(chain, point, quantity)},
                                {.number = s->size[i]},
                                {.number = s->nbin[i]},
                                {.number = unit * error},
                                {.number = unit * uncertainty},
                                {.number = unit * found->error},
                                {.number = unit * found->error_error},
                                {.number = found->tau_int},
                                {.number = found->tau_int_error},
                                {.number = found->window}};
        hp_sheet_add_line(record, sheet, line);
    }
}

/* content: a record with one sheet (hp_file_writer). */
static hp_status write_csv(const void *content, const char *path, hp_error *err) {
    return hp_results_save_sheet(&(hp_results_part){content, 0}, path, err);
}

static hp_status write_scan(scan *s, hp_error *err) {
    hp_status status = HP_OK;
    hp_record record;
    const hp_file file = {"scan_bins.csv", write_csv, &record};
    uint64_t description = hp_ensemble_checksum_description(&s->ensemble);
    uint64_t input = description << 32 | hp_ingest_checksum(&s->ingest, s->ingest.part);
    hp_record_create(&record);
    record.channel = s->ensemble.channel;
    hp_record_sheet *sheet = hp_record_add_sheet(
        &record, "scan_bins",
        "tau_int in rows, 1/2: no autocorrelation; gamma_error: of the Gamma method; *_err: "
        "statistical error of the column",
        "quantity,source,t,r_fm,value,bin,bins,error,error_err,gamma_error,gamma_error_err,"
        "tau_int,tau_int_err,window");
    for (int q = 0; q < HP_CHAIN_QUANTITIES; q++)
        for (int p = 0; p < s->chain.npoint; p++)
            add_lines(s, p, (hp_chain_quantity)q, sheet, &record);
    HP_TRY(hp_record_check(&record, err));
    HP_TRY(hp_folder_judge(&s->folder, input, NULL, err));
    HP_TRY(hp_folder_claim(&s->folder, err));
    HP_TRY(hp_folder_finish(&s->folder, &file, 1, err));
cleanup:
    hp_record_destroy(&record);
    return status;
}

/* A column for each point: where it is, tau_int, the relative error of the Gamma method, and the
 * ratios. */
static void print_table(const scan *s, hp_chain_quantity quantity) {
    const hp_chain *chain = &s->chain;
    char text[64];
    printf("\n%-12s", quantity == HP_CHAIN_R ? "R" : "S/R");
    for (int p = 0; p < chain->npoint; p++) printf(" %12.12s", hp_chain_source(chain, p));
    printf("\n%-12s", "r/fm");
    for (int p = 0; p < chain->npoint; p++) printf(" %12.3g", hp_chain_r_fm(chain, p));
    printf("\n%-12s", "tau_int");
    for (int p = 0; p < chain->npoint; p++) {
        const hp_autocorrelation *found = &chain->point[p].found[quantity];
        hp_format_value((hp_band){found->tau_int, found->tau_int_error}, text, sizeof text);
        printf(" %12s", text);
    }
    printf("\n%-12s", "error/value");
    for (int p = 0; p < chain->npoint; p++)
        printf(" %12.3g",
               chain->point[p].found[quantity].error / fabs(hp_chain_value(chain, p, quantity)));
    printf("\n%4s %7s\n", "bin", "bins");
    for (int i = 0; i < s->nsize; i++) {
        printf("%4d %7d", s->size[i], s->nbin[i]);
        for (int p = 0; p < chain->npoint; p++) {
            double gamma = chain->point[p].found[quantity].error, uncertainty;
            double error = binned_error(s, p, quantity, s->size[i], &uncertainty);
            hp_format_value((hp_band){error / gamma, uncertainty / gamma}, text, sizeof text);
            printf(" %12s", text);
        }
        putchar('\n');
    }
}

static void print_scan(const scan *s) {
    char text[HP_CHAIN_TEXT];
    printf("errors from bins over those of the Gamma method, from %d rows in %d stream%s, t = %d\n",
           hp_chain_rows(&s->chain), s->ensemble.nstream, s->ensemble.nstream == 1 ? "" : "s",
           hp_chain_time(&s->chain));
    for (int q = 0; q < HP_CHAIN_QUANTITIES; q++) print_table(s, (hp_chain_quantity)q);
    hp_chain_describe(&s->chain, s->job->resampling.bin, text); /* the one that is judged */
    printf("\n%s\n", text);
    hp_log("%s/scan_bins.csv", s->job->output);
}

static void destroy(scan *s) {
    hp_folder_close(&s->folder);
    hp_chain_destroy(&s->chain);
    hp_all_masses_destroy(&s->masses);
    hp_correlator_plan_destroy(&s->plan);
    hp_ingest_destroy(&s->ingest);
    hp_ensemble_close(&s->ensemble);
    hp_job_free(&s->job);
    hp_free(s->effective_job);
}

hp_status hp_scan_bins(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    scan s = {0};
    HP_TRY(analyse(comm, options, &s, err));
    choose_sizes(&s);
    HP_TRY(hp_parallel_agree(comm, comm->rank == 0 ? write_scan(&s, err) : HP_OK, err));
    if (comm->rank == 0) print_scan(&s);
cleanup:
    destroy(&s);
    return status;
}
