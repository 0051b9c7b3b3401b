// SPDX-License-Identifier: GPL-3.0-or-later
/* What of a foreign file is read: values of attributes, texts, numbers behind filters. */
#ifndef HADPOT_PROBE_NUMBERS_H
#define HADPOT_PROBE_NUMBERS_H

#include <hdf5.h>
#include <stdbool.h>
#include "probe_look.h"

void hp_probe_tell(const hp_probe_watch *watch, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* After a call of HDF5 that is not good: says so where memory has run out. */
void hp_probe_check(const hp_probe_watch *watch, bool good);

void hp_probe_read_attribute(const hp_probe_watch *watch, hid_t attribute, hid_t type, hid_t space);
void hp_probe_look_at_dataset(const hp_probe_watch *watch, hid_t dataset, const char *name);

#endif
