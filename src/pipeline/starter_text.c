// SPDX-License-Identifier: GPL-3.0-or-later
/* The job that `hadpot init` writes, with comments. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/pair.h"
#include "hadpot/text_stream.h"
#include "hadpot/units.h"
#include "starter_parts.h"

/* Up to where phase shifts are looked at first: a potential of 1 fm is resolved there, and pairs
 * with pions of any mass are elastic. */
static const double energy_mev[] = {0.5, 1,  2,  3,  4,  5,  6,  8,  10, 12,
                                    14,  16, 18, 20, 25, 30, 35, 40, 45, 50};
enum { NENERGY = sizeof energy_mev / sizeof *energy_mev };

/* Columns of a comment. */
enum { WIDTH = 98 };

void hp_starter_put_name(FILE *out, const char *name) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+";
    bool is_plain = isalpha((unsigned char)*name) || *name == '.' || *name == '/';
    if (is_plain && name[strspn(name, plain)] == '\0') {
        fputs(name, out);
        return;
    }
    putc('\'', out);
    for (; *name != '\0'; name++) fputs(*name == '\'' ? "''" : (char[]){*name, '\0'}, out);
    putc('\'', out);
}

/* A comment in lines of words, each behind `start`. */
static void put_comment(FILE *out, const char *start, const char *text) {
    int column = 0;
    for (const char *word = text + strspn(text, " "); *word != '\0';) {
        int length = (int)strcspn(word, " ");
        bool begins = column == 0 || column + 1 + length > WIDTH;
        if (begins) column = fprintf(out, "%s%s", column > 0 ? "\n" : "", start) - (column > 0);
        column += fprintf(out, " %.*s", length, word);
        word += length;
        word += strspn(word, " ");
    }
    putc('\n', out);
}

static void put_head(const hp_starter *starter, const char *name, const char *output, FILE *out) {
    fprintf(out,
            "# %s%sA job of `hadpot run`, " HP_STARTER_MADE ".\n"
            "#   hadpot run %s --check\n"
            "# says what it will do, and how long that takes; hadpot run --help lists all keys.\n"
            "ensemble: ",
            starter->ensemble->channel, *starter->ensemble->channel != '\0' ? ". " : "", name);
    hp_starter_put_name(out, starter->ensemble->path);
    fputs("\noutput: ", out);
    hp_starter_put_name(out, output);
    fputs("\n\n", out);
}

static void put_resampling(const hp_starter *starter, FILE *out) {
    if (starter->ensemble->sampling == HP_SAMPLING_JACKKNIFE) {
        fprintf(out, "# The file has %d jackknife samples: no bins are to be chosen.\n\n",
                starter->nsample);
        return;
    }
    fputs("resampling:\n", out);
    put_comment(out, "  #", starter->chain);
    fprintf(out, "  bin: %d # %d jackknife samples\n\n", starter->bin, starter->nsample);
}

/* Why, and what it gives, of one hadron or of both. */
static void explain_mass(const hp_starter *starter, int i, bool both, FILE *out) {
    const hp_masses *masses = starter->masses;
    const hp_hadron_mass *hadron = &masses->hadron[i];
    char value[48], text[HP_MASS_REASON + 128];
    double error = hp_mass_error(&masses->points.of[i], hadron->fit.mass);
    hp_format_value((hp_band){hadron->fit.mass[0], error}, value, sizeof value);
    snprintf(text, sizeof text, "%s: a m = %s at t = %d ... %d: %s",
             both     ? "both hadrons"
             : i == 0 ? "first hadron"
                      : "second hadron",
             value, hadron->choice.window.t_min, hadron->choice.window.t_max,
             hadron->choice.reason);
    put_comment(out, "  #", text);
}

/* Masses that the file does not state; windows only where both have as many states, which is one
 * key, and are good: of others that are recommended every run says that they are doubtful. */
static void put_masses(const hp_starter *starter, FILE *out) {
    const hp_masses *masses = starter->masses;
    if (!masses->from_two_point) return;
    const hp_mass_window *one = &masses->hadron[0].choice.window,
                         *other = &masses->hadron[1].choice.window;
    bool same = memcmp(masses->hadron[0].choice.reason, masses->hadron[1].choice.reason,
                       HP_MASS_REASON) == 0 &&
                one->t_min == other->t_min && one->t_max == other->t_max &&
                one->form == other->form;
    fprintf(out,
            "masses:\n  # The file states none: fits to the two-point functions of every sample, "
            "source %s\n  # (hadpot info %s --masses shows all windows).\n",
            hp_masses_source(masses, starter->ensemble), starter->ensemble->path);
    for (int i = 0; i < (same ? 1 : 2); i++) explain_mass(starter, i, same, out);
    fputs("  from: two_point\n", out);
    bool good = masses->hadron[0].choice.good && masses->hadron[1].choice.good;
    if (good && one->states == other->states && one->form == other->form)
        fprintf(out, "  t_min: [%d, %d]\n  t_max: [%d, %d]\n  states: %d\n  form: %s\n", one->t_min,
                other->t_min, one->t_max, other->t_max, one->states,
                one->form == HP_MASS_COSH ? "cosh" : "exponential");
    putc('\n', out);
}

static void put_sources(const hp_starter *starter, FILE *out) {
    const hp_ensemble *ensemble = starter->ensemble;
    int count = 0;
    for (int s = 0; s < ensemble->nsource; s++)
        if (!starter->takes_source[s])
            fprintf(out, "  # left out, without signal at any time: source %s\n",
                    ensemble->source[s]);
    fputs("  sources: [", out);
    for (int s = 0; s < ensemble->nsource; s++) {
        if (!starter->takes_source[s]) continue;
        if (count++ > 0) fputs(", ", out);
        hp_starter_put_name(out, ensemble->source[s]);
    }
    fputs(count > 1 ? "] # one potential for all of them\n" : "]\n", out);
}

/* One line of the table, and why. */
static void put_time(const hp_starter *starter, int t, FILE *out) {
    const hp_starter_time *time = &starter->time[t];
    fprintf(out, "  #   %3d  ", time->t);
    if (time->has_neighbours)
        fprintf(out, "%8.2g %%  %8.2g %%   ", 100.0 * time->worst.R, 100.0 * time->worst.S);
    else
        fprintf(out, "%22s   ", "");
    if (!time->has_neighbours)
        fprintf(out, "left out: t = %d, which time derivatives need, is not in the file\n",
                t == 0 ? time->t - 1 : time->t + 1);
    else if (time->taken)
        fputs(time->has_signal ? "taken\n" : "taken: no time has less noise\n", out);
    else
        fputs(time->has_signal ? "left out: later times have signal, and fewer inelastic states\n"
                               : "left out: noise\n",
              out);
}

static void put_times(const hp_starter *starter, FILE *out) {
    int count = 0;
    fprintf(out,
            "  # Errors of R and of the source term S, root mean square up to r = %.3g fm; a time "
            "has\n  # signal up to 5 %% of R and 20 %% of S:\n  #     t   error of R  error of S\n",
            starter->middle_fm);
    for (int t = 0; t < starter->ensemble->nt; t++) put_time(starter, t, out);
    fputs("  times: [", out);
    for (int t = 0; t < starter->ensemble->nt; t++)
        if (starter->time[t].taken)
            fprintf(out, "%s%d", count++ > 0 ? ", " : "", starter->time[t].t);
    fputs("]\n", out);
}

static void put_range(const hp_starter *starter, FILE *out) {
    if (starter->ensemble->geometry.kind == HP_GEOMETRY_CUBIC)
        fprintf(out, "  r_max_fm: 0 # to L/2 = %.4g fm\n\n", starter->end_fm);
    else
        fprintf(out, "  r_max_fm: %.6g # without the last radius, whose Laplacian is one-sided\n\n",
                starter->r_max_fm);
}

static void put_energies(const hp_starter *starter, FILE *out) {
    const hp_ensemble *ensemble = starter->ensemble;
    double mev = ensemble->inverse_spacing_mev;
    const hp_masses *masses = starter->masses;
    hp_pair pair = hp_pair_of_masses(masses->rows[0], masses->rows[masses->nrow]);
    double cutoff_mev = mev * hp_pair_energy(&pair, M_PI * M_PI);
    fputs("scattering:\n"
          "  # " HP_ENERGY_CONVENTION ".\n"
          "  # The file does not say where the first inelastic threshold is: phase shifts above it "
          "mean\n  # nothing.",
          out);
    fprintf(out, " The cut-off k = pi/a of the lattice is at %.3g MeV.\n  energies_mev: [",
            cutoff_mev);
    for (int i = 0; i < NENERGY; i++)
        if (energy_mev[i] < cutoff_mev) fprintf(out, "%s%g", i > 0 ? ", " : "", energy_mev[i]);
    fputs("]\n\n", out);
}

/* What a first job need not have, as a comment. */
static void put_variations(const hp_starter *starter, FILE *out) {
    int count = 0;
    for (int t = 0; t < starter->ensemble->nt; t++) count += starter->time[t].taken;
    fputs(
        "# The potential is the default, a local V(r) and a non-local U(r,r'); `potential: {kind: "
        "gaussians}`\n# fits a local one to S/R. Alternatives, from which systematic errors come, "
        "may be added:\n# variations:\n",
        out);
    if (count > 1) {
        const char *before = "#   times: [";
        for (int t = 0; t < starter->ensemble->nt; t++) {
            if (!starter->time[t].taken) continue;
            fprintf(out, "%s\"fit.times=[%d]\"", before, starter->time[t].t);
            before = ", ";
        }
        fputs("]\n", out);
    }
    fprintf(out, "#   range: [fit.r_max_fm=%.2f]\n", 0.8 * starter->end_fm);
}

hp_status hp_starter_write(const hp_starter *starter, const char *name, const char *output,
                           char **text, hp_error *err) {
    FILE *out = NULL;
    HP_CALL(hp_text_open(text, NULL, &out, err));
    put_head(starter, name, output, out);
    put_resampling(starter, out);
    put_masses(starter, out);
    fputs("fit:\n", out);
    put_sources(starter, out);
    put_times(starter, out);
    put_range(starter, out);
    put_energies(starter, out);
    put_variations(starter, out);
    return hp_text_close(&out, text, err);
}
