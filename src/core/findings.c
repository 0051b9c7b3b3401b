// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/findings.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"

hp_status hp_findings_add(hp_findings *findings, hp_finding parts, hp_error *err,
                          const char *format, ...) {
    va_list list;
    if (findings->count == findings->room) {
        int room = 2 * findings->room + 8;
        hp_finding *more = hp_alloc((size_t)room, sizeof *more);
        HP_REQUIRE(more != NULL, HP_ERR_MEMORY, "no memory for %d findings", room);
        if (findings->count > 0)
            memcpy(more, findings->list, (size_t)findings->count * sizeof *more);
        hp_free(findings->list);
        findings->list = more;
        findings->room = room;
    }
    hp_finding *next = &findings->list[findings->count++];
    *next = parts;
    va_start(list, format);
    vsnprintf(next->text, sizeof next->text, format, list);
    va_end(list);
    return HP_OK;
}

hp_status hp_findings_check(const hp_findings *findings, hp_error *err) {
    const hp_finding *first = NULL;
    char more[64] = "";
    int refusing = 0;
    for (int i = 0; i < findings->count; i++) {
        if (!findings->list[i].refuses) continue;
        if (refusing++ == 0) first = &findings->list[i];
    }
    if (refusing == 0) return HP_OK;
    if (refusing > 1) snprintf(more, sizeof more, " (and %d more of such findings)", refusing - 1);
    return HP_FAIL(HP_ERR_INPUT, "%s%s", first->text, more);
}

void hp_findings_destroy(hp_findings *findings) {
    if (findings == NULL) return;
    hp_free(findings->list);
    *findings = (hp_findings){0};
}
