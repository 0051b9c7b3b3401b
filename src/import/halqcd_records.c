// SPDX-License-Identifier: GPL-3.0-or-later
/* Fortran records of 1/48-compressed wave functions, of both byte orders: a length of 4 bytes
 * stands before and behind each. */
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include "hadpot/geometry.h"
#include "halqcd_parts.h"

/* Lengths of the records: extents and number of orbits; sites; boundary conditions, number of
 * orbits and bytes of a block; the wave. */
enum {
    INTEGER = 4,
    FIRST = 4 * INTEGER,
    THIRD = 5 * INTEGER,
    BLOCK = HP_HALQCD_SPIN * 16,
    SITES_AT = FIRST + 3 * INTEGER
};

int hp_halqcd_integer(const unsigned char *b, bool big_endian) {
    uint32_t value =
        big_endian
            ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3]
            : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | (uint32_t)b[0];
    return (int)value;
}

void hp_halqcd_doubles(const unsigned char *bytes, bool big_endian, int n, double *to) {
    const uint16_t probe = 1;
    const bool host_is_big = *(const unsigned char *)&probe == 0;
    memcpy(to, bytes, (size_t)n * sizeof *to);
    if (big_endian == host_is_big) return;
    for (int i = 0; i < n; i++) {
        uint64_t word;
        memcpy(&word, &to[i], sizeof word);
        word = __builtin_bswap64(word);
        memcpy(&to[i], &word, sizeof word);
    }
}

bool hp_halqcd_is_compressed(const unsigned char *bytes, size_t size) {
    return size >= SITES_AT &&
           (hp_halqcd_integer(bytes, false) == FIRST || hp_halqcd_integer(bytes, true) == FIRST);
}

hp_status hp_halqcd_read_header(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                                hp_error *err) {
    HP_REQUIRE(size >= SITES_AT, HP_ERR_INPUT, "has %zu bytes, expected a wave function", size);
    wave->big_endian = hp_halqcd_integer(bytes, false) != FIRST;
    HP_REQUIRE(hp_halqcd_integer(bytes, wave->big_endian) == FIRST, HP_ERR_INPUT,
               "begins with %d, expected %d, the length of the first record of a 1/48-compressed "
               "wave function",
               hp_halqcd_integer(bytes, false), FIRST);
    int head[FIRST / INTEGER], norbit;
    for (int i = 0; i < FIRST / INTEGER; i++)
        head[i] = hp_halqcd_integer(bytes + (ptrdiff_t)INTEGER * (i + 1), wave->big_endian);
    HP_REQUIRE(head[0] == head[1] && head[1] == head[2], HP_ERR_INPUT,
               "is of a box of %d x %d x %d sites, expected a cube", head[0], head[1], head[2]);
    HP_CALL_IN(hp_geometry_count_orbits(head[0], &norbit, err), "box of the wave function");
    HP_REQUIRE(head[3] == norbit, HP_ERR_INPUT,
               "has %d cubic orbits, expected %d of a box of %d^3 sites", head[3], norbit, head[0]);
    wave->order = HP_HALQCD_ORBITS;
    wave->extent = head[0];
    wave->norbit = norbit;
    wave->site = bytes + SITES_AT;
    wave->data = wave->site + (ptrdiff_t)INTEGER * (norbit + 4) + THIRD;
    wave->size = (size_t)(wave->data - bytes) + (size_t)BLOCK * (size_t)norbit + INTEGER;
    return HP_OK;
}

hp_status hp_halqcd_check_records(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                                  hp_error *err) {
    HP_CALL(hp_halqcd_read_header(bytes, size, wave, err));
    HP_REQUIRE(size == wave->size, HP_ERR_INPUT,
               "has %zu bytes%s, expected %zu of a wave function of %d^3 sites", size,
               size < wave->size ? ": it is cut off" : "", wave->size, wave->extent);
    HP_REQUIRE(wave->norbit <= INT_MAX / BLOCK, HP_ERR_INPUT, "has a record above 2 GB");
    const int length[] = {FIRST, INTEGER * wave->norbit, THIRD, BLOCK * wave->norbit};
    const unsigned char *at = bytes;
    for (int record = 0; record < 4; record++) {
        int before = hp_halqcd_integer(at, wave->big_endian);
        int after = hp_halqcd_integer(at + INTEGER + length[record], wave->big_endian);
        HP_REQUIRE(before == length[record] && after == length[record], HP_ERR_INPUT,
                   "record %d has the lengths %d and %d before and behind it, expected %d",
                   record + 1, before, after, length[record]);
        at += (ptrdiff_t)2 * INTEGER + length[record];
    }
    const unsigned char *third = wave->data - (ptrdiff_t)2 * INTEGER - THIRD;
    for (int i = 0; i < 3; i++)
        HP_REQUIRE(hp_halqcd_integer(third + (ptrdiff_t)INTEGER * i, wave->big_endian) == 0,
                   HP_ERR_INPUT, "record 3: boundary condition %d is %d, expected 0: periodic",
                   i + 1, hp_halqcd_integer(third + (ptrdiff_t)INTEGER * i, wave->big_endian));
    int norbit = hp_halqcd_integer(third + (ptrdiff_t)3 * INTEGER, wave->big_endian);
    int block = hp_halqcd_integer(third + (ptrdiff_t)4 * INTEGER, wave->big_endian);
    HP_REQUIRE(norbit == wave->norbit && block == BLOCK, HP_ERR_INPUT,
               "record 3 tells of %d orbits of %d bytes, expected %d of %d: 16 complex numbers",
               norbit, block, wave->norbit, BLOCK);
    return HP_OK;
}
