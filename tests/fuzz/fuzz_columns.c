// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-point functions and waves in columns of a text (format ascii). The first byte tells what the
 * file is of, the second what its columns are called, the rest is the file. */
#include "fuzz.h"
#include "../../src/import/files_parts.h"
#include "hadpot/memory.h"

enum { MOST_NAMES = 7, NLIST = 7 };

static const char *const lists[NLIST][MOST_NAMES] = {{NULL},
                                                     {"t", "re"},
                                                     {"t", "re", "im"},
                                                     {"configuration", "t", "r", "re"},
                                                     {"t", "x", "y", "z", "re", "im"},
                                                     {"-", "r", "re"},
                                                     {"configuration", "t", "re"}};

static hp_string_list list_of(int which) {
    hp_string_list list = {.values = (char **)(uintptr_t)lists[which], .count = 0};
    while (list.count < MOST_NAMES && lists[which][list.count] != NULL) list.count++;
    return list;
}

/* All entries of the first configuration and time at their places. */
static void fold(const hp_entries *entries, const hp_sites *sites) {
    hp_error err = HP_ERROR_INIT;
    hp_fold of;
    hp_orbit_spread spread;
    hp_entry first, entry;
    if (hp_fold_create(sites, &of, &err) != HP_OK) return;
    hp_entries_get(entries, 0, &first);
    for (size_t i = 0; i < entries->n; i++) {
        hp_entries_get(entries, i, &entry);
        if (entry.configuration != first.configuration || entry.t != first.t) continue;
        if (hp_fold_put(&of, entry.place, entry.value, &err) != HP_OK) break;
    }
    (void)hp_fold_finish(&of, &spread, &err);
    hp_fold_destroy(&of);
}

/* What the survey makes of the first file. */
static void place(const hp_entries *entries) {
    hp_error err = HP_ERROR_INIT;
    hp_sites sites = {0};
    hp_entry first, entry;
    double *r = hp_alloc(entries->n, sizeof *r);
    size_t n = 0;
    FUZZ_EXPECT(r != NULL);
    hp_entries_get(entries, 0, &first);
    for (size_t i = 0; i < entries->n; i++) {
        hp_entries_get(entries, i, &entry);
        if (entry.configuration == first.configuration && entry.t == first.t)
            r[n++] = entry.place[0];
    }
    hp_status status = hp_entries_nplace(entries) == 1 ? hp_sites_create_radial(r, n, &sites, &err)
                                                       : hp_sites_create_cubic(n, 0, &sites, &err);
    if (status == HP_OK) fold(entries, &sites);
    hp_sites_destroy(&sites);
    hp_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hp_error err = HP_ERROR_INIT;
    hp_entries entries;
    size_t *order = NULL;
    if (size < 2) return 0;
    hp_files_keys keys = {.section = "ascii", .fold = "none"};
    keys.columns = keys.two_point_columns = list_of(data[1] % NLIST);
    const hp_files_source source = {.keys = &keys,
                                    .quantity = (hp_quantity)(data[0] % HP_NQUANTITY),
                                    .t_in_name = (data[0] & 64) != 0,
                                    .configuration_in_name = (data[0] & 128) == 0};
    char *text = fuzz_text(data + 2, size - 2);
    hp_status status = hp_ascii_read(&source, text, size - 2, &entries, &err);
    FUZZ_EXPECT(status == HP_OK || (status == HP_ERR_INPUT && *err.message != '\0'));
    if (status == HP_OK && hp_entries_sort(&entries, &order, &err) == HP_OK &&
        hp_files_is_wave(source.quantity))
        place(&entries);
    hp_free(order);
    if (status == HP_OK) hp_entries_destroy(&entries);
    free(text);
    return 0;
}
