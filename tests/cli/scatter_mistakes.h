// SPDX-License-Identifier: GPL-3.0-or-later
/* Wrong inputs of hadpot scatter and what must be said of them. */
#ifndef HADPOT_TEST_SCATTER_MISTAKES_H
#define HADPOT_TEST_SCATTER_MISTAKES_H

#include "program.h"

typedef struct mistake {
    const char *arguments, *parts[3];
} mistake;

/* Each ends with 2 and one message that has all its parts, and leaves no folder "out". job: what
 * stands before the arguments. */
static inline void check_mistakes(scene *place, const char *job, const mistake *mistakes,
                                  size_t n) {
    for (size_t i = 0; i < n; i++) {
        int code = run_hadpot(place, 1, "scatter %s%s", job, mistakes[i].arguments);
        if (code != 2) print_error("hadpot scatter %s%s\n", job, mistakes[i].arguments);
        assert_exit(place, code, 2);
        assert_int_equal(count_lines(place->err, "hadpot: "), 1);
        for (int part = 0; part < 3 && mistakes[i].parts[part] != NULL; part++)
            assert_contains(place->err, mistakes[i].parts[part]);
        if (scene_has(place, "out")) fail_msg("scatter %s left a folder", mistakes[i].arguments);
    }
}

#endif
