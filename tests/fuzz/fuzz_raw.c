// SPDX-License-Identifier: GPL-3.0-or-later
/* Files of the format halqcd. The first byte tells what the rest is: correlators, plain or packed;
 * a compressed wave; a plain one; a pattern and a name. */
#include "fuzz.h"
#include "../../src/import/halqcd_parts.h"
#include "../../src/import/import_parts.h"
#include "../../src/import/pattern.h"
#include "hadpot/memory.h"

enum { LINES = 12, EXTENT = 2, MOST_EXTENT = 8 };

static void read_lines(const unsigned char *bytes, size_t size) {
    hp_error err = HP_ERROR_INIT;
    double value[LINES * HP_HALQCD_COLUMNS];
    int found = 0;
    hp_status status = hp_halqcd_read_lines(bytes, size, LINES, value, &found, &err);
    FUZZ_EXPECT(status == HP_OK || status == HP_ERR_INPUT);
}

static void take_lines(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    read_lines((const unsigned char *)text, size);
    free(text);
}

/* Read as any file of an import is, unpacked where it is packed. */
static void take_file(const uint8_t *data, size_t size) {
    static hp_import_reader reader; /* whose blocks are used again */
    hp_error err = HP_ERROR_INIT;
    hp_import_input input = {0};
    unsigned char sha256[HP_SHA256];
    hp_status status = hp_import_read(&reader, fuzz_file(data, size), &input, sha256, &err);
    if (status == HP_OK) read_lines(input.bytes, input.size);
    hp_import_reader_destroy(&reader);
}

/* The geometry and tables are those of a first file; the numbers of a wave follow. */
static void project(const hp_halqcd_wave *wave) {
    hp_error err = HP_ERROR_INIT;
    hp_geometry geometry = {0};
    hp_halqcd_spin *spin = NULL;
    const double *re, *im;
    double spread[2] = {0.0, 0.0};
    size_t n = (size_t)wave->norbit;
    if (wave->extent > MOST_EXTENT) return;
    hp_halqcd_state *state = hp_alloc(sizeof *state + n * sizeof(int), 1);
    FUZZ_EXPECT(state != NULL && hp_geometry_create_cubic(wave->extent, &geometry, &err) == HP_OK);
    *state = (hp_halqcd_state){.extent = wave->extent,
                               .norbit = wave->norbit,
                               .big_endian = wave->big_endian,
                               .order = wave->order,
                               .singlet = true,
                               .triplet = true,
                               .nhadron = 1};
    for (size_t i = 0; i < n; i++) {
        const int *site = geometry.site[i];
        state->site[i] = wave->site != NULL
                             ? hp_halqcd_integer(wave->site + 4 * i, wave->big_endian)
                             : site[0] + wave->extent * (site[1] + wave->extent * site[2]);
    }
    if (hp_halqcd_spin_create(state, &geometry, &spin, &err) == HP_OK)
        (void)hp_halqcd_project(spin, wave, &re, &im, spread, &err);
    hp_halqcd_spin_destroy(&spin);
    hp_geometry_destroy(&geometry);
    hp_free(state);
}

static void take_wave(const uint8_t *data, size_t size, bool plain) {
    hp_error err = HP_ERROR_INIT;
    hp_halqcd_wave wave = {0};
    char *copy = fuzz_text(data, size); /* exactly as long: beyond it sanitizers watch */
    const unsigned char *bytes = (const unsigned char *)copy;
    hp_status status = HP_ERR_INPUT;
    if (plain)
        status = hp_halqcd_find_box(bytes, size, &wave, &err);
    else if (hp_halqcd_is_compressed(bytes, size))
        status = hp_halqcd_check_records(bytes, size, &wave, &err);
    if (status == HP_OK) project(&wave);
    free(copy);
}

/* A pattern, a line end, a name. */
static void take_pattern(const uint8_t *data, size_t size) {
    hp_error err = HP_ERROR_INIT;
    hp_match match = HP_MATCH_NOTHING;
    char *pattern = fuzz_text(data, size), *name = strchr(pattern, '\n');
    if (name != NULL) {
        *name++ = '\0';
        if (hp_pattern_check(pattern, &err) == HP_OK && strchr(pattern, '/') == NULL &&
            strchr(name, '/') == NULL)
            (void)hp_pattern_match(pattern, name, &match);
    }
    free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* what takes longer is less frequent */
    static const uint8_t kinds[] = {0, 1, 2, 3, 4, 0, 1, 2, 4, 0, 1, 4, 0, 1, 4, 0};
    if (size == 0) return 0;
    const uint8_t *rest = data + 1;
    switch (kinds[data[0] % sizeof kinds]) {
    case 0:
        take_lines(rest, size - 1);
        break;
    case 1:
        take_file(rest, size - 1);
        break;
    case 2:
        take_wave(rest, size - 1, false);
        break;
    case 3:
        take_wave(rest, size - 1, true);
        break;
    case 4:
        take_pattern(rest, size - 1);
        break;
    }
    return 0;
}
