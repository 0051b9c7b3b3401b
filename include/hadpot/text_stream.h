// SPDX-License-Identifier: GPL-3.0-or-later
/* Text that is printed into memory. As open_memstream, but for what happens when memory runs out:
 * that of glibc then leaves characters out, and neither ferror nor fclose says so. */
#ifndef HADPOT_TEXT_STREAM_H
#define HADPOT_TEXT_STREAM_H

#include <stddef.h>
#include <stdio.h>
#include "hadpot/error.h"

/* A stream for printing. *text is NULL until hp_text_close, which the caller owes in any case; it
 * and *size (NULL: not wanted), the bytes of the text without the NUL behind it, must live until
 * then. Errors: HP_ERR_MEMORY. */
hp_status hp_text_open(char **text, size_t *size, FILE **out, hp_error *err);

/* Close the stream and set it to NULL (NULL is allowed: nothing is done). Afterwards *text is all
 * that was printed and a NUL, released by the caller with free, or NULL after an error. Errors:
 * HP_ERR_MEMORY where anything could not be kept. */
hp_status hp_text_close(FILE **out, char **text, hp_error *err);

#endif
