// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts of a job that name partial waves, components of the wave and sheets. */
#ifndef HADPOT_CONFIG_CHANNEL_TEXT_H
#define HADPOT_CONFIG_CHANNEL_TEXT_H

#include "hadpot/given_channels.h"

/* "3D1", "2P1/2": 2S+1, the letter of l (S P D F G H I K L), J. Errors: HP_ERR_INPUT, saying what
 * is expected. */
hp_status hp_channel_parse_wave(const char *text, int *l, hp_spin_state *spin, hp_error *err);

/* "PAIR:3D1", or "3D1" where there is one pair, into component c of channels that have their pairs.
 * Errors: HP_ERR_INPUT. */
hp_status hp_channel_parse_component(const char *text, hp_given_channels *given, int c,
                                     hp_error *err);

/* A name that can stand in front of a wave and beside a '/'. Errors: HP_ERR_INPUT. */
hp_status hp_channel_check_pair_name(const char *name, hp_error *err);

/* "(-,+)", "-,+", of one pair "-": the signs of Im k of the pairs in their order. Errors:
 * HP_ERR_INPUT. */
hp_status hp_channel_parse_sheet(const char *text, int npair, hp_sheet *sheet, hp_error *err);

#endif
