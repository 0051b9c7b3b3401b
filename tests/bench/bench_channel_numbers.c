// SPDX-License-Identifier: GPL-3.0-or-later
/* One table of all numbers of coupled channels that are known otherwise (channel_numbers.csv): ours
 * by both solvers, their differences, and what these may be. results/channel_numbers.txt keeps the
 * last one. Ends with 1 where a number is beyond its limit. OPENBLAS_NUM_THREADS=1. */
#include "channel_numbers.h"

#include <gsl/gsl_errno.h>
#include "hadpot/log.h"

enum { MOST = 1024, MOST_SECTIONS = 16 };

typedef struct list {
    int n;
    channel_number number[MOST];
} list;

/* How many of a column's numbers are within their limits, and the worst of them. */
typedef struct column {
    int n, within;
    double worst; /* difference over limit */
} column;

typedef struct section {
    char name[8];
    column of[2]; /* Nystroem, ODE */
} section;

static hp_status read_numbers(const char *path, list *all, hp_error *err) {
    char line[256];
    FILE *file = fopen(path, "r");
    HP_REQUIRE(file != NULL, HP_ERR_INPUT, "%s cannot be read", path);
    while (all->n < MOST && fgets(line, sizeof line, file) != NULL) {
        channel_number *x = &all->number[all->n];
        *x = (channel_number){.found = {NAN, INFINITY}};
        if (sscanf(line, "%7[^,],%39[^,],%23[^,],%23[^,],%lf,%lf", x->section, x->of, x->at,
                   x->quantity, &x->expected, &x->limit) == 6)
            all->n++;
    }
    (void)fclose(file);
    HP_REQUIRE(all->n > 0 && all->n < MOST, HP_ERR_INPUT, "%s: %d numbers", path, all->n);
    return HP_OK;
}

/* All numbers of the model of row `first`; those of models before it are done. */
static hp_status find_of_model(list *all, int first, hp_error *err) {
    static channel_number *at_energy[MOST], *elsewhere[MOST];
    hp_status status = HP_OK;
    channel_model m;
    int n = 0, others = 0;
    for (int i = 0; i < all->n; i++) {
        channel_number *x = &all->number[i];
        if (strcmp(x->of, all->number[first].of) != 0) continue;
        if (i < first) return HP_OK;
        if (x->at[1] == '=')
            at_energy[n++] = x;
        else
            elsewhere[others++] = x;
    }
    HP_TRY(channel_model_open(all->number[first].of, &m, err));
    HP_TRY(channel_numbers_at_energies(&m, at_energy, n, err));
    HP_TRY(channel_numbers_of_states(&m, elsewhere, others, err));
cleanup:
    channel_model_close(&m);
    return status;
}

static void count(column *of, double difference, double limit) {
    double ratio = fabs(difference) / limit;
    of->n++;
    of->within += ratio <= 1.0;
    of->worst = isnan(ratio) ? INFINITY : fmax(of->worst, ratio);
}

static void print_row(const channel_number *x) {
    double difference[2];
    bool beyond = false;
    printf("%-2s | %-21s %-14s %-17s | %20.14g", x->section, x->of, x->at, x->quantity,
           x->expected);
    for (int i = 0; i < 2; i++) {
        difference[i] = x->found[i] - x->expected;
        if (i == 1 && isinf(x->found[1]))
            printf(" | %20s | %8s", "-", "-");
        else
            printf(" | %20.14g | %8.1e", x->found[i], difference[i]);
        bool none = i == 1 && isinf(x->found[i]);
        beyond = beyond || !(none || fabs(difference[i]) <= x->limit);
    }
    printf(" | %7.1e%s\n", x->limit, beyond ? " BEYOND" : "");
}

/* Returns how many sections there are. */
static int count_sections(const list *all, section *of) {
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        const channel_number *x = &all->number[i];
        int s = 0;
        while (s < n && strcmp(of[s].name, x->section) != 0) s++;
        if (s == n && n < MOST_SECTIONS) of[n++] = (section){0};
        memcpy(of[s].name, x->section, sizeof of[s].name);
        count(&of[s].of[0], x->found[0] - x->expected, x->limit);
        if (!isinf(x->found[1])) count(&of[s].of[1], x->found[1] - x->expected, x->limit);
    }
    return n;
}

/* Returns whether all are within their limits. */
static bool print_counts(const list *all) {
    section of[MOST_SECTIONS];
    int n = count_sections(all, of), total[4] = {0};
    printf("\nsection | Nystroem: numbers, within, largest difference/limit | ODE: the same\n");
    for (int s = 0; s < n; s++) {
        printf("%-7s", of[s].name);
        for (int i = 0; i < 2; i++) {
            printf(" | %4d %4d %8.3g", of[s].of[i].n, of[s].of[i].within, of[s].of[i].worst);
            total[2 * i] += of[s].of[i].n;
            total[2 * i + 1] += of[s].of[i].within;
        }
        printf("\n");
    }
    printf("all     | %4d %4d          | %4d %4d\n", total[0], total[1], total[2], total[3]);
    return total[0] == total[1] && total[2] == total[3];
}

static void print_reasons(void) {
    printf(
        "\nODE \"-\": that solver gives T at an energy and energies of bound states. It has no\n"
        "waves, so no probabilities, radii, moments and asymptotic amplitudes of states and no\n"
        "C(k); no determinant at complex momenta, so no poles; and momenta and constants (k2, C)\n"
        "come before any solver. Its angles have been moved to the branch of the other one, which\n"
        "follows them from threshold; its r_eff is a difference of T in k^2.\n");
}

int main(void) {
    static list all;
    hp_error err = HP_ERROR_INIT;
    (void)gsl_set_error_handler_off();
    hp_status status =
        read_numbers(HADPOT_SOURCE_DIR "/tests/bench/channel_numbers.csv", &all, &err);
    for (int i = 0; i < all.n && status == HP_OK; i++) status = find_of_model(&all, i, &err);
    if (status != HP_OK) {
        hp_log_error(&err);
        return 1;
    }
    printf("section | quantity | expected | Nystroem | difference | ODE | difference | limit\n");
    for (int i = 0; i < all.n; i++) print_row(&all.number[i]);
    bool within = print_counts(&all);
    print_reasons();
    return within ? 0 : 1;
}
