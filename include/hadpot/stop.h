// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether the program has been told to stop, by a signal or by its time limit. What takes long asks
 * now and then, leaves with HP_STOPPED, and what is finished by then is kept. */
#ifndef HADPOT_STOP_H
#define HADPOT_STOP_H

#include <stdbool.h>
#include "hadpot/error.h"

/* Reasons that are no signal. */
enum { HP_STOP_TIME_LIMIT = -1, HP_STOP_OTHER_RANK = -2 };

/* From now on SIGTERM, SIGINT, SIGHUP and SIGUSR1 ask to stop, unless they are ignored, as by
 * nohup; a second one ends the program at once, as it would have without. */
void hp_stop_listen(void);

/* Stop when hp_clock_seconds() has come to `clock`; INFINITY: no limit. */
void hp_stop_set_deadline(double clock);

/* Ask to stop for a reason: a signal (> 0) or one of those above. The first one counts. Allowed in
 * a signal handler. */
void hp_stop_request(int reason);

/* Whether to stop; the reason, 0 without; seconds since it was first seen here, 0 without. */
bool hp_stop_wanted(void);
int hp_stop_reason(void);
double hp_stop_seconds(void);

/* HP_OK, or HP_STOPPED with a sentence that names the reason. */
hp_status hp_stop_check(hp_error *err);

#endif
