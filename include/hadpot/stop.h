// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether the program has been told to stop, by a signal or by its time limit. What takes long asks
 * now and then, leaves with HP_STOPPED, and what is finished by then is kept. Who asks also gives a
 * sign of life. */
#ifndef HADPOT_STOP_H
#define HADPOT_STOP_H

#include <stdbool.h>
#include "hadpot/error.h"

/* Reasons that are no signal. */
enum { HP_STOP_TIME_LIMIT = -1, HP_STOP_OTHER_RANK = -2 };

/* Seconds after which, asked to stop, the program has to have come to its end: then it ends as it
 * is, with exit code 75. A rank that waits for others gives up somewhat earlier, and can say so. */
enum { HP_STOP_SECONDS = 9, HP_STOP_WAIT_SECONDS = 7 };

/* From now on SIGTERM, SIGINT, SIGHUP and SIGUSR1 ask to stop, unless they are ignored, as by
 * nohup. A second one, more than a second later (batch systems and mpirun send the same one twice),
 * ends the program at once, as it would have without. */
void hp_stop_listen(void);

/* Stop when hp_clock_seconds() has come to `clock`; INFINITY: no limit. */
void hp_stop_set_deadline(double clock);

/* The program has `limit` seconds from hp_stop_listen on: stop earlier by a tenth of them, but at
 * most a minute, which is what keeping and ending may take. */
void hp_stop_set_time_limit(double limit);

/* End, with a message and exit code 1, when hp_stop_check has not been called for so many seconds
 * (not those in which the program itself was suspended); 0: never. */
void hp_stop_set_stall_limit(double seconds);
double hp_stop_stall_limit(void);

/* What hp_stop_check calls, at most every millisecond: it looks after other ranks. NULL: nothing.
 */
void hp_stop_set_service(void (*service)(void));

/* Ask to stop for a reason: a signal (> 0) or one of those above. The first one counts. Allowed in
 * a signal handler. */
void hp_stop_request(int reason);

/* What has been begun, as the writing of results, is brought to its end: until hp_stop_release
 * hp_stop_check says HP_OK, and nothing ends the program but a second signal. Calls may be nested.
 */
void hp_stop_hold(void);
void hp_stop_release(void);

/* Whether to stop; the reason, 0 without; seconds since it was asked for, or since the latest
 * release, 0 without or while it is held. */
bool hp_stop_wanted(void);
int hp_stop_reason(void);
double hp_stop_seconds(void);

/* HP_OK, or HP_STOPPED with a sentence that names the reason. */
hp_status hp_stop_check(hp_error *err);

/* "SIGTERM", "the time limit": what a stop is by. */
const char *hp_stop_name(int reason);

#endif
