// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/stage_times.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "hadpot/log.h"
#include "mpi_check.h"

static const char *const name[HP_NSTAGE] = {[HP_STAGE_START] = "start",
                                            [HP_STAGE_OPEN] = "open",
                                            [HP_STAGE_READ] = "read",
                                            [HP_STAGE_ESTIMATE] = "estimate",
                                            [HP_STAGE_PREPARE] = "prepare",
                                            [HP_STAGE_ERRORS] = "errors",
                                            [HP_STAGE_AVERAGE] = "average",
                                            [HP_STAGE_SAMPLES] = "samples",
                                            [HP_STAGE_MIXTURE] = "mixture",
                                            [HP_STAGE_DRAWS] = "draws",
                                            [HP_STAGE_DESCRIBE] = "describe",
                                            [HP_STAGE_WRITE] = "write",
                                            [HP_STAGE_TRUTH] = "truth",
                                            [HP_STAGE_MAKE] = "make",
                                            [HP_STAGE_MEASURE] = "measure",
                                            [HP_STAGE_WAIT] = "wait",
                                            [HP_STAGE_END] = "end"};

/* A clock of this process, as all clocks are: no state of a run. */
static struct {
    double wall[HP_NSTAGE], processor[HP_NSTAGE], count[HP_NSTAGE];
    double wall_then, processor_then;
    hp_stage stage;
} clocks;

static double processor_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void hp_stage_enter(hp_stage stage) {
    double wall = hp_clock_seconds(), processor = processor_seconds();
    if (clocks.wall_then > 0.0) {
        clocks.wall[clocks.stage] += wall - clocks.wall_then;
        clocks.processor[clocks.stage] += processor - clocks.processor_then;
    }
    clocks.stage = stage;
    clocks.count[stage]++;
    clocks.wall_then = wall;
    clocks.processor_then = processor;
}

/* Most of a rank and sum over ranks of values[n], on rank 0. */
static hp_status reduce(const hp_comm *comm, const double *values, int n, double *most, double *sum,
                        hp_error *err) {
    HP_MPI_COMPLETE(MPI_Ireduce, values, most, n, MPI_DOUBLE, MPI_MAX, 0, comm->mpi);
    HP_MPI_COMPLETE(MPI_Ireduce, values, sum, n, MPI_DOUBLE, MPI_SUM, 0, comm->mpi);
    return HP_OK;
}

enum { WALL, PROCESSOR, NKIND };

static hp_status print(const char *path, const hp_comm *comm, double most[NKIND][HP_NSTAGE],
                       double sum[NKIND][HP_NSTAGE], const double *count, const double memory[2],
                       hp_error *err) {
    FILE *out = fopen(path, "w");
    HP_REQUIRE(out != NULL, HP_ERR_IO, "HADPOT_TIMES=%s: %s", path, strerror(errno));
    fprintf(out, "stage,ranks,times,wall_most_s,wall_mean_s,processor_most_s,processor_mean_s\n");
    for (int s = 0; s < HP_NSTAGE; s++)
        if (count[s] > 0.0)
            fprintf(out, "%s,%d,%.0f,%.6f,%.6f,%.6f,%.6f\n", name[s], comm->size, count[s],
                    most[WALL][s], sum[WALL][s] / comm->size, most[PROCESSOR][s],
                    sum[PROCESSOR][s] / comm->size);
    fprintf(out, "memory_kb_rank_0,%d,,%.0f\nmemory_kb_others,%d,,%.0f\n", comm->size, memory[0],
            comm->size, memory[1]);
    HP_REQUIRE(fclose(out) == 0, HP_ERR_IO, "HADPOT_TIMES=%s: %s", path, strerror(errno));
    return HP_OK;
}

hp_status hp_stage_report(const hp_comm *comm, hp_error *err) {
    double most[NKIND][HP_NSTAGE] = {{0.0}}, sum[NKIND][HP_NSTAGE] = {{0.0}};
    double unused[HP_NSTAGE], count[HP_NSTAGE] = {0.0};
    const char *path = comm->rank == 0 ? getenv("HADPOT_TIMES") : NULL;
    int wanted = path != NULL && *path != '\0';
    HP_CALL(hp_parallel_broadcast(comm, &wanted, sizeof wanted, err));
    if (!wanted) return HP_OK;
    hp_stage_enter(HP_STAGE_END);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double memory[2] = {0.0, 0.0}, largest[2] = {0.0, 0.0}, total[2];
    memory[comm->rank > 0] = (double)usage.ru_maxrss; /* kB on Linux */
    HP_CALL(reduce(comm, clocks.wall, HP_NSTAGE, most[WALL], sum[WALL], err));
    HP_CALL(reduce(comm, clocks.processor, HP_NSTAGE, most[PROCESSOR], sum[PROCESSOR], err));
    HP_CALL(reduce(comm, clocks.count, HP_NSTAGE, unused, count, err));
    HP_CALL(reduce(comm, memory, 2, largest, total, err));
    return hp_parallel_agree(
        comm, comm->rank == 0 ? print(path, comm, most, sum, count, largest, err) : HP_OK, err);
}
