// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_numbers.h"

#include <stdlib.h>
#include <gsl/gsl_math.h>
#include "hadpot/memory.h"

enum { ORDER = 16 };

static const double HBARC = 197.3269804; /* MeV fm, of Lambda(1405) */

/* One component of each pair, with 2 mu and thresholds. */
static void set_pairs(channel_model *m, int n, const double *two_mu, const double *threshold) {
    m->channels = (hp_channels){.npair = n, .ncomponent = n};
    for (int a = 0; a < n; a++) {
        m->channels.pair[a] = hp_pair_of_reduced_mass(0.5 * two_mu[a]);
        m->channels.threshold[a] = threshold[a];
        m->channels.component[a] = (hp_component){a, 0};
    }
}

/* One pair with E = k^2. */
static void set_waves(channel_model *m, int n, const int *l) {
    set_pairs(m, 1, (double[]){1.0}, (double[]){0.0});
    m->channels.ncomponent = n;
    for (int c = 0; c < n; c++) m->channels.component[c] = (hp_component){0, l[c]};
}

static void set_panels(channel_model *m, double range, int panels) {
    m->panels = panels;
    for (int i = 0; i <= panels; i++) m->edge[i] = range * i / panels;
}

/* W = shape(r) W_cd; wells end where the nodes do. */
static void shape(double r, double *w, void *context) {
    const channel_model *m = context;
    int N = m->channels.ncomponent;
    double s = m->well ? 1.0 : exp(-r * r);
    for (int i = 0; i < N * N; i++) w[i] = s * m->W[i];
}

static void set_wells(channel_model *m, int n, const double *two_mu, const double *threshold,
                      const double *V) {
    set_pairs(m, n, two_mu, threshold);
    set_panels(m, 1.0, 2);
    for (int i = 0; i < n * n; i++) m->W[i] = sqrt(two_mu[i / n] * two_mu[i % n]) * V[i];
    m->well = true;
    m->local = shape;
    m->region = (hp_pole_region){-4.0, 24.0, 14.0};
}

static bool describe_wells(const char *name, channel_model *m) {
    static const double c1[4] = {-1.0, -1.0, -1.0, -5.0}, c2[4] = {-1.0, -0.5, -0.5, -2.0};
    static const double three[9] = {-1.0, -0.5, -0.3, -0.5, -2.0, -0.7, -0.3, -0.7, -3.0};
    if (strcmp(name, "c1") == 0)
        set_wells(m, 2, (double[]){1.0, 1.0}, (double[]){0.0, 6.0}, c1);
    else if (strcmp(name, "c2") == 0)
        set_wells(m, 2, (double[]){1.0, 2.0}, (double[]){0.0, 3.0}, c2);
    else if (strcmp(name, "three") == 0)
        set_wells(m, 3, (double[]){1.0, 1.5, 2.0}, (double[]){0.0, 3.0, 6.0}, three);
    else if (strcmp(name, "c1 pair 2") == 0)
        set_wells(m, 1, (double[]){1.0}, (double[]){0.0}, (double[]){-5.0}), m->origin = 6.0;
    else if (strcmp(name, "c2 pair 2") == 0)
        set_wells(m, 1, (double[]){2.0}, (double[]){0.0}, (double[]){-2.0}), m->origin = 3.0;
    else
        return false;
    return true;
}

/* One wave in a well or a Gaussian, and coupled Gaussians with charges in the first pair. */
static bool describe_shapes(const char *name, channel_model *m) {
    static const double W[4] = {-1.0, -1.0, -1.0, -5.0};
    double v, beta;
    int l;
    m->local = shape;
    m->region = (hp_pole_region){-0.5, 2.0, 1.0};
    if (sscanf(name, "well v=%lf l=%d", &v, &l) == 2 ||
        sscanf(name, "Gauss v=%lf l=%d", &v, &l) == 2) {
        set_waves(m, 1, &l);
        m->W[0] = -v;
        m->well = name[0] == 'w';
        if (m->well)
            set_panels(m, 1.0, 2);
        else
            set_panels(m, 7.0, 14);
        return true;
    }
    if (sscanf(name, "Coulomb beta=%lf", &beta) != 1) return false;
    set_pairs(m, 2, (double[]){1.0, 1.0}, (double[]){0.0, 2.0});
    set_panels(m, 7.0, 14);
    memcpy(m->W, W, sizeof W);
    m->channels.coulomb[0].strength = beta;
    return true;
}

/* n components of one f. */
static void set_separable(channel_model *m, int n, double lambda, int power, double decay) {
    for (int c = 0; c < n; c++) {
        m->factor[c] = 1.0;
        m->power[c] = power;
        m->decay[c] = decay;
    }
    for (int i = 0; i < n * n; i++) m->lambda[i] = lambda;
    m->separable = true;
}

static bool describe_one_separable(const char *name, channel_model *m) {
    double lambda;
    int l = 0;
    if (sscanf(name, "Yamaguchi lambda=%lf", &lambda) == 1) {
        set_separable(m, 1, lambda, 0, 3.5);
        m->region = (hp_pole_region){-2.0, 2.0, 2.0};
        set_panels(m, 11.0, 16);
    } else if (sscanf(name, "separable l=%d lambda=%lf", &l, &lambda) == 2) {
        set_separable(m, 1, lambda, l, 2.0);
        m->region = (hp_pole_region){-0.5, 1.0, 1.0};
        set_panels(m, 24.0, 20);
    } else {
        return false;
    }
    set_waves(m, 1, &l);
    return true;
}

/* pi Sigma and anti-K N, and a deuteron of rank one. */
static bool describe_two_separable(const char *name, channel_model *m, hp_error *err) {
    static const double lambda[4] = {-60.0, -30.0, -30.0, -108.0};
    if (strcmp(name, "separable S-D") == 0) {
        set_separable(m, 2, -7.206, 0, 1.4);
        m->factor[1] = 0.9, m->power[1] = 2.0, m->decay[1] = 2.0;
        set_waves(m, 2, (int[]){0, 2});
        set_panels(m, 30.0, 24);
        return true;
    }
    if (strcmp(name, "Lambda(1405)") != 0) return false;
    set_separable(m, 2, 0.0, 0, 3.5);
    memcpy(m->lambda, lambda, sizeof lambda);
    set_pairs(m, 2, (double[]){1.0, 1.0}, (double[]){0.0, 0.0});
    m->channels.kinematics = HP_RELATIVISTIC;
    m->channels.pair[0] = hp_pair_of_masses(138.04 / HBARC, 1193.15 / HBARC);
    m->channels.pair[1] = hp_pair_of_masses(495.65 / HBARC, 938.92 / HBARC);
    m->mev = HBARC;
    m->region = (hp_pole_region){-200.0 / HBARC, 200.0 / HBARC, 100.0 / HBARC};
    set_panels(m, 15.0, 20); /* the pole at 1176 MeV needs more than 11 fm */
    return hp_channels_set_thresholds(&m->channels, err) == HP_OK;
}

static double reid_k2(double e_lab) {
    return e_lab / (2.0 * REID_HBAR2_OVER_M);
}

static double neutron_on_proton_k2(double e_lab) {
    double sum = PROTON + NEUTRON, k = PROTON / NUCLEON_HBARC;
    return k * k * e_lab * (e_lab + 2.0 * NEUTRON) / (sum * sum + 2.0 * e_lab * PROTON);
}

/* One-pion exchange and magnetic moments, all that AV18 has in 3S1-3D1 beyond its table: C, T, LS
 * in MeV. The table agrees to 6e-7 of itself at its end, 20 fm. */
static void far_from_each_other(double r, double V[3]) {
    static const double coupling = 0.075, pion[2] = {134.9739, 139.5675}, number[2] = {1.0, 2.0};
    static const double magneton[2] = {2.79285, -1.91304}, fine_structure = 1.0 / 137.03599;
    double mass = PROTON * NEUTRON / (PROTON + NEUTRON), hc = NUCLEON_HBARC;
    double magnetic = fine_structure * magneton[1] * gsl_pow_3(hc / r);
    V[0] = 0.0;
    V[1] = -magnetic * magneton[0] / (4.0 * PROTON * NEUTRON);
    V[2] = -magnetic / (2.0 * NEUTRON * mass);
    for (int i = 0; i < 2; i++) { /* neutral, charged */
        double x = pion[i] * r / hc, Y = exp(-x) / x;
        double strength = coupling * number[i] * gsl_pow_2(pion[i] / pion[1]) * pion[i] / 3.0;
        V[0] -= strength * Y;
        V[1] -= strength * Y * (1.0 + 3.0 / x + 3.0 / (x * x));
    }
}

static void table_and_tail(double r, double *w, void *context) {
    const nucleon_table *table = context;
    double V[3];
    nucleon_table_at(r, w, context);
    if (r <= 20.0) return;
    far_from_each_other(r, V);
    w[0] = table->unit * V[0];
    w[1] = w[2] = table->unit * sqrt(8.0) * V[1];
    w[3] = table->unit * (V[0] - 2.0 * V[1] - 3.0 * V[2]);
}

/* "AV18 [strong ]WAVE[ to R fm]". */
static hp_status describe_av18(const char *name, channel_model *m, hp_error *err) {
    static const char *const wave[5] = {"1S0", "1P1", "3P0", "3P1", "1D2"};
    static const char *const column[5] = {"v_1s0", "v_1p1", "v_3p0", "v_3p1", "v_1d2"};
    static const int l[5] = {0, 1, 1, 1, 2};
    bool strong = strstr(name, "strong") != NULL;
    const char *file = strong ? "av18_np_strong.csv" : "av18_np.csv", *to = strstr(name, " to ");
    double range = to != NULL ? strtod(to + 4, NULL) : 20.0;
    const char *const *columns = NUCLEON_TRIPLET;
    int n = 2;
    set_waves(m, 2, (int[]){0, 2});
    for (int i = 0; i < 5; i++) {
        if (strstr(name, wave[i]) == NULL) continue;
        set_waves(m, 1, &l[i]);
        columns = &column[i];
        n = 1;
    }
    m->panels = nucleon_edges(fmin(range, 20.0), m->edge);
    for (; m->edge[m->panels] < range; m->panels++)
        m->edge[m->panels + 1] = m->edge[m->panels] + 1.0;
    m->local = range > 20.0 ? table_and_tail : nucleon_table_at;
    m->lab_k2 = neutron_on_proton_k2;
    HP_CALL(nucleon_table_read(&m->table, file, n, columns, err));
    m->mev = 1.0 / m->table.unit;
    m->region = (hp_pole_region){-2.0 / m->mev, 10.0 / m->mev, 5.0 / m->mev};
    return HP_OK;
}

static hp_status describe(const char *name, channel_model *m, hp_error *err) {
    if (describe_wells(name, m) || describe_shapes(name, m)) return HP_OK;
    m->local = NULL;
    if (describe_one_separable(name, m) || describe_two_separable(name, m, err)) return HP_OK;
    if (strncmp(name, "AV18", 4) == 0) return describe_av18(name, m, err);
    HP_REQUIRE(strcmp(name, "Reid 3S1-3D1") == 0, HP_ERR_INPUT, "there is no model \"%s\"", name);
    set_waves(m, 2, (int[]){0, 2});
    m->panels = nucleon_edges(20.0, m->edge);
    m->local = reid_soft_core_at;
    m->lab_k2 = reid_k2;
    m->mev = REID_HBAR2_OVER_M;
    return HP_OK;
}

/* Products in one order: symmetric bit by bit. */
static void fill_kernel(channel_model *m) {
    int n = m->grid.n, N = m->channels.ncomponent;
    for (int i = 0; i < N * n; i++)
        for (int j = 0; j <= i; j++) {
            double f[2];
            for (int side = 0; side < 2; side++) {
                int at = side == 0 ? i : j, c = at / n;
                double r = m->grid.r[at % n];
                f[side] = m->factor[c] * pow(r, m->power[c]) * exp(-m->decay[c] * r);
            }
            double K = m->lambda[i / n * N + j / n] * (f[0] * f[1]);
            m->kernel[i * N * n + j] = m->kernel[j * N * n + i] = K;
        }
}

static void *context_of(channel_model *m) {
    return m->table.ncomponent > 0 ? (void *)&m->table : (void *)m;
}

hp_status channel_model_set(channel_model *m, hp_error *err) {
    int n = m->grid.n, N = m->channels.ncomponent;
    double w[9];
    if (m->separable) fill_kernel(m);
    for (int i = 0; i < n && m->local != NULL; i++) {
        m->local(m->grid.r[i], w, context_of(m));
        for (int j = 0; j < N * N; j++) m->w[j * n + i] = w[j];
    }
    hp_matrix_interaction interaction = {.ncomponent = N,
                                         .kernel = m->separable ? m->kernel : NULL,
                                         .local = m->local != NULL ? m->w : NULL,
                                         .local_at = m->local,
                                         .context = context_of(m)};
    HP_CALL(hp_coupled_set(m->nystroem, &m->channels, &interaction, err));
    return hp_coupled_ode_set(m->ode, &m->channels, &interaction, err);
}

hp_status channel_model_open(const char *name, channel_model *m, hp_error *err) {
    hp_status status = HP_OK;
    *m = (channel_model){.mev = 1.0};
    HP_TRY(describe(name, m, err));
    int N = m->channels.ncomponent;
    HP_TRY(hp_quadrature_create_panels(m->edge, m->panels, ORDER, &m->grid, err));
    HP_TRY(hp_coupled_create(&m->grid, N, &m->nystroem, err));
    HP_TRY(hp_coupled_ode_create(&m->grid, N, 1e-13, &m->ode, err));
    size_t size = (size_t)(N * m->grid.n);
    HP_NEW(m->w, size * (size_t)N);
    HP_NEW(m->kernel, size * size);
    HP_TRY(channel_model_set(m, err));
cleanup:
    return status;
}

void channel_model_close(channel_model *m) {
    hp_coupled_destroy(&m->nystroem);
    hp_coupled_ode_destroy(&m->ode);
    hp_quadrature_destroy(&m->grid);
    nucleon_table_free(&m->table);
    hp_free(m->w);
    hp_free(m->kernel);
}

hp_status channel_model_solve(channel_model *m, int solver, double energy, hp_tmatrix *T,
                              hp_error *err) {
    if (solver == CHANNEL_NYSTROEM) return hp_coupled_solve(m->nystroem, energy, T, NULL, err);
    return hp_coupled_ode_solve(m->ode, energy, T, err);
}
