// SPDX-License-Identifier: GPL-3.0-or-later
/* What a run would do, take and leave, on standard output. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "forecast_parts.h"
#include "hadpot/format.h"
#include "hadpot/units.h"

/* Start of the ranks, and files that are brought to the disk. */
static const double START_SECONDS = 0.4;

/* "40 s", "12 min", "3.1 h": two digits, since more are not known. */
static const char *time_text(double seconds, char text[32]) {
    static const struct {
        double most, unit;
        const char *name;
    } units[] = {{100.0, 1.0, "s"}, {6000.0, 60.0, "min"}, {INFINITY, 3600.0, "h"}};
    int i = 0;
    while (seconds >= units[i].most) i++;
    double number = seconds / units[i].unit;
    snprintf(text, 32, number < 100.0 ? "%.2g %s" : "%.0f %s", number, units[i].name);
    return text;
}

static const char *size_text(double bytes, char text[32]) {
    const char *const name[] = {"kB", "MB", "GB", "TB"};
    int i = 0;
    double number = bytes / 1e3;
    for (; number >= 1000.0 && i < 3; i++) number /= 1e3;
    snprintf(text, 32, number < 100.0 ? "%.2g %s" : "%.0f %s", number, name[i]);
    return text;
}

/* In MeV, with the errors that samples have. */
static void print_masses(const hp_pipeline *run, const hp_masses *masses) {
    const hp_sample_rule rule = hp_resampling_rule(run->resampling);
    double mev = run->ensemble->inverse_spacing_mev;
    printf("masses     ");
    if (*masses->name != '\0') printf(" %s:", masses->name);
    for (int i = 0; i < 2; i++) {
        const double *row = masses->rows + (ptrdiff_t)i * masses->nrow;
        char text[48];
        double error = hp_sample_error(rule, row + 1, masses->nrow - 1, 1);
        hp_format_value((hp_band){mev * row[0], mev * error}, text, sizeof text);
        printf("%s %s", i > 0 ? "," : "", text);
    }
    if (masses->from_two_point)
        printf(" MeV, from the two-point functions of source %s\n",
               hp_masses_source(masses, run->ensemble));
    else
        puts(" MeV, given");
}

static void print_data(const hp_variations *all) {
    const hp_ensemble *ensemble = &all->ensemble;
    const hp_pipeline *run = &all->central;
    printf("ensemble    %s: %s\n", ensemble->path, ensemble->channel);
    printf("samples     %d %s samples from %d rows", all->resampling.nsample,
           hp_method_name(all->resampling.method), ensemble->nsample);
    if (ensemble->sampling == HP_SAMPLING_CONFIGURATION) printf(" in bins of %d", all->ingest.bin);
    if (all->ingest.ndropped > 0)
        printf(", less %d at the end of a stream, which fill no bin", all->ingest.ndropped);
    if (run->ncomputed < all->resampling.nsample)
        printf("; %d of them are computed", run->ncomputed);
    printf("\nsources    ");
    for (int s = 0; s < run->plan.nsource; s++)
        printf("%s %s", s > 0 ? "," : "", hp_ensemble_wave_name(ensemble, run->plan.source[s]));
    printf("\ntimes      ");
    for (int t = 0; t < run->plan.nt; t++)
        printf("%s %d", t > 0 ? "," : "", ensemble->t[run->plan.time[t]]);
    for (int c = 0; c < run->channels.channels.ncomponent; c++)
        printf("%s %s", c > 0 ? "," : "\ncomponents ", run->channels.component_name[c]);
    putchar('\n');
    for (int a = 0; a < run->masses.npair; a++) print_masses(run, &run->masses.of[a]);
    if (run->chain.npoint == 0) return;
    char text[HP_CHAIN_TEXT];
    hp_chain_describe(&run->chain, all->ingest.bin, text);
    printf("bins        %s\n", text);
}

static void print_alternatives(const hp_variations *all) {
    const hp_alternatives *alternatives = &all->alternatives;
    if (alternatives->count == 0) puts("variations  none, and so no systematic errors");
    for (int i = 0; i < alternatives->count; i++)
        printf("%-11s %s: %s\n", i == 0 ? "variations" : "", alternatives->entry[i].name,
               alternatives->entry[i].assignments);
}

static void print_fits(const hp_variations *all, const hp_cost *cost) {
    const hp_pipeline *run = &all->central;
    const hp_job *job = run->job;
    bool nonlocal = (run->settings.potential.kind->flags & HP_KIND_NONLOCAL) != 0;
    printf("points      %d: %d radii%s from %.3g to %.3g fm for each source and time\n",
           cost->points, cost->radii, run->plan.ncomponent > 1 ? " of all components together" : "",
           cost->r_fm[0], cost->r_fm[1]);
    printf("potential   %s%s, %.0f parameters%s%s\n", job->potential.kind,
           nonlocal && job->potential.local_part ? " with a local part" : "", cost->parameters,
           cost->steps > 0 ? ", fitted by " : "", cost->steps > 0 ? job->training.optimiser : "");
    printf("phases      at %d energies from %.3g to %.3g MeV\n", cost->momenta, cost->energy_mev[0],
           cost->energy_mev[1]);
    if (cost->ndraw > 0)
        printf("total band  %d draws from %d forms of the potential\n", run->settings.mixture.ndraw,
               cost->nform);
    else
        puts("total band  none");
}

/* Seconds of all analyses: of what rank 0 does alone, and of what is shared out. */
typedef struct {
    double alone, shared; /* CPU of one rank, in all */
    double wall;          /* on these ranks */
} duration;

static duration add_up(const hp_forecast_facts *facts) {
    const hp_variations *all = facts->all;
    double ranks = all->comm->size;
    duration sum = {.wall = START_SECONDS + facts->wall};
    for (int i = 0; i <= all->alternatives.count; i++) {
        const hp_cost *cost = &facts->cost[i];
        const hp_pipeline *run = i == 0 ? &all->central : &all->alternative[i - 1];
        int left = run->ncomputed - (i == 0 ? facts->kept : 0);
        bool has_average = i == 0 && facts->kept > 0;
        sum.alone += (has_average ? 0.0 : cost->average) + cost->errors + cost->nodes;
        sum.shared += cost->sample * left + cost->draws + cost->draw * cost->ndraw;
        sum.wall +=
            cost->sample * ceil(left / ranks) + (cost->draws + cost->draw * cost->ndraw) / ranks;
    }
    sum.wall += sum.alone;
    return sum;
}

static void print_time(const hp_forecast_facts *facts) {
    const hp_variations *all = facts->all;
    const hp_cost *cost = facts->cost;
    duration sum = add_up(facts);
    char text[4][32];
    printf(
        "time        about %s on %d rank%s, %s of work that ranks share out and %s of the rest\n",
        time_text(sum.wall, text[0]), all->comm->size, all->comm->size == 1 ? "" : "s",
        time_text(sum.shared, text[1]),
        time_text(sum.wall - sum.shared / all->comm->size, text[2]));
    printf("            the average takes %s", time_text(cost->average, text[0]));
    if (all->central.ncomputed > 0)
        printf(", each of %d samples %s", all->central.ncomputed, time_text(cost->sample, text[1]));
    if (cost->ndraw > 0)
        printf(", each of %d potentials of the total band %s", cost->ndraw,
               time_text(cost->draw, text[2]));
    printf("\n            %s; right within a factor of 3 where each rank has a core of its own\n",
           cost->measured ? "from fits that were done now"
           : all->central.settings.potential.training.optimiser == HP_ADAM
               ? "from the first epochs of both fits"
               : "from the first steps of both fits and the number that fits usually take");
    if (facts->kept > 0)
        printf("            %d samples of an earlier run are there already\n", facts->kept);
}

static void print_room(const hp_forecast_facts *facts) {
    double results = 0.0, checkpoint = 0.0, rows = 0.0;
    char text[2][32];
    for (int i = 0; i <= facts->all->alternatives.count; i++) {
        const hp_cost *cost = &facts->cost[i];
        results += cost->results;
        checkpoint += cost->checkpoint;
        if (i == 0 || cost->rows + facts->cost[0].rows > rows)
            rows = cost->rows + (i > 0 ? facts->cost[0].rows : 0.0);
    }
    printf("memory      about %s a rank", size_text(facts->memory, text[0]));
    if (rows > 0.0) printf(", and %s more on rank 0", size_text(rows, text[1]));
    printf("\ndisk        %s in %s, and %s in checkpoint/ until it is done\n",
           size_text(results, text[0]), facts->all->central.job->output,
           size_text(checkpoint, text[1]));
}

void hp_forecast_print(const hp_forecast_facts *facts) {
    print_data(facts->all);
    print_fits(facts->all, facts->cost);
    print_alternatives(facts->all);
    print_time(facts);
    print_room(facts);
    puts("nothing has been written; without --check it starts");
}
