// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <string.h>
#include "cli.h"
#include "hadpot/plausibility.h"
#include "hadpot/units.h"

/* Rows and trajectory numbers of each stream; nothing for one stream without numbers. */
static void print_streams(const hp_ensemble *ensemble) {
    const int *start = ensemble->stream_start, *number = ensemble->configuration;
    for (int s = 0; s < ensemble->nstream && (ensemble->stream != NULL || number != NULL); s++) {
        printf("stream      ");
        if (ensemble->stream != NULL) printf("%d: ", ensemble->stream[start[s]]);
        printf("%d rows", start[s + 1] - start[s]);
        if (number != NULL)
            printf(", configurations %d ... %d", number[start[s]], number[start[s + 1] - 1]);
        if (ensemble->step[s] > 0) printf(" in steps of %ld", ensemble->step[s]);
        putchar('\n');
    }
    if (number != NULL) printf("gaps        %d\n", ensemble->ngap);
}

static void print_grid(const hp_ensemble *ensemble) {
    const hp_geometry *geometry = &ensemble->geometry;
    double mev = ensemble->inverse_spacing_mev, fm = hp_spacing_fm(mev);
    if (geometry->kind == HP_GEOMETRY_CUBIC)
        printf("geometry    cubic, L = %d (%.3f fm), %d A1 orbits in %d shells\n", geometry->extent,
               geometry->extent * fm, geometry->npoint, geometry->nshell);
    else
        printf("geometry    radial, %d points from %.4f to %.4f fm\n", geometry->npoint,
               geometry->r[0] * fm, geometry->r[geometry->nshell - 1] * fm);
    printf("1/a         %g MeV (a = %.5f fm)\n", mev, fm);
}

static void print_masses(const hp_ensemble *ensemble) {
    double mev = ensemble->inverse_spacing_mev;
    if (ensemble->mass[0] > 0)
        printf("masses      %g, %g (%.2f, %.2f MeV)\n", ensemble->mass[0], ensemble->mass[1],
               ensemble->mass[0] * mev, ensemble->mass[1] * mev);
    else
        puts("masses      not stated, from two-point functions");
}

static void print_times(const hp_ensemble *ensemble) {
    if (ensemble->temporal_extent > 0)
        printf("T           %d (temporal extent)\n", ensemble->temporal_extent);
    printf("times       %d ... %d\n", ensemble->t[0], ensemble->t[ensemble->nt - 1]);
    if (ensemble->nt_full > 0)
        printf("two-point t %d ... %d\n", ensemble->t_full[0],
               ensemble->t_full[ensemble->nt_full - 1]);
}

static void print_ensemble(const hp_ensemble *ensemble) {
    const bool several = ensemble->version == 2;
    printf("file        %s\n", ensemble->path);
    if (several) puts("version     2: several components");
    printf("channel     %s\nrows        %d %s\n", ensemble->channel, ensemble->nsample,
           ensemble->sampling == HP_SAMPLING_JACKKNIFE ? "jackknife samples" : "configurations");
    print_streams(ensemble);
    print_grid(ensemble);
    several ? hp_cli_info_pairs(ensemble) : print_masses(ensemble);
    print_times(ensemble);
    for (int s = 0; s < ensemble->nsource && !several; s++)
        printf("source      %s: %s%s%s\n", ensemble->source[s],
               ensemble->has_ratio[s] ? "R" : "four-point and two-point functions",
               ensemble->has_full[s] ? ", two-point functions at all their times" : "",
               ensemble->has_two_baryon[s] ? ", two hadrons at zero momentum" : "");
    if (several) hp_cli_info_waves(ensemble);
    if (*ensemble->average != '\0') printf("each row    average of %s\n", ensemble->average);
    printf("provenance  %s\n", ensemble->provenance);
    for (const char *line = ensemble->notes; *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        printf("note        %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

/* Rows that stand in chunks together are read by fewer ranks, and, beyond memory, again and again.
 */
static void print_storage(const hp_ensemble *ensemble) {
    if (hp_ensemble_has_columns(ensemble, NULL))
        puts("stored      in chunks of several rows, read by columns: h5repack -f NONE -l CONTI "
             "IN.h5 OUT.h5 lets ranks share the rows");
}

/* Those that refuse the file are its error. */
static void print_findings(const hp_findings *findings) {
    for (int i = 0; i < findings->count; i++)
        if (!findings->list[i].refuses) printf("doubtful    %s\n", findings->list[i].text);
    if (findings->count == 0) puts("rows        all read, nothing doubtful found");
}

hp_status hp_cli_info(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    hp_ensemble ensemble = {0};
    hp_findings findings = {0};
    HP_TRY(hp_ensemble_open(comm, options->job_path, &ensemble, err));
    if (comm->rank == 0) print_ensemble(&ensemble);
    if (comm->rank == 0) print_storage(&ensemble);
    HP_TRY(hp_plausibility_examine(&ensemble, true, &findings, err));
    if (comm->rank == 0) print_findings(&findings);
    HP_TRY(hp_findings_check(&findings, err));
    if (options->masses) HP_TRY(hp_cli_info_masses(&ensemble, err));
cleanup:
    hp_findings_destroy(&findings);
    hp_ensemble_close(&ensemble);
    return status;
}
