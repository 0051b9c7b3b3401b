// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of bound states of 200 wells, 1 to 1e5 MeV deep, each on the grids of two sets of momenta
 * and on one that is far too coarse: all right, none marked as in doubt. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>
#include "hadpot/forms.h"
#include "hadpot/memory.h"
#include "hadpot/observables.h"

/* The last setting, a fine grid, costs most: every fourth well has it. */
enum { WELLS = 200, KINDS = 3, SETTINGS = 3, DENSE = 4 };

static const double H = 41.47; /* hbar^2/(2 mu), MeV fm^2 */

static const char *const kind_name[KINDS] = {"square", "Gaussian", "Woods-Saxon"};
static const hp_form_kind form[KINDS] = {HP_FORM_SQUARE_WELL, HP_FORM_GAUSSIAN,
                                         HP_FORM_WOODS_SAXON};

/* parameter as in forms.h. */
typedef struct well {
    int kind;
    double parameter[HP_FORM_PARAMETERS];
} well;

typedef struct tally {
    int right, right_marked, wrong, wrong_marked;
} tally;

/* Uniform in (0, 1): a Weyl sequence through a mixer [splitmix64], the same everywhere. */
static double draw(uint64_t *seed) {
    *seed += 0x9e3779b97f4a7c15u;
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static well draw_well(int i, uint64_t *seed) {
    well w = {.kind = i % KINDS};
    double depth = pow(10.0, 5.0 * draw(seed)), range = draw(seed), surface = draw(seed);
    w.parameter[0] = depth;
    w.parameter[1] = 0.3 + 2.7 * range;
    if (w.kind == 1) w.parameter[0] = -depth;
    if (w.kind == 2) {
        w.parameter[1] = 0.5 + 3.5 * range;
        w.parameter[2] = 0.1 + 0.6 * surface;
    }
    return w;
}

static double potential(const well *w, double r) {
    const double *p = w->parameter;
    if (w->kind == 1) return p[0] * exp(-(r / p[1]) * (r / p[1]));
    return -p[0] / (1.0 + exp((r - p[1]) / p[2]));
}

/* Zeros of u (u(0) = 0, E = 0) for the potential that is `steps` constants, each that of the well
 * at the left (deepest) or right end of its piece; beyond `end` nothing. */
static int count_zeros(const well *w, double end, int steps, bool deepest) {
    double u = 0.0, slope = 1.0, h = end / steps;
    int zeros = 0;
    for (int i = 0; i < steps; i++) {
        double k = sqrt(-potential(w, (i + (deepest ? 0 : 1)) * h) / H), c = cos(k * h);
        double s = k > 0.0 ? sin(k * h) / k : h, next = c * u + s * slope;
        slope = c * slope - k * k * s * u;
        zeros += (u > 0.0 && next <= 0.0) || (u < 0.0 && next >= 0.0);
        u = next;
        double size = hypot(u, slope * end);
        u /= size;
        slope /= size;
    }
    return zeros + (u * slope < 0.0);
}

/* Exact: of square wells by sin, of others, whose potential rises with r, between two potentials
 * made of constants, by Sturm's comparison theorem. The tail beyond `end`, w r^2 < 1e-12, binds
 * nothing that is not there. */
static int exact_count(const well *w, double reach) {
    enum { FEWEST = 1 << 12, MOST = 1 << 24 };
    const double *p = w->parameter;
    if (w->kind == 0) return (int)floor(sqrt(p[0] / H) * p[1] / M_PI + 0.5);
    double end = reach;
    while (-potential(w, end) / H * end * end < 1e-13) end *= 0.98;
    for (int steps = FEWEST; steps <= MOST; steps *= 2) {
        int most = count_zeros(w, end, steps, true), least = count_zeros(w, end, steps, false);
        if (most == least) return most;
    }
    fail_msg("no exact number of states for a well of %g MeV", p[0]);
    return -1;
}

/* Of a square well in degrees, on its branch by the zeros of u. */
static double exact_delta(const well *w, double k) {
    double R = w->parameter[1], K = sqrt(w->parameter[0] / H + k * k), turns = floor(K * R / M_PI);
    double sign = fmod(turns, 2.0) == 0.0 ? 1.0 : -1.0;
    double angle = atan2(sign * k * sin(K * R) / K, sign * cos(K * R));
    return (turns * M_PI + angle - k * R) * 180.0 / M_PI;
}

/* The number that a job finds, whether it says that it is in doubt, and delta of the first and the
 * last momentum. */
static int observed_count(hp_forms *forms, const hp_observables_options *wanted, int panels,
                          bool *in_doubt, double delta[2]) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_observables observables;
    hp_record record = {0};
    hp_interaction interaction[2] = {0};
    double *w[2] = {0}, unit = 197.3269804;
    double last = wanted->momentum[wanted->nmomentum - 1];
    double k_max = wanted->momentum_kind == HP_MOMENTA_MEV ? last / unit : sqrt(last / H);
    hp_forms_grid_options options = {.k_max = k_max, .panels = panels, .order = wanted->order};
    assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
    hp_observables_setup setup = {.options = wanted,
                                  .pair = hp_pair_of_reduced_mass(unit / (2 * H)),
                                  .length_fm = 1.0,
                                  .grid = &grid};
    assert_ok(hp_observables_create(&setup, &observables, &err), &err);
    assert_ok(hp_observables_describe(&observables, &record, &err), &err);
    double *values = hp_alloc(record.length, sizeof *values);
    for (int i = 0; i < observables.nsolver; i++) {
        w[i] = hp_alloc((size_t)observables.nodes[i].n, sizeof **w);
        hp_forms_fill(forms, HP_FORMS_GIVEN, &observables.nodes[i],
                      &(hp_forms_on_grid){.local = w[i]});
        interaction[i] =
            (hp_interaction){.local = w[i], .local_at = hp_forms_local_at, .context = forms};
    }
    assert_ok(hp_observables_compute(&observables, &setup.pair, interaction, &record, values, &err),
              &err);
    int count = (int)*hp_record_read(&record, values, HP_ROW_NBOUND);
    for (int i = 0; i < 2; i++) delta[i] = hp_record_read(&record, values, HP_ROW_DELTA)[i];
    *in_doubt = *hp_record_read(&record, values, HP_ROW_NBOUND_DOUBT) > 0.0;
    hp_record_destroy(&record);
    for (int i = 0; i < 2; i++) hp_free(w[i]);
    hp_free(values);
    hp_observables_destroy(&observables);
    hp_quadrature_destroy(&grid);
    return count;
}

static void count_well(const well *w, int settings, tally sum[SETTINGS]) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms = NULL;
    double momenta[2] = {1.0, 10.0};
    double energies[2] = {1.0, 100.0}; /* the grid of all energies in between, without their cost */
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, form[w->kind], w->parameter, &err), &err);
    int exact = exact_count(w, hp_forms_reach(forms));
    for (int setting = 0; setting < settings; setting++) {
        bool marked;
        double delta[2];
        hp_observables_options own = {.momentum_kind =
                                          setting == 2 ? HP_ENERGIES_MEV : HP_MOMENTA_MEV,
                                      .nmomentum = 2,
                                      .momentum = setting == 2 ? energies : momenta,
                                      .order = 16,
                                      .ode_tolerance = 1e-11};
        int found = observed_count(forms, &own, setting == 1 ? 2 : 0, &marked, delta);
        for (int i = 0; setting == 0 && w->kind == 0 && i < 2; i++) /* the nearest branch, on grids
                                                                 that do not resolve the well */
            assert_close(delta[i], exact_delta(w, momenta[i] / 197.3269804), 0.0, 90.0);
        sum[setting].right += found == exact;
        sum[setting].right_marked += found == exact && marked;
        sum[setting].wrong += found != exact;
        sum[setting].wrong_marked += found != exact && marked;
        if (marked || found != exact)
            print_message("%s %.6g MeV %.4g fm, setting %d: %d states, found %d%s\n",
                          kind_name[w->kind], fabs(w->parameter[0]), w->parameter[1], setting,
                          exact, found, marked ? ", in doubt" : "");
    }
    hp_forms_destroy(&forms);
}

static void all_right_and_none_in_doubt(void **state) {
    (void)state;
    static const char *const setting_name[SETTINGS] = {"momenta 1 and 10 MeV", "2 panels",
                                                       "energies to 100 MeV"};
    tally sum[KINDS][SETTINGS] = {0};
    uint64_t seed = 20;
    for (int i = 0; i < WELLS; i++) {
        well w = draw_well(i, &seed);
        count_well(&w, i % DENSE == 0 ? SETTINGS : SETTINGS - 1, sum[w.kind]);
    }
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < SETTINGS; i++) {
            tally *t = &sum[kind][i];
            print_message(
                "%-11s %-20s: %3d right, %d of them marked; %d wrong, %d of them marked\n",
                kind_name[kind], setting_name[i], t->right, t->right_marked, t->wrong,
                t->wrong_marked);
            assert_int_equal(t->wrong, 0); /* the wells are known between the nodes, too */
            assert_int_equal(t->right_marked, 0);
        }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_right_and_none_in_doubt)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
