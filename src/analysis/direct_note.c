// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader must know of effective energies. */
#include <math.h>
#include <stdio.h>
#include "direct_parts.h"
#include "hadpot/format.h"

/* Sources whose plateaus differ by more of the error of the difference are no level, one or both.
 */
static const double SIGMAS_APART = 3.0;

double hp_direct_decay_time(const hp_direct *direct, const hp_pair *pair) {
    double k = 2.0 * M_PI / direct->ensemble->geometry.extent;
    return 2.0 * pair->mu / (k * k);
}

static const char *name_of(const hp_direct_set *set) {
    return set->two_baryon ? "two-baryon correlators" : "R";
}

/* A plateau before excited states have fallen to 1/e. */
static void note_early(const hp_direct *direct, const hp_direct_set *set, const hp_pair *pair,
                       hp_record *record) {
    int n;
    const int *t = hp_direct_times(direct, set, &n);
    double decay = hp_direct_decay_time(direct, pair);
    int first = t[set->time[set->first]], last = t[set->time[set->first + set->nplateau - 1]];
    if (first >= decay) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "Delta E of %s is taken from a plateau at t = %d ... %d, before 1/gap = "
                       "%.3g, gap = (2 pi/L)^2/(2 mu): excited states of the box have not "
                       "decayed, and the plateau may be a fake one",
                       name_of(set), first, last, decay);
}

/* Difference of the plateaus of two sources, in its errors. */
static double find_distance(const hp_direct_set *set, const int source[2], hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    double *shift = hp_record_room(record, (size_t)samples->n + 1, sizeof *shift);
    char path[HP_DIRECT_PATH];
    if (shift == NULL) return NAN;
    hp_direct_path(set, true, HP_DIRECT_ENERGY, path);
    for (int s = 0; s <= samples->n; s++) {
        const double *energy =
            hp_record_read(record, samples->value + (size_t)s * record->length, path);
        shift[s] = energy[source[0]] - energy[source[1]];
    }
    return fabs(shift[0]) / hp_sample_error(samples->rule, shift + 1, samples->n, 1);
}

/* A level does not know by which source it was made. */
static void note_sources(const hp_direct *direct, const hp_direct_set *set, hp_record *record) {
    int worst[2] = {0, 0}, count = 0;
    double largest = SIGMAS_APART;
    for (int a = 0; a < set->nsource; a++)
        for (int b = a + 1; b < set->nsource; b++) {
            double distance = find_distance(set, (const int[]){a, b}, record);
            if (!(distance > SIGMAS_APART)) continue;
            count++;
            if (distance < largest) continue;
            largest = distance;
            worst[0] = a;
            worst[1] = b;
        }
    if (count == 0) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = count},
                       "Delta E of %s depends on the source: plateaus of \"%s\" and \"%s\" differ "
                       "by %.2g errors of their difference, and at least one is no level",
                       name_of(set), direct->ensemble->source[set->source[worst[0]]],
                       direct->ensemble->source[set->source[worst[1]]], largest);
}

/* One state does not describe R. */
static void note_fits(const hp_direct *direct, const hp_direct_set *set, double least,
                      hp_record *record) {
    int count = 0, worst = 0;
    for (int s = 0; s < set->nsource; s++) {
        if (!(set->quality[s].probability < least)) continue;
        if (count == 0 || set->quality[s].probability < set->quality[worst].probability) worst = s;
        count++;
    }
    if (count == 0) return;
    const hp_direct_quality *quality = &set->quality[worst];
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = count},
                       "one state does not describe %s in the plateau of %d of %d sources, worst "
                       "of \"%s\": chi2 = %.3g, %.3g are expected, which %.2g %% of right fits "
                       "exceed",
                       name_of(set), count, set->nsource,
                       direct->ensemble->source[set->source[worst]], quality->chi2,
                       quality->expected, 100.0 * quality->probability);
}

/* The last of the times of a set up to t, or the first. */
static int last_until(const hp_direct_set *set, const int *all, int t) {
    int i = set->nt - 1;
    while (i > 0 && all[set->time[i]] > t) i--;
    return i;
}

/* The plateau of each source, or its last time; of two-baryon correlators, which have more times
 * than signal, where R ends. */
static void show(const hp_direct *direct, const hp_direct_set *set, hp_record *record) {
    int n;
    const hp_direct_set *waves = &direct->set[0];
    const int *t = hp_direct_times(direct, set, &n), *t_waves = direct->ensemble->t;
    bool plateau = set->nplateau > 0;
    int i = last_until(set, t, t_waves[waves->time[waves->nt - 1]]);
    char path[HP_DIRECT_PATH], value[HP_QUOTED];
    hp_direct_path(set, plateau, HP_DIRECT_ENERGY, path);
    for (int s = 0; s < set->nsource; s++) {
        hp_format_value(hp_record_band_of(record, path, (size_t)(plateau ? s : s * set->nt + i)),
                        value, sizeof value);
        hp_record_show(record, s == 0 ? "direct" : "", "Delta E of %s, %s, at %s%d: %s MeV",
                       name_of(set), direct->ensemble->source[set->source[s]],
                       plateau ? "the plateau to t = " : "t = ",
                       t[set->time[plateau ? set->first + set->nplateau - 1 : i]], value);
    }
}

void hp_direct_note(const hp_direct *direct, const hp_pair *pair, double least_probability,
                    hp_record *record) {
    for (int i = 0; i < HP_NDIRECT; i++) {
        const hp_direct_set *set = &direct->set[i];
        if (set->nsource * set->nt == 0) continue;
        show(direct, set, record);
        if (set->nplateau == 0) continue;
        note_early(direct, set, pair, record);
        note_fits(direct, set, least_probability, record);
        note_sources(direct, set, record);
    }
    if (direct->set[0].nsource * direct->set[0].nt > 0)
        hp_record_show(record, "", "plateaus before t = 1/gap = %.3g a may be fake ones",
                       hp_direct_decay_time(direct, pair));
    hp_direct_write(direct, pair, record);
}
