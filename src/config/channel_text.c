// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Letters of l = 0, 1, ...; J is left out, as everywhere. */
static const char LETTERS[] = "SPDFGHIKL";

/* A number of one or two digits; text: moved behind it. */
static bool take_number(const char **text, int *number) {
    int digits = 0;
    for (*number = 0; isdigit((unsigned char)**text) && digits < 2; digits++, (*text)++)
        *number = 10 * *number + (**text - '0');
    return digits > 0;
}

hp_status hp_channel_parse_wave(const char *text, int *l, hp_spin_state *spin, hp_error *err) {
    const char *at = text;
    int multiplicity = 0, j = 0;
    bool valid = take_number(&at, &multiplicity) && multiplicity > 0;
    const char *letter = valid && *at != '\0' ? strchr(LETTERS, *at) : NULL;
    valid = letter != NULL;
    if (valid) at++;
    valid = valid && take_number(&at, &j);
    bool half = valid && strcmp(at, "/2") == 0;
    HP_REQUIRE(valid && (half || *at == '\0'), HP_ERR_INPUT,
               "expected 2S+1LJ with l = %s, as 3D1 or 2P1/2, found \"%.40s\"", "S, P, D, F, ...",
               text);
    *l = (int)(letter - LETTERS);
    *spin = (hp_spin_state){multiplicity, half ? j : 2 * j};
    int two_s = multiplicity - 1, two_j = spin->two_j;
    HP_REQUIRE(two_j >= abs(2 * *l - two_s) && two_j <= 2 * *l + two_s && (two_j - two_s) % 2 == 0,
               HP_ERR_INPUT, "%.40s: l = %d and S = %g give J from %g to %g, found J = %g", text,
               *l, two_s / 2.0, abs(2 * *l - two_s) / 2.0, *l + two_s / 2.0, two_j / 2.0);
    return HP_OK;
}

hp_status hp_channel_check_pair_name(const char *name, hp_error *err) {
    int l;
    hp_spin_state spin;
    size_t length = strlen(name);
    HP_REQUIRE(length > 0 && length <= HP_CHANNEL_NAME / 2, HP_ERR_INPUT,
               "expected names of 1 to %d bytes, found \"%.60s\"", HP_CHANNEL_NAME / 2, name);
    HP_REQUIRE(strpbrk(name, ":/,#\" \t\r\n") == NULL && strncmp(name, "V_", 2) != 0, HP_ERR_INPUT,
               "expected a name without blanks, ':', '/', ',' and V_ in front, found \"%.60s\"",
               name);
    HP_REQUIRE(hp_channel_parse_wave(name, &l, &spin, NULL) != HP_OK, HP_ERR_INPUT,
               "expected a name that is no partial wave, found \"%.60s\"", name);
    return HP_OK;
}

static bool is_same(const hp_given_channels *given, int c, int d) {
    const hp_component *component = given->channels.component;
    const hp_spin_state *spin = given->spin;
    return component[c].pair == component[d].pair && component[c].l == component[d].l &&
           spin[c].two_s_plus_1 == spin[d].two_s_plus_1 && spin[c].two_j == spin[d].two_j;
}

hp_status hp_channel_parse_component(const char *text, hp_given_channels *given, int c,
                                     hp_error *err) {
    const char *colon = strchr(text, ':'), *wave = colon != NULL ? colon + 1 : text;
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;
    int npair = given->channels.npair, pair = 0;
    hp_component *component = &given->channels.component[c];
    HP_REQUIRE(strlen(text) < HP_CHANNEL_NAME, HP_ERR_INPUT,
               "expected PAIR:2S+1LJ, found \"%.60s\"", text);
    HP_REQUIRE(colon != NULL || npair == 1, HP_ERR_INPUT,
               "expected PAIR:2S+1LJ, as \"%s:%.20s\", where there are %d pairs, found \"%.40s\"",
               given->pair[0], text, npair, text);
    while (colon != NULL && pair < npair &&
           (strlen(given->pair[pair]) != length || strncmp(given->pair[pair], text, length) != 0))
        pair++;
    HP_REQUIRE(pair < npair, HP_ERR_INPUT,
               "expected a pair of channels.pairs in front of the wave, found \"%.60s\"", text);
    HP_CALL(hp_channel_parse_wave(wave, &component->l, &given->spin[c], err));
    component->pair = pair;
    memcpy(given->component[c], text, strlen(text) + 1);
    for (int d = 0; d < c; d++)
        HP_REQUIRE(!is_same(given, c, d), HP_ERR_INPUT,
                   "expected different components, found \"%s\" and \"%s\"", given->component[d],
                   text);
    return HP_OK;
}

hp_status hp_channel_parse_sheet(const char *text, int npair, hp_sheet *sheet, hp_error *err) {
    int n = 0;
    bool valid = true;
    *sheet = 0;
    for (const char *at = text; valid && *at != '\0'; at++) {
        if (*at == '+' || *at == '-') {
            valid = n < npair;
            if (valid && *at == '-') *sheet |= 1U << n;
            n++;
        } else
            valid = strchr("(), ", *at) != NULL;
    }
    HP_REQUIRE(valid && n == npair, HP_ERR_INPUT,
               "expected the sign of Im k of each of %d pairs, as \"%s\", found \"%.40s\"", npair,
               npair == 1   ? "-"
               : npair == 2 ? "(-,+)"
                            : "(-,+,+)",
               text);
    return HP_OK;
}

const char *hp_given_sheet_text(int npair, hp_sheet sheet, char text[HP_SHEET_TEXT]) {
    char *at = text;
    *at++ = '(';
    for (int a = 0; a < npair; a++) {
        if (a > 0) *at++ = ',';
        *at++ = (sheet >> a) & 1U ? '-' : '+';
    }
    *at++ = ')';
    *at = '\0';
    return text;
}
